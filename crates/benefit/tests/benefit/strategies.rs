//! Every named strategy, shown by a policy that differs from the shipped one in that point alone.

use std::sync::Arc;

use benefit::{
    AccountBalances, Accumulators, Case, CaseLine, Policy, PolicyBook, Reason, Refusal, Split, StepKind,
    explain, split, split_line,
};
use model::{
    CatalogueClass, CatalogueItem, Date, FeeCategory, Fen, InstitutionKind, InstitutionLevel,
    InsuranceStatus, InsuredPerson, MedicalType, PersonId, PersonType, Rate, Scheme,
};

use crate::support::{ningbo_with, right};

fn yuan(text: &str) -> Fen {
    Fen::from_yuan(text).expect("yuan")
}

pub(crate) fn item(class: CatalogueClass, first: &str) -> CatalogueItem {
    CatalogueItem {
        code: "X".to_owned(),
        name: "x".to_owned(),
        specification: String::new(),
        class,
        category: FeeCategory::WesternDrug,
        first_self_pay: Rate::parse(first).expect("a rate"),
        price_ceiling: None,
        limited_use: false,
        group: None,
    }
}

fn line(item: Option<CatalogueItem>, price: &str, quantity: &str) -> CaseLine {
    let (price, quantity): (model::Price, model::Quantity) =
        (price.parse().expect("a price"), quantity.parse().expect("a quantity"));
    let amount = price.times(quantity).and_then(model::Exact::round).expect("small");
    CaseLine {
        serial: "7".to_owned(),
        item: item.map(Arc::new),
        price,
        quantity,
        amount,
        approved: None,
        date: None,
        category: None,
    }
}

fn class_a(amount: &str) -> CaseLine {
    line(Some(item(CatalogueClass::A, "0 %")), amount, "1")
}

/// A retired person at a community station on 4 May 2023, with a full band and no account.
fn case(lines: Vec<CaseLine>) -> Case {
    let year = Accumulators::new();
    Case {
        person: InsuredPerson {
            id: PersonId::from_bytes([0; 16]),
            region: "330200".parse().expect("a region"),
            scheme: Scheme::Employee,
            person_type: PersonType::Retired,
            status: InsuranceStatus::Active,
            birth: Date::new(1958, 11, 20).expect("a date"),
            insured_from: Date::new(1990, 1, 1).expect("a date"),
            civil_servant: false,
        },
        institution_kind: InstitutionKind::Hospital,
        institution_level: InstitutionLevel::Community,
        medical_type: MedicalType::Outpatient,
        date: Date::new(2023, 5, 4).expect("a date"),
        lines,
        accumulators: year.plus(&[(2023, "outpatient_self_borne".into(), yuan("300"))]).expect("small"),
        account: AccountBalances::default(),
        use_account: true,
        particulars: benefit::Particulars::default(),
    }
}

fn with_policy<T>(changes: &[(&str, &str)], on: Date, run: impl FnOnce(&Policy) -> T) -> T {
    let book = right(PolicyBook::parse(&ningbo_with(changes)));
    let region = "330200".parse().expect("a region");
    run(book.in_force(region, Scheme::Employee, on).expect("a policy"))
}

/// The split by the changed policy; its steps add up and its identities hold.
fn settle(changes: &[(&str, &str)], case: &Case) -> Result<Split, Refusal> {
    with_policy(changes, case.date, |policy| {
        let (split, trace) = explain(policy, case)?;
        split.check().expect("identities");
        for (kind, amount) in [
            (StepKind::FirstSelfPaid, split.first_self_paid),
            (StepKind::InScope, split.in_scope),
            (StepKind::CoPayment, split.co_payment),
            (StepKind::PoolFund, split.pool_fund),
            (StepKind::Cash, split.cash),
        ] {
            assert_eq!(trace.total(kind), Ok(amount), "{kind:?}");
        }
        Ok(split)
    })
}

const PER_SEGMENT: (&str, &str) = ("stage = \"per_line\"", "stage = \"per_segment\"");
const AT_OUTPUT: (&str, &str) = ("stage = \"per_line\"", "stage = \"at_output\"");
const FUND_HAS_ODD_FEN: (&str, &str) = ("odd_fen = \"person\"", "odd_fen = \"fund\"");

#[test]
fn the_odd_fen_goes_where_the_policy_says() {
    // 6.25 x 86 % = 5.375 and 6.25 x 14 % = 0.875: both would round up, and one of them may not.
    let mut bill = case(vec![class_a("6.25")]);
    bill.person.person_type = PersonType::InService;
    bill.accumulators =
        Accumulators::new().plus(&[(2023, "outpatient_self_borne".into(), yuan("900"))]).expect("small");
    let person = settle(&[], &bill).expect("a split");
    assert_eq!((person.pool_fund, person.co_payment), (yuan("5.38"), yuan("0.87")));
    let fund = settle(&[FUND_HAS_ODD_FEN], &bill).expect("a split");
    assert_eq!((fund.pool_fund, fund.co_payment), (yuan("5.37"), yuan("0.88")));
}

#[test]
fn lines_are_rounded_alone_or_together() {
    // Three lines of 0.30 with 5 % first: 0.015 each. Alone: 0.02 three times = 0.06. Together: 0.045 = 0.05.
    let line = || line(Some(item(CatalogueClass::B, "5 %")), "0.30", "1");
    let bill = case(vec![line(), line(), line()]);
    let alone = settle(&[], &bill).expect("a split");
    assert_eq!((alone.first_self_paid, alone.in_scope), (yuan("0.06"), yuan("0.84")));
    // 0.84 x 92 % = 0.7728; 0.85 x 92 % = 0.782.
    assert_eq!(alone.pool_fund, yuan("0.77"));
    // Together: 0.85 x 92 % = 0.782, or from the exact 0.855 on: 0.7866.
    for (stage, fund) in [(PER_SEGMENT, "0.78"), (AT_OUTPUT, "0.79")] {
        let together = settle(&[stage], &bill).expect("a split");
        assert_eq!((together.first_self_paid, together.in_scope), (yuan("0.05"), yuan("0.85")));
        assert_eq!(together.pool_fund, yuan(fund));
        assert!(together.lines.iter().all(|line| line.first_self_paid == yuan("0.02")));
    }
}

#[test]
fn at_output_nothing_is_rounded_before() {
    // 0.10 with 5 % first leaves 0.095 in scope. Exactly 0.095 x 92 % = 0.0874: 0.09.
    // Rounded before: first 0.01, in scope 0.09, x 92 % = 0.0828: 0.08.
    let bill = case(vec![line(Some(item(CatalogueClass::B, "5 %")), "0.10", "1")]);
    let before = settle(&[PER_SEGMENT], &bill).expect("a split");
    assert_eq!(
        (before.in_scope, before.pool_fund, before.co_payment),
        (yuan("0.09"), yuan("0.08"), yuan("0.01"))
    );
    let exact = settle(&[AT_OUTPUT], &bill).expect("a split");
    assert_eq!((exact.in_scope, exact.pool_fund, exact.co_payment), (yuan("0.09"), yuan("0.09"), Fen::ZERO));
}

#[test]
fn a_ceiling_may_limit_the_fees() {
    let fees = ("limits = \"fund_paid\"", "limits = \"eligible_fees\"");
    let mut bill = case(vec![class_a("100")]);
    let so_far = [(2023, "outpatient_pool_fund".into(), yuan("19950"))];
    bill.accumulators = bill.accumulators.plus(&so_far).expect("small");
    // 50.00 of the fees fit: 50.00 x 92 % = 46.00. The other 50.00 are above.
    let split = settle(&[fees], &bill).expect("a split");
    assert_eq!((split.pool_fund, split.co_payment, split.above_ceiling), (yuan("46"), yuan("4"), yuan("50")));
    assert_eq!(split.accumulated, vec![(2023, "outpatient_pool_fund".into(), yuan("50"))]);
    // The ceiling on what the fund pays lets 50.00 of fund money through.
    let paid = settle(&[], &bill).expect("a split");
    assert_eq!((paid.pool_fund, paid.above_ceiling), (yuan("50"), yuan("45.65")));
}

#[test]
fn a_declined_account_band_is_held_or_skipped() {
    let mut bill = case(vec![class_a("100")]);
    bill.account.current_year = yuan("60");
    bill.use_account = false;
    let held = settle(&[], &bill).expect("a split");
    assert_eq!((held.account_band, held.pool_fund, held.cash), (yuan("60"), yuan("36.80"), yuan("63.20")));
    let skipped =
        settle(&[("when_declined = \"hold\"", "when_declined = \"skip\"")], &bill).expect("a split");
    assert_eq!((skipped.account_band, skipped.pool_fund, skipped.cash), (Fen::ZERO, yuan("92"), yuan("8")));
    assert!(held.account_current_year.is_zero() && skipped.account_current_year.is_zero());
}

#[test]
fn the_account_pays_only_what_its_rule_names() {
    let all = "place = 1\npays = [\"deductible\", \"co_payment\", \"above_ceiling\", \"first_self_paid\", \"over_limit\", \"fully_self_paid\"]";
    let mut bill = case(vec![class_a("100"), line(Some(item(CatalogueClass::C, "100 %")), "30", "1")]);
    bill.account.previous_years = yuan("1000");
    assert_eq!(settle(&[], &bill).map(|split| split.account_previous_years), Ok(yuan("38")));
    let less = settle(&[(all, "place = 1\npays = [\"co_payment\"]")], &bill).expect("a split");
    assert_eq!((less.account_previous_years, less.cash), (yuan("8"), yuan("30")));
}

#[test]
fn the_excess_over_a_price_ceiling_has_a_place() {
    let mut capped = item(CatalogueClass::A, "0 %");
    capped.price_ceiling = "10".parse().ok();
    let bill = case(vec![line(Some(capped), "12.50", "3")]);
    let own = settle(&[("excess = \"over_limit\"", "excess = \"fully_self_paid\"")], &bill).expect("a split");
    assert_eq!((own.over_limit, own.fully_self_paid, own.in_scope), (Fen::ZERO, yuan("7.50"), yuan("30")));
}

#[test]
fn unmatched_items_are_taken_as_the_policy_says() {
    let bill = case(vec![line(None, "10", "1")]);
    let shipped = settle(&[], &bill).expect("a split");
    assert_eq!((shipped.fully_self_paid, shipped.in_scope), (yuan("10"), Fen::ZERO));
    assert_eq!(shipped.lines[0].class, CatalogueClass::C);
    let as_a = settle(&[("taken_as = \"class_c\"", "taken_as = \"class_a\"")], &bill).expect("a split");
    assert_eq!((as_a.fully_self_paid, as_a.in_scope), (Fen::ZERO, yuan("10")));
    assert_eq!(as_a.lines[0].class, CatalogueClass::A);
    let refused = settle(&[("taken_as = \"class_c\"", "taken_as = \"refuse\"")], &bill);
    assert_eq!(refused, Err(Refusal::UnmatchedItem { serial: "7".to_owned() }));
}

/// As a hospital client of Zhejiang takes them: drugs as class C, herbs, services and materials as class A.
#[test]
fn unmatched_items_are_taken_by_their_kind_of_charge() {
    let of = "taken_as = \"class_c\"\nof = [{ category = [\"herbal_pieces\", \"treatment\", \"material\"], taken_as = \"class_a\" }]";
    let paid = |category: Option<FeeCategory>| {
        let mut unmatched = line(None, "10", "1");
        unmatched.category = category;
        let split = settle(&[("taken_as = \"class_c\"", of)], &case(vec![unmatched])).expect("a split");
        (split.in_scope, split.fully_self_paid)
    };
    for kind in [FeeCategory::HerbalPieces, FeeCategory::Treatment, FeeCategory::Material] {
        assert_eq!(paid(Some(kind)), (yuan("10"), Fen::ZERO), "{kind:?}");
    }
    for kind in [Some(FeeCategory::WesternDrug), None] {
        assert_eq!(paid(kind), (Fen::ZERO, yuan("10")), "{kind:?}");
    }
}

#[test]
fn a_medical_year_need_not_begin_in_january() {
    let july = [("starts = \"01-01\"", "starts = \"07-01\"")];
    let mut bill = case(vec![class_a("100")]);
    // On 4 May 2023 the year that began on 1 July 2022 runs: the band borne in "2023" does not count.
    assert_eq!(settle(&july, &bill).map(|split| split.deductible), Ok(yuan("100")));
    bill.date = Date::new(2023, 7, 1).expect("a date");
    assert_eq!(settle(&july, &bill).map(|split| split.deductible), Ok(Fen::ZERO));
    bill.date = Date::new(2023, 6, 30).expect("a date");
    let split = settle(&july, &bill).expect("a split");
    assert_eq!(split.accumulated, vec![(2022, "outpatient_self_borne".into(), yuan("100"))]);
}

#[test]
fn accumulators_of_another_year_do_not_count() {
    let mut bill = case(vec![class_a("100")]);
    bill.date = Date::new(2024, 1, 1).expect("a date");
    assert_eq!(settle(&[], &bill).map(|split| split.deductible), Ok(yuan("100")));
}

#[test]
fn the_age_is_taken_on_the_day_that_the_policy_names() {
    let mut bill = case(vec![class_a("1000")]);
    bill.person.person_type = PersonType::InService;
    bill.person.birth = Date::new(1978, 3, 1).expect("a date");
    bill.accumulators = Accumulators::new();
    assert_eq!(settle(&[], &bill).map(|split| split.deductible), Ok(yuan("600")));
    let at_start = [("taken_on = \"visit\"", "taken_on = \"medical_year_start\"")];
    assert_eq!(settle(&at_start, &bill).map(|split| split.deductible), Ok(yuan("900")));
}

#[test]
fn a_deductible_may_be_due_at_every_visit() {
    let per_visit = (
        "standard = \"300 yuan\"\nper = \"medical_year\"\naccumulator = \"outpatient_self_borne\"",
        "standard = \"300 yuan\"\nper = \"visit\"",
    );
    let split = settle(&[per_visit], &case(vec![class_a("400")])).expect("a split");
    assert_eq!((split.deductible, split.pool_fund), (yuan("300"), yuan("92")));
    assert_eq!(split.accumulated, vec![(2023, "outpatient_pool_fund".into(), yuan("92"))]);
}

#[test]
fn segments_lie_on_the_axis_of_the_year() {
    let segments = (
        "person_pays = \"8 %\"\nsource = \"nb2\"\nclause = \"社区卫生服务机构: 退休个人负担 8 %\"",
        "axis = \"medical_year\"\naccumulator = \"axis\"\naxis_includes_deductible = false\nsource = \"nb2\"\nclause = \"x\"\n\
         [[share.segments]]\nup_to = \"1,000 yuan\"\nperson_pays = \"8 %\"\n[[share.segments]]\nperson_pays = \"4 %\"",
    );
    let mut bill = case(vec![class_a("300")]);
    bill.accumulators = bill.accumulators.plus(&[(2023, "axis".into(), yuan("900"))]).expect("small");
    // 100.00 fit into the first segment: 92.00. 200.00 lie in the second: 192.00.
    let split = settle(&[segments], &bill).expect("a split");
    assert_eq!((split.pool_fund, split.co_payment), (yuan("284"), yuan("16")));
    assert_eq!(split.pool_ratio, Rate::parse("96 %").expect("a rate"));
    assert!(split.accumulated.contains(&(2023, "axis".into(), yuan("300"))));
    let including = (segments.0, segments.1.replace("deductible = false", "deductible = true"));
    bill.accumulators = Accumulators::new();
    let split = settle(&[(including.0, &including.1)], &bill).expect("a split");
    assert!(split.accumulated.contains(&(2023, "axis".into(), yuan("300"))), "the deductible is on the axis");
}

#[test]
fn what_nobody_knows_is_refused_with_the_reason() {
    let unknown = ("person_pays = \"8 %\"", "unknown = { zh = \"传单破损\", en = \"the leaflet is torn\" }");
    let refused = settle(&[unknown], &case(vec![class_a("100")]));
    let refusal = refused.expect_err("refused");
    assert_eq!(refusal.code(), "unknown_parameter");
    assert!(refusal.to_string().contains("the leaflet is torn"), "{refusal}");
    assert_eq!(refusal.zh(), "所需的标准未知，不能计算（规则outpatient.shared.community.retired）：传单破损");
}

#[test]
fn persons_without_benefit_are_refused() {
    let bill = case(vec![class_a("100")]);
    let code = |change: fn(&mut Case)| {
        let mut bill = bill.clone();
        change(&mut bill);
        with_policy(&[], Date::new(2023, 5, 4).expect("a date"), |policy| {
            split(policy, &bill).err().map(|refusal| refusal.code())
        })
    };
    assert_eq!(code(|_| {}), None);
    assert_eq!(code(|bill| bill.person.status = InsuranceStatus::Ended), Some("insurance_not_in_force"));
    assert_eq!(code(|bill| bill.person.scheme = Scheme::Resident), Some("other_policy"));
    assert_eq!(code(|bill| bill.person.person_type = PersonType::Minor), Some("person_type_not_covered"));
    assert_eq!(code(|bill| bill.medical_type = MedicalType::Pharmacy), Some("lane_not_covered"));
    assert_eq!(code(|bill| bill.lines.clear()), Some("no_lines"));
    assert_eq!(code(|bill| bill.date = Date::new(2022, 5, 4).expect("a date")), Some("date_outside_version"));
    assert_eq!(
        code(|bill| bill.person.insured_from = Date::new(2024, 1, 1).expect("a date")),
        Some("not_yet_insured")
    );
}

#[test]
fn numbers_that_cannot_be_a_fee_are_refused() {
    let refused = |price: &str, quantity: &str, amount: &str| {
        let mut line = class_a("1");
        line.price = price.parse().expect("a price");
        line.quantity = quantity.parse().expect("a quantity");
        line.amount = yuan(amount);
        with_policy(&[], Date::new(2023, 5, 4).expect("a date"), |policy| {
            split_line(policy, &line).err().map(|refusal| {
                assert_eq!(refusal.serial(), Some("7"));
                assert!(refusal.zh().contains('7') && refusal.to_string().contains('7'));
                refusal.code()
            })
        })
    };
    assert_eq!(refused("12.345678", "2.5", "30.86"), None);
    assert_eq!(refused("10", "0", "0"), Some("bad_quantity"));
    assert_eq!(refused("10", "-1", "-10"), Some("bad_quantity"));
    assert_eq!(refused("10", "100000.0001", "1000000"), Some("bad_quantity"));
    assert_eq!(refused("0", "1", "0"), Some("bad_price"));
    assert_eq!(refused("-10", "1", "-10"), Some("bad_price"));
    assert_eq!(refused("10000000.01", "1", "10000000.01"), Some("bad_price"));
    assert_eq!(refused("12.34", "3", "37.03"), Some("amount_mismatch"));
    assert_eq!(refused("0.001", "1", "0"), Some("zero_amount"));
}

#[test]
fn the_trace_says_why_something_is_not_paid() {
    let mut bill = case(vec![
        line(Some(item(CatalogueClass::C, "100 %")), "1", "1"),
        line(None, "2", "1"),
        class_a("100"),
    ]);
    bill.accumulators = Accumulators::new();
    let trace = with_policy(&[], bill.date, |policy| explain(policy, &bill)).expect("a split").1;
    let why = |kind| -> Vec<(Option<usize>, Option<Reason>)> {
        trace.steps.iter().filter(|step| step.step == kind).map(|step| (step.line, step.reason)).collect()
    };
    assert_eq!(
        why(StepKind::FullySelfPaid),
        [(Some(0), Some(Reason::ClassC)), (Some(1), Some(Reason::NotInCatalogue))]
    );
    assert_eq!(why(StepKind::Deductible), [(None, Some(Reason::WithinDeductible))]);
    assert_eq!(why(StepKind::AccountBand), [(None, Some(Reason::AccountEmpty))]);
    assert_eq!((trace.medical_year, trace.age), (2023, 64));
    let deductible = trace.steps.iter().find(|step| step.step == StepKind::Deductible).expect("a step");
    assert_eq!((deductible.limit, deductible.before), (Some(yuan("300")), Some(Fen::ZERO)));
    assert_eq!(deductible.source.confidence, benefit::Confidence::B);
    let json = serde_json::to_string(&trace).expect("serialises");
    assert_eq!(serde_json::from_str::<benefit::Trace>(&json).ok(), Some(trace));
}
