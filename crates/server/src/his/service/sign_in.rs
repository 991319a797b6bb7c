//! Signing in and out (9001, 9002).

use model::{EventId, InstitutionCode};
use settlement::{Refusal, Request};
use sha2::{Digest as _, Sha256};
use store::StoreError;
use store::staff::{self, SignIn};

use super::Caller;
use crate::app::App;
use crate::failure::Failure;
use crate::web::Problem;

/// The number of a sign-in follows from its message, so that the same message gets the same number.
fn number_for(request: &Request) -> EventId {
    let key = &request.key;
    let mut hash = Sha256::new();
    for part in ["sign-in", key.institution.as_str(), &key.operation, &key.message_id] {
        hash.update(part.as_bytes());
        hash.update(b"\n");
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(digest) {
        *byte = hashed;
    }
    EventId::from_bytes(bytes)
}

/// Signs a clerk in. The number names the session in later messages; it proves nothing.
///
/// # Errors
/// The institution's agreement is not in force, or the message was used before by another clerk or machine.
pub async fn sign_in(
    app: &App,
    caller: &Caller,
    request: &Request,
    clerk: String,
    address: String,
) -> Result<SignIn, Failure> {
    let asking = caller.clone();
    app.database.read(move |connection| asking.active_institution(connection)).await?;
    let asked = SignIn {
        institution: caller.institution.clone(),
        sign_no: number_for(request).to_string(),
        operator: clerk,
        address,
        signed_in_at: app.clock.now(),
        signed_out_at: None,
    };
    let new = asked.clone();
    match app.database.write(move |transaction| staff::sign_in(transaction, &new)).await {
        Ok(()) => return Ok(asked),
        // The message came before: its answer is given again.
        Err(StoreError::Conflict) => {}
        Err(other) => return Err(other.into()),
    }
    find(app, &caller.institution, &asked.sign_no)
        .await?
        .filter(|known| (&known.operator, &known.address) == (&asked.operator, &asked.address))
        .ok_or_else(|| Refusal::MessageReused(request.key.message_id.clone()).into())
}

async fn find(app: &App, institution: &InstitutionCode, sign_no: &str) -> Result<Option<SignIn>, StoreError> {
    let (institution, sign_no) = (institution.clone(), sign_no.to_owned());
    app.database.read(move |connection| staff::find_sign_in(connection, &institution, &sign_no)).await
}

/// Signs a clerk out. Doing it again changes nothing and gives the same answer.
///
/// # Errors
/// [`Problem::NotFound`] when this clerk of the institution did not sign in under the number.
pub async fn sign_out(app: &App, caller: &Caller, sign_no: String, clerk: &str) -> Result<SignIn, Failure> {
    let known = find(app, &caller.institution, &sign_no).await?;
    let known = known.filter(|known| known.operator == clerk).ok_or(Problem::NotFound)?;
    if known.signed_out_at.is_some() {
        return Ok(known);
    }
    let (institution, now) = (caller.institution.clone(), app.clock.now());
    let number = sign_no.clone();
    let ended = app
        .database
        .write(move |transaction| staff::sign_out(transaction, &institution, &number, now))
        .await?;
    if ended {
        return Ok(SignIn { signed_out_at: Some(now), ..known });
    }
    // Another message ended it at the same moment.
    find(app, &caller.institution, &sign_no).await?.ok_or_else(|| Problem::NotFound.into())
}

/// Whether a number belongs to a sign-in of the institution that has not ended.
///
/// # Errors
/// The store fails.
pub async fn check_sign_in(app: &App, institution: &InstitutionCode, sign_no: &str) -> Result<bool, Failure> {
    let known = find(app, institution, sign_no).await?;
    Ok(known.is_some_and(|known| known.signed_out_at.is_none()))
}
