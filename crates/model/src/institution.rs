//! Designated medical institutions (定点医药机构): hospitals and pharmacies.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::person::Region;

/// The national code of an institution (`fixmedins_code`): 12 characters, `H` for hospitals and `P` for pharmacies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InstitutionCode(String);

/// A text is not an institution code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an institution code: H or P followed by 11 digits is expected")]
pub struct InstitutionCodeError(pub String);

impl InstitutionCode {
    /// The 12 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InstitutionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for InstitutionCode {
    type Err = InstitutionCodeError;

    fn from_str(text: &str) -> Result<Self, InstitutionCodeError> {
        let digits = text.strip_prefix(['H', 'P']);
        if digits.is_some_and(|d| d.len() == 11 && d.bytes().all(|b| b.is_ascii_digit())) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InstitutionCodeError(text.chars().take(40).collect()))
        }
    }
}

impl TryFrom<String> for InstitutionCode {
    type Error = InstitutionCodeError;

    fn try_from(text: String) -> Result<Self, InstitutionCodeError> {
        text.parse()
    }
}

impl From<InstitutionCode> for String {
    fn from(code: InstitutionCode) -> Self {
        code.0
    }
}

/// Hospital or pharmacy (`fixmedins_type` 1, 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstitutionKind {
    /// 定点医疗机构.
    Hospital,
    /// 定点零售药店.
    Pharmacy,
}

/// The level that policies ask for. Policies name the levels they distinguish; `hosp_lv` of the register maps to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstitutionLevel {
    /// 三级特等.
    TertiarySpecial,
    /// 三级 (甲, 乙, 丙).
    Tertiary,
    /// 二级.
    Secondary,
    /// 一级.
    Primary,
    /// 社区卫生服务机构, 乡镇卫生院.
    Community,
    /// A pharmacy, or a hospital without level.
    Unrated,
}

/// What a settlement needs to know of an institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Institution {
    /// National code.
    pub code: InstitutionCode,
    /// Name as patients know it.
    pub name: String,
    /// Hospital or pharmacy.
    pub kind: InstitutionKind,
    /// Level for the policy.
    pub level: InstitutionLevel,
    /// Pooling region in which it lies.
    pub region: Region,
    /// Whether its agreement is in force; a suspended institution cannot settle.
    pub active: bool,
}
