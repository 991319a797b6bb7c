//! Encrypted fields and blind indexes.
//!
//! A personal field is stored as an envelope: a version byte, the key's number (4 bytes), a random nonce (12 bytes),
//! ciphertext and tag of AES-256-GCM. Table, column and row are authenticated with it, so an envelope copied to
//! another row or column does not open. Random nonces are safe for 2³² fields a key (NIST SP 800-38D, 8.3): add a key
//! before that.
//!
//! What must be found by its exact content has a blind index beside it: HMAC-SHA-256 under a key of its own for each
//! column, so that equal values in two columns do not show.

use std::fmt;
use std::sync::Arc;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::StoreError;
use crate::engine::column::{FromCell, ToValue};
use crate::engine::value::{Cell, ColumnType, Value};
use crate::personal::Personal;

const VERSION: u8 = 1;
const NONCE: usize = 12;
const HEAD: usize = 1 + 4 + NONCE;

/// A field could not be encrypted or decrypted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CipherError {
    /// The envelope is not one of ours.
    #[error("{0}: the stored bytes are no encrypted field")]
    Envelope(Field),
    /// The key that encrypted it is not among the configured ones.
    #[error("{field}: key {key} is not configured")]
    UnknownKey {
        /// The field.
        field: Field,
        /// Number of the key.
        key: u32,
    },
    /// The bytes do not belong to this row and column, were changed, or the key is another one.
    #[error("{0}: the encrypted field was changed, moved or encrypted with another key")]
    Forged(Field),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    Randomness,
}

/// A column that holds personal data, by table and name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Field(pub(crate) &'static str);

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A 32-byte digest: a blind index, or the digest of a token whose text is never stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest with these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}

impl ToValue for Digest {
    const TYPE: ColumnType = ColumnType::Bytes;

    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

impl FromCell for Digest {
    fn from_cell(cell: Cell) -> Result<Self, String> {
        <[u8; 32]>::from_cell(cell).map(Self)
    }
}

#[derive(Zeroize, ZeroizeOnDrop)]
struct Key {
    number: u32,
    bytes: [u8; 32],
}

/// The key ring: encryption keys by number, of which the highest encrypts, and the key of the blind indexes.
pub struct Keys {
    ring: Vec<Key>,
    index: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ring.iter().map(|key| key.number)).finish()
    }
}

impl Keys {
    /// Reads the settings: `encryption` is `NUMBER:HEX` pairs joined by commas, each key 64 hexadecimal digits;
    /// `index` is 64 hexadecimal digits. The index key cannot be rotated: every index would have to be written anew.
    ///
    /// # Errors
    /// Another form, a number twice, or no key at all. The message does not quote a key.
    pub fn parse(encryption: &str, index: &str) -> Result<Arc<Self>, StoreError> {
        let refuse = |what: &str| StoreError::Setting(format!("store keys: {what}"));
        let mut ring: Vec<Key> = Vec::new();
        for pair in encryption.split(',') {
            let (number, digits) = pair
                .trim()
                .split_once(':')
                .ok_or_else(|| refuse("NUMBER:HEX pairs joined by commas are expected"))?;
            let number = number.parse().map_err(|_| refuse("a key number is a whole number below 2^32"))?;
            if ring.iter().any(|key| key.number == number) {
                return Err(refuse("a key number occurs twice"));
            }
            ring.push(Key { number, bytes: key_bytes(digits).ok_or_else(|| refuse(KEY_FORM))? });
        }
        ring.sort_unstable_by_key(|key| key.number);
        let index = Zeroizing::new(key_bytes(index).ok_or_else(|| refuse(KEY_FORM))?);
        Ok(Arc::new(Self { ring, index }))
    }

    /// A ring without keys, for work that touches no personal field.
    pub(crate) fn none() -> Self {
        Self { ring: Vec::new(), index: Zeroizing::new([0; 32]) }
    }

    /// Encrypts a field of a row with the newest key.
    ///
    /// # Errors
    /// The operating system gave no random bytes.
    pub fn seal(&self, field: Field, row: &[u8], plain: &str) -> Result<Vec<u8>, CipherError> {
        let key = self.ring.last().ok_or(CipherError::UnknownKey { field, key: 0 })?;
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| CipherError::Randomness)?;
        let associated = associated(field, row);
        let payload = Payload { msg: plain.as_bytes(), aad: &associated };
        let cipher = Aes256Gcm::new(&key.bytes.into());
        let sealed =
            cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| CipherError::Envelope(field))?;
        let mut envelope = Vec::with_capacity(HEAD.saturating_add(sealed.len()));
        envelope.push(VERSION);
        envelope.extend(key.number.to_be_bytes());
        envelope.extend(nonce);
        envelope.extend(sealed);
        Ok(envelope)
    }

    /// Decrypts a field of a row.
    ///
    /// # Errors
    /// See [`CipherError`].
    pub fn open(&self, field: Field, row: &[u8], envelope: &[u8]) -> Result<Personal, CipherError> {
        let (number, rest) = split_head(envelope).ok_or(CipherError::Envelope(field))?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(CipherError::Envelope(field))?;
        let key = self
            .ring
            .iter()
            .find(|key| key.number == number)
            .ok_or(CipherError::UnknownKey { field, key: number })?;
        let associated = associated(field, row);
        let cipher = Aes256Gcm::new(&key.bytes.into());
        let plain = cipher
            .decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: &associated })
            .map_err(|_| CipherError::Forged(field))?;
        String::from_utf8(plain).map(Personal::new).map_err(|_| CipherError::Forged(field))
    }

    /// Whether the envelope was made with another key than the newest, so that rotation has work to do.
    #[must_use]
    pub fn is_outdated(&self, envelope: &[u8]) -> bool {
        let newest = self.ring.last().map(|key| key.number);
        split_head(envelope).map(|(number, _)| number) != newest
    }

    /// The blind index of a text in a column. The caller brings the text to one form first.
    #[must_use]
    pub fn index(&self, field: Field, text: &str) -> Digest {
        let column = mac(&self.index, field.0.as_bytes());
        Digest(mac(&column, text.as_bytes()))
    }
}

const KEY_FORM: &str = "a key is 64 hexadecimal digits";

fn key_bytes(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0_u8; 32];
    hex::decode_to_slice(digits.trim(), &mut bytes).ok()?;
    Some(bytes)
}

fn split_head(envelope: &[u8]) -> Option<(u32, &[u8])> {
    let (version, rest) = envelope.split_first()?;
    let (number, rest) = rest.split_first_chunk::<4>()?;
    (*version == VERSION).then_some((u32::from_be_bytes(*number), rest))
}

/// Field name, a zero byte that no name contains, and the row's key.
fn associated(field: Field, row: &[u8]) -> Vec<u8> {
    [field.0.as_bytes(), &[0], row].concat()
}

fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    // A key shorter than a block of the hash is followed by zeros (RFC 2104, section 2).
    let mut block = Zeroizing::new([0_u8; 64]);
    block.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
    let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
    mac.update(message);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: Field = Field("person.name");
    const PHONE: Field = Field("person.phone");

    fn keys(encryption: &str) -> Arc<Keys> {
        Keys::parse(encryption, &"ab".repeat(32)).expect("keys")
    }

    fn first() -> String {
        format!("1:{}", "11".repeat(32))
    }

    #[test]
    fn a_field_opens_only_in_its_own_row_and_column() {
        let keys = keys(&first());
        let envelope = keys.seal(NAME, b"row 1", "王小明").expect("sealed");
        assert_eq!(keys.open(NAME, b"row 1", &envelope).expect("opened").expose(), "王小明");
        assert_eq!(keys.open(NAME, b"row 2", &envelope), Err(CipherError::Forged(NAME)));
        assert_eq!(keys.open(PHONE, b"row 1", &envelope), Err(CipherError::Forged(PHONE)));
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let keys = keys(&first());
        let envelope = keys.seal(NAME, b"row", "王小明").expect("sealed");
        for position in 0..envelope.len() {
            let mut changed = envelope.clone();
            changed[position] ^= 1;
            assert!(keys.open(NAME, b"row", &changed).is_err(), "byte {position}");
        }
        assert!(keys.open(NAME, b"row", &[]).is_err());
    }

    #[test]
    fn equal_texts_give_other_ciphertexts_but_equal_indexes() {
        let keys = keys(&first());
        assert_ne!(keys.seal(NAME, b"row", "王小明"), keys.seal(NAME, b"row", "王小明"));
        assert_eq!(keys.index(PHONE, "13800001234"), keys.index(PHONE, "13800001234"));
        assert_ne!(keys.index(PHONE, "13800001234"), keys.index(NAME, "13800001234"));
    }

    #[test]
    fn a_new_key_encrypts_and_the_old_one_still_opens() {
        let old = keys(&first());
        let envelope = old.seal(NAME, b"row", "王小明").expect("sealed");
        let both = keys(&format!("2:{},{}", "22".repeat(32), first()));
        assert!(both.is_outdated(&envelope));
        assert_eq!(both.open(NAME, b"row", &envelope).expect("opened").expose(), "王小明");
        let renewed = both.seal(NAME, b"row", "王小明").expect("sealed");
        assert!(!both.is_outdated(&renewed));
        assert_eq!(old.open(NAME, b"row", &renewed), Err(CipherError::UnknownKey { field: NAME, key: 2 }));
    }

    #[test]
    fn wrong_settings_are_refused_without_quoting_a_key() {
        let digits = "5a".repeat(31);
        for text in ["", "1", "x:00", &format!("1:{digits}"), &format!("{},{}", first(), first())] {
            let error = Keys::parse(text, &"ab".repeat(32)).expect_err(text);
            assert!(!error.to_string().contains(&digits));
        }
        assert!(Keys::parse(&first(), "ab").is_err());
        assert_eq!(format!("{:?}", keys(&first())), "[1]");
    }
}
