//! How long it takes to issue and to decode a credential code: `cargo bench -p credential`.

#![expect(clippy::expect_used, reason = "a bench that cannot begin has nothing to measure")]

use credential::{CodeBook, EpochKey, Handle, KeyEpoch, Prefix};
use model::{Instant, Region};

/// 2026-01-01 00:00:00 in China.
const START: Instant = Instant::from_milliseconds(1_767_196_800_000);
/// How many seconds after the begin of the second key the codes are shown.
const SHOWN_AFTER: [i64; 2] = [1, 86_400];

fn main() {
    divan::main();
}

fn book() -> CodeBook {
    let epochs = [(1, 0), (2, 86_400)].map(|(number, from)| KeyEpoch {
        number,
        key: EpochKey::new([u8::try_from(number).expect("small"); 16]),
        from: START.plus_seconds(from),
    });
    CodeBook::new(Prefix::NATIONAL, epochs.into()).expect("a right list of keys")
}

fn shown(after: i64) -> Instant {
    START.plus_seconds(86_400 + after)
}

fn handle() -> Handle {
    Handle::from_number(123_456_789_012).expect("twelve digits")
}

fn region() -> Region {
    "330200".parse().expect("six digits")
}

#[divan::bench]
fn issue(bencher: divan::Bencher<'_, '_>) {
    let (book, at) = (book(), shown(86_400));
    bencher.bench(|| book.issue(handle(), region(), at));
}

/// Just after a change of keys both may have made the code.
#[divan::bench(args = SHOWN_AFTER)]
fn decode(bencher: divan::Bencher<'_, '_>, seconds_after_a_change_of_keys: i64) {
    let (book, at) = (book(), shown(seconds_after_a_change_of_keys));
    let code = book.issue(handle(), region(), at).expect("a key in force");
    bencher.bench(|| book.decode(code.as_str(), at));
}
