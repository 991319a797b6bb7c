//! For whom and where a rule applies.

use model::{InstitutionKind, InstitutionLevel, PersonType};

/// What conditions ask for, of one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) person_type: PersonType,
    /// Full years, on the day that the policy names.
    pub(crate) age: u16,
    pub(crate) kind: InstitutionKind,
    pub(crate) level: InstitutionLevel,
}

/// A set of the values of a small enum, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Set(u16);

impl Set {
    pub(crate) const ALL: Self = Self(u16::MAX);

    pub(crate) fn of(bits: impl IntoIterator<Item = u16>) -> Self {
        Self(bits.into_iter().fold(0, |set, bit| set | bit))
    }

    pub(crate) const fn has(self, bit: u16) -> bool {
        self.0 & bit != 0
    }
}

pub(crate) const fn person_bit(person_type: PersonType) -> u16 {
    match person_type {
        PersonType::InService => 1,
        PersonType::Retired => 1 << 1,
        PersonType::Minor => 1 << 2,
        PersonType::AdultResident => 1 << 3,
        PersonType::ElderlyResident => 1 << 4,
    }
}

pub(crate) const fn kind_bit(kind: InstitutionKind) -> u16 {
    match kind {
        InstitutionKind::Hospital => 1,
        InstitutionKind::Pharmacy => 1 << 1,
    }
}

pub(crate) const fn level_bit(level: InstitutionLevel) -> u16 {
    match level {
        InstitutionLevel::TertiarySpecial => 1,
        InstitutionLevel::Tertiary => 1 << 1,
        InstitutionLevel::Secondary => 1 << 2,
        InstitutionLevel::Primary => 1 << 3,
        InstitutionLevel::Community => 1 << 4,
        InstitutionLevel::Unrated => 1 << 5,
    }
}

/// The persons and institutions that a rule is for: all that are in every one of its sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) persons: Set,
    pub(crate) levels: Set,
    pub(crate) kinds: Set,
    /// First age in years.
    pub(crate) age_from: u16,
    /// The age from which the rule no longer applies.
    pub(crate) age_under: u16,
}

impl Condition {
    pub(crate) const ALWAYS: Self =
        Self { persons: Set::ALL, levels: Set::ALL, kinds: Set::ALL, age_from: 0, age_under: u16::MAX };

    /// Whether the rule is for this visit.
    pub(crate) const fn holds(&self, facts: &Facts) -> bool {
        self.persons.has(person_bit(facts.person_type))
            && self.levels.has(level_bit(facts.level))
            && self.kinds.has(kind_bit(facts.kind))
            && self.age_from <= facts.age
            && facts.age < self.age_under
    }
}
