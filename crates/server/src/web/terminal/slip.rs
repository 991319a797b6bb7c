//! `/t/s/{visit}/print`: the slip that the patient takes home.

use askama::Template;
use model::Instant;

use super::Workplace;
use crate::web::insured::Bill;
use crate::web::shell::Shell;
use crate::web::words;

/// The slip, ready to print.
#[derive(Template)]
#[template(path = "terminal/slip.html")]
pub struct SlipPage {
    /// Frame.
    pub shell: Shell,
    /// Who prints it.
    pub workplace: Workplace,
    /// Masked name.
    pub name_masked: String,
    /// Identifier of the visit in URLs.
    pub visit_id: String,
    /// The bill.
    pub bill: Bill,
    /// When it is printed.
    pub printed: Instant,
}
