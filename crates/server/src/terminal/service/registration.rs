//! 登记: the visit becomes a record.

use ::settlement::{Action, Diagnosis};
use model::{Instant, InstitutionKind, MedicalType, VisitId};

use super::super::desk::Desk;
use super::super::entry::Coded;
use super::super::notes;
use super::told;
use super::visit::{OpenVisit, Stage, load};
use crate::app::App;
use crate::failure::Failure;
use crate::his::service::record_visit;
use crate::web::Problem;

/// 诊断类别 (`diag_type`): 西医诊断.
const WESTERN_DIAGNOSIS: &str = "1";

/// The lanes of care that a terminal registers, the usual one first.
#[must_use]
pub const fn medical_types(kind: InstitutionKind) -> &'static [MedicalType] {
    match kind {
        InstitutionKind::Hospital => {
            &[MedicalType::Outpatient, MedicalType::Emergency, MedicalType::Registration]
        }
        InstitutionKind::Pharmacy => &[MedicalType::Pharmacy],
    }
}

/// What is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Lane of care.
    pub medical_type: MedicalType,
    /// Department, doctor and main diagnosis; a pharmacy has none.
    pub care: Option<[Coded; 3]>,
}

impl Registration {
    /// Reads what staff typed: national code of the lane of care, and code and name of department, doctor and main
    /// diagnosis, which a pharmacy leaves out.
    ///
    /// # Errors
    /// In `medical_type`, `department`, `doctor` or `diagnosis`.
    pub fn read(desk: &Desk, medical_type: &str, care: [&str; 3]) -> Result<Self, Failure> {
        let known = medical_type.parse::<MedicalType>().ok();
        let medical_type = known
            .filter(|kind| medical_types(desk.institution.kind).contains(kind))
            .ok_or_else(|| Failure::in_field("medical_type", Problem::Required))?;
        if desk.is_pharmacy() {
            return Ok(Self { medical_type, care: None });
        }
        let [department, doctor, diagnosis] = care;
        let care = [
            Coded::read("department", department)?,
            Coded::read("doctor", doctor)?,
            Coded::read("diagnosis", diagnosis)?,
        ];
        Ok(Self { medical_type, care: Some(care) })
    }
}

/// Registers a visit (2201) and records its lane of care and diagnosis (2203). A registration that stopped between the
/// two is completed, and a visit that is registered already is left as it is.
///
/// # Errors
/// There is no such visit here; the person's insurance, the institution's agreement or the policy do not allow it; the
/// code that was scanned is too old by now.
pub async fn register(
    app: &App,
    desk: &Desk,
    visit_id: VisitId,
    registration: Registration,
) -> Result<(), Failure> {
    let visit = load(app, desk, visit_id).await?;
    if visit.stage() != Stage::Identified {
        return Ok(());
    }
    let (now, insured) = (app.clock.now(), &visit.person.insured);
    let Registration { medical_type, care } = &registration;
    let (rules, on) = (app.rules(), now.date_in_china());
    ::settlement::entitlement(&rules, insured, &desk.institution, insured.scheme, *medical_type, on)
        .map_err(|refusal| told(refusal.into()))?;
    let typed = care.as_ref().map(|care| care.each_ref().map(Coded::text));
    if visit.file.is_none() {
        let action = registering(&visit, care.as_ref(), now);
        let content = typed.as_ref().map(|typed| typed.join("\n")).unwrap_or_default();
        let once = desk.caller_once("terminal.register", visit_id.to_string(), &[&content]);
        once.submit(app, insured.id, now, action).await.map_err(told)?;
    }
    let diagnoses = care.as_ref().map(|care| diagnosis(care, now)).into_iter().collect();
    record_visit(app, &desk.caller(), insured.id, visit_id, *medical_type, diagnoses).await.map_err(told)?;
    notes::change(app, desk, move |notes| {
        let typed = typed.as_ref().map(|typed| typed.each_ref().map(|text| Some(text.as_str())));
        notes.registered(visit_id, typed.unwrap_or_default());
    })
    .await
}

fn registering(visit: &OpenVisit, care: Option<&[Coded; 3]>, now: Instant) -> Action {
    Action::RegisterVisit {
        visit_id: visit.id,
        scheme: visit.person.insured.scheme,
        certificate: visit.certificate,
        token_digest: visit.token_digest,
        began: now,
        outpatient_no: visit.id.to_string(),
        department: care.map(|[department, ..]| department.department()),
        doctor: care.map(|[_, doctor, _]| doctor.doctor()),
    }
}

fn diagnosis([department, doctor, diagnosis]: &[Coded; 3], now: Instant) -> Diagnosis {
    Diagnosis {
        kind: WESTERN_DIAGNOSIS.to_owned(),
        position: 1,
        code: diagnosis.code.clone(),
        name: diagnosis.name.clone(),
        department: department.code.clone(),
        doctor: doctor.doctor(),
        at: now,
    }
}
