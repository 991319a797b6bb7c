//! What every operation of the store promises, tested on SQLite and on PostgreSQL by the same tests.
#![expect(clippy::expect_used, clippy::panic, reason = "a helper that cannot do its work fails its test")]

mod audit;
mod bench;
mod care;
mod connections;
mod crash;
mod credentials;
mod lanes;
mod logins;
mod register;
mod samples;
mod schema;
mod transactions;
