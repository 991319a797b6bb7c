//! Logging in and activating the credential: one question a page.

use askama::Template;
use model::Fen;

use crate::web::field::Field;
use crate::web::i18n::Text;
use crate::web::problem::Problem;
use crate::web::shell::Shell;

/// Why a phone number is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhonePurpose {
    /// To log in with a credential that is active.
    Login,
    /// To activate a credential: its first step.
    Activate,
}

impl PhonePurpose {
    /// Where the form goes.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Self::Login => "/login/sms",
            Self::Activate => "/activate/sms",
        }
    }

    /// Whether this is the first step of activation.
    #[must_use]
    pub const fn is_activation(&self) -> bool {
        matches!(self, Self::Activate)
    }
}

/// Why the person sees the login page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginNotice {
    /// They logged out.
    LoggedOut,
    /// They withdrew this channel's authorisation.
    Withdrawn,
    /// Their session ended by itself.
    SessionEnded,
}

impl LoginNotice {
    /// The notice in words.
    #[must_use]
    pub fn text(&self, shell: &Shell) -> Text {
        match self {
            Self::LoggedOut => shell.t("notice-logged-out"),
            Self::Withdrawn => shell.t("notice-withdrawn"),
            Self::SessionEnded => shell.t("notice-session-ended"),
        }
    }
}

/// `/login` and `/activate`: the phone number.
#[derive(Template)]
#[template(path = "insured/phone.html")]
pub struct PhonePage {
    /// Frame.
    pub shell: Shell,
    /// Login or activation.
    pub purpose: PhonePurpose,
    /// Phone number.
    pub phone: Field,
    /// Why the person is here, if they did not come by themselves.
    pub notice: Option<LoginNotice>,
    /// What is wrong with the whole form.
    pub problem: Option<Problem>,
}

/// What an SMS code confirms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmsPurpose {
    /// Logging in.
    Login,
    /// Activation, first step.
    Activate,
    /// Binding the bank account of the social-security card; the bank sends the code.
    BindCard {
        /// Last digits of the card number.
        card_tail: String,
    },
    /// Paying a bill; the bank sends the code.
    Pay {
        /// The bill.
        bill_id: String,
        /// The cash share that is paid.
        amount: Fen,
        /// Last digits of the card number.
        card_tail: String,
    },
}

impl SmsPurpose {
    fn base(&self) -> String {
        match self {
            Self::Login => "/login".to_owned(),
            Self::Activate => "/activate".to_owned(),
            Self::BindCard { .. } => "/card".to_owned(),
            Self::Pay { bill_id, .. } => format!("/bills/{bill_id}/pay"),
        }
    }

    /// Where the code goes.
    #[must_use]
    pub fn action(&self) -> String {
        format!("{}/code", self.base())
    }

    /// Where the wish for another SMS goes.
    #[must_use]
    pub fn resend_action(&self) -> String {
        format!("{}/sms", self.base())
    }

    /// The page before.
    #[must_use]
    pub fn back(&self) -> String {
        self.base()
    }

    /// The heading of the page.
    #[must_use]
    pub fn title(&self, shell: &Shell) -> Text {
        match self {
            Self::Login | Self::Activate => shell.t("sms-title"),
            Self::BindCard { .. } | Self::Pay { .. } => shell.t("sms-bank-title"),
        }
    }

    /// Whether the bank sends the code.
    #[must_use]
    pub const fn by_bank(&self) -> bool {
        matches!(self, Self::BindCard { .. } | Self::Pay { .. })
    }

    /// The word on the button; for a payment it names the amount.
    #[must_use]
    pub fn button(&self, shell: &Shell) -> Text {
        match self {
            Self::Login => shell.t("login-button"),
            Self::Activate => shell.t("next-step"),
            Self::BindCard { .. } => shell.t("card-bind-button"),
            Self::Pay { amount, .. } => shell.t("pay-button").with("amount", shell.money(amount)),
        }
    }

    /// Whether this is the first step of activation.
    #[must_use]
    pub const fn is_activation(&self) -> bool {
        matches!(self, Self::Activate)
    }
}

/// `/login/code`, `/activate/code`, `/card/code`, `/bills/{id}/pay/code`: the code from the SMS.
#[derive(Template)]
#[template(path = "insured/sms_code.html")]
pub struct SmsCodePage {
    /// Frame.
    pub shell: Shell,
    /// What the code confirms.
    pub purpose: SmsPurpose,
    /// The masked phone number that the SMS went to.
    pub phone_masked: String,
    /// SMS code.
    pub sms_code: Field,
    /// Seconds until another SMS can be asked for; zero when it can.
    pub resend_after_seconds: u32,
    /// What is wrong with the whole form.
    pub problem: Option<Problem>,
}

/// `/activate/identity`: the real-name check.
#[derive(Template)]
#[template(path = "insured/activate_identity.html")]
pub struct ActivateIdentityPage {
    /// Frame.
    pub shell: Shell,
    /// Name as on the ID card.
    pub name: Field,
    /// ID number.
    pub id_number: Field,
    /// What is wrong with the whole form.
    pub problem: Option<Problem>,
}

/// `/activate/agreement`: the short notice, and two buttons of equal size.
#[derive(Template)]
#[template(path = "insured/activate_agreement.html")]
pub struct ActivateAgreementPage {
    /// Frame.
    pub shell: Shell,
    /// What is wrong with the whole form.
    pub problem: Option<Problem>,
}

/// `/activate/pin`: the PIN, twice; once, where the person has one already.
#[derive(Template)]
#[template(path = "insured/activate_pin.html")]
pub struct ActivatePinPage {
    /// Frame.
    pub shell: Shell,
    /// Whether the person has a credential, whose PIN is asked for.
    pub known: bool,
    /// PIN; its value is never sent back.
    pub pin: Field,
    /// PIN again; its value is never sent back.
    pub pin_again: Field,
    /// What is wrong with the whole form.
    pub problem: Option<Problem>,
}

/// `/activate/done`: the credential is active, level 1.
#[derive(Template)]
#[template(path = "insured/activate_done.html")]
pub struct ActivateDonePage {
    /// Frame.
    pub shell: Shell,
    /// Masked name.
    pub name_masked: String,
}
