//! What a split is computed from: the person, the visit, the lines, and what the year has brought so far.

use std::sync::Arc;

use model::{
    CatalogueItem, Date, Fen, InstitutionKind, InstitutionLevel, InsuredPerson, MedicalType, Price, Quantity,
};

use serde::{Deserialize, Serialize};

use crate::Accumulators;

/// The largest quantity that one line may have. Beyond it a typing error is likelier than a fee.
pub const LARGEST_QUANTITY: Quantity = Quantity::from_ten_thousandths(1_000_000_000);

/// The highest unit price that one line may have, ten million yuan.
pub const LARGEST_PRICE: Price = Price::from_micro_yuan(10_000_000_000_000);

/// Who, where and when: all that rules are chosen by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances {
    pub(crate) person: InsuredPerson,
    pub(crate) institution_kind: InstitutionKind,
    pub(crate) institution_level: InstitutionLevel,
    pub(crate) medical_type: MedicalType,
    pub(crate) date: Date,
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
    /// The date that selects the version of the policy and the medical year; for outpatients the day of the fees.
    pub date: Date,
    /// The lines of the bill.
    pub lines: Vec<CaseLine>,
    /// What the person's earlier settlements have added up to.
    pub accumulators: Accumulators,
    /// What is in the person's account.
    pub account: AccountBalances,
    /// Whether the person wants the account to be used (`acct_used_flag`).
    pub use_account: bool,
}

impl Case {
    pub(crate) const fn circumstances(&self) -> Circumstances {
        Circumstances {
            person: self.person,
            institution_kind: self.institution_kind,
            institution_level: self.institution_level,
            medical_type: self.medical_type,
            date: self.date,
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
}

/// The two purses of a personal account (个人账户).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccountBalances {
    /// What was credited for this medical year and is left (当年).
    pub current_year: Fen,
    /// What earlier years have left (历年).
    pub previous_years: Fen,
}
