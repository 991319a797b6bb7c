//! The catalogue split of a line: what is fully self-paid, over the price ceiling, first self-paid, and in scope.

use model::{
    CatalogueClass, CatalogueItem, Exact, FeeCategory, Fen, LineSplit, Overflow, Price, Quantity, Rate,
};

use super::rounding::apportion;
use crate::policy::{Excess, Policy, RoundingStage, Rule, Unmatched};
use crate::trace::{Reason, Recorder, Step, StepKind};
use crate::{Case, CaseLine, LARGEST_PRICE, LARGEST_QUANTITY, Refusal};

/// The four parts of a line, exact unless the policy rounds each line.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LineParts {
    fully_self_paid: Exact,
    over_limit: Exact,
    first_self_paid: Exact,
    in_scope: Exact,
}

/// The four parts of a bill.
#[derive(Debug)]
pub(crate) struct Bill {
    pub(crate) fully_self_paid: Fen,
    pub(crate) over_limit: Fen,
    pub(crate) first_self_paid: Fen,
    pub(crate) in_scope: Fen,
    /// The part in scope as the policy computes on with it.
    pub(crate) exact_in_scope: Exact,
}

/// Divides every line, and the bill.
pub(crate) fn divide(
    policy: &Policy,
    case: &Case,
    total: Fen,
    recorder: &mut impl Recorder,
) -> Result<(Bill, Vec<LineSplit>), Refusal> {
    let mut sums = LineParts::default();
    let mut lines = Vec::with_capacity(case.lines.len());
    for (index, line) in case.lines.iter().enumerate() {
        let parts = LineParts::of(policy, line, index, recorder)?;
        sums = sums.plus(&parts)?;
        lines.push(parts.rounded(line)?);
    }
    let [fully_self_paid, over_limit, first_self_paid, in_scope] = sums.apportioned(total)?;
    let exact_in_scope = if policy.general.rounding.value.rounds_at(RoundingStage::PerSegment) {
        Exact::from(in_scope)
    } else {
        sums.in_scope
    };
    Ok((Bill { fully_self_paid, over_limit, first_self_paid, in_scope, exact_in_scope }, lines))
}

/// Refuses a line whose numbers cannot be a fee.
fn check_numbers(line: &CaseLine) -> Result<(), Refusal> {
    let serial = || line.serial.clone();
    if line.quantity <= Quantity::default() || line.quantity > LARGEST_QUANTITY {
        return Err(Refusal::BadQuantity { serial: serial(), quantity: line.quantity });
    }
    if line.price <= Price::default() || line.price > LARGEST_PRICE {
        return Err(Refusal::BadPrice { serial: serial(), price: line.price });
    }
    let exact = line.price.times(line.quantity)?;
    if exact != Exact::from(line.amount) {
        let expected = exact.round()?;
        if expected != line.amount {
            return Err(Refusal::AmountMismatch { serial: serial(), amount: line.amount, expected });
        }
    }
    if line.amount.is_zero() {
        return Err(Refusal::ZeroAmount { serial: serial() });
    }
    Ok(())
}

/// How a line is classed: the class that is applied, and why it is not reimbursed if it is not.
fn class(policy: &Policy, line: &CaseLine) -> Result<(CatalogueClass, Option<Reason>), Refusal> {
    let Some(item) = &line.item else {
        return match policy.general.unmatched.value {
            Unmatched::ClassA => Ok((CatalogueClass::A, None)),
            Unmatched::ClassC => Ok((CatalogueClass::C, Some(Reason::NotInCatalogue))),
            Unmatched::Refuse => Err(Refusal::UnmatchedItem { serial: line.serial.clone() }),
        };
    };
    let reason = match (item.class, item.limited_use, line.approved) {
        (CatalogueClass::C, _, _) => Some(Reason::ClassC),
        (_, true, None) => Some(Reason::LimitedUseNotApproved),
        (_, _, Some(false)) => Some(Reason::ApprovalRefused),
        (_, true, Some(true)) | (_, false, None | Some(true)) => None,
    };
    Ok((item.class, reason))
}

/// The rule by which a line is not reimbursed.
fn rule_against(policy: &Policy, reason: Reason) -> &Rule {
    match reason {
        Reason::NotInCatalogue => &policy.general.unmatched.rule,
        Reason::LimitedUseNotApproved | Reason::ApprovalRefused => &policy.general.limited_use.rule,
        _ => &policy.general.catalogue.rule,
    }
}

impl LineParts {
    /// Divides one line. `index` is its place in the bill, for the explanation.
    pub(crate) fn of(
        policy: &Policy,
        line: &CaseLine,
        index: usize,
        recorder: &mut impl Recorder,
    ) -> Result<Self, Refusal> {
        check_numbers(line)?;
        let (class, not_paid) = class(policy, line)?;
        let amount = Exact::from(line.amount);
        if let Some(reason) = not_paid {
            recorder.record(|| {
                Step::new(StepKind::FullySelfPaid, rule_against(policy, reason), line.amount, line.amount)
                    .line(index)
                    .because(Some(reason))
            });
            return Ok(Self { fully_self_paid: amount, ..Self::default() });
        }
        let mut parts = Self::default();
        let base = parts.take_excess(policy, line, index, recorder)?;
        parts.take_first_self_payment(policy, (class, base), line.item.as_deref(), index, recorder)?;
        Ok(parts)
    }

    /// Takes what lies over the price ceiling; gives what is left.
    fn take_excess(
        &mut self,
        policy: &Policy,
        line: &CaseLine,
        index: usize,
        recorder: &mut impl Recorder,
    ) -> Result<Exact, Overflow> {
        let amount = Exact::from(line.amount);
        let Some(ceiling) =
            line.item.as_ref().and_then(|item| item.price_ceiling).filter(|ceiling| line.price > *ceiling)
        else {
            return Ok(amount);
        };
        let capped = ceiling.times(line.quantity)?;
        let capped = if policy.general.rounding.value.rounds_at(RoundingStage::PerLine) {
            Exact::from(capped.round()?)
        } else {
            capped
        };
        let base = capped.min(amount);
        let excess = amount.minus(base)?;
        let rule = &policy.general.price_ceiling;
        let kind = match rule.value {
            Excess::OverLimit => {
                self.over_limit = excess;
                StepKind::OverLimit
            }
            Excess::FullySelfPaid => {
                self.fully_self_paid = excess;
                StepKind::FullySelfPaid
            }
        };
        let (shown, excess) = (capped.round()?, excess.round()?);
        recorder.record(|| {
            Step::new(kind, &rule.rule, line.amount, excess)
                .line(index)
                .limit(shown)
                .because(Some(Reason::PriceOverCeiling))
        });
        Ok(base)
    }

    /// Takes the share that the person pays first; the rest is in scope.
    fn take_first_self_payment(
        &mut self,
        policy: &Policy,
        (class, base): (CatalogueClass, Exact),
        item: Option<&CatalogueItem>,
        index: usize,
        recorder: &mut impl Recorder,
    ) -> Result<(), Overflow> {
        let general = &policy.general;
        let rate = item.filter(|_| class == CatalogueClass::B).map(|item| item.first_self_pay);
        if let Some(rate) = rate {
            let exact = base.times(rate)?;
            let per_line = general.rounding.value.rounds_at(RoundingStage::PerLine);
            let first = if per_line { Exact::from(exact.round()?) } else { exact };
            let (basis, shown) = (base.round()?, first.round()?);
            self.first_self_paid = first;
            recorder.record(|| {
                Step::new(StepKind::FirstSelfPaid, &general.catalogue.rule, basis, shown)
                    .line(index)
                    .rate(rate)
            });
            if first != exact {
                recorder.record(|| {
                    Step::new(StepKind::Rounding, &general.rounding.rule, basis, shown)
                        .line(index)
                        .rate(rate)
                        .because(Some(Reason::RestInScope))
                });
            }
        }
        self.in_scope = base.minus(self.first_self_paid)?;
        let (basis, shown) = (base.round()?, self.in_scope.round()?);
        let rule = if item.is_none() { &general.unmatched.rule } else { &general.catalogue.rule };
        recorder.record(|| Step::new(StepKind::InScope, rule, basis, shown).line(index));
        Ok(())
    }

    fn plus(&self, other: &Self) -> Result<Self, Overflow> {
        Ok(Self {
            fully_self_paid: self.fully_self_paid.plus(other.fully_self_paid)?,
            over_limit: self.over_limit.plus(other.over_limit)?,
            first_self_paid: self.first_self_paid.plus(other.first_self_paid)?,
            in_scope: self.in_scope.plus(other.in_scope)?,
        })
    }

    /// The parts in whole fen: what rounding leaves over is in scope.
    fn apportioned(&self, total: Fen) -> Result<[Fen; 4], Overflow> {
        let parts = [self.fully_self_paid, self.over_limit, self.first_self_paid, self.in_scope];
        apportion(total, parts, [3, 2, 1, 0])
    }

    /// The line as it is shown and stored.
    pub(crate) fn rounded(&self, line: &CaseLine) -> Result<LineSplit, Overflow> {
        let [fully_self_paid, over_limit, first_self_paid, in_scope] = self.apportioned(line.amount)?;
        let item = line.item.as_deref();
        let class = match item {
            Some(item) => item.class,
            None if in_scope.is_zero() => CatalogueClass::C,
            None => CatalogueClass::A,
        };
        let rate = match class {
            CatalogueClass::A => Rate::ZERO,
            CatalogueClass::B => item.map_or(Rate::ZERO, |item| item.first_self_pay),
            CatalogueClass::C => Rate::ONE,
        };
        Ok(LineSplit {
            class,
            category: item.map_or(FeeCategory::Other, |item| item.category),
            first_self_pay_rate: rate,
            price_ceiling: item.and_then(|item| item.price_ceiling),
            limited_use: item.is_some_and(|item| item.limited_use),
            fully_self_paid,
            over_limit,
            first_self_paid,
            in_scope,
        })
    }
}
