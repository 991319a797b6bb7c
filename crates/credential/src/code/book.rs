//! Issuing and decoding codes, under keys that change without a gap.

use std::fmt;

use model::Instant;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::cipher::CodeCipher;
use super::{CodeId, CredentialCode, Handle, Layout, Prefix, Province};

/// Time slots of one second in an epoch: 7 digits, 115 days and 17 hours.
const SLOTS: i64 = 10_000_000;

/// The secret key of one epoch: 16 random bytes. Wiped when dropped, never shown.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct EpochKey([u8; 16]);

impl EpochKey {
    /// The key made of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for EpochKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EpochKey(…)")
    }
}

/// A key and the time from which codes are made with it, until the next epoch begins.
#[derive(Debug, Clone)]
pub struct KeyEpoch {
    /// Number of the epoch, never used twice.
    pub number: u32,
    /// Its key.
    pub key: EpochKey,
    /// Its first instant.
    pub from: Instant,
}

/// How long a code lives, and how old a code is still recognised. In seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Validity {
    /// A code is accepted for this long after the second in which it was made ended: a code is never accepted for less.
    pub shown_seconds: u32,
    /// A code may seem to be made this long in the future, because clocks differ.
    pub skew_seconds: u32,
    /// Up to this distance from now a code that is too old or too new is told from a made-up one. A wider window calls
    /// more made-up codes expired; it never accepts more.
    pub recognised_seconds: u32,
}

impl Default for Validity {
    /// Accepted for 60 seconds (design section 6; channels show it for 30 to 60), clocks differing by 5, recognised for
    /// a day.
    fn default() -> Self {
        Self { shown_seconds: 60, skew_seconds: 5, recognised_seconds: 86_400 }
    }
}

impl Validity {
    /// Judges a code made at `shown_at`.
    fn check(self, shown_at: Instant, now: Instant) -> Result<(), DecodeError> {
        let age = now.since(shown_at);
        let seconds = age.unsigned_abs() / 1000;
        let (accepted, too_far) = if age >= 0 {
            (seconds <= u64::from(self.shown_seconds), DecodeError::Expired { shown_at })
        } else {
            let skew = u64::from(self.skew_seconds) * 1000;
            (age.unsigned_abs() <= skew, DecodeError::FromTheFuture { shown_at })
        };
        if accepted {
            Ok(())
        } else if seconds <= u64::from(self.recognised_seconds) {
            Err(too_far)
        } else {
            Err(DecodeError::Unknown)
        }
    }
}

/// A code book cannot be made of these epochs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeBookError {
    /// The prefix is not three digits.
    #[error("a code prefix has three digits")]
    Prefix,
    /// There is no epoch.
    #[error("a code book needs at least one key epoch")]
    NoEpochs,
    /// Numbers and times have to ascend.
    #[error("key epoch {number} does not come after the one before it")]
    Order {
        /// The later epoch.
        number: u32,
    },
    /// Between this epoch and the next there would be seconds without a slot.
    #[error("key epoch {number} lasts longer than 10,000,000 seconds")]
    TooLong {
        /// The epoch that is too long.
        number: u32,
    },
    /// Two epochs with one key: the rotation would be none.
    #[error("key epoch {number} has the key of an earlier one")]
    KeyReused {
        /// The later epoch.
        number: u32,
    },
    /// The cipher refused its fixed parameters. It does not; the variant keeps the crate free of panics.
    #[error("the cipher of credential codes is not usable")]
    Cipher,
}

impl CodeBookError {
    /// The stable name of this error.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Prefix => "code_book_prefix",
            Self::NoEpochs => "code_book_no_epochs",
            Self::Order { .. } => "code_book_epoch_order",
            Self::TooLong { .. } => "code_book_epoch_too_long",
            Self::KeyReused { .. } => "code_book_key_reused",
            Self::Cipher => "code_book_cipher",
        }
    }
}

/// A code cannot be issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// No epoch is in force: the first has not begun, or the last has run out of seconds.
    #[error("no key epoch for credential codes is in force at this time")]
    NoEpoch,
    /// The cipher refused its fixed parameters. It does not; the variant keeps the crate free of panics.
    #[error("the cipher of credential codes is not usable")]
    Cipher,
}

impl IssueError {
    /// The stable name of this error.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::NoEpoch => "code_no_epoch",
            Self::Cipher => "code_cipher",
        }
    }
}

/// A shown code is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Another form or another prefix: something else was scanned (national service code 500159).
    #[error("this is not a credential code")]
    NotACode,
    /// The form of a code, but made up, or made with a key that is not known here, or too long ago to be told.
    #[error("this credential code is unknown")]
    Unknown,
    /// A code of ours, shown too long ago.
    #[error("this credential code has expired; a fresh one has to be shown")]
    Expired {
        /// When it was made.
        shown_at: Instant,
    },
    /// A code of ours from a time that has not come: the clock here or where it was made is wrong.
    #[error("this credential code is from the future; a clock is wrong")]
    FromTheFuture {
        /// When it was made, by the clock there.
        shown_at: Instant,
    },
}

impl DecodeError {
    /// The stable name of this refusal.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::NotACode => "code_malformed",
            Self::Unknown => "code_unknown",
            Self::Expired { .. } => "code_expired",
            Self::FromTheFuture { .. } => "code_from_future",
        }
    }
}

/// What an accepted code says. Whose handle it is, and whether the code was used before, the caller finds out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decoded {
    /// The handle of a person's credential in a channel.
    pub handle: Handle,
    /// The second in which the code was made.
    pub shown_at: Instant,
    /// The province digits. They are bound to the rest: a code with altered digits decodes to nonsense.
    pub province: Province,
    /// The number of the key epoch.
    pub epoch: u32,
}

impl Decoded {
    /// What names this code for ever: the key of the row that makes it single-use.
    #[must_use]
    pub const fn id(&self) -> CodeId {
        CodeId { handle: self.handle, shown_at: self.shown_at }
    }
}

/// An epoch with its cipher made, and its end known.
struct Epoch {
    number: u32,
    cipher: CodeCipher,
    from: Instant,
    until: Instant,
}

impl Epoch {
    /// Binds a code to prefix, province and epoch: under another tweak the permutation is another one.
    fn tweak(&self, prefix: Prefix, province: Province) -> [u8; 9] {
        let ([a, b, c], [d, e], [f, g, h, i]) = (prefix.bytes(), province.bytes(), self.number.to_be_bytes());
        [a, b, c, d, e, f, g, h, i]
    }

    fn covers(&self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }

    /// The code of `handle` at `at`, which this epoch covers.
    fn seal(
        &self,
        prefix: Prefix,
        province: Province,
        handle: Handle,
        at: Instant,
    ) -> Option<CredentialCode> {
        let slot = u64::try_from(at.since(self.from) / 1000).ok()?;
        let plain = handle.number().checked_mul(SLOTS.unsigned_abs())?.checked_add(slot)?;
        let body = self.cipher.encrypt(&self.tweak(prefix, province), plain)?;
        Some(CredentialCode::compose(prefix, body, province))
    }

    /// What `body` says under this epoch's key; `None` when it says a time that the epoch does not cover.
    fn open(&self, prefix: Prefix, province: Province, body: u64) -> Option<Decoded> {
        let plain = self.cipher.decrypt(&self.tweak(prefix, province), body)?;
        let handle = Handle::from_number(plain / SLOTS.unsigned_abs())?;
        let slot = i64::try_from(plain % SLOTS.unsigned_abs()).ok()?;
        let shown_at = self.from.plus_seconds(slot);
        self.covers(shown_at).then_some(Decoded { handle, shown_at, province, epoch: self.number })
    }
}

/// Issues and decodes codes. Holds the keys; made once and shared, and made anew when an epoch is added.
pub struct CodeBook {
    prefix: Prefix,
    validity: Validity,
    /// Ascending; never empty; each ends where the next begins.
    epochs: Vec<Epoch>,
}

impl CodeBook {
    /// A code book over `epochs`, in ascending order. Old epochs may be left out once all their codes have expired; the
    /// next epoch has to be added before [`CodeBook::exhausted_at`].
    ///
    /// # Errors
    /// See [`CodeBookError`].
    pub fn new(prefix: Prefix, epochs: Vec<KeyEpoch>) -> Result<Self, CodeBookError> {
        if epochs.is_empty() {
            return Err(CodeBookError::NoEpochs);
        }
        let mut ready = Vec::with_capacity(epochs.len());
        for (place, epoch) in epochs.iter().enumerate() {
            let number = epoch.number;
            let (earlier, later) = epochs.split_at(place);
            if earlier.last().is_some_and(|last| last.number >= number || last.from >= epoch.from) {
                return Err(CodeBookError::Order { number });
            }
            if earlier.iter().any(|other| other.key.0 == epoch.key.0) {
                return Err(CodeBookError::KeyReused { number });
            }
            let last_slot_ends = epoch.from.plus_seconds(SLOTS);
            let until = later.get(1).map_or(last_slot_ends, |next| next.from);
            if until > last_slot_ends {
                return Err(CodeBookError::TooLong { number });
            }
            let cipher = CodeCipher::new(&epoch.key.0).ok_or(CodeBookError::Cipher)?;
            ready.push(Epoch { number, cipher, from: epoch.from, until });
        }
        Ok(Self { prefix, validity: Validity::default(), epochs: ready })
    }

    /// The same book with other times.
    #[must_use]
    pub fn with_validity(self, validity: Validity) -> Self {
        Self { validity, ..self }
    }

    /// The times in use; the page that shows a code counts down from them.
    #[must_use]
    pub const fn validity(&self) -> Validity {
        self.validity
    }

    /// The instant from which no code can be issued unless an epoch is added.
    #[must_use]
    pub fn exhausted_at(&self) -> Option<Instant> {
        self.epochs.last().map(|epoch| epoch.until)
    }

    /// The code that `handle` shows at `at`. The same within one second; another in the next.
    ///
    /// # Errors
    /// [`IssueError::NoEpoch`] when no key is in force at `at`.
    pub fn issue(
        &self,
        handle: Handle,
        province: impl Into<Province>,
        at: Instant,
    ) -> Result<CredentialCode, IssueError> {
        let epoch = self.epochs.iter().rfind(|epoch| epoch.covers(at)).ok_or(IssueError::NoEpoch)?;
        epoch.seal(self.prefix, province.into(), handle, at).ok_or(IssueError::Cipher)
    }

    /// What the scanned `text` says at `now`. White space around it is ignored, because scanners send line ends.
    ///
    /// Only the epochs that a recognisable code could be from are tried: one, or two close to a rotation.
    ///
    /// # Errors
    /// See [`DecodeError`].
    pub fn decode(&self, text: &str, now: Instant) -> Result<Decoded, DecodeError> {
        let layout = Layout::read(text.trim_ascii()).ok_or(DecodeError::NotACode)?;
        if layout.prefix != self.prefix.bytes() {
            return Err(DecodeError::NotACode);
        }
        // Under the wrong key a code says a random second; the nearest is the one that is meant.
        let decoded = self
            .epochs_around(now)
            .filter_map(|epoch| epoch.open(self.prefix, layout.province, layout.body))
            .min_by_key(|decoded| now.since(decoded.shown_at).unsigned_abs())
            .ok_or(DecodeError::Unknown)?;
        self.validity.check(decoded.shown_at, now)?;
        Ok(decoded)
    }

    /// The epochs that touch the recognised window around `now`.
    fn epochs_around(&self, now: Instant) -> impl Iterator<Item = &Epoch> {
        let Validity { shown_seconds, skew_seconds, recognised_seconds } = self.validity;
        let distance = i64::from(shown_seconds.max(skew_seconds).max(recognised_seconds)) + 1;
        let (earliest, latest) = (now.plus_seconds(-distance), now.plus_seconds(distance));
        self.epochs.iter().filter(move |epoch| epoch.from <= latest && epoch.until >= earliest)
    }
}

impl fmt::Debug for CodeBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<u32> = self.epochs.iter().map(|epoch| epoch.number).collect();
        f.debug_struct("CodeBook")
            .field("prefix", &format_args!("{}", self.prefix))
            .field("validity", &self.validity)
            .field("epochs", &numbers)
            .finish_non_exhaustive()
    }
}
