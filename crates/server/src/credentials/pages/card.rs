//! The bank account of the social-security card.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::Confirmation;
use crate::app::{App, CodeSender};
use crate::credentials::service::{self, PendingCard};
use crate::failure::Failure;
use crate::http::page::{lead_to, show, show_refused};
use crate::http::{CheckedForm, Insured};
use crate::web::format::{mask_name, mask_phone};
use crate::web::insured::{CardDonePage, CardPage, SmsCodePage, SmsPurpose};
use crate::web::{Field, Problem};

/// The card number.
#[derive(Deserialize)]
pub struct CardForm {
    #[serde(default)]
    card_number: String,
}

/// The bank's code.
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    sms_code: String,
}

async fn card_page(app: &App, insured: &Insured, failure: Option<&Failure>) -> Result<CardPage, Failure> {
    let person = service::person(app, insured.person_id).await?;
    let bound = service::bound_card(app, insured.person_id).await?;
    Ok(CardPage {
        shell: insured.visitor.shell(),
        name_masked: mask_name(person.name.expose()),
        phone_masked: mask_phone(insured.account.phone.expose()),
        bound: bound.map(|binding| binding.card_tail),
        card_number: Field {
            value: String::new(),
            problem: failure.and_then(|failure| failure.problem_in("card_number")),
        },
        problem: failure
            .filter(|failure| failure.field.as_deref() != Some("card_number"))
            .map(|failure| failure.problem.clone()),
    })
}

/// `GET /card`.
pub async fn card(State(app): State<Arc<App>>, insured: Insured) -> Result<Response, Failure> {
    show(&card_page(&app, &insured, None).await?)
}

/// `POST /card`: the bank sends its code.
pub async fn begin(
    State(app): State<Arc<App>>,
    insured: Insured,
    CheckedForm(form): CheckedForm<CardForm>,
) -> Result<Response, Failure> {
    match service::begin_card(&app, insured.person_id, &insured.account.phone, &form.card_number).await {
        Ok(_) => Ok(lead_to("/card/code")),
        Err(failure) => show_refused(&card_page(&app, &insured, Some(&failure)).await?, failure),
    }
}

/// `POST /card/sms`: the bank sends another code.
pub async fn begin_again(
    State(app): State<Arc<App>>,
    insured: Insured,
    CheckedForm(Confirmation {}): CheckedForm<Confirmation>,
) -> Result<Response, Failure> {
    match service::begin_card_again(&app, insured.person_id).await {
        Ok(_) => Ok(lead_to("/card/code")),
        Err(failure) => refused(&app, &insured, failure).await,
    }
}

fn code_page(insured: &Insured, pending: PendingCard) -> SmsCodePage {
    SmsCodePage {
        shell: insured.visitor.shell_awaiting_code(CodeSender::Bank, pending.phone.expose()),
        purpose: SmsPurpose::BindCard { card_tail: pending.card_tail },
        phone_masked: mask_phone(pending.phone.expose()),
        sms_code: Field::default(),
        resend_after_seconds: pending.resend_after_seconds,
        problem: None,
    }
}

/// `GET /card/code`.
pub async fn ask_for_code(State(app): State<Arc<App>>, insured: Insured) -> Result<Response, Failure> {
    match service::pending_card(&app, insured.person_id).await? {
        Some(pending) => show(&code_page(&insured, pending)),
        None => Ok(lead_to("/card")),
    }
}

/// `POST /card/code`: opens payment.
pub async fn confirm(
    State(app): State<Arc<App>>,
    insured: Insured,
    CheckedForm(form): CheckedForm<CodeForm>,
) -> Result<Response, Failure> {
    match service::confirm_card(&app, insured.person_id, &form.sms_code).await {
        Ok(_) => Ok(lead_to("/card/done")),
        Err(failure) => refused(&app, &insured, failure).await,
    }
}

/// The page that asks for the code while the bank still waits for it, else the page that asks for the card.
async fn refused(app: &App, insured: &Insured, failure: Failure) -> Result<Response, Failure> {
    let Some(pending) = service::pending_card(app, insured.person_id).await? else {
        let missing = failure.problem == Problem::StepMissing;
        return if missing {
            Ok(lead_to("/card"))
        } else {
            show_refused(&card_page(app, insured, Some(&failure)).await?, failure)
        };
    };
    let mut page = code_page(insured, pending);
    page.sms_code.problem = failure.problem_in("sms_code");
    page.problem = failure.problem_overall();
    show_refused(&page, failure)
}

/// `GET /card/done`.
pub async fn done(State(app): State<Arc<App>>, insured: Insured) -> Result<Response, Failure> {
    match service::bound_card(&app, insured.person_id).await? {
        Some(binding) => show(&CardDonePage { shell: insured.visitor.shell(), card_tail: binding.card_tail }),
        None => Ok(lead_to("/card")),
    }
}

/// `POST /card/unbind`.
pub async fn unbind(
    State(app): State<Arc<App>>,
    insured: Insured,
    CheckedForm(Confirmation {}): CheckedForm<Confirmation>,
) -> Result<Response, Failure> {
    service::close_card(&app, insured.person_id).await?;
    Ok(lead_to("/card"))
}
