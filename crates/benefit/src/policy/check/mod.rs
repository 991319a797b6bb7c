//! Checks the rules of a policy as a whole and compiles a version for every stretch of time in which nothing changes.
//!
//! What rules can tell apart of persons, institutions and visits is finite ([`cells`]). Every cell of it must have
//! exactly one row in every table of every stage of a lane: none is a gap, two an overlap.

mod accumulators;
mod cells;
mod identity;
mod persons;
mod ratios;
mod stays;
mod year_end;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Date, Exact, Fen, Region, Scheme};

use super::condition::Condition;
use super::declared::Declared;
use super::read::{Families, Head};
use super::rule::{Dated, Row, Rule};
use super::strategy::{
    Base, FixedPrice, LaneRule, Layer, Limit, Most, SegmentsFrom, ShareOf, Stage, Standard,
};
use super::{General, Lane, Policy};
use crate::reader::Problems;
use cells::{cells, describe};

/// One policy's rules under check.
pub(crate) struct Check<'a> {
    region: Region,
    scheme: Scheme,
    head: &'a Head,
    families: &'a Families,
    declared: Arc<Declared>,
    problems: &'a Problems,
    /// The first days of every rule's versions.
    versions: BTreeMap<Arc<str>, BTreeSet<Date>>,
    /// Rules of lanes that some visit reaches.
    reached: BTreeSet<(Arc<str>, Date)>,
    /// Families of which a rule cannot be read or names a lane that is not there: what seems to be missing may be that rule.
    broken: BTreeSet<&'static str>,
    /// Pairs of rules of which it was told that they are for the same visit.
    clashes: BTreeSet<(String, String)>,
    /// Gaps that were reported, so that each is reported on its first day only.
    gaps: BTreeSet<String>,
}

/// A family whose rules belong to lanes, in the view of the checks that all of them share.
struct Table<'a, T> {
    name: &'static str,
    /// The stage that a lane must have for these rules; rules of lines have none.
    stage: Option<Stage>,
    /// Whether every visit of a lane with the stage needs a row.
    needed: bool,
    rows: &'a [Row<T>],
    /// What makes two rows of the same visit exclude each other.
    key: fn(&T) -> String,
}

/// The visits that come to a lane on a day.
#[derive(Clone, Copy)]
struct Visits<'v> {
    lane: &'v LaneRule,
    /// The rule of the lane.
    rule: &'v Rule,
    visits: &'v [Condition],
    day: Date,
}

impl<'a> Check<'a> {
    pub(crate) fn new(
        (region, scheme): (Region, Scheme),
        head: &'a Head,
        families: &'a Families,
        declared: Declared,
        problems: &'a Problems,
    ) -> Self {
        let mut versions: BTreeMap<Arc<str>, BTreeSet<Date>> = BTreeMap::new();
        for (_, rule, _) in families.all() {
            versions.entry(Arc::clone(&rule.id)).or_default().insert(rule.from);
        }
        let is_lane = |name: &String| {
            families.lane.iter().any(|row| row.value.value.as_ref().is_some_and(|lane| lane.name == *name))
        };
        let misnamed =
            families.all().filter(|(_, _, lanes)| !lanes.iter().all(is_lane)).map(|(family, ..)| family);
        let broken = families.broken.iter().copied().chain(misnamed).collect();
        let (reached, gaps) = (BTreeSet::new(), BTreeSet::new());
        let declared = Arc::new(declared);
        Self {
            region,
            scheme,
            head,
            families,
            declared,
            problems,
            versions,
            reached,
            broken,
            clashes: BTreeSet::new(),
            gaps,
        }
    }

    /// Compiles every version; what is wrong is reported, and then the versions are of no use.
    pub(crate) fn versions(mut self) -> Vec<Policy> {
        self.check_identities();
        self.check_accumulators();
        self.check_calendar_of_stays();
        let days = self.days_of_change();
        let mut versions = Vec::with_capacity(days.len());
        for (index, day) in days.iter().enumerate() {
            let end = self.head.last_day.and_then(|last| last.tomorrow().ok());
            let until = days.get(index.saturating_add(1)).copied().or(end);
            let lanes = self.lanes(*day);
            let persons = self.persons(*day);
            self.check_year_end(*day);
            if let Some(general) = self.general(*day) {
                let title = self.head.title.clone();
                let (region, scheme, from) = (self.region, self.scheme, *day);
                let declared = Arc::clone(&self.declared);
                versions.push(Policy {
                    region,
                    scheme,
                    title,
                    from,
                    until,
                    declared,
                    general,
                    lanes,
                    persons,
                });
            }
        }
        self.check_reached();
        versions
    }

    fn report(&self, rule: &Rule, message: String, hint: Option<&str>) {
        self.problems.report(&rule.file, rule.line, message, hint.map(str::to_owned));
    }

    /// Says what is missing of a family: at a lane's rule where it is missing there.
    fn report_gap(&mut self, family: &str, at: Option<&Rule>, message: String, day: Date, hint: &str) {
        if self.broken.contains(family) || !self.gaps.insert(message.clone()) {
            return;
        }
        let message = format!("{message} on {day}");
        let (file, line) = at.map_or((&self.head.file, self.head.line), |rule| (&rule.file, rule.line));
        self.problems.report(file, line, message, Some(hint.to_owned()));
    }

    /// Whether a version of a rule is in force on a day: begun, not ended, and not followed by a later version.
    fn in_force(&self, rule: &Rule, day: Date) -> bool {
        let begun = rule.from <= day && rule.last_day.is_none_or(|last| day <= last);
        let followed = |from: &Date| *from > rule.from && *from <= day;
        begun && !self.versions.get(&rule.id).is_some_and(|days| days.iter().any(followed))
    }

    /// The first days of all versions.
    fn days_of_change(&self) -> Vec<Date> {
        let mut days = BTreeSet::from([self.head.from]);
        for (_, rule, _) in self.families.all() {
            days.insert(rule.from);
            days.extend(rule.last_day.and_then(|last| last.tomorrow().ok()));
        }
        let within =
            |day: &Date| *day >= self.head.from && self.head.last_day.is_none_or(|last| *day <= last);
        days.into_iter().filter(within).collect()
    }

    fn general(&mut self, day: Date) -> Option<General> {
        let f = self.families;
        let medical_year = self.single("medical_year", &f.medical_year, day);
        let age = self.single("age", &f.age, day);
        let rounding = self.single("rounding", &f.rounding, day);
        let catalogue = self.single("catalogue", &f.catalogue, day);
        let price_ceiling = self.single("price_ceiling", &f.price_ceiling, day);
        let limited_use = self.single("limited_use", &f.limited_use, day);
        let unmatched = self.single("unmatched", &f.unmatched, day);
        let reversal = self.at_most_one("reversal", &f.reversal, day);
        let of_today = f.reference.iter().map(|row| &row.rule).filter(|rule| self.in_force(rule, day));
        let references = of_today.cloned().collect();
        Some(General {
            medical_year: medical_year?,
            age: age?,
            rounding: rounding?,
            catalogue: catalogue?,
            price_ceiling: price_ceiling?,
            limited_use: limited_use?,
            unmatched: unmatched?,
            reversal,
            references,
        })
    }

    /// The one rule of a family that is in force on a day.
    fn single<T: Clone>(&mut self, name: &'static str, rows: &[Dated<T>], day: Date) -> Option<Dated<T>> {
        let found = self.at_most_one(name, rows, day);
        if found.is_none() {
            let message = format!("no [[{name}]] rule is in force");
            self.report_gap(name, None, message, day, "every policy needs one at any time");
        }
        found
    }

    fn at_most_one<T: Clone>(&self, name: &'static str, rows: &[Dated<T>], day: Date) -> Option<Dated<T>> {
        let mut in_force = rows.iter().filter(|row| self.in_force(&row.rule, day));
        let first = in_force.next();
        if let (Some(first), Some(second)) = (first, in_force.next()) {
            let message = format!("[[{name}]] {} and {} apply at once", first.rule.id, second.rule.id);
            self.report(&second.rule, message, Some("versions of one rule share one name"));
        }
        first.cloned()
    }

    fn lanes(&mut self, day: Date) -> Vec<Lane> {
        let f = self.families;
        let rows: Vec<&Row<LaneRule>> = f.lane.iter().filter(|row| self.in_force(&row.rule, day)).collect();
        if rows.is_empty() {
            let message = "no [[lane]] is in force".to_owned();
            self.report_gap("lane", None, message, day, "a policy needs at least one lane");
        }
        self.check_lanes(&rows, day);
        let lanes = rows.iter().filter_map(|row| self.lane(row, &rows, day)).collect();
        self.check_lanes_exist(&rows, day);
        lanes
    }

    /// A lane's name is its own, a visit has one lane, and a lane of items has a host.
    fn check_lanes(&self, rows: &[&Row<LaneRule>], day: Date) {
        for (index, row) in rows.iter().enumerate() {
            let Some(lane) = &row.value.value else { continue };
            for other in rows.iter().take(index) {
                let Some(other_lane) = &other.value.value else { continue };
                let conditions = [&row.value.when, &other.value.when];
                let cells = cells(self.scheme, &self.declared, &conditions).unwrap_or_default();
                let both = lane.of == other_lane.of
                    && cells.iter().any(|cell| conditions.iter().all(|when| when.holds(cell)));
                if other_lane.name == lane.name || both {
                    let message = format!("lanes {} and {} take the same visits", other.rule.id, row.rule.id);
                    let hint = "a kind of care at a kind of institution has one lane";
                    self.report(&row.rule, message, Some(hint));
                }
            }
            if lane.of.is_none() && row.value.when.asks_for_items() {
                let message = format!("lane {} takes whole bills and cannot ask for items", row.rule.id);
                self.report(&row.rule, message, Some("name the lane that they are taken out of in 'of'"));
            }
            if let Some(host) = &lane.of {
                let is_host = |other: &&Row<LaneRule>| {
                    other.value.value.as_ref().is_some_and(|other| other.name == *host && other.of.is_none())
                };
                if !rows.iter().any(is_host) {
                    self.report(&row.rule, format!("there is no lane '{host}' for these items"), None);
                }
                self.check_price_of_host(row, host, day);
            }
        }
    }

    /// No item leaves a bill whose price is one for all fees.
    fn check_price_of_host(&self, lane: &Row<LaneRule>, host: &String, day: Date) {
        let rule = &lane.rule;
        let of_all = |row: &&Row<FixedPrice>| {
            let covers_all = row.value.value.as_ref().is_some_and(|price| price.covers == Base::Total);
            let both = [&lane.value.when, &row.value.when];
            let cells = cells(self.scheme, &self.declared, &both).unwrap_or_default();
            let meet = cells.iter().any(|cell| both.iter().all(|when| when.holds(cell)));
            covers_all && meet && row.value.lanes.contains(host) && self.in_force(&row.rule, day)
        };
        if let Some(price) = self.families.fixed_price.iter().find(of_all) {
            let message = format!(
                "lane {} takes items out of bills for which {} at {} sets one price of all fees",
                rule.id,
                price.rule.id,
                at(&price.rule)
            );
            self.report(
                rule,
                message,
                Some("write covers = \"in_scope\", or give these bills a lane of their own"),
            );
        }
    }

    fn lane(&mut self, lane: &Row<LaneRule>, all: &[&Row<LaneRule>], day: Date) -> Option<Lane> {
        let f = self.families;
        let rule = lane.value.value.clone()?;
        // The conditions of the visits that come here: those of the host as well, and not those of the items.
        let host = all.iter().find(|row| row.value.value.as_ref().map(|host| &host.name) == rule.of.as_ref());
        let mut visits: Vec<Condition> = vec![lane.value.when.clone()];
        visits.extend(host.map(|host| host.value.when.clone()));
        let of_lines = visits;
        let visits: Vec<Condition> = of_lines.iter().map(Condition::of_visit).collect();
        // Items are settled with the stay that they belong to.
        let of_stays = host.and_then(|row| row.value.value.as_ref()).unwrap_or(&rule);
        let place = Visits { lane: &rule, rule: &lane.rule, visits: &visits, day };
        let lines = Visits { visits: &of_lines, ..place };
        let mut deductible =
            self.table(&Table::needed("deductible", Stage::Deductible, &f.deductible), place);
        for row in &mut deductible {
            let Some(value) = &mut row.value.value else { continue };
            if let Standard::Amount(amount, share_of) = &mut value.standard {
                *amount = self.amount(&row.rule, *amount, share_of.as_ref(), day);
            }
            self.work_out(&row.rule, value.most.as_mut(), day);
        }
        let by_sum = Table { key: ceiling_key, ..Table::needed("ceiling", Stage::Ceiling, &f.ceiling) };
        let mut ceiling = self.table(&by_sum, place);
        for row in &mut ceiling {
            self.work_out(&row.rule, row.value.value.as_mut().map(|value| &mut value.most), day);
        }
        let mut layer =
            self.ordered(&Table::optional("layer", Stage::Layer, &f.layer), place, |layer| layer.place);
        for row in &mut layer {
            let Some(value) = &mut row.value.value else { continue };
            value.start = self.amount(&row.rule, value.start, value.start_share_of.as_ref(), day);
            self.work_out(&row.rule, value.most.as_mut(), day);
            self.measure_from_zero(&row.rule, value);
            self.check_start(&row.rule, value);
        }
        let compiled = Lane {
            stay: self.table(&Table::of_lines("stay", &f.stay), Visits { lane: of_stays, ..place }),
            first_self_pay: self.table(&Table::of_lines("first_self_pay", &f.first_self_pay), lines),
            price_limit: self.table(&Table::of_lines("price_limit", &f.price_limit), lines),
            price_bands: self.table(&Table::of_lines("price_bands", &f.price_bands), lines),
            front_payment: self.table(&Table::of_lines("front_payment", &f.front_payment), lines),
            account_band: self
                .table(&Table::needed("account_band", Stage::AccountBand, &f.account_band), place),
            fixed_price: self
                .table(&Table::optional("fixed_price", Stage::FixedPrice, &f.fixed_price), place),
            deductible,
            deductible_change: self.ordered(
                &Table::optional("deductible_change", Stage::Deductible, &f.deductible_change),
                place,
                |change| change.place,
            ),
            share: self.table(&Table::needed("share", Stage::Share, &f.share), place),
            ratio_change: self.ordered(
                &Table::optional("ratio_change", Stage::Share, &f.ratio_change),
                place,
                |change| change.place,
            ),
            ceiling,
            guarantee: self.table(&Table::optional("guarantee", Stage::Guarantee, &f.guarantee), place),
            layer,
            account: self.ordered(&Table::needed("account", Stage::Account, &f.account), place, |account| {
                account.place
            }),
            lane: lane.clone(),
            rule,
        };
        self.check_ratios(&compiled);
        self.check_stays(&compiled, &visits);
        self.check_order_of_year_end(&compiled);
        Some(compiled)
    }

    /// An amount that is written as a share of a reference, on a day.
    fn amount(&self, rule: &Rule, written: Fen, share_of: Option<&ShareOf>, day: Date) -> Fen {
        let Some(ShareOf { name, rate }) = share_of else { return written };
        let named =
            |row: &&Dated<super::read::Reference>| row.value.name == *name && self.in_force(&row.rule, day);
        let Some(reference) = self.families.reference.iter().find(named) else {
            self.report(
                rule,
                format!("no [[reference]] '{name}' is in force on {day}"),
                Some("write it down as [[reference]] with name and amount"),
            );
            return Fen::ZERO;
        };
        let exact = Exact::from(reference.value.amount).times(*rate);
        exact.and_then(Exact::round).unwrap_or_else(|error| {
            self.report(rule, error.to_string(), None);
            Fen::ZERO
        })
    }

    /// Works out a limit that is written as a share of a reference, on a day.
    fn work_out(&self, rule: &Rule, most: Option<&mut Most>, day: Date) {
        let Some(Limit { amount, share_of, growth }) = most.map(|most| &mut most.limit) else { return };
        *amount = self.amount(rule, *amount, share_of.as_ref(), day);
        if growth.is_some_and(|growth| growth.at_most <= *amount) {
            self.report(rule, "'at_most' is no more than 'amount', so it never grows".to_owned(), None);
        }
    }

    /// Moves segments that are written as stretches above the start to where they lie on the burden.
    fn measure_from_zero(&self, rule: &Rule, layer: &mut Layer) {
        if layer.segments_from == SegmentsFrom::Zero {
            return;
        }
        for end in layer.segments.iter_mut().filter_map(|segment| segment.up_to.as_mut()) {
            match end.plus(layer.start) {
                Ok(moved) => *end = moved,
                Err(error) => self.report(rule, error.to_string(), None),
            }
        }
    }

    /// A layer pays nothing below its start, whatever its segments say.
    fn check_start(&self, rule: &Rule, layer: &Layer) {
        if layer.segments.iter().any(|segment| segment.up_to.is_some_and(|up_to| up_to <= layer.start)) {
            self.report(
                rule,
                "a segment of the layer lies below its start, where nothing is paid".to_owned(),
                Some("segments are measured from zero: leave out the one below the start"),
            );
        }
    }

    /// As [`Check::table`], for rows of which several may be for one visit, in their order.
    fn ordered<T: Clone>(
        &mut self,
        table: &Table<'_, T>,
        place: Visits<'_>,
        order: fn(&T) -> u8,
    ) -> Vec<Row<T>> {
        let mut rows = self.table_by(table, place, |value| in_place(order(value)));
        rows.sort_by_key(|row| row.value.value.as_ref().map(order).or(row.value.order));
        rows
    }

    fn table<T: Clone>(&mut self, table: &Table<'_, T>, place: Visits<'_>) -> Vec<Row<T>> {
        self.table_by(table, place, table.key)
    }

    /// The rows of a table that are in force for a lane on a day, checked for gaps and overlaps.
    fn table_by<T: Clone>(
        &mut self,
        table: &Table<'_, T>,
        Visits { lane, rule, visits, day }: Visits<'_>,
        key: impl Fn(&T) -> String,
    ) -> Vec<Row<T>> {
        let for_lane = |row: &&Row<T>| {
            let named = row.value.lanes.is_empty() || row.value.lanes.contains(&lane.name);
            named && self.in_force(&row.rule, day)
        };
        let rows: Vec<&Row<T>> = table.rows.iter().filter(for_lane).collect();
        if table.stage.is_some_and(|stage| !lane.stages.contains(&stage)) {
            for row in &rows {
                let message =
                    format!("rule {} is for lane {}, which has no such stage", row.rule.id, lane.name);
                self.report(&row.rule, message, Some("name the stage in the lane's 'stages'"));
            }
            return Vec::new();
        }
        if table.stage.is_some() || table.name == "stay" {
            self.check_no_items(&rows);
        }
        let of_rows: Vec<&Condition> = rows.iter().map(|row| &row.value.when).collect();
        let conditions: Vec<&Condition> = visits.iter().chain(of_rows.iter().copied()).collect();
        let Some(cells) = cells(self.scheme, &self.declared, &conditions) else {
            let message =
                format!("the [[{}]] rules of lane {} tell too many visits apart", table.name, lane.name);
            let hint = "divide the lane, or ask for fewer traits in one table";
            self.report_gap(table.name, Some(rule), message, day, hint);
            return Vec::new();
        };
        for cell in cells.iter().filter(|cell| visits.iter().all(|when| when.holds(cell))) {
            let hits: Vec<&&Row<T>> = rows.iter().filter(|row| row.holds(cell)).collect();
            if hits.is_empty() && table.needed {
                let shown = describe(self.scheme, cell, &self.declared, &of_rows);
                let message = format!("no [[{}]] rule of lane {} is for {shown}", table.name, lane.name);
                let hint = "add a rule, say with 'unknown' why there is none, or leave the step out of the lane's 'stages'";
                self.report_gap(table.name, Some(rule), message, day, hint);
            }
            let (scheme, declared) = (self.scheme, Arc::clone(&self.declared));
            self.check_hits(&hits, &key, ("visit", || describe(scheme, cell, &declared, &of_rows)));
        }
        rows.into_iter().cloned().collect()
    }

    /// Rules that act on sums cannot ask for items.
    fn check_no_items<T>(&self, rows: &[&Row<T>]) {
        for row in rows {
            if row.value.when.asks_for_items() {
                self.report(
                    &row.rule,
                    format!(
                        "rule {} acts on the sum of a bill and cannot ask for 'group', 'category' or 'class'",
                        row.rule.id
                    ),
                    Some(
                        "make a lane of these items: [[lane]] with 'of' and 'group', 'category' or 'class', and give the rule to it",
                    ),
                );
            }
        }
    }

    fn check_hits<T>(
        &mut self,
        hits: &[&&Row<T>],
        key: &impl Fn(&T) -> String,
        (whose, example): (&str, impl Fn() -> String),
    ) {
        // A row without a known value excludes every other, unless it has a place of its own among them.
        let key = |row: &Row<T>| match &row.value.value {
            Some(value) => Some(key(value)),
            None => row.value.order.map(in_place),
        };
        for (index, row) in hits.iter().enumerate() {
            self.reached.insert((Arc::clone(&row.rule.id), row.rule.from));
            let clash = hits.iter().take(index).find(|other| {
                let (this, that) = (key(row), key(other));
                this.is_none() || that.is_none() || this == that
            });
            let both = clash.map(|other| (at(&other.rule), at(&row.rule)));
            if let Some(other) = clash.filter(|_| both.is_some_and(|both| self.clashes.insert(both))) {
                let message =
                    format!("rules {} and {} are both for the same {whose}", other.rule.id, row.rule.id);
                let hint = format!("for example {}; the other is at {}", example(), at(&other.rule));
                self.report(&row.rule, message, Some(&hint));
            }
        }
    }

    /// Every name that a rule has for a lane is one of some day, and one of its lanes is in force while the rule is.
    fn check_lanes_exist(&self, lanes: &[&Row<LaneRule>], day: Date) {
        let of =
            |row: &Row<LaneRule>, name: &str| row.value.value.as_ref().is_some_and(|lane| lane.name == name);
        // Where a lane cannot be read, which was told, it may be the one.
        let broken = self.families.broken.contains("lane");
        for (family, rule, names) in self.families.all() {
            if broken || family == "lane" || names.is_empty() || !self.in_force(rule, day) {
                continue;
            }
            let mut all_there = true;
            for name in names.iter().filter(|name| !self.families.lane.iter().any(|row| of(row, name))) {
                all_there = false;
                let message = format!("rule {} names lane '{name}', which is not there", rule.id);
                let lanes = self.families.lane.iter().filter_map(|row| row.value.value.as_ref());
                let meant = crate::form::nearest(name, lanes.map(|lane| lane.name.as_str()));
                self.report(rule, message, meant.map(|meant| format!("did you mean '{meant}'?")).as_deref());
            }
            if all_there && !names.iter().any(|name| lanes.iter().any(|row| of(row, name))) {
                let message = format!("no lane of rule {} is in force on {day}", rule.id);
                self.report(rule, message, Some("end the rule with its lanes, or begin it with them"));
            }
        }
    }

    /// Every rule of a lane is for some visit.
    fn check_reached(&self) {
        let there = |name: &String| {
            let named = |row: &Row<LaneRule>| row.value.value.as_ref().is_some_and(|lane| lane.name == *name);
            self.families.lane.iter().any(named)
        };
        if self.families.broken.contains("lane") {
            return;
        }
        for (family, rule, lanes) in self.families.all() {
            let of_lanes = family != "lane" && !lanes.is_empty() && lanes.iter().all(there);
            if of_lanes && !self.reached.contains(&(Arc::clone(&rule.id), rule.from)) {
                let message = format!("rule {} is for nobody", rule.id);
                self.report(rule, message, Some("its conditions leave no visit of its lanes"));
            }
        }
    }
}

impl<'a, T> Table<'a, T> {
    /// A table of which every visit of a lane with the stage has exactly one row.
    fn needed(name: &'static str, stage: Stage, rows: &'a [Row<T>]) -> Self {
        Self { name, stage: Some(stage), needed: true, rows, key: |_| String::new() }
    }

    /// A table of which a visit has one row at most.
    fn optional(name: &'static str, stage: Stage, rows: &'a [Row<T>]) -> Self {
        Self { needed: false, ..Self::needed(name, stage, rows) }
    }

    /// A table of which a line, or a stay, has one row at most.
    fn of_lines(name: &'static str, rows: &'a [Row<T>]) -> Self {
        Self { name, stage: None, needed: false, rows, key: |_| String::new() }
    }
}

/// The key of rows of which one may hold in every place.
fn in_place(place: u8) -> String {
    format!("place {place}")
}

/// Ceilings that limit different sums hold side by side.
fn ceiling_key(ceiling: &super::Ceiling) -> String {
    format!("{:?} {:?} {:?}", ceiling.limits, ceiling.most.span.period, ceiling.most.span.accumulator)
}

fn at(rule: &Rule) -> String {
    format!("{}:{}", rule.file, rule.line)
}
