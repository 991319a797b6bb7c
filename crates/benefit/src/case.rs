//! What a split is computed from: the person, the visit, the lines, and what the year has brought so far.

use std::sync::Arc;

use model::{
    CarePlace, CatalogueItem, Date, Fen, Filing, InstitutionKind, InstitutionLevel, InsuredPerson,
    MedicalType, Price, Quantity,
};

use serde::{Deserialize, Serialize};

use crate::Accumulators;

/// The largest quantity that one line may have. Beyond it a typing error is likelier than a fee.
pub const LARGEST_QUANTITY: Quantity = Quantity::from_ten_thousandths(1_000_000_000);

/// The highest unit price that one line may have, ten million yuan.
pub const LARGEST_PRICE: Price = Price::from_micro_yuan(10_000_000_000_000);

/// Who, where and when: all that rules are chosen by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances<'a> {
    pub(crate) person: InsuredPerson,
    pub(crate) institution_kind: InstitutionKind,
    pub(crate) institution_level: InstitutionLevel,
    pub(crate) medical_type: MedicalType,
    pub(crate) date: Date,
    pub(crate) particulars: &'a Particulars,
}

impl Circumstances<'_> {
    /// The day whose version of the policy counts.
    pub(crate) fn rules_on(&self) -> Date {
        self.particulars.stay.as_ref().and_then(|stay| stay.rules_on).unwrap_or(self.date)
    }
}

/// One bill, with everything that decides who pays it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The insured person as the register knew them on the date.
    pub person: InsuredPerson,
    /// Hospital or pharmacy.
    pub institution_kind: InstitutionKind,
    /// Level of the institution.
    pub institution_level: InstitutionLevel,
    /// Kind of care.
    pub medical_type: MedicalType,
    /// The date that selects the medical year, and the version of the policy unless the stay names another day; for
    /// outpatients the day of the fees.
    pub date: Date,
    /// The lines of the bill.
    pub lines: Vec<CaseLine>,
    /// What the person's earlier settlements have added up to.
    pub accumulators: Accumulators,
    /// What is in the person's account.
    pub account: AccountBalances,
    /// Whether the person wants the account to be used (`acct_used_flag`).
    pub use_account: bool,
    /// What else rules may ask for.
    #[serde(default, skip_serializing_if = "Particulars::is_plain")]
    pub particulars: Particulars,
}

/// What rules may ask for beyond person, institution and kind of care. An ordinary visit at home has none of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Particulars {
    /// What holds of the person, the institution or the visit: names of the policy's traits, or national codes that
    /// stand for them (`psn_idet_type`).
    pub traits: Vec<String>,
    /// Day of retirement.
    pub retired_on: Option<Date>,
    /// First day of work.
    pub began_work_on: Option<Date>,
    /// Which institution it is, by a code or number of its own, where a rule counts each for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hospital: Option<String>,
    /// Where the institution lies, seen from the insurance.
    pub place: CarePlace,
    /// What was filed before care elsewhere.
    pub filing: Filing,
    /// The disease that is treated: a name of the policy, or a national code that stands for it (`dise_codg`).
    pub disease: Option<String>,
    /// Every disease that the person is registered for, where one ceiling is for several.
    pub registered_diseases: Vec<String>,
    /// The stay, where it is one.
    pub stay: Option<Stay>,
    /// What a relative's account may pay for this person (家庭共济).
    pub mutual_aid: Fen,
}

/// A stay in a hospital (住院).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The hospital's number of the stay; sums over the stay are kept by it.
    pub number: String,
    /// Day of admission.
    pub admitted: Date,
    /// Day of discharge; none while the stay goes on.
    pub discharged: Option<Date>,
    /// Which stay of the medical year this is, from 1, as deductibles count them.
    pub admission: u16,
    /// Which stay of the medical year in hospitals of this level it is, from 1, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admission_at_level: Option<u16>,
    /// The day whose version of the policy settles the bill, where it is not the day of the bill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules_on: Option<Date>,
    /// Whether the bill is settled before the stay ends (中途结算).
    #[serde(default)]
    pub interim: bool,
    /// Which part of the stay the bill is, where the policy cuts the stay.
    #[serde(default, skip_serializing_if = "StayPart::is_first")]
    pub part: StayPart,
    /// The stay before, where a transfer or a quick return makes them one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<EarlierStay>,
}

/// A part of a stay that the policy cuts, at the end of a medical year or after so many days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayPart {
    /// Which period of a long stay, from 0.
    pub period: u16,
    /// Medical year in which the sums of the stay begin anew; none while those of the period go on.
    pub sums_since: Option<i16>,
    /// Whose deductible the part owes.
    pub deductible: PartDeductible,
}

/// The deductible of a part of a stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartDeductible {
    /// That of the period, which begins in the year of the bill or goes on within it.
    #[default]
    OfPeriod,
    /// One that begins anew in this medical year.
    Since(i16),
    /// What is left of that of this earlier medical year, in which the period began.
    RestOf(i16),
}

impl EarlierStay {
    /// Whether a stay that begins on a day is a return for the same disease within so many days.
    pub(crate) fn is_same_stay(&self, admitted: Date, within: u16) -> bool {
        let days = model::date::days_between(self.discharged, admitted);
        !self.transfer && self.same_disease && (0..=i32::from(within)).contains(&days)
    }
}

impl Stay {
    /// How many days the stay has, or has had until now where it goes on; `until` is the day of the bill.
    pub(crate) fn days(&self, until: Date) -> u16 {
        crate::stay::days_from(self.admitted, self.discharged.unwrap_or(until))
    }
}

impl StayPart {
    /// Whether nothing was cut off before this part.
    #[must_use]
    pub fn is_first(&self) -> bool {
        *self == Self::default()
    }
}

/// The stay before this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierStay {
    /// Day of discharge.
    pub discharged: Date,
    /// What the person bore of that stay's deductible.
    pub deductible: Fen,
    /// What of it lay on the segments, where it is known and a policy lets this stay go on from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<Fen>,
    /// Whether that hospital transferred the person here.
    pub transfer: bool,
    /// Whether it was for the same disease.
    pub same_disease: bool,
}

impl Particulars {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

impl Case {
    pub(crate) const fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            person: self.person,
            institution_kind: self.institution_kind,
            institution_level: self.institution_level,
            medical_type: self.medical_type,
            date: self.date,
            particulars: &self.particulars,
        }
    }
}

/// One line of the bill, matched with the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLine {
    /// The institution's serial number, by which refusals name the line.
    pub serial: String,
    /// The catalogue item in force on the date; `None` where the catalogue has none. Shared with the catalogue, so
    /// that building a case copies no text.
    pub item: Option<Arc<CatalogueItem>>,
    /// Unit price.
    pub price: Price,
    /// Quantity.
    pub quantity: Quantity,
    /// Amount, price times quantity to the fen.
    pub amount: Fen,
    /// Outcome of the hospital's approval of limited use: `None` not needed, else passed or not.
    pub approved: Option<bool>,
    /// The day of the fee, where the bill is of several days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Kind of charge of a line that the catalogue does not have, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<model::FeeCategory>,
}

/// The two purses of a personal account (个人账户).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccountBalances {
    /// What was credited for this medical year and is left (当年).
    pub current_year: Fen,
    /// What earlier years have left (历年).
    pub previous_years: Fen,
}

/// What lines are called, in their order: the catalogue's name, or the serial number where it has none.
#[must_use]
pub fn item_names(lines: &[CaseLine]) -> Vec<String> {
    let name =
        |line: &CaseLine| line.item.as_ref().map_or_else(|| line.serial.clone(), |item| item.name.clone());
    lines.iter().map(name).collect()
}
