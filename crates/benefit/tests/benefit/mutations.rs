//! Every amount and every share of the shipped policies is held by a worked case: changed by one, some case no longer comes
//! out, or the policy is no longer sound.

use std::collections::BTreeMap;
use std::ops::Range;

use benefit::{PolicyBook, check_cases};

use crate::support::files;

/// Keys whose texts are no values of rules.
const PROSE: [&str; 9] =
    ["clause", "reading", "title", "document", "published", "unknown", "unknown_above", "source", "rule"];

type Files = Vec<(String, String)>;

/// The files of every policy with its cases, by region and scheme.
fn policies() -> BTreeMap<String, Files> {
    let mut policies: BTreeMap<String, Files> = BTreeMap::new();
    for (name, text) in files("policies") {
        let head: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("region = ") || line.starts_with("scheme = "))
            .take(2)
            .collect();
        policies.entry(head.join(", ")).or_default().push((name, text));
    }
    policies
}

/// A value in a text: where it stands, and what may stand there instead.
struct Value {
    place: Range<usize>,
    others: Vec<String>,
}

/// The amounts and shares of rules in a text.
fn values(text: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        let key = line.split('=').next().unwrap_or_default().trim();
        if !PROSE.contains(&key) && !line.trim_start().starts_with('#') {
            let mut at = begin;
            for (index, part) in line.split('"').enumerate() {
                let others = others(part);
                if index % 2 == 1 && !others.is_empty() {
                    found.push(Value { place: at..at + part.len(), others });
                }
                at += part.len() + 1;
            }
        }
        begin += line.len();
    }
    found
}

/// The value one yuan, or one point, higher and lower.
fn others(value: &str) -> Vec<String> {
    let Some((number, unit)) = value.rsplit_once(' ').filter(|(_, unit)| ["yuan", "元", "%"].contains(unit))
    else {
        return Vec::new();
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let Ok(whole) = whole.replace(',', "").parse::<i64>() else { return Vec::new() };
    let fraction = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    let other = |whole: i64| (whole >= 0).then(|| format!("{whole}{fraction} {unit}"));
    [whole + 1, whole - 1].into_iter().filter_map(other).collect()
}

/// Where a segment ends decides nothing when the next has the same ratio.
fn ends_between_equals(text: &str, place: &Range<usize>) -> bool {
    let before = text[..place.start].rsplit('\n').next().unwrap_or_default();
    let ratio = |text: &str| -> Option<(String, usize)> {
        let at = text.find("_pays = \"")? + "_pays = \"".len();
        let end = at + text[at..].find('"')?;
        Some((text[at..end].to_owned(), end))
    };
    let rest = &text[place.end..];
    let two = ratio(rest).and_then(|(first, end)| Some((first, ratio(&rest[end..])?.0)));
    before.contains("up_to = ") && two.is_some_and(|(first, second)| first == second)
}

/// Whether anything notices that the files are others.
fn noticed(files: &Files) -> bool {
    PolicyBook::parse(files).map_or(true, |book| !check_cases(&book, files).problems.is_empty())
}

/// Values that sources name and that no bill can show, with why.
const UNSEEN: [(&str, &str, &str); 5] = [
    ("ningbo-employees/inpatient.toml", "70,000 元", "above it nothing is settled"),
    ("ningbo-employees/inpatient.toml", "    { person_pays = \"5 %\" },", "of the segment above it"),
    ("published-examples/resident-base.toml", "100,000 yuan", "above it the example pays 0 %"),
    ("published-examples/single-disease.toml", "5,000 yuan", "the guarantee pays more in any case"),
    ("published-examples/taizhou.toml", "50 %", "half of 800 is the floor of 400"),
];

fn is_unseen(name: &str, text: &str, place: &Range<usize>) -> bool {
    let line = text[..place.start].rsplit('\n').next().unwrap_or_default().len();
    let line = text[place.start - line..].lines().next().unwrap_or_default();
    UNSEEN.iter().any(|(file, what, _)| *file == name && (&text[place.clone()] == *what || line == *what))
}

#[test]
fn every_value_is_held_by_a_case() {
    let (mut count, mut unheld) = (0, Vec::new());
    for mut files in policies().into_values() {
        assert!(!noticed(&files), "the policies are sound");
        for file in 0..files.len() {
            let (name, text) = files[file].clone();
            if !benefit::is_policy_file(&name) {
                continue;
            }
            for Value { place, others } in values(&text) {
                if ends_between_equals(&text, &place) || is_unseen(&name, &text, &place) {
                    continue;
                }
                count += 1;
                let held = others.iter().any(|other| {
                    files[file].1.replace_range(place.clone(), other);
                    let noticed = noticed(&files);
                    files[file].1.clone_from(&text);
                    noticed
                });
                if !held {
                    let line = text[..place.start].lines().count();
                    unheld.push(format!("{name}:{line}: {}", &text[place]));
                }
            }
        }
    }
    assert!(count > 400, "only {count} values found");
    assert!(
        unheld.is_empty(),
        "{} of {count} values are held by no case:\n{}",
        unheld.len(),
        unheld.join("\n")
    );
}
