//! Decoding a scanned credential code.

use credential::{BusinessType, DecodeError, Decoded, EcToken, IndexNo, TokenGrant, Use};
use model::Instant;
use settlement::{Action, CodeUse};
use store::people::{self, Person};
use store::{Connection, credentials};

use super::Caller;
use crate::app::App;
use crate::failure::Failure;
use crate::random;
use crate::web::Problem;

/// Who showed a code, and the token for the business.
#[derive(Debug, Clone)]
pub struct DecodedCode {
    /// The person.
    pub person: Person,
    /// Index number of the credential.
    pub index_no: IndexNo,
    /// The channel that showed the code.
    pub channel: String,
    /// The token that names the person in the messages that follow.
    pub token: EcToken,
    /// When the code was used.
    pub at: Instant,
}

/// Whom a genuine code stands for.
struct Holder {
    person: Person,
    index_no: IndexNo,
    channel: String,
}

/// Uses a scanned code up and gives a token for one business at the caller's institution.
///
/// A code of our making whose authorisation does not exist is refused in the same words as a made-up one, so that
/// guessing tells nothing.
///
/// # Errors
/// The text is no code; the code is made up, too old, used, or its authorisation withdrawn; the institution's agreement
/// is not in force.
pub async fn decode_code(
    app: &App,
    caller: &Caller,
    code: &str,
    business: BusinessType,
) -> Result<DecodedCode, Failure> {
    let now = app.clock.now();
    let decoded = app.codes()?.decode(code, now).map_err(problem_of)?;
    let handle = decoded.handle.number();
    let holder = app.database.read(move |connection| holder_of(connection, handle)).await?;
    let person_id = holder.person.insured.id;
    let token = EcToken::new(holder.person.insured.region, random::bytes()?);
    let action = use_of(app, caller, &decoded, &holder, &token, business, now);
    let committed = caller.submit(app, person_id, now, action).await?;
    let Holder { person, index_no, channel } = holder;
    Ok(DecodedCode { person, index_no, channel, token, at: committed.at })
}

fn problem_of(error: DecodeError) -> Problem {
    match error {
        DecodeError::NotACode => Problem::CodeFormat,
        DecodeError::Unknown => Problem::CodeForged,
        DecodeError::Expired { .. } | DecodeError::FromTheFuture { .. } => Problem::CodeExpired,
    }
}

fn holder_of(connection: &mut Connection, handle: u64) -> Result<Holder, Failure> {
    let authorisation = credentials::find_authorisation(connection, handle)?.ok_or(Problem::CodeForged)?;
    let stored = credentials::find(connection, authorisation.person_id)?.ok_or(Problem::CodeWithdrawn)?;
    stored.credential.check(authorisation.state, Use::Identify).map_err(|_| Problem::CodeWithdrawn)?;
    let person = people::find(connection, authorisation.person_id)?.ok_or(Problem::CodeWithdrawn)?;
    Ok(Holder { person, index_no: stored.index_no, channel: authorisation.channel })
}

fn use_of(
    app: &App,
    caller: &Caller,
    decoded: &Decoded,
    holder: &Holder,
    token: &EcToken,
    business: BusinessType,
    now: Instant,
) -> Action {
    let person_id = holder.person.insured.id;
    let institution = caller.institution.clone();
    Action::UseCode {
        code_use: CodeUse {
            handle: decoded.handle.number(),
            shown: decoded.shown_at,
            person_id,
            institution: institution.clone(),
            used: now,
        },
        token_digest: token.digest().to_bytes(),
        grant: TokenGrant::new(institution, person_id, business, now, app.settings.token_seconds),
    }
}
