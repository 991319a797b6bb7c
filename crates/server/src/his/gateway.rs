//! Signature, envelope, and the way to the transaction.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use model::{EventId, Instant, InstitutionCode};
use settlement::{Request as CommandRequest, RequestKey};
use store::institutions;
use wire::Object;
use wire::envelope::{Limits, Outcome, Request, Response, reference_number};
use wire::message::{self, Message};
use wire::signature::{Credentials, SecretKey, SignatureError};
use wire::tables::{Direction, Tables};
use wire::transaction::{self, Transaction};

use super::edge::Answer;
use super::memory::{KeyHolder, Memory};
use super::refused::Refused;
use super::reply::Reply;
use super::service::{self, Caller};
use super::{people, pharmacy, queries, reversal, session, settlements, visits};
use crate::app::App;
use crate::failure::Failure;
use crate::random;
use crate::settings::HisProfile;
use crate::web::Problem;

/// One call whose sender is known.
pub(super) struct Call<'a> {
    pub(super) app: &'a App,
    pub(super) memory: &'a Memory,
    pub(super) tables: &'static Tables,
    /// Who asks; with the request where the transaction changes something.
    pub(super) caller: Caller,
    /// The number as it was sent, with its suffix letter.
    pub(super) infno: String,
    /// The sender's number of the message.
    pub(super) message_id: String,
    pub(super) now: Instant,
    input: Object,
}

impl Call<'_> {
    /// The message, checked against the tables.
    pub(super) fn read<M: Message>(&self) -> Result<M, Refused> {
        Ok(message::read(self.tables, &self.infno, Direction::In, &self.input)?)
    }

    /// The request of a transaction that changes something.
    pub(super) fn request(&self) -> Result<&CommandRequest, Refused> {
        self.caller.request.as_ref().ok_or_else(|| Failure::of(Problem::Internal).into())
    }
}

/// Why a call gets no answer of the platform's own form.
pub(super) enum Turned {
    /// By the gateway: headers or signature.
    Away(SignatureError),
    /// By the platform.
    Down(Refused),
}

impl<E: Into<Refused>> From<E> for Turned {
    fn from(error: E) -> Self {
        Self::Down(error.into())
    }
}

/// Who a call's signature says that it comes from.
pub(super) enum Signer {
    /// The holder of the access key; the headers name this transaction.
    Key(KeyHolder, Credentials),
    /// Whoever the message says: only where the settings believe every caller.
    Anyone,
}

impl Signer {
    /// Refuses a call that was signed for another transaction, or by another institution than the message names.
    pub(super) fn must_be(
        &self,
        transaction: &str,
        institution: &InstitutionCode,
        field: &'static str,
        label: &'static str,
    ) -> Result<(), Turned> {
        let Self::Key(holder, credentials) = self else { return Ok(()) };
        credentials.must_name(transaction).map_err(Turned::Away)?;
        if holder.institution == *institution {
            return Ok(());
        }
        Err(Refused::contradiction(field, label, "与访问密钥（_api_access_key）所属的定点医药机构不一致")
            .into())
    }
}

/// Checks the signature of a call, as the settings want it.
pub(super) async fn signer(app: &App, memory: &Memory, headers: &HeaderMap) -> Result<Signer, Turned> {
    if app.settings.his.profile == HisProfile::Plain {
        return Ok(Signer::Anyone);
    }
    let header = |name: &'static str| headers.get(name).and_then(|value| value.to_str().ok());
    let credentials = Credentials::from_headers(header).map_err(Turned::Away)?;
    let now = app.clock.now();
    let holder = match memory.key_holder(&credentials.access_key, now) {
        Some(holder) => holder,
        None => find_key_holder(app, memory, &credentials.access_key, now).await?,
    };
    credentials.verify(&holder.secret, now).map_err(Turned::Away)?;
    Ok(Signer::Key(holder, credentials))
}

async fn find_key_holder(
    app: &App,
    memory: &Memory,
    access_key: &str,
    now: Instant,
) -> Result<KeyHolder, Turned> {
    let wanted = access_key.to_owned();
    let found = app
        .database
        .read(move |connection| institutions::find_by_access_key(connection, &wanted))
        .await
        .map_err(Failure::from)?;
    let (institution, keys) = found.ok_or(Turned::Away(SignatureError::UnknownAccessKey))?;
    let secret = SecretKey::new(keys.secret_key.expose());
    let holder = KeyHolder { institution: institution.code, secret };
    memory.keep_key_holder(access_key, holder.clone(), now);
    Ok(holder)
}

/// The answer of the gateway: outside of any envelope.
pub(super) fn turned_away(error: &SignatureError) -> Answer {
    Answer {
        status: StatusCode::UNAUTHORIZED,
        body: error.to_json(wire::Language::Chinese),
        transaction: "other",
        accepted: false,
    }
}

/// Answers one call. `named` is the transaction number of the path, where it has one.
pub(super) async fn answer(
    app: &App,
    memory: &Memory,
    headers: &HeaderMap,
    named: Option<&str>,
    body: Result<Bytes, Refused>,
) -> Answer {
    let received = app.clock.now();
    let mut transaction = None;
    let outcome = match accepted_call(app, memory, headers, named, body).await {
        Ok((call, found)) => {
            transaction = Some(found);
            let outcome = dispatch(&call, found).await;
            let (infno, institution) = (&*call.infno, call.caller.institution.as_str());
            tracing::debug!(infno, institution, accepted = outcome.is_ok(), "a hospital system called");
            outcome
        }
        Err(Turned::Away(error)) => return turned_away(&error),
        Err(Turned::Down(refused)) => Err(refused),
    };
    let transaction = transaction.map_or("other", Transaction::infno);
    Answer { transaction, ..enveloped(app, received, outcome) }
}

/// Refuses what is no call, in the envelope of an answer.
pub(super) fn refusal(app: &App, received: Instant, refused: Refused) -> Answer {
    enveloped(app, received, Err(refused))
}

/// Puts an outcome into the envelope of an answer.
fn enveloped(app: &App, received: Instant, outcome: Result<Reply, Refused>) -> Answer {
    let (transaction, accepted) = ("other", outcome.is_ok());
    match response(app, received, outcome) {
        Ok((status, response)) => Answer { status, body: response.into_json(), transaction, accepted },
        // Without randomness there is no number for the answer; nothing else can be said either.
        Err(_) => {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            Answer { status, body: String::new(), transaction, accepted: false }
        }
    }
}

fn response(
    app: &App,
    received: Instant,
    outcome: Result<Reply, Refused>,
) -> Result<(StatusCode, Response), random::NoRandomness> {
    let region = app.settings.region;
    let own = |at: Instant| random::new_id(at, EventId::new).map(|id| (id, at));
    let (status, (id, at), responded, outcome) = match outcome {
        Ok(Reply { nodes, event: Some(event) }) => {
            (StatusCode::OK, event, event.1, Outcome::Success(nodes.into()))
        }
        Ok(Reply { nodes, event: None }) => {
            (StatusCode::OK, own(received)?, app.clock.now(), Outcome::Success(nodes.into()))
        }
        Err(refused) => {
            let failure = Outcome::Failure(refused.text());
            (refused.status(), own(received)?, app.clock.now(), failure)
        }
    };
    let reference = reference_number(region, at, serial_of(id));
    Ok((status, Response { reference, received: at, responded, outcome, warning: String::new() }))
}

/// The serial number of an answer follows from the id of its event: the random end of it.
fn serial_of(id: EventId) -> u64 {
    let [.., a, b, c, d, e, f, g, h] = id.to_bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// Checks everything about a call that does not depend on its transaction.
async fn accepted_call<'a>(
    app: &'a App,
    memory: &'a Memory,
    headers: &HeaderMap,
    named: Option<&str>,
    body: Result<Bytes, Refused>,
) -> Result<(Call<'a>, Transaction), Turned> {
    let signer = signer(app, memory, headers).await?;
    let request = Request::parse(&body?, Limits::default())?;
    signer.must_be(&request.infno, &request.institution, "fixmedins_code", "定点医药机构编号")?;
    if let Some(named) = named.filter(|named| *named != request.infno) {
        let named: String = named.chars().take(10).collect();
        let reason = format!("与请求路径中的交易编号 {named} 不一致");
        return Err(Refused::contradiction("infno", "交易编号", reason).into());
    }
    let tables = Tables::national().map_err(wire::Error::from)?;
    let found = transaction::find(tables, &request.infno)?;
    let now = app.clock.now();
    check_sign_no(app, memory, &request, now).await?;
    let command_request = found.writes().then(|| CommandRequest {
        key: RequestKey {
            institution: request.institution.clone(),
            // 2207 and 2207A are one transaction: a message that is repeated under the other number is the same message.
            operation: found.infno().to_owned(),
            message_id: request.msgid.clone(),
        },
        digest: request.digest(),
    });
    let caller = Caller {
        institution: request.institution,
        operator: request.operator.code,
        request: command_request,
    };
    let Request { infno, msgid: message_id, input, .. } = request;
    Ok((Call { app, memory, tables, caller, infno, message_id, now, input }, found))
}

/// A call may come without a number from signing in; one that it carries must be right.
async fn check_sign_no(app: &App, memory: &Memory, request: &Request, now: Instant) -> Result<(), Refused> {
    let (institution, sign_no) = (&request.institution, &*request.sign_no);
    let signs =
        matches!(Transaction::from_infno(&request.infno), Some(Transaction::SignIn | Transaction::SignOut));
    if sign_no.is_empty() || signs || memory.is_signed_in(institution, sign_no, now) {
        return Ok(());
    }
    if service::check_sign_in(app, institution, sign_no).await? {
        memory.keep_signed_in(institution, sign_no, now);
        return Ok(());
    }
    let reason = "不是本机构有效的签到编号，请重新签到（9001）";
    Err(Refused::contradiction("sign_no", "交易签到流水号", reason))
}

async fn dispatch(call: &Call<'_>, transaction: Transaction) -> Result<Reply, Refused> {
    match transaction {
        Transaction::SignIn => session::sign_in(call).await,
        Transaction::SignOut => session::sign_out(call).await,
        Transaction::Person => people::read(call).await,
        Transaction::Benefit => people::entitlement(call).await,
        Transaction::PharmacyPreSettle => pharmacy::preview(call).await,
        Transaction::PharmacySettle => pharmacy::buy(call).await,
        Transaction::PharmacyRevoke | Transaction::Revoke => settlements::revoke(call).await,
        Transaction::Register => visits::register(call).await,
        Transaction::CancelRegistration => visits::cancel(call).await,
        Transaction::Visit => visits::record(call).await,
        Transaction::Fees => visits::add_items(call).await,
        Transaction::CancelFees => visits::withdraw_items(call).await,
        Transaction::PreSettle => settlements::preview(call).await,
        Transaction::Settle => settlements::settle(call).await,
        Transaction::Reverse => reversal::reverse(call).await,
        Transaction::SettlementQuery => queries::settlement(call).await,
        Transaction::OrderQuery => queries::order(call).await,
    }
}
