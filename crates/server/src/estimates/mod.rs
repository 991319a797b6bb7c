//! The question before care: what would a bill cost, and what would change it? Nothing is written, and nobody is named.

pub mod api;
mod fields;
mod lines;
mod service;
