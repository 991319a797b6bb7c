//! Policies and catalogues: from the folders of the settings, or from the text that the store keeps of a version.

use std::collections::BTreeMap;
use std::path::Path;

use benefit::{Catalogue, PolicyBook};
use settlement::Rules;
use store::{Database, StoreError, policies};

use crate::app::StartError;
use crate::clock::Clock;
use crate::settings::Settings;

/// Rules and the exact text of the policies, to be kept under their version.
#[derive(Debug)]
pub struct LoadedRules {
    /// What decisions rest on.
    pub rules: Rules,
    /// The policy files as JSON, by name.
    pub policy_text: String,
}

/// Reads policies and catalogues.
///
/// # Errors
/// A folder cannot be read, a file is wrong, or a worked case beside a policy comes out otherwise than it says: every
/// mistake is told with file and line.
pub fn load(settings: &Settings) -> Result<LoadedRules, StartError> {
    let mut policy_files = read_folder(&settings.policies)?;
    let policies = PolicyBook::parse(&policy_files).map_err(StartError::Policies)?;
    let cases = benefit::check_cases(&policies, &policy_files);
    if !cases.problems.is_empty() {
        return Err(StartError::Policies(cases.problems));
    }
    policy_files.retain(|(name, _)| benefit::is_policy_file(name));
    let catalogue = Catalogue::parse(&read_folder(&settings.catalogues)?).map_err(StartError::Policies)?;
    let policy_text = serde_json::json!(policy_files).to_string();
    Ok(LoadedRules {
        rules: Rules { policies, catalogue, back_date_days: settings.back_date_days },
        policy_text,
    })
}

/// Keeps the text of the policies under their version, so that old settlements can be explained for ever.
///
/// # Errors
/// The store fails.
pub async fn keep(database: &Database, loaded: &LoadedRules, clock: &Clock) -> Result<(), StoreError> {
    let (version, text, now) =
        (loaded.rules.policies.version().to_owned(), loaded.policy_text.clone(), clock.now());
    database.write(move |transaction| policies::keep(transaction, &version, &text, now)).await
}

/// The policy book of a kept text; `None` when the text is not one.
#[must_use]
pub fn book_of(policy_text: &str) -> Option<PolicyBook> {
    let files: Vec<(String, String)> = serde_json::from_str(policy_text).ok()?;
    PolicyBook::parse(&files).ok()
}

/// The version that a kept text has; `None` when it is not a text of policies.
#[must_use]
pub fn version_of(policy_text: &str) -> Option<String> {
    let files: Vec<(String, String)> = serde_json::from_str(policy_text).ok()?;
    Some(benefit::policy_version(&files))
}

/// Every TOML and CSV file below a folder: its path from there, and its text, sorted.
///
/// # Errors
/// [`StartError::Folder`].
pub fn read_folder(folder: &Path) -> Result<Vec<(String, String)>, StartError> {
    let mut files = BTreeMap::new();
    collect(folder, folder, 0, &mut files)?;
    Ok(files.into_iter().collect())
}

/// Deeper than any folder of policies: a link that leads back to where it lies.
const DEEPEST: usize = 8;

fn collect(
    root: &Path,
    folder: &Path,
    depth: usize,
    files: &mut BTreeMap<String, String>,
) -> Result<(), StartError> {
    let failed = |error| StartError::Folder { path: folder.display().to_string(), error };
    if depth > DEEPEST {
        return Err(failed(std::io::Error::other(
            "folders lie too deep in one another; is there a link in a circle?",
        )));
    }
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            collect(root, &path, depth.saturating_add(1), files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml" || extension == "csv") {
            let failed = |error| StartError::Folder { path: path.display().to_string(), error };
            let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            let text = String::from_utf8(std::fs::read(&path).map_err(failed)?);
            let not_text = |_| std::io::Error::other("the file is not text in UTF-8: save it as UTF-8");
            files.insert(name, text.map_err(not_text).map_err(failed)?);
        }
    }
    Ok(())
}
