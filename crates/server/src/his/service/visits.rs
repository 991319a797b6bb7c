//! Visits and their fee items.

use model::{FeeItem, Instant, MedicalType, PersonId, Scheme, VisitId};
use settlement::{Action, Committed, Department, Diagnosis, Doctor, Refusal, VisitFile};
use store::visits;

use super::{Caller, Evidence};
use crate::app::App;
use crate::failure::Failure;
use crate::random;

/// A visit to be registered.
#[derive(Debug, Clone)]
pub struct RegistrationForm {
    /// Who is treated.
    pub person_id: PersonId,
    /// By which scheme.
    pub scheme: Scheme,
    /// What the person showed.
    pub evidence: Evidence,
    /// When the visit began.
    pub began: Instant,
    /// The institution's own number.
    pub outpatient_no: String,
    /// Department, if the institution has any.
    pub department: Option<Department>,
    /// Doctor, if named.
    pub doctor: Option<Doctor>,
}

/// Registers a visit (2201).
///
/// # Errors
/// The evidence is another person's, or a [`Refusal`].
pub async fn register_visit(
    app: &App,
    caller: &Caller,
    form: RegistrationForm,
) -> Result<Committed, Failure> {
    form.evidence.must_belong_to(app, form.person_id).await?;
    let now = app.clock.now();
    let action = Action::RegisterVisit {
        visit_id: random::new_id(now, VisitId::new)?,
        scheme: form.scheme,
        certificate: form.evidence.certificate(),
        token_digest: form.evidence.token_digest(),
        began: form.began,
        outpatient_no: form.outpatient_no,
        department: form.department,
        doctor: form.doctor,
    };
    caller.submit(app, form.person_id, now, action).await
}

/// Withdraws a visit without fee items (2202).
///
/// # Errors
/// A [`Refusal`].
pub async fn cancel_visit(
    app: &App,
    caller: &Caller,
    person_id: PersonId,
    visit_id: VisitId,
    outpatient_no: String,
) -> Result<Committed, Failure> {
    let action = Action::CancelVisit { visit_id, outpatient_no: Some(outpatient_no) };
    caller.submit(app, person_id, app.clock.now(), action).await
}

/// Records lane of care and diagnoses (2203); diagnoses replace those recorded before.
///
/// # Errors
/// A [`Refusal`].
pub async fn record_visit(
    app: &App,
    caller: &Caller,
    person_id: PersonId,
    visit_id: VisitId,
    medical_type: MedicalType,
    diagnoses: Vec<Diagnosis>,
) -> Result<Committed, Failure> {
    let action = Action::RecordVisit { visit_id, medical_type, diagnoses };
    caller.submit(app, person_id, app.clock.now(), action).await
}

/// Adds fee items (2204); how each divides is in the committed event.
///
/// # Errors
/// A [`Refusal`].
pub async fn add_items(
    app: &App,
    caller: &Caller,
    person_id: PersonId,
    visit_id: VisitId,
    items: Vec<FeeItem>,
) -> Result<Committed, Failure> {
    caller.submit(app, person_id, app.clock.now(), Action::AddItems { visit_id, items }).await
}

/// Withdraws the open fee items of a batch, or of all batches (2205).
///
/// # Errors
/// A [`Refusal`].
pub async fn withdraw_items(
    app: &App,
    caller: &Caller,
    person_id: PersonId,
    visit_id: VisitId,
    batch: Option<String>,
) -> Result<Committed, Failure> {
    caller.submit(app, person_id, app.clock.now(), Action::WithdrawItems { visit_id, batch }).await
}

/// A visit of the caller's institution, with its fee items.
///
/// # Errors
/// [`Refusal::NoSuchVisit`], also for another institution's.
pub async fn read_visit(
    app: &App,
    caller: &Caller,
    person_id: PersonId,
    visit_id: VisitId,
) -> Result<VisitFile, Failure> {
    let found = app.database.read(move |connection| visits::find(connection, person_id, visit_id)).await?;
    found
        .filter(|file| file.visit.institution == caller.institution)
        .ok_or_else(|| Refusal::NoSuchVisit.into())
}
