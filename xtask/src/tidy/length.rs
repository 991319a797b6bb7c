//! A file holds one idea; one that has grown beyond a few screens holds more.

use super::Finding;
use crate::workspace::File;

/// The most lines that a source file may have.
const MOST_LINES: usize = 600;

/// Checks code, scripts, styles and pages.
pub fn check(files: &[File]) -> Vec<Finding> {
    let sources = files.iter().filter(|file| file.is(&["rs", "js", "css", "html"]));
    sources
        .filter_map(|file| {
            let lines = file.text.lines().count();
            let advice = format!("has {lines} lines, {MOST_LINES} is the most; divide it by idea");
            (lines > MOST_LINES).then(|| Finding::new(&file.path, lines, advice))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::sample::file;

    #[test]
    fn a_long_file_is_caught() {
        for extension in ["rs", "js", "css", "html"] {
            let path = format!("crates/server/assets/app.{extension}");
            assert_eq!(check(&[file(&path, &"\n".repeat(600))]), []);
            assert_eq!(check(&[file(&path, &"\n".repeat(601))]).len(), 1);
        }
    }

    #[test]
    fn data_may_be_long() {
        assert_eq!(check(&[file("catalogues/services.csv", &"\n".repeat(9000))]), []);
    }
}
