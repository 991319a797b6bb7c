//! What the person bears before the fund pays: the standard, its changes, and what of it was borne already.

use model::{Exact, Fen};

use super::Context;
use super::sums::{Sums, need_facts};
use crate::Refusal;
use crate::case::{EarlierStay, PartDeductible, Stay};
use crate::policy::{
    Base, Continuation, Deductible, Lane, Period, Rule, Standard, StandardChange, all_known,
};
use crate::trace::{Reason, Recorder, Step, StepKind};

/// What is still due of a deductible.
struct Due {
    standard: Fen,
    borne: Fen,
    due: Fen,
    reason: Option<Reason>,
}

/// What of `rest` the person bears.
pub(crate) fn take(
    context: &Context<'_>,
    lane: &Lane,
    (rule, deductible): (&Rule, &Deductible),
    (fees, rest): (Fees, Exact),
    sums: &Sums<'_>,
    recorder: &mut impl Recorder,
) -> Result<Exact, Refusal> {
    need_facts(context, rule, &deductible.span)?;
    let standard = match &deductible.standard {
        Standard::Amount(amount, _) => *amount,
        Standard::OfBill(rate, of) => fees.of(*of).times(*rate)?.round()?,
    };
    let standard = changed(context, lane, standard, recorder)?;
    let due = due(context, deductible, standard, sums)?;
    let Due { standard, borne, due, reason } = within_most(context, deductible, due, rest, sums)?;
    let taken = rest.min(Exact::from(due));
    let reason = reason.or_else(|| {
        if due.is_zero() && !standard.is_zero() {
            Some(Reason::DeductibleMet)
        } else {
            (taken == rest && taken > Exact::ZERO).then_some(Reason::WithinDeductible)
        }
    });
    let (basis, shown) = (rest.round()?, taken.round()?);
    recorder.record(|| {
        Step::new(StepKind::Deductible, rule, basis, shown).limit(standard).before(borne).because(reason)
    });
    Ok(taken)
}

/// The fees of the lane, less what the hospital bears.
#[derive(Clone, Copy)]
pub(crate) struct Fees {
    pub(crate) total: Exact,
    pub(crate) in_scope: Exact,
}

impl Fees {
    const fn of(self, base: Base) -> Exact {
        match base {
            Base::Total => self.total,
            Base::InScope => self.in_scope,
        }
    }
}

/// What is due where all deductibles of the year have a most.
fn within_most(
    context: &Context<'_>,
    deductible: &Deductible,
    due: Due,
    rest: Exact,
    sums: &Sums<'_>,
) -> Result<Due, Refusal> {
    let Some(most) = &deductible.most else { return Ok(due) };
    let limit = most.limit.of(&context.situation.facts)?;
    let before = sums.deductible_before(&most.span)?;
    let left = limit.minus(before)?.or_zero();
    if Exact::from(left) >= rest.min(Exact::from(due.due)) {
        return Ok(due);
    }
    let reason = Some(Reason::DeductiblesReachTheirMost);
    Ok(Due { standard: limit, borne: before, due: left, reason })
}

fn due(
    context: &Context<'_>,
    deductible: &Deductible,
    standard: Fen,
    sums: &Sums<'_>,
) -> Result<Due, Refusal> {
    let before = sums.deductible_before(&deductible.span)?;
    let stay = context.case.particulars.stay.as_ref();
    // What was borne of the earlier stay is in a sum of the year or month already.
    let own_sum = matches!(deductible.span.period, Period::Visit | Period::Stay);
    let counted = |earlier: Fen| if own_sum { before.plus(earlier) } else { Ok(before) };
    let continuation = stay
        .and_then(|stay| Some((stay, stay.earlier.as_ref()?)))
        .map(|(stay, earlier)| (continuation(deductible, stay.admitted, earlier), earlier.deductible));
    let (borne, reason) = match continuation {
        Some((Continuation::Nothing, earlier)) => {
            let reason = Some(Reason::ContinuesEarlierStay);
            return Ok(Due { standard, borne: counted(earlier)?, due: Fen::ZERO, reason });
        }
        Some((Continuation::Difference, earlier)) => (counted(earlier)?, Some(Reason::ContinuesEarlierStay)),
        Some((Continuation::Anew, _)) | None => {
            let goes_on = |stay: &Stay| matches!(stay.part.deductible, PartDeductible::RestOf(_));
            (before, stay.is_some_and(goes_on).then_some(Reason::DeductibleOfEarlierYear))
        }
    };
    Ok(Due { standard, borne, due: standard.minus(borne)?.or_zero(), reason })
}

/// How a stay continues an earlier one: a transfer as the rule says, a quick return for the same disease as one stay.
fn continuation(deductible: &Deductible, admitted: model::Date, earlier: &EarlierStay) -> Continuation {
    if earlier.transfer {
        return deductible.after_transfer;
    }
    if deductible.same_stay_days.is_some_and(|days| earlier.is_same_stay(admitted, days)) {
        Continuation::Difference
    } else {
        Continuation::Anew
    }
}

/// The standard after every change that is for this visit. It never falls below zero.
fn changed(
    context: &Context<'_>,
    lane: &Lane,
    mut standard: Fen,
    recorder: &mut impl Recorder,
) -> Result<Fen, Refusal> {
    let facts = &context.situation.facts;
    let earlier_stays =
        context.case.particulars.stay.as_ref().map_or(0, |stay| stay.admission.saturating_sub(1));
    for (rule, placed) in all_known(&lane.deductible_change, facts)? {
        let before = standard;
        standard = match placed.change {
            StandardChange::Times(rate) => Exact::from(standard).times(rate)?.round()?,
            StandardChange::Plus(amount) => standard.plus(amount)?,
            StandardChange::Minus(amount) => standard.minus(amount)?,
            StandardChange::MinusPerAdmission(amount) => standard.minus(amount.by(earlier_stays)?)?,
            StandardChange::AtLeast(least) => standard.max(least),
            StandardChange::AtMost(most) => standard.min(most),
        }
        .or_zero();
        recorder.record(|| Step::new(StepKind::DeductibleChange, rule, before, Fen::ZERO).limit(standard));
    }
    Ok(standard)
}
