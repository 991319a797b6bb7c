//! A rule's identity: its name, its dates, what it is called, and where it was read.

use std::sync::Arc;

use model::Date;
use serde::{Deserialize, Serialize};

use super::condition::{Condition, Facts};
use crate::{Refusal, Written};

/// What a rule, a lane or a case is called, in both languages of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Title {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// How far a source can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Confidence {
    /// A government or bureau page, an official interface specification, or a real settlement.
    A,
    /// A hospital notice, a newspaper, or a copy that names the bureau as its source.
    B,
    /// A secondary page that names no source.
    C,
    /// A hint only: a page that contradicts itself, or our own reading where sources are silent.
    D,
}

/// Where a rule's value was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The document or page.
    pub document: String,
    /// The place in it and what it says, in short; not a quotation.
    pub clause: String,
    /// When the document was published: `2023`, `2023-12`, `2023-12-31` or `undated`.
    pub date: String,
    /// How far it can be trusted.
    pub confidence: Confidence,
    /// How the document was read, where it can be read in more than one way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Title>,
}

/// One dated version of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The table in which it stands, such as `deductible`.
    pub table: &'static str,
    /// The rule's name. Versions of one rule share it.
    pub id: Arc<str>,
    /// First day on which this version applies.
    pub from: Date,
    /// Last day, where the rule ends without a later version.
    pub last_day: Option<Date>,
    /// What the rule is called.
    pub title: Arc<Title>,
    /// Where it was read.
    pub source: Arc<Citation>,
    /// How far the source as a whole can be trusted; the citation has the mark of this rule, which may be lower.
    pub source_confidence: Confidence,
    /// Why the value is not known, where it is not.
    pub unknown: Option<Title>,
    /// Every key with its value as it stands in the file, for people.
    pub written: Vec<(String, Written)>,
    /// The file in which it stands.
    pub file: String,
    /// The line on which it begins.
    pub line: usize,
}

impl Rule {
    /// The refusal of a bill that needs what nobody knows.
    pub(crate) fn not_known(&self, reason: Option<&Title>) -> Refusal {
        let nothing = || Title { zh: "无说明".to_owned(), en: "nothing says why".to_owned() };
        Refusal::UnknownParameter {
            rule: self.id.to_string(),
            reason: Box::new(reason.cloned().unwrap_or_else(nothing)),
        }
    }

    /// The value of a key as it stands in the file.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Written> {
        self.written.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

/// A dated value together with its rule.
#[derive(Debug, Clone)]
pub(crate) struct Dated<T> {
    pub(crate) rule: Arc<Rule>,
    pub(crate) value: T,
}

/// A value with the lanes, persons and institutions that it is for.
#[derive(Debug, Clone)]
pub(crate) struct Scoped<T> {
    pub(crate) lanes: Arc<[String]>,
    pub(crate) when: Condition,
    /// The place of a row without a known value among those that follow one another.
    pub(crate) order: Option<u8>,
    /// `None` where nobody knows it; the rule says why.
    pub(crate) value: Option<T>,
}

/// One row of a table of rules.
pub(crate) type Row<T> = Dated<Scoped<T>>;

impl<T> Row<T> {
    /// The value, or the refusal that says why there is none. What is not known is refused, never guessed.
    pub(crate) fn known(&self) -> Result<&T, Refusal> {
        self.value.value.as_ref().ok_or_else(|| self.rule.not_known(self.rule.unknown.as_ref()))
    }

    /// Whether the row is for this visit.
    pub(crate) fn holds(&self, facts: &Facts) -> bool {
        self.value.when.holds(facts)
    }
}

/// The row that is for this visit. The check of the policy has shown that there is one at most.
pub(crate) fn pick<'p, T>(rows: &'p [Row<T>], facts: &Facts) -> Option<&'p Row<T>> {
    rows.iter().find(|row| row.holds(facts))
}

/// Refuses where a rule is for this visit only if something holds that is not known of the person.
fn check_known<T>(rows: &[Row<T>], facts: &Facts) -> Result<(), Refusal> {
    match rows.iter().find_map(|row| Some((&row.rule, row.value.when.hinges_on(facts)?))) {
        Some((rule, number)) => Err(Refusal::UnknownFact { rule: rule.id.to_string(), fact: number.name() }),
        None => Ok(()),
    }
}

/// The rule and the value that are for this visit, where there are any.
///
/// # Errors
/// The value is not known, or which one it is depends on something that is not known of the person.
pub(crate) fn known<'p, T>(
    rows: &'p [Row<T>],
    facts: &Facts,
) -> Result<Option<(&'p Arc<Rule>, &'p T)>, Refusal> {
    match pick(rows, facts) {
        Some(row) => Ok(Some((&row.rule, row.known()?))),
        None => check_known(rows, facts).map(|()| None),
    }
}

/// Every rule and value that is for this visit, in order.
///
/// # Errors
/// As [`known`].
pub(crate) fn all_known<'p, T>(
    rows: &'p [Row<T>],
    facts: &Facts,
) -> Result<Vec<(&'p Arc<Rule>, &'p T)>, Refusal> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    check_known(rows, facts)?;
    rows.iter().filter(|row| row.holds(facts)).map(|row| Ok((&row.rule, row.known()?))).collect()
}
