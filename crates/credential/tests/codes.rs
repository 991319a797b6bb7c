//! Credential codes from issue to decode: round trips, time, rotation, and codes that were made up.

#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests, outside the test functions")]

use credential::{
    CodeBook, CodeBookError, CredentialCode, DecodeError, Decoded, EpochKey, Handle, IssueError, KeyEpoch,
    Prefix, Validity,
};
use model::{Instant, Region};
use proptest::prelude::*;

/// 2026-01-01 00:00:00 in China.
const START: Instant = Instant::from_milliseconds(1_767_196_800_000);
const EPOCH_SECONDS: i64 = 10_000_000;

fn epoch(number: u32, key: u8, from: Instant) -> KeyEpoch {
    KeyEpoch { number, key: EpochKey::new([key; 16]), from }
}

fn book(epochs: Vec<KeyEpoch>) -> CodeBook {
    CodeBook::new(Prefix::NATIONAL, epochs).expect("a right list of epochs")
}

fn one_epoch() -> CodeBook {
    book(vec![epoch(1, 1, START)])
}

/// Two epochs; the second begins 30 days after the first.
fn rotation() -> (CodeBook, Instant) {
    let second = START.plus_seconds(30 * 86_400);
    (book(vec![epoch(1, 1, START), epoch(2, 2, second)]), second)
}

fn region() -> Region {
    "330200".parse().expect("six digits")
}

fn handle(number: u64) -> Handle {
    Handle::from_number(number).expect("twelve digits")
}

fn issue(book: &CodeBook, at: Instant) -> CredentialCode {
    book.issue(handle(123_456_789_012), region(), at).expect("an epoch in force")
}

/// Vectors computed with an independent FF1 over another SM4 (a script over OpenSSL's SM4 that also reproduces
/// NIST's samples), key 0123456789ABCDEFFEDCBA9876543210. They freeze the layout: a change here makes the codes on
/// people's phones void.
#[test]
fn frozen_codes_come_out() {
    let key =
        [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10];
    for (number, slot, division, epoch, expected) in [
        (0, 0, "330200", 1, "4249335417164546373810330000"),
        (123_456_789_012, 86_400, "330200", 1, "4244405011410945964114330000"),
        (123_456_789_012, 86_401, "330200", 1, "4247184053059720198901330000"),
        (999_999_999_999, 9_999_999, "990000", u32::MAX, "4248292095297696548155990000"),
    ] {
        let book = book(vec![KeyEpoch { number: epoch, key: EpochKey::new(key), from: START }]);
        let at = START.plus_seconds(slot);
        let division: Region = division.parse().expect("six digits");
        let code = book.issue(handle(number), division, at).expect("in force");
        assert_eq!(code.as_str(), expected);
        let decoded = book.decode(expected, at).expect("fresh");
        assert_eq!((decoded.handle, decoded.shown_at, decoded.epoch), (handle(number), at, epoch));
    }
}

proptest! {
    #[test]
    fn what_is_issued_is_decoded(
        number in 0..1_000_000_000_000_u64,
        key: [u8; 16],
        into_epoch in 0..EPOCH_SECONDS * 1000,
        age in 0..61_000_i64,
    ) {
        let book = book(vec![KeyEpoch { number: 9, key: EpochKey::new(key), from: START }]);
        let second = Instant::from_milliseconds(START.milliseconds() + into_epoch / 1000 * 1000);
        let at = Instant::from_milliseconds(START.milliseconds() + into_epoch);
        let code = book.issue(handle(number), region(), at).expect("in force");
        prop_assert_eq!(code.as_str().len(), 28);
        prop_assert!(code.as_str().bytes().all(|b| b.is_ascii_digit()));
        prop_assert!(code.as_str().starts_with("424") && code.as_str().ends_with("330000"));
        let now = Instant::from_milliseconds(second.milliseconds() + age);
        let decoded = book.decode(code.as_str(), now);
        let province = region().into();
        prop_assert_eq!(decoded, Ok(Decoded { handle: handle(number), shown_at: second, province, epoch: 9 }));
    }

    /// Codes of two handles, and of one handle in two seconds, are never the same.
    #[test]
    fn codes_do_not_collide(a in 0..1_000_000_000_000_u64, b in 0..1_000_000_000_000_u64, gap in 1..60_i64) {
        let book = one_epoch();
        let first = book.issue(handle(a), region(), START).expect("in force");
        let later = book.issue(handle(a), region(), START.plus_seconds(gap)).expect("in force");
        prop_assert_ne!(&first, &later);
        if a != b {
            prop_assert_ne!(&first, &book.issue(handle(b), region(), START).expect("in force"));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}", digits in "424[0-9]{0,30}", now: i64) {
        let now = Instant::from_milliseconds(now);
        let _ = one_epoch().decode(&text, now);
        let _ = one_epoch().decode(&digits, now);
    }
}

#[test]
fn a_fresh_code_every_second() {
    let book = one_epoch();
    let mut codes: Vec<String> =
        (0..3_600).map(|s| issue(&book, START.plus_seconds(s)).as_str().to_owned()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 3_600);
    let within = Instant::from_milliseconds(START.milliseconds() + 999);
    assert_eq!(issue(&book, START), issue(&book, within));
}

#[test]
fn a_code_is_accepted_for_sixty_seconds() {
    let book = one_epoch();
    let shown_at = START.plus_seconds(1_000);
    let code = issue(&book, shown_at);
    assert!(book.decode(code.as_str(), shown_at).is_ok());
    assert!(book.decode(code.as_str(), shown_at.plus_seconds(60)).is_ok());
    let expired = Err(DecodeError::Expired { shown_at });
    assert_eq!(book.decode(code.as_str(), shown_at.plus_seconds(61)), expired);
    assert_eq!(book.decode(code.as_str(), shown_at.plus_seconds(86_400)), expired);
    assert_eq!(book.decode(code.as_str(), shown_at.plus_seconds(86_401)), Err(DecodeError::Unknown));
    // A code that was made at the end of a second still lives for its sixty.
    let late = Instant::from_milliseconds(shown_at.milliseconds() + 999);
    let code = issue(&book, late);
    assert!(book.decode(code.as_str(), late.plus_seconds(60)).is_ok());
}

#[test]
fn clocks_may_differ_a_little() {
    let book = one_epoch();
    let shown_at = START.plus_seconds(1_000);
    let code = issue(&book, shown_at);
    assert!(book.decode(code.as_str(), shown_at.plus_seconds(-5)).is_ok());
    let just_over = Instant::from_milliseconds(shown_at.milliseconds() - 5_001);
    assert_eq!(book.decode(code.as_str(), just_over), Err(DecodeError::FromTheFuture { shown_at }));
    assert_eq!(book.decode(code.as_str(), shown_at.plus_seconds(-86_401)), Err(DecodeError::Unknown));
}

#[test]
fn validity_is_a_setting() {
    let book =
        one_epoch().with_validity(Validity { shown_seconds: 30, skew_seconds: 0, recognised_seconds: 40 });
    let code = issue(&book, START);
    assert!(book.decode(code.as_str(), START.plus_seconds(30)).is_ok());
    let expired = Err(DecodeError::Expired { shown_at: START });
    assert_eq!(book.decode(code.as_str(), START.plus_seconds(31)), expired);
    assert_eq!(book.decode(code.as_str(), START.plus_seconds(41)), Err(DecodeError::Unknown));
    let just_before = Instant::from_milliseconds(START.milliseconds() - 1);
    let early = Err(DecodeError::FromTheFuture { shown_at: START });
    assert_eq!(book.decode(code.as_str(), just_before), early);
}

#[test]
fn rotation_leaves_no_gap() {
    let (book, second) = rotation();
    for offset in -90..=90 {
        let at = second.plus_seconds(offset);
        let code = issue(&book, at);
        let expected = if offset < 0 { 1 } else { 2 };
        for age in [-5, 0, 1, 30, 60] {
            let decoded = book.decode(code.as_str(), at.plus_seconds(age)).expect("fresh");
            assert_eq!((decoded.epoch, decoded.shown_at), (expected, at), "{offset} {age}");
        }
        let expired = Err(DecodeError::Expired { shown_at: at });
        assert_eq!(book.decode(code.as_str(), at.plus_seconds(61)), expired);
    }
}

#[test]
fn an_old_key_makes_no_code_after_its_epoch() {
    let (both, second) = rotation();
    let first_alone = one_epoch();
    let at = second.plus_seconds(10);
    let code = issue(&first_alone, at);
    assert!(first_alone.decode(code.as_str(), at).is_ok());
    assert_eq!(both.decode(code.as_str(), at), Err(DecodeError::Unknown));
}

#[test]
fn an_epoch_ends_after_ten_million_seconds() {
    let book = one_epoch();
    let end = START.plus_seconds(EPOCH_SECONDS);
    assert_eq!(book.exhausted_at(), Some(end));
    let last = end.plus_seconds(-1);
    assert!(book.decode(issue(&book, last).as_str(), last).is_ok());
    assert_eq!(book.issue(handle(1), region(), end), Err(IssueError::NoEpoch));
    assert_eq!(book.issue(handle(1), region(), START.plus_seconds(-1)), Err(IssueError::NoEpoch));
}

#[test]
fn wrong_lists_of_epochs_are_refused() {
    let refused = |epochs| CodeBook::new(Prefix::NATIONAL, epochs).err();
    let later = START.plus_seconds(EPOCH_SECONDS);
    assert_eq!(refused(vec![]), Some(CodeBookError::NoEpochs));
    assert_eq!(refused(vec![epoch(1, 1, START), epoch(2, 2, later)]), None);
    assert_eq!(
        refused(vec![epoch(1, 1, START), epoch(2, 2, later.plus_seconds(1))]),
        Some(CodeBookError::TooLong { number: 1 })
    );
    let order = Some(CodeBookError::Order { number: 2 });
    assert_eq!(refused(vec![epoch(1, 1, later), epoch(2, 2, START)]), order);
    assert_eq!(refused(vec![epoch(1, 1, START), epoch(2, 2, START)]), order);
    assert_eq!(refused(vec![epoch(2, 1, START), epoch(2, 2, later)]), order);
    assert_eq!(
        refused(vec![epoch(1, 1, START), epoch(2, 1, later)]),
        Some(CodeBookError::KeyReused { number: 2 })
    );
}

#[test]
fn what_is_not_a_code_is_told_apart() {
    let book = one_epoch();
    let code = issue(&book, START).as_str().to_owned();
    for text in [
        String::new(),
        code[..27].to_owned(),
        format!("{code}0"),
        code.replacen("424", "425", 1),
        format!("{}0001", &code[..24]),
        format!("{}x{}", &code[..10], &code[11..]),
        "https://example.org/pay/1234".to_owned(),
        "医保电子凭证".to_owned(),
    ] {
        assert_eq!(book.decode(&text, START), Err(DecodeError::NotACode), "{text}");
    }
    assert!(book.decode(&format!(" {code}\r\n"), START).is_ok());
}

#[test]
fn another_prefix_is_another_permutation() {
    let prefix: Prefix = "999".parse().expect("three digits");
    let other = CodeBook::new(prefix, vec![epoch(1, 1, START)]).expect("a right list of epochs");
    let code = other.issue(handle(123_456_789_012), region(), START).expect("in force");
    assert!(code.as_str().starts_with("999"));
    let moved = code.as_str().replacen("999", "424", 1);
    assert_eq!(one_epoch().decode(&moved, START), Err(DecodeError::Unknown));
}

/// Deterministic pseudo-random numbers (SplitMix64), so that a failure can be repeated.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// How many of `outcomes` were accepted, expired, from the future and unknown.
fn tally(outcomes: impl Iterator<Item = Result<Decoded, DecodeError>>) -> [u32; 4] {
    outcomes.fold([0; 4], |[accepted, expired, early, unknown], outcome| match outcome {
        Ok(_) => [accepted + 1, expired, early, unknown],
        Err(DecodeError::Expired { .. }) => [accepted, expired + 1, early, unknown],
        Err(DecodeError::FromTheFuture { .. }) => [accepted, expired, early + 1, unknown],
        Err(DecodeError::Unknown) => [accepted, expired, early, unknown + 1],
        Err(DecodeError::NotACode) => panic!("the form is right"),
    })
}

/// Of a million made-up codes as many fall on an accepted second as chance says: 66 of 10,000,000 seconds.
#[test]
fn made_up_codes_fall_on_an_accepted_second_by_chance_alone() {
    let book = one_epoch();
    let now = START.plus_seconds(5_000_000);
    let mut noise = Noise(42);
    let outcomes = (0..1_000_000).map(|_| {
        let body = noise.next() % 10_000_000_000_000_000_000;
        book.decode(&format!("424{body:019}330000"), now)
    });
    let [accepted, expired, early, unknown] = tally(outcomes);
    assert!(accepted <= 20, "6.6 expected, {accepted} found");
    assert!((8_200..9_100).contains(&expired), "8,634 expected, {expired} found");
    assert!((8_200..9_100).contains(&early), "8,640 expected, {early} found");
    assert!(unknown > 982_000, "982,720 expected, {unknown} found");
}

/// The same with a window that is wide enough to count: 3,606 of 10,000,000 seconds, also at a rotation, where two keys
/// are tried.
#[test]
fn two_keys_do_not_double_the_chance() {
    let (rotating, second) = rotation();
    let wide = Validity { shown_seconds: 3_600, ..Validity::default() };
    let rotating = rotating.with_validity(wide);
    let single = one_epoch().with_validity(wide);
    for (book, now) in [(&single, second), (&rotating, second.plus_seconds(1_800))] {
        let mut noise = Noise(7);
        let outcomes = (0..300_000).map(|_| {
            let body = noise.next() % 10_000_000_000_000_000_000;
            book.decode(&format!("424{body:019}330000"), now)
        });
        let [accepted, ..] = tally(outcomes);
        assert!((70..150).contains(&accepted), "108 expected, {accepted} found");
    }
}

/// A genuine code in which one digit is changed, or that another key has made, is as good as made up.
#[test]
fn wrong_keys_and_changed_digits_do_not_decode() {
    let ours = one_epoch();
    let theirs = book(vec![epoch(1, 2, START)]);
    let renumbered = book(vec![epoch(2, 1, START)]);
    let mut accepted = 0;
    for second in 0..2_000 {
        let at = START.plus_seconds(second);
        let code = issue(&ours, at).as_str().to_owned();
        accepted += i32::from(theirs.decode(&code, at).is_ok());
        accepted += i32::from(renumbered.decode(&code, at).is_ok());
        for place in 3..24 {
            let mut changed = code.clone().into_bytes();
            changed[place] = b'0' + (changed[place] - b'0' + 1) % 10;
            let changed = String::from_utf8(changed).expect("digits");
            accepted += i32::from(ours.decode(&changed, at).is_ok());
        }
    }
    assert!(accepted <= 3, "0.3 expected of 46,000, {accepted} found");
}

#[test]
fn neither_keys_nor_handles_are_in_debug_output() {
    let (book, _) = rotation();
    let shown = format!("{book:?} {:?}", epoch(1, 0xAB, START));
    assert!(shown.contains("EpochKey(…)") && !shown.contains("171"), "{shown}");
    let decoded = book.decode(issue(&book, START).as_str(), START).expect("fresh");
    assert!(!format!("{decoded:?}").contains("123456789012"));
}
