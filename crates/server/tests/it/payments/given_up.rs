//! Payments that were given up, and whose money moved all the same.

use std::sync::{Arc, Mutex, mpsc};

use axum::http::StatusCode;
use sandbox::unionpay::{Fault, Kind, Operation};
use server::payments;
use settlement::{Action, Actor, OrderState, PaymentResult};

use super::Payer;
use crate::support::{BALANCE, PIN, WANG};

impl Payer {
    /// Takes a payment whose answer was lost for one that never reached the channel.
    async fn give_up(&self) {
        let OrderState::Paying { attempt } = self.order_state().await else { panic!("paying") };
        let result = PaymentResult::Refused { reason: "the channel never had it".to_owned() };
        let order_id = self.settled.order_id;
        let action = Action::ResolvePayment { order_id, channel_order: attempt.channel_order, result };
        self.app.act(&WANG, Actor::Platform, action).await.expect("given up");
        assert_eq!(self.order_state().await, OrderState::Due);
    }
}

/// A payment that moved the money and was given up, and what the channel tells of it.
async fn given_up_and_made() -> (Payer, String) {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::NoAnswerAfterEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let late = payer.notification();
    payer.give_up().await;
    (payer, late)
}

#[tokio::test]
async fn money_that_moved_for_a_try_that_was_given_up_pays_the_bill_once() {
    let (payer, late) = given_up_and_made().await;
    // Two payments whose answers were lost; a round has time for one question.
    for _ in 0..2 {
        assert_eq!(payer.notify(late.clone()).await, StatusCode::OK);
        payer.assert_paid_once().await;
    }
    assert_eq!((payer.metric("payments_total"), payer.metric("payments_doubtful_total")), (1, 0));
    payer.begin(PIN).await.expect_problem(StatusCode::CONFLICT, "bill_already_paid");
    // It can be taken back like any other payment.
    payer.app.revoke(&WANG, &payer.settled).await.expect("revoked");
    payer.jobs().run().await;
    payer.assert_refunded_once(&WANG).await;
    assert_eq!(payer.notify(late).await, StatusCode::OK);
    assert_eq!(payer.metric("payments_doubtful_total"), 0);
}

#[tokio::test]
async fn it_ends_another_try_that_was_only_begun() {
    let (payer, late) = given_up_and_made().await;
    payer.begin(PIN).await.expect(StatusCode::OK);
    assert_eq!(payer.notify(late).await, StatusCode::OK);
    let code = payer.app.bank_code(WANG.phone);
    payer.confirm_with(&code).await.expect_problem(StatusCode::CONFLICT, "bill_already_paid");
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn money_that_is_owed_no_more_is_told_to_the_operator_and_not_booked() {
    let (payer, late) = given_up_and_made().await;
    payer.pay().await.expect(StatusCode::OK);
    let paid = payer.order_state().await;
    assert_eq!(payer.notify(late).await, StatusCode::CONFLICT);
    assert_eq!(payer.order_state().await, paid);
    assert_eq!((payer.metric("payments_total"), payer.metric("payments_doubtful_total")), (1, 1));

    let (payer, late) = given_up_and_made().await;
    payer.app.at_hospital(&WANG, Action::TakeCash { order_id: payer.settled.order_id }).await;
    assert_eq!(payer.notify(late).await, StatusCode::CONFLICT);
    assert!(matches!(payer.order_state().await, OrderState::PaidAtWindow { .. }));
    assert_eq!(payer.metric("payments_doubtful_total"), 1);
}

/// The process stands still between two steps of a payment: when it goes on, its order may have been given up.
#[tokio::test]
async fn a_payment_that_comes_too_late_is_not_sent() {
    let payer = Payer::new().await;
    payer.begin(PIN).await.expect(StatusCode::OK);
    let code = payer.app.bank_code(WANG.phone);
    // Nothing is written until `hold` ends.
    let (hold, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let database = Arc::clone(&payer.app.app.database);
    let writing = tokio::spawn(async move {
        let wait = move |_: &mut store::Transaction<'_>| {
            let _ = held.lock().expect("one writer").recv();
            Ok::<_, store::StoreError>(())
        };
        database.write(wait).await
    });
    let late = async {
        payer.until("the payment", async |payer| payer.app.app.database.waiting().2 > 0).await;
        payer.app.advance(payments::service::CODE_SECONDS + 1);
        drop(hold);
    };
    let (answer, ()) = tokio::join!(payer.confirm_with(&code), late);
    writing.await.expect("in peace").expect("written");
    answer.expect_problem(StatusCode::FORBIDDEN, "form_expired");
    // It was submitted, so that it was given up, and not merely refused for its age.
    let order = payer.app.order(&payer.settled).await;
    assert_eq!((&order.state, order.given_up.len()), (&OrderState::Due, 1));
    assert!(payer.transactions(Kind::Consume).is_empty());
    assert_eq!(payer.balance(), BALANCE);
    payer.pay().await.expect(StatusCode::OK);
    payer.assert_paid_once().await;
}
