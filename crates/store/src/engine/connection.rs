//! One connection to either engine, and transactions on it.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::Arc;

use super::postgres::PostgresConnection;
use super::row::Row;
use super::sqlite::{Access, SqliteConnection};
use super::statement::{Grouped, InsertMany, SelectMany, Statement, SwapMany};
use super::value::{Cell, Value};
use crate::StoreError;
use crate::cipher::Keys;

/// Where the database is, in the form that opening a connection needs.
#[derive(Clone)]
pub(crate) enum Target {
    Sqlite(PathBuf),
    Postgres(Box<postgres::Config>),
}

enum Engine {
    Sqlite(SqliteConnection),
    Postgres(PostgresConnection),
}

/// Which engine a connection speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// The embedded engine.
    Sqlite,
    /// The client-server engine.
    Postgres,
}

/// A connection. Outside this crate it is only handed to the functions of the store; statements are private to them.
pub struct Connection {
    engine: Engine,
    keys: Arc<Keys>,
    /// What failed since the last transaction began.
    failure: Option<StoreError>,
    /// A transaction may still be open, because rolling back failed.
    is_broken: bool,
}

impl Connection {
    pub(crate) fn open(target: &Target, access: Access, keys: Arc<Keys>) -> Result<Self, StoreError> {
        let engine = match target {
            Target::Sqlite(path) => Engine::Sqlite(SqliteConnection::open(path, access)?),
            Target::Postgres(config) => Engine::Postgres(PostgresConnection::open(config, access)?),
        };
        Ok(Self { engine, keys, failure: None, is_broken: false })
    }

    /// The engine.
    #[must_use]
    pub const fn kind(&self) -> EngineKind {
        match self.engine {
            Engine::Sqlite(_) => EngineKind::Sqlite,
            Engine::Postgres(_) => EngineKind::Postgres,
        }
    }

    /// The keys of encrypted and indexed fields.
    pub(crate) fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys)
    }

    /// Whether the next job can use this connection: it stands, and no transaction is left open on it.
    pub(crate) fn is_usable(&self) -> bool {
        let stands = match &self.engine {
            Engine::Sqlite(engine) => engine.is_idle(),
            Engine::Postgres(engine) => engine.is_open(),
        };
        stands && !self.is_broken
    }

    /// Begins a transaction: with the write lock at once on SQLite, at READ COMMITTED on PostgreSQL. Nothing may rest
    /// on a stronger level than that.
    ///
    /// # Errors
    /// `Collision` when another process holds SQLite's write lock for too long; `Unavailable`.
    pub fn begin(&mut self) -> Result<Transaction<'_>, StoreError> {
        self.failure = None;
        match &mut self.engine {
            Engine::Sqlite(engine) => engine.execute("BEGIN IMMEDIATE", &[]).map(|_| ())?,
            Engine::Postgres(engine) => engine.batch("BEGIN")?,
        }
        Ok(Transaction { connection: self, open: true })
    }

    /// Begins a transaction that only reads, all at one moment: for checks that must not see half of a change. It is
    /// rolled back when dropped.
    ///
    /// # Errors
    /// `Unavailable`.
    pub fn snapshot(&mut self) -> Result<Transaction<'_>, StoreError> {
        self.failure = None;
        match &mut self.engine {
            Engine::Sqlite(engine) => engine.execute("BEGIN DEFERRED", &[]).map(|_| ())?,
            Engine::Postgres(engine) => engine.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?,
        }
        Ok(Transaction { connection: self, open: true })
    }

    /// Runs texts that are not prepared: schema changes.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        let done = match &mut self.engine {
            Engine::Sqlite(engine) => engine.batch(sql),
            Engine::Postgres(engine) => engine.batch(sql),
        };
        self.note(done)
    }

    /// Runs a statement; the number of rows it touched.
    pub(crate) fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64, StoreError> {
        let done = refuse_nul(values).and_then(|()| match &mut self.engine {
            Engine::Sqlite(engine) => engine.execute(sql, values),
            Engine::Postgres(engine) => engine.execute(sql, values),
        });
        self.note(done)
    }

    /// Runs a statement that must touch exactly one row.
    pub(crate) fn execute_one(&mut self, sql: &'static str, values: &[Value]) -> Result<(), StoreError> {
        let affected = self.execute(sql, values)?;
        if affected == 1 {
            return Ok(());
        }
        self.note(Err(StoreError::RowCount { statement: sql, expected: 1, affected }))
    }

    /// Runs a statement that touches one row or none; whether it touched one.
    pub(crate) fn execute_at_most_one(
        &mut self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<bool, StoreError> {
        match self.execute(sql, values)? {
            0 => Ok(false),
            1 => Ok(true),
            affected => self.note(Err(StoreError::RowCount { statement: sql, expected: 1, affected })),
        }
    }

    /// The rows of a query.
    pub(crate) fn query(&mut self, sql: &'static str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let found = refuse_nul(values).and_then(|()| match &mut self.engine {
            Engine::Sqlite(engine) => engine.query(sql, values),
            Engine::Postgres(engine) => engine.query(sql, values),
        });
        self.note(found).map(|rows| rows_of(sql, rows))
    }

    /// The row of a query by a unique key, if it is there.
    pub(crate) fn query_optional(
        &mut self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        let mut rows = self.query(sql, values)?;
        let row = rows.pop();
        if rows.is_empty() {
            return Ok(row);
        }
        let affected = u64::try_from(rows.len()).unwrap_or(u64::MAX).saturating_add(1);
        Err(StoreError::RowCount { statement: sql, expected: 1, affected })
    }

    /// The only row of a query that always has one.
    pub(crate) fn query_one(&mut self, sql: &'static str, values: &[Value]) -> Result<Row, StoreError> {
        let found = self.query_optional(sql, values)?;
        found.ok_or(StoreError::RowCount { statement: sql, expected: 1, affected: 0 })
    }

    /// Appends rows; all or, after an error, the transaction must be rolled back.
    pub(crate) fn insert_many(
        &mut self,
        insert: &'static InsertMany,
        rows: &[Vec<Value>],
    ) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let done = check_rows(rows, insert.width(), insert.sqlite()).and_then(|()| match &mut self.engine {
            Engine::Sqlite(engine) => engine.insert_many(insert, rows),
            Engine::Postgres(engine) => engine.insert_many(insert, rows),
        });
        self.note(done)
    }

    /// The rows of many keys, in no particular order. Equal keys must be given once.
    pub(crate) fn select_many(
        &mut self,
        select: &'static SelectMany,
        keys: &[Vec<Value>],
    ) -> Result<Vec<Row>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let found = check_rows(keys, select.width(), select.sqlite()).and_then(|()| match &mut self.engine {
            Engine::Sqlite(engine) => engine.select_many(select, keys),
            Engine::Postgres(engine) => engine.select_many(select, keys),
        });
        self.note(found).map(|rows| rows_of(select.sqlite(), rows))
    }

    /// Compare-and-swap of many rows; for each, whether it was swapped. Equal keys must be given once.
    pub(crate) fn swap_many(
        &mut self,
        swap: &'static SwapMany,
        rows: &[Vec<Value>],
    ) -> Result<Vec<bool>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let done = check_rows(rows, swap.width(), swap.sqlite()).and_then(|()| match &mut self.engine {
            Engine::Sqlite(engine) => engine.swap_many(swap, rows),
            Engine::Postgres(engine) => engine.swap_many(swap, rows),
        });
        self.note(done)
    }

    /// Prepares a statement without running it.
    pub(crate) fn prepare(&mut self, statement: Statement) -> Result<(), StoreError> {
        let done = match (&mut self.engine, statement) {
            (Engine::Sqlite(engine), Statement::Plain(sql)) => engine.prepare(sql),
            (Engine::Postgres(engine), Statement::Plain(sql)) => engine.prepare(sql),
            (Engine::Sqlite(engine), Statement::Grouped(grouped)) => engine.prepare(grouped.sqlite()),
            (Engine::Postgres(engine), Statement::Grouped(grouped)) => engine.prepare(grouped.postgres()),
        };
        self.note(done)
    }

    /// Fails because a row was not as it was read; a transaction run by the store is then run again.
    pub(crate) fn collision<T>(&mut self, row: &str) -> Result<T, StoreError> {
        let collision = StoreError::Collision(row.to_owned());
        self.failure = Some(collision.clone());
        Err(collision)
    }

    /// Remembers a failure, so that a transaction in which a statement failed cannot be committed.
    fn note<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &outcome {
            self.failure.get_or_insert_with(|| error.clone());
        }
        outcome
    }

    /// The first failure since the last transaction began.
    pub(crate) const fn failure(&self) -> Option<&StoreError> {
        self.failure.as_ref()
    }
}

fn rows_of(sql: &'static str, rows: Vec<Vec<Cell>>) -> Vec<Row> {
    rows.into_iter().map(|cells| Row::new(sql, cells)).collect()
}

fn refuse_nul(values: &[Value]) -> Result<(), StoreError> {
    if values.iter().any(Value::holds_nul) {
        return Err(StoreError::Constraint("a text contains U+0000".to_owned()));
    }
    Ok(())
}

fn check_rows(rows: &[Vec<Value>], width: usize, sql: &'static str) -> Result<(), StoreError> {
    rows.iter().try_for_each(|row| {
        refuse_nul(row)?;
        if row.len() == width {
            return Ok(());
        }
        let message = format!("{} values for {width} columns: {sql}", row.len());
        Err(StoreError::Statement { code: "parameters".to_owned(), message })
    })
}

/// A transaction. It reads and writes as a connection does; dropping it rolls back.
pub struct Transaction<'c> {
    connection: &'c mut Connection,
    open: bool,
}

impl Transaction<'_> {
    /// Makes everything durable.
    ///
    /// # Errors
    /// `RolledBack` when a statement had failed, even if the caller ignored that; `OutcomeUnknown` when the
    /// connection or the disk failed in the middle of the commit; `Collision` when nothing was written and trying
    /// again helps.
    pub fn commit(mut self) -> Result<(), StoreError> {
        // PostgreSQL answers COMMIT of a failed transaction by rolling back without an error.
        if self.connection.failure.is_some() {
            return Err(StoreError::RolledBack);
        }
        let (outcome, stands) = match &mut self.connection.engine {
            Engine::Sqlite(engine) => {
                let outcome = engine.execute("COMMIT", &[]).map(|_| ());
                (outcome, true)
            }
            Engine::Postgres(engine) => {
                let outcome = engine.batch("COMMIT");
                let stands = engine.is_open();
                self.open = false;
                (outcome, stands)
            }
        };
        match outcome {
            Ok(()) => {
                self.open = false;
                Ok(())
            }
            // The disk failed while the commit record was written, or the connection went with the answer.
            Err(StoreError::Unavailable(message)) => Err(StoreError::OutcomeUnknown(message)),
            Err(StoreError::Statement { message, .. }) if !stands => Err(StoreError::OutcomeUnknown(message)),
            Err(other) => Err(other),
        }
    }
}

impl Deref for Transaction<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

impl DerefMut for Transaction<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        // A rollback that fails leaves a connection that `is_usable` refuses; the engine undoes the work with it.
        let rolled_back = match &mut self.connection.engine {
            Engine::Sqlite(engine) if engine.is_idle() => Ok(()),
            Engine::Sqlite(engine) => engine.execute("ROLLBACK", &[]).map(|_| ()),
            Engine::Postgres(engine) => engine.batch("ROLLBACK"),
        };
        self.connection.is_broken |= rolled_back.is_err();
    }
}
