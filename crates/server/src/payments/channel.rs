//! What the channel says of payments and refunds, and booking it.
//!
//! **Invariant:** money is booked only on an explicit statement of the channel about this very order, kind and amount.
//! A statement that does not fit is logged and counted, and changes nothing.

use connectors::unionpay::{
    Order as ChannelOrder, OrderState as ChannelState, Settled, SettledMismatch, TransactionKind,
};
use model::{EventId, Fen, PersonId};
use settlement::{Action, Actor, Attempt, Command, Order, OrderState, PaymentResult, RefundResult, Refusal};
use store::{Connection, SubmitError, events};

use super::refusal;
use crate::app::App;
use crate::bills::service as bills;
use crate::failure::Failure;
use crate::random;

/// The name of the channel in orders and in the ledger.
pub const UNIONPAY: &str = "unionpay";
/// What parts the number of a refund from the count of its tries, from the second try on.
pub(crate) const REFUND_TRY: char = 'R';

/// What is known of a payment or refund after the channel was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The money moved, and it is booked.
    Done,
    /// No money moved, and the order can be paid again. The channel's words.
    Refused(connectors::Refusal),
    /// The channel has no such order.
    NotFound,
    /// Not known yet.
    Open,
}

/// What became of booking a statement of the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booking {
    /// It is booked, now or by someone who was faster.
    Booked,
    /// It does not fit the order; nothing was changed, and someone must look.
    DoesNotFit,
}

/// A try as the channel identifies it.
///
/// # Errors
/// The order number is not one for the channel.
pub(super) fn channel_order(attempt: &Attempt) -> Result<ChannelOrder, Failure> {
    ChannelOrder::new(&attempt.channel_order, attempt.at).map_err(|error| Failure::internal(&error))
}

/// A command on an order did nothing, or may have.
pub(super) enum NotDone {
    /// The order's own rules refuse it; nothing was changed.
    Refused(Refusal),
    /// It failed.
    Failed(Failure),
}

impl From<SubmitError> for NotDone {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Refused(refusal) => Self::Refused(refusal),
            SubmitError::UnknownPerson => Self::Failed(Failure::internal(&error)),
            SubmitError::Store(error) => Self::Failed(error.into()),
        }
    }
}

/// Does something to a person's order.
pub(super) async fn submit(
    app: &App,
    person_id: PersonId,
    actor: Actor,
    action: Action,
) -> Result<(), NotDone> {
    let at = app.clock.now();
    let event_id = random::new_id(at, EventId::new).map_err(|error| NotDone::Failed(error.into()))?;
    app.submit(Command { person_id, event_id, at, actor, request: None, action }).await?;
    Ok(())
}

/// Books that a payment moved money.
///
/// # Errors
/// The store fails; the statement has to come again.
pub async fn book_paid(app: &App, order: &Order, settled: &Settled) -> Result<Booking, Failure> {
    let number = settled.order.number();
    if let Some(attempt) = order.attempt(number)
        && let Err(mismatch) = settled.check(&channel_order(attempt)?, TransactionKind::Consume, order.cash)
    {
        return Ok(does_not_fit(app, order, &mismatch));
    }
    let result = PaymentResult::Paid { amount: settled.amount, channel_reference: settled.query_id.clone() };
    let action = Action::ResolvePayment { order_id: order.id, channel_order: number.to_owned(), result };
    match submit(app, order.person_id, Actor::Platform, action).await {
        Ok(()) => {
            app.metrics.payments.inc();
            Ok(Booking::Booked)
        }
        Err(NotDone::Failed(failure)) => Err(failure),
        // Also where a try that was given up moved money that is owed no more ([`Refusal::Overpaid`]), or while another
        // try is under way: that money is not booked, and whoever reconciles with the channel has it given back.
        Err(NotDone::Refused(refusal)) => {
            let known = was_paid_by(app, order, number).await?;
            if known { Ok(Booking::Booked) } else { Ok(does_not_fit(app, order, &refusal)) }
        }
    }
}

/// Whether the order was paid by this very try, even when the money has gone back since.
async fn was_paid_by(app: &App, order: &Order, channel_order: &str) -> Result<bool, Failure> {
    /// How far back a person's events are looked through; the channel repeats a notification for minutes, not months.
    const NEWEST: u32 = 200;
    let paid_by = |state: &OrderState| match state {
        OrderState::Paid { attempt, .. } => attempt.channel_order == channel_order,
        _ => false,
    };
    let person_id = order.person_id;
    let read = move |connection: &mut Connection| events::of_person(connection, person_id, None, NEWEST);
    let newest = app.database.read(read).await?;
    let states = newest.iter().filter_map(|(_, event)| event.body.order());
    Ok(states.filter(|booked| booked.id == order.id).any(|booked| paid_by(&booked.state)))
}

fn does_not_fit(app: &App, order: &Order, why: &(dyn std::error::Error + 'static)) -> Booking {
    app.metrics.payments_doubtful.inc();
    tracing::error!(order = %order.id, error = why, "the channel states what does not fit the order; nothing was booked");
    Booking::DoesNotFit
}

/// Books that a try moved no money, so that the person can pay again.
///
/// # Errors
/// The store fails.
pub(crate) async fn book_refused(
    app: &App,
    order: &Order,
    attempt: &Attempt,
    reason: String,
) -> Result<(), Failure> {
    let action = Action::ResolvePayment {
        order_id: order.id,
        channel_order: attempt.channel_order.clone(),
        result: PaymentResult::Refused { reason },
    };
    match submit(app, order.person_id, Actor::Platform, action).await {
        // Someone else booked the end of this try first.
        Ok(()) | Err(NotDone::Refused(_)) => Ok(()),
        Err(NotDone::Failed(failure)) => Err(failure),
    }
}

/// Asks the channel what became of a payment that is under way, and books the answer. That the channel has no such
/// order is not booked: a message of it may still be on its way.
///
/// # Errors
/// The store fails, or nothing could be asked.
pub async fn ask_payment(app: &App, order: &Order, attempt: &Attempt) -> Result<Standing, Failure> {
    let asked = channel_order(attempt)?;
    let said =
        app.unionpay.query(&asked, app.clock.now()).await.map_err(|error| Failure::internal(&error))?;
    match said {
        ChannelState::Settled(settled) => Ok(match book_paid(app, order, &settled).await? {
            Booking::Booked => Standing::Done,
            Booking::DoesNotFit => Standing::Open,
        }),
        ChannelState::Refused(refused) => {
            book_refused(app, order, attempt, refusal::reason(&refused)).await?;
            Ok(Standing::Refused(refused))
        }
        ChannelState::NotFound => Ok(Standing::NotFound),
        ChannelState::Unknown(doubt) => {
            in_doubt(app, order, &doubt);
            Ok(Standing::Open)
        }
    }
}

/// Counts and logs an answer that leaves the outcome open.
pub(crate) fn in_doubt(app: &App, order: &Order, doubt: &connectors::Doubt) {
    app.metrics.payments_unknown.inc();
    tracing::warn!(order = %order.id, ?doubt, "the channel leaves the outcome open");
}

/// Books that a refund moved `amount` back.
///
/// # Errors
/// The store fails; the statement has to come again.
pub async fn book_refund(app: &App, order: &Order, amount: Fen) -> Result<Booking, Failure> {
    let action = Action::ResolveRefund { order_id: order.id, result: RefundResult::Done { amount } };
    match submit(app, order.person_id, Actor::Platform, action).await {
        Ok(()) => Ok(Booking::Booked),
        Err(NotDone::Failed(failure)) => Err(failure),
        Err(NotDone::Refused(Refusal::NotPayable(_)))
            if is_refunded(&bills::order(app, order.person_id, order.id).await?) =>
        {
            Ok(Booking::Booked)
        }
        Err(NotDone::Refused(refusal)) => Ok(does_not_fit(app, order, &refusal)),
    }
}

const fn is_refunded(order: &Order) -> bool {
    matches!(order.state, OrderState::Refunded { .. })
}

/// Books a refund that the channel tells of by itself.
///
/// # Errors
/// The store fails; the statement has to come again.
pub(super) async fn book_refund_told(
    app: &App,
    order: &Order,
    settled: &Settled,
) -> Result<Booking, Failure> {
    match &order.state {
        OrderState::Refunded { .. } => Ok(Booking::Booked),
        OrderState::Refunding { refund_order, since, .. }
            if settled.order.number().starts_with(refund_order)
                && settled.order.time() == since.to_china_digits() =>
        {
            book_refund(app, order, settled.amount).await
        }
        _ => Ok(does_not_fit(app, order, &SettledMismatch::Order)),
    }
}
