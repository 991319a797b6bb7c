//! The code on the screen.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::bills;
use crate::credentials::service;
use crate::failure::Failure;
use crate::http::Insured;
use crate::http::page::show;
use crate::web::format::mask_name;
use crate::web::insured::{CodeCard, CodePage, CodeState, ReadyCode};

/// `GET /code`: a fresh code each time.
pub async fn code(State(app): State<Arc<App>>, insured: Insured) -> Result<Response, Failure> {
    let shown = service::current_code(&app, insured.person_id).await?;
    let shell = insured.visitor.shell();
    let ready = ReadyCode::new(shown.code.as_str(), shell.now, shown.expires_at)
        .map_err(|error| Failure::internal(&error))?;
    let card = CodeCard {
        name_masked: mask_name(shown.person.name.expose()),
        region_name: app.region_name(shown.person.insured.region, shell.language),
        scheme: shown.person.insured.scheme,
        state: CodeState::Ready(ready),
    };
    show(&CodePage { pending: bills::service::pending(&app, insured.person_id).await?, shell, card })
}
