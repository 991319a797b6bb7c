//! Words of a visit (就诊).

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::person::CodeError;

/// The lane of care (医疗类别, `med_type`) as far as it is settled here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MedicalType {
    /// 普通门诊, 11.
    Outpatient,
    /// 门诊挂号, 12: the registration fee alone.
    Registration,
    /// 急诊, 13.
    Emergency,
    /// 定点药店购药, 41.
    Pharmacy,
}

impl MedicalType {
    /// The national code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Outpatient => "11",
            Self::Registration => "12",
            Self::Emergency => "13",
            Self::Pharmacy => "41",
        }
    }
}

impl FromStr for MedicalType {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        match text {
            "11" => Ok(Self::Outpatient),
            "12" => Ok(Self::Registration),
            "13" => Ok(Self::Emergency),
            "41" => Ok(Self::Pharmacy),
            _ => Err(CodeError::new(text, "med_type")),
        }
    }
}

/// How the person showed who they are (就诊凭证类型, `mdtrt_cert_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateType {
    /// 医保电子凭证, 01.
    Credential,
    /// 居民身份证, 02.
    IdCard,
    /// 社会保障卡, 03.
    SocialSecurityCard,
}

impl CertificateType {
    /// The national code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Credential => "01",
            Self::IdCard => "02",
            Self::SocialSecurityCard => "03",
        }
    }
}

impl FromStr for CertificateType {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        match text {
            "01" => Ok(Self::Credential),
            "02" => Ok(Self::IdCard),
            "03" => Ok(Self::SocialSecurityCard),
            _ => Err(CodeError::new(text, "mdtrt_cert_type")),
        }
    }
}
