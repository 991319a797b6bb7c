//! The workspace as cargo and git see it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::failure::{Context, Failure, Result};
use crate::run;

/// What a dependency is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Linked into the crate, or needed to build it.
    Product,
    /// Needed by its tests alone.
    Tests,
}

/// One dependency that a crate declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The name of the crate depended on.
    pub name: String,
    /// What it is needed for.
    pub needed_for: Use,
}

/// One crate of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its folder, relative to the root of the workspace.
    pub folder: String,
    /// What it depends on directly.
    pub dependencies: Vec<Dependency>,
}

impl Package {
    /// The path of its manifest, relative to the root of the workspace.
    pub fn manifest(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }
}

/// The crates of the workspace.
#[derive(Debug)]
pub struct Workspace {
    /// The folder of the root manifest.
    pub root: PathBuf,
    /// Its crates, in cargo's order.
    pub packages: Vec<Package>,
}

impl Workspace {
    /// Asks `cargo metadata`.
    pub fn read() -> Result<Self> {
        let mut metadata = run::cargo();
        metadata.args(["metadata", "--format-version", "1", "--no-deps"]);
        // Set by `cargo run` to the folder of this crate; a program started by hand takes the current folder.
        if let Some(folder) = std::env::var_os("CARGO_MANIFEST_DIR") {
            metadata.current_dir(folder);
        }
        let metadata: Value =
            serde_json::from_str(&run::output(&mut metadata)?).context("cargo metadata is not JSON")?;
        Self::from_metadata(&metadata)
            .ok_or_else(|| Failure::new("cargo metadata has another form than version 1 describes"))
    }

    fn from_metadata(metadata: &Value) -> Option<Self> {
        let root = PathBuf::from(metadata.get("workspace_root")?.as_str()?);
        let packages = metadata.get("packages")?.as_array()?;
        let packages = packages.iter().map(|package| package_of(package, &root)).collect::<Option<_>>()?;
        Some(Self { root, packages })
    }

    /// The crate called `name`.
    pub fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }
}

fn package_of(package: &Value, root: &Path) -> Option<Package> {
    let manifest = Path::new(package.get("manifest_path")?.as_str()?);
    let folder = manifest.parent()?.strip_prefix(root).ok()?.to_str()?.to_owned();
    let dependencies = package.get("dependencies")?.as_array()?.iter().map(dependency_of);
    Some(Package {
        name: package.get("name")?.as_str()?.to_owned(),
        folder,
        dependencies: dependencies.collect::<Option<_>>()?,
    })
}

fn dependency_of(dependency: &Value) -> Option<Dependency> {
    let tests = dependency.get("kind")?.as_str() == Some("dev");
    Some(Dependency {
        name: dependency.get("name")?.as_str()?.to_owned(),
        needed_for: if tests { Use::Tests } else { Use::Product },
    })
}

/// One text file of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path, relative to the root of the workspace.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl File {
    /// Whether its name ends in one of `extensions`, given without the dot.
    pub fn is(&self, extensions: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
    }

    /// Whether it lies in the folder of the crate `name`.
    pub fn is_of_crate(&self, name: &str) -> bool {
        self.path
            .strip_prefix("crates/")
            .and_then(|path| path.strip_prefix(name))
            .is_some_and(|path| path.starts_with('/'))
    }
}

/// Reads the text files that git tracks or would track; what cannot be read as UTF-8 is not text.
pub fn read_files(root: &Path) -> Result<Vec<File>> {
    let mut list = Command::new("git");
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root);
    let listed = run::output(&mut list)?;
    let mut paths: Vec<&str> = listed.split_terminator('\0').collect();
    paths.sort_unstable();
    paths.dedup();
    // A path may be listed and gone (deleted and not yet committed): then there is nothing to check.
    let read =
        |path: &str| std::fs::read(root.join(path)).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(paths
        .into_iter()
        .filter_map(|path| read(path).map(|text| File { path: path.to_owned(), text }))
        .collect())
}

#[cfg(test)]
pub mod sample {
    //! Small workspaces for the tests of the checks.

    use super::{Dependency, File, Package, Use, Workspace};

    pub fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    pub fn package(name: &str, dependencies: &[&str], for_tests: &[&str]) -> Package {
        let all = |names: &[&str], needed_for| -> Vec<Dependency> {
            names.iter().map(|name| Dependency { name: (*name).to_owned(), needed_for }).collect()
        };
        Package {
            name: name.to_owned(),
            folder: format!("crates/{name}"),
            dependencies: [all(dependencies, Use::Product), all(for_tests, Use::Tests)].concat(),
        }
    }

    pub fn workspace(packages: Vec<Package>) -> Workspace {
        Workspace { root: "/".into(), packages }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_understood() {
        let metadata = serde_json::json!({
            "workspace_root": "/w",
            "packages": [{
                "name": "ledger",
                "manifest_path": "/w/crates/ledger/Cargo.toml",
                "dependencies": [
                    { "name": "model", "kind": null },
                    { "name": "cc", "kind": "build" },
                    { "name": "proptest", "kind": "dev" },
                ],
            }],
        });
        let workspace = Workspace::from_metadata(&metadata).unwrap();
        assert_eq!(workspace.packages, [sample::package("ledger", &["model", "cc"], &["proptest"])]);
        assert_eq!(workspace.packages[0].manifest(), "crates/ledger/Cargo.toml");
    }

    #[test]
    fn a_crate_is_not_taken_for_another_with_a_longer_name() {
        let file = sample::file("crates/modelling/src/lib.rs", "");
        assert!(!file.is_of_crate("model"));
        assert!(file.is_of_crate("modelling"));
    }
}
