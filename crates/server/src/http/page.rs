//! Answers of pages: the page, the page again with what is wrong, or another page.

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::failure::Failure;
use crate::http::failures::status_of;
use crate::web::Problem;

/// A page.
///
/// # Errors
/// The template fails.
pub fn show(page: &impl Template) -> Result<Response, Failure> {
    let html = page.render().map_err(|error| Failure::internal(&error))?;
    Ok(Html(html).into_response())
}

/// A page whose form was refused, with the status of what is wrong. Where the form cannot help (a failure of our own,
/// a session that ended), the failure is handed on and gets a page of its own.
///
/// # Errors
/// Such a failure; or the template fails.
pub fn show_refused(page: &impl Template, failure: Failure) -> Result<Response, Failure> {
    if matches!(failure.problem, Problem::Internal | Problem::SessionEnded | Problem::NotActivated) {
        return Err(failure);
    }
    Ok((status_of(&failure.problem), show(page)?).into_response())
}

/// Leads on to another page after a form did what it was sent for.
#[must_use]
pub fn lead_to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// Sets cookies with an answer.
#[must_use]
pub fn with_cookies(
    mut response: Response,
    cookies: impl IntoIterator<Item = Option<HeaderValue>>,
) -> Response {
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
