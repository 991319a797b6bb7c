//! Key epochs of the credential code, derived from one master key, so that they rotate without anyone's hand.

use credential::{CodeBook, CodeBookError, EpochKey, KeyEpoch, Prefix};
use hmac::Mac;
use model::Instant;

use crate::mac::hmac_sha256;

/// Where epoch 0 begins: 2026-01-01 00:00:00 in China.
const ORIGIN: Instant = Instant::from_milliseconds(1_767_196_800_000);
/// How long an epoch lasts: 100 days, within the 10,000,000 seconds that a code can tell apart.
const EPOCH_SECONDS: i64 = 8_640_000;

/// The code book for `now`: the epoch in force, its neighbours, and the keys of all three.
///
/// # Errors
/// The time lies before the first epoch.
pub fn code_book(master: &[u8; 32], now: Instant) -> Result<CodeBook, CodeBookError> {
    let current = epoch_at(now);
    let epochs = (current.saturating_sub(1)..=current.saturating_add(1))
        .filter_map(|number| u32::try_from(number).ok())
        .map(|number| KeyEpoch { number, key: epoch_key(master, number), from: start_of(number) })
        .collect();
    CodeBook::new(Prefix::NATIONAL, epochs)
}

/// Whether `book_made_at` and `now` lie in different epochs, so that the book has to be made anew.
#[must_use]
pub fn has_moved_on(book_made_at: Instant, now: Instant) -> bool {
    epoch_at(book_made_at) != epoch_at(now)
}

fn epoch_at(now: Instant) -> i64 {
    now.since(ORIGIN).div_euclid(EPOCH_SECONDS.saturating_mul(1000))
}

fn start_of(number: u32) -> Instant {
    ORIGIN.plus_seconds(i64::from(number).saturating_mul(EPOCH_SECONDS))
}

fn epoch_key(master: &[u8; 32], number: u32) -> EpochKey {
    let mut mac = hmac_sha256(master);
    mac.update(b"credential code epoch");
    mac.update(&number.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let mut key = [0; 16];
    for (byte, derived) in key.iter_mut().zip(digest) {
        *byte = derived;
    }
    EpochKey::new(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use credential::Handle;
    use model::Region;

    #[test]
    fn codes_survive_the_change_of_epoch() {
        let master = [7; 32];
        let region: Region = "330200".parse().expect("a region");
        let handle = Handle::from_number(123_456_789_012).expect("12 digits");
        let last_second = start_of(4).plus_seconds(-1);
        let before = code_book(&master, last_second).expect("a book");
        let code = before.issue(handle, region, last_second).expect("a code");
        let now = start_of(4).plus_seconds(20);
        assert!(has_moved_on(last_second, now));
        let after = code_book(&master, now).expect("a book");
        let decoded = after.decode(code.as_str(), now).expect("still valid");
        assert_eq!(decoded.handle, handle);
        assert_eq!(decoded.shown_at, last_second);
    }

    #[test]
    fn another_master_key_makes_other_codes() {
        let now = start_of(3);
        let region: Region = "330200".parse().expect("a region");
        let handle = Handle::from_number(1).expect("12 digits");
        let code = code_book(&[1; 32], now).expect("a book").issue(handle, region, now).expect("a code");
        let other = code_book(&[2; 32], now).expect("a book").decode(code.as_str(), now);
        assert!(other.is_err() || other.is_ok_and(|decoded| decoded.handle != handle));
    }
}
