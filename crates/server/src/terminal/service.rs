//! The operations of a terminal, one function each; pages and API call them.

mod catalogue;
mod day;
mod identification;
mod items;
mod login;
mod registration;
mod settlement;
mod visit;

use ::settlement::Refusal;
use model::VisitId;

use crate::failure::Failure;
use crate::web::Problem;

pub use catalogue::{find as find_item, search as search_catalogue};
pub use day::{Day, DayVisit, day};
pub use identification::{Shown, identify};
pub use items::{Charge, add_item, remove_item};
pub use login::{NewSession, sign_in, sign_out};
pub use registration::{Registration, medical_types, register};
pub use settlement::{Collect, Kept, Settled, collect, correct, preview, revoke, settle};
pub use visit::{OpenVisit, Stage, open};

/// The number of a visit as it stands in an address.
///
/// # Errors
/// [`Problem::VisitNotFound`] when it is none.
pub fn id(text: &str) -> Result<VisitId, Failure> {
    text.parse().map_err(|_| Problem::VisitNotFound.into())
}

/// The refusals of the rules in the words of the terminal, where it has words of its own for them.
fn told(mut failure: Failure) -> Failure {
    // What the hospital interface names by its members belongs to no field of a terminal's forms.
    failure.field = failure.field.filter(|field| !matches!(&**field, "person" | "certificate"));
    let Problem::Refusal(refusal) = &failure.problem else { return failure };
    let problem = match refusal.as_ref() {
        Refusal::NoSuchVisit | Refusal::VisitCancelled => Problem::VisitNotFound,
        Refusal::NotInsured(_) => Problem::PersonSuspended,
        Refusal::InstitutionInactive => Problem::InstitutionSuspended,
        Refusal::CodeUsed => Problem::CodeUsed,
        // The token came from the code that was scanned: another one is needed.
        Refusal::TokenNotValid => Problem::CodeExpired,
        Refusal::NoItems => Problem::NoFeeItems,
        Refusal::AlreadySettled => Problem::AlreadySettled,
        Refusal::AmountDiffers { .. } | Refusal::MessageReused(_) => Problem::PreSettleAgain,
        Refusal::NoSuchSettlement | Refusal::AlreadyReversed => Problem::AlreadyRevoked,
        Refusal::AlreadyPaid => Problem::BillAlreadyPaid,
        _ => return failure,
    };
    Failure { problem, ..failure }
}
