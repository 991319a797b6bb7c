//! Who may use whom: the arrows between the crates, against what the manifests declare.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, PURE, line_of_dependency, numbered};
use crate::workspace::{Dependency, File, Package, Use, Workspace};

/// The document that holds the arrows, for the reader and for this check.
const DOCUMENT: &str = "docs/architecture.md";

/// How the block of arrows in the document opens.
const FENCE: &str = "```arrows";

/// The stand-ins for outside parties: for the demonstration, and for the tests of any crate.
const STAND_INS: &str = "sandbox";

/// The only crate of the product into which the stand-ins may be linked.
const DEMONSTRATION: &str = "yibao";

/// This program, which uses none of the product's crates and is used by none.
const XTASK: &str = "xtask";

/// The arrows as the document shows them: a crate, and the crates that it may use.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arrows(BTreeMap<String, Allowed>);

#[derive(Debug, PartialEq, Eq)]
struct Allowed {
    /// The line of the document that says so.
    line: usize,
    crates: BTreeSet<String>,
}

impl Arrows {
    /// Finds the block in `document` and reads its lines of the form `user -> used used …`, or `user` alone.
    ///
    /// A line may only name crates that stand on an earlier line, which rules out circles.
    fn read(document: &str) -> Result<Self, Finding> {
        let finding = |line, advice: &str| Finding::new(DOCUMENT, line, advice);
        let opening = numbered(document).find(|(_, line)| line.trim() == FENCE).map(|(number, _)| number);
        let opening = opening.ok_or_else(|| {
            finding(1, "show the arrows between the crates in a block that opens with ```arrows")
        })?;
        let mut arrows = Self::default();
        for (number, line) in numbered(document).skip(opening).take_while(|(_, line)| line.trim() != "```") {
            let (user, used) = line.split_once("->").unwrap_or((line, ""));
            let (user, crates) =
                (user.trim(), used.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>());
            if user.is_empty() || user.contains(char::is_whitespace) {
                return Err(finding(
                    number,
                    "write `user -> used used …`, or a crate that uses no other alone",
                ));
            }
            if let Some(later) = crates.iter().find(|name| !arrows.0.contains_key(*name)) {
                let advice =
                    format!("{user} comes before {later}, so it cannot use it; arrows point one way");
                return Err(finding(number, &advice));
            }
            if arrows.0.insert(user.to_owned(), Allowed { line: number, crates }).is_some() {
                return Err(finding(number, "this crate has a line already; join the two"));
            }
        }
        Ok(arrows)
    }

    fn allows(&self, user: &str, used: &str) -> bool {
        self.0.get(user).is_some_and(|allowed| allowed.crates.contains(used))
    }
}

/// Checks the declared dependencies against the block in the document.
pub fn check(workspace: &Workspace, files: &[File]) -> Vec<Finding> {
    let Some(document) = files.iter().find(|file| file.path == DOCUMENT) else {
        let advice = "write it, with the arrows between the crates in a block that opens with ```arrows";
        return vec![Finding::new(DOCUMENT, 1, advice)];
    };
    match Arrows::read(&document.text) {
        Ok(arrows) => {
            [check_names(&arrows, workspace), check_dependencies(&arrows, workspace, files)].concat()
        }
        Err(finding) => vec![finding],
    }
}

/// The block names every crate, and none that does not exist.
fn check_names(arrows: &Arrows, workspace: &Workspace) -> Vec<Finding> {
    let gone =
        arrows.0.iter().filter(|(name, _)| workspace.package(name).is_none()).map(|(name, allowed)| {
            Finding::new(DOCUMENT, allowed.line, format!("there is no crate {name}; take it out"))
        });
    let nameless = workspace.packages.iter().filter(|package| package.name != XTASK);
    let nameless = nameless.filter(|package| !arrows.0.contains_key(&package.name)).map(|package| {
        Finding::new(
            &package.manifest(),
            1,
            format!("give {} a line in the arrows of {DOCUMENT}", package.name),
        )
    });
    gone.chain(nameless).collect()
}

fn check_dependencies(arrows: &Arrows, workspace: &Workspace, files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &workspace.packages {
        for dependency in &package.dependencies {
            if workspace.package(&dependency.name).is_none() {
                continue;
            }
            if let Some(advice) = advice_on(arrows, package, dependency) {
                let line = line_of_dependency(files, package, &dependency.name);
                findings.push(Finding::new(&package.manifest(), line, advice));
            }
        }
    }
    findings
}

/// What is wrong with `package` using `dependency`, a crate of ours. Two rules hold whatever the document says.
fn advice_on(arrows: &Arrows, package: &Package, dependency: &Dependency) -> Option<String> {
    let (user, used) = (package.name.as_str(), dependency.name.as_str());
    let for_tests = dependency.needed_for == Use::Tests;
    if used == STAND_INS {
        let allowed = for_tests || user == DEMONSTRATION;
        return (!allowed)
            .then(|| format!("only {DEMONSTRATION} and tests may use {STAND_INS}; see dev-dependencies"));
    }
    if PURE.contains(&user) && !PURE.contains(&used) {
        return Some(format!("{user} is pure and {used} is not; move what is needed into a pure crate"));
    }
    (!arrows.allows(user, used))
        .then(|| format!("the arrows of {DOCUMENT} do not let {user} use {used}; move the code"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::sample::{file, package, workspace};

    const MAP: &str = "# Map\n\n```arrows\nmodel\nstore -> model\nserver -> model store\nsandbox -> model\nyibao -> server sandbox\n```\n";

    /// The findings in a workspace of the crates on the map, where `changed` replaces one of them or joins them.
    fn findings(changed: Package) -> Vec<String> {
        let mut packages: Vec<Package> = [
            package("model", &["serde"], &[]),
            package("store", &["model"], &[]),
            package("server", &["model", "store", "axum"], &["sandbox"]),
            package("sandbox", &["model"], &[]),
            package("yibao", &["server", "sandbox"], &[]),
        ]
        .into_iter()
        .filter(|package| package.name != changed.name)
        .collect();
        packages.push(changed);
        let found = check(&workspace(packages), &[file(DOCUMENT, MAP)]);
        found.iter().map(Finding::to_string).collect()
    }

    fn reading(block: &str) -> Finding {
        Arrows::read(&format!("# Map\n```arrows\n{block}\n```\n")).unwrap_err()
    }

    #[test]
    fn what_the_arrows_allow_passes() {
        assert_eq!(findings(package("server", &["store", "model"], &["model"])), [""; 0]);
    }

    #[test]
    fn a_dependency_against_the_arrows_is_caught() {
        let found = findings(package("store", &["server"], &[]));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("crates/store/Cargo.toml:1: the arrows"), "{found:?}");
        assert!(found[0].contains("do not let store use server"), "{found:?}");
    }

    #[test]
    fn an_arrow_does_not_reach_what_lies_behind_it() {
        assert_eq!(findings(package("yibao", &["server", "sandbox", "store"], &[])).len(), 1);
    }

    #[test]
    fn tests_follow_the_arrows_too() {
        assert_eq!(findings(package("store", &[], &["server"])).len(), 1);
    }

    #[test]
    fn a_stand_in_in_the_product_is_caught() {
        let found = findings(package("server", &["sandbox"], &[]));
        assert!(found[0].contains("only yibao and tests may use sandbox"), "{found:?}");
    }

    #[test]
    fn a_pure_crate_uses_pure_crates_whatever_the_document_says() {
        let document = file(DOCUMENT, "```arrows\nstore\nledger -> store\n```\n");
        let packages = vec![package("store", &[], &[]), package("ledger", &["store"], &[])];
        let found = check(&workspace(packages), &[document]);
        assert_eq!(found.len(), 1);
        assert!(found[0].advice.contains("ledger is pure and store is not"), "{found:?}");
    }

    #[test]
    fn a_crate_without_a_line_and_a_line_without_a_crate_are_caught() {
        let found = findings(package("reports", &[], &[]));
        assert_eq!(
            found,
            ["crates/reports/Cargo.toml:1: give reports a line in the arrows of docs/architecture.md"]
        );
        let found = check(
            &workspace(vec![package("model", &[], &[])]),
            &[file(DOCUMENT, "```arrows\nmodel\nstore\n```")],
        );
        assert_eq!(found, [Finding::new(DOCUMENT, 3, "there is no crate store; take it out")]);
    }

    #[test]
    fn a_block_that_cannot_be_right_is_caught() {
        assert!(reading("model -> store\nstore -> model").advice.contains("one way"));
        assert!(reading("model\n-> model").advice.starts_with("write `user -> used"));
        assert!(reading("model store").advice.starts_with("write `user -> used"));
        assert!(reading("model\nmodel").advice.contains("already"));
        assert_eq!(reading("model\nmodel").line, 4);
        assert!(Arrows::read("# Map\n").unwrap_err().advice.contains("```arrows"));
        assert_eq!(check(&workspace(vec![]), &[]).len(), 1);
    }
}
