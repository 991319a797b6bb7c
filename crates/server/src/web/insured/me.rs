//! Settings, the authorisation of this channel, logging out.

use askama::Template;
use model::Instant;

use super::Tab;
use crate::web::field::Field;
use crate::web::i18n::Language;
use crate::web::problem::Problem;
use crate::web::shell::{Shell, TextSize, Theme};

/// What the credential is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialLevel {
    /// Level 1: identity and queries.
    Identity,
    /// Level 2: payment too.
    Payment,
}

impl CredentialLevel {
    /// Whether payment is open.
    #[must_use]
    pub const fn may_pay(&self) -> bool {
        matches!(self, Self::Payment)
    }
}

impl From<credential::Level> for CredentialLevel {
    fn from(level: credential::Level) -> Self {
        match level {
            credential::Level::Identity => Self::Identity,
            credential::Level::Payment => Self::Payment,
        }
    }
}

/// `/me`.
#[derive(Template)]
#[template(path = "insured/me.html")]
pub struct MePage {
    /// Frame.
    pub shell: Shell,
    /// Masked name.
    pub name_masked: String,
    /// Masked phone number.
    pub phone_masked: String,
    /// Level of the credential.
    pub level: CredentialLevel,
    /// Last digits of the bound card, if there is one.
    pub card_tail: Option<String>,
    /// Name of the channel that this page belongs to.
    pub channel_name: String,
    /// Since when the channel is authorised.
    pub authorised_since: Instant,
}

/// `/me/withdraw`: withdraw this channel's authorisation, with the PIN.
#[derive(Template)]
#[template(path = "insured/withdraw.html")]
pub struct WithdrawPage {
    /// Frame.
    pub shell: Shell,
    /// Name of the channel.
    pub channel_name: String,
    /// PIN; its value is never sent back.
    pub pin: Field,
    /// What is wrong with the whole form.
    pub problem: Option<Problem>,
}
