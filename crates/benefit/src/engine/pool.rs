//! The basic pool: account band, deductible, segments and ceiling divide what is in scope.

use std::sync::Arc;

use model::{Exact, Fen, Overflow, Rate};

use super::Context;
use super::account::{self, Paid};
use super::line::Bill;
use super::rounding::apportion;
use super::sharing::Sharing;
use crate::Refusal;
use crate::accumulators::Accumulated;
use crate::policy::{
    AccountBand, Ceiling, Declined, Deductible, Limited, OddFen, Row, Rule, Share, Span, pick,
};
use crate::trace::{Reason, Recorder, Step, StepKind};

/// How what is in scope divides.
#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) account_band: Fen,
    pub(crate) deductible: Fen,
    pub(crate) co_payment: Fen,
    pub(crate) above_ceiling: Fen,
    pub(crate) pool_fund: Fen,
    /// What accounts paid of the account band.
    pub(crate) account: Paid,
    /// The fund's ratio in the last segment that was reached.
    pub(crate) ratio: Rate,
    pub(crate) accumulated: Vec<Accumulated>,
}

/// The parts before they are rounded, and what is not yet divided.
#[derive(Debug)]
struct Parts {
    rest: Exact,
    account_band: Exact,
    deductible: Exact,
    co_payment: Exact,
    above_ceiling: Exact,
    pool_fund: Exact,
    ratio: Rate,
}

/// A ceiling with what this bill may still use of it.
struct Room<'p> {
    rule: &'p Rule,
    ceiling: &'p Ceiling,
    used: Fen,
    left: Fen,
}

/// Divides what is in scope of a bill.
pub(crate) fn divide(
    context: &Context<'_>,
    bill: &Bill,
    recorder: &mut impl Recorder,
) -> Result<Pool, Refusal> {
    let (lane, facts) = (context.situation.lane, &context.situation.facts);
    let mut parts = Parts {
        rest: bill.exact_in_scope,
        account_band: Exact::ZERO,
        deductible: Exact::ZERO,
        co_payment: Exact::ZERO,
        above_ceiling: Exact::ZERO,
        pool_fund: Exact::ZERO,
        ratio: Rate::ZERO,
    };
    let band = known(pick(&lane.account_band, facts))?;
    let deductible = known(pick(&lane.deductible, facts))?;
    let ceiling = known(pick(&lane.ceiling, facts))?;
    let (share_rule, share) = known(pick(&lane.share, facts))?.ok_or(Refusal::LaneNotCovered {
        medical_type: context.case.medical_type,
        institution: context.case.institution_kind,
    })?;

    if let Some((rule, band)) = band {
        parts.take_account_band(context, rule, band, recorder)?;
    }
    if let Some((rule, deductible)) = deductible {
        parts.take_deductible(context, rule, deductible, recorder)?;
    }
    let room = ceiling.map(|(rule, ceiling)| Room::of(context, rule, ceiling)).transpose()?;
    parts.take_shares(context, share_rule, share, room.as_ref(), recorder)?;

    let [account_band, borne, co_payment, above_ceiling, pool_fund] =
        parts.rounded(context, bill.in_scope)?;
    let mut account = Paid::default();
    if let Some((rule, band)) = band.filter(|_| context.case.use_account && !account_band.is_zero()) {
        account.add(band.account, account_band)?;
        let (kind, balance) = (account::step_kind(band.account), account::balance(context, band.account));
        recorder.record(|| Step::new(kind, rule, account_band, account_band).limit(balance));
    }
    let mut pool = Pool {
        account_band,
        deductible: borne,
        co_payment,
        above_ceiling,
        pool_fund,
        account,
        ratio: parts.ratio,
        accumulated: Vec::with_capacity(3),
    };
    let (deductible, ceiling) = (deductible.map(|(_, rule)| rule), ceiling.map(|(_, rule)| rule));
    pool.accumulate(context.situation.year, deductible, share, ceiling)?;
    Ok(pool)
}

/// The rule and value of a row, where there is one, or the refusal that says why the value is not known.
fn known<T>(row: Option<&Row<T>>) -> Result<Option<(&Rule, &T)>, Refusal> {
    row.map(|row| Ok((row.rule.as_ref(), row.known()?))).transpose()
}

/// What earlier settlements added up to.
fn before(context: &Context<'_>, span: &Span) -> Fen {
    match span {
        Span::Visit => Fen::ZERO,
        Span::MedicalYear(name) => context.case.accumulators.get(context.situation.year, name),
    }
}

impl<'p> Room<'p> {
    fn of(context: &Context<'_>, rule: &'p Rule, ceiling: &'p Ceiling) -> Result<Self, Overflow> {
        let used = before(context, &ceiling.span);
        Ok(Self { rule, ceiling, used, left: ceiling.amount.minus(used)?.or_zero() })
    }

    fn limits(&self, what: Limited) -> bool {
        self.ceiling.limits == what
    }
}

impl Parts {
    /// The account comes first for in-scope money. What it comes for does not enter the deductible.
    fn take_account_band(
        &mut self,
        context: &Context<'_>,
        rule: &Rule,
        band: &AccountBand,
        recorder: &mut impl Recorder,
    ) -> Result<(), Overflow> {
        let declined = !context.case.use_account;
        let balance = account::balance(context, band.account);
        let taken = if declined && band.when_declined == Declined::Skip {
            Exact::ZERO
        } else {
            self.rest.min(Exact::from(balance))
        };
        let reason = if declined {
            Some(Reason::AccountDeclined)
        } else if balance.is_zero() {
            Some(Reason::AccountEmpty)
        } else {
            (taken < self.rest).then_some(Reason::AccountTooSmall)
        };
        let (basis, shown) = (self.rest.round()?, taken.round()?);
        recorder
            .record(|| Step::new(StepKind::AccountBand, rule, basis, shown).limit(balance).because(reason));
        self.account_band = taken;
        self.rest = self.rest.minus(taken)?;
        Ok(())
    }

    /// The person bears what is left of the standard.
    fn take_deductible(
        &mut self,
        context: &Context<'_>,
        rule: &Rule,
        deductible: &Deductible,
        recorder: &mut impl Recorder,
    ) -> Result<(), Overflow> {
        let borne = before(context, &deductible.span);
        let due = deductible.standard.minus(borne)?.or_zero();
        let taken = self.rest.min(Exact::from(due));
        let reason = if due.is_zero() && !deductible.standard.is_zero() {
            Some(Reason::DeductibleMet)
        } else {
            (taken == self.rest && taken > Exact::ZERO).then_some(Reason::WithinDeductible)
        };
        let (basis, shown) = (self.rest.round()?, taken.round()?);
        recorder.record(|| {
            Step::new(StepKind::Deductible, rule, basis, shown)
                .limit(deductible.standard)
                .before(borne)
                .because(reason)
        });
        self.deductible = taken;
        self.rest = self.rest.minus(taken)?;
        Ok(())
    }

    /// Fund and person share the rest up to the ceiling; what is beyond is the person's.
    fn take_shares(
        &mut self,
        context: &Context<'_>,
        rule: &Rule,
        share: &Share,
        room: Option<&Room<'_>>,
        recorder: &mut impl Recorder,
    ) -> Result<(), Overflow> {
        let offered = self.rest;
        let mut position = Exact::from(before(context, &share.axis));
        if share.axis_includes_deductible {
            position = position.plus(self.deductible)?;
        }
        let entering = match room.filter(|room| room.limits(Limited::EligibleFees)) {
            Some(room) => offered.min(Exact::from(room.left)),
            None => offered,
        };
        let fund_room = room.filter(|room| room.limits(Limited::FundPaid)).map(|room| Exact::from(room.left));
        let shared = Sharing::new(context, rule, fund_room).run(share, position, entering, recorder)?;
        self.pool_fund = shared.fund;
        self.co_payment = shared.person;
        self.ratio = shared.ratio;
        self.above_ceiling = offered.minus(shared.fund)?.minus(shared.person)?;
        self.rest = Exact::ZERO;
        if let Some(room) = room {
            let above = self.above_ceiling.round()?;
            let reason = match (above.is_zero(), room.left.is_zero()) {
                (true, _) => None,
                (false, true) => Some(Reason::CeilingUsedUp),
                (false, false) => Some(Reason::CeilingReached),
            };
            let basis = offered.round()?;
            recorder.record(|| {
                Step::new(StepKind::AboveCeiling, room.rule, basis, above)
                    .limit(room.ceiling.amount)
                    .before(room.used)
                    .because(reason)
            });
        }
        Ok(())
    }

    /// The parts in whole fen, together exactly what is in scope.
    fn rounded(&self, context: &Context<'_>, in_scope: Fen) -> Result<[Fen; 5], Overflow> {
        let parts = [self.account_band, self.deductible, self.co_payment, self.above_ceiling, self.pool_fund];
        // At a ceiling the fund has all that it may pay, so the odd fen cannot be its own.
        let capped = self.above_ceiling > Exact::ZERO;
        let to_fund = context.rounding().odd_fen == OddFen::Fund && !capped;
        apportion(in_scope, parts, if to_fund { [4, 2, 3, 1, 0] } else { [2, 3, 1, 0, 4] })
    }
}

impl Pool {
    /// What the settlement adds to the accumulators that its rules name.
    fn accumulate(
        &mut self,
        year: i16,
        deductible: Option<&Deductible>,
        share: &Share,
        ceiling: Option<&Ceiling>,
    ) -> Result<(), Overflow> {
        let entered = self.pool_fund.plus(self.co_payment)?;
        let on_axis = if share.axis_includes_deductible { entered.plus(self.deductible)? } else { entered };
        let limited = ceiling.map(|ceiling| match ceiling.limits {
            Limited::FundPaid => (&ceiling.span, self.pool_fund),
            Limited::EligibleFees => (&ceiling.span, entered),
        });
        let all =
            [deductible.map(|rule| (&rule.span, self.deductible)), Some((&share.axis, on_axis)), limited];
        for (span, amount) in all.into_iter().flatten() {
            if let Span::MedicalYear(name) = span
                && !amount.is_zero()
            {
                self.accumulated.push((year, Arc::clone(name), amount));
            }
        }
        Ok(())
    }
}
