//! Payments for programs.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::{Fen, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::service::{self, AwaitingCode, Paying};
use crate::app::App;
use crate::bills::api::StateBody;
use crate::bills::{service as bills, view};
use crate::failure::Failure;
use crate::http::failures::ErrorBody;
use crate::http::{Insured, Json};

/// The routes of this part.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(find, begin)).routes(routes!(send_again)).routes(routes!(confirm))
}

/// What begins a payment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginBody {
    /// The cash share that the person saw, in fen; a bill that changed meanwhile is not paid.
    pub cash: i64,
    /// The person's PIN, six digits.
    pub pin: String,
}

/// The bank's code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmBody {
    /// Six digits.
    pub sms_code: String,
}

/// A payment that waits for the bank's code.
#[derive(Debug, Serialize, ToSchema)]
pub struct AwaitingCodeBody {
    /// What is paid, in fen.
    pub cash: i64,
    /// The masked phone number that the code went to.
    pub phone: String,
    /// Last digits of the card that pays.
    pub card_tail: String,
    /// How many seconds the code can be used.
    pub valid_seconds: i64,
    /// After how many seconds another code can be asked for.
    pub resend_after_seconds: i64,
}

/// Where the payment of a bill stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentBody {
    /// Where it stands.
    pub state: StateBody,
    /// When it was paid, `yyyy-MM-dd HH:mm:ss` in China.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<String>,
}

fn body(awaiting: AwaitingCode, now: Instant) -> axum::Json<AwaitingCodeBody> {
    axum::Json(AwaitingCodeBody {
        valid_seconds: awaiting.valid_seconds(now),
        resend_after_seconds: awaiting.resend_after_seconds(now),
        cash: awaiting.amount.get(),
        phone: awaiting.phone_masked,
        card_tail: awaiting.card_tail,
    })
}

/// Where the payment of a bill stands
#[utoipa::path(
    get,
    path = "/api/v1/bills/{id}/payment",
    tag = "payments",
    params(("id" = String, Path, description = "Identifier of the bill")),
    responses(
        (status = OK, body = PaymentBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
async fn find(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
) -> Result<axum::Json<PaymentBody>, Failure> {
    let order = bills::order(&app, insured.person_id, bills::id(&id)?).await?;
    let paid_at = view::payment(&order, None).map(|payment| payment.at.to_china_text());
    Ok(axum::Json(PaymentBody { state: view::state(&order.state).into(), paid_at }))
}

/// Begin to pay
///
/// Checks the PIN and has the bank send a code to the phone that it knows. No money moves.
#[utoipa::path(
    post,
    path = "/api/v1/bills/{id}/payment",
    tag = "payments",
    params(("id" = String, Path, description = "Identifier of the bill")),
    request_body = BeginBody,
    responses(
        (status = OK, body = AwaitingCodeBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody),
        (status = BAD_GATEWAY, body = ErrorBody)
    )
)]
async fn begin(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
    Json(begin): Json<BeginBody>,
) -> Result<axum::Json<AwaitingCodeBody>, Failure> {
    let order_id = bills::id(&id)?;
    let cash = Fen::new(begin.cash);
    let awaiting = service::begin(&app, insured.person_id, order_id, cash, &begin.pin).await?;
    Ok(body(awaiting, app.clock.now()))
}

/// Ask for another code
///
/// The code that was sent before can no longer be used.
#[utoipa::path(
    post,
    path = "/api/v1/bills/{id}/payment/code",
    tag = "payments",
    params(("id" = String, Path, description = "Identifier of the bill")),
    responses(
        (status = OK, body = AwaitingCodeBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = TOO_MANY_REQUESTS, body = ErrorBody),
        (status = BAD_GATEWAY, body = ErrorBody)
    )
)]
async fn send_again(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
) -> Result<axum::Json<AwaitingCodeBody>, Failure> {
    let awaiting = service::send_again(&app, insured.person_id, bills::id(&id)?).await?;
    Ok(body(awaiting, app.clock.now()))
}

/// Pay
///
/// With the bank's code. `202` means that the outcome is not known yet: ask again where the payment stands, and do not
/// pay again.
#[utoipa::path(
    post,
    path = "/api/v1/bills/{id}/payment/confirmation",
    tag = "payments",
    params(("id" = String, Path, description = "Identifier of the bill")),
    request_body = ConfirmBody,
    responses(
        (status = OK, body = PaymentBody),
        (status = ACCEPTED, body = PaymentBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody),
        (status = BAD_GATEWAY, body = ErrorBody)
    )
)]
async fn confirm(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
    Json(body): Json<ConfirmBody>,
) -> Result<(StatusCode, axum::Json<PaymentBody>), Failure> {
    let order_id = bills::id(&id)?;
    let paying = service::confirm(&app, insured.person_id, order_id, &body.sms_code).await?;
    let order = bills::order(&app, insured.person_id, order_id).await?;
    let paid_at = view::payment(&order, None).map(|payment| payment.at.to_china_text());
    let status = match paying {
        Paying::Paid => StatusCode::OK,
        Paying::Confirming => StatusCode::ACCEPTED,
    };
    Ok((status, axum::Json(PaymentBody { state: view::state(&order.state).into(), paid_at })))
}
