//! Activation.

use axum::http::StatusCode;
use credential::Level;
use serde_json::json;
use store::Personal;

use crate::support::{ANA, Browser, CHEN, LI, PIN, SHARED_PHONE, TestApp, TestPerson, WANG, ZHOU};

/// Brings a browser to the real-name check.
async fn at_identity(app: &TestApp, phone: &str) -> Browser {
    let mut browser = app.browser();
    browser.get("/activate").await;
    browser.submit("/activate/sms", &[("phone", phone)]).await;
    let code = app.sms_code(phone);
    let page = browser.submit("/activate/code", &[("sms_code", &code)]).await;
    assert_eq!(page.path, "/activate/identity");
    browser
}

async fn stored_level(app: &TestApp, person: &TestPerson) -> Option<Level> {
    let id = person.id();
    let found = app.app.database.read(move |connection| store::credentials::find(connection, id)).await;
    found.expect("readable").map(|stored| stored.credential.level)
}

#[tokio::test]
async fn a_person_activates_by_pages() {
    let app = TestApp::start().await;
    let mut browser = at_identity(&app, WANG.phone).await;
    let id_number = WANG.id_number();
    let fields = [("name", WANG.name), ("id_number", id_number.as_str())];
    let page = browser.submit("/activate/identity", &fields).await;
    assert_eq!(page.path, "/activate/agreement");
    let page = browser.submit("/activate/agreement", &[("decision", "accept")]).await;
    assert_eq!(page.path, "/activate/pin");
    assert_eq!(stored_level(&app, &WANG).await, None, "nothing is written before the last step");
    let page = browser.submit("/activate/pin", &[("pin", PIN), ("pin_again", PIN)]).await;
    assert_eq!(page.path, "/activate/done");
    page.assert_contains("王*明");
    assert_eq!(stored_level(&app, &WANG).await, Some(Level::Identity));
    let home = browser.get("/").await;
    home.assert_contains("宁波市");
    home.assert_contains("王*明");
    let me = browser.get("/me").await;
    me.assert_contains("139****0001");
    for done in ["/activate", "/login", "/activate/identity", "/activate/pin"] {
        assert_eq!(browser.get(done).await.path, "/", "{done}");
    }
}

#[tokio::test]
async fn a_person_activates_by_program() {
    let app = TestApp::start().await;
    let api = app.signed_in(&WANG).await;
    assert_eq!(api.get("credential").await.body, json!({ "next_step": "identity" }));
    assert_eq!(api.check_identity(&WANG).await.body, json!({ "next_step": "agreement" }));
    assert_eq!(api.get("credential").await.body, json!({ "next_step": "agreement" }));
    assert_eq!(api.accept_agreement().await.body, json!({ "next_step": "pin" }));
    let done = api.post("credential", json!({ "pin": PIN })).await.expect(StatusCode::CREATED);
    assert_eq!(done.body, json!({ "next_step": "done" }));
    assert_eq!(
        api.get("credential").await.body,
        json!({
            "next_step": "done", "name": "王*明", "phone": "139****0001", "level": 1, "region": "330200",
            "scheme": "310", "insurance": "active", "authorised_since": "2026-04-12 10:00:00",
        })
    );
    let again = api.post("credential", json!({ "pin": PIN })).await;
    again.expect_problem(StatusCode::CONFLICT, "already_activated");
}

#[tokio::test]
async fn coming_back_resumes_and_no_step_can_be_skipped() {
    let app = TestApp::start().await;
    let mut browser = at_identity(&app, WANG.phone).await;
    for ahead in ["/activate/agreement", "/activate/pin", "/activate/done", "/", "/code"] {
        assert_eq!(browser.get(ahead).await.path, "/activate/identity", "{ahead}");
    }
    let id_number = WANG.id_number();
    let fields = [("name", WANG.name), ("id_number", id_number.as_str())];
    browser.submit("/activate/identity", &fields).await;
    for elsewhere in ["/activate", "/activate/pin", "/login", "/"] {
        assert_eq!(browser.get(elsewhere).await.path, "/activate/agreement", "{elsewhere}");
    }
    browser.submit("/activate/agreement", &[("decision", "accept")]).await;
    assert_eq!(browser.get("/activate").await.path, "/activate/pin");

    let api = app.signed_in(&LI).await;
    let early = api.post("credential", json!({ "pin": PIN })).await;
    early.expect_problem(StatusCode::CONFLICT, "step_missing");
    api.accept_agreement().await.expect_problem(StatusCode::CONFLICT, "step_missing");
    api.check_identity(&LI).await.expect(StatusCode::OK);
    let old = api.post("credential/agreement", json!({ "version": "1999-1" })).await;
    assert_eq!((old.status, old.field()), (StatusCode::BAD_REQUEST, "version"));
    let early = api.post("credential", json!({ "pin": PIN })).await;
    early.expect_problem(StatusCode::CONFLICT, "step_missing");
    api.get("credential/codes/1").await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "not_activated");
}

#[tokio::test]
async fn no_such_person_and_a_wrong_detail_get_the_same_answer() {
    let app = TestApp::start().await;
    let api = app.signed_in(&WANG).await;
    let own = WANG.id_number();
    let other = LI.id_number();
    // Synthetic and registered to nobody.
    let nobody = "990000197001019995";
    assert!(nobody.parse::<model::IdNumber>().is_ok());
    let mut answers = Vec::new();
    for (name, number) in [("王大明", own.as_str()), (WANG.name, nobody), (LI.name, other.as_str())] {
        answers.push(api.post("credential/identity", json!({ "name": name, "id_number": number })).await);
    }
    for answer in answers {
        assert_eq!(answer.field(), "");
        answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "real_name_mismatch");
    }
}

#[tokio::test]
async fn malformed_names_and_numbers_are_refused_in_their_field_and_do_not_count() {
    let app = TestApp::start().await;
    let api = app.signed_in(&WANG).await;
    let right = WANG.id_number();
    let long = "长".repeat(51);
    for (name, number, field, code) in [
        ("", right.as_str(), "name", "required"),
        (long.as_str(), right.as_str(), "name", "too_long"),
        (WANG.name, "", "id_number", "required"),
        (WANG.name, "99000019850412001", "id_number", "id_number_format"),
        (WANG.name, "990000198504120011", "id_number", "id_number_format"),
        (WANG.name, "99000019851312001X", "id_number", "id_number_format"),
    ] {
        let answer = api.post("credential/identity", json!({ "name": name, "id_number": number })).await;
        assert_eq!((answer.code(), answer.field()), (code, field), "{name} {number}");
    }
    api.check_identity(&WANG).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn five_wrong_checks_stop_further_ones_for_a_day_in_every_session_of_the_phone() {
    let app = TestApp::start().await;
    let api = app.signed_in(&WANG).await;
    for _ in 0..4 {
        api.check_identity(&LI).await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "real_name_mismatch");
    }
    api.check_identity(&LI).await.expect_problem(StatusCode::TOO_MANY_REQUESTS, "identity_locked");
    api.check_identity(&WANG).await.expect_problem(StatusCode::TOO_MANY_REQUESTS, "identity_locked");
    app.advance(61);
    let fresh = app.signed_in(&WANG).await;
    fresh.check_identity(&WANG).await.expect_problem(StatusCode::TOO_MANY_REQUESTS, "identity_locked");
    assert_eq!(fresh.get("credential").await.body, json!({ "next_step": "identity" }));
    app.advance(24 * 3600);
    let fresh = app.signed_in(&WANG).await;
    fresh.check_identity(&WANG).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn names_are_matched_however_the_dot_is_typed() {
    let app = TestApp::start().await;
    let api = app.signed_in(&ANA).await;
    let answer = api
        .post(
            "credential/identity",
            json!({ "name": " 阿娜尔•买买提 ", "id_number": ANA.id_number().as_str() }),
        )
        .await;
    answer.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_suspended_insurance_still_gives_identity_and_says_so() {
    let app = TestApp::start().await;
    let api = app.activated(&ZHOU).await;
    let credential = api.get("credential").await.expect(StatusCode::OK);
    assert_eq!((credential.text("insurance"), &credential.body["level"]), ("suspended", &json!(1)));
    let home = app.browser_of(&ZHOU).await.page().clone();
    home.assert_contains("class=\"status warning\"");
}

#[tokio::test]
async fn guessable_pins_are_refused() {
    let app = TestApp::start().await;
    let api = app.signed_in(&WANG).await;
    api.check_identity(&WANG).await.expect(StatusCode::OK);
    api.accept_agreement().await.expect(StatusCode::OK);
    // Wang was born on 1985-04-12 and has the phone number 13900000001.
    for (pin, code) in [
        ("12345", "pin_format"),
        ("abcdef", "pin_format"),
        ("111111", "pin_too_simple"),
        ("123456", "pin_too_simple"),
        ("654321", "pin_too_simple"),
        ("850412", "pin_too_simple"),
        ("139000", "pin_too_simple"),
        ("990000", "pin_too_simple"),
    ] {
        let answer = api.post("credential", json!({ "pin": pin })).await;
        assert_eq!((answer.code(), answer.field()), (code, "pin"), "{pin}");
        assert!(!answer.body.to_string().contains(pin), "{pin}");
    }
    assert_eq!(stored_level(&app, &WANG).await, None);
}

#[tokio::test]
async fn pins_that_differ_come_back_empty() {
    let app = TestApp::start().await;
    let mut browser = at_identity(&app, WANG.phone).await;
    let id_number = WANG.id_number();
    let fields = [("name", WANG.name), ("id_number", id_number.as_str())];
    browser.submit("/activate/identity", &fields).await;
    browser.submit("/activate/agreement", &[("decision", "accept")]).await;
    let page = browser.submit("/activate/pin", &[("pin", PIN), ("pin_again", "975310")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.assert_contains("id=\"pin_again-error\"");
    assert!(!page.html.contains(PIN) && !page.html.contains("975310"));
    let page = browser.submit("/activate/pin", &[("pin", PIN), ("pin_again", PIN)]).await;
    assert_eq!(page.path, "/activate/done");
}

#[tokio::test]
async fn whoever_declines_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let mut browser = at_identity(&app, WANG.phone).await;
    let id_number = WANG.id_number();
    let fields = [("name", WANG.name), ("id_number", id_number.as_str())];
    browser.submit("/activate/identity", &fields).await;
    let neither = browser.submit("/activate/agreement", &[("decision", "")]).await;
    assert_eq!(neither.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.submit("/activate/agreement", &[("decision", "decline")]).await;
    page.assert_contains("您选择了不同意");
    assert!(!browser.cookies.contains_key("__Host-session"));
    assert_eq!(browser.get("/help").await.status, StatusCode::OK);
    let phone = Personal::new(WANG.phone);
    let login =
        app.app.database.read(move |connection| store::accounts::find_by_phone(connection, &phone)).await;
    assert_eq!(login.expect("readable"), None);
}

#[tokio::test]
async fn a_new_phone_takes_over_with_the_known_pin_alone() {
    let app = TestApp::start().await;
    let old = app.activated(&WANG).await;
    let old_code = old.post("credential/codes", json!({})).await.text("digits").to_owned();
    // The register learns of the new number.
    let (id, phone) = (WANG.id(), Personal::new("13600000006"));
    let changed =
        app.app.database.write(move |transaction| store::people::set_phone(transaction, id, &phone)).await;
    changed.expect("changed");
    let mut new = app.api();
    new.sign_in(&app, "13600000006").await;
    new.check_identity(&WANG).await.expect(StatusCode::OK);
    new.accept_agreement().await.expect(StatusCode::OK);
    // Identified, but without the PIN nothing of the person is open, and the old phone is as before.
    new.post("credential/codes", json!({}))
        .await
        .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "not_activated");
    let wrong = new.post("credential", json!({ "pin": "246802" })).await;
    wrong.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "pin_wrong");
    old.get("credential").await.expect(StatusCode::OK);
    new.post("credential", json!({ "pin": PIN })).await.expect(StatusCode::CREATED);
    new.post("credential/codes", json!({})).await.expect(StatusCode::CREATED);
    old.get("credential").await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
    let decoded =
        app.app.codes().expect("codes").decode(&old_code, app.app.clock.now()).expect("a code of ours");
    let handle = decoded.handle.number();
    let given = app
        .app
        .database
        .read(move |connection| store::credentials::find_authorisation(connection, handle))
        .await;
    assert_eq!(given.expect("readable").expect("known").state, credential::ChannelState::Unbound);
}

#[tokio::test]
async fn the_page_asks_a_known_person_for_the_known_pin() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    api.post("credential/withdrawal", json!({ "pin": PIN })).await.expect(StatusCode::NO_CONTENT);
    app.advance(61);
    let mut browser = at_identity(&app, WANG.phone).await;
    let id_number = WANG.id_number();
    let fields = [("name", WANG.name), ("id_number", id_number.as_str())];
    browser.submit("/activate/identity", &fields).await;
    let page = browser.submit("/activate/agreement", &[("decision", "accept")]).await;
    page.assert_contains("输入支付密码");
    assert!(!page.html.contains("pin_again"));
    let page = browser.submit("/activate/pin", &[("pin", "246802")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.submit("/activate/pin", &[("pin", PIN)]).await;
    assert_eq!(page.path, "/activate/done");
}

#[tokio::test]
async fn two_sessions_of_a_person_at_once_make_one_credential() {
    let app = TestApp::start().await;
    let first = app.signed_in(&WANG).await;
    app.advance(61);
    let second = app.signed_in(&WANG).await;
    for api in [&first, &second] {
        api.check_identity(&WANG).await.expect(StatusCode::OK);
        api.accept_agreement().await.expect(StatusCode::OK);
    }
    let (one, other) = tokio::join!(
        first.post("credential", json!({ "pin": PIN })),
        second.post("credential", json!({ "pin": PIN }))
    );
    let created = [&one, &other].iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    assert_eq!(created, 1, "{} {}", one.body, other.body);
    let id = WANG.id();
    let given =
        app.app.database.read(move |connection| store::credentials::authorisations(connection, id)).await;
    assert_eq!(given.expect("readable").len(), 1);
}

#[tokio::test]
async fn a_shared_phone_serves_one_of_those_who_share_it() {
    let app = TestApp::start().await;
    let api = app.activated(&CHEN).await;
    assert_eq!(CHEN.phone, SHARED_PHONE);
    let other = api.check_identity(&LI).await;
    other.expect_problem(StatusCode::CONFLICT, "already_activated");
}
