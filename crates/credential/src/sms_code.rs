//! One-time codes by SMS (短信验证码): how they are answered, and how often they may be sent.
//!
//! A code has six digits, is answered within five minutes, at most five times, and once rightly. Only a keyed hash of it
//! is stored: of six digits every plain hash is undone at once, so whoever reads the database alone must not be able to.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use model::Instant;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Codes are numbers below this: six digits.
const CODES: u128 = 1_000_000;

/// A one-time code of six digits. Wiped when dropped; `Debug` does not show it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SmsCode(String);

impl SmsCode {
    /// A code made of 16 random bytes: one number of 128 bits reduced to six digits, which favours no code by more than
    /// one part in 10³².
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(format!("{:06}", u128::from_be_bytes(bytes) % CODES))
    }

    /// The six digits, for the text of the message.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SmsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmsCode(…)")
    }
}

/// The secret under which codes are stored. Wiped when dropped, never shown.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SmsKey([u8; 64]);

impl SmsKey {
    /// The key made of these bytes. It is kept as HMAC reads it: filled up with zeros to one block of SHA-256.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        let mut block = [0; 64];
        block.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
        Self(block)
    }
}

impl fmt::Debug for SmsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmsKey(…)")
    }
}

/// How long and how often a code may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmsSettings {
    /// Wrong answers after which the code is void.
    pub tries: u32,
    /// How long the code is valid, in seconds.
    pub valid_seconds: u32,
}

impl Default for SmsSettings {
    /// Five tries in five minutes.
    fn default() -> Self {
        Self { tries: 5, valid_seconds: 5 * 60 }
    }
}

/// A code that was sent and waits for its answer. Stored, and changed by compare-and-swap, so that of two right answers
/// at once only one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsChallenge {
    /// Keyed hash of the code and of what it is for.
    pub digest: [u8; 32],
    /// When it was sent.
    pub sent_at: Instant,
    /// Wrong answers so far.
    pub failures: u32,
    /// Whether it was answered rightly.
    pub used: bool,
}

/// A one-time code is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SmsRefusal {
    /// Not six digits. Does not count as a try.
    #[error("the code from the message has six digits")]
    Form,
    /// The code was used before.
    #[error("this code was used before; a new one has to be sent")]
    Used,
    /// The code is too old.
    #[error("this code has expired; a new one has to be sent")]
    Expired,
    /// Too many wrong answers; even the right one does not help now.
    #[error("too many wrong codes; a new one has to be sent")]
    NoTriesLeft,
    /// Wrong; so many tries are left.
    #[error("the code is wrong; {remaining} tries are left")]
    Wrong {
        /// Tries left; never zero.
        remaining: u32,
    },
}

impl SmsRefusal {
    /// The stable name of this refusal.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Form => "sms_code_malformed",
            Self::Used => "sms_code_used",
            Self::Expired => "sms_code_expired",
            Self::NoTriesLeft => "sms_code_no_tries_left",
            Self::Wrong { .. } => "sms_code_wrong",
        }
    }
}

/// Makes and answers challenges.
#[derive(Debug, Clone)]
pub struct SmsCodes {
    key: SmsKey,
    settings: SmsSettings,
}

impl SmsCodes {
    /// Codes stored under `key`.
    #[must_use]
    pub const fn new(key: SmsKey, settings: SmsSettings) -> Self {
        Self { key, settings }
    }

    /// The challenge to store for a code that is sent at `now`. `purpose` binds it: phone number and what is asked for,
    /// such as `login 13800000000`; an answer counts only for the same purpose.
    #[must_use]
    pub fn challenge(&self, purpose: &str, code: &SmsCode, now: Instant) -> SmsChallenge {
        SmsChallenge {
            digest: self.digest(purpose, code.as_str(), now),
            sent_at: now,
            failures: 0,
            used: false,
        }
    }

    /// The challenge to store, and the reply to give, when `text` is answered at `now` for `purpose`.
    #[must_use = "the new state has to be stored, or tries are not counted"]
    pub fn answer(
        &self,
        challenge: SmsChallenge,
        purpose: &str,
        text: &str,
        now: Instant,
    ) -> (SmsChallenge, Result<(), SmsRefusal>) {
        if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return (challenge, Err(SmsRefusal::Form));
        }
        if challenge.used {
            return (challenge, Err(SmsRefusal::Used));
        }
        if now.since(challenge.sent_at) >= i64::from(self.settings.valid_seconds) * 1000 {
            return (challenge, Err(SmsRefusal::Expired));
        }
        if challenge.failures >= self.settings.tries {
            return (challenge, Err(SmsRefusal::NoTriesLeft));
        }
        let digest = self.digest(purpose, text, challenge.sent_at);
        if bool::from(digest.ct_eq(&challenge.digest)) {
            return (SmsChallenge { used: true, ..challenge }, Ok(()));
        }
        let failures = challenge.failures.saturating_add(1);
        let refusal = match self.settings.tries.saturating_sub(failures) {
            0 => SmsRefusal::NoTriesLeft,
            remaining => SmsRefusal::Wrong { remaining },
        };
        (SmsChallenge { failures, ..challenge }, Err(refusal))
    }

    /// HMAC-SHA256 of code, time of sending and purpose; the first two have fixed lengths, so nothing reads two ways.
    fn digest(&self, purpose: &str, code: &str, sent_at: Instant) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new((&self.key.0).into());
        mac.update(code.as_bytes());
        mac.update(&sent_at.milliseconds().to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// How often codes may be sent to one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SendLimits {
    /// Seconds between two codes.
    pub gap_seconds: u32,
    /// Codes in any hour.
    pub per_hour: u32,
    /// Codes in any 24 hours.
    pub per_day: u32,
}

impl Default for SendLimits {
    /// One in 60 seconds, five an hour, ten a day.
    fn default() -> Self {
        Self { gap_seconds: 60, per_hour: 5, per_day: 10 }
    }
}

const HOUR: u32 = 60 * 60;
const DAY: u32 = 24 * HOUR;

/// No further code may be sent to this number now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many codes were sent to this number; the next may be sent at {retry_at}")]
pub struct SendRefusal {
    /// The first instant at which one may be sent.
    pub retry_at: Instant,
}

impl SendRefusal {
    /// The stable name of this refusal.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        "sms_sent_too_often"
    }
}

/// The times at which codes were sent to one number, ascending, as far as a limit can still ask for them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SendHistory(Vec<Instant>);

impl SendHistory {
    /// The history made of these times, in any order.
    #[must_use]
    pub fn new(mut sent: Vec<Instant>) -> Self {
        sent.sort_unstable();
        Self(sent)
    }

    /// The times, ascending.
    #[must_use]
    pub fn times(&self) -> &[Instant] {
        &self.0
    }

    /// The history to store when a code is sent at `now`. Times older than a day are dropped. Every window slides: no
    /// hour and no day, wherever it begins, holds more than its limit.
    ///
    /// # Errors
    /// [`SendRefusal`], with the time when all limits allow it again.
    pub fn send(&self, limits: SendLimits, now: Instant) -> Result<Self, SendRefusal> {
        let windows = [(limits.gap_seconds, 1), (HOUR, limits.per_hour), (DAY, limits.per_day)];
        let retry_at =
            windows.into_iter().filter_map(|(seconds, count)| self.blocked_until(seconds, count)).max();
        match retry_at {
            Some(retry_at) if now < retry_at => Err(SendRefusal { retry_at }),
            _ => {
                let longest = i64::from(limits.gap_seconds.max(DAY));
                let recent = self.0.iter().copied().filter(|sent| now < sent.plus_seconds(longest));
                Ok(Self::new(recent.chain([now]).collect()))
            }
        }
    }

    /// When a window of `seconds` that allows `count` codes has room again: when the `count`-last code leaves it. With
    /// a count of zero nothing is ever sent.
    fn blocked_until(&self, seconds: u32, count: u32) -> Option<Instant> {
        let back = usize::try_from(count).unwrap_or(usize::MAX);
        match back.checked_sub(1) {
            Some(back) => self.0.iter().rev().nth(back).map(|sent| sent.plus_seconds(i64::from(seconds))),
            None => Some(Instant::from_milliseconds(i64::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Instant = Instant::from_milliseconds(1_700_000_000_000);
    const PURPOSE: &str = "login 13800000000";

    fn codes() -> SmsCodes {
        SmsCodes::new(SmsKey::new([3; 32]), SmsSettings::default())
    }

    /// The code 000042, and another.
    fn code() -> SmsCode {
        SmsCode::from_random(1_000_042_u128.to_be_bytes())
    }
    const WRONG: &str = "000043";

    #[test]
    fn codes_have_six_digits() {
        assert_eq!(code().as_str(), "000042");
        assert_eq!(SmsCode::from_random(999_999_u128.to_be_bytes()).as_str(), "999999");
        assert_eq!(SmsCode::from_random([0xFF; 16]).as_str().len(), 6);
    }

    #[test]
    fn a_right_answer_counts_once() {
        let sent = codes().challenge(PURPOSE, &code(), NOW);
        let (used, reply) = codes().answer(sent, PURPOSE, "000042", NOW.plus_seconds(10));
        assert_eq!(reply, Ok(()));
        let (after, reply) = codes().answer(used, PURPOSE, "000042", NOW.plus_seconds(11));
        assert_eq!((after, reply), (used, Err(SmsRefusal::Used)));
    }

    #[test]
    fn five_wrong_answers_make_it_void() {
        let mut state = codes().challenge(PURPOSE, &code(), NOW);
        for remaining in [4, 3, 2, 1] {
            let (next, reply) = codes().answer(state, PURPOSE, WRONG, NOW);
            assert_eq!(reply, Err(SmsRefusal::Wrong { remaining }));
            state = next;
        }
        let (void, reply) = codes().answer(state, PURPOSE, WRONG, NOW);
        assert_eq!(reply, Err(SmsRefusal::NoTriesLeft));
        assert_eq!(codes().answer(void, PURPOSE, "000042", NOW), (void, Err(SmsRefusal::NoTriesLeft)));
        assert_eq!(codes().answer(state, PURPOSE, "000042", NOW).1, Ok(()));
    }

    #[test]
    fn it_expires_after_five_minutes() {
        let sent = codes().challenge(PURPOSE, &code(), NOW);
        assert_eq!(codes().answer(sent, PURPOSE, "000042", NOW.plus_seconds(299)).1, Ok(()));
        let late = codes().answer(sent, PURPOSE, "000042", NOW.plus_seconds(300));
        assert_eq!(late, (sent, Err(SmsRefusal::Expired)));
    }

    #[test]
    fn another_form_is_refused_without_a_try() {
        let sent = codes().challenge(PURPOSE, &code(), NOW);
        for text in ["", "42", "0000042", "00004x", "４2"] {
            assert_eq!(codes().answer(sent, PURPOSE, text, NOW), (sent, Err(SmsRefusal::Form)), "{text}");
        }
    }

    #[test]
    fn a_code_serves_its_purpose_and_key_alone() {
        let sent = codes().challenge(PURPOSE, &code(), NOW);
        let refused = Err(SmsRefusal::Wrong { remaining: 4 });
        assert_eq!(codes().answer(sent, "pay 13800000000", "000042", NOW).1, refused);
        assert_eq!(codes().answer(sent, "login 13800000001", "000042", NOW).1, refused);
        let other = SmsCodes::new(SmsKey::new([4; 32]), SmsSettings::default());
        assert_eq!(other.answer(sent, PURPOSE, "000042", NOW).1, refused);
    }

    #[test]
    fn debug_shows_neither_code_nor_key() {
        let shown = format!("{:?} {:?}", code(), codes());
        assert!(!shown.contains("42") && !shown.contains("3, 3"), "{shown}");
    }

    #[test]
    fn one_a_minute_five_an_hour_ten_a_day() {
        let limits = SendLimits::default();
        let mut history = SendHistory::default().send(limits, NOW).expect("the first");
        let refused = history.send(limits, NOW.plus_seconds(59));
        assert_eq!(refused, Err(SendRefusal { retry_at: NOW.plus_seconds(60) }));
        for minute in 1..5 {
            history = history.send(limits, NOW.plus_seconds(minute * 60)).expect("five an hour");
        }
        let refused = history.send(limits, NOW.plus_seconds(300));
        assert_eq!(refused, Err(SendRefusal { retry_at: NOW.plus_seconds(3600) }));
        for minute in 0..5 {
            history = history.send(limits, NOW.plus_seconds(3600 + minute * 60)).expect("ten a day");
        }
        let refused = history.send(limits, NOW.plus_seconds(3 * 3600));
        assert_eq!(refused, Err(SendRefusal { retry_at: NOW.plus_seconds(24 * 3600) }));
        let next_day = history.send(limits, NOW.plus_seconds(24 * 3600)).expect("a day later");
        assert_eq!(next_day.times().len(), 10);
        assert_eq!(next_day.times().first(), Some(&NOW.plus_seconds(60)));
    }

    #[test]
    fn a_limit_of_zero_sends_nothing() {
        let limits = SendLimits { per_day: 0, ..SendLimits::default() };
        assert!(SendHistory::default().send(limits, NOW).is_err());
    }

    proptest! {
        /// No window of any limit ever holds more than it allows, and the time named for a retry is the first that works.
        #[test]
        fn windows_are_never_overfull(gaps in prop::collection::vec(0_i64..3_000, 1..120)) {
            let limits = SendLimits::default();
            let (mut history, mut now) = (SendHistory::default(), NOW);
            let mut sent = Vec::new();
            for gap in gaps {
                now = now.plus_seconds(gap);
                match history.send(limits, now) {
                    Ok(next) => {
                        history = next;
                        sent.push(now);
                    }
                    Err(SendRefusal { retry_at }) => {
                        prop_assert!(history.send(limits, retry_at).is_ok());
                        prop_assert!(history.send(limits, Instant::from_milliseconds(retry_at.milliseconds() - 1)).is_err());
                    }
                }
            }
            for (seconds, count) in [(60, 1), (3_600, 5), (86_400, 10)] {
                for window in sent.windows(count + 1) {
                    prop_assert!(window[count].since(window[0]) >= seconds * 1000);
                }
            }
        }
    }
}
