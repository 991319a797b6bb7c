//! Logging in and out, and the desk with its scan box.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use model::CertificateType;
use serde::Deserialize;
use store::Personal;

use super::super::desk::Desk;
use super::super::service::{self, Shown};
use super::super::view;
use crate::app::App;
use crate::failure::Failure;
use crate::http::page::{lead_to, show, show_refused, with_cookies};
use crate::http::session::STAFF_SECONDS;
use crate::http::visitor::session_cookie;
use crate::http::{CheckedForm, Staff, Visitor};
use crate::web::terminal::TerminalLoginPage;
use crate::web::{Field, Problem};

/// The form of the login.
#[derive(Deserialize)]
pub struct LoginForm {
    #[serde(default)]
    institution_code: String,
    #[serde(default)]
    staff_no: String,
    #[serde(default)]
    password: String,
}

/// A form with a button alone.
#[derive(Deserialize)]
pub struct Confirmation {}

/// The forms of the desk: a scanned code, or what stands on a card.
#[derive(Deserialize)]
pub struct ScanForm {
    #[serde(default)]
    certificate_type: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    id_number: String,
    #[serde(default)]
    name: String,
}

fn login_page(visitor: &Visitor) -> TerminalLoginPage {
    TerminalLoginPage {
        shell: visitor.shell(),
        institution_code: Field::default(),
        staff_no: Field::default(),
        password: Field::default(),
        problem: None,
    }
}

/// `GET /t/login`. Who is logged in goes on to the desk.
pub async fn login(visitor: Visitor, desk: Result<Desk, Failure>) -> Result<Response, Failure> {
    if desk.is_ok() {
        return Ok(lead_to("/t"));
    }
    show(&login_page(&visitor))
}

/// `POST /t/login`.
pub async fn sign_in(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    CheckedForm(form): CheckedForm<LoginForm>,
) -> Result<Response, Failure> {
    let LoginForm { institution_code, staff_no, password } = form;
    let replaced = visitor.session_token.as_deref();
    match service::sign_in(&app, &institution_code, &staff_no, &password, replaced).await {
        Ok(begun) => Ok(with_cookies(lead_to("/t"), [session_cookie(&app, &begun.token, STAFF_SECONDS)])),
        Err(failure) => {
            let mut page = login_page(&visitor);
            let field = |value, name| Field { value, problem: failure.problem_in(name) };
            page.institution_code = field(institution_code, "institution_code");
            page.staff_no = field(staff_no, "staff_no");
            page.password = field(String::new(), "password");
            page.problem = failure.problem_overall();
            show_refused(&page, failure)
        }
    }
}

/// `POST /t/logout`.
pub async fn sign_out(
    State(app): State<Arc<App>>,
    staff: Staff,
    CheckedForm(Confirmation {}): CheckedForm<Confirmation>,
) -> Result<Response, Failure> {
    service::sign_out(&app, &staff.session).await?;
    Ok(with_cookies(lead_to("/t/login"), [session_cookie(&app, "", 0)]))
}

/// `GET /t`.
pub async fn desk(State(app): State<Arc<App>>, desk: Desk) -> Result<Response, Failure> {
    let day = service::day(&app, &desk).await?;
    show(&view::desk_page(&desk, day))
}

fn shown(form: &ScanForm) -> Result<Shown, Failure> {
    match form.certificate_type.parse() {
        Ok(CertificateType::Credential) => Ok(Shown::Code(Personal::new(form.code.as_str()))),
        Ok(certificate) => Ok(Shown::Card {
            certificate,
            id_number: Personal::new(form.id_number.as_str()),
            name: Personal::new(form.name.as_str()),
        }),
        Err(_) => Err(Problem::RequestUnreadable.into()),
    }
}

/// `POST /t/scan`.
pub async fn scan(
    State(app): State<Arc<App>>,
    desk: Desk,
    CheckedForm(form): CheckedForm<ScanForm>,
) -> Result<Response, Failure> {
    let failure = match service::identify(&app, &desk, shown(&form)?).await {
        Ok(visit) => return Ok(lead_to(&format!("/t/s/{}", visit.id))),
        Err(failure) => failure,
    };
    let mut page = view::desk_page(&desk, service::day(&app, &desk).await?);
    page.code = Field { value: form.code, problem: failure.problem_in("code") };
    page.id_number = Field { value: form.id_number, problem: failure.problem_in("id_number") };
    page.name = Field { value: form.name, problem: failure.problem_in("name") };
    page.problem = failure.problem_overall();
    show_refused(&page, failure)
}
