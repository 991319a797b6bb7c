//! `yibao bench settle`: a load of whole outpatient visits over HTTP.
//!
//! Each client is a hospital's system that takes the next person, registers a visit, uploads five fee items, asks for a
//! preview and settles. The clients speak the national interface, signed; nothing is left out.

mod figures;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use figures::Figures;
use model::{CertificateType, Fen, MedicalType};
use sandbox::his::{HisClient, HisError, HisSettings, Item, Patient, forms};
use server::Clock;
use wire::signature::SecretKey;
use wire::{Personal, message};

use crate::demo::seed::{self, Cast};
use crate::failure::Failure;

/// What load to put on.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Address of the platform. It must run as `yibao demo --people N`.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// The file that the demonstration wrote.
    #[arg(long, value_name = "FILE", default_value = "data/demo/demo.json")]
    cast: PathBuf,
    /// Systems that call at once.
    #[arg(long, value_name = "N", default_value_t = 32)]
    clients: usize,
    /// How long, after a tenth of that to warm up.
    #[arg(long, value_name = "S", default_value_t = 20)]
    seconds: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Puts the load on and prints what came of it.
pub(crate) async fn run(options: Options) -> Result<ExitCode, Failure> {
    let text = std::fs::read_to_string(&options.cast)
        .map_err(|error| Failure::about(options.cast.display(), error))?;
    let cast: Cast =
        serde_json::from_str(&text).map_err(|error| Failure::about(options.cast.display(), error))?;
    if cast.crowd < options.clients {
        return Err(Failure::Other(format!(
            "{} people are too few for {} clients: start `yibao demo --people 20000`",
            cast.crowd, options.clients
        )));
    }
    let hospital = Arc::new(client(&cast, &options.url)?);
    hospital.sign_in().await.map_err(|error| Failure::about("sign-in", error))?;
    let next_person = Arc::new(AtomicUsize::new(0));
    let start = Stopwatch::now();
    let warm = Duration::from_secs(options.seconds) / 10;
    let end = warm.saturating_add(Duration::from_secs(options.seconds));
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..options.clients {
        let (hospital, next_person, crowd) = (Arc::clone(&hospital), Arc::clone(&next_person), cast.crowd);
        clients.spawn(async move {
            let mut figures = Figures::default();
            while start.elapsed() < end {
                let counts = start.elapsed() >= warm;
                let person = next_person.fetch_add(1, Ordering::Relaxed) % crowd;
                let visit = visit(&hospital, person).await;
                if counts {
                    figures.add(visit);
                }
            }
            figures
        });
    }
    let mut all = Figures::default();
    while let Some(figures) = clients.join_next().await {
        all.merge(figures.map_err(|error| Failure::about("a client", error))?);
    }
    let report = all.report(options.clients, options.seconds);
    if options.json {
        println!("{report:#}");
    } else {
        print!("{}", all.in_words(options.clients, options.seconds));
    }
    Ok(if all.has_errors() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn client(cast: &Cast, url: &str) -> Result<HisClient, Failure> {
    let hospital =
        cast.institutions.first().ok_or_else(|| Failure::Other("the cast has no institution".to_owned()))?;
    HisClient::new(HisSettings {
        base_url: url.to_owned(),
        institution: hospital.code.clone(),
        institution_name: hospital.name.clone(),
        region: crate::demo::data::region()?,
        access_key: hospital.access_key.clone(),
        secret_key: SecretKey::new(hospital.secret_key.as_str()),
        operator: "001".to_owned(),
        operator_name: "001".to_owned(),
        clock: Arc::new(|| Clock::System.now()),
        patience: Duration::from_secs(30),
    })
    .map_err(|error| Failure::about("client", error))
}

/// How long one visit and its settlement took, or why it failed.
pub(crate) struct Visit {
    whole: Duration,
    settle: Duration,
}

/// A visit cannot go on for a reason of our own.
fn unusable(reason: impl std::fmt::Display) -> HisError {
    HisError::Client(reason.to_string())
}

/// Five lines, as in the yardstick of bare SQL.
fn items() -> Result<Vec<Item>, HisError> {
    const LINES: [(&str, &str); 5] = [
        ("XC08CAA146A001010199002", "31.20"),
        ("XM01AEB174A001010199006", "18.50"),
        ("002501010150000-990000009", "18.00"),
        ("001102000010000-990000002", "10.00"),
        ("XA11GAW049A001010199015", "12.80"),
    ];
    let quantity = "1".parse().map_err(unusable)?;
    LINES
        .into_iter()
        .enumerate()
        .map(|(n, (code, price))| {
            Ok(Item {
                serial: n.saturating_add(1).to_string(),
                code: code.to_owned(),
                price: price.parse().map_err(unusable)?,
                quantity,
                amount: Fen::from_yuan(price).map_err(unusable)?,
            })
        })
        .collect()
}

async fn visit(hospital: &HisClient, person: usize) -> Result<Visit, HisError> {
    let items = items()?;
    let total = forms::total(&items).map_err(unusable)?;
    let number = seed::crowd_id_number(person).map_err(unusable)?;
    let number = Personal::new(number.as_str());
    let begin = Stopwatch::now();
    let reply = hospital.read_person(CertificateType::IdCard, &number).await?;
    let patient =
        Patient::of(&reply, CertificateType::IdCard, number).ok_or_else(|| unusable("no insurance"))?;
    let visit = hospital.register(&patient, &hospital.message_id()).await?.visit;
    hospital.record_visit(&patient, visit, MedicalType::Outpatient).await?;
    hospital.upload_items(&patient, visit, "1", &items).await?;
    let trial = hospital.pre_settle(&patient, visit, "1", MedicalType::Outpatient, total).await?;
    let settling = Stopwatch::now();
    let settled: message::SettlementReply = hospital.settle(&patient, "1", &trial).await?;
    if settled.amounts != trial.amounts {
        return Err(unusable("the settlement differs from its preview"));
    }
    Ok(Visit { whole: begin.elapsed(), settle: settling.elapsed() })
}
