//! Insured persons (参保人) as the register knows them, without their personal data.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::PersonId;

/// A pooling region (统筹区), by its six-digit division code (`admdvs`), such as 330200 for Ningbo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region(u32);

impl Region {
    /// The province, by the first two digits.
    #[must_use]
    pub const fn province(self) -> u32 {
        self.0 / 10_000
    }
}

/// A text is not a division code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a division code: six digits are expected")]
pub struct RegionError(pub String);

impl FromStr for Region {
    type Err = RegionError;

    fn from_str(text: &str) -> Result<Self, RegionError> {
        let right = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(number) if right => Ok(Self(number)),
            _ => Err(RegionError(text.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl TryFrom<String> for Region {
    type Error = RegionError;

    fn try_from(text: String) -> Result<Self, RegionError> {
        text.parse()
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.to_string()
    }
}

/// A text is not a code of the list that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a {list} that is supported")]
pub struct CodeError {
    /// The text as given.
    pub text: String,
    /// The national name of the code list.
    pub list: &'static str,
}

impl CodeError {
    /// The refusal of `text` for `list`.
    #[must_use]
    pub fn new(text: &str, list: &'static str) -> Self {
        Self { text: text.chars().take(40).collect(), list }
    }
}

/// An insurance scheme (险种, `insutype`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// 职工基本医疗保险, 310.
    Employee,
    /// 城乡居民基本医疗保险, 390.
    Resident,
}

impl Scheme {
    /// The national code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Employee => "310",
            Self::Resident => "390",
        }
    }
}

impl FromStr for Scheme {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        match text {
            "310" => Ok(Self::Employee),
            "390" => Ok(Self::Resident),
            _ => Err(CodeError::new(text, "insutype")),
        }
    }
}

/// The class of an insured person (人员类别, `psn_type`), as far as policies distinguish it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonType {
    /// 在职, 11.
    InService,
    /// 退休, 12.
    Retired,
    /// 居民未成年, 14.
    Minor,
    /// 居民成年, 15.
    AdultResident,
    /// 居民老年, 16.
    ElderlyResident,
}

impl PersonType {
    /// The scheme that insures the class.
    #[must_use]
    pub const fn scheme(self) -> Scheme {
        match self {
            Self::InService | Self::Retired => Scheme::Employee,
            Self::Minor | Self::AdultResident | Self::ElderlyResident => Scheme::Resident,
        }
    }

    /// The national code, first level.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InService => "11",
            Self::Retired => "12",
            Self::Minor => "14",
            Self::AdultResident => "15",
            Self::ElderlyResident => "16",
        }
    }
}

impl FromStr for PersonType {
    type Err = CodeError;

    /// Reads the national code; of a code of the second level only its first two digits count.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        match text.get(..2) {
            Some("11") => Ok(Self::InService),
            Some("12") => Ok(Self::Retired),
            Some("14") => Ok(Self::Minor),
            Some("15") => Ok(Self::AdultResident),
            Some("16") => Ok(Self::ElderlyResident),
            _ => Err(CodeError::new(text, "psn_type")),
        }
    }
}

/// Whether the person's insurance is in force (`psn_insu_stas`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InsuranceStatus {
    /// 正常参保, 1.
    Active,
    /// 暂停参保, 2.
    Suspended,
    /// 终止参保, 4.
    Ended,
}

impl InsuranceStatus {
    /// The national code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "1",
            Self::Suspended => "2",
            Self::Ended => "4",
        }
    }
}

impl FromStr for InsuranceStatus {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        match text {
            "1" => Ok(Self::Active),
            "2" => Ok(Self::Suspended),
            "4" => Ok(Self::Ended),
            _ => Err(CodeError::new(text, "psn_insu_stas")),
        }
    }
}

/// What a settlement needs to know of an insured person. No name, number or address is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsuredPerson {
    /// The person.
    pub id: PersonId,
    /// Pooling region of the insurance.
    pub region: Region,
    /// Scheme.
    pub scheme: Scheme,
    /// Class.
    pub person_type: PersonType,
    /// Whether the insurance is in force.
    pub status: InsuranceStatus,
    /// Date of birth.
    pub birth: Date,
    /// First day of insurance.
    pub insured_from: Date,
    /// Whether the person is a civil servant (`cvlserv_flag`).
    pub civil_servant: bool,
}
