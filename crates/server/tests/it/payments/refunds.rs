//! Money that goes back after a settlement was reversed.

use axum::http::StatusCode;
use sandbox::unionpay::{Fault, Kind, Operation};
use serde_json::Value;

use super::Payer;
use crate::support::WANG;

/// A bill that was paid and then revoked.
async fn revoked_after_payment() -> Payer {
    let payer = Payer::new().await;
    payer.pay().await.expect(StatusCode::OK);
    payer.app.advance(600);
    payer.app.revoke(&WANG, &payer.settled).await.expect("revoked");
    assert_eq!(payer.state().await, "refunding");
    payer
}

#[tokio::test]
async fn money_goes_back_to_the_fen_after_a_revocation() {
    let payer = revoked_after_payment().await;
    let (mut jobs, mut others) = (payer.jobs(), payer.jobs());
    tokio::join!(jobs.run(), others.run());
    // Where both asked before either had sent, the second learns by its next question that it is done.
    payer.app.advance(5);
    jobs.run().await;
    others.run().await;
    payer.assert_refunded_once(&WANG).await;
    let bill = payer.api.get(&format!("bills/{}", payer.settled.order_id)).await.expect(StatusCode::OK).body;
    assert_eq!((&bill["state"], &bill["payment"]), (&Value::from("refunded"), &Value::Null));
    assert!(bill["refunded_at"].as_str().is_some_and(|at| at.starts_with("2026-04-12 10:1")), "{bill}");
    jobs.run().await;
    payer.assert_refunded_once(&WANG).await;
    // What the channel told of the payment before is still known.
    assert_eq!(payer.notify(payer.notification()).await, StatusCode::OK);
    let refund = payer.only(Kind::Refund);
    let told =
        payer.app.sandbox.unionpay.notification_of(&refund.order, &refund.time).expect("a notification");
    assert_eq!(payer.notify(told).await, StatusCode::OK);
    assert_eq!(payer.metric("payments_doubtful_total"), 0);
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_made_once() {
    for fault in [
        Fault::NoAnswerAfterEffect,
        Fault::NoAnswerBeforeEffect,
        Fault::PendingThenSuccess,
        Fault::BrokenAnswer,
    ] {
        let payer = revoked_after_payment().await;
        payer.fails(Operation::Refund, fault);
        let mut jobs = payer.jobs();
        jobs.run().await;
        assert_eq!(payer.state().await, "refunding", "{fault:?}");
        for _ in 0..3 {
            payer.app.advance(60);
            jobs.run().await;
        }
        payer.assert_refunded_once(&WANG).await;
    }
}

#[tokio::test]
async fn a_refund_that_the_channel_tells_of_is_booked() {
    let payer = revoked_after_payment().await;
    payer.fails(Operation::Refund, Fault::NoAnswerAfterEffect);
    payer.jobs().run().await;
    let refund = payer.only(Kind::Refund);
    let told =
        payer.app.sandbox.unionpay.notification_of(&refund.order, &refund.time).expect("a notification");
    assert_eq!(payer.notify(told).await, StatusCode::OK);
    payer.assert_refunded_once(&WANG).await;
}

#[tokio::test]
async fn a_refund_that_was_refused_is_tried_again_under_another_number() {
    let payer = revoked_after_payment().await;
    payer.fails(Operation::Refund, Fault::Refusal);
    let mut jobs = payer.jobs();
    jobs.run().await;
    assert_eq!(payer.state().await, "refunding");
    payer.app.advance(60);
    jobs.run().await;
    payer.assert_refunded_once(&WANG).await;
    let numbers: Vec<_> = payer.transactions(Kind::Refund).into_iter().map(|view| view.order).collect();
    assert_eq!(numbers.len(), 2);
    assert_eq!(numbers[1], format!("{}R1", numbers[0]));
}
