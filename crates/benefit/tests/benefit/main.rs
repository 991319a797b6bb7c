//! Tests of the benefit engine against the shipped policies, catalogues and cases.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod cases;
mod catalogue;
mod evaluator;
mod leaflets;
mod limits;
mod mutations;
mod oracle;
mod person_rules;
mod policy_files;
mod properties;
mod stays;
mod strategies;
mod support;
