//! `yibao demo`: the whole thing for real, with synthetic people, on this machine.
//!
//! Outside parties (bank card channel, SMS gateway, a hospital's system) are the stand-ins of the sandbox; everything else
//! is what `serve` runs, over HTTP.

mod configuration;
pub(crate) mod data;
mod folder;
mod phone;
pub(crate) mod seed;
mod story;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use sandbox::Sandbox;
use server::app::CodeSender;
use server::{App, Clock, Settings};

use self::folder::Folder;
use crate::failure::Failure;
use crate::platform;

/// What the demonstration is to do.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Folder for its database, configuration and `demo.json`. What an earlier demonstration left there is replaced.
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    data: PathBuf,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Database, if not a new SQLite file: `postgres://…`. The demonstration uses a schema of its own there.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Further insured persons with money in their accounts, to put load on.
    #[arg(long, value_name = "N", default_value_t = 0)]
    people: usize,
    /// Folder of the policies.
    #[arg(long, value_name = "DIR", default_value = "policies")]
    policies: PathBuf,
    /// Folder of the catalogues.
    #[arg(long, value_name = "DIR", default_value = "catalogues")]
    catalogues: PathBuf,
    /// Believe hospital systems that do not sign, for a first try with a system of your own (the plain profile).
    #[arg(long)]
    unsigned: bool,
    /// Play the story, check every amount, and end.
    #[arg(long)]
    once: bool,
}

/// The schema of the demonstration in a PostgreSQL database.
const SCHEMA: &str = "yibao_demo";

/// Sets the stage, plays the story, and keeps serving unless told to end.
pub(crate) async fn run(options: Options) -> Result<ExitCode, Failure> {
    if !options.listen.ip().is_loopback() {
        return Err(Failure::Other(
            "the demonstration listens on this machine alone: give a loopback address".to_owned(),
        ));
    }
    // Address and folder first: where another demonstration has either, nothing of it is touched.
    let listener = server::listen(options.listen).await?;
    let folder = Folder::take(&options.data)?;
    let listen = listener.local_addr()?;
    let clock: sandbox::Clock = Arc::new(|| Clock::System.now());
    let sandbox =
        Sandbox::start(SocketAddr::from(([127, 0, 0, 1], 0)), sandbox::Settings::new(clock)).await?;
    let _hold = hold(options.database.as_deref()).await?;
    let settings = prepare(&options, &folder, listen, &sandbox).await?;
    let (database, rules) = platform::open(&settings).await?;
    let app = App::start(settings, database, rules, Clock::System, true)?;
    app.show_demo_codes(inbox(&sandbox));
    let cast = seed::seed(&app, &sandbox, options.people).await?;
    let script = serde_json::to_string_pretty(&cast).map_err(|error| Failure::about(folder::CAST, error))?;
    platform::write_private_new(&folder.file(folder::CAST), &script)?;

    let (stop, stopped) = tokio::sync::watch::channel(false);
    let jobs = server::jobs::start(Arc::clone(&app), until(stopped.clone()));
    let serving = tokio::spawn(server::serve(Arc::clone(&app), listener, until(stopped)));
    let reload = tokio::spawn(platform::reload_on_hangup(Arc::clone(&app)));
    let told = story::tell(&cast, &sandbox).await;
    let code = match &told {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("\n  ✘ {failure}");
            ExitCode::FAILURE
        }
    };
    if !options.once {
        invite(&cast, &folder);
        platform::stop_signal().await;
    }
    reload.abort();
    stop.send_replace(true);
    jobs.await.map_err(|error| Failure::about("jobs", error))?;
    serving.await.map_err(|error| Failure::about("server", error))??;
    Ok(code)
}

/// Resolves when the signal to stop is given.
async fn until(mut stopped: tokio::sync::watch::Receiver<bool>) {
    // An error means that nobody can give the signal any more, which is one.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Holds the demonstration's schema in a PostgreSQL database, where it is in one.
async fn hold(database: Option<&str>) -> Result<Option<store::SchemaHold>, Failure> {
    let Some(url) = database else { return Ok(None) };
    let url: store::DatabaseUrl = url.parse()?;
    let held = tokio::task::spawn_blocking(move || store::hold_schema(&url, SCHEMA));
    match held.await.map_err(|error| Failure::about("database", error))? {
        Ok(Some(hold)) => Ok(Some(hold)),
        Ok(None) => Err(Failure::Other(
            "another demonstration runs in this database: end it, or give another database".to_owned(),
        )),
        Err(error) => Err(error.into()),
    }
}

/// Writes the configuration and makes an empty database of today's form.
async fn prepare(
    options: &Options,
    folder: &Folder,
    listen: SocketAddr,
    sandbox: &Sandbox,
) -> Result<Settings, Failure> {
    let database = match &options.database {
        Some(url) => {
            let (url, address) = (url.clone(), schema_address(url));
            tokio::task::spawn_blocking(move || store::replace_schema(&url.parse()?, SCHEMA))
                .await
                .map_err(|error| Failure::about("database", error))??;
            address
        }
        None => format!("sqlite:{}", folder.file(folder::DATABASE).display()),
    };
    let places = configuration::Places {
        listen,
        database,
        policies: options.policies.clone(),
        catalogues: options.catalogues.clone(),
        unsigned: options.unsigned,
    };
    let settings = configuration::write(&folder.file(folder::CONFIGURATION), &places, sandbox)?;
    let url = settings.database.parse()?;
    tokio::task::spawn_blocking(move || store::migrate(&url))
        .await
        .map_err(|error| Failure::about("migration", error))??;
    Ok(settings)
}

/// The address of the demonstration's schema in a PostgreSQL database.
fn schema_address(url: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}options=-c%20search_path%3D{SCHEMA}")
}

/// Shows visitors of the demonstration the SMS codes that they have no phone for.
fn inbox(sandbox: &Sandbox) -> server::app::DemoInbox {
    let (sms, unionpay) = (sandbox.sms.clone(), sandbox.unionpay.clone());
    Box::new(move |sender, phone| match sender {
        CodeSender::Platform => {
            sms.inbox(phone).last().and_then(|message| message.parameters.get("code").cloned())
        }
        CodeSender::Bank => unionpay.sent_codes(phone).last().map(|sent| sent.code.clone()),
    })
}

/// What to try next, in the browser.
fn invite(cast: &seed::Cast, folder: &Folder) {
    println!(
        "\nNow in the browser. All people are synthetic; the pages show the SMS codes that a phone would get."
    );
    println!("\n  As an insured person:  {}/login", cast.url);
    for person in &cast.people {
        println!(
            "    {}  ID {}  phone {}  card {}",
            person.name, person.id_number, person.phone, person.card_number
        );
    }
    if let Some(first) = cast.people.first() {
        println!(
            "    {}'s credential is active with the PIN {}; the others can be activated. (The story has just sent {} a code: \
             the next one can be asked for a minute later.)",
            first.name, first.pin, first.name
        );
    }
    println!("\n  As staff:              {}/t/login", cast.url);
    for institution in &cast.institutions {
        println!(
            "    {}  {}  staff {}  password {}",
            institution.code, institution.name, institution.staff_no, institution.password
        );
    }
    println!("\n  Hospital interface:    {}/fsi/api/rsfComIfsService/callService", cast.url);
    println!("  Everything for scripts: {}", folder.file(folder::CAST).display());
    println!("\nCtrl-C ends the demonstration.");
}
