//! Undoing a settlement to the fen: 2208, 2103, 2601.

use ledger::{Account, Journal};
use model::{Fen, Instant};

use crate::command::{Action, Command};
use crate::context::{Context, SettlementFile};
use crate::event::Message;
use crate::order::{Order, OrderState};
use crate::plan::{Effect, is_own};
use crate::record::{Record, Settlement, SettlementKind};
use crate::refusal::Refusal;
use crate::settle::movements_of;

pub(crate) fn effect(context: &Context, command: &Command) -> Result<Effect, Refusal> {
    let Action::Revoke { visit_id, reversal_id, refund_order, .. } = &command.action else {
        return Err(Refusal::Inconsistent("not a reversal".to_owned()));
    };
    let file = context
        .settlement
        .as_ref()
        .filter(|file| is_own(&command.actor, &file.settlement.institution))
        .filter(|file| visit_id.is_none_or(|visit_id| visit_id == file.settlement.visit_id))
        .ok_or(Refusal::NoSuchSettlement)?;
    if !file.live || file.settlement.kind != SettlementKind::Original {
        return Err(Refusal::AlreadyReversed);
    }
    let original = &file.settlement;
    let change = original.change.reversed()?;
    let after = context.account.changed_by(&change)?;
    let reversal = Settlement {
        id: *reversal_id,
        kind: SettlementKind::Reversal { of: original.id },
        settled: command.at,
        request: command.request.as_ref().map(|request| request.key.clone()),
        split: original.split.negated()?,
        change: change.clone(),
        balance_after: Fen::sum([after.balances.current_year, after.balances.previous_years])?,
        ..original.clone()
    };
    let person = &original.case.person;
    let mut movements = movements_of(&reversal.split, &original.institution, person.region, person.scheme)?;
    let undone = undone(file, refund_order, command.at)?;
    movements.extend(undone.returned);
    Ok(Effect {
        change,
        journal: Journal::of(movements)?,
        records: vec![
            Record::Settlement { settlement: Box::new(reversal) },
            Record::Order { order: undone.order },
        ],
        messages: vec![undone.message],
    })
}

/// What becomes of the order of a settlement that is undone.
struct Undone {
    order: Order,
    /// Cash that is given back at once.
    returned: Vec<(Account, Fen)>,
    message: Message,
}

fn undone(file: &SettlementFile, refund_order: &str, now: Instant) -> Result<Undone, Refusal> {
    let order_id = file.order.id;
    let mut returned = Vec::new();
    let mut message = Message::OrderChanged { order_id };
    let state = match &file.order.state {
        // A payment that was only begun cannot have moved money: the channel has not been asked to.
        OrderState::NothingDue | OrderState::Due | OrderState::Authorising { .. } => OrderState::Closed,
        OrderState::Paying { .. } => return Err(Refusal::PaymentUnderWay),
        OrderState::Paid { attempt, channel_reference, .. } => {
            message = Message::RefundWanted { order_id };
            OrderState::Refunding {
                attempt: attempt.clone(),
                channel_reference: channel_reference.clone(),
                refund_order: refund_order.to_owned(),
                since: now,
            }
        }
        OrderState::PaidAtWindow { .. } => {
            returned.push((Account::Window(file.order.institution.clone()), file.order.cash));
            returned.push((Account::CashDue, file.order.cash.negated()?));
            OrderState::Refunded { at: now }
        }
        OrderState::Refunding { .. } | OrderState::Refunded { .. } | OrderState::Closed => {
            return Err(Refusal::AlreadyReversed);
        }
    };
    Ok(Undone { order: Order { state, ..file.order.clone() }, returned, message })
}
