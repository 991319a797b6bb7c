//! No personal number in full in anything that is sent to a screen.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{PIN, TestApp, WANG};

/// Everything of a person that may only be shown masked.
fn secrets() -> [String; 4] {
    let id_number = WANG.id_number().as_str().to_owned();
    [id_number, WANG.phone.to_owned(), WANG.card.to_owned(), WANG.name.to_owned()]
}

#[track_caller]
fn assert_clean(place: &str, text: &str) {
    for secret in secrets() {
        assert!(!text.contains(&secret), "{place} shows {secret}");
    }
    assert!(!text.contains(PIN), "{place} shows the PIN");
}

#[tokio::test]
async fn pages_show_masks_alone() {
    let app = TestApp::start().await;
    app.payment_open(&WANG).await;
    let mut browser = app.browser_of(&WANG).await;
    for path in
        ["/", "/code", "/card", "/card/done", "/me", "/me/withdraw", "/activate/done", "/help", "/login"]
    {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert_clean(path, &page.html);
        assert!(!format!("{:?}", page.headers).contains(WANG.phone), "{path}");
    }
    browser.get("/me/withdraw").await;
    let page = browser.submit("/me/withdraw", &[("pin", "246802")]).await;
    assert!(!page.html.contains("246802"));
}

#[tokio::test]
async fn refused_forms_do_not_repeat_numbers() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.get("/activate").await;
    let page = browser.submit("/activate/sms", &[("phone", WANG.phone)]).await;
    assert_clean("the page that asks for the code", &page.html);
    let code = app.sms_code(WANG.phone);
    assert!(!page.html.contains(&code), "the code is on the page that asks for it");
    browser.submit("/activate/code", &[("sms_code", &code)]).await;
    let id_number = WANG.id_number();
    let page =
        browser.submit("/activate/identity", &[("name", "别人"), ("id_number", id_number.as_str())]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_clean("the refused real-name check", &page.html);
    let fields = [("name", WANG.name), ("id_number", id_number.as_str())];
    browser.submit("/activate/identity", &fields).await;
    browser.submit("/activate/agreement", &[("decision", "accept")]).await;
    browser.submit("/activate/pin", &[("pin", PIN), ("pin_again", PIN)]).await;
    browser.get("/card").await;
    let page = browser.submit("/card", &[("card_number", &format!("{}000", WANG.card))]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_clean("the refused card", &page.html);
}

#[tokio::test]
async fn programs_get_masks_alone() {
    let app = TestApp::start().await;
    let api = app.payment_open(&WANG).await;
    for path in ["credential", "bank-card"] {
        let answer = api.get(path).await.expect(StatusCode::OK);
        assert_clean(path, &answer.body.to_string());
    }
    let code = api.post("credential/codes", json!({})).await;
    assert_clean("the code", &code.body.to_string());
    let refused = api.post("bank-card", json!({ "card_number": WANG.card })).await;
    assert_clean("the refused card", &refused.body.to_string());
}
