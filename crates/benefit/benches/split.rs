//! How long it takes to divide a bill of ten lines: `cargo bench -p benefit`.

#![expect(clippy::expect_used, reason = "a bench that cannot read its files has nothing to measure")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use benefit::{Case, CaseFile, Policy, PolicyBook};

const LINES: usize = 10;

static BOOK: LazyLock<PolicyBook> = LazyLock::new(|| {
    let files = std::fs::read_dir(folder()).expect("the folder of the policy").filter_map(|entry| {
        let path = entry.expect("an entry").path();
        path.is_file().then(|| (path.display().to_string(), std::fs::read_to_string(&path).expect("a text")))
    });
    PolicyBook::parse(&files.collect::<Vec<_>>()).expect("the policy of Ningbo")
});

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/ningbo-employees")
}

fn main() {
    divan::main();
}

/// A worked case of lines of the classes A, B and C, its lines repeated until there are ten.
fn case() -> (&'static Policy, Case) {
    let name = "cases/secondary-classes-a-b-c.toml";
    let text = std::fs::read_to_string(folder().join(name));
    let file = CaseFile::parse(name, &text.expect("a text")).expect("a case");
    let policy = BOOK.in_force(file.region(), file.scheme(), file.date()).expect("a policy");
    let mut case = file.case(policy).expect("a bill");
    case.lines = case.lines.iter().cycle().take(LINES).cloned().collect();
    (policy, case)
}

#[divan::bench]
fn split(bencher: divan::Bencher<'_, '_>) {
    let (policy, case) = case();
    bencher.bench(|| benefit::split(policy, &case).expect("a split"));
}

#[divan::bench]
fn split_with_its_trace(bencher: divan::Bencher<'_, '_>) {
    let (policy, case) = case();
    bencher.bench(|| benefit::explain(policy, &case).expect("a split"));
}
