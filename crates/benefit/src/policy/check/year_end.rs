//! Funds that pay when the medical year has ended: what they may ask for, and that they share one burden.

use model::Date;

use super::persons::{OF_PERSONS, asks_for_more};
use super::{Check, at, in_place};
use crate::policy::Lane;
use crate::policy::condition::Number;
use crate::policy::rule::Row;
use crate::policy::strategy::Layer;

fn at_year_end(row: &Row<Layer>) -> bool {
    row.value.value.as_ref().is_some_and(|layer| layer.paid_at_year_end)
}

fn place(row: &Row<Layer>) -> Option<u8> {
    row.value.value.as_ref().map(|layer| layer.place)
}

impl Check<'_> {
    /// Within a lane everything that is paid with bills comes before.
    pub(super) fn check_order_of_year_end(&self, lane: &Lane) {
        for row in lane.layer.iter().filter(|row| at_year_end(row)) {
            let later = |other: &&Row<Layer>| !at_year_end(other) && place(other) > place(row);
            if let Some(other) = lane.layer.iter().find(later) {
                let message = format!(
                    "rule {} pays with the bill, and comes after {}, which pays at the end of the year",
                    other.rule.id, row.rule.id
                );
                let hint = "give it an earlier place, or have it pay at the end of the year";
                self.report(&other.rule, message, Some(hint));
            }
        }
    }

    /// Over all lanes, the funds share one burden, one at most of each place is for a person, and none ends before the
    /// year does.
    pub(super) fn check_year_end(&mut self, day: Date) {
        let rows: Vec<&Row<Layer>> = self
            .families
            .layer
            .iter()
            .filter(|row| at_year_end(row) && self.in_force(&row.rule, day))
            .collect();
        let Some((first, others)) = rows.split_first() else { return };
        for row in others {
            self.check_one_burden(first, row);
        }
        for row in &rows {
            let by_month = row.value.when.ranges.iter().any(|range| range.number == Number::Month);
            if by_month || asks_for_more(&row.value.when, &OF_PERSONS) {
                let message = format!(
                    "rule {} pays at the end of the year and cannot ask for what a visit decides, nor for a month",
                    row.rule.id
                );
                let hint = "keep to person, age, insured_years, insured_months, dates and traits, as they are on the last day of the year";
                self.report(&row.rule, message, Some(hint));
            }
            self.check_last_day(row, day);
            self.check_limit(row);
        }
        self.check_persons(("layer", day), &rows, |layer| in_place(layer.place));
    }

    fn check_one_burden(&self, first: &Row<Layer>, row: &Row<Layer>) {
        let (Some(one), Some(other)) = (&first.value.value, &row.value.value) else { return };
        let same_lanes = first.value.lanes.len() == row.value.lanes.len()
            && first.value.lanes.iter().all(|lane| row.value.lanes.contains(lane));
        if (&one.axis, &one.covers) != (&other.axis, &other.covers) || !same_lanes {
            let message = format!(
                "rule {} and {} at {} pay at the end of the year, and not of one burden",
                row.rule.id,
                first.rule.id,
                at(&first.rule)
            );
            let hint = "they name the same lanes, 'covers' and 'accumulator'; each pays of what the one before leaves";
            self.report(&row.rule, message, Some(hint));
        }
    }

    /// What was added up until a rule ends would be nobody's.
    fn check_last_day(&self, row: &Row<Layer>, day: Date) {
        let starts = self.families.medical_year.iter().find(|year| self.in_force(&year.rule, day));
        let Some((last, starts)) = row.rule.last_day.zip(starts.map(|year| year.value)) else { return };
        let next = last.tomorrow().ok().map(|next| (next.month(), next.day()));
        let with_policy = self.head.last_day == Some(last);
        if next != Some((starts.month, starts.day)) && !with_policy {
            let message =
                format!("rule {} pays at the end of the year and ends within it, on {last}", row.rule.id);
            self.report(&row.rule, message, Some("end it with the medical year"));
        }
    }

    /// The limit of such a fund is its own: no bill counts toward it.
    fn check_limit(&self, row: &Row<Layer>) {
        let limit = |row: &Row<Layer>| {
            let layer = row.value.value.as_ref()?;
            Some((layer.place, layer.most.as_ref()?.span.accumulator.clone()))
        };
        let Some((place, name)) = limit(row) else { return };
        let shared = |other: &&Row<Layer>| {
            limit(other).is_some_and(|(other_place, other_name)| {
                other_name == name && (!at_year_end(other) || other_place != place)
            })
        };
        if let Some(other) = self.families.layer.iter().find(shared) {
            let message = format!(
                "the limit of {}, which pays at the end of the year, is shared with {} at {}",
                row.rule.id,
                other.rule.id,
                at(&other.rule)
            );
            self.report(&row.rule, message, Some("give it an accumulator of its own"));
        }
    }
}
