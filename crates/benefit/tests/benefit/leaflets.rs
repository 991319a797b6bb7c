//! Made-up leaflets, written down without a line of Rust: every case comes out, every rule has one.

use benefit::{CaseFile, Coverage, PolicyBook};

use crate::support::{files, right};

const FOLDERS: [&str; 8] = [
    "city-a",
    "city-b",
    "city-c",
    "strategies-1",
    "strategies-2",
    "strategies-3",
    "strategies-4",
    "strategies-5",
];

#[test]
fn leaflets_can_be_written_down_and_every_case_comes_out() {
    for folder in FOLDERS {
        let files = files(&format!("crates/benefit/tests/leaflets/{folder}"));
        let book = right(PolicyBook::parse(&files));
        let mut coverage = Coverage::default();
        let mut count = 0;
        for (name, text) in files.iter().filter(|(name, _)| name.starts_with("cases/")) {
            let case = right(CaseFile::parse(name, text));
            let outcome = case.settle(&book);
            let policy = book.in_force(case.region(), case.scheme(), case.date()).expect("a policy");
            let mut wrong = case.mismatches(outcome.as_ref());
            wrong.extend(case.unknown_names(policy));
            assert!(wrong.is_empty() && case.expected.is_some(), "{folder}/{name}: {wrong:#?}");
            coverage.add(&book, &case, outcome.as_ref());
            count += 1;
        }
        assert!(count >= 15, "{folder} has {count} cases");
        let missing: Vec<_> = coverage.missing(&book).iter().map(|rule| rule.id.to_string()).collect();
        assert!(missing.is_empty(), "{folder}: no case for {missing:?}");
    }
}
