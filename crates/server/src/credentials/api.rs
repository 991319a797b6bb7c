//! The credential, for programs.

mod activation;
mod bank_card;
mod code;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::service::{self, Step};
use crate::app::App;
use crate::failure::Failure;
use crate::http::failures::ErrorBody;
use crate::http::{Insured, Json, SignedIn};
use crate::web::format::{mask_name, mask_phone};

/// The routes of this part.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(find))
        .routes(routes!(withdraw))
        .merge(activation::routes())
        .merge(code::routes())
        .merge(bank_card::routes())
}

/// The next step of an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepBody {
    /// The real-name check.
    Identity,
    /// The agreement.
    Agreement,
    /// The PIN.
    Pin,
    /// None: the credential is active here.
    Done,
}

impl From<Step> for StepBody {
    fn from(step: Step) -> Self {
        match step {
            Step::Identity => Self::Identity,
            Step::Agreement => Self::Agreement,
            Step::Pin => Self::Pin,
            Step::Done => Self::Done,
        }
    }
}

/// Where a login stands, and the credential once it is active here.
#[derive(Serialize, ToSchema)]
pub struct CredentialBody {
    /// What is still to be done.
    next_step: StepBody,
    /// The active credential; absent before.
    #[serde(flatten)]
    credential: Option<ActiveBody>,
}

/// An active credential. Personal data is masked.
#[derive(Serialize, ToSchema)]
pub struct ActiveBody {
    /// Masked name.
    name: String,
    /// Masked phone number of the login.
    phone: String,
    /// 1: identity and queries; 2: payment too.
    level: u8,
    /// Division code of the pooling region.
    region: String,
    /// National code of the scheme (`insutype`).
    scheme: String,
    /// `active`, `suspended` or `ended`. Settlement needs an insurance in force; identity and queries do not.
    insurance: String,
    /// Since when this channel is authorised, `yyyy-MM-dd HH:mm:ss` in China.
    authorised_since: String,
    /// Last digits of the bound bank card.
    #[serde(skip_serializing_if = "Option::is_none")]
    card_tail: Option<String>,
}

/// A PIN.
#[derive(Deserialize, ToSchema)]
pub struct PinRequest {
    /// The six digits.
    pin: String,
}

/// The person's credential
///
/// What is still to be done of the activation, and the credential once it is active in this channel.
#[utoipa::path(
    get,
    path = "/api/v1/credential",
    tag = "credential",
    responses((status = OK, body = CredentialBody), (status = UNAUTHORIZED, body = ErrorBody))
)]
async fn find(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    insured: Result<Insured, Failure>,
) -> Result<axum::Json<CredentialBody>, Failure> {
    let step = service::step(&app, &signed_in.account, &signed_in.session).await?;
    if step != Step::Done {
        return Ok(axum::Json(CredentialBody { next_step: step.into(), credential: None }));
    }
    let insured = insured?;
    let person = service::person(&app, insured.person_id).await?;
    let authorisation = service::authorisation(&app, insured.person_id).await?;
    let card = service::bound_card(&app, insured.person_id).await?;
    let active = ActiveBody {
        name: mask_name(person.name.expose()),
        phone: mask_phone(insured.account.phone.expose()),
        level: insured.credential.credential.level.number(),
        region: person.insured.region.to_string(),
        scheme: person.insured.scheme.code().to_owned(),
        insurance: status_word(person.insured.status).to_owned(),
        authorised_since: authorisation.authorised_at.to_china_text(),
        card_tail: card.map(|card| card.card_tail),
    };
    Ok(axum::Json(CredentialBody { next_step: step.into(), credential: Some(active) }))
}

const fn status_word(status: model::InsuranceStatus) -> &'static str {
    match status {
        model::InsuranceStatus::Active => "active",
        model::InsuranceStatus::Suspended => "suspended",
        model::InsuranceStatus::Ended => "ended",
    }
}

/// Withdraw the authorisation
///
/// Ends this channel's hold on the credential, with the PIN: its codes are dead at once, all sessions end, the bank card
/// is released. Other channels are not touched.
#[utoipa::path(
    post,
    path = "/api/v1/credential/withdrawal",
    tag = "credential",
    request_body = PinRequest,
    responses(
        (status = NO_CONTENT),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
async fn withdraw(
    State(app): State<Arc<App>>,
    insured: Insured,
    Json(request): Json<PinRequest>,
) -> Result<StatusCode, Failure> {
    service::withdraw(&app, insured.person_id, &request.pin).await?;
    Ok(StatusCode::NO_CONTENT)
}
