//! 2601 冲正交易.

use model::PersonId;

use super::record::{record, single_node};

record! {
    /// Request of 2601: undoes a call whose outcome its caller does not know.
    pub struct Reversal {
        /// The person (`psn_no`).
        person: PersonId = "psn_no",
        /// Message id of that call (`omsgid`).
        message: String = "omsgid",
        /// Its transaction number (`oinfno`).
        transaction: String = "oinfno",
    }
}

single_node!(Reversal = "data");
