//! The hospital interface: the national messages in, operations of [`service`] inside, national messages out.
//!
//! A call passes these steps: [`edge`] reads the bytes and counts, [`gateway`] checks signature and envelope and finds
//! the transaction, one file a family of transactions turns the typed message into an operation and its result into the
//! answer. A refusal is told in Chinese, naming field and reason ([`refused`]); nothing was changed then.
//!
//! Answers to messages that change something are rendered from the committed event, with the event's time and a number
//! that follows from the event's id, so that a repeated message gets the same answer byte for byte (decision 3).
//!
//! For vendors of hospital systems: `docs/his-interface.md`.

mod code;
mod edge;
mod gateway;
mod memory;
mod people;
mod pharmacy;
mod queries;
mod refused;
mod render;
mod reply;
mod reversal;
pub mod service;
mod session;
mod settlements;
mod visits;

use std::sync::Arc;

use axum::routing::{any, post};
use axum::{Extension, Router};
use wire::ec;

use crate::app::App;
use memory::Memory;

/// The path of all transactions; the transaction number may be appended.
const CALL_SERVICE: &str = "/fsi/api/rsfComIfsService/callService";

/// The routes of the hospital interface.
pub fn routes() -> Router<Arc<App>> {
    // Some clients put a slash at the end. What is beside the paths is answered in the interface's form too: a hospital
    // system cannot read a page.
    let call = || post(edge::call).fallback(edge::not_post);
    let call_named = || post(edge::call_named).fallback(edge::not_post);
    Router::new()
        .route(CALL_SERVICE, call())
        .route(&format!("{CALL_SERVICE}/"), call())
        .route(&format!("{CALL_SERVICE}/{{infno}}"), call_named())
        .route(&format!("{CALL_SERVICE}/{{infno}}/"), call_named())
        .route(ec::PATH, post(edge::decode).fallback(edge::not_post))
        .route("/fsi/{*path}", any(edge::no_such_address))
        .route("/localcfc/{*path}", any(edge::no_such_address))
        .layer(Extension(Arc::new(Memory::default())))
}
