//! Who is signed in.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use credential::CredentialState;
use model::{InstitutionCode, PersonId};
use sha2::{Digest as _, Sha256};
use store::Digest;
use store::accounts::{self, InsuredAccount};
use store::credentials::{self, StoredCredential};
use store::sessions::{self, Session, SessionKind};

use crate::app::App;
use crate::failure::Failure;
use crate::http::visitor::Visitor;
use crate::random;
use crate::web::Problem;

/// How long a session of an insured person lasts without use.
pub const INSURED_SECONDS: u32 = 12 * 3600;
/// How long a session of staff lasts without use.
pub const STAFF_SECONDS: u32 = 8 * 3600;
/// How long a session of an insured person lasts at most, however much it is used.
const LONGEST_INSURED_SECONDS: u32 = 30 * 86_400;
/// How long a session of staff lasts at most: longer than a shift, shorter than a day.
const LONGEST_STAFF_SECONDS: u32 = 16 * 3600;
/// A session's end is moved at most this often, so that reading a page rarely writes.
const TOUCH_EVERY_SECONDS: i64 = 300;

/// Someone whose phone number was checked, insured or not.
pub struct SignedIn {
    /// The browser or program.
    pub visitor: Visitor,
    /// The session.
    pub session: Session,
    /// The login.
    pub account: InsuredAccount,
}

/// An insured person with an active credential.
pub struct Insured {
    /// The browser or program.
    pub visitor: Visitor,
    /// The session.
    pub session: Session,
    /// The login.
    pub account: InsuredAccount,
    /// Who.
    pub person_id: PersonId,
    /// Their credential: active.
    pub credential: StoredCredential,
}

/// A member of an institution's staff at the terminal.
pub struct Staff {
    /// The browser or program.
    pub visitor: Visitor,
    /// The session.
    pub session: Session,
    /// Where they work.
    pub institution: InstitutionCode,
    /// Their number there.
    pub staff_no: String,
}

/// The digest under which a session token is stored.
#[must_use]
pub fn token_digest(token: &str) -> Digest {
    Digest::new(Sha256::digest(token.as_bytes()).into())
}

/// Begins a session and returns its token. Every sign-in gets a new one.
///
/// # Errors
/// No randomness, or the store fails.
pub async fn begin(app: &App, kind: SessionKind, subject: String) -> Result<String, Failure> {
    let token = hex::encode(random::bytes::<32>()?);
    let now = app.clock.now();
    let session = Session {
        token_digest: token_digest(&token),
        kind,
        subject,
        created_at: now,
        seen_at: now,
        expires_at: now.plus_seconds(i64::from(lifetime(kind))),
        data: "{}".to_owned(),
    };
    app.database.write(move |transaction| sessions::insert(transaction, &session)).await?;
    Ok(token)
}

/// Ends a session at once.
///
/// # Errors
/// The store fails.
pub async fn end(app: &App, session: &Session) -> Result<(), Failure> {
    let digest = session.token_digest;
    app.database.write(move |transaction| sessions::end(transaction, digest)).await?;
    Ok(())
}

/// How long a session of this kind lasts without use.
#[must_use]
pub const fn lifetime(kind: SessionKind) -> u32 {
    match kind {
        SessionKind::Insured => INSURED_SECONDS,
        SessionKind::Staff => STAFF_SECONDS,
    }
}

const fn longest(kind: SessionKind) -> u32 {
    match kind {
        SessionKind::Insured => LONGEST_INSURED_SECONDS,
        SessionKind::Staff => LONGEST_STAFF_SECONDS,
    }
}

/// The subject of an insured person's session: the key of their login.
#[must_use]
pub fn insured_subject(account: &InsuredAccount) -> String {
    subject_of(account.key)
}

/// The subject of the sessions of a login.
#[must_use]
pub fn subject_of(login: Digest) -> String {
    hex::encode(login.as_bytes())
}

/// The subject of a staff session.
#[must_use]
pub fn staff_subject(institution: &InstitutionCode, staff_no: &str) -> String {
    format!("{institution}:{staff_no}")
}

async fn session_of(app: &App, visitor: &Visitor, kind: SessionKind) -> Result<Session, Failure> {
    let token = visitor.session_token.as_deref().ok_or(Problem::SessionEnded)?;
    let (digest, now) = (token_digest(token), app.clock.now());
    let session = app.database.read(move |connection| sessions::find(connection, digest, now)).await?;
    let session = session.filter(|session| session.kind == kind).ok_or(Problem::SessionEnded)?;
    if now.since(session.seen_at) > TOUCH_EVERY_SECONDS.saturating_mul(1000) {
        let last = session.created_at.plus_seconds(i64::from(longest(kind)));
        let until = now.plus_seconds(i64::from(lifetime(kind))).min(last);
        app.database.write(move |transaction| sessions::touch(transaction, digest, now, until)).await?;
    }
    Ok(session)
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let Ok(visitor) = Visitor::from_request_parts(parts, app).await;
        let session = session_of(app, &visitor, SessionKind::Insured).await?;
        let mut key = [0; 32];
        hex::decode_to_slice(&session.subject, &mut key).map_err(|_| Problem::SessionEnded)?;
        let account =
            app.database.read(move |connection| accounts::find(connection, Digest::new(key))).await?;
        let account = account.ok_or(Problem::SessionEnded)?;
        Ok(Self { visitor, session, account })
    }
}

impl FromRequestParts<Arc<App>> for Insured {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let SignedIn { visitor, session, account } = SignedIn::from_request_parts(parts, app).await?;
        let person_id = account.person_id.ok_or(Problem::NotActivated)?;
        let credential =
            app.database.read(move |connection| credentials::find(connection, person_id)).await?;
        let credential = credential.ok_or(Problem::NotActivated)?;
        if credential.credential.state == CredentialState::Suspended {
            return Err(Problem::CredentialSuspended.into());
        }
        Ok(Self { visitor, session, account, person_id, credential })
    }
}

impl FromRequestParts<Arc<App>> for Staff {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let Ok(visitor) = Visitor::from_request_parts(parts, app).await;
        let session = session_of(app, &visitor, SessionKind::Staff).await?;
        let (code, staff_no) = session.subject.split_once(':').ok_or(Problem::SessionEnded)?;
        let institution = code.parse().map_err(|_| Problem::SessionEnded)?;
        let staff_no = staff_no.to_owned();
        Ok(Self { visitor, session, institution, staff_no })
    }
}
