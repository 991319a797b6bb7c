//! yibao: an open medical-insurance platform in one program.

mod audit;
mod bench;
mod counter;
mod demo;
mod doctor;
mod explain;
mod failure;
mod platform;
mod policy;
mod register;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use failure::Failure;
use server::Settings;
use tracing_subscriber::EnvFilter;

#[derive(Parser)]
#[command(version, about = "An open medical-insurance platform: credential, settlement, payment")]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Args)]
struct ConfigurationFile {
    /// Configuration file (TOML). Every setting can also be given as environment variable `YIBAO_…`.
    #[arg(long, value_name = "FILE", env = "YIBAO_CONFIG")]
    config: Option<PathBuf>,
}

impl ConfigurationFile {
    fn read(&self) -> Result<Settings, Failure> {
        Ok(Settings::read(self.config.as_deref())?)
    }
}

#[derive(Subcommand)]
enum Command {
    /// Run the platform.
    Serve(ConfigurationFile),
    /// Show the whole thing with synthetic people on this machine.
    Demo(demo::Options),
    /// Bring the database to the form that this version needs.
    Migrate(ConfigurationFile),
    /// Register institutions, their staff and insured persons from a file.
    Register(register::Options),
    /// What people come to the counter for: new PINs and passwords, lost phones.
    Counter {
        #[command(subcommand)]
        command: counter::Command,
    },
    /// Say what is wrong with a set-up.
    Doctor(ConfigurationFile),
    /// Explain who pays what of a bill, and why.
    Explain(explain::Options),
    /// Check, show and compare benefit policies.
    Policy {
        #[command(subcommand)]
        command: policy::Command,
    },
    /// Check the records.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Measure a running platform.
    Bench {
        #[command(subcommand)]
        command: BenchCommand,
    },
    /// Print the description of the JSON API (OpenAPI 3.1).
    Openapi,
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Re-check every hash chain, journal, balance and table from the data alone.
    Verify(ConfigurationFile),
}

#[derive(Subcommand)]
enum BenchCommand {
    /// Full outpatient settlements over HTTP, by many clients at once.
    Settle(bench::Options),
}

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("YIBAO_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let command_line = CommandLine::parse();
    let outcome = tokio::runtime::Runtime::new()
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(run(command_line.command)));
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("yibao: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Prints a long text; that the reader has seen enough of it (`| head`) is no failure.
fn print_all(text: &str) -> Result<(), Failure> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve(file) => platform::serve(file.read()?).await.map(|()| ExitCode::SUCCESS),
        Command::Demo(options) => demo::run(options).await,
        Command::Migrate(file) => platform::migrate(&file.read()?).await.map(|()| ExitCode::SUCCESS),
        Command::Counter { command } => counter::run(command).await,
        Command::Register(options) => register::run(options).await,
        Command::Doctor(file) => doctor::run(file.config.as_deref()).await,
        Command::Policy { command } => policy::run(&command),
        Command::Explain(options) => explain::run(&options),
        Command::Audit { command: AuditCommand::Verify(file) } => audit::verify(&file.read()?).await,
        Command::Bench { command: BenchCommand::Settle(options) } => bench::run(options).await,
        Command::Openapi => {
            let document =
                server::openapi().to_pretty_json().map_err(|error| Failure::Other(error.to_string()))?;
            print_all(&format!("{document}\n"))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
