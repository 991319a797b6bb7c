//! Segments: fund and person share what is left after the deductible, each stretch of the axis at its own ratio.

use model::{Exact, Fen, Overflow, Rate};

use super::Context;
use super::ratio::Ratios;
use crate::policy::{OddFen, RoundingStage, Rule, Segment, Share};
use crate::trace::{Reason, Recorder, Step, StepKind};

/// What the segments gave, so far.
pub(crate) struct Shares {
    pub(crate) fund: Exact,
    pub(crate) person: Exact,
    /// The fund's ratio in the last segment that was reached.
    pub(crate) ratio: Rate,
}

/// One sharing under way.
pub(crate) struct Sharing<'a> {
    context: &'a Context<'a>,
    rule: &'a Rule,
    ratios: &'a Ratios<'a>,
    /// What the fund may still pay, where that is limited.
    room: Option<Exact>,
    shares: Shares,
}

impl<'a> Sharing<'a> {
    pub(crate) fn new(
        context: &'a Context<'a>,
        rule: &'a Rule,
        ratios: &'a Ratios<'a>,
        room: Option<Exact>,
    ) -> Self {
        let shares = Shares { fund: Exact::ZERO, person: Exact::ZERO, ratio: Rate::ZERO };
        Self { context, rule, ratios, room, shares }
    }

    /// Places `amount` on the axis from `position` on. Where the fund comes to its ceiling the rest stays unshared.
    pub(crate) fn run(
        mut self,
        share: &Share,
        mut position: Exact,
        amount: Exact,
        recorder: &mut impl Recorder,
    ) -> Result<Shares, Overflow> {
        let mut rest = amount;
        for segment in &share.segments {
            let all_entered = rest == Exact::ZERO && amount > Exact::ZERO;
            if all_entered {
                break;
            }
            let entry = match segment.up_to {
                Some(end) if Exact::from(end) <= position => continue,
                Some(end) => Exact::from(end).minus(position)?.min(rest),
                None => rest,
            };
            let segment = self.ratios.changed(segment, entry.round()?, recorder)?;
            self.shares.ratio = segment.fund;
            if entry == Exact::ZERO || self.enter(&segment, entry, recorder)? < entry {
                break;
            }
            rest = rest.minus(entry)?;
            position = position.plus(entry)?;
        }
        Ok(self.shares)
    }

    /// Shares `entry` in one segment; gives how much of it the fund could take part in.
    fn enter(
        &mut self,
        segment: &Segment,
        entry: Exact,
        recorder: &mut impl Recorder,
    ) -> Result<Exact, Overflow> {
        let shared = self.context.rounding().share(entry, segment.fund, segment.person)?;
        let left = self.room.map(|room| room.minus(self.shares.fund)).transpose()?;
        let (entry, fund, person, reason) = match left.filter(|left| shared.fund > *left) {
            None => (entry, shared.fund, shared.person, None),
            Some(left) => {
                let taken = self.taken_for(left, segment.fund, entry)?;
                let reason = if left == Exact::ZERO { Reason::CeilingUsedUp } else { Reason::CeilingReached };
                (taken, left, taken.minus(left)?, Some(reason))
            }
        };
        self.shares.fund = self.shares.fund.plus(fund)?;
        self.shares.person = self.shares.person.plus(person)?;
        let (basis, fund, person) = (entry.round()?, fund.round()?, person.round()?);
        let step = |kind, rate, result| {
            let step = Step::new(kind, self.rule, basis, result).rate(rate);
            match segment.up_to {
                Some(end) => step.limit(end),
                None => step,
            }
        };
        recorder.record(|| step(StepKind::PoolFund, segment.fund, fund).because(reason));
        recorder.record(|| step(StepKind::CoPayment, segment.person, person));
        if shared.rounded && reason.is_none() {
            recorder.record(|| self.rounding_step(segment, basis, (fund, person)));
        }
        Ok(entry)
    }

    /// How much of `entry` the fund takes part in when it may pay only `left`.
    fn taken_for(&self, left: Exact, ratio: Rate, entry: Exact) -> Result<Exact, Overflow> {
        let exact = left.divided_by(ratio)?;
        let per_segment = self.context.rounding().rounds_at(RoundingStage::PerSegment);
        let taken = if per_segment { Exact::from(exact.round()?) } else { exact };
        Ok(taken.max(left).min(entry))
    }

    fn rounding_step(&self, segment: &Segment, basis: Fen, (fund, person): (Fen, Fen)) -> Step {
        let (rate, rounded, reason) = match self.context.rounding().odd_fen {
            OddFen::Person => (segment.fund, fund, Reason::OddFenToPerson),
            OddFen::Fund => (segment.person, person, Reason::OddFenToFund),
        };
        let rule = &self.context.policy.general.rounding.rule;
        Step::new(StepKind::Rounding, rule, basis, rounded).rate(rate).because(Some(reason))
    }
}
