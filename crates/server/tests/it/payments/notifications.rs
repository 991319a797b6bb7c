//! What is posted to the address for notifications, by the channel and by others.

use axum::http::StatusCode;
use model::Fen;
use sandbox::unionpay::{Fault, Operation};
use settlement::OrderState;

use super::Payer;
use crate::support::WANG;

#[tokio::test]
async fn a_notification_pays_the_bill_once_however_often_it_comes() {
    let payer = Payer::reachable().await;
    payer.fails(Operation::Consume, Fault::DuplicateNotification);
    payer.fails(Operation::Query, Fault::BadGateway);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    payer.until("the notification", async |payer| payer.state().await == "paid").await;
    payer.assert_paid_once().await;
    for _ in 0..3 {
        assert_eq!(payer.notify(payer.notification()).await, StatusCode::OK);
    }
    payer.assert_paid_once().await;
    assert_eq!(payer.metric("payments_total"), 1);
    assert_eq!(payer.metric("payments_doubtful_total"), 0);
    // Neither the jobs nor the revocation are disturbed by what came twice.
    payer.jobs().run().await;
    payer.app.revoke(&WANG, &payer.settled).await.expect("revoked");
    assert_eq!(payer.notify(payer.notification()).await, StatusCode::OK);
    assert!(matches!(payer.order_state().await, OrderState::Refunding { .. }));
}

#[tokio::test]
async fn a_notification_that_is_faster_than_the_answer_pays_the_bill_once() {
    let payer = Payer::reachable().await;
    payer.fails(Operation::Consume, Fault::NotificationBeforeAnswer);
    payer.pay().await.expect(StatusCode::OK);
    payer.assert_paid_once().await;
    assert_eq!(payer.metric("payments_total"), 1);
    assert_eq!(payer.metric("payments_doubtful_total"), 0);
}

#[tokio::test]
async fn a_notification_with_another_amount_pays_nothing() {
    let payer = Payer::reachable().await;
    payer.fails(Operation::Consume, Fault::WrongAmountInNotification);
    payer.fails(Operation::Query, Fault::BadGateway);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    payer.until("the notification", async |payer| payer.metric("payments_doubtful_total") > 0).await;
    assert_eq!(payer.state().await, "confirming");
    assert_eq!(payer.metric("payments_total"), 0);
    // What the channel says when it is asked is right.
    payer.jobs().run().await;
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn a_forged_notification_pays_nothing() {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::NoAnswerAfterEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let right = payer.notification();
    let forgeries = [
        String::new(),
        "orderId=1".to_owned(),
        right.replace("txnAmt=4500", "txnAmt=4501"),
        right.replace("respCode=00", "respCode=64"),
        right.split('&').filter(|pair| !pair.starts_with("signature=")).collect::<Vec<_>>().join("&"),
        format!("{right}&txnAmt=1"),
    ];
    for forged in forgeries {
        assert_ne!(forged, right);
        assert_eq!(payer.notify(forged).await, StatusCode::BAD_REQUEST);
        assert_eq!(payer.state().await, "confirming");
    }
    assert_eq!(payer.notify(right).await, StatusCode::OK);
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn a_notification_signed_by_a_stranger_pays_nothing() {
    let payer = Payer::reachable().await;
    payer.fails(Operation::Consume, Fault::ForgedNotification);
    payer.fails(Operation::Query, Fault::BadGateway);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    payer.until("the notification", async |payer| payer.metric("payments_forged_total") > 0).await;
    assert_eq!(payer.state().await, "confirming");
    assert_eq!(payer.metric("payments_total"), 0);
}

#[tokio::test]
async fn a_payment_that_nobody_ordered_is_told_to_the_operator() {
    let payer = Payer::new().await;
    let latest = |connection: &mut store::Connection| store::bank::latest(connection, WANG.id());
    let binding = payer.app.app.database.read(latest).await.expect("readable").expect("a binding");
    let token = binding.token.expect("a token").expose().parse().expect("a token");
    let now = payer.app.app.clock.now();
    let stray = connectors::unionpay::Order::new("STRAYORDER000001", now).expect("an order");
    let unionpay = &payer.app.app.unionpay;
    unionpay.consume_sms(&stray, &token, Fen::new(4_500), now).await.map(|_| ()).expect("sent");
    let code = payer.app.bank_code(WANG.phone).parse().expect("a code");
    unionpay.consume(&stray, &token, Fen::new(4_500), &code, now).await.map(|_| ()).expect("sent");
    assert_eq!(payer.notify(payer.notification()).await, StatusCode::NOT_FOUND);
    assert_eq!(payer.metric("payments_doubtful_total"), 1);
    assert_eq!(payer.order_state().await, OrderState::Due);
}
