//! The extension member that nearly every table has.

use model::OrderId;
use serde_json::Value;

use super::code::OrderStatus;
use super::encoded::Encoded;
use crate::Object;
use crate::check::Fault;
use crate::value::text;

/// Members beyond the tables (字段扩展, `exp_content`): by the tables JSON text inside a text. Callers also send the
/// object itself, or free text, which is kept as it is and has no members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extension {
    /// The members.
    Members(Object),
    /// Text that is not a JSON object.
    Text(String),
}

impl Extension {
    /// A member of it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Members(members) => members.get(name),
            Self::Text(_) => None,
        }
    }
}

impl Encoded for Extension {
    fn decode(value: &Value) -> Result<Self, Fault> {
        Ok(match value {
            Value::Object(members) => Self::Members(members.clone()),
            Value::String(written) => match serde_json::from_str(written) {
                Ok(Value::Object(members)) => Self::Members(members),
                _ => Self::Text(written.clone()),
            },
            other => Self::Text(other.to_string()),
        })
    }

    fn encode(&self) -> Value {
        text(match self {
            Self::Members(members) => Value::Object(members.clone()).to_string(),
            Self::Text(written) => written.clone(),
        })
    }
}

/// Whether the person has paid the cash share of a settlement. The tables have no field for it, so the replies of 2102,
/// 2207 and 5203 carry it in `exp_content`, under the names that 6301 uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CashStatus {
    /// The order for the cash share (`payOrdId`).
    pub order: OrderId,
    /// How far it has come (`ordStas`).
    pub status: OrderStatus,
}

impl CashStatus {
    /// The extension that carries it.
    #[must_use]
    pub fn to_extension(self) -> Extension {
        let members = [("payOrdId", self.order.encode()), ("ordStas", self.status.encode())];
        Extension::Members(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The status that an extension carries, if it carries one.
    #[must_use]
    pub fn from_extension(extension: &Extension) -> Option<Self> {
        let order = OrderId::decode(extension.get("payOrdId")?).ok()?;
        let status = OrderStatus::decode(extension.get("ordStas")?).ok()?;
        Some(Self { order, status })
    }
}
