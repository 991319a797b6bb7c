//! What each misbehaviour of the channel ends in. The rule behind all: no success and no refusal without proof.

use connectors::unionpay::{CertificateError, OrderState, SignatureError, Submission, TransactionKind};
use connectors::{BadAnswer, Doubt, NoAnswer, Outcome};
use model::Fen;
use sandbox::unionpay::{Fault, Operation};

use crate::world::{BALANCE, CARD, World, code, holder, now, order};

const AMOUNT: Fen = Fen::new(3_860);
const REST: Fen = Fen::new(96_140);
const PAYMENT: &str = "PAYMENT0001";

/// Pays once while the channel has `fault`, and says what came of it.
async fn pay(world: &World, fault: Fault) -> Submission {
    let grant = world.token().await;
    let payment = order(PAYMENT);
    world.consume_sms(&payment, &grant.token, AMOUNT).await;
    world.sandbox.unionpay.fail_order(Operation::Consume, PAYMENT, fault);
    let impatient = world.impatient_client();
    let silent = matches!(fault, Fault::NoAnswerAfterEffect | Fault::NoAnswerBeforeEffect);
    let client = if silent { &impatient } else { &world.client };
    client.consume(&payment, &grant.token, AMOUNT, &code("111111"), now()).await.expect("sent")
}

async fn query(world: &World) -> OrderState {
    world.client.query(&order(PAYMENT), now()).await.expect("sent")
}

fn assert_settled(state: &OrderState) {
    let OrderState::Settled(settled) = state else { panic!("not settled: {state:?}") };
    assert_eq!(settled.check(&order(PAYMENT), TransactionKind::Consume, AMOUNT), Ok(()));
}

#[tokio::test]
async fn silence_after_the_effect_is_unknown_and_the_query_finds_the_payment() {
    let world = World::new().await;
    let submitted = pay(&world, Fault::NoAnswerAfterEffect).await;
    assert_eq!(submitted, Submission::Unknown(Doubt::NoAnswer(NoAnswer::TimedOut)));
    assert_eq!(world.sandbox.unionpay.balance(CARD), Some(REST));
    assert_settled(&query(&world).await);
}

#[tokio::test]
async fn silence_before_the_effect_is_unknown_and_the_query_finds_nothing() {
    let world = World::new().await;
    let submitted = pay(&world, Fault::NoAnswerBeforeEffect).await;
    assert_eq!(submitted, Submission::Unknown(Doubt::NoAnswer(NoAnswer::TimedOut)));
    assert_eq!(world.sandbox.unionpay.balance(CARD), Some(BALANCE));
    assert_eq!(query(&world).await, OrderState::NotFound);
}

#[tokio::test]
async fn a_pending_payment_stays_unknown_until_the_channel_decides() {
    let mut world = World::new().await;
    let submitted = pay(&world, Fault::PendingThenSuccess).await;
    assert!(matches!(submitted, Submission::Unknown(Doubt::Processing(words)) if words.code == "05"));
    let first = query(&world).await;
    assert!(matches!(first, OrderState::Unknown(Doubt::Processing(words)) if words.code == "05"));
    assert!(world.mailbox.is_empty());
    assert_settled(&query(&world).await);
    assert!(world.client.notification(&world.mailbox.next().await, now()).is_ok());
}

#[tokio::test]
async fn a_pending_payment_may_end_refused() {
    let world = World::new().await;
    assert!(matches!(pay(&world, Fault::PendingThenRefusal).await, Submission::Unknown(_)));
    assert!(matches!(query(&world).await, OrderState::Unknown(_)));
    assert!(matches!(query(&world).await, OrderState::Refused(words) if words.code == "64"));
    assert_eq!(world.sandbox.unionpay.balance(CARD), Some(BALANCE));
}

#[tokio::test]
async fn a_refusal_is_a_refusal() {
    let world = World::new().await;
    assert!(matches!(pay(&world, Fault::Refusal).await, Submission::Refused(words) if words.code == "64"));
    assert_eq!(world.sandbox.unionpay.balance(CARD), Some(BALANCE));
}

#[tokio::test]
async fn a_code_of_no_list_is_unknown() {
    let world = World::new().await;
    let submitted = pay(&world, Fault::UnlistedCode).await;
    assert!(matches!(submitted, Submission::Unknown(Doubt::Unlisted(words)) if words.code == "Z9"));
}

#[tokio::test]
async fn answers_that_prove_nothing_are_unknown_although_the_money_moved() {
    let signature = |reason| BadAnswer::Signature(reason);
    let certificate = |reason| signature(SignatureError::Certificate(reason));
    for (fault, reason) in [
        (Fault::TamperedAnswer, signature(SignatureError::Wrong)),
        (Fault::ForeignCertificate, certificate(CertificateError::UnknownIssuer)),
        (Fault::ExpiredCertificate, certificate(CertificateError::OutsideValidity)),
        (Fault::AnswerToAnotherOrder, BadAnswer::Mismatch("orderId")),
        (Fault::BrokenAnswer, BadAnswer::Unreadable),
    ] {
        let world = World::new().await;
        let submitted = pay(&world, fault).await;
        assert_eq!(submitted, Submission::Unknown(Doubt::BadAnswer(reason)), "{fault:?}");
        assert_eq!(world.sandbox.unionpay.balance(CARD), Some(REST), "{fault:?}");
        assert_settled(&query(&world).await);
    }
}

#[tokio::test]
async fn an_http_failure_is_unknown() {
    let world = World::new().await;
    let submitted = pay(&world, Fault::BadGateway).await;
    assert_eq!(submitted, Submission::Unknown(Doubt::NoAnswer(NoAnswer::Status(502))));
}

#[tokio::test]
async fn a_gateway_that_is_down_is_unknown() {
    let world = World::new().await;
    let World { sandbox, client, .. } = world;
    drop(sandbox);
    // The listener closes when the runtime has dropped its task, which a few turns of the runtime let it do.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let state = client.query(&order(PAYMENT), now()).await.expect("made");
    assert!(matches!(state, OrderState::Unknown(Doubt::NoAnswer(_))), "{state:?}");
}

#[tokio::test]
async fn a_query_that_fails_says_nothing_about_the_order() {
    let world = World::new().await;
    assert!(matches!(pay(&world, Fault::NoNotification).await, Submission::Accepted(_)));
    for fault in
        [Fault::UnlistedCode, Fault::TamperedAnswer, Fault::BadGateway, Fault::Refusal, Fault::BrokenAnswer]
    {
        world.sandbox.unionpay.fail_next(Operation::Query, fault);
        let state = query(&world).await;
        assert!(matches!(state, OrderState::Unknown(_)), "{fault:?} {state:?}");
    }
    assert_settled(&query(&world).await);
}

#[tokio::test]
async fn a_refund_without_an_answer_is_found_by_its_own_order() {
    let world = World::new().await;
    let Submission::Accepted(accepted) = pay(&world, Fault::NoNotification).await else {
        panic!("not taken")
    };
    let query_id = accepted.query_id.expect("a number");
    world.sandbox.unionpay.fail_next(Operation::Refund, Fault::NoAnswerAfterEffect);
    let refund = order("REFUND0001");
    let submitted = world.impatient_client().refund(&refund, &query_id, AMOUNT, now()).await.expect("sent");
    assert_eq!(submitted, Submission::Unknown(Doubt::NoAnswer(NoAnswer::TimedOut)));
    let state = world.client.query(&refund, now()).await.expect("sent");
    let OrderState::Settled(settled) = state else { panic!("{state:?}") };
    assert_eq!(settled.check(&refund, TransactionKind::Refund, AMOUNT), Ok(()));
    assert_eq!(world.sandbox.unionpay.balance(CARD), Some(BALANCE));
}

#[tokio::test]
async fn a_token_whose_answer_is_lost_is_got_by_opening_again() {
    let world = World::new().await;
    world.sandbox.unionpay.fail_next(Operation::OpenToken, Fault::NoAnswerAfterEffect);
    let first = order("OPENTOKEN0000");
    let sent = world.client.open_token_sms(&first, &holder(), now()).await.expect("sent");
    assert_eq!(sent, Outcome::Success(()));
    let impatient = world.impatient_client();
    let opened = impatient.open_token(&first, &holder(), &code("111111"), now()).await.expect("sent");
    assert_eq!(opened, Outcome::Unknown(Doubt::NoAnswer(NoAnswer::TimedOut)));
    let again = world.token().await;
    assert_eq!(again.token.expose().len(), 19);
}

#[tokio::test]
async fn faults_can_be_set_from_another_process() {
    let world = World::new().await;
    let url = format!("http://{}/control/unionpay/faults", world.sandbox.address);
    let planned = serde_json::json!({ "operation": "query", "order": PAYMENT, "fault": "unlisted_code" });
    let answer = reqwest::Client::new().post(url).json(&planned).send().await.expect("an answer");
    assert_eq!(answer.status(), 204);
    let state = query(&world).await;
    assert!(matches!(state, OrderState::Unknown(Doubt::Unlisted(_))), "{state:?}");
    assert_eq!(query(&world).await, OrderState::NotFound, "a fault meets one call");
}
