//! `yibao policy check`: mistakes, worked cases, and the rules that no case reaches.

use std::path::Path;
use std::process::ExitCode;

use benefit::PolicyBook;

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
    let report = benefit::check_cases(&book, &files);
    for problem in &report.problems {
        eprintln!("{problem}");
    }
    // A case that cannot be read reaches nothing: first it is mended.
    let missing = if report.unread == 0 { report.coverage.missing(&book) } else { Vec::new() };
    for rule in &missing {
        eprintln!("notice: {}:{}: no case reaches rule {}", rule.file, rule.line, rule.id);
    }
    let (policies, rules) = (book.policies().count(), report.coverage.count(&book));
    let reached = match report.unread {
        0 => format!("{} of them reached by", rules.saturating_sub(missing.len())),
        unread => format!("how many are reached is told when {unread} more can be read of"),
    };
    println!(
        "{policies} versions of policies, {rules} rules, {reached} {} cases; {} cases came out otherwise",
        report.count, report.wrong
    );
    Ok(if report.wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
