//! Reads tables of a TOML file key by key and keeps every problem with its file and line.
//!
//! A reader remembers which keys it was asked for. What is left over at the end is an unknown key, and an error: a
//! misspelt key must never be a rule that silently does not apply.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::written::Written;

/// What is wrong with a policy, catalogue or case file, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub struct PolicyError {
    /// The file's name as it was given.
    pub file: String,
    /// Line, counted from one.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it, where that can be said.
    pub hint: Option<String>,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Collects problems, so that one check reports them all.
#[derive(Debug, Default)]
pub(crate) struct Problems(RefCell<Vec<PolicyError>>);

impl Problems {
    /// Adds a problem.
    pub(crate) fn report(&self, file: &str, line: usize, message: String, hint: Option<String>) {
        let error = PolicyError { file: file.to_owned(), line, message, hint };
        let mut errors = self.0.borrow_mut();
        if !errors.contains(&error) {
            errors.push(error);
        }
    }

    /// How many there are so far.
    pub(crate) fn count(&self) -> usize {
        self.0.borrow().len()
    }

    /// All problems, by file and line.
    pub(crate) fn into_sorted(self) -> Vec<PolicyError> {
        let mut errors = self.0.into_inner();
        errors.sort();
        errors
    }
}

/// One file's name and the place where its problems go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    pub(crate) problems: &'a Problems,
}

impl<'a> Place<'a> {
    /// The line, from one, on which `span` begins.
    pub(crate) fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1)
    }

    pub(crate) fn report(&self, line: usize, message: impl Into<String>, hint: Option<String>) {
        self.problems.report(self.file, line, message.into(), hint);
    }

    /// Parses the file as TOML; its syntax errors are reported.
    pub(crate) fn parse(&self) -> Option<Spanned<DeTable<'a>>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        // What follows the first is mostly a consequence of it.
        if let Some(error) = errors.first() {
            let line = error.span().map_or(1, |span| self.line(&span));
            let text = self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
            self.report(line, format!("not TOML: {}", error.message()), syntax_hint(error.message(), text));
        }
        errors.is_empty().then_some(table)
    }
}

/// What to do about the commonest mistakes of people who meet TOML for the first time.
fn syntax_hint(message: &str, line: &str) -> Option<String> {
    let hint = if line.contains(['“', '”', '‘', '’']) {
        "quotation marks are straight: \"…\""
    } else if line.contains('＝') || line.contains('［') {
        "signs are those of an English keyboard: = [ ] { }"
    } else if message.contains("duplicate key") {
        "a table of which there are several stands in two brackets, every time: [[deductible]]"
    } else if ["month", "day", "date", "float"].iter().any(|word| message.contains(word)) {
        "a date is written 2024-01-01, an amount between quotation marks: \"900 yuan\""
    } else {
        "a line is a table such as [[deductible]], or a key with its value such as per = \"visit\""
    };
    Some(hint.to_owned())
}

/// Why a value was not what was expected.
pub(crate) struct Wrong {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// Turns a TOML value into one of ours.
pub(crate) type Form<T> = fn(&DeValue<'_>) -> Result<T, Wrong>;

/// Reads one table.
pub(crate) struct Reader<'a> {
    pub(crate) place: Place<'a>,
    /// What the table is called in messages, such as `[[deductible]]`.
    pub(crate) name: String,
    /// Line of the table.
    pub(crate) line: usize,
    fields: BTreeMap<&'a str, &'a Spanned<DeValue<'a>>>,
    key_spans: BTreeMap<&'a str, Range<usize>>,
    known: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(place: Place<'a>, name: &str, line: usize, table: &'a DeTable<'a>) -> Self {
        let mut fields = BTreeMap::new();
        let mut key_spans = BTreeMap::new();
        for (key, value) in table {
            fields.insert(key.get_ref().as_ref(), value);
            key_spans.insert(key.get_ref().as_ref(), key.span());
        }
        Self { place, name: name.to_owned(), line, fields, key_spans, known: Vec::new() }
    }

    /// The line of `key`, or of the table where the key is absent.
    pub(crate) fn line_of(&self, key: &str) -> usize {
        self.key_spans.get(key).map_or(self.line, |span| self.place.line(span))
    }

    /// Reports a problem with the table as a whole.
    pub(crate) fn report(&self, message: impl Into<String>, hint: Option<&str>) {
        self.place.report(self.line, message, hint.map(str::to_owned));
    }

    /// Whether `key` stands in the table, read or not.
    pub(crate) fn was_given(&self, key: &str) -> bool {
        self.key_spans.contains_key(key)
    }

    /// Every key that has not been read, with its value as it stands in the file.
    pub(crate) fn written(&self) -> Vec<(String, Written)> {
        self.fields.iter().map(|(key, value)| ((*key).to_owned(), Written::of(value.get_ref()))).collect()
    }

    /// Whether `key` is present and has not been read.
    pub(crate) fn has(&mut self, key: &'static str) -> bool {
        self.known.push(key);
        self.fields.contains_key(key)
    }

    fn take(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.push(key);
        self.fields.remove(key)
    }

    /// Reads a key that may be absent.
    pub(crate) fn maybe<T>(&mut self, key: &'static str, form: Form<T>) -> Option<T> {
        let value = self.take(key)?;
        match form(value.get_ref()) {
            Ok(read) => Some(read),
            Err(wrong) => {
                self.place.report(
                    self.place.line(&value.span()),
                    format!("{key}: {}", wrong.message),
                    wrong.hint,
                );
                None
            }
        }
    }

    /// Reads a key that must be there.
    pub(crate) fn need<T>(&mut self, key: &'static str, form: Form<T>) -> Option<T> {
        if !self.fields.contains_key(key) {
            self.known.push(key);
            let hint = match key {
                "accumulator" => Some("a name that you choose, under which the sum is kept"),
                _ => None,
            };
            self.report(format!("{} has no '{key}'", self.name), hint);
            return None;
        }
        self.maybe(key, form)
    }

    /// The table under `key`, if there is one.
    pub(crate) fn maybe_table(&mut self, key: &'static str) -> Option<Self> {
        let value = self.take(key)?;
        let line = self.line_of(key);
        if let DeValue::Table(table) = value.get_ref() {
            Some(Self::new(self.place, &format!("{} {key}", self.name).replace("the file ", ""), line, table))
        } else {
            let both = ["title", "unknown", "unknown_above", "reading"].contains(&key);
            let hint =
                both.then(|| format!("write it in both languages: {key} = {{ zh = \"…\", en = \"…\" }}"));
            self.place.report(line, format!("'{key}' must be a table"), hint);
            None
        }
    }

    /// The table under `key`, which must be there.
    pub(crate) fn need_table(&mut self, key: &'static str) -> Option<Self> {
        if !self.fields.contains_key(key) {
            self.known.push(key);
            self.report(format!("{} has no table '{key}'", self.name), None);
            return None;
        }
        self.maybe_table(key)
    }

    /// The tables of the array under `key`; none where the key is absent.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<Self> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let tables = match value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::Table(table) => Some((self.place.line(&item.span()), table)),
                    _ => None,
                })
                .collect::<Option<Vec<_>>>(),
            _ => None,
        };
        let Some(tables) = tables else {
            let line = self.line_of(key);
            self.place.report(
                line,
                format!("'{key}' must be a list of tables"),
                Some(format!("begin each with [[{key}]]")),
            );
            return Vec::new();
        };
        let named = |(line, table)| Self::new(self.place, &format!("[[{key}]]"), line, table);
        tables.into_iter().map(named).collect()
    }

    /// Every table of the table under `key`, by its name.
    pub(crate) fn named_tables(&mut self, key: &'static str) -> Vec<(String, Self)> {
        let Some(mut outer) = self.maybe_table(key) else { return Vec::new() };
        let mut inner = Vec::new();
        for (name, value) in std::mem::take(&mut outer.fields) {
            let line = outer.line_of(name);
            if let DeValue::Table(table) = value.get_ref() {
                inner.push((name.to_owned(), Self::new(self.place, &format!("[{key}.{name}]"), line, table)));
            } else {
                self.place.report(line, format!("'{key}.{name}' must be a table"), None);
            }
        }
        inner
    }

    /// Every key with its value, for tables whose keys are names.
    pub(crate) fn all<T>(mut self, form: Form<T>) -> Vec<(String, T)> {
        let fields = std::mem::take(&mut self.fields);
        let mut read = Vec::new();
        for (name, value) in fields {
            match form(value.get_ref()) {
                Ok(value) => read.push((name.to_owned(), value)),
                Err(wrong) => self.place.report(
                    self.place.line(&value.span()),
                    format!("{name}: {}", wrong.message),
                    wrong.hint,
                ),
            }
        }
        read
    }

    /// Reports the keys that stand beside one that stands for all of them.
    pub(crate) fn stands_alone(&mut self, key: &'static str) {
        let beside: Vec<&str> = std::mem::take(&mut self.fields).into_keys().collect();
        if !beside.is_empty() {
            let hint = format!("leave out what is its own: {}", beside.join(", "));
            let message = format!("'{key}' stands in place of everything that {} says", self.name);
            self.place.report(self.line_of(key), message, Some(hint));
        }
    }

    /// Reports every key that nobody asked for.
    pub(crate) fn finish(mut self) {
        self.known.sort_unstable();
        self.known.dedup();
        for key in self.fields.keys() {
            let meant = crate::form::nearest(key, self.known.iter().copied());
            let hint = match meant {
                Some(name) => format!("did you mean '{name}'?"),
                None => format!("keys known here: {}", self.known.join(", ")),
            };
            self.place.report(self.line_of(key), format!("unknown key '{key}' in {}", self.name), Some(hint));
        }
    }
}
