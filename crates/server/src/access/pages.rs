//! Pages for getting in and out.

mod documents;
mod entrance;
mod home;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::app::App;
use crate::http::page::lead_to;

pub(crate) use entrance::left;

/// The pages of this part. A page that came back after a refused form has the form's own address; asked for by `GET`
/// it leads to the page on which the form is.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(home::home))
        .route("/me", get(home::me))
        .route("/login", get(entrance::login))
        .route("/login/sms", get(|| async { lead_to("/login") }).post(entrance::send_login_code))
        .route("/login/code", get(entrance::login_code).post(entrance::sign_in_to_use))
        .route("/activate", get(entrance::activate))
        .route("/activate/sms", get(|| async { lead_to("/activate") }).post(entrance::send_activation_code))
        .route("/activate/code", get(entrance::activation_code).post(entrance::sign_in_to_activate))
        .route("/logout", get(|| async { lead_to("/") }).post(entrance::log_out))
        .route("/appearance", get(|| async { lead_to("/") }).post(documents::set_appearance))
        .route("/help", get(documents::help))
        .route("/privacy", get(documents::privacy))
        .route("/agreement", get(documents::agreement))
}
