//! A second, obvious evaluator of the shipped Ningbo policy: whole numbers and `if`s, written from the text of the rules.
//! It shares nothing with the engine; on thousands of random bills both must agree to the fen.

use std::sync::Arc;

use benefit::{AccountBalances, Accumulators, Case, CaseLine, Split};
use model::{
    CatalogueClass, Date, Fen, InstitutionKind, InstitutionLevel, InsuranceStatus, InsuredPerson,
    MedicalType, PersonId, PersonType, Price, Quantity, Scheme,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::strategies::item;
use crate::support::book;

/// A line in plain numbers.
#[derive(Debug, Clone)]
pub struct PlainLine {
    pub class: CatalogueClass,
    /// Share first paid of class B, in per cent.
    pub first_percent: i64,
    /// In millionths of a yuan.
    pub price: i64,
    pub ceiling: Option<i64>,
    /// In ten-thousandths.
    pub quantity: i64,
    pub matched: bool,
    pub limited: bool,
    pub approved: Option<bool>,
}

/// A bill in plain numbers, money in fen.
#[derive(Debug, Clone)]
pub struct PlainBill {
    pub lines: Vec<PlainLine>,
    pub retired: bool,
    pub age: i16,
    pub level: InstitutionLevel,
    pub pharmacy: bool,
    pub borne: i64,
    pub fund_paid: i64,
    pub current_year: i64,
    pub previous_years: i64,
    pub use_account: bool,
}

fn half_up(value: i64, divisor: i64) -> i64 {
    let (value, divisor) = (i128::from(value), i128::from(divisor));
    i64::try_from((2 * value + divisor) / (2 * divisor)).expect("small")
}

impl PlainLine {
    pub fn amount(&self) -> i64 {
        // Millionths of a yuan times ten-thousandths are hundred-millionths of a fen.
        half_up(self.price * self.quantity, 100_000_000)
    }
}

pub fn line() -> impl Strategy<Value = PlainLine> {
    let class = prop::sample::select(vec![CatalogueClass::A, CatalogueClass::B, CatalogueClass::C]);
    let price = prop_oneof![1_000_i64..2_000_000_000, (1_i64..500_000).prop_map(|fen| fen * 10_000)];
    let ceiling = prop::option::weighted(0.3, 10_000_i64..1_000_000_000);
    let quantity = prop_oneof![(1_i64..20).prop_map(|whole| whole * 10_000), 1_i64..200_000];
    let flags =
        (prop::bool::weighted(0.9), prop::bool::weighted(0.2), prop::option::weighted(0.3, any::<bool>()));
    (class, 0_i64..30, price, ceiling, quantity, flags)
        .prop_map(|(class, first_percent, price, ceiling, quantity, (matched, limited, approved))| {
            PlainLine { class, first_percent, price, ceiling, quantity, matched, limited, approved }
        })
        .prop_filter("a line has an amount", |line| line.amount() > 0)
}

pub fn level() -> impl Strategy<Value = InstitutionLevel> {
    prop::sample::select(vec![
        InstitutionLevel::TertiarySpecial,
        InstitutionLevel::Tertiary,
        InstitutionLevel::Secondary,
        InstitutionLevel::Primary,
        InstitutionLevel::Community,
        InstitutionLevel::Unrated,
    ])
}

pub fn bill() -> impl Strategy<Value = PlainBill> {
    let money = |most: i64| prop_oneof![Just(0), 0..most, Just(most)];
    let person = (any::<bool>(), 20_i16..90, level(), prop::bool::weighted(0.2));
    let purses = (money(500_000), money(500_000), prop::bool::weighted(0.8));
    (prop::collection::vec(line(), 1..6), person, money(90_000), money(2_000_000), purses).prop_map(
        |(
            lines,
            (retired, age, level, pharmacy),
            borne,
            fund_paid,
            (current_year, previous_years, use_account),
        )| {
            PlainBill {
                lines,
                retired,
                age,
                level,
                pharmacy,
                borne,
                fund_paid,
                current_year,
                previous_years,
                use_account,
            }
        },
    )
}

impl PlainBill {
    /// The bill as the engine takes it.
    pub fn case(&self) -> Case {
        let lines = self.lines.iter().enumerate().map(|(index, line)| {
            let rate = match line.class {
                CatalogueClass::A => "0 %".to_owned(),
                CatalogueClass::B => format!("{} %", line.first_percent),
                CatalogueClass::C => "100 %".to_owned(),
            };
            let mut catalogued = item(line.class, &rate);
            catalogued.price_ceiling = line.ceiling.map(Price::from_micro_yuan);
            catalogued.limited_use = line.limited;
            CaseLine {
                serial: index.to_string(),
                item: line.matched.then(|| Arc::new(catalogued)),
                price: Price::from_micro_yuan(line.price),
                quantity: Quantity::from_ten_thousandths(line.quantity),
                amount: Fen::new(line.amount()),
                approved: line.approved,
                date: None,
                category: None,
            }
        });
        let date = Date::new(2023, 6, 15).expect("a date");
        let so_far = [
            (2023, "outpatient_self_borne".into(), Fen::new(self.borne)),
            (2023, "outpatient_pool_fund".into(), Fen::new(self.fund_paid)),
        ];
        let kinds = if self.pharmacy {
            (InstitutionKind::Pharmacy, MedicalType::Pharmacy)
        } else {
            (InstitutionKind::Hospital, MedicalType::Outpatient)
        };
        Case {
            person: InsuredPerson {
                id: PersonId::from_bytes([0; 16]),
                region: "330200".parse().expect("a region"),
                scheme: Scheme::Employee,
                person_type: if self.retired { PersonType::Retired } else { PersonType::InService },
                status: InsuranceStatus::Active,
                birth: Date::new(2023 - self.age, 1, 1).expect("a date"),
                insured_from: Date::new(2023 - self.age, 1, 1).expect("a date"),
                civil_servant: false,
            },
            institution_kind: kinds.0,
            institution_level: self.level,
            medical_type: kinds.1,
            date,
            lines: lines.collect(),
            accumulators: Accumulators::new().plus(&so_far).expect("small"),
            account: AccountBalances {
                current_year: Fen::new(self.current_year),
                previous_years: Fen::new(self.previous_years),
            },
            use_account: self.use_account,
            particulars: benefit::Particulars::default(),
        }
    }
}

/// The amounts of a bill by the rules of Ningbo, in the order of [`Split::AMOUNTS`].
fn obvious(bill: &PlainBill) -> [i64; 21] {
    let (mut total, mut own, mut over, mut first, mut scope) = (0, 0, 0, 0, 0);
    for line in &bill.lines {
        let amount = line.amount();
        total += amount;
        let refused = (line.limited && line.approved != Some(true)) || line.approved == Some(false);
        if !line.matched || line.class == CatalogueClass::C || refused {
            own += amount;
            continue;
        }
        let base = match line.ceiling {
            Some(ceiling) if line.price > ceiling => {
                half_up(ceiling * line.quantity, 100_000_000).min(amount)
            }
            _ => amount,
        };
        over += amount - base;
        let percent = if line.class == CatalogueClass::B { line.first_percent } else { 0 };
        let person_first = half_up(base * percent, 100);
        first += person_first;
        scope += base - person_first;
    }
    let band = scope.min(bill.current_year);
    let standard = match (bill.retired, bill.age < 45) {
        (true, _) => 30_000,
        (false, true) => 90_000,
        (false, false) => 60_000,
    };
    let deductible = (scope - band).min((standard - bill.borne).max(0));
    let shared = scope - band - deductible;
    let fund_percent = match bill.level {
        _ if bill.pharmacy => 80,
        InstitutionLevel::Community if bill.retired => 92,
        InstitutionLevel::Community => 86,
        InstitutionLevel::Tertiary | InstitutionLevel::TertiarySpecial => 75,
        _ => 80,
    };
    let wanted = half_up(shared * fund_percent, 100);
    let left = (2_000_000 - bill.fund_paid).max(0);
    let (fund, entered) = if wanted > left {
        (left, half_up(left * 100, fund_percent).max(left).min(shared))
    } else {
        (wanted, shared)
    };
    let current = if bill.use_account { band } else { 0 };
    let person = deductible + (entered - fund) + (shared - entered) + own + over + first;
    let previous = if bill.use_account { person.min(bill.previous_years) } else { 0 };
    let cash = total - fund - current - previous;
    let (co_payment, above) = (entered - fund, shared - entered);
    [
        total, own, over, first, scope, band, deductible, co_payment, above, fund, 0, 0, 0, 0, 0, 0, 0,
        current, previous, 0, cash,
    ]
}

fn differences(bill: &PlainBill, split: &Split) -> Vec<String> {
    let amounts = split.amounts().into_iter().zip(obvious(bill));
    amounts
        .filter(|((_, engine), obvious)| engine.get() != *obvious)
        .map(|((name, engine), obvious)| format!("{name}: engine {engine}, obvious {}", Fen::new(obvious)))
        .collect()
}

#[test]
fn the_engine_agrees_with_the_obvious_evaluator() {
    let book = book();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(4000));
    let result = runner.run(&bill(), |bill| {
        let case = bill.case();
        let policy = book.in_force(case.person.region, case.person.scheme, case.date).expect("a policy");
        let split =
            benefit::split(policy, &case).map_err(|refusal| TestCaseError::fail(refusal.to_string()))?;
        prop_assert_eq!(differences(&bill, &split), Vec::<String>::new());
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn a_wrong_ratio_or_band_is_noticed() {
    // The same bills by a policy that differs in one number: the evaluators must part.
    for (from, to) in [
        ("person_pays = \"14 %\"", "person_pays = \"13 %\""),
        ("standard = \"600 yuan\"", "standard = \"600.01 yuan\""),
        ("amount = \"20,000 yuan\"", "amount = \"20,000.01 yuan\""),
        ("odd_fen = \"person\"", "odd_fen = \"fund\""),
        ("when_declined = \"hold\"", "when_declined = \"skip\""),
        ("excess = \"over_limit\"", "excess = \"fully_self_paid\""),
    ] {
        let files = crate::support::ningbo_with(&[(from, to)]);
        let book = crate::support::right(benefit::PolicyBook::parse(&files));
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let parted = (0..4000).any(|_| {
            let bill = bill().new_tree(&mut runner).expect("a bill").current();
            let case = bill.case();
            let policy = book.in_force(case.person.region, case.person.scheme, case.date).expect("a policy");
            benefit::split(policy, &case).is_ok_and(|split| !differences(&bill, &split).is_empty())
        });
        assert!(parted, "{to} was not noticed");
    }
}
