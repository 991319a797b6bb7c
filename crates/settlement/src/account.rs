//! The benefit account: the one row of a person that every command swaps.

use std::sync::Arc;

use benefit::{AccountBalances, Accumulators};
use ledger::ChainHead;
use model::{Fen, Overflow, PersonId};
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// A person's balances and accumulators, and the position of their hash chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BenefitAccount {
    /// Whose.
    pub person_id: PersonId,
    /// How many events the person's chain holds; the value that is compared and swapped. 0 before the first.
    pub version: i64,
    /// Money in the personal account; neither kind is ever negative.
    pub balances: AccountBalances,
    /// What has been used up in each medical year.
    pub accumulators: Accumulators,
    /// Head of the hash chain after `version` events.
    pub chain_head: ChainHead,
}

/// What an event adds to a benefit account; the parts of a reversal are the negatives of its original's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccountChange {
    /// Added to the current year's money.
    pub current_year: Fen,
    /// Added to the money of previous years.
    pub previous_years: Fen,
    /// Added to accumulators: medical year, name, amount.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accumulated: Vec<benefit::Accumulated>,
}

impl AccountChange {
    /// This change and another one together.
    ///
    /// # Errors
    /// A sum leaves the range of money.
    pub fn plus(mut self, other: &Self) -> Result<Self, Overflow> {
        self.current_year = self.current_year.plus(other.current_year)?;
        self.previous_years = self.previous_years.plus(other.previous_years)?;
        for (year, name, amount) in &other.accumulated {
            match self.accumulated.iter_mut().find(|(y, n, _)| y == year && n == name) {
                Some((_, _, sum)) => *sum = sum.plus(*amount)?,
                None => self.accumulated.push((*year, Arc::clone(name), *amount)),
            }
        }
        Ok(self)
    }

    /// The change that undoes this one.
    ///
    /// # Errors
    /// An amount has no negative.
    pub fn reversed(&self) -> Result<Self, Overflow> {
        Ok(Self {
            current_year: self.current_year.negated()?,
            previous_years: self.previous_years.negated()?,
            accumulated: self
                .accumulated
                .iter()
                .map(|(year, name, amount)| Ok((*year, Arc::clone(name), amount.negated()?)))
                .collect::<Result<_, Overflow>>()?,
        })
    }
}

impl BenefitAccount {
    /// The account of a person who has none yet.
    #[must_use]
    pub fn new(person_id: PersonId) -> Self {
        Self {
            person_id,
            version: 0,
            balances: AccountBalances { current_year: Fen::ZERO, previous_years: Fen::ZERO },
            accumulators: Accumulators::default(),
            chain_head: ChainHead::EMPTY,
        }
    }

    /// Balances and accumulators after `change`; version and chain are moved by the event itself.
    ///
    /// # Errors
    /// [`Refusal::AccountOverdrawn`] when a balance or accumulator would become negative.
    pub fn changed_by(&self, change: &AccountChange) -> Result<Self, Refusal> {
        let mut next = self.clone();
        next.balances.current_year = self.balances.current_year.plus(change.current_year)?;
        next.balances.previous_years = self.balances.previous_years.plus(change.previous_years)?;
        if next.balances.current_year.is_negative() || next.balances.previous_years.is_negative() {
            return Err(Refusal::AccountOverdrawn);
        }
        next.accumulators = self.accumulators.plus(&change.accumulated)?;
        if next.accumulators.iter().any(|(_, _, amount)| amount.is_negative()) {
            return Err(Refusal::AccountOverdrawn);
        }
        Ok(next)
    }
}
