//! Limits that grow, deductibles by the bill, lanes of items and the day of the rules: wrong ones never load.

use benefit::{CaseFile, PolicyBook};

use crate::support::{assert_told, files, right};

const FOLDER: &str = "crates/benefit/tests/leaflets/strategies-5";

/// What is replaced, by what, and a part of the message.
const WRONG: [(&str, &str, &str); 29] = [
    (
        "share_of_bill = \"total\"\nper = \"visit\"",
        "share_of_bill = \"total\"\nper = \"medical_year\"\naccumulator = \"x\"",
        "of that bill alone",
    ),
    ("share_of_bill = \"total\"", "share_of_bill = \"fees\"", "not a word known here"),
    ("standard = \"10 %\"", "standard = \"10 yuan\"", "standard"),
    (
        "amount = \"1,500 yuan\", per = \"medical_year\"",
        "amount = \"1,500 yuan\", per = \"month\"",
        "over the medical year",
    ),
    ("accumulator = \"deductibles\"", "accumulator = \"burden\"", "adds up"),
    ("per_insured_year = \"200 yuan\"\n", "", "has no 'per_insured_year'"),
    ("from_insured_year = 3\n", "", "has no 'from_insured_year'"),
    ("per_insured_year = \"200 yuan\"", "per_insured_year = \"0 yuan\"", "never grows"),
    ("amount = \"500 %\"", "amount = \"700 %\"", "no more than 'amount'"),
    ("pays = []", "pays = []\nkeeps = \"9 yuan\"", "of no use to an account that pays nothing"),
    ("account = \"current_year\"", "account = \"mutual_aid\"", "is the rule of [[mutual_aid]]"),
    ("per = \"visit\"\nsource", "per = \"visit\"\nsame_stay_days = 9\nsource", "owes no difference"),
    (
        "rule = \"rounding\"",
        "rule = \"x\"\nfrom = 2024-01-01\ntitle = { zh = \"x\", en = \"x\" }\nstage = \"per_line\"\nodd_fen = \"person\"\nsource = \"own\"\nclause = \"x\"\n\n[[medical_year]]\nrule = \"medical-year\"\nfrom = 2025-01-01\ntitle = { zh = \"x\", en = \"x\" }\nstarts = \"07-01\"\nsource = \"own\"\nclause = \"x\"\n\n[[rounding]]\nrule = \"x\"",
        "the medical year changes",
    ),
    ("at_most = \"3,000 yuan\"", "at_most = \"1,000 yuan\"", "never grows"),
    ("at_most = \"250,000 yuan\", ", "", "has no 'at_most'"),
    ("start = \"50 %\"", "start = \"20,000 yuan\"", "start"),
    ("share_of = \"income\"\nper", "share_of = \"wage\"\nper", "no [[reference]] 'wage'"),
    ("up_to = \"100,000 yuan\"", "up_to = \"20,000 yuan\"", "below its start"),
    ("class = [\"B\"]\nstages", "class = [\"D\"]\nstages", "not a word known here"),
    ("class = [\"B\"]\nstages", "stages", "'group', 'category' or 'class'"),
    (
        "insured_months_from = 6\nfund_pays = \"60 %\"",
        "class = [\"A\"]\ninsured_months_from = 6\nfund_pays = \"60 %\"",
        "cannot ask for 'group', 'category' or 'class'",
    ),
    ("care = [\"outpatient\"]\n", "care = [\"outpatient\"]\nclass = [\"A\"]\n", "takes whole bills"),
    ("stages = [\"share\", \"layer\"]", "stages = [\"share\", \"account\"]", "belong to the host"),
    ("insured_months_under = 6", "insured_months_under = 7", "both for the same visit"),
    (
        "axis = \"stay\"\naccumulator = \"home_bed_position\"",
        "axis = \"medical_year\"\naccumulator = \"home_bed_position\"",
        "in any case",
    ),
    (
        "per = \"medical_year\"\naccumulator = \"dialysis_price\"",
        "accumulator = \"dialysis_price\"",
        "its lane has none",
    ),
    (
        "per = \"medical_year\"\naccumulator = \"dialysis_price\"",
        "per = \"medical_year\"",
        "needs an 'accumulator'",
    ),
    ("stages = [\"fixed_price\", \"share\"]", "stages = [\"fixed_price\"]", "has the step 'share'"),
    ("rules_of = \"admission_day\"", "rules_of = \"any_day\"", "not a word known here"),
];

#[test]
fn a_wrong_limit_or_lane_is_told() {
    assert_told(FOLDER, &WRONG);
}

#[test]
fn no_item_leaves_a_bill_with_one_price_for_all_fees() {
    let lane = "[[lane]]\nrule = \"single.items\"\nfrom = 2023-01-01\ntitle = { zh = \"材料\", en = \"Materials\" }\n\
                lane = \"materials\"\nof = \"single\"\ncategory = [\"material\"]\nstages = [\"share\"]\n\
                source = \"leaflet\"\nclause = \"材料\"\n\n[[lane]]\nrule = \"single.lane\"";
    assert_told(
        "crates/benefit/tests/leaflets/strategies-4",
        &[("[[lane]]\nrule = \"single.lane\"", lane, "sets one price of all fees")],
    );
}

#[test]
fn a_sum_is_named_as_it_is_kept() {
    let files = files(FOLDER);
    let book = right(PolicyBook::parse(&files));
    let (name, text) = files.iter().find(|(name, _)| name.ends_with("/pharmacy-day.toml")).expect("the case");
    let told = |sum: &str| {
        let case = right(CaseFile::parse(name, &text.replace("pharmacy_day.03-04", sum)));
        let policy = book.in_force(case.region(), case.scheme(), case.date()).expect("a policy");
        !case.unknown_names(policy).is_empty()
    };
    for right in ["pharmacy_day.12-31", "deductibles", "stay_deductible@7", "special_burden/paid-1"] {
        assert!(!told(right), "{right}");
    }
    for wrong in
        ["pharmacy_day", "pharmacy_day.03", "pharmacy_day.13-01", "deductibles.05", "stay_deductible", "x"]
    {
        assert!(told(wrong), "{wrong}");
    }
}
