//! The messages of the offered transactions as types, readable and writable in both directions.
//!
//! A field keeps the design's English name; the name on the wire stands beside it. Reading a message takes two steps:
//! the field tables check it ([`crate::check`]), then it becomes a type here, which also knows what this platform does
//! not support. [`read`] does both.

mod amounts;
mod code;
pub(crate) mod encoded;
pub(crate) mod extension;
mod fees;
mod order;
mod person;
mod pharmacy;
mod query;
pub(crate) mod record;
mod reversal;
mod session;
mod settlement;
mod visit;

pub use amounts::{FundShare, SettlementAmounts};
pub use code::{AccountUse, Approval, FundType, OrderStatus};
pub use encoded::{PriceCeiling, Years};
pub use extension::{CashStatus, Extension};
pub use fees::{FeeCancellation, FeeLine, FeeReply, FeeUpload, LineResult};
pub use order::{OrderQuery, OrderReply};
pub use person::{
    BenefitQuery, BenefitReply, Entitlement, Insurance, PersonBase, PersonQuery, PersonReply, SpecialIdentity,
};
pub use pharmacy::{DrugLine, DrugTrace, Purchase, PurchaseHead};
pub use query::{SettlementQuery, SettlementQueryReply, SettlementStanding};
pub use reversal::Reversal;
pub use session::{SignIn, SignInReply, SignOut, SignOutReply};
pub use settlement::{
    PreSettlement, Revocation, RevocationReply, Settlement, SettlementInfo, SettlementReply,
};
pub use visit::{
    Diagnosis, Registration, RegistrationCancellation, RegistrationReply, VisitInfo, VisitUpload,
};

use crate::arithmetic::ArithmeticError;
use crate::check::{Problem, Problems, check};
use crate::tables::{Direction, Tables, TransactionTable};
use crate::transaction::TransactionError;
use crate::value::shortened;
use crate::{Error, Object};

/// A message: the nodes of one direction of a transaction.
pub trait Message: Sized {
    /// Reads checked nodes.
    ///
    /// # Errors
    /// The first value that the tables allow and this platform does not: an identifier that it never issued, a code
    /// that it does not support.
    fn from_nodes(nodes: &Object) -> Result<Self, Problem>;

    /// The nodes as they are sent.
    ///
    /// # Errors
    /// Amounts that should add up do not; such a message is never sent.
    fn to_nodes(&self) -> Result<Object, ArithmeticError>;
}

/// The empty message: several calls answer with the envelope alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Empty;

impl Message for Empty {
    fn from_nodes(_: &Object) -> Result<Self, Problem> {
        Ok(Self)
    }

    fn to_nodes(&self) -> Result<Object, ArithmeticError> {
        Ok(Object::new())
    }
}

/// Checks the nodes of a message against the tables and reads them.
///
/// # Errors
/// The number is unknown, or everything that is wrong with the nodes.
pub fn read<M: Message>(
    tables: &Tables,
    infno: &str,
    direction: Direction,
    nodes: &Object,
) -> Result<M, Error> {
    let table =
        tables.transaction(infno).ok_or_else(|| TransactionError::Unknown { infno: shortened(infno, 10) })?;
    let checked = check(table, direction, nodes)?;
    Ok(M::from_nodes(&checked).map_err(|problem| Problems::from(labelled(table, direction, problem)))?)
}

/// Adds the Chinese name of the field, which the types do not know.
fn labelled(table: &TransactionTable, direction: Direction, mut problem: Problem) -> Problem {
    let field = problem
        .path
        .last()
        .and_then(|step| table.node(direction, &step.node))
        .and_then(|node| node.field(&problem.field));
    if let Some(field) = field.filter(|_| problem.label.is_empty()) {
        problem.label.clone_from(&field.label);
    }
    problem
}
