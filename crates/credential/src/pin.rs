//! The PIN (6 digits, set after activation): which may be chosen, and the lock after wrong ones.
//!
//! The slow hash that stores a PIN lies at the server's edge, because it needs randomness. Here is what surrounds it:
//! [`PinAttempts::admit`] before the hash is computed, [`PinAttempts::judge`] after.

use std::fmt;

use model::{Date, Instant};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Digits of a PIN.
const DIGITS: usize = 6;

/// Six digits. Wiped when dropped; `Debug` does not show them.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Pin([u8; DIGITS]);

/// A PIN cannot be read or chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Not six digits.
    #[error("a PIN has six digits")]
    Form,
    /// One digit six times.
    #[error("a PIN must not be one digit six times")]
    AllSame,
    /// Digits that ascend or descend by one, such as 123456, 654321 or 890123.
    #[error("a PIN must not be a run of digits that go up or down by one")]
    Run,
    /// The birth date as yyMMdd.
    #[error("a PIN must not be the birth date")]
    BirthDate,
    /// Six digits in a row of the identity document.
    #[error("a PIN must not be a part of the identity number")]
    Document,
    /// Six digits in a row of the phone number.
    #[error("a PIN must not be a part of the phone number")]
    Phone,
}

impl PinError {
    /// The stable name of this error.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Form => "pin_malformed",
            Self::AllSame => "pin_all_same",
            Self::Run => "pin_run",
            Self::BirthDate => "pin_birth_date",
            Self::Document => "pin_document",
            Self::Phone => "pin_phone",
        }
    }
}

/// A person's numbers that others may know or guess, and that therefore may not serve as a PIN.
#[derive(Clone, Copy)]
pub struct PersonalNumbers<'a> {
    /// The number of the identity document: a citizen's, or a foreigner's.
    pub document: &'a str,
    /// The date of birth.
    pub birth: Date,
    /// The phone number.
    pub phone: &'a str,
}

impl fmt::Debug for PersonalNumbers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalNumbers(…)")
    }
}

impl Pin {
    /// Reads a PIN that a person enters to prove themselves: the form alone is tested.
    ///
    /// # Errors
    /// [`PinError::Form`].
    pub fn enter(text: &str) -> Result<Self, PinError> {
        match <[u8; DIGITS]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
            _ => Err(PinError::Form),
        }
    }

    /// Reads a PIN that a person chooses: one that is easy to guess is refused.
    ///
    /// # Errors
    /// See [`PinError`].
    pub fn choose(text: &str, person: &PersonalNumbers<'_>) -> Result<Self, PinError> {
        let pin = Self::enter(text)?;
        if pin.steps_by(0) {
            return Err(PinError::AllSame);
        }
        if pin.steps_by(1) || pin.steps_by(9) {
            return Err(PinError::Run);
        }
        let birth = person.birth.strftime("%y%m%d").to_string();
        if pin.is_in(&birth) {
            return Err(PinError::BirthDate);
        }
        if pin.is_in(person.document) {
            return Err(PinError::Document);
        }
        if pin.is_in(person.phone) {
            return Err(PinError::Phone);
        }
        Ok(pin)
    }

    /// The six digits as text, for the hash alone.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether each digit is the one before it plus `step`, 0 following 9.
    fn steps_by(&self, step: u8) -> bool {
        self.0.iter().zip(self.0.iter().skip(1)).all(|(a, b)| (a - b'0' + step) % 10 == b - b'0')
    }

    /// Whether the digits stand in a row in `text`, spaces and hyphens apart.
    fn is_in(&self, text: &str) -> bool {
        let mut plain: Vec<u8> = text.bytes().filter(u8::is_ascii_alphanumeric).collect();
        let found = plain.windows(DIGITS).any(|part| part == self.0.as_slice());
        plain.zeroize();
        found
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// How many wrong PINs lock, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AttemptPolicy {
    /// Wrong PINs in a row that lock.
    pub tries: u32,
    /// How long the lock lasts, in seconds.
    pub lock_seconds: u32,
}

impl Default for AttemptPolicy {
    /// Five wrong PINs lock for 24 hours.
    fn default() -> Self {
        Self { tries: 5, lock_seconds: 24 * 60 * 60 }
    }
}

/// A PIN was wrong, or is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinRefusal {
    /// Wrong; so many tries are left.
    #[error("the PIN is wrong; {remaining} tries are left")]
    Wrong {
        /// Tries left before the lock; never zero.
        remaining: u32,
    },
    /// Locked after too many wrong PINs; a right one does not help before the time is over.
    #[error("the PIN is locked until {until}")]
    Locked {
        /// The first instant at which a PIN is tried again.
        until: Instant,
    },
}

impl PinRefusal {
    /// The stable name of this refusal.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Wrong { .. } => "pin_wrong",
            Self::Locked { .. } => "pin_locked",
        }
    }
}

/// The wrong PINs in a row of one person. Stored, and changed by compare-and-swap, so that tries at once count apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PinAttempts {
    /// Wrong PINs since the last right one, or since the last lock ended.
    pub failures: u32,
    /// The end of the lock, when there is one.
    pub locked_until: Option<Instant>,
}

impl PinAttempts {
    /// Whether a PIN may be tried at `now`. Asked before the hash is computed.
    ///
    /// # Errors
    /// [`PinRefusal::Locked`].
    pub fn admit(self, now: Instant) -> Result<(), PinRefusal> {
        match self.locked_until {
            Some(until) if now < until => Err(PinRefusal::Locked { until }),
            _ => Ok(()),
        }
    }

    /// The state to store, and the answer to give, after a PIN was found `right` or wrong at `now`. Of a locked PIN not
    /// even that is told, and the lock does not grow.
    #[must_use = "the new state has to be stored, or tries are not counted"]
    pub fn judge(self, policy: AttemptPolicy, right: bool, now: Instant) -> (Self, Result<(), PinRefusal>) {
        if let Err(locked) = self.admit(now) {
            return (self, Err(locked));
        }
        if right {
            return (Self::default(), Ok(()));
        }
        let earlier = if self.locked_until.is_some() { 0 } else { self.failures };
        let failures = earlier.saturating_add(1);
        let remaining = policy.tries.saturating_sub(failures);
        if remaining == 0 {
            let until = now.plus_seconds(i64::from(policy.lock_seconds));
            return (Self { failures, locked_until: Some(until) }, Err(PinRefusal::Locked { until }));
        }
        (Self { failures, locked_until: None }, Err(PinRefusal::Wrong { remaining }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // Synthetic: area 990000 is not issued.
    fn person() -> PersonalNumbers<'static> {
        PersonalNumbers {
            document: "99000019530412001X",
            birth: Date::new(1953, 4, 12).expect("a date"),
            phone: "138-0000-5678",
        }
    }

    fn chosen(text: &str) -> Option<PinError> {
        Pin::choose(text, &person()).err()
    }

    #[test]
    fn guessable_pins_are_refused_and_say_why() {
        for (text, error) in [
            ("", PinError::Form),
            ("12345", PinError::Form),
            ("1234567", PinError::Form),
            ("12a456", PinError::Form),
            ("１２", PinError::Form),
            ("000000", PinError::AllSame),
            ("777777", PinError::AllSame),
            ("123456", PinError::Run),
            ("456789", PinError::Run),
            ("567890", PinError::Run),
            ("654321", PinError::Run),
            ("210987", PinError::Run),
            ("530412", PinError::BirthDate),
            ("195304", PinError::Document),
            ("412001", PinError::Document),
            ("990000", PinError::Document),
            ("005678", PinError::Phone),
            ("138000", PinError::Phone),
        ] {
            assert_eq!(chosen(text), Some(error), "{text}");
        }
    }

    #[test]
    fn other_pins_may_be_chosen() {
        for text in ["135791", "112233", "120453", "123457", "000001", "901235"] {
            assert_eq!(chosen(text), None, "{text}");
        }
    }

    #[test]
    fn entering_tests_the_form_alone() {
        assert_eq!(Pin::enter("123456").map(|pin| pin.as_bytes().to_vec()), Ok(b"123456".to_vec()));
        assert_eq!(Pin::enter("12345 ").err(), Some(PinError::Form));
    }

    #[test]
    fn debug_shows_no_digit() {
        let pin = Pin::enter("135791").expect("six digits");
        assert_eq!(format!("{pin:?} {:?}", person()), "Pin(…) PersonalNumbers(…)");
    }

    const NOW: Instant = Instant::from_milliseconds(1_700_000_000_000);

    fn after_wrong(attempts: PinAttempts, times: u32, now: Instant) -> PinAttempts {
        (0..times).fold(attempts, |state, _| state.judge(AttemptPolicy::default(), false, now).0)
    }

    #[test]
    fn the_fifth_wrong_pin_locks_for_a_day() {
        let policy = AttemptPolicy::default();
        let four = after_wrong(PinAttempts::default(), 4, NOW);
        assert_eq!(four, PinAttempts { failures: 4, locked_until: None });
        assert_eq!(four.admit(NOW), Ok(()));
        let until = NOW.plus_seconds(24 * 60 * 60);
        let (locked, answer) = four.judge(policy, false, NOW);
        assert_eq!(answer, Err(PinRefusal::Locked { until }));
        assert_eq!(locked.admit(until.plus_seconds(-1)), Err(PinRefusal::Locked { until }));
        let (still, answer) = locked.judge(policy, true, until.plus_seconds(-1));
        assert_eq!((still, answer), (locked, Err(PinRefusal::Locked { until })));
        assert_eq!(locked.admit(until), Ok(()));
        assert_eq!(locked.judge(policy, true, until), (PinAttempts::default(), Ok(())));
        let (fresh, answer) = locked.judge(policy, false, until);
        assert_eq!((fresh.failures, fresh.locked_until), (1, None));
        assert_eq!(answer, Err(PinRefusal::Wrong { remaining: 4 }));
    }

    #[test]
    fn a_right_pin_resets_the_count() {
        let (state, answer) =
            after_wrong(PinAttempts::default(), 4, NOW).judge(AttemptPolicy::default(), true, NOW);
        assert_eq!((state, answer), (PinAttempts::default(), Ok(())));
        assert_eq!(after_wrong(state, 4, NOW).locked_until, None);
    }

    proptest! {
        /// However right and wrong PINs follow each other, no more than five wrong ones are heard a day.
        #[test]
        fn no_sequence_of_wrong_pins_beats_the_lock(gaps in prop::collection::vec(0_i64..8_000, 1..200)) {
            let policy = AttemptPolicy::default();
            let (mut state, mut now) = (PinAttempts::default(), NOW);
            let mut heard: Vec<Instant> = Vec::new();
            for gap in gaps {
                now = now.plus_seconds(gap);
                if state.admit(now).is_ok() {
                    heard.push(now);
                }
                state = state.judge(policy, false, now).0;
            }
            for group in heard.chunks(5).collect::<Vec<_>>().windows(2) {
                if let [[.., last], [first, ..]] = group {
                    prop_assert!(first.since(*last) >= 24 * 60 * 60 * 1000);
                }
            }
        }
    }
}
