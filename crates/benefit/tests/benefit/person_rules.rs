//! Rules that are for persons: wrong ones never load, and what is asked beside bills is answered by the day.

use benefit::PolicyBook;

use crate::support::{assert_told, changed, right};

const FOLDER: &str = "crates/benefit/tests/leaflets/strategies-4";

/// What is replaced, by what, and a part of the message.
const WRONG: [(&str, &str, &str); 21] = [
    ("person = [\"in_service\"]", "level = [\"primary\"]", "cannot ask for what a visit decides"),
    ("age_from = 45", "admission_from = 2", "cannot ask for what a visit decides"),
    ("person = [\"retired\"]", "person = [\"minor\"]", "is for nobody"),
    (
        "place = 2\nsource = \"leaflet\"\nclause = \"45",
        "place = 1\nsource = \"leaflet\"\nclause = \"45",
        "both for the same person",
    ),
    ("rate = \"2 %\"", "rate = \"2 %\"\namount = \"80 yuan\"", "needs either 'amount' or 'rate'"),
    ("of = \"contribution_base\"", "", "has no 'of'"),
    ("taken_back = true", "", "has no 'taken_back'"),
    ("per = \"medical_year\"\nplace = 3", "per = \"visit\"\nplace = 3", "by the month or the year"),
    (
        "per = \"medical_year\"\nplace = 3",
        "per = \"medical_year\"\nahead = true\nplace = 3",
        "when the year begins",
    ),
    (
        "amount = \"120 yuan\"",
        "month_from = 7\namount = \"120 yuan\"",
        "credited for the year together and cannot ask for a month",
    ),
    ("money = [\"previous_years\"]", "money = [\"mutual_aid\"]", "with its own money"),
    ("relatives = [\"spouse\", \"parent\", \"child\"]", "relatives = [\"cousin\"]", "not a word known here"),
    ("per_day = \"1,000 yuan\"", "per_day = \"100 yuan\"", "below 'per_payment'"),
    (
        "fund_pays = \"50 %\"\nper = \"medical_year\"\naccumulator = \"burden\"\npaid_at_year_end = true",
        "fund_pays = \"50 %\"\nper = \"medical_year\"\naccumulator = \"aid_burden\"",
        "comes after catastrophic, which pays at the end of the year",
    ),
    (
        "fund_pays = \"50 %\"\nper = \"medical_year\"\naccumulator = \"burden\"",
        "fund_pays = \"50 %\"\nper = \"medical_year\"\naccumulator = \"aid_burden\"",
        "not of one burden",
    ),
    (
        "start = \"2,000 yuan\"",
        "start = \"2,000 yuan\"\nmost = { amount = \"9 yuan\", per = \"medical_year\", accumulator = \"catastrophic_paid\" }",
        "is shared with",
    ),
    ("with = [\"poor\"]\npays", "month_from = 2\npays", "nor for a month"),
    ("with = [\"poor\"]\npays", "level = [\"primary\"]\npays", "cannot ask for what a visit decides"),
    ("with = [\"poor\"]\npays", "last_day = 2024-06-30\npays", "ends within it, on 2024-06-30"),
    ("pays = \"medical_aid\"\nplace = 2", "pays = \"medical_aid\"\nplace = 1", "both for the same"),
    (
        "per = \"medical_year\"\naccumulator = \"burden\"\npaid_at_year_end = true\nsegments",
        "per = \"month\"\naccumulator = \"burden\"\npaid_at_year_end = true\nsegments",
        "over the whole of it",
    ),
];

#[test]
fn a_wrong_rule_for_persons_is_told() {
    assert_told(FOLDER, &WRONG);
}

#[test]
fn what_is_not_known_of_credits_is_told_and_not_guessed() {
    let unknown = "unknown = { zh = \"未载\", en = \"not stated\" }";
    let files = changed(FOLDER, "rate = \"2 %\"\nof = \"contribution_base\"\nper = \"month\"", unknown);
    let book = right(PolicyBook::parse(&files));
    let (name, text) = files.iter().find(|(name, _)| name.ends_with("credit-joined.toml")).expect("the case");
    let case = right(benefit::CaseFile::parse(name, text));
    let refusal = case.settle(&book).expect_err("nobody knows it");
    assert_eq!(refusal.code(), "unknown_parameter");
    assert!(refusal.to_string().contains("not stated") && refusal.zh().contains("未载"), "{refusal}");
}
