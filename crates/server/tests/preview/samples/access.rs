//! Pages of logging in and activating.

use server::web::insured::*;
use server::web::{DemoNotice, Field, Problem, Shell};

use super::{BILL, NAME, PHONE, Sample, sample, yuan};

/// Pages of logging in and activating.
pub fn access(shell: &Shell) -> Vec<Sample> {
    let shell = || shell.clone();
    let phone = |purpose, phone, notice| PhonePage { shell: shell(), purpose, phone, notice, problem: None };
    let sms = |purpose, sms_code, wait| SmsCodePage {
        shell: shell(),
        purpose,
        phone_masked: PHONE.to_owned(),
        sms_code,
        resend_after_seconds: wait,
        problem: None,
    };
    let tail = || "0018".to_owned();
    let pay = SmsPurpose::Pay { bill_id: BILL.to_owned(), amount: yuan("38.60"), card_tail: tail() };
    let demo = DemoNotice { sms_code: Some("482913".to_owned()) };
    let in_demo = SmsCodePage {
        shell: Shell { demo: Some(demo), ..shell() },
        ..sms(SmsPurpose::Activate, Field::default(), 60)
    };
    let identity =
        |name, id_number, problem| ActivateIdentityPage { shell: shell(), name, id_number, problem };
    let pin = |known, pin_again| ActivatePinPage {
        shell: shell(),
        known,
        pin: Field::default(),
        pin_again,
        problem: None,
    };
    let card = |bound, card_number| CardPage {
        shell: shell(),
        name_masked: NAME.to_owned(),
        phone_masked: PHONE.to_owned(),
        bound,
        card_number,
        problem: None,
    };
    vec![
        sample("login", &phone(PhonePurpose::Login, Field::default(), Some(LoginNotice::LoggedOut))),
        sample(
            "login-wrong",
            &phone(PhonePurpose::Login, Field::refused("1990", Problem::PhoneFormat), None),
        ),
        sample(
            "login-code",
            &sms(SmsPurpose::Login, Field::refused("", Problem::SmsCodeWrong { tries: 2 }), 0),
        ),
        sample("activate", &phone(PhonePurpose::Activate, Field::default(), None)),
        sample("activate-code", &in_demo),
        sample("activate-identity", &identity(Field::default(), Field::default(), None)),
        sample(
            "activate-identity-wrong",
            &identity(
                Field::filled("王小明"),
                Field::refused("99999919790101", Problem::IdNumberFormat),
                Some(Problem::RealNameMismatch),
            ),
        ),
        sample("activate-agreement", &ActivateAgreementPage { shell: shell(), problem: None }),
        sample("activate-pin", &pin(false, Field::refused("", Problem::PinsDiffer))),
        sample("activate-pin-known", &pin(true, Field::default())),
        sample("activate-done", &ActivateDonePage { shell: shell(), name_masked: NAME.to_owned() }),
        sample("card", &card(None, Field::default())),
        sample("card-bound", &card(Some(tail()), Field::default())),
        sample("card-code", &sms(SmsPurpose::BindCard { card_tail: tail() }, Field::default(), 0)),
        sample("card-done", &CardDonePage { shell: shell(), card_tail: tail() }),
        sample("pay-code", &sms(pay, Field::default(), 0)),
    ]
}
