//! What is stored reads back in later versions, and what is secret leaves memory.

use credential::{
    AttemptPolicy, BusinessType, ChannelState, Credential, EcToken, EpochKey, IndexNo, Pin, PinAttempts,
    SendHistory, SmsCode, SmsKey, SmsSettings, TokenGrant, Use, Validity,
};
use model::{Instant, PersonId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::ZeroizeOnDrop;

fn check<T: Serialize + DeserializeOwned>(value: &T, stored: &str) {
    assert_eq!(serde_json::to_string(value).ok().as_deref(), Some(stored));
    let read = serde_json::from_str::<T>(stored).ok().and_then(|read| serde_json::to_string(&read).ok());
    assert_eq!(read.as_deref(), Some(stored));
}

#[test]
fn stored_forms_are_frozen() {
    let at = Instant::from_milliseconds(1_700_000_000_000);
    let level_two = Credential::activate().open_payment().expect("level 1");
    check(&level_two, r#"{"level":"payment","state":"active"}"#);
    check(&level_two.suspend(), r#"{"level":"payment","state":"suspended"}"#);
    check(&ChannelState::Authorised.unbind(), r#""unbound""#);
    check(&Use::DeductWithoutPin, r#""deduct_without_pin""#);
    check(&BusinessType::Settlement, r#""01301""#);
    check(&IndexNo::from_bytes([0xAB; 16]), r#""ABABABABABABABABABABABABABABABAB""#);
    check(&PinAttempts { failures: 2, locked_until: None }, r#"{"failures":2,"locked_until":null}"#);
    check(&SendHistory::new(vec![at]), "[1700000000000]");
    let grant = TokenGrant::new(
        "H33020000001".parse().expect("an institution"),
        PersonId::from_bytes([0; 16]),
        BusinessType::Registration,
        at,
        60,
    );
    check(
        &grant,
        r#"{"institution":"H33020000001","person":"00000000000000000000000000","business":"01101","expires_at":1700000060000}"#,
    );
}

#[test]
fn settings_name_only_what_differs_and_refuse_unknown_names() {
    let validity: Validity = serde_json::from_str(r#"{"shown_seconds":30}"#).expect("a setting");
    assert_eq!(validity, Validity { shown_seconds: 30, ..Validity::default() });
    assert_eq!(serde_json::from_str::<AttemptPolicy>("{}").ok(), Some(AttemptPolicy::default()));
    assert!(serde_json::from_str::<SmsSettings>(r#"{"attempts":9}"#).is_err());
}

/// Holds at compile time: dropping any of these wipes it. The cipher's round keys are among them.
#[test]
fn secrets_are_wiped_when_dropped() {
    fn wiped<T: ZeroizeOnDrop>() {}
    wiped::<EpochKey>();
    wiped::<sm4::Sm4>();
    wiped::<EcToken>();
    wiped::<Pin>();
    wiped::<SmsCode>();
    wiped::<SmsKey>();
}
