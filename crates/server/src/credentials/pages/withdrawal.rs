//! Withdrawing the authorisation of this channel.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::access::pages::left;
use crate::app::App;
use crate::credentials::service;
use crate::failure::Failure;
use crate::http::page::{show, show_refused};
use crate::http::{CheckedForm, Insured};
use crate::web::Field;
use crate::web::insured::WithdrawPage;

/// The PIN.
#[derive(Deserialize)]
pub struct PinForm {
    #[serde(default)]
    pin: String,
}

fn page(insured: &Insured, failure: Option<&Failure>) -> WithdrawPage {
    let shell = insured.visitor.shell();
    WithdrawPage {
        channel_name: shell.t("channel-web").to_string(),
        shell,
        pin: Field { value: String::new(), problem: failure.and_then(|failure| failure.problem_in("pin")) },
        problem: failure.and_then(Failure::problem_overall),
    }
}

/// `GET /me/withdraw`.
pub async fn ask(insured: Insured) -> Result<Response, Failure> {
    show(&page(&insured, None))
}

/// `POST /me/withdraw`.
pub async fn withdraw(
    State(app): State<Arc<App>>,
    insured: Insured,
    CheckedForm(form): CheckedForm<PinForm>,
) -> Result<Response, Failure> {
    match service::withdraw(&app, insured.person_id, &form.pin).await {
        Ok(()) => Ok(left(&app, "/login?notice=withdrawn")),
        Err(failure) => show_refused(&page(&insured, Some(&failure)), failure),
    }
}
