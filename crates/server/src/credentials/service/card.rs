//! The bank account of the social-security card: bound through UnionPay, it opens payment (level 2).
//!
//! Binding takes two calls: the channel sends a code to the phone that the bank knows, then gives a token for card and
//! code. The holder is always the insured person as registered, with the phone number of their login: nobody can bind
//! another's card. Only when the channel has given the token is anything opened, and token and level are written
//! together. When an answer does not come, the attempt is closed: a token that the channel may have made all the same
//! is known to nobody, and binding again gives the same one.

use std::sync::Arc;

use connectors::Outcome;
use connectors::secret::{CardNumber, PayToken, PersonName, PhoneNumber, SmsCode};
use connectors::unionpay::{Cardholder, Order};
use credential::{CredentialRefusal, SendLimits};
use model::{Instant, OrderId, PersonId};
use store::bank::{self, BankBinding, BindingState, NewBinding};
use store::people::Person;
use store::{Personal, StoreError, Transaction, credentials};
use tracing::Instrument as _;

use crate::app::App;
use crate::failure::Failure;
use crate::payments::refusal as bank_refusal;
use crate::random;
use crate::web::Problem;

/// Name of the channel in stored bindings.
const UNIONPAY: &str = "unionpay";
/// How long the bank's code can be entered, in seconds: the channel's own limit is not told, so that of ours.
const CODE_SECONDS: i64 = 300;
/// The channel's answer that the code is wrong: it may be entered again.
const CODE_WRONG: &str = "71";

/// A binding that waits for the bank's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingCard {
    /// Last digits of the card number.
    pub card_tail: String,
    /// Phone number that the code went to.
    pub phone: Personal,
    /// Seconds until another code can be asked for.
    pub resend_after_seconds: u32,
}

/// The bank account that is bound, if one is.
///
/// # Errors
/// The store fails.
pub async fn bound_card(app: &App, person_id: PersonId) -> Result<Option<BankBinding>, Failure> {
    let latest = app.database.read(move |connection| bank::latest(connection, person_id)).await?;
    Ok(latest.filter(|binding| binding.state == BindingState::Open))
}

/// The binding that waits for its code, if one does.
///
/// # Errors
/// The store fails.
pub async fn pending_card(app: &App, person_id: PersonId) -> Result<Option<PendingCard>, Failure> {
    let now = app.clock.now();
    Ok(waiting(app, person_id, now).await?.map(|binding| PendingCard {
        card_tail: binding.card_tail,
        phone: binding.phone,
        resend_after_seconds: wait_seconds(binding.began_at, now),
    }))
}

async fn waiting(app: &App, person_id: PersonId, now: Instant) -> Result<Option<BankBinding>, Failure> {
    let latest = app.database.read(move |connection| bank::latest(connection, person_id)).await?;
    Ok(latest.filter(|binding| {
        binding.state == BindingState::Pending && now < binding.began_at.plus_seconds(CODE_SECONDS)
    }))
}

/// Seconds until another code can be sent after the one of `sent_at`.
fn wait_seconds(sent_at: Instant, now: Instant) -> u32 {
    let until = sent_at.plus_seconds(i64::from(SendLimits::default().gap_seconds));
    u32::try_from(until.since(now).max(0).saturating_add(999) / 1000).unwrap_or(u32::MAX)
}

/// Does `work` in a task of its own: what was begun with the channel is brought to its end even when the person closes
/// the page, or the request takes too long.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Failure>> + Send + 'static,
) -> Result<T, Failure> {
    tokio::spawn(work.in_current_span()).await.unwrap_or_else(|error| Err(Failure::internal(&error)))
}

/// Begins to bind a card: has the bank send a code to `phone`.
///
/// # Errors
/// [`Problem::CardNumberFormat`], [`Problem::BankRefused`] in `card_number`; [`Problem::CardAlreadyBound`];
/// [`Problem::SmsCodeTooSoon`]; [`Problem::BankUnreachable`]. Nothing is bound then.
pub async fn begin_card(
    app: &Arc<App>,
    person_id: PersonId,
    phone: &Personal,
    card_number: &str,
) -> Result<PendingCard, Failure> {
    let card_number = read_card_number(card_number)?;
    let (app, phone) = (Arc::clone(app), phone.clone());
    to_its_end(async move { ask_for_code(&app, person_id, phone, card_number).await }).await
}

async fn ask_for_code(
    app: &App,
    person_id: PersonId,
    phone: Personal,
    card_number: Personal,
) -> Result<PendingCard, Failure> {
    let now = app.clock.now();
    let person = super::person(app, person_id).await?;
    let new = NewBinding {
        person_id,
        channel: UNIONPAY.to_owned(),
        channel_order: random::new_id(now, OrderId::new)?.to_string(),
        card_number,
        phone,
        // The channel does not tell it.
        bank: String::new(),
        began_at: now,
    };
    let holder = holder(&person, &new.card_number, &new.phone)?;
    let order = Order::new(&new.channel_order, now).map_err(|error| Failure::internal(&error))?;
    let pending = PendingCard {
        card_tail: tail(new.card_number.expose()),
        phone: new.phone.clone(),
        resend_after_seconds: SendLimits::default().gap_seconds,
    };
    let sequence = app.database.write(move |transaction| reserve(transaction, &new, now)).await?;
    let sent =
        app.unionpay.open_token_sms(&order, &holder, now).await.map_err(|error| Failure::internal(&error))?;
    match sent {
        Outcome::Success(()) => Ok(pending),
        Outcome::Refused(refusal) => {
            abandon(app, person_id, sequence).await?;
            Err(Failure::in_field("card_number", bank_refusal::problem(&refusal)))
        }
        Outcome::Unknown(doubt) => {
            tracing::warn!(?doubt, "the bank card channel did not say whether it sent a code");
            abandon(app, person_id, sequence).await?;
            Err(Problem::BankUnreachable.into())
        }
    }
}

/// Has the bank send another code for the card that waits for one.
///
/// # Errors
/// [`Problem::StepMissing`] when none waits, and those of [`begin_card`].
pub async fn begin_card_again(app: &Arc<App>, person_id: PersonId) -> Result<PendingCard, Failure> {
    let now = app.clock.now();
    let waiting = waiting(app, person_id, now).await?.ok_or(Problem::StepMissing)?;
    begin_card(app, person_id, &waiting.phone, waiting.card_number.expose()).await
}

/// Stores the attempt before the channel hears of it, unless a card is bound or the last code is too young.
fn reserve(transaction: &mut Transaction<'_>, new: &NewBinding, now: Instant) -> Result<u32, Failure> {
    if let Some(latest) = bank::latest(transaction, new.person_id)? {
        if latest.state == BindingState::Open {
            return Err(Problem::CardAlreadyBound.into());
        }
        let seconds = wait_seconds(latest.began_at, now);
        if latest.state == BindingState::Pending && seconds > 0 {
            return Err(Problem::SmsCodeTooSoon { seconds }.into());
        }
    }
    Ok(bank::begin(transaction, new)?)
}

/// Closes an attempt that came to nothing, if it still is the latest.
async fn abandon(app: &App, person_id: PersonId, sequence: u32) -> Result<(), Failure> {
    let now = app.clock.now();
    app.database
        .write(move |transaction| {
            let latest = bank::latest(transaction, person_id)?;
            if latest
                .is_some_and(|latest| latest.sequence == sequence && latest.state == BindingState::Pending)
            {
                bank::close(transaction, person_id, now)?;
            }
            Ok::<_, StoreError>(())
        })
        .await?;
    Ok(())
}

/// Opens payment with the code that the bank sent; returns the last digits of the card.
///
/// # Errors
/// [`Problem::SmsCodeFormat`], [`Problem::SmsCodeExpired`], [`Problem::BankCodeWrong`],
/// [`Problem::BankRefused`] in `sms_code`;
/// [`Problem::StepMissing`] when no card waits; [`Problem::BankUnreachable`]. Nothing is bound then.
pub async fn confirm_card(app: &Arc<App>, person_id: PersonId, code: &str) -> Result<String, Failure> {
    let code: SmsCode = code.parse().map_err(|_| Failure::in_field("sms_code", Problem::SmsCodeFormat))?;
    let app = Arc::clone(app);
    to_its_end(async move { bind(&app, person_id, code).await }).await
}

async fn bind(app: &App, person_id: PersonId, code: SmsCode) -> Result<String, Failure> {
    let now = app.clock.now();
    let latest = app.database.read(move |connection| bank::latest(connection, person_id)).await?;
    let pending =
        latest.filter(|latest| latest.state == BindingState::Pending).ok_or(Problem::StepMissing)?;
    if now >= pending.began_at.plus_seconds(CODE_SECONDS) {
        return Err(Failure::in_field("sms_code", Problem::SmsCodeExpired));
    }
    let person = super::person(app, person_id).await?;
    let holder = holder(&person, &pending.card_number, &pending.phone)?;
    let order =
        Order::new(&pending.channel_order, pending.began_at).map_err(|error| Failure::internal(&error))?;
    let answer = app
        .unionpay
        .open_token(&order, &holder, &code, now)
        .await
        .map_err(|error| Failure::internal(&error))?;
    match answer {
        Outcome::Success(grant) => {
            let (sequence, token) = (pending.sequence, Personal::new(grant.token.expose()));
            app.database
                .write(move |transaction| open(transaction, person_id, sequence, &token, now))
                .await?;
            Ok(pending.card_tail)
        }
        Outcome::Refused(refusal) => {
            if refusal.code != CODE_WRONG {
                abandon(app, person_id, pending.sequence).await?;
            }
            Err(Failure::in_field("sms_code", bank_refusal::problem(&refusal)))
        }
        Outcome::Unknown(doubt) => {
            tracing::warn!(?doubt, "the bank card channel did not say whether it gave a token");
            abandon(app, person_id, pending.sequence).await?;
            Err(Problem::BankUnreachable.into())
        }
    }
}

/// Token and level in one transaction. Rolled back when the attempt was closed or the credential suspended meanwhile.
fn open(
    transaction: &mut Transaction<'_>,
    person_id: PersonId,
    sequence: u32,
    token: &Personal,
    now: Instant,
) -> Result<(), Failure> {
    if !bank::open(transaction, person_id, sequence, token, now)? {
        return Err(Problem::StepMissing.into());
    }
    let stored = credentials::find(transaction, person_id)?.ok_or(Problem::NotActivated)?;
    match stored.credential.open_payment() {
        Ok(opened) if credentials::change(transaction, person_id, stored.credential, opened)? => Ok(()),
        // A card that was open before has left the level where it is.
        Err(CredentialRefusal::PaymentAlreadyOpen) => Ok(()),
        Err(CredentialRefusal::Suspended) => Err(Problem::CredentialSuspended.into()),
        Ok(_) | Err(_) => Err(Problem::StepMissing.into()),
    }
}

/// Releases the bank account: the token is forgotten, payment is closed (level 1), and the channel is told to end the
/// token. Whether an account was bound.
///
/// # Errors
/// The store fails.
pub async fn close_card(app: &App, person_id: PersonId) -> Result<bool, Failure> {
    let now = app.clock.now();
    let released = app
        .database
        .write(move |transaction| {
            let binding = bank::latest(transaction, person_id)?;
            bank::close(transaction, person_id, now)?;
            close_payment(transaction, person_id)?;
            Ok::<_, StoreError>(binding)
        })
        .await?;
    let was_bound = released.as_ref().is_some_and(|binding| binding.state == BindingState::Open);
    give_back(app, released).await;
    Ok(was_bound)
}

/// Level 2 → 1, if it is 2.
pub(super) fn close_payment(
    transaction: &mut Transaction<'_>,
    person_id: PersonId,
) -> Result<(), StoreError> {
    if let Some(stored) = credentials::find(transaction, person_id)?
        && let Ok(closed) = stored.credential.close_payment()
    {
        credentials::change(transaction, person_id, stored.credential, closed)?;
    }
    Ok(())
}

/// Tells the channel that a token will not be used again. We have forgotten it already, so that whatever the channel
/// answers, it cannot pay through us any more.
pub(super) async fn give_back(app: &App, released: Option<BankBinding>) {
    let Some(token) = released.and_then(|binding| binding.token) else { return };
    let now = app.clock.now();
    let order = random::new_id(now, OrderId::new).ok().and_then(|id| Order::new(&id.to_string(), now).ok());
    let (Some(order), Ok(token)) = (order, token.expose().parse::<PayToken>()) else { return };
    match app.unionpay.delete_token(&order, &token, now).await {
        Ok(Outcome::Success(())) => {}
        Ok(Outcome::Refused(refusal)) => {
            tracing::warn!(code = refusal.code, "the channel keeps a released token")
        }
        Ok(Outcome::Unknown(doubt)) => tracing::warn!(?doubt, "the channel may keep a released token"),
        Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a token was not given back"),
    }
}

fn read_card_number(text: &str) -> Result<Personal, Failure> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if digits.is_empty() {
        return Err(Failure::in_field("card_number", Problem::Required));
    }
    if digits.parse::<CardNumber>().is_err() {
        return Err(Failure::in_field("card_number", Problem::CardNumberFormat));
    }
    Ok(Personal::new(digits))
}

fn tail(digits: &str) -> String {
    digits.get(digits.len().saturating_sub(4)..).unwrap_or_default().to_owned()
}

fn holder(person: &Person, card: &Personal, phone: &Personal) -> Result<Cardholder, Failure> {
    let internal = |error: connectors::Error| Failure::internal(&error);
    let card: CardNumber = card.expose().parse().map_err(internal)?;
    let name: PersonName = person.name.expose().parse().map_err(internal)?;
    let phone: PhoneNumber = phone.expose().parse().map_err(internal)?;
    Ok(Cardholder { card, name, id_number: person.id_number.clone(), phone })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_read_with_spaces() {
        assert_eq!(read_card_number("6216 6100-0000 0000 016"), Ok(Personal::new("6216610000000000016")));
        for text in
            ["621661", "62166100000000000x6", "62166100000000000160", "６２１６６１００００００００００"]
        {
            assert_eq!(
                read_card_number(text),
                Err(Failure::in_field("card_number", Problem::CardNumberFormat)),
                "{text}"
            );
        }
        assert_eq!(read_card_number(" "), Err(Failure::in_field("card_number", Problem::Required)));
    }

    #[test]
    fn another_code_can_be_asked_for_after_a_minute() {
        let sent = Instant::from_milliseconds(1_700_000_000_000);
        assert_eq!(wait_seconds(sent, sent), 60);
        assert_eq!(wait_seconds(sent, sent.plus_seconds(59)), 1);
        assert_eq!(wait_seconds(sent, sent.plus_seconds(61)), 0);
    }
}
