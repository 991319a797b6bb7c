//! What a stay that is cut into several bills must not forget.

use model::MedicalType;

use super::{Check, at};
use crate::policy::condition::{Bit, Choice, Condition};
use crate::policy::span::{Period, Span};
use crate::policy::strategy::{Crossing, Deductible, FixedPrice, Layer, Share, Standard, StayRule};
use crate::policy::{Lane, Row, Rule};

const STAYS: [MedicalType; 5] = [
    MedicalType::Inpatient,
    MedicalType::SingleDisease,
    MedicalType::DaySurgery,
    MedicalType::Delivery,
    MedicalType::HomeBed,
];

impl Check<'_> {
    /// A stay that is settled by another version counts in the year of its own day: both have the same calendar.
    pub(super) fn check_calendar_of_stays(&self) {
        let f = self.families;
        let by_other_rules =
            |row: &&Row<StayRule>| row.value.value.is_some_and(|rule| rule.rules_of.is_some());
        let changed = f
            .medical_year
            .iter()
            .find(|year| f.medical_year.first().is_some_and(|first| first.value != year.value));
        if let (Some(year), Some(row)) = (changed, f.stay.iter().find(by_other_rules)) {
            let message = format!(
                "rule {} has stays settled by the rules of another day, and the medical year changes at {}",
                row.rule.id,
                at(&year.rule)
            );
            self.report(
                &row.rule,
                message,
                Some("leave 'rules_of' out: each bill is settled by its own day"),
            );
        }
    }

    /// Every bill of a stay that is cut is a visit of its own: a sum over the visit would begin anew with each.
    /// `visits` are the conditions of the visits that come to the lane: its own, and those of its host.
    pub(super) fn check_stays(&self, lane: &Lane, visits: &[Condition]) {
        let of = |when: &Condition| when.choices.get(Choice::Care as usize).copied().unwrap_or_default();
        let care = visits.iter().map(of).fold(u32::MAX, |all, care| all & care);
        let takes_stays = STAYS.iter().any(|kind| kind.bit() & care != 0);
        if !takes_stays {
            self.check_prices_of_visits(&lane.fixed_price);
        }
        let cuts = lane
            .stay
            .iter()
            .filter_map(|row| row.value.value.as_ref())
            .any(|rule| rule.crossing == Crossing::Fee || rule.period_days.is_some() || rule.interim);
        if !takes_stays || !cuts {
            return;
        }
        self.check_prices(&lane.fixed_price);
        self.check_spans("per", &lane.deductible, spans_of_deductible);
        self.check_spans("per", &lane.ceiling, |rule| vec![&rule.most.span]);
        self.check_spans("axis", &lane.share, spans_of_share);
        self.check_spans("per", &lane.layer, spans_of_layer);
    }

    /// Where there are no stays no price adds up over one.
    fn check_prices_of_visits(&self, rows: &[Row<FixedPrice>]) {
        for row in rows {
            let span = row.value.value.as_ref().map(|price| &price.span);
            if span.is_some_and(|span| span.period == Period::Stay) {
                let message =
                    format!("rule {} adds a price up over stays, and its lane has none", row.rule.id);
                let hint = "write per = \"medical_year\", \"month\" or \"day\", or leave the accumulator out";
                self.report(&row.rule, message, Some(hint));
            }
        }
    }

    fn check_prices(&self, rows: &[Row<FixedPrice>]) {
        let alone = |row: &&Row<FixedPrice>| {
            row.value.value.as_ref().is_some_and(|price| price.span.accumulator.is_none())
        };
        for row in rows.iter().filter(alone) {
            let message = format!(
                "the policy cuts stays into several bills, and rule {} counts each alone",
                row.rule.id
            );
            self.report(&row.rule, message, Some("give it an accumulator, or keep stays whole"));
        }
    }

    fn check_spans<T>(&self, key: &str, rows: &[Row<T>], spans: fn(&T) -> Vec<&Span>) {
        let by_visit = |row: &&Row<T>| {
            row.value
                .value
                .as_ref()
                .is_some_and(|value| spans(value).iter().any(|span| span.period == Period::Visit))
        };
        for row in rows.iter().filter(by_visit) {
            let rule: &Rule = &row.rule;
            let message =
                format!("the policy cuts stays into several bills, and rule {} counts each alone", rule.id);
            let hint = format!("write {key} = \"stay\" with an accumulator, or keep stays whole");
            self.report(rule, message, Some(&hint));
        }
    }
}

/// A share of the bill is of each bill for itself.
fn spans_of_deductible(deductible: &Deductible) -> Vec<&Span> {
    match deductible.standard {
        Standard::OfBill(..) => Vec::new(),
        Standard::Amount(..) => vec![&deductible.span],
    }
}

/// A flat ratio has no axis that matters.
fn spans_of_share(share: &Share) -> Vec<&Span> {
    if share.segments.len() > 1 { vec![&share.axis] } else { Vec::new() }
}

/// The same of a layer that pays a flat ratio from zero.
fn spans_of_layer(layer: &Layer) -> Vec<&Span> {
    let flat = layer.segments.len() <= 1 && layer.start.is_zero();
    let axis = if flat { None } else { Some(&layer.axis) };
    axis.into_iter().chain(layer.most.iter().map(|most| &most.span)).collect()
}
