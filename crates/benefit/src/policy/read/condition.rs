//! Reads the conditions of a rule.

use crate::form::{self, Word};
use crate::policy::condition::{Bit, Condition, Number, Range, day_number};
use crate::policy::declared::{Declared, Names};
use crate::reader::{Form, Reader, Wrong};

/// Reads every condition of a rule; what it does not name does not matter to it.
pub(super) fn condition(reader: &mut Reader<'_>, declared: &Declared) -> Condition {
    let mut when = Condition::default();
    choice::<model::PersonType>(reader, "person", &mut when);
    choice::<model::InstitutionLevel>(reader, "level", &mut when);
    choice::<model::InstitutionKind>(reader, "institution", &mut when);
    choice::<model::CarePlace>(reader, "place_of_care", &mut when);
    choice::<model::Filing>(reader, "filing", &mut when);
    choice::<model::MedicalType>(reader, "care", &mut when);
    choice::<model::FeeCategory>(reader, "category", &mut when);
    choice::<model::CatalogueClass>(reader, "class", &mut when);
    let mut ranges = Vec::new();
    range(reader, (Number::Age, "age_from", "age_under"), age, &mut ranges);
    range(reader, (Number::InsuredMonths, "insured_years_from", "insured_years_under"), years, &mut ranges);
    range(reader, (Number::InsuredMonths, "insured_months_from", "insured_months_under"), count, &mut ranges);
    range(reader, (Number::Admission, "admission_from", "admission_under"), count, &mut ranges);
    let at_level = (Number::AdmissionAtLevel, "admission_at_level_from", "admission_at_level_under");
    range(reader, at_level, count, &mut ranges);
    range(reader, (Number::Month, "month_from", "month_under"), month, &mut ranges);
    range(reader, (Number::BegunMonth, "begun_month_from", "begun_month_under"), month, &mut ranges);
    range(reader, (Number::Retired, "retired_from", "retired_before"), day, &mut ranges);
    range(reader, (Number::Born, "born_from", "born_before"), day, &mut ranges);
    range(reader, (Number::BeganWork, "began_work_from", "began_work_before"), day, &mut ranges);
    when.ranges = ranges.into();
    if let Some(bits) = names(reader, ("with", "trait"), &declared.traits) {
        when.with = bits.iter().fold(0, |set, place| set | 1_u64.wrapping_shl(*place));
    }
    if let Some(bits) = names(reader, ("without", "trait"), &declared.traits) {
        when.without = bits.iter().fold(0, |set, place| set | 1_u64.wrapping_shl(*place));
    }
    if when.with & when.without != 0 {
        reader.report("a trait stands both in 'with' and in 'without'", None);
    }
    if let Some(bits) = names(reader, ("disease", "disease"), &declared.diseases) {
        // The lowest bit is no disease that the policy names.
        when.diseases = bits.iter().fold(0, |set, place| set | 2_u128.wrapping_shl(*place));
    }
    if reader.maybe("other_diseases", form::truth) == Some(true) {
        let named = if when.diseases == u128::MAX { 0 } else { when.diseases };
        when.diseases = named | 1;
    }
    if let Some(bits) = names(reader, ("group", "group"), &declared.groups) {
        when.groups = bits.iter().fold(0, |set, place| set | 2_u64.wrapping_shl(*place));
    }
    when
}

fn choice<W: Word + Bit + PartialEq>(reader: &mut Reader<'_>, key: &'static str, when: &mut Condition) {
    let Some(values) = reader.maybe(key, form::words::<W>) else { return };
    if let Some(set) = when.choices.get_mut(W::CHOICE as usize) {
        *set = values.into_iter().fold(0, |set, value| set | value.bit());
    }
}

fn range(
    reader: &mut Reader<'_>,
    (number, from_key, until_key): (Number, &'static str, &'static str),
    form: Form<i32>,
    into: &mut Vec<Range>,
) {
    let from = reader.maybe(from_key, form);
    let until = reader.maybe(until_key, form);
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        reader.report(format!("'{until_key}' is not above '{from_key}'"), None);
    }
    if from.is_some() || until.is_some() {
        let lowest = Number::UNKNOWN.saturating_add(1);
        into.push(Range { number, from: from.unwrap_or(lowest), until: until.unwrap_or(i32::MAX) });
    }
}

/// Reads a list of declared names as their places.
fn names(
    reader: &mut Reader<'_>,
    (key, kind): (&'static str, &'static str),
    declared: &Names,
) -> Option<Vec<u32>> {
    let names = reader.maybe(key, form::names)?;
    let mut places = Vec::with_capacity(names.len());
    for name in names {
        match declared.place_of(&name).and_then(|place| u32::try_from(place).ok()) {
            Some(place) => places.push(place),
            None => {
                let known: Vec<&str> = declared.iter().map(|name| name.name.as_ref()).collect();
                let hint = if known.is_empty() {
                    format!("describe it in a table [{kind}.{name}]")
                } else {
                    format!("describe it in a table [{kind}.{name}], or name one of: {}", known.join(", "))
                };
                reader.place.report(
                    reader.line_of(key),
                    format!("{key}: there is no {kind} '{name}'"),
                    Some(hint),
                );
            }
        }
    }
    Some(places)
}

type Value<'v> = toml::de::DeValue<'v>;

fn age(value: &Value<'_>) -> Result<i32, Wrong> {
    form::age(value).map(i32::from)
}

/// Full years, as the months that they have.
fn years(value: &Value<'_>) -> Result<i32, Wrong> {
    form::age(value).map(|years| i32::from(years).saturating_mul(12))
}

fn count(value: &Value<'_>) -> Result<i32, Wrong> {
    form::count(value).map(i32::from)
}

fn month(value: &Value<'_>) -> Result<i32, Wrong> {
    form::month(value).map(i32::from)
}

fn day(value: &Value<'_>) -> Result<i32, Wrong> {
    form::date(value).map(day_number)
}
