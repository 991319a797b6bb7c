//! Notifications: true ones are read, and none that anybody changed or made up.

use connectors::unionpay::{
    CertificateError, Fields, NotificationError, SettledMismatch, SignatureError, Submission, TransactionKind,
};
use model::Fen;
use sandbox::unionpay::{Fault, Operation};

use crate::world::{World, code, now, order};

const AMOUNT: Fen = Fen::new(3_860);
const PAYMENT: &str = "PAYMENT0001";

async fn pay(world: &World, fault: Option<Fault>) -> Submission {
    let grant = world.token().await;
    let payment = order(PAYMENT);
    world.consume_sms(&payment, &grant.token, AMOUNT).await;
    if let Some(fault) = fault {
        world.sandbox.unionpay.fail_next(Operation::Consume, fault);
    }
    world.client.consume(&payment, &grant.token, AMOUNT, &code("111111"), now()).await.expect("sent")
}

/// A true notification of a payment, as its fields.
async fn true_notification(world: &mut World) -> Fields {
    assert!(matches!(pay(world, None).await, Submission::Accepted(_)));
    Fields::from_form(&world.mailbox.next().await).expect("a form")
}

#[tokio::test]
async fn a_notification_that_comes_before_the_answer_is_read() {
    let mut world = World::new().await;
    assert!(matches!(pay(&world, Some(Fault::NotificationBeforeAnswer)).await, Submission::Accepted(_)));
    assert!(!world.mailbox.is_empty(), "it came before the answer");
    let settled = world.client.notification(&world.mailbox.next().await, now()).expect("true");
    assert_eq!(settled.check(&order(PAYMENT), TransactionKind::Consume, AMOUNT), Ok(()));
}

#[tokio::test]
async fn a_duplicate_notification_is_equal_to_the_first() {
    let mut world = World::new().await;
    assert!(matches!(pay(&world, Some(Fault::DuplicateNotification)).await, Submission::Accepted(_)));
    let first = world.client.notification(&world.mailbox.next().await, now());
    let second = world.client.notification(&world.mailbox.next().await, now());
    assert!(first.is_ok());
    assert_eq!(first, second);
}

#[tokio::test]
async fn the_channel_repeats_a_notification_that_is_not_taken() {
    let mut world = World::new().await;
    *world.mailbox.refuse.lock().expect("not poisoned") = 2;
    assert!(matches!(pay(&world, None).await, Submission::Accepted(_)));
    let mut bodies = Vec::new();
    for _ in 0..3 {
        bodies.push(world.mailbox.next().await);
    }
    assert_eq!(bodies[0], bodies[2]);
}

#[tokio::test]
async fn a_changed_amount_is_caught_by_the_check_even_when_it_is_rightly_signed() {
    let mut world = World::new().await;
    assert!(matches!(pay(&world, Some(Fault::WrongAmountInNotification)).await, Submission::Accepted(_)));
    let settled = world.client.notification(&world.mailbox.next().await, now()).expect("rightly signed");
    assert_eq!(
        settled.check(&order(PAYMENT), TransactionKind::Consume, AMOUNT),
        Err(SettledMismatch::Amount { ordered: AMOUNT, stated: Fen::new(3_861) })
    );
}

#[tokio::test]
async fn the_check_refuses_another_order_and_another_kind() {
    let mut world = World::new().await;
    let body = true_notification(&mut world).await.to_form();
    let settled = world.client.notification(body.as_bytes(), now()).expect("true");
    let check = |number, kind| settled.check(&order(number), kind, AMOUNT);
    assert_eq!(check("PAYMENT0002", TransactionKind::Consume), Err(SettledMismatch::Order));
    assert_eq!(check(PAYMENT, TransactionKind::Refund), Err(SettledMismatch::Kind));
    let later = connectors::unionpay::Order::new(PAYMENT, now().plus_seconds(1)).expect("an order");
    assert_eq!(settled.check(&later, TransactionKind::Consume, AMOUNT), Err(SettledMismatch::Order));
}

#[tokio::test]
async fn a_notification_signed_by_a_stranger_is_refused() {
    let mut world = World::new().await;
    assert!(matches!(pay(&world, Some(Fault::ForgedNotification)).await, Submission::Accepted(_)));
    assert_eq!(
        world.client.notification(&world.mailbox.next().await, now()),
        Err(NotificationError::Signature(SignatureError::Certificate(CertificateError::UnknownIssuer)))
    );
}

#[tokio::test]
async fn a_change_to_any_field_is_refused() {
    let mut world = World::new().await;
    let right = true_notification(&mut world).await;
    let read = |fields: &Fields| world.client.notification(fields.to_form().as_bytes(), now());
    assert!(read(&right).is_ok());
    let names = [
        "accessType",
        "bizType",
        "currencyCode",
        "encoding",
        "merId",
        "orderId",
        "queryId",
        "respCode",
        "respMsg",
        "settleAmt",
        "settleCurrencyCode",
        "settleDate",
        "signMethod",
        "signPubKeyCert",
        "signature",
        "traceNo",
        "traceTime",
        "txnAmt",
        "txnSubType",
        "txnTime",
        "txnType",
        "version",
    ];
    let all = right.to_form().split('&').count();
    assert_eq!(names.len(), all, "every field of a notification is in the list");
    for name in names {
        let value = right.get(name).unwrap_or_else(|| panic!("{name} is present")).to_owned();
        let (rest, last) = value.split_at(value.len() - 1);
        let flipped = format!("{rest}{}", if last == "0" { "1" } else { "0" });
        for changed in [flipped, format!("{value}0"), String::new()] {
            let result = read(&right.clone().with(name, changed));
            assert!(matches!(result, Err(NotificationError::Signature(_))), "{name}: {result:?}");
        }
    }
    let added = read(&right.clone().with("reqReserved", "1"));
    assert_eq!(added, Err(NotificationError::Signature(SignatureError::Wrong)));
}

#[tokio::test]
async fn a_field_given_twice_is_refused() {
    let mut world = World::new().await;
    let body = format!("{}&txnAmt=1", true_notification(&mut world).await.to_form());
    assert_eq!(world.client.notification(body.as_bytes(), now()), Err(NotificationError::Unreadable));
}

#[tokio::test]
async fn a_certificate_is_not_believed_before_or_after_its_time() {
    let mut world = World::new().await;
    let body = true_notification(&mut world).await.to_form();
    let outside =
        Err(NotificationError::Signature(SignatureError::Certificate(CertificateError::OutsideValidity)));
    let year = 366 * 86_400;
    assert!(world.client.notification(body.as_bytes(), now()).is_ok());
    assert_eq!(world.client.notification(body.as_bytes(), now().plus_seconds(year)), outside);
    assert_eq!(world.client.notification(body.as_bytes(), now().plus_seconds(-year)), outside);
}

#[tokio::test]
async fn a_notification_of_another_channel_is_refused() {
    let mut ours = World::new().await;
    let body = true_notification(&mut ours).await.to_form();
    // Another authority with the same names: the certificates of each sandbox are its own, the keys are not, so its
    // root is replaced by one that has another key.
    let mut settings = crate::world::settings_for(&ours.sandbox, &ours.mailbox.url);
    settings.root_certificates_pem = settings.middle_certificates_pem.clone();
    let client = connectors::unionpay::UnionPay::new(&settings).expect("right settings");
    assert_eq!(
        client.notification(body.as_bytes(), now()),
        Err(NotificationError::Signature(SignatureError::Certificate(CertificateError::UnknownIssuer)))
    );
    let mut settings = crate::world::settings_for(&ours.sandbox, &ours.mailbox.url);
    settings.signer_holder = "中国银联股份有限公司".to_owned();
    let client = connectors::unionpay::UnionPay::new(&settings).expect("right settings");
    assert_eq!(
        client.notification(body.as_bytes(), now()),
        Err(NotificationError::Signature(SignatureError::Certificate(CertificateError::OtherSubject)))
    );
    let mut settings = crate::world::settings_for(&ours.sandbox, &ours.mailbox.url);
    settings.merchant_id = "777290000000002".to_owned();
    let client = connectors::unionpay::UnionPay::new(&settings).expect("right settings");
    assert_eq!(client.notification(body.as_bytes(), now()), Err(NotificationError::OtherMerchant));
}

#[tokio::test]
async fn what_is_no_notification_is_refused() {
    let world = World::new().await;
    for body in [&b""[..], b"orderId=PAYMENT0001&txnAmt=1&respCode=00", b"\xff\xfe", b"{}"] {
        assert!(world.client.notification(body, now()).is_err());
    }
}
