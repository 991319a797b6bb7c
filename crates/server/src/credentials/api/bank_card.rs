//! The bank account of the social-security card, for programs.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::credentials::service::{self, PendingCard};
use crate::failure::Failure;
use crate::http::failures::ErrorBody;
use crate::http::{Insured, Json};
use crate::web::Problem;
use crate::web::format::mask_phone;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(find, begin, close)).routes(routes!(resend)).routes(routes!(confirm))
}

/// The card to bind.
#[derive(Deserialize, ToSchema)]
pub struct CardRequest {
    /// Card number, 13 to 19 digits. It must belong to the insured person, with the phone number of the login.
    card_number: String,
}

/// The code that the bank sent.
#[derive(Deserialize, ToSchema)]
pub struct ConfirmationRequest {
    /// The digits from the message.
    sms_code: String,
}

/// The card that is bound.
#[derive(Serialize, ToSchema)]
pub struct CardBody {
    /// Last four digits.
    card_tail: String,
}

/// The bank has sent a code.
#[derive(Serialize, ToSchema)]
pub struct PendingBody {
    /// Last four digits of the card.
    card_tail: String,
    /// Masked phone number that the code went to.
    phone: String,
    /// Seconds until another code can be asked for.
    resend_after_seconds: u32,
}

impl From<PendingCard> for PendingBody {
    fn from(pending: PendingCard) -> Self {
        Self {
            card_tail: pending.card_tail,
            phone: mask_phone(pending.phone.expose()),
            resend_after_seconds: pending.resend_after_seconds,
        }
    }
}

/// The bound card
#[utoipa::path(
    get,
    path = "/api/v1/bank-card",
    tag = "bank card",
    responses(
        (status = OK, body = CardBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
async fn find(State(app): State<Arc<App>>, insured: Insured) -> Result<axum::Json<CardBody>, Failure> {
    let bound = service::bound_card(&app, insured.person_id).await?.ok_or(Problem::NotFound)?;
    Ok(axum::Json(CardBody { card_tail: bound.card_tail }))
}

/// Begin to bind a card
///
/// Has the bank send a code to the phone number of the login.
#[utoipa::path(
    post,
    path = "/api/v1/bank-card",
    tag = "bank card",
    request_body = CardRequest,
    responses(
        (status = ACCEPTED, body = PendingBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody),
        (status = TOO_MANY_REQUESTS, body = ErrorBody),
        (status = BAD_GATEWAY, body = ErrorBody)
    )
)]
async fn begin(
    State(app): State<Arc<App>>,
    insured: Insured,
    Json(request): Json<CardRequest>,
) -> Result<(StatusCode, axum::Json<PendingBody>), Failure> {
    let pending =
        service::begin_card(&app, insured.person_id, &insured.account.phone, &request.card_number).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(pending.into())))
}

/// Have the bank send another code
#[utoipa::path(
    post,
    path = "/api/v1/bank-card/sms-codes",
    tag = "bank card",
    responses(
        (status = ACCEPTED, body = PendingBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = TOO_MANY_REQUESTS, body = ErrorBody),
        (status = BAD_GATEWAY, body = ErrorBody)
    )
)]
async fn resend(
    State(app): State<Arc<App>>,
    insured: Insured,
) -> Result<(StatusCode, axum::Json<PendingBody>), Failure> {
    let pending = service::begin_card_again(&app, insured.person_id).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(pending.into())))
}

/// Open payment
///
/// Confirms the card with the bank's code: the credential is at level 2 then.
#[utoipa::path(
    post,
    path = "/api/v1/bank-card/confirmation",
    tag = "bank card",
    request_body = ConfirmationRequest,
    responses(
        (status = CREATED, body = CardBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody),
        (status = BAD_GATEWAY, body = ErrorBody)
    )
)]
async fn confirm(
    State(app): State<Arc<App>>,
    insured: Insured,
    Json(request): Json<ConfirmationRequest>,
) -> Result<(StatusCode, axum::Json<CardBody>), Failure> {
    let card_tail = service::confirm_card(&app, insured.person_id, &request.sms_code).await?;
    Ok((StatusCode::CREATED, axum::Json(CardBody { card_tail })))
}

/// Release the card
///
/// Closes payment: the credential is at level 1 then. The same when none is bound.
#[utoipa::path(
    delete,
    path = "/api/v1/bank-card",
    tag = "bank card",
    responses((status = NO_CONTENT), (status = UNAUTHORIZED, body = ErrorBody))
)]
async fn close(State(app): State<Arc<App>>, insured: Insured) -> Result<StatusCode, Failure> {
    service::close_card(&app, insured.person_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
