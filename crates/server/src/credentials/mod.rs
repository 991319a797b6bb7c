//! The credential: activating it, showing its code, its PIN, the bank account that opens payment, and withdrawing the
//! authorisation of this channel.

pub mod api;
pub mod pages;
pub mod service;
