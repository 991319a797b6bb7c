//! `yibao register`: takes institutions and insured persons from a file into the register.

mod file;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use model::{EventId, Instant, Institution, InsuredPerson, PersonId, Region};
use serde::Serialize;
use server::{Clock, Settings, passwords, random};
use settlement::{Action, Actor, Command, Refusal, Rules};
use store::institutions::{self, SigningKeys};
use store::people::{self, Person};
use store::staff::{self, StaffMember};
use store::{Database, Personal, StoreError, SubmitError};

use self::file::{InstitutionEntry, PersonEntry, RegisterFile};
use crate::failure::Failure;
use crate::platform;

/// What is to be registered, and where new keys go.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) configuration: crate::ConfigurationFile,
    /// Institutions, staff and insured persons (TOML): see docs/operations.md.
    #[arg(value_name = "FILE")]
    register: PathBuf,
    /// A new file for the signing keys and passwords that institutions get; only its owner can read it.
    #[arg(long, value_name = "FILE")]
    secrets: PathBuf,
}

/// What was done.
#[derive(Debug, Default, PartialEq, Eq)]
struct Done {
    institutions: usize,
    persons: usize,
    /// Persons who were registered before, and stayed as they were.
    known: usize,
    /// Lines of persons whom the register has otherwise.
    otherwise: Vec<usize>,
    /// Members of staff of institutions that were registered before.
    staff: usize,
    /// Accounts opened, those of persons registered before included.
    accounts: usize,
}

/// What institutions are told once.
#[derive(Debug, Default, Serialize)]
struct Secrets {
    institution: Vec<InstitutionSecrets>,
}

#[derive(Debug, Serialize)]
struct InstitutionSecrets {
    code: String,
    /// None where the institution has its keys already.
    #[serde(flatten)]
    keys: Option<KeyPair>,
    staff: Vec<StaffSecret>,
}

/// What an institution's system signs with.
#[derive(Debug, Serialize)]
struct KeyPair {
    access_key: String,
    secret_key: String,
}

#[derive(Debug, Serialize)]
struct StaffSecret {
    staff_no: String,
    password: String,
}

/// Registers what the file says: all institutions or none, then the persons. It can be repeated after an interruption.
pub(crate) async fn run(options: Options) -> Result<ExitCode, Failure> {
    let shown = options.register.display();
    let text = std::fs::read_to_string(&options.register).map_err(|error| Failure::about(&shown, error))?;
    let register = match RegisterFile::parse(&text) {
        Ok(register) => register,
        Err(mistakes) => {
            for mistake in &mistakes {
                eprintln!("{shown}:{}: {}", mistake.line, mistake.what);
            }
            eprintln!("Nothing was registered.");
            return Ok(ExitCode::FAILURE);
        }
    };
    let settings: Settings = options.configuration.read()?;
    let (database, rules) = platform::open(&settings).await?;
    let mut done = Done::default();
    let (new, mut told) = unknown(&database, register.institutions).await?;
    if !new.is_empty() {
        let (secrets, members) = secrets_for(&new).await?;
        let content = toml::to_string(&secrets).map_err(|error| Failure::about("secrets", error))?;
        // Before the institutions: keys that nobody has are worth nothing, and institutions without keys neither.
        platform::write_private_new(&options.secrets, &content)?;
        done.institutions = new.iter().filter(|entry| !entry.known).count();
        done.staff = new.iter().filter(|entry| entry.known).map(|entry| entry.entry.staff.len()).sum();
        insert(&database, settings.region, new, &secrets, members).await?;
        println!(
            "The keys and passwords are in {}: hand them over, then delete it.",
            options.secrets.display()
        );
    }
    let platform = Platform { database, rules, region: settings.region, clock: Clock::System };
    platform.add_persons(&register.persons, &mut done).await?;
    println!(
        "{} institutions and {} persons were registered, {} accounts opened; {} persons were registered before.",
        done.institutions, done.persons, done.accounts, done.known
    );
    if done.staff > 0 {
        println!("{} members of staff were added to institutions registered before.", done.staff);
    }
    told.extend(
        done.otherwise
            .iter()
            .map(|line| format!("{shown}:{line}: the person is registered otherwise, and stays as they are")),
    );
    for line in &told {
        eprintln!("{line}");
    }
    Ok(if told.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is to be added of an institution.
#[derive(Debug, Clone)]
struct New {
    entry: InstitutionEntry,
    /// Whether the institution is registered, so that its new staff alone is added.
    known: bool,
}

/// The institutions, and the staff of known ones, that are not registered yet; and what the register has otherwise.
async fn unknown(
    database: &Database,
    entries: Vec<InstitutionEntry>,
) -> Result<(Vec<New>, Vec<String>), Failure> {
    let registered = database.read(institutions::list).await?;
    let (mut new, mut told) = (Vec::new(), Vec::new());
    for mut entry in entries {
        let Some(known) = registered.iter().find(|institution| institution.code == entry.code) else {
            new.push(New { entry, known: false });
            continue;
        };
        if (&known.name, known.kind, known.level) != (&entry.name, entry.kind, entry.level) {
            told.push(format!("{}: the institution is registered otherwise, and stays as it is", entry.code));
        }
        let (code, staff) = (entry.code.clone(), std::mem::take(&mut entry.staff));
        entry.staff = database
            .read(move |connection| {
                let mut unknown = Vec::new();
                for member in &staff {
                    if staff::find(connection, &code, &member.staff_no)?.is_none() {
                        unknown.push(member.clone());
                    }
                }
                Ok::<_, StoreError>(unknown)
            })
            .await?;
        if !entry.staff.is_empty() {
            new.push(New { entry, known: true });
        }
    }
    Ok((new, told))
}

fn made_up<const N: usize>() -> Result<String, Failure> {
    random::bytes::<N>().map(hex::encode).map_err(|error| Failure::Other(error.to_string()))
}

fn new_keys() -> Result<KeyPair, Failure> {
    Ok(KeyPair { access_key: format!("ak-{}", made_up::<8>()?), secret_key: made_up::<24>()? })
}

/// New keys and passwords, and the staff with the passwords' digests.
async fn secrets_for(new: &[New]) -> Result<(Secrets, Vec<StaffMember>), Failure> {
    let (mut secrets, mut members) = (Secrets::default(), Vec::new());
    for New { entry, known } in new {
        let mut staff = Vec::new();
        for member in &entry.staff {
            let password = made_up::<8>()?;
            let hash = passwords::hash(password.clone()).await;
            members.push(StaffMember {
                institution: entry.code.clone(),
                staff_no: member.staff_no.clone(),
                name: Personal::new(member.name.clone()),
                password_hash: Personal::new(hash.map_err(|error| Failure::Other(error.to_string()))?),
                active: true,
            });
            staff.push(StaffSecret { staff_no: member.staff_no.clone(), password });
        }
        secrets.institution.push(InstitutionSecrets {
            code: entry.code.to_string(),
            keys: if *known { None } else { Some(new_keys()?) },
            staff,
        });
    }
    Ok((secrets, members))
}

async fn insert(
    database: &Database,
    region: Region,
    new: Vec<New>,
    secrets: &Secrets,
    members: Vec<StaffMember>,
) -> Result<(), Failure> {
    let keyed: Vec<(Institution, SigningKeys)> = new
        .into_iter()
        .zip(&secrets.institution)
        .filter_map(|(New { entry, .. }, secret)| {
            let KeyPair { access_key, secret_key } = secret.keys.as_ref()?;
            let InstitutionEntry { code, name, kind, level, .. } = entry;
            let secret_key = Personal::new(secret_key.clone());
            let keys = SigningKeys { access_key: access_key.clone(), secret_key };
            Some((Institution { code, name, kind, level, region, active: true }, keys))
        })
        .collect();
    let write = move |transaction: &mut store::Transaction<'_>| {
        for (institution, keys) in &keyed {
            institutions::insert(transaction, institution, Some(keys))?;
        }
        members.iter().try_for_each(|member| staff::insert(transaction, member))
    };
    Ok(database.write(write).await?)
}

/// Where persons are registered.
struct Platform {
    database: Arc<Database>,
    rules: Arc<Rules>,
    region: Region,
    clock: Clock,
}

impl Platform {
    async fn add_persons(&self, entries: &[PersonEntry], done: &mut Done) -> Result<(), Failure> {
        const AT_ONCE: usize = 500;
        for batch in entries.chunks(AT_ONCE) {
            let ids = self.insert_unknown(batch, done).await?;
            for (entry, id) in batch.iter().zip(ids) {
                if self.open_account(id, entry).await? {
                    done.accounts = done.accounts.saturating_add(1);
                }
            }
        }
        Ok(())
    }

    /// Registers those who are not registered yet, in one transaction; the identifiers of all.
    async fn insert_unknown(&self, batch: &[PersonEntry], done: &mut Done) -> Result<Vec<PersonId>, Failure> {
        let now = self.clock.now();
        let people = batch
            .iter()
            .map(|entry| Ok(person(entry, new_id(now, PersonId::new)?, self.region)))
            .collect::<Result<Vec<Person>, Failure>>()?;
        let lines: Vec<usize> = batch.iter().map(|entry| entry.line).collect();
        let total = people.len();
        let (ids, added, otherwise) = self
            .database
            .write(move |transaction| {
                let (mut ids, mut new, mut otherwise) = (Vec::new(), Vec::new(), Vec::new());
                for (person, line) in people.iter().zip(&lines) {
                    let known = people::find_by_id_number(transaction, &person.id_number)?;
                    ids.push(known.unwrap_or(person.insured.id));
                    match known {
                        None => new.push(person.clone()),
                        Some(id)
                            if people::find(transaction, id)?.is_none_or(|kept| differs(&kept, person)) =>
                        {
                            otherwise.push(*line);
                        }
                        Some(_) => {}
                    }
                }
                people::insert(transaction, &new)?;
                Ok::<_, StoreError>((ids, new.len(), otherwise))
            })
            .await?;
        done.persons = done.persons.saturating_add(added);
        done.known = done.known.saturating_add(total.saturating_sub(added));
        done.otherwise.extend(otherwise);
        Ok(ids)
    }

    /// Opens the account; `false` where the person has one.
    async fn open_account(&self, person_id: PersonId, entry: &PersonEntry) -> Result<bool, Failure> {
        let at = self.clock.now();
        let command = Command {
            person_id,
            event_id: new_id(at, EventId::new)?,
            at,
            actor: Actor::Platform,
            request: None,
            action: Action::OpenAccount {
                current_year: entry.current_year,
                previous_years: entry.previous_years,
            },
        };
        match self.database.submit(&self.rules, command).await {
            Ok(_) => Ok(true),
            Err(SubmitError::Refused(Refusal::AccountExists)) => Ok(false),
            Err(error) => Err(Failure::about("opening an account", error)),
        }
    }
}

fn new_id<T>(at: Instant, make: impl FnOnce(Instant, [u8; 10]) -> T) -> Result<T, Failure> {
    random::new_id(at, make).map_err(|error| Failure::Other(error.to_string()))
}

/// Whether the register has a person otherwise than the file, but for the identifier.
fn differs(kept: &Person, written: &Person) -> bool {
    let same_id = InsuredPerson { id: kept.insured.id, ..written.insured };
    *kept != Person { insured: same_id, ..written.clone() }
}

fn person(entry: &PersonEntry, id: PersonId, region: Region) -> Person {
    let entry = entry.clone();
    Person {
        insured: InsuredPerson {
            id,
            region,
            scheme: entry.scheme,
            person_type: entry.person_type,
            status: entry.status,
            birth: entry.birth,
            insured_from: entry.insured_from,
            civil_servant: entry.civil_servant,
        },
        gender: entry.gender,
        ethnicity: entry.ethnicity,
        employer: entry.employer,
        name: entry.name,
        id_number: entry.id_number,
        phone: entry.phone,
        card_number: entry.card_number,
    }
}
