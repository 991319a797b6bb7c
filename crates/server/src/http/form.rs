//! Forms of our own pages.

use std::sync::Arc;

use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::failure::Failure;
use crate::http::visitor::Visitor;
use crate::web::Problem;

/// A form whose token was checked: it came from a page of ours, in this session.
pub struct CheckedForm<T>(pub T);

#[derive(Deserialize)]
struct WithToken<T> {
    #[serde(default)]
    csrf: String,
    #[serde(flatten)]
    fields: T,
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for CheckedForm<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let Ok(visitor) = Visitor::from_request_parts(&mut parts, app).await;
        let request = Request::from_parts(parts, body);
        let Form(form) = Form::<WithToken<T>>::from_request(request, app)
            .await
            .map_err(|_| Failure::of(Problem::RequestUnreadable))?;
        visitor.check_form_token(&form.csrf)?;
        Ok(Self(form.fields))
    }
}
