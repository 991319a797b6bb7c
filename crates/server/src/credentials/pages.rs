//! Pages of the credential.

mod activation;
mod card;
mod code;
mod withdrawal;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use serde::Deserialize;

use crate::app::App;
use crate::http::page::lead_to;

/// The pages of this part. A page that came back after a refused form has the form's own address; asked for by `GET`
/// it leads to the page on which the form is.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/activate/identity", get(activation::identity).post(activation::check_identity))
        .route("/activate/agreement", get(activation::agreement).post(activation::decide))
        .route("/activate/pin", get(activation::pin).post(activation::set_pin))
        .route("/activate/done", get(activation::done))
        .route("/code", get(code::code))
        .route("/card", get(card::card).post(card::begin))
        .route("/card/sms", get(|| async { lead_to("/card") }).post(card::begin_again))
        .route("/card/code", get(card::ask_for_code).post(card::confirm))
        .route("/card/done", get(card::done))
        .route("/card/unbind", get(|| async { lead_to("/card") }).post(card::unbind))
        .route("/me/withdraw", get(withdrawal::ask).post(withdrawal::withdraw))
}

/// A form with a button alone.
#[derive(Deserialize)]
struct Confirmation {}
