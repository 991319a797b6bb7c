//! The tasks of a contributor, run as `cargo xtask TASK`. See `CONTRIBUTING.md`.

mod failure;
mod openapi;
mod postgres;
mod requirements;
mod run;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use failure::{Failure, Result};

const USAGE: &str = "\
Usage: cargo xtask TASK

  test [--only CRATE…] [-- ARGUMENT…]  run every test, or those of the named crates, with all that they need;
                                       arguments go to the test programs (a name to match, --nocapture)
  postgres [-- COMMAND…]               a private PostgreSQL: until Ctrl-C, or while COMMAND runs
  tidy                                 check the rules of the tree that the compiler does not know
  openapi [--check]                    write openapi/openapi.json, or check that it is up to date";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match perform(&arguments) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn perform(arguments: &[String]) -> Result<ExitCode> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["test", rest @ ..] => test::run(&test::Options::parse(rest)?).map(|()| ExitCode::SUCCESS),
        ["postgres"] => postgres::keep().map(|()| ExitCode::SUCCESS),
        ["postgres", "--", command @ ..] => postgres::lend(command),
        ["tidy"] => tidy::run().map(|()| ExitCode::SUCCESS),
        ["openapi"] => openapi::write().map(|()| ExitCode::SUCCESS),
        ["openapi", "--check"] => openapi::check().map(|()| ExitCode::SUCCESS),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        [] => Err(Failure::new(USAGE)),
        _ => Err(Failure::new(format!("`cargo xtask {}` is no task.\n{USAGE}", words.join(" ")))),
    }
}
