//! What a credential permits: its level, its state, and the hold that one channel has on it.
//!
//! A person has one credential, whatever the channel. A channel (WeChat, Alipay, a bank, our own page) only holds an
//! authorisation, which can be withdrawn alone; withdrawing it does not touch the credential (credential facts,
//! section 1.2). A lost phone is answered by unbinding its channel, or by suspending the credential everywhere.

use serde::{Deserialize, Serialize};

/// The level of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 一级: identity and queries.
    Identity,
    /// 二级: payment too; needs the bank account of the social-security card, bound.
    Payment,
}

impl Level {
    /// The level as people name it: 1 or 2.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Identity => 1,
            Self::Payment => 2,
        }
    }

    /// The level with this number; `None` when there is none.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Identity),
            2 => Some(Self::Payment),
            _ => None,
        }
    }
}

/// Whether a credential is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialState {
    /// In force.
    Active,
    /// Stopped in every channel at once: reported lost at a counter or by the hotline, or by the bureau.
    Suspended,
}

/// Whether a channel may still act for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelState {
    /// The person agreed, and has not withdrawn it.
    Authorised,
    /// Withdrawn (解绑). It does not come back: a new authorisation is made with a new handle, so that whatever the
    /// old one showed stays dead.
    Unbound,
}

impl ChannelState {
    /// The state after the person, a counter or the hotline unbinds the channel. Never refused, and the same when done
    /// twice: a safety measure has to work.
    #[must_use]
    pub const fn unbind(self) -> Self {
        Self::Unbound
    }
}

/// Something that is done with a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// Showing a code on the phone.
    ShowCode,
    /// Being identified by a shown code at an institution. Checked again there, because the credential may have been
    /// suspended since the code was shown.
    Identify,
    /// Reading one's own records: bills, account, entitlement.
    ReadRecords,
    /// Paying a bill online with PIN.
    Pay,
    /// Paying by PIN-less deduction (免密代扣).
    DeductWithoutPin,
}

impl Use {
    /// The level that this use needs.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::ShowCode | Self::Identify | Self::ReadRecords => Level::Identity,
            Self::Pay | Self::DeductWithoutPin => Level::Payment,
        }
    }
}

/// A person's credential: level and state. It exists from the moment of activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Credential {
    /// Level.
    pub level: Level,
    /// State.
    pub state: CredentialState,
}

/// The credential, or the channel's hold on it, does not permit what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialRefusal {
    /// The credential is suspended.
    #[error("the credential is suspended")]
    Suspended,
    /// The credential is not suspended, so it cannot be resumed.
    #[error("the credential is not suspended")]
    NotSuspended,
    /// The channel's authorisation was withdrawn.
    #[error("this channel is no longer authorised to use the credential")]
    ChannelUnbound,
    /// Level 2 is needed.
    #[error("payment is not open for this credential")]
    PaymentNotOpen,
    /// The credential is at level 2 already.
    #[error("payment is already open for this credential")]
    PaymentAlreadyOpen,
}

impl CredentialRefusal {
    /// The stable name of this refusal.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Suspended => "credential_suspended",
            Self::NotSuspended => "credential_not_suspended",
            Self::ChannelUnbound => "credential_channel_unbound",
            Self::PaymentNotOpen => "credential_payment_not_open",
            Self::PaymentAlreadyOpen => "credential_payment_already_open",
        }
    }
}

impl Credential {
    /// A new credential: active, level 1. The caller has checked the person against the register, has the agreement
    /// accepted and a PIN set.
    #[must_use]
    pub const fn activate() -> Self {
        Self { level: Level::Identity, state: CredentialState::Active }
    }

    /// Level 1 → 2, after the bank account of the social-security card is bound.
    ///
    /// # Errors
    /// [`CredentialRefusal::Suspended`], [`CredentialRefusal::PaymentAlreadyOpen`].
    pub const fn open_payment(self) -> Result<Self, CredentialRefusal> {
        match (self.state, self.level) {
            (CredentialState::Suspended, _) => Err(CredentialRefusal::Suspended),
            (CredentialState::Active, Level::Payment) => Err(CredentialRefusal::PaymentAlreadyOpen),
            (CredentialState::Active, Level::Identity) => Ok(Self { level: Level::Payment, ..self }),
        }
    }

    /// Level 2 → 1, when the person closes payment or the bank account is released. Allowed while suspended, because it
    /// only takes away.
    ///
    /// # Errors
    /// [`CredentialRefusal::PaymentNotOpen`].
    pub const fn close_payment(self) -> Result<Self, CredentialRefusal> {
        match self.level {
            Level::Identity => Err(CredentialRefusal::PaymentNotOpen),
            Level::Payment => Ok(Self { level: Level::Identity, ..self }),
        }
    }

    /// Active → suspended. Never refused, and the same when done twice: a report of loss has to work.
    #[must_use]
    pub const fn suspend(self) -> Self {
        Self { state: CredentialState::Suspended, ..self }
    }

    /// Suspended → active at the level it had, after the person has proved their identity again.
    ///
    /// # Errors
    /// [`CredentialRefusal::NotSuspended`].
    pub const fn resume(self) -> Result<Self, CredentialRefusal> {
        match self.state {
            CredentialState::Active => Err(CredentialRefusal::NotSuspended),
            CredentialState::Suspended => Ok(Self { state: CredentialState::Active, ..self }),
        }
    }

    /// Whether the credential, held through a channel in state `channel`, permits `wanted`.
    ///
    /// # Errors
    /// [`CredentialRefusal::Suspended`], [`CredentialRefusal::ChannelUnbound`],
    /// [`CredentialRefusal::PaymentNotOpen`], in this order.
    pub fn check(self, channel: ChannelState, wanted: Use) -> Result<(), CredentialRefusal> {
        if self.state == CredentialState::Suspended {
            return Err(CredentialRefusal::Suspended);
        }
        if channel == ChannelState::Unbound {
            return Err(CredentialRefusal::ChannelUnbound);
        }
        if self.level < wanted.level() {
            return Err(CredentialRefusal::PaymentNotOpen);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USES: [Use; 5] = [Use::ShowCode, Use::Identify, Use::ReadRecords, Use::Pay, Use::DeductWithoutPin];
    const AUTHORISED: ChannelState = ChannelState::Authorised;

    #[test]
    fn level_one_identifies_and_reads_level_two_pays() {
        let one = Credential::activate();
        let two = one.open_payment().expect("active at level 1");
        for wanted in USES {
            let needs_payment = matches!(wanted, Use::Pay | Use::DeductWithoutPin);
            let at_one = if needs_payment { Err(CredentialRefusal::PaymentNotOpen) } else { Ok(()) };
            assert_eq!(one.check(AUTHORISED, wanted), at_one, "{wanted:?}");
            assert_eq!(two.check(AUTHORISED, wanted), Ok(()), "{wanted:?}");
        }
    }

    #[test]
    fn suspension_stops_everything_and_resuming_restores_the_level() {
        let two = Credential::activate().open_payment().expect("active at level 1");
        let stopped = two.suspend();
        assert_eq!(stopped.suspend(), stopped);
        for wanted in USES {
            assert_eq!(stopped.check(AUTHORISED, wanted), Err(CredentialRefusal::Suspended));
        }
        assert_eq!(stopped.resume(), Ok(two));
        assert_eq!(two.resume(), Err(CredentialRefusal::NotSuspended));
        let one = Credential::activate();
        assert_eq!(one.suspend().open_payment(), Err(CredentialRefusal::Suspended));
    }

    #[test]
    fn unbinding_a_channel_leaves_the_credential_and_other_channels_alone() {
        let credential = Credential::activate();
        let lost = AUTHORISED.unbind();
        assert_eq!(lost.unbind(), ChannelState::Unbound);
        for wanted in USES {
            assert_eq!(credential.check(lost, wanted), Err(CredentialRefusal::ChannelUnbound));
        }
        assert_eq!(credential.check(AUTHORISED, Use::ShowCode), Ok(()));
    }

    #[test]
    fn payment_opens_and_closes_once() {
        let one = Credential::activate();
        let two = one.open_payment().expect("active at level 1");
        assert_eq!(two.open_payment(), Err(CredentialRefusal::PaymentAlreadyOpen));
        assert_eq!(one.close_payment(), Err(CredentialRefusal::PaymentNotOpen));
        assert_eq!(two.close_payment(), Ok(one));
        assert_eq!(two.suspend().close_payment(), Ok(one.suspend()));
    }

    #[test]
    fn levels_have_numbers() {
        for level in [Level::Identity, Level::Payment] {
            assert_eq!(Level::from_number(level.number()), Some(level));
        }
        assert_eq!(Level::from_number(0), None);
        assert_eq!(Level::from_number(3), None);
    }
}
