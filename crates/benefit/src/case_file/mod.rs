//! Worked cases: a bill or a question about a person in, every amount out, in a file that a policy officer can write.

mod check;
mod names;
mod questions;
mod read;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub use check::{CaseReport, check_cases};
use model::{
    CatalogueItem, Date, Fen, InstitutionKind, InstitutionLevel, InsuredPerson, MedicalType, Rate, Region,
    Scheme,
};

use crate::case::Circumstances;
use crate::insurance::{InsurancePeriod, check_scheme, check_schemes};
use crate::reader::{Place, PolicyError, Problems, Reader};
use crate::stay::{Part, amounts_of, settle};
use crate::{
    AccountBalances, Accumulated, Accumulators, Answer, Case, CaseLine, Particulars, PersonCase, Policy,
    PolicyBook, Question, Refusal, Title, Trace,
};

/// A bill in words, and what is expected of it.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// What the case is called.
    pub title: Title,
    /// The computation in words, so that it can be followed with a pencil.
    pub arithmetic: Option<String>,
    /// What must come out, where the file says it.
    pub expected: Option<Expected>,
    person: InsuredPerson,
    asked: Asked,
    account: AccountBalances,
    particulars: Particulars,
    /// What the year has added up to, by accumulator.
    accumulators: Vec<(String, Fen)>,
    /// The stretches of insurance, where the file gives them.
    insurances: Vec<InsurancePeriod>,
}

/// What a case asks.
#[derive(Debug, Clone)]
enum Asked {
    /// Who pays what of a bill.
    Bill(Visit, Vec<Line>),
    /// Something about the person on a day.
    Person(Date, Question),
}

/// A line of a bill.
#[derive(Debug, Clone)]
struct Line {
    line: CaseLine,
    /// The item in the catalogue of the place of care, where the case says it.
    at_place: Option<Arc<CatalogueItem>>,
}

impl Line {
    /// The line, classed by the one catalogue or the other.
    fn classed(&self, by_place: bool) -> CaseLine {
        match &self.at_place {
            Some(item) if by_place => CaseLine { item: Some(Arc::clone(item)), ..self.line.clone() },
            _ => self.line.clone(),
        }
    }
}

/// What came out of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The bill, or the bills of a stay, as they were settled.
    Bills(Vec<Part>),
    /// The answer to a question about a person.
    Answer(Answer),
}

#[derive(Debug, Clone)]
struct Visit {
    date: Date,
    medical_type: MedicalType,
    institution: InstitutionKind,
    level: InstitutionLevel,
    use_account: bool,
}

/// What must come out of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// The bill is refused with this [`Refusal::code`].
    Refusal(String),
    /// The bill is split, or the question answered. Amounts that are not named must be zero.
    Amounts {
        /// Amounts by their name in [`Split::amounts`] or [`Question::amounts`].
        amounts: Vec<(String, Fen)>,
        /// What is added to the accumulators; all of it.
        accumulated: Vec<(String, Fen)>,
        /// The fund's ratio, where the file says it.
        pool_ratio: Option<Rate>,
    },
}

/// Something came out other than expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The amount or outcome.
    pub what: String,
    /// What the file says.
    pub expected: String,
    /// What came out.
    pub actual: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, got {}", self.what, self.expected, self.actual)
    }
}

impl CaseFile {
    /// Reads a case; `file` is what messages call it.
    ///
    /// # Errors
    /// Everything that is wrong, by line.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<PolicyError>> {
        let problems = Problems::default();
        let read = {
            let place = Place { file, text, problems: &problems };
            place.parse().and_then(|table| {
                let mut root = Reader::new(place, "the file", 1, table.get_ref());
                let read = read::case(&mut root);
                root.finish();
                read
            })
        };
        let errors = problems.into_sorted();
        match read {
            Some(case) if errors.is_empty() => Ok(case),
            _ => Err(errors),
        }
    }

    /// The pooling region of the person's insurance.
    #[must_use]
    pub const fn region(&self) -> Region {
        self.person.region
    }

    /// The scheme of the person's insurance.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.person.scheme
    }

    /// The date of the bill or of the question.
    #[must_use]
    pub const fn date(&self) -> Date {
        match &self.asked {
            Asked::Bill(visit, _) => visit.date,
            Asked::Person(date, _) => *date,
        }
    }

    /// The bill as it is split by a policy, which says to which medical year the accumulators belong.
    ///
    /// # Errors
    /// The case asks about a person and has no bill, or the accumulators leave the range of money.
    pub fn case(&self, policy: &Policy) -> Result<Case, Refusal> {
        let Asked::Bill(visit, lines) = &self.asked else { return Err(Refusal::NoLines) };
        let by_place = policy.classes_by_place(self.particulars.place);
        Ok(Case {
            person: self.person,
            institution_kind: visit.institution,
            institution_level: visit.level,
            medical_type: visit.medical_type,
            date: visit.date,
            lines: lines.iter().map(|line| line.classed(by_place)).collect(),
            accumulators: self.accumulators(policy)?,
            account: self.account,
            use_account: visit.use_account,
            particulars: self.particulars.clone(),
        })
    }

    fn accumulators(&self, policy: &Policy) -> Result<Accumulators, Refusal> {
        let year = policy.medical_year(self.date());
        let sum = |(name, amount): &(String, Fen)| {
            let (of, name) = year_and_name(name);
            (of.unwrap_or(year), Arc::from(name), *amount)
        };
        let so_far: Vec<_> = self.accumulators.iter().map(sum).collect();
        Ok(Accumulators::new().plus(&so_far)?)
    }

    /// What the rules of a visit are chosen by; nothing where the case has no bill.
    pub(crate) const fn circumstances(&self) -> Option<Circumstances<'_>> {
        let Asked::Bill(visit, _) = &self.asked else { return None };
        Some(Circumstances {
            person: self.person,
            institution_kind: visit.institution,
            institution_level: visit.level,
            medical_type: visit.medical_type,
            date: visit.date,
            particulars: &self.particulars,
        })
    }

    fn lines(&self) -> &[Line] {
        match &self.asked {
            Asked::Bill(_, lines) => lines,
            Asked::Person(..) => &[],
        }
    }

    /// Settles the bill, or answers the question, by the policy in force.
    ///
    /// # Errors
    /// There is no policy, or the bill or question is refused.
    pub fn settle(&self, book: &PolicyBook) -> Result<Outcome, Refusal> {
        let policy = book.in_force(self.region(), self.scheme(), self.date())?;
        match &self.asked {
            Asked::Bill(..) => {
                let case = self.case(policy)?;
                if !self.insurances.is_empty() {
                    check_schemes(&self.insurances, &case)?;
                }
                settle(book, &case).map(Outcome::Bills)
            }
            Asked::Person(date, question) => {
                if !self.insurances.is_empty() {
                    check_scheme(&self.insurances, self.scheme(), *date, None)?;
                }
                let case = PersonCase {
                    person: self.person,
                    particulars: self.particulars.clone(),
                    date: *date,
                    account: self.account,
                    accumulators: self.accumulators(policy)?,
                    insurances: self.insurances.clone(),
                    question: question.clone(),
                };
                case.answer(book).map(Outcome::Answer)
            }
        }
    }

    /// Compares an outcome with what the file expects; nothing where the file expects nothing.
    #[must_use]
    pub fn mismatches(&self, outcome: Result<&Outcome, &Refusal>) -> Vec<Mismatch> {
        match (&self.expected, outcome) {
            (None, _) => Vec::new(),
            (Some(Expected::Refusal(code)), Err(refusal)) => {
                compare("refusal", code, refusal.code()).into_iter().collect()
            }
            (Some(Expected::Refusal(code)), Ok(_)) => {
                vec![mismatch("outcome", format!("refusal {code}"), "amounts".to_owned())]
            }
            (Some(Expected::Amounts { .. }), Err(refusal)) => {
                vec![mismatch("outcome", "amounts".to_owned(), format!("refused: {refusal}"))]
            }
            (Some(Expected::Amounts { amounts, accumulated, pool_ratio }), Ok(outcome)) => {
                let mut found = compare_amounts(amounts, outcome.amounts());
                found.extend(compare_accumulated(accumulated, outcome));
                let parts = outcome.bills();
                if let (Some(ratio), Some(last)) = (pool_ratio, parts.last()) {
                    let actual = last.split.pool_ratio.to_percent();
                    found.extend(compare("pool_ratio", &ratio.to_percent(), &actual));
                }
                for error in parts.iter().filter_map(|part| part.split.check().err()) {
                    found.push(mismatch("identities", "all hold".to_owned(), error.to_string()));
                }
                found
            }
        }
    }
}

impl Outcome {
    /// The bills; none where a question was answered.
    #[must_use]
    pub fn bills(&self) -> &[Part] {
        match self {
            Self::Bills(parts) => parts,
            Self::Answer(_) => &[],
        }
    }

    /// What led there: one trace for each bill, or that of the answer.
    #[must_use]
    pub fn traces(&self) -> Vec<&Trace> {
        match self {
            Self::Bills(parts) => parts.iter().map(|part| &part.trace).collect(),
            Self::Answer(answer) => vec![&answer.trace],
        }
    }

    fn amounts(&self) -> Result<Vec<(&'static str, Fen)>, Refusal> {
        match self {
            Self::Bills(parts) => amounts_of(parts),
            Self::Answer(answer) => Ok(answer.amounts.clone()),
        }
    }

    fn accumulated(&self) -> Vec<&Accumulated> {
        match self {
            Self::Bills(parts) => parts.iter().flat_map(|part| &part.split.accumulated).collect(),
            Self::Answer(answer) => answer.accumulated.iter().collect(),
        }
    }
}

/// A sum of another year than that of the bill has the year before its name: `2023 inpatient_fees`.
pub(crate) fn year_and_name(name: &str) -> (Option<i16>, &str) {
    let parted = name.split_once(' ').and_then(|(year, rest)| Some((year.parse().ok()?, rest)));
    parted.map_or((None, name), |(year, rest)| (Some(year), rest))
}

fn mismatch(what: &str, expected: String, actual: String) -> Mismatch {
    Mismatch { what: what.to_owned(), expected, actual }
}

fn compare(what: &str, expected: &str, actual: &str) -> Option<Mismatch> {
    (expected != actual).then(|| mismatch(what, expected.to_owned(), actual.to_owned()))
}

/// Compares amounts; what one side does not name is zero there.
fn compare_amounts(
    expected: &[(String, Fen)],
    actual: Result<Vec<(&'static str, Fen)>, Refusal>,
) -> Vec<Mismatch> {
    let actual = match actual {
        Ok(amounts) => amounts,
        Err(error) => return vec![mismatch("amounts", "a sum".to_owned(), error.to_string())],
    };
    let missing = expected.iter().filter(|(name, _)| !actual.iter().any(|(other, _)| other == name));
    let names = actual.iter().map(|(name, _)| *name).chain(missing.map(|(name, _)| name.as_str()));
    let named =
        |name: &str| expected.iter().find(|(n, _)| n == name).map_or(Fen::ZERO, |(_, amount)| *amount);
    let came = |name: &str| actual.iter().find(|(n, _)| *n == name).map_or(Fen::ZERO, |(_, amount)| *amount);
    names.filter_map(|name| compare(name, &named(name).to_yuan(), &came(name).to_yuan())).collect()
}

/// Compares what is added to the accumulators; a sum of another year than the first bill's has the year before its name.
fn compare_accumulated(expected: &[(String, Fen)], outcome: &Outcome) -> Vec<Mismatch> {
    let first = outcome.traces().first().map(|trace| trace.medical_year);
    let mut sums: BTreeMap<String, Fen> = BTreeMap::new();
    for (year, name, amount) in outcome.accumulated() {
        let name = if Some(*year) == first { name.to_string() } else { format!("{year} {name}") };
        let sum = sums.entry(name).or_default();
        *sum = sum.plus(*amount).unwrap_or(*sum);
    }
    sums.retain(|_, amount| !amount.is_zero());
    let show = |(name, amount): (&String, &Fen)| format!("{name} {amount}");
    let mut left: Vec<String> = expected.iter().map(|(name, amount)| show((name, amount))).collect();
    left.sort_unstable();
    let mut right: Vec<String> = sums.iter().map(show).collect();
    right.sort_unstable();
    let told = |sums: &[String]| if sums.is_empty() { "nothing".to_owned() } else { sums.join(", ") };
    compare("accumulated", &told(&left), &told(&right)).into_iter().collect()
}
