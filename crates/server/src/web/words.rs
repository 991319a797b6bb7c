//! The words of the national code lists, in the reader's language.

use model::{
    CatalogueClass, CertificateType, Fen, Filing, InstitutionLevel, InsuranceStatus, MedicalType, PersonType,
    Scheme,
};

use super::i18n::Text;
use super::shell::Shell;

/// The colour family of a status. Never the only signal: an icon and a word go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Neutral.
    Info,
    /// Done, in force.
    Success,
    /// Waits for someone.
    Warning,
    /// Refused, ended.
    Error,
}

impl Tone {
    /// The suffix of the CSS class.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A status as pages show it: an icon, a word and a colour family.
#[derive(Debug)]
pub struct Status {
    /// Colour family.
    pub tone: Tone,
    /// Name of the icon.
    pub icon: &'static str,
    /// Word.
    pub word: Text,
}

/// A scheme (险种).
#[must_use]
pub fn scheme(shell: &Shell, scheme: &Scheme) -> Text {
    match scheme {
        Scheme::Employee => shell.t("scheme-employee"),
        Scheme::Resident => shell.t("scheme-resident"),
    }
}

/// Whether an insurance is in force.
#[must_use]
pub fn insurance_status(shell: &Shell, status: &InsuranceStatus) -> Status {
    match status {
        InsuranceStatus::Active => {
            Status { tone: Tone::Success, icon: "check", word: shell.t("insurance-active") }
        }
        InsuranceStatus::Suspended => {
            Status { tone: Tone::Warning, icon: "alert", word: shell.t("insurance-suspended") }
        }
        InsuranceStatus::Ended => {
            Status { tone: Tone::Error, icon: "stop", word: shell.t("insurance-ended") }
        }
    }
}

/// The class of an insured person (人员类别).
#[must_use]
pub fn person_type(shell: &Shell, person_type: &PersonType) -> Text {
    shell.t(match person_type {
        PersonType::InService => "person-in-service",
        PersonType::Retired => "person-retired",
        PersonType::Minor => "person-minor",
        PersonType::AdultResident => "person-adult-resident",
        PersonType::ElderlyResident => "person-elderly-resident",
    })
}

/// The level of an institution.
#[must_use]
pub fn institution_level(shell: &Shell, level: InstitutionLevel) -> Text {
    shell.t(match level {
        InstitutionLevel::TertiarySpecial => "level-tertiary-special",
        InstitutionLevel::Tertiary => "level-tertiary",
        InstitutionLevel::Secondary => "level-secondary",
        InstitutionLevel::Primary => "level-primary",
        InstitutionLevel::Community => "level-community",
        InstitutionLevel::Unrated => "level-unrated",
    })
}

/// What the person pays as things are, as an estimate begins.
#[must_use]
pub fn pays_now(shell: &Shell, amount: &Fen) -> Text {
    shell.t("otherwise-now").with("amount", shell.money(amount))
}

/// What the person would pay if one thing were otherwise.
#[must_use]
pub fn would_pay(shell: &Shell, what: &str, amount: &Fen) -> Text {
    shell.t("otherwise-pays").with("what", what).with("amount", shell.money(amount))
}

/// What was filed before care elsewhere (备案).
#[must_use]
pub fn filing(shell: &Shell, filing: Filing) -> Text {
    shell.t(match filing {
        Filing::None => "filing-none",
        Filing::LongTerm => "filing-long-term",
        Filing::Referral => "filing-referral",
        Filing::Emergency => "filing-emergency",
        Filing::OwnChoice => "filing-own-choice",
    })
}

/// A kind of care (医疗类别).
#[must_use]
pub fn medical_type(shell: &Shell, medical_type: &MedicalType) -> Text {
    shell.t(match medical_type {
        MedicalType::Outpatient => "medical-outpatient",
        MedicalType::Registration => "medical-registration",
        MedicalType::Emergency => "medical-emergency",
        MedicalType::EmergencyRescue => "medical-emergency-rescue",
        MedicalType::ChronicDisease => "medical-chronic-disease",
        MedicalType::SpecialDrug => "medical-special-drug",
        MedicalType::Inpatient => "medical-inpatient",
        MedicalType::SingleDisease => "medical-single-disease",
        MedicalType::DaySurgery => "medical-day-surgery",
        MedicalType::Pharmacy => "medical-pharmacy",
        MedicalType::MaternityOutpatient => "medical-maternity-outpatient",
        MedicalType::Delivery => "medical-delivery",
        MedicalType::HomeBed => "medical-home-bed",
        MedicalType::TwoDiseases => "medical-two-diseases",
    })
}

/// How the person showed who they are (就诊凭证类型).
#[must_use]
pub fn certificate_type(shell: &Shell, certificate: &CertificateType) -> Text {
    shell.t(match certificate {
        CertificateType::Credential => "certificate-credential",
        CertificateType::IdCard => "certificate-id-card",
        CertificateType::SocialSecurityCard => "certificate-social-security-card",
    })
}

/// A catalogue class: 甲类, 乙类, 丙类.
#[must_use]
pub fn catalogue_class(shell: &Shell, class: &CatalogueClass) -> Text {
    shell.t(match class {
        CatalogueClass::A => "class-a",
        CatalogueClass::B => "class-b",
        CatalogueClass::C => "class-c",
    })
}
