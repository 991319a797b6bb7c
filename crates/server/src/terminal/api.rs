//! The terminal for programs, such as a cashier's own software.

mod bodies;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use model::{CertificateType, Fen};
use serde::Deserialize;
use store::Personal;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::bodies::{
    CatalogueList, CollectBody, CorrectionRequest, DayBody, IdentificationRequest, ItemRequest, PreviewBody,
    RegistrationRequest, RevocationRequest, SettlementRequest, StaffSessionBody, StaffSessionRequest,
    VisitBody,
};
use super::desk::Desk;
use super::service::{self, Charge, Collect, Registration, Settled, Shown};
use crate::app::App;
use crate::failure::Failure;
use crate::http::failures::ErrorBody;
use crate::http::session::STAFF_SECONDS;
use crate::http::{Json, Staff};
use crate::web::Problem;

/// The routes of this part.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(identify))
        .routes(routes!(day))
        .routes(routes!(open))
        .routes(routes!(register))
        .routes(routes!(add_item))
        .routes(routes!(remove_item))
        .routes(routes!(preview))
        .routes(routes!(settle))
        .routes(routes!(collect))
        .routes(routes!(revoke))
        .routes(routes!(correct))
        .routes(routes!(search))
}

/// Log in
///
/// Begins a session of a member of staff. Five wrong passwords in a row lock the number for 15 minutes; whatever is
/// wrong, the answer is the same.
#[utoipa::path(
    post,
    path = "/api/v1/terminal/sessions",
    tag = "terminal",
    request_body = StaffSessionRequest,
    responses(
        (status = CREATED, body = StaffSessionBody),
        (status = FORBIDDEN, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
async fn sign_in(
    State(app): State<Arc<App>>,
    Json(request): Json<StaffSessionRequest>,
) -> Result<(StatusCode, axum::Json<StaffSessionBody>), Failure> {
    let StaffSessionRequest { institution_code, staff_no, password } = request;
    let begun = service::sign_in(&app, &institution_code, &staff_no, &password, None).await?;
    let body = StaffSessionBody {
        token: begun.token,
        idle_seconds: STAFF_SECONDS,
        institution: begun.institution.name,
        kind: begun.institution.kind.into(),
        staff: begun.staff_name.expose().to_owned(),
    };
    Ok((StatusCode::CREATED, axum::Json(body)))
}

/// Log out
///
/// Ends the session of the token at once.
#[utoipa::path(
    delete,
    path = "/api/v1/terminal/sessions/current",
    tag = "terminal",
    responses((status = NO_CONTENT), (status = UNAUTHORIZED, body = ErrorBody))
)]
async fn sign_out(State(app): State<Arc<App>>, staff: Staff) -> Result<StatusCode, Failure> {
    service::sign_out(&app, &staff.session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Identify a patient
///
/// By the credential code (`certificate_type` `01`), which is used up, or by ID number and name (`02` ID card, `03`
/// social-security card). The reading is logged.
#[utoipa::path(
    post,
    path = "/api/v1/terminal/identifications",
    tag = "terminal",
    request_body = IdentificationRequest,
    responses(
        (status = CREATED, body = VisitBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = FORBIDDEN, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
async fn identify(
    State(app): State<Arc<App>>,
    desk: Desk,
    Json(request): Json<IdentificationRequest>,
) -> Result<(StatusCode, axum::Json<VisitBody>), Failure> {
    let IdentificationRequest { certificate_type, code, id_number, name } = request;
    let unknown = |_| Failure::in_field("certificate_type", Problem::RequestUnreadable);
    let shown = match certificate_type.parse().map_err(unknown)? {
        CertificateType::Credential => Shown::Code(Personal::new(code)),
        certificate => {
            Shown::Card { certificate, id_number: Personal::new(id_number), name: Personal::new(name) }
        }
    };
    let visit = service::identify(&app, &desk, shown).await?;
    Ok((StatusCode::CREATED, axum::Json(VisitBody::of(&visit, app.clock.now())?)))
}

/// Today
///
/// The newest visits of the institution with masked names, and the totals of all that was settled today and stands.
#[utoipa::path(
    get,
    path = "/api/v1/terminal/visits",
    tag = "terminal",
    responses((status = OK, body = DayBody), (status = UNAUTHORIZED, body = ErrorBody))
)]
async fn day(State(app): State<Arc<App>>, desk: Desk) -> Result<axum::Json<DayBody>, Failure> {
    Ok(axum::Json(service::day(&app, &desk).await?.into()))
}

async fn opened(app: &App, desk: &Desk, id: &str) -> Result<axum::Json<VisitBody>, Failure> {
    let visit = service::open(app, desk, service::id(id)?).await?;
    Ok(axum::Json(VisitBody::of(&visit, app.clock.now())?))
}

/// One visit
///
/// The reading is logged. Another institution's visit is not found.
#[utoipa::path(
    get,
    path = "/api/v1/terminal/visits/{visit}",
    tag = "terminal",
    params(("visit" = String, Path, description = "Identifier of the visit")),
    responses(
        (status = OK, body = VisitBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
async fn open(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(visit): Path<String>,
) -> Result<axum::Json<VisitBody>, Failure> {
    opened(&app, &desk, &visit).await
}

/// Register a visit
///
/// A pharmacy sends the lane of care alone.
#[utoipa::path(
    post,
    path = "/api/v1/terminal/visits/{visit}/registration",
    tag = "terminal",
    params(("visit" = String, Path, description = "Identifier of the visit")),
    request_body = RegistrationRequest,
    responses(
        (status = OK, body = VisitBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = FORBIDDEN, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
async fn register(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(visit): Path<String>,
    Json(request): Json<RegistrationRequest>,
) -> Result<axum::Json<VisitBody>, Failure> {
    let RegistrationRequest { medical_type, department, doctor, diagnosis } = request;
    let registration = Registration::read(&desk, &medical_type, [&department, &doctor, &diagnosis])?;
    service::register(&app, &desk, service::id(&visit)?, registration).await?;
    opened(&app, &desk, &visit).await
}

/// Add a fee item
#[utoipa::path(
    post,
    path = "/api/v1/terminal/visits/{visit}/items",
    tag = "terminal",
    params(("visit" = String, Path, description = "Identifier of the visit")),
    request_body = ItemRequest,
    responses(
        (status = OK, body = VisitBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
async fn add_item(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(visit): Path<String>,
    Json(request): Json<ItemRequest>,
) -> Result<axum::Json<VisitBody>, Failure> {
    let ItemRequest { item_code, price, quantity } = request;
    let charge = Charge { item: item_code, price, quantity };
    service::add_item(&app, &desk, service::id(&visit)?, &charge).await?;
    opened(&app, &desk, &visit).await
}

/// Remove a fee item
///
/// One that is gone already is no error.
#[utoipa::path(
    delete,
    path = "/api/v1/terminal/visits/{visit}/items/{serial}",
    tag = "terminal",
    params(
        ("visit" = String, Path, description = "Identifier of the visit"),
        ("serial" = String, Path, description = "Serial number of the fee item")
    ),
    responses(
        (status = OK, body = VisitBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody)
    )
)]
async fn remove_item(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path((visit, serial)): Path<(String, String)>,
) -> Result<axum::Json<VisitBody>, Failure> {
    service::remove_item(&app, &desk, service::id(&visit)?, &serial).await?;
    opened(&app, &desk, &visit).await
}

/// Pre-settle
///
/// What settling would come to. Nothing is written. The key names this pre-settlement: it is settled once, however often
/// the settlement is sent.
#[utoipa::path(
    post,
    path = "/api/v1/terminal/visits/{visit}/preview",
    tag = "terminal",
    params(("visit" = String, Path, description = "Identifier of the visit")),
    responses(
        (status = OK, body = PreviewBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody)
    )
)]
async fn preview(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(visit): Path<String>,
) -> Result<axum::Json<PreviewBody>, Failure> {
    let visit = service::open(&app, &desk, service::id(&visit)?).await?;
    let (attempt, settlement) = service::preview(&app, &desk, &visit).await?;
    Ok(axum::Json(PreviewBody::of(attempt.to_string(), &settlement.split)?))
}

/// Settle
///
/// With the key and the amounts of the pre-settlement. After a lost connection or a 503 send the same again: it gets
/// the first answer and never settles twice.
#[utoipa::path(
    post,
    path = "/api/v1/terminal/visits/{visit}/settlement",
    tag = "terminal",
    params(("visit" = String, Path, description = "Identifier of the visit")),
    request_body = SettlementRequest,
    responses(
        (status = OK, body = VisitBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody),
        (status = SERVICE_UNAVAILABLE, body = ErrorBody)
    )
)]
async fn settle(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(visit): Path<String>,
    Json(request): Json<SettlementRequest>,
) -> Result<axum::Json<VisitBody>, Failure> {
    let settled = Settled {
        attempt: request.key.parse().map_err(|_| Failure::in_field("key", Problem::PreSettleAgain))?,
        total: Fen::new(request.total),
        cash: Fen::new(request.cash),
        collect: match request.collect {
            CollectBody::Phone => Collect::ByPhone,
            CollectBody::Counter => Collect::AtCounter,
        },
    };
    service::settle(&app, &desk, service::id(&visit)?, &settled).await?;
    opened(&app, &desk, &visit).await
}

/// Take the cash share
///
/// At the window, instead of on the phone.
#[utoipa::path(
    post,
    path = "/api/v1/terminal/visits/{visit}/cash",
    tag = "terminal",
    params(("visit" = String, Path, description = "Identifier of the visit")),
    responses(
        (status = OK, body = VisitBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody)
    )
)]
async fn collect(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(visit): Path<String>,
) -> Result<axum::Json<VisitBody>, Failure> {
    service::collect(&app, &desk, service::id(&visit)?).await?;
    opened(&app, &desk, &visit).await
}

/// Undo the settlement
///
/// Everything goes back; the fee items are open again. The patient sees the reason.
#[utoipa::path(
    post,
    path = "/api/v1/terminal/visits/{visit}/revocation",
    tag = "terminal",
    params(("visit" = String, Path, description = "Identifier of the visit")),
    request_body = RevocationRequest,
    responses(
        (status = OK, body = VisitBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
async fn revoke(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(visit): Path<String>,
    Json(request): Json<RevocationRequest>,
) -> Result<axum::Json<VisitBody>, Failure> {
    service::revoke(&app, &desk, service::id(&visit)?, &request.reason).await?;
    opened(&app, &desk, &visit).await
}

/// Give a part of a settlement back
///
/// The settlement is undone, and the lines that are kept are settled again by the rules of its day, in one go. The patient
/// sees the reason; a cash share that was paid goes back whole, and that of what is kept is due.
#[utoipa::path(
    post,
    path = "/api/v1/terminal/visits/{visit}/correction",
    tag = "terminal",
    params(("visit" = String, Path, description = "Identifier of the visit")),
    request_body = CorrectionRequest,
    responses(
        (status = OK, body = VisitBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody),
        (status = CONFLICT, body = ErrorBody),
        (status = UNPROCESSABLE_ENTITY, body = ErrorBody)
    )
)]
async fn correct(
    State(app): State<Arc<App>>,
    desk: Desk,
    Path(visit): Path<String>,
    Json(request): Json<CorrectionRequest>,
) -> Result<axum::Json<VisitBody>, Failure> {
    let kept =
        request.kept.into_iter().map(|line| service::Kept { serial: line.serial, quantity: line.quantity });
    let kept: Vec<service::Kept> = kept.collect();
    service::correct(&app, &desk, service::id(&visit)?, &request.reason, &kept).await?;
    opened(&app, &desk, &visit).await
}

/// What an item is looked for by.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct CatalogueQuery {
    /// The start of a code, or a part of a name or specification; everything without it.
    #[serde(default)]
    text: String,
}

/// Look for items
///
/// In the catalogue that is in force today where the institution lies, by code, at most 300.
#[utoipa::path(
    get,
    path = "/api/v1/terminal/catalogue",
    tag = "terminal",
    params(CatalogueQuery),
    responses((status = OK, body = CatalogueList), (status = UNAUTHORIZED, body = ErrorBody))
)]
async fn search(
    State(app): State<Arc<App>>,
    desk: Desk,
    Query(query): Query<CatalogueQuery>,
) -> Result<axum::Json<CatalogueList>, Failure> {
    let today = app.clock.now().date_in_china();
    let items = service::search_catalogue(&app, desk.institution.region, today, &query.text);
    Ok(axum::Json(CatalogueList { items: items.iter().map(|item| item.as_ref().into()).collect() }))
}
