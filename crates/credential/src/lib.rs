//! The medical-insurance credential (医保电子凭证, 医保码): the code a person shows, the token an institution gets for
//! it, the two levels of use, and the rules of PIN and one-time SMS codes.
//!
//! | module | what it decides |
//! |---|---|
//! | [`code`] | the shown code of 28 digits: issue, decode, key epochs |
//! | [`token`] | the `ec_token` of 40 characters, bound to one institution and one person |
//! | [`business`] | the businesses a code is decoded for (`businessType`) |
//! | [`level`] | what a credential and its channel permit, and how both change |
//! | [`pin`] | which PINs may be chosen, and the lock after wrong ones |
//! | [`sms_code`] | one-time codes by SMS: tries, validity, single use, limits of sending |
//! | [`index_no`] | the credential index number (`ecIndexNo`) |
//!
//! **Invariants:** this crate is pure: no clock, no randomness, no network, no file and no database; times and random
//! bytes are arguments. Keys, PINs, codes and tokens are wiped or masked: none appears in `Debug` output or in an
//! error. Every refusal has a stable [`Error::kind`] from which the server renders its Chinese and English texts.

pub mod business;
pub mod code;
mod error;
pub mod index_no;
pub mod level;
pub mod pin;
pub mod sms_code;
pub mod token;

pub use business::BusinessType;
pub use code::{
    CodeBook, CodeBookError, CodeId, CredentialCode, DecodeError, Decoded, EpochKey, Handle, IssueError,
    KeyEpoch, Prefix, Province, Validity,
};
pub use error::Error;
pub use index_no::{IndexNo, IndexNoError};
pub use level::{ChannelState, Credential, CredentialRefusal, CredentialState, Level, Use};
pub use pin::{AttemptPolicy, PersonalNumbers, Pin, PinAttempts, PinError, PinRefusal};
pub use sms_code::{
    SendHistory, SendLimits, SendRefusal, SmsChallenge, SmsCode, SmsCodes, SmsKey, SmsRefusal, SmsSettings,
};
pub use token::{EcToken, TokenDigest, TokenError, TokenGrant, TokenRefusal};
