//! The steps of activation after the phone number. Each page leads to the step at which the person really stands.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::app::App;
use crate::credentials::service::{self, AGREEMENT_VERSION, Step};
use crate::failure::Failure;
use crate::http::page::{lead_to, show, show_refused, with_cookies};
use crate::http::visitor::session_cookie;
use crate::http::{CheckedForm, Insured, SignedIn};
use crate::web::format::mask_name;
use crate::web::insured::{ActivateAgreementPage, ActivateDonePage, ActivateIdentityPage, ActivatePinPage};
use crate::web::{Field, Problem};

/// Name and ID number.
#[derive(Deserialize)]
pub struct IdentityForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    id_number: String,
}

/// Which button was pressed under the agreement.
#[derive(Deserialize)]
pub struct AgreementForm {
    #[serde(default)]
    decision: String,
}

/// The PIN, twice.
#[derive(Deserialize)]
pub struct PinForm {
    #[serde(default)]
    pin: String,
    #[serde(default)]
    pin_again: String,
}

/// Where the person is led when they stand at another step than `here`; coming back to an earlier step is allowed.
async fn elsewhere(app: &App, signed_in: &SignedIn, here: Step) -> Result<Option<Response>, Failure> {
    let step = service::step(app, &signed_in.account, &signed_in.session).await?;
    let is_reached = match here {
        Step::Identity => step != Step::Done,
        Step::Agreement => matches!(step, Step::Agreement | Step::Pin),
        Step::Pin => step == Step::Pin,
        Step::Done => step == Step::Done,
    };
    Ok((!is_reached).then(|| lead_to(step.path())))
}

/// `GET /activate/identity`.
pub async fn identity(State(app): State<Arc<App>>, signed_in: SignedIn) -> Result<Response, Failure> {
    if let Some(elsewhere) = elsewhere(&app, &signed_in, Step::Identity).await? {
        return Ok(elsewhere);
    }
    let (name, id_number) = (Field::default(), Field::default());
    show(&ActivateIdentityPage { shell: signed_in.visitor.shell(), name, id_number, problem: None })
}

/// `POST /activate/identity`.
pub async fn check_identity(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    CheckedForm(form): CheckedForm<IdentityForm>,
) -> Result<Response, Failure> {
    let SignedIn { visitor, session, account } = signed_in;
    match service::check_identity(&app, &account, &session, &form.name, &form.id_number).await {
        Ok(()) => Ok(lead_to(Step::Agreement.path())),
        Err(failure) => {
            let page = ActivateIdentityPage {
                shell: visitor.shell(),
                // The name comes back as typed. The number does not: the answer may lie in a cache or on a shared screen.
                name: Field { value: form.name, problem: failure.problem_in("name") },
                id_number: Field { value: String::new(), problem: failure.problem_in("id_number") },
                problem: failure.problem_overall(),
            };
            show_refused(&page, failure)
        }
    }
}

/// `GET /activate/agreement`.
pub async fn agreement(State(app): State<Arc<App>>, signed_in: SignedIn) -> Result<Response, Failure> {
    if let Some(elsewhere) = elsewhere(&app, &signed_in, Step::Agreement).await? {
        return Ok(elsewhere);
    }
    show(&ActivateAgreementPage { shell: signed_in.visitor.shell(), problem: None })
}

/// `POST /activate/agreement`.
pub async fn decide(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    CheckedForm(form): CheckedForm<AgreementForm>,
) -> Result<Response, Failure> {
    if let Some(elsewhere) = elsewhere(&app, &signed_in, Step::Agreement).await? {
        return Ok(elsewhere);
    }
    match form.decision.as_str() {
        "accept" => {
            service::accept_agreement(&app, &signed_in.session, AGREEMENT_VERSION).await?;
            Ok(lead_to(Step::Pin.path()))
        }
        "decline" => {
            service::decline_agreement(&app, &signed_in.account, &signed_in.session).await?;
            let declined = Failure::of(Problem::AgreementDeclined).into_response();
            Ok(with_cookies(declined, [session_cookie(&app, "", 0)]))
        }
        _ => {
            let problem = Failure::of(Problem::Required);
            let page = ActivateAgreementPage {
                shell: signed_in.visitor.shell(),
                problem: problem.problem_overall(),
            };
            show_refused(&page, problem)
        }
    }
}

/// `GET /activate/pin`.
pub async fn pin(State(app): State<Arc<App>>, signed_in: SignedIn) -> Result<Response, Failure> {
    if let Some(elsewhere) = elsewhere(&app, &signed_in, Step::Pin).await? {
        return Ok(elsewhere);
    }
    let known = is_known(&app, &signed_in).await?;
    let (pin, pin_again) = (Field::default(), Field::default());
    show(&ActivatePinPage { shell: signed_in.visitor.shell(), known, pin, pin_again, problem: None })
}

/// Whether the person has a credential, and so a PIN, from another channel or an earlier time.
async fn is_known(app: &App, signed_in: &SignedIn) -> Result<bool, Failure> {
    match service::identified_person(&signed_in.session) {
        Some(person_id) => service::has_credential(app, person_id).await,
        None => Ok(false),
    }
}

/// `POST /activate/pin`.
pub async fn set_pin(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    CheckedForm(form): CheckedForm<PinForm>,
) -> Result<Response, Failure> {
    if let Some(elsewhere) = elsewhere(&app, &signed_in, Step::Pin).await? {
        return Ok(elsewhere);
    }
    let activated =
        service::activate(&app, &signed_in.account, &signed_in.session, &form.pin, &form.pin_again).await;
    match activated {
        Ok(_) => Ok(lead_to("/activate/done")),
        Err(failure) => {
            let secret = |field| Field { value: String::new(), problem: failure.problem_in(field) };
            let page = ActivatePinPage {
                known: is_known(&app, &signed_in).await?,
                shell: signed_in.visitor.shell(),
                pin: secret("pin"),
                pin_again: secret("pin_again"),
                problem: failure.problem_overall(),
            };
            show_refused(&page, failure)
        }
    }
}

/// `GET /activate/done`.
pub async fn done(State(app): State<Arc<App>>, insured: Insured) -> Result<Response, Failure> {
    let person = service::person(&app, insured.person_id).await?;
    show(&ActivateDonePage { shell: insured.visitor.shell(), name_masked: mask_name(person.name.expose()) })
}
