//! The credential index number (电子凭证索引号, `ecIndexNo`): one per person, made at activation, kept for life.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A credential index number: 16 bytes, on the wire 32 digits and capital letters of base 16.
///
/// It names a credential and proves nothing; it is random so that it cannot be guessed from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IndexNo([u8; 16]);

/// A text is not a credential index number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a credential index number has 32 characters: digits and capital letters A to F")]
pub struct IndexNoError;

impl IndexNoError {
    /// The stable name of this error.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        "index_no_malformed"
    }
}

impl IndexNo {
    /// The number made of 16 bytes: random ones for a new credential, the stored ones for a known credential.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes that are stored.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Display for IndexNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode_upper(self.0))
    }
}

impl FromStr for IndexNo {
    type Err = IndexNoError;

    /// Reads the 32 characters; small letters are accepted.
    fn from_str(text: &str) -> Result<Self, IndexNoError> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| IndexNoError)?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for IndexNo {
    type Error = IndexNoError;

    fn try_from(text: String) -> Result<Self, IndexNoError> {
        text.parse()
    }
}

impl From<IndexNo> for String {
    fn from(number: IndexNo) -> Self {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_32_capital_characters_and_reads_back() {
        let number = IndexNo::from_bytes([
            0x00, 0x1a, 0xff, 0x9c, 0x04, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0x0f,
        ]);
        assert_eq!(number.to_string(), "001AFF9C045566778899AABBCCDDEE0F");
        assert_eq!("001aff9c045566778899aabbccddee0f".parse(), Ok(number));
    }

    #[test]
    fn other_text_is_refused() {
        for text in
            ["", "001AFF", "001AFF9C045566778899AABBCCDDEE0G", "001AFF9C045566778899AABBCCDDEE0F0", "医保"]
        {
            assert_eq!(text.parse::<IndexNo>(), Err(IndexNoError), "{text}");
        }
    }
}
