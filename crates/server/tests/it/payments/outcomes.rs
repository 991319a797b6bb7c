//! Payments whose outcome is not known at once: the jobs ask until it is.

use axum::http::StatusCode;
use sandbox::unionpay::{Fault, Kind, Operation};
use settlement::OrderState;
use store::SubmitError;

use super::Payer;
use crate::support::{BALANCE, PIN, WANG};

#[tokio::test]
async fn an_answer_that_is_lost_after_the_payment_is_found_out_and_nothing_is_paid_twice() {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::NoAnswerAfterEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    assert_eq!(payer.state().await, "confirming");
    assert_eq!(payer.metric("payments_unknown_total"), 1);
    // Nothing can be done to the bill until the outcome is known.
    payer.begin(PIN).await.expect_problem(StatusCode::BAD_GATEWAY, "payment_unknown");
    let code = payer.app.bank_code(WANG.phone);
    payer.confirm_with(&code).await.expect_problem(StatusCode::BAD_GATEWAY, "payment_unknown");
    let mut browser = payer.app.browser_of(&WANG).await;
    let page = browser.get(&format!("/bills/{}/paid", payer.settled.order_id)).await;
    page.assert_contains("正在向银行确认");
    // Two processes find it at once.
    let (mut jobs, mut others) = (payer.jobs(), payer.jobs());
    tokio::join!(jobs.run(), others.run());
    payer.assert_paid_once().await;
    jobs.run().await;
    payer.assert_paid_once().await;
    assert_eq!(payer.metric("orders_unresolved"), 0);
}

#[tokio::test]
async fn a_payment_that_never_reached_the_channel_is_given_up_in_the_end_and_can_be_made_again() {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::NoAnswerBeforeEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let mut jobs = payer.jobs();
    jobs.run().await;
    // The channel says that there is no such order; it may still be on its way.
    assert_eq!(payer.state().await, "confirming");
    assert_eq!(payer.metric("orders_unresolved"), 1);
    payer.app.advance(599);
    jobs.run().await;
    assert_eq!(payer.state().await, "confirming");
    payer.app.advance(20);
    jobs.run().await;
    assert_eq!(payer.order_state().await, OrderState::Due);
    payer.pay().await.expect(StatusCode::OK);
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn what_the_channel_decides_later_is_asked_for_until_it_is_known() {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::PendingThenSuccess);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let mut jobs = payer.jobs();
    jobs.run().await;
    assert_eq!(payer.state().await, "confirming");
    payer.app.advance(5);
    jobs.run().await;
    payer.assert_paid_once().await;

    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::PendingThenRefusal);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let mut jobs = payer.jobs();
    jobs.run().await;
    payer.app.advance(5);
    jobs.run().await;
    assert_eq!((payer.order_state().await, payer.balance()), (OrderState::Due, BALANCE));
}

#[tokio::test]
async fn questions_to_the_channel_become_rarer() {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::NoAnswerAfterEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let mut jobs = payer.jobs();
    payer.fails(Operation::Query, Fault::BadGateway);
    jobs.run().await;
    assert_eq!(payer.metric("payments_unknown_total"), 2, "asked once at the start");
    payer.app.advance(4);
    jobs.run().await;
    assert_eq!(payer.state().await, "confirming", "not asked again before five seconds have passed");
    payer.app.advance(1);
    jobs.run().await;
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn answers_that_prove_nothing_leave_the_outcome_open() {
    for fault in [
        Fault::TamperedAnswer,
        Fault::ForeignCertificate,
        Fault::ExpiredCertificate,
        Fault::AnswerToAnotherOrder,
        Fault::BrokenAnswer,
        Fault::BadGateway,
        Fault::UnlistedCode,
    ] {
        let payer = Payer::new().await;
        payer.fails(Operation::Consume, fault);
        payer.pay().await.expect(StatusCode::ACCEPTED);
        assert_eq!(payer.state().await, "confirming", "{fault:?}");
        // Asked with an answer that proves nothing either, it stays open.
        payer.fails(Operation::Query, Fault::TamperedAnswer);
        let mut jobs = payer.jobs();
        jobs.run().await;
        assert_eq!(payer.state().await, "confirming", "{fault:?}");
        payer.app.advance(620);
        jobs.run().await;
        let moved = !payer.transactions(Kind::Consume).is_empty();
        assert_eq!(payer.state().await, if moved { "paid" } else { "pending" }, "{fault:?}");
    }
}

#[tokio::test]
async fn a_settlement_is_not_revoked_while_its_payment_is_under_way() {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::NoAnswerAfterEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let refused = payer.app.revoke(&WANG, &payer.settled).await.expect_err("refused");
    assert_eq!(refused, SubmitError::Refused(settlement::Refusal::PaymentUnderWay));
    payer.jobs().run().await;
    payer.app.revoke(&WANG, &payer.settled).await.expect("revoked");
}
