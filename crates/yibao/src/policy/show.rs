//! `yibao policy show`: the rules in force on a day, to be held against a leaflet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

use benefit::{Confidence, Declaration, LaneOutline, Policy, Rule, Written};
use model::{Date, Scheme};

use super::grid::{self, Grid};
use super::keys::{self, Role};
use super::language::Language;
use super::names::Names;
use super::telling::Telling;
use super::words;
use crate::failure::Failure;
use crate::print_all;

/// Prints every policy below a folder as it is in force on a day.
pub(super) fn run(folder: &Path, on: Date, language: Language) -> Result<ExitCode, Failure> {
    let book = super::book(folder)?;
    let in_force = |policy: &&Policy| policy.from() <= on && policy.until().is_none_or(|until| on < until);
    let policies: Vec<&Policy> = book.policies().filter(in_force).collect();
    if policies.is_empty() {
        let nothing = language.either("这一天没有生效的政策", "no policy is in force on that day");
        return Err(Failure::Other(format!("{nothing}: {on}")));
    }
    let text: Vec<String> = policies.iter().map(|policy| in_words(policy, language)).collect();
    print_all(&text.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// The name of a policy: its title, whom it insures, and the code of its region.
pub(super) fn heading(policy: &Policy, language: Language) -> String {
    let scheme = match policy.scheme() {
        Scheme::Employee => "employee",
        Scheme::Resident => "resident",
    };
    let scheme = words::word("Scheme", scheme, language);
    let (title, region) = (language.title(policy.title()), policy.region());
    match language {
        Language::Chinese => format!("{title} (统筹区 {region}, {scheme})"),
        Language::English => format!("{title} (region {region}, {scheme})"),
    }
}

/// One version of a policy in words.
pub(super) fn in_words(policy: &Policy, language: Language) -> String {
    let telling = Telling { language, names: Names::of(&[policy], language) };
    let mut page = Page { telling: &telling, lines: Vec::new(), cited: BTreeMap::new() };
    page.line(0, heading(policy, language));
    let days = period(policy.from(), last_day(policy), language);
    page.line(0, format!("{}: {days}", language.either("以下规定有效", "what follows is in force")));
    let mut lanes = policy.outline();
    // Lanes of items come after the lane that their lines leave.
    let places: BTreeMap<&str, usize> =
        lanes.iter().enumerate().map(|(place, lane)| (lane.name, place)).collect();
    lanes.sort_by_key(|lane| (places.get(lane.of.unwrap_or(lane.name)).copied(), lane.of.is_some()));
    for lane in &lanes {
        page.lane(lane);
    }
    for table in ["layer", "account"] {
        page.after_lanes(table, &lanes);
    }
    page.persons(&policy.person_rules());
    page.shared(&policy.shared_rules());
    page.declared(policy);
    let others: Vec<&Rule> = policy.person_rules().into_iter().chain(policy.shared_rules()).collect();
    page.sources(&lanes, &others);
    page.line(0, String::new());
    page.lines.join("\n")
}

/// The last day of a version, where it has one.
pub(super) fn last_day(policy: &Policy) -> Option<Date> {
    policy.until().and_then(|until| until.yesterday().ok())
}

/// From which day to which day something holds.
pub(super) fn period(from: Date, last: Option<Date>, language: Language) -> String {
    match (last, language) {
        (Some(last), Language::Chinese) => format!("{from} 至 {last}"),
        (Some(last), Language::English) => format!("{from} to {last}"),
        (None, Language::Chinese) => format!("{from} 起"),
        (None, Language::English) => format!("from {from}"),
    }
}

/// The lines of one policy.
struct Page<'t> {
    telling: &'t Telling,
    lines: Vec<String>,
    /// The rules that were cited, with the section in which they were.
    cited: BTreeMap<String, String>,
}

impl Page<'_> {
    fn line(&mut self, depth: usize, text: impl AsRef<str>) {
        let text = text.as_ref();
        self.lines.push(format!("{}{text}", "  ".repeat(depth)).trim_end().to_owned());
    }

    fn section(&mut self, title: &str) {
        self.line(0, "");
        self.line(0, format!("■ {title}"));
    }

    /// A lane with its rules; layers and accounts have sections of their own.
    fn lane(&mut self, lane: &LaneOutline<'_>) {
        let language = self.telling.language;
        let section = language.title(&lane.lane.title).to_owned();
        self.section(&section);
        let whom = self.telling.for_whom(lane.lane);
        if !whom.is_empty() {
            self.line(1, format!("{}: {whom}", language.either("适用", "for")));
        }
        let what = self.telling.what(lane.lane);
        self.line(1, what);
        self.origin(1, lane.lane, &section);
        let mut tables: Vec<&str> = lane.rules.iter().map(|rule| rule.table).collect();
        tables.dedup();
        for table in tables.into_iter().filter(|table| !["layer", "account"].contains(table)) {
            let rules: Vec<&Rule> = lane.rules.iter().filter(|rule| rule.table == table).copied().collect();
            self.table(table, &rules, &section);
        }
    }

    fn table(&mut self, table: &str, rules: &[&Rule], section: &str) {
        self.line(0, "");
        self.line(1, keys::heading(table, self.telling.language));
        let grid = if table == "share" { grid::grid(self.telling, rules) } else { None };
        if let Some(Grid { rules: in_grid, lines, common }) = grid {
            for line in lines {
                self.line(2, line);
            }
            if !common.is_empty() {
                self.line(2, common);
            }
            let known =
                |rule: &&&Rule| rule.unknown.is_none() && in_grid.iter().any(|other| other.id == rule.id);
            let (valued, others): (Vec<&Rule>, Vec<&Rule>) = rules.iter().partition(|rule| known(rule));
            self.cite_all(&valued, section);
            for rule in others {
                self.rule(rule, section);
            }
        } else {
            for rule in rules {
                self.rule(rule, section);
            }
        }
    }

    /// A rule in full.
    fn rule(&mut self, rule: &Rule, section: &str) {
        self.line(2, format!("· {}", self.telling.language.title(&rule.title)));
        self.line(3, self.telling.whole(rule));
        self.origin(3, rule, section);
    }

    /// Rules whose values stand in a grid: what they are called and where they were read.
    fn cite_all(&mut self, rules: &[&Rule], section: &str) {
        let language = self.telling.language;
        let earlier: BTreeSet<String> =
            rules.iter().map(|rule| self.cited.get(rule.id.as_ref()).cloned().unwrap_or_default()).collect();
        if let (1, Some(earlier)) = (earlier.len(), earlier.first().filter(|earlier| !earlier.is_empty())) {
            self.line(2, see(earlier, language));
            return;
        }
        for rule in rules {
            self.line(2, format!("· {}", language.title(&rule.title)));
            self.origin(3, rule, section);
        }
    }

    /// Where a rule was read, how, and how far that can be trusted; once, and then where that stands.
    fn origin(&mut self, depth: usize, rule: &Rule, section: &str) {
        let language = self.telling.language;
        if let Some(earlier) = self.cited.get(rule.id.as_ref()) {
            let text = see(earlier, language);
            self.line(depth, text);
            return;
        }
        self.cited.insert(rule.id.to_string(), section.to_owned());
        for line in origin(rule, language) {
            self.line(depth, line);
        }
    }

    /// The layers or the accounts of all lanes, each once.
    fn after_lanes(&mut self, table: &'static str, lanes: &[LaneOutline<'_>]) {
        let language = self.telling.language;
        let mut seen = BTreeSet::new();
        let rules: Vec<&Rule> = lanes
            .iter()
            .flat_map(|lane| lane.rules.iter().copied())
            .filter(|rule| rule.table == table && seen.insert(&rule.id))
            .collect();
        if rules.is_empty() {
            return;
        }
        let title = keys::heading(table, language).to_owned();
        self.section(&title);
        for rule in rules {
            self.line(1, format!("· {}", language.title(&rule.title)));
            for (_, lanes) in self.telling.said(rule, Role::Lanes) {
                self.line(2, lanes);
            }
            self.line(2, self.telling.whole(rule));
            self.origin(2, rule, &title);
        }
    }

    /// The rules that are for persons, table by table.
    fn persons(&mut self, rules: &[&Rule]) {
        let language = self.telling.language;
        let mut tables: Vec<&str> = rules.iter().map(|rule| rule.table).collect();
        tables.dedup();
        for table in tables {
            let title = keys::heading(table, language).to_owned();
            self.section(&title);
            for rule in rules.iter().filter(|rule| rule.table == table) {
                self.line(1, format!("· {}", language.title(&rule.title)));
                self.line(2, self.telling.whole(rule));
                self.origin(2, rule, &title);
            }
        }
    }

    fn shared(&mut self, rules: &[&Rule]) {
        let title = self.telling.language.either("适用于全部待遇的规则", "For the whole policy").to_owned();
        self.section(&title);
        for rule in rules {
            self.line(1, format!("· {}", self.telling.language.title(&rule.title)));
            self.line(2, self.telling.whole(rule));
            self.origin(2, rule, &title);
        }
    }

    /// The names that the policy declares, with their national codes.
    fn declared(&mut self, policy: &Policy) {
        let language = self.telling.language;
        if DECLARED.iter().all(|kind| policy.declared(*kind).next().is_none()) {
            return;
        }
        self.section(language.either("人群、病种和项目", "Traits, diseases and groups of items"));
        for kind in DECLARED {
            for (name, _) in policy.declared(kind) {
                let said = declared(policy, kind, name, language);
                self.line(1, format!("· {}: {said}", kind_in_words(kind, language)));
            }
        }
        self.line(0, "");
    }

    /// The sources that the rules cite, with their marks, and what the marks mean.
    fn sources(&mut self, lanes: &[LaneOutline<'_>], others: &[&Rule]) {
        let language = self.telling.language;
        self.section(language.either("来源", "Sources"));
        let of_lanes =
            lanes.iter().flat_map(|lane| std::iter::once(lane.lane).chain(lane.rules.iter().copied()));
        let sources: BTreeMap<&str, &Rule> =
            of_lanes.chain(others.iter().copied()).map(|rule| (source(rule), rule)).collect();
        for (source, rule) in sources {
            let date = match (rule.source.date.as_str(), language) {
                ("undated", Language::Chinese) => "未注明日期",
                (date, _) => date,
            };
            let mark = letter(rule.source_confidence);
            self.line(1, format!("[{source}] {mark}  {date}  {}", rule.source.document));
        }
        self.line(0, "");
        for mark in ["A", "B", "C", "D"] {
            self.line(1, format!("{mark}  {}", words::word("Confidence", mark, language)));
        }
    }
}

/// Where the origin of a rule stands.
fn see(section: &str, language: Language) -> String {
    match language {
        Language::Chinese => format!("出处见「{section}」"),
        Language::English => format!("for its origin see “{section}”"),
    }
}

/// The key of the source that a rule cites.
fn source(rule: &Rule) -> &str {
    rule.value("source").and_then(Written::text).unwrap_or_default()
}

const fn letter(mark: Confidence) -> &'static str {
    match mark {
        Confidence::A => "A",
        Confidence::B => "B",
        Confidence::C => "C",
        Confidence::D => "D",
    }
}

/// The mark of a rule, and the mark of its source where the rule lowers it.
pub(super) fn mark(rule: &Rule, language: Language) -> String {
    let (own, of_source) = (letter(rule.source.confidence), letter(rule.source_confidence));
    match (own == of_source, language) {
        (true, Language::Chinese) => format!("标记 {own}"),
        (true, Language::English) => format!("mark {own}"),
        (false, Language::Chinese) => format!("标记 {own} (来源的标记为 {of_source})"),
        (false, Language::English) => format!("mark {own} (that of the source is {of_source})"),
    }
}

/// Clause, reading, and a line with mark, source, name and dates.
fn origin(rule: &Rule, language: Language) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", language.either("条款", "clause"), rule.source.clause)];
    if let Some(reading) = &rule.source.reading {
        lines.push(format!("{}: {}", language.either("理解", "reading"), language.title(reading)));
    }
    let last = [
        mark(rule, language),
        format!("{} [{}]", language.either("来源", "source"), source(rule)),
        format!("{} {}", language.either("规则", "rule"), rule.id),
        period(rule.from, rule.last_day, language),
    ];
    lines.push(last.join("  "));
    lines
}

/// The kinds of names that a policy declares, in the order of telling.
pub(super) const DECLARED: [Declaration; 3] = [Declaration::Trait, Declaration::Disease, Declaration::Group];

/// What a kind of names is called.
pub(super) const fn kind_in_words(kind: Declaration, language: Language) -> &'static str {
    match kind {
        Declaration::Trait => language.either("人群或情形", "trait"),
        Declaration::Disease => language.either("病种", "disease"),
        Declaration::Group => language.either("项目", "group of items"),
    }
}

/// What a declared name is called, with its national codes.
pub(super) fn declared(policy: &Policy, kind: Declaration, name: &str, language: Language) -> String {
    let title = policy.declared(kind).find(|(other, _)| *other == name).map(|(_, title)| title);
    let title = title.map_or(name, |title| language.title(title));
    match policy.codes(kind, name) {
        [] => title.to_owned(),
        codes => format!("{title} ({} {})", language.either("编码", "codes"), codes.join(", ")),
    }
}
