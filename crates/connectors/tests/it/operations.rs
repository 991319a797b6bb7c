//! Every operation as it goes when nothing goes wrong, and the refusals that the channel gives by itself.

use connectors::unionpay::{OrderState, Submission, TransactionKind, UnionPay};
use connectors::{Doubt, Error, Outcome};
use model::Fen;
use sandbox::unionpay::{Kind, SmsCodes};
use sandbox::{Sandbox, Settings};

use crate::world::{BALANCE, CARD, PHONE, World, code, holder, now, order, settings_for};

fn refusal_code<T: std::fmt::Debug>(outcome: Outcome<T>) -> String {
    match outcome {
        Outcome::Refused(refusal) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_card_is_bound_paid_with_queried_refunded_and_released() {
    let mut world = World::new().await;
    let (client, bank) = (&world.client, world.sandbox.unionpay.clone());
    let grant = world.token().await;
    assert_eq!(grant.token_requestor, world.sandbox.merchant.token_requestor);
    assert!(grant.valid_from <= now() && now() < grant.valid_until);

    let (payment, amount) = (order("PAYMENT00000000000000001A"), Fen::new(3_860));
    world.consume_sms(&payment, &grant.token, amount).await;
    let submitted =
        client.consume(&payment, &grant.token, amount, &code("111111"), now()).await.expect("sent");
    let Submission::Accepted(accepted) = submitted else { panic!("{submitted:?}") };

    let state = client.query(&payment, now()).await.expect("sent");
    let OrderState::Settled(settled) = state else { panic!("{state:?}") };
    assert_eq!(settled.check(&payment, TransactionKind::Consume, amount), Ok(()));
    assert_eq!(accepted.query_id.as_deref(), Some(settled.query_id.as_str()));
    assert_eq!(bank.balance(CARD), Some(Fen::new(96_140)));
    let notified = client.notification(&world.mailbox.next().await, now()).expect("a true notification");
    assert_eq!(notified, settled);

    let (refund, part) = (order("REFUND00000000000000001A"), Fen::new(1_000));
    let submitted = client.refund(&refund, &settled.query_id, part, now()).await.expect("sent");
    assert!(matches!(submitted, Submission::Accepted(_)), "{submitted:?}");
    let notified = client.notification(&world.mailbox.next().await, now()).expect("a true notification");
    assert_eq!(notified.check(&refund, TransactionKind::Refund, part), Ok(()));
    assert_eq!(bank.balance(CARD), Some(Fen::new(97_140)));
    let rest = Fen::new(2_860);
    let last = order("REFUND00000000000000002A");
    let submitted = client.refund(&last, &settled.query_id, rest, now()).await.expect("sent");
    assert!(matches!(submitted, Submission::Accepted(_)), "{submitted:?}");
    assert_eq!(bank.balance(CARD), Some(BALANCE));
    let kinds: Vec<_> = bank.transactions().iter().map(|seen| seen.kind).collect();
    assert_eq!(kinds, [Kind::Consume, Kind::Refund, Kind::Refund]);

    let released = client.delete_token(&order("RELEASE0001"), &grant.token, now()).await.expect("sent");
    assert_eq!(released, Outcome::Success(()));
    let after = client.consume_sms(&order("PAYMENT0002"), &grant.token, amount, now()).await.expect("sent");
    assert_eq!(refusal_code(after), "89");
}

#[tokio::test]
async fn a_holder_who_is_not_the_cards_gets_no_token() {
    let world = World::new().await;
    let opening = order("OPENTOKEN0001");
    let mut other_phone = holder();
    other_phone.phone = "13900000009".parse().expect("a phone");
    let sent = world.client.open_token_sms(&opening, &other_phone, now()).await.expect("sent");
    assert_eq!(refusal_code(sent), "66");

    let sent = world.client.open_token_sms(&opening, &holder(), now()).await.expect("sent");
    assert_eq!(sent, Outcome::Success(()));
    let mut other_name = holder();
    other_name.name = "李四".parse().expect("a name");
    let opened = world.client.open_token(&opening, &other_name, &code("111111"), now()).await.expect("sent");
    assert_eq!(refusal_code(opened), "66");
    let opened = world.client.open_token(&opening, &holder(), &code("222222"), now()).await.expect("sent");
    assert_eq!(refusal_code(opened), "71");
    let another = order("OPENTOKEN0002");
    let opened = world.client.open_token(&another, &holder(), &code("111111"), now()).await.expect("sent");
    assert_eq!(refusal_code(opened), "71", "a code is good for the order that it was sent for");
}

#[tokio::test]
async fn a_payment_beyond_the_balance_is_refused_and_the_query_says_so() {
    let mut world = World::new().await;
    let grant = world.token().await;
    let (payment, amount) = (order("PAYMENT0001"), Fen::new(100_001));
    world.consume_sms(&payment, &grant.token, amount).await;
    let submitted =
        world.client.consume(&payment, &grant.token, amount, &code("111111"), now()).await.expect("sent");
    let Submission::Refused(refusal) = submitted else { panic!("{submitted:?}") };
    assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("64", "卡上的余额不足"));
    let state = world.client.query(&payment, now()).await.expect("sent");
    assert!(matches!(state, OrderState::Refused(refusal) if refusal.code == "64"));
    assert_eq!(world.sandbox.unionpay.balance(CARD), Some(BALANCE));
    assert!(world.mailbox.is_empty(), "failures are not notified");
}

#[tokio::test]
async fn the_same_order_twice_pays_once() {
    let world = World::new().await;
    let grant = world.token().await;
    let (payment, amount) = (order("PAYMENT0001"), Fen::new(500));
    world.consume_sms(&payment, &grant.token, amount).await;
    let code = code("111111");
    let first = world.client.consume(&payment, &grant.token, amount, &code, now()).await.expect("sent");
    assert!(matches!(first, Submission::Accepted(_)), "{first:?}");
    let second = world.client.consume(&payment, &grant.token, amount, &code, now()).await.expect("sent");
    assert!(
        matches!(&second, Submission::Unknown(Doubt::Processing(words)) if words.code == "12"),
        "a duplicate says that the order exists, not that it failed: {second:?}"
    );
    assert_eq!(world.sandbox.unionpay.balance(CARD), Some(Fen::new(99_500)));
}

#[tokio::test]
async fn no_more_is_refunded_than_was_paid() {
    let world = World::new().await;
    let grant = world.token().await;
    let (payment, amount) = (order("PAYMENT0001"), Fen::new(500));
    world.consume_sms(&payment, &grant.token, amount).await;
    let submitted =
        world.client.consume(&payment, &grant.token, amount, &code("111111"), now()).await.expect("sent");
    let Submission::Accepted(accepted) = submitted else { panic!("{submitted:?}") };
    let query_id = accepted.query_id.expect("a number");
    let refund = |number: &'static str, id: String, fen: i64| {
        let client = &world.client;
        async move { client.refund(&order(number), &id, Fen::new(fen), now()).await.expect("sent") }
    };
    assert!(matches!(refund("REFUND0001", query_id.clone(), 499).await, Submission::Accepted(_)));
    assert!(
        matches!(refund("REFUND0002", query_id.clone(), 2).await, Submission::Refused(r) if r.code == "36")
    );
    assert!(matches!(refund("REFUND0003", query_id, 1).await, Submission::Accepted(_)));
    let unknown = refund("REFUND0004", "999".to_owned(), 1).await;
    assert!(matches!(unknown, Submission::Refused(r) if r.code == "35"));
    assert_eq!(world.sandbox.unionpay.balance(CARD), Some(BALANCE));
}

#[tokio::test]
async fn an_order_that_was_never_sent_is_not_found() {
    let world = World::new().await;
    let state = world.client.query(&order("NEVERSENT0001"), now()).await.expect("sent");
    assert_eq!(state, OrderState::NotFound);
}

#[tokio::test]
async fn random_codes_are_read_from_the_list_of_sent_ones() {
    let mut settings = Settings::new(std::sync::Arc::new(now));
    settings.sms_codes = SmsCodes::Random;
    let world = World::with(settings).await;
    let opening = order("OPENTOKEN0001");
    let sent = world.client.open_token_sms(&opening, &holder(), now()).await.expect("sent");
    assert_eq!(sent, Outcome::Success(()));
    let url = format!("http://{}/control/unionpay/codes?phone={PHONE}", world.sandbox.address);
    let answer = reqwest::get(url).await.expect("an answer");
    let codes: Vec<std::collections::HashMap<String, Option<String>>> =
        serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("json");
    let sent = codes[0]["code"].clone().expect("a code");
    assert_eq!(codes[0]["order"].as_deref(), Some("OPENTOKEN0001"));
    let opened = world.client.open_token(&opening, &holder(), &code(&sent), now()).await.expect("sent");
    assert!(matches!(opened, Outcome::Success(_)), "{opened:?}");
}

#[tokio::test]
async fn arguments_that_break_the_channels_rules_are_never_sent() {
    let world = World::new().await;
    let grant = world.token().await;
    let payment = order("PAYMENT0001");
    for amount in [Fen::ZERO, Fen::new(-1), Fen::new(1_000_000_000_000)] {
        let error =
            world.client.consume_sms(&payment, &grant.token, amount, now()).await.expect_err("refused");
        assert!(matches!(error, Error::Argument { field: "the amount", .. }));
    }
    let error = world.client.refund(&payment, "12&txnAmt=1", Fen::new(1), now()).await.expect_err("refused");
    assert!(matches!(error, Error::Argument { field: "the query id", .. }));
    assert_eq!(world.sandbox.unionpay.sent_codes(PHONE).len(), 1, "only the code for the token was sent");
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_by_name() {
    let world = World::new().await;
    type Spoil = fn(&mut connectors::unionpay::Settings);
    let cases: [(&str, Spoil); 9] = [
        ("unionpay.gateway_url", |s| s.gateway_url = "http://gateway.95516.com/gateway/api/".to_owned()),
        ("unionpay.gateway_url", |s| s.gateway_url = "https://gateway.95516.com/gateway/api".to_owned()),
        ("unionpay.back_url", |s| s.back_url = "https://example.com/notify?from=unionpay".to_owned()),
        ("unionpay.merchant_id", |s| s.merchant_id = "77729&merId=1".to_owned()),
        ("unionpay.token_requestor", |s| s.token_requestor = String::new()),
        ("unionpay.signing_key_pem", |s| s.signing_key_pem = "key".parse().expect("a text")),
        ("unionpay.signing_certificate_pem", |s| {
            s.signing_certificate_pem = s.encryption_certificate_pem.clone()
        }),
        ("unionpay.root_certificates_pem", |s| s.root_certificates_pem = String::new()),
        ("unionpay.signer_holder", |s| s.signer_holder = String::new()),
    ];
    for (name, spoil) in cases {
        let mut settings = settings_for(&world.sandbox, &world.mailbox.url);
        spoil(&mut settings);
        match UnionPay::new(&settings) {
            Err(Error::Setting { setting, .. }) => assert_eq!(setting, name),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn the_sandbox_refuses_an_address_that_others_can_reach() {
    let open = "0.0.0.0:0".parse().expect("an address");
    let error = Sandbox::start(open, Settings::new(std::sync::Arc::new(now))).await.expect_err("refused");
    assert!(matches!(error, sandbox::Error::NotLoopback(_)));
}
