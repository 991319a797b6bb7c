//! What every operation of the store promises, tested on SQLite and on PostgreSQL by the same tests.

mod bench;
mod credentials;
mod logins;
mod register;
mod samples;
mod schema;
mod transactions;
