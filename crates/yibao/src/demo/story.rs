//! The story: from activating a credential to a paid bill, and back to the fen. Every amount was computed by hand; the
//! arithmetic stands beside it.

use std::sync::Arc;
use std::time::Duration;

use model::{CertificateType, Fen, MedicalType, OrderId};
use sandbox::Sandbox;
use sandbox::his::{HisClient, HisSettings, Item, Patient, forms};
use serde_json::{Value, json};
use server::Clock;
use wire::Personal;
use wire::message::{CashStatus, OrderStatus, SettlementReply};
use wire::signature::SecretKey;

use super::phone::Phone;
use super::seed::{Cast, CastInstitution, CastPerson};
use crate::failure::Failure;

fn say(text: impl std::fmt::Display) {
    println!("  ✔ {text}");
}

fn chapter(title: &str) {
    println!("\n{title}");
}

/// Stops the story where something is not as it should be.
fn check<T: PartialEq + std::fmt::Debug>(what: &str, is: &T, should_be: &T) -> Result<(), Failure> {
    if is == should_be {
        Ok(())
    } else {
        Err(Failure::Other(format!("{what}: is {is:?}, should be {should_be:?}")))
    }
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::Other(error.to_string())
}

fn text_of(value: &Value, name: &str) -> Result<String, Failure> {
    let text = value.get(name).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| Failure::Other(format!("the answer has no {name}")))
}

/// A line: catalogue code, unit price, quantity, amount in yuan.
fn items(lines: &[(&str, &str, &str, &str)]) -> Result<Vec<Item>, Failure> {
    lines
        .iter()
        .enumerate()
        .map(|(n, (code, price, quantity, amount))| {
            Ok(Item {
                serial: n.saturating_add(1).to_string(),
                code: (*code).to_owned(),
                price: price.parse().map_err(broken)?,
                quantity: quantity.parse().map_err(broken)?,
                amount: Fen::from_yuan(amount).map_err(broken)?,
            })
        })
        .collect()
}

/// Plays the story; the first thing that does not hold ends it.
pub(crate) async fn tell(cast: &Cast, sandbox: &Sandbox) -> Result<(), Failure> {
    let [person, retired, ..] = cast.people.as_slice() else {
        return Err(broken("the cast has too few people"));
    };
    let [hospital, .., pharmacy] = cast.institutions.as_slice() else {
        return Err(broken("the cast has too few institutions"));
    };
    let phone = activate(cast, person, sandbox).await?;
    let hospital = system(cast, hospital)?;
    let (patient, settled) = visit(&hospital, &phone).await?;
    let order = pay(&phone, person, sandbox, &hospital, &settled).await?;
    take_back(&hospital, &patient, &settled, order, person, sandbox).await?;
    reverse_unknown(&hospital, &patient, person).await?;
    buy(&system(cast, pharmacy)?, retired).await?;
    println!("\nEvery step and every amount held.");
    Ok(())
}

/// A hospital's or pharmacy's own system.
fn system(cast: &Cast, institution: &CastInstitution) -> Result<HisClient, Failure> {
    HisClient::new(HisSettings {
        base_url: cast.url.clone(),
        institution: institution.code.clone(),
        institution_name: institution.name.clone(),
        region: super::data::region()?,
        access_key: institution.access_key.clone(),
        secret_key: SecretKey::new(institution.secret_key.as_str()),
        operator: institution.staff_no.clone(),
        operator_name: "样例收费员".to_owned(),
        clock: Arc::new(|| Clock::System.now()),
        patience: Duration::from_secs(30),
    })
    .map_err(broken)
}

async fn activate(cast: &Cast, person: &CastPerson, sandbox: &Sandbox) -> Result<Phone, Failure> {
    chapter("1. Activating the credential");
    let mut phone = Phone::new(&cast.url)?;
    let platform_code =
        || sandbox.sms.inbox(&person.phone).last().and_then(|sent| sent.parameters.get("code").cloned());
    phone.sign_in(&person.phone, platform_code).await?;
    say(format!("{} signs in with phone number and SMS code", person.name));
    phone.post("credential/identity", json!({ "name": person.name, "id_number": person.id_number })).await?;
    say("name, ID number and phone agree with the register");
    let agreement = phone.get("credential/agreement").await?;
    phone.post("credential/agreement", json!({ "version": text_of(&agreement, "version")? })).await?;
    phone.post("credential", json!({ "pin": person.pin })).await?;
    check("level", &phone.get("credential").await?["level"], &json!(1))?;
    say("agreement accepted, PIN set: the credential is active, level 1");
    phone.post("bank-card", json!({ "card_number": person.card_number })).await?;
    let bank_code = sandbox.unionpay.sent_codes(&person.phone).last().map(|sent| sent.code.clone());
    let bank_code = bank_code.ok_or_else(|| broken("the bank sent no code"))?;
    phone.post("bank-card/confirmation", json!({ "sms_code": bank_code })).await?;
    check("level", &phone.get("credential").await?["level"], &json!(2))?;
    say("the social-security card's bank account is bound through UnionPay: payment is open, level 2");
    Ok(phone)
}

async fn visit(hospital: &HisClient, phone: &Phone) -> Result<(Patient, SettlementReply), Failure> {
    chapter("2. A visit to a tertiary hospital, its system speaking the national interface");
    let code = text_of(&phone.post("credential/codes", json!({})).await?, "digits")?;
    check("digits", &code.len(), &28)?;
    say(format!("the phone shows a code of 28 digits: {}…", code.get(..8).unwrap_or_default()));
    hospital.sign_in().await.map_err(broken)?;
    let decoded = hospital.decode_code(&code, "01301").await.map_err(broken)?;
    let again = hospital.decode_code(&code, "01301").await;
    check("a used code is refused", &again.is_err(), &true)?;
    say("9001 signs in; ec.query decodes the code, once");
    let token = decoded.token.clone();
    let reply = hospital.read_person(CertificateType::Credential, &token).await.map_err(broken)?;
    let patient =
        Patient::of(&reply, CertificateType::Credential, token).ok_or_else(|| broken("no insurance"))?;
    let entitled = hospital
        .check_entitlement(patient.person, patient.scheme, MedicalType::Outpatient)
        .await
        .map_err(broken)?;
    check("entitled", &entitled.entitlements.iter().all(|each| each.in_force), &true)?;
    check("balance", &balance(&reply), &Fen::new(42_000))?;
    say("1101 reads the person, 420.00 yuan in the account; 2001 finds the insurance in force");
    let visit = hospital.register(&patient, "MZ0001").await.map_err(broken)?.visit;
    hospital.record_visit(&patient, visit, MedicalType::Outpatient).await.map_err(broken)?;
    let items = items(&[
        // Consultation, class A with a ceiling of 10.00: 15.00 over the limit, 10.00 in scope.
        ("001102000010000-990000002", "25.00", "1", "25.00"),
        // CT, class B with a ceiling of 220.00, five parts: 5 × 20.00 = 100.00 over; 5 % of 1,100.00 = 55.00 first; 1,045.00 in scope.
        ("002103000020000-990000006", "240.00", "5", "1200.00"),
        // Amlodipine, class A: 62.40 in scope.
        ("XC08CAA146A001010199002", "31.20", "2", "62.40"),
        // Ibuprofen, class B: 5 % of 18.50 = 0.925, rounded 0.93 first; 17.57 in scope.
        ("XM01AEB174A001010199006", "18.50", "1", "18.50"),
        // Vitamin C, class C: 12.80 fully self-paid.
        ("XA11GAW049A001010199015", "12.80", "1", "12.80"),
    ])?;
    let total = forms::total(&items).map_err(broken)?;
    hospital.upload_items(&patient, visit, "1", &items).await.map_err(broken)?;
    say(format!("2201, 2203, 2204: registered, diagnosed, five fee items of {} yuan", total.to_yuan()));
    let trial =
        hospital.pre_settle(&patient, visit, "1", MedicalType::Outpatient, total).await.map_err(broken)?;
    let settled = hospital.settle(&patient, "1", &trial).await.map_err(broken)?;
    check("2207 pays what 2206 said", &settled.amounts, &trial.amounts)?;
    check_visit(&settled)?;
    Ok((patient, settled))
}

fn check_visit(settled: &SettlementReply) -> Result<(), Failure> {
    let amounts = &settled.amounts;
    check("total", &amounts.total, &Fen::new(131_870))?;
    check("fully self-paid", &amounts.fully_self_paid, &Fen::new(1_280))?;
    check("over limit", &amounts.over_limit, &Fen::new(11_500))?;
    check("first self-paid", &amounts.first_self_paid, &Fen::new(5_593))?;
    // 10.00 + 1,045.00 + 62.40 + 17.57
    check("in scope", &amounts.in_scope, &Fen::new(113_497))?;
    // This year's account pays 120.00 first; of the other 1,014.97 the self-borne band of an employee under 45 takes 900.00.
    check("self-borne band", &amounts.deductible, &Fen::new(90_000))?;
    // Of the last 114.97 a tertiary hospital's patient bears 25 %, 28.74; the fund 86.23.
    check("pool fund", &amounts.pool_fund, &Fen::new(8_623))?;
    // 120.00 of this year and the 300.00 of previous years, which pay what the person owes.
    check("account", &amounts.account_paid, &Fen::new(42_000))?;
    // 1,318.70 − 86.23 − 420.00
    check("cash", &amounts.cash, &Fen::new(81_247))?;
    say("2206 and 2207: fund 86.23, account 420.00, cash 812.47 of 1,318.70 yuan, by the rules of Ningbo");
    Ok(())
}

fn balance(reply: &wire::message::PersonReply) -> Fen {
    reply.insurances.first().map(|insurance| insurance.balance).unwrap_or_default()
}

async fn pay(
    phone: &Phone,
    person: &CastPerson,
    sandbox: &Sandbox,
    hospital: &HisClient,
    settled: &SettlementReply,
) -> Result<OrderId, Failure> {
    chapter("3. Paying the cash share on the phone");
    let status = settled.info.extension.as_ref().and_then(CashStatus::from_extension);
    let order = status.ok_or_else(|| broken("the settlement names no order"))?.order;
    let bill = phone.get(&format!("bills/{order}")).await?;
    check("cash on the bill", &bill["amounts"]["cash"], &json!(81_247))?;
    let explained = bill["explanation"].as_array().map_or(0, Vec::len);
    check("the bill is explained", &(explained > 5), &true)?;
    say(format!("the bill is on the phone and opens into {explained} explained amounts"));
    phone.post(&format!("bills/{order}/payment"), json!({ "cash": 81_247, "pin": person.pin })).await?;
    let code = sandbox.unionpay.sent_codes(&person.phone).last().map(|sent| sent.code.clone());
    let code = code.ok_or_else(|| broken("the bank sent no code"))?;
    phone.post(&format!("bills/{order}/payment/confirmation"), json!({ "sms_code": code })).await?;
    eventually("the order is paid", || async {
        Ok(hospital.query_order(order).await.map_err(broken)?.status == OrderStatus::Settled)
    })
    .await?;
    // 5,000.00 − 812.47
    check("bank balance", &sandbox.unionpay.balance(&person.card_number), &Some(Fen::new(418_753)))?;
    say("PIN and the bank's SMS code: 812.47 yuan paid through UnionPay; 6301 tells the hospital so");
    Ok(order)
}

async fn take_back(
    hospital: &HisClient,
    patient: &Patient,
    settled: &SettlementReply,
    order: OrderId,
    person: &CastPerson,
    sandbox: &Sandbox,
) -> Result<(), Failure> {
    chapter("4. Taking it back to the fen");
    let settlement = settled.info.settlement.ok_or_else(|| broken("no settlement number"))?;
    let revoked = hospital.revoke(patient.person, settled.info.visit, settlement).await.map_err(broken)?;
    check("the mirror of the total", &revoked.amounts.total, &Fen::new(-131_870))?;
    check("the mirror of the fund", &revoked.amounts.pool_fund, &Fen::new(-8_623))?;
    check("balance afterwards", &revoked.amounts.balance, &Fen::new(42_000))?;
    eventually("the order is refunded", || async {
        Ok(hospital.query_order(order).await.map_err(broken)?.status == OrderStatus::Refunded)
    })
    .await?;
    check("bank balance", &sandbox.unionpay.balance(&person.card_number), &Some(Fen::new(500_000)))?;
    say("2208: every amount mirrored, 420.00 yuan back in the account, 812.47 yuan back in the bank");
    Ok(())
}

async fn reverse_unknown(
    hospital: &HisClient,
    patient: &Patient,
    person: &CastPerson,
) -> Result<(), Failure> {
    chapter("5. A settlement whose answer was lost");
    let visit = hospital.register(patient, "MZ0002").await.map_err(broken)?.visit;
    hospital.record_visit(patient, visit, MedicalType::Outpatient).await.map_err(broken)?;
    let items = items(&[("XC08CAA146A001010199002", "31.20", "1", "31.20")])?;
    hospital.upload_items(patient, visit, "1", &items).await.map_err(broken)?;
    let trial = hospital
        .pre_settle(patient, visit, "1", MedicalType::Outpatient, Fen::new(3_120))
        .await
        .map_err(broken)?;
    let message = forms::settlement(patient, visit, "1", MedicalType::Outpatient, &trial.amounts);
    let call = hospital.prepare("2207", &message).map_err(broken)?;
    let first = hospital.post(&call).await.map_err(broken)?;
    let second = hospital.post(&call).await.map_err(broken)?;
    check("the repeated message gets the same answer", &(first == second), &true)?;
    say("2207 sent twice with one message number: settled once, answered twice with the same bytes");
    hospital.reverse(patient.person, "2207", &call.message_id).await.map_err(broken)?;
    let number = Personal::new(person.id_number.as_str());
    let reply = hospital.read_person(CertificateType::IdCard, &number).await.map_err(broken)?;
    check("balance", &balance(&reply), &Fen::new(42_000))?;
    say("2601 reverses it: 420.00 yuan in the account again");
    Ok(())
}

async fn buy(pharmacy: &HisClient, person: &CastPerson) -> Result<(), Failure> {
    chapter("6. A purchase at a pharmacy, with the ID card");
    pharmacy.sign_in().await.map_err(broken)?;
    let number = Personal::new(person.id_number.as_str());
    let reply = pharmacy.read_person(CertificateType::IdCard, &number).await.map_err(broken)?;
    let patient =
        Patient::of(&reply, CertificateType::IdCard, number).ok_or_else(|| broken("no insurance"))?;
    let items = items(&[
        // Tongxinluo, class B with a ceiling of 24.60: 10 × 1.40 = 14.00 over; 5 % of 246.00 = 12.30 first; 233.70 in scope.
        ("ZG02AXT063A001010199019", "26.00", "10", "260.00"),
        // Amlodipine, class A: 124.80 in scope.
        ("XC08CAA146A001010199002", "31.20", "4", "124.80"),
    ])?;
    let trial = pharmacy.price_purchase(&patient, &items).await.map_err(broken)?;
    let bought = pharmacy.buy(&patient, &items).await.map_err(broken)?;
    check("2102 pays what 2101 said", &bought.amounts, &trial.amounts)?;
    check("in scope", &bought.amounts.in_scope, &Fen::new(35_850))?;
    // A retired person bears 300.00 first; of the other 58.50, 20 % = 11.70; the fund 46.80.
    check("pool fund", &bought.amounts.pool_fund, &Fen::new(4_680))?;
    // 14.00 + 12.30 + 300.00 + 11.70
    check("cash", &bought.amounts.cash, &Fen::new(33_800))?;
    say("2101 and 2102: fund 46.80, cash 338.00 of 384.80 yuan");
    let settlement = bought.info.settlement.ok_or_else(|| broken("no settlement number"))?;
    let revoked =
        pharmacy.revoke_purchase(patient.person, bought.info.visit, settlement).await.map_err(broken)?;
    check("the mirror of the fund", &revoked.amounts.pool_fund, &Fen::new(-4_680))?;
    let again = pharmacy.price_purchase(&patient, &items).await.map_err(broken)?;
    check("as if nothing had been bought", &again.amounts, &trial.amounts)?;
    say("2103: taken back; the same purchase would be paid the same way again");
    Ok(())
}

/// Waits, at most ten seconds, until something holds that a notification or a job brings about.
async fn eventually<F, Fut>(what: &str, holds: F) -> Result<(), Failure>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<bool, Failure>>,
{
    for _ in 0..100 {
        if holds().await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(Failure::Other(format!("{what}: not within ten seconds")))
}
