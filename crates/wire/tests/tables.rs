//! The bundled facts are complete, and the profile fits them.

#[cfg(test)]
mod common;

use common::tables;
use model::{CatalogueClass, FeeCategory, InsuranceStatus, MedicalType, PersonType, Scheme};
use wire::message::{AccountUse, Approval, FundType, OrderStatus};
use wire::tables::{Direction, Kind, TableError, Tables};
use wire::transaction::{Transaction, TransactionError, find};

#[test]
fn all_transactions_and_lists_are_there() {
    let numbered = tables().transactions().filter(|(infno, _)| *infno != "ec_query").count();
    assert_eq!(numbered, 212);
    // 303 lists of the edition, and the one that the profile adds.
    assert_eq!(tables().lists().count(), 304);
    let fields: usize =
        tables().transactions().flat_map(|(_, table)| &table.nodes).map(|node| node.fields.len()).sum();
    assert_eq!(fields, 6661 + 22);
    let values: usize = tables().lists().map(|(_, list)| list.values.len()).sum();
    assert!(values > 3430, "{values}");
}

#[test]
fn names_and_values_are_clean() {
    for (infno, table) in tables().transactions() {
        for node in &table.nodes {
            for field in &node.fields {
                assert!(
                    !field.name.is_empty() && field.name.is_ascii() && !field.name.contains(' '),
                    "{infno}.{}.{}",
                    node.name,
                    field.name
                );
            }
        }
    }
    for (name, list) in tables().lists() {
        for (code, title) in &list.values {
            assert!(code.is_ascii() && !code.contains(' ') && !title.is_empty(), "{name} {code}");
        }
    }
}

#[test]
fn offered_transactions_have_tables_that_agree() {
    for transaction in Transaction::ALL {
        for infno in transaction.numbers() {
            assert_eq!(find(tables(), infno), Ok(*transaction));
            let table = tables().transaction(infno).expect("tables");
            assert_eq!(table.writes, transaction.writes(), "{infno}");
            assert!(table.outer(Direction::In).next().is_some(), "{infno}");
        }
    }
}

#[test]
fn unknown_and_not_offered_numbers_are_told_apart() {
    let not_offered = find(tables(), "2304").expect_err("not offered");
    assert_eq!(
        not_offered.text(wire::Language::Chinese),
        "交易 2304（住院结算）属于国家接口规范，本平台暂未提供"
    );
    let unknown = find(tables(), "2999").expect_err("unknown");
    assert_eq!(unknown, TransactionError::Unknown { infno: "2999".to_owned() });
    assert_eq!(unknown.text(wire::Language::Chinese), "交易编号 2999 不存在，请核对 infno");
    assert_eq!(unknown.text(wire::Language::English), "no transaction has the number 2999");
}

#[test]
fn the_profile_makes_provincial_members_optional() {
    let field = |infno: &str, node: &str, name: &str| {
        let table = tables().transaction(infno).expect("a table");
        let node = table.node(Direction::In, node).expect("a node");
        node.field(name).cloned().unwrap_or_else(|| panic!("{infno} {name}"))
    };
    assert!(!field("2201", "data", "certno").required);
    assert!(!field("2203", "mdtrtinfo", "dise_codg").required);
    assert!(field("2201", "data", "psn_no").required);
    assert_eq!(field("2204", "feedetail", "feedetl_sn").kind, Kind::Text(Some(30)));
    assert_eq!(
        field("2207A", "data", "medfee_sumamt").kind,
        Kind::Number { whole: Some(14), places: Some(2) }
    );
    assert!(field("2204", "feedetail", "rx_circ_flag").list.is_some());
    assert!(field("1101", "data", "certno").personal);
    let med_type = tables().list("med_type").expect("a list");
    for code in ["11", "12", "13", "21", "41"] {
        assert!(med_type.values.contains_key(code), "{code}");
    }
}

/// Every code that a typed message writes is one that the tables accept.
#[test]
fn codes_of_the_types_are_in_the_lists() {
    let codes: Vec<(&str, &str)> = [
        ("insutype", vec![Scheme::Employee.code(), Scheme::Resident.code()]),
        (
            "psn_type",
            [
                PersonType::InService,
                PersonType::Retired,
                PersonType::Minor,
                PersonType::AdultResident,
                PersonType::ElderlyResident,
            ]
            .map(PersonType::code)
            .to_vec(),
        ),
        (
            "psn_insu_stas",
            [InsuranceStatus::Active, InsuranceStatus::Suspended, InsuranceStatus::Ended]
                .map(InsuranceStatus::code)
                .to_vec(),
        ),
        (
            "med_type",
            [
                MedicalType::Outpatient,
                MedicalType::Registration,
                MedicalType::Emergency,
                MedicalType::Pharmacy,
            ]
            .map(MedicalType::code)
            .to_vec(),
        ),
        (
            "chrgitm_lv",
            [CatalogueClass::A, CatalogueClass::B, CatalogueClass::C].map(CatalogueClass::code).to_vec(),
        ),
        ("med_chrgitm_type", vec![FeeCategory::Bed.code(), FeeCategory::Other.code()]),
        ("acct_used_flag", AccountUse::ALL.iter().map(|v| v.code()).collect()),
        ("hosp_appr_flag", Approval::ALL.iter().map(|v| v.code()).collect()),
        ("fund_pay_type", FundType::ALL.iter().map(|v| v.code()).collect()),
        ("ordStas", OrderStatus::ALL.iter().map(|v| v.code()).collect()),
    ]
    .into_iter()
    .flat_map(|(list, codes)| codes.into_iter().map(move |code| (list, code)))
    .collect();
    for (list, code) in codes {
        assert!(tables().list(list).expect(list).values.contains_key(code), "{list} {code}");
    }
    let names = |list: &str, code: &str| tables().list(list).expect(list).values.get(code).cloned();
    for status in OrderStatus::ALL {
        assert_eq!(names("ordStas", status.code()).as_deref(), Some(status.label()));
    }
    for approval in Approval::ALL {
        assert_eq!(names("hosp_appr_flag", approval.code()).as_deref(), Some(approval.label()));
    }
}

#[test]
fn a_profile_with_a_mistake_is_refused() {
    let load = |text: &str| Tables::load(text).expect_err("refused");
    let entry = |rest: &str| format!("[[field]]\nreason = \"a test\"\n{rest}");
    assert_eq!(
        load(&entry("fields = [\"2207.in.data.psn_nr\"]\nrequired = false")),
        TableError::MatchesNothing("2207.in.data.psn_nr".to_owned())
    );
    assert!(matches!(load(&entry("fields = [\"2207.in.data\"]")), TableError::Profile(_)));
    assert!(matches!(
        load(&entry("fields = [\"2207.in.data.psn_no\"]\nkind = \"X9\"")),
        TableError::Form { .. }
    ));
    assert!(matches!(load("[[field]]\nfields = [\"2207.in.data.psn_no\"]"), TableError::Profile(_)));
    assert!(matches!(load(&entry("fields = []\nrequred = false")), TableError::Profile(_)));
    assert_eq!(
        load("[[list]]\nreason = \"a test\"\nname = \"med_typ\"\nadd = { \"1\" = \"x\" }"),
        TableError::MatchesNothing("med_typ".to_owned())
    );
    assert_eq!(
        load("[[alias]]\nreason = \"a test\"\nfield = \"exp_contents\"\nspellings = []"),
        TableError::MatchesNothing("exp_contents".to_owned())
    );
    assert_eq!(
        load("[[node]]\nreason = \"a test\"\nnodes = [\"2204.in.feedetails\"]\nmany = true"),
        TableError::MatchesNothing("2204.in.feedetails".to_owned())
    );
    let without = Tables::load("").expect("the bare facts");
    assert!(
        without.transaction("2201").expect("a table").nodes[0].field("certno").expect("a field").required
    );
}
