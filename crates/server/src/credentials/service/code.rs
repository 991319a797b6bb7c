//! The code that is shown, and what became of it.

use credential::{CredentialCode, CredentialRefusal, Handle, Use};
use model::{Instant, PersonId};
use store::people::{self, Person};
use store::{StoreError, codes, credentials, institutions};

use super::stands_here;
use crate::app::App;
use crate::failure::Failure;
use crate::web::Problem;

/// A code to be shown, and whose it is.
pub struct ShownCode {
    /// The 28 digits.
    pub code: CredentialCode,
    /// The second in which it was made.
    pub shown_at: Instant,
    /// The first instant at which it no longer serves.
    pub expires_at: Instant,
    /// Whose.
    pub person: Person,
}

/// What became of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeStanding {
    /// It can be scanned.
    Ready,
    /// It was scanned.
    Used {
        /// Name of the institution.
        institution: String,
        /// When.
        at: Instant,
    },
    /// Nobody scanned it in time.
    Expired,
}

/// The code that this channel shows for a person now: another one each second, none of them stored.
///
/// # Errors
/// [`Problem::NotActivated`] when the channel is not authorised; [`Problem::CredentialSuspended`].
pub async fn current_code(app: &App, person_id: PersonId) -> Result<ShownCode, Failure> {
    let found = app
        .database
        .read(move |connection| {
            let credential = credentials::find(connection, person_id)?;
            let authorisations = credentials::authorisations(connection, person_id)?;
            let person = people::find(connection, person_id)?;
            Ok::<_, StoreError>((credential, authorisations, person))
        })
        .await?;
    let (Some(stored), authorisations, Some(person)) = found else {
        return Err(Problem::NotActivated.into());
    };
    let given = authorisations.into_iter().rev().find(stands_here).ok_or(Problem::NotActivated)?;
    stored.credential.check(given.state, Use::ShowCode).map_err(|refusal| match refusal {
        CredentialRefusal::Suspended => Problem::CredentialSuspended,
        _ => Problem::NotActivated,
    })?;
    let handle = Handle::from_number(given.handle).ok_or(Problem::NotActivated)?;
    let (codes, now) = (app.codes()?, app.clock.now());
    let code = codes.issue(handle, person.insured.region, now).map_err(|error| Failure::internal(&error))?;
    let shown_at = second_of(now);
    let expires_at = now.plus_seconds(i64::from(codes.validity().shown_seconds));
    Ok(ShownCode { code, shown_at, expires_at, person })
}

/// The beginning of the second in which `at` lies: what tells the codes of one handle apart.
const fn second_of(at: Instant) -> Instant {
    let milliseconds = at.milliseconds();
    Instant::from_milliseconds(milliseconds.saturating_sub(milliseconds.rem_euclid(1000)))
}

/// What became of the code that this channel showed for a person in the given second since 1970-01-01 UTC.
///
/// # Errors
/// [`Problem::NotActivated`] when the channel is not authorised.
pub async fn code_standing(app: &App, person_id: PersonId, second: i64) -> Result<CodeStanding, Failure> {
    let given = super::authorisation(app, person_id).await?;
    let shown = Instant::from_milliseconds(second.saturating_mul(1000));
    let used = app
        .database
        .read(move |connection| {
            let Some(used) = codes::find_use(connection, shown, given.handle, person_id)? else {
                return Ok(None);
            };
            let institution = institutions::find(connection, &used.institution)?;
            let name =
                institution.map_or_else(|| used.institution.to_string(), |institution| institution.name);
            Ok::<_, StoreError>(Some((name, used.used)))
        })
        .await?;
    let validity = i64::from(app.codes()?.validity().shown_seconds);
    Ok(match used {
        Some((institution, at)) => CodeStanding::Used { institution, at },
        None if app.clock.now().since(shown) < validity.saturating_add(1).saturating_mul(1000) => {
            CodeStanding::Ready
        }
        None => CodeStanding::Expired,
    })
}
