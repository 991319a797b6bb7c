//! The bill, the PIN and the amount: who can pay what, and how often.

use axum::http::StatusCode;
use model::Fen;
use sandbox::unionpay::Kind;
use serde_json::{Value, json};
use settlement::{Action, OrderState};

use super::Payer;
use crate::support::care::ONE_DRUG;
use crate::support::{BALANCE, LI, PIN, TestApp, WANG};

#[tokio::test]
async fn a_bill_is_paid_on_the_pages() {
    let payer = Payer::new().await;
    let mut browser = payer.app.browser_of(&WANG).await;
    let id = payer.settled.order_id;
    let bill = browser.get(&format!("/bills/{id}")).await;
    bill.assert_contains(&format!("href=\"/bills/{id}/pay\""));
    let pin = browser.get(&format!("/bills/{id}/pay")).await;
    pin.assert_contains("45.00");
    pin.assert_contains("0016");
    let code = browser.submit(&format!("/bills/{id}/pay"), &[("cash_fen", "4500"), ("pin", PIN)]).await;
    assert_eq!(code.path, format!("/bills/{id}/pay/code"));
    code.assert_contains("139****0001");
    let sms = payer.app.bank_code(WANG.phone);
    let paid = browser.submit(&format!("/bills/{id}/pay/code"), &[("sms_code", &sms)]).await;
    assert_eq!((paid.status, paid.path.as_str()), (StatusCode::OK, format!("/bills/{id}/paid").as_str()));
    paid.assert_contains("class=\"outcome success\"");
    payer.assert_paid_once().await;
    assert_eq!(payer.metric("payments_total"), 1);
    let receipt = browser.get(&format!("/bills/{id}/receipt")).await;
    receipt.assert_contains("0016");
    // The pages of the payment lead on; none pays again.
    let again = browser.get(&format!("/bills/{id}/pay")).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    again.assert_contains("已经付过");
    let code_again = browser.get(&format!("/bills/{id}/pay/code")).await;
    assert_eq!(code_again.path, format!("/bills/{id}"));
    let bill = payer.api.get(&format!("bills/{id}")).await.expect(StatusCode::OK).body;
    assert_eq!(
        (&bill["payment"]["method"], &bill["payment"]["card_tail"]),
        (&Value::from("bank_card"), &Value::from("0016"))
    );
}

#[tokio::test]
async fn a_wrong_pin_sends_no_code_and_moves_nothing() {
    let payer = Payer::new().await;
    let before = payer.app.sandbox.unionpay.sent_codes(WANG.phone).len();
    let refused = payer.begin("246802").await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "pin_wrong");
    assert_eq!(refused.field(), "pin");
    payer.begin("12").await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "pin_format");
    assert_eq!(payer.order_state().await, OrderState::Due);
    assert_eq!(payer.app.sandbox.unionpay.sent_codes(WANG.phone).len(), before);
    let mut browser = payer.app.browser_of(&WANG).await;
    let path = format!("/bills/{}/pay", payer.settled.order_id);
    browser.get(&path).await;
    let page = browser.submit(&path, &[("cash_fen", "4500"), ("pin", "246802")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.assert_contains("id=\"pin-error\"");
    for _ in 0..2 {
        payer.begin("246802").await;
    }
    payer.begin("246802").await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "pin_locked");
    payer.begin(PIN).await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "pin_locked");
}

#[tokio::test]
async fn too_little_money_is_told_and_the_bill_can_be_paid_when_there_is_enough() {
    let payer = Payer::new().await;
    payer.set_balance(4_499);
    payer.pay().await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "insufficient_funds");
    assert_eq!((payer.state().await.as_str(), payer.balance()), ("pending", Fen::new(4_499)));
    payer.set_balance(BALANCE.get());
    payer.pay().await.expect(StatusCode::OK);
    assert_eq!(payer.state().await, "paid");
    assert_eq!(payer.balance(), BALANCE.minus(Fen::new(4_500)).expect("enough"));
}

#[tokio::test]
async fn a_bill_can_be_paid_by_its_owner_alone() {
    let payer = Payer::new().await;
    let other = payer.app.payment_open(&LI).await;
    let path = payer.path();
    other.get(&path).await.expect_problem(StatusCode::NOT_FOUND, "bill_not_found");
    let begin = json!({ "cash": 4_500, "pin": PIN });
    other.post(&path, begin.clone()).await.expect_problem(StatusCode::NOT_FOUND, "bill_not_found");
    payer.begin(PIN).await.expect(StatusCode::OK);
    let code = payer.app.bank_code(WANG.phone);
    let confirmation = json!({ "sms_code": code });
    let confirm = format!("{path}/confirmation");
    other.post(&confirm, confirmation.clone()).await.expect_problem(StatusCode::NOT_FOUND, "bill_not_found");
    other
        .post(&format!("{path}/code"), Value::Null)
        .await
        .expect_problem(StatusCode::NOT_FOUND, "bill_not_found");
    payer
        .app
        .api()
        .post(&confirm, confirmation)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
    payer.app.api().post(&path, begin).await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
    assert!(payer.transactions(Kind::Consume).is_empty());
}

#[tokio::test]
async fn without_level_two_nothing_is_paid() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    let settled = app.settle(&WANG, &ONE_DRUG).await;
    let path = format!("bills/{}/payment", settled.order_id);
    let begun = api.post(&path, json!({ "cash": 4_500, "pin": PIN })).await;
    begun.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "payment_not_open");
    assert_eq!(app.order(&settled).await.state, OrderState::Due);
}

#[tokio::test]
async fn another_amount_than_the_person_saw_is_not_paid() {
    let payer = Payer::new().await;
    let begun = payer.api.post(&payer.path(), json!({ "cash": 4_400, "pin": PIN })).await;
    begun.expect_problem(StatusCode::CONFLICT, "bill_changed");
    assert_eq!(payer.order_state().await, OrderState::Due);
}

#[tokio::test]
async fn confirming_twice_at_once_pays_once() {
    let payer = Payer::new().await;
    payer.begin(PIN).await.expect(StatusCode::OK);
    let code = payer.app.bank_code(WANG.phone);
    let (one, two) = tokio::join!(payer.confirm_with(&code), payer.confirm_with(&code));
    let paid = [&one, &two].iter().filter(|answer| answer.status.is_success()).count();
    assert_eq!(paid, 1, "{one:?} {two:?}");
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn cash_at_the_window_ends_a_payment_that_was_only_begun() {
    let payer = Payer::new().await;
    payer.begin(PIN).await.expect(StatusCode::OK);
    payer.app.at_hospital(&WANG, Action::TakeCash { order_id: payer.settled.order_id }).await;
    let code = payer.app.bank_code(WANG.phone);
    payer.confirm_with(&code).await.expect_problem(StatusCode::CONFLICT, "bill_already_paid");
    assert!(payer.transactions(Kind::Consume).is_empty());
    assert_eq!(payer.balance(), BALANCE);
}

#[tokio::test]
async fn a_bill_that_was_revoked_cannot_be_paid() {
    let payer = Payer::new().await;
    payer.begin(PIN).await.expect(StatusCode::OK);
    payer.app.revoke(&WANG, &payer.settled).await.expect("revoked");
    let code = payer.app.bank_code(WANG.phone);
    payer.confirm_with(&code).await.expect_problem(StatusCode::CONFLICT, "bill_cancelled");
    payer.begin(PIN).await.expect_problem(StatusCode::CONFLICT, "bill_cancelled");
    assert_eq!(payer.balance(), BALANCE);
}
