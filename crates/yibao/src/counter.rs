//! `yibao counter`: what people come to the bureau's counter for. Who stands there was checked by the clerk.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use credential::{Credential, CredentialState, PersonalNumbers, Pin};
use model::{IdNumber, InstitutionCode, PersonId};
use server::{passwords, random};
use store::{Database, Personal, credentials, people, staff};

use crate::ConfigurationFile;
use crate::failure::Failure;
use crate::platform;

/// What is to be done. Identity numbers are read from standard input, so that no list of commands keeps them.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Give a member of an institution's staff a new password.
    StaffPassword {
        #[command(flatten)]
        configuration: ConfigurationFile,
        /// The institution (`fixmedins_code`).
        #[arg(long, value_name = "CODE")]
        institution: InstitutionCode,
        /// The member's number.
        #[arg(long, value_name = "NO")]
        staff: String,
        /// A new file for the password.
        #[arg(long, value_name = "FILE")]
        secrets: PathBuf,
    },
    /// Give a person a new PIN, which is used at once instead of the old one; the identity number comes from standard input.
    Pin {
        #[command(flatten)]
        configuration: ConfigurationFile,
        /// A new file for the PIN.
        #[arg(long, value_name = "FILE")]
        secrets: PathBuf,
    },
    /// Stop a person's credential in every channel, as when the phone is lost; the identity number comes from standard input.
    Suspend(ConfigurationFile),
    /// Let a stopped credential serve again; the identity number comes from standard input.
    Resume(ConfigurationFile),
}

/// Does it, and says what was done.
pub(crate) async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::StaffPassword { configuration, institution, staff, secrets } => {
            let database = open(&configuration).await?;
            new_password(&database, (institution, staff), &secrets).await?;
            println!("The new password is in {}: hand it over, then delete it.", secrets.display());
        }
        Command::Pin { configuration, secrets } => {
            let database = open(&configuration).await?;
            new_pin(&database, &id_number()?, &secrets).await?;
            println!("The new PIN is in {}: hand it over, then delete it.", secrets.display());
        }
        Command::Suspend(configuration) => {
            move_to(&*open(&configuration).await?, &id_number()?, CredentialState::Suspended).await?;
            println!("The credential is stopped in every channel.");
        }
        Command::Resume(configuration) => {
            move_to(&*open(&configuration).await?, &id_number()?, CredentialState::Active).await?;
            println!("The credential serves again.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(configuration: &ConfigurationFile) -> Result<Arc<Database>, Failure> {
    Ok(platform::open(&configuration.read()?).await?.0)
}

/// The first line of standard input.
fn id_number() -> Result<IdNumber, Failure> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    line.trim().parse().map_err(|error| Failure::about("identity number on standard input", error))
}

async fn new_password(
    database: &Database,
    (institution, staff_no): (InstitutionCode, String),
    secrets: &Path,
) -> Result<(), Failure> {
    let (code, number) = (institution.clone(), staff_no.clone());
    let known = database.read(move |connection| staff::find(connection, &code, &number)).await?;
    if known.is_none() {
        return Err(Failure::Other(format!(
            "{institution} has no member of staff with the number {staff_no}"
        )));
    }
    let password = hex::encode(random::bytes::<8>().map_err(|error| Failure::Other(error.to_string()))?);
    let hash = hashed(password.clone()).await?;
    platform::write_private_new(secrets, &format!("{password}\n"))?;
    let write = move |transaction: &mut store::Transaction<'_>| {
        staff::set_password(transaction, &institution, &staff_no, &hash)
    };
    Ok(database.write(write).await?)
}

async fn hashed(secret: String) -> Result<Personal, Failure> {
    passwords::hash(secret).await.map(Personal::new).map_err(|error| Failure::Other(error.to_string()))
}

/// The person with an identity number, and their credential.
async fn holder(database: &Database, number: &IdNumber) -> Result<(PersonId, Credential), Failure> {
    let number = number.clone();
    let found = database
        .read(move |connection| {
            let Some(id) = people::find_by_id_number(connection, &number)? else { return Ok(None) };
            Ok::<_, store::StoreError>(
                credentials::find(connection, id)?.map(|stored| (id, stored.credential)),
            )
        })
        .await?;
    found.ok_or_else(|| Failure::Other("nobody with this identity number has a credential".to_owned()))
}

async fn new_pin(database: &Database, number: &IdNumber, secrets: &Path) -> Result<(), Failure> {
    let (person_id, _) = holder(database, number).await?;
    let person = database.read(move |connection| people::find(connection, person_id)).await?;
    let person = person.ok_or_else(|| Failure::Other("the person is not registered".to_owned()))?;
    let phone = person.phone.as_ref().map(Personal::expose).unwrap_or_default();
    let numbers = PersonalNumbers { document: person.id_number.as_str(), birth: person.insured.birth, phone };
    let pin = loop {
        let drawn = random::bytes::<4>().map_err(|error| Failure::Other(error.to_string()))?;
        let digits = format!("{:06}", u32::from_be_bytes(drawn) % 1_000_000);
        // One that is easy to guess is drawn again.
        if Pin::choose(&digits, &numbers).is_ok() {
            break digits;
        }
    };
    let hash = hashed(pin.clone()).await?;
    platform::write_private_new(secrets, &format!("{pin}\n"))?;
    Ok(database.write(move |transaction| credentials::set_pin(transaction, person_id, &hash)).await?)
}

async fn move_to(database: &Database, number: &IdNumber, state: CredentialState) -> Result<(), Failure> {
    let (person_id, from) = holder(database, number).await?;
    let to = Credential { state, ..from };
    let changed =
        database.write(move |transaction| credentials::change(transaction, person_id, from, to)).await?;
    if changed {
        Ok(())
    } else {
        Err(Failure::Other("the credential has just changed: try again".to_owned()))
    }
}
