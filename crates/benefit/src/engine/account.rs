//! What the person's account pays.

use model::{Fen, Overflow};

use super::Context;
use super::line::Bill;
use super::pool::Pool;
use crate::Refusal;
use crate::policy::{Account, AccountKind, Component, Rule};
use crate::trace::{Reason, Recorder, Step, StepKind};

/// What the two purses of the account paid.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Paid {
    pub(crate) current_year: Fen,
    pub(crate) previous_years: Fen,
}

impl Paid {
    pub(crate) const fn by(&self, account: AccountKind) -> Fen {
        match account {
            AccountKind::CurrentYear => self.current_year,
            AccountKind::PreviousYears => self.previous_years,
        }
    }

    pub(crate) fn add(&mut self, account: AccountKind, amount: Fen) -> Result<(), Overflow> {
        let purse = match account {
            AccountKind::CurrentYear => &mut self.current_year,
            AccountKind::PreviousYears => &mut self.previous_years,
        };
        *purse = purse.plus(amount)?;
        Ok(())
    }
}

/// What the person has to pay, by component.
pub(crate) struct Unpaid([Fen; 6]);

impl Unpaid {
    pub(crate) fn of(bill: &Bill, pool: &Pool) -> Self {
        let mut unpaid = [Fen::ZERO; 6];
        for (component, amount) in [
            (Component::FullySelfPaid, bill.fully_self_paid),
            (Component::OverLimit, bill.over_limit),
            (Component::FirstSelfPaid, bill.first_self_paid),
            (Component::Deductible, pool.deductible),
            (Component::CoPayment, pool.co_payment),
            (Component::AboveCeiling, pool.above_ceiling),
        ] {
            if let Some(place) = unpaid.get_mut(component.index()) {
                *place = amount;
            }
        }
        Self(unpaid)
    }

    fn sum(&self, components: &[Component]) -> Result<Fen, Overflow> {
        Fen::sum(components.iter().filter_map(|component| self.0.get(component.index()).copied()))
    }

    /// Pays of the components in order until the money is spent.
    fn pay(&mut self, components: &[Component], mut money: Fen) -> Result<(), Overflow> {
        for component in components {
            if let Some(open) = self.0.get_mut(component.index()) {
                let part = money.min(*open);
                *open = open.minus(part)?;
                money = money.minus(part)?;
            }
        }
        Ok(())
    }
}

/// The step that says what a purse paid.
pub(crate) const fn step_kind(account: AccountKind) -> StepKind {
    match account {
        AccountKind::CurrentYear => StepKind::AccountCurrentYear,
        AccountKind::PreviousYears => StepKind::AccountPreviousYears,
    }
}

/// What is in a purse; an overdrawn one is empty.
pub(crate) fn balance(context: &Context<'_>, account: AccountKind) -> Fen {
    match account {
        AccountKind::CurrentYear => context.case.account.current_year.or_zero(),
        AccountKind::PreviousYears => context.case.account.previous_years.or_zero(),
    }
}

/// Lets the accounts pay what their rules allow, in their order. `paid` is what they paid before the deductible.
pub(crate) fn pay(
    context: &Context<'_>,
    mut unpaid: Unpaid,
    mut paid: Paid,
    recorder: &mut impl Recorder,
) -> Result<Paid, Refusal> {
    let situation = &context.situation;
    for row in situation.lane.account.iter().filter(|row| row.holds(&situation.facts)) {
        let account = row.known()?;
        let left = balance(context, account.account).minus(paid.by(account.account))?;
        let open = unpaid.sum(&account.pays)?;
        let taken = if context.case.use_account { open.min(left) } else { Fen::ZERO };
        unpaid.pay(&account.pays, taken)?;
        paid.add(account.account, taken)?;
        record(context, (&row.rule, account), (open, left, taken), recorder);
    }
    Ok(paid)
}

fn record(
    context: &Context<'_>,
    (rule, account): (&Rule, &Account),
    (open, left, taken): (Fen, Fen, Fen),
    recorder: &mut impl Recorder,
) {
    let reason = if open.is_zero() {
        None
    } else if !context.case.use_account {
        Some(Reason::AccountDeclined)
    } else if left.is_zero() {
        Some(Reason::AccountEmpty)
    } else {
        (taken < open).then_some(Reason::AccountTooSmall)
    };
    recorder.record(|| Step::new(step_kind(account.account), rule, open, taken).limit(left).because(reason));
}
