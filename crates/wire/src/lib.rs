//! The national messages between the systems of hospitals and pharmacies (HIS) and the insurer.
//!
//! One request is one JSON envelope ([`envelope`]) with the number of a transaction ([`transaction`]) and its nodes.
//! The nodes are checked against field tables that are data ([`tables`], [`check`]) and become typed messages
//! ([`message`]); replies go the other way, after their amounts were added up once more ([`arithmetic`]).
//! [`signature`] signs and verifies the request headers, [`ec`] holds the call that decodes a credential code.
//!
//! Everything works in both directions, so that a server can answer a HIS and a client can be one.
//!
//! ```
//! use wire::Language;
//! use wire::envelope::{Limits, Request};
//! use wire::message::{RegistrationCancellation, read};
//! use wire::tables::{Direction, Tables};
//!
//! # fn main() -> Result<(), wire::Error> {
//! let body = r#"{"infno": "2202", "msgid": "1", "inf_time": "2023-05-01 12:00:00",
//!     "fixmedins_code": "H99000000001", "input": {"data": {"psn_no": "x", "ipt_otp_no": "MZ1"}}}"#;
//! let request = Request::parse(body.as_bytes(), Limits::default())?;
//! let cancellation: Result<RegistrationCancellation, _> =
//!     read(Tables::national()?, &request.infno, Direction::In, &request.input);
//! let told = cancellation.map_err(|error| error.text(Language::Chinese));
//! assert_eq!(told, Err("data mdtrt_id（就诊ID）：必填，未提供或为空".to_owned()));
//! # Ok(())
//! # }
//! ```
//!
//! **Invariant:** this crate is pure. It has no clock, no randomness, no network, no file and no database;
//! times and serial numbers are arguments. Amounts never pass through a floating-point number.

pub mod arithmetic;
pub mod check;
pub mod ec;
pub mod envelope;
pub mod message;
pub mod signature;
pub mod tables;
pub mod transaction;

mod error;
mod language;
mod personal;
mod value;

pub use error::Error;
pub use language::Language;
pub use personal::Personal;
pub use value::Object;
