//! The same message twice, and two terminals at once.

use sandbox::his::{HisError, forms};
use wire::envelope::Outcome;
use wire::message::{Message, SettlementReply};

use super::world::{HOSPITAL, World, changed, reason, small_bill, with_id_card};
use crate::support::WANG;
use model::MedicalType;

#[tokio::test]
async fn every_message_that_changes_something_gets_the_same_bytes_again() {
    let world = World::open().await;
    let (his, patient, items) = (&world.hospital, with_id_card(&WANG), small_bill());
    let now = his.now();
    let mut calls = vec![his.prepare("2201", &forms::registration(&patient, "MZ-1", now)).expect("a call")];
    let first = his.post(calls.last().expect("a call")).await.expect("an answer");
    let registered: serde_json::Value = serde_json::from_slice(&first).expect("JSON");
    let visit = registered["output"]["data"]["mdtrt_id"].as_str().expect("an id").parse().expect("an id");
    let mut answers = vec![first];
    for (infno, nodes) in [
        ("2203", forms::visit(&patient, visit, MedicalType::Outpatient, now).to_nodes()),
        ("2204", forms::fees(&patient, visit, "B1", &items, now).to_nodes()),
    ] {
        let call = his.sign(&his.envelope(infno, nodes.expect("nodes")));
        answers.push(his.post(&call).await.expect("an answer"));
        calls.push(call);
    }
    let trial = world.trial(&patient, visit, "B1", &items).await;
    let settle = forms::settlement(&patient, visit, "B1", MedicalType::Outpatient, &trial.amounts);
    let settle = his.prepare("2207", &settle).expect("a call");
    let settled: SettlementReply = his.send_for(&settle).await.expect("settled");
    answers.push(his.post(&settle).await.expect("an answer"));
    calls.push(settle);
    world.app.advance(600);
    for (call, answer) in calls.iter().zip(&answers) {
        assert_eq!(his.post(call).await.as_ref(), Ok(answer), "{call:?}");
    }
    let id = settled.info.settlement.expect("an id");
    let revoke = his.prepare("2208", &forms::revocation(WANG.id(), visit, id)).expect("a call");
    answers.push(his.post(&revoke).await.expect("an answer"));
    calls.push(revoke);

    let version = world.version(WANG.id()).await;
    // Later, after the settlement was undone, and by a system that rebuilds the envelope with a new time and signature.
    world.app.advance(600);
    let undone = calls.remove(3);
    answers.remove(3);
    assert_eq!(reason(his.send_for::<SettlementReply>(&undone).await), "该结算已撤销");
    for (call, answer) in calls.iter().zip(&answers) {
        assert!(matches!(his.send(call).await.expect("an answer").outcome, Outcome::Success(_)));
        assert_eq!(his.post(call).await.as_ref(), Ok(answer), "{call:?}");
        let rebuilt = changed(his, call, |envelope| envelope["inf_time"] = his.now().to_china_text().into());
        assert_eq!(his.post(&rebuilt).await.as_ref(), Ok(answer), "{call:?}");
    }
    assert_eq!(world.version(WANG.id()).await, version);
}

#[tokio::test]
async fn signing_in_and_out_can_be_repeated() {
    let world = World::open().await;
    let his = &world.hospital;
    let message = wire::message::SignIn {
        operator: "0007".to_owned(),
        mac: "02-00-00-00-00-01".to_owned(),
        ip: "127.0.0.1".to_owned(),
    };
    let call = his.prepare("9001", &message).expect("a call");
    let first = his.post(&call).await.expect("an answer");
    world.app.advance(60);
    assert_eq!(his.post(&call).await.as_ref(), Ok(&first));
    let other = changed(his, &call, |envelope| envelope["input"]["signIn"]["opter_no"] = "0008".into());
    let refused = reason(his.send_for::<wire::message::SignInReply>(&other).await);
    assert_eq!(refused, format!("报文ID（msgid）{}已用于内容不同的交易，请使用新的报文ID", call.message_id));

    let signed_in: wire::message::SignInReply = his.send_for(&call).await.expect("signed in");
    let out = wire::message::SignOut { sign_no: signed_in.sign_no.clone(), operator: "0007".to_owned() };
    let call = his.prepare("9002", &out).expect("a call");
    let first = his.post(&call).await.expect("an answer");
    world.app.advance(60);
    assert_eq!(his.post(&call).await.as_ref(), Ok(&first));
}

#[tokio::test]
async fn a_wrong_or_ended_sign_in_number_is_refused_and_an_empty_one_is_not() {
    let world = World::open().await;
    let (his, patient) = (&world.hospital, with_id_card(&WANG));
    let read = |his| {
        sandbox::his::HisClient::read_person(his, patient.certificate_type, &patient.certificate_number)
    };
    assert!(read(his).await.is_ok(), "not signed in, number empty");
    let sign_no = his.sign_in().await.expect("signed in").sign_no;
    assert!(read(his).await.is_ok());
    his.sign_out().await.expect("signed out");
    let query = wire::message::BenefitQuery {
        person: WANG.id(),
        scheme: patient.scheme,
        institution: his.settings().institution.clone(),
        medical_type: MedicalType::Outpatient,
        from: his.now(),
        until: None,
        disease: None,
        extension: None,
    };
    let call = his.prepare("2001", &query).expect("a call");
    for wrong in [&*sign_no, "123456"] {
        let call = changed(his, &call, |envelope| envelope["sign_no"] = wrong.into());
        let refused = reason(his.send_for::<wire::message::BenefitReply>(&call).await);
        assert_eq!(refused, "sign_no（交易签到流水号）：不是本机构有效的签到编号，请重新签到（9001）");
    }
}

#[tokio::test]
async fn a_second_message_settles_nothing_and_another_body_is_refused() {
    let world = World::open().await;
    let (his, patient, items) = (&world.hospital, with_id_card(&WANG), small_bill());
    let visit = world.visit(&patient, "B1", &items).await;
    let trial = world.trial(&patient, visit, "B1", &items).await;
    let message = forms::settlement(&patient, visit, "B1", MedicalType::Outpatient, &trial.amounts);
    let call = his.prepare("2207", &message).expect("a call");
    let answer = his.post(&call).await.expect("settled");
    let after = world.account(WANG.id()).await;

    // Under the other number of the same transaction it is the same message.
    let variant = changed(his, &call, |envelope| envelope["infno"] = "2207A".into());
    assert_eq!(his.post(&variant).await, Ok(answer));
    assert_eq!(world.account(WANG.id()).await, after);

    assert_eq!(reason(his.ask::<SettlementReply>("2207", &message).await), "该批次费用已结算");
    let other = changed(his, &call, |envelope| envelope["input"]["data"]["invono"] = "8".into());
    assert_eq!(
        reason(his.send_for::<SettlementReply>(&other).await),
        format!("报文ID（msgid）{}已用于内容不同的交易，请使用新的报文ID", call.message_id)
    );
    assert_eq!(world.account(WANG.id()).await, after);
}

#[tokio::test]
async fn of_two_terminals_at_once_exactly_one_settles() {
    let world = World::open().await;
    let (patient, items) = (with_id_card(&WANG), small_bill());
    let visit = world.visit(&patient, "B1", &items).await;
    let trial = world.trial(&patient, visit, "B1", &items).await;
    let before = world.account(WANG.id()).await;
    let message = forms::settlement(&patient, visit, "B1", MedicalType::Outpatient, &trial.amounts);
    let terminals: Vec<_> = (0..8).map(|_| world.client(HOSPITAL)).collect();
    let calls = terminals.iter().map(|his| his.ask::<SettlementReply>("2207", &message));
    let outcomes = futures_util::future::join_all(calls).await;
    let (settled, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((settled.len(), refused.len()), (1, 7));
    for outcome in refused {
        assert_eq!(outcome, Err(HisError::Refused { err_msg: "该批次费用已结算".to_owned() }));
    }
    let after = world.account(WANG.id()).await;
    assert_eq!(after.version, before.version + 1);
    // In scope 57.80 from this year's account, 1.20 first self-paid from earlier years'.
    let taken = before.balances.current_year.minus(after.balances.current_year).expect("a difference");
    assert_eq!(taken.get(), 5_780);
    let taken = before.balances.previous_years.minus(after.balances.previous_years).expect("a difference");
    assert_eq!(taken.get(), 120);
}
