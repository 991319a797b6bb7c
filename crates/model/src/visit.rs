//! Words of a visit (就诊).

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::person::{CodeError, Region};

/// The kind of care (医疗类别, `med_type`) as far as it is settled here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MedicalType {
    /// 普通门诊, 11.
    Outpatient,
    /// 门诊挂号, 12: the registration fee alone.
    Registration,
    /// 急诊, 13.
    Emergency,
    /// 急诊抢救, 1301: also before the hospital is reached.
    EmergencyRescue,
    /// 门诊慢特病, 14.
    ChronicDisease,
    /// 特药购药, 18: a drug settled by a rule of its own.
    SpecialDrug,
    /// 普通住院, 21.
    Inpatient,
    /// 单病种住院, 2102.
    SingleDisease,
    /// 日间手术, 28.
    DaySurgery,
    /// 定点药店购药, 41.
    Pharmacy,
    /// 生育门诊, 51.
    MaternityOutpatient,
    /// 生育住院, 52.
    Delivery,
    /// 家庭病床, 71.
    HomeBed,
    /// 门诊两病, 9901: drugs for hypertension and diabetes.
    TwoDiseases,
}

impl MedicalType {
    /// Whether the care is a stay, with an admission and a discharge.
    #[must_use]
    pub const fn is_stay(self) -> bool {
        matches!(
            self,
            Self::Inpatient | Self::SingleDisease | Self::DaySurgery | Self::Delivery | Self::HomeBed
        )
    }

    /// The national code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Outpatient => "11",
            Self::Registration => "12",
            Self::Emergency => "13",
            Self::EmergencyRescue => "1301",
            Self::ChronicDisease => "14",
            Self::SpecialDrug => "18",
            Self::Inpatient => "21",
            Self::SingleDisease => "2102",
            Self::DaySurgery => "28",
            Self::Pharmacy => "41",
            Self::MaternityOutpatient => "51",
            Self::Delivery => "52",
            Self::HomeBed => "71",
            Self::TwoDiseases => "9901",
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
            "1301" => Ok(Self::EmergencyRescue),
            "14" => Ok(Self::ChronicDisease),
            "18" => Ok(Self::SpecialDrug),
            "21" | "2101" => Ok(Self::Inpatient),
            "2102" => Ok(Self::SingleDisease),
            "28" => Ok(Self::DaySurgery),
            "41" => Ok(Self::Pharmacy),
            "51" => Ok(Self::MaternityOutpatient),
            "52" => Ok(Self::Delivery),
            "71" => Ok(Self::HomeBed),
            "9901" => Ok(Self::TwoDiseases),
            _ => Err(CodeError::new(text, "med_type")),
        }
    }
}

/// Where care is given, seen from the pooling region of the insurance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CarePlace {
    /// 统筹区内: in the pooling region itself.
    #[default]
    Local,
    /// 省内异地: elsewhere in the province.
    Province,
    /// 跨省: in another province.
    OtherProvince,
}

impl CarePlace {
    /// Where an institution lies, by the division codes of insurance and institution.
    #[must_use]
    pub fn between(insurance: Region, institution: Region) -> Self {
        if insurance == institution {
            Self::Local
        } else if insurance.province() == institution.province() {
            Self::Province
        } else {
            Self::OtherProvince
        }
    }
}

/// What was filed (备案) before care elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filing {
    /// 未备案.
    #[default]
    None,
    /// 异地长期居住: the person lives at the place of care.
    LongTerm,
    /// 转诊转院: a hospital referred the person.
    Referral,
    /// 异地急诊抢救: an emergency, taken as filed.
    Emergency,
    /// 自行外出就医: filed by the person's own wish.
    OwnChoice,
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
