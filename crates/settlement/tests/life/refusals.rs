//! What is refused, and that a refusal changes nothing.

use model::{Fen, InsuranceStatus, MedicalType, SettlementId};
use settlement::{Action, Actor, Attempt, PaymentResult, Refusal};

use crate::world::{CLASS_A, World, hospital, other_hospital};

fn refused(world: &mut World, act: impl FnOnce(&mut World) -> Option<Refusal>) -> Refusal {
    let (events, account) = (world.events.len(), world.account.clone());
    let refusal = act(world).expect("refused");
    assert_eq!((world.events.len(), &world.account), (events, &account), "a refusal changes nothing");
    assert!(!refusal.zh().is_empty() && !refusal.to_string().is_empty());
    refusal
}

fn settled() -> (World, settlement::Settlement) {
    let mut world = World::new(0, 0);
    let visit = world.visit_with(&hospital(), &[(CLASS_A, "30.00")]);
    let settlement = world.settle(&hospital(), visit, "30.00").unwrap();
    (world, settlement)
}

#[test]
fn settling_twice() {
    let (mut world, settlement) = settled();
    let refusal = refused(&mut world, |world| world.settle(&hospital(), settlement.visit_id, "30.00").err());
    assert_eq!(refusal, Refusal::AlreadySettled);
}

#[test]
fn another_institutions_visit_and_settlement() {
    let (mut world, settlement) = settled();
    let visit = settlement.visit_id;
    let refusal = refused(&mut world, |world| world.settle(&other_hospital(), visit, "30.00").err());
    assert_eq!(refusal, Refusal::NoSuchVisit);
    let refusal = refused(&mut world, |world| {
        let revoke = world.revoke_action(settlement.id);
        world.at(&other_hospital(), revoke).err()
    });
    assert_eq!(refusal, Refusal::NoSuchSettlement);
    let order_id = settlement.order_id;
    let refusal =
        refused(&mut world, |world| world.at(&other_hospital(), Action::TakeCash { order_id }).err());
    assert_eq!(refusal, Refusal::NoSuchOrder);
}

#[test]
fn amounts_that_do_not_add_up() {
    let mut world = World::new(0, 0);
    let visit = world.visit_with(&hospital(), &[(CLASS_A, "30.00")]);
    let refusal = refused(&mut world, |world| world.settle(&hospital(), visit, "30.01").err());
    assert_eq!(refusal.code(), "amount_differs");
    assert!(refusal.zh().contains("medfee_sumamt") && refusal.zh().contains("30.01"));
    let refusal = refused(&mut world, |world| {
        let mut action = world.settle_action(visit, "30.00");
        if let Action::Settle { declared, .. } = &mut action {
            declared.parts = Some([Fen::ZERO, Fen::ZERO, Fen::new(1), Fen::new(2_999)]);
        }
        world.at(&hospital(), action).err()
    });
    assert!(refusal.zh().contains("preselfpay_amt"));
}

#[test]
fn suspended_insurance_and_suspended_institution() {
    let mut world = World::new(0, 0);
    let visit = world.visit_with(&hospital(), &[(CLASS_A, "30.00")]);
    world.person.status = InsuranceStatus::Suspended;
    let refusal = refused(&mut world, |world| world.settle(&hospital(), visit, "30.00").err());
    assert_eq!(refusal.code(), "insurance_suspended");
    world.person.status = InsuranceStatus::Active;
    world.institutions.get_mut(&hospital()).unwrap().active = false;
    let refusal = refused(&mut world, |world| world.settle(&hospital(), visit, "30.00").err());
    assert_eq!(refusal, Refusal::InstitutionInactive);
}

#[test]
fn the_same_message_with_another_content() {
    let mut world = World::new(0, 0);
    let visit = world.visit_with(&hospital(), &[(CLASS_A, "30.00")]);
    let action = world.settle_action(visit, "30.00");
    let command = world.message(&hospital(), "M1", 1, action.clone());
    world.run(&command).unwrap();
    let other = world.message(&hospital(), "M1", 2, action);
    let refusal = refused(&mut world, |world| world.run(&other).err());
    assert_eq!(refusal, Refusal::MessageReused("M1".to_owned()));
}

#[test]
fn a_message_that_was_reversed_before_it_arrived() {
    let mut world = World::new(0, 0);
    let visit = world.visit_with(&hospital(), &[(CLASS_A, "30.00")]);
    let action = world.settle_action(visit, "30.00");
    let late = world.message(&hospital(), "M1", 1, action);
    let key = late.request.clone().unwrap().key;
    world.at(&hospital(), Action::ForbidRequest { key: key.clone() }).unwrap();
    let refusal = refused(&mut world, |world| world.run(&late).err());
    assert_eq!(refusal, Refusal::ReversedBeforeArrival("M1".to_owned()));
    let refusal = refused(&mut world, |world| world.at(&hospital(), Action::ForbidRequest { key }).err());
    assert_eq!(refusal, Refusal::AlreadyReversed);
}

#[test]
fn reversing_what_has_arrived_or_is_reversed_already() {
    let mut world = World::new(0, 0);
    let visit = world.visit_with(&hospital(), &[(CLASS_A, "30.00")]);
    let action = world.settle_action(visit, "30.00");
    let command = world.message(&hospital(), "M1", 1, action);
    let key = command.request.clone().unwrap().key;
    let settlement = world.run(&command).unwrap().body.settlement().unwrap().id;
    let refusal = refused(&mut world, |world| world.at(&hospital(), Action::ForbidRequest { key }).err());
    assert_eq!(refusal, Refusal::OriginalHasArrived);
    let revoke = world.revoke_action(settlement);
    let reversal = world.at(&hospital(), revoke).unwrap().body.settlement().unwrap().id;
    for id in [settlement, reversal] {
        let refusal = refused(&mut world, |world| {
            let revoke = world.revoke_action(id);
            world.at(&hospital(), revoke).err()
        });
        assert_eq!(refusal, Refusal::AlreadyReversed);
    }
    let refusal = refused(&mut world, |world| {
        let revoke = world.revoke_action(SettlementId::from_bytes([200; 16]));
        world.at(&hospital(), revoke).err()
    });
    assert_eq!(refusal, Refusal::NoSuchSettlement);
}

#[test]
fn visits_out_of_order() {
    let mut world = World::new(0, 0);
    let visit = world.register(&hospital()).unwrap();
    let items = vec![world.item("1", "B1", CLASS_A, "30.00")];
    let refusal = refused(&mut world, |world| {
        world.at(&hospital(), Action::AddItems { visit_id: visit, items: items.clone() }).err()
    });
    assert_eq!(refusal, Refusal::VisitNotRecorded);
    let record =
        Action::RecordVisit { visit_id: visit, medical_type: MedicalType::Outpatient, diagnoses: Vec::new() };
    world.at(&hospital(), record).unwrap();
    let refusal = refused(&mut world, |world| world.settle(&hospital(), visit, "30.00").err());
    assert_eq!(refusal, Refusal::NoItems);
    world.at(&hospital(), Action::AddItems { visit_id: visit, items: items.clone() }).unwrap();
    let refusal = refused(&mut world, |world| {
        world.at(&hospital(), Action::AddItems { visit_id: visit, items: items.clone() }).err()
    });
    assert_eq!(refusal, Refusal::DuplicateSerial("1".to_owned()));
    let refusal = refused(&mut world, |world| {
        world.at(&hospital(), Action::CancelVisit { visit_id: visit, outpatient_no: None }).err()
    });
    assert_eq!(refusal, Refusal::VisitHasItems);
    world.at(&hospital(), Action::WithdrawItems { visit_id: visit, batch: None }).unwrap();
    world.at(&hospital(), Action::CancelVisit { visit_id: visit, outpatient_no: None }).unwrap();
    let refusal = refused(&mut world, |world| {
        world.at(&hospital(), Action::AddItems { visit_id: visit, items: items.clone() }).err()
    });
    assert_eq!(refusal, Refusal::VisitCancelled);
}

#[test]
fn one_open_item_is_withdrawn_and_no_other() {
    let mut world = World::new(0, 0);
    let visit = world.visit_with(&hospital(), &[(CLASS_A, "10.00"), (CLASS_A, "20.00")]);
    let serial = world.items_of(visit)[0].item.serial.clone();
    let withdraw = |serial: &str| Action::WithdrawItem { visit_id: visit, serial: serial.to_owned() };
    world.at(&hospital(), withdraw(&serial)).unwrap();
    let left: Vec<_> = world.items_of(visit).iter().map(|stored| stored.item.serial.clone()).collect();
    assert_eq!(left.len(), 1);
    assert!(!left.contains(&serial));
    // It is gone, so it cannot be withdrawn again; what is settled stays.
    assert_eq!(refused(&mut world, |world| world.at(&hospital(), withdraw(&serial)).err()), Refusal::NoItems);
    let other = refused(&mut world, |world| world.at(&other_hospital(), withdraw(&left[0])).err());
    assert_eq!(other, Refusal::NoSuchVisit);
    world.settle(&hospital(), visit, "20.00").unwrap();
    let settled = refused(&mut world, |world| world.at(&hospital(), withdraw(&left[0])).err());
    assert_eq!(settled, Refusal::AlreadySettled);
    world.check();
}

#[test]
fn times_that_choose_the_year_that_pays_best() {
    let mut world = World::new(0, 0);
    let now = world.now;
    for days in [-91, 1] {
        world.now = now.plus_seconds(days * 86_400);
        let began = world.now;
        let refusal = refused(&mut world, |world| {
            let mut command = world.message(
                &hospital(),
                "M",
                1,
                Action::OpenAccount { current_year: Fen::ZERO, previous_years: Fen::ZERO },
            );
            command.at = now;
            command.action = Action::RegisterVisit {
                visit_id: model::VisitId::from_bytes([7; 16]),
                scheme: model::Scheme::Employee,
                certificate: model::CertificateType::IdCard,
                token_digest: None,
                began,
                outpatient_no: "1".to_owned(),
                department: None,
                doctor: None,
            };
            world.run(&command).err()
        });
        assert_eq!(refusal, Refusal::TimeOutOfRange { days: 90 });
    }
}

#[test]
fn payments_that_are_not_what_they_should_be() {
    let (mut world, settlement) = settled();
    let order_id = settlement.order_id;
    let attempt = Attempt { channel: "unionpay".to_owned(), channel_order: "A1".to_owned(), at: world.now };
    let submit = |order: &str| Action::SubmitPayment { order_id, channel_order: order.to_owned() };
    let paid = |order: &str, fen| Action::ResolvePayment {
        order_id,
        channel_order: order.to_owned(),
        result: PaymentResult::Paid { amount: Fen::new(fen), channel_reference: "Q".to_owned() },
    };
    let mut act = |action| world.act(Actor::Person, action);
    assert_eq!(act(submit("A1")), Err(Refusal::OtherAttempt), "not begun");
    act(Action::BeginPayment { order_id, attempt: attempt.clone() }).unwrap();
    assert_eq!(act(paid("A1", 3_000)), Err(Refusal::NotPayable("authorising")), "not submitted");
    assert_eq!(act(submit("A2")), Err(Refusal::OtherAttempt));
    act(submit("A1")).unwrap();
    assert_eq!(act(Action::BeginPayment { order_id, attempt }), Err(Refusal::PaymentUnderWay));
    assert_eq!(act(paid("A1", 2_999)).unwrap_err().code(), "channel_amount_differs");
    assert_eq!(act(paid("A2", 3_000)), Err(Refusal::OtherAttempt));
    let revoke = world.revoke_action(settlement.id);
    assert_eq!(world.at(&hospital(), revoke), Err(Refusal::PaymentUnderWay));
    let mut act = |action| world.act(Actor::Platform, action);
    act(paid("A1", 3_000)).unwrap();
    assert_eq!(act(paid("A1", 3_000)), Err(Refusal::AlreadyPaid), "a repeated notification changes nothing");
    world.check();
}
