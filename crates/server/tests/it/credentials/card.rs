//! The bank account of the social-security card.

use std::time::Duration;

use axum::http::StatusCode;
use credential::Level;
use futures_util::FutureExt as _;
use sandbox::unionpay::{Account, Fault, Operation};
use serde_json::json;
use server::credentials::service;
use store::Personal;
use store::bank::{BankBinding, BindingState};

use crate::support::{Api, LI, TestApp, WANG};

async fn stored(app: &TestApp) -> (Option<BankBinding>, Level) {
    let id = WANG.id();
    let found = app
        .app
        .database
        .read(move |connection| {
            let binding = store::bank::latest(connection, id)?;
            Ok::<_, store::StoreError>((binding, store::credentials::find(connection, id)?))
        })
        .await;
    let (binding, credential) = found.expect("readable");
    (binding, credential.expect("a credential").credential.level)
}

async fn state(app: &TestApp) -> (Option<BindingState>, Level) {
    let (binding, level) = stored(app).await;
    (binding.map(|binding| binding.state), level)
}

async fn begin(api: &Api) {
    api.post("bank-card", json!({ "card_number": WANG.card })).await.expect(StatusCode::ACCEPTED);
}

async fn confirm(app: &TestApp, api: &Api) -> crate::support::Answer {
    api.post("bank-card/confirmation", json!({ "sms_code": app.bank_code(WANG.phone) })).await
}

#[tokio::test]
async fn binding_the_bank_account_opens_payment_by_program() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    api.get("bank-card").await.expect_problem(StatusCode::NOT_FOUND, "not_found");
    let pending = api.post("bank-card", json!({ "card_number": "6216 6100 0000 0000 016" })).await;
    assert_eq!(
        pending.expect(StatusCode::ACCEPTED).body,
        json!({ "card_tail": "0016", "phone": "139****0001", "resend_after_seconds": 60 })
    );
    assert_eq!(state(&app).await, (Some(BindingState::Pending), Level::Identity));
    assert_eq!(confirm(&app, &api).await.expect(StatusCode::CREATED).body, json!({ "card_tail": "0016" }));
    let (binding, level) = stored(&app).await;
    let binding = binding.expect("a binding");
    assert_eq!((binding.state, level), (BindingState::Open, Level::Payment));
    assert!(binding.token.is_some_and(|token| token.expose().len() == 19));
    let credential = api.get("credential").await;
    assert_eq!((&credential.body["level"], credential.text("card_tail")), (&json!(2), "0016"));
    let second = api.post("bank-card", json!({ "card_number": WANG.card })).await;
    second.expect_problem(StatusCode::CONFLICT, "card_already_bound");
}

#[tokio::test]
async fn binding_the_bank_account_by_pages() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let mut browser = app.browser_of(&WANG).await;
    browser.get("/card").await.assert_contains("139****0001");
    assert_eq!(browser.get("/card/done").await.path, "/card");
    let page = browser.submit("/card", &[("card_number", "6216")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.assert_contains("id=\"card_number-error\"");
    let page = browser.submit("/card", &[("card_number", WANG.card)]).await;
    assert_eq!(page.path, "/card/code");
    let page = browser.submit("/card/code", &[("sms_code", "1")]).await;
    page.assert_contains("id=\"sms_code-error\"");
    let code = app.bank_code(WANG.phone);
    let page = browser.submit("/card/code", &[("sms_code", &code)]).await;
    assert_eq!(page.path, "/card/done");
    page.assert_contains("0016");
    browser.get("/card").await;
    let page = browser.submit("/card/unbind", &[]).await;
    assert!(page.has_form("/card"), "the form for a new card");
    assert_eq!(state(&app).await, (Some(BindingState::Closed), Level::Identity));
}

#[tokio::test]
async fn another_persons_card_is_refused_in_the_banks_words() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    for card in [LI.card, "6216619999999999999"] {
        let answer = api.post("bank-card", json!({ "card_number": card })).await;
        if answer.status == StatusCode::ACCEPTED {
            // The bank compares when the token is opened.
            let answer = api.post("bank-card/confirmation", json!({ "sms_code": "111111" })).await;
            answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "bank_refused");
        } else {
            answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "bank_refused");
        }
        assert_eq!(state(&app).await, (Some(BindingState::Closed), Level::Identity));
        app.advance(61);
    }
}

#[tokio::test]
async fn a_wrong_code_may_be_corrected_and_an_old_one_not() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    begin(&api).await;
    let code = app.bank_code(WANG.phone);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let answer = api.post("bank-card/confirmation", json!({ "sms_code": wrong })).await;
    assert_eq!(answer.field(), "sms_code");
    answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "bank_code_wrong");
    assert_eq!(state(&app).await, (Some(BindingState::Pending), Level::Identity));
    app.advance(300);
    let late = confirm(&app, &api).await;
    late.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "sms_code_expired");
    begin(&api).await;
    confirm(&app, &api).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn another_code_comes_after_a_minute_and_only_the_newest_serves() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    let none = api.post("bank-card/sms-codes", json!({})).await;
    none.expect_problem(StatusCode::CONFLICT, "step_missing");
    begin(&api).await;
    let soon = api.post("bank-card/sms-codes", json!({})).await;
    soon.expect_problem(StatusCode::TOO_MANY_REQUESTS, "sms_too_soon");
    app.advance(60);
    api.post("bank-card/sms-codes", json!({})).await.expect(StatusCode::ACCEPTED);
    assert_eq!(app.sandbox.unionpay.sent_codes(WANG.phone).len(), 2);
    confirm(&app, &api).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn without_an_answer_nothing_is_bound_and_binding_again_works() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    for (operation, fault) in [
        (Operation::OpenTokenSms, Fault::BadGateway),
        (Operation::OpenTokenSms, Fault::TamperedAnswer),
        (Operation::OpenToken, Fault::NoAnswerAfterEffect),
        (Operation::OpenToken, Fault::ForeignCertificate),
        (Operation::OpenToken, Fault::BrokenAnswer),
        (Operation::OpenToken, Fault::UnlistedCode),
    ] {
        app.sandbox.unionpay.fail_next(operation, fault);
        let begun = api.post("bank-card", json!({ "card_number": WANG.card })).await;
        let answer = if operation == Operation::OpenToken { confirm(&app, &api).await } else { begun };
        answer.expect_problem(StatusCode::BAD_GATEWAY, "bank_unreachable");
        assert_eq!(
            state(&app).await,
            (Some(BindingState::Closed), Level::Identity),
            "{operation:?} {fault:?}"
        );
        app.advance(61);
    }
    app.advance(3600);
    let api = app.signed_in(&WANG).await;
    begin(&api).await;
    confirm(&app, &api).await.expect(StatusCode::CREATED);
    assert_eq!(state(&app).await, (Some(BindingState::Open), Level::Payment));
}

#[tokio::test]
async fn releasing_the_account_closes_payment_and_ends_the_token_at_the_channel() {
    let app = TestApp::start().await;
    let api = app.payment_open(&WANG).await;
    let (binding, _) = stored(&app).await;
    let first = binding.and_then(|binding| binding.token).expect("a token");
    api.delete("bank-card").await.expect(StatusCode::NO_CONTENT);
    let (binding, level) = stored(&app).await;
    let binding = binding.expect("kept as closed");
    assert_eq!((binding.state, binding.token, level), (BindingState::Closed, None, Level::Identity));
    api.delete("bank-card").await.expect(StatusCode::NO_CONTENT);
    app.advance(61);
    api.bind_card(&app, &WANG).await;
    let (binding, _) = stored(&app).await;
    let second = binding.and_then(|binding| binding.token).expect("a token");
    assert_ne!(first, second, "the channel gives the same token again unless it was ended");
}

#[tokio::test]
async fn a_card_with_another_phone_number_at_the_bank_is_refused() {
    let app = TestApp::start().await;
    app.sandbox.unionpay.open_account(Account {
        card: "6216610000000000099".to_owned(),
        name: WANG.name.to_owned(),
        id_number: WANG.id_number().as_str().to_owned(),
        phone: "13500000000".to_owned(),
        balance: model::Fen::new(100),
    });
    let api = app.activated(&WANG).await;
    let begun = api.post("bank-card", json!({ "card_number": "6216610000000000099" })).await;
    let answer = if begun.status == StatusCode::ACCEPTED {
        api.post("bank-card/confirmation", json!({ "sms_code": "111111" })).await
    } else {
        begun
    };
    answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "bank_refused");
    assert_eq!(state(&app).await, (Some(BindingState::Closed), Level::Identity));
}

/// Waits until the binding has this state.
async fn becomes(app: &TestApp, wanted: BindingState) {
    for _ in 0..500 {
        if stored(app).await.0.is_some_and(|binding| binding.state == wanted) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the binding did not become {wanted:?}");
}

#[tokio::test]
async fn what_was_begun_with_the_bank_is_brought_to_its_end_when_the_person_leaves() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let (id, phone) = (WANG.id(), Personal::new(WANG.phone));
    // Looked at once and dropped, as the server drops a request whose caller has left.
    let left = service::begin_card(&app.app, id, &phone, WANG.card).now_or_never();
    assert!(left.is_none(), "it ended at once");
    becomes(&app, BindingState::Pending).await;
    for _ in 0..500 {
        if !app.sandbox.unionpay.sent_codes(WANG.phone).is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let code = app.bank_code(WANG.phone);
    let left = service::confirm_card(&app.app, id, &code).now_or_never();
    assert!(left.is_none(), "it ended at once");
    becomes(&app, BindingState::Open).await;
    assert_eq!(state(&app).await, (Some(BindingState::Open), Level::Payment));
}
