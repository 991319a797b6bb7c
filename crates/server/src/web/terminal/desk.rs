//! `/t`: scanning, and the visits of the day.

use askama::Template;
use model::{Fen, Instant};

use super::Workplace;
use super::visit::VisitStage;
use crate::web::field::Field;
use crate::web::problem::Problem;
use crate::web::shell::Shell;

/// One visit in the list of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// Identifier in URLs.
    pub id: String,
    /// When it began.
    pub at: Instant,
    /// Masked name.
    pub name_masked: String,
    /// Where it stands.
    pub stage: VisitStage,
    /// 医疗费总额 so far.
    pub total: Fen,
    /// What the funds pay; `None` before settlement.
    pub funds: Option<Fen>,
    /// 个人账户支付; `None` before settlement.
    pub account: Option<Fen>,
    /// 个人现金支付; `None` before settlement.
    pub cash: Option<Fen>,
}

/// Sums over the settled visits of the day, without those revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayTotals {
    /// Number of settled visits.
    pub settled: usize,
    /// 医疗费总额.
    pub total: Fen,
    /// Funds.
    pub funds: Fen,
    /// 个人账户支付.
    pub account: Fen,
    /// 个人现金支付.
    pub cash: Fen,
}

/// `/t`: the scan box, always focused; the visits and totals of the day.
#[derive(Template)]
#[template(path = "terminal/desk.html")]
pub struct DeskPage {
    /// Frame.
    pub shell: Shell,
    /// Who works where.
    pub workplace: Workplace,
    /// The scan box.
    pub code: Field,
    /// ID number, for a person who brings a card instead of the code.
    pub id_number: Field,
    /// Name on that card.
    pub name: Field,
    /// Visits of the day, the newest first.
    pub visits: Vec<VisitRow>,
    /// Totals of the day.
    pub totals: DayTotals,
    /// What is wrong with the identification as a whole.
    pub problem: Option<Problem>,
}
