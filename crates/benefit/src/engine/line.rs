//! The catalogue split of a line: what is fully self-paid, over the price ceiling, first self-paid, and in scope.

use model::{CatalogueClass, Exact, FeeCategory, Fen, LineSplit, Overflow, Price, Quantity, Rate};

use super::rounding::apportion;
use crate::policy::{Base, Bit, Choice, Excess, Facts, Lane, Policy, RoundingStage, Rule, Unmatched, known};
use crate::trace::{Reason, Recorder, Step, StepKind};
use crate::{CaseLine, LARGEST_PRICE, LARGEST_QUANTITY, Refusal};

/// The four parts of a line, exact unless the policy rounds each line.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LineParts {
    pub(crate) fully_self_paid: Exact,
    pub(crate) over_limit: Exact,
    pub(crate) first_self_paid: Exact,
    in_scope: Exact,
    /// The share of first self-payment that was applied.
    rate: Rate,
}

/// The four parts of a bill, or of the lines of it that one lane takes.
#[derive(Debug, Default)]
pub(crate) struct Bill {
    pub(crate) total: Fen,
    pub(crate) fully_self_paid: Fen,
    pub(crate) over_limit: Fen,
    pub(crate) first_self_paid: Fen,
    pub(crate) in_scope: Fen,
    /// The parts before they were rounded.
    pub(crate) exact: LineParts,
    /// The part in scope as the policy computes on with it.
    pub(crate) exact_in_scope: Exact,
}

/// The rules for lines of one lane, and the facts of the visit.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) policy: &'a Policy,
    /// None where a line is classed before its visit is known.
    pub(crate) visit: Option<(&'a Lane, &'a Facts)>,
}

impl Bill {
    /// Adds a line.
    pub(crate) fn add(&mut self, parts: &LineParts, amount: Fen) -> Result<(), Overflow> {
        self.total = self.total.plus(amount)?;
        self.exact = self.exact.plus(parts)?;
        Ok(())
    }

    /// Rounds the parts once all lines are in.
    pub(crate) fn close(&mut self, policy: &Policy) -> Result<(), Overflow> {
        [self.fully_self_paid, self.over_limit, self.first_self_paid, self.in_scope] =
            self.exact.apportioned(self.total)?;
        self.exact_in_scope = if policy.general.rounding.value.rounds_at(RoundingStage::PerSegment) {
            Exact::from(self.in_scope)
        } else {
            self.exact.in_scope
        };
        Ok(())
    }

    /// The amounts together with those of another lane of the same bill.
    pub(crate) fn plus(mut self, other: &Self) -> Result<Self, Overflow> {
        for (sum, part) in [
            (&mut self.total, other.total),
            (&mut self.fully_self_paid, other.fully_self_paid),
            (&mut self.over_limit, other.over_limit),
            (&mut self.first_self_paid, other.first_self_paid),
            (&mut self.in_scope, other.in_scope),
        ] {
            *sum = sum.plus(part)?;
        }
        Ok(self)
    }
}

/// The facts of a visit with those of a line's item.
pub(crate) fn facts_of(policy: &Policy, visit: &Facts, line: &CaseLine) -> Facts {
    let item = line.item.as_deref();
    let mut facts = *visit;
    if let Some(category) = facts.choices.get_mut(Choice::Category as usize) {
        let known = item.map(|item| item.category).or(line.category);
        *category = known.unwrap_or(FeeCategory::Other).bit();
    }
    if let Some(class) = facts.choices.get_mut(Choice::Class as usize) {
        let known = item.map(|item| item.class).or_else(|| unmatched_as(policy, line));
        *class = known.unwrap_or(CatalogueClass::C).bit();
    }
    facts.group = policy.group_bit(item.and_then(|item| item.group.as_deref()));
    facts
}

/// The class as which a line is taken that the catalogue does not have; none where it is refused.
fn unmatched_as(policy: &Policy, line: &CaseLine) -> Option<CatalogueClass> {
    match policy.general.unmatched.value.of(line.category) {
        Unmatched::ClassA => Some(CatalogueClass::A),
        Unmatched::ClassC => Some(CatalogueClass::C),
        Unmatched::Refuse => None,
    }
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
        return match unmatched_as(policy, line) {
            Some(CatalogueClass::C) => Ok((CatalogueClass::C, Some(Reason::NotInCatalogue))),
            Some(class) => Ok((class, None)),
            None => Err(Refusal::UnmatchedItem { serial: line.serial.clone() }),
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

/// The rule by which one price is for all fees of the visit, whatever the catalogue says of them.
fn price_of_all<'a>(place: Place<'a>) -> Result<Option<&'a std::sync::Arc<Rule>>, Refusal> {
    let Some((lane, facts)) = place.visit.filter(|(lane, _)| !lane.fixed_price.is_empty()) else {
        return Ok(None);
    };
    Ok(known(&lane.fixed_price, facts)?
        .filter(|(_, price)| price.covers == Base::Total)
        .map(|(rule, _)| rule))
}

impl LineParts {
    /// Divides one line. `index` is its place in the bill, for the explanation.
    pub(crate) fn of(
        place: Place<'_>,
        line: &CaseLine,
        index: usize,
        recorder: &mut impl Recorder,
    ) -> Result<Self, Refusal> {
        check_numbers(line)?;
        let policy = place.policy;
        let amount = Exact::from(line.amount);
        if let Some(rule) = price_of_all(place)? {
            let step = || Step::new(StepKind::InScope, rule, line.amount, line.amount).line(index);
            recorder.record(|| step().because(Some(Reason::WithinPriceOfAll)));
            return Ok(Self { in_scope: amount, ..Self::default() });
        }
        let (class, not_paid) = class(policy, line)?;
        if let Some(reason) = not_paid {
            recorder.record(|| {
                Step::new(StepKind::FullySelfPaid, rule_against(policy, reason), line.amount, line.amount)
                    .line(index)
                    .because(Some(reason))
            });
            return Ok(Self { fully_self_paid: amount, rate: Rate::ONE, ..Self::default() });
        }
        let mut parts = Self::default();
        let (base, price) = parts.take_excess(place, line, index, recorder)?;
        let left = parts.take_first_self_payment(place, (class, base, price), line, index, recorder)?;
        let left = parts.take_front_payment(place, left, line, index, recorder)?;
        parts.in_scope = left;
        let (basis, shown) = (base.round()?, left.round()?);
        let general = &policy.general;
        let rule = if line.item.is_none() { &general.unmatched.rule } else { &general.catalogue.rule };
        recorder.record(|| Step::new(StepKind::InScope, rule, basis, shown).line(index));
        Ok(parts)
    }

    /// Takes what lies over the price ceiling; gives what is left, and the unit price that counts.
    fn take_excess(
        &mut self,
        place: Place<'_>,
        line: &CaseLine,
        index: usize,
        recorder: &mut impl Recorder,
    ) -> Result<(Exact, Price), Refusal> {
        let amount = Exact::from(line.amount);
        let general = &place.policy.general;
        let mut ceiling = line
            .item
            .as_ref()
            .and_then(|item| item.price_ceiling)
            .map(|price| (&general.price_ceiling.rule, price));
        if let Some((lane, facts)) = place.visit.filter(|(lane, _)| !lane.price_limit.is_empty()) {
            let limit = known(&lane.price_limit, &facts_of(place.policy, facts, line))?;
            if let Some((rule, limit)) = limit
                && ceiling.is_none_or(|(_, price)| limit.price < price)
            {
                ceiling = Some((rule, limit.price));
            }
        }
        let Some((rule, ceiling)) = ceiling.filter(|(_, ceiling)| line.price > *ceiling) else {
            return Ok((amount, line.price));
        };
        let price = ceiling;
        let capped = ceiling.times(line.quantity)?;
        let per_line = general.rounding.value.rounds_at(RoundingStage::PerLine);
        let capped = if per_line { Exact::from(capped.round()?) } else { capped };
        let base = capped.min(amount);
        let excess = amount.minus(base)?;
        let kind = match general.price_ceiling.value {
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
            Step::new(kind, rule, line.amount, excess)
                .line(index)
                .limit(shown)
                .because(Some(Reason::PriceOverCeiling))
        });
        Ok((base, price))
    }

    /// Takes the share that the person pays first; gives what is left.
    fn take_first_self_payment(
        &mut self,
        place: Place<'_>,
        (class, base, price): (CatalogueClass, Exact, Price),
        line: &CaseLine,
        index: usize,
        recorder: &mut impl Recorder,
    ) -> Result<Exact, Refusal> {
        let catalogue = &place.policy.general.catalogue.rule;
        let of_item = line.item.as_deref().map_or(Rate::ZERO, |item| item.first_self_pay);
        let mut by = (class == CatalogueClass::B).then_some((catalogue, of_item));
        if let Some((lane, facts)) = place.visit {
            if !lane.price_bands.is_empty()
                && let Some((rule, bands)) = known(&lane.price_bands, &facts_of(place.policy, facts, line))?
            {
                let exact = banded(&bands.bands, price, line.quantity)?.min(base);
                self.rate = of_item;
                return self.first((rule, None), (base, exact), place.policy, index, recorder);
            }
            if class == CatalogueClass::B
                && !lane.first_self_pay.is_empty()
                && let Some((rule, first)) =
                    known(&lane.first_self_pay, &facts_of(place.policy, facts, line))?
            {
                by = Some((rule, first.rate));
            }
        }
        let Some((rule, rate)) = by else { return Ok(base) };
        self.rate = rate;
        self.first((rule, Some(rate)), (base, base.times(rate)?), place.policy, index, recorder)
    }

    /// Takes what the person pays first for care elsewhere; gives what is left.
    fn take_front_payment(
        &mut self,
        place: Place<'_>,
        left: Exact,
        line: &CaseLine,
        index: usize,
        recorder: &mut impl Recorder,
    ) -> Result<Exact, Refusal> {
        let Some((lane, facts)) = place.visit.filter(|(lane, _)| !lane.front_payment.is_empty()) else {
            return Ok(left);
        };
        match known(&lane.front_payment, &facts_of(place.policy, facts, line))? {
            None => Ok(left),
            Some((rule, front)) => {
                let by = (rule, Some(front.rate));
                self.first(by, (left, left.times(front.rate)?), place.policy, index, recorder)
            }
        }
    }

    /// Adds to what the person pays first; gives what is left of the basis.
    fn first(
        &mut self,
        (rule, rate): (&std::sync::Arc<Rule>, Option<Rate>),
        (base, exact): (Exact, Exact),
        policy: &Policy,
        index: usize,
        recorder: &mut impl Recorder,
    ) -> Result<Exact, Refusal> {
        let rounding = &policy.general.rounding;
        let per_line = rounding.value.rounds_at(RoundingStage::PerLine);
        let first = if per_line { Exact::from(exact.round()?) } else { exact };
        let (basis, shown) = (base.round()?, first.round()?);
        self.first_self_paid = self.first_self_paid.plus(first)?;
        let with_rate = |step: Step| match rate {
            Some(rate) => step.rate(rate),
            None => step,
        };
        recorder.record(|| with_rate(Step::new(StepKind::FirstSelfPaid, rule, basis, shown).line(index)));
        if first != exact {
            recorder.record(|| {
                with_rate(Step::new(StepKind::Rounding, &rounding.rule, basis, shown).line(index))
                    .because(Some(Reason::RestInScope))
            });
        }
        Ok(base.minus(first)?)
    }

    fn plus(&self, other: &Self) -> Result<Self, Overflow> {
        Ok(Self {
            fully_self_paid: self.fully_self_paid.plus(other.fully_self_paid)?,
            over_limit: self.over_limit.plus(other.over_limit)?,
            first_self_paid: self.first_self_paid.plus(other.first_self_paid)?,
            in_scope: self.in_scope.plus(other.in_scope)?,
            rate: self.rate,
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
            CatalogueClass::B => self.rate,
            // One price for everything makes class C part of it.
            CatalogueClass::C if in_scope.is_zero() => Rate::ONE,
            CatalogueClass::C => Rate::ZERO,
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

/// What the person pays first of pieces whose price falls into bands, each at its own share.
fn banded(bands: &[crate::policy::PriceBand], price: Price, quantity: Quantity) -> Result<Exact, Overflow> {
    let mut paid = Exact::ZERO;
    let mut from = Price::default();
    for band in bands {
        let until = band.up_to.map_or(price, |up_to| up_to.min(price));
        if until > from {
            let width = until.micro_yuan().checked_sub(from.micro_yuan()).ok_or(Overflow)?;
            let part = Price::from_micro_yuan(width).times(quantity)?;
            paid = paid.plus(part.times(band.first_self_pay)?)?;
            from = until;
        }
    }
    Ok(paid)
}
