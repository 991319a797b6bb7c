//! The credential token (电子凭证令牌, `ecToken`): what an institution gets for a decoded code, and names the person by in
//! the messages that follow.
//!
//! The token is a bearer secret, so only its digest is stored, with the [`TokenGrant`] that binds it. Its official
//! lifetime is not published (credential facts, section 1.4), so it is a setting.

use std::fmt;
use std::str::FromStr;

use model::{Instant, InstitutionCode, PersonId, Region};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::business::BusinessType;

/// How long a token serves when nothing else is set: 30 minutes, in seconds.
pub const DEFAULT_TOKEN_SECONDS: u32 = 30 * 60;

/// What stands between division code and random part of a token.
const MARK: &str = "ec";

/// A token of 40 characters: division code (6), `ec`, and 16 random bytes in base 16 (32). Wiped when dropped; `Debug`
/// does not show it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct EcToken(String);

/// A text is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a credential token has 40 characters: a division code, 'ec' and 32 characters of base 16")]
pub struct TokenError;

impl TokenError {
    /// The stable name of this error.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        "token_malformed"
    }
}

impl EcToken {
    /// A new token of a person insured in `region`, from 16 random bytes.
    #[must_use]
    pub fn new(region: Region, random: [u8; 16]) -> Self {
        Self(format!("{region}{MARK}{}", hex::encode(random)))
    }

    /// The 40 characters, for the message to the institution.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored, and looked up, instead of the token: its SHA-256. The token holds 128 random bits, so the digest
    /// needs neither salt nor key.
    #[must_use]
    pub fn digest(&self) -> TokenDigest {
        TokenDigest(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl FromStr for EcToken {
    type Err = TokenError;

    /// Reads a token. Capital letters in the random part are brought to small ones, so that both write one token.
    fn from_str(text: &str) -> Result<Self, TokenError> {
        let (region, rest) = text.split_at_checked(6).ok_or(TokenError)?;
        let region: Region = region.parse().map_err(|_| TokenError)?;
        let mut random = [0; 16];
        let written = rest.strip_prefix(MARK).ok_or(TokenError)?;
        hex::decode_to_slice(written, &mut random).map_err(|_| TokenError)?;
        Ok(Self::new(region, random))
    }
}

impl fmt::Debug for EcToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EcToken(…)")
    }
}

/// The SHA-256 of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// The 32 bytes that are stored.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

/// What a token was given for: one person, one institution, one business, until a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenGrant {
    /// The institution that decoded the code.
    pub institution: InstitutionCode,
    /// The person whose code it was.
    pub person: PersonId,
    /// The business that the institution named. Recorded for the trail of access; the messages of one visit (register,
    /// settle, collect medicine) may all carry the token.
    pub business: BusinessType,
    /// The first instant at which the token no longer serves.
    pub expires_at: Instant,
}

/// A token does not serve this request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// It was given to another institution.
    #[error("the credential token was issued to another institution")]
    OtherInstitution,
    /// It was given for another person.
    #[error("the credential token belongs to another person")]
    OtherPerson,
    /// Its time is over.
    #[error("the credential token has expired; the code has to be scanned again")]
    Expired,
}

impl TokenRefusal {
    /// The stable name of this refusal.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::OtherInstitution => "token_other_institution",
            Self::OtherPerson => "token_other_person",
            Self::Expired => "token_expired",
        }
    }
}

impl TokenGrant {
    /// The grant of a token made at `now` that serves for `seconds`.
    #[must_use]
    pub fn new(
        institution: InstitutionCode,
        person: PersonId,
        business: BusinessType,
        now: Instant,
        seconds: u32,
    ) -> Self {
        Self { institution, person, business, expires_at: now.plus_seconds(i64::from(seconds)) }
    }

    /// Whether the token serves `institution` for `person` at `now`. A foreign institution learns nothing of the token
    /// but that it is not its own.
    ///
    /// # Errors
    /// See [`TokenRefusal`]; tested in the order institution, person, time.
    pub fn check(
        &self,
        institution: &InstitutionCode,
        person: PersonId,
        now: Instant,
    ) -> Result<(), TokenRefusal> {
        if self.institution != *institution {
            return Err(TokenRefusal::OtherInstitution);
        }
        if self.person != person {
            return Err(TokenRefusal::OtherPerson);
        }
        if now >= self.expires_at {
            return Err(TokenRefusal::Expired);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANDOM: [u8; 16] = [0xab, 0xcd, 0xef, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];

    fn token() -> EcToken {
        EcToken::new("330200".parse().expect("six digits"), RANDOM)
    }

    #[test]
    fn a_token_has_forty_characters_and_reads_back() {
        let text = token().as_str().to_owned();
        assert_eq!(text, "330200ecabcdef0102030405060708090a0b0c0d");
        assert_eq!(text.len(), 40);
        let read: EcToken = text.parse().expect("a token");
        assert_eq!(read.digest(), token().digest());
    }

    #[test]
    fn capital_letters_write_the_same_token() {
        let read: EcToken = "330200ecABCDEF0102030405060708090A0B0C0D".parse().expect("a token");
        assert_eq!(read.digest(), token().digest());
    }

    #[test]
    fn the_digest_is_the_sha256_of_the_text() {
        // printf 330200ecabcdef0102030405060708090a0b0c0d | sha256sum
        assert_eq!(
            hex::encode(token().digest().to_bytes()),
            "7e94566c98d6c9e0d78dc82ae1143193d89c5f39e545fbc637f006d79056ebd8"
        );
        let other = EcToken::new("330201".parse().expect("six digits"), RANDOM);
        assert_ne!(other.digest(), token().digest());
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "330200",
            "330200ecabcdef0102030405060708090a0b0c0",
            "330200ecabcdef0102030405060708090a0b0c0d0",
            "330200xxabcdef0102030405060708090a0b0c0d",
            "33020xecabcdef0102030405060708090a0b0c0d",
            "330200ecabcdef0102030405060708090a0b0cxy",
            "医保医保医保医保医保医保医保医",
        ] {
            assert_eq!(text.parse::<EcToken>().err(), Some(TokenError), "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_a_token() {
        assert_eq!(format!("{:?}", token()), "EcToken(…)");
    }

    #[test]
    fn a_grant_serves_one_institution_one_person_and_a_time() {
        let now = Instant::from_milliseconds(1_700_000_000_000);
        let (hospital, pharmacy): (InstitutionCode, InstitutionCode) = (
            "H33020000001".parse().expect("an institution"),
            "P33020000001".parse().expect("an institution"),
        );
        let (person, other) = (PersonId::new(now, [1; 10]), PersonId::new(now, [2; 10]));
        let grant =
            TokenGrant::new(hospital.clone(), person, BusinessType::Settlement, now, DEFAULT_TOKEN_SECONDS);
        let last = now.plus_seconds(30 * 60 - 1);
        assert_eq!(grant.check(&hospital, person, now), Ok(()));
        assert_eq!(grant.check(&hospital, person, last), Ok(()));
        assert_eq!(grant.check(&hospital, person, last.plus_seconds(1)), Err(TokenRefusal::Expired));
        assert_eq!(grant.check(&pharmacy, person, now), Err(TokenRefusal::OtherInstitution));
        assert_eq!(grant.check(&hospital, other, now), Err(TokenRefusal::OtherPerson));
        assert_eq!(grant.check(&pharmacy, other, last.plus_seconds(1)), Err(TokenRefusal::OtherInstitution));
    }
}
