//! Undoing a settlement to the fen: 2208, 2103, 2601.

use benefit::LaterSettlements;
use ledger::{Account, Journal};
use model::{Fen, Instant, SettlementId, VisitId};

use crate::account::{AccountChange, BenefitAccount};
use crate::command::{Action, Command};
use crate::context::{Context, SettlementFile};
use crate::event::Message;
use crate::order::{Order, OrderState};
use crate::plan::{Effect, Rules, is_own};
use crate::record::{Record, Settlement, SettlementKind};
use crate::refusal::Refusal;
use crate::settle::movements_of;

pub(crate) fn effect(rules: &Rules, context: &Context, command: &Command) -> Result<Effect, Refusal> {
    let Action::Revoke { visit_id, reversal_id, refund_order, .. } = &command.action else {
        return Err(Refusal::Inconsistent("not a reversal".to_owned()));
    };
    let file = standing(context, command, *visit_id)?;
    let later = resting_on(rules, context, &file.settlement)?;
    let mut undoing = Undoing::new(context, command);
    undoing.undo_all(&later, file, (*reversal_id, refund_order))?;
    undoing.effect()
}

/// The settlement that the command names, if it stands and is the actor's to undo.
pub(crate) fn standing<'c>(
    context: &'c Context,
    command: &Command,
    visit_id: Option<VisitId>,
) -> Result<&'c SettlementFile, Refusal> {
    let file = context
        .settlement
        .as_ref()
        .filter(|file| is_own(&command.actor, &file.settlement.institution))
        .filter(|file| visit_id.is_none_or(|visit_id| visit_id == file.settlement.visit_id))
        .ok_or(Refusal::NoSuchSettlement)?;
    if !file.live || file.settlement.kind != SettlementKind::Original {
        return Err(Refusal::AlreadyReversed);
    }
    Ok(file)
}

/// The later settlements of the same medical year that have to be undone too, the earliest first: none where the region's
/// policy lets them stand.
///
/// # Errors
/// The policy has them undone first.
pub(crate) fn resting_on<'c>(
    rules: &Rules,
    context: &'c Context,
    original: &Settlement,
) -> Result<Vec<&'c SettlementFile>, Refusal> {
    let case = &original.case;
    let policy = rules.policies.settling(case)?;
    let year = policy.medical_year(case.date);
    let later: Vec<&SettlementFile> = context
        .later
        .iter()
        .filter(|file| file.live && policy.medical_year(file.settlement.case.date) == year)
        .collect();
    match policy.later_settlements() {
        LaterSettlements::Stand => Ok(Vec::new()),
        LaterSettlements::Refuse if later.is_empty() => Ok(later),
        LaterSettlements::Refuse => Err(Refusal::LaterSettlements(later.len())),
        LaterSettlements::Unwind => Ok(later),
    }
}

/// Settlements on their way back, one after the other.
pub(crate) struct Undoing<'c> {
    context: &'c Context,
    command: &'c Command,
    change: AccountChange,
    movements: Vec<(Account, Fen)>,
    records: Vec<Record>,
    messages: Vec<Message>,
}

impl<'c> Undoing<'c> {
    pub(crate) fn new(context: &'c Context, command: &'c Command) -> Self {
        Self {
            context,
            command,
            change: AccountChange::default(),
            movements: Vec::new(),
            records: Vec::new(),
            messages: Vec::new(),
        }
    }

    /// Undoes a settlement and the later ones that rest on it: the latest first, so that each is undone on the records
    /// that it left.
    pub(crate) fn undo_all(
        &mut self,
        later: &[&SettlementFile],
        file: &SettlementFile,
        (reversal_id, refund_order): (SettlementId, &str),
    ) -> Result<(), Refusal> {
        for (count, later) in (1_u32..).zip(later.iter().rev()) {
            let reversal_id = reversal_id.after(count);
            self.undo(later, reversal_id, &reversal_id.to_string())?;
        }
        self.undo(file, reversal_id, refund_order)
    }

    /// Undoes one settlement.
    fn undo(
        &mut self,
        file: &SettlementFile,
        reversal_id: SettlementId,
        refund_order: &str,
    ) -> Result<(), Refusal> {
        let original = &file.settlement;
        let change = original.change.reversed()?;
        self.change = std::mem::take(&mut self.change).plus(&change)?;
        let after = self.context.account.changed_by(&self.change)?;
        let reversal = Settlement {
            id: reversal_id,
            kind: SettlementKind::Reversal { of: original.id },
            settled: self.command.at,
            request: self.command.request.as_ref().map(|request| request.key.clone()),
            split: original.split.negated()?,
            change,
            balance_after: Fen::sum([after.balances.current_year, after.balances.previous_years])?,
            ..original.clone()
        };
        let person = &original.case.person;
        let back = movements_of(&reversal.split, &original.institution, person.region, person.scheme)?;
        self.movements.extend(back);
        let undone = undone(file, refund_order, self.command.at)?;
        self.movements.extend(undone.returned);
        self.records.push(Record::Settlement { settlement: Box::new(reversal) });
        self.records.push(Record::Order { order: undone.order });
        self.messages.push(undone.message);
        Ok(())
    }

    /// The account as it is after everything that was undone so far.
    pub(crate) fn account(&self) -> Result<BenefitAccount, Refusal> {
        self.context.account.changed_by(&self.change)
    }

    /// All of it as one effect.
    pub(crate) fn effect(self) -> Result<Effect, Refusal> {
        Ok(Effect {
            change: self.change,
            journal: Journal::of(self.movements)?,
            records: self.records,
            messages: self.messages,
        })
    }

    /// All of it and what is settled anew, as one effect.
    pub(crate) fn and(mut self, movements: Vec<(Account, Fen)>, settled: Effect) -> Result<Effect, Refusal> {
        self.movements.extend(movements);
        self.change = self.change.plus(&settled.change)?;
        self.records.extend(settled.records);
        self.messages.extend(settled.messages);
        self.effect()
    }
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
