//! Control of the running gateway from another process, over HTTP on the same loopback listener.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

use super::bank::{Account, SentCode, TransactionView};
use super::fault::Planned;
use super::gateway;
use super::handle::UnionPayHandle;

/// The gateway's addresses and those of its control, which [`super`] lists.
pub(crate) fn router(handle: UnionPayHandle) -> Router {
    Router::new()
        .route("/gateway/api/backTransReq.do", post(gateway::transact))
        .route("/gateway/api/queryTrans.do", post(gateway::query))
        .route("/control/unionpay/faults", post(plan))
        .route("/control/unionpay/codes", get(codes))
        .route("/control/unionpay/transactions", get(transactions))
        .route("/control/unionpay/accounts", post(open_account))
        .with_state(handle)
}

async fn plan(State(handle): State<UnionPayHandle>, Json(planned): Json<Planned>) -> StatusCode {
    handle.plan(planned);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct CodesQuery {
    phone: String,
}

async fn codes(State(handle): State<UnionPayHandle>, Query(query): Query<CodesQuery>) -> Json<Vec<SentCode>> {
    Json(handle.sent_codes(&query.phone))
}

async fn transactions(State(handle): State<UnionPayHandle>) -> Json<Vec<TransactionView>> {
    Json(handle.transactions())
}

async fn open_account(State(handle): State<UnionPayHandle>, Json(account): Json<Account>) -> StatusCode {
    handle.open_account(account);
    StatusCode::NO_CONTENT
}
