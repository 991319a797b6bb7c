//! Who pays what of a bill, and why (待遇核算).
//!
//! A [`PolicyBook`] is read from policy files: dated, cited rules of every region. [`split`] divides one bill by the
//! version in force; [`explain`] takes the same path and keeps every step. [`Catalogue`] classes the items.
//!
//! **Invariants:** this crate is pure: no clock, no randomness, no network, no file and no database. The same book and
//! the same case give the same split. Every split passes [`Split::check`].

mod accumulators;
mod case;
mod case_file;
mod catalogue;
mod coverage;
mod engine;
mod estimate;
mod form;
mod insurance;
mod policy;
mod questions;
mod reader;
mod refusal;
mod split;
mod stay;
mod trace;
mod written;

pub use accumulators::{Accumulated, Accumulators};
pub use case::{
    AccountBalances, Case, CaseLine, EarlierStay, LARGEST_PRICE, LARGEST_QUANTITY, PartDeductible,
    Particulars, Stay, StayPart, item_names,
};
pub use case_file::{CaseFile, CaseReport, Expected, Mismatch, Outcome, check_cases};
pub use catalogue::Catalogue;
pub use coverage::Coverage;
pub use engine::{explain, split, split_line};
pub use estimate::{Alternative, Change, alternatives};
pub use insurance::InsurancePeriod;
pub use policy::{
    Citation, Confidence, Declaration, LaneOutline, LaterSettlements, Policy, PolicyBook, Relation, Rule,
    Title, is_policy_file, policy_version,
};
pub use questions::{Answer, CreditFacts, NotShared, PaymentFacts, PersonCase, Question, SharingFacts};
pub use reader::PolicyError;
pub use refusal::Refusal;
pub use split::{Identity, IdentityError, Split};
pub use stay::{Part, amounts_of, settle};
pub use trace::{Reason, Step, StepKind, Trace};
pub use written::Written;
