//! Pages that anyone may read, and pages for when something went wrong.

use askama::Template;

use crate::web::problem::Problem;
use crate::web::shell::Shell;

/// `/help`.
#[derive(Template)]
#[template(path = "insured/help.html")]
pub struct HelpPage {
    /// Frame.
    pub shell: Shell,
}

/// `/privacy`.
#[derive(Template)]
#[template(path = "insured/privacy.html")]
pub struct PrivacyPage {
    /// Frame.
    pub shell: Shell,
}

/// `/agreement`: the full text of what is agreed to at activation.
#[derive(Template)]
#[template(path = "insured/agreement.html")]
pub struct AgreementPage {
    /// Frame.
    pub shell: Shell,
}

/// Any refusal or failure that has no page of its own, with the status of the response set by the handler.
#[derive(Template)]
#[template(path = "insured/error.html")]
pub struct ErrorPage {
    /// Frame.
    pub shell: Shell,
    /// What happened and what to do.
    pub problem: Problem,
    /// Number under which the log has the details.
    pub reference: Option<String>,
    /// Where the button leads: `/`, `/bills`, `/t`, `/login`.
    pub onward: &'static str,
}
