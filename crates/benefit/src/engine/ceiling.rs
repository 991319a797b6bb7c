//! The most that the fund pays or takes part in, over every sum that is limited.

use model::{Exact, Fen};

use super::Context;
use super::sums::{Sums, need_facts};
use crate::Refusal;
use crate::policy::{Ceiling, Facts, Lane, Limited, Rule, Several, all_known};
use crate::trace::{Reason, Recorder, Step, StepKind};

/// A ceiling with what this bill may still use of it.
pub(crate) struct Room<'p> {
    rule: &'p Rule,
    pub(crate) ceiling: &'p Ceiling,
    amount: Fen,
    used: Fen,
    left: Exact,
}

/// Every ceiling that is for this visit.
#[derive(Default)]
pub(crate) struct Rooms<'p>(Vec<Room<'p>>);

impl<'p> Rooms<'p> {
    /// `deductible` is what this bill bears of one.
    pub(crate) fn of(
        context: &Context<'_>,
        lane: &'p Lane,
        deductible: Exact,
        sums: &Sums<'_>,
    ) -> Result<Self, Refusal> {
        let facts = &context.situation.facts;
        let mut rooms = Vec::new();
        for (rule, ceiling) in all_known(&lane.ceiling, facts)? {
            let amount = match ceiling.several {
                Several::Apart => ceiling.most.limit.of(facts)?,
                _ => of_several(context, lane, ceiling)?,
            };
            need_facts(context, rule, &ceiling.most.span)?;
            let used = sums.before(&ceiling.most.span)?;
            let here = if ceiling.includes_deductible { deductible } else { Exact::ZERO };
            let left = Exact::from(amount.minus(used)?).minus(here)?.or_zero();
            rooms.push(Room { rule, ceiling, amount, used, left });
        }
        Ok(Self(rooms))
    }

    /// The least that is left of ceilings of one kind.
    pub(crate) fn left(&self, what: Limited) -> Option<Exact> {
        self.least(what).map(|(_, left)| left)
    }

    fn least(&self, what: Limited) -> Option<(usize, Exact)> {
        let limiting = self.0.iter().enumerate().filter(|(_, room)| room.ceiling.limits == what);
        limiting.map(|(index, room)| (index, room.left)).min_by_key(|(_, left)| *left)
    }

    /// Says of every ceiling what lies above it: all of it lies above the one of which least is left. Refuses what lies
    /// above a ceiling that is known only to be no lower.
    pub(crate) fn record(
        &self,
        offered: Exact,
        above: [(Limited, Exact); 2],
        recorder: &mut impl Recorder,
    ) -> Result<(), Refusal> {
        let basis = offered.round()?;
        for (index, room) in self.0.iter().enumerate() {
            let least = self.least(room.ceiling.limits).is_some_and(|(place, _)| place == index);
            let kind = above.iter().find(|(what, _)| *what == room.ceiling.limits);
            let amount = kind.filter(|_| least).map_or(Exact::ZERO, |(_, amount)| *amount).round()?;
            if room.ceiling.unknown_above.is_some() && !amount.is_zero() {
                return Err(room.rule.not_known(room.ceiling.unknown_above.as_ref()));
            }
            let reason = match (amount.is_zero(), room.left == Exact::ZERO) {
                (true, _) => None,
                (false, true) => Some(Reason::CeilingUsedUp),
                (false, false) => Some(Reason::CeilingReached),
            };
            recorder.record(|| {
                Step::new(StepKind::AboveCeiling, room.rule, basis, amount)
                    .limit(room.amount)
                    .before(room.used)
                    .because(reason)
            });
        }
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Ceiling> {
        self.0.iter().map(|room| room.ceiling)
    }
}

/// One ceiling for all diseases that the person is registered for, and for the one that is treated.
fn of_several(context: &Context<'_>, lane: &Lane, ceiling: &Ceiling) -> Result<Fen, Refusal> {
    let particulars = &context.case.particulars;
    let mut bits: Vec<u128> = particulars
        .registered_diseases
        .iter()
        .chain(particulars.disease.as_ref())
        .map(|disease| context.policy.disease_bit(Some(disease)))
        .collect();
    bits.sort_unstable();
    bits.dedup();
    let mut amounts = Vec::with_capacity(bits.len());
    for disease in bits {
        let facts = Facts { disease, ..context.situation.facts };
        for (_, other) in all_known(&lane.ceiling, &facts)? {
            if other.most.span == ceiling.most.span && other.limits == ceiling.limits {
                amounts.push(other.most.limit.of(&facts)?);
            }
        }
    }
    amounts.sort_unstable_by(|a, b| b.cmp(a));
    let highest = amounts.first().copied().unwrap_or(ceiling.most.limit.amount);
    let others = match ceiling.several {
        Several::Sum => return Ok(Fen::sum(amounts)?),
        Several::Highest | Several::Apart => return Ok(highest),
        Several::HighestAndHalfOfNext => amounts.get(1).copied().unwrap_or(Fen::ZERO),
        Several::HighestAndHalfOfOthers => Fen::sum(amounts.into_iter().skip(1))?,
    };
    let half = Exact::from(others).times(model::Rate::from_millionths(500_000))?;
    Ok(highest.plus(half.round()?)?)
}
