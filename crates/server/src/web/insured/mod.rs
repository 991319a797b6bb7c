//! Pages of the insured person: phone first, one column, one thing at a time.

mod access;
mod bills;
mod card;
mod code;
mod documents;
mod home;
mod me;

pub use access::{
    ActivateAgreementPage, ActivateDonePage, ActivateIdentityPage, ActivatePinPage, LoginNotice, PhonePage,
    PhonePurpose, SmsCodePage, SmsPurpose,
};
pub use bills::{
    Bill, BillCard, BillLine, BillPage, BillPush, BillState, BillsPage, CashPayment, PaidOutcome, PaidPage,
    PayPage, PaymentMethod, ReceiptPage,
};
pub use card::{CardDonePage, CardPage};
pub use code::{CodeCard, CodePage, CodeState, CodeUsedPush, ReadyCode};
pub use documents::{AgreementPage, ErrorPage, HelpPage, PrivacyPage};
pub use home::HomePage;
pub use me::{CredentialLevel, MePage, WithdrawPage};

/// The entry of the bottom bar that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// 首页.
    Home,
    /// 医保码.
    Code,
    /// 账单.
    Bills,
    /// 我的.
    Me,
}
