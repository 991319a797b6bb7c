//! Partial refunds, and reversals of settlements on which later ones rest.

use model::{Fen, SettlementId, VisitId};
use settlement::{
    Action, Actor, Attempt, ItemState, KeptLine, Message, OrderState, Refusal, Settlement, SettlementKind,
};

use crate::world::{CLASS_A, CLASS_B, CLASS_C, Later, World, hospital, other_hospital};

fn correct(world: &mut World, settlement: &Settlement, kept: &[(&str, &str)]) -> Action {
    let ids = world.revoke_action(settlement.id);
    let Action::Revoke { reversal_id, refund_order, .. } = ids else { panic!("a reversal") };
    let kept = kept.iter().map(|(serial, quantity)| KeptLine {
        serial: (*serial).to_owned(),
        quantity: quantity.parse().unwrap(),
    });
    Action::Correct {
        settlement_id: settlement.id,
        visit_id: settlement.visit_id,
        kept: kept.collect(),
        reversal_id,
        refund_order,
        new_settlement_id: SettlementId::from_bytes(world.fresh()),
        new_order_id: model::OrderId::from_bytes(world.fresh()),
    }
}

/// A bill of 1,050.00 of which 753.75 are paid in cash at the window.
fn paid_bill(world: &mut World) -> (VisitId, Settlement) {
    let visit =
        world.visit_with(&hospital(), &[(CLASS_A, "900.00"), (CLASS_B, "100.00"), (CLASS_C, "50.00")]);
    let settlement = world.settle(&hospital(), visit, "1050.00").unwrap();
    // In scope 995.00: the band takes 600.00, of 395.00 the fund pays 75 %, 296.25, and the person 98.75.
    assert_eq!(settlement.split.pool_fund, Fen::new(29_625));
    assert_eq!(settlement.split.cash, Fen::new(75_375));
    let order_id = settlement.order_id;
    world.at(&hospital(), Action::TakeCash { order_id }).unwrap();
    (visit, settlement)
}

#[test]
fn a_part_goes_back_and_the_rest_is_settled_as_if_it_had_been_alone() {
    let mut world = World::new(0, 0);
    let (visit, settlement) = paid_bill(&mut world);
    let action = correct(&mut world, &settlement, &[("1", "1"), ("3", "1")]);
    let corrected = world.at(&hospital(), action).unwrap();
    let records: Vec<SettlementKind> = corrected.body.settlements().map(|each| each.kind).collect();
    assert_eq!(records, [SettlementKind::Reversal { of: settlement.id }, SettlementKind::Original]);
    // 900.00 in scope: the band takes 600.00, of 300.00 the fund pays 225.00 and the person 75.00. Cash: 50.00 + 675.00.
    let rest = corrected.body.settlement().unwrap().clone();
    assert_eq!((rest.split.pool_fund, rest.split.cash), (Fen::new(22_500), Fen::new(72_500)));
    assert_eq!(world.order_of(&settlement).state.name(), "refunded");
    assert_eq!(world.order_of(&rest).state, OrderState::Due);
    let told = [
        Message::OrderChanged { order_id: settlement.order_id },
        Message::BillReady { order_id: rest.order_id },
    ];
    assert_eq!(corrected.body.messages, told);
    let items = world.items_of(visit);
    assert_eq!(items.iter().map(|stored| stored.item.serial.as_str()).collect::<Vec<_>>(), ["1", "3"]);
    assert!(items.iter().all(|stored| stored.state == ItemState::Settled(rest.id)));
    world.check();

    let mut alone = World::new(0, 0);
    let visit = alone.visit_with(&hospital(), &[(CLASS_A, "900.00"), (CLASS_C, "50.00")]);
    let settled = alone.settle(&hospital(), visit, "950.00").unwrap();
    assert_eq!(settled.split, rest.split);
    assert_eq!(alone.money(), world.money());

    let revoke = world.revoke_action(rest.id);
    world.at(&hospital(), revoke).unwrap();
    assert_eq!(world.money(), World::new(0, 0).money());
    world.check();
}

#[test]
fn what_is_kept_of_a_line_is_priced_as_it_was() {
    let mut world = World::new(0, 0);
    let visit = world.visit_with(&hospital(), &[(CLASS_A, "900.00")]);
    let mut pills = world.item("2", "B1", CLASS_A, "3.00");
    pills.price = "3.335".parse().unwrap();
    pills.quantity = "3".parse().unwrap();
    pills.amount = Fen::new(1_001);
    world.at(&hospital(), Action::AddItems { visit_id: visit, items: vec![pills] }).unwrap();
    let settlement = world.settle(&hospital(), visit, "910.01").unwrap();
    let action = correct(&mut world, &settlement, &[("1", "1"), ("2", "1")]);
    let rest = world.at(&hospital(), action).unwrap().body.settlement().unwrap().clone();
    // 3.335 is 3.34, half up.
    assert_eq!(rest.split.total, Fen::new(90_334));
    let reduced = &world.items_of(visit)[1];
    assert_eq!((reduced.item.quantity.to_string().as_str(), reduced.item.amount), ("1", Fen::new(334)));
    assert_eq!(reduced.state, ItemState::Settled(rest.id));
    world.check();
}

#[test]
fn a_correction_that_is_none_is_refused_and_changes_nothing() {
    let mut world = World::new(0, 0);
    let (_, settlement) = paid_bill(&mut world);
    let before = world.clone();
    for (kept, refusal) in [
        (&[("9", "1")][..], Refusal::NoSuchLine("9".to_owned())),
        (&[("1", "1"), ("2", "1"), ("3", "1")][..], Refusal::NothingCorrected),
        (&[("1", "1"), ("1", "1")][..], Refusal::LineKeptTwice("1".to_owned())),
        (&[][..], Refusal::NoItems),
    ] {
        let action = correct(&mut world, &settlement, kept);
        assert_eq!(world.at(&hospital(), action), Err(refusal));
    }
    for quantity in ["2", "0", "-1"] {
        let action = correct(&mut world, &settlement, &[("1", quantity)]);
        let refused = world.at(&hospital(), action).unwrap_err();
        assert_eq!(refused.code(), "kept_quantity");
    }
    let action = correct(&mut world, &settlement, &[("1", "1")]);
    assert_eq!(world.at(&other_hospital(), action), Err(Refusal::NoSuchSettlement));
    assert_eq!((world.money(), &world.events), (before.money(), &before.events));
}

#[test]
fn while_the_channel_is_asked_nothing_is_corrected() {
    let mut world = World::new(0, 0);
    let visit = world.visit_with(&hospital(), &[(CLASS_A, "900.00"), (CLASS_C, "50.00")]);
    let settlement = world.settle(&hospital(), visit, "950.00").unwrap();
    let order_id = settlement.order_id;
    let attempt = Attempt { channel: "unionpay".to_owned(), channel_order: "A1".to_owned(), at: world.now };
    world.act(Actor::Person, Action::BeginPayment { order_id, attempt }).unwrap();
    let submitted = Action::SubmitPayment { order_id, channel_order: "A1".to_owned() };
    world.act(Actor::Person, submitted).unwrap();
    let action = correct(&mut world, &settlement, &[("1", "1")]);
    assert_eq!(world.at(&hospital(), action), Err(Refusal::PaymentUnderWay));
}

/// Two bills of one year; the second rests on the band that the first has filled.
fn two_bills(later: Later) -> (World, Settlement, Settlement) {
    let mut world = World::by(later, 0, 0);
    let visit = world.visit_with(&hospital(), &[(CLASS_A, "700.00")]);
    let first = world.settle(&hospital(), visit, "700.00").unwrap();
    let visit = world.visit_with(&other_hospital(), &[(CLASS_A, "200.00")]);
    let second = world.settle(&other_hospital(), visit, "200.00").unwrap();
    assert_eq!(second.split.deductible, Fen::ZERO);
    (world, first, second)
}

#[test]
fn later_settlements_stand_where_the_policy_does_not_say_otherwise() {
    let (mut world, first, second) = two_bills(Later::Stand);
    let revoke = world.revoke_action(first.id);
    world.at(&hospital(), revoke).unwrap();
    assert_eq!(world.order_of(&second).state, OrderState::Due);
    world.check();
}

#[test]
fn later_settlements_go_first_where_the_policy_refuses() {
    let (mut world, first, second) = two_bills(Later::Refuse);
    let revoke = world.revoke_action(first.id);
    assert_eq!(world.at(&hospital(), revoke.clone()), Err(Refusal::LaterSettlements(1)));
    let action = correct(&mut world, &first, &[("1", "0.5")]);
    assert_eq!(world.at(&hospital(), action), Err(Refusal::LaterSettlements(1)));
    let latest = world.revoke_action(second.id);
    world.at(&other_hospital(), latest).unwrap();
    world.at(&hospital(), revoke).unwrap();
    assert_eq!(world.money(), World::new(0, 0).money());
    world.check();
}

#[test]
fn later_settlements_are_undone_too_where_the_policy_unwinds() {
    let (mut world, first, second) = two_bills(Later::Unwind);
    world.at(&other_hospital(), Action::TakeCash { order_id: second.order_id }).unwrap();
    let revoke = world.revoke_action(first.id);
    let undone = world.at(&hospital(), revoke).unwrap();
    let of: Vec<SettlementKind> = undone.body.settlements().map(|each| each.kind).collect();
    let reversals = [SettlementKind::Reversal { of: second.id }, SettlementKind::Reversal { of: first.id }];
    assert_eq!(of, reversals, "the latest first");
    assert_eq!(world.money(), World::new(0, 0).money());
    assert_eq!(world.order_of(&second).state.name(), "refunded");
    assert_eq!(world.order_of(&first).state, OrderState::Closed);
    let again = world.revoke_action(second.id);
    assert_eq!(world.at(&other_hospital(), again), Err(Refusal::AlreadyReversed));
    world.check();
}

#[test]
fn a_correction_undoes_later_settlements_where_the_policy_unwinds() {
    let (mut world, first, second) = two_bills(Later::Unwind);
    let action = correct(&mut world, &first, &[("1", "0.5")]);
    let corrected = world.at(&hospital(), action).unwrap();
    let of: Vec<SettlementKind> = corrected.body.settlements().map(|each| each.kind).collect();
    let reversals = [SettlementKind::Reversal { of: second.id }, SettlementKind::Reversal { of: first.id }];
    assert_eq!(of.get(..2), Some(&reversals[..]), "the latest first");
    let mut alone = World::by(Later::Unwind, 0, 0);
    let visit = alone.visit_with(&hospital(), &[(CLASS_A, "350.00")]);
    alone.settle(&hospital(), visit, "350.00").unwrap();
    assert_eq!(world.money(), alone.money(), "as if only the kept half had ever been settled");
    assert_eq!(world.order_of(&second).state, OrderState::Closed);
    world.check();
}
