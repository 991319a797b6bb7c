//! One visit at the terminal, and where it stands.

use ::settlement::{ItemState, Refusal, SettlementFile, SettlementKind, StoredItem, VisitFile, VisitState};
use model::{CertificateType, Fen, MedicalType, PersonId, VisitId};
use store::people::{self, Person};
use store::{Connection, StoreError, benefit_accounts, credentials, settlements, visits};

use super::super::desk::Desk;
use super::super::notes::{Identified, Notes};
use crate::app::App;
use crate::failure::Failure;
use crate::web::Problem;
use crate::web::insured::CredentialLevel;

/// The batch (`chrg_bchno`) of fee items that are entered at a terminal.
const BATCH: &str = "1";

/// Where a visit stands by its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The person is known; the visit is to be registered.
    Identified,
    /// Fee items are being entered.
    Registered,
    /// A settlement stands.
    Settled,
    /// The settlement was undone; the fee items are open again.
    Revoked,
}

impl Stage {
    /// Where a visit stands: whether its lane of care is recorded, and its settlement that stands, else the last one.
    pub(super) fn of(recorded: bool, settlement: Option<&SettlementFile>) -> Self {
        match settlement {
            Some(settled) if settled.live => Self::Settled,
            Some(_) => Self::Revoked,
            None if recorded => Self::Registered,
            None => Self::Identified,
        }
    }
}

/// A visit as the terminal opens it.
#[derive(Debug, Clone)]
pub struct OpenVisit {
    /// Its number.
    pub id: VisitId,
    /// The patient.
    pub person: Person,
    /// Money in the patient's personal account, of both kinds.
    pub balance: Fen,
    /// Whether the patient can pay on the phone.
    pub pays_by_phone: bool,
    /// How the patient showed who they are.
    pub certificate: CertificateType,
    /// The visit, once registered.
    pub file: Option<VisitFile>,
    /// The settlement that stands, else the last one that was undone.
    pub settlement: Option<SettlementFile>,
    /// What registers it, before it is registered.
    pub(super) token_digest: Option<[u8; 32]>,
}

impl OpenVisit {
    /// Where the visit stands.
    #[must_use]
    pub fn stage(&self) -> Stage {
        let recorded = self.file.as_ref().is_some_and(|file| file.visit.medical_type.is_some());
        Stage::of(recorded, self.settlement.as_ref())
    }

    /// The batch that the terminal works on: the one that was settled, else the one that is open.
    #[must_use]
    pub fn batch(&self) -> &str {
        let open = || self.stored().iter().find(|stored| stored.state == ItemState::Open);
        let settled = self.settlement.as_ref().map(|file| file.settlement.batch.as_str());
        match (self.stage(), open()) {
            (Stage::Settled, _) | (_, None) => settled.unwrap_or(BATCH),
            (_, Some(stored)) => &stored.item.batch,
        }
    }

    fn stored(&self) -> &[StoredItem] {
        self.file.as_ref().map(|file| file.items.as_slice()).unwrap_or_default()
    }

    /// The fee items of that batch.
    pub fn items(&self) -> impl Iterator<Item = &StoredItem> {
        let batch = self.batch();
        self.stored().iter().filter(move |stored| stored.item.batch == batch)
    }

    /// What they come to.
    ///
    /// # Errors
    /// The sum leaves the range of money.
    pub fn total(&self) -> Result<Fen, Failure> {
        Fen::sum(self.items().map(|stored| stored.item.amount)).map_err(|error| Failure::internal(&error))
    }

    /// The lane of care.
    ///
    /// # Errors
    /// The visit is not registered yet.
    pub(super) fn medical_type(&self) -> Result<MedicalType, Failure> {
        let file = self.file.as_ref().ok_or(Problem::VisitNotFound)?;
        file.visit.medical_type.ok_or_else(|| Refusal::VisitNotRecorded.into())
    }

    /// The patient's number.
    #[must_use]
    pub const fn person_id(&self) -> PersonId {
        self.person.insured.id
    }
}

/// The settlement that stands, else the last one that was undone.
pub(super) fn current(all: Vec<SettlementFile>) -> Option<SettlementFile> {
    let mut newest = None;
    for file in all.into_iter().rev().filter(|file| file.settlement.kind == SettlementKind::Original) {
        if file.live {
            return Some(file);
        }
        newest = newest.or(Some(file));
    }
    newest
}

/// A visit with its patient; `waiting` says how the patient of one that is not registered yet was identified.
pub(super) fn read(
    connection: &mut Connection,
    visit_id: VisitId,
    person_id: PersonId,
    file: Option<VisitFile>,
    waiting: Option<&Identified>,
) -> Result<OpenVisit, Failure> {
    let person = people::find(connection, person_id)?.ok_or(Problem::VisitNotFound)?;
    let balances = benefit_accounts::find(connection, person_id)?.balances;
    let balance = balances.current_year.plus(balances.previous_years);
    let credential = credentials::find(connection, person_id)?;
    let settlement = match &file {
        Some(_) => current(settlements::of_visit(connection, person_id, visit_id)?),
        None => None,
    };
    let certificate = file.as_ref().map(|file| file.visit.certificate);
    Ok(OpenVisit {
        id: visit_id,
        person,
        balance: balance.map_err(|error| Failure::internal(&error))?,
        pays_by_phone: credential
            .is_some_and(|stored| CredentialLevel::from(stored.credential.level).may_pay()),
        certificate: certificate
            .or(waiting.map(|identified| identified.certificate))
            .ok_or(Problem::VisitNotFound)?,
        file,
        settlement,
        token_digest: waiting.and_then(|identified| identified.token_digest),
    })
}

/// A visit of this institution as it stands, for an operation on it.
///
/// # Errors
/// [`Problem::VisitNotFound`] when there is none, or it is another institution's, or was cancelled.
pub(super) async fn load(app: &App, desk: &Desk, visit_id: VisitId) -> Result<OpenVisit, Failure> {
    let own = desk.institution.code.clone();
    let now = app.clock.now();
    let notes = Notes::of(desk);
    let mut waiting = notes.waiting(now, app.settings.token_seconds);
    let waiting = waiting.find(|identified| identified.visit_id == visit_id).cloned();
    let found = app.database.read(move |connection| {
        let Some(row) = visits::at_institution(connection, &own, visit_id)? else {
            let identified = waiting.as_ref().ok_or(Problem::VisitNotFound)?;
            return read(connection, visit_id, identified.person_id, None, Some(identified));
        };
        let file = visits::find(connection, row.person_id, visit_id)?;
        let file = file.filter(|file| file.visit.state == VisitState::Open).ok_or(Problem::VisitNotFound)?;
        read(connection, visit_id, row.person_id, Some(file), waiting.as_ref())
    });
    found.await
}

/// Opens a visit of this institution, to be shown: the reading is logged.
///
/// # Errors
/// [`Problem::VisitNotFound`] when there is none, or it is another institution's, or was cancelled.
pub async fn open(app: &App, desk: &Desk, visit_id: VisitId) -> Result<OpenVisit, Failure> {
    let visit = load(app, desk, visit_id).await?;
    desk.caller().log_read(app, visit.person_id(), "visit", "terminal").await?;
    Ok(visit)
}

/// A visit with its settlement that stands, else the last one, for a list.
pub(super) fn read_row(
    connection: &mut Connection,
    person_id: PersonId,
    visit_id: VisitId,
) -> Result<Option<(VisitFile, Option<SettlementFile>)>, StoreError> {
    let Some(file) = visits::find(connection, person_id, visit_id)? else { return Ok(None) };
    Ok(Some((file, current(settlements::of_visit(connection, person_id, visit_id)?))))
}
