//! Paying a bill, for people: the PIN, the bank's code, what came of it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use model::{Fen, OrderId};
use serde::Deserialize;
use settlement::OrderState;

use super::service::{self, AwaitingCode};
use crate::app::{App, CodeSender};
use crate::bills::service as bills;
use crate::bills::view;
use crate::failure::Failure;
use crate::http::page::{lead_to, show, show_refused};
use crate::http::{CheckedForm, Insured};
use crate::web::insured::{PaidOutcome, PaidPage, PayPage, PaymentMethod, SmsCodePage, SmsPurpose};
use crate::web::{Field, Problem};

/// The routes of this part. A page that came back after a refused form has the form's own address; asked for by `GET` it
/// leads to the page on which the form is.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/bills/{id}/pay", get(ask_pin).post(begin))
        .route("/bills/{id}/pay/code", get(ask_code).post(confirm))
        .route("/bills/{id}/pay/sms", post(send_again).get(back_to_code))
        .route("/bills/{id}/paid", get(paid))
}

/// The form with the PIN.
#[derive(Deserialize)]
struct PinForm {
    #[serde(default)]
    cash_fen: String,
    #[serde(default)]
    pin: String,
}

/// The form with the bank's code.
#[derive(Deserialize)]
struct CodeForm {
    #[serde(default)]
    sms_code: String,
}

/// The form that asks for another code.
#[derive(Deserialize)]
struct AgainForm {}

async fn ask_pin(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let page = pin_page(&app, &insured, bills::id(&id)?, None).await?;
    show(&page)
}

async fn pin_page(
    app: &App,
    insured: &Insured,
    order_id: OrderId,
    failure: Option<&Failure>,
) -> Result<PayPage, Failure> {
    let (order, card_tail) = service::offer(app, insured.person_id, order_id).await?;
    Ok(PayPage {
        shell: insured.visitor.shell(),
        bill_id: order.id.to_string(),
        institution: bills::institution_name(app, &order.institution).await?,
        amount: order.cash,
        card_tail,
        pin: Field { value: String::new(), problem: failure.and_then(|failure| failure.problem_in("pin")) },
        problem: failure.and_then(Failure::problem_overall),
    })
}

/// The page with the PIN again, with what is wrong; the failure's own page where nothing can be paid any more.
async fn pin_page_again(
    app: &App,
    insured: &Insured,
    order_id: OrderId,
    failure: Failure,
) -> Result<Response, Failure> {
    match pin_page(app, insured, order_id, Some(&failure)).await {
        Ok(page) => show_refused(&page, failure),
        Err(_) => Err(failure),
    }
}

async fn begin(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
    CheckedForm(form): CheckedForm<PinForm>,
) -> Result<Response, Failure> {
    let order_id = bills::id(&id)?;
    let shown = form.cash_fen.parse().map(Fen::new).map_err(|_| Problem::RequestUnreadable)?;
    match service::begin(&app, insured.person_id, order_id, shown, &form.pin).await {
        Ok(_) => Ok(lead_to(&format!("/bills/{order_id}/pay/code"))),
        Err(failure) => pin_page_again(&app, &insured, order_id, failure).await,
    }
}

fn code_page(
    app: &App,
    insured: &Insured,
    order_id: OrderId,
    awaiting: AwaitingCode,
    failure: Option<&Failure>,
) -> SmsCodePage {
    let resend_after_seconds = awaiting.resend_after_seconds(app.clock.now());
    SmsCodePage {
        shell: insured.visitor.shell_awaiting_code(CodeSender::Bank, awaiting.phone.expose()),
        purpose: SmsPurpose::Pay {
            bill_id: order_id.to_string(),
            amount: awaiting.amount,
            card_tail: awaiting.card_tail,
        },
        phone_masked: awaiting.phone_masked,
        sms_code: Field {
            value: String::new(),
            problem: failure.and_then(|failure| failure.problem_in("sms_code")),
        },
        resend_after_seconds: u32::try_from(resend_after_seconds).unwrap_or(0),
        problem: failure.and_then(Failure::problem_overall),
    }
}

async fn ask_code(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let order_id = bills::id(&id)?;
    match service::awaiting_code(&app, insured.person_id, order_id).await {
        Ok(awaiting) => show(&code_page(&app, &insured, order_id, awaiting, None)),
        // The way back in the browser after paying, or a code that has become too old.
        Err(failure) if failure.problem == Problem::BillNotFound => Err(failure),
        Err(_) => Ok(lead_to(&format!("/bills/{order_id}"))),
    }
}

async fn back_to_code(Path(id): Path<String>) -> Result<Response, Failure> {
    Ok(lead_to(&format!("/bills/{}/pay/code", bills::id(&id)?)))
}

async fn send_again(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
    CheckedForm(AgainForm {}): CheckedForm<AgainForm>,
) -> Result<Response, Failure> {
    let order_id = bills::id(&id)?;
    match service::send_again(&app, insured.person_id, order_id).await {
        Ok(_) => Ok(lead_to(&format!("/bills/{order_id}/pay/code"))),
        Err(failure) => code_page_again(&app, &insured, order_id, failure).await,
    }
}

/// The page with the code again, while that code can still be used; else the page with the PIN.
async fn code_page_again(
    app: &App,
    insured: &Insured,
    order_id: OrderId,
    failure: Failure,
) -> Result<Response, Failure> {
    match service::awaiting_code(app, insured.person_id, order_id).await {
        Ok(awaiting) => {
            let page = code_page(app, insured, order_id, awaiting, Some(&failure));
            show_refused(&page, failure)
        }
        Err(_) => pin_page_again(app, insured, order_id, failure).await,
    }
}

async fn confirm(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
    CheckedForm(form): CheckedForm<CodeForm>,
) -> Result<Response, Failure> {
    let order_id = bills::id(&id)?;
    match service::confirm(&app, insured.person_id, order_id, &form.sms_code).await {
        Ok(_) => Ok(lead_to(&format!("/bills/{order_id}/paid"))),
        Err(failure) => code_page_again(&app, &insured, order_id, failure).await,
    }
}

async fn paid(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let order_id = bills::id(&id)?;
    let file = bills::file(&app, insured.person_id, order_id).await?;
    let payment = view::payment(&file.order, file.card_tail.as_deref());
    let (outcome, method) = match (&file.order.state, payment) {
        (_, Some(payment)) => (PaidOutcome::Paid { at: payment.at }, payment.method),
        (OrderState::Paying { .. }, None) => {
            let card_tail = file.card_tail.unwrap_or_default();
            (PaidOutcome::Confirming, PaymentMethod::BankCard { card_tail })
        }
        // Nothing is being paid: the bill itself tells where it stands.
        _ => return Ok(lead_to(&format!("/bills/{order_id}"))),
    };
    show(&PaidPage {
        shell: insured.visitor.shell(),
        bill_id: order_id.to_string(),
        institution: file.institution,
        amount: file.order.cash,
        method,
        outcome,
    })
}
