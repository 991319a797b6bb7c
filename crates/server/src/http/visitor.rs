//! Whoever asks, known or not: language, appearance, and the secret that form tokens are made of.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use hmac::Mac;
use subtle::ConstantTimeEq;

use crate::app::{App, CodeSender};
use crate::failure::Failure;
use crate::mac::hmac_sha256;
use crate::random;
use crate::web::{APPEARANCE_COOKIE, LANGUAGE_COOKIE};
use crate::web::{Appearance, DemoNotice, Language, Problem, Shell};

/// Name of the cookie that every browser gets before anything else. It identifies nobody.
const VISITOR_COOKIE: &str = "visitor";
/// Name of the cookie of a signed-in session.
const SESSION_COOKIE: &str = "session";
/// Name of the cookie that keeps the encrypted phone number between asking for an SMS code and entering it.
const WAITING_PHONE_COOKIE: &str = "waiting-phone";

/// Whoever asks.
#[derive(Clone)]
pub struct Visitor {
    app: Arc<App>,
    /// Language of the answer.
    pub language: Language,
    appearance: Appearance,
    /// Path and query that were asked for.
    pub path: String,
    visitor_token: String,
    /// The session token that was sent, as cookie or as `Authorization: Bearer`; not checked yet.
    pub session_token: Option<String>,
    /// The encrypted phone number to which a code was sent for this browser, as hex.
    pub waiting_phone: Option<String>,
}

/// The value of a cookie in the request.
fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// A cookie to set; `seconds` of 0 takes it back.
#[must_use]
pub fn set_cookie(app: &App, name: &str, value: &str, seconds: u32) -> Option<HeaderValue> {
    let (prefix, secure) = if app.settings.secure_cookies { ("__Host-", "; Secure") } else { ("", "") };
    let text = format!("{prefix}{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).ok()
}

/// The session cookie for a new session, or (0 seconds) its end.
#[must_use]
pub fn session_cookie(app: &App, token: &str, seconds: u32) -> Option<HeaderValue> {
    set_cookie(app, SESSION_COOKIE, token, seconds)
}

/// The cookie that keeps the encrypted phone number a code was sent to, or (0 seconds) its end.
#[must_use]
pub fn waiting_phone_cookie(app: &App, sealed: &str, seconds: u32) -> Option<HeaderValue> {
    set_cookie(app, WAITING_PHONE_COOKIE, sealed, seconds)
}

fn named<'h>(app: &App, headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    if app.settings.secure_cookies {
        cookie(headers, &format!("__Host-{name}"))
    } else {
        cookie(headers, name)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")
}

impl Visitor {
    fn of(app: &Arc<App>, parts: &Parts) -> Self {
        let headers = &parts.headers;
        let accepted = headers.get("accept-language").and_then(|value| value.to_str().ok());
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        // Programs sign in with a bearer token and are never believed by cookie, so that no other site can speak for a person.
        let is_api = path.starts_with("/api/");
        let session = if is_api { bearer(headers) } else { named(app, headers, SESSION_COOKIE) };
        Self {
            app: Arc::clone(app),
            language: Language::detect(named(app, headers, LANGUAGE_COOKIE), accepted),
            appearance: Appearance::from_cookie_value(
                named(app, headers, APPEARANCE_COOKIE).unwrap_or_default(),
            ),
            path: path.to_owned(),
            visitor_token: named(app, headers, VISITOR_COOKIE).unwrap_or_default().to_owned(),
            session_token: session.map(str::to_owned),
            waiting_phone: named(app, headers, WAITING_PHONE_COOKIE).map(str::to_owned),
        }
    }

    /// What tells this browser from others, known to it and us alone; empty for one without cookies.
    #[must_use]
    pub fn browser(&self) -> &str {
        &self.visitor_token
    }

    /// The form token of this browser and session: nobody who lacks its cookies can make it.
    #[must_use]
    pub fn form_token(&self) -> String {
        let mut mac = hmac_sha256(self.app.form_key());
        mac.update(self.visitor_token.as_bytes());
        mac.update(b"\n");
        mac.update(self.session_token.as_deref().unwrap_or_default().as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }

    /// Refuses a form that did not come from a page of ours in this session.
    ///
    /// # Errors
    /// [`Problem::FormExpired`].
    pub fn check_form_token(&self, token: &str) -> Result<(), Failure> {
        let right = !self.visitor_token.is_empty()
            && bool::from(self.form_token().as_bytes().ct_eq(token.as_bytes()));
        if right { Ok(()) } else { Err(Failure::of(Problem::FormExpired)) }
    }

    /// The frame of a page for this visitor.
    #[must_use]
    pub fn shell(&self) -> Shell {
        Shell {
            language: self.language,
            appearance: self.appearance,
            csrf: self.form_token(),
            path: self.path.clone(),
            now: self.app.clock.now(),
            demo: self.app.is_demo().then_some(DemoNotice { sms_code: None }),
        }
    }

    /// The frame of a page that asks for the code just sent to `phone`. A demonstration tells the code.
    #[must_use]
    pub fn shell_awaiting_code(&self, sender: CodeSender, phone: &str) -> Shell {
        let mut shell = self.shell();
        if let Some(demo) = &mut shell.demo {
            demo.sms_code = self.app.demo_code(sender, phone);
        }
        shell
    }
}

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self::of(app, parts)))
    }
}

/// Gives every browser its visitor cookie with its first page, and lays the [`Visitor`] ready for handlers and failure
/// pages.
pub async fn recognise(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut visitor = Visitor::of(&app, &parts);
    let mut new_cookie = None;
    if visitor.visitor_token.is_empty()
        && let Ok(random) = random::bytes::<16>()
    {
        visitor.visitor_token = hex::encode(random);
        new_cookie = set_cookie(&app, VISITOR_COOKIE, &visitor.visitor_token, 30 * 86_400);
    }
    parts.extensions.insert(visitor);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    // Programs and hospital systems get neither pages nor cookies.
    let is_page =
        response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if let Some(value) = new_cookie.filter(|_| is_page) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}
