//! The usual course, with amounts computed by hand.

use model::{CertificateType, Fen, OrderId, Scheme, SettlementId, VisitId};
use settlement::{
    Action, Actor, Attempt, Declared, ItemState, Message, OrderState, PaymentResult, RefundResult,
    SettlementKind,
};

use crate::world::{CLASS_A, CLASS_B, CLASS_C, World, hospital, pharmacy};

fn attempt(order: &str, world: &World) -> Attempt {
    Attempt { channel: "unionpay".to_owned(), channel_order: order.to_owned(), at: world.now }
}

#[test]
fn a_bill_is_settled_paid_and_taken_back_to_the_fen() {
    // 50 years, in service, tertiary hospital. 100 yuan in this year's account, nothing of previous years.
    let mut world = World::new(10_000, 0);
    let before = world.money();
    let visit =
        world.visit_with(&hospital(), &[(CLASS_A, "900.00"), (CLASS_B, "100.00"), (CLASS_C, "50.00")]);
    let settlement = world.settle(&hospital(), visit, "1050.00").unwrap();
    let split = &settlement.split;
    // Catalogue: C 50.00 fully self-paid; B 5 % of 100.00 = 5.00 first; in scope 900.00 + 95.00 = 995.00.
    assert_eq!(split.fully_self_paid, Fen::new(5_000));
    assert_eq!(split.first_self_paid, Fen::new(500));
    assert_eq!(split.in_scope, Fen::new(99_500));
    // This year's account pays 100.00 of the scope; the self-borne band takes 600.00 (45 and over); shared 295.00.
    assert_eq!(split.account_current_year, Fen::new(10_000));
    assert_eq!(split.deductible, Fen::new(60_000));
    // Tertiary: the person bears 25 % of 295.00 = 73.75, the fund 221.25.
    assert_eq!(split.pool_fund, Fen::new(22_125));
    // Cash: 50.00 + 5.00 + 600.00 + 73.75 = 728.75.
    assert_eq!(split.cash, Fen::new(72_875));
    assert!(world.items_of(visit).iter().all(|stored| stored.state == ItemState::Settled(settlement.id)));

    let order = world.order_of(&settlement).clone();
    assert_eq!(
        (order.fund, order.account, order.cash),
        (Fen::new(22_125), Fen::new(10_000), Fen::new(72_875))
    );
    let first = attempt("A1", &world);
    world.act(Actor::Person, Action::BeginPayment { order_id: order.id, attempt: first }).unwrap();
    let submitted = Action::SubmitPayment { order_id: order.id, channel_order: "A1".to_owned() };
    world.act(Actor::Person, submitted).unwrap();
    let paid = PaymentResult::Paid { amount: Fen::new(72_875), channel_reference: "Q1".to_owned() };
    let resolved =
        Action::ResolvePayment { order_id: order.id, channel_order: "A1".to_owned(), result: paid };
    world.act(Actor::Platform, resolved).unwrap();
    assert_eq!(world.order_of(&settlement).state.national_code(), "6");
    world.check();

    let revoke = world.revoke_action(settlement.id);
    let revoked = world.at(&hospital(), revoke).unwrap();
    let reversal = revoked.body.settlement().unwrap().clone();
    assert_eq!(reversal.kind, SettlementKind::Reversal { of: settlement.id });
    for ((name, original), (_, mirrored)) in split.amounts().iter().zip(reversal.split.amounts()) {
        assert_eq!(original.plus(mirrored), Ok(Fen::ZERO), "{name}");
    }
    assert_eq!(world.money(), before);
    assert_eq!(revoked.body.messages, [Message::RefundWanted { order_id: order.id }]);
    assert!(world.items_of(visit).iter().all(|stored| stored.state == ItemState::Open));
    let done =
        Action::ResolveRefund { order_id: order.id, result: RefundResult::Done { amount: Fen::new(72_875) } };
    world.act(Actor::Platform, done).unwrap();
    assert_eq!(world.order_of(&settlement).state.name(), "refunded");
    world.check();

    // The items are open again, so the visit can be settled anew, with the same result.
    let again = world.settle(&hospital(), visit, "1050.00").unwrap();
    assert_eq!(again.split, settlement.split);
    world.check();
}

#[test]
fn a_purchase_at_a_pharmacy_is_one_step() {
    let mut world = World::new(0, 4_000);
    let items = vec![world.item("1", "P1", CLASS_A, "30.00"), world.item("2", "P1", CLASS_C, "20.00")];
    let began = world.now;
    let committed = world
        .at(
            &pharmacy(),
            Action::Purchase {
                visit_id: VisitId::from_bytes([101; 16]),
                settlement_id: SettlementId::from_bytes([102; 16]),
                order_id: OrderId::from_bytes([103; 16]),
                scheme: Scheme::Employee,
                certificate: CertificateType::IdCard,
                token_digest: None,
                began,
                items,
                use_account: true,
                declared: Declared { total: Fen::new(5_000), parts: None },
            },
        )
        .unwrap();
    let split = &committed.body.settlement().unwrap().split;
    // 30.00 in scope, all within the self-borne band; previous years' 40.00 pays 30.00 and 10.00 of the class C item.
    assert_eq!(
        (split.in_scope, split.deductible, split.pool_fund),
        (Fen::new(3_000), Fen::new(3_000), Fen::ZERO)
    );
    assert_eq!((split.account_previous_years, split.cash), (Fen::new(4_000), Fen::new(1_000)));
    assert!(committed.body.visit().is_some());
    assert_eq!(committed.body.items_added().len(), 2);
    world.check();
}

#[test]
fn cash_taken_at_the_window_goes_back_at_the_window() {
    let mut world = World::new(0, 0);
    let visit = world.visit_with(&hospital(), &[(CLASS_A, "30.00")]);
    let settlement = world.settle(&hospital(), visit, "30.00").unwrap();
    world.at(&hospital(), Action::TakeCash { order_id: settlement.order_id }).unwrap();
    assert_eq!(world.order_of(&settlement).state.name(), "paid_at_window");
    let revoke = world.revoke_action(settlement.id);
    world.at(&hospital(), revoke).unwrap();
    assert!(matches!(world.order_of(&settlement).state, OrderState::Refunded { .. }));
    world.check();
}

#[test]
fn a_bill_that_others_pay_leaves_nothing_due() {
    let mut world = World::new(10_000, 0);
    let visit = world.visit_with(&hospital(), &[(CLASS_A, "30.00")]);
    let settlement = world.settle(&hospital(), visit, "30.00").unwrap();
    assert_eq!(settlement.split.account_current_year, Fen::new(3_000));
    assert_eq!(world.order_of(&settlement).state, OrderState::NothingDue);
    world.check();
}

#[test]
fn the_same_message_gets_the_same_answer_and_changes_nothing() {
    let mut world = World::new(0, 0);
    let visit = world.visit_with(&hospital(), &[(CLASS_A, "30.00")]);
    let action = world.settle_action(visit, "30.00");
    let first = world.message(&hospital(), "M1", 1, action);
    let answer = world.run(&first).unwrap();
    let version = world.account.version;
    // The repeated message carries new ids of ours, as the server would make them.
    let again = world.settle_action(visit, "30.00");
    let again = world.message(&hospital(), "M1", 1, again);
    assert_eq!(world.run(&again), Ok(answer));
    assert_eq!(world.account.version, version);
}
