//! What is remembered for a moment between calls, so that not every call asks the database the same.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use model::{Instant, InstitutionCode};
use wire::signature::SecretKey;

/// For how long an answer of the database is believed: a withdrawn key serves at most this much longer.
const SECONDS: i64 = 30;
/// The most entries that are kept of each kind; with more, all are forgotten.
const MOST: usize = 10_000;

/// Values that are believed for a while.
struct ForAWhile<K, V>(Mutex<HashMap<K, (Instant, V)>>);

impl<K, V> Default for ForAWhile<K, V> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash, V: Clone> ForAWhile<K, V> {
    fn get(&self, key: &K, now: Instant) -> Option<V> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, value) = kept.get(key)?;
        let fresh = now.since(*since).unsigned_abs() < SECONDS.unsigned_abs().saturating_mul(1000);
        fresh.then(|| value.clone())
    }

    fn keep(&self, key: K, value: V, now: Instant) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, (now, value));
    }

    fn forget(&self, key: &K) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

/// Whose an access key is, and what it signs with.
#[derive(Clone)]
pub(super) struct KeyHolder {
    /// The institution.
    pub(super) institution: InstitutionCode,
    /// Its secret key.
    pub(super) secret: SecretKey,
}

/// The memory of the hospital interface.
#[derive(Default)]
pub(super) struct Memory {
    keys: ForAWhile<String, KeyHolder>,
    sign_ins: ForAWhile<(InstitutionCode, String), ()>,
}

impl Memory {
    /// The holder of an access key, if it was asked for a moment ago.
    pub(super) fn key_holder(&self, access_key: &str, now: Instant) -> Option<KeyHolder> {
        self.keys.get(&access_key.to_owned(), now)
    }

    /// Remembers the holder of an access key. Unknown keys are not remembered: anyone can make them up.
    pub(super) fn keep_key_holder(&self, access_key: &str, holder: KeyHolder, now: Instant) {
        self.keys.keep(access_key.to_owned(), holder, now);
    }

    /// Whether an institution's sign-in was found to be open a moment ago.
    pub(super) fn is_signed_in(&self, institution: &InstitutionCode, sign_no: &str, now: Instant) -> bool {
        self.sign_ins.get(&(institution.clone(), sign_no.to_owned()), now).is_some()
    }

    /// Remembers that a sign-in is open.
    pub(super) fn keep_signed_in(&self, institution: &InstitutionCode, sign_no: &str, now: Instant) {
        self.sign_ins.keep((institution.clone(), sign_no.to_owned()), (), now);
    }

    /// Forgets a sign-in that has ended.
    pub(super) fn forget_signed_in(&self, institution: &InstitutionCode, sign_no: &str) {
        self.sign_ins.forget(&(institution.clone(), sign_no.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_ins_are_believed_for_a_while_and_forgotten_at_once() {
        let memory = Memory::default();
        let hospital: InstitutionCode = "H99000000001".parse().unwrap();
        let now = Instant::from_milliseconds(1_700_000_000_000);
        assert!(!memory.is_signed_in(&hospital, "1", now));
        memory.keep_signed_in(&hospital, "1", now);
        assert!(memory.is_signed_in(&hospital, "1", now.plus_seconds(SECONDS - 1)));
        assert!(!memory.is_signed_in(&hospital, "1", now.plus_seconds(SECONDS)));
        assert!(!memory.is_signed_in(&hospital, "2", now));
        memory.forget_signed_in(&hospital, "1");
        assert!(!memory.is_signed_in(&hospital, "1", now));
    }

    #[test]
    fn memory_is_bounded() {
        let kept = ForAWhile::default();
        let now = Instant::from_milliseconds(0);
        for key in 0..=MOST {
            kept.keep(key, (), now);
        }
        assert_eq!(kept.0.lock().unwrap().len(), 1);
    }
}
