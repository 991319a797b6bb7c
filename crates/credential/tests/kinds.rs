//! The names of refusals are stable: screens, texts and stored records rest on them.

use credential::{
    CodeBookError, CredentialRefusal, DecodeError, Error, IndexNoError, IssueError, PinError, PinRefusal,
    SendRefusal, SmsRefusal, TokenError, TokenRefusal,
};
use model::Instant;

const AT: Instant = Instant::from_milliseconds(0);

#[test]
fn every_refusal_has_a_name_of_its_own() {
    let named: [(Error, &str); 36] = [
        (CodeBookError::Prefix.into(), "code_book_prefix"),
        (CodeBookError::NoEpochs.into(), "code_book_no_epochs"),
        (CodeBookError::Order { number: 1 }.into(), "code_book_epoch_order"),
        (CodeBookError::TooLong { number: 1 }.into(), "code_book_epoch_too_long"),
        (CodeBookError::KeyReused { number: 1 }.into(), "code_book_key_reused"),
        (CodeBookError::Cipher.into(), "code_book_cipher"),
        (IssueError::NoEpoch.into(), "code_no_epoch"),
        (IssueError::Cipher.into(), "code_cipher"),
        (DecodeError::NotACode.into(), "code_malformed"),
        (DecodeError::Unknown.into(), "code_unknown"),
        (DecodeError::Expired { shown_at: AT }.into(), "code_expired"),
        (DecodeError::FromTheFuture { shown_at: AT }.into(), "code_from_future"),
        (TokenError.into(), "token_malformed"),
        (TokenRefusal::OtherInstitution.into(), "token_other_institution"),
        (TokenRefusal::OtherPerson.into(), "token_other_person"),
        (TokenRefusal::Expired.into(), "token_expired"),
        (CredentialRefusal::Suspended.into(), "credential_suspended"),
        (CredentialRefusal::NotSuspended.into(), "credential_not_suspended"),
        (CredentialRefusal::ChannelUnbound.into(), "credential_channel_unbound"),
        (CredentialRefusal::PaymentNotOpen.into(), "credential_payment_not_open"),
        (CredentialRefusal::PaymentAlreadyOpen.into(), "credential_payment_already_open"),
        (PinError::Form.into(), "pin_malformed"),
        (PinError::AllSame.into(), "pin_all_same"),
        (PinError::Run.into(), "pin_run"),
        (PinError::BirthDate.into(), "pin_birth_date"),
        (PinError::Document.into(), "pin_document"),
        (PinError::Phone.into(), "pin_phone"),
        (PinRefusal::Wrong { remaining: 1 }.into(), "pin_wrong"),
        (PinRefusal::Locked { until: AT }.into(), "pin_locked"),
        (SmsRefusal::Form.into(), "sms_code_malformed"),
        (SmsRefusal::Used.into(), "sms_code_used"),
        (SmsRefusal::Expired.into(), "sms_code_expired"),
        (SmsRefusal::NoTriesLeft.into(), "sms_code_no_tries_left"),
        (SmsRefusal::Wrong { remaining: 1 }.into(), "sms_code_wrong"),
        (SendRefusal { retry_at: AT }.into(), "sms_sent_too_often"),
        (IndexNoError.into(), "index_no_malformed"),
    ];
    for (error, kind) in named {
        assert_eq!(error.kind(), kind);
    }
    let mut kinds: Vec<&str> = named.iter().map(|(error, _)| error.kind()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), named.len());
}
