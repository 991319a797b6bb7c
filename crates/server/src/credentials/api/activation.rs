//! The steps of activation, for programs.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::StepBody;
use crate::app::App;
use crate::credentials::service::{self, AGREEMENT_VERSION, Step};
use crate::failure::Failure;
use crate::http::failures::ErrorBody;
use crate::http::{Json, SignedIn};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(check_identity))
        .routes(routes!(agreement, accept))
        .routes(routes!(activate))
}

/// Who the person says they are.
#[derive(Deserialize, ToSchema)]
pub struct IdentityRequest {
    /// Name as on the ID card.
    name: String,
    /// Citizen identity number.
    id_number: String,
}

/// The agreement in force.
#[derive(Serialize, ToSchema)]
pub struct AgreementBody {
    /// Its version, to be sent back when it is accepted.
    version: String,
    /// Path of its full text.
    text: String,
}

/// The agreement that the person accepts.
#[derive(Deserialize, ToSchema)]
pub struct AgreementRequest {
    /// Its version.
    version: String,
}

/// The PIN of the new credential, or of the one that the person has.
#[derive(Deserialize, ToSchema)]
pub struct ActivationRequest {
    /// The six digits.
    pin: String,
}

/// What is to be done next.
#[derive(Serialize, ToSchema)]
pub struct NextStep {
    /// The next step.
    next_step: StepBody,
}

fn next(step: Step) -> axum::Json<NextStep> {
    axum::Json(NextStep { next_step: step.into() })
}

/// Check who the person is
///
/// Name, ID number and the phone number of the session must be those of one person in the register. The answer is the
/// same whether there is no such person or something does not match; five wrong checks stop further ones for a day.
#[utoipa::path(
    post,
    path = "/api/v1/credential/identity",
    tag = "credential",
    request_body = IdentityRequest,
    responses(
        (status = OK, body = NextStep),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody),
        (status = TOO_MANY_REQUESTS, body = ErrorBody)
    )
)]
async fn check_identity(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Json(request): Json<IdentityRequest>,
) -> Result<axum::Json<NextStep>, Failure> {
    let SignedIn { account, session, .. } = signed_in;
    service::check_identity(&app, &account, &session, &request.name, &request.id_number).await?;
    Ok(next(Step::Agreement))
}

/// The agreement in force
#[utoipa::path(
    get,
    path = "/api/v1/credential/agreement",
    tag = "credential",
    responses((status = OK, body = AgreementBody))
)]
async fn agreement() -> axum::Json<AgreementBody> {
    axum::Json(AgreementBody { version: AGREEMENT_VERSION.to_owned(), text: "/agreement".to_owned() })
}

/// Accept the agreement
///
/// Whoever does not accept it simply ends the session; nothing is kept.
#[utoipa::path(
    post,
    path = "/api/v1/credential/agreement",
    tag = "credential",
    request_body = AgreementRequest,
    responses(
        (status = OK, body = NextStep),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody)
    )
)]
async fn accept(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Json(request): Json<AgreementRequest>,
) -> Result<axum::Json<NextStep>, Failure> {
    service::accept_agreement(&app, &signed_in.session, &request.version).await?;
    Ok(next(Step::Pin))
}

/// Activate
///
/// The last step: sets the PIN of a new credential (level 1), or proves the PIN of the one that the person has, and
/// authorises this channel.
#[utoipa::path(
    post,
    path = "/api/v1/credential",
    tag = "credential",
    request_body = ActivationRequest,
    responses(
        (status = CREATED, body = NextStep),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
async fn activate(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Json(request): Json<ActivationRequest>,
) -> Result<(StatusCode, axum::Json<NextStep>), Failure> {
    // A program has its user type the PIN twice, if at all; it is sent once.
    let SignedIn { account, session, .. } = signed_in;
    service::activate(&app, &account, &session, &request.pin, &request.pin).await?;
    Ok((StatusCode::CREATED, next(Step::Done)))
}
