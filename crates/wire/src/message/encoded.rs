//! How the values of fields are read and written.

use model::date::parse_date;
use model::money::NumberError;
use model::{
    CatalogueClass, CertificateType, Date, FeeCategory, Fen, Instant, InstitutionCode, InsuranceStatus,
    MedicalType, OrderId, PersonId, PersonType, Price, Quantity, Rate, Region, Scheme, SettlementId, VisitId,
};
use serde_json::Value;

use crate::Personal;
use crate::check::{Characters, Fault, Form};
use crate::value::{Scalar, number, shortened, text};

/// A value of one field.
pub(crate) trait Encoded: Sized {
    /// Reads a value that is not empty.
    fn decode(value: &Value) -> Result<Self, Fault>;
    /// The value as it is sent.
    fn encode(&self) -> Value;
    /// What is sent where there is no value: empty text, or zero for a number (interface facts, section 1.3).
    fn nothing() -> Value {
        text("")
    }
}

/// The characters of a text or number.
pub(crate) fn characters(value: &Value) -> Result<&str, Fault> {
    Scalar::of(value).characters().ok_or(Fault::WrongForm { shown: None, expected: Form::Text })
}

pub(crate) fn shown(value: &str) -> Option<String> {
    Some(shortened(value, 30))
}

impl Encoded for String {
    fn decode(value: &Value) -> Result<Self, Fault> {
        characters(value).map(str::to_owned)
    }

    fn encode(&self) -> Value {
        text(self.as_str())
    }
}

impl Encoded for Personal {
    fn decode(value: &Value) -> Result<Self, Fault> {
        characters(value).map(Self::new)
    }

    fn encode(&self) -> Value {
        text(self.as_str())
    }
}

/// A mark, `1` for yes and `0` for no.
impl Encoded for bool {
    fn decode(value: &Value) -> Result<Self, Fault> {
        match (Scalar::of(value), characters(value)) {
            (Scalar::Flag(flag), _) => Ok(flag),
            (_, Ok("1")) => Ok(true),
            (_, Ok("0")) => Ok(false),
            (_, Ok(other)) => Err(Fault::NotSupported { shown: shown(other) }),
            (_, Err(fault)) => Err(fault),
        }
    }

    fn encode(&self) -> Value {
        text(if *self { "1" } else { "0" })
    }
}

impl Encoded for u32 {
    fn decode(value: &Value) -> Result<Self, Fault> {
        let digits = characters(value)?;
        digits.parse().map_err(|_| Fault::WrongForm {
            shown: shown(digits),
            expected: Form::Number { places: Some(0) },
        })
    }

    fn encode(&self) -> Value {
        Value::from(*self)
    }

    fn nothing() -> Value {
        Value::from(0)
    }
}

/// Age in full years (`age`). Replies of other platforms give infants with a decimal; it is dropped when reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Years(pub u16);

impl Encoded for Years {
    fn decode(value: &Value) -> Result<Self, Fault> {
        let digits = characters(value)?;
        let whole = digits.split_once('.').map_or(digits, |(whole, _)| whole);
        whole.parse().map(Self).map_err(|_| Fault::WrongForm {
            shown: shown(digits),
            expected: Form::Number { places: Some(1) },
        })
    }

    fn encode(&self) -> Value {
        Value::from(self.0)
    }

    fn nothing() -> Value {
        Value::from(0)
    }
}

fn number_fault(error: &NumberError, digits: &str, places: u32) -> Fault {
    match error {
        NumberError::NotDecimal(_) => {
            Fault::WrongForm { shown: shown(digits), expected: Form::Number { places: Some(places) } }
        }
        NumberError::TooManyPlaces { places, .. } => {
            Fault::TooManyPlaces { shown: shown(digits), places: *places }
        }
        NumberError::TooLarge(_) => Fault::TooLarge { shown: shown(digits), digits: None },
    }
}

impl Encoded for Fen {
    fn decode(value: &Value) -> Result<Self, Fault> {
        let digits = characters(value)?;
        Self::from_yuan(digits).map_err(|error| number_fault(&error, digits, 2))
    }

    /// A JSON number with two decimals.
    fn encode(&self) -> Value {
        number(self.to_yuan())
    }

    fn nothing() -> Value {
        Value::from(0)
    }
}

macro_rules! decimals {
    ($($type:ident),+) => { $(
        impl Encoded for $type {
            fn decode(value: &Value) -> Result<Self, Fault> {
                let digits = characters(value)?;
                digits.parse().map_err(|error| number_fault(&error, digits, Self::PLACES))
            }

            fn encode(&self) -> Value {
                number(self.to_string())
            }

            fn nothing() -> Value {
                Value::from(0)
            }
        }
    )+ };
}

decimals!(Price, Quantity, Rate);

/// The highest unit price in scope (定价上限金额, `pric_uplmt_amt`). On the wire 999999 says that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceCeiling(pub Option<Price>);

/// The price that stands for "no ceiling".
const NO_CEILING: Price = Price::from_micro_yuan(999_999_000_000);

impl Encoded for PriceCeiling {
    fn decode(value: &Value) -> Result<Self, Fault> {
        let price = Price::decode(value)?;
        Ok(Self(Some(price).filter(|price| *price != NO_CEILING)))
    }

    fn encode(&self) -> Value {
        self.0.unwrap_or(NO_CEILING).encode()
    }
}

impl Encoded for Date {
    fn decode(value: &Value) -> Result<Self, Fault> {
        let date = characters(value)?;
        parse_date(date).map_err(|_| Fault::WrongForm { shown: shown(date), expected: Form::Date })
    }

    fn encode(&self) -> Value {
        text(self.to_string())
    }
}

impl Encoded for Instant {
    fn decode(value: &Value) -> Result<Self, Fault> {
        let time = characters(value)?;
        Self::parse_china(time).map_err(|_| Fault::WrongForm { shown: shown(time), expected: Form::Time })
    }

    fn encode(&self) -> Value {
        text(self.to_china_text())
    }
}

macro_rules! identifiers {
    ($($type:ident),+) => { $(
        impl Encoded for $type {
            fn decode(value: &Value) -> Result<Self, Fault> {
                let id = characters(value)?;
                id.parse().map_err(|_| Fault::NotIssued { shown: shown(id) })
            }

            fn encode(&self) -> Value {
                text(self.to_string())
            }
        }
    )+ };
}

identifiers!(PersonId, VisitId, SettlementId, OrderId);

impl Encoded for Region {
    fn decode(value: &Value) -> Result<Self, Fault> {
        let code = characters(value)?;
        let expected = Characters::Region;
        code.parse().map_err(|_| Fault::WrongCharacters { shown: shown(code), expected })
    }

    fn encode(&self) -> Value {
        text(self.to_string())
    }
}

impl Encoded for InstitutionCode {
    fn decode(value: &Value) -> Result<Self, Fault> {
        let code = characters(value)?;
        let expected = Characters::Institution;
        code.parse().map_err(|_| Fault::WrongCharacters { shown: shown(code), expected })
    }

    fn encode(&self) -> Value {
        text(self.as_str())
    }
}

macro_rules! codes {
    ($($type:ident),+) => { $(
        impl Encoded for $type {
            fn decode(value: &Value) -> Result<Self, Fault> {
                let code = characters(value)?;
                code.parse().map_err(|_| Fault::NotSupported { shown: shown(code) })
            }

            fn encode(&self) -> Value {
                text(self.code())
            }
        }
    )+ };
}

codes!(Scheme, PersonType, InsuranceStatus, MedicalType, CertificateType, CatalogueClass, FeeCategory);
