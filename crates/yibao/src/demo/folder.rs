//! The folder of a demonstration: its own, and of one demonstration at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// What scripts and people need to use the demonstration.
pub(crate) const CAST: &str = "demo.json";
/// The configuration that `serve`, `doctor` and `audit` understand too.
pub(crate) const CONFIGURATION: &str = "yibao.toml";
/// The SQLite database.
pub(crate) const DATABASE: &str = "yibao.db";

/// The mark of a folder that a demonstration made, locked while one runs there.
const MARK: &str = "demo.lock";
const MARK_TEXT: &str = "`yibao demo` made this folder, and empties it when it starts again.\n";

/// A folder that belongs to this demonstration until it is dropped.
pub(crate) struct Folder {
    path: PathBuf,
    /// Holds the lock.
    _mark: File,
}

impl Folder {
    /// Takes a folder and empties it: a new one, an empty one, or one that an earlier demonstration made.
    ///
    /// # Errors
    /// It holds something else, another demonstration runs there, or the file system refuses. Nothing was changed then.
    pub(crate) fn take(path: &Path) -> Result<Self, Failure> {
        let failed = |error| Failure::about(path.display(), error);
        let marked = path.join(MARK).exists();
        if !marked && path.exists() && std::fs::read_dir(path).map_err(failed)?.next().is_some() {
            return Err(Failure::Other(format!(
                "{} holds something that no demonstration made: give another folder with --data",
                path.display()
            )));
        }
        std::fs::create_dir_all(path).map_err(failed)?;
        let mut mark = OpenOptions::new().append(true).create(true).open(path.join(MARK)).map_err(failed)?;
        match mark.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::Other(format!(
                    "another demonstration runs in {}: end it, or give another folder with --data",
                    path.display()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        if !marked {
            mark.write_all(MARK_TEXT.as_bytes()).map_err(failed)?;
        }
        for name in [CAST, CONFIGURATION, DATABASE, "yibao.db-wal", "yibao.db-shm"] {
            match std::fs::remove_file(path.join(name)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(Self { path: path.to_owned(), _mark: mark })
    }

    /// A file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(path: &Path) -> String {
        Folder::take(path).err().map(|failure| failure.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_no_demonstration_made_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in [CONFIGURATION, DATABASE, CAST] {
            std::fs::write(folder.path().join(name), "someone's own").expect("written");
        }
        assert!(refusal(folder.path()).contains("no demonstration made"));
        for name in [CONFIGURATION, DATABASE, CAST] {
            let content = std::fs::read_to_string(folder.path().join(name)).expect("still there");
            assert_eq!(content, "someone's own");
        }
    }

    #[test]
    fn the_folder_of_a_running_demonstration_is_left_alone() {
        let parent = tempfile::tempdir().expect("a folder");
        let path = parent.path().join("demo");
        let running = Folder::take(&path).expect("a new folder");
        std::fs::write(running.file(DATABASE), "in use").expect("written");
        assert!(refusal(&path).contains("another demonstration runs"));
        assert!(running.file(DATABASE).exists());
        drop(running);
        let next = Folder::take(&path).expect("the folder of an earlier one");
        assert!(!next.file(DATABASE).exists());
    }
}
