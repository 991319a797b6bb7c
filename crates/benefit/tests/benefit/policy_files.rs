//! A wrong policy file never loads, and the error says where and why.

use benefit::{PolicyBook, PolicyError, Refusal};
use model::{Date, Scheme};

use crate::support::{book, files, ningbo_with, right};

/// Every way to be wrong: what is replaced, by what, a part of the message, and a text on the line that it names.
const WRONG: [(&str, &str, &str, &str); 39] = [
    ("standard = \"900 yuan\"", "standard = \"900\"", "no unit of money", "standard = \"900\""),
    ("standard = \"900 yuan\"", "standard = \"14 %\"", "no unit of money", "standard = \"14 %\""),
    ("standard = \"900 yuan\"", "standard = 900", "a text is expected", "standard = 900"),
    ("standard = \"900 yuan\"", "standard = \"-900 yuan\"", "negative", "standard = \"-900 yuan\""),
    ("person_pays = \"14 %\"", "person_pays = \"14 yuan\"", "not a percentage", "person_pays = \"14 yuan\""),
    ("person_pays = \"14 %\"", "person_pays = \"140 %\"", "between 0 % and 100 %", "person_pays = \"140 %\""),
    ("person_pays = \"14 %\"", "fund_pay = \"86 %\"", "unknown key 'fund_pay'", "fund_pay = \"86 %\""),
    ("person_pays = \"14 %\"", "", "needs either 'person_pays' or 'fund_pays'", "[[share]]"),
    ("person_pays = \"14 %\"", "person_pays = \"14 %\"\nfund_pays = \"86 %\"", "needs either", "[[share]]"),
    ("excess = \"over_limit\"", "excess = \"overlimit\"", "not a word known here", "excess = \"overlimit\""),
    ("starts = \"01-01\"", "starts = \"02-29\"", "not a day of every year", "starts = \"02-29\""),
    ("starts = \"01-01\"", "", "has no 'starts'", "[[medical_year]]"),
    ("[[medical_year]]", "[[medical_years]]", "unknown key 'medical_years'", "[[medical_years]]"),
    ("[[unmatched]]", "[unmatched]", "must be a list of tables", "[unmatched]"),
    (
        "age_under = 45",
        "age_under = 40",
        "no [[deductible]] rule of lane outpatient is for person in_service, age 40",
        "[[lane]]",
    ),
    ("age_from = 45", "age_from = 40", "both for the same visit", "[[deductible]]"),
    (
        "age_from = 45",
        "age_from = 45\nage_under = 45",
        "'age_under' is not above 'age_from'",
        "[[deductible]]",
    ),
    (
        "lanes = [\"pharmacy\"]",
        "lanes = [\"pharmacy\"]\ncare = [\"inpatient\"]",
        "is for nobody",
        "[[share]]",
    ),
    (
        "level = [\"secondary\", \"primary\", \"unrated\"]",
        "level = [\"secondary\", \"primary\"]",
        "level unrated",
        "[[lane]]",
    ),
    (
        "level = [\"secondary\", \"primary\", \"unrated\"]",
        "level = [\"secondary\", \"secondary\"]",
        "stands twice",
        "level = ",
    ),
    ("level = [\"secondary\", \"primary\", \"unrated\"]", "level = []", "the list is empty", "level = []"),
    (
        "level = [\"secondary\", \"primary\", \"unrated\"]",
        "level = [\"tertiary\", \"secondary\", \"primary\", \"unrated\"]",
        "both for the same visit",
        "[[share]]",
    ),
    ("lanes = [\"pharmacy\"]", "lanes = [\"pharmacies\"]", "names lane 'pharmacies'", "[[share]]"),
    ("lanes = [\"pharmacy\"]", "lanes = [\"outpatient\"]", "no [[share]] rule of lane pharmacy", "[[lane]]"),
    ("care = [\"pharmacy\"]", "care = [\"inpatients\"]", "not a word known here", "care = "),
    ("lane = \"pharmacy\"", "lane = \"outpatient\"", "take the same visits", "[[lane]]"),
    (
        "limits = \"fund_paid\"",
        "limits = \"fund_paid\"\nlimits = \"fund_paid\"",
        "not TOML: duplicate key",
        "limits = \"fund_paid\"",
    ),
    (
        "accumulator = \"outpatient_pool_fund\"",
        "accumulator = \"outpatient_self_borne\"",
        "so not a ceiling",
        "[[ceiling]]",
    ),
    ("accumulator = \"outpatient_pool_fund\"", "", "has no 'accumulator'", "[[ceiling]]"),
    (
        "accumulator = \"outpatient_pool_fund\"",
        "accumulator = \"Outpatient fund\"",
        "is not a name",
        "accumulator = ",
    ),
    (
        "rule = \"outpatient.ceiling\"",
        "rule = \"pharmacy.shared\"",
        "is taken by a rule in [[share]]",
        "[[ceiling]]",
    ),
    (
        "rule = \"outpatient.shared.tertiary\"",
        "rule = \"outpatient.shared.other\"",
        "two versions of",
        "[[share]]",
    ),
    ("source = \"city-table\"", "source = \"nb99\"", "there is no source 'nb99'", "source = \"nb99\""),
    ("source = \"city-table\"", "", "has no 'source'", "[[ceiling]]"),
    ("[source.hz6]", "[source.nb2]", "not TOML: duplicate key", "[source.nb2]"),
    (
        "title = { zh = \"医保年度\", en = \"Medical year\" }",
        "title = { zh = \"医保年度\" }",
        "has no 'en'",
        "title = ",
    ),
    ("[policy]", "[policies]", "no file of region 330200, scheme 310 has a sound [policy] table", "#"),
    (
        "from = 2023-01-01\ntitle = { zh = \"医保年度\"",
        "from = 2022-12-31\ntitle = { zh = \"医保年度\"",
        "reaches beyond the policy's first or last day",
        "[[medical_year]]",
    ),
    (
        "from = 2023-01-01\ntitle = { zh = \"医保年度\"",
        "from = \"2023-01-01\"\ntitle = { zh = \"医保年度\"",
        "a date is expected",
        "from = \"2023-01-01\"",
    ),
];

#[test]
fn every_mistake_is_reported_with_its_line() {
    for (from, to, message, on_line) in WRONG {
        let files = ningbo_with(&[(from, to)]);
        let errors = PolicyBook::parse(&files).err().unwrap_or_default();
        let found = errors.iter().find(|error| error.message.contains(message));
        let Some(error) = found else { panic!("'{to}' for '{from}' gives {errors:#?}") };
        let text = files.iter().find(|(name, _)| *name == error.file).map(|(_, text)| text.as_str());
        let line = text.and_then(|text| text.lines().nth(error.line.saturating_sub(1)));
        assert!(line.is_some_and(|line| line.contains(on_line)), "{error}\nthat line is: {line:?}");
    }
}

/// What follows from a mistake is not reported beside it.
#[test]
fn one_mistake_has_one_message_with_a_hint() {
    for (from, to, message, hint) in [
        ("person_pays = \"8 %\"", "person_pays = 8", "a text is expected", "\"14 %\""),
        ("person_pays = \"8 %\"", "person_pays = \"120 %\"", "not between 0 % and 100 %", "\"14 %\""),
        (
            "person_pays = \"8 %\"",
            "person_pay = \"8 %\"",
            "unknown key 'person_pay'",
            "did you mean 'person_pays'?",
        ),
        (
            "standard = \"900 yuan\"",
            "standart = \"900 yuan\"",
            "unknown key 'standart'",
            "did you mean 'standard'?",
        ),
        ("standard = \"900 yuan\"", "standard = \"2e2 yuan\"", "'2e2' is not written in digits", "900 yuan"),
        ("standard = \"900 yuan\"", "standard = \"15 万元\"", "is not written out", "150,000 yuan"),
        (
            "lanes = [\"pharmacy\"]",
            "lanes = [\"pharmacie\"]",
            "names lane 'pharmacie'",
            "did you mean 'pharmacy'?",
        ),
        (
            "person = [\"retired\"]\nstandard",
            "person = [\"retird\"]\nstandard",
            "'retird' is not a word",
            "did you mean 'retired'?",
        ),
        ("[source.nb2]", "[source.nb2]]", "not TOML", "[[deductible]]"),
        ("title = { zh = \"医保年度\"", "title = { zh = “医保年度”", "not TOML", "straight"),
    ] {
        let errors = PolicyBook::parse(&ningbo_with(&[(from, to)])).err().unwrap_or_default();
        let told: Vec<_> = errors.iter().filter(|error| !error.message.contains("needs either")).collect();
        let found = told.iter().find(|error| error.message.contains(message));
        let Some(error) = found else { panic!("'{to}' gives {errors:#?}") };
        assert!(error.hint.as_ref().is_some_and(|told| told.contains(hint)), "{error:#?}");
        let missing = |error: &&&PolicyError| error.message.contains("has no '") && to.contains("standart");
        assert_eq!(told.iter().filter(|error| !missing(error)).count(), 1, "'{to}' gives {told:#?}");
    }
    // Full-width signs of a Chinese keyboard are read as they are meant.
    let files = ningbo_with(&[
        ("person_pays = \"8 %\"", "person_pays = \"８ ％\""),
        ("standard = \"900 yuan\"", "standard = \"９００元\""),
    ]);
    assert!(PolicyBook::parse(&files).is_ok());
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let changes =
        [("standard = \"900 yuan\"", "standard = \"900\""), ("starts = \"01-01\"", "begins = \"01-01\"")];
    let errors = PolicyBook::parse(&ningbo_with(&changes)).err().unwrap_or_default();
    let has = |part: &str| errors.iter().any(|error| error.message.contains(part));
    assert!(has("no unit of money") && has("has no 'starts'") && has("unknown key 'begins'"), "{errors:#?}");
}

#[test]
fn a_gap_in_time_is_a_gap() {
    // The rule ends and nothing follows.
    let change = ("standard = \"300 yuan\"", "standard = \"300 yuan\"\nlast_day = 2023-12-31");
    let errors = PolicyBook::parse(&ningbo_with(&[change])).err().unwrap_or_default();
    assert!(
        errors
            .iter()
            .any(|error| error.message.contains("person retired") && error.message.contains("2024-01-01")),
        "{errors:#?}"
    );
}

/// A later version of the band of retired persons.
const LATER: &str = r#"
[[deductible]]
rule = "outpatient.self-borne.retired"
from = 2024-07-01
title = { zh = "自负段: 退休", en = "Self-borne band: retired" }
lanes = ["outpatient", "pharmacy"]
person = ["retired"]
standard = "200 yuan"
per = "medical_year"
accumulator = "outpatient_self_borne"
source = "nb2"
clause = "a later version"

# ---- Shared band (共负段) "#;

#[test]
fn a_version_holds_until_the_next_begins() {
    let mut files = ningbo_with(&[("# ---- Shared band (共负段) ", LATER)]);
    let book = right(PolicyBook::parse(&files));
    let standard = |on: Date| {
        let region = "330200".parse().expect("a region");
        let policy = book.in_force(region, Scheme::Employee, on).expect("a policy");
        let newest = policy.rules().find(|rule| rule.id.as_ref() == "outpatient.self-borne.retired");
        (policy.from(), policy.until(), newest.map(|rule| rule.from))
    };
    let day = |year, month, day| Date::new(year, month, day).expect("a date");
    // The shipped policy changes on other days too, for care elsewhere: on 1 January 2024 last.
    let (first, elsewhere, second) = (day(2023, 1, 1), day(2024, 1, 1), day(2024, 7, 1));
    assert_eq!(standard(day(2024, 6, 30)), (elsewhere, Some(second), Some(first)));
    assert_eq!(standard(second), (second, None, Some(second)));
    // The same with the earlier version ended by hand, and refused where its end and the next beginning overlap.
    for (last_day, is_right) in [("2024-06-30", true), ("2024-07-01", false)] {
        for (_, text) in &mut files {
            *text = text.replacen(
                "standard = \"300 yuan\"",
                &format!("standard = \"300 yuan\"\nlast_day = {last_day}"),
                1,
            );
        }
        assert_eq!(PolicyBook::parse(&files).is_ok(), is_right, "{last_day}");
        for (_, text) in &mut files {
            *text = text.replace(&format!("\nlast_day = {last_day}"), "");
        }
    }
}

#[test]
fn the_version_names_the_texts_and_not_their_places() {
    let files = files("policies");
    let version = right(PolicyBook::parse(&files)).version().to_owned();
    assert_eq!(version.len(), 64);
    let mut moved: Vec<_> = files.iter().map(|(name, text)| (format!("/etc/{name}"), text.clone())).collect();
    moved.reverse();
    assert_eq!(right(PolicyBook::parse(&moved)).version(), version);
    let mut changed = files;
    changed[1].1.push('\n');
    let rules_changed = benefit::is_policy_file(&changed[1].0);
    assert_eq!(right(PolicyBook::parse(&changed)).version() != version, rules_changed);
    for (name, text) in &mut changed {
        if name.ends_with("region.toml") {
            text.push('\n');
        }
    }
    assert_ne!(right(PolicyBook::parse(&changed)).version(), version);
}

#[test]
fn dates_outside_a_policy_and_unknown_regions_are_refused() {
    let book = book();
    let day = |year, month, day| Date::new(year, month, day).expect("a date");
    let ningbo = "330200".parse().expect("a region");
    let nowhere = "999999".parse().expect("a region");
    let code = |region, scheme, on| book.in_force(region, scheme, on).err().map(|refusal| refusal.code());
    assert_eq!(code(ningbo, Scheme::Employee, day(2023, 1, 1)), None);
    assert_eq!(code(ningbo, Scheme::Employee, day(2022, 12, 31)), Some("no_policy_on_date"));
    let beijing = "110100".parse().expect("a region");
    assert_eq!(code(beijing, Scheme::Employee, day(2023, 1, 1)), None);
    assert_eq!(code(beijing, Scheme::Resident, day(2023, 1, 1)), Some("no_policy"));
    assert_eq!(code(nowhere, Scheme::Employee, day(2023, 1, 1)), Some("no_policy"));
    let refusal = book.in_force(ningbo, Scheme::Employee, day(2022, 12, 31)).err();
    let english =
        "the policy for region 330200, scheme 310 begins on 2023-01-01 and does not cover 2022-12-31";
    assert_eq!(refusal.as_ref().map(ToString::to_string).as_deref(), Some(english));
    assert!(refusal.as_ref().is_some_and(|refusal: &Refusal| refusal.zh().contains("2022-12-31")));
}

#[test]
fn a_file_without_heading_is_refused() {
    let errors =
        PolicyBook::parse(&[("x.toml".to_owned(), "[policy]\n".to_owned())]).err().unwrap_or_default();
    assert!(errors.iter().any(|error| error.message.contains("has no 'region'")), "{errors:#?}");
    assert!(PolicyBook::parse(&[]).is_ok());
}
