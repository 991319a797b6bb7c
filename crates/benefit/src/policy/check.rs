//! Checks the rules of a policy as a whole and compiles a version for every stretch of time in which nothing changes.
//!
//! Persons, ages and institutions are a finite space once ages are cut at the bounds that rules name. Every cell of it
//! must have exactly one row in every table of every stage of a lane: none is a gap, two an overlap.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Date, InstitutionKind, InstitutionLevel, PersonType, Region, Scheme};

use super::condition::Facts;
use super::read::{Families, Head};
use super::rule::{Dated, Row, Rule};
use super::strategy::{LaneRule, Span, Stage};
use super::{General, Lane, Policy, persons_of};
use crate::form::Word;
use crate::reader::Problems;

/// One policy's rules under check.
pub(crate) struct Check<'a> {
    pub(crate) region: Region,
    pub(crate) scheme: Scheme,
    pub(crate) head: &'a Head,
    pub(crate) families: &'a Families,
    pub(crate) problems: &'a Problems,
    /// Rules of lanes that some visit reaches.
    reached: BTreeSet<(Arc<str>, Date)>,
    /// Gaps that were reported, so that each is reported on its first day only.
    gaps: BTreeSet<String>,
}

/// A family whose rules belong to lanes, in the view of the checks that all of them share.
struct Table<'a, T> {
    name: &'static str,
    stage: Stage,
    rows: &'a [Row<T>],
    /// What makes two rows of the same visit exclude each other.
    key: fn(&T) -> u8,
}

impl<'a> Check<'a> {
    pub(crate) fn new(
        (region, scheme): (Region, Scheme),
        head: &'a Head,
        families: &'a Families,
        problems: &'a Problems,
    ) -> Self {
        let (reached, gaps) = (BTreeSet::new(), BTreeSet::new());
        Self { region, scheme, head, families, problems, reached, gaps }
    }

    /// Compiles every version; what is wrong is reported, and then the versions are of no use.
    pub(crate) fn versions(mut self) -> Vec<Policy> {
        self.check_identities();
        self.check_accumulators();
        let days = self.days_of_change();
        let mut versions = Vec::with_capacity(days.len());
        for (index, day) in days.iter().enumerate() {
            let end = self.head.last_day.and_then(|last| last.tomorrow().ok());
            let until = days.get(index.saturating_add(1)).copied().or(end);
            let lanes = self.lanes(*day);
            if let Some(general) = self.general(*day) {
                let title = self.head.title.clone();
                let (region, scheme, from) = (self.region, self.scheme, *day);
                versions.push(Policy { region, scheme, title, from, until, general, lanes });
            }
        }
        self.check_reached();
        versions
    }

    fn report(&self, rule: &Rule, message: String, hint: Option<&str>) {
        self.problems.report(&rule.file, rule.line, message, hint.map(str::to_owned));
    }

    fn report_gap(&mut self, message: String, day: Date, hint: &str) {
        if self.gaps.insert(message.clone()) {
            let message = format!("{message} on {day}");
            self.problems.report(&self.head.file, self.head.line, message, Some(hint.to_owned()));
        }
    }

    /// Every rule with the name of its family.
    fn rules(&self) -> Vec<(&'static str, &'a Arc<Rule>)> {
        fn of<'r, T>(
            name: &'static str,
            rows: &'r [Dated<T>],
        ) -> impl Iterator<Item = (&'static str, &'r Arc<Rule>)> {
            rows.iter().map(move |row| (name, &row.rule))
        }
        let f = self.families;
        of("medical_year", &f.medical_year)
            .chain(of("age", &f.age))
            .chain(of("rounding", &f.rounding))
            .chain(of("catalogue", &f.catalogue))
            .chain(of("price_ceiling", &f.price_ceiling))
            .chain(of("limited_use", &f.limited_use))
            .chain(of("unmatched", &f.unmatched))
            .chain(of("lane", &f.lane))
            .chain(of("account_band", &f.account_band))
            .chain(of("deductible", &f.deductible))
            .chain(of("share", &f.share))
            .chain(of("ceiling", &f.ceiling))
            .chain(of("account", &f.account))
            .collect()
    }

    /// A rule's name belongs to one family, its versions begin on different days, and lie within the policy.
    fn check_identities(&self) {
        let mut seen: BTreeMap<&str, Vec<(&'static str, &Arc<Rule>)>> = BTreeMap::new();
        for (family, rule) in self.rules() {
            let outside = rule.from < self.head.from
                || self.head.last_day.is_some_and(|last| rule.from > last || rule.last_day > Some(last));
            if outside {
                self.report(
                    rule,
                    format!("rule {} reaches beyond the policy's first or last day", rule.id),
                    None,
                );
            }
            let others = seen.entry(rule.id.as_ref()).or_default();
            for (other_family, other) in others.iter() {
                let earlier_still_runs = other.from < rule.from && other.last_day >= Some(rule.from)
                    || rule.from < other.from && rule.last_day >= Some(other.from);
                if *other_family != family {
                    let message = format!(
                        "the name {} is taken by a rule in [[{other_family}]], {}",
                        rule.id,
                        at(other)
                    );
                    self.report(rule, message, Some("versions of a rule share a name, other rules do not"));
                } else if other.from == rule.from || earlier_still_runs {
                    let message = format!("two versions of {} apply at once; see {}", rule.id, at(other));
                    self.report(
                        rule,
                        message,
                        Some("a version holds until its last_day or until the next begins"),
                    );
                }
            }
            others.push((family, rule));
        }
    }

    /// An accumulator adds up one thing only.
    fn check_accumulators(&self) {
        fn named<'r, T>(
            what: &'static str,
            rows: &'r [Row<T>],
            span: fn(&T) -> &Span,
        ) -> impl Iterator<Item = (&'r str, &'static str, &'r Arc<Rule>)> {
            rows.iter().filter_map(move |row| match row.value.value.as_ref().map(span)? {
                Span::MedicalYear(name) => Some((name.as_ref(), what, &row.rule)),
                Span::Visit => None,
            })
        }
        let f = self.families;
        let all = named("a deductible", &f.deductible, |rule| &rule.span)
            .chain(named("the axis of a share", &f.share, |rule| &rule.axis))
            .chain(named("a ceiling", &f.ceiling, |rule| &rule.span));
        let mut uses: BTreeMap<&str, (&'static str, &Arc<Rule>)> = BTreeMap::new();
        for (name, what, rule) in all {
            let (first, other) = *uses.entry(name).or_insert((what, rule));
            if first != what {
                let message = format!("accumulator '{name}' adds up {first} at {}, so not {what}", at(other));
                self.report(rule, message, Some("give it a name of its own"));
            }
        }
    }

    /// The first days of all versions.
    fn days_of_change(&self) -> Vec<Date> {
        let mut days = BTreeSet::from([self.head.from]);
        for (_, rule) in self.rules() {
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
        Some(General {
            medical_year: medical_year?,
            age: age?,
            rounding: rounding?,
            catalogue: catalogue?,
            price_ceiling: price_ceiling?,
            limited_use: limited_use?,
            unmatched: unmatched?,
        })
    }

    /// The one rule of a family that is in force on a day.
    fn single<T: Clone>(&mut self, name: &'static str, rows: &[Dated<T>], day: Date) -> Option<Dated<T>> {
        let mut in_force = rows.iter().filter(|row| in_force(row, rows, day));
        let first = in_force.next();
        if first.is_none() {
            self.report_gap(
                format!("no [[{name}]] rule is in force"),
                day,
                "every policy needs one at any time",
            );
        }
        if let (Some(first), Some(second)) = (first, in_force.next()) {
            let message = format!("[[{name}]] {} and {} apply at once", first.rule.id, second.rule.id);
            self.report(&second.rule, message, Some("versions of one rule share one name"));
        }
        first.cloned()
    }

    fn lanes(&mut self, day: Date) -> Vec<Lane> {
        let f = self.families;
        let rows: Vec<&Dated<LaneRule>> = f.lane.iter().filter(|row| in_force(row, &f.lane, day)).collect();
        if rows.is_empty() {
            self.report_gap("no [[lane]] is in force".to_owned(), day, "a policy needs at least one lane");
        }
        for (index, row) in rows.iter().enumerate() {
            for other in rows.iter().take(index) {
                let both = |of: &LaneRule| {
                    of.medical_types.iter().any(|t| row.value.medical_types.contains(t))
                        && of.institutions.iter().any(|k| row.value.institutions.contains(k))
                };
                if other.value.name == row.value.name || both(&other.value) {
                    let message = format!("lanes {} and {} take the same visits", other.rule.id, row.rule.id);
                    self.report(
                        &row.rule,
                        message,
                        Some("a kind of care at a kind of institution has one lane"),
                    );
                }
            }
        }
        let lanes = rows.iter().map(|row| self.lane(row, day)).collect();
        self.check_lanes_exist(&rows, day);
        lanes
    }

    fn lane(&mut self, lane: &Dated<LaneRule>, day: Date) -> Lane {
        let f = self.families;
        let account_band =
            self.table(&Table::one("account_band", Stage::AccountBand, &f.account_band), lane, day);
        let deductible = self.table(&Table::one("deductible", Stage::Deductible, &f.deductible), lane, day);
        let share = self.table(&Table::one("share", Stage::Share, &f.share), lane, day);
        let ceiling = self.table(&Table::one("ceiling", Stage::Ceiling, &f.ceiling), lane, day);
        let by_place =
            Table { name: "account", stage: Stage::Account, rows: &f.account, key: |account| account.place };
        let mut account = self.table(&by_place, lane, day);
        account.sort_by_key(|row| row.value.value.as_ref().map(|account| account.place));
        Lane { lane: lane.clone(), account_band, deductible, share, ceiling, account }
    }

    /// The rows of a table that are in force for a lane on a day, checked for gaps and overlaps.
    fn table<T: Clone>(&mut self, table: &Table<'_, T>, lane: &Dated<LaneRule>, day: Date) -> Vec<Row<T>> {
        let for_lane =
            |row: &&Row<T>| in_force(row, table.rows, day) && row.value.lanes.contains(&lane.value.name);
        let rows: Vec<&Row<T>> = table.rows.iter().filter(for_lane).collect();
        if !lane.value.stages.contains(&table.stage) {
            for row in &rows {
                let message =
                    format!("rule {} is for lane {}, which has no such stage", row.rule.id, lane.value.name);
                self.report(&row.rule, message, Some("name the stage in the lane's 'stages'"));
            }
            return Vec::new();
        }
        for cell in cells(self.scheme, &lane.value, &rows) {
            self.check_cell(table, lane, day, &rows, &cell);
        }
        rows.into_iter().cloned().collect()
    }

    fn check_cell<T>(
        &mut self,
        table: &Table<'_, T>,
        lane: &Dated<LaneRule>,
        day: Date,
        rows: &[&Row<T>],
        cell: &Facts,
    ) {
        let key = |row: &Row<T>| row.value.value.as_ref().map(table.key);
        let hits: Vec<&&Row<T>> = rows.iter().filter(|row| row.holds(cell)).collect();
        if hits.is_empty() {
            let message =
                format!("no [[{}]] rule of lane {} is for {}", table.name, lane.value.name, describe(cell));
            self.report_gap(message, day, "add a rule, or say with 'unknown' why there is none");
        }
        for (index, row) in hits.iter().enumerate() {
            self.reached.insert((Arc::clone(&row.rule.id), row.rule.from));
            let clash = hits.iter().take(index).find(|other| {
                let (this, that) = (key(row), key(other));
                this.is_none() || that.is_none() || this == that
            });
            if let Some(other) = clash {
                let message =
                    format!("rules {} and {} are both for the same visit", other.rule.id, row.rule.id);
                let hint = format!("for example {}; the other is at {}", describe(cell), at(&other.rule));
                self.report(&row.rule, message, Some(&hint));
            }
        }
    }

    /// Every lane that a rule names is in force while the rule is.
    fn check_lanes_exist(&self, lanes: &[&Dated<LaneRule>], day: Date) {
        fn names<T>(rows: &[Row<T>], day: Date) -> impl Iterator<Item = (&String, &Arc<Rule>)> {
            rows.iter()
                .filter(move |row| in_force(row, rows, day))
                .flat_map(|row| row.value.lanes.iter().map(move |lane| (lane, &row.rule)))
        }
        let f = self.families;
        let all = names(&f.account_band, day)
            .chain(names(&f.deductible, day))
            .chain(names(&f.share, day))
            .chain(names(&f.ceiling, day))
            .chain(names(&f.account, day));
        for (name, rule) in all {
            if !lanes.iter().any(|lane| lane.value.name == *name) {
                self.report(
                    rule,
                    format!("rule {} names lane '{name}', which is not in force", rule.id),
                    None,
                );
            }
        }
    }

    /// Every rule of a lane is for some visit.
    fn check_reached(&self) {
        let f = self.families;
        fn of<T>(rows: &[Row<T>]) -> impl Iterator<Item = &Arc<Rule>> {
            rows.iter().map(|row| &row.rule)
        }
        let all = of(&f.account_band)
            .chain(of(&f.deductible))
            .chain(of(&f.share))
            .chain(of(&f.ceiling))
            .chain(of(&f.account));
        for rule in all {
            if !self.reached.contains(&(Arc::clone(&rule.id), rule.from)) {
                let message = format!("rule {} is for nobody", rule.id);
                self.report(
                    rule,
                    message,
                    Some("its person, age, level and institution leave no visit of its lanes"),
                );
            }
        }
    }
}

impl<'a, T> Table<'a, T> {
    /// A table of which a visit has exactly one row.
    const fn one(name: &'static str, stage: Stage, rows: &'a [Row<T>]) -> Self {
        Self { name, stage, rows, key: |_| 0 }
    }
}

fn at(rule: &Rule) -> String {
    format!("{}:{}", rule.file, rule.line)
}

/// Whether a version of a rule is in force on a day: begun, not ended, and not followed by a later version.
fn in_force<T>(row: &Dated<T>, rows: &[Dated<T>], day: Date) -> bool {
    let rule = &row.rule;
    let begun = rule.from <= day && rule.last_day.is_none_or(|last| day <= last);
    let followed =
        |other: &Dated<T>| other.rule.id == rule.id && other.rule.from > rule.from && other.rule.from <= day;
    begun && !rows.iter().any(followed)
}

/// Every kind of visit that the rows could distinguish, of a lane.
fn cells<T>(scheme: Scheme, lane: &LaneRule, rows: &[&Row<T>]) -> Vec<Facts> {
    let mut ages = BTreeSet::from([0]);
    for row in rows {
        ages.extend([row.value.when.age_from, row.value.when.age_under]);
    }
    ages.remove(&u16::MAX);
    let mut cells = Vec::new();
    for &person_type in persons_of(scheme) {
        for &age in &ages {
            for &kind in &lane.institutions {
                for &(_, level) in InstitutionLevel::WORDS {
                    cells.push(Facts { person_type, age, kind, level });
                }
            }
        }
    }
    cells
}

fn word_for<W: Word + PartialEq>(value: W) -> &'static str {
    W::WORDS.iter().find(|(_, word)| *word == value).map_or("", |(name, _)| *name)
}

fn describe(cell: &Facts) -> String {
    format!(
        "person {}, age {}, institution {}, level {}",
        word_for::<PersonType>(cell.person_type),
        cell.age,
        word_for::<InstitutionKind>(cell.kind),
        word_for::<InstitutionLevel>(cell.level),
    )
}
