//! The fields of a message, and the three ways in which the protocol writes them.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroize;

/// The fields of one message, sorted by name. `Debug` shows the names alone, because values hold personal data.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// No fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These fields and one more, which replaces one of the same name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets a field.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        if let Some(mut old) = self.0.insert(name.to_owned(), value.into()) {
            old.zeroize();
        }
    }

    /// The value of a field. An empty value counts as absent, as it does in the signature.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The text that is signed: every field with a value except `signature`, sorted by name, `name=value` joined by
    /// `&`, not URL-encoded.
    #[must_use]
    pub fn signature_text(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.0 {
            if name == "signature" || value.is_empty() {
                continue;
            }
            if !text.is_empty() {
                text.push('&');
            }
            text.push_str(name);
            text.push('=');
            text.push_str(value);
        }
        text
    }

    /// The body of an HTML form, as requests are sent. Fields without a value are left out.
    #[must_use]
    pub fn to_form(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.0.iter().filter(|(_, value)| !value.is_empty()) {
            form.append_pair(name, value);
        }
        form.finish()
    }

    /// Reads the body of an HTML form, as notifications arrive. `None` when a name occurs twice.
    #[must_use]
    pub fn from_form(body: &[u8]) -> Option<Self> {
        let mut fields = Self::new();
        for (name, value) in form_urlencoded::parse(body) {
            fields.insert_new(&name, &value)?;
        }
        Some(fields)
    }

    /// Reads `name=value&…` as answers are written: not URL-encoded, and with `&` also inside values that are
    /// enclosed in `{…}` or `[…]`. `None` when it is not UTF-8, a part has no name, or a name occurs twice.
    #[must_use]
    pub fn from_answer(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let mut fields = Self::new();
        for part in split_outside_brackets(text.trim()) {
            let (name, value) = part.split_once('=')?;
            fields.insert_new(name, value)?;
        }
        Some(fields)
    }

    /// Reads a value of the form `{name=value&…}`, such as tokenPayData.
    #[must_use]
    pub fn from_braced(value: &str) -> Option<Self> {
        Self::from_answer(value.strip_prefix('{')?.strip_suffix('}')?.as_bytes())
    }

    fn insert_new(&mut self, name: &str, value: &str) -> Option<()> {
        if name.is_empty() || self.0.contains_key(name) {
            return None;
        }
        self.set(name, value);
        Some(())
    }
}

fn split_outside_brackets(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut closing = None;
    let mut in_value = false;
    for (at, byte) in text.bytes().enumerate() {
        match (closing, byte) {
            (Some(end), _) if byte == end => closing = None,
            (Some(_), _) => {}
            (None, b'=') => in_value = true,
            (None, b'{') if in_value => closing = Some(b'}'),
            (None, b'[') if in_value => closing = Some(b']'),
            (None, b'&') => {
                parts.extend(text.get(start..at));
                start = at.saturating_add(1);
                in_value = false;
            }
            (None, _) => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        self.0.values_mut().for_each(Zeroize::zeroize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_signature_text_is_sorted_and_leaves_out_empty_fields_and_the_signature() {
        let fields = Fields::new()
            .with("txnTime", "20230501083000")
            .with("signature", "abc")
            .with("reqReserved", "")
            .with("orderId", "ORDER0001")
            .with("accNo", "a+b/c==")
            .with("tokenPayData", "{token=1&trId=2}");
        assert_eq!(
            fields.signature_text(),
            "accNo=a+b/c==&orderId=ORDER0001&tokenPayData={token=1&trId=2}&txnTime=20230501083000"
        );
    }

    #[test]
    fn an_answer_is_read_with_brackets_line_ends_and_equal_signs_in_its_values() {
        let body = "orderId=A1&respMsg=成功[00&00000]&tokenPayData={token=62&trId=11}\
                    &signPubKeyCert=-----BEGIN-----\r\nMII=\r\n-----END-----&signature=a+b/c==&empty=";
        let fields = Fields::from_answer(body.as_bytes()).expect("readable");
        assert_eq!(fields.get("respMsg"), Some("成功[00&00000]"));
        assert_eq!(fields.get("signPubKeyCert"), Some("-----BEGIN-----\r\nMII=\r\n-----END-----"));
        assert_eq!(fields.get("signature"), Some("a+b/c=="));
        assert_eq!(fields.get("empty"), None);
        let token = Fields::from_braced(fields.get("tokenPayData").expect("present")).expect("braced");
        assert_eq!((token.get("token"), token.get("trId")), (Some("62"), Some("11")));
    }

    #[test]
    fn ambiguous_and_broken_messages_are_not_read() {
        for body in [&b"a=1&a=2"[..], b"a=1&b", b"=1", b"a=\xff", b""] {
            assert_eq!(Fields::from_answer(body), None);
        }
        assert_eq!(Fields::from_form(b"txnAmt=1&txnAmt=100"), None);
        assert_eq!(Fields::from_braced("token=1"), None);
    }

    #[test]
    fn debug_shows_names_alone() {
        assert_eq!(format!("{:?}", Fields::new().with("accNo", "6216610000000000017")), r#"{"accNo"}"#);
    }

    proptest! {
        #[test]
        fn a_form_round_trips(values in proptest::collection::btree_map("[a-zA-Z]{1,12}", "\\PC{1,40}", 0..8)) {
            let mut fields = Fields::new();
            for (name, value) in &values {
                fields.set(name, value.clone());
            }
            prop_assert_eq!(Fields::from_form(fields.to_form().as_bytes()), Some(fields));
        }

        #[test]
        fn no_answer_makes_the_reader_fail(body: Vec<u8>) {
            let _either_way = Fields::from_answer(&body);
        }
    }
}
