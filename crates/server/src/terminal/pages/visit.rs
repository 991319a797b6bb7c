//! The page of one visit and its forms.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use model::Fen;
use serde::Deserialize;

use super::super::attempt::Attempt;
use super::super::desk::Desk;
use super::super::service::{self, Charge, Collect, OpenVisit, Registration, Settled, Stage};
use super::super::view::{self, Shown};
use super::to_page;
use crate::app::App;
use crate::bills::service as bills;
use crate::failure::Failure;
use crate::http::CheckedForm;
use crate::http::page::{show, show_refused};
use crate::web::format::mask_name;
use crate::web::terminal::{SlipPage, VisitPage};
use crate::web::{Field, Problem};

/// How the page is asked for.
#[derive(Deserialize)]
pub struct Look {
    /// `items`: the fee items, also of a visit that was revoked.
    #[serde(default)]
    stage: String,
    /// The pre-settlement that is to be shown.
    #[serde(default)]
    key: String,
    /// `1`: it is not known whether it was settled.
    #[serde(default)]
    unconfirmed: String,
}

/// The form of the registration. A pharmacy sends the lane of care alone.
#[derive(Deserialize)]
pub struct RegistrationForm {
    #[serde(default)]
    medical_type: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    doctor: String,
    #[serde(default)]
    diagnosis: String,
}

/// The form of the next fee item.
#[derive(Deserialize)]
pub struct ItemForm {
    #[serde(default)]
    item_code: String,
    #[serde(default)]
    price: String,
    #[serde(default)]
    quantity: String,
}

/// Which fee item goes.
#[derive(Deserialize)]
pub struct SerialForm {
    #[serde(default)]
    serial: String,
}

/// A form with a button alone.
#[derive(Deserialize)]
pub struct Confirmation {}

/// What the page showed when it was settled.
#[derive(Deserialize)]
pub struct SettleForm {
    #[serde(default)]
    key: String,
    #[serde(default)]
    total_fen: String,
    #[serde(default)]
    cash_fen: String,
    #[serde(default)]
    collect: String,
}

/// Why a settlement is undone.
#[derive(Deserialize)]
pub struct ReasonForm {
    #[serde(default)]
    reason: String,
}

/// `GET /t/s/{visit}`.
pub async fn show_visit(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(id): Path<String>,
    Query(look): Query<Look>,
) -> Result<Response, Failure> {
    let visit = service::open(&app, &desk, service::id(&id)?).await?;
    let mut shown = Shown { correcting: look.stage == "items" || !look.key.is_empty(), ..Shown::default() };
    let mut problem = None;
    if let Some(attempt) = shown_attempt(&visit, &look.key) {
        match service::preview(&app, &desk, &visit).await {
            Ok((_, settlement)) => shown.pre_settlement = Some((attempt.to_string(), settlement)),
            Err(failure) => problem = Some(failure.problem),
        }
        if look.unconfirmed == "1" {
            problem = Some(Problem::SettlementUnknown);
        }
    }
    let mut page = view::visit_page(&app, &desk, &visit, shown)?;
    mark(&mut page, problem);
    show(&page)
}

/// The pre-settlement that is to be shown, while the visit can be settled by it.
fn shown_attempt(visit: &OpenVisit, key: &str) -> Option<Attempt> {
    let open = matches!(visit.stage(), Stage::Registered | Stage::Revoked);
    key.parse::<Attempt>().ok().filter(|attempt| open && attempt.is_of(visit.items()))
}

/// Puts a problem where it belongs: on the line of a fee item if it names one, else at the head of the page.
fn mark(page: &mut VisitPage, problem: Option<Problem>) {
    let serial = problem.as_ref().and_then(serial_of);
    match page.items.iter_mut().find(|row| serial.as_deref() == Some(row.serial.as_str())) {
        Some(row) => row.problem = problem,
        None => page.problem = problem,
    }
}

/// The line that a refusal is about.
fn serial_of(problem: &Problem) -> Option<String> {
    let Problem::Refusal(refusal) = problem else { return None };
    match refusal.as_ref() {
        settlement::Refusal::ItemOutsideVisit { serial } => Some(serial.clone()),
        settlement::Refusal::Benefit(refusal) => refusal.serial().map(str::to_owned),
        _ => None,
    }
}

/// The page again after a refused form. A visit that is not this institution's has no page to show.
async fn refused(
    app: &App,
    desk: &Desk,
    id: &str,
    failure: Failure,
    change: impl FnOnce(&mut Shown),
    fill: impl FnOnce(&mut VisitPage, &Failure),
) -> Result<Response, Failure> {
    if failure.problem == Problem::VisitNotFound {
        return Err(failure);
    }
    let visit = service::open(app, desk, service::id(id)?).await?;
    let mut shown = Shown { correcting: true, ..Shown::default() };
    change(&mut shown);
    let mut page = view::visit_page(app, desk, &visit, shown)?;
    fill(&mut page, &failure);
    mark(&mut page, failure.problem_overall());
    show_refused(&page, failure)
}

/// `POST /t/s/{visit}/register`.
pub async fn register(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(id): Path<String>,
    CheckedForm(form): CheckedForm<RegistrationForm>,
) -> Result<Response, Failure> {
    let visit_id = service::id(&id)?;
    let typed = [form.department.as_str(), &form.doctor, &form.diagnosis];
    let done = match Registration::read(&desk, &form.medical_type, typed) {
        Ok(registration) => service::register(&app, &desk, visit_id, registration).await,
        Err(failure) => Err(failure),
    };
    let Err(failure) = done else { return Ok(to_page(&id, "")) };
    let fill = |page: &mut VisitPage, failure: &Failure| {
        let field = |value, name| Field { value, problem: failure.problem_in(name) };
        page.registration_form.department = field(form.department, "department");
        page.registration_form.doctor = field(form.doctor, "doctor");
        page.registration_form.diagnosis = field(form.diagnosis, "diagnosis");
        page.problem = failure.problem_in("medical_type");
    };
    refused(&app, &desk, &id, failure, |_| {}, fill).await
}

/// `POST /t/s/{visit}/items`.
pub async fn add_item(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(id): Path<String>,
    CheckedForm(form): CheckedForm<ItemForm>,
) -> Result<Response, Failure> {
    let charge = Charge { item: form.item_code, price: form.price, quantity: form.quantity };
    let Err(failure) = service::add_item(&app, &desk, service::id(&id)?, &charge).await else {
        return Ok(to_page(&id, "?stage=items"));
    };
    let typed = {
        let field = |value, name| Field { value, problem: failure.problem_in(name) };
        let Charge { item, price, quantity } = charge;
        [field(item, "item_code"), field(price, "price"), field(quantity, "quantity")]
    };
    refused(&app, &desk, &id, failure, |shown| shown.typed = typed, |_, _| {}).await
}

/// `POST /t/s/{visit}/items/remove`.
pub async fn remove_item(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(id): Path<String>,
    CheckedForm(form): CheckedForm<SerialForm>,
) -> Result<Response, Failure> {
    match service::remove_item(&app, &desk, service::id(&id)?, &form.serial).await {
        Ok(()) => Ok(to_page(&id, "?stage=items")),
        Err(failure) => refused(&app, &desk, &id, failure, |_| {}, |_, _| {}).await,
    }
}

/// `POST /t/s/{visit}/presettle`.
pub async fn pre_settle(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(id): Path<String>,
    CheckedForm(Confirmation {}): CheckedForm<Confirmation>,
) -> Result<Response, Failure> {
    let visit = service::open(&app, &desk, service::id(&id)?).await?;
    match service::preview(&app, &desk, &visit).await {
        Ok((attempt, _)) => Ok(to_page(&id, &format!("?key={attempt}"))),
        Err(failure) => refused(&app, &desk, &id, failure, |_| {}, |_, _| {}).await,
    }
}

fn fen(text: &str) -> Result<Fen, Failure> {
    text.parse().map(Fen::new).map_err(|_| Problem::RequestUnreadable.into())
}

fn settled(form: &SettleForm) -> Result<Settled, Failure> {
    Ok(Settled {
        attempt: form.key.parse().map_err(|_| Problem::PreSettleAgain)?,
        total: fen(&form.total_fen)?,
        cash: fen(&form.cash_fen)?,
        collect: if form.collect == "counter" { Collect::AtCounter } else { Collect::ByPhone },
    })
}

/// `POST /t/s/{visit}/settle`. An unknown outcome leads to the page that looks again and asks again under the same key.
pub async fn settle(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(id): Path<String>,
    CheckedForm(form): CheckedForm<SettleForm>,
) -> Result<Response, Failure> {
    let visit_id = service::id(&id)?;
    let done = match settled(&form) {
        Ok(settled) => service::settle(&app, &desk, visit_id, &settled).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(()) => Ok(to_page(&id, "")),
        Err(Failure { problem: Problem::SettlementUnknown, .. }) => {
            let query = form.key.parse::<Attempt>().map(|attempt| format!("?key={attempt}&unconfirmed=1"));
            Ok(to_page(&id, &query.unwrap_or_default()))
        }
        Err(failure) => refused(&app, &desk, &id, failure, |_| {}, |_, _| {}).await,
    }
}

/// `POST /t/s/{visit}/collect`.
pub async fn collect(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(id): Path<String>,
    CheckedForm(Confirmation {}): CheckedForm<Confirmation>,
) -> Result<Response, Failure> {
    match service::collect(&app, &desk, service::id(&id)?).await {
        Ok(()) => Ok(to_page(&id, "")),
        Err(failure) => refused(&app, &desk, &id, failure, not_correcting, |_, _| {}).await,
    }
}

fn not_correcting(shown: &mut Shown) {
    shown.correcting = false;
}

/// `POST /t/s/{visit}/revoke`.
pub async fn revoke(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(id): Path<String>,
    CheckedForm(form): CheckedForm<ReasonForm>,
) -> Result<Response, Failure> {
    let Err(failure) = service::revoke(&app, &desk, service::id(&id)?, &form.reason).await else {
        return Ok(to_page(&id, ""));
    };
    let fill = |page: &mut VisitPage, failure: &Failure| {
        page.reason = Field { value: form.reason, problem: failure.problem_in("reason") };
    };
    refused(&app, &desk, &id, failure, not_correcting, fill).await
}

/// `GET /t/s/{visit}/print`.
pub async fn print(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let visit = service::open(&app, &desk, service::id(&id)?).await?;
    let settled = visit.settlement.as_ref().ok_or(Problem::NotFound)?;
    let bill = bills::bill(&app, visit.person_id(), settled.order.id).await?;
    show(&SlipPage {
        shell: desk.staff.visitor.shell(),
        workplace: desk.workplace(),
        name_masked: mask_name(visit.person.name.expose()),
        visit_id: visit.id.to_string(),
        bill,
        printed: app.clock.now(),
    })
}
