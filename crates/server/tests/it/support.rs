//! What every test needs: a platform with synthetic people and institutions, a browser, a program that speaks the JSON API.

mod api;
mod browser;
pub(crate) mod care;
mod people;
mod platform;

pub(crate) use api::{Answer, Api};
pub(crate) use browser::{Browser, Page};
pub(crate) use people::{ANA, CHEN, LI, SHARED_PHONE, TestPerson, WANG, ZHOU};
pub(crate) use platform::{BALANCE, TestApp};

/// The time at which every test begins.
pub(crate) const START: &str = "2026-04-12 10:00:00";
/// A PIN that may be chosen.
pub(crate) const PIN: &str = "135791";
