//! The response envelope.

use std::fmt;

use model::{Instant, Region};
use serde_json::Value;

use super::structure::{read_body, read_object};
use super::{EnvelopeError, Limits};
use crate::check::{Fault, Problem};
use crate::value::{Scalar, shortened, text};
use crate::{Object, Personal};

/// How a call ended. `Debug` leaves nodes and words out, because they may hold personal data.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// `infcode` 0, with the nodes of the answer (`output`). 5204 answers with a list, so any JSON value may stand here.
    Success(Value),
    /// `infcode` other than 0, with the reason (`err_msg`) in the caller's language.
    Failure(String),
}

/// The answer to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The receiver's number of this message (`inf_refmsgid`), from [`reference_number`].
    pub reference: String,
    /// When the request arrived (`refmsg_time`).
    pub received: Instant,
    /// When the answer left (`respond_time`).
    pub responded: Instant,
    /// Success or failure.
    pub outcome: Outcome,
    /// A remark that does not make the call fail (`warn_msg`); empty for none.
    pub warning: String,
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Success(_) => "Success(***)",
            Self::Failure(_) => "Failure(***)",
        })
    }
}

/// The receiver's message number: area (6), `yyyyMMddHHmmss` (14) and a serial number (10 digits, the last ten of
/// `serial`), which the caller counts so that it is unique within the second.
#[must_use]
pub fn reference_number(region: Region, at: Instant, serial: u64) -> String {
    format!("{region}{}{:010}", at.to_china_digits(), serial % 10_000_000_000)
}

/// `yyyyMMddHHmmssSSS`.
fn seventeen_digits(at: Instant) -> String {
    format!("{}{:03}", at.to_china_digits(), at.milliseconds().rem_euclid(1000))
}

fn read_seventeen_digits(digits: &str) -> Option<Instant> {
    let part = |from: usize, to: usize| digits.get(from..to);
    if digits.len() != 17 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let local = format!(
        "{}-{}-{} {}:{}:{}",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?
    );
    let milliseconds: i64 = part(14, 17)?.parse().ok()?;
    let second = Instant::parse_china(&local).ok()?;
    Some(Instant::from_milliseconds(second.milliseconds().saturating_add(milliseconds)))
}

impl Response {
    /// The response as the body of an answer. `infcode` is the number 0 or -1; on failure `output` is null.
    #[must_use]
    pub fn into_json(self) -> String {
        let (code, error, output) = match self.outcome {
            Outcome::Success(output) => (0, String::new(), output),
            Outcome::Failure(error) => (-1, error, Value::Null),
        };
        let members = [
            ("infcode", Value::from(code)),
            ("inf_refmsgid", text(self.reference)),
            ("refmsg_time", text(seventeen_digits(self.received))),
            ("respond_time", text(seventeen_digits(self.responded))),
            ("err_msg", text(error)),
            ("warn_msg", text(self.warning)),
            ("enctype", text("")),
            ("signtype", text("")),
            ("cainfo", text("")),
            ("output", output),
        ];
        let envelope: Object = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Value::Object(envelope).to_string()
    }

    /// Reads an answer, as a client does. `infcode` may be number or text, `output` JSON text; times that are missing or
    /// malformed are read as 1970.
    ///
    /// # Errors
    /// The body is no JSON object within the limits, or has no `infcode`: then a gateway's `code` and `message` are told.
    pub fn parse(body: &[u8], limits: Limits) -> Result<Self, EnvelopeError> {
        let mut envelope = read_body(body, limits)?;
        let output = take_output(&mut envelope, limits)?;
        let member = |name: &str| {
            envelope.get(name).and_then(|value| Scalar::of(value).characters()).unwrap_or_default().to_owned()
        };
        let time = |name: &str| read_seventeen_digits(&member(name)).unwrap_or(Instant::from_milliseconds(0));
        let outcome = match member("infcode").as_str() {
            "0" => Outcome::Success(output),
            "" if envelope.contains_key("code") => {
                let message = Personal::new(member("message"));
                return Err(EnvelopeError::Gateway { code: shortened(&member("code"), 20), message });
            }
            "" => {
                let problem = Problem::new("infcode", "交易状态码", Fault::Missing);
                return Err(EnvelopeError::Members(problem.into()));
            }
            _ => Outcome::Failure(member("err_msg")),
        };
        let warning =
            Some(member("warn_msg")).filter(|w| !w.is_empty()).unwrap_or_else(|| member("warn_info"));
        Ok(Self {
            reference: member("inf_refmsgid"),
            received: time("refmsg_time"),
            responded: time("respond_time"),
            outcome,
            warning,
        })
    }
}

fn take_output(envelope: &mut Object, limits: Limits) -> Result<Value, EnvelopeError> {
    match envelope.remove("output") {
        Some(Value::String(nodes)) => match nodes.trim() {
            "" => Ok(Value::Object(Object::new())),
            // The two that text may hold: a list is wrapped, so that its depth and names are looked at as well.
            list if list.starts_with('[') => {
                let mut wrapped = read_object(&format!("{{\"list\":{list}}}"), "output", limits.depth)?;
                Ok(wrapped.remove("list").unwrap_or_default())
            }
            object => read_object(object, "output", limits.depth).map(Value::Object),
        },
        Some(Value::Null) | None => Ok(Value::Object(Object::new())),
        Some(output @ (Value::Object(_) | Value::Array(_))) => Ok(output),
        Some(_) => Err(EnvelopeError::NotObject { part: "output" }),
    }
}
