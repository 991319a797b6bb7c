//! Getting in and out, for programs.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::service;
use crate::app::App;
use crate::credentials::api::StepBody;
use crate::credentials::service as credentials;
use crate::failure::Failure;
use crate::http::failures::ErrorBody;
use crate::http::session::INSURED_SECONDS;
use crate::http::{Json, SignedIn};

/// The routes of this part.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(send_code)).routes(routes!(sign_in)).routes(routes!(sign_out))
}

/// Whom to send a code to.
#[derive(Deserialize, ToSchema)]
pub struct SmsCodeRequest {
    /// Mobile number of mainland China.
    #[schema(example = "13800000001")]
    phone: String,
}

/// A code was sent.
#[derive(Serialize, ToSchema)]
pub struct SmsCodeSent {
    /// Seconds until another one can be asked for.
    pub resend_after_seconds: u32,
}

/// Phone number and the code sent to it.
#[derive(Deserialize, ToSchema)]
pub struct SessionRequest {
    /// Mobile number of mainland China.
    #[schema(example = "13800000001")]
    phone: String,
    /// The six digits from the message.
    #[schema(example = "123456")]
    sms_code: String,
}

/// A session began.
#[derive(Serialize, ToSchema)]
pub struct SessionBody {
    /// To be sent as `Authorization: Bearer`.
    pub token: String,
    /// Seconds without use after which the session ends.
    pub idle_seconds: u32,
    /// What is still to be done before the credential can be used.
    pub next_step: StepBody,
}

/// Ask for an SMS code
///
/// Sends a one-time code to a phone number, known or not. Each number gets at most one a minute, five an hour and ten a day.
#[utoipa::path(
    post,
    path = "/api/v1/sms-codes",
    tag = "access",
    request_body = SmsCodeRequest,
    responses(
        (status = ACCEPTED, body = SmsCodeSent),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody),
        (status = TOO_MANY_REQUESTS, body = ErrorBody)
    )
)]
async fn send_code(
    State(app): State<Arc<App>>,
    Json(request): Json<SmsCodeRequest>,
) -> Result<(StatusCode, axum::Json<SmsCodeSent>), Failure> {
    let phone = service::read_phone(&request.phone)?;
    let resend_after_seconds = service::send_code(&app, &phone).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(SmsCodeSent { resend_after_seconds })))
}

/// Sign in
///
/// Begins a session with the code that was sent. A code has five tries in five minutes and serves once.
#[utoipa::path(
    post,
    path = "/api/v1/sessions",
    tag = "access",
    request_body = SessionRequest,
    responses((status = CREATED, body = SessionBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody))
)]
async fn sign_in(
    State(app): State<Arc<App>>,
    Json(request): Json<SessionRequest>,
) -> Result<(StatusCode, axum::Json<SessionBody>), Failure> {
    let phone = service::read_phone(&request.phone)?;
    let begun = service::sign_in(&app, &phone, &request.sms_code, None).await?;
    let next_step = credentials::first_step(&app, &begun.account).await?.into();
    let body = SessionBody { token: begun.token, idle_seconds: INSURED_SECONDS, next_step };
    Ok((StatusCode::CREATED, axum::Json(body)))
}

/// Sign out
///
/// Ends the session of the token at once.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/current",
    tag = "access",
    responses((status = NO_CONTENT), (status = UNAUTHORIZED, body = ErrorBody))
)]
async fn sign_out(State(app): State<Arc<App>>, signed_in: SignedIn) -> Result<StatusCode, Failure> {
    service::sign_out(&app, &signed_in.session).await?;
    Ok(StatusCode::NO_CONTENT)
}
