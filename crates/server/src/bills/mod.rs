//! Bills of an insured person: what was settled, who pays what, why, and where the payment stands.
//!
//! A bill is an order together with the settlement that it pays for; its identifier is the order's.

pub mod api;
pub mod books;
pub mod explanation;
pub mod pages;
pub mod service;
pub mod view;
