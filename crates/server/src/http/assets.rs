//! Style sheet, script and pictures of the pages.

use axum::extract::OriginalUri;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::failure::Failure;
use crate::web::{Problem, assets};

/// `GET /assets/{name}`.
pub async fn serve(OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Result<Response, Failure> {
    let asset = assets::find(uri.path()).ok_or(Problem::NotFound)?;
    let lasting = [(CACHE_CONTROL, assets::CACHE_CONTROL), (ETAG, asset.etag.as_str())];
    let is_held = headers
        .get(IF_NONE_MATCH)
        .and_then(|held| held.to_str().ok())
        .is_some_and(|held| held.split(',').any(|tag| tag.trim().trim_start_matches("W/") == asset.etag));
    if is_held {
        return Ok((StatusCode::NOT_MODIFIED, lasting).into_response());
    }
    Ok((lasting, [(CONTENT_TYPE, asset.content_type)], asset.bytes).into_response())
}
