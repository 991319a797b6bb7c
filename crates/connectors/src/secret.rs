//! Personal data and secrets on their way to an outside party.
//!
//! Each has a type of its own, so that a card number cannot be passed where a code is meant. `Debug` shows the type
//! and nothing else; there is no `Display`; the memory is overwritten when the value is dropped.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::Error;

fn digits(text: &str, count: std::ops::RangeInclusive<usize>) -> bool {
    count.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident, $field:literal, $rule:literal, $check:expr;)+) => { $(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// The text itself: only for messages that must carry it and for storing it encrypted.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                let check: fn(&str) -> bool = $check;
                let trimmed = text.trim();
                if check(trimmed) {
                    Ok(Self(Zeroizing::new(trimmed.to_owned())))
                } else {
                    Err(Error::Argument { field: $field, rule: $rule })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self, Error> {
                Zeroizing::new(text).parse()
            }
        }
    )+ };
}

secrets! {
    /// The number on a bank card (ISO/IEC 7812), without spaces.
    CardNumber, "the card number", "must have 13 to 19 digits", |text| digits(text, 13..=19);
    /// A person's name as the bank knows it. Characters that delimit the channel's fields cannot occur in it.
    PersonName, "the name", "must have 1 to 60 characters without & = { } [ ]",
        |text| (1..=60).contains(&text.chars().count())
            && !text.chars().any(|c| c.is_control() || "&={}[]".contains(c));
    /// A mobile number of mainland China, without prefix.
    PhoneNumber, "the phone number", "must have 11 digits and begin with 1",
        |text| digits(text, 11..=11) && text.starts_with('1');
    /// A one-time code from a text message.
    SmsCode, "the code from the text message", "must have 4 to 8 digits", |text| digits(text, 4..=8);
    /// A payment token: it stands for a card at one merchant and can draw money from it.
    PayToken, "the payment token", "must have 1 to 40 letters or digits",
        |text| (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    /// A private key or shared key in a configuration.
    KeyText, "the key", "must not be empty", |text| !text.is_empty();
}

impl<'de> Deserialize<'de> for KeyText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_values_are_read() {
        assert_eq!(
            "6216610000000000017".parse::<CardNumber>().expect("card").expose(),
            "6216610000000000017"
        );
        assert_eq!(" 13800000001 ".parse::<PhoneNumber>().expect("phone").expose(), "13800000001");
        assert_eq!("古丽·买买提".parse::<PersonName>().expect("name").expose(), "古丽·买买提");
        assert_eq!("111111".parse::<SmsCode>().expect("code").expose(), "111111");
    }

    #[test]
    fn values_that_would_break_the_protocol_are_refused() {
        for text in
            ["", "622", "62166100000000000171", "621661000000000001x", "６２１６６１００００００００００"]
        {
            assert!(text.parse::<CardNumber>().is_err(), "{text}");
        }
        for text in ["", "张三&smsCode=111111", "a=b", "{", "张\n三"] {
            assert!(text.parse::<PersonName>().is_err(), "{text}");
        }
        for text in ["", "23800000001", "1380000000", "+8613800000001"] {
            assert!(text.parse::<PhoneNumber>().is_err(), "{text}");
        }
        assert!("12345 6".parse::<SmsCode>().is_err());
        assert!("620&trId=1".parse::<PayToken>().is_err());
    }

    #[test]
    fn debug_and_errors_show_nothing() {
        let card: CardNumber = "6216610000000000017".parse().expect("card");
        assert_eq!(format!("{card:?}"), "CardNumber(***)");
        let error = "6216610000000000x17".parse::<CardNumber>().expect_err("refused");
        assert!(!format!("{error:?} {error}").contains("621661"));
    }
}
