//! A thread with a connection of its own, and how it runs a transaction.

use std::sync::Arc;
use std::time::Duration;

use crate::StoreError;
use crate::cipher::Keys;
use crate::engine::connection::{Connection, EngineKind, Target, Transaction};
use crate::engine::sqlite::Access;

/// How often a transaction is begun anew after collisions.
const TRIES: u32 = 6;

/// A connection that is opened again when it was lost.
pub(crate) struct Worker {
    target: Target,
    access: Access,
    keys: Arc<Keys>,
    connection: Option<Connection>,
    /// Why nothing may be written any more. After a failed write to disk the operating system may have dropped the data
    /// and a second sync would wrongly succeed, so only a restart, which reads what is really there, is safe.
    halted: Option<StoreError>,
}

/// How one run of a transaction ended.
enum Run<T, E> {
    Done(Result<T, E>),
    /// Nothing was written; running it again may succeed.
    Again(E),
}

impl Worker {
    pub(crate) fn open(target: &Target, access: Access, keys: &Arc<Keys>) -> Result<Self, StoreError> {
        let connection = Connection::open(target, access, Arc::clone(keys))?;
        Ok(Self {
            target: target.clone(),
            access,
            keys: Arc::clone(keys),
            connection: Some(connection),
            halted: None,
        })
    }

    /// The connection, opened again if it was lost.
    pub(crate) fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        if let Some(reason) = &self.halted {
            return Err(reason.clone());
        }
        if self.connection.as_ref().is_some_and(|connection| !connection.is_usable()) {
            self.connection = None;
        }
        if let Some(ref mut connection) = self.connection {
            return Ok(connection);
        }
        let opened = Connection::open(&self.target, self.access, Arc::clone(&self.keys))?;
        Ok(self.connection.insert(opened))
    }

    /// Runs `body` outside of any transaction. A connection that broke while it was idle, as all do when the database
    /// restarts, is noticed only by using it, so then `body` is run once more.
    pub(crate) fn read<T, E: From<StoreError>>(
        &mut self,
        body: &mut dyn FnMut(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let first = body(self.connection()?);
        let lost = self.connection.as_ref().is_some_and(|connection| !connection.is_usable());
        if first.is_err() && lost { body(self.connection()?) } else { first }
    }

    /// Runs `body` in a transaction and commits it, again after collisions and lost connections.
    pub(crate) fn write<T, E: From<StoreError>>(
        &mut self,
        body: &mut dyn FnMut(&mut Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.run(body) {
                Run::Done(outcome) => return outcome,
                Run::Again(error) if tried == TRIES => return Err(error),
                Run::Again(_) => pause(tried),
            }
        }
    }

    fn run<T, E: From<StoreError>>(
        &mut self,
        body: &mut dyn FnMut(&mut Transaction<'_>) -> Result<T, E>,
    ) -> Run<T, E> {
        let connection = match self.connection() {
            Ok(connection) => connection,
            Err(error) => return Run::Done(Err(error.into())),
        };
        let mut transaction = match connection.begin() {
            Ok(transaction) => transaction,
            Err(error) if may_repeat(&error) => return Run::Again(error.into()),
            Err(error) => return Run::Done(Err(error.into())),
        };
        let outcome = body(&mut transaction);
        let cause = transaction.failure().cloned();
        match (outcome, cause) {
            (Ok(value), None) => match transaction.commit() {
                Ok(()) => Run::Done(Ok(value)),
                Err(error) => self.not_committed(error),
            },
            (Ok(_), Some(cause)) if may_repeat(&cause) => Run::Again(cause.into()),
            (Ok(_), Some(_)) => Run::Done(Err(StoreError::RolledBack.into())),
            (Err(error), Some(cause)) if may_repeat(&cause) => Run::Again(error),
            (Err(error), _) => Run::Done(Err(error)),
        }
    }

    fn not_committed<T, E: From<StoreError>>(&mut self, error: StoreError) -> Run<T, E> {
        self.note_commit_failure(&error);
        if error.is_retryable() { Run::Again(error.into()) } else { Run::Done(Err(error.into())) }
    }

    /// Stops the worker when the embedded engine could not write its commit.
    pub(crate) fn note_commit_failure(&mut self, error: &StoreError) {
        let embedded =
            self.connection.as_ref().is_some_and(|connection| connection.kind() == EngineKind::Sqlite);
        if let (true, StoreError::OutcomeUnknown(message)) = (embedded, error) {
            let reason = format!("writing failed, check the disk and restart: {message}");
            self.halted = Some(StoreError::Unavailable(reason));
        }
    }
}

/// A collision, or a connection lost before the commit was sent: nothing was written.
const fn may_repeat(cause: &StoreError) -> bool {
    matches!(cause, StoreError::Collision(_) | StoreError::Unavailable(_))
}

/// Waits a little longer each time, by chance more or less, so that two colliding transactions part.
pub(crate) fn pause(tried: u32) {
    let mut byte = [0_u8; 1];
    // Without random bytes the wait is merely the same for everyone.
    let _ = getrandom::fill(&mut byte);
    let longest = 4_u64.saturating_mul(2_u64.saturating_pow(tried));
    let spread = longest.saturating_mul(u64::from(byte[0])) / 255;
    std::thread::sleep(Duration::from_millis(longest.saturating_add(spread)));
}
