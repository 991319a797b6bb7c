//! The one place where a failure gets its HTTP status and its form: a page for people, JSON for programs.

use askama::Template;
use axum::extract::Request;
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use model::Instant;
use serde::Serialize;

use crate::failure::Failure;
use crate::http::visitor::Visitor;
use crate::web::insured::ErrorPage;
use crate::web::{JsonFault, Language, Problem};

/// A failure as programs get it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ErrorBody {
    /// Name of the problem; never changes.
    pub code: String,
    /// What happened, in the caller's language.
    pub message: String,
    /// What to do, in the caller's language.
    pub remedy: String,
    /// The member of the request that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Number to quote when asking for help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// The status of each problem.
#[must_use]
pub fn status_of(problem: &Problem) -> StatusCode {
    match problem {
        Problem::SessionEnded => StatusCode::UNAUTHORIZED,
        Problem::NotAllowed
        | Problem::CredentialSuspended
        | Problem::FormExpired
        | Problem::InstitutionSuspended
        | Problem::PersonSuspended => StatusCode::FORBIDDEN,
        Problem::NotFound | Problem::BillNotFound | Problem::VisitNotFound => StatusCode::NOT_FOUND,
        Problem::BillAlreadyPaid
        | Problem::BillCancelled
        | Problem::BillChanged
        | Problem::AlreadySettled
        | Problem::AlreadyRevoked
        | Problem::AlreadyActivated
        | Problem::CardAlreadyBound
        | Problem::StepMissing
        | Problem::VisitBusy
        | Problem::CodeUsed
        | Problem::Refusal(_) => StatusCode::CONFLICT,
        Problem::IdentityLocked { .. }
        | Problem::TooManyRequests { .. }
        | Problem::SmsCodeTooSoon { .. }
        | Problem::SmsCodeTooMany => StatusCode::TOO_MANY_REQUESTS,
        Problem::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Problem::Unavailable | Problem::SettlementUnknown => StatusCode::SERVICE_UNAVAILABLE,
        Problem::BankUnreachable | Problem::PaymentUnknown => StatusCode::BAD_GATEWAY,
        Problem::JsonUnreadable(JsonFault::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
        Problem::JsonUnreadable(JsonFault::ContentType) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Problem::RequestUnreadable | Problem::JsonUnreadable(_) => StatusCode::BAD_REQUEST,
        Problem::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = status_of(&self.problem).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Renders the failure that a handler returned, for whoever asked.
pub async fn render(request: Request, next: Next) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned();
    let mut response = next.run(request).await;
    let Some(failure) = response.extensions_mut().remove::<Failure>() else { return response };
    let Some(visitor) = visitor else { return response };
    let status = response.status();
    let wait = retry_after(&failure.problem, visitor.shell().now);
    let rendered = if visitor.path.starts_with("/api/") {
        as_json(&failure, visitor.language).into_response()
    } else {
        as_page(failure, &visitor)
    };
    let (mut parts, body) = rendered.into_parts();
    if !parts.status.is_redirection() {
        parts.status = status;
    }
    if let Some(seconds) = wait {
        parts.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    // Cookies that the handler set or took back stay so.
    for cookie in response.headers().get_all(SET_COOKIE) {
        parts.headers.append(SET_COOKIE, cookie.clone());
    }
    Response::from_parts(parts, body)
}

/// After how many seconds the same request may succeed, where that is known.
fn retry_after(problem: &Problem, now: Instant) -> Option<u32> {
    match problem {
        Problem::SmsCodeTooSoon { seconds } | Problem::TooManyRequests { seconds } => Some(*seconds),
        Problem::PinLocked { until } | Problem::IdentityLocked { until } => {
            u32::try_from(until.since(now).max(0) / 1000).ok()
        }
        Problem::Unavailable | Problem::SettlementUnknown => Some(5),
        _ => None,
    }
}

fn as_json(failure: &Failure, language: Language) -> axum::Json<ErrorBody> {
    axum::Json(ErrorBody {
        code: failure.problem.code(),
        message: failure.problem.what(&language).to_string(),
        remedy: failure.problem.remedy(&language).to_string(),
        field: failure.field.as_deref().map(str::to_owned),
        reference: failure.reference.clone(),
    })
}

fn as_page(failure: Failure, visitor: &Visitor) -> Response {
    let terminal = visitor.path == "/t" || visitor.path.starts_with("/t/");
    if failure.problem == Problem::SessionEnded {
        return Redirect::to(if terminal { "/t/login?notice=ended" } else { "/login?notice=ended" })
            .into_response();
    }
    if failure.problem == Problem::NotActivated && !terminal {
        return Redirect::to("/activate").into_response();
    }
    let page = ErrorPage {
        shell: visitor.shell(),
        problem: failure.problem,
        reference: failure.reference,
        onward: if terminal { "/t" } else { "/" },
    };
    page.render()
        .map_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response(), |html| Html(html).into_response())
}
