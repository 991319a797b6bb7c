//! Reads the fields of an estimate's request.

use std::borrow::Cow;
use std::str::FromStr;

use model::{Date, Fen};

use crate::failure::Failure;
use crate::web::Problem;

pub(super) fn read<T: FromStr>(field: impl Into<Cow<'static, str>>, text: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| Failure::in_field(field, Problem::ValueUnknown))
}

pub(super) fn day(field: impl Into<Cow<'static, str>>, text: &str) -> Result<Date, Failure> {
    model::date::parse_date(text).map_err(|_| Failure::in_field(field, Problem::ValueUnknown))
}

pub(super) fn maybe_day(
    field: impl Into<Cow<'static, str>>,
    text: Option<&String>,
) -> Result<Option<Date>, Failure> {
    text.map(|text| day(field, text)).transpose()
}

/// Reads a value by the word that the API has for it.
pub(super) fn word<T: serde::de::DeserializeOwned>(
    field: impl Into<Cow<'static, str>>,
    text: &str,
) -> Result<T, Failure> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map_err(|_| Failure::in_field(field, Problem::ValueUnknown))
}

/// An amount of the account or of a sum, which is not negative.
pub(super) fn held(field: &'static str, fen: i64) -> Result<Fen, Failure> {
    if fen < 0 { Err(Failure::in_field(field, Problem::ValueUnknown)) } else { Ok(Fen::new(fen)) }
}
