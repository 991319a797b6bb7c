//! The whole way of an outpatient and of a purchase, with every amount computed by hand.

use model::{CertificateType, Fen, InsuranceStatus, MedicalType, Scheme};
use sandbox::his::{HisClient, Patient};
use wire::Personal;
use wire::message::{CashStatus, FundType, OrderStatus, SettlementAmounts, SettlementInfo};

use super::world::{World, item};
use crate::support::{LI, TestPerson, WANG};

/// The person shows a code, the system decodes it and reads who it is.
async fn identify(world: &World, his: &HisClient, person: &TestPerson, business: &str) -> Patient {
    let phone = world.app.activated(person).await;
    let code = world.show_code(&phone).await;
    let decoded = his.decode_code(&code, business).await.expect("decoded");
    assert_eq!(decoded.name.as_str(), person.name);
    assert_eq!(decoded.document_number.as_str(), person.id_number().as_str());
    let reply = his.read_person(CertificateType::Credential, &decoded.token).await.expect("read");
    assert_eq!((reply.base.person, reply.base.name.as_str()), (person.id(), person.name));
    Patient::of(&reply, CertificateType::Credential, decoded.token).expect("insured")
}

fn cash_status(info: &SettlementInfo) -> CashStatus {
    CashStatus::from_extension(info.extension.as_ref().expect("an extension")).expect("an order")
}

/// The amounts in fen: total, fully self-paid, over limit, first self-paid, in scope, deductible, fund, account, cash.
fn amounts(a: &SettlementAmounts) -> [i64; 9] {
    let parts = [
        a.total,
        a.fully_self_paid,
        a.over_limit,
        a.first_self_paid,
        a.in_scope,
        a.deductible,
        a.fund_total,
        a.account_paid,
        a.cash,
    ];
    parts.map(Fen::get)
}

/// Li is retired and goes to a tertiary hospital.
///
/// CT, class B, 5 % first, ceiling 220.00: 2 × 240.00 = 480.00, over limit 40.00, first self-paid 22.00, in scope 418.00.
/// Consultation, class A: 10.00 in scope. Special service, class C: 100.00 fully self-paid.
/// In scope 428.00: this year's account 50.00, self-borne band 300.00, of the last 78.00 the person 25 % = 19.50, the fund
/// 58.50. Borne 300.00 + 19.50 + 22.00 + 40.00 + 100.00 = 481.50: earlier years' account 30.00, cash 451.50.
#[tokio::test]
async fn an_outpatient_from_the_code_to_the_settlement_and_back() {
    let world = World::open().await;
    let his = &world.hospital;
    let signed_in = his.sign_in().await.expect("signed in");
    assert_eq!(signed_in.signed_in.to_string(), "2026-04-12");
    let patient = identify(&world, his, &LI, "01101").await;

    let benefits =
        his.check_entitlement(LI.id(), Scheme::Employee, MedicalType::Outpatient).await.expect("checked");
    assert!(benefits.entitlements.iter().all(|each| each.in_force && each.fund == FundType::EmployeePool));

    let registered = his.register(&patient, "MZ-17").await.expect("registered");
    assert_eq!((registered.person, &*registered.visit_number), (LI.id(), "MZ-17"));
    let visit = registered.visit;
    his.record_visit(&patient, visit, MedicalType::Outpatient).await.expect("recorded");
    let items = [
        item("1", "002103000020000-990000006", "240.00", "2", 48_000),
        item("2", "001102000010000-990000002", "10.00", "1", 1_000),
        item("3", "001206000000000-990000015", "100.00", "1", 10_000),
    ];
    let lines = his.upload_items(&patient, visit, "B1", &items).await.expect("uploaded").lines;
    let divided: Vec<[i64; 4]> = lines
        .iter()
        .map(|line| {
            [line.fully_self_paid, line.over_limit, line.first_self_paid, line.in_scope].map(Fen::get)
        })
        .collect();
    assert_eq!(divided, [[0, 4_000, 2_200, 41_800], [0, 0, 0, 1_000], [10_000, 0, 0, 0]]);

    let expected = [59_000, 10_000, 4_000, 2_200, 42_800, 30_000, 5_850, 8_000, 45_150];
    let trial = world.trial(&patient, visit, "B1", &items).await;
    assert_eq!(amounts(&trial.amounts), expected);
    assert_eq!((trial.info.settlement, trial.info.settled), (None, None));

    let settled = his.settle(&patient, "B1", &trial).await.expect("settled");
    assert_eq!(settled.amounts, trial.amounts);
    assert_eq!(settled.amounts.balance, Fen::ZERO);
    let paid: Vec<(FundType, i64)> =
        settled.funds.iter().map(|share| (share.fund, share.amount.get())).collect();
    assert_eq!(paid, [(FundType::EmployeePool, 5_850), (FundType::EmployeeAccount, 8_000)]);
    let settlement = settled.info.settlement.expect("an id");
    let cash = cash_status(&settled.info);
    assert_eq!(cash.status, OrderStatus::Settling);

    let order = his.query_order(cash.order).await.expect("an order");
    assert_eq!(order.status, OrderStatus::Settling);
    let shares = [order.total, order.cash, order.account_paid, order.fund_total].map(Fen::get);
    assert_eq!(shares, [59_000, 45_150, 8_000, 5_850]);
    assert_eq!(order.institution_order, settled.info.institution_settlement);

    let found = his.query_settlement(LI.id(), visit, settlement).await.expect("found");
    assert_eq!(found.amounts, settled.amounts);
    assert!(!found.standing.revoked);
    assert_eq!((&*found.standing.year, found.info.settlement), ("2026", Some(settlement)));

    let before = world.account(LI.id()).await;
    assert!(before.accumulators.iter().next().is_some());
    let undone = his.revoke(LI.id(), visit, settlement).await.expect("revoked");
    assert_eq!(amounts(&undone.amounts), expected.map(|amount| -amount));
    assert_eq!(undone.amounts.balance, Fen::new(8_000));
    assert_ne!(undone.info.settlement, Some(settlement));
    let after = world.account(LI.id()).await;
    assert_eq!(
        (after.balances.current_year, after.balances.previous_years),
        (Fen::new(5_000), Fen::new(3_000))
    );
    assert!(after.accumulators.iter().next().is_none(), "{:?}", after.accumulators);
    assert_eq!(his.query_order(cash.order).await.expect("an order").status, OrderStatus::Revoked);

    his.withdraw_items(&patient, visit, "0000").await.expect("withdrawn");
    his.cancel_registration(&patient, visit, "MZ-17").await.expect("cancelled");
    his.sign_out().await.expect("signed out");
}

/// Wang buys amoxicillin, class A, 2 × 12.50, and vitamin C, class C, 18.00. This year's account pays the 25.00 in scope,
/// earlier years' the 18.00. Nothing is left for cash.
#[tokio::test]
async fn a_purchase_from_the_code_to_the_settlement_and_back() {
    let world = World::open().await;
    let his = &world.pharmacy;
    let patient = identify(&world, his, &WANG, "02121").await;
    let items = [
        item("A1", "XJ01CAA040A001010199004", "12.50", "2", 2_500),
        item("A2", "XA11GAW049A001010199015", "18.00", "1", 1_800),
    ];
    let expected = [4_300, 1_800, 0, 0, 2_500, 0, 0, 4_300, 0];
    let trial = his.price_purchase(&patient, &items).await.expect("priced");
    assert_eq!(amounts(&trial.amounts), expected);
    let before = world.version(WANG.id()).await;

    let bought = his.buy(&patient, &items).await.expect("bought");
    assert_eq!(amounts(&bought.amounts), expected);
    assert_eq!(bought.amounts.balance, Fen::new(55_700));
    let lines: Vec<(&str, i64)> =
        bought.lines.iter().map(|line| (&*line.serial, line.fully_self_paid.get())).collect();
    assert_eq!(lines, [("A1", 0), ("A2", 1_800)]);
    assert_eq!((bought.info.medical_type, &*bought.info.clearing_type), (MedicalType::Pharmacy, "41"));
    assert_eq!(cash_status(&bought.info).status, OrderStatus::Settled);
    assert_eq!(world.version(WANG.id()).await, before + 1, "one purchase is one event");

    let settlement = bought.info.settlement.expect("an id");
    let undone = his.revoke_purchase(WANG.id(), bought.info.visit, settlement).await.expect("revoked");
    assert_eq!(amounts(&undone.amounts), expected.map(|amount| -amount));
    assert_eq!(undone.amounts.balance, Fen::new(60_000));
}

#[tokio::test]
async fn a_person_is_read_by_every_certificate_and_the_reading_is_logged() {
    let world = World::open().await;
    let (his, wu) = (&world.hospital, super::world::wu());
    let (number, name) = (Personal::new(wu.id_number.as_str()), Personal::new(wu.name.expose()));
    let card = Personal::new(super::world::CARD);
    for reply in [
        his.read_person(CertificateType::IdCard, &number).await,
        his.read_person(CertificateType::SocialSecurityCard, &card).await,
        his.read_person_by_document(&number, &name).await,
    ] {
        let reply = reply.expect("read");
        assert_eq!((reply.base.person, reply.base.name.clone()), (wu.insured.id, name.clone()));
        assert_eq!(reply.base.age.0, 55);
        let insurance = reply.insurances.first().expect("insured");
        assert_eq!((insurance.balance, insurance.status), (Fen::new(50_000), Some(InsuranceStatus::Active)));
    }
    let id = wu.insured.id;
    let log = world.app.app.database.read(move |connection| store::reads::list(connection, id, None, 10));
    let log = log.await.expect("the log");
    assert_eq!(log.len(), 3);
    for read in log {
        assert_eq!(
            (read.institution.as_str(), &*read.operator, &*read.purpose),
            ("H33020000001", "0007", "1101")
        );
    }
}

#[tokio::test]
async fn benefits_that_are_not_in_force_come_with_the_reason() {
    let world = World::open().await;
    let zhou = crate::support::ZHOU.id();
    let reply = world
        .hospital
        .check_entitlement(zhou, Scheme::Employee, MedicalType::Outpatient)
        .await
        .expect("checked");
    let [answer] = reply.entitlements.as_slice() else { panic!("{reply:?}") };
    assert!(!answer.in_force);
    assert_eq!(answer.reason.as_deref(), Some("参保状态（psn_insu_stas=2）不正常，不能享受待遇"));
    let reply = world.pharmacy.check_entitlement(WANG.id(), Scheme::Employee, MedicalType::Outpatient).await;
    let reason = reply.expect("checked").entitlements.first().and_then(|answer| answer.reason.clone());
    assert_eq!(reason.as_deref(), Some("政策未规定医疗类别（med_type=11）在定点零售药店的待遇"));
}
