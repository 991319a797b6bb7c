//! Settlements: preview, settle, revoke, ask.

use model::{Instant, MedicalType, OrderId, PersonId, Scheme, SettlementId, VisitId};
use settlement::{Action, Declared, KeptLine, Order, Refusal, SettlementFile};
use store::{orders, settlements};

use super::{Caller, Done, Evidence, Previewed, find_person};
use crate::app::App;
use crate::failure::Failure;
use crate::random;

/// A batch of a visit that is to be settled.
#[derive(Debug, Clone)]
pub struct SettlementForm {
    /// Whose visit.
    pub person_id: PersonId,
    /// Which visit.
    pub visit_id: VisitId,
    /// Which batch.
    pub batch: String,
    /// Scheme; must be the visit's.
    pub scheme: Scheme,
    /// Lane of care; must be the visit's.
    pub medical_type: MedicalType,
    /// What the person showed, if they were asked again.
    pub evidence: Option<Evidence>,
    /// Whether the personal account may pay.
    pub use_account: bool,
    /// What the caller computed.
    pub declared: Declared,
}

impl SettlementForm {
    fn into_action(self, now: Instant) -> Result<Action, Failure> {
        Ok(Action::Settle {
            visit_id: self.visit_id,
            batch: self.batch,
            settlement_id: random::new_id(now, SettlementId::new)?,
            order_id: random::new_id(now, OrderId::new)?,
            scheme: self.scheme,
            medical_type: self.medical_type,
            token_digest: self.evidence.as_ref().and_then(Evidence::token_digest),
            use_account: self.use_account,
            declared: self.declared,
        })
    }

    async fn check_evidence(&self, app: &App) -> Result<(), Failure> {
        match &self.evidence {
            Some(evidence) => evidence.must_belong_to(app, self.person_id).await,
            None => Ok(()),
        }
    }
}

/// What a settlement would come to, by the same rules and records (2206). Nothing is written.
///
/// # Errors
/// Everything that would refuse the settlement.
pub async fn preview_settlement(
    app: &App,
    caller: &Caller,
    form: SettlementForm,
) -> Result<Previewed, Failure> {
    form.check_evidence(app).await?;
    let person = find_person(app, form.person_id).await?;
    let now = app.clock.now();
    let (settlement, items) = caller.preview(app, form.person_id, now, form.into_action(now)?).await?;
    Ok(Previewed { person, settlement, items })
}

/// Settles a batch (2207): the event has settlement and order.
///
/// # Errors
/// The evidence is another person's, or a [`Refusal`].
pub async fn settle(app: &App, caller: &Caller, form: SettlementForm) -> Result<Done, Failure> {
    form.check_evidence(app).await?;
    let person_id = form.person_id;
    // Read before, so that nothing can fail between commit and answer.
    let person = find_person(app, person_id).await?;
    let now = app.clock.now();
    let (committed, repeated) = caller.submit_or_recall(app, person_id, now, form.into_action(now)?).await?;
    Ok(Done { person, committed, repeated })
}

/// Undoes a settlement (2208, 2103): the event has the mirrored settlement. `visit_id`, where given, must be its visit.
///
/// # Errors
/// A [`Refusal`].
pub async fn revoke(
    app: &App,
    caller: &Caller,
    person_id: PersonId,
    settlement_id: SettlementId,
    visit_id: Option<VisitId>,
) -> Result<Done, Failure> {
    let person = find_person(app, person_id).await?;
    let now = app.clock.now();
    let action = revocation(settlement_id, visit_id, now)?;
    let (committed, repeated) = caller.submit_or_recall(app, person_id, now, action).await?;
    Ok(Done { person, committed, repeated })
}

/// Undoes a settlement and settles the lines that are kept again, in one go (partial refund).
///
/// # Errors
/// A [`Refusal`].
pub async fn correct(
    app: &App,
    caller: &Caller,
    person_id: PersonId,
    (settlement_id, visit_id): (SettlementId, VisitId),
    kept: Vec<KeptLine>,
) -> Result<Done, Failure> {
    let person = find_person(app, person_id).await?;
    let now = app.clock.now();
    let action = Action::Correct {
        settlement_id,
        visit_id,
        kept,
        reversal_id: random::new_id(now, SettlementId::new)?,
        refund_order: random::new_id(now, OrderId::new)?.to_string(),
        new_settlement_id: random::new_id(now, SettlementId::new)?,
        new_order_id: random::new_id(now, OrderId::new)?,
    };
    let (committed, repeated) = caller.submit_or_recall(app, person_id, now, action).await?;
    Ok(Done { person, committed, repeated })
}

/// The action that undoes a settlement.
pub(super) fn revocation(
    settlement_id: SettlementId,
    visit_id: Option<VisitId>,
    now: Instant,
) -> Result<Action, Failure> {
    Ok(Action::Revoke {
        settlement_id,
        visit_id,
        reversal_id: random::new_id(now, SettlementId::new)?,
        // Letters and digits, as channels want their order numbers.
        refund_order: random::new_id(now, OrderId::new)?.to_string(),
    })
}

/// A settlement of the caller's institution with its order, as they stand now; the reading is logged.
///
/// # Errors
/// [`Refusal::NoSuchSettlement`], also for another institution's or another visit's.
pub async fn read_settlement(
    app: &App,
    caller: &Caller,
    person_id: PersonId,
    settlement_id: SettlementId,
    visit_id: Option<VisitId>,
) -> Result<SettlementFile, Failure> {
    let asking = caller.clone();
    let file = app
        .database
        .read(move |connection| {
            asking.active_institution(connection)?;
            settlements::find(connection, person_id, settlement_id)?
                .filter(|file| file.settlement.institution == asking.institution)
                .filter(|file| visit_id.is_none_or(|visit_id| visit_id == file.settlement.visit_id))
                .ok_or_else(|| Failure::from(Refusal::NoSuchSettlement))
        })
        .await?;
    caller.log_read(app, person_id, "settlement", "5203").await?;
    Ok(file)
}

/// An order of the caller's institution as it stands now, with its settlement.
///
/// # Errors
/// [`Refusal::NoSuchOrder`], also for another institution's.
pub async fn read_order(
    app: &App,
    caller: &Caller,
    order_id: OrderId,
) -> Result<(Order, SettlementFile), Failure> {
    let asking = caller.clone();
    let (order, file) = app
        .database
        .read(move |connection| {
            asking.active_institution(connection)?;
            let order = orders::find(connection, order_id)?
                .filter(|order| order.institution == asking.institution)
                .ok_or(Refusal::NoSuchOrder)?;
            let file = settlements::find(connection, order.person_id, order.settlement_id)?
                .ok_or(Refusal::NoSuchSettlement)?;
            Ok::<_, Failure>((order, file))
        })
        .await?;
    caller.log_read(app, order.person_id, "order", "6301").await?;
    Ok((order, file))
}
