//! The client-server engine.

use std::collections::HashMap;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::error::SqlState;
use postgres::types::{ToSql, Type};
use postgres::{Client, Config, NoTls, Statement};

use super::sqlite::{Access, identity};
use super::statement::{Grouped, InsertMany, SelectMany, SwapMany};
use super::value::{Cell, Value};
use crate::StoreError;

/// PostgreSQL 15 in the form of `server_version_num`.
const OLDEST_SUPPORTED: i64 = 150_000;

const CONNECT_WAIT: Duration = Duration::from_secs(5);

pub(crate) struct PostgresConnection {
    client: Client,
    /// Prepared statements, by the address and length of their text.
    statements: HashMap<(usize, usize), Statement>,
}

impl PostgresConnection {
    pub(crate) fn open(config: &Config, access: Access) -> Result<Self, StoreError> {
        require_private_link(config)?;
        let mut config = config.clone();
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_WAIT);
        }
        if config.get_application_name().is_none() {
            config.application_name("yibao");
        }
        let client = config.connect(NoTls).map_err(|error| StoreError::Unavailable(describe(&error)))?;
        let mut opened = Self { client, statements: HashMap::new() };
        opened.prepare_session(access)?;
        Ok(opened)
    }

    fn prepare_session(&mut self, access: Access) -> Result<(), StoreError> {
        let checks =
            "SELECT current_setting('server_version_num')::BIGINT, current_setting('server_encoding')";
        let mut found = self.query(checks, &[])?.into_iter().flatten();
        let (Some(Cell::Int(version)), Some(Cell::Text(encoding))) = (found.next(), found.next()) else {
            return Err(StoreError::Setting("the PostgreSQL server does not tell its version".to_owned()));
        };
        if version < OLDEST_SUPPORTED {
            return Err(StoreError::Setting(format!("PostgreSQL 15 or later is needed, not {version}")));
        }
        if encoding != "UTF8" {
            return Err(StoreError::Setting(format!("the database must be in UTF8, not {encoding}")));
        }
        // An acknowledged commit must be on disk, whatever the server's default is; the rest bounds every wait.
        self.batch(
            "SET synchronous_commit = on;
             SET lock_timeout = '5s';
             SET statement_timeout = '30s';
             SET idle_in_transaction_session_timeout = '60s';
             SET client_min_messages = warning;
             SET jit = off;
             SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED;",
        )?;
        if access == Access::Read {
            self.batch("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")?;
        }
        Ok(())
    }

    fn statement(&mut self, sql: &'static str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(&identity(sql)) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).map_err(|error| self.translate(&error))?;
        self.statements.insert(identity(sql), statement.clone());
        Ok(statement)
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.client.batch_execute(sql).map_err(|error| self.translate(&error))
    }

    pub(crate) fn prepare(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.statement(sql).map(|_| ())
    }

    pub(crate) fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64, StoreError> {
        let statement = self.statement(sql)?;
        check_count(&statement, values.len())?;
        let parameters: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
        self.client.execute(&statement, &parameters).map_err(|error| self.translate(&error))
    }

    pub(crate) fn query(
        &mut self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Vec<Vec<Cell>>, StoreError> {
        let parameters: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
        self.query_with(sql, &parameters)
    }

    fn query_with(
        &mut self,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Vec<Cell>>, StoreError> {
        let statement = self.statement(sql)?;
        check_count(&statement, parameters.len())?;
        let rows = self.client.query(&statement, parameters).map_err(|error| self.translate(&error))?;
        rows.iter().map(cells).collect()
    }

    pub(crate) fn insert_many(
        &mut self,
        insert: &'static InsertMany,
        rows: &[Vec<Value>],
    ) -> Result<(), StoreError> {
        let columns = transpose(rows, insert.width());
        let statement = self.statement(insert.postgres())?;
        let parameters: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|column| column as _).collect();
        self.client.execute(&statement, &parameters).map_err(|error| self.translate(&error))?;
        Ok(())
    }

    pub(crate) fn select_many(
        &mut self,
        select: &'static SelectMany,
        keys: &[Vec<Value>],
    ) -> Result<Vec<Vec<Cell>>, StoreError> {
        let columns = transpose(keys, select.width());
        let parameters: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|column| column as _).collect();
        self.query_with(select.postgres(), &parameters)
    }

    pub(crate) fn swap_many(
        &mut self,
        swap: &'static SwapMany,
        rows: &[Vec<Value>],
    ) -> Result<Vec<bool>, StoreError> {
        let columns = transpose(rows, swap.width());
        let parameters: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|column| column as _).collect();
        let swapped = self.query_with(swap.postgres(), &parameters)?;
        let swapped: std::collections::HashSet<Vec<Cell>> = swapped.into_iter().collect();
        let key =
            |row: &Vec<Value>| row.iter().take(swap.key_width()).cloned().map(Cell::from).collect::<Vec<_>>();
        Ok(rows.iter().map(|row| swapped.contains(&key(row))).collect())
    }

    /// Whether the connection still stands.
    pub(crate) fn is_open(&self) -> bool {
        !self.client.is_closed()
    }

    /// The kind of an engine error.
    fn translate(&self, error: &postgres::Error) -> StoreError {
        let Some(state) = error.code() else {
            return if self.client.is_closed() || error.is_closed() {
                StoreError::Unavailable(describe(error))
            } else {
                StoreError::Statement { code: "client".to_owned(), message: describe(error) }
            };
        };
        let message = describe(error);
        if *state == SqlState::UNIQUE_VIOLATION {
            StoreError::Conflict
        } else if state.code().starts_with("23") {
            StoreError::Constraint(message)
        } else if [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::LOCK_NOT_AVAILABLE,
        ]
        .contains(state)
        {
            StoreError::Collision(message)
        } else if *state == SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN {
            StoreError::OutcomeUnknown(message)
        } else if ["08", "53", "57", "58"].iter().any(|class| state.code().starts_with(class)) {
            StoreError::Unavailable(message)
        } else {
            StoreError::Statement { code: state.code().to_owned(), message }
        }
    }
}

/// Message without DETAIL, which quotes rows.
fn describe(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(refusal) => format!("{} ({})", refusal.message(), refusal.code().code()),
        None => {
            let cause =
                std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
            format!("{error}{cause}")
        }
    }
}

fn check_count(statement: &Statement, given: usize) -> Result<(), StoreError> {
    let placeholders = statement.params().len();
    if placeholders == given {
        return Ok(());
    }
    Err(StoreError::Statement {
        code: "parameters".to_owned(),
        message: format!("{given} values for {placeholders} placeholders"),
    })
}

fn transpose(rows: &[Vec<Value>], width: usize) -> Vec<Vec<Value>> {
    (0..width).map(|column| rows.iter().filter_map(|row| row.get(column).cloned()).collect()).collect()
}

fn cells(row: &postgres::Row) -> Result<Vec<Cell>, StoreError> {
    row.columns().iter().enumerate().map(|(index, column)| cell(row, index, column.type_())).collect()
}

fn cell(row: &postgres::Row, index: usize, column: &Type) -> Result<Cell, StoreError> {
    let read = match *column {
        Type::INT8 => row.try_get::<_, Option<i64>>(index).map(|value| value.map(Cell::Int)),
        Type::TEXT => row.try_get::<_, Option<String>>(index).map(|value| value.map(Cell::Text)),
        Type::BOOL => row.try_get::<_, Option<bool>>(index).map(|value| value.map(Cell::Bool)),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index).map(|value| value.map(Cell::Bytes)),
        ref other => {
            let message = format!("a result holds the type {other}");
            return Err(StoreError::Statement { code: "column type".to_owned(), message });
        }
    };
    read.map(|value| value.unwrap_or(Cell::Null))
        .map_err(|error| StoreError::Statement { code: "column type".to_owned(), message: error.to_string() })
}

/// Without TLS only a link that does not leave the machine is accepted.
fn require_private_link(config: &Config) -> Result<(), StoreError> {
    let stays_here = |host: &Host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    };
    let elsewhere = config.get_hosts().iter().find(|host| !stays_here(host));
    if let Some(Host::Tcp(name)) = elsewhere {
        return Err(StoreError::Setting(format!(
            "PostgreSQL at {name} would be reached without encryption; connect to it through a local TLS proxy, \
             a tunnel or a pooler on this machine, and name that address"
        )));
    }
    if config.get_ssl_mode() == SslMode::Require {
        return Err(StoreError::Setting(
            "sslmode=require: this program reaches PostgreSQL over a Unix socket or the loopback interface, \
             where there is no TLS; leave sslmode out"
                .to_owned(),
        ));
    }
    Ok(())
}
