//! What every operation of the store promises, tested on SQLite and on PostgreSQL by the same tests.

mod audit;
mod bench;
mod care;
mod credentials;
mod lanes;
mod logins;
mod register;
mod samples;
mod schema;
mod transactions;
