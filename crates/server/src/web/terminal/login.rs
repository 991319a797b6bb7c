//! `/t/login`.

use askama::Template;

use crate::web::field::Field;
use crate::web::problem::Problem;
use crate::web::shell::Shell;

/// `/t/login`: institution, staff number, password.
#[derive(Template)]
#[template(path = "terminal/login.html")]
pub struct TerminalLoginPage {
    /// Frame.
    pub shell: Shell,
    /// National code of the institution.
    pub institution_code: Field,
    /// Staff number.
    pub staff_no: Field,
    /// Password; its value is never sent back.
    pub password: Field,
    /// What is wrong with the whole form.
    pub problem: Option<Problem>,
}
