//! What all test programs together have reported.

use std::fmt;

use crate::failure::{Failure, Result};

/// Sums over the lines that test programs print.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    passed: u64,
    ignored: u64,
    failed: Vec<String>,
}

impl Summary {
    /// Takes account of one printed line.
    pub fn read(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.passed += count(counts, "passed");
            self.ignored += count(counts, "ignored");
        } else if let Some(name) =
            line.strip_prefix("test ").and_then(|line| line.strip_suffix(" ... FAILED"))
        {
            self.failed.push(name.to_owned());
        }
    }

    /// Fails unless cargo `succeeded`, at least one test ran and none was left out.
    pub fn verdict(&self, succeeded: bool) -> Result<()> {
        if !succeeded {
            return Err(Failure::new("Tests failed."));
        }
        if self.ignored > 0 {
            return Err(Failure::new("Ignored tests prove nothing: make them run or delete them."));
        }
        if self.passed == 0 {
            return Err(Failure::new("No test ran."));
        }
        Ok(())
    }
}

/// The number in front of `word` in a text such as `ok. 12 passed; 0 failed`.
fn count(counts: &str, word: &str) -> u64 {
    let before = counts.split(word).next().filter(|before| before.len() < counts.len());
    before.and_then(|before| before.split_whitespace().last()?.parse().ok()).unwrap_or(0)
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed.len())?;
        if self.ignored > 0 {
            write!(f, ", {} ignored", self.ignored)?;
        }
        self.failed.iter().try_for_each(|name| write!(f, "\n  failed: {name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(lines: &str) -> Summary {
        let mut summary = Summary::default();
        lines.lines().for_each(|line| summary.read(line));
        summary
    }

    const FINE: &str =
        "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.01s";

    #[test]
    fn programs_are_summed_and_failures_named() {
        let summary = summary(&format!(
            "test money::rounds ... ok\ntest money::adds ... FAILED\n\
             test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n{FINE}"
        ));
        assert_eq!(summary.to_string(), "13 passed, 1 failed\n  failed: money::adds");
        assert!(summary.verdict(false).is_err());
    }

    #[test]
    fn a_run_that_proves_nothing_fails() {
        assert_eq!(summary(FINE).verdict(true), Ok(()));
        assert!(summary(FINE).verdict(false).is_err());
        assert!(summary("").verdict(true).is_err());
        let left_out = "test result: ok. 12 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out";
        assert!(summary(left_out).verdict(true).is_err());
    }
}
