//! Holds one value against its field.

use std::sync::Arc;

use model::Instant;
use model::date::parse_date;
use serde_json::Value;

use super::{Characters, Fault};
use crate::tables::{CodeList, Field, Kind};
use crate::value::{DecimalShape, Scalar, decimal_shape, shortened};

/// How much of a value is shown in an error.
const SHOWN: usize = 30;
/// No number of the interface is longer; what is longer is refused before it is taken apart.
const LONGEST_NUMBER: usize = 64;

/// A value that its field accepts.
pub(super) enum Checked {
    /// The value, without blanks around it.
    Value(Value),
    /// Nothing was sent, and nothing had to be.
    Empty,
}

/// Checks one value. Numbers are accepted as text and text of digits as number; the digits stay as they were sent.
pub(super) fn check_value(field: &Field, value: &Value) -> Result<Checked, Fault> {
    let scalar = Scalar::of(value);
    match scalar {
        Scalar::Empty if field.empty_is_zero && value.is_string() => {
            return Ok(Checked::Value(Value::from(0)));
        }
        Scalar::Empty if field.required => return Err(Fault::Missing),
        Scalar::Empty => return Ok(Checked::Empty),
        _ => {}
    }
    match field.kind {
        Kind::Json => return Ok(Checked::Value(value.clone())),
        Kind::Flag => return check_flag(field, scalar),
        _ => {}
    }
    let characters = scalar.characters().ok_or_else(|| wrong_form(field, None))?;
    match field.kind {
        Kind::Text(limit) => check_length(characters, limit)?,
        Kind::Digits(limit) => {
            check_length(characters, limit)?;
            if !characters.bytes().all(|byte| byte.is_ascii_digit()) {
                let expected = Characters::Digits;
                return Err(Fault::WrongCharacters { shown: show(field, characters), expected });
            }
        }
        Kind::Number { whole, places } => {
            check_number(field, characters, whole, places)?;
            return Ok(Checked::Value(match scalar {
                Scalar::Number(_) => value.clone(),
                _ => Value::from(characters),
            }));
        }
        Kind::Date => {
            parse_date(characters).map_err(|_| wrong_form(field, Some(characters)))?;
        }
        Kind::Time => {
            Instant::parse_china(characters).map_err(|_| wrong_form(field, Some(characters)))?;
        }
        Kind::Flag | Kind::Json => {}
    }
    if let Some(list) = &field.list {
        check_code(field, list, characters)?;
    }
    Ok(Checked::Value(Value::from(characters)))
}

fn show(field: &Field, characters: &str) -> Option<String> {
    (!field.personal).then(|| shortened(characters, SHOWN))
}

fn wrong_form(field: &Field, characters: Option<&str>) -> Fault {
    Fault::WrongForm {
        shown: characters.and_then(|characters| show(field, characters)),
        expected: field.kind.expected(),
    }
}

fn check_flag(field: &Field, scalar: Scalar<'_>) -> Result<Checked, Fault> {
    match scalar {
        Scalar::Flag(flag) => Ok(Checked::Value(Value::Bool(flag))),
        Scalar::Text("true") => Ok(Checked::Value(Value::Bool(true))),
        Scalar::Text("false") => Ok(Checked::Value(Value::Bool(false))),
        other => Err(wrong_form(field, other.characters())),
    }
}

fn check_length(characters: &str, limit: Option<usize>) -> Result<(), Fault> {
    let Some(limit) = limit else { return Ok(()) };
    // As many bytes as characters may be are always few enough; only longer text has to be counted.
    if characters.len() <= limit {
        return Ok(());
    }
    let length = characters.chars().count();
    if length > limit { Err(Fault::TooLong { length, limit }) } else { Ok(()) }
}

fn check_number(
    field: &Field,
    characters: &str,
    whole: Option<u32>,
    places: Option<u32>,
) -> Result<(), Fault> {
    let shape = Some(characters).filter(|digits| digits.len() <= LONGEST_NUMBER).and_then(decimal_shape);
    let Some(DecimalShape { whole: has_whole, places: has_places }) = shape else {
        return Err(wrong_form(field, Some(characters)));
    };
    match (whole, places) {
        (_, Some(places)) if has_places > i64::from(places) => {
            Err(Fault::TooManyPlaces { shown: show(field, characters), places })
        }
        (Some(whole), _) if has_whole > i64::from(whole) => {
            Err(Fault::TooLarge { shown: show(field, characters), digits: Some(whole) })
        }
        _ => Ok(()),
    }
}

fn check_code(field: &Field, list: &Arc<CodeList>, code: &str) -> Result<(), Fault> {
    if list.values.contains_key(code) {
        return Ok(());
    }
    Err(Fault::UnknownCode { shown: show(field, code), list: Arc::clone(list) })
}
