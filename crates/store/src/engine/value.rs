//! The four types of value that cross the border to a database.

use bytes::BytesMut;
use postgres::types::{IsNull, Kind, ToSql, Type};
use rusqlite::types::{ToSqlOutput, ValueRef};

/// A type of column. Amounts are fen and instants milliseconds, both `Int`; dates and codes are `Text`; identifiers
/// and encrypted fields are `Bytes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// `BIGINT`; INTEGER on SQLite.
    Int,
    /// `TEXT`.
    Text,
    /// `BOOLEAN`; INTEGER 0 or 1 on SQLite.
    Bool,
    /// `BYTEA`; BLOB on SQLite.
    Bytes,
}

impl ColumnType {
    /// The type's name in the dialect of the statements.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Int => "BIGINT",
            Self::Text => "TEXT",
            Self::Bool => "BOOLEAN",
            Self::Bytes => "BYTEA",
        }
    }
}

/// A parameter of a statement. NULL carries its type, because PostgreSQL refuses a NULL of another type.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// `BIGINT`.
    Int(Option<i64>),
    /// `TEXT`.
    Text(Option<String>),
    /// `BOOLEAN`.
    Bool(Option<bool>),
    /// `BYTEA`.
    Bytes(Option<Vec<u8>>),
}

impl Value {
    /// NULL of a type.
    #[must_use]
    pub const fn null(column: ColumnType) -> Self {
        match column {
            ColumnType::Int => Self::Int(None),
            ColumnType::Text => Self::Text(None),
            ColumnType::Bool => Self::Bool(None),
            ColumnType::Bytes => Self::Bytes(None),
        }
    }

    /// The type.
    #[must_use]
    pub const fn column_type(&self) -> ColumnType {
        match self {
            Self::Int(_) => ColumnType::Int,
            Self::Text(_) => ColumnType::Text,
            Self::Bool(_) => ColumnType::Bool,
            Self::Bytes(_) => ColumnType::Bytes,
        }
    }

    /// Whether this is a text with U+0000 in it, which PostgreSQL cannot store; the layer refuses it on both engines.
    #[must_use]
    pub fn holds_nul(&self) -> bool {
        matches!(self, Self::Text(Some(text)) if text.contains('\0'))
    }
}

/// Shows the type alone: a value may be personal data.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Value::{:?}", self.column_type())
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Int(Some(number)) => ValueRef::Integer(*number),
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Bool(Some(flag)) => ValueRef::Integer(i64::from(*flag)),
            Self::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
            Self::Int(None) | Self::Text(None) | Self::Bool(None) | Self::Bytes(None) => ValueRef::Null,
        }))
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        wanted: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        let own = match self.column_type() {
            ColumnType::Int => Type::INT8,
            ColumnType::Text => Type::TEXT,
            ColumnType::Bool => Type::BOOL,
            ColumnType::Bytes => Type::BYTEA,
        };
        if *wanted != own {
            return Err(format!("a {own} was given where the statement has a {wanted}").into());
        }
        match self {
            Self::Int(value) => value.to_sql(wanted, out),
            Self::Text(value) => value.to_sql(wanted, out),
            Self::Bool(value) => value.to_sql(wanted, out),
            Self::Bytes(value) => value.to_sql(wanted, out),
        }
    }

    fn accepts(wanted: &Type) -> bool {
        matches!(*wanted.kind(), Kind::Simple)
            && [Type::INT8, Type::TEXT, Type::BOOL, Type::BYTEA].contains(wanted)
    }

    postgres::types::to_sql_checked!();
}

/// A cell of a result, before the code says which type it expects there.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Cell {
    /// NULL of whatever type.
    Null,
    /// An integer; on SQLite also a boolean.
    Int(i64),
    /// A text.
    Text(String),
    /// A boolean of PostgreSQL.
    Bool(bool),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Cell {
    /// The kind of content, for error texts.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Int(_) => "an integer",
            Self::Text(_) => "a text",
            Self::Bool(_) => "a boolean",
            Self::Bytes(_) => "bytes",
        }
    }
}

impl Cell {
    /// Whether the cell holds what `value` stores; a boolean is an integer on SQLite.
    pub(crate) fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Int(number), Value::Bool(Some(flag))) => *number == i64::from(*flag),
            (cell, value) => *cell == Self::from(value.clone()),
        }
    }
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        match value {
            Value::Int(Some(number)) => Self::Int(number),
            Value::Text(Some(text)) => Self::Text(text),
            Value::Bool(Some(flag)) => Self::Bool(flag),
            Value::Bytes(Some(bytes)) => Self::Bytes(bytes),
            Value::Int(None) | Value::Text(None) | Value::Bool(None) | Value::Bytes(None) => Self::Null,
        }
    }
}
