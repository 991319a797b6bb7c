//! The operations on bills.

use std::collections::HashMap;

use model::{Instant, InstitutionCode, OrderId, PersonId};
use settlement::{Order, Settlement, SettlementKind};
use store::{Connection, StoreError, bank, institutions};
use store::{orders, settlements, visits};

use super::{explanation, view};
use crate::app::App;
use crate::failure::Failure;
use crate::web::Problem;
use crate::web::insured::{Bill, BillCard, BillState};

/// How many bills the list shows.
const LONGEST_LIST: u32 = 100;
/// Among how many of the newest bills those are looked for that wait; older ones are still in the list.
const LOOKED_THROUGH: u32 = 20;

/// Everything that is stored of one bill.
#[derive(Debug, Clone)]
pub struct BillFile {
    /// The order for the cash share; its number is the bill's.
    pub order: Order,
    /// The settlement, never its reversal.
    pub settlement: Settlement,
    /// Name of the institution.
    pub institution: String,
    /// Department; a pharmacy has none.
    pub department: Option<String>,
    /// When the settlement was reversed, if it was.
    pub reversed: Option<Instant>,
    /// Last digits of the card that the newest try is from.
    pub card_tail: Option<String>,
}

/// The number of a bill as it stands in an address.
///
/// # Errors
/// [`Problem::BillNotFound`] when it is none.
pub fn id(text: &str) -> Result<OrderId, Failure> {
    text.parse().map_err(|_| Problem::BillNotFound.into())
}

fn order_of(
    connection: &mut Connection,
    person_id: PersonId,
    order_id: OrderId,
) -> Result<Option<Order>, StoreError> {
    Ok(orders::find(connection, order_id)?.filter(|order| order.person_id == person_id))
}

fn name_of(connection: &mut Connection, code: &InstitutionCode) -> Result<String, StoreError> {
    let institution = institutions::find(connection, code)?;
    Ok(institution.map_or_else(|| code.to_string(), |institution| institution.name))
}

/// The order of a bill.
///
/// # Errors
/// [`Problem::BillNotFound`] when there is none or it is another person's; the store fails.
pub async fn order(app: &App, person_id: PersonId, order_id: OrderId) -> Result<Order, Failure> {
    let found = app.database.read(move |connection| order_of(connection, person_id, order_id)).await?;
    found.ok_or_else(|| Problem::BillNotFound.into())
}

/// The name of an institution, or its code where it is not registered any more.
///
/// # Errors
/// The store fails.
pub async fn institution_name(app: &App, code: &InstitutionCode) -> Result<String, Failure> {
    let code = code.clone();
    Ok(app.database.read(move |connection| name_of(connection, &code)).await?)
}

/// Everything that is stored of a person's bill.
///
/// # Errors
/// [`Problem::BillNotFound`] when there is none or it is another person's; the store fails.
pub async fn file(app: &App, person_id: PersonId, order_id: OrderId) -> Result<BillFile, Failure> {
    let found = app.database.read(move |connection| read_file(connection, person_id, order_id)).await?;
    found.ok_or_else(|| Problem::BillNotFound.into())
}

fn read_file(
    connection: &mut Connection,
    person_id: PersonId,
    order_id: OrderId,
) -> Result<Option<BillFile>, StoreError> {
    let Some(order) = order_of(connection, person_id, order_id)? else { return Ok(None) };
    let Some(found) = settlements::find(connection, person_id, order.settlement_id)? else { return Ok(None) };
    let settlement = found.settlement;
    let visit = visits::find(connection, person_id, settlement.visit_id)?;
    let reversed = if found.live {
        None
    } else {
        let of_visit = settlements::of_visit(connection, person_id, settlement.visit_id)?;
        let undoes = SettlementKind::Reversal { of: settlement.id };
        of_visit.iter().find(|file| file.settlement.kind == undoes).map(|file| file.settlement.settled)
    };
    let card_tail = match order.state.attempt() {
        Some(attempt) => bank::card_tail_at(connection, person_id, attempt.at)?,
        None => None,
    };
    Ok(Some(BillFile {
        institution: name_of(connection, &settlement.institution)?,
        department: visit.and_then(|file| file.visit.department).map(|department| department.name),
        order,
        settlement,
        reversed,
        card_tail,
    }))
}

/// A person's bill in full, with its explanation where the calculation can be shown.
///
/// # Errors
/// As [`file`].
pub async fn bill(app: &App, person_id: PersonId, order_id: OrderId) -> Result<Bill, Failure> {
    explained(app, &file(app, person_id, order_id).await?).await
}

/// A bill as pages show it, with its explanation where the calculation can be shown.
///
/// # Errors
/// The store fails.
pub async fn explained(app: &App, file: &BillFile) -> Result<Bill, Failure> {
    let explanation = explanation::of(app, &file.settlement, view::item_names(&file.settlement)).await?;
    view::bill(file, explanation).map_err(|error| Failure::internal(&error))
}

/// One bill as it stands in lists and is pushed.
///
/// # Errors
/// As [`file`].
pub async fn card(app: &App, person_id: PersonId, order_id: OrderId) -> Result<BillCard, Failure> {
    let found = app
        .database
        .read(move |connection| {
            let Some(order) = order_of(connection, person_id, order_id)? else { return Ok(None) };
            let Some(found) = settlements::find(connection, person_id, order.settlement_id)? else {
                return Ok(None);
            };
            let institution = name_of(connection, &order.institution)?;
            Ok::<_, StoreError>(Some(view::card(&order, found.settlement.split.total, institution)))
        })
        .await?;
    found.ok_or_else(|| Problem::BillNotFound.into())
}

/// A person's bills, the newest first.
///
/// # Errors
/// The store fails.
pub async fn list(app: &App, person_id: PersonId) -> Result<Vec<BillCard>, Failure> {
    newest(app, person_id, LONGEST_LIST).await
}

async fn newest(app: &App, person_id: PersonId, limit: u32) -> Result<Vec<BillCard>, Failure> {
    let cards = app.database.read(move |connection| {
        let mut names: HashMap<InstitutionCode, String> = HashMap::new();
        let mut cards = Vec::new();
        for (_, file) in settlements::of_person(connection, person_id, None, limit)? {
            let code = &file.order.institution;
            let name = match names.get(code) {
                Some(known) => known.clone(),
                None => {
                    let name = name_of(connection, code)?;
                    names.insert(code.clone(), name.clone());
                    name
                }
            };
            cards.push(view::card(&file.order, file.settlement.split.total, name));
        }
        Ok::<_, StoreError>(cards)
    });
    Ok(cards.await?)
}

/// The bills that wait for the person: to be paid, or with a payment whose outcome is not known yet.
///
/// # Errors
/// The store fails.
pub async fn pending(app: &App, person_id: PersonId) -> Result<Vec<BillCard>, Failure> {
    let mut cards = newest(app, person_id, LOOKED_THROUGH).await?;
    cards.retain(|card| matches!(card.state, BillState::Pending | BillState::Confirming));
    Ok(cards)
}
