//! Getting in and out.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use tower::ServiceExt as _;

use crate::support::{LI, TestApp, WANG};

const UNKNOWN_PHONE: &str = "13700000009";

#[tokio::test]
async fn a_known_and_an_unknown_number_get_the_same_answer() {
    let app = TestApp::start().await;
    let api = app.api();
    let known = api.post("sms-codes", json!({ "phone": WANG.phone })).await;
    let unknown = api.post("sms-codes", json!({ "phone": UNKNOWN_PHONE })).await;
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    assert_eq!((app.sms_count(WANG.phone), app.sms_count(UNKNOWN_PHONE)), (1, 1));
    let wrong = |phone| json!({ "phone": phone, "sms_code": "000000" });
    // A code of six zeros is as likely as any other; the test looks at the answers to wrong ones.
    assert_ne!(app.sms_code(WANG.phone), "000000");
    assert_ne!(app.sms_code(UNKNOWN_PHONE), "000000");
    let known = api.post("sessions", wrong(WANG.phone)).await;
    let unknown = api.post("sessions", wrong(UNKNOWN_PHONE)).await;
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    known.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "sms_code_wrong");
}

#[tokio::test]
async fn phone_numbers_that_are_none_are_refused_in_their_field() {
    let app = TestApp::start().await;
    for phone in ["", "1390000000", "139000000011", "23900000001", "not a number"] {
        let answer = app.api().post("sms-codes", json!({ "phone": phone })).await;
        assert_eq!((answer.status, answer.field()), (StatusCode::UNPROCESSABLE_ENTITY, "phone"), "{phone}");
    }
    let mut browser = app.browser();
    browser.get("/login").await;
    let page = browser.submit("/login/sms", &[("phone", "1390000000")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.assert_contains("id=\"phone-error\"");
    page.assert_contains("value=\"1390000000\"");
}

#[tokio::test]
async fn codes_are_sent_once_a_minute_five_times_an_hour_and_ten_times_a_day() {
    let app = TestApp::start().await;
    let api = app.api();
    let ask = || api.post("sms-codes", json!({ "phone": WANG.phone }));
    ask().await.expect(StatusCode::ACCEPTED);
    app.advance(59);
    let soon = ask().await.expect_problem(StatusCode::TOO_MANY_REQUESTS, "sms_too_soon");
    assert_eq!(soon.headers.get(header::RETRY_AFTER).map(|value| value.as_bytes()), Some(b"1".as_slice()));
    app.advance(1);
    for _ in 0..4 {
        ask().await.expect(StatusCode::ACCEPTED);
        app.advance(60);
    }
    ask().await.expect_problem(StatusCode::TOO_MANY_REQUESTS, "sms_too_soon");
    app.advance(3600);
    for _ in 0..5 {
        ask().await.expect(StatusCode::ACCEPTED);
        app.advance(60);
    }
    app.advance(3600);
    ask().await.expect_problem(StatusCode::TOO_MANY_REQUESTS, "sms_too_many");
    assert_eq!(app.sms_count(WANG.phone), 10);
    app.advance(24 * 3600);
    ask().await.expect(StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_code_serves_once() {
    let app = TestApp::start().await;
    let mut api = app.api();
    api.sign_in(&app, WANG.phone).await;
    let again = json!({ "phone": WANG.phone, "sms_code": app.sms_code(WANG.phone) });
    api.post("sessions", again).await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "sms_code_expired");
}

#[tokio::test]
async fn a_code_serves_five_minutes_and_only_its_own_number() {
    let app = TestApp::start().await;
    let api = app.api();
    for person in [WANG, LI] {
        api.post("sms-codes", json!({ "phone": person.phone })).await.expect(StatusCode::ACCEPTED);
    }
    let code = app.sms_code(WANG.phone);
    assert_ne!(code, app.sms_code(LI.phone), "by chance, once in a million runs");
    let foreign = json!({ "phone": LI.phone, "sms_code": code });
    api.post("sessions", foreign).await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "sms_code_wrong");
    app.advance(300);
    let late = json!({ "phone": WANG.phone, "sms_code": code });
    api.post("sessions", late).await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "sms_code_expired");
}

#[tokio::test]
async fn the_sixth_try_fails_even_with_the_right_code() {
    let app = TestApp::start().await;
    let api = app.api();
    api.post("sms-codes", json!({ "phone": WANG.phone })).await.expect(StatusCode::ACCEPTED);
    let code = app.sms_code(WANG.phone);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for left in (1..=4).rev() {
        let answer = api.post("sessions", json!({ "phone": WANG.phone, "sms_code": wrong })).await;
        let answer = answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "sms_code_wrong");
        assert!(answer.text("message").contains(&left.to_string()), "{}", answer.body);
    }
    for text in [wrong, &code] {
        let answer = api.post("sessions", json!({ "phone": WANG.phone, "sms_code": text })).await;
        answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "sms_code_expired");
    }
    let formless = api.post("sessions", json!({ "phone": WANG.phone, "sms_code": "12345" })).await;
    formless.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "sms_code_format");
}

#[tokio::test]
async fn a_gateway_that_refuses_is_told_and_one_that_is_silent_is_not_asked_twice() {
    let app = TestApp::start().await;
    let api = app.api();
    app.sandbox.sms.fail_next(sandbox::sms::SmsFault::Refusal);
    let refused = api.post("sms-codes", json!({ "phone": WANG.phone })).await;
    refused.expect_problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable");
    app.sandbox.sms.fail_next(sandbox::sms::SmsFault::LostAnswer);
    api.post("sms-codes", json!({ "phone": LI.phone })).await.expect(StatusCode::ACCEPTED);
    assert_eq!(app.sms_count(LI.phone), 1);
    let code = json!({ "phone": LI.phone, "sms_code": app.sms_code(LI.phone) });
    api.post("sessions", code).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once() {
    let app = TestApp::start().await;
    let api = app.signed_in(&WANG).await;
    api.get("credential").await.expect(StatusCode::OK);
    api.delete("sessions/current").await.expect(StatusCode::NO_CONTENT);
    api.get("credential").await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
}

#[tokio::test]
async fn a_page_session_ends_with_the_button_and_its_cookie_is_worth_nothing_after() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let mut browser = app.browser_of(&WANG).await;
    let stolen = browser.clone();
    browser.get("/me").await;
    let form = format!("csrf={}", browser.page().csrf().expect("a token"));
    let answer = browser.send("/logout", Some(form)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.headers.get("clear-site-data").is_some_and(|value| value == "\"cache\", \"storage\""));
    assert!(!browser.cookies.contains_key("__Host-session"));
    browser.get("/login?notice=logged-out").await.assert_contains("您已退出登录");
    for mut left in [browser, stolen] {
        let page = left.get("/me").await;
        assert_eq!(page.path, "/login?notice=ended");
        page.assert_contains("已自动退出");
    }
}

#[tokio::test]
async fn a_session_ends_by_itself_when_it_is_not_used() {
    let app = TestApp::start().await;
    let api = app.signed_in(&WANG).await;
    // Use moves the end.
    for _ in 0..3 {
        app.advance(11 * 3600);
        api.get("credential").await.expect(StatusCode::OK);
    }
    app.advance(12 * 3600);
    api.get("credential").await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_however_much_it_is_used() {
    let app = TestApp::start().await;
    let api = app.signed_in(&WANG).await;
    for _ in 0..65 {
        app.advance(11 * 3600);
        api.get("credential").await.expect(StatusCode::OK);
    }
    app.advance(5 * 3600);
    api.get("credential").await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
}

#[tokio::test]
async fn all_callers_together_have_so_many_messages_a_minute() {
    let app = TestApp::with(|settings| settings.sms_per_minute = 2, false).await;
    let api = app.api();
    let ask = async |phone: &str| api.post("sms-codes", json!({ "phone": phone })).await;
    ask(WANG.phone).await.expect(StatusCode::ACCEPTED);
    // One that does not leave is not counted.
    ask(WANG.phone).await.expect_problem(StatusCode::TOO_MANY_REQUESTS, "sms_too_soon");
    ask("13800000099").await.expect(StatusCode::ACCEPTED);
    let refused = ask(LI.phone).await.expect_problem(StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    assert_eq!(refused.headers[header::RETRY_AFTER], "60");
    assert_eq!(app.sms_count(LI.phone), 0);
    app.advance(60);
    ask(LI.phone).await.expect(StatusCode::ACCEPTED);
}

#[tokio::test]
async fn pages_with_form_tokens_are_not_compressed() {
    let app = TestApp::start().await;
    let css = server::web::assets::asset_url("app.css");
    for (path, encoding) in [("/login", None), (css, Some("gzip")), ("/api/openapi.json", Some("gzip"))] {
        let request = Request::get(path).header(header::ACCEPT_ENCODING, "gzip").body(Body::empty());
        let answer = app.router.clone().oneshot(request.expect("a request")).await.expect("an answer");
        let found =
            answer.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().expect("a word"));
        assert_eq!(found, encoding, "{path}");
    }
}

#[tokio::test]
async fn every_sign_in_gets_a_token_of_its_own_and_replaces_the_browsers_old_session() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let mut browser = app.browser_of(&WANG).await;
    let mut old = browser.clone();
    app.advance(61);
    // Another person at the same browser.
    browser.send("/login/sms", None).await;
    let mut form = browser.clone();
    form.get("/help").await;
    let csrf = form.page().csrf().expect("a token").to_owned();
    form.post("/login/sms", &[("phone", LI.phone), ("csrf", &csrf)]).await;
    let code = app.sms_code(LI.phone);
    let page = form.submit("/login/code", &[("sms_code", &code)]).await;
    assert_eq!(page.path, "/activate/identity");
    assert_ne!(old.cookies.get("__Host-session"), form.cookies.get("__Host-session"));
    assert_eq!(old.get("/me").await.path, "/login?notice=ended");
}

#[tokio::test]
async fn cookies_are_bound_to_this_host_and_hidden_from_scripts() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let mut browser = app.browser_of(&WANG).await;
    browser.get("/me").await;
    browser.submit("/appearance", &[("theme", "dark"), ("return_to", "/me")]).await;
    let names: Vec<&str> = browser.cookies.keys().map(String::as_str).collect();
    assert_eq!(names, ["__Host-appearance", "__Host-session", "__Host-visitor"]);
    for cookie in &browser.set_cookies {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for attribute in ["; Path=/;", "; HttpOnly;", "; SameSite=Lax;", "; Secure"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        assert!(!cookie.contains(WANG.phone), "{cookie}");
    }
}

#[tokio::test]
async fn forms_without_the_token_of_this_browser_and_session_do_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.get("/login").await;
    let mut other = app.browser();
    let foreign = other.get("/login").await.csrf().expect("a token").to_owned();
    for csrf in ["", "0000", &foreign] {
        let page = browser.post("/login/sms", &[("phone", WANG.phone), ("csrf", csrf)]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.assert_contains("页面停留太久");
    }
    let missing = browser.post("/login/sms", &[("phone", WANG.phone)]).await;
    assert_eq!(missing.status, StatusCode::FORBIDDEN);
    // A browser that has never been here has no cookie from which a token could be made.
    let mut stranger = app.browser();
    assert_eq!(
        stranger.post("/login/sms", &[("phone", WANG.phone), ("csrf", &foreign)]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(app.sms_count(WANG.phone), 0);
}

#[tokio::test]
async fn a_session_cookie_is_no_key_to_the_api() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let browser = app.browser_of(&WANG).await;
    let cookies: Vec<String> =
        browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = axum::http::Request::builder()
        .uri("/api/v1/credential")
        .header(header::COOKIE, cookies.join("; "))
        .body(axum::body::Body::empty())
        .expect("a request");
    app.api().send(request).await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
}

#[tokio::test]
async fn language_text_size_and_theme_are_kept_and_lead_back() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.get("/help").await;
    page.assert_contains("<html lang=\"zh-CN\" data-text=\"standard\" data-theme=\"device\">");
    let page = browser.submit("/appearance", &[("text_size", "elder"), ("return_to", "/help")]).await;
    assert_eq!(page.path, "/help");
    page.assert_contains("data-text=\"elder\" data-theme=\"device\"");
    let page = browser.submit("/appearance", &[("language", "en"), ("return_to", "/privacy")]).await;
    assert_eq!(page.path, "/privacy");
    page.assert_contains("<html lang=\"en\" data-text=\"elder\"");
    let page =
        browser.submit("/appearance", &[("text_size", "gigantic"), ("return_to", "//evil.example")]).await;
    assert_eq!(page.path, "/login");
    page.assert_contains("data-text=\"elder\"");
}

#[tokio::test]
async fn what_anyone_may_read_needs_no_session_and_the_rest_leads_to_the_login() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for path in ["/login", "/activate", "/help", "/privacy", "/agreement"] {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, path));
    }
    assert_eq!(browser.get("/").await.path, "/login");
    for path in [
        "/me",
        "/code",
        "/card",
        "/card/code",
        "/card/done",
        "/me/withdraw",
        "/activate/pin",
        "/activate/done",
    ] {
        assert_eq!(browser.get(path).await.path, "/login?notice=ended", "{path}");
    }
    for path in ["/login/sms", "/login/code"] {
        assert_eq!(browser.get(path).await.path, "/login", "{path}");
    }
    let nowhere = browser.get("/nowhere").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    nowhere.assert_contains("没有这个页面");
}

#[tokio::test]
async fn the_phone_number_a_browser_waits_with_is_worth_nothing_to_another() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.get("/login").await;
    browser.submit("/login/sms", &[("phone", WANG.phone)]).await.assert_contains("139****0001");
    let waiting = browser.cookies.get("__Host-waiting-phone").expect("kept").clone();
    let mut thief = app.browser();
    thief.get("/login").await;
    thief.cookies.insert("__Host-waiting-phone".to_owned(), waiting.clone());
    assert_eq!(thief.get("/login/code").await.path, "/login");
    let mut tampered = browser.clone();
    tampered
        .cookies
        .insert("__Host-waiting-phone".to_owned(), format!("{}00", &waiting[..waiting.len() - 2]));
    assert_eq!(tampered.get("/login/code").await.path, "/login");
    assert_eq!(browser.get("/login/code").await.path, "/login/code");
}

#[tokio::test]
async fn asking_again_too_soon_keeps_the_page_on_which_the_code_is_entered() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.get("/login").await;
    browser.submit("/login/sms", &[("phone", WANG.phone)]).await;
    let page = browser.submit("/login/sms", &[]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.has_form("/login/code"));
    app.advance(60);
    let page = browser.submit("/login/sms", &[]).await;
    assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, "/login/code"));
    assert_eq!(app.sms_count(WANG.phone), 2);
}

#[tokio::test]
async fn only_a_demonstration_shows_the_code() {
    for demo in [false, true] {
        let app = if demo { TestApp::demonstration().await } else { TestApp::start().await };
        let inbox = app.sandbox.sms.clone();
        app.app.show_demo_codes(Box::new(move |_, phone| {
            inbox.inbox(phone).pop()?.parameters.get("code").cloned()
        }));
        let mut browser = app.browser();
        browser.get("/login").await;
        let page = browser.submit("/login/sms", &[("phone", WANG.phone)]).await;
        assert_eq!(page.html.contains(&app.sms_code(WANG.phone)), demo);
        assert_eq!(page.html.contains("class=\"demo\""), demo);
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let mut browser = app.browser_of(&WANG).await;
    let mut answers = Vec::new();
    for path in [
        "/",
        "/me",
        "/code",
        "/card",
        "/login",
        "/help",
        "/nowhere",
        "/api/openapi.json",
        "/api/v1/credential",
        "/healthz",
        "/metrics",
    ] {
        answers.push(browser.send(path, None).await);
    }
    answers.push(browser.send("/login/sms", Some("phone=1".to_owned())).await);
    let css = server::web::assets::asset_url("app.css");
    let style = browser.send(css, None).await;
    assert_eq!(style.headers.get(header::CACHE_CONTROL).expect("cached"), server::web::assets::CACHE_CONTROL);
    for answer in &answers {
        assert_eq!(
            answer.headers.get(header::CACHE_CONTROL).expect("present"),
            "no-store",
            "{}",
            answer.path
        );
    }
    answers.push(style);
    for answer in &answers {
        for (name, part) in [
            ("content-security-policy", "default-src 'self'; script-src 'self'; style-src 'self'"),
            ("content-security-policy", "frame-ancestors 'none'"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("strict-transport-security", "max-age=31536000"),
            ("permissions-policy", "geolocation=()"),
        ] {
            let value = answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            assert!(value.contains(part), "{name} of {} {}: {value}", answer.path, answer.status);
        }
    }
}

#[tokio::test]
async fn assets_are_served_under_the_name_of_their_content_alone() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for asset in server::web::assets::all() {
        let answer = browser.send(&asset.url, None).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers.get(header::CONTENT_TYPE).expect("a type"), asset.content_type);
    }
    assert_eq!(browser.send("/assets/app.css", None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.send("/assets/../Cargo.toml", None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused() {
    let app = TestApp::start().await;
    let send = |kind: &str, body: &str| {
        let request = axum::http::Request::builder()
            .method("POST")
            .uri("/api/v1/sms-codes")
            .header(header::CONTENT_TYPE, kind)
            .header(header::ACCEPT_LANGUAGE, "en")
            .body(axum::body::Body::from(body.to_owned()))
            .expect("a request");
        let api = app.api();
        async move { api.send(request).await }
    };
    for (kind, body, status, field, said) in [
        ("application/json", "{", 400, "", "line 1, column 1"),
        ("application/json", "{\n\"phone\" \"13900000001\"}", 400, "", "line 2, column 9"),
        ("application/json", "{}", 400, "phone", "missing"),
        ("application/json", "{\"phone\": 13900000001}", 400, "phone", "another kind"),
        ("text/plain", "{\"phone\": \"13900000001\"}", 415, "", "does not say"),
    ] {
        let answer = send(kind, body).await;
        let message = answer.text("message");
        assert!(message.contains(said) && !message.contains("13900000001"), "{body}: {message}");
        assert_eq!(answer.field(), field, "{body}");
        answer.expect_problem(StatusCode::from_u16(status).expect("a status"), "request_unreadable");
    }
    let large = format!("{{\"phone\": \"{}\"}}", "1".repeat(3 * 1024 * 1024));
    let answer = send("application/json", &large).await;
    answer.expect_problem(StatusCode::PAYLOAD_TOO_LARGE, "request_unreadable");
}

#[tokio::test]
async fn another_method_is_refused_in_the_form_of_the_address() {
    let app = TestApp::start().await;
    let send = |path: &'static str| {
        let request = axum::http::Request::builder()
            .method("PUT")
            .uri(path)
            .header(header::ACCEPT_LANGUAGE, "en")
            .body(axum::body::Body::empty())
            .expect("a request");
        let api = app.api();
        async move { api.send(request).await }
    };
    let answer = send("/api/v1/sms-codes").await;
    assert!(answer.headers.get(header::ALLOW).is_some_and(|allowed| allowed == "POST"));
    answer.expect_problem(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
    let page = send("/login").await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(page.body.as_str().is_some_and(|html| html.contains("cannot be called like that")));
}

/// The operations that work without a session, by their method and path in the description.
const OPEN_OPERATIONS: [&str; 5] = [
    "get /api/v1/credential/agreement",
    "post /api/v1/estimates",
    "post /api/v1/sessions",
    "post /api/v1/sms-codes",
    "post /api/v1/terminal/sessions",
];

#[tokio::test]
async fn every_described_operation_needs_a_session_unless_it_is_known_to_be_open() {
    let app = TestApp::start().await;
    let document = serde_json::to_value(server::openapi()).expect("a description");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let mut checked = 0;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let name = format!("{method} {path}");
            assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{name}");
            assert!(operation["tags"].as_array().is_some_and(|tags| !tags.is_empty()), "{name}");
            if OPEN_OPERATIONS.contains(&name.as_str()) {
                continue;
            }
            let place = path.replace(['{', '}'], "");
            for token in [None, Some("Bearer "), Some("Bearer 00000000000000000000000000000000")] {
                let mut request = axum::http::Request::builder()
                    .method(method.to_uppercase().as_str())
                    .uri(&place)
                    .header(header::CONTENT_TYPE, "application/json");
                if let Some(token) = token {
                    request = request.header(header::AUTHORIZATION, token);
                }
                let answer =
                    app.api().send(request.body(axum::body::Body::from("{}")).expect("a request")).await;
                assert_eq!(
                    (answer.status, answer.code()),
                    (StatusCode::UNAUTHORIZED, "session_ended"),
                    "{name}"
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 30, "the description lists the operations: {checked}");
}
