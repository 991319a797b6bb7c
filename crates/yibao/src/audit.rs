//! `yibao audit verify`: re-checks every record from the data alone.

use std::process::ExitCode;

use server::Settings;
use store::{Database, DatabaseUrl, StoreSettings, audit};

use crate::failure::Failure;
use crate::platform;

/// Re-hashes every chain, replays every event, compares every table, and prints what does not follow.
pub(crate) async fn verify(settings: &Settings) -> Result<ExitCode, Failure> {
    let url: DatabaseUrl = settings.database.parse()?;
    let keys = platform::keys(settings)?;
    let one_of_each = StoreSettings { readers: 1, writers: 1, ..StoreSettings::default() };
    let database = tokio::task::spawn_blocking(move || Database::open(&url, &keys, one_of_each))
        .await
        .map_err(|error| Failure::about("database", error))??;
    let report = database.read(audit::verify).await?;
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
