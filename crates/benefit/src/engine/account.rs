//! What the person's account pays.

use model::{Exact, Fen, Overflow};

use super::Context;
use super::burden::Burden;
use crate::Refusal;
use crate::policy::{Account, AccountKind, Component, Lane, Rule, all_known};
use crate::trace::{Reason, Recorder, Step, StepKind};

/// What the purses paid.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Paid {
    pub(crate) current_year: Fen,
    pub(crate) previous_years: Fen,
    pub(crate) mutual_aid: Fen,
}

impl Paid {
    pub(crate) const fn by(&self, account: AccountKind) -> Fen {
        match account {
            AccountKind::CurrentYear => self.current_year,
            AccountKind::PreviousYears => self.previous_years,
            AccountKind::MutualAid => self.mutual_aid,
        }
    }

    pub(crate) fn add(&mut self, account: AccountKind, amount: Fen) -> Result<(), Overflow> {
        let purse = match account {
            AccountKind::CurrentYear => &mut self.current_year,
            AccountKind::PreviousYears => &mut self.previous_years,
            AccountKind::MutualAid => &mut self.mutual_aid,
        };
        *purse = purse.plus(amount)?;
        Ok(())
    }
}

/// The step that says what a purse paid.
pub(crate) const fn step_kind(account: AccountKind) -> StepKind {
    match account {
        AccountKind::CurrentYear => StepKind::AccountCurrentYear,
        AccountKind::PreviousYears => StepKind::AccountPreviousYears,
        AccountKind::MutualAid => StepKind::MutualAid,
    }
}

/// What a purse may pay of what is in it; an overdrawn one has nothing.
pub(crate) fn spendable(context: &Context<'_>, account: AccountKind, keeps: Fen) -> Result<Fen, Overflow> {
    Ok(balance(context, account).minus(keeps)?.or_zero())
}

/// What is in a purse; an overdrawn one is empty.
fn balance(context: &Context<'_>, account: AccountKind) -> Fen {
    match account {
        AccountKind::CurrentYear => context.case.account.current_year.or_zero(),
        AccountKind::PreviousYears => context.case.account.previous_years.or_zero(),
        AccountKind::MutualAid => context.case.particulars.mutual_aid.or_zero(),
    }
}

/// Why a purse pays less than is open, by what it may pay.
pub(crate) fn shortage(
    context: &Context<'_>,
    (account, keeps): (AccountKind, Fen),
    left: Fen,
    (open, taken): (Fen, Fen),
) -> Option<Reason> {
    if taken >= open {
        None
    } else if !keeps.is_zero() && balance(context, account) > left {
        Some(Reason::AccountKeepsRest)
    } else if left.is_zero() {
        Some(Reason::AccountEmpty)
    } else {
        Some(Reason::AccountTooSmall)
    }
}

/// When accounts pay, beside the account band.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Before the funds above the pool.
    BeforeLayers,
    /// When every fund has paid.
    AtTheEnd,
}

/// Lets the accounts whose turn it is pay what their rules allow of the whole bill, in their order. `left` is what is left
/// to the person, lane by lane; `paid` is what the accounts paid before.
pub(crate) fn pay(
    context: &Context<'_>,
    turn: Turn,
    left: &mut [(&Lane, Burden)],
    mut paid: Paid,
    recorder: &mut impl Recorder,
) -> Result<Paid, Refusal> {
    let situation = &context.situation;
    for (rule, account) in all_known(&situation.lane.account, &situation.facts)? {
        if account.before_layers != (turn == Turn::BeforeLayers) {
            continue;
        }
        // Of a relative who shares nothing there is nothing to tell.
        if account.account == AccountKind::MutualAid && balance(context, AccountKind::MutualAid).is_zero() {
            continue;
        }
        let balance = spendable(context, account.account, account.keeps)?;
        let balance = balance.minus(paid.by(account.account))?.or_zero();
        let mut open = Fen::ZERO;
        for (_, burden) in &*left {
            open = open.plus(burden.fen(account.asked_for())?)?;
        }
        let taken =
            if context.case.use_account && account.pays_anything() { open.min(balance) } else { Fen::ZERO };
        relieve(left, &account.pays, taken)?;
        paid.add(account.account, taken)?;
        record(context, (rule, account), (open, balance, taken), recorder);
    }
    Ok(paid)
}

/// Takes a payment off components of all lanes, component by component.
fn relieve(left: &mut [(&Lane, Burden)], components: &[Component], paid: Fen) -> Result<(), Overflow> {
    let (mut exact, mut fen) = (Exact::from(paid), paid);
    for component in components {
        for (_, burden) in &mut *left {
            burden.relieve_of(*component, &mut exact, &mut fen)?;
        }
    }
    Ok(())
}

fn record(
    context: &Context<'_>,
    (rule, account): (&Rule, &Account),
    (open, left, taken): (Fen, Fen, Fen),
    recorder: &mut impl Recorder,
) {
    let reason = if !account.pays_anything() {
        Some(Reason::AccountMayNotPay)
    } else if !context.case.use_account && !open.is_zero() {
        Some(Reason::AccountDeclined)
    } else {
        shortage(context, (account.account, account.keeps), left, (open, taken))
    };
    recorder.record(|| Step::new(step_kind(account.account), rule, open, taken).limit(left).because(reason));
}
