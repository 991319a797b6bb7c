//! The words that every other crate shares.
//!
//! **Invariant:** this crate is pure. It has no clock, no randomness, no network, no file and no database;
//! times and random bytes are arguments.

pub mod date;
pub mod fee;
pub mod id;
pub mod id_number;
pub mod institution;
pub mod money;
pub mod person;
pub mod visit;

pub use date::Instant;
pub use fee::{CatalogueClass, CatalogueItem, FeeCategory, FeeItem, LineSplit};
pub use id::{EventId, OrderId, PersonId, SettlementId, VisitId};
pub use id_number::IdNumber;
pub use institution::{Institution, InstitutionCode, InstitutionKind, InstitutionLevel};
pub use jiff::civil::Date;
pub use money::{Exact, Fen, Overflow, Price, Quantity, Rate};
pub use person::{InsuranceStatus, InsuredPerson, PersonType, Region, Scheme};
pub use visit::{CarePlace, CertificateType, Filing, MedicalType};
