//! What anyone may read, and how it looks.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::http::page::{lead_to, show, with_cookies};
use crate::http::visitor::set_cookie;
use crate::http::{CheckedForm, Visitor};
use crate::web::insured::{AgreementPage, HelpPage, PrivacyPage};
use crate::web::{APPEARANCE_COOKIE, LANGUAGE_COOKIE, Language, TextSize, Theme, safe_return_path};

/// How long a browser remembers language and appearance: a year, in seconds.
const REMEMBERED_SECONDS: u32 = 365 * 86_400;

/// `GET /help`.
pub async fn help(visitor: Visitor) -> Result<Response, Failure> {
    show(&HelpPage { shell: visitor.shell() })
}

/// `GET /privacy`.
pub async fn privacy(visitor: Visitor) -> Result<Response, Failure> {
    show(&PrivacyPage { shell: visitor.shell() })
}

/// `GET /agreement`.
pub async fn agreement(visitor: Visitor) -> Result<Response, Failure> {
    show(&AgreementPage { shell: visitor.shell() })
}

/// One wish at a time; what is absent, or no known value, stays as it is.
#[derive(Deserialize)]
pub struct AppearanceForm {
    #[serde(default)]
    language: String,
    #[serde(default)]
    text_size: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    return_to: String,
}

/// `POST /appearance`: language, text size, theme.
pub async fn set_appearance(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    CheckedForm(form): CheckedForm<AppearanceForm>,
) -> Response {
    let language = Language::from_tag(&form.language)
        .and_then(|language| set_cookie(&app, LANGUAGE_COOKIE, language.tag(), REMEMBERED_SECONDS));
    let mut appearance = visitor.shell().appearance;
    let (text_size, theme) = (TextSize::from_code(&form.text_size), Theme::from_code(&form.theme));
    appearance.text_size = text_size.unwrap_or(appearance.text_size);
    appearance.theme = theme.unwrap_or(appearance.theme);
    let appearance = (text_size.is_some() || theme.is_some())
        .then(|| set_cookie(&app, APPEARANCE_COOKIE, &appearance.to_cookie_value(), REMEMBERED_SECONDS))
        .flatten();
    with_cookies(lead_to(safe_return_path(&form.return_to)), [language, appearance])
}
