//! The embedded engine.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, ErrorCode, OpenFlags, ffi};

use super::statement::{Grouped, InsertMany, SelectMany, SwapMany, number_placeholders};
use super::value::{Cell, Value};
use crate::StoreError;

/// The first version without the WAL-reset race, which loses commits of 3.7.0 to 3.51.2.
const OLDEST_SAFE: i32 = 3_051_003;

/// How long a statement waits for another process's write lock.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// Statements kept prepared; more than the program has.
const PREPARED: usize = 512;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Reads only; writes are refused by the engine.
    Read,
    /// Reads and writes.
    Write,
}

pub(crate) struct SqliteConnection {
    connection: rusqlite::Connection,
    /// Statement texts with numbered placeholders, by the address and length of the text they come from.
    texts: HashMap<(usize, usize), String>,
}

/// The statement's own text is its identity: no two texts share an address and a length.
pub(crate) fn identity(sql: &'static str) -> (usize, usize) {
    (sql.as_ptr().addr(), sql.len())
}

impl SqliteConnection {
    pub(crate) fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        if rusqlite::version_number() < OLDEST_SAFE {
            return Err(StoreError::Setting(format!(
                "SQLite {} may lose commits (WAL-reset race); 3.51.3 or later is needed",
                rusqlite::version()
            )));
        }
        let mode = match access {
            Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        };
        if access == Access::Write {
            create_private(path)
                .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
        }
        let connection = rusqlite::Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
        let opened = Self { connection, texts: HashMap::new() };
        opened.prepare_session(access).map_err(|error| translate(&error))?;
        Ok(opened)
    }

    fn prepare_session(&self, access: Access) -> rusqlite::Result<()> {
        let connection = &self.connection;
        connection.busy_timeout(LOCK_WAIT)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        if access == Access::Write {
            // The answer is the mode in force; anything but WAL (such as on a network disk) is not safe with readers.
            let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
            if mode != "wal" {
                return Err(rusqlite::Error::InvalidParameterName(format!("journal mode {mode}")));
            }
        }
        connection.execute_batch(
            "PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA trusted_schema = OFF;
             PRAGMA cell_size_check = ON;
             PRAGMA mmap_size = 0;
             PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -65536;
             PRAGMA journal_size_limit = 67108864;",
        )?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        if access == Access::Read {
            connection.execute_batch("PRAGMA query_only = ON")?;
        }
        Ok(())
    }

    fn statement(&mut self, sql: &'static str) -> Result<CachedStatement<'_>, StoreError> {
        let text = self.texts.entry(identity(sql)).or_insert_with(|| number_placeholders(sql));
        self.connection.prepare_cached(text).map_err(|error| translate(&error))
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(sql).map_err(|error| translate(&error))
    }

    pub(crate) fn prepare(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.statement(sql).map(|_| ())
    }

    pub(crate) fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64, StoreError> {
        let mut statement = self.statement(sql)?;
        run(&mut statement, values)
    }

    pub(crate) fn query(
        &mut self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Vec<Vec<Cell>>, StoreError> {
        let mut statement = self.statement(sql)?;
        let mut found = Vec::new();
        collect(&mut statement, values, &mut found)?;
        Ok(found)
    }

    pub(crate) fn insert_many(
        &mut self,
        insert: &'static InsertMany,
        rows: &[Vec<Value>],
    ) -> Result<(), StoreError> {
        let mut statement = self.statement(insert.sqlite())?;
        rows.iter().try_for_each(|row| run(&mut statement, row).map(|_| ()))
    }

    pub(crate) fn select_many(
        &mut self,
        select: &'static SelectMany,
        keys: &[Vec<Value>],
    ) -> Result<Vec<Vec<Cell>>, StoreError> {
        let mut statement = self.statement(select.sqlite())?;
        let mut found = Vec::with_capacity(keys.len());
        keys.iter().try_for_each(|key| collect(&mut statement, key, &mut found))?;
        Ok(found)
    }

    pub(crate) fn swap_many(
        &mut self,
        swap: &'static SwapMany,
        rows: &[Vec<Value>],
    ) -> Result<Vec<bool>, StoreError> {
        let mut statement = self.statement(swap.sqlite())?;
        rows.iter().map(|row| run(&mut statement, row).map(|changed| changed == 1)).collect()
    }

    /// Whether no transaction is open.
    pub(crate) fn is_idle(&self) -> bool {
        self.connection.is_autocommit()
    }
}

/// Makes the file, if it is not there, readable for this user alone; SQLite gives the files beside it the same mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn bind(statement: &mut CachedStatement<'_>, values: &[Value]) -> Result<(), StoreError> {
    // A parameter that is not bound would silently be NULL.
    if statement.parameter_count() != values.len() {
        return Err(StoreError::Statement {
            code: "parameters".to_owned(),
            message: format!("{} values for {} placeholders", values.len(), statement.parameter_count()),
        });
    }
    for (index, value) in values.iter().enumerate() {
        statement.raw_bind_parameter(index.saturating_add(1), value).map_err(|error| translate(&error))?;
    }
    Ok(())
}

fn run(statement: &mut CachedStatement<'_>, values: &[Value]) -> Result<u64, StoreError> {
    bind(statement, values)?;
    let changed = statement.raw_execute().map_err(|error| translate(&error))?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

fn collect(
    statement: &mut CachedStatement<'_>,
    values: &[Value],
    found: &mut Vec<Vec<Cell>>,
) -> Result<(), StoreError> {
    bind(statement, values)?;
    let width = statement.column_count();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(|error| translate(&error))? {
        let cells: Result<Vec<Cell>, StoreError> = (0..width)
            .map(|index| row.get_ref(index).map_err(|error| translate(&error)).and_then(cell))
            .collect();
        found.push(cells?);
    }
    Ok(())
}

fn cell(value: ValueRef<'_>) -> Result<Cell, StoreError> {
    let refuse = |what: &str| {
        Err(StoreError::Statement {
            code: "column type".to_owned(),
            message: format!("a result holds {what}"),
        })
    };
    match value {
        ValueRef::Null => Ok(Cell::Null),
        ValueRef::Integer(number) => Ok(Cell::Int(number)),
        ValueRef::Real(_) => refuse("a floating-point number"),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cell::Text(text.to_owned())),
            Err(_) => refuse("a text that is not UTF-8"),
        },
        ValueRef::Blob(bytes) => Ok(Cell::Bytes(bytes.to_vec())),
    }
}

/// The kind of an engine error.
fn translate(error: &rusqlite::Error) -> StoreError {
    let extended = error.sqlite_extended_error_code().unwrap_or(0);
    let message = match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    };
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation)
            if matches!(extended, ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE) =>
        {
            StoreError::Conflict
        }
        Some(ErrorCode::ConstraintViolation) => StoreError::Constraint(message),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Collision(message),
        Some(
            ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::OutOfMemory,
        ) => StoreError::Unavailable(message),
        _ => StoreError::Statement { code: extended.to_string(), message },
    }
}
