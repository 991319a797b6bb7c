//! Pages of the staff of hospitals and pharmacies: desktop, keyboard first, one page a visit.

mod desk;
mod login;
mod slip;
mod visit;

pub use desk::{DayTotals, DeskPage, VisitRow};
pub use login::TerminalLoginPage;
pub use slip::SlipPage;
pub use visit::{
    CatalogueOption, ItemForm, ItemRow, PatientView, PaymentStatus, Registration, RegistrationForm,
    TerminalPaymentPush, VisitPage, VisitStage,
};

use model::InstitutionKind;

/// Who works where; at the head of every terminal page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workplace {
    /// Name of the institution.
    pub institution: String,
    /// Hospital or pharmacy.
    pub kind: InstitutionKind,
    /// Name or number of the member of staff.
    pub staff: String,
}
