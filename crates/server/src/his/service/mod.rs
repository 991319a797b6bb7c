//! What institutions do, apart from how they ask for it: the hospital interface and the terminal pages call the same
//! functions, with the same rules and the same protection against repetition.
//!
//! Nothing here knows the national messages. Everything that changes a person's records is one command in the person's
//! commit lane; what is checked before it are the things that commands cannot see, names and numbers.

mod codes;
mod people;
mod purchases;
mod reversals;
mod settlements;
mod sign_in;
mod visits;

use model::{EventId, Instant, Institution, InstitutionCode, PersonId};
use settlement::{Action, Actor, Command, Committed, Request, Settlement, StoredItem};
use store::people::Person;
use store::reads::StaffRead;
use store::{Connection, context, institutions};

use crate::app::App;
use crate::failure::Failure;
use crate::random;
use crate::web::Problem;

pub use codes::{DecodedCode, decode_code};
pub use people::{
    Claim, Entitlement, Evidence, PersonFile, check_entitlement, find_person, read_balance, read_person,
};
pub use purchases::{PurchaseForm, buy, preview_purchase};
pub use reversals::{has_arrived, must_stand, reverse};
pub use settlements::{
    SettlementForm, correct, preview_settlement, read_order, read_settlement, revoke, settle,
};
pub use sign_in::{check_sign_in, sign_in, sign_out};
pub use visits::{
    RegistrationForm, add_items, cancel_visit, read_visit, record_visit, register_visit, withdraw_items,
};

/// Who asks, and under which message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The institution; whoever fills this in has made sure that the caller speaks for it.
    pub institution: InstitutionCode,
    /// Clerk or terminal there.
    pub operator: String,
    /// The message that asks, so that a repetition of it gets the same answer; `None` for one that changes nothing.
    pub request: Option<Request>,
}

impl Caller {
    fn command(&self, person_id: PersonId, at: Instant, action: Action) -> Result<Command, Failure> {
        Ok(Command {
            person_id,
            event_id: random::new_id(at, EventId::new)?,
            at,
            actor: Actor::Institution { code: self.institution.clone(), operator: self.operator.clone() },
            request: self.request.clone(),
            action,
        })
    }

    pub(crate) async fn submit(
        &self,
        app: &App,
        person_id: PersonId,
        at: Instant,
        action: Action,
    ) -> Result<Committed, Failure> {
        Ok(app.submit(self.command(person_id, at, action)?).await?)
    }

    /// As [`Caller::submit`]; also tells whether the same message had been carried out before, so that nothing was done now.
    async fn submit_or_recall(
        &self,
        app: &App,
        person_id: PersonId,
        at: Instant,
        action: Action,
    ) -> Result<(Committed, bool), Failure> {
        let command = self.command(person_id, at, action)?;
        let event_id = command.event_id;
        let committed = app.submit(command).await?;
        let repeated = committed.event_id != event_id;
        Ok((committed, repeated))
    }

    /// What a settlement would be, by the same rules and the same records; nothing is written.
    async fn preview(
        &self,
        app: &App,
        person_id: PersonId,
        at: Instant,
        action: Action,
    ) -> Result<(Settlement, Vec<StoredItem>), Failure> {
        let (command, rules) = (self.command(person_id, at, action)?, app.rules());
        app.database
            .read(move |connection| {
                let context = context::load(connection, person_id, &command.needs())?;
                let context = context.ok_or_else(|| Failure::in_field("person", Problem::NotInsured))?;
                Ok(settlement::preview(&rules, &context, &command)?)
            })
            .await
    }

    /// The caller's institution, if its agreement is in force. Commands check this themselves.
    fn active_institution(&self, connection: &mut Connection) -> Result<Institution, Failure> {
        institutions::find(connection, &self.institution)?
            .filter(|institution| institution.active)
            .ok_or_else(|| Failure::of(Problem::InstitutionSuspended))
    }

    /// Logs that the caller reads a person's data. It may be shown only after this has succeeded.
    pub(crate) async fn log_read(
        &self,
        app: &App,
        person_id: PersonId,
        subject: &'static str,
        purpose: impl Into<String>,
    ) -> Result<(), Failure> {
        let now = app.clock.now();
        let read = StaffRead {
            person_id,
            read_id: random::new_id(now, EventId::new)?,
            institution: self.institution.clone(),
            operator: self.operator.clone(),
            subject: subject.to_owned(),
            purpose: purpose.into(),
            read_at: now,
        };
        Ok(app.database.write(move |transaction| store::reads::insert(transaction, &read)).await?)
    }
}

/// What an operation on a person's records gave: the committed event, and the person whom the answer names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The person.
    pub person: Person,
    /// What was committed, now or when the same message came before.
    pub committed: Committed,
    /// Whether the same message had been carried out before.
    pub repeated: bool,
}

/// What a settlement would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previewed {
    /// The person.
    pub person: Person,
    /// The settlement; its ids are not used by anything.
    pub settlement: Settlement,
    /// The fee items that it would settle, where the preview brought them along.
    pub items: Vec<StoredItem>,
}
