//! Worked cases: a bill in, every amount out, in a file that a policy officer can write.

mod names;
mod read;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use model::{Date, Fen, InstitutionKind, InstitutionLevel, InsuredPerson, MedicalType, Rate, Region, Scheme};

use crate::case::Circumstances;
use crate::reader::{Place, PolicyError, Problems, Reader};
use crate::stay::{InsurancePeriod, Part, amounts_of, scheme_on, settle};
use crate::{AccountBalances, Accumulators, Case, CaseLine, Particulars, Policy, PolicyBook, Refusal, Title};

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
    visit: Visit,
    lines: Vec<CaseLine>,
    account: AccountBalances,
    particulars: Particulars,
    /// What the year has added up to, by accumulator.
    accumulators: Vec<(String, Fen)>,
    /// The stretches of insurance, where the file gives them.
    insurances: Vec<InsurancePeriod>,
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
    /// The bill is split. Amounts that are not named must be zero.
    Split {
        /// Amounts by their name in [`Split::amounts`].
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

    /// The date of the bill.
    #[must_use]
    pub const fn date(&self) -> Date {
        self.visit.date
    }

    /// The bill as it is split by a policy, which says to which medical year the accumulators belong.
    ///
    /// # Errors
    /// The accumulators leave the range of money.
    pub fn case(&self, policy: &Policy) -> Result<Case, Refusal> {
        let year = policy.medical_year(self.visit.date);
        let so_far: Vec<_> = self
            .accumulators
            .iter()
            .map(|(name, amount)| {
                let (of, name) = year_and_name(name);
                (of.unwrap_or(year), Arc::from(name), *amount)
            })
            .collect();
        Ok(Case {
            person: self.person,
            institution_kind: self.visit.institution,
            institution_level: self.visit.level,
            medical_type: self.visit.medical_type,
            date: self.visit.date,
            lines: self.lines.clone(),
            accumulators: Accumulators::new().plus(&so_far)?,
            account: self.account,
            use_account: self.visit.use_account,
            particulars: self.particulars.clone(),
        })
    }

    pub(crate) const fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            person: self.person,
            institution_kind: self.visit.institution,
            institution_level: self.visit.level,
            medical_type: self.visit.medical_type,
            date: self.visit.date,
            particulars: &self.particulars,
        }
    }

    /// Settles the bill by the policy in force.
    ///
    /// # Errors
    /// There is no policy, or the bill is refused.
    pub fn settle(&self, book: &PolicyBook) -> Result<Vec<Part>, Refusal> {
        if !self.insurances.is_empty() {
            let period = scheme_on(&self.insurances, self.date())?;
            if period.scheme != self.scheme() {
                return Err(Refusal::NoScheme { on: self.date() });
            }
        }
        let policy = book.in_force(self.region(), self.scheme(), self.date())?;
        settle(book, &self.case(policy)?)
    }

    /// Compares an outcome with what the file expects; nothing where the file expects nothing.
    #[must_use]
    pub fn mismatches(&self, outcome: Result<&[Part], &Refusal>) -> Vec<Mismatch> {
        match (&self.expected, outcome) {
            (None, _) => Vec::new(),
            (Some(Expected::Refusal(code)), Err(refusal)) => {
                compare("refusal", code, refusal.code()).into_iter().collect()
            }
            (Some(Expected::Refusal(code)), Ok(_)) => {
                vec![mismatch("outcome", format!("refusal {code}"), "a split".to_owned())]
            }
            (Some(Expected::Split { .. }), Err(refusal)) => {
                vec![mismatch("outcome", "a split".to_owned(), format!("refused: {refusal}"))]
            }
            (Some(Expected::Split { amounts, accumulated, pool_ratio }), Ok(parts)) => {
                let mut found = compare_amounts(amounts, parts);
                found.extend(compare_accumulated(accumulated, parts));
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

fn compare_amounts(expected: &[(String, Fen)], parts: &[Part]) -> Vec<Mismatch> {
    let named =
        |name: &str| expected.iter().find(|(n, _)| n == name).map_or(Fen::ZERO, |(_, amount)| *amount);
    match amounts_of(parts) {
        Ok(amounts) => amounts
            .into_iter()
            .filter_map(|(name, amount)| compare(name, &named(name).to_yuan(), &amount.to_yuan()))
            .collect(),
        Err(error) => vec![mismatch("amounts", "a sum".to_owned(), error.to_string())],
    }
}

/// Compares what is added to the accumulators; a sum of another year than the first bill's has the year before its name.
fn compare_accumulated(expected: &[(String, Fen)], parts: &[Part]) -> Vec<Mismatch> {
    let first = parts.first().map(|part| part.trace.medical_year);
    let mut sums: BTreeMap<String, Fen> = BTreeMap::new();
    for (year, name, amount) in parts.iter().flat_map(|part| &part.split.accumulated) {
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
    compare("accumulated", &left.join(", "), &right.join(", ")).into_iter().collect()
}
