//! From bytes to a JSON object: limits, encoding, nesting and repeated names.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;

use super::{EnvelopeError, Limits};
use crate::Object;

/// How the whole body is called in errors.
pub(crate) const BODY: &str = "the body";

/// Reads the bytes of a body as one JSON object. A byte order mark in front is ignored.
pub(crate) fn read_body(body: &[u8], limits: Limits) -> Result<Object, EnvelopeError> {
    if body.len() > limits.bytes {
        return Err(EnvelopeError::TooLarge { size: body.len(), limit: limits.bytes });
    }
    let text = std::str::from_utf8(body)
        .map_err(|error| EnvelopeError::NotUtf8 { position: error.valid_up_to().saturating_add(1) })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(EnvelopeError::Empty);
    }
    read_object(text, BODY, limits.depth)
}

/// Reads a text as one JSON object. `part` names the text in errors.
pub(crate) fn read_object(text: &str, part: &'static str, depth: usize) -> Result<Object, EnvelopeError> {
    scan(text, depth)?;
    match serde_json::from_str(text) {
        Ok(Value::Object(object))
            if object.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)) =>
        {
            Err(EnvelopeError::Nul { part })
        }
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(EnvelopeError::NotObject { part }),
        Err(error) => Err(EnvelopeError::NotJson { part, line: error.line(), column: error.column() }),
    }
}

/// Whether a text anywhere inside holds U+0000. The nesting was bounded before.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Looks at the structure alone: how deep it is, and whether an object names a member twice. Of text that is not JSON
/// the result says little; the parser comes after and refuses it.
fn scan(text: &str, depth: usize) -> Result<(), EnvelopeError> {
    let bytes = text.as_bytes();
    let mut open: Vec<HashSet<Cow<'_, str>>> = Vec::new();
    let mut at = 0_usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => {
                if open.len() >= depth {
                    return Err(EnvelopeError::TooDeep { limit: depth });
                }
                open.push(HashSet::new());
            }
            b'}' | b']' => {
                open.pop();
            }
            b'"' => {
                let end = end_of_string(bytes, at);
                if let (Some(names), Some(literal), true) =
                    (open.last_mut(), text.get(at..end), is_followed_by_colon(bytes, end))
                {
                    note_name(names, literal)?;
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at = at.saturating_add(1);
    }
    Ok(())
}

/// The position after the closing quote of the string that opens at `start`.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start.saturating_add(1);
    loop {
        match bytes.get(at) {
            None => return bytes.len(),
            Some(b'"') => return at.saturating_add(1),
            Some(b'\\') => at = at.saturating_add(2),
            Some(_) => at = at.saturating_add(1),
        }
    }
}

fn is_followed_by_colon(bytes: &[u8], from: usize) -> bool {
    bytes.get(from..).into_iter().flatten().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}

fn note_name<'a>(names: &mut HashSet<Cow<'a, str>>, literal: &'a str) -> Result<(), EnvelopeError> {
    let inner = literal.get(1..literal.len().saturating_sub(1)).unwrap_or_default();
    let name = if inner.contains('\\') {
        Cow::Owned(serde_json::from_str::<String>(literal).unwrap_or_else(|_| inner.to_owned()))
    } else {
        Cow::Borrowed(inner)
    };
    if names.contains(&name) {
        return Err(EnvelopeError::Duplicate { name: crate::value::shortened(&name, 60) });
    }
    names.insert(name);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_twice_is_refused_however_it_is_written() {
        for text in [r#"{"a":1,"a":2}"#, r#"{"a":1,"\u0061":2}"#, r#"{"x":[{"a":1,"b":2,"a" : 3}]}"#] {
            assert_eq!(scan(text, 8), Err(EnvelopeError::Duplicate { name: "a".to_owned() }), "{text}");
        }
        for text in [r#"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#, r#"{"a":"a\":\"","b":"{\"a\":1}"}"#] {
            assert_eq!(scan(text, 8), Ok(()), "{text}");
        }
    }

    #[test]
    fn nesting_is_bounded_outside_of_strings() {
        assert_eq!(scan(r#"{"a":[[1]]}"#, 3), Ok(()));
        assert_eq!(scan(r#"{"a":[[1]]}"#, 2), Err(EnvelopeError::TooDeep { limit: 2 }));
        assert_eq!(scan(r#"{"a":"[[[[[["}"#, 1), Ok(()));
        let deep = "[".repeat(1_000_000);
        assert_eq!(scan(&deep, 16), Err(EnvelopeError::TooDeep { limit: 16 }));
    }
}
