//! A year of a whole population: a million persons, each with six bills, settled one after the other by the function that
//! settles in the hospital.
//!
//! `cargo bench -p benefit --bench population`

#![expect(clippy::expect_used, reason = "a bench that cannot read its files has nothing to measure")]

use std::sync::Arc;
use std::time::Instant;

use benefit::{AccountBalances, Accumulators, Case, CaseLine, Particulars, Policy, PolicyBook, split};
use model::{
    CatalogueClass, CatalogueItem, Date, Exact, FeeCategory, Fen, InstitutionKind, InstitutionLevel,
    InsuranceStatus, InsuredPerson, MedicalType, PersonId, PersonType, Price, Quantity, Rate, Scheme,
};

const PERSONS: u32 = 1_000_000;
const BILLS: u32 = 6;
const LINES: u32 = 3;

fn main() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/ningbo-employees");
    let files = std::fs::read_dir(folder).expect("a folder").filter_map(|entry| {
        let path = entry.expect("an entry").path();
        path.is_file().then(|| (path.display().to_string(), std::fs::read_to_string(&path).expect("a text")))
    });
    let book = PolicyBook::parse(&files.collect::<Vec<_>>()).expect("the policy is right");
    let region = "330200".parse().expect("a region");
    let date = Date::constant(2023, 5, 1);
    let policy = book.in_force(region, Scheme::Employee, date).expect("in force");
    let items =
        [item(CatalogueClass::A, 0), item(CatalogueClass::B, 50_000), item(CatalogueClass::C, 1_000_000)];
    let begun = Instant::now();
    let mut paid = 0_i64;
    for person in 0..PERSONS {
        paid += year(policy, &items, person).get();
    }
    let seconds = begun.elapsed().as_millis();
    println!(
        "{PERSONS} person-years of {BILLS} bills of {LINES} lines in {}.{:03} s; the fund paid {} fen",
        seconds / 1000,
        seconds % 1000,
        paid
    );
}

/// One person's year; what the fund paid of it.
fn year(policy: &Policy, items: &[Arc<CatalogueItem>; 3], number: u32) -> Fen {
    let retired = number.is_multiple_of(3);
    let birth = Date::constant(if retired { 1955 } else { 1975 + (number % 20) as i16 }, 3, 12);
    let mut case = Case {
        person: InsuredPerson {
            id: PersonId::from_bytes([0; 16]),
            region: policy.region(),
            scheme: Scheme::Employee,
            person_type: if retired { PersonType::Retired } else { PersonType::InService },
            status: InsuranceStatus::Active,
            birth,
            insured_from: birth,
            civil_servant: false,
        },
        institution_kind: InstitutionKind::Hospital,
        institution_level: InstitutionLevel::Tertiary,
        medical_type: MedicalType::Outpatient,
        date: Date::constant(2023, 5, 1),
        lines: Vec::new(),
        accumulators: Accumulators::new(),
        account: AccountBalances { current_year: Fen::new(40_000), previous_years: Fen::new(20_000) },
        use_account: true,
        particulars: Particulars::default(),
    };
    let mut paid = Fen::ZERO;
    for bill in 0..BILLS {
        case.institution_level = if (number + bill).is_multiple_of(2) {
            InstitutionLevel::Tertiary
        } else {
            InstitutionLevel::Community
        };
        case.lines = (0..LINES).map(|line| fee(items, number, bill, line)).collect();
        let split = split(policy, &case).expect("a split");
        case.accumulators = case.accumulators.plus(&split.accumulated).expect("small");
        case.account.current_year =
            case.account.current_year.minus(split.account_current_year).expect("small");
        case.account.previous_years =
            case.account.previous_years.minus(split.account_previous_years).expect("small");
        paid = paid.plus(split.pool_fund).expect("small");
    }
    paid
}

fn fee(items: &[Arc<CatalogueItem>; 3], number: u32, bill: u32, line: u32) -> CaseLine {
    let mixed = number.wrapping_mul(2_654_435_761).wrapping_add(bill * 97 + line * 31);
    let price = Price::from_micro_yuan(i64::from(mixed % 20_000 + 100) * 10_000);
    let quantity = Quantity::from_ten_thousandths(i64::from(mixed % 5 + 1) * 10_000);
    let amount = price.times(quantity).and_then(Exact::round).expect("small");
    let item = items.get((mixed % 8 / 3) as usize).map(Arc::clone);
    CaseLine {
        serial: String::new(),
        item,
        price,
        quantity,
        amount,
        approved: None,
        date: None,
        category: None,
    }
}

fn item(class: CatalogueClass, millionths: i64) -> Arc<CatalogueItem> {
    Arc::new(CatalogueItem {
        code: "x".to_owned(),
        name: "x".to_owned(),
        specification: String::new(),
        class,
        category: FeeCategory::WesternDrug,
        first_self_pay: Rate::from_millionths(millionths),
        price_ceiling: None,
        limited_use: false,
        group: None,
    })
}
