//! `yibao policy check`: mistakes, worked cases, and the rules that no case reaches.

use std::path::Path;
use std::process::ExitCode;

use benefit::{CaseFile, Coverage, PolicyBook};

use crate::failure::Failure;

/// Checks everything below a folder; succeeds only if nothing is wrong. A rule without a case is told and no failure.
pub(super) fn run(folder: &Path) -> Result<ExitCode, Failure> {
    let files = server::rules::read_folder(folder)?;
    let book = match PolicyBook::parse(&files) {
        Ok(book) => book,
        Err(errors) => {
            for error in &errors {
                eprintln!("{error}");
            }
            eprintln!("{} mistakes; nothing was loaded", errors.len());
            return Ok(ExitCode::FAILURE);
        }
    };
    if book.policies().next().is_none() {
        return Err(Failure::Other(format!("there is no policy below {}", folder.display())));
    }
    let mut coverage = Coverage::default();
    let (mut count, mut wrong) = (0_usize, 0_usize);
    for (name, text) in files.iter().filter(|(name, _)| is_case(name)) {
        count = count.saturating_add(1);
        match CaseFile::parse(name, text) {
            Err(errors) => {
                wrong = wrong.saturating_add(1);
                for error in errors {
                    eprintln!("{error}");
                }
            }
            Ok(case) => {
                let outcome = case.settle(&book);
                let mut mismatches = case.mismatches(outcome.as_ref());
                if let Ok(policy) = book.in_force(case.region(), case.scheme(), case.date()) {
                    mismatches.extend(case.unknown_names(policy));
                }
                if case.expected.is_none() {
                    eprintln!("{name}: the case says nothing of what comes out: it needs [expect]");
                    wrong = wrong.saturating_add(1);
                    continue;
                }
                wrong = wrong.saturating_add(usize::from(!mismatches.is_empty()));
                for mismatch in mismatches {
                    eprintln!("{name}: {mismatch}");
                }
                coverage.add(&book, &case, outcome.as_ref());
            }
        }
    }
    let missing = coverage.missing(&book);
    for rule in &missing {
        eprintln!("{}:{}: no case reaches rule {}", rule.file, rule.line, rule.id);
    }
    let (policies, rules) = (book.policies().count(), coverage.count(&book));
    println!(
        "{policies} versions of policies, {rules} rules, {} of them reached by {count} cases; {wrong} cases came out otherwise",
        rules.saturating_sub(missing.len())
    );
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Worked cases lie in a folder `cases`, beside the policy.
fn is_case(name: &str) -> bool {
    name.ends_with(".toml") && !benefit::is_policy_file(name)
}
