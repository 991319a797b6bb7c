//! `cargo xtask tidy`: the rules of the tree that the compiler does not know.

mod arrows;
mod edges;
mod floats;
mod leftovers;
mod length;
mod locales;
mod manifests;
mod pure;
mod rust_source;
mod sql;

use std::fmt;

use crate::failure::{Failure, Result};
use crate::workspace::{self, File, Package, Workspace};

/// The crates without clock, randomness, network, file or database in them.
const PURE: [&str; 6] = ["model", "benefit", "ledger", "credential", "settlement", "wire"];

/// A place where a rule is broken, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    advice: String,
}

impl Finding {
    fn new(path: &str, line: usize, advice: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, advice: advice.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.advice)
    }
}

/// Checks the whole tree, prints every place where a rule is broken, and fails if there is one.
pub fn run() -> Result<()> {
    let workspace = Workspace::read()?;
    let files = workspace::read_files(&workspace.root)?;
    let mut findings = [
        arrows::check(&workspace, &files),
        pure::check(&workspace, &files),
        edges::check(&workspace, &files),
        sql::check(&files),
        floats::check(&files),
        length::check(&files),
        leftovers::check(&files),
        manifests::check(&workspace, &files),
        locales::check(&files),
    ]
    .concat();
    findings.sort();
    if findings.is_empty() {
        println!("{} files and {} crates are tidy.", files.len(), workspace.packages.len());
        return Ok(());
    }
    let list: Vec<String> = findings.iter().map(Finding::to_string).collect();
    Err(Failure::new(format!("{}\n\n{} to tidy up.", list.join("\n"), findings.len())))
}

/// The line of `package`'s manifest that declares the dependency `name`; 1 when it is not to be found.
fn line_of_dependency(files: &[File], package: &Package, name: &str) -> usize {
    let manifest = files.iter().find(|file| file.path == package.manifest());
    let declares = |line: &str| {
        line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '.', '=']))
            || line.contains(&format!("dependencies.{name}]"))
    };
    manifest.and_then(|file| file.text.lines().position(declares)).map_or(1, |index| index.saturating_add(1))
}

/// Numbers the lines of `text` from 1.
fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines())
}

/// Whether `word` stands in `text` with no letter, digit or underscore directly before or after it.
fn has_word(text: &str, word: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(start, _)| {
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let after = text.get(start.saturating_add(word.len())..).and_then(|after| after.chars().next());
        !before.is_some_and(part_of_word) && !after.is_some_and(part_of_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::sample::{file, package};

    #[test]
    fn a_word_is_whole() {
        assert!(has_word("let x: f64;", "f64"));
        assert!(has_word("(f64)", "f64"));
        assert!(!has_word("buf64", "f64"));
        assert!(!has_word("f64_bits", "f64"));
    }

    #[test]
    fn the_line_of_a_dependency_is_found() {
        let manifest = "[dependencies]\nserde_json.workspace = true\nserde = { workspace = true }\n";
        let files = [file("crates/ledger/Cargo.toml", manifest)];
        let ledger = package("ledger", &[], &[]);
        assert_eq!(line_of_dependency(&files, &ledger, "serde"), 3);
        assert_eq!(line_of_dependency(&files, &ledger, "tokio"), 1);
    }

    #[test]
    fn a_finding_can_be_clicked() {
        assert_eq!(Finding::new("a.rs", 3, "shorten it").to_string(), "a.rs:3: shorten it");
    }
}
