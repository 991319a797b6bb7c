//! Every typed message goes out, through its envelope and the tables, and comes back the same.
#![expect(clippy::expect_used, clippy::panic, reason = "a helper that fails fails its test")]

#[cfg(test)]
mod common;

use std::fmt::Debug;

use common::*;
use model::{CertificateType, MedicalType, Scheme};
use serde_json::{Value, json};
use wire::Object;
use wire::envelope::{Limits, Outcome, Request, Response, reference_number};
use wire::message::*;
use wire::tables::Direction;

/// Client to server: the request is sent, parsed, checked and read.
fn request_round_trip<M: Message + PartialEq + Debug>(infno: &str, message: &M) -> Object {
    let nodes = message.to_nodes().expect("sums are right");
    let body = request(infno, Value::Object(nodes)).to_json();
    let received = Request::parse(body.as_bytes(), Limits::default()).expect("an envelope");
    assert_eq!(received.infno, infno);
    let read_back: M = read(tables(), infno, Direction::In, &received.input)
        .unwrap_or_else(|error| panic!("{infno}: {}", error.text(wire::Language::Chinese)));
    assert_eq!(&read_back, message, "{infno}");
    received.input
}

/// Server to client: the reply holds against the tables too.
fn reply_round_trip<M: Message + PartialEq + Debug>(infno: &str, message: &M) -> Object {
    let response = Response {
        reference: reference_number(region(), noon(), 1),
        received: noon(),
        responded: noon().plus_seconds(1),
        outcome: Outcome::Success(Value::Object(message.to_nodes().expect("sums are right"))),
        warning: String::new(),
    };
    let body = response.clone().into_json();
    let received = Response::parse(body.as_bytes(), Limits::default()).expect("an envelope");
    assert_eq!(received, response);
    let Outcome::Success(Value::Object(output)) = received.outcome else { panic!("{infno}: no success") };
    let read_back: M = read(tables(), infno, Direction::Out, &output)
        .unwrap_or_else(|error| panic!("{infno}: {}", error.text(wire::Language::Chinese)));
    assert_eq!(&read_back, message, "{infno}");
    output
}

#[test]
fn signing_in_and_out() {
    let sign_in = SignIn {
        operator: "0042".to_owned(),
        mac: "00-00-5E-00-53-01".to_owned(),
        ip: "192.0.2.7".to_owned(),
    };
    request_round_trip("9001", &sign_in);
    reply_round_trip("9001", &SignInReply::new(noon(), "S1".to_owned()));
    request_round_trip("9002", &SignOut { sign_no: "S1".to_owned(), operator: "0042".to_owned() });
    reply_round_trip("9002", &SignOutReply::new(noon()));
}

#[test]
fn person_and_benefit() {
    let query = PersonQuery {
        certificate_type: Some(CertificateType::Credential),
        certificate_number: Some(personal("330200ecTOKEN")),
        card_code: None,
        at: None,
        document_type: None,
        document_number: None,
        name: None,
    };
    request_round_trip("1101", &query);
    reply_round_trip("1101", &person_reply());
    let mut with_identity = person_reply();
    with_identity.identities.push(SpecialIdentity {
        kind: "2303".to_owned(),
        level: None,
        remark: None,
        from: noon(),
        until: None,
    });
    reply_round_trip("1101", &with_identity);
    let benefit = BenefitQuery {
        person: person(),
        scheme: Scheme::Employee,
        institution: hospital(),
        medical_type: MedicalType::Outpatient,
        from: noon(),
        until: None,
        disease: None,
        extension: None,
    };
    request_round_trip("2001", &benefit);
    let entitlement = Entitlement {
        person: person(),
        check: "01".to_owned(),
        fund: FundType::EmployeePool,
        in_force: false,
        from: day("2023-01-01"),
        until: Some(day("2023-12-31")),
        reason: Some("暂停参保".to_owned()),
        extension: None,
    };
    reply_round_trip("2001", &BenefitReply { entitlements: vec![entitlement] });
}

#[test]
fn visit_messages() {
    let registration = Registration {
        person: person(),
        scheme: Scheme::Employee,
        registered: noon(),
        certificate_type: CertificateType::SocialSecurityCard,
        certificate_number: personal(&"9".repeat(200)),
        visit_number: "MZ1".to_owned(),
        doctor: Some("D330200000001".to_owned()),
        doctor_name: Some("示范医师".to_owned()),
        department: "A03".to_owned(),
        department_name: "内科".to_owned(),
        speciality: "A03".to_owned(),
        extension: None,
    };
    request_round_trip("2201", &registration);
    let reply = RegistrationReply {
        visit: visit(),
        person: person(),
        visit_number: "MZ1".to_owned(),
        extension: None,
    };
    reply_round_trip("2201", &reply);
    let cancellation = RegistrationCancellation {
        person: person(),
        visit: visit(),
        visit_number: "MZ1".to_owned(),
        extension: None,
    };
    request_round_trip("2202", &cancellation);
    reply_round_trip("2202", &Empty);
    for infno in ["2203", "2203A"] {
        let upload = VisitUpload {
            info: VisitInfo {
                visit: visit(),
                person: person(),
                medical_type: MedicalType::Outpatient,
                from: noon(),
                complaint: Some(personal("咳嗽三天")),
                disease: None,
                disease_name: None,
                birth_control: None,
                birth_control_date: None,
                maternity: None,
                extension: None,
            },
            diagnoses: vec![Diagnosis {
                kind: "1".to_owned(),
                rank: 1,
                code: "J20.900".to_owned(),
                name: "急性支气管炎".to_owned(),
                department: "A03".to_owned(),
                doctor: "D330200000001".to_owned(),
                doctor_name: "示范医师".to_owned(),
                made: noon(),
                valid: true,
            }],
        };
        request_round_trip(infno, &upload);
        reply_round_trip(infno, &Empty);
    }
}

#[test]
fn fee_messages() {
    let upload = FeeUpload { lines: vec![fee_line()] };
    assert_eq!(upload.check_amounts(), Ok(()));
    let nodes = request_round_trip("2204", &upload);
    assert_eq!(nodes["feedetail"][0]["det_item_fee_sumamt"].to_string(), "4.52");
    let item = fee_line().to_fee_item();
    assert_eq!((item.approved, item.amount), (Some(true), fen("4.52")));
    let mut with_ceiling = line_result();
    with_ceiling.price_ceiling = PriceCeiling(Some(price("30")));
    let output = reply_round_trip("2204", &FeeReply { lines: vec![line_result(), with_ceiling] });
    assert_eq!(output["result"][0]["pric_uplmt_amt"].to_string(), "999999.00");
    assert_eq!(output["result"][1]["pric_uplmt_amt"].to_string(), "30.00");
    let cancellation = FeeCancellation {
        visit: visit(),
        batch: FeeCancellation::ALL.to_owned(),
        person: person(),
        extension: None,
    };
    assert!(cancellation.is_for_all());
    request_round_trip("2205", &cancellation);
}

fn settlement_request() -> Settlement {
    Settlement {
        person: person(),
        certificate_type: CertificateType::Credential,
        certificate_number: None,
        medical_type: MedicalType::Outpatient,
        total: fen("38.60"),
        way: "01".to_owned(),
        visit: visit(),
        batch: "B1".to_owned(),
        scheme: Scheme::Employee,
        account_use: AccountUse::MutualAid,
        invoice: None,
        fully_self_paid: fen("0"),
        over_limit: fen("0"),
        first_self_paid: fen("1.93"),
        in_scope: fen("36.67"),
        extension: None,
    }
}

#[test]
fn settlement_messages() {
    let trial = PreSettlement {
        person: person(),
        certificate_type: CertificateType::IdCard,
        certificate_number: Some(personal("990000195304120018")),
        medical_type: MedicalType::Emergency,
        total: fen("38.60"),
        way: "01".to_owned(),
        visit: visit(),
        batch: "B1".to_owned(),
        account_use: AccountUse::Own,
        scheme: Scheme::Employee,
        extension: None,
    };
    for infno in ["2206", "2206A"] {
        request_round_trip(infno, &trial);
        let mut reply = settlement_reply();
        reply.info.settlement = None;
        reply.info.settled = None;
        reply_round_trip(infno, &reply);
    }
    for infno in ["2207", "2207A"] {
        request_round_trip(infno, &settlement_request());
        let output = reply_round_trip(infno, &settlement_reply());
        let info = &output["setlinfo"];
        assert_eq!(info["balc"].to_string(), "123456789.01");
        assert!(info.get("pdn_cash_pay").is_none());
        assert_eq!(output["setldetail"][0]["fund_pay_type"], json!("310100"));
        assert_eq!(output["setldetail"][0]["fund_pay_type_name"], json!("城镇职工基本医疗保险统筹基金"));
    }
    let extension = settlement_info().extension.expect("one");
    assert_eq!(
        CashStatus::from_extension(&extension),
        Some(CashStatus { order: order(), status: OrderStatus::InsurancePaid })
    );
}

#[test]
fn revocations_carry_both_spellings_of_the_cash_share() {
    let request = Revocation { settlement: settlement(), visit: visit(), person: person(), extension: None };
    let reply = RevocationReply { info: settlement_info(), amounts: negated(&amounts()), funds: Vec::new() };
    for infno in ["2208", "2103"] {
        request_round_trip(infno, &request);
        let output = reply_round_trip(infno, &reply);
        assert_eq!(output["setlinfo"]["pdn_cash_pay"].to_string(), "-6.10");
        assert_eq!(output["setlinfo"]["psn_cash_pay"].to_string(), "-6.10");
        assert_eq!(output["setlinfo"]["medfee_sumamt"].to_string(), "-38.60");
    }
}

#[test]
fn pharmacy_messages() {
    let line = DrugLine {
        serial: "1".to_owned(),
        prescription: None,
        outside_prescription: true,
        occurred: noon(),
        item_code: "XA01AAA001".to_owned(),
        institution_item_code: "D1".to_owned(),
        amount: fen("38.60"),
        quantity: quantity("1"),
        price: price("38.6"),
        dose: None,
        frequency: None,
        days: Some(quantity("7")),
        way: None,
        doctor: None,
        doctor_name: None,
        extension: None,
        traces: Vec::new(),
    };
    let head = PurchaseHead {
        person: person(),
        certificate_type: CertificateType::Credential,
        certificate_number: personal("330200ecTOKEN"),
        bought: noon(),
        total: fen("38.60"),
        invoice: None,
        scheme: Scheme::Employee,
        disease: None,
        disease_name: None,
        account_use: AccountUse::Own,
        medical_type: MedicalType::Pharmacy,
        extension: None,
    };
    let mut purchase = Purchase { head, lines: vec![line] };
    assert_eq!(purchase.check_amounts(), Ok(()));
    for infno in ["2101", "2101A", "2102", "2102A"] {
        request_round_trip(infno, &purchase);
    }
    let trace = DrugTrace { serial: "1".to_owned(), code: "81234567890123456789".to_owned(), opened: false };
    purchase.lines[0].traces.push(trace);
    request_round_trip("2102", &purchase);
    let mut reply = settlement_reply();
    reply.lines.push(line_result());
    for infno in ["2101", "2102"] {
        reply_round_trip(infno, &reply);
    }
}

#[test]
fn reversal_and_queries() {
    let reversal = Reversal { person: person(), message: "M".repeat(64), transaction: "2207A".to_owned() };
    request_round_trip("2601", &reversal);
    let query = SettlementQuery { person: person(), settlement: settlement(), visit: visit() };
    request_round_trip("5203", &query);
    let reply = SettlementQueryReply {
        info: settlement_info(),
        standing: SettlementStanding {
            institution: hospital(),
            institution_name: "示范医院".to_owned(),
            place: "2".to_owned(),
            from: day("2023-05-01"),
            until: day("2023-05-01"),
            revoked: false,
            year: "2023".to_owned(),
            invoice: None,
        },
        amounts: amounts(),
        funds: funds(),
    };
    let output = reply_round_trip("5203", &reply);
    assert_eq!(output["setlinfo"]["psn_pay"].to_string(), "16.10");
    assert_eq!(output["setlinfo"]["cash_payamt"].to_string(), "6.10");
    let order_query = OrderQuery {
        order: order(),
        institution: hospital(),
        token: None,
        document_number: None,
        name: None,
        document_type: None,
    };
    request_round_trip("6301", &order_query);
    let order_reply = OrderReply {
        status: OrderStatus::Settled,
        order: order(),
        call_type: "2".to_owned(),
        institution_order: "O1".to_owned(),
        at: noon(),
        institution: hospital(),
        institution_name: "示范医院".to_owned(),
        covers: "CASH".to_owned(),
        total: fen("38.60"),
        cash: fen("6.10"),
        account_paid: fen("10.00"),
        fund_total: fen("22.50"),
        reversal_token: personal("T1"),
    };
    reply_round_trip("6301", &order_reply);
}

#[test]
fn nothing_personal_is_in_debug_output() {
    let shown = format!("{:?} {:?}", settlement_reply(), person_reply());
    for secret in ["示范参保人", "990000195304120018"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    let envelope = request("1101", json!({"data": {"psn_name": "示范参保人"}}));
    assert!(!format!("{envelope:?}").contains("示范参保人"));
}
