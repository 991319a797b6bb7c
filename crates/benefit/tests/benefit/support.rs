//! The shipped policies, catalogues and cases, as tests read them.

use std::fs;
use std::path::Path;

use benefit::{CaseFile, PolicyBook, PolicyError};

/// Every file under a folder of the repository, as (name, text), by name.
pub fn files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).expect("below the root").display().to_string();
                files.push((name, fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    files.sort();
    files
}

/// What is right, or else all errors in the output of the test.
pub fn right<T>(read: Result<T, Vec<PolicyError>>) -> T {
    read.unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

/// The shipped policies.
pub fn book() -> PolicyBook {
    right(PolicyBook::parse(&files("policies")))
}

/// The policy of Ningbo with some texts replaced, each of which must be there once.
pub fn ningbo_with(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut files = files("policies/ningbo-employees");
    files.retain(|(name, _)| !name.starts_with("cases"));
    for (from, to) in changes {
        let found: usize = files.iter().map(|(_, text)| text.matches(from).count()).sum();
        assert_eq!(found, 1, "'{from}' is there {found} times");
        for (_, text) in &mut files {
            *text = text.replace(from, to);
        }
    }
    files
}

/// Every worked case, by file name.
pub fn cases() -> Vec<(String, CaseFile)> {
    let files = files("policies").into_iter().filter(|(name, _)| name.contains("/cases/"));
    files
        .map(|(name, text)| {
            let case = right(CaseFile::parse(&name, &text));
            (name, case)
        })
        .collect()
}

/// The files of a folder with one text replaced where it is first.
pub(crate) fn changed(folder: &str, from: &str, to: &str) -> Vec<(String, String)> {
    let mut files = files(folder);
    let place = files.iter_mut().find(|(name, text)| !name.starts_with("cases/") && text.contains(from));
    let (_, text) = place.unwrap_or_else(|| panic!("'{from}' is not there"));
    *text = text.replacen(from, to, 1);
    files
}

/// A folder is right as it is, and every change to it is told. Of a change it says what is replaced, by what, and a part of
/// the message.
pub(crate) fn assert_told(folder: &str, changes: &[(&str, &str, &str)]) {
    right(PolicyBook::parse(&files(folder)));
    for (from, to, message) in changes {
        let errors = PolicyBook::parse(&changed(folder, from, to)).map(|_| ()).expect_err(to);
        assert!(errors.iter().any(|error| error.message.contains(message)), "{to}: {errors:#?}");
    }
}
