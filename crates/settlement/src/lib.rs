//! The life of a visit, from registration to the paid bill and back.
//!
//! Everything that changes a person's records is a [`Command`]. [`plan`] decides what it does: given the records as they
//! are ([`Context`]), the rules in force and the command with its time and new ids, it returns a [`Plan`] (data to be
//! committed in one batch), the stored answer of an earlier identical request, or a [`Refusal`] that changes nothing.
//!
//! **Invariant:** this crate is pure. The same context and command always give the same plan.
//!
//! How a plan is committed: the person's [`BenefitAccount`] moves from `version` n to n+1 by compare-and-swap, the
//! [`Event`] is appended to the person's hash chain, and the [`Record`]s are written to the tables from which the next
//! context is loaded. The tables hold nothing that the events do not.

pub mod account;
pub mod command;
pub mod context;
pub mod event;
pub mod order;
pub mod plan;
pub mod record;
pub mod refusal;
pub mod visit;

mod corrections;
mod payments;
mod reversals;
mod settle;
mod visits;

pub use account::{AccountChange, BenefitAccount};
pub use command::{Action, Actor, Command, Declared, KeptLine, Needs, Request, RequestKey};
pub use context::{Context, PriorRequest, SettlementFile, VisitFile};
pub use event::{Event, EventBody, Message};
pub use order::{Attempt, Order, OrderState, PaymentResult, RefundResult};
pub use plan::{Committed, Decision, Plan, Rules, StoredRequest, plan};
pub use record::{CodeUse, Record, Settlement, SettlementKind};
pub use refusal::Refusal;
pub use settle::preview;
pub use visit::{Department, Diagnosis, Doctor, ItemState, StoredItem, Visit, VisitState};
pub use visits::entitlement;
