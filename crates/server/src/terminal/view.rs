//! Visits as the pages of a terminal show them.

use model::date::age_on;
use settlement::{Settlement, StoredItem, Visit};

use super::desk::Desk;
use super::entry::SPECIALITIES;
use super::notes::Notes;
use super::service::{Day, DayVisit, OpenVisit, Stage, medical_types, search_catalogue};
use crate::app::App;
use crate::bills::view::payment_status;
use crate::failure::Failure;
use crate::web::Field;
use crate::web::amounts::Amounts;
use crate::web::format::mask_name;
use crate::web::terminal::{
    CatalogueOption, DayTotals, DeskPage, ItemForm, ItemRow, PatientView, RegistrationForm, VisitPage,
    VisitRow, VisitStage,
};
use crate::web::words::catalogue_class;
use crate::web::{Language, Shell};

impl From<Stage> for VisitStage {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Identified => Self::Identified,
            Stage::Registered => Self::Registered,
            Stage::Settled => Self::Settled,
            Stage::Revoked => Self::Revoked,
        }
    }
}

/// `/t`.
pub(super) fn desk_page(desk: &Desk, day: Day) -> DeskPage {
    let totals = DayTotals {
        settled: usize::try_from(day.totals.count).unwrap_or(0),
        total: day.totals.total,
        funds: day.totals.fund,
        account: day.totals.account,
        cash: day.totals.cash,
    };
    DeskPage {
        shell: desk.staff.visitor.shell(),
        workplace: desk.workplace(),
        code: Field::default(),
        id_number: Field::default(),
        name: Field::default(),
        visits: day.visits.into_iter().map(row).collect(),
        totals,
        problem: None,
    }
}

fn row(visit: DayVisit) -> VisitRow {
    let order = visit.settlement.as_ref().map(|file| &file.order);
    VisitRow {
        id: visit.id.to_string(),
        at: visit.at,
        name_masked: visit.name_masked,
        stage: visit.stage.into(),
        total: visit.total,
        funds: order.map(|order| order.fund),
        account: order.map(|order| order.account),
        cash: order.map(|order| order.cash),
    }
}

fn patient(app: &App, visit: &OpenVisit, language: Language) -> PatientView {
    let person = &visit.person;
    PatientView {
        name_masked: mask_name(person.name.expose()),
        id_number_masked: person.id_number.masked(),
        age: age_on(person.insured.birth, app.clock.now().date_in_china()),
        person_type: person.insured.person_type,
        scheme: person.insured.scheme,
        region_name: app.region_name(person.insured.region, language),
        status: person.insured.status,
        certificate: visit.certificate,
        account_balance: visit.balance,
    }
}

fn registration(visit: &Visit) -> Option<crate::web::terminal::Registration> {
    let diagnosis = visit.diagnoses.first().map(|diagnosis| format!("{} {}", diagnosis.code, diagnosis.name));
    Some(crate::web::terminal::Registration {
        medical_type: visit.medical_type?,
        department: visit.department.as_ref().map(|department| department.name.clone()),
        doctor: visit.doctor.as_ref().map(|doctor| doctor.name.clone()),
        diagnosis,
        at: visit.began,
    })
}

/// The form of the registration, filled with what this workplace entered last.
fn registration_form(desk: &Desk, notes: Notes) -> RegistrationForm {
    let last = |list: &[String]| list.first().map(Field::filled).unwrap_or_default();
    let Notes { mut departments, doctors, diagnoses, .. } = notes;
    let department = last(&departments);
    let known: Vec<String> = SPECIALITIES.iter().map(|&text| text.to_owned()).collect();
    departments.extend(known.into_iter().filter(|text| !departments.contains(text)).collect::<Vec<_>>());
    RegistrationForm {
        medical_types: medical_types(desk.institution.kind).to_vec(),
        department,
        doctor: last(&doctors),
        // A diagnosis is the patient's own; it is proposed, never filled in.
        diagnosis: Field::default(),
        departments,
        doctors,
        diagnoses,
    }
}

fn item(app: &App, visit: &OpenVisit, stored: &StoredItem, divided: bool) -> ItemRow {
    let on = visit.file.as_ref().map(|file| file.visit.began.date_in_china());
    let rules = app.rules();
    let known =
        on.and_then(|on| rules.catalogue.item(visit.person.insured.region, &stored.item.item_code, on));
    ItemRow {
        serial: stored.item.serial.clone(),
        code: stored.item.item_code.clone(),
        name: stored.name.clone(),
        specification: known.map(|item| item.specification.clone()).unwrap_or_default(),
        class: stored.split.class,
        price: stored.item.price,
        quantity: stored.item.quantity,
        amount: stored.item.amount,
        split: divided.then_some(stored.split),
        problem: None,
    }
}

/// The items to propose for what was typed, or the first of all.
fn catalogue(
    app: &App,
    shell: &Shell,
    notes: &Notes,
    visit: &OpenVisit,
    typed: &str,
) -> Vec<CatalogueOption> {
    let Some(file) = &visit.file else { return Vec::new() };
    let (region, on) = (visit.person.insured.region, file.visit.began.date_in_china());
    let mut items = search_catalogue(app, region, on, typed);
    if items.is_empty() {
        items = search_catalogue(app, region, on, "");
    }
    items
        .into_iter()
        .map(|item| CatalogueOption {
            code: item.code.clone(),
            label: format!("{} {} {}", item.name, item.specification, catalogue_class(shell, &item.class)),
            price: notes.price(&item.code),
        })
        .collect()
}

/// What a page shows beyond the visit's records.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// A pre-settlement with the key under which it is settled.
    pub(super) pre_settlement: Option<(String, Settlement)>,
    /// Whether fee items of a revoked visit are to be corrected.
    pub(super) correcting: bool,
    /// What was typed as item, price and quantity.
    pub(super) typed: [Field; 3],
}

/// `/t/s/{visit}`.
///
/// # Errors
/// Amounts leave the range of money.
pub(super) fn visit_page(
    app: &App,
    desk: &Desk,
    visit: &OpenVisit,
    shown: Shown,
) -> Result<VisitPage, Failure> {
    let shell = desk.staff.visitor.shell();
    let notes = Notes::of(desk);
    let stage = match (visit.stage(), &shown.pre_settlement) {
        (Stage::Registered | Stage::Revoked, Some(_)) => VisitStage::PreSettled,
        (Stage::Revoked, None) if shown.correcting => VisitStage::Registered,
        (stage, _) => stage.into(),
    };
    let settled = visit.settlement.as_ref().filter(|_| stage >= VisitStage::Settled);
    let split = match (&shown.pre_settlement, settled) {
        (Some((_, settlement)), None) if stage == VisitStage::PreSettled => Some(&settlement.split),
        (_, Some(file)) => Some(&file.settlement.split),
        _ => None,
    };
    let overflow = |error: model::Overflow| Failure::internal(&error);
    let amounts = split.map(Amounts::of).transpose().map_err(overflow)?;
    let items = visit.items().map(|stored| item(app, visit, stored, amounts.is_some())).collect();
    let [item_code, price, quantity] = shown.typed;
    let catalogue = if stage.is_editable() {
        catalogue(app, &shell, &notes, visit, &item_code.value)
    } else {
        Vec::new()
    };
    Ok(VisitPage {
        patient: patient(app, visit, shell.language),
        shell,
        workplace: desk.workplace(),
        id: visit.id.to_string(),
        stage,
        registration_form: registration_form(desk, notes),
        registration: visit.file.as_ref().and_then(|file| registration(&file.visit)),
        items,
        total: visit.total()?,
        item_form: ItemForm { item_code, price, quantity, catalogue },
        amounts,
        settlement_key: shown.pre_settlement.map(|(key, _)| key).unwrap_or_default(),
        phone_payment: visit.pays_by_phone,
        payment: settled.and_then(|file| payment_status(&file.order)),
        reason: Field::default(),
        problem: None,
    })
}
