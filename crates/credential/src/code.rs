//! The shown credential code (电子凭证二维码): 28 digits in the national layout, computed and never stored.
//!
//! | digits | national layout | here |
//! |---|---|---|
//! | 3 | fixed, 424 | [`Prefix`], a setting |
//! | 17 + 2 | unique random + random | one secret permutation of [`Handle`] (12 digits) and time slot (7 digits) |
//! | 2 | province | [`Province`], the first two digits of the division code |
//! | 4 | extension, 0000 | 0000 |
//!
//! The permutation is FF1 (NIST SP 800-38G) over SM4 (GB/T 32907), keyed per [`KeyEpoch`], with prefix, province and
//! epoch number as its tweak. Of two codes of one person nothing can be seen to be the same, and a made-up code falls
//! on a plausible second of time in about 7 of a million cases, before anyone asks whether its handle exists.
//! [`CodeBook`] issues and decodes; single use is the caller's unique row over [`CodeId`].

mod book;
mod cipher;

use std::fmt;
use std::str::FromStr;

use model::{Instant, Region};

pub use book::{CodeBook, CodeBookError, DecodeError, Decoded, EpochKey, IssueError, KeyEpoch, Validity};

/// Handles are numbers below this: 12 digits.
const HANDLES: u64 = 1_000_000_000_000;
/// Digits of a whole code.
const CODE_DIGITS: usize = 28;
/// The extension digits at the end of a code.
const EXTENSION: &str = "0000";

/// The handle (12 digits) by which a code names one person's credential in one channel.
///
/// It is random, made anew for each authorisation of a channel and retired with it, so that nothing shown before keeps
/// working. It is unique: the caller draws again in the rare case that a handle is taken. `Debug` does not show it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(u64);

impl Handle {
    /// A handle made of 16 random bytes.
    ///
    /// The bytes are one number of 128 bits, reduced to 12 digits. 2¹²⁸ is no multiple of 10¹², but no handle is
    /// likelier than another by more than one part in 10²⁶: nothing to be seen or used.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        let reduced = u128::from_be_bytes(bytes) % u128::from(HANDLES);
        // The remainder has 40 bits, so the conversion holds.
        Self(u64::try_from(reduced).unwrap_or_default())
    }

    /// The handle with this number, as it was stored; `None` above 12 digits.
    #[must_use]
    pub const fn from_number(number: u64) -> Option<Self> {
        if number < HANDLES { Some(Self(number)) } else { None }
    }

    /// The number that is stored.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(…)")
    }
}

/// The first three digits of every code: 424 in the national layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prefix([u8; 3]);

impl Prefix {
    /// 424, the prefix of the national layout.
    pub const NATIONAL: Self = Self(*b"424");

    const fn bytes(self) -> [u8; 3] {
        self.0
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Self::NATIONAL
    }
}

impl FromStr for Prefix {
    type Err = CodeBookError;

    fn from_str(text: &str) -> Result<Self, CodeBookError> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
            _ => Err(CodeBookError::Prefix),
        }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

/// The province digits of a code: the first two of a division code, such as 33 for Zhejiang.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Province([u8; 2]);

impl Province {
    const fn bytes(self) -> [u8; 2] {
        self.0
    }
}

impl From<Region> for Province {
    fn from(region: Region) -> Self {
        match region.to_string().as_bytes() {
            [first, second, ..] => Self([*first, *second]),
            // A division code has six digits.
            _ => Self(*b"00"),
        }
    }
}

impl fmt::Display for Province {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

/// A code to be shown: 28 digits. For as long as it is valid it is a secret of its holder; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct CredentialCode(String);

impl CredentialCode {
    /// The 28 digits, for QR code and bar code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn compose(prefix: Prefix, body: u64, province: Province) -> Self {
        Self(format!("{prefix}{body:019}{province}{EXTENSION}"))
    }
}

impl fmt::Debug for CredentialCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialCode(…)")
    }
}

/// What names one shown code for ever, whatever becomes of keys: the key of the row that makes it single-use.
///
/// The province is not part of it: the codes that one handle shows in one second are one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeId {
    /// The handle inside the code.
    pub handle: Handle,
    /// The second in which the code was made.
    pub shown_at: Instant,
}

impl CodeId {
    /// The id as 16 bytes: handle, then milliseconds since 1970-01-01 UTC, both big-endian.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        let [handle, shown_at] =
            [self.handle.number().to_be_bytes(), self.shown_at.milliseconds().to_be_bytes()];
        let mut bytes = [0; 16];
        for (byte, value) in bytes.iter_mut().zip(handle.into_iter().chain(shown_at)) {
            *byte = value;
        }
        bytes
    }
}

/// The parts of a text that has the form of a code.
struct Layout {
    prefix: [u8; 3],
    body: u64,
    province: Province,
}

impl Layout {
    /// Parts `text`; `None` when it is not 28 digits that end in the extension.
    fn read(text: &str) -> Option<Self> {
        if text.len() != CODE_DIGITS || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let text = text.strip_suffix(EXTENSION)?;
        let (prefix, rest) = text.as_bytes().split_first_chunk::<3>()?;
        let (_, province) = rest.split_last_chunk::<2>()?;
        let body = text.get(3..22)?.parse().ok()?;
        Some(Self { prefix: *prefix, body, province: Province(*province) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_use_all_twelve_digits_and_no_more() {
        assert_eq!(Handle::from_random([0; 16]).number(), 0);
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&(HANDLES - 1).to_be_bytes());
        assert_eq!(Handle::from_random(bytes).number(), HANDLES - 1);
        bytes[8..].copy_from_slice(&HANDLES.to_be_bytes());
        assert_eq!(Handle::from_random(bytes).number(), 0);
        assert!(Handle::from_random([0xFF; 16]).number() < HANDLES);
        assert_eq!(Handle::from_number(HANDLES), None);
        assert_eq!(Handle::from_number(HANDLES - 1).map(Handle::number), Some(HANDLES - 1));
    }

    #[test]
    fn every_byte_of_the_randomness_counts() {
        let base = Handle::from_random([7; 16]);
        for place in 0..16 {
            let mut bytes = [7; 16];
            bytes[place] ^= 1;
            assert_ne!(Handle::from_random(bytes), base, "byte {place}");
        }
    }

    #[test]
    fn prefixes_are_three_digits() {
        assert_eq!("424".parse(), Ok(Prefix::default()));
        assert_eq!("007".parse::<Prefix>().map(|prefix| prefix.to_string()), Ok("007".to_owned()));
        for text in ["", "42", "4240", "42a", "４2"] {
            assert_eq!(text.parse::<Prefix>(), Err(CodeBookError::Prefix), "{text}");
        }
    }

    #[test]
    fn the_province_is_the_head_of_the_division_code() {
        let province = |text: &str| Province::from(text.parse::<Region>().expect("six digits")).to_string();
        assert_eq!(province("330200"), "33");
        assert_eq!(province("010000"), "01");
    }

    #[test]
    fn ids_of_codes_differ_by_handle_and_by_second() {
        let id = |handle, milliseconds| CodeId {
            handle: Handle(handle),
            shown_at: Instant::from_milliseconds(milliseconds),
        };
        assert_eq!(id(1, 256).to_bytes(), [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0]);
        assert_ne!(id(1, 256).to_bytes(), id(2, 256).to_bytes());
        assert_ne!(id(1, 1000).to_bytes(), id(1, 2000).to_bytes());
    }

    #[test]
    fn nothing_secret_is_in_debug_output() {
        let handle = Handle(123_456_789_012);
        let code = CredentialCode::compose(Prefix::NATIONAL, 1_234_567_890_123_456_789, Province(*b"33"));
        let id = CodeId { handle, shown_at: Instant::from_milliseconds(0) };
        assert_eq!(code.as_str(), "4241234567890123456789330000");
        for shown in [format!("{handle:?}"), format!("{code:?}"), format!("{id:?}")] {
            assert!(!shown.contains("1234") && !shown.contains("424"), "{shown}");
        }
    }
}
