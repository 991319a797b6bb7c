//! Benefit policy (待遇政策) as data: parsed, checked, and compiled for the dates between which nothing changes.

mod book;
mod check;
mod condition;
mod read;
mod rule;
mod strategy;

use std::sync::Arc;

use model::{Date, Institution, InsuredPerson, MedicalType, PersonType, Region, Scheme};

pub use book::{PolicyBook, is_policy_file};
pub(crate) use condition::Facts;
pub(crate) use read::title as read_title;
pub use rule::{Citation, Confidence, Rule, Title};
pub(crate) use rule::{Dated, Row, pick};
pub(crate) use strategy::{
    Account, AccountBand, AccountKind, AgeOn, Ceiling, Component, Declined, Deductible, Excess, LaneRule,
    Limited, MedicalYear, OddFen, Rounding, RoundingStage, Segment, Share, Span, Unmatched,
};

use crate::Refusal;
use crate::case::Circumstances;

/// One version of a region's policy for a scheme: what is in force from its first day until something changes.
#[derive(Debug)]
pub struct Policy {
    pub(crate) region: Region,
    pub(crate) scheme: Scheme,
    pub(crate) title: Title,
    pub(crate) from: Date,
    /// First day of the next version, or the day after the policy's last.
    pub(crate) until: Option<Date>,
    pub(crate) general: General,
    pub(crate) lanes: Vec<Lane>,
}

/// The rules that all lanes share.
#[derive(Debug)]
pub(crate) struct General {
    pub(crate) medical_year: Dated<MedicalYear>,
    pub(crate) age: Dated<AgeOn>,
    pub(crate) rounding: Dated<Rounding>,
    pub(crate) catalogue: Dated<()>,
    pub(crate) price_ceiling: Dated<Excess>,
    pub(crate) limited_use: Dated<()>,
    pub(crate) unmatched: Dated<Unmatched>,
}

/// The rules of one lane of care. A stage that the lane does not have has no rows.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) lane: Dated<LaneRule>,
    pub(crate) account_band: Vec<Row<AccountBand>>,
    pub(crate) deductible: Vec<Row<Deductible>>,
    pub(crate) share: Vec<Row<Share>>,
    pub(crate) ceiling: Vec<Row<Ceiling>>,
    /// In the order in which accounts pay.
    pub(crate) account: Vec<Row<Account>>,
}

/// What the rules of one visit are chosen by.
#[derive(Debug)]
pub(crate) struct Situation<'p> {
    pub(crate) lane: &'p Lane,
    pub(crate) facts: Facts,
    pub(crate) year: i16,
}

/// The classes of persons that a scheme insures.
pub(crate) const fn persons_of(scheme: Scheme) -> &'static [PersonType] {
    match scheme {
        Scheme::Employee => &[PersonType::InService, PersonType::Retired],
        Scheme::Resident => &[PersonType::Minor, PersonType::AdultResident, PersonType::ElderlyResident],
    }
}

impl Policy {
    /// The pooling region.
    #[must_use]
    pub const fn region(&self) -> Region {
        self.region
    }

    /// The scheme.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// What the policy is called.
    #[must_use]
    pub const fn title(&self) -> &Title {
        &self.title
    }

    /// First day of this version.
    #[must_use]
    pub const fn from(&self) -> Date {
        self.from
    }

    /// First day on which this version is no longer in force, where that is known.
    #[must_use]
    pub const fn until(&self) -> Option<Date> {
        self.until
    }

    /// The medical year (医保年度) of a date, by the calendar year in which it begins.
    #[must_use]
    pub fn medical_year(&self, date: Date) -> i16 {
        let start = self.general.medical_year.value;
        let begun = (date.month(), date.day()) >= (start.month, start.day);
        if begun { date.year() } else { date.year().saturating_sub(1) }
    }

    /// Every rule of this version.
    pub fn rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        let general = [
            &self.general.medical_year.rule,
            &self.general.age.rule,
            &self.general.rounding.rule,
            &self.general.catalogue.rule,
            &self.general.price_ceiling.rule,
            &self.general.limited_use.rule,
            &self.general.unmatched.rule,
        ];
        general.into_iter().chain(self.lanes.iter().flat_map(Lane::rules))
    }

    /// Whether the policy has benefits for a person's care of this kind at an institution on a day of this version.
    ///
    /// # Errors
    /// Why it has none.
    pub fn covers(
        &self,
        person: &InsuredPerson,
        institution: &Institution,
        medical_type: MedicalType,
        date: Date,
    ) -> Result<(), Refusal> {
        self.situation(&Circumstances {
            person: *person,
            institution_kind: institution.kind,
            institution_level: institution.level,
            medical_type,
            date,
        })
        .map(|_| ())
    }

    /// Finds the lane and the facts by which its rules are chosen, or says why the person has no benefit here.
    pub(crate) fn situation(&self, visit: &Circumstances) -> Result<Situation<'_>, Refusal> {
        let person = &visit.person;
        if (person.region, person.scheme) != (self.region, self.scheme) {
            return Err(Refusal::OtherPolicy {
                region: person.region,
                scheme: person.scheme,
                policy_region: self.region,
                policy_scheme: self.scheme,
            });
        }
        if visit.date < self.from || self.until.is_some_and(|until| visit.date >= until) {
            return Err(Refusal::DateOutsideVersion { on: visit.date, from: self.from });
        }
        if visit.date < person.insured_from {
            return Err(Refusal::NotYetInsured { on: visit.date, insured_from: person.insured_from });
        }
        if person.status != model::InsuranceStatus::Active {
            return Err(Refusal::NotInForce { status: person.status });
        }
        if !persons_of(self.scheme).contains(&person.person_type) {
            return Err(Refusal::PersonTypeNotCovered { person_type: person.person_type });
        }
        let takes = |lane: &&Lane| lane.takes(visit);
        let lane = self.lanes.iter().find(takes).ok_or(Refusal::LaneNotCovered {
            medical_type: visit.medical_type,
            institution: visit.institution_kind,
        })?;
        let year = self.medical_year(visit.date);
        let facts = Facts {
            person_type: person.person_type,
            age: model::date::age_on(person.birth, self.age_day(visit.date, year)),
            kind: visit.institution_kind,
            level: visit.institution_level,
        };
        Ok(Situation { lane, facts, year })
    }

    /// The day on which the age is taken.
    fn age_day(&self, date: Date, year: i16) -> Date {
        match self.general.age.value {
            AgeOn::Visit => date,
            AgeOn::MedicalYearStart => {
                let start = self.general.medical_year.value;
                Date::new(year, start.month, start.day).unwrap_or(date)
            }
        }
    }
}

impl Lane {
    fn takes(&self, visit: &Circumstances) -> bool {
        self.lane.value.medical_types.contains(&visit.medical_type)
            && self.lane.value.institutions.contains(&visit.institution_kind)
    }

    fn rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        std::iter::once(&self.lane.rule)
            .chain(self.account_band.iter().map(|row| &row.rule))
            .chain(self.deductible.iter().map(|row| &row.rule))
            .chain(self.share.iter().map(|row| &row.rule))
            .chain(self.ceiling.iter().map(|row| &row.rule))
            .chain(self.account.iter().map(|row| &row.rule))
    }
}
