//! `cargo xtask test`: every test, with all that it needs.

mod summary;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::failure::{Context, Failure, Result};
use crate::postgres::Server;
use crate::requirements::{self, Places, Requirement};
use crate::run;
use crate::workspace::{self, File, Workspace};
use summary::Summary;

/// The variable by which a test learns where the product's binary is.
const BINARY: &str = "YIBAO_BIN";

/// What to test.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    only: Vec<String>,
    harness_arguments: Vec<String>,
}

impl Options {
    /// Reads `[--only CRATE…] [-- ARGUMENT…]`.
    pub fn parse(words: &[&str]) -> Result<Self> {
        let end = words.iter().position(|word| *word == "--").unwrap_or(words.len());
        let (ours, harness) = words.split_at(end);
        let only = match ours {
            [] => &[],
            ["--only", crates @ ..] if !crates.is_empty() => crates,
            _ => return Err(Failure::new("usage: cargo xtask test [--only CRATE…] [-- ARGUMENT…]")),
        };
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Ok(Self { only: owned(only), harness_arguments: owned(harness.get(1..).unwrap_or_default()) })
    }
}

/// Runs the tests that `options` ask for.
///
/// Fails when one of them failed, was ignored, or when there was none.
pub fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::read()?;
    let strangers: Vec<&str> =
        options.only.iter().map(String::as_str).filter(|name| workspace.package(name).is_none()).collect();
    if !strangers.is_empty() {
        return Err(Failure::new(format!("the workspace has no crate called {}", strangers.join(", "))));
    }
    let needs = Needs::of(&options.only, &workspace, &workspace::read_files(&workspace.root)?);
    let environment = Environment::prepare(&needs)?;

    let started = Instant::now();
    let mut command = run::cargo();
    command.args(["test", "--no-fail-fast"]).current_dir(&workspace.root);
    if options.only.is_empty() {
        command.arg("--workspace");
    }
    for name in &options.only {
        command.args(["--package", name]);
    }
    command.arg("--").args(&options.harness_arguments).envs(environment.variables.iter().cloned());
    let (summary, succeeded) = stream(&mut command)?;
    drop(environment);
    println!("\n{summary} ({} s)", started.elapsed().as_secs());
    summary.verdict(succeeded)
}

/// Runs `command`, passes its standard output on line by line, and counts.
fn stream(command: &mut Command) -> Result<(Summary, bool)> {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cannot run cargo")?;
    let mut summary = Summary::default();
    if let Some(printed) = child.stdout.take() {
        let mut out = std::io::stdout().lock();
        for line in BufReader::new(printed).split(b'\n') {
            let line = line.context("cannot read what the tests print")?;
            summary.read(&String::from_utf8_lossy(&line));
            out.write_all(&[line.as_slice(), b"\n"].concat()).context("cannot print")?;
        }
    }
    let status = child.wait().context("cannot wait for cargo")?;
    Ok((summary, status.success()))
}

/// What a set of tests needs besides cargo.
#[derive(Debug, PartialEq, Eq)]
struct Needs {
    requirements: BTreeSet<Requirement>,
    binary: bool,
}

impl Needs {
    /// All of it for the whole workspace. For named crates: what the variables tell that they, or the crates of ours
    /// that they use, read.
    fn of(only: &[String], workspace: &Workspace, files: &[File]) -> Self {
        if only.is_empty() {
            return Self { requirements: BTreeSet::from(Requirement::ALL), binary: true };
        }
        let crates = with_dependencies(only, workspace);
        let read = |variable: &str| {
            let of_crates =
                |file: &&File| crates.iter().any(|name| file.is_of_crate(name)) && file.is(&["rs"]);
            files.iter().filter(of_crates).any(|file| file.text.contains(variable))
        };
        let mut requirements: BTreeSet<Requirement> = Requirement::ALL
            .into_iter()
            .filter(|requirement| requirement.variable().is_some_and(read))
            .collect();
        if requirements.contains(&Requirement::Chromium) {
            requirements.insert(Requirement::ChineseFont);
        }
        Self { requirements, binary: read(BINARY) }
    }
}

fn with_dependencies(only: &[String], workspace: &Workspace) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut waiting = only.to_vec();
    while let Some(name) = waiting.pop() {
        let Some(package) = workspace.package(&name) else { continue };
        if reached.insert(name) {
            waiting.extend(package.dependencies.iter().map(|dependency| dependency.name.clone()));
        }
    }
    reached
}

/// The variables for the tests, and the server behind one of them.
struct Environment {
    variables: Vec<(&'static str, OsString)>,
    _server: Option<Server>,
}

impl Environment {
    /// Finds, builds and starts what is needed. A variable that is set already is left as it is: so the tests can run
    /// against another server or browser.
    fn prepare(needs: &Needs) -> Result<Self> {
        let is_set = |requirement: &Requirement| {
            requirement.variable().is_some_and(|variable| {
                std::env::var(variable).inspect(|value| println!("{variable} is set: {value}")).is_ok()
            })
        };
        let to_find: Vec<Requirement> =
            needs.requirements.iter().copied().filter(|requirement| !is_set(requirement)).collect();
        let found = requirements::provide(&to_find, &Places::of_this_machine())?;

        let mut variables = Vec::new();
        if needs.binary {
            variables.push((BINARY, build_binary()?.into_os_string()));
        }
        let mut server = None;
        for (requirement, path) in found {
            let Some(variable) = requirement.variable() else { continue };
            let value = if requirement == Requirement::Postgres {
                let started = Server::start(&path)?;
                let url = OsString::from(started.url());
                server = Some(started);
                url
            } else {
                path.into_os_string()
            };
            variables.push((variable, value));
        }
        Ok(Self { variables, _server: server })
    }
}

/// Builds the product's binary as the tests are built, and returns its path.
pub fn build_binary() -> Result<PathBuf> {
    let mut build = run::cargo();
    build.args([
        "build",
        "--package",
        "yibao",
        "--bin",
        "yibao",
        "--message-format",
        "json-render-diagnostics",
    ]);
    if let Some(folder) = std::env::var_os("CARGO_MANIFEST_DIR") {
        build.current_dir(folder);
    }
    let output = build.stderr(Stdio::inherit()).stdin(Stdio::null()).output().context("cannot run cargo")?;
    if !output.status.success() {
        return Err(Failure::new("the binary `yibao` does not build"));
    }
    executable(&String::from_utf8_lossy(&output.stdout))
        .ok_or_else(|| Failure::new("cargo build did not say where it put the binary `yibao`"))
}

/// The path in the message in which cargo tells of an executable.
fn executable(messages: &str) -> Option<PathBuf> {
    let mut messages = messages.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages.find_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::sample::{file, package, workspace};

    #[test]
    fn options_are_read() {
        let options = Options::parse(&["--only", "store", "server", "--", "lanes", "--nocapture"]).unwrap();
        assert_eq!(options.only, ["store", "server"]);
        assert_eq!(options.harness_arguments, ["lanes", "--nocapture"]);
        assert_eq!(Options::parse(&[]).unwrap(), Options { only: vec![], harness_arguments: vec![] });
        assert!(Options::parse(&["--only"]).is_err());
        assert!(Options::parse(&["store"]).is_err());
    }

    #[test]
    fn named_crates_need_what_they_and_their_dependencies_read() {
        let workspace = workspace(vec![
            package("model", &["serde"], &[]),
            package("store", &["model"], &[]),
            package("server", &["store"], &[]),
        ]);
        let files = [
            file("crates/store/tests/it/main.rs", r#"std::env::var("TEST_DATABASE_URL")"#),
            file("crates/server/tests/it/main.rs", r#"std::env::var("CHROMIUM_BIN")"#),
            file("CONTRIBUTING.md", "YIBAO_BIN"),
        ];
        let needs = |name: &str| Needs::of(&[name.to_owned()], &workspace, &files).requirements;
        assert_eq!(needs("model"), BTreeSet::new());
        assert_eq!(needs("store"), BTreeSet::from([Requirement::Postgres]));
        let for_server = [Requirement::Postgres, Requirement::Chromium, Requirement::ChineseFont];
        assert_eq!(needs("server"), BTreeSet::from(for_server));
        assert!(!Needs::of(&["server".to_owned()], &workspace, &files).binary);
        let everything = Needs { requirements: BTreeSet::from(Requirement::ALL), binary: true };
        assert_eq!(Needs::of(&[], &workspace, &files), everything);
    }

    #[test]
    fn the_path_of_the_binary_is_read_from_cargo() {
        let messages = r#"{"reason":"compiler-artifact","executable":null}
{"reason":"compiler-artifact","executable":"/target/debug/yibao"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages), Some(PathBuf::from("/target/debug/yibao")));
        assert_eq!(executable("{}"), None);
    }
}
