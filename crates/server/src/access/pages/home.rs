//! The first page of someone signed in, and their settings.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::bills;
use crate::credentials::service as credentials;
use crate::failure::Failure;
use crate::http::page::{lead_to, show};
use crate::http::{Insured, Visitor};
use crate::web::Problem;
use crate::web::format::{mask_name, mask_phone};
use crate::web::insured::{CredentialLevel, HomePage, MePage};

/// `GET /`. Whoever is not signed in is led to the login without being told that a session ended.
pub async fn home(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    insured: Result<Insured, Failure>,
) -> Result<Response, Failure> {
    let insured = match insured {
        Err(failure) if failure.problem == Problem::SessionEnded && visitor.session_token.is_none() => {
            return Ok(lead_to("/login"));
        }
        other => other?,
    };
    let person = credentials::person(&app, insured.person_id).await?;
    show(&HomePage {
        name_masked: mask_name(person.name.expose()),
        region_name: app.region_name(person.insured.region, visitor.language),
        scheme: person.insured.scheme,
        status: person.insured.status,
        payment_open: CredentialLevel::from(insured.credential.credential.level).may_pay(),
        pending: bills::service::pending(&app, insured.person_id).await?,
        shell: visitor.shell(),
    })
}

/// `GET /me`.
pub async fn me(State(app): State<Arc<App>>, insured: Insured) -> Result<Response, Failure> {
    let person = credentials::person(&app, insured.person_id).await?;
    let card = credentials::bound_card(&app, insured.person_id).await?;
    let authorisation = credentials::authorisation(&app, insured.person_id).await?;
    let shell = insured.visitor.shell();
    show(&MePage {
        name_masked: mask_name(person.name.expose()),
        phone_masked: mask_phone(insured.account.phone.expose()),
        level: insured.credential.credential.level.into(),
        card_tail: card.map(|card| card.card_tail),
        channel_name: shell.t("channel-web").to_string(),
        authorised_since: authorisation.authorised_at,
        shell,
    })
}
