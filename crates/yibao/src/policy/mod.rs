//! `yibao policy`: the rules of regions, for those who write them.

mod check;

use std::path::PathBuf;
use std::process::ExitCode;

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
}

/// Does it.
pub(crate) fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Check { folder } => check::run(folder),
    }
}
