//! News for open pages, as server-sent events.
//!
//! What a page is told comes from the person's events, in their order; the push is only the sign that there is something
//! new. So a page that missed something, or whose news arose in another process, reads on where it stopped.
//!
//! **Invariant:** nothing lives only in a push. Every fragment is a piece that the page itself shows when it is loaded.

mod feed;
mod fragments;
mod insured;
mod terminal;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The routes of this part.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/events", get(insured::listen)).route("/t/events", get(terminal::listen))
}
