//! Running other programs.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::failure::{Context, Failure, Result};

/// The cargo that started this task, so that both use the same toolchain.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// Runs `command` to its end without input and returns what it printed on standard output.
///
/// Fails with what it printed on standard error when it cannot be started or exits with another code than 0.
pub fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().context(format!("cannot run {name}"))?;
    if !output.status.success() {
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        return Err(Failure::new(format!("{name} failed ({}):\n{}", output.status, told.trim_end())));
    }
    String::from_utf8(output.stdout).context(format!("{name} printed something else than UTF-8"))
}

/// The folders in which the shell looks for programs.
pub fn search_path() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

/// The first program among `names` in `folders`; an earlier name wins over an earlier folder.
pub fn find_program(names: &[&str], folders: &[PathBuf]) -> Option<PathBuf> {
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| is_program(path)))
}

fn is_program(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Whether this process may do what only the superuser may.
pub fn is_root() -> Result<bool> {
    Ok(output(Command::new("id").arg("-u"))?.trim() == "0")
}

#[cfg(test)]
pub mod scratch {
    //! A folder of its own for one test, removed when the test ends.

    use std::path::{Path, PathBuf};
    use std::process::Command;

    use super::output;

    pub struct Scratch(PathBuf);

    impl Scratch {
        pub fn new(test: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("yibao-xtask-{test}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        pub fn path(&self) -> &Path {
            &self.0
        }

        /// Writes a shell script that can be run.
        ///
        /// Another process writes it. Were it open for writing in this one, a program that another test starts at that
        /// moment would inherit it, and until then the system would refuse to run it ("text file busy").
        pub fn program(&self, name: &str, body: &str) -> PathBuf {
            let path = self.0.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let write = r#"printf '#!/bin/sh\n%s\n' "$1" >"$0" && chmod 755 "$0""#;
            output(Command::new("sh").args(["-c", write]).arg(&path).arg(body)).unwrap();
            path
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            // A folder that stays behind in the temporary folder harms nobody.
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::scratch::Scratch;
    use super::*;

    #[test]
    fn only_an_executable_file_is_a_program() {
        let scratch = Scratch::new("program");
        std::fs::write(scratch.path().join("plain"), "").unwrap();
        std::fs::create_dir_all(scratch.path().join("folder")).unwrap();
        let runnable = scratch.program("runnable", "true");
        let folders = [scratch.path().to_path_buf()];
        assert_eq!(find_program(&["plain", "folder", "missing"], &folders), None);
        assert_eq!(find_program(&["plain", "runnable"], &folders), Some(runnable));
    }

    #[test]
    fn a_failing_program_is_told_with_its_words() {
        let failure = output(Command::new("sh").args(["-c", "echo out; echo why >&2; exit 3"])).unwrap_err();
        assert!(failure.to_string().contains("exit status: 3"), "{failure}");
        assert!(failure.to_string().ends_with("out\nwhy"), "{failure}");
    }
}
