//! The pages: what people see, apart from how it is decided.
//!
//! **Invariant:** this module only renders. Handlers fill a view struct and write its
//! [`render`](askama::Template::render); nothing here knows a database, a service or a clock. Amounts, times and
//! enumerations go in as data; words, masks of amounts and dates come out in the language of the [`Shell`].
//!
//! # Addresses and forms
//!
//! Every `POST` is `application/x-www-form-urlencoded`, carries the hidden field `csrf`, and answers `303 See Other` to a
//! `GET` page when it did something, or the same page again with its [`Field`]s and [`Problem`] (status 422) when it
//! did not. No `GET` changes anything, and none needs a body.
//!
//! | `GET` | view | its forms: `POST` and fields | leads to |
//! |---|---|---|---|
//! | `/login` | [`insured::PhonePage`] (`Login`) | `/login/sms`: `phone` | `/login/code` |
//! | `/login/code` | [`insured::SmsCodePage`] (`Login`) | `/login/code`: `sms_code`; again: `/login/sms` without `phone` | `/` |
//! | `/activate` | [`insured::PhonePage`] (`Activate`) | `/activate/sms`: `phone` | `/activate/code` |
//! | `/activate/code` | [`insured::SmsCodePage`] (`Activate`) | `/activate/code`: `sms_code`; again: `/activate/sms` without `phone` | `/activate/identity` |
//! | `/activate/identity` | [`insured::ActivateIdentityPage`] | `/activate/identity`: `name`, `id_number` | `/activate/agreement` |
//! | `/activate/agreement` | [`insured::ActivateAgreementPage`] | `/activate/agreement`: `decision` = `accept` or `decline` | `/activate/pin`, or the page of [`Problem::AgreementDeclined`] |
//! | `/activate/pin` | [`insured::ActivatePinPage`] | `/activate/pin`: `pin`, `pin_again` | `/activate/done` |
//! | `/activate/done` | [`insured::ActivateDonePage`] | | |
//! | `/card` | [`insured::CardPage`] | `/card`: `card_number`; `/card/unbind` | `/card/code`; `/card` |
//! | `/card/code` | [`insured::SmsCodePage`] (`BindCard`) | `/card/code`: `sms_code`; again: `/card/sms` | `/card/done` |
//! | `/card/done` | [`insured::CardDonePage`] | | |
//! | `/` | [`insured::HomePage`] | | |
//! | `/code` | [`insured::CodePage`]: a fresh code at each `GET` | | |
//! | `/bills` | [`insured::BillsPage`] | | |
//! | `/bills/{id}` | [`insured::BillPage`] | | `/bills/{id}/pay`, `/bills/{id}/receipt` |
//! | `/bills/{id}/pay` | [`insured::PayPage`] | `/bills/{id}/pay`: `cash_fen` (what the page showed), `pin` | `/bills/{id}/pay/code` |
//! | `/bills/{id}/pay/code` | [`insured::SmsCodePage`] (`Pay`) | `/bills/{id}/pay/code`: `sms_code`; again: `/bills/{id}/pay/sms` | `/bills/{id}/paid` |
//! | `/bills/{id}/paid` | [`insured::PaidPage`] | | |
//! | `/bills/{id}/receipt` | [`insured::ReceiptPage`] | | |
//! | `/me` | [`insured::MePage`] | `/logout` | `/login` |
//! | `/me/withdraw` | [`insured::WithdrawPage`] | `/me/withdraw`: `pin` | `/login` |
//! | every page | | `/appearance`: one of `language` ([`Language::tag`]), `text_size` ([`TextSize::code`]), `theme` ([`Theme::code`]); `return_to` ([`safe_return_path`]) | `return_to` |
//! | `/help`, `/privacy`, `/agreement` | [`insured::HelpPage`], [`insured::PrivacyPage`], [`insured::AgreementPage`], open to all | | |
//! | any failure | [`insured::ErrorPage`] | | |
//! | `/t/login` | [`terminal::TerminalLoginPage`] | `/t/login`: `institution_code`, `staff_no`, `password` | `/t` |
//! | `/t` | [`terminal::DeskPage`] | `/t/scan`: `certificate_type` = `01` with `code`, or `02`/`03` with `id_number`, `name`; `/t/logout` | `/t/s/{visit}`; `/t/login` |
//! | `/t/s/{visit}` | [`terminal::VisitPage`] | `/t/s/{visit}/register`: `medical_type`, `department`, `doctor`, `diagnosis` (a pharmacy sends `medical_type` alone) | `/t/s/{visit}` |
//! | | | `/t/s/{visit}/items`: `item_code`, `price`, `quantity`; `/t/s/{visit}/items/remove`: `serial` | `/t/s/{visit}` |
//! | | | `/t/s/{visit}/presettle` | `/t/s/{visit}` |
//! | | | `/t/s/{visit}/settle`: `key`, `total_fen`, `cash_fen` (what the page showed), `collect` = `phone`, `counter` or `nothing` | `/t/s/{visit}` |
//! | | | `/t/s/{visit}/collect`: cash taken here instead of on the phone | `/t/s/{visit}` |
//! | | | `/t/s/{visit}/revoke`: `reason` | `/t/s/{visit}` |
//! | `/t/s/{visit}/print` | [`terminal::SlipPage`] | | |
//! | `/assets/{name}` | [`assets::find`] | | |
//!
//! # Push
//!
//! `/events` (on `/`, `/code`, `/bills`), `/events?bill={id}` (on `/bills/{id}`) and `/t/events` (on `/t/s/{visit}`) are
//! streams of server-sent events. The event `fragment` carries one rendered [`insured::BillPush`], [`insured::CodeUsedPush`] or
//! [`terminal::TerminalPaymentPush`]: it replaces the element with its id, and a bill that the page does not show yet
//! joins `#push`. The event `changed` (its data is not read) makes the page fetch itself and take its pieces marked `data-live`. A page
//! does the same when it becomes visible again, so a push that was missed costs nothing.
//!
//! # Headers
//!
//! [`assets::CONTENT_SECURITY_POLICY`] on every response; `Cache-Control: no-store` on every page.

pub mod amounts;
pub mod assets;
pub mod code_image;
pub mod explanation;
pub mod field;
pub mod format;
pub mod i18n;
mod icon;
pub mod insured;
pub mod problem;
pub mod shell;
pub mod terminal;
pub mod words;

pub use field::Field;
pub use i18n::{LANGUAGE_COOKIE, Language};
pub use problem::{JsonFault, Problem};
pub use shell::{APPEARANCE_COOKIE, Appearance, DemoNotice, Shell, TextSize, Theme, safe_return_path};
