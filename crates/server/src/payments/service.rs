//! The operations of paying a bill.

use std::sync::Arc;

use connectors::secret::{PayToken, SmsCode};
use connectors::unionpay::Submission;
use connectors::{Doubt, NoAnswer, Outcome};
use credential::{CredentialRefusal, Use};
use model::{Fen, Instant, OrderId, PersonId};
use settlement::{Action, Actor, Attempt, Order, OrderState, Refusal};
use store::bank::{self, BankBinding, BindingState};
use store::{Personal, StoreError, credentials as credential_rows};
use tracing::Instrument as _;

use super::channel::{self, NotDone, Standing, UNIONPAY};
use super::refusal;
use crate::app::App;
use crate::bills::service as bills;
use crate::credentials::service as credentials;
use crate::failure::Failure;
use crate::random;
use crate::web::Problem;
use crate::web::format::mask_phone;

/// How long the bank's code can be used; after that the person gives the PIN again.
pub const CODE_SECONDS: i64 = 300;
/// How long the person waits before the bank is asked for another code.
pub const RESEND_SECONDS: i64 = 60;

/// A payment that waits for the bank's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwaitingCode {
    /// What is paid.
    pub amount: Fen,
    /// The masked phone number that the code went to.
    pub phone_masked: String,
    /// The number itself, for the notice of a demonstration.
    pub phone: Personal,
    /// Last digits of the card that pays.
    pub card_tail: String,
    /// When the code was asked for.
    pub sent: Instant,
}

/// What came of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paying {
    /// Paid.
    Paid,
    /// Not known yet; it will be, without anybody doing anything.
    Confirming,
}

/// The bank account that pays, open and with a token.
struct Payer {
    token: PayToken,
    phone: Personal,
    card_tail: String,
}

impl AwaitingCode {
    fn of(order: &Order, payer: Payer, sent: Instant) -> Self {
        Self {
            amount: order.cash,
            phone_masked: mask_phone(payer.phone.expose()),
            phone: payer.phone,
            card_tail: payer.card_tail,
            sent,
        }
    }

    /// How many seconds the code can still be used.
    pub(super) fn valid_seconds(&self, now: Instant) -> i64 {
        CODE_SECONDS.saturating_sub(now.since(self.sent).div_euclid(1000)).max(0)
    }

    /// After how many seconds another code can be asked for.
    pub(super) const fn resend_after_seconds(&self, now: Instant) -> i64 {
        seconds_to_wait(self.sent, now)
    }
}

/// Why an order cannot be paid now.
fn not_payable(state: &OrderState) -> Problem {
    match state {
        OrderState::NothingDue | OrderState::Paid { .. } | OrderState::PaidAtWindow { .. } => {
            Problem::BillAlreadyPaid
        }
        OrderState::Paying { .. } => Problem::PaymentUnknown,
        OrderState::Refunding { .. } | OrderState::Refunded { .. } | OrderState::Closed => {
            Problem::BillCancelled
        }
        OrderState::Due | OrderState::Authorising { .. } => Problem::FormExpired,
    }
}

/// The refusals of the order's own rules, as pages tell them.
fn refused(not_done: NotDone) -> Failure {
    match not_done {
        NotDone::Refused(Refusal::AlreadyPaid) => Problem::BillAlreadyPaid.into(),
        NotDone::Refused(Refusal::PaymentUnderWay) => Problem::PaymentUnknown.into(),
        // Another page of the person has begun anew since.
        NotDone::Refused(Refusal::OtherAttempt) => Problem::FormExpired.into(),
        NotDone::Refused(Refusal::NotPayable(_)) => Problem::BillCancelled.into(),
        NotDone::Refused(other) => other.into(),
        NotDone::Failed(failure) => failure,
    }
}

/// The person's bank account, if the credential permits payment and the binding is open.
async fn payer(app: &App, person_id: PersonId) -> Result<Payer, Failure> {
    let authorisation = credentials::authorisation(app, person_id).await?;
    let (credential, binding) = app
        .database
        .read(move |connection| {
            let credential = credential_rows::find(connection, person_id)?;
            Ok::<_, StoreError>((credential, bank::latest(connection, person_id)?))
        })
        .await?;
    let credential = credential.ok_or(Problem::NotActivated)?.credential;
    credential.check(authorisation.state, Use::Pay).map_err(|refusal| match refusal {
        CredentialRefusal::PaymentNotOpen => Problem::PaymentNotOpen,
        _ => Problem::NotActivated,
    })?;
    let open = |binding: &BankBinding| binding.state == BindingState::Open && binding.channel == UNIONPAY;
    let binding = binding.filter(open).ok_or(Problem::PaymentNotOpen)?;
    let token = binding.token.ok_or(Problem::PaymentNotOpen)?;
    let token = token.expose().parse().map_err(|error: connectors::Error| Failure::internal(&error))?;
    Ok(Payer { token, phone: binding.phone, card_tail: binding.card_tail })
}

/// An order that can be paid now, and the account that pays it.
async fn payable(app: &App, person_id: PersonId, order_id: OrderId) -> Result<(Order, Payer), Failure> {
    let order = bills::order(app, person_id, order_id).await?;
    match &order.state {
        OrderState::Due | OrderState::Authorising { .. } => {}
        other => return Err(not_payable(other).into()),
    }
    let payer = payer(app, person_id).await?;
    Ok((order, payer))
}

/// What the page that asks for the PIN shows: the order, and the last digits of the card that pays.
///
/// # Errors
/// There is no such bill of this person, it cannot be paid now, or payment is not open.
pub async fn offer(app: &App, person_id: PersonId, order_id: OrderId) -> Result<(Order, String), Failure> {
    let (order, payer) = payable(app, person_id, order_id).await?;
    Ok((order, payer.card_tail))
}

/// Begins to pay: checks the PIN and has the bank send a code. `shown` is the amount that the person saw. A code that was
/// sent a moment ago still serves: who went back and gives the PIN again is sent no other.
///
/// # Errors
/// There is no such bill, it cannot be paid or has another amount; payment is not open; the PIN is wrong (field `pin`);
/// the bank refuses or cannot be reached. No money has moved then.
pub async fn begin(
    app: &App,
    person_id: PersonId,
    order_id: OrderId,
    shown: Fen,
    pin: &str,
) -> Result<AwaitingCode, Failure> {
    let (order, payer) = payable(app, person_id, order_id).await?;
    if order.cash != shown {
        return Err(Problem::BillChanged.into());
    }
    credentials::verify_pin(app, person_id, pin).await?;
    if let OrderState::Authorising { attempt } = &order.state
        && seconds_to_wait(attempt.at, app.clock.now()) > 0
    {
        return Ok(AwaitingCode::of(&order, payer, attempt.at));
    }
    send_code(app, &order, payer).await
}

/// Has the bank send another code, after the PIN was given.
///
/// # Errors
/// As [`begin`]; or no payment of this bill waits for a code, or the last one was sent a moment ago.
pub async fn send_again(app: &App, person_id: PersonId, order_id: OrderId) -> Result<AwaitingCode, Failure> {
    let order = bills::order(app, person_id, order_id).await?;
    let attempt = awaiting(app, &order)?;
    let wait = seconds_to_wait(attempt.at, app.clock.now());
    if wait > 0 {
        return Err(Problem::SmsCodeTooSoon { seconds: u32::try_from(wait).unwrap_or(1) }.into());
    }
    let payer = payer(app, person_id).await?;
    send_code(app, &order, payer).await
}

/// The try that waits for its code, if that code can still be used.
fn awaiting<'o>(app: &App, order: &'o Order) -> Result<&'o Attempt, Failure> {
    let OrderState::Authorising { attempt } = &order.state else {
        return Err(not_payable(&order.state).into());
    };
    if is_too_old(attempt, app.clock.now()) { Err(Problem::FormExpired.into()) } else { Ok(attempt) }
}

/// Whether the code of a try can no longer be used.
const fn is_too_old(attempt: &Attempt, now: Instant) -> bool {
    now.since(attempt.at) > CODE_SECONDS.saturating_mul(1000)
}

/// For how many seconds from `now` no other code is asked for, after one was asked for at `sent`.
const fn seconds_to_wait(sent: Instant, now: Instant) -> i64 {
    let rest = RESEND_SECONDS.saturating_sub(now.since(sent).div_euclid(1000));
    if rest > 0 { rest } else { 0 }
}

/// Begins a new try and asks the bank for its code. Every code belongs to a try of its own at the channel.
async fn send_code(app: &App, order: &Order, payer: Payer) -> Result<AwaitingCode, Failure> {
    let now = app.clock.now();
    let channel_order = random::new_id(now, OrderId::new)?.to_string();
    let attempt = Attempt { channel: UNIONPAY.to_owned(), channel_order, at: now };
    let action = Action::BeginPayment { order_id: order.id, attempt: attempt.clone() };
    channel::submit(app, order.person_id, Actor::Person, action).await.map_err(refused)?;
    let asked = channel::channel_order(&attempt)?;
    let problem = match app.unionpay.consume_sms(&asked, &payer.token, order.cash, now).await {
        Ok(Outcome::Success(())) => {
            return Ok(AwaitingCode::of(order, payer, now));
        }
        Ok(Outcome::Refused(refused)) => refusal::problem(&refused),
        Ok(Outcome::Unknown(doubt)) => {
            tracing::warn!(order = %order.id, ?doubt, "the bank did not confirm that it sends a code");
            Problem::BankUnreachable
        }
        Err(error) => return Err(Failure::internal(&error)),
    };
    // No code will come for this try: the order is as it was before.
    channel::book_refused(app, order, &attempt, "no code was sent".to_owned()).await?;
    Err(problem.into())
}

/// What the page that asks for the bank's code shows.
///
/// # Errors
/// There is no such bill of this person, or no payment of it waits for a code.
pub async fn awaiting_code(
    app: &App,
    person_id: PersonId,
    order_id: OrderId,
) -> Result<AwaitingCode, Failure> {
    let order = bills::order(app, person_id, order_id).await?;
    let sent = awaiting(app, &order)?.at;
    let payer = payer(app, person_id).await?;
    Ok(AwaitingCode::of(&order, payer, sent))
}

/// Pays: commits that the channel is being asked, asks it, and books what it says.
///
/// # Errors
/// The code is not one (field `sms_code`); no payment of this bill waits for a code; the bank refuses. No money has
/// moved then. A payment whose outcome is not known is not an error but [`Paying::Confirming`].
pub async fn confirm(
    app: &Arc<App>,
    person_id: PersonId,
    order_id: OrderId,
    sms_code: &str,
) -> Result<Paying, Failure> {
    let wrong_form = || Failure::in_field("sms_code", Problem::SmsCodeFormat);
    let code = sms_code.parse::<SmsCode>().map_err(|_| wrong_form())?;
    if code.expose().len() != 6 {
        return Err(wrong_form());
    }
    let order = bills::order(app, person_id, order_id).await?;
    let attempt = awaiting(app, &order)?.clone();
    let payer = payer(app, person_id).await?;
    // A task of its own: what was begun is brought to its end even when the person closes the page.
    let app = Arc::clone(app);
    let paying = async move { pay(&app, &order, &attempt, &payer, &code).await };
    tokio::spawn(paying.in_current_span()).await.unwrap_or_else(|error| Err(Failure::internal(&error)))
}

async fn pay(
    app: &App,
    order: &Order,
    attempt: &Attempt,
    payer: &Payer,
    code: &SmsCode,
) -> Result<Paying, Failure> {
    let action = Action::SubmitPayment { order_id: order.id, channel_order: attempt.channel_order.clone() };
    channel::submit(app, order.person_id, Actor::Person, action).await.map_err(refused)?;
    let asked = channel::channel_order(attempt)?;
    // If the process stood still meanwhile, the try may have been given up: once its code is too old, the jobs take it
    // for certain that nothing is sent any more.
    let now = app.clock.now();
    if is_too_old(attempt, now) {
        channel::book_refused(app, order, attempt, "its code was too old to be sent".to_owned()).await?;
        return Err(Problem::FormExpired.into());
    }
    match app.unionpay.consume(&asked, &payer.token, order.cash, code, now).await {
        Ok(Submission::Accepted(_)) => learn(app, order, attempt).await,
        Ok(Submission::Refused(refused)) => {
            channel::book_refused(app, order, attempt, refusal::reason(&refused)).await?;
            Err(refusal::problem(&refused).into())
        }
        // Without a connection nothing was sent, so nothing can have been paid.
        Ok(Submission::Unknown(Doubt::NoAnswer(NoAnswer::NotConnected))) => {
            not_sent(app, order, attempt, &NoAnswer::NotConnected).await
        }
        Ok(Submission::Unknown(doubt)) => {
            channel::in_doubt(app, order, &doubt);
            Ok(Paying::Confirming)
        }
        Err(error) => not_sent(app, order, attempt, &error).await,
    }
}

async fn not_sent(
    app: &App,
    order: &Order,
    attempt: &Attempt,
    error: &(dyn std::error::Error + Send + Sync + 'static),
) -> Result<Paying, Failure> {
    tracing::warn!(order = %order.id, error, "the channel could not be asked to move the money");
    channel::book_refused(app, order, attempt, "nothing was sent".to_owned()).await?;
    Err(Problem::BankUnreachable.into())
}

/// The channel took the payment: asks it at once what became of it, because most are decided by then.
async fn learn(app: &App, order: &Order, attempt: &Attempt) -> Result<Paying, Failure> {
    match channel::ask_payment(app, order, attempt).await {
        Ok(Standing::Done) => Ok(Paying::Paid),
        Ok(Standing::Refused(refused)) => Err(refusal::problem(&refused).into()),
        Ok(Standing::NotFound | Standing::Open) => Ok(Paying::Confirming),
        Err(failure) => {
            // The money may have moved; the job that asks again will book it.
            tracing::warn!(order = %order.id, problem = failure.problem.code(), "the outcome of a payment is not booked yet");
            Ok(Paying::Confirming)
        }
    }
}
