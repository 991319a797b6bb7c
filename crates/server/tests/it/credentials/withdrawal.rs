//! Withdrawing the authorisation of this channel.

use axum::http::StatusCode;
use credential::{ChannelState, Level};
use serde_json::json;

use crate::support::{LI, PIN, TestApp, WANG};

#[tokio::test]
async fn withdrawing_kills_the_code_the_sessions_and_the_binding() {
    let app = TestApp::start().await;
    let api = app.payment_open(&WANG).await;
    app.advance(61);
    let elsewhere = app.signed_in(&WANG).await;
    let code = api.post("credential/codes", json!({})).await.text("digits").to_owned();
    let wrong = api.post("credential/withdrawal", json!({ "pin": "246802" })).await;
    wrong.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "pin_wrong");
    api.get("credential").await.expect(StatusCode::OK);
    api.post("credential/withdrawal", json!({ "pin": PIN })).await.expect(StatusCode::NO_CONTENT);
    for session in [&api, &elsewhere] {
        session.get("credential").await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
    }
    // The code still decodes: what refuses it is the state of its handle, which the decoding institution is told.
    let decoded = app.app.codes().expect("codes").decode(&code, app.app.clock.now()).expect("a code of ours");
    let (handle, id) = (decoded.handle.number(), WANG.id());
    let found = app
        .app
        .database
        .read(move |connection| {
            let given = store::credentials::find_authorisation(connection, handle)?;
            let credential = store::credentials::find(connection, id)?;
            Ok::<_, store::StoreError>((given, credential, store::bank::latest(connection, id)?))
        })
        .await;
    let (given, credential, binding) = found.expect("readable");
    assert_eq!(given.expect("known").state, ChannelState::Unbound);
    assert_eq!(credential.expect("the credential stays").credential.level, Level::Identity);
    assert_eq!(binding.expect("kept").state, store::bank::BindingState::Closed);
}

#[tokio::test]
async fn withdrawing_by_pages_and_activating_again() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    let before = api.post("credential/codes", json!({})).await.text("digits").to_owned();
    let mut browser = app.browser_of(&WANG).await;
    browser.get("/me/withdraw").await;
    let page = browser.submit("/me/withdraw", &[("pin", "246802")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.assert_contains("id=\"pin-error\"");
    let page = browser.submit("/me/withdraw", &[("pin", PIN)]).await;
    assert_eq!(page.path, "/login?notice=withdrawn");
    assert!(!browser.cookies.contains_key("__Host-session"));
    app.advance(61);
    let api = app.activated(&WANG).await;
    let after = api.post("credential/codes", json!({})).await.text("digits").to_owned();
    let codes = app.app.codes().expect("codes");
    let handle = |digits: &str| {
        codes.decode(digits, app.app.clock.now().plus_seconds(-100)).map(|decoded| decoded.handle)
    };
    assert_ne!(handle(&before).ok(), handle(&after).ok(), "a fresh handle");
}

#[tokio::test]
async fn a_locked_pin_does_not_withdraw() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    for _ in 0..5 {
        api.post("credential/withdrawal", json!({ "pin": "246802" }))
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let locked = api.post("credential/withdrawal", json!({ "pin": PIN })).await;
    locked.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "pin_locked");
    api.get("credential").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn one_persons_session_reaches_nothing_of_another() {
    let app = TestApp::start().await;
    let wang = app.payment_open(&WANG).await;
    let li = app.activated(&LI).await;
    let code = wang.post("credential/codes", json!({})).await;
    // The number of a code means the caller's own code of that second.
    let standing = li.get(&format!("credential/codes/{}", code.body["id"])).await;
    assert_eq!(standing.body, json!({ "state": "ready" }));
    li.get("bank-card").await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    li.delete("bank-card").await.expect(StatusCode::NO_CONTENT);
    assert_eq!(wang.get("bank-card").await.expect(StatusCode::OK).text("card_tail"), "0016");
    assert_eq!(li.get("credential").await.text("name"), "李*兰");
}
