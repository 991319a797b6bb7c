//! The table of contents: every feature and the layers around all of them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;

use crate::app::{App, StartError};
use crate::failure::Failure;
use crate::http::{assets, failures, headers, visitor};
use crate::web::Problem;
use crate::{access, bills, credentials, estimates, events, his, payments, terminal};

/// The largest body that is read, in bytes; a bill of a thousand lines has about 400 kB.
const LARGEST_BODY: usize = 2 * 1024 * 1024;
/// The longest that one request may take.
pub(crate) const LONGEST_REQUEST: Duration = Duration::from_secs(30);

#[derive(OpenApi)]
#[openapi(info(
    title = "yibao",
    description = "JSON API of the yibao medical-insurance platform: what the pages do, for programs. Amounts are fen. \
                   Sign in with POST /api/v1/sessions and send the token as Authorization: Bearer.",
    license(name = "Apache-2.0", identifier = "Apache-2.0")
))]
struct Information;

fn api() -> (Router<Arc<App>>, Document) {
    OpenApiRouter::with_openapi(Information::openapi())
        .merge(access::api::routes())
        .merge(credentials::api::routes())
        .merge(bills::api::routes())
        .merge(estimates::api::routes())
        .merge(payments::api::routes())
        .merge(terminal::api::routes())
        .split_for_parts()
}

/// The description of the JSON API, OpenAPI 3.1.
#[must_use]
pub fn openapi() -> Document {
    api().1
}

/// Everything that is answered.
pub fn router(app: Arc<App>) -> Router {
    let (api, document) = api();
    let describe = get(|| async move { axum::Json(document) });
    let bounded = Router::new()
        .merge(api)
        .route("/api/openapi.json", describe)
        .merge(access::pages::routes())
        .merge(credentials::pages::routes())
        .merge(bills::pages::routes())
        .merge(payments::pages::routes())
        .merge(payments::notifications::routes())
        .merge(terminal::pages::routes())
        .merge(his::routes())
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .route("/assets/{name}", get(assets::serve))
        .fallback(|| async { Failure::of(Problem::NotFound) })
        .method_not_allowed_fallback(|| async { Failure::of(Problem::MethodNotAllowed) })
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST_REQUEST));
    // Pages hold form tokens next to what a request says, and the length of a compressed page would betray them (BREACH).
    let compressible = DefaultPredicate::new().and(NotForContentType::const_new("text/html"));
    // Streams of events last as long as their page is open.
    bounded
        .merge(events::routes())
        .layer(from_fn(failures::render))
        .layer(from_fn_with_state(Arc::clone(&app), visitor::recognise))
        .layer(from_fn(headers::secure))
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(app)
}

/// Listens and answers until `stop` resolves, then lets running requests end.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let address = app.settings.listen;
    let closing = Arc::clone(&app);
    let stop = async move {
        stop.await;
        closing.push.close();
    };
    axum::serve(listener, router(app))
        .with_graceful_shutdown(stop)
        .await
        .map_err(|error| StartError::Listen { address, error })
}

/// Opens the port of the settings.
///
/// # Errors
/// The address cannot be listened on.
pub async fn listen(address: std::net::SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| StartError::Listen { address, error })
}

async fn health(State(app): State<Arc<App>>) -> Result<&'static str, Failure> {
    // Any look-up by key shows that the database answers: here for a session that nobody has.
    let (nobody, now) = (store::Digest::new([0; 32]), app.clock.now());
    app.database.read(move |connection| store::sessions::find(connection, nobody, now)).await?;
    Ok("ok")
}

async fn metrics(State(app): State<Arc<App>>) -> Result<Response, Failure> {
    let text = app.metrics.text().map_err(|error| Failure::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
        .into_response())
}
