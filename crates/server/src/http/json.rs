//! JSON bodies of programs, refused with our own error body.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::failure::Failure;
use crate::web::Problem;

/// A JSON body. What cannot be read is refused as [`Problem::RequestUnreadable`].
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Failure> {
        let body = axum::Json::<T>::from_request(request, app).await;
        body.map(|axum::Json(value)| Self(value)).map_err(|rejection| {
            // Not the rejection's text: it quotes what was sent, such as a PIN given as a number.
            tracing::debug!(status = rejection.status().as_u16(), "a JSON body was refused");
            Failure::of(Problem::RequestUnreadable)
        })
    }
}
