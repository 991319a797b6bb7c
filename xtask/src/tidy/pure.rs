//! What a pure crate may rest on: a short list of outside crates, and nothing of the machine it runs on.

use super::rust_source::RustSource;
use super::{Finding, PURE, has_word, line_of_dependency};
use crate::workspace::{File, Use, Workspace};

/// The outside crates that compute and do nothing else.
const ALLOWED: [&str; 15] = [
    "base64",
    "fpe",
    "hex",
    "hmac",
    "jiff",
    "serde",
    "serde_json",
    "sha1",
    "sha2",
    "sm3",
    "sm4",
    "subtle",
    "thiserror",
    "toml",
    "zeroize",
];

/// The parts of the standard library that reach out of the program.
const REACHING_OUT: [&str; 11] = [
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "File::open",
    "SystemTime",
    "Instant::now",
    "RandomState",
    "println!",
    "eprintln!",
];

/// Checks the dependencies and the code of the pure crates; their tests may use what they like.
pub fn check(workspace: &Workspace, files: &[File]) -> Vec<Finding> {
    [check_dependencies(workspace, files), check_code(files)].concat()
}

fn check_dependencies(workspace: &Workspace, files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in PURE.iter().filter_map(|name| workspace.package(name)) {
        for dependency in
            package.dependencies.iter().filter(|dependency| dependency.needed_for == Use::Product)
        {
            let name = dependency.name.as_str();
            if workspace.package(name).is_none() && !ALLOWED.contains(&name) {
                let line = line_of_dependency(files, package, name);
                let advice = format!(
                    "{} is pure and may not use {name}; take its result as an argument, or, if it only computes, add it \
                     to xtask/src/tidy/pure.rs",
                    package.name
                );
                findings.push(Finding::new(&package.manifest(), line, advice));
            }
        }
    }
    findings
}

fn check_code(files: &[File]) -> Vec<Finding> {
    let of_pure_crates = files.iter().filter(|file| PURE.iter().any(|name| is_code_of(file, name)));
    of_pure_crates.flat_map(check_file).collect()
}

fn is_code_of(file: &File, name: &str) -> bool {
    file.is(&["rs"]) && file.path.starts_with(&format!("crates/{name}/src/"))
}

fn check_file(file: &File) -> Vec<Finding> {
    let source = RustSource::read(&file.text);
    let mut findings = Vec::new();
    for (number, line) in source.product_lines() {
        if let Some(word) = REACHING_OUT.iter().find(|word| reaches_out_by(line, word)) {
            let advice = format!("this crate is pure; take what {word} would give as an argument");
            findings.push(Finding::new(&file.path, number, advice));
        }
    }
    findings
}

/// Whether `line` has `word`, also as part of a list as in `use std::{fs, io}`.
fn reaches_out_by(line: &str, word: &str) -> bool {
    if word.ends_with('!') {
        return line.contains(word);
    }
    let in_list = word.strip_prefix("std::").filter(|_| line.contains("use std::{"));
    has_word(line, word) || in_list.is_some_and(|module| has_word(line, module))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::sample::{file, package, workspace};

    #[test]
    fn an_outside_crate_that_is_not_listed_is_caught() {
        let dependencies = ["model", "serde", "rand"];
        let packages = vec![package("model", &[], &[]), package("ledger", &dependencies, &["proptest"])];
        let manifest = file(
            "crates/ledger/Cargo.toml",
            "[dependencies]\nmodel.workspace = true\nrand.workspace = true\n",
        );
        let found = check(&workspace(packages), &[manifest]);
        assert_eq!(found.len(), 1);
        assert!(
            found[0]
                .to_string()
                .starts_with("crates/ledger/Cargo.toml:3: ledger is pure and may not use rand")
        );
    }

    #[test]
    fn crates_at_the_edge_are_free() {
        assert_eq!(check(&workspace(vec![package("server", &["tokio"], &[])]), &[]), []);
    }

    #[test]
    fn reaching_out_is_caught() {
        for line in [
            "use std::fs;",
            "use std::{fs, io::Read};",
            "let now = SystemTime::now();",
            "let t = std::time::Instant::now();",
            "println!(\"{total}\");",
            "std::env::var(\"HOME\")",
        ] {
            let found = check_code(&[file("crates/benefit/src/split.rs", &format!("//! Splits.\n{line}\n"))]);
            assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2], "{line}");
        }
    }

    #[test]
    fn words_comments_tests_and_other_crates_are_free() {
        let text = "// std::fs\nuse std::fmt;\nlet s = \"std::fs\";\nwriteln!(f)?;\n#[cfg(test)]\nmod tests {\nuse std::fs;\n}\n";
        assert_eq!(check_code(&[file("crates/benefit/src/split.rs", text)]), []);
        assert_eq!(check_code(&[file("crates/benefit/tests/cases.rs", "use std::fs;")]), []);
        assert_eq!(check_code(&[file("crates/server/src/lib.rs", "use std::fs;")]), []);
    }
}
