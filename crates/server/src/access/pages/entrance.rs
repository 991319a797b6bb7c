//! Phone number and SMS code, for logging in and as the first step of activation.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use credential::SendLimits;
use serde::Deserialize;
use store::Personal;

use crate::access::service;
use crate::app::{App, CodeSender};
use crate::credentials::service as credentials;
use crate::failure::Failure;
use crate::http::page::{lead_to, show, show_refused, with_cookies};
use crate::http::session::INSURED_SECONDS;
use crate::http::visitor::{session_cookie, waiting_phone_cookie};
use crate::http::{CheckedForm, SignedIn, Visitor};
use crate::web::Field;
use crate::web::format::mask_phone;
use crate::web::insured::{LoginNotice, PhonePage, PhonePurpose, SmsCodePage, SmsPurpose};

/// How long a browser keeps the phone number that a code was sent to: as long as two codes serve, in seconds.
const WAITING_SECONDS: u32 = 600;

/// The form with the phone number; empty when another SMS is asked for.
#[derive(Deserialize)]
pub struct PhoneForm {
    #[serde(default)]
    phone: String,
}

/// The form with the code.
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    sms_code: String,
}

/// A form with a button alone.
#[derive(Deserialize)]
pub struct Confirmation {}

/// Why the person comes to the login page.
#[derive(Deserialize)]
pub struct LoginQuery {
    #[serde(default)]
    notice: String,
}

/// `GET /login`.
pub async fn login(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(query): Query<LoginQuery>,
    signed_in: Result<SignedIn, Failure>,
) -> Result<Response, Failure> {
    let notice = match query.notice.as_str() {
        "logged-out" => Some(LoginNotice::LoggedOut),
        "withdrawn" => Some(LoginNotice::Withdrawn),
        "ended" => Some(LoginNotice::SessionEnded),
        _ => None,
    };
    entrance(&app, &visitor, PhonePurpose::Login, notice, signed_in).await
}

/// `GET /activate`. Who is signed in already goes on where they stopped.
pub async fn activate(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    signed_in: Result<SignedIn, Failure>,
) -> Result<Response, Failure> {
    entrance(&app, &visitor, PhonePurpose::Activate, None, signed_in).await
}

async fn entrance(
    app: &App,
    visitor: &Visitor,
    purpose: PhonePurpose,
    notice: Option<LoginNotice>,
    signed_in: Result<SignedIn, Failure>,
) -> Result<Response, Failure> {
    if let Ok(signed_in) = signed_in {
        return Ok(lead_to(credentials::step(app, &signed_in.account, &signed_in.session).await?.path()));
    }
    let phone = Field::default();
    show(&PhonePage { shell: visitor.shell(), purpose, phone, notice, problem: None })
}

/// `POST /login/sms`.
pub async fn send_login_code(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    CheckedForm(form): CheckedForm<PhoneForm>,
) -> Result<Response, Failure> {
    send_code(&app, &visitor, PhonePurpose::Login, &form.phone).await
}

/// `POST /activate/sms`.
pub async fn send_activation_code(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    CheckedForm(form): CheckedForm<PhoneForm>,
) -> Result<Response, Failure> {
    send_code(&app, &visitor, PhonePurpose::Activate, &form.phone).await
}

const fn code_path(purpose: PhonePurpose) -> &'static str {
    match purpose {
        PhonePurpose::Login => "/login/code",
        PhonePurpose::Activate => "/activate/code",
    }
}

async fn send_code(
    app: &App,
    visitor: &Visitor,
    purpose: PhonePurpose,
    typed: &str,
) -> Result<Response, Failure> {
    let waiting = waiting_phone(app, visitor).await?.filter(|_| typed.is_empty());
    let again = waiting.is_some();
    let phone = match waiting.map_or_else(|| service::read_phone(typed), Ok) {
        Ok(phone) => phone,
        Err(failure) => return phone_refused(visitor, purpose, typed, failure),
    };
    match service::send_code(app, &phone).await {
        Ok(_) => {}
        // The code of a moment ago still serves: the page that asks for it says how long to wait.
        Err(failure) if again => return code_refused(visitor, purpose, &phone, failure),
        Err(failure) => return phone_refused(visitor, purpose, typed, failure),
    }
    let sealed = service::seal_waiting_phone(app, visitor.browser(), &phone).await?;
    Ok(with_cookies(lead_to(code_path(purpose)), [waiting_phone_cookie(app, &sealed, WAITING_SECONDS)]))
}

fn phone_refused(
    visitor: &Visitor,
    purpose: PhonePurpose,
    typed: &str,
    failure: Failure,
) -> Result<Response, Failure> {
    let phone = Field { value: typed.to_owned(), problem: failure.problem_in("phone") };
    let problem = failure.problem_overall();
    let page = PhonePage { shell: visitor.shell(), purpose, phone, notice: None, problem };
    show_refused(&page, failure)
}

/// `GET /login/code`.
pub async fn login_code(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    ask_for_code(&app, &visitor, PhonePurpose::Login).await
}

/// `GET /activate/code`.
pub async fn activation_code(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    ask_for_code(&app, &visitor, PhonePurpose::Activate).await
}

async fn ask_for_code(app: &App, visitor: &Visitor, purpose: PhonePurpose) -> Result<Response, Failure> {
    let Some(phone) = waiting_phone(app, visitor).await? else { return Ok(start_again(purpose)) };
    let gap = SendLimits::default().gap_seconds;
    show(&code_page(visitor, purpose, &phone, gap))
}

const fn sms_purpose(purpose: PhonePurpose) -> SmsPurpose {
    match purpose {
        PhonePurpose::Login => SmsPurpose::Login,
        PhonePurpose::Activate => SmsPurpose::Activate,
    }
}

fn code_page(
    visitor: &Visitor,
    purpose: PhonePurpose,
    phone: &Personal,
    resend_after_seconds: u32,
) -> SmsCodePage {
    SmsCodePage {
        shell: visitor.shell_awaiting_code(CodeSender::Platform, phone.expose()),
        purpose: sms_purpose(purpose),
        phone_masked: mask_phone(phone.expose()),
        sms_code: Field::default(),
        resend_after_seconds,
        problem: None,
    }
}

fn code_refused(
    visitor: &Visitor,
    purpose: PhonePurpose,
    phone: &Personal,
    failure: Failure,
) -> Result<Response, Failure> {
    let mut page = code_page(visitor, purpose, phone, 0);
    page.sms_code.problem = failure.problem_in("sms_code");
    page.problem = page.sms_code.problem.is_none().then(|| failure.problem.clone());
    show_refused(&page, failure)
}

async fn waiting_phone(app: &App, visitor: &Visitor) -> Result<Option<Personal>, Failure> {
    service::waiting_phone(app, visitor.browser(), visitor.waiting_phone.as_deref()).await
}

fn start_again(purpose: PhonePurpose) -> Response {
    lead_to(match purpose {
        PhonePurpose::Login => "/login",
        PhonePurpose::Activate => "/activate",
    })
}

/// `POST /login/code`.
pub async fn sign_in_to_use(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    CheckedForm(form): CheckedForm<CodeForm>,
) -> Result<Response, Failure> {
    sign_in(&app, &visitor, PhonePurpose::Login, &form.sms_code).await
}

/// `POST /activate/code`.
pub async fn sign_in_to_activate(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    CheckedForm(form): CheckedForm<CodeForm>,
) -> Result<Response, Failure> {
    sign_in(&app, &visitor, PhonePurpose::Activate, &form.sms_code).await
}

async fn sign_in(
    app: &App,
    visitor: &Visitor,
    purpose: PhonePurpose,
    code: &str,
) -> Result<Response, Failure> {
    let Some(phone) = waiting_phone(app, visitor).await? else { return Ok(start_again(purpose)) };
    let begun = match service::sign_in(app, &phone, code, visitor.session_token.as_deref()).await {
        Ok(begun) => begun,
        Err(failure) => return code_refused(visitor, purpose, &phone, failure),
    };
    let next = credentials::first_step(app, &begun.account).await?;
    let cookies = [session_cookie(app, &begun.token, INSURED_SECONDS), waiting_phone_cookie(app, "", 0)];
    Ok(with_cookies(lead_to(next.path()), cookies))
}

/// `POST /logout`. What the browser stored of our pages goes too.
pub async fn log_out(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    CheckedForm(Confirmation {}): CheckedForm<Confirmation>,
) -> Result<Response, Failure> {
    service::sign_out(&app, &signed_in.session).await?;
    Ok(left(&app, "/login?notice=logged-out"))
}

/// The answer to someone whose session has just ended.
pub fn left(app: &App, path: &str) -> Response {
    let mut response = with_cookies(lead_to(path), [session_cookie(app, "", 0)]);
    response.headers_mut().insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    response
}
