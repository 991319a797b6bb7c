//! The operations on a credential, one function each.

mod activation;
mod card;
mod code;
mod pin;
mod withdrawal;

use credential::ChannelState;
use model::PersonId;
use store::credentials::{self, Authorisation};
use store::people::{self, Person};

use crate::app::App;
use crate::failure::Failure;
use crate::web::Problem;

pub use activation::{
    AGREEMENT_VERSION, Step, accept_agreement, activate, check_identity, decline_agreement, first_step,
    has_credential, identified_person, step,
};
pub use card::{
    PendingCard, begin_card, begin_card_again, bound_card, close_card, confirm_card, pending_card,
};
pub use code::{CodeStanding, ShownCode, code_standing, current_code};
pub use pin::verify_pin;
pub use withdrawal::withdraw;

/// The channel that our own pages and API are: the name under which its authorisation is stored.
pub const CHANNEL: &str = "web";

/// An insured person as the register knows them. Only for the person's own eyes: reads by staff are to be logged.
///
/// # Errors
/// The store fails.
pub async fn person(app: &App, person_id: PersonId) -> Result<Person, Failure> {
    let person = app.database.read(move |connection| people::find(connection, person_id)).await?;
    person.ok_or_else(|| Problem::NotActivated.into())
}

/// The authorisation that this channel holds from a person.
///
/// # Errors
/// [`Problem::NotActivated`] when there is none that stands.
pub async fn authorisation(app: &App, person_id: PersonId) -> Result<Authorisation, Failure> {
    let all = app.database.read(move |connection| credentials::authorisations(connection, person_id)).await?;
    all.into_iter().rev().find(stands_here).ok_or_else(|| Problem::NotActivated.into())
}

/// Whether an authorisation is this channel's and was not withdrawn.
fn stands_here(given: &Authorisation) -> bool {
    given.channel == CHANNEL && given.state == ChannelState::Authorised
}
