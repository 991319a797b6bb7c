//! What changes the ratio of fund and person: bonuses, reductions, factors, bounds.

use std::sync::Arc;

use model::{Fen, Overflow, Rate};

use super::Context;
use crate::Refusal;
use crate::policy::{Lane, RatioChange, Rule, Segment, all_known};
use crate::trace::{Recorder, Step, StepKind};

/// The changes that are for this visit, in their order.
pub(crate) struct Ratios<'p> {
    changes: Vec<(&'p Arc<Rule>, RatioChange)>,
    age: u16,
}

impl<'p> Ratios<'p> {
    pub(crate) fn of(context: &Context<'_>, lane: &'p Lane) -> Result<Self, Refusal> {
        let changes = all_known(&lane.ratio_change, &context.situation.facts)?;
        let changes = changes.into_iter().map(|(rule, placed)| (rule, placed.change)).collect();
        Ok(Self { changes, age: context.situation.age })
    }

    /// The segment with its ratio changed; after every change it lies between 0 and the whole.
    pub(crate) fn changed(
        &self,
        segment: &Segment,
        entry: Fen,
        recorder: &mut impl Recorder,
    ) -> Result<Segment, Overflow> {
        let mut fund = segment.fund;
        for (rule, change) in &self.changes {
            fund = self.after(fund, *change)?.clamp(Rate::ZERO, Rate::ONE);
            recorder.record(|| Step::new(StepKind::RatioChange, rule, entry, Fen::ZERO).rate(fund));
        }
        Ok(Segment { up_to: segment.up_to, fund, person: fund.complement()? })
    }

    fn after(&self, fund: Rate, change: RatioChange) -> Result<Rate, Overflow> {
        // The check of the policy has shown that products need no more decimals than there are.
        let times = |rate: Rate, factor| rate.times(factor).ok_or(Overflow);
        match change {
            RatioChange::FundPlus(points) => fund.plus(points),
            RatioChange::FundMinus(points) => fund.minus(points),
            RatioChange::FundPlusPerYearOfAge(points) => fund.plus(points.by(self.age)?),
            RatioChange::FundTimes(factor) => times(fund, factor),
            RatioChange::PersonTimes(factor) => times(fund.complement()?, factor)?.complement(),
            RatioChange::FundAtLeast(least) => Ok(fund.max(least)),
            RatioChange::FundAtMost(most) => Ok(fund.min(most)),
        }
    }
}
