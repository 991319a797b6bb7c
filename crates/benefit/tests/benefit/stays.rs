//! Stays that the policy cuts: at the end of the medical year, after so many days, before their end.

use benefit::{Case, CaseFile, Part, PolicyBook};
use model::{Date, Fen};

use crate::support::{files, right};

const OVER_THE_YEAR: &str = "cases/over-the-year.toml";

/// The policy of Beijing with texts replaced wherever they are, and its case of a stay over the end of the year.
fn beijing(changes: &[(&str, &str)]) -> (PolicyBook, Case) {
    let mut files = files("policies/beijing-employees");
    let case = files
        .iter()
        .find(|(name, _)| name == OVER_THE_YEAR)
        .map(|(_, text)| right(CaseFile::parse(OVER_THE_YEAR, text)));
    files.retain(|(name, _)| !name.starts_with("cases"));
    for (from, to) in changes {
        assert!(files.iter().any(|(_, text)| text.contains(from)), "'{from}' is not there");
        for (_, text) in &mut files {
            *text = text.replace(from, to);
        }
    }
    let (book, case) = (right(PolicyBook::parse(&files)), case.expect("the case"));
    let policy = book.in_force(case.region(), case.scheme(), case.date()).expect("a policy");
    let bill = case.case(policy).expect("a bill");
    (book, bill)
}

fn yuan(text: &str) -> Fen {
    Fen::from_yuan(text).expect("yuan")
}

fn sum(parts: &[Part], amount: impl Fn(&Part) -> Fen) -> Fen {
    Fen::sum(parts.iter().map(amount)).expect("small")
}

/// What is borne of deductibles and what the fund pays, of the whole stay.
fn deductible_and_fund(changes: &[(&str, &str)], case: &Case) -> (Fen, Fen) {
    let book = beijing(changes).0;
    let parts = benefit::settle(&book, case).expect("settled");
    (sum(&parts, |part| part.split.deductible), sum(&parts, |part| part.split.pool_fund))
}

const NEW_DEDUCTIBLE: (&str, &str) = ("new_year_deductible = false", "new_year_deductible = true");
const NEW_LADDER: (&str, &str) = ("ladder_continues = true", "ladder_continues = false");

#[test]
fn deductible_and_ladder_go_on_or_begin_anew_each_for_itself() {
    let case = beijing(&[]).1;
    // 31,300.00 of December: 1,300.00 borne, 24,395.00 + 1,170.00 = 25,565.00 paid. 10,000.00 of January:
    // nothing borne, the ladder at 31,300.00: 7,830.00 + 1,235.00.
    assert_eq!(deductible_and_fund(&[], &case), (yuan("1300"), yuan("34630")));
    // 1,300.00 borne, the ladder at 32,600.00: 7,400.00 at 90 % and 1,300.00 at 95 %: 6,660.00 + 1,235.00.
    assert_eq!(deductible_and_fund(&[NEW_DEDUCTIBLE], &case), (yuan("2600"), yuan("33460")));
    // Nothing borne, the ladder at zero: 10,000.00 at 85 %.
    assert_eq!(deductible_and_fund(&[NEW_LADDER], &case), (yuan("1300"), yuan("34065")));
    // 1,300.00 borne, 8,700.00 at 85 %: 7,395.00.
    assert_eq!(deductible_and_fund(&[NEW_DEDUCTIBLE, NEW_LADDER], &case), (yuan("2600"), yuan("32960")));
}

#[test]
fn what_december_left_of_the_deductible_is_owed_in_january() {
    let mut case = beijing(&[]).1;
    let december = &mut case.lines[0];
    (december.quantity, december.amount) = ("0.25".parse().expect("a quantity"), yuan("782.50"));
    // 782.50 of December; January owes 517.50 of the 1,300.00, and the fund pays 85 % of 9,482.50.
    let expected = (yuan("1300"), yuan("8060.13"));
    assert_eq!(deductible_and_fund(&[], &case), expected);
    assert_eq!(deductible_and_fund(&[NEW_LADDER], &case), (yuan("1300"), yuan("8060.13")));
    // A deductible of the year goes on in the same way.
    let yearly = (
        "per = \"stay\"\naccumulator = \"inpatient_deductible\"",
        "per = \"medical_year\"\naccumulator = \"inpatient_deductible\"",
    );
    assert_eq!(deductible_and_fund(&[yearly], &case), expected);
    let own_years = deductible_and_fund(&[yearly, NEW_DEDUCTIBLE], &case).0;
    assert_eq!(own_years, yuan("2082.50"));
}

#[test]
fn the_last_bill_of_a_stay_clears_its_sums() {
    for changes in [&[][..], &[NEW_DEDUCTIBLE], &[NEW_LADDER], &[NEW_DEDUCTIBLE, NEW_LADDER]] {
        let (book, case) = beijing(changes);
        let parts = benefit::settle(&book, &case).expect("settled");
        let last = parts.last().expect("a part");
        let after = last.case.accumulators.plus(&last.split.accumulated).expect("small");
        let left: Vec<_> =
            after.iter().filter(|(_, name, amount)| name.contains('@') && !amount.is_zero()).collect();
        assert!(left.is_empty(), "{changes:?}: {left:?}");
    }
}

#[test]
fn a_stay_settled_before_the_end_of_the_year_goes_on_after_it() {
    let (book, whole) = beijing(&[]);
    let day = |year, month, day| Date::new(year, month, day).expect("a date");
    let mut december = whole.clone();
    december.lines.truncate(1);
    december.date = day(2023, 12, 31);
    let stay = december.particulars.stay.as_mut().expect("a stay");
    (stay.discharged, stay.interim) = (None, true);
    let first = benefit::settle(&book, &december).expect("settled");
    let mut january = whole.clone();
    january.lines.remove(0);
    for part in &first {
        january.accumulators = january.accumulators.plus(&part.split.accumulated).expect("small");
    }
    let second = benefit::settle(&book, &january).expect("settled");
    let at_once = benefit::settle(&book, &whole).expect("settled");
    let amounts: [fn(&Part) -> Fen; 3] =
        [|part| part.split.deductible, |part| part.split.pool_fund, |part| part.split.cash];
    for amount in amounts {
        assert_eq!(sum(&first, amount).plus(sum(&second, amount)), Ok(sum(&at_once, amount)));
    }
}

#[test]
fn a_period_that_begins_in_the_new_year_owes_a_deductible_of_its_own() {
    let mut case = beijing(&[]).1;
    let day = |year, month, day| Date::new(year, month, day).expect("a date");
    let stay = case.particulars.stay.as_mut().expect("a stay");
    // The second 90 days begin on 9 January 2024: the first that begins in that year.
    (stay.admitted, stay.discharged) = (day(2023, 10, 11), Some(day(2024, 1, 20)));
    case.date = day(2024, 1, 20);
    for (new_deductible, owed) in [(false, ["1300", "0", "1300"]), (true, ["1300", "1300", "650"])] {
        let book = beijing(if new_deductible { &[NEW_DEDUCTIBLE] } else { &[] }).0;
        let mut three = case.clone();
        let mut later = three.lines[1].clone();
        (later.serial, later.date) = ("3".to_owned(), Some(day(2024, 1, 15)));
        three.lines.push(later);
        let parts = benefit::settle(&book, &three).expect("settled");
        let deductibles: Vec<Fen> = parts.iter().map(|part| part.split.deductible).collect();
        assert_eq!(deductibles, owed.map(yuan), "new deductible: {new_deductible}");
    }
}

#[test]
fn a_fee_needs_its_day_only_where_the_stay_is_cut() {
    let (book, mut case) = beijing(&[]);
    let day = |year, month, day| Date::new(year, month, day).expect("a date");
    case.lines.truncate(1);
    case.lines[0].date = None;
    let refused = benefit::settle(&book, &case).expect_err("over the end of the year");
    assert_eq!(refused.code(), "fee_day_missing");
    let stay = case.particulars.stay.as_mut().expect("a stay");
    stay.admitted = day(2024, 1, 2);
    assert_eq!(benefit::settle(&book, &case).map(|parts| parts.len()), Ok(1));
}

#[test]
fn the_days_of_a_stay_must_make_sense() {
    let (book, case) = beijing(&[]);
    let with = |change: fn(&mut Case)| {
        let mut other = case.clone();
        change(&mut other);
        benefit::settle(&book, &other).expect_err("refused").code()
    };
    assert_eq!(with(|case| case.particulars.stay = None), "stay_missing");
    let without_discharge = |case: &mut Case| {
        case.particulars.stay.as_mut().expect("a stay").discharged = None;
    };
    assert_eq!(with(without_discharge), "discharge_missing");
    assert_eq!(with(|case| case.lines.clear()), "no_lines");
    assert_eq!(with(|case| case.date = Date::constant(2024, 1, 9)), "settled_before_discharge");
    assert_eq!(with(|case| case.lines[0].date = Some(Date::constant(2024, 1, 11))), "fee_outside_stay");
}

/// Ordinary stays by the day of discharge, those of poor persons cut at the end of the year without a new deductible.
#[test]
fn stays_of_some_persons_are_cut_and_those_of_others_are_not() {
    let stay = "crossing = \"fee_day\"";
    let ordinary = "crossing = \"discharge_day\"\nwithout = [\"poor\"]";
    let (mut files, case) = (files("policies/beijing-employees"), beijing(&[]).1);
    files.retain(|(name, _)| !name.starts_with("cases"));
    let (_, region) = files.iter_mut().find(|(name, _)| name == "region.toml").expect("a file");
    let rule = region.split("\n[[").find(|part| part.starts_with("stay]]")).expect("the rule").to_owned();
    assert!(rule.contains(stay));
    let second = rule.replace("rule = \"stay\"", "rule = \"stay.poor\"\nwith = [\"poor\"]");
    *region = region.replacen(stay, ordinary, 1);
    region.push_str(&format!(
        "\n[[{second}\n[trait.poor]\ntitle = {{ zh = \"困难人员\", en = \"Persons in hardship\" }}\n"
    ));
    let book = right(PolicyBook::parse(&files));
    let deductibles = |case: &Case| {
        let parts = benefit::settle(&book, case).expect("settled");
        parts.iter().map(|part| (part.case.date.year(), part.split.deductible)).collect::<Vec<_>>()
    };
    assert_eq!(deductibles(&case), [(2024, yuan("1300"))]);
    let mut poor = case.clone();
    poor.particulars.traits = vec!["poor".to_owned()];
    assert_eq!(deductibles(&poor), [(2023, yuan("1300")), (2024, yuan("0"))]);
}

#[test]
fn a_sum_over_a_visit_is_refused_where_stays_are_cut() {
    let mut files = files("policies/beijing-employees");
    files.retain(|(name, _)| !name.starts_with("cases"));
    for (_, text) in &mut files {
        *text = text.replace("per = \"stay\"\naccumulator = \"inpatient_deductible\"", "per = \"visit\"");
    }
    let mistakes = PolicyBook::parse(&files).expect_err("refused");
    assert!(
        mistakes.iter().all(|mistake| mistake.message.contains("cuts stays into several bills")),
        "{mistakes:#?}"
    );
    assert_eq!(mistakes.len(), 2);
}

/// The price of a case, or of its days, with which the policy of Beijing is changed.
fn priced(price: &str) -> [(&'static str, String); 2] {
    let rule = format!(
        "[[fixed_price]]\nrule = \"price\"\nfrom = 2023-01-01\ntitle = {{ zh = \"定额\", en = \"Price\" }}\nlanes = [\"inpatient\"]\n\
         {price}\nsource = \"own\"\nclause = \"made up\"\n\n[[ceiling]]"
    );
    let stages = "stages = [\"fixed_price\", \"deductible\", \"share\", \"ceiling\"]";
    [("stages = [\"deductible\", \"share\", \"ceiling\"]", stages.to_owned()), ("[[ceiling]]", rule)]
}

fn hospitals_part(price: &str) -> Vec<Fen> {
    let changes = priced(price);
    let changes: Vec<_> = changes.iter().map(|(from, to)| (*from, to.as_str())).collect();
    let (book, case) = beijing(&changes);
    let parts = benefit::settle(&book, &case).expect("settled");
    parts.iter().map(|part| part.split.hospital).collect()
}

#[test]
fn the_price_of_a_case_is_one_for_all_bills_of_the_stay() {
    let whole = "price = \"36,300 yuan\"\naccumulator = \"price_used\"";
    // 31,300.00 of December lie within it; 5,000.00 of the 10,000.00 of January do.
    assert_eq!(hospitals_part(whole), [yuan("0"), yuan("5000")]);
    let by_day = "price = \"1,500 yuan\"\nper_day = true\naccumulator = \"price_used\"";
    // 26 days: 39,000.00, of which December uses 31,300.00; of the 10,000.00 of January 7,700.00 lie within.
    assert_eq!(hospitals_part(by_day), [yuan("0"), yuan("2300")]);
    let mut files = files("policies/beijing-employees");
    files.retain(|(name, _)| !name.starts_with("cases"));
    for (from, to) in priced("price = \"36,300 yuan\"") {
        for (_, text) in &mut files {
            *text = text.replace(from, &to);
        }
    }
    let mistakes = PolicyBook::parse(&files).expect_err("refused");
    assert!(mistakes[0].message.contains("rule price counts each alone"), "{mistakes:#?}");
}
