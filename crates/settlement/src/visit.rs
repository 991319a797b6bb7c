//! Visits and their fee items.

use model::{
    CertificateType, FeeItem, Instant, InstitutionCode, LineSplit, MedicalType, PersonId, Scheme,
    SettlementId, VisitId,
};
use serde::{Deserialize, Serialize};

/// A department of an institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// The institution's code (`dept_code`).
    pub code: String,
    /// Name (`dept_name`).
    pub name: String,
    /// National category (科别, `caty`).
    pub category: String,
}

/// A doctor, by national staff code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doctor {
    /// National staff code (`atddr_no`).
    pub code: String,
    /// Name (`dr_name`).
    pub name: String,
}

/// One diagnosis of a visit (`diseinfo`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// 诊断类别, `diag_type`.
    pub kind: String,
    /// Position, 1 for the main diagnosis (`diag_srt_no`).
    pub position: u16,
    /// ICD-10 code of the insurance edition (`diag_code`).
    pub code: String,
    /// Name (`diag_name`).
    pub name: String,
    /// Department (`diag_dept`).
    pub department: String,
    /// Doctor who made it.
    pub doctor: Doctor,
    /// When (`diag_time`).
    pub at: Instant,
}

/// Where a visit stands. Whether it is settled is told by its fee items, batch by batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitState {
    /// Open for fee items and settlement.
    Open,
    /// Withdrawn by the institution (2202).
    Cancelled,
}

/// A visit (就诊) at one institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// 就诊ID.
    pub id: VisitId,
    /// Who is treated.
    pub person_id: PersonId,
    /// Where.
    pub institution: InstitutionCode,
    /// By which scheme.
    pub scheme: Scheme,
    /// Where it stands.
    pub state: VisitState,
    /// How the person showed who they are.
    pub certificate: CertificateType,
    /// SHA-256 of the `ec_token` that was shown, when it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_digest: Option<[u8; 32]>,
    /// When the visit began (`begntime`); its date in China selects policy and medical year.
    pub began: Instant,
    /// The institution's own number (`ipt_otp_no`).
    pub outpatient_no: String,
    /// Department; a purchase at a pharmacy has none.
    pub department: Option<Department>,
    /// Doctor, if named.
    pub doctor: Option<Doctor>,
    /// Lane of care, known from 2203 on.
    pub medical_type: Option<MedicalType>,
    /// Diagnoses, ordered by position.
    pub diagnoses: Vec<Diagnosis>,
}

/// Where a fee item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Uploaded, not settled.
    Open,
    /// Part of a settlement that stands.
    Settled(SettlementId),
}

/// A fee item as uploaded, with what the catalogue makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredItem {
    /// As the institution sent it.
    pub item: FeeItem,
    /// Name in the catalogue, or the institution's own code where the catalogue has none.
    pub name: String,
    /// How it divides by the catalogue.
    pub split: LineSplit,
    /// Where it stands.
    pub state: ItemState,
}
