//! The question before care: what would the same bill cost under other circumstances?

use model::{CarePlace, Filing, InstitutionKind, InstitutionLevel};

use crate::form::Word;
use crate::{Case, Part, PolicyBook, Refusal, Title, settle};

/// One thing that the person could do otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Go to an institution of another level.
    Level(InstitutionLevel),
    /// File before care elsewhere, or file otherwise.
    Filing(Filing),
    /// Come by a trait that the policy rewards, such as a contract with a family doctor.
    Trait {
        /// The policy's name of it.
        name: String,
        /// What it is called.
        title: Title,
    },
}

/// What a change would make of the bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// What would be otherwise.
    pub change: Change,
    /// The bill then.
    pub outcome: Result<Vec<Part>, Refusal>,
}

/// What the same lines would cost if one thing were otherwise: another level, another filing, a trait that the person
/// can come by. Every alternative is settled by the same function as the bill itself.
///
/// # Errors
/// There is no policy for the person on the date.
pub fn alternatives(book: &PolicyBook, case: &Case) -> Result<Vec<Alternative>, Refusal> {
    let policy = book.in_force(case.person.region, case.person.scheme, case.date)?;
    let mut cases: Vec<(Change, Case)> = Vec::new();
    if case.institution_kind == InstitutionKind::Hospital {
        let levels = InstitutionLevel::WORDS.iter().map(|(_, level)| *level);
        for level in levels.filter(|level| *level != case.institution_level) {
            cases.push((Change::Level(level), Case { institution_level: level, ..case.clone() }));
        }
    }
    if case.particulars.place != CarePlace::Local {
        let filings = Filing::WORDS.iter().map(|(_, filing)| *filing);
        for filing in filings.filter(|filing| *filing != case.particulars.filing) {
            let mut other = case.clone();
            other.particulars.filing = filing;
            cases.push((Change::Filing(filing), other));
        }
    }
    for (name, title) in policy.attainable_traits() {
        if !case.particulars.traits.iter().any(|held| held == name) {
            let mut other = case.clone();
            other.particulars.traits.push(name.to_owned());
            cases.push((Change::Trait { name: name.to_owned(), title: title.clone() }, other));
        }
    }
    let settled = |(change, case): (Change, Case)| Alternative { change, outcome: settle(book, &case) };
    Ok(cases.into_iter().map(settled).collect())
}
