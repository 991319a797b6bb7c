//! The terminal of an institution: staff log in, identify a patient, register the visit, enter fee items, settle, take
//! cash, revoke, print.
//!
//! A visit that was identified but not registered yet is kept with the staff's session ([`notes`]); from registration on
//! it is the same record that the hospital interface writes, settled by the same operations ([`crate::his::service`]).
//! A pharmacy goes the same way without department, doctor and diagnosis.
//!
//! **Invariants:** another institution's visit is not found. What a page shows of a person is logged before it is shown.
//! A settlement is asked for under the key of the pre-settlement that was on the screen, so sending it again, for
//! whatever reason, never settles twice.

mod attempt;
mod entry;
mod notes;
mod view;

pub mod api;
pub mod desk;
pub mod pages;
pub mod service;
