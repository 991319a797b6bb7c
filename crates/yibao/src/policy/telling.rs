//! A rule in words: for whom it is, what it says, and where that was read.

use benefit::{Rule, Written};

use super::keys::{self, Form, Key, Role};
use super::language::Language;
use super::names::Names;
use super::words;

/// Says what rules say, in a language and with the names of a policy.
pub(super) struct Telling {
    pub(super) language: Language,
    pub(super) names: Names,
}

/// Keys with their values, as they stand in a table.
type Fields<'r> = &'r [(String, Written)];

impl Telling {
    /// What the keys of a role say, each with its phrase, in the order of telling.
    pub(super) fn said<'r>(&self, rule: &'r Rule, role: Role) -> Vec<(&'r str, String)> {
        self.fields(&[rule.table], &rule.written, role)
    }

    /// As [`Telling::said`] of values, with those that are not written where another version of the rule writes them.
    pub(super) fn said_beside<'r>(&self, rule: &'r Rule, other: &Rule) -> Vec<(&'r str, String)> {
        let mut said = self.said(rule, Role::Value);
        for (key, value) in keys::defaults(rule.table) {
            if rule.value(key).is_none() && other.value(key).is_some() {
                let unwritten = [(key.to_owned(), value)];
                let phrases = self.fields(&[rule.table], &unwritten, Role::Value);
                said.extend(phrases.into_iter().map(|(_, phrase)| (key, phrase)));
            }
        }
        said
    }

    /// For whom the rule is; empty where it is for all.
    pub(super) fn for_whom(&self, rule: &Rule) -> String {
        let mut phrases = self.said(rule, Role::Condition);
        if let Some(stays) = self.stays(rule) {
            phrases.retain(|(key, _)| !matches!(*key, "admission_from" | "admission_under"));
            phrases.push(("", stays));
        }
        self.joined(phrases)
    }

    /// What the rule says.
    pub(super) fn what(&self, rule: &Rule) -> String {
        let itself = keys::says_itself(rule.table, self.language);
        let itself = (!itself.is_empty()).then(|| ("", itself.to_owned()));
        self.joined(itself.into_iter().chain(self.said(rule, Role::Value)).collect())
    }

    /// For whom and what, in one line.
    pub(super) fn whole(&self, rule: &Rule) -> String {
        let (whom, what) = (self.for_whom(rule), self.what(rule));
        match (whom.is_empty(), what.is_empty()) {
            (false, false) => format!("{whom} — {what}"),
            (false, true) => whom,
            _ => what,
        }
    }

    fn joined(&self, phrases: Vec<(&str, String)>) -> String {
        let phrases: Vec<String> = phrases.into_iter().map(|(_, phrase)| phrase).collect();
        self.language.phrases(&phrases)
    }

    /// One stay of the year, where a rule is for one alone.
    fn stays(&self, rule: &Rule) -> Option<String> {
        let number =
            |key: &str| rule.value(key).and_then(Written::text).and_then(|text| text.parse::<u16>().ok());
        let first = match (number("admission_from"), number("admission_under")) {
            (from, Some(under)) if from.unwrap_or(1).saturating_add(1) == under => from.unwrap_or(1),
            _ => return None,
        };
        let phrase = self.language.either("本年度第 {} 次住院", "stay number {} of the year");
        Some(phrase.replace("{}", &first.to_string()))
    }

    fn fields<'r>(&self, tables: &[&str], fields: Fields<'r>, role: Role) -> Vec<(&'r str, String)> {
        let mut told: Vec<(usize, &str, String)> = Vec::new();
        for (name, value) in fields {
            let (place, phrase) = match keys::key(tables, name) {
                Some((place, key)) if key.role == role => (place, self.phrase(&key, value, (tables, fields))),
                // A key without words is said as it stands, rather than not at all.
                None if role == Role::Value => (usize::MAX, format!("{name} {}", value.texts().join(", "))),
                _ => continue,
            };
            if !phrase.is_empty() {
                told.push((place, name, phrase));
            }
        }
        told.sort_by_key(|(place, ..)| *place);
        told.into_iter().map(|(_, name, phrase)| (name, phrase)).collect()
    }

    fn phrase(&self, key: &Key, value: &Written, around: (&[&str], Fields<'_>)) -> String {
        let phrase = self.language.either(key.zh, key.en);
        if let (Form::Truth, Written::Truth(truth)) = (key.form, value) {
            let (yes, no) = phrase.split_once('|').unwrap_or((phrase, ""));
            return if *truth { yes } else { no }.to_owned();
        }
        phrase.replace("{}", &self.value(key, value, around))
    }

    fn value(&self, key: &Key, value: &Written, (tables, fields): (&[&str], Fields<'_>)) -> String {
        let texts = value.texts();
        let each =
            |say: &dyn Fn(&str) -> String| -> Vec<String> { texts.iter().map(|text| say(text)).collect() };
        match key.form {
            Form::Plain | Form::Truth => self.language.list(&texts),
            Form::Words(_) if texts.is_empty() => self.language.either("无", "nothing").to_owned(),
            Form::Words(list) => {
                self.language.list(&each(&|word| words::word(list, word, self.language).to_owned()))
            }
            Form::Steps => each(&|word| words::word("Stage", word, self.language).to_owned()).join(" → "),
            Form::Declared(kind) => {
                let titles = each(&|name| self.names.declared(kind, name).to_owned());
                // One of the traits is enough; of those that must not hold none may.
                let any = key.name == "with";
                if any {
                    titles.join(self.language.either(" 或 ", " or "))
                } else {
                    self.language.list(&titles)
                }
            }
            Form::Lanes => self.language.list(&self.names.lanes(&texts)),
            Form::Amount => self.amount(value.text().unwrap_or_default(), fields),
            Form::Points => value.text().unwrap_or_default().trim_end_matches('%').trim_end().to_owned(),
            Form::Day => self.day(value.text().unwrap_or_default()),
            Form::Sum => self.language.quoted(self.names.sum(value.text().unwrap_or_default())),
            Form::Reason => self.reason(value).to_owned(),
            Form::Segments => self.segments(key, value, tables),
            Form::Tables => self.tables(key, value, tables),
        }
    }

    /// Why something is not known, in the language.
    fn reason<'w>(&self, value: &'w Written) -> &'w str {
        let Written::Table(fields) = value else { return "" };
        let language = self.language.either("zh", "en");
        let told = fields.iter().find(|(key, _)| key == language).and_then(|(_, told)| told.text());
        told.unwrap_or_default()
    }

    /// An amount in yuan, or the share of a reference amount.
    fn amount(&self, text: &str, fields: Fields<'_>) -> String {
        let number = text.strip_suffix("yuan").or_else(|| text.strip_suffix('元'));
        let Some(number) = number else {
            let named =
                |key: &str| fields.iter().find(|(name, _)| name == key).and_then(|(_, name)| name.text());
            let of_bill = named("share_of_bill").map(|base| words::word("Base", base, self.language));
            let reference = || named("share_of").map_or("", |name| self.names.reference(name));
            let reference = of_bill.unwrap_or_else(reference);
            return match self.language {
                Language::Chinese => format!("{reference}的 {text}"),
                Language::English => format!("{text} of {reference}"),
            };
        };
        format!("{} {}", by_thousands(number.trim()), self.language.either("元", "yuan"))
    }

    /// A day of the year, written `MM-DD`.
    fn day(&self, text: &str) -> String {
        let (month, day) = text.split_once('-').unwrap_or((text, ""));
        let (month, day) = (month.trim_start_matches('0'), day.trim_start_matches('0'));
        match self.language {
            Language::Chinese => format!("{month} 月 {day} 日"),
            Language::English => format!(
                "{day} {}",
                MONTHS.iter().find(|(number, _)| *number == month).map_or(month, |(_, name)| name)
            ),
        }
    }

    /// Stretches of an axis, read forwards: up to where, and what holds there.
    pub(super) fn stretches(&self, rule: &Rule) -> Vec<String> {
        match rule.value("segments") {
            Some(Written::List(segments)) => self.stretches_of(&["segments", rule.table], segments),
            _ => Vec::new(),
        }
    }

    fn stretches_of(&self, tables: &[&str], segments: &[Written]) -> Vec<String> {
        let count = segments.len();
        let stretch = |segment: &Written| {
            let Written::Table(fields) = segment else { return String::new() };
            let what = self.joined(self.fields(tables, fields, Role::Value));
            let end = self.joined(self.fields(tables, fields, Role::Part));
            match (end.is_empty(), count) {
                (true, 1) => what,
                (true, _) => format!("{}: {what}", self.language.either("以上", "above")),
                (false, _) => format!("{end}: {what}"),
            }
        };
        segments.iter().map(stretch).collect()
    }

    fn segments(&self, key: &Key, value: &Written, tables: &[&str]) -> String {
        let Written::List(segments) = value else { return String::new() };
        let tables: Vec<&str> = std::iter::once(key.name).chain(tables.iter().copied()).collect();
        self.language.phrases(&self.stretches_of(&tables, segments))
    }

    /// Tables in a table: what their own keys say.
    fn tables(&self, key: &Key, value: &Written, tables: &[&str]) -> String {
        let tables: Vec<&str> = std::iter::once(key.name).chain(tables.iter().copied()).collect();
        let one = |table: &Written| match table {
            Written::Table(fields) => {
                let said = self.fields(&tables, fields, Role::Value);
                let said: Vec<String> = said.into_iter().map(|(_, phrase)| phrase).collect();
                said.join(self.language.either("，", ", "))
            }
            other => self.language.list(&other.texts()),
        };
        match value {
            Written::List(items) => self.language.phrases(&items.iter().map(one).collect::<Vec<_>>()),
            other => one(other),
        }
    }
}

const MONTHS: [(&str, &str); 12] = [
    ("1", "January"),
    ("2", "February"),
    ("3", "March"),
    ("4", "April"),
    ("5", "May"),
    ("6", "June"),
    ("7", "July"),
    ("8", "August"),
    ("9", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
];

/// A number with its thousands apart.
fn by_thousands(number: &str) -> String {
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, f)| (whole, Some(f)));
    let digits: Vec<char> = whole.chars().filter(char::is_ascii_digit).collect();
    let groups: Vec<String> = digits.rchunks(3).rev().map(|group| group.iter().collect::<String>()).collect();
    let whole = groups.join(",");
    fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}"))
}
