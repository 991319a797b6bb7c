//! Activation, step by step: phone (a session), real-name check, agreement, PIN.
//!
//! What was done so far is kept with the session, so that coming back resumes; nothing about the person is written
//! before the last step, which writes everything in one transaction. A person whose credential exists already proves
//! the known PIN instead of choosing one, and the channel gets a new authorisation: within one channel a credential
//! is held by one login, so the login that held it before lets go.

use credential::{
    AttemptPolicy, Credential, CredentialState, Handle, IndexNo, PersonalNumbers, Pin, PinAttempts,
    PinRefusal,
};
use model::{IdNumber, Instant, PersonId};
use serde::{Deserialize, Serialize};
use store::accounts::{self, InsuredAccount};
use store::credentials::{self, Authorisation, StoredCredential};
use store::people::{self, Person};
use store::sessions::{self, Session, SessionKind};
use store::{Personal, StoreError, Transaction};

use super::{CHANNEL, pin, stands_here};
use crate::app::App;
use crate::failure::Failure;
use crate::http::session::subject_of;
use crate::passwords;
use crate::random;
use crate::web::Problem;

/// The version of the agreement that pages show and persons accept.
pub const AGREEMENT_VERSION: &str = "2026-1";
/// Most characters of a name.
const LONGEST_NAME: u32 = 50;
/// How often a handle or index number that is taken is drawn again. One draw in a million may need a second one.
const DRAWS: usize = 4;

/// The next step of an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Name and ID number.
    Identity,
    /// The agreement.
    Agreement,
    /// The PIN.
    Pin,
    /// None: the credential is active in this channel.
    Done,
}

impl Step {
    /// The page of this step.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Identity => "/activate/identity",
            Self::Agreement => "/activate/agreement",
            Self::Pin => "/activate/pin",
            Self::Done => "/",
        }
    }
}

/// What a session has done of the activation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    /// Who passed the real-name check.
    #[serde(skip_serializing_if = "Option::is_none")]
    identified: Option<PersonId>,
    /// The version of the agreement that was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement: Option<String>,
}

impl Progress {
    fn of(session: &Session) -> Self {
        serde_json::from_str(&session.data).unwrap_or_default()
    }

    fn to_data(&self) -> Result<String, Failure> {
        serde_json::to_string(self).map_err(|error| Failure::internal(&error))
    }

    const fn step(&self) -> Step {
        match (self.identified, &self.agreement) {
            (None, _) => Step::Identity,
            (Some(_), None) => Step::Agreement,
            (Some(_), Some(_)) => Step::Pin,
        }
    }
}

/// The step at which a login stands in this session.
///
/// # Errors
/// The store fails.
pub async fn step(app: &App, account: &InsuredAccount, session: &Session) -> Result<Step, Failure> {
    Ok(match first_step(app, account).await? {
        Step::Done => Step::Done,
        _ => Progress::of(session).step(),
    })
}

/// The step at which a login stands in a session that just began.
///
/// # Errors
/// The store fails.
pub async fn first_step(app: &App, account: &InsuredAccount) -> Result<Step, Failure> {
    let Some(person_id) = account.person_id else { return Ok(Step::Identity) };
    Ok(if has_credential(app, person_id).await? { Step::Done } else { Step::Identity })
}

/// Whether a person has a credential, in whatever channel.
///
/// # Errors
/// The store fails.
pub async fn has_credential(app: &App, person_id: PersonId) -> Result<bool, Failure> {
    Ok(app.database.read(move |connection| credentials::find(connection, person_id)).await?.is_some())
}

/// Who passed the real-name check in this session.
#[must_use]
pub fn identified_person(session: &Session) -> Option<PersonId> {
    Progress::of(session).identified
}

/// The real-name check: name, ID number and the phone number of the login must be those of one person in the register.
/// A person whose insurance is suspended or ended passes too: identity and queries need no insurance in force.
///
/// # Errors
/// [`Problem::IdNumberFormat`] and the like in their fields; [`Problem::RealNameMismatch`], the same whether there is
/// no such person or something does not match; after five of them [`Problem::IdentityLocked`] for a day.
pub async fn check_identity(
    app: &App,
    account: &InsuredAccount,
    session: &Session,
    name: &str,
    id_number: &str,
) -> Result<(), Failure> {
    refuse_active(app, account).await?;
    let name = read_name(name)?;
    let id_number = read_id_number(id_number)?;
    let (key, phone, token, now) =
        (account.key, account.phone.clone(), session.token_digest, app.clock.now());
    let policy = AttemptPolicy::default();
    let verdict = app
        .database
        .write(move |transaction| {
            let registered = people::find_by_id_number(transaction, &id_number)?;
            // Looked up also when there is none, so that the time does not tell.
            let person = people::find(transaction, registered.unwrap_or(PersonId::from_bytes([0; 16])))?;
            let matching = person.filter(|person| is_same(person, &name, &phone));
            let verdict = accounts::judge_check(transaction, key, policy, matching.is_some(), now)?;
            if let (Some(Ok(())), Some(person)) = (verdict, &matching) {
                let progress = Progress { identified: Some(person.insured.id), agreement: None };
                sessions::set_data(transaction, token, &progress.to_data()?)?;
            }
            Ok::<_, Failure>(verdict)
        })
        .await?;
    match verdict.ok_or(Problem::SessionEnded)? {
        Ok(()) => Ok(()),
        Err(PinRefusal::Wrong { .. }) => Err(Problem::RealNameMismatch.into()),
        Err(PinRefusal::Locked { until }) => Err(Problem::IdentityLocked { until }.into()),
    }
}

async fn refuse_active(app: &App, account: &InsuredAccount) -> Result<(), Failure> {
    match first_step(app, account).await? {
        Step::Done => Err(Problem::AlreadyActivated.into()),
        _ => Ok(()),
    }
}

fn read_name(text: &str) -> Result<Personal, Failure> {
    let name = text.trim();
    let longest = usize::try_from(LONGEST_NAME).unwrap_or(usize::MAX);
    if name.is_empty() {
        return Err(Failure::in_field("name", Problem::Required));
    }
    if name.chars().count() > longest {
        return Err(Failure::in_field("name", Problem::TooLong { limit: LONGEST_NAME }));
    }
    Ok(Personal::new(comparable(name)))
}

fn read_id_number(text: &str) -> Result<IdNumber, Failure> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if plain.is_empty() {
        return Err(Failure::in_field("id_number", Problem::Required));
    }
    plain.parse().map_err(|_| Failure::in_field("id_number", Problem::IdNumberFormat))
}

/// A name without what keyboards write differently: spaces, the kinds of dot between the parts of a name, capitals.
fn comparable(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if matches!(c, '•' | '・' | '．' | '.' | '‧' | '∙' | '⋅' | '﹒') { '·' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

fn is_same(person: &Person, name: &Personal, phone: &Personal) -> bool {
    comparable(person.name.expose()) == name.expose() && person.phone.as_ref() == Some(phone)
}

/// Records in the session that the agreement of this version was accepted.
///
/// # Errors
/// [`Problem::StepMissing`] before the real-name check; [`Problem::RequestUnreadable`] in `version` when another version
/// is in force.
pub async fn accept_agreement(app: &App, session: &Session, version: &str) -> Result<(), Failure> {
    let mut progress = Progress::of(session);
    if progress.identified.is_none() {
        return Err(Problem::StepMissing.into());
    }
    if version != AGREEMENT_VERSION {
        return Err(Failure::in_field("version", Problem::RequestUnreadable));
    }
    progress.agreement = Some(version.to_owned());
    let (token, data) = (session.token_digest, progress.to_data()?);
    app.database.write(move |transaction| sessions::set_data(transaction, token, &data)).await?;
    Ok(())
}

/// Ends an activation whose agreement was declined, and forgets the login. What anyone may read stays open.
///
/// # Errors
/// The store fails.
pub async fn decline_agreement(
    app: &App,
    account: &InsuredAccount,
    session: &Session,
) -> Result<(), Failure> {
    let (key, token) = (account.key, session.token_digest);
    app.database
        .write(move |transaction| {
            sessions::end(transaction, token)?;
            accounts::forget(transaction, key).map(|_| ())
        })
        .await?;
    Ok(())
}

/// The last step: the PIN. Makes the credential, level 1, or proves the PIN of the one that the person has; then
/// authorises this channel under a fresh handle and gives the login to the person.
///
/// # Errors
/// [`Problem::StepMissing`]; [`Problem::PinFormat`], [`Problem::PinTooSimple`] and those of
/// [`verify_pin`](super::verify_pin) in `pin`; [`Problem::PinsDiffer`] in `pin_again`; [`Problem::AlreadyActivated`];
/// [`Problem::CredentialSuspended`].
pub async fn activate(
    app: &App,
    account: &InsuredAccount,
    session: &Session,
    pin: &str,
    pin_again: &str,
) -> Result<PersonId, Failure> {
    refuse_active(app, account).await?;
    let Progress { identified: Some(person_id), agreement: Some(agreement_version) } = Progress::of(session)
    else {
        return Err(Problem::StepMissing.into());
    };
    let person = super::person(app, person_id).await?;
    let known = app.database.read(move |connection| credentials::find(connection, person_id)).await?;
    let now = app.clock.now();
    let new_credential = match known {
        Some(known) if known.credential.state == CredentialState::Suspended => {
            return Err(Problem::CredentialSuspended.into());
        }
        Some(_) => {
            pin::verify_pin(app, person_id, pin).await?;
            None
        }
        None => {
            let chosen = choose_pin(&person, account, pin, pin_again)?;
            let pin_hash = Personal::new(passwords::hash(pin::digits(&chosen)).await?);
            Some(new_credential(person_id, pin_hash, agreement_version, now)?)
        }
    };
    authorise_channel(app, account, person_id, new_credential, now).await?;
    Ok(person_id)
}

fn choose_pin(person: &Person, account: &InsuredAccount, pin: &str, pin_again: &str) -> Result<Pin, Failure> {
    let numbers = PersonalNumbers {
        document: person.id_number.as_str(),
        birth: person.insured.birth,
        phone: account.phone.expose(),
    };
    let chosen = Pin::choose(pin.trim(), &numbers).map_err(|error| {
        let simple = !matches!(error, credential::PinError::Form);
        Failure::in_field("pin", if simple { Problem::PinTooSimple } else { Problem::PinFormat })
    })?;
    if pin.trim() == pin_again.trim() {
        Ok(chosen)
    } else {
        Err(Failure::in_field("pin_again", Problem::PinsDiffer))
    }
}

fn new_credential(
    person_id: PersonId,
    pin_hash: Personal,
    agreement_version: String,
    now: Instant,
) -> Result<StoredCredential, Failure> {
    Ok(StoredCredential {
        person_id,
        index_no: IndexNo::from_bytes(random::bytes()?),
        credential: Credential::activate(),
        pin_hash,
        pin_attempts: PinAttempts::default(),
        agreement_version,
        activated_at: now,
    })
}

/// Why an activation was rolled back.
enum Stop {
    /// Another session did it, for this person or this login.
    Overtaken,
    /// The store failed, or a number is taken.
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Writes the whole activation at once, drawing the handle again when it is taken.
async fn authorise_channel(
    app: &App,
    account: &InsuredAccount,
    person_id: PersonId,
    new: Option<StoredCredential>,
    now: Instant,
) -> Result<(), Failure> {
    let key = account.key;
    for _ in 0..DRAWS {
        let given = Authorisation {
            handle: Handle::from_random(random::bytes()?).number(),
            person_id,
            channel: CHANNEL.to_owned(),
            state: credential::ChannelState::Authorised,
            authorised_at: now,
            unbound_at: None,
        };
        let new = new.clone();
        let written = app
            .database
            .write(move |transaction| {
                match (&new, credentials::find(transaction, person_id)?) {
                    (Some(new), None) => credentials::insert(transaction, new)?,
                    (None, Some(_)) => {}
                    // Another login of the person was a moment faster.
                    _ => return Err(Stop::Overtaken),
                }
                let_go(transaction, person_id, now)?;
                credentials::authorise(transaction, &given)?;
                if accounts::link(transaction, key, person_id)? { Ok(()) } else { Err(Stop::Overtaken) }
            })
            .await;
        match written {
            Ok(()) => return Ok(()),
            Err(Stop::Overtaken) => return Err(Problem::AlreadyActivated.into()),
            Err(Stop::Store(StoreError::Conflict)) => {}
            Err(Stop::Store(other)) => return Err(other.into()),
        }
    }
    Err(Problem::Unavailable.into())
}

/// Ends this channel's hold on a person's credential: its handles are unbound, so that whatever they showed is dead,
/// its logins belong to nobody, and their sessions end.
pub(super) fn let_go(
    transaction: &mut Transaction<'_>,
    person_id: PersonId,
    now: Instant,
) -> Result<(), StoreError> {
    for given in
        credentials::authorisations(transaction, person_id)?.iter().filter(|given| stands_here(given))
    {
        credentials::unbind(transaction, given.handle, now)?;
    }
    for login in accounts::of_person(transaction, person_id)? {
        sessions::end_all(transaction, SessionKind::Insured, &subject_of(login))?;
    }
    accounts::unlink(transaction, person_id).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_what_keyboards_write_differently() {
        for text in ["古丽·买买提", "古丽•买买提", "古丽 · 买买提", "古丽．买买提"] {
            assert_eq!(comparable(text), "古丽·买买提", "{text}");
        }
        assert_eq!(comparable("ANNA LEE"), comparable("Anna Lee"));
        assert_ne!(comparable("张三"), comparable("张三丰"));
    }

    #[test]
    fn progress_survives_its_text_and_unknown_text_is_no_progress() {
        let progress = Progress {
            identified: Some(PersonId::from_bytes([7; 16])),
            agreement: Some("2026-1".to_owned()),
        };
        let data = progress.to_data().expect("serialisable");
        assert_eq!(serde_json::from_str::<Progress>(&data).ok(), Some(progress));
        assert_eq!(serde_json::from_str::<Progress>("{}").ok(), Some(Progress::default()));
    }
}
