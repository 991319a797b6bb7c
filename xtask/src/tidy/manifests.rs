//! Manifests: every outside crate has its reason, and every crate the same lints.

use super::{Finding, numbered};
use crate::workspace::{File, Workspace};

/// Checks the root manifest and that of every crate.
pub fn check(workspace: &Workspace, files: &[File]) -> Vec<Finding> {
    let root = files.iter().filter(|file| file.path == "Cargo.toml").flat_map(check_reasons);
    let manifests = workspace.packages.iter().flat_map(|package| {
        files.iter().filter(move |file| file.path == package.manifest()).flat_map(check_crate)
    });
    root.chain(manifests).collect()
}

/// Each line of `[workspace.dependencies]` that brings an outside crate ends in a comment, or follows one.
fn check_reasons(manifest: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut before = "";
    for (number, section, line) in with_sections(&manifest.text) {
        let declares =
            section == "workspace.dependencies" && line.contains('=') && !line.starts_with(['#', ' ', '\t']);
        let outside = declares && !line.contains("path =");
        let reasoned = line.split_once('#').is_some_and(|(_, reason)| !reason.trim().is_empty())
            || before.strip_prefix('#').is_some_and(|reason| !reason.trim().is_empty());
        if outside && !reasoned {
            findings.push(Finding::new(
                &manifest.path,
                number,
                "say in a comment on this line what it is for",
            ));
        }
        if let Some(name) = section.strip_prefix("workspace.dependencies.").filter(|_| line.starts_with('['))
        {
            let advice = format!(
                "write {name} as one line of [workspace.dependencies], with a comment on what it is for"
            );
            findings.push(Finding::new(&manifest.path, number, advice));
        }
        before = line;
    }
    findings
}

fn check_crate(manifest: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut shares_lints = false;
    for (number, section, line) in with_sections(&manifest.text) {
        let statement = line.split('#').next().unwrap_or_default().replace(' ', "");
        shares_lints |= section == "lints" && statement == "workspace=true";
        let declares =
            section.ends_with("dependencies") && statement.contains('=') && !line.starts_with([' ', '\t']);
        if declares && !statement.contains("workspace=true") {
            let advice = "declare it in the root manifest with its reason, and here with `workspace = true`";
            findings.push(Finding::new(&manifest.path, number, advice));
        }
    }
    if !shares_lints {
        findings.push(Finding::new(&manifest.path, 1, "add `[lints]` with `workspace = true`"));
    }
    findings
}

/// Each line with its number and the section in which it stands.
fn with_sections(text: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    numbered(text).scan("", |section, (number, line)| {
        if let Some(name) = line.trim().strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            *section = name;
        }
        Some((number, *section, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::sample::{file, package, workspace};

    fn root(text: &str) -> Vec<usize> {
        check(&workspace(vec![]), &[file("Cargo.toml", text)]).iter().map(|finding| finding.line).collect()
    }

    fn of_crate(text: &str) -> Vec<usize> {
        let workspace = workspace(vec![package("ledger", &[], &[])]);
        check(&workspace, &[file("crates/ledger/Cargo.toml", text)])
            .iter()
            .map(|finding| finding.line)
            .collect()
    }

    #[test]
    fn an_outside_crate_without_a_reason_is_caught() {
        assert_eq!(root("[workspace.dependencies]\nserde = \"1\"\nhex = \"0.4\" #\n"), [2, 3]);
        assert_eq!(root("[workspace.dependencies.serde]\nversion = \"1\"\n"), [1]);
    }

    #[test]
    fn a_reason_stands_on_the_line_or_above_it() {
        let text = "[workspace.dependencies]\nmodel = { path = \"crates/model\" }\nserde = \"1\" # shapes\n# digests as text\nhex = \"0.4\"\n[profile.dev]\ndebug = 1\n";
        assert_eq!(root(text), [0; 0]);
    }

    #[test]
    fn missing_lints_are_caught() {
        assert_eq!(of_crate("[package]\nname = \"ledger\"\n"), [1]);
        assert_eq!(of_crate("[package]\n[lints]\nworkspace = false\n"), [1]);
        assert_eq!(of_crate("[package]\n[lints]\nworkspace = true\n"), [0; 0]);
    }

    #[test]
    fn a_version_of_its_own_is_caught() {
        let text = "[dependencies]\nserde = \"1\"\nhex.workspace = true\ntoml = { workspace = true }\n[dev-dependencies]\nrand = \"0.9\"\n[lints]\nworkspace = true\n";
        assert_eq!(of_crate(text), [2, 6]);
    }
}
