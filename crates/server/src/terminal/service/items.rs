//! Fee items of a visit.

use ::benefit::Refusal as BenefitRefusal;
use ::settlement::{Action, Refusal, VisitFile};
use model::{EventId, Exact, FeeItem, VisitId};

use super::super::desk::Desk;
use super::super::{entry, notes};
use super::visit::{OpenVisit, Stage, load};
use super::{catalogue, told};
use crate::app::App;
use crate::failure::Failure;
use crate::his::service::add_items;
use crate::random;
use crate::web::Problem;

/// What is charged, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Catalogue code or name.
    pub item: String,
    /// Unit price in yuan.
    pub price: String,
    /// Quantity.
    pub quantity: String,
}

/// Adds a fee item to a visit (2204).
///
/// # Errors
/// In `item_code`, `price` or `quantity`; or there is no such visit here, it is settled, or a [`Refusal`].
pub async fn add_item(app: &App, desk: &Desk, visit_id: VisitId, charge: &Charge) -> Result<(), Failure> {
    let visit = load(app, desk, visit_id).await?;
    let file = editable(&visit)?;
    let (region, on) = (visit.person.insured.region, file.visit.began.date_in_china());
    let item = catalogue::find(app, region, on, &charge.item)?;
    let (price, quantity) = (entry::price(&charge.price)?, entry::quantity(&charge.quantity)?);
    let amount = price.times(quantity).and_then(Exact::round);
    let amount = amount.map_err(|_| Failure::in_field("quantity", Problem::QuantityFormat))?;
    let now = app.clock.now();
    let fee = FeeItem {
        serial: random::new_id(now, EventId::new)?.to_string(),
        batch: visit.batch().to_owned(),
        item_code: item.code.clone(),
        institution_item_code: item.code.clone(),
        occurred: now,
        price,
        quantity,
        amount,
        approved: None,
    };
    add_items(app, &desk.caller(), visit.person_id(), visit_id, vec![fee]).await.map_err(in_its_field)?;
    let code = item.code.clone();
    let noted = notes::change(app, desk, move |notes| notes.charge(code.clone(), price)).await;
    if let Err(failure) = noted {
        // The line is there; only the next proposal of its price is lost.
        tracing::debug!(problem = failure.problem.code(), "a price was not noted");
    }
    Ok(())
}

/// Refusals of the one line that was typed belong to the field that is wrong.
fn in_its_field(failure: Failure) -> Failure {
    let field = match &failure.problem {
        Problem::Refusal(refusal) => match refusal.as_ref() {
            Refusal::Benefit(BenefitRefusal::BadPrice { .. } | BenefitRefusal::ZeroAmount { .. }) => {
                Some("price")
            }
            Refusal::Benefit(BenefitRefusal::BadQuantity { .. } | BenefitRefusal::AmountMismatch { .. }) => {
                Some("quantity")
            }
            Refusal::Benefit(BenefitRefusal::UnmatchedItem { .. }) => Some("item_code"),
            _ => None,
        },
        _ => None,
    };
    match field {
        Some("item_code") => Failure::in_field("item_code", Problem::ItemUnknown),
        Some("price") => Failure::in_field("price", Problem::PriceFormat),
        Some(field) => Failure::in_field(field, Problem::QuantityFormat),
        None => told(failure),
    }
}

/// The visit, while its fee items can be changed.
fn editable(visit: &OpenVisit) -> Result<&VisitFile, Failure> {
    let file = visit.file.as_ref().ok_or(Problem::VisitNotFound)?;
    match visit.stage() {
        Stage::Registered | Stage::Revoked => Ok(file),
        Stage::Settled => Err(Problem::AlreadySettled.into()),
        Stage::Identified => Err(Refusal::VisitNotRecorded.into()),
    }
}

/// Removes a fee item from a visit (2205). One that is gone already is no error.
///
/// # Errors
/// There is no such visit here, it is settled, or a [`Refusal`].
pub async fn remove_item(app: &App, desk: &Desk, visit_id: VisitId, serial: &str) -> Result<(), Failure> {
    let visit = load(app, desk, visit_id).await?;
    let file = editable(&visit)?;
    if file.items.iter().all(|stored| stored.item.serial != serial) {
        return Ok(());
    }
    let action = Action::WithdrawItem { visit_id, serial: serial.to_owned() };
    let removed = desk.caller().submit(app, visit.person_id(), app.clock.now(), action).await;
    match removed.map_err(told) {
        // Another terminal was faster.
        Err(Failure { problem: Problem::NoFeeItems, .. }) | Ok(_) => Ok(()),
        Err(failure) => Err(failure),
    }
}
