//! Paying the cash share, and getting it back.

use ledger::{Account, Journal};
use model::Fen;

use crate::command::{Action, Actor, Command};
use crate::context::Context;
use crate::event::Message;
use crate::order::{Attempt, Order, OrderState, PaymentResult, RefundResult};
use crate::plan::{Effect, acting_institution, is_own};
use crate::record::Record;
use crate::refusal::Refusal;

pub(crate) fn effect(context: &Context, command: &Command) -> Result<Effect, Refusal> {
    let order = context
        .order
        .as_ref()
        .filter(|order| is_own(&command.actor, &order.institution))
        .ok_or(Refusal::NoSuchOrder)?;
    match &command.action {
        Action::BeginPayment { attempt, .. } => match &order.state {
            OrderState::Due | OrderState::Authorising { .. } => {
                Ok(moved(order, OrderState::Authorising { attempt: attempt.clone() }, Journal::default()))
            }
            other => Err(not_payable(other)),
        },
        Action::SubmitPayment { channel_order, .. } => match &order.state {
            OrderState::Authorising { attempt } => {
                check_attempt(attempt, channel_order)?;
                Ok(moved(order, OrderState::Paying { attempt: attempt.clone() }, Journal::default()))
            }
            OrderState::Due => Err(Refusal::OtherAttempt),
            other => Err(not_payable(other)),
        },
        Action::ResolvePayment { channel_order, result, .. } => {
            resolve(order, channel_order, result, command)
        }
        Action::TakeCash { .. } => {
            acting_institution(context)?;
            take_cash(order, command)
        }
        Action::ResolveRefund { result: RefundResult::Done { amount }, .. } => {
            refunded(order, *amount, command)
        }
        _ => Err(Refusal::Inconsistent("not an action of a payment".to_owned())),
    }
}

fn moved(order: &Order, state: OrderState, journal: Journal) -> Effect {
    changed(Order { state, ..order.clone() }, journal)
}

fn changed(order: Order, journal: Journal) -> Effect {
    let order_id = order.id;
    Effect {
        journal,
        records: vec![Record::Order { order }],
        messages: vec![Message::OrderChanged { order_id }],
        ..Effect::default()
    }
}

fn not_payable(state: &OrderState) -> Refusal {
    match state {
        OrderState::Paid { .. } | OrderState::PaidAtWindow { .. } => Refusal::AlreadyPaid,
        OrderState::Paying { .. } => Refusal::PaymentUnderWay,
        other => Refusal::NotPayable(other.name()),
    }
}

fn check_attempt(attempt: &Attempt, channel_order: &str) -> Result<(), Refusal> {
    if attempt.channel_order == channel_order { Ok(()) } else { Err(Refusal::OtherAttempt) }
}

fn check_amount(channel: Fen, order: Fen) -> Result<(), Refusal> {
    if channel == order { Ok(()) } else { Err(Refusal::ChannelAmountDiffers { channel, order }) }
}

fn resolve(
    order: &Order,
    channel_order: &str,
    result: &PaymentResult,
    command: &Command,
) -> Result<Effect, Refusal> {
    match result {
        PaymentResult::Refused { .. } => give_up(order, channel_order),
        PaymentResult::Paid { amount, channel_reference } => {
            let attempt = paying_attempt(order, channel_order)?;
            check_amount(*amount, order.cash)?;
            let journal = Journal::of([
                (Account::Channel(attempt.channel.clone()), order.cash.negated()?),
                (Account::CashDue, order.cash),
            ])?;
            let state = OrderState::Paid {
                attempt: attempt.clone(),
                channel_reference: channel_reference.clone(),
                at: command.at,
            };
            let mut given_up = order.given_up.clone();
            given_up.retain(|other| other != attempt);
            Ok(changed(Order { state, given_up, ..order.clone() }, journal))
        }
    }
}

/// No money moved: the order can be paid by another try. A try that had been submitted is remembered.
fn give_up(order: &Order, channel_order: &str) -> Result<Effect, Refusal> {
    let mut given_up = order.given_up.clone();
    match &order.state {
        OrderState::Paying { attempt } => {
            check_attempt(attempt, channel_order)?;
            given_up.push(attempt.clone());
        }
        OrderState::Authorising { attempt } => check_attempt(attempt, channel_order)?,
        other => return Err(not_payable(other)),
    }
    Ok(changed(Order { state: OrderState::Due, given_up, ..order.clone() }, Journal::default()))
}

/// The try whose money moved, if the order can be paid by it: the try that is under way, or one that was given up while
/// no other has been submitted since.
fn paying_attempt<'o>(order: &'o Order, channel_order: &str) -> Result<&'o Attempt, Refusal> {
    let given_up = order.given_up.iter().find(|attempt| attempt.channel_order == channel_order);
    match (&order.state, given_up) {
        (OrderState::Paying { attempt }, None) => {
            check_attempt(attempt, channel_order)?;
            Ok(attempt)
        }
        (OrderState::Due | OrderState::Authorising { .. }, Some(attempt)) => Ok(attempt),
        // Whether this money is owed depends on the try that is under way.
        (OrderState::Paying { .. }, Some(_)) => Err(Refusal::PaymentUnderWay),
        (other, Some(_)) => Err(Refusal::Overpaid(other.name())),
        // A try that was never submitted cannot have paid.
        (other, None) => Err(not_payable(other)),
    }
}

fn take_cash(order: &Order, command: &Command) -> Result<Effect, Refusal> {
    if !matches!(command.actor, Actor::Institution { .. }) {
        return Err(Refusal::NoSuchOrder);
    }
    match &order.state {
        OrderState::Due | OrderState::Authorising { .. } => {
            let journal = Journal::of([
                (Account::Window(order.institution.clone()), order.cash.negated()?),
                (Account::CashDue, order.cash),
            ])?;
            Ok(moved(order, OrderState::PaidAtWindow { at: command.at }, journal))
        }
        other => Err(not_payable(other)),
    }
}

fn refunded(order: &Order, amount: Fen, command: &Command) -> Result<Effect, Refusal> {
    let OrderState::Refunding { attempt, .. } = &order.state else {
        return Err(Refusal::NotPayable(order.state.name()));
    };
    check_amount(amount, order.cash)?;
    let journal = Journal::of([
        (Account::Channel(attempt.channel.clone()), order.cash),
        (Account::CashDue, order.cash.negated()?),
    ])?;
    Ok(moved(order, OrderState::Refunded { at: command.at }, journal))
}
