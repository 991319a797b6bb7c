//! Work that was left for later, and tests that do not run.

use super::rust_source::RustSource;
use super::{Finding, has_word, numbered};
use crate::workspace::File;

/// The marks of unfinished work, put together so that this file does not carry them itself.
const MARKS: [&str; 4] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX"), concat!("HA", "CK")];

/// Checks every file written by hand.
pub fn check(files: &[File]) -> Vec<Finding> {
    files.iter().flat_map(|file| [check_marks(file), check_rust(file)].concat()).collect()
}

fn check_marks(file: &File) -> Vec<Finding> {
    let by_hand = file.is(&["rs", "toml", "md", "js", "css", "html", "ftl", "sh", "csv"])
        || file.path.starts_with(".ci/");
    let marked = |line: &str| MARKS.iter().find(|mark| has_word(line, mark));
    let lines = numbered(&file.text).filter(|_| by_hand);
    lines
        .filter_map(|(number, line)| {
            let mark = marked(line)?;
            Some(Finding::new(&file.path, number, format!("do it now, or open an issue and take {mark} out")))
        })
        .collect()
}

fn check_rust(file: &File) -> Vec<Finding> {
    if !file.is(&["rs"]) {
        return Vec::new();
    }
    let in_code = (1..)
        .zip(RustSource::read(&file.text).lines)
        .filter_map(|(number, line)| Some(Finding::new(&file.path, number, advice_on_code(&line)?)));
    let in_documentation = numbered(&file.text)
        .filter_map(|(number, line)| Some(Finding::new(&file.path, number, advice_on_documentation(line)?)));
    in_code.chain(in_documentation).collect()
}

fn advice_on_code(line: &str) -> Option<&'static str> {
    let attribute = line.contains("#[ignore") || (line.contains("#[cfg_attr(") && has_word(line, "ignore"));
    if attribute {
        return Some("make this test run wherever the tests run, or delete it");
    }
    let unfinished = [concat!("to", "do!"), concat!("un", "implemented!")];
    unfinished.iter().any(|word| line.contains(word)).then_some("write what is missing here")
}

fn advice_on_documentation(line: &str) -> Option<&'static str> {
    let example =
        line.trim_start().strip_prefix("//")?.trim_start_matches(['/', '!', ' ']).strip_prefix("```")?;
    has_word(example, "ignore").then_some("make this example run, or mark it as `text`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::sample::file;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&[file(path, text)]).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn marks_are_caught_wherever_they_stand() {
        for mark in MARKS {
            assert_eq!(lines("crates/a/src/lib.rs", &format!("\n// {mark}: later\n")), [2]);
            assert_eq!(lines("docs/architecture.md", &format!("{mark}(me)")), [1]);
            assert_eq!(lines(".ci/run", &format!("# {mark}")), [1]);
        }
    }

    #[test]
    fn longer_words_are_no_marks() {
        assert_eq!(lines("a.rs", "const MASK: &str = \"XXXX\"; // HACKATHON"), [0; 0]);
    }

    #[test]
    fn unfinished_code_is_caught() {
        assert_eq!(lines("a.rs", concat!("fn a() {\n    to", "do!()\n}")), [2]);
        assert_eq!(lines("a.rs", concat!("un", "implemented!()")), [1]);
    }

    #[test]
    fn tests_that_do_not_run_are_caught() {
        assert_eq!(lines("a.rs", "#[test]\n#[ignore]\nfn a() {}"), [2]);
        assert_eq!(lines("a.rs", "#[ignore = \"slow\"]"), [1]);
        assert_eq!(lines("a.rs", "#[cfg_attr(not(unix), ignore)]"), [1]);
        assert_eq!(lines("a.rs", "/// ```rust,ignore\n/// ```"), [1]);
    }

    #[test]
    fn talking_about_it_is_allowed() {
        assert_eq!(lines("a.rs", "// #[ignore] is not for us\nlet a = \"#[ignore]\";\n/// ```text"), [0; 0]);
    }
}
