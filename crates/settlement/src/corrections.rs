//! Partial refunds: a settlement is undone, and the lines that are kept are settled again, all in one event.
//!
//! What is kept is settled as the original was: the person as they were insured then, the rules of that day; against the
//! balances and accumulators as they are now, without the original (Beijing's specification of real-time settlement
//! v2.13 has it so).

use benefit::{Case, CaseLine};
use model::{Exact, Quantity};

use crate::command::{Action, Command, KeptLine};
use crate::context::{Context, SettlementFile};
use crate::plan::{Effect, Rules};
use crate::record::Record;
use crate::refusal::Refusal;
use crate::reversals::{Undoing, resting_on, standing};
use crate::settle::{Decided, settle_again};
use crate::visit::{ItemState, StoredItem};

pub(crate) fn effect(rules: &Rules, context: &Context, command: &Command) -> Result<Effect, Refusal> {
    let Action::Correct {
        visit_id, kept, reversal_id, refund_order, new_settlement_id, new_order_id, ..
    } = &command.action
    else {
        return Err(Refusal::Inconsistent("not a correction".to_owned()));
    };
    let file = standing(context, command, Some(*visit_id))?;
    let later = resting_on(rules, context, &file.settlement)?;
    let mut undoing = Undoing::new(context, command);
    undoing.undo_all(&later, file, (*reversal_id, refund_order))?;
    let account = undoing.account()?;
    let lines = kept_lines(&file.settlement.case, kept)?;
    let items = changed_items(rules, context, file, &lines)?;
    let case = Case {
        lines,
        accumulators: account.accumulators.clone(),
        account: account.balances,
        ..file.settlement.case.clone()
    };
    let Decided { mut effect, movements, .. } =
        settle_again(rules, command, &file.settlement, case, (&account, *new_settlement_id, *new_order_id))?;
    effect.records.splice(0..0, items);
    undoing.and(movements, effect)
}

/// The lines that stay, in the order of the bill.
fn kept_lines(case: &Case, kept: &[KeptLine]) -> Result<Vec<CaseLine>, Refusal> {
    if let Some(other) = kept.iter().find(|keep| !case.lines.iter().any(|line| line.serial == keep.serial)) {
        return Err(Refusal::NoSuchLine(other.serial.clone()));
    }
    let twice = |(place, keep): &(usize, &KeptLine)| {
        kept.iter().skip(place + 1).any(|other| other.serial == keep.serial)
    };
    if let Some((_, keep)) = kept.iter().enumerate().find(twice) {
        return Err(Refusal::LineKeptTwice(keep.serial.clone()));
    }
    let mut lines = Vec::with_capacity(kept.len());
    for line in &case.lines {
        let Some(keep) = kept.iter().find(|keep| keep.serial == line.serial) else { continue };
        if keep.quantity <= Quantity::default() || keep.quantity > line.quantity {
            let (settled, kept) = (line.quantity, keep.quantity);
            return Err(Refusal::KeptQuantity { serial: line.serial.clone(), settled, kept });
        }
        let amount = line.price.times(keep.quantity).and_then(Exact::round)?;
        lines.push(CaseLine { quantity: keep.quantity, amount, ..line.clone() });
    }
    if lines == case.lines {
        return Err(Refusal::NothingCorrected);
    }
    if lines.is_empty() { Err(Refusal::NoItems) } else { Ok(lines) }
}

/// The fee items of the visit as they are after the correction: what went back is gone, what was reduced is there anew.
fn changed_items(
    rules: &Rules,
    context: &Context,
    file: &SettlementFile,
    lines: &[CaseLine],
) -> Result<Vec<Record>, Refusal> {
    let visit = context.visit.as_ref().ok_or(Refusal::NoSuchVisit)?;
    let case = &file.settlement.case;
    let policy = rules.policies.settling(case)?;
    let of_batch = visit.items.iter().filter(|stored| stored.item.batch == file.settlement.batch);
    let (mut withdrawn, mut added) = (Vec::new(), Vec::new());
    for stored in of_batch {
        match lines.iter().find(|line| line.serial == stored.item.serial) {
            Some(line) if line.quantity == stored.item.quantity => {}
            reduced => {
                withdrawn.push(stored.item.serial.clone());
                if let Some(line) = reduced {
                    let mut item = stored.item.clone();
                    (item.quantity, item.amount) = (line.quantity, line.amount);
                    let split = benefit::split_line(policy, line)?;
                    added.push(StoredItem { item, split, state: ItemState::Open, ..stored.clone() });
                }
            }
        }
    }
    let visit_id = visit.visit.id;
    let mut records = vec![Record::ItemsWithdrawn { visit_id, serials: withdrawn }];
    if !added.is_empty() {
        records.push(Record::ItemsAdded { visit_id, items: added });
    }
    Ok(records)
}
