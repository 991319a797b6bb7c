//! The funds above the pool: each pays of what the ones before it leave to the person.

use model::{Exact, Fen, Overflow, Rate};

use super::Context;
use super::burden::Burden;
use super::sums::{Sums, need_facts};
use crate::Refusal;
use crate::policy::{Lane, Layer, LayerFund, Policy, RoundingStage, Rule, Segment, all_known};
use crate::trace::{Reason, Recorder, Step, StepKind};

/// What every fund above the pool paid.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Layers {
    pub(crate) catastrophic: Fen,
    pub(crate) large_sum: Fen,
    pub(crate) civil_servant: Fen,
    pub(crate) enterprise: Fen,
    pub(crate) medical_aid: Fen,
    pub(crate) other_fund: Fen,
}

impl Layers {
    /// Every amount with its name in a split.
    pub(crate) const fn amounts(&self) -> [(&'static str, Fen); 6] {
        [
            ("catastrophic", self.catastrophic),
            ("large_sum", self.large_sum),
            ("civil_servant", self.civil_servant),
            ("enterprise", self.enterprise),
            ("medical_aid", self.medical_aid),
            ("other_fund", self.other_fund),
        ]
    }

    pub(crate) fn add(&mut self, fund: LayerFund, amount: Fen) -> Result<(), Overflow> {
        let place = match fund {
            LayerFund::Catastrophic => &mut self.catastrophic,
            LayerFund::LargeSum => &mut self.large_sum,
            LayerFund::CivilServant => &mut self.civil_servant,
            LayerFund::Enterprise => &mut self.enterprise,
            LayerFund::MedicalAid => &mut self.medical_aid,
            LayerFund::Other => &mut self.other_fund,
        };
        *place = place.plus(amount)?;
        Ok(())
    }
}

pub(crate) const fn step_kind(fund: LayerFund) -> StepKind {
    match fund {
        LayerFund::Catastrophic => StepKind::Catastrophic,
        LayerFund::LargeSum => StepKind::LargeSum,
        LayerFund::CivilServant => StepKind::CivilServant,
        LayerFund::Enterprise => StepKind::Enterprise,
        LayerFund::MedicalAid => StepKind::MedicalAid,
        LayerFund::Other => StepKind::OtherFund,
    }
}

/// Lets every layer of the lane pay, in their order.
pub(crate) fn pay(
    context: &Context<'_>,
    lane: &Lane,
    burden: &mut Burden,
    (sums, layers): (&mut Sums<'_>, &mut Layers),
    recorder: &mut impl Recorder,
) -> Result<(), Refusal> {
    // Where nothing is left no rule is asked, whatever it does not know.
    if burden.is_nothing() {
        return Ok(());
    }
    let mut added_up = false;
    for (rule, layer) in all_known(&lane.layer, &context.situation.facts)? {
        need_facts(context, rule, &layer.axis)?;
        let base = burden.exact(&layer.covers)?;
        if layer.paid_at_year_end {
            let basis = base.round()?;
            let before = sums.before(&layer.axis)?;
            recorder.record(|| {
                Step::new(step_kind(layer.pays), rule, basis, Fen::ZERO)
                    .before(before)
                    .because(Some(Reason::PaidAtYearEnd))
            });
            // All funds that pay at the end of the year share one burden.
            if !std::mem::replace(&mut added_up, true) {
                sums.add(&layer.axis, basis)?;
            }
            continue;
        }
        let open = burden.fen(&layer.covers)?;
        let room = match &layer.most {
            Some(most) => {
                need_facts(context, rule, &most.span)?;
                let limit = most.limit.of(&context.situation.facts)?;
                Some((limit, limit.minus(sums.before(&most.span)?)?.or_zero()))
            }
            None => None,
        };
        let mut paying = Paying::new(context.policy, rule, layer, room);
        paying.run(Exact::from(sums.before(&layer.axis)?), base, recorder)?;
        let paid = paying.finish(open, recorder)?;
        sums.add(&layer.axis, base.round()?)?;
        if let Some(most) = &layer.most {
            sums.add(&most.span, paid)?;
        }
        burden.relieve(&layer.covers, paying.paid, paid)?;
        layers.add(layer.pays, paid)?;
    }
    Ok(())
}

/// One layer at work.
pub(crate) struct Paying<'a> {
    policy: &'a Policy,
    rule: &'a Rule,
    layer: &'a Layer,
    /// The most that the layer pays and what is left of it.
    room: Option<(Fen, Fen)>,
    paid: Exact,
    /// What the steps so far show.
    shown: Fen,
}

impl<'a> Paying<'a> {
    pub(crate) const fn new(
        policy: &'a Policy,
        rule: &'a Rule,
        layer: &'a Layer,
        room: Option<(Fen, Fen)>,
    ) -> Self {
        Self { policy, rule, layer, room, paid: Exact::ZERO, shown: Fen::ZERO }
    }

    /// Goes through the burden from `position` on.
    pub(crate) fn run(
        &mut self,
        position: Exact,
        base: Exact,
        recorder: &mut impl Recorder,
    ) -> Result<(), Refusal> {
        let end = position.plus(base)?;
        let start = Exact::from(self.layer.start);
        let below = end.min(start).minus(position)?;
        if below > Exact::ZERO {
            self.record(
                below.round()?,
                (Rate::ZERO, None),
                (Fen::ZERO, Some(Reason::BelowStart)),
                position,
                recorder,
            )?;
        }
        let mut from = position.max(start);
        if self.layer.unknown_above.is_some() && end > from {
            return Err(self.rule.not_known(self.layer.unknown_above.as_ref()));
        }
        for segment in &self.layer.segments {
            let until = segment.up_to.map_or(end, |up_to| Exact::from(up_to).min(end));
            if until <= from {
                continue;
            }
            let entry = until.minus(from)?;
            self.enter(segment, entry, position, recorder)?;
            from = until;
        }
        Ok(())
    }

    fn enter(
        &mut self,
        segment: &Segment,
        entry: Exact,
        position: Exact,
        recorder: &mut impl Recorder,
    ) -> Result<(), Overflow> {
        let exact = entry.times(segment.fund)?;
        let rounds = self.policy.general.rounding.value.rounds_at(RoundingStage::PerSegment);
        let due = if rounds { Exact::from(exact.round()?) } else { exact };
        let left = match self.room {
            Some((_, left)) => Some(Exact::from(left).minus(self.paid)?),
            None => None,
        };
        let payment = left.map_or(due, |left| due.min(left));
        let reason = (payment < due).then_some(Reason::CeilingReached);
        self.paid = self.paid.plus(payment)?;
        self.record(
            entry.round()?,
            (segment.fund, segment.up_to),
            (payment.round()?, reason),
            position,
            recorder,
        )
    }

    fn record(
        &mut self,
        basis: Fen,
        (rate, up_to): (Rate, Option<Fen>),
        (result, reason): (Fen, Option<Reason>),
        position: Exact,
        recorder: &mut impl Recorder,
    ) -> Result<(), Overflow> {
        self.shown = self.shown.plus(result)?;
        let limit = match reason {
            Some(Reason::BelowStart) => Some(self.layer.start),
            Some(_) => self.room.map(|(most, _)| most),
            None => up_to,
        };
        let before = position.round()?;
        recorder.record(|| {
            let step = Step::new(step_kind(self.layer.pays), self.rule, basis, result)
                .rate(rate)
                .before(before)
                .because(reason);
            match limit {
                Some(limit) => step.limit(limit),
                None => step,
            }
        });
        Ok(())
    }

    /// The payment in whole fen, never more than is open; what the steps show otherwise is a step too.
    pub(crate) fn finish(&self, open: Fen, recorder: &mut impl Recorder) -> Result<Fen, Overflow> {
        let paid = self.paid.round()?.min(open);
        let missing = paid.minus(self.shown)?;
        if !missing.is_zero() {
            let rule = &self.policy.general.rounding.rule;
            recorder.record(|| {
                Step::new(step_kind(self.layer.pays), rule, paid, missing)
                    .because(Some(Reason::RoundedAsAWhole))
            });
        }
        Ok(paid)
    }
}
