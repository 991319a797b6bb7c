//! What holds for every bill, by the shipped policy and by others that differ in their strategies.

use std::sync::LazyLock;

use benefit::{Accumulators, Case, Policy, PolicyBook, Split, explain, split};
use model::{Fen, InstitutionLevel};
use proptest::prelude::*;

use crate::oracle::{PlainBill, bill, level, line};
use crate::support::{ningbo_with, right};

const CEILING: Fen = Fen::new(2_000_000);

/// The policy of Ningbo, and the same with other strategies.
static BOOKS: LazyLock<Vec<PolicyBook>> = LazyLock::new(|| {
    let variants: [&[(&str, &str)]; 6] = [
        &[],
        &[("odd_fen = \"person\"", "odd_fen = \"fund\"")],
        &[("stage = \"per_line\"", "stage = \"per_segment\"")],
        &[("stage = \"per_line\"", "stage = \"at_output\"")],
        &[("stage = \"per_line\"", "stage = \"at_output\""), ("odd_fen = \"person\"", "odd_fen = \"fund\"")],
        &[
            ("limits = \"fund_paid\"", "limits = \"eligible_fees\""),
            ("when_declined = \"hold\"", "when_declined = \"skip\""),
        ],
    ];
    variants.into_iter().map(|changes| right(PolicyBook::parse(&ningbo_with(changes)))).collect()
});

fn policy(book: usize, case: &Case) -> &'static Policy {
    BOOKS[book].in_force(case.person.region, case.person.scheme, case.date).expect("a policy")
}

fn splits(book: usize, case: &Case) -> Split {
    split(policy(book, case), case).expect("a split")
}

fn sum(amounts: impl IntoIterator<Item = Fen>) -> Fen {
    Fen::sum(amounts).expect("small")
}

/// One year of one person: every bill is settled against what the ones before left.
struct Year {
    splits: Vec<Split>,
    accumulators: Accumulators,
}

fn settle_year(book: usize, bills: &[PlainBill], remembers: bool) -> Year {
    let first = bills.first().expect("a bill").case();
    let (mut accumulators, mut account) = (Accumulators::new(), first.account);
    let mut all = Vec::new();
    for bill in bills {
        let mut case = bill.case();
        case.person = first.person;
        case.account = account;
        case.accumulators = accumulators.clone();
        let split = splits(book, &case);
        if remembers {
            accumulators = accumulators.plus(&split.accumulated).expect("small");
        }
        account.current_year = account.current_year.minus(split.account_current_year).expect("small");
        account.previous_years = account.previous_years.minus(split.account_previous_years).expect("small");
        assert!(!account.current_year.is_negative() && !account.previous_years.is_negative());
        all.push(split);
    }
    Year { splits: all, accumulators }
}

/// Bills large enough that a year comes to its ceiling.
fn year() -> impl Strategy<Value = Vec<PlainBill>> {
    prop::collection::vec(bill(), 1..12).prop_map(|mut bills| {
        for line in bills.iter_mut().flat_map(|bill| &mut bill.lines) {
            line.price = line.price.saturating_mul(2).min(4_000_000_000);
        }
        bills.iter_mut().for_each(|bill| bill.pharmacy = false);
        bills
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_split_adds_up_and_nothing_is_negative(bill in bill(), book in 0_usize..6) {
        let case = bill.case();
        let (split, trace) = explain(policy(book, &case), &case).expect("a split");
        prop_assert_eq!(split.check(), Ok(()));
        for (name, amount) in split.amounts() {
            prop_assert!(!amount.is_negative(), "{} is {}", name, amount);
        }
        prop_assert!(split.account_current_year <= case.account.current_year);
        prop_assert!(split.account_previous_years <= case.account.previous_years);
        prop_assert_eq!(splits(book, &case), split.clone());
        for (kind, amount) in crate::cases::by_kind(&split) {
            prop_assert_eq!(trace.total(kind), Ok(amount), "{:?}", kind);
        }
    }

    #[test]
    fn a_split_with_any_amount_changed_does_not_check(bill in bill(), place in 0_usize..21, up: bool) {
        let split = splits(0, &bill.case());
        let mut json = serde_json::to_value(&split).expect("serialises");
        let name = Split::AMOUNTS[place];
        let fen = json[name].as_i64().expect("fen") + if up { 1 } else { -1 };
        json[name] = fen.into();
        let broken: Split = serde_json::from_value(json).expect("a split");
        prop_assert!(broken.check().is_err(), "{}", name);
    }

    #[test]
    fn a_split_survives_storage(bill in bill()) {
        let case = bill.case();
        let split = splits(0, &case);
        let text = serde_json::to_string(&split).expect("serialises");
        prop_assert_eq!(serde_json::from_str::<Split>(&text).ok(), Some(split));
        let text = serde_json::to_string(&case).expect("serialises");
        prop_assert_eq!(serde_json::from_str::<Case>(&text).ok(), Some(case));
    }

    #[test]
    fn a_reversal_is_the_mirror(bill in bill(), book in 0_usize..6) {
        let case = bill.case();
        let split = splits(book, &case);
        let mirror = split.negated().expect("small");
        prop_assert_eq!(mirror.check(), Ok(()));
        prop_assert_eq!(mirror.negated().expect("small"), split.clone());
        for ((_, there), (_, back)) in split.amounts().into_iter().zip(mirror.amounts()) {
            prop_assert_eq!(there.plus(back), Ok(Fen::ZERO));
        }
        let after = case.accumulators.plus(&split.accumulated).expect("small");
        prop_assert_eq!(&after.minus(&split.accumulated).expect("small"), &case.accumulators);
        prop_assert_eq!(after.plus(&mirror.accumulated).expect("small"), case.accumulators);
    }

    #[test]
    fn raising_a_line_lowers_nobodys_part(bill in bill(), more in 1_i64..100_000, book in 0_usize..2) {
        let before = splits(book, &bill.case());
        let mut raised = bill;
        raised.lines[0].quantity += more;
        let after = splits(book, &raised.case());
        prop_assert!(after.total >= before.total);
        prop_assert!(after.person_total().expect("small") >= before.person_total().expect("small"));
        prop_assert!(after.pool_fund >= before.pool_fund);
    }

    #[test]
    fn a_year_stays_within_band_and_ceiling(bills in year(), book in 0_usize..5) {
        let year = settle_year(book, &bills, true);
        let standard = Fen::new(match (bills[0].retired, bills[0].age < 45) {
            (true, _) => 30_000,
            (false, true) => 90_000,
            (false, false) => 60_000,
        });
        let borne = sum(year.splits.iter().map(|split| split.deductible));
        let paid = sum(year.splits.iter().map(|split| split.pool_fund));
        prop_assert!(borne <= standard && paid <= CEILING, "borne {}, paid {}", borne, paid);
        prop_assert_eq!(year.accumulators.get(2023, "outpatient_self_borne"), borne);
        prop_assert_eq!(year.accumulators.get(2023, "outpatient_pool_fund"), paid);
    }

    #[test]
    fn a_year_in_one_bill_or_in_many_is_the_same_year(
        lines in prop::collection::vec(line(), 1..8),
        person in bill(),
        level in level(),
    ) {
        let whole = PlainBill { lines: lines.clone(), level, borne: 0, fund_paid: 0, use_account: true, ..person };
        let pieces: Vec<PlainBill> =
            lines.into_iter().map(|line| PlainBill { lines: vec![line], ..whole.clone() }).collect();
        let (one, many) = (settle_year(0, &[whole], true), settle_year(0, &pieces, true));
        let of = |year: &Year, part: fn(&Split) -> Fen| sum(year.splits.iter().map(part));
        for part in [
            (|split: &Split| split.total) as fn(&Split) -> Fen,
            |split| split.in_scope,
            |split| split.account_band,
            |split| split.deductible,
        ] {
            prop_assert_eq!(of(&one, part), of(&many, part));
        }
        // Each bill rounds its own payment: at most half a fen each.
        let apart = of(&one, |split| split.pool_fund).minus(of(&many, |split| split.pool_fund)).expect("small");
        prop_assert!(apart.get().unsigned_abs() <= many.splits.len() as u64, "{} apart", apart);
    }
}

/// The naive settlement, which forgets the year, breaks band and ceiling; the property above would notice.
#[test]
fn without_accumulators_a_year_breaks_its_bounds() {
    let line = crate::oracle::PlainLine {
        class: model::CatalogueClass::A,
        first_percent: 0,
        price: 3_000_000_000,
        ceiling: None,
        quantity: 50_000,
        matched: true,
        limited: false,
        approved: None,
    };
    let bill = PlainBill {
        lines: vec![line],
        retired: true,
        age: 70,
        level: InstitutionLevel::Community,
        pharmacy: false,
        borne: 0,
        fund_paid: 0,
        current_year: 0,
        previous_years: 0,
        use_account: true,
    };
    let bills = [bill.clone(), bill];
    let paid = |year: &Year| sum(year.splits.iter().map(|split| split.pool_fund));
    let borne = |year: &Year| sum(year.splits.iter().map(|split| split.deductible));
    let (kept, forgotten) = (settle_year(0, &bills, true), settle_year(0, &bills, false));
    assert_eq!((paid(&kept), borne(&kept)), (CEILING, Fen::new(30_000)));
    assert!(paid(&forgotten) > CEILING && borne(&forgotten) > Fen::new(30_000));
}
