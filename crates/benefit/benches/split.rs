//! How long it takes to divide a bill of ten lines: `cargo bench -p benefit`.

#![expect(clippy::expect_used, reason = "a bench that cannot read its files has nothing to measure")]

use std::path::Path;
use std::sync::LazyLock;

use benefit::{Case, CaseFile, Policy, PolicyBook};

const LINES: usize = 10;

static BOOK: LazyLock<PolicyBook> = LazyLock::new(|| {
    let files = ["region.toml", "account.toml", "outpatient.toml"].map(|name| (name.to_owned(), read(name)));
    PolicyBook::parse(&files).expect("the policy of Ningbo")
});

fn main() {
    divan::main();
}

fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/ningbo-employees");
    std::fs::read_to_string(folder.join(name)).expect("a file of the policy")
}

/// A worked case of lines of the classes A, B and C, its lines repeated until there are ten.
fn case() -> (&'static Policy, Case) {
    let file = CaseFile::parse(&read("cases/secondary-classes-a-b-c.toml")).expect("a case");
    let policy = BOOK.policies().next().expect("one policy");
    let mut case = file.case(policy).expect("a bill");
    case.lines = case.lines.iter().cycle().take(LINES).cloned().collect();
    (policy, case)
}

#[divan::bench]
fn split(bencher: divan::Bencher<'_, '_>) {
    let (policy, case) = case();
    bencher.bench(|| benefit::split(policy, &case));
}

#[divan::bench]
fn split_with_its_trace(bencher: divan::Bencher<'_, '_>) {
    let (policy, case) = case();
    bencher.bench(|| benefit::explain(policy, &case));
}
