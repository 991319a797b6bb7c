//! The shown code, and the PIN.

use axum::http::StatusCode;
use serde_json::json;
use server::credentials::service::verify_pin;
use server::web::Problem;

use crate::support::{LI, PIN, TestApp, WANG};

async fn handle_of(app: &TestApp, digits: &str) -> u64 {
    let decoded =
        app.app.codes().expect("codes").decode(digits, app.app.clock.now()).expect("a code of ours");
    decoded.handle.number()
}

#[tokio::test]
async fn the_code_is_another_one_each_second_and_names_the_channels_handle() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let code = api.post("credential/codes", json!({})).await.expect(StatusCode::CREATED);
        let digits = code.text("digits").to_owned();
        assert_eq!(digits.len(), 28);
        assert!(digits.starts_with("424") && digits.ends_with("330000"), "prefix, province and extension");
        assert_eq!(code.body["valid_seconds"], json!(60));
        assert_eq!(code.body["qr"]["width"], json!(29));
        assert_eq!(code.body["barcode"]["width"], json!(209));
        let handle = handle_of(&app, &digits).await;
        let given = app.app.database.read(move |c| store::credentials::find_authorisation(c, handle)).await;
        let given = given.expect("readable").expect("known");
        assert_eq!((given.person_id, given.channel.as_str()), (WANG.id(), "web"));
        seen.insert(digits);
        app.advance(1);
    }
    assert_eq!(seen.len(), 3);
}

#[tokio::test]
async fn the_page_draws_the_code_and_counts_down() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let mut browser = app.browser_of(&WANG).await;
    let page = browser.get("/code").await;
    assert_eq!(page.status, StatusCode::OK);
    page.assert_contains("data-countdown=\"60\"");
    page.assert_contains("class=\"qr\"");
    page.assert_contains("class=\"barcode\"");
    let digits: String = page
        .html
        .split_once("<p class=\"digits\">")
        .and_then(|(_, rest)| rest.split_once("</p>"))
        .map(|(digits, _)| digits.chars().filter(char::is_ascii_digit).collect())
        .expect("digits");
    handle_of(&app, &digits).await;
}

#[tokio::test]
async fn a_code_that_nobody_scans_expires() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    let code = api.post("credential/codes", json!({})).await;
    let path = format!("credential/codes/{}", code.body["id"]);
    assert_eq!(api.get(&path).await.body, json!({ "state": "ready" }));
    app.advance(62);
    assert_eq!(api.get(&path).await.body, json!({ "state": "expired" }));
    let decoded = app.app.codes().expect("codes").decode(code.text("digits"), app.app.clock.now());
    assert!(matches!(decoded, Err(credential::DecodeError::Expired { .. })));
    api.get("credential/codes/x").await.expect_problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn a_suspended_credential_shows_no_code() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    let mut browser = app.browser_of(&WANG).await;
    let id = WANG.id();
    app.app
        .database
        .write(move |transaction| {
            let stored = store::credentials::find(transaction, id)?.expect("a credential").credential;
            store::credentials::change(transaction, id, stored, stored.suspend())
                .map(|changed| assert!(changed))
        })
        .await
        .unwrap_or_else(|error: store::StoreError| panic!("{error}"));
    api.post("credential/codes", json!({}))
        .await
        .expect_problem(StatusCode::FORBIDDEN, "credential_suspended");
    let page = browser.get("/code").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.assert_contains("12393");
}

#[tokio::test]
async fn five_wrong_pins_lock_the_pin_for_a_day_whatever_comes_after() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let check = |pin: &'static str| verify_pin(&app.app, WANG.id(), pin);
    assert_eq!(check(PIN).await, Ok(()));
    for left in (1..=4).rev() {
        assert_eq!(
            check("246802").await.map_err(|failure| failure.problem),
            Err(Problem::PinWrong { tries: left })
        );
    }
    let until = app.app.clock.now().plus_seconds(24 * 3600);
    let locked = Err(Problem::PinLocked { until });
    assert_eq!(check("246802").await.map_err(|failure| failure.problem), locked);
    app.advance(24 * 3600 - 1);
    assert_eq!(check(PIN).await.map_err(|failure| failure.problem), locked, "a right PIN does not help");
    app.advance(1);
    assert_eq!(check(PIN).await, Ok(()));
    assert_eq!(check("12345").await.map_err(|failure| failure.problem), Err(Problem::PinFormat));
    let unknown = verify_pin(&app.app, LI.id(), PIN).await;
    assert_eq!(unknown.map_err(|failure| failure.problem), Err(Problem::NotActivated));
}

#[tokio::test]
async fn wrong_pins_at_once_are_counted_one_by_one() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let tries = (0..12).map(|_| {
        let platform = std::sync::Arc::clone(&app.app);
        tokio::spawn(async move { verify_pin(&platform, WANG.id(), "246802").await })
    });
    let mut told = 0;
    for answer in tries.collect::<Vec<_>>() {
        if let Err(failure) = answer.await.expect("finished")
            && matches!(failure.problem, Problem::PinWrong { .. })
        {
            told += 1;
        }
    }
    assert_eq!(told, 4, "four are told wrong; the fifth locks, and the others learn nothing");
}
