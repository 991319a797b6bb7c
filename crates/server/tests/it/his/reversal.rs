//! 2601: undoing a message whose outcome its sender does not know.

use model::MedicalType;
use sandbox::his::forms;
use wire::message::SettlementReply;

use super::world::{World, item, reason, small_bill, with_id_card};
use crate::support::{LI, WANG};

#[tokio::test]
async fn a_settlement_is_reversed_by_its_message_and_only_once() {
    let world = World::open().await;
    let (his, patient, items) = (&world.hospital, with_id_card(&WANG), small_bill());
    let visit = world.visit(&patient, "B1", &items).await;
    let trial = world.trial(&patient, visit, "B1", &items).await;
    let before = world.account(WANG.id()).await;
    let settled = his.settle(&patient, "B1", &trial).await.expect("settled");
    let message_id = settled.info.institution_settlement;

    // Another institution's reversal of a message with this number is about a message of its own.
    world.other.reverse(WANG.id(), "2207", &message_id).await.expect("forbidden");
    let refused = reason(his.reverse(LI.id(), "2207", &message_id).await);
    assert_eq!(refused, "没有找到该参保人在本机构的结算记录（setl_id）", "another person's");
    assert!(world.account(WANG.id()).await.balances != before.balances, "still settled");

    let call = his.prepare("2601", &forms::reversal(WANG.id(), "2207", &message_id)).expect("a call");
    let first = his.post(&call).await.expect("an answer");
    let after = world.account(WANG.id()).await;
    assert_eq!((after.balances, &after.accumulators), (before.balances, &before.accumulators));
    assert_eq!(his.post(&call).await, Ok(first), "the same message");
    assert_eq!(reason(his.reverse(WANG.id(), "2207", &message_id).await), "该结算已撤销");
    assert_eq!(world.account(WANG.id()).await, after);

    // The batch is open again and can be settled by a new message.
    his.settle(&patient, "B1", &trial).await.expect("settled again");
}

#[tokio::test]
async fn a_message_that_was_reversed_before_it_arrived_never_settles() {
    let world = World::open().await;
    let (his, patient, items) = (&world.hospital, with_id_card(&WANG), small_bill());
    let visit = world.visit(&patient, "B1", &items).await;
    let trial = world.trial(&patient, visit, "B1", &items).await;
    let message = forms::settlement(&patient, visit, "B1", MedicalType::Outpatient, &trial.amounts);
    let late = his.prepare("2207", &message).expect("a call");
    his.reverse(WANG.id(), "2207", &late.message_id).await.expect("forbidden");
    let before = world.account(WANG.id()).await;
    assert_eq!(
        reason(his.send_for::<SettlementReply>(&late).await),
        format!("报文ID（msgid）{}已被冲正，不再受理", late.message_id)
    );
    assert_eq!(world.account(WANG.id()).await, before);
    his.ask::<SettlementReply>("2207", &message).await.expect("settled by another message");
}

#[tokio::test]
async fn of_a_message_and_its_reversal_at_once_nothing_stays_settled() {
    let world = World::open().await;
    let (his, patient) = (&world.hospital, with_id_card(&WANG));
    let visit = his.register(&patient, "MZ-1").await.expect("registered").visit;
    his.record_visit(&patient, visit, MedicalType::Outpatient).await.expect("recorded");
    for round in 0..12 {
        let (serial, batch) = (format!("{round}"), format!("B{round}"));
        let items = [item(&serial, "XJ01CAA040A001010199004", "12.50", "1", 1_250)];
        his.upload_items(&patient, visit, &batch, &items).await.expect("uploaded");
        let trial = world.trial(&patient, visit, &batch, &items).await;
        let before = world.account(WANG.id()).await;
        let message = forms::settlement(&patient, visit, &batch, MedicalType::Outpatient, &trial.amounts);
        let call = his.prepare("2207", &message).expect("a call");
        let reversal = forms::reversal(WANG.id(), "2207", &call.message_id);
        let (_, reversed) = tokio::join!(
            his.send_for::<SettlementReply>(&call),
            his.ask::<wire::message::Empty>("2601", &reversal)
        );
        reversed.expect("reversed, whichever came first");
        let after = world.account(WANG.id()).await;
        assert_eq!((after.balances, after.accumulators), (before.balances, before.accumulators));
    }
}

#[tokio::test]
async fn a_purchase_is_reversed_and_other_transactions_are_not() {
    let world = World::open().await;
    let (his, patient) = (&world.pharmacy, with_id_card(&WANG));
    let before = world.account(WANG.id()).await;
    let items = [item("1", "XJ01CAA040A001010199004", "12.50", "2", 2_500)];
    let bought = his.buy(&patient, &items).await.expect("bought");
    let message_id = bought.info.institution_settlement;
    assert_eq!(
        reason(his.reverse(WANG.id(), "2204", &message_id).await),
        "oinfno（原交易编号）：交易 2204 不能冲正，可以冲正的是 2207、2102（含 2207A、2102A）"
    );
    // The number may be either of the transaction's.
    his.reverse(WANG.id(), "2102A", &message_id).await.expect("reversed");
    assert_eq!(world.account(WANG.id()).await.balances, before.balances);
}

#[tokio::test]
async fn a_message_that_comes_again_after_its_reversal_does_not_say_that_it_settled() {
    let world = World::open().await;
    let (his, patient, items) = (&world.hospital, with_id_card(&WANG), small_bill());
    let visit = world.visit(&patient, "B1", &items).await;
    let trial = world.trial(&patient, visit, "B1", &items).await;
    let message = forms::settlement(&patient, visit, "B1", MedicalType::Outpatient, &trial.amounts);
    let call = his.prepare("2207", &message).expect("a call");
    his.send_for::<SettlementReply>(&call).await.expect("settled");
    let settled = world.account(WANG.id()).await;
    // The reversal names the transaction wrongly: it must not say that anything was undone.
    assert_eq!(
        reason(his.reverse(WANG.id(), "2102", &call.message_id).await),
        "oinfno（原交易编号）：该报文是交易 2207，请按其交易编号冲正"
    );
    assert_eq!(world.account(WANG.id()).await, settled);
    his.reverse(WANG.id(), "2207", &call.message_id).await.expect("reversed");
    let before = world.account(WANG.id()).await;
    assert_eq!(reason(his.send_for::<SettlementReply>(&call).await), "该结算已撤销");
    assert_eq!(world.account(WANG.id()).await, before);
}
