//! Logging in and out.
//!
//! **Invariant:** whether an institution or a number exists, or is locked, cannot be told from the answer.

use credential::AttemptPolicy;
use model::{Institution, InstitutionCode};
use store::sessions::{self, Session, SessionKind};
use store::staff::{self, StaffMember};
use store::{Personal, StoreError, institutions};

use crate::app::App;
use crate::failure::Failure;
use crate::http::session;
use crate::passwords;
use crate::web::Problem;

/// Wrong passwords in a row that lock a member of staff out, and for how long.
const ATTEMPTS: AttemptPolicy = AttemptPolicy { tries: 5, lock_seconds: 15 * 60 };

/// A session that has just begun.
pub struct NewSession {
    /// Its token, which only the browser or program keeps.
    pub token: String,
    /// Where the member of staff works.
    pub institution: Institution,
    /// Their name.
    pub staff_name: Personal,
}

fn typed(field: &'static str, text: &str) -> Result<String, Failure> {
    let text = text.trim();
    if text.is_empty() { Err(Failure::in_field(field, Problem::Required)) } else { Ok(text.to_owned()) }
}

/// Logs a member of staff in. The session of the token `replaced`, which the browser had until now, ends.
///
/// # Errors
/// [`Problem::Required`] in `institution_code`, `staff_no` or `password`; [`Problem::StaffLoginFailed`] whatever is wrong
/// with them, and while too many wrong passwords lock; [`Problem::InstitutionSuspended`] to who knows the password.
pub async fn sign_in(
    app: &App,
    institution_code: &str,
    staff_no: &str,
    password: &str,
    replaced: Option<&str>,
) -> Result<NewSession, Failure> {
    let code = typed("institution_code", institution_code)?.to_ascii_uppercase();
    let staff_no = typed("staff_no", staff_no)?;
    if password.is_empty() {
        return Err(Failure::in_field("password", Problem::Required));
    }
    let known = match code.parse::<InstitutionCode>() {
        Ok(code) => find(app, code, staff_no).await?,
        Err(_) => None,
    };
    let Some((institution, member)) = known else {
        // As much work as for a known number, so that the time does not tell it apart.
        passwords::hash(password.to_owned()).await?;
        return Err(Problem::StaffLoginFailed.into());
    };
    let right = passwords::matches(password.to_owned(), member.password_hash.expose().to_owned()).await?;
    judge(app, &member, right).await?;
    if !member.active {
        return Err(Problem::StaffLoginFailed.into());
    }
    if !institution.active {
        return Err(Problem::InstitutionSuspended.into());
    }
    if let Some(old) = replaced.map(session::token_digest) {
        app.database.write(move |transaction| sessions::end(transaction, old)).await?;
    }
    let subject = session::staff_subject(&institution.code, &member.staff_no);
    let token = session::begin(app, SessionKind::Staff, subject).await?;
    Ok(NewSession { token, institution, staff_name: member.name })
}

async fn find(
    app: &App,
    code: InstitutionCode,
    staff_no: String,
) -> Result<Option<(Institution, StaffMember)>, StoreError> {
    let found = app.database.read(move |connection| {
        let institution = institutions::find(connection, &code)?;
        let member = staff::find(connection, &code, &staff_no)?;
        Ok(institution.zip(member))
    });
    found.await
}

/// Counts the try; of a locked number not even a right password helps.
async fn judge(app: &App, member: &StaffMember, right: bool) -> Result<(), Failure> {
    let (institution, staff_no) = (member.institution.clone(), member.staff_no.clone());
    let now = app.clock.now();
    let verdict = app.database.write(move |transaction| {
        staff::judge_password(transaction, &institution, &staff_no, ATTEMPTS, right, now)
    });
    match verdict.await? {
        Some(Ok(())) => Ok(()),
        Some(Err(_)) | None => Err(Problem::StaffLoginFailed.into()),
    }
}

/// Logs out: the session ends at once, wherever its token still lies.
///
/// # Errors
/// The store fails.
pub async fn sign_out(app: &App, session: &Session) -> Result<(), Failure> {
    session::end(app, session).await
}
