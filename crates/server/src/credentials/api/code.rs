//! The code, for programs that show it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::credentials::service::{self, CodeStanding};
use crate::failure::Failure;
use crate::http::Insured;
use crate::http::failures::ErrorBody;
use crate::web::Problem;
use crate::web::code_image::{self, CodeImage};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(issue)).routes(routes!(standing))
}

/// A picture: black modules on white, quiet zone included.
#[derive(Serialize, ToSchema)]
pub struct ImageBody {
    /// Width in modules.
    width: usize,
    /// Height in modules.
    height: usize,
    /// The dark modules, as the `d` of an SVG path in a viewBox of width and height.
    path: String,
}

impl From<CodeImage> for ImageBody {
    fn from(image: CodeImage) -> Self {
        Self { width: image.width, height: image.height, path: image.path }
    }
}

/// A fresh code. It is a secret for as long as it is valid: to be shown, never stored.
#[derive(Serialize, ToSchema)]
pub struct CodeBody {
    /// Names the code when asking what became of it.
    id: i64,
    /// The 28 digits.
    digits: String,
    /// Until when it can be scanned, `yyyy-MM-dd HH:mm:ss` in China.
    expires_at: String,
    /// For how many seconds it can be scanned from now.
    valid_seconds: i64,
    /// The QR code.
    qr: ImageBody,
    /// The Code 128.
    barcode: ImageBody,
}

/// What became of a code.
#[derive(Serialize, ToSchema)]
pub struct CodeStandingBody {
    /// `ready`, `used` or `expired`.
    state: String,
    /// Name of the institution that used it.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_by: Option<String>,
    /// When it was used, `yyyy-MM-dd HH:mm:ss` in China.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<String>,
}

/// A fresh code
///
/// The digits and their two pictures. Each code serves once, for about a minute.
#[utoipa::path(
    post,
    path = "/api/v1/credential/codes",
    tag = "credential",
    responses((status = CREATED, body = CodeBody), (status = UNAUTHORIZED, body = ErrorBody))
)]
async fn issue(
    State(app): State<Arc<App>>,
    insured: Insured,
) -> Result<(StatusCode, axum::Json<CodeBody>), Failure> {
    let shown = service::current_code(&app, insured.person_id).await?;
    let digits = shown.code.as_str();
    let body = CodeBody {
        id: shown.shown_at.milliseconds() / 1000,
        digits: digits.to_owned(),
        expires_at: shown.expires_at.to_china_text(),
        valid_seconds: shown.expires_at.since(app.clock.now()) / 1000,
        qr: code_image::qr(digits).map_err(|error| Failure::internal(&error))?.into(),
        barcode: code_image::code128(digits).map_err(|error| Failure::internal(&error))?.into(),
    };
    Ok((StatusCode::CREATED, axum::Json(body)))
}

/// What became of a code
///
/// Whether the code with this `id` can still be scanned, and who scanned it.
#[utoipa::path(
    get,
    path = "/api/v1/credential/codes/{id}",
    tag = "credential",
    params(("id" = i64, Path, description = "The `id` of the code")),
    responses((status = OK, body = CodeStandingBody), (status = UNAUTHORIZED, body = ErrorBody))
)]
async fn standing(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
) -> Result<axum::Json<CodeStandingBody>, Failure> {
    let second = id.parse().map_err(|_| Problem::NotFound)?;
    let standing = service::code_standing(&app, insured.person_id, second).await?;
    let (state, used_by, used_at) = match standing {
        CodeStanding::Ready => ("ready", None, None),
        CodeStanding::Expired => ("expired", None, None),
        CodeStanding::Used { institution, at } => ("used", Some(institution), Some(at.to_china_text())),
    };
    Ok(axum::Json(CodeStandingBody { state: state.to_owned(), used_by, used_at }))
}
