//! Paying the cash share through the bank account of the social-security card, and getting it back.
//!
//! The order of a bill goes from `due` through `authorising` (PIN given, the bank has sent a code) and `paying` (the
//! channel is being asked to move the money) to `paid`. `paying` is committed before the channel is asked, and only
//! what the channel says ends it: in its answer, in a notification, or when it is asked again. Whoever learns the
//! outcome books it; booking it twice does nothing the second time.

pub mod api;
pub mod channel;
pub mod notifications;
pub mod pages;
pub mod service;

pub(crate) mod refusal;
