//! From a command to a plan.

use benefit::{Catalogue, PolicyBook};
use ledger::{Journal, Link};
use model::{EventId, Fen, Instant, InstitutionCode, PersonId};
use serde::{Deserialize, Serialize};

use crate::account::{AccountChange, BenefitAccount};
use crate::command::{Action, Actor, Command, RequestKey};
use crate::context::Context;
use crate::event::{Event, EventBody, Message};
use crate::order::Order;
use crate::record::{Record, Settlement};
use crate::refusal::Refusal;
use crate::visit::{StoredItem, Visit};
use crate::{corrections, payments, reversals, settle, visits};

/// What decisions rest on besides the records. Loaded once and shared.
#[derive(Debug)]
pub struct Rules {
    /// Benefit policies of all regions.
    pub policies: PolicyBook,
    /// Catalogues of all regions.
    pub catalogue: Catalogue,
    /// How many days a visit may lie back when it is registered.
    pub back_date_days: i64,
}

/// A request whose identity is to be remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredRequest {
    /// Its identity.
    pub key: RequestKey,
    /// SHA-256 of its content; `None` when it is forbidden before it arrived.
    pub digest: Option<[u8; 32]>,
}

/// What is to be committed, all of it or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The benefit account after the event; its version is one more than the version that it was planned on.
    pub account: BenefitAccount,
    /// The new link of the chain.
    pub event: Event,
    /// The event's body, already serialised in `event`.
    pub body: EventBody,
}

/// What was committed, now or when the same request came before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The event.
    pub event_id: EventId,
    /// Whose records.
    pub person_id: PersonId,
    /// When.
    pub at: Instant,
    /// What happened.
    pub body: EventBody,
}

/// What a command leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Commit this.
    Commit(Box<Plan>),
    /// Nothing is to be done: the same request was answered before.
    Replay(Box<Committed>),
}

impl Plan {
    /// The answer, once the plan is committed.
    #[must_use]
    pub fn committed(&self) -> Committed {
        Committed {
            event_id: self.event.id,
            person_id: self.event.person_id,
            at: self.event.at,
            body: self.body.clone(),
        }
    }
}

impl EventBody {
    /// Every settlement and reversal that the event wrote, in their order.
    pub fn settlements(&self) -> impl DoubleEndedIterator<Item = &Settlement> {
        self.records.iter().filter_map(|record| match record {
            Record::Settlement { settlement } => Some(settlement.as_ref()),
            _ => None,
        })
    }

    /// The settlement, or reversal, that the event wrote; of a correction the settlement of what is kept.
    #[must_use]
    pub fn settlement(&self) -> Option<&Settlement> {
        self.settlements().next_back()
    }

    /// The order that the event wrote; of a correction that of what is kept.
    #[must_use]
    pub fn order(&self) -> Option<&Order> {
        self.records.iter().rev().find_map(|record| match record {
            Record::Order { order } => Some(order),
            _ => None,
        })
    }

    /// The visit that the event wrote.
    #[must_use]
    pub fn visit(&self) -> Option<&Visit> {
        self.records.iter().find_map(|record| match record {
            Record::Visit { visit } => Some(visit),
            _ => None,
        })
    }

    /// The fee items that the event added.
    #[must_use]
    pub fn items_added(&self) -> &[StoredItem] {
        self.records
            .iter()
            .find_map(|record| match record {
                Record::ItemsAdded { items, .. } => Some(items.as_slice()),
                _ => None,
            })
            .unwrap_or_default()
    }
}

/// What one action changes; the parts common to all actions are added by [`plan`].
#[derive(Debug, Default)]
pub(crate) struct Effect {
    pub(crate) change: AccountChange,
    pub(crate) journal: Journal,
    pub(crate) records: Vec<Record>,
    pub(crate) messages: Vec<Message>,
}

/// Decides what a command does.
///
/// # Errors
/// A [`Refusal`]; nothing is changed then.
pub fn plan(rules: &Rules, context: &Context, command: &Command) -> Result<Decision, Refusal> {
    if let Some(earlier) = earlier_answer(context, command)? {
        return Ok(Decision::Replay(Box::new(earlier)));
    }
    let effect = effect_of(rules, context, command)?;
    commit(context, command, effect).map(|plan| Decision::Commit(Box::new(plan)))
}

/// The answer that this very request got before, if it did.
fn earlier_answer(context: &Context, command: &Command) -> Result<Option<Committed>, Refusal> {
    let Some(request) = &command.request else { return Ok(None) };
    let Some(prior) = context.prior.iter().find(|prior| prior.key == request.key) else { return Ok(None) };
    let message = || request.key.message_id.clone();
    match (&prior.digest, &prior.answer) {
        (Some(digest), Some(answer)) if *digest == request.digest => Ok(Some(answer.clone())),
        (Some(_), _) => Err(Refusal::MessageReused(message())),
        (None, _) => Err(Refusal::ReversedBeforeArrival(message())),
    }
}

fn effect_of(rules: &Rules, context: &Context, command: &Command) -> Result<Effect, Refusal> {
    match &command.action {
        Action::OpenAccount { current_year, previous_years } => open_account(
            context,
            AccountChange {
                current_year: *current_year,
                previous_years: *previous_years,
                accumulated: Vec::new(),
            },
        ),
        Action::ForbidRequest { key } => forbid_request(context, key),
        Action::UseCode { .. }
        | Action::RegisterVisit { .. }
        | Action::CancelVisit { .. }
        | Action::RecordVisit { .. }
        | Action::AddItems { .. }
        | Action::WithdrawItems { .. }
        | Action::WithdrawItem { .. } => visits::effect(rules, context, command),
        Action::Settle { .. } | Action::Purchase { .. } => settle::effect(rules, context, command),
        Action::Revoke { .. } => reversals::effect(rules, context, command),
        Action::Correct { .. } => corrections::effect(rules, context, command),
        Action::BeginPayment { .. }
        | Action::SubmitPayment { .. }
        | Action::ResolvePayment { .. }
        | Action::TakeCash { .. }
        | Action::ResolveRefund { .. } => payments::effect(context, command),
    }
}

fn open_account(context: &Context, change: AccountChange) -> Result<Effect, Refusal> {
    use ledger::Account;
    if context.account.version != 0 {
        return Err(Refusal::AccountExists);
    }
    let credited = Fen::sum([change.current_year, change.previous_years])?;
    let journal = Journal::of([
        (Account::Contributions(context.person.region), credited.negated()?),
        (Account::CurrentYear, change.current_year),
        (Account::PreviousYears, change.previous_years),
    ])?;
    Ok(Effect { change, journal, ..Effect::default() })
}

fn forbid_request(context: &Context, key: &RequestKey) -> Result<Effect, Refusal> {
    match context.prior.iter().find(|prior| prior.key == *key) {
        Some(prior) if prior.answer.is_some() => Err(Refusal::OriginalHasArrived),
        Some(_) => Err(Refusal::AlreadyReversed),
        None => Ok(Effect::default()),
    }
}

/// Completes an effect to a plan: the next account, the link of the chain, the requests to remember.
fn commit(context: &Context, command: &Command, effect: Effect) -> Result<Plan, Refusal> {
    let own = command
        .request
        .as_ref()
        .map(|request| StoredRequest { key: request.key.clone(), digest: Some(request.digest) });
    let forbidden = match &command.action {
        Action::ForbidRequest { key } => Some(StoredRequest { key: key.clone(), digest: None }),
        _ => None,
    };
    let requests = own.into_iter().chain(forbidden).collect();
    let body = EventBody {
        action: command.action.name().to_owned(),
        actor: command.actor.clone(),
        request: command.request.as_ref().map(|request| request.key.clone()),
        requests,
        change: effect.change,
        journal: effect.journal,
        records: effect.records,
        messages: effect.messages,
    };
    check_personal_account(&body)?;
    let payload = serde_json::to_string(&body).map_err(|error| Refusal::Inconsistent(error.to_string()))?;
    let mut account = context.account.changed_by(&body.change)?;
    account.version = account.version.checked_add(1).ok_or(model::Overflow)?;
    account.chain_head = context.account.chain_head.then(Link {
        event_id: command.event_id,
        person_id: command.person_id,
        version: account.version,
        at: command.at,
        payload: &payload,
    });
    let event = Event {
        id: command.event_id,
        person_id: command.person_id,
        version: account.version,
        at: command.at,
        payload,
    };
    Ok(Plan { account, event, body })
}

/// The ledger and the benefit account must tell the same of the personal account.
fn check_personal_account(body: &EventBody) -> Result<(), Refusal> {
    use ledger::Account;
    let same = body.journal.change_of(&Account::CurrentYear)? == body.change.current_year
        && body.journal.change_of(&Account::PreviousYears)? == body.change.previous_years;
    if same {
        Ok(())
    } else {
        Err(Refusal::Inconsistent("ledger and benefit account disagree on the personal account".to_owned()))
    }
}

/// The institution that acts, if its agreement is in force.
pub(crate) fn acting_institution(context: &Context) -> Result<&model::Institution, Refusal> {
    context.institution.as_ref().filter(|institution| institution.active).ok_or(Refusal::InstitutionInactive)
}

/// Whether a record of `institution` is the actor's to touch: an institution touches only its own.
pub(crate) fn is_own(actor: &Actor, institution: &InstitutionCode) -> bool {
    match actor {
        Actor::Institution { code, .. } => code == institution,
        Actor::Person | Actor::Platform => true,
    }
}
