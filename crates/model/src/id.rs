//! Identifiers that we issue: UUIDv7 bits, stored as 16 bytes, written as 26 characters of Crockford base32.
//!
//! The time comes first, so that new rows go to the right edge of an index; 26 characters fit the 30-character id
//! fields of the national interface.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Instant;

/// A text is not an identifier that we issued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an identifier: 26 characters of digits and capital letters are expected")]
pub struct IdError(pub String);

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn encode(bits: u128) -> String {
    // 26 groups of five bits hold 130 bits; the first group carries the top three.
    (0..26_u32)
        .rev()
        .map(|group| {
            let index = (bits >> group.saturating_mul(5)) & 31;
            usize::try_from(index).ok().and_then(|i| ALPHABET.get(i)).map_or('0', |b| char::from(*b))
        })
        .collect()
}

fn decode(text: &str) -> Option<u128> {
    if text.len() != 26 {
        return None;
    }
    text.bytes().try_fold(0_u128, |bits, byte| {
        let letter = byte.to_ascii_uppercase();
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        if bits >> 123 != 0 {
            return None;
        }
        Some((bits << 5) | u128::try_from(value).ok()?)
    })
}

/// Makes UUIDv7 bits from a time and ten random bytes (RFC 9562, section 5.7).
#[must_use]
pub fn uuid_v7(at: Instant, random: [u8; 10]) -> u128 {
    let milliseconds = u128::from(at.milliseconds().max(0).unsigned_abs()) & 0xFFFF_FFFF_FFFF;
    let mut noise = [0_u8; 16];
    if let Some(tail) = noise.get_mut(6..) {
        tail.copy_from_slice(&random);
    }
    let noise = u128::from_be_bytes(noise);
    let version = 0x7_u128 << 76;
    let variant = 0x2_u128 << 62;
    (milliseconds << 80) | (noise & !(0xF_u128 << 76) & !(0x3_u128 << 62)) | version | variant
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(u128);

        impl $name {
            /// A new identifier from the time and ten random bytes.
            #[must_use]
            pub fn new(at: Instant, random: [u8; 10]) -> Self {
                Self(uuid_v7(at, random))
            }

            /// The identifier with these 16 bytes, as they are stored.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(u128::from_be_bytes(bytes))
            }

            /// The identifier so many after this one, for what one command makes several of.
            #[must_use]
            pub const fn after(self, count: u32) -> Self {
                Self(self.0.wrapping_add(count as u128))
            }

            /// The 16 bytes that are stored.
            #[must_use]
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0.to_be_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                decode(text).map(Self).ok_or_else(|| IdError(text.chars().take(40).collect()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )+ };
}

ids! {
    /// An insured person (人员编号, `psn_no`).
    PersonId,
    /// A visit (就诊ID, `mdtrt_id`).
    VisitId,
    /// A settlement or the reversal of one (结算ID, `setl_id`).
    SettlementId,
    /// A payment order for the cash share of a settlement (支付订单号, `payOrdId`).
    OrderId,
    /// One committed change of one person's records: a link of that person's hash chain.
    EventId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_round_trips(bytes: [u8; 16]) {
            let id = PersonId::from_bytes(bytes);
            let text = id.to_string();
            prop_assert_eq!(text.len(), 26);
            prop_assert_eq!(text.parse::<PersonId>(), Ok(id));
            prop_assert_eq!(text.to_lowercase().parse::<PersonId>(), Ok(id));
        }

        #[test]
        fn later_ids_sort_later(early in 0_i64..1 << 46, gap in 1_i64..1 << 40, a: [u8; 10], b: [u8; 10]) {
            let first = VisitId::new(Instant::from_milliseconds(early), a);
            let second = VisitId::new(Instant::from_milliseconds(early + gap), b);
            prop_assert!(first < second);
            prop_assert!(first.to_string() < second.to_string());
        }
    }

    #[test]
    fn version_and_variant_are_those_of_uuid_v7() {
        let bytes = PersonId::new(Instant::from_milliseconds(1_700_000_000_000), [0xFF; 10]).to_bytes();
        assert_eq!(bytes[6] >> 4, 7);
        assert_eq!(bytes[8] >> 6, 2);
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "short",
            "ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
            "0000000000000000000000000U",
            "00000000000000000000000000 ",
        ] {
            assert!(text.parse::<PersonId>().is_err(), "{text}");
        }
    }
}
