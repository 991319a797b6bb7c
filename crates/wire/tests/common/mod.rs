//! Messages of one synthetic visit, used by several tests.
#![expect(dead_code, reason = "each test program uses a part of these")]

use model::money::Rate;
use model::{
    CatalogueClass, CertificateType, Date, FeeCategory, Fen, Instant, InstitutionCode, InsuranceStatus,
    MedicalType, OrderId, PersonId, PersonType, Price, Quantity, Region, Scheme, SettlementId, VisitId,
};
use serde_json::{Value, json};
use wire::Personal;
use wire::envelope::{Operator, OperatorKind, Request};
use wire::message::*;
use wire::tables::Tables;

pub fn tables() -> &'static Tables {
    Tables::national().expect("the bundled tables")
}

pub fn fen(yuan: &str) -> Fen {
    Fen::from_yuan(yuan).expect("an amount")
}

pub fn price(yuan: &str) -> Price {
    yuan.parse().expect("a price")
}

pub fn quantity(text: &str) -> Quantity {
    text.parse().expect("a quantity")
}

pub fn at(text: &str) -> Instant {
    Instant::parse_china(text).expect("a time")
}

pub fn day(text: &str) -> Date {
    model::date::parse_date(text).expect("a date")
}

pub fn noon() -> Instant {
    at("2023-05-01 12:00:00")
}

pub fn person() -> PersonId {
    PersonId::new(at("2020-01-01 00:00:00"), [1; 10])
}

pub fn visit() -> VisitId {
    VisitId::new(noon(), [2; 10])
}

pub fn settlement() -> SettlementId {
    SettlementId::new(noon(), [3; 10])
}

pub fn order() -> OrderId {
    OrderId::new(noon(), [4; 10])
}

pub fn region() -> Region {
    "330200".parse().expect("a region")
}

pub fn hospital() -> InstitutionCode {
    "H99000000001".parse().expect("an institution")
}

pub fn personal(text: &str) -> Personal {
    Personal::new(text)
}

pub fn request(infno: &str, input: Value) -> Request {
    let Value::Object(input) = input else { panic!("nodes") };
    Request {
        infno: infno.to_owned(),
        msgid: "H99000000001202305011200000001".to_owned(),
        treatment_region: Some(region()),
        insured_region: Some(region()),
        operator: Operator {
            kind: Some(OperatorKind::Clerk),
            code: "0042".to_owned(),
            name: "收费员".to_owned(),
        },
        sent: noon(),
        institution: hospital(),
        institution_name: "示范医院".to_owned(),
        sign_no: "S1".to_owned(),
        input,
    }
}

/// The nodes of a 2204 with two right lines.
pub fn fee_nodes() -> Value {
    let line = |serial: &str| {
        json!({
            "feedetl_sn": serial, "mdtrt_id": visit().to_string(), "psn_no": person().to_string(),
            "chrg_bchno": "B1", "rx_circ_flag": "0", "fee_ocur_time": "2023-05-01 11:00:00",
            "med_list_codg": "XA01AAA001", "medins_list_codg": "D1", "det_item_fee_sumamt": 4.52, "cnt": 2,
            "pric": 2.26, "bilg_dept_codg": "A03", "bilg_dept_name": "内科", "bilg_dr_codg": "D330200000001",
            "bilg_dr_name": "示范医师", "hosp_appr_flag": "0",
        })
    };
    json!({ "feedetail": [line("1"), line("2")] })
}

pub fn fee_line() -> FeeLine {
    FeeLine {
        serial: "XM-1".to_owned(),
        visit: visit(),
        person: person(),
        batch: "B1".to_owned(),
        disease: None,
        prescription: Some("R1".to_owned()),
        outside_prescription: false,
        occurred: noon(),
        item_code: "XA01AAA001".to_owned(),
        institution_item_code: "D1".to_owned(),
        amount: fen("4.52"),
        quantity: quantity("2"),
        price: price("2.26"),
        dose: Some("0.5g".to_owned()),
        frequency: Some("一日三次".to_owned()),
        days: Some(quantity("3.5")),
        way: None,
        department: "A03".to_owned(),
        department_name: "内科".to_owned(),
        doctor: "D330200000001".to_owned(),
        doctor_name: "示范医师".to_owned(),
        approval: Approval::Passed,
        remark: None,
        extension: None,
    }
}

pub fn line_result() -> LineResult {
    LineResult {
        serial: "1".to_owned(),
        amount: fen("38.60"),
        quantity: quantity("1"),
        price: price("38.6"),
        price_ceiling: PriceCeiling(None),
        first_self_pay_rate: Rate::parse("5%").expect("a rate"),
        fully_self_paid: fen("0"),
        over_limit: fen("0"),
        first_self_paid: fen("1.93"),
        in_scope: fen("36.67"),
        class: CatalogueClass::B,
        category: FeeCategory::WesternDrug,
        limited_use: false,
        remark: None,
    }
}

/// 38.60 yuan: 1.93 paid first, 36.67 in scope, of it 20.00 by the pool; 10.00 by the account, of it 2.50 shared.
pub fn amounts() -> SettlementAmounts {
    SettlementAmounts {
        total: fen("38.60"),
        fully_self_paid: fen("0"),
        over_limit: fen("0"),
        first_self_paid: fen("1.93"),
        in_scope: fen("36.67"),
        deductible: fen("5.00"),
        pool_fund: fen("20.00"),
        pool_rate: Rate::parse("80%").expect("a rate"),
        civil_servant: fen("1.00"),
        enterprise: fen("0"),
        catastrophic: fen("0"),
        large_sum: fen("0.50"),
        disabled_veterans: fen("0"),
        medical_aid: fen("0"),
        other_funds: fen("0"),
        fund_total: fen("21.50"),
        person_total: fen("16.10"),
        account_paid: fen("10.00"),
        mutual_aid_paid: fen("2.50"),
        cash: fen("6.10"),
        hospital: fen("1.00"),
        balance: fen("123456789.01"),
    }
}

pub fn negated(a: &SettlementAmounts) -> SettlementAmounts {
    let minus = |amount: Fen| amount.negated().expect("in range");
    SettlementAmounts {
        total: minus(a.total),
        fully_self_paid: minus(a.fully_self_paid),
        over_limit: minus(a.over_limit),
        first_self_paid: minus(a.first_self_paid),
        in_scope: minus(a.in_scope),
        deductible: minus(a.deductible),
        pool_fund: minus(a.pool_fund),
        pool_rate: a.pool_rate,
        civil_servant: minus(a.civil_servant),
        enterprise: minus(a.enterprise),
        catastrophic: minus(a.catastrophic),
        large_sum: minus(a.large_sum),
        disabled_veterans: minus(a.disabled_veterans),
        medical_aid: minus(a.medical_aid),
        other_funds: minus(a.other_funds),
        fund_total: minus(a.fund_total),
        person_total: minus(a.person_total),
        account_paid: minus(a.account_paid),
        mutual_aid_paid: minus(a.mutual_aid_paid),
        cash: minus(a.cash),
        hospital: minus(a.hospital),
        balance: a.balance,
    }
}

pub fn funds() -> Vec<FundShare> {
    vec![
        FundShare::new(FundType::EmployeePool, fen("36.67"), fen("20000"), fen("20.00")),
        FundShare::new(FundType::EmployeeAccount, fen("0"), fen("0"), fen("10.00")),
    ]
}

pub fn settlement_info() -> SettlementInfo {
    SettlementInfo {
        visit: visit(),
        settlement: Some(settlement()),
        person: person(),
        name: personal("示范参保人"),
        document_type: "01".to_owned(),
        document_number: personal("990000195304120018"),
        gender: Some("1".to_owned()),
        ethnic_group: Some("01".to_owned()),
        birth: Some(day("1953-04-12")),
        age: Some(Years(70)),
        scheme: Scheme::Employee,
        person_type: PersonType::Retired,
        civil_servant: false,
        settled: Some(noon()),
        certificate_type: Some(CertificateType::Credential),
        medical_type: MedicalType::Outpatient,
        institution_settlement: "H99000000001202305011200000001".to_owned(),
        clearing_office: Some(region()),
        clearing_way: Some("1".to_owned()),
        clearing_type: "11".to_owned(),
        extension: Some(CashStatus { order: order(), status: OrderStatus::InsurancePaid }.to_extension()),
    }
}

pub fn settlement_reply() -> SettlementReply {
    SettlementReply { info: settlement_info(), amounts: amounts(), funds: funds(), lines: Vec::new() }
}

pub fn person_reply() -> PersonReply {
    PersonReply {
        base: PersonBase {
            person: person(),
            document_type: "01".to_owned(),
            document_number: personal("990000195304120018"),
            name: personal("示范参保人"),
            gender: "1".to_owned(),
            ethnic_group: Some("01".to_owned()),
            birth: Some(day("1953-04-12")),
            age: Years(70),
            extension: None,
        },
        insurances: vec![Insurance {
            balance: fen("1378.15"),
            scheme: Scheme::Employee,
            person_type: PersonType::Retired,
            status: Some(InsuranceStatus::Active),
            insured_from: Some(day("2001-01-01")),
            suspended_on: None,
            civil_servant: false,
            region: region(),
            employer: Some("示范单位".to_owned()),
        }],
        identities: Vec::new(),
    }
}
