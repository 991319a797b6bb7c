//! Bills as pages show them.

use model::{Fen, Instant, Overflow};
use settlement::{Order, OrderState, Settlement};

use super::service::BillFile;
use crate::web::amounts::Amounts;
use crate::web::explanation::Explanation;
use crate::web::insured::{Bill, BillCard, BillLine, BillState, CashPayment, PaymentMethod};
use crate::web::terminal::PaymentStatus;

/// Where a bill stands, for the person.
#[must_use]
pub const fn state(state: &OrderState) -> BillState {
    match state {
        // A payment that was only begun has moved no money: the person can begin again.
        OrderState::Due | OrderState::Authorising { .. } => BillState::Pending,
        OrderState::Paying { .. } => BillState::Confirming,
        OrderState::NothingDue | OrderState::Paid { .. } | OrderState::PaidAtWindow { .. } => BillState::Paid,
        OrderState::Refunding { .. } => BillState::Refunding,
        OrderState::Refunded { .. } => BillState::Refunded,
        OrderState::Closed => BillState::Cancelled,
    }
}

/// The payment of the cash share, once made and not given back; `card_tail` is that of the card that paid.
#[must_use]
pub fn payment(order: &Order, card_tail: Option<&str>) -> Option<CashPayment> {
    match &order.state {
        OrderState::NothingDue => Some(CashPayment { at: order.created, method: PaymentMethod::NothingDue }),
        OrderState::Paid { at, .. } => {
            let card_tail = card_tail.unwrap_or_default().to_owned();
            Some(CashPayment { at: *at, method: PaymentMethod::BankCard { card_tail } })
        }
        OrderState::PaidAtWindow { at } => Some(CashPayment { at: *at, method: PaymentMethod::Counter }),
        _ => None,
    }
}

/// Where the cash share stands, for the institution; `None` where nothing was ever to be paid back or forth: the
/// settlement was reversed before the cash share was paid.
#[must_use]
pub const fn payment_status(order: &Order) -> Option<PaymentStatus> {
    match &order.state {
        OrderState::NothingDue => Some(PaymentStatus::NothingDue),
        OrderState::Due | OrderState::Authorising { .. } => {
            Some(PaymentStatus::Waiting { since: order.created })
        }
        OrderState::Paying { .. } => Some(PaymentStatus::Confirming),
        OrderState::Paid { at, .. } => Some(PaymentStatus::PaidByPhone { at: *at }),
        OrderState::PaidAtWindow { at } => Some(PaymentStatus::PaidAtCounter { at: *at }),
        OrderState::Refunding { .. } => Some(PaymentStatus::Refunding),
        OrderState::Refunded { at } => Some(PaymentStatus::Refunded { at: *at }),
        OrderState::Closed => None,
    }
}

/// When everything went back; `reversed` is when the settlement was reversed.
const fn refunded_at(order: &Order, reversed: Option<Instant>) -> Option<Instant> {
    match &order.state {
        OrderState::Refunded { at } => Some(*at),
        // Nothing had been paid: with the reversal everything was back where it came from.
        OrderState::Closed => reversed,
        _ => None,
    }
}

/// A bill in a list.
#[must_use]
pub fn card(order: &Order, total: Fen, institution: String) -> BillCard {
    BillCard {
        id: order.id.to_string(),
        institution,
        at: order.created,
        total,
        cash: order.cash,
        state: state(&order.state),
    }
}

/// The names of the lines of a settlement, in their order.
#[must_use]
pub fn item_names(settlement: &Settlement) -> Vec<String> {
    let name = |line: &benefit::CaseLine| {
        line.item.as_ref().map_or_else(|| line.serial.clone(), |item| item.name.clone())
    };
    settlement.case.lines.iter().map(name).collect()
}

fn lines(settlement: &Settlement) -> Vec<BillLine> {
    let names = item_names(settlement);
    let lines = settlement.case.lines.iter().zip(&settlement.split.lines);
    lines
        .zip(names)
        .map(|((line, split), name)| BillLine {
            name,
            specification: line.item.as_ref().map(|item| item.specification.clone()).unwrap_or_default(),
            price: line.price,
            quantity: line.quantity,
            amount: line.amount,
            split: *split,
        })
        .collect()
}

/// One bill in full. Without an explanation it shows the amounts alone.
///
/// # Errors
/// The parts of the account together leave the range of money.
pub fn bill(file: &BillFile, explanation: Option<Explanation>) -> Result<Bill, Overflow> {
    let BillFile { order, settlement, institution, department, reversed, card_tail } = file;
    Ok(Bill {
        id: order.id.to_string(),
        settlement_no: settlement.id.to_string(),
        institution: institution.clone(),
        department: department.clone(),
        medical_type: settlement.case.medical_type,
        at: settlement.settled,
        state: state(&order.state),
        amounts: Amounts::of(&settlement.split)?,
        explanation: explanation.unwrap_or_default(),
        lines: lines(settlement),
        payment: payment(order, card_tail.as_deref()),
        refunded_at: refunded_at(order, *reversed),
    })
}
