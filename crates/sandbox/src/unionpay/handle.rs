//! Control of the running gateway from the same process.

use std::sync::{Arc, Mutex};

use model::Fen;

use super::Pki;
use super::bank::{Account, Bank, SentCode, TransactionView};
use super::fault::{Fault, Operation, Planned};
use super::notifier::Notifier;
use crate::http::{client, lock};
use crate::{Error, Settings};

/// Control of the stand-in. Clones control the same one.
#[derive(Clone)]
pub struct UnionPayHandle(pub(crate) Arc<Gateway>);

pub(crate) struct Gateway {
    pub(crate) settings: Settings,
    pub(crate) pki: Pki,
    pub(crate) notifier: Notifier,
    pub(crate) bank: Mutex<Bank>,
    pub(crate) planned: Mutex<Vec<Planned>>,
}

impl std::fmt::Debug for UnionPayHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnionPayHandle")
    }
}

impl UnionPayHandle {
    pub(crate) fn new(settings: Settings, pki: Pki) -> Result<Self, Error> {
        let notifier = Notifier::new(client()?, settings.notification_step);
        let (bank, planned) = (Mutex::default(), Mutex::default());
        Ok(Self(Arc::new(Gateway { settings, pki, notifier, bank, planned })))
    }

    pub(crate) fn stop(&self) {
        self.0.notifier.stop();
    }

    /// Opens a bank account with a card, or replaces the one of that card.
    pub fn open_account(&self, account: Account) {
        lock(&self.0.bank).open_account(account);
    }

    /// What is on the account of a card.
    #[must_use]
    pub fn balance(&self, card: &str) -> Option<Fen> {
        lock(&self.0.bank).balance(card)
    }

    /// The codes that were sent to `phone`, oldest first.
    #[must_use]
    pub fn sent_codes(&self, phone: &str) -> Vec<SentCode> {
        lock(&self.0.bank).codes.iter().filter(|sent| sent.phone == phone).cloned().collect()
    }

    /// All transactions, oldest first.
    #[must_use]
    pub fn transactions(&self) -> Vec<TransactionView> {
        lock(&self.0.bank).transactions()
    }

    /// The next call of `operation` meets `fault`.
    pub fn fail_next(&self, operation: Operation, fault: Fault) {
        self.plan(Planned { operation: Some(operation), order: None, fault });
    }

    /// The next call of `operation` with this order number meets `fault`.
    pub fn fail_order(&self, operation: Operation, order: &str, fault: Fault) {
        self.plan(Planned { operation: Some(operation), order: Some(order.to_owned()), fault });
    }

    pub(crate) fn plan(&self, planned: Planned) {
        lock(&self.0.planned).push(planned);
    }

    /// The body of the notification of a settled transaction, rightly signed, as it is posted.
    #[must_use]
    pub fn notification_of(&self, order: &str, time: &str) -> Option<String> {
        let key = (order.to_owned(), time.to_owned());
        let transaction = lock(&self.0.bank).find(&key).cloned()?;
        Some(self.0.notification(&transaction, None))
    }
}
