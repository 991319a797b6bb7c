//! For whom, where, when and for what a rule applies.

use model::{
    CarePlace, CatalogueClass, Date, FeeCategory, Filing, InstitutionKind, InstitutionLevel, MedicalType,
    PersonType,
};

/// What a rule can ask for that has a closed list of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    Person,
    Level,
    Kind,
    Place,
    Filing,
    Care,
    Category,
    Class,
}

impl Choice {
    pub(crate) const COUNT: usize = 8;
}

/// What a rule can ask for that is a number: it holds from one value until before another. Dates count as the number of
/// the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    /// Full years of age, on the day that the policy names.
    Age,
    /// Full months of insurance.
    InsuredMonths,
    /// Which stay of the medical year this is, from 1.
    Admission,
    /// Which stay of the medical year in hospitals of this level it is, from 1.
    AdmissionAtLevel,
    /// Month of the policy date.
    Month,
    /// Month in which the visit began: of a stay that of the admission.
    BegunMonth,
    /// Day of retirement.
    Retired,
    /// Day of birth.
    Born,
    /// First day of work.
    BeganWork,
}

impl Number {
    pub(crate) const COUNT: usize = 9;
    /// What is not known of a person. No range reaches it.
    pub(crate) const UNKNOWN: i32 = i32::MIN;

    /// What the number is called in messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::InsuredMonths => "insured_months",
            Self::Admission => "admission",
            Self::AdmissionAtLevel => "admission_at_level",
            Self::Month => "month",
            Self::BegunMonth => "begun_month",
            Self::Retired => "retired_on",
            Self::Born => "birth",
            Self::BeganWork => "began_work_on",
        }
    }
}

/// The number of a day, for [`Number`].
pub(crate) fn day_number(date: Date) -> i32 {
    i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day())
}

/// What conditions ask for, of one visit and one kind of item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    /// One bit of each choice.
    pub(crate) choices: [u32; Choice::COUNT],
    pub(crate) numbers: [i32; Number::COUNT],
    /// Traits that hold of the person, the institution or the visit, by their place in the policy's list.
    pub(crate) traits: u64,
    /// The disease that is treated, one bit; the lowest for a disease that the policy does not name, or none.
    pub(crate) disease: u128,
    /// The group of the item, one bit; the lowest for an item of none.
    pub(crate) group: u64,
}

impl Facts {
    /// The lowest bit: none of those that the policy names.
    pub(crate) const NONE: u32 = 1;
}

/// The bit of a value in its choice.
pub(crate) trait Bit: Copy {
    const CHOICE: Choice;
    fn bit(self) -> u32;
}

/// Writes down the choice of a closed list and the bit of each of its values.
macro_rules! bits_of {
    ($($type:ty => $choice:ident;)+) => { $(
        impl Bit for $type {
            const CHOICE: Choice = Choice::$choice;
            fn bit(self) -> u32 {
                // Every list has fewer than 32 values.
                1_u32.wrapping_shl(self as u32)
            }
        }
    )+ };
}

bits_of! {
    PersonType => Person;
    InstitutionLevel => Level;
    InstitutionKind => Kind;
    CarePlace => Place;
    Filing => Filing;
    MedicalType => Care;
    FeeCategory => Category;
    CatalogueClass => Class;
}

/// The values of a number from one until before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) number: Number,
    pub(crate) from: i32,
    pub(crate) until: i32,
}

/// What a rule is for: all that is in every one of its sets and ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) choices: [u32; Choice::COUNT],
    pub(crate) ranges: Box<[Range]>,
    /// Traits of which one at least must hold; none where the rule asks for none.
    pub(crate) with: u64,
    /// Traits of which none may hold.
    pub(crate) without: u64,
    pub(crate) diseases: u128,
    pub(crate) groups: u64,
}

impl Condition {
    /// Whether the rule is for this visit.
    pub(crate) fn holds(&self, facts: &Facts) -> bool {
        self.choices.iter().zip(facts.choices).all(|(set, bit)| set & bit != 0)
            && self.ranges.iter().all(|range| range.holds(facts))
            && (self.with == 0 || self.with & facts.traits != 0)
            && self.without & facts.traits == 0
            && self.diseases & facts.disease != 0
            && self.groups & facts.group != 0
    }

    /// The choices that are made by items and not by the visit.
    const OF_ITEMS: [Choice; 2] = [Choice::Category, Choice::Class];

    /// Whether it asks for items.
    pub(crate) fn asks_for_items(&self) -> bool {
        let asks = |choice: Choice| self.choices.get(choice as usize) != Some(&u32::MAX);
        self.groups != u64::MAX || Self::OF_ITEMS.into_iter().any(asks)
    }

    /// What it asks for of the visit alone.
    pub(crate) fn of_visit(&self) -> Self {
        let mut when = Self { groups: u64::MAX, ..self.clone() };
        for choice in Self::OF_ITEMS {
            if let Some(set) = when.choices.get_mut(choice as usize) {
                *set = u32::MAX;
            }
        }
        when
    }

    /// A number that is not known of this visit and that alone decides whether the rule is for it.
    pub(crate) fn hinges_on(&self, facts: &Facts) -> Option<Number> {
        let unknown = |range: &&Range| facts.number(range.number) == Number::UNKNOWN;
        let number = self.ranges.iter().find(unknown)?.number;
        let mut assumed = self.clone();
        assumed.ranges = self.ranges.iter().filter(|range| !unknown(range)).copied().collect();
        assumed.holds(facts).then_some(number)
    }
}

impl Default for Condition {
    fn default() -> Self {
        Self {
            choices: [u32::MAX; Choice::COUNT],
            ranges: Box::default(),
            with: 0,
            without: 0,
            diseases: u128::MAX,
            groups: u64::MAX,
        }
    }
}

impl Facts {
    pub(crate) fn number(&self, number: Number) -> i32 {
        self.numbers.get(number as usize).copied().unwrap_or(Number::UNKNOWN)
    }
}

impl Range {
    fn holds(&self, facts: &Facts) -> bool {
        let value = facts.number(self.number);
        value != Number::UNKNOWN && self.from <= value && value < self.until
    }
}
