//! The home page.

use askama::Template;
use model::{InsuranceStatus, Scheme};

use super::Tab;
use super::bills::BillCard;
use crate::web::shell::Shell;
use crate::web::words;

/// `/`: who is insured where, the way to the code, what waits.
#[derive(Template)]
#[template(path = "insured/home.html")]
pub struct HomePage {
    /// Frame.
    pub shell: Shell,
    /// Masked name.
    pub name_masked: String,
    /// Name of the pooling region.
    pub region_name: String,
    /// Scheme.
    pub scheme: Scheme,
    /// Whether the insurance is in force.
    pub status: InsuranceStatus,
    /// Whether payment is open (level 2).
    pub payment_open: bool,
    /// Bills to pay.
    pub pending: Vec<BillCard>,
}
