//! Benefit policy (待遇政策) as data: parsed, checked, and compiled for the dates between which nothing changes.

mod book;
mod check;
mod condition;
mod declared;
pub(crate) mod persons;
mod read;
mod rule;
mod situation;
mod span;
mod strategy;
mod words;

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{CarePlace, Date, Region, Scheme};

pub use book::{PolicyBook, is_policy_file, policy_version};
pub(crate) use condition::{Bit, Choice, Facts};
pub(crate) use declared::Declared;
pub(crate) use persons::PersonRules;
pub use persons::Relation;
pub(crate) use read::title as read_title;
pub use rule::{Citation, Confidence, Rule, Title};
pub(crate) use rule::{Dated, Row, all_known, known};
pub(crate) use situation::Situation;
pub(crate) use span::{Period, Span};
pub use strategy::LaterSettlements;
pub(crate) use strategy::{
    Account, AccountBand, AccountKind, AgeOn, Base, CatalogueOf, Ceiling, Component, Continuation, Crossing,
    Declined, Deductible, Excess, FirstSelfPay, FixedPrice, FrontPayment, Guarantee, LaneRule, Layer,
    LayerFund, Limited, MedicalYear, OddFen, Placed, PriceBand, PriceBands, PriceLimit, RatioChange,
    Rounding, RoundingStage, RulesOf, Segment, Several, Share, Stage, Standard, StandardChange, StayRule,
    TakenFrom, Unmatched, UnmatchedRule,
};

/// One version of a region's policy for a scheme: what is in force from its first day until something changes.
#[derive(Debug)]
pub struct Policy {
    pub(crate) region: Region,
    pub(crate) scheme: Scheme,
    pub(crate) title: Title,
    pub(crate) from: Date,
    /// First day of the next version, or the day after the policy's last.
    pub(crate) until: Option<Date>,
    pub(crate) declared: Arc<Declared>,
    pub(crate) general: General,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) persons: PersonRules,
}

/// The rules that all lanes share.
#[derive(Debug)]
pub(crate) struct General {
    pub(crate) medical_year: Dated<MedicalYear>,
    pub(crate) age: Dated<AgeOn>,
    pub(crate) rounding: Dated<Rounding>,
    pub(crate) catalogue: Dated<CatalogueOf>,
    pub(crate) price_ceiling: Dated<Excess>,
    pub(crate) limited_use: Dated<()>,
    pub(crate) unmatched: Dated<UnmatchedRule>,
    pub(crate) reversal: Option<Dated<LaterSettlements>>,
    /// The amounts that others are a share of; their shares are worked out already.
    pub(crate) references: Vec<Arc<Rule>>,
}

/// The rules of one lane of care. A stage that the lane does not have has no rows.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) lane: Row<LaneRule>,
    pub(crate) rule: LaneRule,
    pub(crate) stay: Vec<Row<StayRule>>,
    pub(crate) first_self_pay: Vec<Row<FirstSelfPay>>,
    pub(crate) price_limit: Vec<Row<PriceLimit>>,
    pub(crate) price_bands: Vec<Row<PriceBands>>,
    pub(crate) front_payment: Vec<Row<FrontPayment>>,
    pub(crate) account_band: Vec<Row<AccountBand>>,
    pub(crate) fixed_price: Vec<Row<FixedPrice>>,
    pub(crate) deductible: Vec<Row<Deductible>>,
    /// In the order in which they change the standard.
    pub(crate) deductible_change: Vec<Row<Placed<StandardChange>>>,
    pub(crate) share: Vec<Row<Share>>,
    /// In the order in which they change the ratio.
    pub(crate) ratio_change: Vec<Row<Placed<RatioChange>>>,
    pub(crate) ceiling: Vec<Row<Ceiling>>,
    pub(crate) guarantee: Vec<Row<Guarantee>>,
    /// In the order in which layers pay.
    pub(crate) layer: Vec<Row<Layer>>,
    /// In the order in which accounts pay.
    pub(crate) account: Vec<Row<Account>>,
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

    /// What a reversal does about later settlements. Where the policy does not say, they stand (docs/decisions/0006).
    #[must_use]
    pub fn later_settlements(&self) -> LaterSettlements {
        self.general.reversal.as_ref().map_or(LaterSettlements::Stand, |row| row.value)
    }

    /// Whether items are classed by the catalogue of the place of care, and not by that of the insurance.
    #[must_use]
    pub fn classes_by_place(&self, place: CarePlace) -> bool {
        place != CarePlace::Local && self.general.catalogue.value == CatalogueOf::PlaceOfCare
    }

    /// The first day of a medical year.
    pub(crate) fn year_start(&self, year: i16) -> Option<Date> {
        let start = self.general.medical_year.value;
        Date::new(year, start.month, start.day).ok()
    }

    /// Every rule of this version.
    pub fn rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.rules_of_cases().chain(self.general.reversal.iter().map(|row| &row.rule))
    }

    /// The rules that a case can show at work: all but those of reversals.
    pub fn rules_of_cases(&self) -> impl Iterator<Item = &Arc<Rule>> {
        let general = [
            &self.general.medical_year.rule,
            &self.general.age.rule,
            &self.general.rounding.rule,
            &self.general.catalogue.rule,
            &self.general.price_ceiling.rule,
            &self.general.limited_use.rule,
            &self.general.unmatched.rule,
        ];
        general.into_iter().chain(self.lanes.iter().flat_map(Lane::rules)).chain(self.persons.rules())
    }

    /// The traits that a person can come by through an act of their own, by name.
    pub fn attainable_traits(&self) -> impl Iterator<Item = (&str, &Title)> {
        let attainable = self.declared.traits.iter().filter(|name| name.attainable);
        attainable.map(|name| (name.name.as_ref(), &name.title))
    }

    /// The names under which sums are kept, each by an example.
    pub(crate) fn sums(&self) -> BTreeSet<String> {
        self.lanes.iter().flat_map(Lane::spans).filter_map(Span::example).collect()
    }

    /// Whether a name is one under which the policy keeps a sum: of a month, a day, a disease, a hospital or a stay where it
    /// is of one, or what was paid at the end of the year.
    #[must_use]
    pub fn knows_sum(&self, name: &str) -> bool {
        self.lanes.iter().flat_map(Lane::spans).any(|span| span.keeps(name))
    }

    /// Whether a name is that of a disease of the policy, or a national code, of which policies tell few apart.
    #[must_use]
    pub fn knows_disease(&self, name: &str) -> bool {
        self.disease_bit(Some(name)) != 1 || is_code(name)
    }

    /// Whether a name is that of a trait of the policy, or a national code, of which policies tell few apart. Codes of
    /// persons are digits.
    #[must_use]
    pub fn knows_trait(&self, name: &str) -> bool {
        self.declared.traits.place_of(name).is_some()
            || name.starts_with(|first: char| first.is_ascii_digit())
    }
}

/// National codes of diseases begin with a capital letter or a digit, names of a policy with a small letter.
fn is_code(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase() || first.is_ascii_digit())
}

/// A lane of care with its rules, in the order in which a bill runs through them.
#[derive(Debug)]
pub struct LaneOutline<'p> {
    /// What other rules call it.
    pub name: &'p str,
    /// The lane that lines leave for this one, where it is a lane of items.
    pub of: Option<&'p str>,
    /// The lane's own rule.
    pub lane: &'p Rule,
    /// Its other rules.
    pub rules: Vec<&'p Rule>,
}

/// The kinds of names that a policy declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Declaration {
    /// Of a person, an institution or a visit.
    Trait,
    /// A disease.
    Disease,
    /// A group of items.
    Group,
}

impl Policy {
    /// The rules that all lanes share.
    #[must_use]
    pub fn shared_rules(&self) -> Vec<&Rule> {
        let general = &self.general;
        let mut rules = vec![
            &general.medical_year.rule,
            &general.age.rule,
            &general.catalogue.rule,
            &general.price_ceiling.rule,
            &general.limited_use.rule,
            &general.unmatched.rule,
            &general.rounding.rule,
        ];
        let mut stays: Vec<&Arc<Rule>> =
            self.lanes.iter().flat_map(|lane| lane.stay.iter().map(|row| &row.rule)).collect();
        stays.sort_unstable_by_key(|rule| (&rule.file, rule.line));
        stays.dedup();
        rules.extend(stays);
        rules.extend(general.reversal.iter().map(|row| &row.rule));
        rules.extend(&general.references);
        rules.into_iter().map(AsRef::as_ref).collect()
    }

    /// The rules that are for persons and not for bills.
    #[must_use]
    pub fn person_rules(&self) -> Vec<&Rule> {
        self.persons.rules().map(AsRef::as_ref).collect()
    }

    /// Every lane with its rules.
    #[must_use]
    pub fn outline(&self) -> Vec<LaneOutline<'_>> {
        self.lanes.iter().map(Lane::outline).collect()
    }

    /// The names of a kind that the policy declares, with what they are called.
    pub fn declared(&self, kind: Declaration) -> impl Iterator<Item = (&str, &Title)> {
        self.names(kind).iter().map(|name| (name.name.as_ref(), &name.title))
    }

    /// The national codes that stand for a declared name, or for all that begin with one of them.
    #[must_use]
    pub fn codes(&self, kind: Declaration, name: &str) -> &[String] {
        let names = self.names(kind);
        names.place_of(name).and_then(|place| names.at(place)).map_or(&[], |name| &name.codes)
    }

    fn names(&self, kind: Declaration) -> &declared::Names {
        match kind {
            Declaration::Trait => &self.declared.traits,
            Declaration::Disease => &self.declared.diseases,
            Declaration::Group => &self.declared.groups,
        }
    }
}

impl Lane {
    /// Every span over which something of the lane adds up.
    fn spans(&self) -> impl Iterator<Item = &Span> {
        fn of<T>(rows: &[Row<T>], span: fn(&T) -> &Span) -> impl Iterator<Item = &Span> {
            rows.iter().filter_map(|row| row.value.value.as_ref()).map(span)
        }
        let of_layers = self.layer.iter().filter_map(|row| row.value.value.as_ref()?.most.as_ref());
        let of_deductibles = self.deductible.iter().filter_map(|row| row.value.value.as_ref()?.most.as_ref());
        of(&self.deductible, |rule| &rule.span)
            .chain(of(&self.fixed_price, |rule| &rule.span))
            .chain(of(&self.share, |rule| &rule.axis))
            .chain(of(&self.ceiling, |rule| &rule.most.span))
            .chain(of(&self.layer, |rule| &rule.axis))
            .chain(of_layers.chain(of_deductibles).map(|most| &most.span))
    }

    fn outline(&self) -> LaneOutline<'_> {
        LaneOutline {
            name: &self.rule.name,
            of: self.rule.of.as_deref(),
            lane: &self.lane.rule,
            rules: self.in_order(),
        }
    }

    /// Its rules but its own, in the order in which a bill runs through them.
    fn in_order(&self) -> Vec<&Rule> {
        fn of<T>(rows: &[Row<T>]) -> impl Iterator<Item = &Rule> {
            rows.iter().map(|row| row.rule.as_ref())
        }
        of(&self.price_limit)
            .chain(of(&self.price_bands))
            .chain(of(&self.first_self_pay))
            .chain(of(&self.front_payment))
            .chain(of(&self.account_band))
            .chain(of(&self.fixed_price))
            .chain(of(&self.deductible))
            .chain(of(&self.deductible_change))
            .chain(of(&self.share))
            .chain(of(&self.ratio_change))
            .chain(of(&self.ceiling))
            .chain(of(&self.guarantee))
            .chain(of(&self.layer))
            .chain(of(&self.account))
            .collect()
    }

    fn rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        fn of<T>(rows: &[Row<T>]) -> impl Iterator<Item = &Arc<Rule>> {
            rows.iter().map(|row| &row.rule)
        }
        std::iter::once(&self.lane.rule)
            .chain(of(&self.stay))
            .chain(of(&self.first_self_pay))
            .chain(of(&self.price_limit))
            .chain(of(&self.price_bands))
            .chain(of(&self.front_payment))
            .chain(of(&self.account_band))
            .chain(of(&self.fixed_price))
            .chain(of(&self.deductible))
            .chain(of(&self.deductible_change))
            .chain(of(&self.share))
            .chain(of(&self.ratio_change))
            .chain(of(&self.ceiling))
            .chain(of(&self.guarantee))
            .chain(of(&self.layer))
            .chain(of(&self.account))
    }
}
