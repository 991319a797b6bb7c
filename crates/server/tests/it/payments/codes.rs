//! The bank's code: wrong, too old, sent again, not sent.

use axum::http::StatusCode;
use sandbox::unionpay::{Fault, Kind, Operation};
use serde_json::{Value, json};
use server::payments;
use settlement::OrderState;

use super::Payer;
use crate::support::{BALANCE, PIN, WANG};

#[tokio::test]
async fn a_wrong_code_from_the_bank_costs_nothing_and_can_be_tried_again() {
    let payer = Payer::new().await;
    payer.begin(PIN).await.expect(StatusCode::OK);
    let malformed = payer.confirm_with("12x").await;
    assert_eq!(
        malformed.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "sms_code_format").field(),
        "sms_code"
    );
    let right = payer.app.bank_code(WANG.phone);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    payer.confirm_with(wrong).await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "bank_code_wrong");
    assert_eq!(payer.order_state().await, OrderState::Due);
    assert_eq!(payer.balance(), BALANCE);
    // The try is over: its right code is of no use any more.
    payer.confirm_with(&right).await.expect_problem(StatusCode::FORBIDDEN, "form_expired");
    payer.pay().await.expect(StatusCode::OK);
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn a_wrong_code_leads_the_page_back_to_the_pin() {
    let payer = Payer::new().await;
    let mut browser = payer.app.browser_of(&WANG).await;
    let path = format!("/bills/{}/pay", payer.settled.order_id);
    browser.get(&path).await;
    browser.submit(&path, &[("cash_fen", "4500"), ("pin", PIN)]).await;
    let malformed = browser.submit(&format!("{path}/code"), &[("sms_code", "12")]).await;
    malformed.assert_contains("id=\"sms_code-error\"");
    let right = payer.app.bank_code(WANG.phone);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let refused = browser.submit(&format!("{path}/code"), &[("sms_code", wrong)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_contains("银行说验证码不对");
    assert!(refused.has_form(&path), "{}", refused.html);
}

#[tokio::test]
async fn another_code_can_be_had_after_a_minute_and_the_first_is_then_void() {
    let payer = Payer::new().await;
    let again = format!("{}/code", payer.path());
    payer.api.post(&again, Value::Null).await.expect_problem(StatusCode::FORBIDDEN, "form_expired");
    payer.begin(PIN).await.expect(StatusCode::OK);
    let first = payer.app.bank_code(WANG.phone);
    payer.api.post(&again, Value::Null).await.expect_problem(StatusCode::TOO_MANY_REQUESTS, "sms_too_soon");
    payer.app.advance(60);
    payer.api.post(&again, Value::Null).await.expect(StatusCode::OK);
    let second = payer.app.bank_code(WANG.phone);
    if first != second {
        payer.confirm_with(&first).await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "bank_code_wrong");
        payer.begin(PIN).await.expect(StatusCode::OK);
    }
    payer.confirm_with(&payer.app.bank_code(WANG.phone)).await.expect(StatusCode::OK);
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn a_code_serves_for_five_minutes() {
    let payer = Payer::new().await;
    payer.begin(PIN).await.expect(StatusCode::OK);
    payer.app.advance(payments::service::CODE_SECONDS + 1);
    let code = payer.app.bank_code(WANG.phone);
    payer.confirm_with(&code).await.expect_problem(StatusCode::FORBIDDEN, "form_expired");
    assert!(payer.transactions(Kind::Consume).is_empty());
    payer.pay().await.expect(StatusCode::OK);
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn a_bank_that_sends_no_code_leaves_the_bill_as_it_was() {
    for (fault, status, problem) in [
        (Fault::BadGateway, StatusCode::BAD_GATEWAY, "bank_unreachable"),
        (Fault::Refusal, StatusCode::UNPROCESSABLE_ENTITY, "insufficient_funds"),
    ] {
        let payer = Payer::new().await;
        payer.fails(Operation::ConsumeSms, fault);
        payer.begin(PIN).await.expect_problem(status, problem);
        assert_eq!(payer.order_state().await, OrderState::Due);
        payer.pay().await.expect(StatusCode::OK);
        payer.assert_paid_once().await;
    }
}

#[tokio::test]
async fn who_goes_back_and_forth_is_sent_one_code_a_minute() {
    let payer = Payer::new().await;
    let sent = || payer.app.sandbox.unionpay.sent_codes(WANG.phone).len();
    let before = sent();
    let begun = payer.begin(PIN).await.expect(StatusCode::OK);
    assert_eq!(
        (&begun.body["valid_seconds"], &begun.body["resend_after_seconds"]),
        (&json!(300), &json!(60))
    );
    let code = payer.app.bank_code(WANG.phone);
    payer.app.advance(59);
    // The PIN is asked for again, but the code that came serves.
    payer.begin("246802").await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "pin_wrong");
    let again = payer.begin(PIN).await.expect(StatusCode::OK);
    assert_eq!((&again.body["valid_seconds"], &again.body["resend_after_seconds"]), (&json!(241), &json!(1)));
    assert_eq!(sent(), before + 1);
    payer.confirm_with(&code).await.expect(StatusCode::OK);
    payer.assert_paid_once().await;

    let payer = Payer::new().await;
    let sent = || payer.app.sandbox.unionpay.sent_codes(WANG.phone).len();
    let before = sent();
    payer.begin(PIN).await.expect(StatusCode::OK);
    payer.app.advance(60);
    payer.begin(PIN).await.expect(StatusCode::OK);
    assert_eq!(sent(), before + 2);
}
