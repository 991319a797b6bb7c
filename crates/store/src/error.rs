//! What can go wrong in the store, by kind, the same kinds on both engines.

/// A failure of the store. Texts name tables, columns and statements, never values: a value may be personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A row with this key exists already (a primary key or UNIQUE constraint refused it).
    #[error("a row with this key exists already")]
    Conflict,
    /// A CHECK, NOT NULL or foreign key constraint refused the row.
    #[error("a constraint of the database refused the row: {0}")]
    Constraint(String),
    /// The engine could not serialise this transaction with another one; nothing was written. Trying again helps.
    #[error("the transaction collided with another one and was rolled back: {0}")]
    Collision(String),
    /// A queue of the store is full; nothing was tried. Trying again later helps.
    #[error("the database is busy: {0} requests are waiting already")]
    Busy(usize),
    /// The database cannot be reached, or stopped working; nothing was written.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// It is not known whether the transaction was committed. Ask by key before doing it again.
    #[error("it is not known whether the database committed: {0}")]
    OutcomeUnknown(String),
    /// A statement failed earlier in this transaction, so it was rolled back instead of committed.
    #[error("the transaction was rolled back because one of its statements had failed")]
    RolledBack,
    /// A statement touched another number of rows than it must.
    #[error("{affected} rows instead of {expected} by: {statement}")]
    RowCount {
        /// The statement.
        statement: &'static str,
        /// Rows it had to touch.
        expected: u64,
        /// Rows it touched.
        affected: u64,
    },
    /// A cell of a result is not what the code expects there.
    #[error("column {column} of the result is {problem}: {statement}")]
    Cell {
        /// The statement.
        statement: &'static str,
        /// Position in the result, from 1.
        column: usize,
        /// What is wrong, such as `NULL where INTEGER is expected`.
        problem: String,
    },
    /// Stored rows contradict each other or the rules that wrote them.
    #[error("{table} row {row}: {what}")]
    Inconsistent {
        /// Table.
        table: &'static str,
        /// The row's key as text.
        row: String,
        /// What is contradicted.
        what: String,
    },
    /// A field cannot be decrypted: wrong key, or the stored bytes were changed.
    #[error("{0}")]
    Cipher(#[from] crate::cipher::CipherError),
    /// The schema of the database does not fit this program.
    #[error("schema: {0}")]
    Migration(String),
    /// A setting of the store is wrong: address, keys, engine version.
    #[error("{0}")]
    Setting(String),
    /// The engine refused a statement for any other reason.
    #[error("the database refused a statement ({code}): {message}")]
    Statement {
        /// The engine's code: SQLSTATE on PostgreSQL, the extended result code on SQLite.
        code: String,
        /// The engine's message without its detail, which may quote a row.
        message: String,
    },
}

impl StoreError {
    /// Whether the same transaction may succeed when it is run again, having left nothing behind.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Collision(_))
    }
}
