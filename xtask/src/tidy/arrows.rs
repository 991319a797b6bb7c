//! Who may use whom: the arrows between the crates, against what the manifests declare.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, line_of_dependency, numbered};
use crate::workspace::{File, Use, Workspace};

/// The document that shows the arrows to the reader.
const DOCUMENT: &str = "docs/architecture.md";

/// How the block in the document opens.
const FENCE: &str = "```arrows";

/// The arrows. `a, b <- c, d`: c and d may use a and b, and all that a and b may use.
/// `tests` stands for the tests of every crate.
const ARROWS: &str = "\
model <- benefit, ledger, credential, wire
benefit, ledger, credential, wire <- settlement
settlement <- store, connectors
store, connectors <- server
wire <- sandbox
server, sandbox <- yibao
sandbox <- tests
";

/// The tests of every crate, as a user of crates.
const TESTS: &str = "tests";

/// This program, which uses none of the product's crates and is used by none.
const XTASK: &str = "xtask";

/// For each user the crates that an arrow allows it directly.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arrows(BTreeMap<String, BTreeSet<String>>);

impl Arrows {
    /// Reads lines of the form `used, used <- user, user`. The error is the line without an arrow.
    fn parse(text: &str) -> Result<Self, usize> {
        let mut arrows = Self::default();
        for (number, line) in numbered(text).filter(|(_, line)| !line.trim().is_empty()) {
            let (used, users) = line.split_once("<-").ok_or(number)?;
            for user in names(users) {
                arrows.0.entry(user.to_owned()).or_default().extend(names(used).map(str::to_owned));
            }
        }
        Ok(arrows)
    }

    fn allowed_directly(&self, user: &str) -> impl Iterator<Item = &str> {
        self.0.get(user).into_iter().flatten().map(String::as_str)
    }

    /// All that `user` may use.
    fn allowed(&self, user: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<&str> = self.allowed_directly(user).collect();
        while let Some(name) = waiting.pop() {
            if reached.insert(name) {
                waiting.extend(self.allowed_directly(name));
            }
        }
        reached
    }

    fn crates(&self) -> BTreeSet<&str> {
        let both = self.0.iter().flat_map(|(user, used)| used.iter().chain([user]));
        both.map(String::as_str).filter(|name| *name != TESTS).collect()
    }
}

fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty())
}

/// Checks the declared dependencies and the block in the document.
pub fn check(workspace: &Workspace, files: &[File]) -> Vec<Finding> {
    let Ok(arrows) = Arrows::parse(ARROWS) else {
        return vec![Finding::new("xtask/src/tidy/arrows.rs", 1, "write each arrow as `used <- user`")];
    };
    [check_dependencies(&arrows, workspace, files), check_document(&arrows, files)].concat()
}

fn check_dependencies(arrows: &Arrows, workspace: &Workspace, files: &[File]) -> Vec<Finding> {
    let crates = arrows.crates();
    let mut findings = Vec::new();
    for name in &crates {
        if workspace.package(name).is_none() {
            let advice = format!(
                "the arrows name the crate {name}, which does not exist; take it out of xtask/src/tidy/arrows.rs"
            );
            findings.push(Finding::new(DOCUMENT, 1, advice));
        }
        if arrows.allowed(name).contains(name) {
            let advice = format!("the arrows go round in a circle through {name}; take one out");
            findings.push(Finding::new(DOCUMENT, 1, advice));
        }
    }
    for package in &workspace.packages {
        if !crates.contains(package.name.as_str()) && package.name != XTASK {
            let advice = format!(
                "no arrow names {}; give it a place in {DOCUMENT} and xtask/src/tidy/arrows.rs",
                package.name
            );
            findings.push(Finding::new(&package.manifest(), 1, advice));
        }
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            let in_tests = dependency.needed_for == Use::Tests
                && arrows.allowed_directly(TESTS).any(|used| used == name);
            let ours = workspace.package(name).is_some();
            if ours && !in_tests && !arrows.allowed(&package.name).contains(name) {
                let line = line_of_dependency(files, package, name);
                let advice = format!(
                    "{} may not use {name}; move the code, for the arrows in {DOCUMENT} point the other way",
                    package.name
                );
                findings.push(Finding::new(&package.manifest(), line, advice));
            }
        }
    }
    findings
}

fn check_document(arrows: &Arrows, files: &[File]) -> Vec<Finding> {
    let finding = |line, advice: &str| vec![Finding::new(DOCUMENT, line, advice)];
    let Some(document) = files.iter().find(|file| file.path == DOCUMENT) else {
        return finding(
            1,
            "write it, with the arrows between the crates in a block that opens with ```arrows",
        );
    };
    let Some((opening, _)) = numbered(&document.text).find(|(_, line)| line.trim() == FENCE) else {
        return finding(1, "show the arrows between the crates in a block that opens with ```arrows");
    };
    let block: Vec<&str> =
        document.text.lines().skip(opening).take_while(|line| line.trim() != "```").collect();
    match Arrows::parse(&block.join("\n")) {
        Err(line) => finding(opening.saturating_add(line), "write each arrow as `used <- user`"),
        Ok(shown) if shown != *arrows => finding(
            opening,
            "the arrows differ from those in xtask/src/tidy/arrows.rs; make both say the same",
        ),
        Ok(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Package;
    use crate::workspace::sample::{file, package, workspace};

    fn arrows(text: &str) -> Arrows {
        Arrows::parse(text).unwrap()
    }

    fn findings(packages: Vec<Package>) -> Vec<String> {
        let arrows = arrows("model <- store\nstore <- server\nsandbox <- tests");
        let all = ["model", "sandbox", "server", "store"].map(|name| package(name, &[], &[]));
        let given: Vec<String> = packages.iter().map(|package| package.name.clone()).collect();
        let rest = all.into_iter().filter(|package| !given.contains(&package.name));
        let workspace = workspace(packages.iter().cloned().chain(rest).collect());
        check_dependencies(&arrows, &workspace, &[]).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn an_arrow_reaches_what_lies_behind_it() {
        let arrows = arrows("model <- ledger, wire\nledger, wire <- settlement\nsettlement <- store");
        assert_eq!(arrows.allowed("store"), BTreeSet::from(["model", "ledger", "wire", "settlement"]));
        assert_eq!(arrows.allowed("ledger"), BTreeSet::from(["model"]));
    }

    #[test]
    fn allowed_dependencies_pass() {
        let packages = vec![package("server", &["model", "store", "axum"], &["sandbox"])];
        assert_eq!(findings(packages), [""; 0]);
    }

    #[test]
    fn a_dependency_against_the_arrows_is_caught() {
        let found = findings(vec![package("model", &["store"], &[])]);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("crates/model/Cargo.toml:1: model may not use store"), "{found:?}");
    }

    #[test]
    fn a_stand_in_outside_tests_is_caught() {
        assert_eq!(findings(vec![package("server", &["sandbox"], &[])]).len(), 1);
    }

    #[test]
    fn tests_follow_the_arrows_too() {
        assert_eq!(findings(vec![package("model", &[], &["store"])]).len(), 1);
    }

    #[test]
    fn an_unknown_crate_is_caught() {
        let found = findings(vec![package("reports", &[], &[])]);
        assert!(found[0].contains("no arrow names reports"), "{found:?}");
    }

    #[test]
    fn a_crate_that_is_gone_is_caught() {
        let found =
            check_dependencies(&arrows("model <- store"), &workspace(vec![package("model", &[], &[])]), &[]);
        assert!(found[0].to_string().contains("store, which does not exist"), "{found:?}");
    }

    #[test]
    fn a_circle_is_caught() {
        let packages = vec![package("a", &[], &[]), package("b", &[], &[])];
        assert_eq!(check_dependencies(&arrows("a <- b\nb <- a"), &workspace(packages), &[]).len(), 2);
    }

    #[test]
    fn the_document_must_show_the_same_arrows() {
        let shown = |text: &str| check_document(&arrows("model <- store, wire"), &[file(DOCUMENT, text)]);
        assert_eq!(shown("# Map\n\n```arrows\nmodel <- store\nmodel <- wire\n```\n"), []);
        assert_eq!(shown("# Map\n\n```arrows\nmodel <- store\n```\n")[0].line, 3);
        assert_eq!(shown("# Map\n\n```arrows\nmodel <- wire\nmodel, store\n```\n")[0].line, 5);
        assert_eq!(shown("# Map\n").len(), 1);
        assert_eq!(check_document(&arrows("model <- store"), &[]).len(), 1);
    }

    #[test]
    fn the_arrows_of_the_product_can_be_read() {
        let arrows = arrows(ARROWS);
        assert!(arrows.allowed("yibao").contains("model"));
        assert!(!arrows.allowed("connectors").contains("store"));
        assert!(arrows.crates().iter().all(|name| !arrows.allowed(name).contains(name)));
    }
}
