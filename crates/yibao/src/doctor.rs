//! `yibao doctor`: what is wrong with a set-up, before people notice.

use std::path::Path;
use std::process::ExitCode;

use server::{Clock, Settings, rules};
use store::{Database, DatabaseUrl, StoreSettings};

use crate::failure::Failure;
use crate::platform;

/// What was found, one line each.
#[derive(Default)]
struct Findings {
    wrong: usize,
}

impl Findings {
    fn good(&self, what: impl std::fmt::Display) {
        println!("  ok     {what}");
    }

    fn wrong(&mut self, what: impl std::fmt::Display) {
        self.wrong = self.wrong.saturating_add(1);
        println!("  WRONG  {what}");
    }

    fn note(&self, what: impl std::fmt::Display) {
        println!("  note   {what}");
    }
}

/// Checks configuration, keys, policies, catalogue, channels, address and database.
pub(crate) async fn run(config: Option<&Path>) -> Result<ExitCode, Failure> {
    let mut findings = Findings::default();
    if let Some(path) = config {
        check_file(path, &mut findings);
    }
    match Settings::read(config) {
        Ok(settings) => {
            match settings.check_for_service() {
                Ok(()) => findings.good("configuration"),
                Err(error) => findings.wrong(error),
            }
            check_settings(&settings, &mut findings).await;
        }
        Err(error) => findings.wrong(error),
    }
    if findings.wrong == 0 {
        println!("Nothing is wrong.");
        Ok(ExitCode::SUCCESS)
    } else {
        println!("{} to mend.", findings.wrong);
        Ok(ExitCode::FAILURE)
    }
}

/// The file holds keys: nobody but its owner may read it.
fn check_file(path: &Path, findings: &mut Findings) {
    use std::os::unix::fs::PermissionsExt;
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => findings.wrong(format!(
            "{} can be read by other users of this machine, and it holds keys: chmod 600",
            path.display()
        )),
        Ok(_) => findings.good(format!("{} is readable by its owner alone", path.display())),
        Err(error) => findings.wrong(format!("{}: {error}", path.display())),
    }
}

async fn check_settings(settings: &Settings, findings: &mut Findings) {
    match rules::load(settings) {
        Ok(loaded) => {
            let policies = loaded.rules.policies.policies().count();
            findings.good(format!("policies: {policies}, version {}", loaded.rules.policies.version()));
            let today = Clock::System.now().date_in_china();
            match loaded.rules.catalogue.in_force(settings.region, today).len() {
                0 => findings
                    .wrong(format!("the catalogue of region {} has no item in force today", settings.region)),
                items => findings
                    .good(format!("catalogue of region {}: {items} items in force today", settings.region)),
            }
        }
        Err(error) => findings.wrong(error),
    }
    match connectors::unionpay::UnionPay::new(&settings.unionpay) {
        Ok(_) => findings.good("UnionPay: keys and certificates can be read"),
        Err(error) => findings.wrong(error),
    }
    match connectors::sms::SmsGateway::new(&settings.sms) {
        Ok(_) => findings.good("SMS gateway: key can be read"),
        Err(error) => findings.wrong(error),
    }
    match server::listen(settings.listen).await {
        Ok(_) => findings.good(format!("{} is free to listen on", settings.listen)),
        Err(error) => findings.note(format!("cannot be listened on now, perhaps because it runs: {error}")),
    }
    if !settings.public_url.starts_with("https://") && settings.secure_cookies {
        findings.wrong(
            "public_url is not https, so browsers will not send the session cookie: put a TLS proxy in front",
        );
    }
    check_database(settings, findings).await;
}

async fn check_database(settings: &Settings, findings: &mut Findings) {
    let opened = async {
        let url: DatabaseUrl = settings.database.parse()?;
        let keys = platform::keys(settings)?;
        let one_of_each = StoreSettings { readers: 1, writers: 1, ..StoreSettings::default() };
        tokio::task::spawn_blocking(move || Database::open(&url, &keys, one_of_each))
            .await
            .map_err(|error| Failure::about("database", error))?
            .map_err(Failure::from)
    };
    let database = match opened.await {
        Ok(database) => database,
        Err(error) => return findings.wrong(error),
    };
    findings.good(format!("database: {:?}, schema up to date", database.kind()));
    match database.read(count_people).await {
        Ok(0) => findings.note("no person is registered yet"),
        Ok(count) => findings.good(format!("{count} persons; the keys open their fields and find them")),
        Err(error) => findings.wrong(format!("the keys do not fit the register: {error}")),
    }
}

fn count_people(connection: &mut store::Connection) -> Result<i64, store::StoreError> {
    store::people::check_keys(connection)?;
    store::people::count(connection)
}
