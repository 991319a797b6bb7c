//! No binary floating point where money passes.

use super::Finding;
use super::rust_source::RustSource;
use crate::workspace::File;

/// The crates through which money passes.
const CRATES: [&str; 5] = ["model", "benefit", "ledger", "settlement", "store"];

/// Checks the code of these crates, tests included.
pub fn check(files: &[File]) -> Vec<Finding> {
    let of_money = |file: &&File| file.is(&["rs"]) && CRATES.iter().any(|name| file.is_of_crate(name));
    files.iter().filter(of_money).flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let source = RustSource::read(&file.text);
    let has_float = |line: &str| ["f32", "f64"].iter().any(|float| has_type(line, float));
    (1..)
        .zip(&source.lines)
        .filter(|(_, line)| has_float(line))
        .map(|(number, _)| {
            Finding::new(
                &file.path,
                number,
                "use Fen, Rate, Price, Quantity or Exact of model; floats lose fen",
            )
        })
        .collect()
}

/// Whether `line` names the type `float`, as a word or as the ending of a number such as `1_f64`.
fn has_type(line: &str, float: &str) -> bool {
    line.match_indices(float).any(|(start, _)| {
        let (before, rest) = line.split_at_checked(start).unwrap_or((line, ""));
        let word: &str = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        let after = rest.chars().nth(float.len());
        word.chars().all(|c| c.is_ascii_digit() || c == '_')
            && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::sample::file;

    #[test]
    fn floats_near_money_are_caught() {
        for line in ["fn yuan(self) -> f64 {", "let x = 1f64;", "let x = 0_f32;", "x as f32", "Vec<f64>"] {
            let found = check(&[file("crates/ledger/src/posting.rs", &format!("\n{line}\n"))]);
            assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2], "{line}");
        }
    }

    #[test]
    fn words_and_other_crates_are_free() {
        for line in ["// f64", "let s = \"f64\";", "buf64", "f64x", "self.as_f64()"] {
            assert_eq!(check(&[file("crates/model/src/money.rs", line)]), [], "{line}");
        }
        assert_eq!(check(&[file("crates/server/src/metrics.rs", "x as f64")]), []);
    }
}
