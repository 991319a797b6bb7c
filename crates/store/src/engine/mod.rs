//! The layer under all statements: closed value types, one SQL text for two engines, transactions.

pub(crate) mod column;
pub(crate) mod connection;
pub(crate) mod postgres;
pub(crate) mod row;
pub(crate) mod sqlite;
pub(crate) mod statement;
pub(crate) mod url;
pub(crate) mod value;

#[cfg(test)]
mod tests;
