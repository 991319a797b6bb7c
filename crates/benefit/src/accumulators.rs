//! What a person's settlements of a medical year have added up to (累计).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use model::{Fen, Overflow};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

/// What one settlement adds to the accumulators: medical year, accumulator, amount.
pub type Accumulated = (i16, Arc<str>, Fen);

/// Amounts by medical year and accumulator. Which accumulators there are, and what they count, the policy says.
///
/// An amount of zero is not kept, so that adding something and taking it away again restores the very value. As JSON
/// it is an object by year and name, amounts in fen: `{"2023":{"outpatient_self_borne":90000}}`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Accumulators {
    /// Sorted by year and name.
    entries: Vec<Accumulated>,
}

impl Accumulators {
    /// No settlements yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// The sum in an accumulator; zero where nothing was added.
    #[must_use]
    pub fn get(&self, year: i16, name: &str) -> Fen {
        let found = self.entries.iter().find(|(y, n, _)| *y == year && n.as_ref() == name);
        found.map_or(Fen::ZERO, |(_, _, amount)| *amount)
    }

    /// Every accumulator that is not zero, by year and name.
    pub fn iter(&self) -> impl Iterator<Item = (i16, &str, Fen)> {
        self.entries.iter().map(|(year, name, amount)| (*year, name.as_ref(), *amount))
    }

    /// The accumulators after a settlement that adds `delta`.
    ///
    /// # Errors
    /// A sum leaves the range of money.
    pub fn plus(&self, delta: &[Accumulated]) -> Result<Self, Overflow> {
        let mut after = self.clone();
        for (year, name, amount) in delta {
            after.add(*year, name, *amount)?;
        }
        Ok(after)
    }

    /// The accumulators after a settlement that had added `delta` is undone.
    ///
    /// # Errors
    /// A difference leaves the range of money.
    pub fn minus(&self, delta: &[Accumulated]) -> Result<Self, Overflow> {
        let mut after = self.clone();
        for (year, name, amount) in delta {
            after.add(*year, name, amount.negated()?)?;
        }
        Ok(after)
    }

    fn add(&mut self, year: i16, name: &Arc<str>, amount: Fen) -> Result<(), Overflow> {
        let place = self.entries.binary_search_by(|(y, n, _)| (*y, n.as_ref()).cmp(&(year, name.as_ref())));
        match place {
            Ok(index) => {
                let sum = match self.entries.get(index) {
                    Some((_, _, before)) => before.plus(amount)?,
                    None => amount,
                };
                if sum.is_zero() {
                    self.entries.remove(index);
                } else if let Some(entry) = self.entries.get_mut(index) {
                    entry.2 = sum;
                }
            }
            Err(_) if amount.is_zero() => {}
            Err(index) => self.entries.insert(index, (year, Arc::clone(name), amount)),
        }
        Ok(())
    }
}

impl fmt::Debug for Accumulators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.iter().map(|(year, name, amount)| (format!("{year} {name}"), amount.to_yuan()));
        f.debug_map().entries(shown).finish()
    }
}

impl Serialize for Accumulators {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut years: BTreeMap<i16, BTreeMap<&str, Fen>> = BTreeMap::new();
        for (year, name, amount) in self.iter() {
            years.entry(year).or_default().insert(name, amount);
        }
        years.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Accumulators {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let years = BTreeMap::<i16, BTreeMap<String, Fen>>::deserialize(deserializer)?;
        let entries = years
            .into_iter()
            .flat_map(|(year, names)| names.into_iter().map(move |(name, amount)| (year, name, amount)))
            .filter(|(_, _, amount)| !amount.is_zero())
            .map(|(year, name, amount)| (year, Arc::from(name), amount))
            .collect();
        Ok(Self { entries })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry() -> impl Strategy<Value = Accumulated> {
        (2022_i16..2025, prop::sample::select(vec!["a", "b", "c"]), -1000_i64..1000)
            .prop_map(|(year, name, fen)| (year, Arc::from(name), Fen::new(fen)))
    }

    #[test]
    fn years_are_apart() {
        let before = Accumulators::new();
        let after = before.plus(&[(2022, Arc::from("a"), Fen::new(5))]).expect("small");
        assert_eq!(after.get(2022, "a"), Fen::new(5));
        assert_eq!(after.get(2023, "a"), Fen::ZERO);
        assert_eq!(after.get(2022, "b"), Fen::ZERO);
    }

    #[test]
    fn json_is_by_year_and_name() {
        let text = r#"{"2022":{"b":7},"2023":{"a":90000}}"#;
        let read: Accumulators = serde_json::from_str(text).expect("the form that is written");
        assert_eq!(read.get(2023, "a"), Fen::new(90_000));
        assert_eq!(serde_json::to_string(&read).ok().as_deref(), Some(text));
    }

    proptest! {
        #[test]
        fn minus_restores_what_plus_changed(
            before in prop::collection::vec(entry(), 0..6),
            delta in prop::collection::vec(entry(), 0..6),
        ) {
            let before = Accumulators::new().plus(&before).expect("small");
            let after = before.plus(&delta).expect("small");
            prop_assert_eq!(&after.minus(&delta).expect("small"), &before);
            let json = serde_json::to_string(&after).expect("a map");
            prop_assert_eq!(serde_json::from_str::<Accumulators>(&json).expect("a map"), after);
        }
    }
}
