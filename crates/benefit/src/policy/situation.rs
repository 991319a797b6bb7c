//! What the rules of one visit are chosen by.

use model::{Date, Institution, InsuredPerson, MedicalType};

use super::condition::{Bit, Choice, Facts, Number, day_number};
use super::{Lane, Policy, Row, known};
use crate::Refusal;
use crate::case::{Circumstances, Particulars};
use crate::policy::AgeOn;

/// The lane of a visit, the facts by which its rules are chosen, and its medical year.
#[derive(Debug)]
pub(crate) struct Situation<'p> {
    pub(crate) lane: &'p Lane,
    /// The lanes that some items of the bill have of their own.
    pub(crate) item_lanes: Vec<&'p Lane>,
    pub(crate) facts: Facts,
    pub(crate) year: i16,
    pub(crate) age: u16,
}

impl Policy {
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
            particulars: &Particulars::default(),
        })
        .and_then(|situation| known(&situation.lane.share, &situation.facts).map(|_| ()))
    }

    /// Finds the lane and the facts by which its rules are chosen, or says why the person has no benefit here.
    pub(crate) fn situation(&self, visit: &Circumstances<'_>) -> Result<Situation<'_>, Refusal> {
        self.check_insured(&visit.person, visit.date)?;
        self.check_in_force(visit.rules_on())?;
        if visit.person.status != model::InsuranceStatus::Active {
            return Err(Refusal::NotInForce { status: visit.person.status });
        }
        let year = self.medical_year(visit.date);
        let age = model::date::age_on(visit.person.birth, self.age_day(visit.date, year));
        let facts = self.facts(visit, age);
        let takes = |lane: &&Lane| lane.rule.of.is_none() && lane.lane.holds(&facts);
        let lane = self.lanes.iter().find(takes).ok_or(Refusal::LaneNotCovered {
            medical_type: visit.medical_type,
            institution: visit.institution_kind,
        })?;
        let hosted = |other: &&Lane| other.rule.of.as_deref() == Some(lane.rule.name.as_str());
        let item_lanes = self.lanes.iter().filter(hosted).collect();
        Ok(Situation { lane, item_lanes, facts, year, age })
    }

    /// The lane of a visit and the rules that are for it and have no known value.
    pub(crate) fn unknown_to(&self, visit: &Circumstances<'_>) -> Vec<String> {
        fn of<T>(rows: &[Row<T>], facts: &Facts) -> Vec<String> {
            let unknown = rows.iter().filter(|row| row.value.value.is_none() && row.holds(facts));
            unknown.map(|row| row.rule.id.to_string()).collect()
        }
        let Ok(Situation { lane, facts, .. }) = self.situation(visit) else { return Vec::new() };
        [
            vec![lane.lane.rule.id.to_string()],
            of(&lane.account_band, &facts),
            of(&lane.fixed_price, &facts),
            of(&lane.deductible, &facts),
            of(&lane.deductible_change, &facts),
            of(&lane.share, &facts),
            of(&lane.ratio_change, &facts),
            of(&lane.ceiling, &facts),
            of(&lane.guarantee, &facts),
            of(&lane.layer, &facts),
            of(&lane.account, &facts),
        ]
        .concat()
    }

    /// Whether a day is one of this version.
    pub(crate) fn check_in_force(&self, on: Date) -> Result<(), Refusal> {
        if on < self.from || self.until.is_some_and(|until| on >= until) {
            return Err(Refusal::DateOutsideVersion { on, from: self.from });
        }
        Ok(())
    }

    /// Whether the policy is for a person on a day, whatever the state of the insurance.
    pub(crate) fn check_insured(&self, person: &InsuredPerson, on: Date) -> Result<(), Refusal> {
        if (person.region, person.scheme) != (self.region, self.scheme) {
            return Err(Refusal::OtherPolicy {
                region: person.region,
                scheme: person.scheme,
                policy_region: self.region,
                policy_scheme: self.scheme,
            });
        }
        if on < person.birth {
            return Err(Refusal::NotYetBorn { on, birth: person.birth });
        }
        if on < person.insured_from {
            return Err(Refusal::NotYetInsured { on, insured_from: person.insured_from });
        }
        if person.person_type.scheme() != self.scheme {
            return Err(Refusal::PersonTypeNotCovered { person_type: person.person_type });
        }
        Ok(())
    }

    fn facts(&self, visit: &Circumstances<'_>, age: u16) -> Facts {
        let mut facts = self.facts_of_person(&visit.person, visit.particulars, (visit.date, age));
        set(&mut facts.choices, visit.institution_level);
        set(&mut facts.choices, visit.institution_kind);
        set(&mut facts.choices, visit.particulars.place);
        set(&mut facts.choices, visit.particulars.filing);
        set(&mut facts.choices, visit.medical_type);
        facts
    }

    /// The facts of a person without a visit: what only a visit decides is open to every value.
    pub(crate) fn person_facts(&self, person: &InsuredPerson, particulars: &Particulars, on: Date) -> Facts {
        self.facts_of_person(person, particulars, (on, self.age_of(person, on)))
    }

    /// The age that counts on a day, in full years.
    pub(crate) fn age_of(&self, person: &InsuredPerson, on: Date) -> u16 {
        model::date::age_on(person.birth, self.age_day(on, self.medical_year(on)))
    }

    fn facts_of_person(
        &self,
        person: &InsuredPerson,
        particulars: &Particulars,
        (on, age): (Date, u16),
    ) -> Facts {
        let mut choices = [u32::MAX; Choice::COUNT];
        set(&mut choices, person.person_type);
        let day = |date: Option<Date>| date.map_or(Number::UNKNOWN, day_number);
        let mut numbers = [Number::UNKNOWN; Number::COUNT];
        let begun = particulars.stay.as_ref().map_or(on, |stay| stay.admitted);
        let at_level = match &particulars.stay {
            Some(stay) => stay.admission_at_level.map_or(Number::UNKNOWN, i32::from),
            None => 1,
        };
        let insured_months = model::date::months_between(person.insured_from, on);
        for (number, value) in [
            (Number::Age, i32::from(age)),
            (Number::InsuredMonths, i32::from(insured_months)),
            (Number::Month, i32::from(on.month())),
            (Number::BegunMonth, i32::from(begun.month())),
            (Number::Admission, particulars.stay.as_ref().map_or(1, |stay| i32::from(stay.admission))),
            (Number::AdmissionAtLevel, at_level),
            (Number::Retired, day(particulars.retired_on)),
            (Number::Born, day_number(person.birth)),
            (Number::BeganWork, day(particulars.began_work_on)),
        ] {
            if let Some(place) = numbers.get_mut(number as usize) {
                *place = value;
            }
        }
        Facts {
            choices,
            numbers,
            traits: self.trait_bits(particulars, person),
            disease: self.disease_bit(particulars.disease.as_deref()),
            group: u64::from(Facts::NONE),
        }
    }

    /// The bits of the traits that hold. The register's own flag of civil servants is a trait as well.
    fn trait_bits(&self, particulars: &Particulars, person: &InsuredPerson) -> u64 {
        let traits = &self.declared.traits;
        let place = |name: &str| traits.place_of(name).or_else(|| traits.place_of_code(name));
        let flag = person.civil_servant.then_some("civil_servant");
        let names = particulars.traits.iter().map(String::as_str).chain(flag);
        names
            .filter_map(place)
            .filter_map(|place| u32::try_from(place).ok())
            .fold(0, |bits, place| bits | 1_u64.wrapping_shl(place))
    }

    /// What the policy calls a disease that a bill names by its code; the bill's own word where the policy has no name.
    pub(crate) fn disease_name<'n>(&'n self, disease: &'n str) -> &'n str {
        let diseases = &self.declared.diseases;
        let place = diseases.place_of(disease).or_else(|| diseases.place_of_code(disease));
        place.and_then(|place| diseases.at(place)).map_or(disease, |name| name.name.as_ref())
    }

    /// The bit of a disease, by its name in the policy or its national code.
    pub(crate) fn disease_bit(&self, disease: Option<&str>) -> u128 {
        let diseases = &self.declared.diseases;
        let place = disease.and_then(|name| diseases.place_of(name).or_else(|| diseases.place_of_code(name)));
        place.and_then(|place| u32::try_from(place).ok()).map_or(1, |place| 2_u128.wrapping_shl(place))
    }

    /// The bit of a group of items.
    pub(crate) fn group_bit(&self, group: Option<&str>) -> u64 {
        let place = group.and_then(|name| self.declared.groups.place_of(name));
        place
            .and_then(|place| u32::try_from(place).ok())
            .map_or(u64::from(Facts::NONE), |place| 2_u64.wrapping_shl(place))
    }

    /// The day on which the age is taken.
    fn age_day(&self, date: Date, year: i16) -> Date {
        match self.general.age.value {
            AgeOn::Visit => date,
            AgeOn::MedicalYearStart => self.year_start(year).unwrap_or(date),
        }
    }
}

fn set<B: Bit>(choices: &mut [u32; Choice::COUNT], value: B) {
    if let Some(place) = choices.get_mut(B::CHOICE as usize) {
        *place = value.bit();
    }
}
