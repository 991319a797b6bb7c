//! JSON values as hospital systems write them: numbers as text, `"null"` for nothing, blanks around codes.

use serde_json::{Map, Number, Value};

/// The members of a JSON object, in the order of their names.
pub type Object = Map<String, Value>;

/// What a JSON value is to a field that expects one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar<'a> {
    /// Absent in effect: JSON null, empty or blank text, or the text `null` in any case (interface facts 6.8, no. 7).
    Empty,
    /// Text without the blanks around it.
    Text(&'a str),
    /// A number, by its digits as they were sent.
    Number(&'a str),
    /// `true` or `false`.
    Flag(bool),
    /// An object or a list.
    Compound,
}

impl<'a> Scalar<'a> {
    /// Sees `value` as one value.
    pub(crate) fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Empty,
            Value::Bool(flag) => Self::Flag(*flag),
            Value::Number(number) => Self::Number(number.as_str()),
            Value::String(text) => match text.trim() {
                "" => Self::Empty,
                trimmed if trimmed.eq_ignore_ascii_case("null") => Self::Empty,
                trimmed => Self::Text(trimmed),
            },
            Value::Array(_) | Value::Object(_) => Self::Compound,
        }
    }

    /// The characters of a text or a number.
    pub(crate) fn characters(self) -> Option<&'a str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Empty | Self::Flag(_) | Self::Compound => None,
        }
    }
}

/// A JSON number with exactly these digits, so that `38.60` is sent as `38.60`. Text that is no JSON number stays text.
pub(crate) fn number(digits: String) -> Value {
    match digits.parse::<Number>() {
        Ok(number) => Value::Number(number),
        Err(_) => Value::String(digits),
    }
}

/// JSON text.
pub(crate) fn text(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

/// At most `limit` characters of `text`, for showing a value in an error.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// How many digits a decimal number has on both sides of its point, without leading and trailing zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DecimalShape {
    /// Digits before the point.
    pub(crate) whole: i64,
    /// Digits after the point.
    pub(crate) places: i64,
}

/// The shape of a decimal number with an optional sign and exponent; `None` for any other text.
pub(crate) fn decimal_shape(text: &str) -> Option<DecimalShape> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, i64::from(exponent.parse::<i16>().ok()?)),
        None => (text, 0),
    };
    let digits = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
    let all = || before.bytes().chain(after.bytes());
    let count = i64::try_from(all().count()).ok().filter(|count| *count > 0)?;
    if !all().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if all().all(|byte| byte == b'0') {
        return Some(DecimalShape { whole: 0, places: 0 });
    }
    let zeros_in_front = i64::try_from(all().take_while(|byte| *byte == b'0').count()).ok()?;
    let zeros_behind = i64::try_from(all().rev().take_while(|byte| *byte == b'0').count()).ok()?;
    let point = i64::try_from(before.len()).ok()?.saturating_add(exponent);
    Some(DecimalShape {
        whole: point.saturating_sub(zeros_in_front).max(0),
        places: count.saturating_sub(zeros_behind).saturating_sub(point).max(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_is_written_in_many_ways() {
        for value in [json!(null), json!(""), json!("  "), json!("null"), json!("NULL")] {
            assert_eq!(Scalar::of(&value), Scalar::Empty, "{value}");
        }
        assert_eq!(Scalar::of(&json!(" 310 ")), Scalar::Text("310"));
    }

    #[test]
    fn digits_of_a_number_are_kept() {
        let read: Value = serde_json::from_str("123456789012.34").expect("a number");
        assert_eq!(Scalar::of(&read), Scalar::Number("123456789012.34"));
        assert_eq!(number("38.60".to_owned()).to_string(), "38.60");
        assert_eq!(number("-0.05".to_owned()).to_string(), "-0.05");
    }

    #[test]
    fn shapes_of_decimals() {
        let cases = [
            ("0", 0, 0),
            ("0.00", 0, 0),
            ("12", 2, 0),
            ("0012.50", 2, 1),
            ("-3.1415", 1, 4),
            (".5", 0, 1),
            ("5.", 1, 0),
            ("1e2", 3, 0),
            ("1.25E-3", 0, 5),
            ("100", 3, 0),
        ];
        for (text, whole, places) in cases {
            assert_eq!(decimal_shape(text), Some(DecimalShape { whole, places }), "{text}");
        }
        for text in ["", ".", "-", "abc", "1,000", "1.2.3", "１２", "1e", "1e99999", "0x10", "NaN", "--1"] {
            assert_eq!(decimal_shape(text), None, "{text}");
        }
    }

    #[test]
    fn long_values_are_shortened_by_characters() {
        assert_eq!(shortened("一二三四", 3), "一二三…");
        assert_eq!(shortened("一二三", 3), "一二三");
    }
}
