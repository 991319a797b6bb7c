//! `yibao policy`: the rules of regions, for those who write them.

mod check;
mod diff;
mod grid;
mod keys;
mod language;
mod names;
mod show;
mod telling;
#[cfg(test)]
mod tests;
mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use benefit::PolicyBook;
use language::Language;
use model::Date;

use crate::failure::Failure;

/// What to do with policies.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Report every mistake in the policies below a folder, settle their worked cases, and name the rules without a case.
    Check {
        /// Folder of a region's policy, or of several.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Print the rules in force on a day, as people read them.
    Show {
        /// Folder of a region's policy, or of several.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// The day.
        #[arg(long, value_name = "DATE")]
        on: Date,
        /// Language of the text.
        #[arg(long, default_value = "zh", value_parser = ["zh", "en"])]
        language: String,
    },
    /// Say what changed: between two days of one policy, or between two folders.
    Diff {
        /// A day such as 2022-12-31, or a folder.
        #[arg(value_name = "A")]
        before: String,
        /// A later day, or another folder.
        #[arg(value_name = "B")]
        after: String,
        /// The folder whose days are compared.
        #[arg(long, value_name = "DIR", default_value = "policies")]
        policy: PathBuf,
        /// Language of the text.
        #[arg(long, default_value = "zh", value_parser = ["zh", "en"])]
        language: String,
    },
}

/// Does it.
pub(crate) fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Check { folder } => check::run(folder),
        Command::Show { folder, on, language } => show::run(folder, *on, Language::of(language)),
        Command::Diff { before, after, policy, language } => {
            diff::run((before, after), policy, Language::of(language))
        }
    }
}

/// The policies below a folder, or every mistake in them.
fn book(folder: &Path) -> Result<PolicyBook, Failure> {
    let files = server::rules::read_folder(folder)?;
    Ok(PolicyBook::parse(&files).map_err(server::StartError::Policies)?)
}
