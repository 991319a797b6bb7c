//! The day of an institution: its visits and totals.

use ::settlement::SettlementFile;
use model::date::start_of_day;
use model::{Fen, Instant, VisitId};
use store::settlements::Totals;
use store::{Connection, StoreError, people, settlements, visits};

use super::super::desk::Desk;
use super::super::notes::{Identified, Notes};
use super::visit::{Stage, read_row};
use crate::app::App;
use crate::failure::Failure;
use crate::web::format::mask_name;

/// How many visits the list shows; the totals are of all.
const LONGEST_LIST: u32 = 30;

/// A visit in the list.
#[derive(Debug, Clone)]
pub struct DayVisit {
    /// Its number.
    pub id: VisitId,
    /// When it began.
    pub at: Instant,
    /// Masked name of the patient.
    pub name_masked: String,
    /// Where it stands.
    pub stage: Stage,
    /// 医疗费总额 so far.
    pub total: Fen,
    /// The settlement that stands, else the last one that was undone.
    pub settlement: Option<SettlementFile>,
}

/// The visits of a day and what was settled on it.
#[derive(Debug, Clone)]
pub struct Day {
    /// The newest first, those who wait for their registration at this terminal before all others.
    pub visits: Vec<DayVisit>,
    /// Sums over the settlements that stand.
    pub totals: Totals,
}

/// Today at the institution of `desk`. The list names patients by masked names alone; opening one is what is logged.
///
/// # Errors
/// The store fails.
pub async fn day(app: &App, desk: &Desk) -> Result<Day, Failure> {
    let (own, now) = (desk.institution.code.clone(), app.clock.now());
    let from = start_of_day(now.date_in_china()).map_err(|error| Failure::internal(&error))?;
    let notes = Notes::of(desk);
    let waiting: Vec<Identified> = notes.waiting(now, app.settings.token_seconds).cloned().collect();
    let read = move |connection: &mut Connection| {
        let mut list = Vec::new();
        for identified in &waiting {
            list.extend(waiting_row(connection, identified)?);
        }
        for row in visits::of_institution(connection, &own, None, LONGEST_LIST)? {
            if row.began >= from {
                list.extend(visit_row(connection, &row)?);
            }
        }
        let totals = settlements::totals_of_institution(connection, &own, from, now.plus_seconds(1))?;
        Ok::<_, Failure>(Day { visits: list, totals })
    };
    app.database.read(read).await
}

fn name_of(connection: &mut Connection, person_id: model::PersonId) -> Result<Option<String>, StoreError> {
    let person = people::find(connection, person_id)?;
    Ok(person.map(|person| mask_name(person.name.expose())))
}

fn waiting_row(connection: &mut Connection, identified: &Identified) -> Result<Option<DayVisit>, StoreError> {
    let name = name_of(connection, identified.person_id)?;
    Ok(name.map(|name_masked| DayVisit {
        id: identified.visit_id,
        at: identified.at,
        name_masked,
        stage: Stage::Identified,
        total: Fen::ZERO,
        settlement: None,
    }))
}

fn visit_row(connection: &mut Connection, row: &visits::VisitRow) -> Result<Option<DayVisit>, Failure> {
    if row.state == ::settlement::VisitState::Cancelled {
        return Ok(None);
    }
    let Some((file, settlement)) = read_row(connection, row.person_id, row.visit_id)? else {
        return Ok(None);
    };
    let Some(name_masked) = name_of(connection, row.person_id)? else { return Ok(None) };
    let total = match &settlement {
        Some(settled) => Ok(settled.settlement.split.total),
        None => Fen::sum(file.items.iter().map(|stored| stored.item.amount)),
    };
    let recorded = file.visit.medical_type.is_some();
    Ok(Some(DayVisit {
        id: row.visit_id,
        at: row.began,
        name_masked,
        stage: Stage::of(recorded, settlement.as_ref()),
        total: total.map_err(|error| Failure::internal(&error))?,
        settlement,
    }))
}
