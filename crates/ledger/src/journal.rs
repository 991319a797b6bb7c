//! Postings that sum to zero.

use model::{Fen, Overflow};
use serde::{Deserialize, Serialize};

use crate::account::Account;

/// One movement into (positive) or out of (negative) an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Where.
    pub account: Account,
    /// How much; never zero.
    pub amount: Fen,
}

/// The postings of one event. They sum to zero: money is moved, never made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<Posting>", into = "Vec<Posting>")]
pub struct Journal(Vec<Posting>);

/// Postings do not form a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// They do not sum to zero.
    #[error("postings sum to {0} yuan instead of zero")]
    Unbalanced(Fen),
    /// One of them moves nothing.
    #[error("a posting of zero moves nothing")]
    Zero,
    /// Their sum is outside the range of money.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl Journal {
    /// A journal of these movements; those of zero are left out.
    ///
    /// # Errors
    /// The movements do not sum to zero.
    pub fn of(movements: impl IntoIterator<Item = (Account, Fen)>) -> Result<Self, JournalError> {
        movements
            .into_iter()
            .filter(|(_, amount)| !amount.is_zero())
            .map(|(account, amount)| Posting { account, amount })
            .collect::<Vec<_>>()
            .try_into()
    }

    /// The postings.
    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.0
    }

    /// The journal that undoes this one.
    ///
    /// # Errors
    /// An amount has no negative.
    pub fn reversed(&self) -> Result<Self, Overflow> {
        self.0
            .iter()
            .map(|p| Ok(Posting { account: p.account.clone(), amount: p.amount.negated()? }))
            .collect::<Result<Vec<_>, Overflow>>()
            .map(Self)
    }

    /// What this journal moves into `account`.
    ///
    /// # Errors
    /// The sum is outside the range of money.
    pub fn change_of(&self, account: &Account) -> Result<Fen, Overflow> {
        Fen::sum(self.0.iter().filter(|p| p.account == *account).map(|p| p.amount))
    }
}

impl TryFrom<Vec<Posting>> for Journal {
    type Error = JournalError;

    fn try_from(postings: Vec<Posting>) -> Result<Self, JournalError> {
        if postings.iter().any(|p| p.amount.is_zero()) {
            return Err(JournalError::Zero);
        }
        match Fen::sum(postings.iter().map(|p| p.amount))? {
            Fen::ZERO => Ok(Self(postings)),
            sum => Err(JournalError::Unbalanced(sum)),
        }
    }
}

impl From<Journal> for Vec<Posting> {
    fn from(journal: Journal) -> Self {
        journal.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_journal_and_its_reversal_leave_nothing(cash in 1_i64..1 << 40, account in 1_i64..1 << 40) {
            let journal = Journal::of([
                (Account::CashDue, Fen::new(cash)),
                (Account::CurrentYear, Fen::new(account)),
                (Account::PreviousYears, Fen::new(-cash - account)),
            ]).expect("balanced");
            let reversed = journal.reversed().expect("in range");
            for posting in journal.postings() {
                let back = reversed.change_of(&posting.account).expect("in range");
                prop_assert_eq!(posting.amount.plus(back), Ok(Fen::ZERO));
            }
        }

        #[test]
        fn money_from_nowhere_is_refused(amount in 1_i64..1 << 40, off in 1_i64..1000) {
            let journal = Journal::of([(Account::CashDue, Fen::new(amount)), (Account::CurrentYear, Fen::new(off - amount))]);
            prop_assert_eq!(journal, Err(JournalError::Unbalanced(Fen::new(off))));
        }
    }

    #[test]
    fn a_stored_journal_is_checked_when_read() {
        let unbalanced = r#"[{"account":"cash_due","amount":1}]"#;
        assert!(serde_json::from_str::<Journal>(unbalanced).is_err());
        let zero = r#"[{"account":"cash_due","amount":0}]"#;
        assert!(serde_json::from_str::<Journal>(zero).is_err());
    }
}
