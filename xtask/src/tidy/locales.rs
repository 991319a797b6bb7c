//! The Chinese and the English texts: every key in both, once in each.

use std::collections::BTreeMap;

use super::{Finding, numbered};
use crate::workspace::File;

/// Where a language keeps its texts: this folder, then its name.
const FOLDER: &str = "crates/server/locales";

/// The languages of the product.
const LANGUAGES: [&str; 2] = ["zh", "en"];

/// A key of a text, or one of its attributes, and where it stands.
type Keys<'a> = BTreeMap<String, (&'a str, usize)>;

/// Checks the Fluent files of both languages against each other.
pub fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let [(zh, in_zh), (en, in_en)] =
        LANGUAGES.map(|language| (language, keys_of(language, files, &mut findings)));
    findings.extend(missing(&in_zh, &in_en, en));
    findings.extend(missing(&in_en, &in_zh, zh));
    findings
}

fn missing(keys: &Keys<'_>, others: &Keys<'_>, language: &str) -> Vec<Finding> {
    let absent = keys.iter().filter(|(key, _)| !others.contains_key(*key));
    absent
        .map(|(key, (path, line))| {
            Finding::new(
                path,
                *line,
                format!("`{key}` has no text in {FOLDER}/{language}; add one, or delete this one"),
            )
        })
        .collect()
}

fn keys_of<'a>(language: &str, files: &'a [File], findings: &mut Vec<Finding>) -> Keys<'a> {
    let folder = format!("{FOLDER}/{language}/");
    let mut keys = Keys::new();
    for file in files.iter().filter(|file| file.path.starts_with(&folder) && file.is(&["ftl"])) {
        let mut message = "";
        for (number, line) in numbered(&file.text) {
            let Some(name) = name_on(line) else { continue };
            let key = if name.starts_with('.') { format!("{message}{name}") } else { name.to_owned() };
            if !name.starts_with('.') {
                message = name;
            }
            if let Some((path, first)) = keys.get(&key) {
                let advice = format!("`{key}` stands at {path}:{first} already; delete one");
                findings.push(Finding::new(&file.path, number, advice));
            }
            keys.insert(key, (&file.path, number));
        }
    }
    keys
}

/// The name that a line of Fluent gives a text: `name =`, `-term =`, or the attribute `    .name =`.
fn name_on(line: &str) -> Option<&str> {
    let (name, _) = line.split_once('=')?;
    let name = name.trim_end();
    let trimmed = name.trim_start();
    let attribute = trimmed.starts_with('.') && trimmed.len() < name.len();
    let identifier = trimmed.trim_start_matches(['.', '-']);
    let well_formed = identifier.starts_with(|c: char| c.is_ascii_alphabetic())
        && identifier.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    (well_formed && (attribute || trimmed.len() == name.len())).then_some(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::sample::file;

    fn found(zh: &str, en: &str) -> Vec<String> {
        let files =
            [file("crates/server/locales/zh/app.ftl", zh), file("crates/server/locales/en/app.ftl", en)];
        check(&files).iter().map(Finding::to_string).collect()
    }

    const ZH: &str = "# 付款\npay = 付款\n    .title = 支付 { $amount } 元\n-brand = 医保\nmany =\n    { $count ->\n       *[other] a = b\n    }\n";
    const EN: &str = "pay = Pay\n    .title = Pay { $amount } yuan\n-brand = yibao\nmany = { $count }\n";

    #[test]
    fn the_same_keys_pass() {
        assert_eq!(found(ZH, EN), [""; 0]);
    }

    #[test]
    fn a_text_in_one_language_only_is_caught() {
        let found = found(&format!("{ZH}late = 迟\n"), &format!("{EN}early = Early\n"));
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with(
            "crates/server/locales/zh/app.ftl:9: `late` has no text in crates/server/locales/en"
        ));
        assert!(found[1].starts_with("crates/server/locales/en/app.ftl:5: `early` has no text"));
    }

    #[test]
    fn a_missing_attribute_is_caught() {
        assert_eq!(found(ZH, "pay = Pay\n-brand = yibao\nmany = x\n").len(), 1);
    }

    #[test]
    fn a_missing_language_is_caught() {
        assert_eq!(found("pay = 付款\n", "").len(), 1);
    }

    #[test]
    fn a_key_twice_is_caught() {
        let found = found("pay = 付款\npay = 支付\n", "pay = Pay\n");
        assert_eq!(
            found,
            [
                "crates/server/locales/zh/app.ftl:2: `pay` stands at crates/server/locales/zh/app.ftl:1 already; delete one"
            ]
        );
    }
}
