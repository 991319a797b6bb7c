//! What went wrong, told to the person: what happened, and what to do next.

use model::Instant;

use super::format;
use super::i18n::{Language, Text};

macro_rules! problems {
    ($($(#[$doc:meta])* $variant:ident => $what:literal, $remedy:literal;)+) => {
        /// A refusal or failure that a page shows beside the field it belongs to, at the head of a form, or alone.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Problem {
            $($(#[$doc])* $variant,)+
            /// The PIN is wrong.
            PinWrong {
                /// Tries left before it is locked.
                tries: u8,
            },
            /// The PIN was wrong too often.
            PinLocked {
                /// When it can be tried again.
                until: Instant,
            },
            /// The real-name check failed too often.
            IdentityLocked {
                /// When it can be tried again.
                until: Instant,
            },
            /// The SMS code is wrong.
            SmsCodeWrong {
                /// Tries left before a new code is needed.
                tries: u8,
            },
            /// The last SMS code was sent a moment ago.
            SmsCodeTooSoon {
                /// Seconds until the next one can be sent.
                seconds: u32,
            },
            /// Too many attempts of any kind.
            TooManyRequests {
                /// Seconds to wait.
                seconds: u32,
            },
            /// A text is too long.
            TooLong {
                /// Most characters that are accepted.
                limit: u32,
            },
            /// The bank refused.
            BankRefused {
                /// The bank's own words.
                reason: String,
            },
            /// A body of the JSON API cannot be read.
            JsonUnreadable(JsonFault),
            /// The rules of visits, settlements and payments refuse.
            Refusal(Box<settlement::Refusal>),
        }

        impl Problem {
            /// Every problem that carries no detail.
            pub const PLAIN: &'static [Self] = &[$(Self::$variant),+];

            fn keys(&self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$variant => ($what, $remedy),)+
                    Self::PinWrong { .. } => ("problem-pin-wrong", "problem-pin-wrong-do"),
                    Self::PinLocked { .. } => ("problem-pin-locked", "problem-pin-locked-do"),
                    Self::IdentityLocked { .. } => ("problem-identity-locked", "problem-identity-locked-do"),
                    Self::SmsCodeWrong { .. } => ("problem-sms-code-wrong", "problem-sms-code-wrong-do"),
                    Self::SmsCodeTooSoon { .. } => ("problem-sms-too-soon", "problem-sms-too-soon-do"),
                    Self::TooManyRequests { .. } => ("problem-too-many-requests", "problem-too-many-requests-do"),
                    Self::TooLong { .. } => ("problem-too-long", "problem-too-long-do"),
                    Self::BankRefused { .. } => ("problem-bank-refused", "problem-bank-refused-do"),
                    Self::JsonUnreadable(fault) => fault.keys(),
                    Self::Refusal(_) => ("problem-refused", "problem-refused-do"),
                }
            }

            /// The name of the problem, for programs; never changes.
            #[must_use]
            pub fn code(&self) -> String {
                match self {
                    Self::Refusal(refusal) => refusal.code().to_owned(),
                    Self::JsonUnreadable(_) => Self::RequestUnreadable.code(),
                    other => other.keys().0.trim_start_matches("problem-").replace('-', "_"),
                }
            }
        }
    };
}

/// Why a body of the JSON API cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonFault {
    /// The request does not say that it is JSON.
    ContentType,
    /// It is larger than accepted, or broke off.
    TooLarge,
    /// It is not JSON.
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A member is missing.
    Missing,
    /// There is no such member.
    Unknown,
    /// A member is of another kind or form.
    Form,
}

impl JsonFault {
    const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::ContentType => ("problem-json-content-type", "problem-json-content-type-do"),
            Self::TooLarge => ("problem-json-too-large", "problem-json-too-large-do"),
            Self::Syntax { .. } => ("problem-json-syntax", "problem-json-syntax-do"),
            Self::Missing => ("problem-json-missing", "problem-json-form-do"),
            Self::Unknown => ("problem-json-unknown", "problem-json-form-do"),
            Self::Form => ("problem-json-form", "problem-json-form-do"),
        }
    }
}

problems! {
    /// A field was left empty.
    Required => "problem-required", "problem-required-do";
    /// Not a mobile phone number of 11 digits.
    PhoneFormat => "problem-phone-format", "problem-phone-format-do";
    /// Not an SMS code of six digits.
    SmsCodeFormat => "problem-sms-code-format", "problem-sms-code-format-do";
    /// The SMS code is too old.
    SmsCodeExpired => "problem-sms-code-expired", "problem-sms-code-expired-do";
    /// No more SMS codes for this number today.
    SmsCodeTooMany => "problem-sms-too-many", "problem-sms-too-many-do";
    /// Not a valid ID number.
    IdNumberFormat => "problem-id-number-format", "problem-id-number-format-do";
    /// Not a valid bank card number.
    CardNumberFormat => "problem-card-number-format", "problem-card-number-format-do";
    /// Not a PIN of six digits.
    PinFormat => "problem-pin-format", "problem-pin-format-do";
    /// A PIN that is easy to guess.
    PinTooSimple => "problem-pin-too-simple", "problem-pin-too-simple-do";
    /// The two PINs differ.
    PinsDiffer => "problem-pins-differ", "problem-pins-differ-do";
    /// Name, ID number and phone do not belong together in the register.
    RealNameMismatch => "problem-real-name-mismatch", "problem-real-name-mismatch-do";
    /// The person is not insured in this region.
    NotInsured => "problem-not-insured", "problem-not-insured-do";
    /// The person's insurance is suspended or ended.
    PersonSuspended => "problem-person-suspended", "problem-person-suspended-do";
    /// This phone has no active credential.
    NotActivated => "problem-not-activated", "problem-not-activated-do";
    /// The person has a credential already.
    AlreadyActivated => "problem-already-activated", "problem-already-activated-do";
    /// A step of the activation before this one is missing.
    StepMissing => "problem-step-missing", "problem-step-missing-do";
    /// The credential was stopped in all channels.
    CredentialSuspended => "problem-credential-suspended", "problem-credential-suspended-do";
    /// A bank account is bound already.
    CardAlreadyBound => "problem-card-already-bound", "problem-card-already-bound-do";
    /// The agreement was declined.
    AgreementDeclined => "problem-agreement-declined", "problem-agreement-declined-do";
    /// Payment is not open: credential level 1.
    PaymentNotOpen => "problem-payment-not-open", "problem-payment-not-open-do";
    /// Too little money on the bank account.
    InsufficientFunds => "problem-insufficient-funds", "problem-insufficient-funds-do";
    /// Not the code that the bank had sent.
    BankCodeWrong => "problem-bank-code-wrong", "problem-bank-code-wrong-do";
    /// Above the limit of the account or of the day.
    PaymentLimit => "problem-payment-limit", "problem-payment-limit-do";
    /// The bank does not answer; nothing was started.
    BankUnreachable => "problem-bank-unreachable", "problem-bank-unreachable-do";
    /// The outcome of a payment is not known yet.
    PaymentUnknown => "problem-payment-unknown", "problem-payment-unknown-do";
    /// The amount of the bill is another one than the page showed.
    BillChanged => "problem-bill-changed", "problem-bill-changed-do";
    /// The institution withdrew the bill.
    BillCancelled => "problem-bill-cancelled", "problem-bill-cancelled-do";
    /// The bill is paid.
    BillAlreadyPaid => "problem-bill-already-paid", "problem-bill-already-paid-do";
    /// No such bill, or another person's.
    BillNotFound => "problem-bill-not-found", "problem-bill-not-found-do";
    /// Not a code of 28 digits.
    CodeFormat => "problem-code-format", "problem-code-format-do";
    /// The code is older than its minute.
    CodeExpired => "problem-code-expired", "problem-code-expired-do";
    /// The code was used.
    CodeUsed => "problem-code-used", "problem-code-used-do";
    /// The code was not made by this platform.
    CodeForged => "problem-code-forged", "problem-code-forged-do";
    /// The authorisation behind the code was withdrawn.
    CodeWithdrawn => "problem-code-withdrawn", "problem-code-withdrawn-do";
    /// Institution code, staff number or password is wrong.
    StaffLoginFailed => "problem-staff-login-failed", "problem-staff-login-failed-do";
    /// The institution's agreement is suspended.
    InstitutionSuspended => "problem-institution-suspended", "problem-institution-suspended-do";
    /// The visit belongs to another institution, or does not exist.
    VisitNotFound => "problem-visit-not-found", "problem-visit-not-found-do";
    /// The item is not in the catalogue.
    ItemUnknown => "problem-item-unknown", "problem-item-unknown-do";
    /// No insured person has this ID number and this name.
    PatientNotFound => "problem-patient-not-found", "problem-patient-not-found-do";
    /// Several items of the catalogue fit what was typed.
    ItemAmbiguous => "problem-item-ambiguous", "problem-item-ambiguous-do";
    /// Not a code with a name.
    CodeAndNameFormat => "problem-code-and-name-format", "problem-code-and-name-format-do";
    /// Not a value that the field may have.
    ValueUnknown => "problem-value-unknown", "problem-value-unknown-do";
    /// A line names its item by a code and describes it as well.
    ItemTwice => "problem-item-twice", "problem-item-twice-do";
    /// More lines than are estimated.
    TooManyLines => "problem-too-many-lines", "problem-too-many-lines-do";
    /// The platform has no catalogue of the region for the day.
    NoCatalogue => "problem-no-catalogue", "problem-no-catalogue-do";
    /// Not a quantity.
    QuantityFormat => "problem-quantity-format", "problem-quantity-format-do";
    /// Not a price.
    PriceFormat => "problem-price-format", "problem-price-format-do";
    /// The visit has no fee items.
    NoFeeItems => "problem-no-fee-items", "problem-no-fee-items-do";
    /// Line amounts do not add up to the total.
    AmountsDiffer => "problem-amounts-differ", "problem-amounts-differ-do";
    /// Items or policy changed since the pre-settlement.
    PreSettleAgain => "problem-pre-settle-again", "problem-pre-settle-again-do";
    /// The visit is settled.
    AlreadySettled => "problem-already-settled", "problem-already-settled-do";
    /// The settlement is revoked.
    AlreadyRevoked => "problem-already-revoked", "problem-already-revoked-do";
    /// A later settlement of the person must be revoked first.
    LaterSettlement => "problem-later-settlement", "problem-later-settlement-do";
    /// Another terminal is working on the visit.
    VisitBusy => "problem-visit-busy", "problem-visit-busy-do";
    /// The outcome of a settlement is not known yet.
    SettlementUnknown => "problem-settlement-unknown", "problem-settlement-unknown-do";
    /// The form token is missing or old.
    FormExpired => "problem-form-expired", "problem-form-expired-do";
    /// The session has ended.
    SessionEnded => "problem-session-ended", "problem-session-ended-do";
    /// The reader may not do this.
    NotAllowed => "problem-not-allowed", "problem-not-allowed-do";
    /// No such page.
    NotFound => "problem-not-found", "problem-not-found-do";
    /// The address exists, and is called by another method.
    MethodNotAllowed => "problem-method-not-allowed", "problem-method-not-allowed-do";
    /// The request is larger than accepted, or of a form that cannot be read.
    RequestUnreadable => "problem-request-unreadable", "problem-request-unreadable-do";
    /// A failure of the platform's own.
    Internal => "problem-internal", "problem-internal-do";
    /// The platform is overloaded or in maintenance.
    Unavailable => "problem-unavailable", "problem-unavailable-do";
}

impl Problem {
    /// What happened.
    #[must_use]
    pub fn what(&self, language: &Language) -> Text {
        let text = language.text(self.keys().0);
        match self {
            Self::PinWrong { tries } | Self::SmsCodeWrong { tries } => text.with("tries", tries),
            Self::BankRefused { reason } => text.with("reason", reason),
            Self::JsonUnreadable(JsonFault::Syntax { line, column }) => {
                text.with("line", line).with("column", column)
            }
            Self::Refusal(refusal) => match language {
                Language::Zh => text.with("reason", refusal.zh()),
                Language::En => text.with("reason", refusal.to_string()),
            },
            _ => text,
        }
    }

    /// What the person can do now.
    #[must_use]
    pub fn remedy(&self, language: &Language) -> Text {
        let text = language.text(self.keys().1);
        match self {
            Self::PinLocked { until } | Self::IdentityLocked { until } => {
                text.with("until", format::date_time(*until, *language))
            }
            Self::SmsCodeTooSoon { seconds } | Self::TooManyRequests { seconds } => {
                text.with("seconds", seconds)
            }
            Self::TooLong { limit } => text.with("limit", limit),
            _ => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_says_what_happened_and_what_to_do_in_both_languages() {
        let until = Instant::parse_china("2026-04-12 10:32:00").unwrap();
        let detailed = [
            Problem::PinWrong { tries: 2 },
            Problem::PinLocked { until },
            Problem::IdentityLocked { until },
            Problem::SmsCodeWrong { tries: 2 },
            Problem::SmsCodeTooSoon { seconds: 40 },
            Problem::TooManyRequests { seconds: 60 },
            Problem::TooLong { limit: 30 },
            Problem::BankRefused { reason: "X".to_owned() },
            Problem::JsonUnreadable(JsonFault::ContentType),
            Problem::JsonUnreadable(JsonFault::TooLarge),
            Problem::JsonUnreadable(JsonFault::Syntax { line: 3, column: 14 }),
            Problem::JsonUnreadable(JsonFault::Missing),
            Problem::JsonUnreadable(JsonFault::Unknown),
            Problem::JsonUnreadable(JsonFault::Form),
            Problem::Refusal(Box::new(settlement::Refusal::NoItems)),
        ];
        for problem in Problem::PLAIN.iter().chain(&detailed) {
            for language in Language::ALL {
                for text in [problem.what(&language).to_string(), problem.remedy(&language).to_string()] {
                    assert!(!text.is_empty() && !text.contains(['⟦', '$']), "{problem:?}: {text}");
                }
            }
        }
    }

    #[test]
    fn details_reach_the_text() {
        let until = Instant::parse_china("2026-04-12 10:32:00").unwrap();
        assert!(
            Problem::PinLocked { until }.remedy(&Language::En).to_string().contains("12 April 2026, 10:32")
        );
        assert!(Problem::TooLong { limit: 30 }.remedy(&Language::Zh).to_string().contains("30"));
    }
}
