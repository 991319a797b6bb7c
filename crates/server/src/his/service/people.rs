//! Who a person is and how insured.

use benefit::AccountBalances;
use credential::EcToken;
use model::{CertificateType, Date, Fen, IdNumber, Instant, MedicalType, PersonId, Scheme};
use settlement::Refusal;
use store::people::{self, Person};
use store::{Connection, Personal, StoreError};
use store::{benefit_accounts, codes};

use super::Caller;
use crate::app::App;
use crate::failure::Failure;
use crate::web::Problem;

/// What a person shows, by which they are found.
#[derive(Debug, Clone)]
pub enum Evidence {
    /// 医保电子凭证: the token that decoding a code gave.
    Token(EcToken),
    /// 居民身份证: its number.
    IdNumber(IdNumber),
    /// 社会保障卡: its number.
    CardNumber(Personal),
}

impl Evidence {
    /// What kind of certificate it is.
    #[must_use]
    pub const fn certificate(&self) -> CertificateType {
        match self {
            Self::Token(_) => CertificateType::Credential,
            Self::IdNumber(_) => CertificateType::IdCard,
            Self::CardNumber(_) => CertificateType::SocialSecurityCard,
        }
    }

    /// The digest of the token, where it is one.
    #[must_use]
    pub fn token_digest(&self) -> Option<[u8; 32]> {
        match self {
            Self::Token(token) => Some(token.digest().to_bytes()),
            Self::IdNumber(_) | Self::CardNumber(_) => None,
        }
    }

    /// Whose number it is, by the register. A token is for the commit lane to judge.
    fn registered_person(&self, connection: &mut Connection) -> Result<Option<PersonId>, StoreError> {
        match self {
            Self::Token(_) => Ok(None),
            Self::IdNumber(number) => people::find_by_id_number(connection, number),
            Self::CardNumber(number) => people::find_by_card_number(connection, number),
        }
    }

    /// Whose evidence it is; a token must have been given to `caller` and still serve.
    fn owner(&self, connection: &mut Connection, caller: &Caller, now: Instant) -> Result<PersonId, Failure> {
        match self {
            Self::Token(token) => codes::find_token(connection, token.digest().to_bytes())?
                .filter(|grant| grant.check(&caller.institution, grant.person, now).is_ok())
                .map(|grant| grant.person)
                .ok_or_else(|| Refusal::TokenNotValid.into()),
            other => other
                .registered_person(connection)?
                .ok_or_else(|| Failure::in_field("certificate", Problem::NotInsured)),
        }
    }

    /// Refuses a number that is another person's than `person_id`. Whose a token is, the commit lane checks.
    pub(super) async fn must_belong_to(&self, app: &App, person_id: PersonId) -> Result<(), Failure> {
        if matches!(self, Self::Token(_)) {
            return Ok(());
        }
        let evidence = self.clone();
        let owner = app.database.read(move |connection| evidence.registered_person(connection)).await?;
        if owner == Some(person_id) {
            Ok(())
        } else {
            Err(Failure::in_field("certificate", Problem::RealNameMismatch))
        }
    }
}

/// Evidence, and what else is said of the person; all of it must be right.
#[derive(Debug, Clone)]
pub struct Claim {
    /// What the person shows.
    pub evidence: Evidence,
    /// Name, where it is given.
    pub name: Option<Personal>,
    /// ID number, where it is given beside other evidence.
    pub id_number: Option<IdNumber>,
}

/// A person with the money of their account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFile {
    /// The person.
    pub person: Person,
    /// Money in the personal account.
    pub balances: AccountBalances,
}

impl PersonFile {
    /// Money of both kinds (`balc`).
    ///
    /// # Errors
    /// It is outside the range of money.
    pub fn balance(&self) -> Result<Fen, Failure> {
        let AccountBalances { current_year, previous_years } = self.balances;
        current_year.plus(previous_years).map_err(|error| Failure::internal(&error))
    }
}

/// Finds a person by what they show, and logs the reading under `purpose`.
///
/// # Errors
/// Nobody has this evidence, or a token does not serve here; the name or ID number is another one; the institution's
/// agreement is not in force.
pub async fn read_person(
    app: &App,
    caller: &Caller,
    claim: Claim,
    purpose: &'static str,
) -> Result<PersonFile, Failure> {
    let (asking, now) = (caller.clone(), app.clock.now());
    let file = app
        .database
        .read(move |connection| {
            asking.active_institution(connection)?;
            let id = claim.evidence.owner(connection, &asking, now)?;
            let person = people::find(connection, id)?.ok_or(Problem::NotInsured)?;
            let right_name = claim.name.as_ref().is_none_or(|name| *name == person.name);
            let right_number = claim.id_number.as_ref().is_none_or(|number| *number == person.id_number);
            if !right_name || !right_number {
                let field = if right_name { "id_number" } else { "name" };
                return Err(Failure::in_field(field, Problem::RealNameMismatch));
            }
            let balances = benefit_accounts::find(connection, id)?.balances;
            Ok(PersonFile { person, balances })
        })
        .await?;
    caller.log_read(app, file.person.insured.id, "person", purpose).await?;
    Ok(file)
}

/// The person with this number, for an answer that names them. Not logged: the caller's own operation is.
///
/// # Errors
/// Nobody is registered under it.
pub async fn find_person(app: &App, person_id: PersonId) -> Result<Person, Failure> {
    let found = app.database.read(move |connection| people::find(connection, person_id)).await?;
    found.ok_or_else(|| Failure::in_field("person", Problem::NotInsured))
}

/// The money of a person's account.
///
/// # Errors
/// The store fails.
pub async fn read_balance(app: &App, person_id: PersonId) -> Result<AccountBalances, Failure> {
    let account = app.database.read(move |connection| benefit_accounts::find(connection, person_id)).await?;
    Ok(account.balances)
}

/// Whether benefits are in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    /// The first day of insurance.
    pub from: Date,
    /// Why there are none, if so.
    pub refusal: Option<Refusal>,
}

/// Asks whether a person may draw benefits for a kind of care at the caller's institution on a day. The same rules
/// decide when the visit is registered and settled.
///
/// # Errors
/// Nobody is registered under the number, or the institution's agreement is not in force.
pub async fn check_entitlement(
    app: &App,
    caller: &Caller,
    person_id: PersonId,
    scheme: Scheme,
    medical_type: MedicalType,
    on: Date,
) -> Result<Entitlement, Failure> {
    let asking = caller.clone();
    let institution = app.database.read(move |connection| asking.active_institution(connection)).await?;
    let person = find_person(app, person_id).await?.insured;
    caller.log_read(app, person_id, "entitlement", "2001").await?;
    let verdict = settlement::entitlement(&app.rules(), &person, &institution, scheme, medical_type, on);
    Ok(Entitlement { from: person.insured_from, refusal: verdict.err() })
}
