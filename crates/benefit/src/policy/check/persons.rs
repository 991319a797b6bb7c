//! The rules that are for persons: what they may ask for, and that of each place one at most is for a person.

use std::sync::Arc;

use model::Date;

use super::cells::{cells, describe};
use super::{Check, in_place};
use crate::policy::condition::{Choice, Condition, Number};
use crate::policy::persons::{CreditAmount, PersonRules, Timing};
use crate::policy::rule::Row;

/// What is known of a person without a visit.
pub(super) const OF_PERSONS: [Choice; 1] = [Choice::Person];
/// What is known of a payment.
const OF_PAYMENTS: [Choice; 3] = [Choice::Person, Choice::Kind, Choice::Care];

impl Check<'_> {
    /// The rules for persons that are in force on a day.
    pub(super) fn persons(&mut self, day: Date) -> PersonRules {
        let f = self.families;
        let mut account_credit =
            self.person_rows(("account_credit", &OF_PERSONS), &f.account_credit, day, |credit| {
                in_place(credit.place)
            });
        for row in &account_credit {
            let monthly = row.value.value.as_ref().is_none_or(|credit| credit.timing == Timing::Monthly);
            let by_month = row.value.when.ranges.iter().any(|range| range.number == Number::Month);
            if by_month && !monthly {
                let message = format!(
                    "rule {} is credited for the year together and cannot ask for a month",
                    row.rule.id
                );
                self.report(&row.rule, message, Some("write per = \"month\" without 'ahead'"));
            }
        }
        for row in &mut account_credit {
            if let Some(credit) = &mut row.value.value
                && let CreditAmount::Fixed(amount, share_of) = &mut credit.amount
            {
                *amount = self.amount(&row.rule, *amount, share_of.as_ref(), day);
            }
        }
        let one = |_: &_| String::new();
        PersonRules {
            account_credit,
            mutual_aid: self.person_rows(("mutual_aid", &OF_PERSONS), &f.mutual_aid, day, one),
            payment_without_pin: self.person_rows(
                ("payment_without_pin", &OF_PAYMENTS),
                &f.payment_without_pin,
                day,
                |_| String::new(),
            ),
        }
    }

    fn person_rows<T: Clone>(
        &mut self,
        (name, asked): (&'static str, &[Choice]),
        rows: &[Row<T>],
        day: Date,
        key: impl Fn(&T) -> String,
    ) -> Vec<Row<T>> {
        let rows: Vec<&Row<T>> = rows.iter().filter(|row| self.in_force(&row.rule, day)).collect();
        for row in &rows {
            if asks_for_more(&row.value.when, asked) {
                let message =
                    format!("rule {} is for persons and cannot ask for what a visit decides", row.rule.id);
                let hint = if asked.contains(&Choice::Care) {
                    "keep to person, age, insured_years, insured_months, month, dates, traits, care and institution"
                } else {
                    "keep to person, age, insured_years, insured_months, month, dates and traits"
                };
                self.report(&row.rule, message, Some(hint));
            }
        }
        self.check_persons((name, day), &rows, key);
        rows.into_iter().cloned().collect()
    }

    /// Of each key one rule at most is for a person, and every rule is for somebody.
    pub(super) fn check_persons<T>(
        &mut self,
        (name, day): (&'static str, Date),
        rows: &[&Row<T>],
        key: impl Fn(&T) -> String,
    ) {
        let conditions: Vec<&Condition> = rows.iter().map(|row| &row.value.when).collect();
        let (scheme, declared) = (self.scheme, Arc::clone(&self.declared));
        let Some(cells) = cells(self.scheme, &declared, &conditions) else {
            let message = format!("the [[{name}]] rules tell too many persons apart");
            self.report_gap(name, None, message, day, "ask for fewer traits in one table");
            return;
        };
        for cell in &cells {
            let hits: Vec<&&Row<T>> = rows.iter().filter(|row| row.holds(cell)).collect();
            self.check_hits(&hits, &key, ("person", || describe(scheme, cell, &declared, &conditions)));
        }
        for row in rows {
            if !self.reached.contains(&(Arc::clone(&row.rule.id), row.rule.from)) {
                let message = format!("rule {} is for nobody", row.rule.id);
                self.report(&row.rule, message, Some("no person of the scheme meets its conditions"));
            }
        }
    }
}

/// Whether a condition asks for more than the choices that are known.
pub(super) fn asks_for_more(when: &Condition, asked: &[Choice]) -> bool {
    let known = |place: usize| asked.iter().any(|choice| *choice as usize == place);
    let mut choices = when.choices.iter().enumerate();
    choices.any(|(place, set)| *set != u32::MAX && !known(place))
        || when.diseases != u128::MAX
        || when.groups != u64::MAX
        || when.ranges.iter().any(|range| {
            matches!(range.number, Number::Admission | Number::AdmissionAtLevel | Number::BegunMonth)
        })
}
