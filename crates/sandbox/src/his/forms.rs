//! The messages of a visit, with the members filled that a small hospital always fills the same way.

use model::{
    CertificateType, Fen, Instant, MedicalType, PersonId, Price, Quantity, Region, Scheme, SettlementId,
    VisitId,
};
use wire::Personal;
use wire::message::{
    AccountUse, Approval, Diagnosis, DrugLine, FeeCancellation, FeeLine, FeeUpload, PersonReply,
    PreSettlement, Purchase, PurchaseHead, Registration, RegistrationCancellation, Reversal, Revocation,
    Settlement, SettlementAmounts, VisitInfo, VisitUpload,
};

const DEPARTMENT: &str = "D0101";
const DEPARTMENT_NAME: &str = "全科医疗科";
/// 科别 02, general practice.
const SPECIALITY: &str = "02";
const DOCTOR: &str = "D990000000001";
const DOCTOR_NAME: &str = "沈一";
/// Settlement by item (`psn_setlway`).
const BY_ITEM: &str = "01";

/// A patient at the window, as the system knows them after 1101.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patient {
    /// The person.
    pub person: PersonId,
    /// The scheme that was chosen.
    pub scheme: Scheme,
    /// Pooling region of the insurance.
    pub region: Region,
    /// What the person showed.
    pub certificate_type: CertificateType,
    /// Its number.
    pub certificate_number: Personal,
}

impl Patient {
    /// The patient of a reply of 1101, with the insurance that systems choose: in force, employees before residents.
    /// `None` when the reply has no insurance.
    #[must_use]
    pub fn of(
        reply: &PersonReply,
        certificate_type: CertificateType,
        certificate_number: Personal,
    ) -> Option<Self> {
        let rank = |scheme: Scheme| if scheme == Scheme::Employee { 0 } else { 1 };
        let in_force =
            |status: Option<model::InsuranceStatus>| status == Some(model::InsuranceStatus::Active);
        let chosen = reply
            .insurances
            .iter()
            .min_by_key(|insurance| (!in_force(insurance.status), rank(insurance.scheme)))?;
        Some(Self {
            person: reply.base.person,
            scheme: chosen.scheme,
            region: chosen.region,
            certificate_type,
            certificate_number,
        })
    }
}

/// One thing that is charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Serial number, unique in the visit.
    pub serial: String,
    /// National catalogue code.
    pub code: String,
    /// Unit price.
    pub price: Price,
    /// Quantity.
    pub quantity: Quantity,
    /// Amount of the line.
    pub amount: Fen,
}

/// The sum of the items.
///
/// # Errors
/// It is outside the range of money.
pub fn total(items: &[Item]) -> Result<Fen, model::Overflow> {
    Fen::sum(items.iter().map(|item| item.amount))
}

/// 2201.
#[must_use]
pub fn registration(patient: &Patient, visit_number: &str, at: Instant) -> Registration {
    Registration {
        person: patient.person,
        scheme: patient.scheme,
        registered: at,
        certificate_type: patient.certificate_type,
        certificate_number: patient.certificate_number.clone(),
        visit_number: visit_number.to_owned(),
        doctor: Some(DOCTOR.to_owned()),
        doctor_name: Some(DOCTOR_NAME.to_owned()),
        department: DEPARTMENT.to_owned(),
        department_name: DEPARTMENT_NAME.to_owned(),
        speciality: SPECIALITY.to_owned(),
        extension: None,
    }
}

/// 2202.
#[must_use]
pub fn cancellation(patient: &Patient, visit: VisitId, visit_number: &str) -> RegistrationCancellation {
    RegistrationCancellation {
        person: patient.person,
        visit,
        visit_number: visit_number.to_owned(),
        extension: None,
    }
}

/// 2203, with one diagnosis: a cold.
#[must_use]
pub fn visit(patient: &Patient, visit: VisitId, medical_type: MedicalType, at: Instant) -> VisitUpload {
    VisitUpload {
        info: VisitInfo {
            visit,
            person: patient.person,
            medical_type,
            from: at,
            complaint: None,
            disease: None,
            disease_name: None,
            birth_control: None,
            birth_control_date: None,
            maternity: None,
            extension: None,
        },
        diagnoses: vec![Diagnosis {
            kind: "1".to_owned(),
            rank: 1,
            code: "J00.x00".to_owned(),
            name: "急性鼻咽炎[感冒]".to_owned(),
            department: DEPARTMENT_NAME.to_owned(),
            doctor: DOCTOR.to_owned(),
            doctor_name: DOCTOR_NAME.to_owned(),
            made: at,
            valid: true,
        }],
    }
}

/// 2204.
#[must_use]
pub fn fees(patient: &Patient, visit: VisitId, batch: &str, items: &[Item], at: Instant) -> FeeUpload {
    let line = |item: &Item| FeeLine {
        serial: item.serial.clone(),
        visit,
        person: patient.person,
        batch: batch.to_owned(),
        disease: None,
        prescription: None,
        outside_prescription: false,
        occurred: at,
        item_code: item.code.clone(),
        institution_item_code: item.code.clone(),
        amount: item.amount,
        quantity: item.quantity,
        price: item.price,
        dose: None,
        frequency: None,
        days: None,
        way: None,
        department: DEPARTMENT.to_owned(),
        department_name: DEPARTMENT_NAME.to_owned(),
        doctor: DOCTOR.to_owned(),
        doctor_name: DOCTOR_NAME.to_owned(),
        approval: Approval::NotNeeded,
        remark: None,
        extension: None,
    };
    FeeUpload { lines: items.iter().map(line).collect() }
}

/// 2205; the batch may be [`FeeCancellation::ALL`].
#[must_use]
pub fn fee_cancellation(patient: &Patient, visit: VisitId, batch: &str) -> FeeCancellation {
    FeeCancellation { visit, batch: batch.to_owned(), person: patient.person, extension: None }
}

/// 2206.
#[must_use]
pub fn pre_settlement(
    patient: &Patient,
    visit: VisitId,
    batch: &str,
    medical_type: MedicalType,
    total: Fen,
) -> PreSettlement {
    PreSettlement {
        person: patient.person,
        certificate_type: patient.certificate_type,
        certificate_number: Some(patient.certificate_number.clone()),
        medical_type,
        total,
        way: BY_ITEM.to_owned(),
        visit,
        batch: batch.to_owned(),
        account_use: AccountUse::Own,
        scheme: patient.scheme,
        extension: None,
    }
}

/// 2207, with the sums of the trial.
#[must_use]
pub fn settlement(
    patient: &Patient,
    visit: VisitId,
    batch: &str,
    medical_type: MedicalType,
    trial: &SettlementAmounts,
) -> Settlement {
    Settlement {
        person: patient.person,
        certificate_type: patient.certificate_type,
        certificate_number: Some(patient.certificate_number.clone()),
        medical_type,
        total: trial.total,
        way: BY_ITEM.to_owned(),
        visit,
        batch: batch.to_owned(),
        scheme: patient.scheme,
        account_use: AccountUse::Own,
        invoice: None,
        fully_self_paid: trial.fully_self_paid,
        over_limit: trial.over_limit,
        first_self_paid: trial.first_self_paid,
        in_scope: trial.in_scope,
        extension: None,
    }
}

/// 2208 and 2103.
#[must_use]
pub const fn revocation(person: PersonId, visit: VisitId, settlement: SettlementId) -> Revocation {
    Revocation { settlement, visit, person, extension: None }
}

/// 2101 and 2102.
///
/// # Errors
/// The sum of the items is outside the range of money.
pub fn purchase(patient: &Patient, items: &[Item], at: Instant) -> Result<Purchase, model::Overflow> {
    let line = |item: &Item| DrugLine {
        serial: item.serial.clone(),
        prescription: None,
        outside_prescription: false,
        occurred: at,
        item_code: item.code.clone(),
        institution_item_code: item.code.clone(),
        amount: item.amount,
        quantity: item.quantity,
        price: item.price,
        dose: None,
        frequency: None,
        days: None,
        way: None,
        doctor: None,
        doctor_name: None,
        extension: None,
        traces: Vec::new(),
    };
    Ok(Purchase {
        head: PurchaseHead {
            person: patient.person,
            certificate_type: patient.certificate_type,
            certificate_number: patient.certificate_number.clone(),
            bought: at,
            total: total(items)?,
            invoice: None,
            scheme: patient.scheme,
            disease: None,
            disease_name: None,
            account_use: AccountUse::Own,
            medical_type: MedicalType::Pharmacy,
            extension: None,
        },
        lines: items.iter().map(line).collect(),
    })
}

/// 2601 for the message `message_id` of transaction `infno`.
#[must_use]
pub fn reversal(person: PersonId, infno: &str, message_id: &str) -> Reversal {
    Reversal { person, message: message_id.to_owned(), transaction: infno.to_owned() }
}
