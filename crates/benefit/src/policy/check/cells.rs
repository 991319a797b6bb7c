//! The visits that a table's rows could distinguish.
//!
//! Every closed list falls into classes of values that no row tells apart, every number into stretches between the
//! bounds that rows name, every trait is there or not. One visit of each combination stands for all of its like.

use std::collections::BTreeSet;

use model::{
    CarePlace, CatalogueClass, FeeCategory, Filing, InstitutionKind, InstitutionLevel, MedicalType,
    PersonType, Scheme,
};

use crate::form::Word;
use crate::policy::condition::{Bit, Choice, Condition, Facts, Number};
use crate::policy::declared::{Declared, Names};

/// How many combinations are gone through before the table counts as too tangled to be checked.
const MOST_CELLS: usize = 200_000;

/// Every kind of visit that the conditions could distinguish, or nothing where there are too many.
pub(super) fn cells(scheme: Scheme, declared: &Declared, conditions: &[&Condition]) -> Option<Vec<Facts>> {
    let start = Facts {
        choices: [u32::MAX; Choice::COUNT],
        numbers: [Number::UNKNOWN; Number::COUNT],
        traits: 0,
        disease: 1,
        group: 1,
    };
    let mut cells = vec![start];
    let persons: Vec<u32> = persons_of(scheme).map(|(_, person)| person.bit()).collect();
    choice(&mut cells, conditions, Choice::Person, &persons)?;
    choice(&mut cells, conditions, Choice::Level, &bits::<InstitutionLevel>())?;
    choice(&mut cells, conditions, Choice::Kind, &bits::<InstitutionKind>())?;
    choice(&mut cells, conditions, Choice::Place, &bits::<CarePlace>())?;
    choice(&mut cells, conditions, Choice::Filing, &bits::<Filing>())?;
    choice(&mut cells, conditions, Choice::Care, &bits::<MedicalType>())?;
    choice(&mut cells, conditions, Choice::Category, &bits::<FeeCategory>())?;
    choice(&mut cells, conditions, Choice::Class, &bits::<CatalogueClass>())?;
    for number in NUMBERS {
        let values = stretches(conditions, number);
        multiply(&mut cells, &values, |cell, value| {
            if let Some(place) = cell.numbers.get_mut(number as usize) {
                *place = value;
            }
        })?;
    }
    let traits = conditions.iter().fold(0, |all, when| all | when.with | when.without);
    for place in 0..64_u32 {
        let bit = 1_u64.wrapping_shl(place);
        if traits & bit != 0 {
            multiply(&mut cells, &[0, bit], |cell, bit| cell.traits |= bit)?;
        }
    }
    let diseases = classes(conditions, named(&declared.diseases), |when, bit| when.diseases & bit != 0);
    multiply(&mut cells, &diseases, |cell, bit| cell.disease = bit)?;
    let groups = classes(conditions, named(&declared.groups), |when, bit| {
        u64::try_from(bit).is_ok_and(|bit| when.groups & bit != 0)
    });
    multiply(&mut cells, &groups, |cell, bit| cell.group = u64::try_from(bit).unwrap_or(1))?;
    Some(cells)
}

const NUMBERS: [Number; Number::COUNT] = [
    Number::Age,
    Number::InsuredMonths,
    Number::Admission,
    Number::AdmissionAtLevel,
    Number::Month,
    Number::BegunMonth,
    Number::Retired,
    Number::Born,
    Number::BeganWork,
];

/// The classes of persons that a scheme insures, with their words.
fn persons_of(scheme: Scheme) -> impl Iterator<Item = &'static (&'static str, PersonType)> {
    PersonType::WORDS.iter().filter(move |(_, person)| person.scheme() == scheme)
}

fn bits<W: Word + Bit>() -> Vec<u32> {
    W::WORDS.iter().map(|(_, word)| word.bit()).collect()
}

/// The bits of declared names; the lowest is none of them.
fn named(names: &Names) -> Vec<u128> {
    let count = u32::try_from(names.iter().count()).unwrap_or(0);
    (0..=count).map(|place| 1_u128.wrapping_shl(place)).collect()
}

fn choice(cells: &mut Vec<Facts>, conditions: &[&Condition], choice: Choice, values: &[u32]) -> Option<()> {
    let place = choice as usize;
    let set = |when: &Condition| when.choices.get(place).copied().unwrap_or(u32::MAX);
    let values = classes(conditions, values.to_vec(), |when, bit| set(when) & bit != 0);
    multiply(cells, &values, |cell, bit| {
        if let Some(choice) = cell.choices.get_mut(place) {
            *choice = bit;
        }
    })
}

/// One value of every class of values that no condition tells apart.
fn classes<T: Copy>(
    conditions: &[&Condition],
    values: Vec<T>,
    has: impl Fn(&Condition, T) -> bool,
) -> Vec<T> {
    let mut seen = BTreeSet::new();
    let signature = |value: T| conditions.iter().map(|when| has(when, value)).collect::<Vec<bool>>();
    values.into_iter().filter(|value| seen.insert(signature(*value))).collect()
}

/// The first value of every stretch of a number between bounds that conditions name.
fn stretches(conditions: &[&Condition], number: Number) -> Vec<i32> {
    let lowest = match number {
        Number::Age | Number::InsuredMonths => 0,
        Number::Admission | Number::AdmissionAtLevel | Number::Month | Number::BegunMonth => 1,
        Number::Retired | Number::Born | Number::BeganWork => 19_000_101,
    };
    let mut values = BTreeSet::from([lowest]);
    let ranges = conditions.iter().flat_map(|when| when.ranges.iter());
    for range in ranges.filter(|range| range.number == number) {
        values.extend([range.from, range.until]);
    }
    let end = if matches!(number, Number::Month | Number::BegunMonth) { 13 } else { i32::MAX };
    values.into_iter().filter(|value| (lowest..end).contains(value)).collect()
}

fn multiply<T: Copy>(cells: &mut Vec<Facts>, values: &[T], put: impl Fn(&mut Facts, T)) -> Option<()> {
    if cells.len().saturating_mul(values.len()) > MOST_CELLS {
        return None;
    }
    if let [only] = values {
        cells.iter_mut().for_each(|cell| put(cell, *only));
        return Some(());
    }
    let multiplied = cells.iter().flat_map(|cell| {
        values.iter().map(|value| {
            let mut cell = *cell;
            put(&mut cell, *value);
            cell
        })
    });
    *cells = multiplied.collect();
    Some(())
}

/// A visit in words, as far as the conditions ask for it.
pub(super) fn describe(
    scheme: Scheme,
    cell: &Facts,
    declared: &Declared,
    conditions: &[&Condition],
) -> String {
    let mut words = Vec::new();
    let asked = |choice: Choice| {
        let all = |when: &&Condition| when.choices.get(choice as usize) == Some(&u32::MAX);
        !conditions.iter().all(all)
    };
    let bit = |choice: Choice| cell.choices.get(choice as usize).copied().unwrap_or(0);
    let mut add = |name: &str, choice: Choice, values: Vec<&'static str>| {
        if asked(choice) {
            words.push(format!("{name} {}", values.join(" or ")));
        }
    };
    let alike = |choice: Choice, bit: u32, other: u32| {
        let mut sets = conditions.iter().filter_map(|when| when.choices.get(choice as usize));
        sets.all(|set| (set & bit == 0) == (set & other == 0))
    };
    let mut persons = words_of::<PersonType>(Choice::Person, bit(Choice::Person), alike);
    persons.retain(|word| persons_of(scheme).any(|(known, _)| known == word));
    add("person", Choice::Person, persons);
    add("level", Choice::Level, words_of::<InstitutionLevel>(Choice::Level, bit(Choice::Level), alike));
    add("institution", Choice::Kind, words_of::<InstitutionKind>(Choice::Kind, bit(Choice::Kind), alike));
    add("place_of_care", Choice::Place, words_of::<CarePlace>(Choice::Place, bit(Choice::Place), alike));
    add("filing", Choice::Filing, words_of::<Filing>(Choice::Filing, bit(Choice::Filing), alike));
    add("care", Choice::Care, words_of::<MedicalType>(Choice::Care, bit(Choice::Care), alike));
    add(
        "category",
        Choice::Category,
        words_of::<FeeCategory>(Choice::Category, bit(Choice::Category), alike),
    );
    add("class", Choice::Class, words_of::<CatalogueClass>(Choice::Class, bit(Choice::Class), alike));
    for number in NUMBERS {
        let asks = |when: &&Condition| when.ranges.iter().any(|range| range.number == number);
        if conditions.iter().any(asks) {
            words.push(format!("{} {}", number.name(), cell.number(number)));
        }
    }
    let asked_traits = conditions.iter().fold(0, |all, when| all | when.with | when.without);
    for (place, name) in declared.traits.iter().enumerate() {
        let bit = u32::try_from(place).map_or(0, |place| 1_u64.wrapping_shl(place));
        if asked_traits & bit != 0 {
            words.push(format!("{} {}", if cell.traits & bit == 0 { "without" } else { "with" }, name.name));
        }
    }
    if conditions.iter().any(|when| when.diseases != u128::MAX) {
        words.push(format!("disease {}", name_of(&declared.diseases, cell.disease)));
    }
    if conditions.iter().any(|when| when.groups != u64::MAX) {
        words.push(format!("group {}", name_of(&declared.groups, u128::from(cell.group))));
    }
    if words.is_empty() { "any visit".to_owned() } else { words.join(", ") }
}

/// The words of a value and of all that no condition tells apart from it.
fn words_of<W: Word + Bit>(
    choice: Choice,
    bit: u32,
    alike: impl Fn(Choice, u32, u32) -> bool,
) -> Vec<&'static str> {
    let like = W::WORDS.iter().filter(|(_, word)| alike(choice, bit, word.bit()));
    like.map(|(name, _)| *name).collect()
}

fn name_of(names: &Names, bit: u128) -> &str {
    let place = bit.trailing_zeros().checked_sub(1).and_then(|place| usize::try_from(place).ok());
    place.and_then(|place| names.at(place)).map_or("other", |name| name.name.as_ref())
}
