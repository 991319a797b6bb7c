//! `yibao audit verify`: re-checks every record from the data alone.

use std::process::ExitCode;

use server::{Settings, rules};
use store::audit::{self, Finding};
use store::{Connection, Database, DatabaseUrl, StoreError, StoreSettings, policies};

use crate::failure::Failure;
use crate::platform;

/// Re-hashes every chain, replays every event, compares every table that settlements fill, re-hashes the texts of the
/// policies that they rest on, and prints what does not follow.
pub(crate) async fn verify(settings: &Settings) -> Result<ExitCode, Failure> {
    let url: DatabaseUrl = settings.database.parse()?;
    let keys = platform::keys(settings)?;
    let one_of_each = StoreSettings { readers: 1, writers: 1, ..StoreSettings::default() };
    let database = tokio::task::spawn_blocking(move || Database::open(&url, &keys, one_of_each))
        .await
        .map_err(|error| Failure::about("database", error))??;
    let mut report = database.read(audit::verify).await?;
    let texts = database.read(policy_texts).await?;
    report.rows = report.rows.saturating_add(u64::try_from(texts.len()).unwrap_or(u64::MAX));
    report.findings.extend(texts.iter().filter_map(|(version, text)| changed(version, text)));
    println!("{} persons, {} events, {} rows checked.", report.people, report.events, report.rows);
    for finding in &report.findings {
        let whose = finding.person_id.map(|id| format!(" of {id}")).unwrap_or_default();
        println!("  WRONG  {}{whose}: {}", finding.table, finding.what);
    }
    if report.findings.is_empty() {
        println!("Everything follows from the events, and every chain holds.");
        Ok(ExitCode::SUCCESS)
    } else {
        println!("{} findings.", report.findings.len());
        Ok(ExitCode::FAILURE)
    }
}

/// Every kept text of policies with its version.
fn policy_texts(connection: &mut Connection) -> Result<Vec<(String, String)>, StoreError> {
    let mut texts = Vec::new();
    for version in policies::versions(connection)? {
        let text = policies::find(connection, &version)?.unwrap_or_default();
        texts.push((version, text));
    }
    Ok(texts)
}

/// A text that is not the one that its version was named after.
fn changed(version: &str, text: &str) -> Option<Finding> {
    (rules::version_of(text).as_deref() != Some(version)).then(|| Finding {
        table: "policy_version",
        person_id: None,
        what: format!("the text of version {version} is not the one that was kept"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_was_changed_is_found() {
        let text = |rate: &str| {
            serde_json::json!([["ningbo/share.toml", format!("fund_pays = \"{rate}\"")]]).to_string()
        };
        let version = rules::version_of(&text("85 %")).expect("a text of policies");
        assert_eq!(changed(&version, &text("85 %")), None);
        for other in [text("95 %"), String::new(), "[]".to_owned()] {
            assert!(changed(&version, &other).is_some_and(|finding| finding.what.contains(&version)));
        }
    }
}
