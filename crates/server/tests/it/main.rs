//! The platform over HTTP: requests to the real router, a database of its own for each test, and stand-ins of the outside
//! parties on loopback.

#![expect(clippy::expect_used, clippy::panic, reason = "a helper that cannot do its work fails its test")]

mod access;
mod bills;
mod credentials;
mod estimates;
mod events;
mod his;
mod logs;
mod payments;
mod rules;
mod support;
mod terminal;
