//! Purchases at pharmacies: visit, fee items and settlement in one step.

use model::{FeeItem, Instant, OrderId, PersonId, Scheme, SettlementId, VisitId};
use settlement::{Action, Declared};

use super::{Caller, Done, Evidence, Previewed, find_person};
use crate::app::App;
use crate::failure::Failure;
use crate::random;

/// What somebody buys.
#[derive(Debug, Clone)]
pub struct PurchaseForm {
    /// Who.
    pub person_id: PersonId,
    /// By which scheme.
    pub scheme: Scheme,
    /// What the person showed.
    pub evidence: Evidence,
    /// When.
    pub began: Instant,
    /// What was bought, all in one batch.
    pub items: Vec<FeeItem>,
    /// Whether the personal account may pay.
    pub use_account: bool,
    /// What the caller computed.
    pub declared: Declared,
}

impl PurchaseForm {
    fn into_action(self, now: Instant) -> Result<Action, Failure> {
        Ok(Action::Purchase {
            visit_id: random::new_id(now, VisitId::new)?,
            settlement_id: random::new_id(now, SettlementId::new)?,
            order_id: random::new_id(now, OrderId::new)?,
            scheme: self.scheme,
            certificate: self.evidence.certificate(),
            token_digest: self.evidence.token_digest(),
            began: self.began,
            items: self.items,
            use_account: self.use_account,
            declared: self.declared,
        })
    }
}

/// What a purchase would come to (2101). Nothing is written but that the person's data was read.
///
/// # Errors
/// Everything that would refuse the purchase.
pub async fn preview_purchase(app: &App, caller: &Caller, form: PurchaseForm) -> Result<Previewed, Failure> {
    form.evidence.must_belong_to(app, form.person_id).await?;
    let person = find_person(app, form.person_id).await?;
    let now = app.clock.now();
    let (settlement, items) = caller.preview(app, form.person_id, now, form.into_action(now)?).await?;
    // A visit leaves its trace in the person's records; a preview of a purchase has none yet.
    caller.log_read(app, settlement.person_id, "purchase", "2101").await?;
    Ok(Previewed { person, settlement, items })
}

/// Buys and settles (2102): the event has visit, fee items, settlement and order.
///
/// # Errors
/// The evidence is another person's, or a [`Refusal`](settlement::Refusal).
pub async fn buy(app: &App, caller: &Caller, form: PurchaseForm) -> Result<Done, Failure> {
    form.evidence.must_belong_to(app, form.person_id).await?;
    let person_id = form.person_id;
    let person = find_person(app, person_id).await?;
    let now = app.clock.now();
    let (committed, repeated) = caller.submit_or_recall(app, person_id, now, form.into_action(now)?).await?;
    Ok(Done { person, committed, repeated })
}
