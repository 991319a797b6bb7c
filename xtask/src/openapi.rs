//! `cargo xtask openapi`: the checked-in description of the JSON API, as the program itself prints it.

use std::path::Path;
use std::process::Command;

use crate::failure::{Context, Failure, Result};
use crate::run;
use crate::test::build_binary;
use crate::workspace::Workspace;

/// Where it is kept, relative to the root of the workspace.
const PATH: &str = "openapi/openapi.json";

/// Writes the description.
pub fn write() -> Result<()> {
    let path = Workspace::read()?.root.join(PATH);
    let description = described()?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).context(folder.display())?;
    }
    std::fs::write(&path, description).context(path.display())?;
    println!("{PATH} is written.");
    Ok(())
}

/// Fails when the description that is checked in is not the one that the program prints.
pub fn check() -> Result<()> {
    let kept = read(&Workspace::read()?.root.join(PATH))?;
    match first_difference(&kept, &described()?) {
        None => {
            println!("{PATH} is up to date.");
            Ok(())
        }
        Some(line) => Err(Failure::new(format!(
            "{PATH}:{line}: is not what `yibao openapi` prints; run `cargo xtask openapi`"
        ))),
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).context(format!("{PATH} cannot be read; run `cargo xtask openapi`"))
}

fn described() -> Result<String> {
    let described = run::output(Command::new(build_binary()?).arg("openapi"))?;
    serde_json::from_str::<serde_json::Value>(&described).context("`yibao openapi` does not print JSON")?;
    Ok(format!("{}\n", described.trim_end()))
}

/// The number of the first line in which the texts differ.
fn first_difference(kept: &str, described: &str) -> Option<usize> {
    if kept == described {
        return None;
    }
    let same = kept.lines().zip(described.lines()).take_while(|(kept, described)| kept == described).count();
    Some(same.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_different_line_is_told() {
        assert_eq!(first_difference("{\n}\n", "{\n}\n"), None);
        assert_eq!(first_difference("{\n\"a\": 1\n}\n", "{\n\"a\": 2\n}\n"), Some(2));
        assert_eq!(first_difference("{\n}", "{\n}\n"), Some(3));
        assert_eq!(first_difference("", "{\n}\n"), Some(1));
    }
}
