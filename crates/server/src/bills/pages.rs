//! Bills for people.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;

use super::service;
use crate::app::App;
use crate::credentials::service as credentials;
use crate::failure::Failure;
use crate::http::Insured;
use crate::http::page::show;
use crate::web::format::mask_name;
use crate::web::insured::{BillPage, BillState, BillsPage, CredentialLevel, ReceiptPage};

/// The routes of this part.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/bills", get(bills))
        .route("/bills/{id}", get(bill))
        .route("/bills/{id}/receipt", get(receipt))
}

async fn bills(State(app): State<Arc<App>>, insured: Insured) -> Result<Response, Failure> {
    let (mut pending, mut paid, mut refunded) = (Vec::new(), Vec::new(), Vec::new());
    for card in service::list(&app, insured.person_id).await? {
        match card.state {
            BillState::Pending | BillState::Confirming => pending.push(card),
            BillState::Paid => paid.push(card),
            BillState::Refunding | BillState::Refunded | BillState::Cancelled => refunded.push(card),
        }
    }
    show(&BillsPage { shell: insured.visitor.shell(), pending, paid, refunded })
}

async fn bill(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let bill = service::bill(&app, insured.person_id, service::id(&id)?).await?;
    let payment_open = CredentialLevel::from(insured.credential.credential.level).may_pay();
    show(&BillPage { shell: insured.visitor.shell(), bill, payment_open })
}

async fn receipt(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let bill = service::bill(&app, insured.person_id, service::id(&id)?).await?;
    let person = credentials::person(&app, insured.person_id).await?;
    let name_masked = mask_name(person.name.expose());
    show(&ReceiptPage { shell: insured.visitor.shell(), name_masked, bill })
}
