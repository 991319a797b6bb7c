//! The platform as `serve` runs it.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use server::rules::{self, LoadedRules};
use server::{App, Clock, Settings};
use store::{Database, DatabaseUrl, Keys, StoreSettings};

use crate::failure::Failure;

/// The keys of the database, from the settings.
pub(crate) fn keys(settings: &Settings) -> Result<Arc<Keys>, Failure> {
    Ok(Keys::parse(settings.keys.fields.expose(), settings.keys.index.expose())?)
}

/// Writes a new file that only its owner can read.
pub(crate) fn write_private_new(path: &Path, content: &str) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let failed = |error| Failure::about(path.display(), error);
    file.map_err(failed)?.write_all(content.as_bytes()).map_err(failed)
}

/// Brings the database to the form that this version needs.
pub(crate) async fn migrate(settings: &Settings) -> Result<(), Failure> {
    let url: DatabaseUrl = settings.database.parse()?;
    let applied = tokio::task::spawn_blocking(move || store::migrate(&url))
        .await
        .map_err(|error| Failure::about("migration", error))??;
    if applied.is_empty() {
        println!("The database is up to date.");
    }
    for name in applied {
        println!("Applied {name}.");
    }
    Ok(())
}

/// Opens the database with the rules of the settings.
pub(crate) async fn open(settings: &Settings) -> Result<(Arc<Database>, Arc<settlement::Rules>), Failure> {
    let url: DatabaseUrl = settings.database.parse()?;
    let loaded: LoadedRules = rules::load(settings)?;
    let keys = keys(settings)?;
    let store_settings = StoreSettings::default();
    let (database, loaded) = tokio::task::spawn_blocking(move || {
        Database::open(&url, &keys, store_settings).map(|database| (database, loaded))
    })
    .await
    .map_err(|error| Failure::about("database", error))??;
    database.read(store::people::check_keys).await?;
    rules::keep(&database, &loaded, &Clock::System).await?;
    Ok((database, Arc::new(loaded.rules)))
}

/// Runs the platform until it is told to stop.
pub(crate) async fn serve(settings: Settings) -> Result<(), Failure> {
    let (database, rules) = open(&settings).await?;
    let listener = server::listen(settings.listen).await?;
    let address = listener.local_addr()?;
    let app = App::start(settings, database, rules, Clock::System, false)?;
    println!("yibao listens on http://{address}");
    let reload = tokio::spawn(reload_on_hangup(Arc::clone(&app)));
    let jobs = server::jobs::start(Arc::clone(&app), stop_signal());
    server::serve(app, listener, stop_signal()).await?;
    reload.abort();
    jobs.await.map_err(|error| Failure::about("jobs", error))
}

/// Reads policies and catalogues again whenever the process gets SIGHUP. Where a file is wrong, the rules stay what they
/// were, and every mistake is logged with file and line.
pub(crate) async fn reload_on_hangup(app: Arc<App>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    while hangup.recv().await.is_some() {
        match app.reload_rules().await {
            Ok(changed) => {
                let version = app.rules().policies.version().to_owned();
                tracing::warn!(version, changed, "policies and catalogues were read again");
            }
            Err(error) => {
                tracing::error!(%error, "policies and catalogues were not taken over: the ones in force stay");
            }
        }
    }
}

/// Resolves when the process is asked to stop: Ctrl-C, or SIGTERM from a service manager.
pub(crate) async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
