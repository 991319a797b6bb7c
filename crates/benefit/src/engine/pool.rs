//! The basic pool: account band, fixed price, deductible, segments, ceilings and guarantee divide what is in scope.

use model::{Exact, Fen, Overflow, Rate};

use super::Context;
use super::account::{self, Paid};
use super::ceiling::Rooms;
use super::deductible::{self, Fees};
use super::line::Bill;
use super::ratio::Ratios;
use super::rounding::apportion;
use super::sharing::Sharing;
use super::sums::{Sums, need_facts};
use crate::Refusal;
use crate::policy::{
    AccountBand, Base, Declined, Guarantee, Lane, Limited, OddFen, RoundingStage, Rule, Share, TakenFrom,
    known,
};
use crate::trace::{Reason, Recorder, Step, StepKind};

/// How what is in scope divides.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    pub(crate) account_band: Fen,
    pub(crate) deductible: Fen,
    pub(crate) co_payment: Fen,
    pub(crate) above_ceiling: Fen,
    pub(crate) pool_fund: Fen,
    pub(crate) hospital: Fen,
    /// What accounts paid of the account band.
    pub(crate) account: Paid,
    /// The fund's ratio in the last segment that was reached.
    pub(crate) ratio: Rate,
    /// The parts before they were rounded.
    pub(crate) exact: Parts,
}

/// The parts before they are rounded, and what is not yet divided.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    rest: Exact,
    account_band: Exact,
    pub(crate) deductible: Exact,
    pub(crate) co_payment: Exact,
    pub(crate) above_ceiling: Exact,
    pool_fund: Exact,
    hospital: Exact,
    ratio: Rate,
    /// Whether the deductible comes off what the fund would pay, and all of the fees are shared.
    from_fund: bool,
}

/// Divides what is in scope of the part of a bill that one lane takes.
pub(crate) fn divide(
    context: &Context<'_>,
    lane: &Lane,
    bill: &Bill,
    sums: &mut Sums<'_>,
    recorder: &mut impl Recorder,
) -> Result<Pool, Refusal> {
    let facts = &context.situation.facts;
    let mut parts = Parts { rest: bill.exact_in_scope, ..Parts::default() };
    let band = known(&lane.account_band, facts)?;
    if let Some((rule, band)) = band {
        parts.take_account_band(context, rule, band, recorder)?;
    }
    let fixed_price = known(&lane.fixed_price, facts)?;
    if let Some((rule, fixed)) = fixed_price {
        need_facts(context, rule, &fixed.span)?;
        let case = context.case;
        let stay = case.particulars.stay.as_ref();
        let whole = fixed.price.of(stay.map_or(1, |stay| stay.days(case.date)))?;
        // What the account pays before is of the price as well.
        let band = parts.account_band.round()?;
        let left = whole.minus(sums.price_before(&fixed.span)?)?.minus(band)?.or_zero();
        parts.take_fixed_price(rule, (whole, left), recorder)?;
    }
    // A value that nobody knows is asked for only where something is left for it.
    let deductible = where_needed(known(&lane.deductible, facts), parts.rest)?;
    if let Some((rule, deductible)) = deductible {
        let fees = Fees {
            total: Exact::from(bill.total).minus(parts.hospital)?,
            in_scope: bill.exact_in_scope.minus(parts.hospital)?,
        };
        let taken = deductible::take(context, lane, (rule, deductible), (fees, parts.rest), sums, recorder)?;
        parts.deductible = taken;
        parts.from_fund = deductible.taken_from == TakenFrom::Fund;
        parts.rest = parts.rest.minus(parts.taken_before_shares())?;
    }
    let rooms = Rooms::of(context, lane, parts.taken_before_shares(), sums);
    let rooms = where_needed(rooms.map(Some), bill.exact_in_scope)?.unwrap_or_default();
    let share = where_needed(known(&lane.share, facts), parts.rest)?;
    let nothing_left = parts.rest == Exact::ZERO;
    match share {
        Some((rule, share)) => {
            let taken = parts.take_shares(context, lane, (rule, share), (&rooms, sums), recorder);
            where_needed(taken.map(Some), bill.exact_in_scope)?;
            if nothing_left && bill.in_scope > Fen::ZERO {
                let reason = Some(Reason::NothingLeftForFund);
                recorder.record(|| Step::new(StepKind::PoolFund, rule, Fen::ZERO, Fen::ZERO).because(reason));
            }
        }
        None if parts.rest > Exact::ZERO => return Err(Refusal::NoRule { table: "share" }),
        None => {}
    }
    if let Some((rule, _)) = deductible.filter(|_| parts.from_fund) {
        parts.take_off_fund(rule, recorder)?;
    }
    if let Some((rule, guarantee)) = known(&lane.guarantee, facts)? {
        parts.guarantee(context, (rule, guarantee), bill, rooms.left(Limited::FundPaid), recorder)?;
    }
    let mut pool = parts.rounded(context, bill.in_scope, rooms.left(Limited::FundPaid))?;
    if let Some((rule, band)) = band.filter(|_| context.case.use_account && !pool.account_band.is_zero()) {
        let paid = pool.account_band;
        pool.account.add(band.account, paid)?;
        let (kind, balance) =
            (account::step_kind(band.account), account::spendable(context, band.account, band.keeps)?);
        recorder.record(|| Step::new(kind, rule, paid, paid).limit(balance));
    }
    if let Some((_, fixed)) = fixed_price {
        sums.add_price(&fixed.span, bill.in_scope.minus(pool.hospital)?)?;
    }
    if let Some((_, deductible)) = deductible {
        sums.add_deductible(&deductible.span, pool.deductible)?;
        if let Some(most) = &deductible.most {
            sums.add_deductible(&most.span, pool.deductible)?;
        }
    }
    pool.add_to_sums(share.map(|(_, share)| share), &rooms, sums)?;
    Ok(pool)
}

/// Where on the segments a stay goes on that continues an earlier one.
fn earlier_shared(context: &Context<'_>, rule: &Rule, share: &Share) -> Result<Fen, Refusal> {
    let stay = context.case.particulars.stay.as_ref();
    let Some((stay, earlier)) = stay.and_then(|stay| Some((stay, stay.earlier.as_ref()?))) else {
        return Ok(Fen::ZERO);
    };
    let returns = share.same_stay_days.is_some_and(|days| earlier.is_same_stay(stay.admitted, days));
    let goes_on = if earlier.transfer { share.goes_on_after_transfer } else { returns };
    if !goes_on {
        return Ok(Fen::ZERO);
    }
    let missing = || Refusal::UnknownFact { rule: rule.id.to_string(), fact: "earlier_shared" };
    earlier.shared.ok_or_else(missing)
}

/// A row whose value is not known is none where nothing is left to apply it to.
fn where_needed<T>(found: Result<Option<T>, Refusal>, rest: Exact) -> Result<Option<T>, Refusal> {
    match found {
        Err(Refusal::UnknownParameter { .. }) if rest == Exact::ZERO => Ok(None),
        other => other,
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
        let balance = account::spendable(context, band.account, band.keeps)?;
        let taken = if declined && band.when_declined == Declined::Skip {
            Exact::ZERO
        } else {
            self.rest.min(Exact::from(balance))
        };
        let (basis, shown) = (self.rest.round()?, taken.round()?);
        let reason = if declined {
            Some(Reason::AccountDeclined)
        } else {
            account::shortage(context, (band.account, band.keeps), balance, (basis, shown))
        };
        recorder
            .record(|| Step::new(StepKind::AccountBand, rule, basis, shown).limit(balance).because(reason));
        self.account_band = taken;
        self.rest = self.rest.minus(taken)?;
        Ok(())
    }

    /// What is beyond the price of the case is the hospital's.
    fn take_fixed_price(
        &mut self,
        rule: &Rule,
        (price, left): (Fen, Fen),
        recorder: &mut impl Recorder,
    ) -> Result<(), Overflow> {
        let beyond = self.rest.minus(Exact::from(left))?.or_zero();
        let (basis, shown) = (self.rest.round()?, beyond.round()?);
        let reason = (beyond > Exact::ZERO).then_some(Reason::OverFixedPrice);
        let used = price.minus(left)?;
        recorder.record(|| {
            let step = Step::new(StepKind::Hospital, rule, basis, shown).limit(price).because(reason);
            if used.is_zero() { step } else { step.before(used) }
        });
        self.hospital = beyond;
        self.rest = self.rest.minus(beyond)?;
        Ok(())
    }

    /// Fund and person share the rest up to the ceilings; what is beyond is the person's.
    fn take_shares(
        &mut self,
        context: &Context<'_>,
        lane: &Lane,
        (rule, share): (&Rule, &Share),
        (rooms, sums): (&Rooms<'_>, &Sums<'_>),
        recorder: &mut impl Recorder,
    ) -> Result<(), Refusal> {
        let offered = self.rest;
        need_facts(context, rule, &share.axis)?;
        let mut position =
            Exact::from(sums.before(&share.axis)?.plus(earlier_shared(context, rule, share)?)?);
        if share.axis_includes_deductible {
            position = position.plus(self.taken_before_shares())?;
        }
        let entering = rooms.left(Limited::EligibleFees).map_or(offered, |left| offered.min(left));
        let ratios = Ratios::of(context, lane)?;
        // What comes off the fund's payment afterwards does not use up its ceiling.
        let comes_off = self.deductible.minus(self.taken_before_shares())?;
        let fund_room = rooms.left(Limited::FundPaid).map(|room| room.plus(comes_off)).transpose()?;
        let shared =
            Sharing::new(context, rule, &ratios, fund_room).run(share, position, entering, recorder)?;
        self.pool_fund = shared.fund;
        self.co_payment = shared.person;
        self.ratio = shared.ratio;
        let above_fees = offered.minus(entering)?;
        let above_fund = entering.minus(shared.fund)?.minus(shared.person)?;
        self.above_ceiling = above_fees.plus(above_fund)?;
        self.rest = Exact::ZERO;
        rooms.record(
            offered,
            [(Limited::EligibleFees, above_fees), (Limited::FundPaid, above_fund)],
            recorder,
        )
    }

    /// What of the deductible the person bears before fund and person share the rest.
    fn taken_before_shares(&self) -> Exact {
        if self.from_fund { Exact::ZERO } else { self.deductible }
    }

    /// The deductible comes off what the fund would pay, as far as that reaches.
    fn take_off_fund(&mut self, rule: &Rule, recorder: &mut impl Recorder) -> Result<(), Overflow> {
        let taken = self.deductible.min(self.pool_fund);
        let (shown, missing) = (taken.round()?, self.deductible.minus(taken)?.round()?);
        let basis = self.pool_fund.round()?;
        for (kind, amount) in
            [(StepKind::PoolFund, shown.negated()?), (StepKind::Deductible, missing.negated()?)]
        {
            if !amount.is_zero() {
                let step = || Step::new(kind, rule, basis, amount);
                recorder.record(|| step().because(Some(Reason::DeductibleOffFund)));
            }
        }
        self.deductible = taken;
        self.pool_fund = self.pool_fund.minus(taken)?;
        Ok(())
    }

    /// The fund pays its guaranteed share at least, as far as its ceilings let it; what it adds comes off the person's
    /// share and then off the deductible.
    fn guarantee(
        &mut self,
        context: &Context<'_>,
        (rule, guarantee): (&Rule, &Guarantee),
        bill: &Bill,
        room: Option<Exact>,
        recorder: &mut impl Recorder,
    ) -> Result<(), Overflow> {
        // What the hospital bears is no fee of the person's.
        let base = match guarantee.of {
            Base::InScope => bill.exact_in_scope,
            Base::Total => Exact::from(bill.total),
        }
        .minus(self.hospital)?;
        let least = base.times(guarantee.fund)?;
        let rounds = context.rounding().rounds_at(RoundingStage::PerSegment);
        let least = if rounds { Exact::from(least.round()?) } else { least };
        let most = room.map_or(least, |room| least.min(room));
        let from_person = self.co_payment.plus(self.deductible)?;
        let added = most.minus(self.pool_fund)?.or_zero().min(from_person);
        let off_share = added.min(self.co_payment);
        let off_deductible = added.minus(off_share)?;
        let (basis, shown) = (base.round()?, added.round()?);
        let (share, deductible) = (off_share.round()?.negated()?, off_deductible.round()?.negated()?);
        for (kind, amount) in
            [(StepKind::PoolFund, shown), (StepKind::CoPayment, share), (StepKind::Deductible, deductible)]
        {
            if !amount.is_zero() {
                let step = || Step::new(kind, rule, basis, amount).rate(guarantee.fund);
                recorder.record(|| step().because(Some(Reason::GuaranteedMinimum)));
            }
        }
        self.pool_fund = self.pool_fund.plus(added)?;
        self.co_payment = self.co_payment.minus(off_share)?;
        self.deductible = self.deductible.minus(off_deductible)?;
        Ok(())
    }

    /// The parts in whole fen, together exactly what is in scope. The fund takes the odd fen, where it is to, only as far
    /// as its ceilings leave `room`.
    fn rounded(self, context: &Context<'_>, in_scope: Fen, room: Option<Exact>) -> Result<Pool, Overflow> {
        let parts = [
            self.account_band,
            self.deductible,
            self.co_payment,
            self.above_ceiling,
            self.pool_fund,
            self.hospital,
        ];
        let to_person = apportion(in_scope, parts, [2, 3, 1, 0, 4, 5])?;
        let to_fund = apportion(in_scope, parts, [4, 2, 3, 1, 0, 5])?;
        let within = |[.., fund, _]: [Fen; 6]| room.is_none_or(|room| Exact::from(fund) <= room);
        let fund_takes_it = context.rounding().odd_fen == OddFen::Fund && within(to_fund);
        let [account_band, deductible, co_payment, above_ceiling, pool_fund, hospital] =
            if fund_takes_it { to_fund } else { to_person };
        Ok(Pool {
            account_band,
            deductible,
            co_payment,
            above_ceiling,
            pool_fund,
            hospital,
            account: Paid::default(),
            ratio: self.ratio,
            exact: self,
        })
    }
}

impl Pool {
    /// What the settlement adds to the sums that its rules name.
    fn add_to_sums(
        &self,
        share: Option<&Share>,
        rooms: &Rooms<'_>,
        sums: &mut Sums<'_>,
    ) -> Result<(), Overflow> {
        let shared = self.pool_fund.plus(self.co_payment)?;
        let with_deductible = shared.plus(self.deductible)?;
        let entered = if self.exact.from_fund { with_deductible } else { shared };
        if let Some(share) = share {
            let includes = share.axis_includes_deductible;
            sums.add(&share.axis, if includes { with_deductible } else { entered })?;
        }
        for ceiling in rooms.iter() {
            let amount = match ceiling.limits {
                Limited::FundPaid => self.pool_fund,
                Limited::EligibleFees if ceiling.includes_deductible => with_deductible,
                Limited::EligibleFees => entered,
            };
            sums.add(&ceiling.most.span, amount)?;
        }
        Ok(())
    }

    /// Adds the pool of another lane of the same bill.
    pub(crate) fn plus(mut self, other: Self) -> Result<Self, Overflow> {
        for (sum, part) in [
            (&mut self.account_band, other.account_band),
            (&mut self.deductible, other.deductible),
            (&mut self.co_payment, other.co_payment),
            (&mut self.above_ceiling, other.above_ceiling),
            (&mut self.pool_fund, other.pool_fund),
            (&mut self.hospital, other.hospital),
            (&mut self.account.current_year, other.account.current_year),
            (&mut self.account.previous_years, other.account.previous_years),
            (&mut self.account.mutual_aid, other.account.mutual_aid),
        ] {
            *sum = sum.plus(part)?;
        }
        if self.ratio == Rate::ZERO {
            self.ratio = other.ratio;
        }
        Ok(self)
    }
}
