//! What is left to the person, by component.

use model::{Exact, Fen, Overflow};

use super::line::Bill;
use super::pool::Pool;
use crate::policy::Component;

/// What is left to the person of every component: exact, and in whole fen as the bill shows it.
#[derive(Default)]
pub(crate) struct Burden([(Exact, Fen); Component::COUNT]);

impl Burden {
    /// `rounded` is whether the policy computes on with whole fen.
    pub(crate) fn of(bill: &Bill, pool: &Pool, rounded: bool) -> Self {
        let mut burden = Self([(Exact::ZERO, Fen::ZERO); Component::COUNT]);
        for (component, exact, fen) in [
            (Component::FullySelfPaid, bill.exact.fully_self_paid, bill.fully_self_paid),
            (Component::OverLimit, bill.exact.over_limit, bill.over_limit),
            (Component::FirstSelfPaid, bill.exact.first_self_paid, bill.first_self_paid),
            (Component::Deductible, pool.exact.deductible, pool.deductible),
            (Component::CoPayment, pool.exact.co_payment, pool.co_payment),
            (Component::AboveCeiling, pool.exact.above_ceiling, pool.above_ceiling),
        ] {
            if let Some(place) = burden.0.get_mut(component.index()) {
                *place = (if rounded { Exact::from(fen) } else { exact }, fen);
            }
        }
        burden
    }

    /// Adds what is left of another lane, of which the same funds and accounts pay.
    pub(crate) fn add(&mut self, other: &Self) -> Result<(), Overflow> {
        for ((exact, fen), (other_exact, other_fen)) in self.0.iter_mut().zip(&other.0) {
            *exact = exact.plus(*other_exact)?;
            *fen = fen.plus(*other_fen)?;
        }
        Ok(())
    }

    /// Whether nothing is left to the person.
    pub(crate) fn is_nothing(&self) -> bool {
        self.0.iter().all(|(exact, fen)| fen.is_zero() && *exact == Exact::ZERO)
    }

    fn parts<'b>(&'b self, components: &'b [Component]) -> impl Iterator<Item = (Exact, Fen)> + 'b {
        components.iter().filter_map(|component| self.0.get(component.index()).copied())
    }

    /// What is left of some components, in whole fen.
    pub(crate) fn fen(&self, components: &[Component]) -> Result<Fen, Overflow> {
        Fen::sum(self.parts(components).map(|(_, fen)| fen))
    }

    /// What is left of some components, exact.
    pub(crate) fn exact(&self, components: &[Component]) -> Result<Exact, Overflow> {
        Exact::sum(self.parts(components).map(|(exact, _)| exact))
    }

    /// Takes a payment off components, in their order, until it is spent.
    pub(crate) fn relieve(
        &mut self,
        components: &[Component],
        mut exact: Exact,
        mut fen: Fen,
    ) -> Result<(), Overflow> {
        components.iter().try_for_each(|component| self.relieve_of(*component, &mut exact, &mut fen))
    }

    /// Takes what it can of a payment off one component.
    pub(crate) fn relieve_of(
        &mut self,
        component: Component,
        exact: &mut Exact,
        fen: &mut Fen,
    ) -> Result<(), Overflow> {
        if let Some((open_exact, open_fen)) = self.0.get_mut(component.index()) {
            let (part_exact, part_fen) = ((*exact).min(open_exact.or_zero()), (*fen).min(*open_fen));
            *open_exact = open_exact.minus(part_exact)?;
            *open_fen = open_fen.minus(part_fen)?;
            *exact = exact.minus(part_exact)?;
            *fen = fen.minus(part_fen)?;
        }
        Ok(())
    }
}
