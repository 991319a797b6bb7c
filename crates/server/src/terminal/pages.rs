//! The pages of a terminal.

mod desk;
mod visit;

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};

use crate::app::App;
use crate::http::page::lead_to;

/// The pages of this part. A page that came back after a refused form has the form's own address; asked for by `GET`
/// it leads to the page on which the form is.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/t/login", get(desk::login).post(desk::sign_in))
        .route("/t/logout", post(desk::sign_out))
        .route("/t", get(desk::desk))
        .route("/t/scan", get(|| async { lead_to("/t") }).post(desk::scan))
        .route("/t/s/{visit}", get(visit::show_visit))
        .route("/t/s/{visit}/register", get(to_visit).post(visit::register))
        .route("/t/s/{visit}/items", get(to_items).post(visit::add_item))
        .route("/t/s/{visit}/items/remove", get(to_items).post(visit::remove_item))
        .route("/t/s/{visit}/presettle", get(to_items).post(visit::pre_settle))
        .route("/t/s/{visit}/settle", get(to_items).post(visit::settle))
        .route("/t/s/{visit}/collect", get(to_visit).post(visit::collect))
        .route("/t/s/{visit}/revoke", get(to_visit).post(visit::revoke))
        .route("/t/s/{visit}/print", get(visit::print))
}

async fn to_visit(Path(id): Path<String>) -> axum::response::Response {
    to_page(&id, "")
}

async fn to_items(Path(id): Path<String>) -> axum::response::Response {
    to_page(&id, "?stage=items")
}

/// To the page of a visit. What stands in the address comes back as it was only where it is a number of ours.
fn to_page(id: &str, query: &str) -> axum::response::Response {
    match super::service::id(id) {
        Ok(id) => lead_to(&format!("/t/s/{id}{query}")),
        Err(_) => lead_to("/t"),
    }
}
