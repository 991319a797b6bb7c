//! A schema of its own in a PostgreSQL database, for a demonstration or a trial.

use std::sync::{Arc, mpsc};

use crate::StoreError;
use crate::cipher::Keys;
use crate::engine::column::values;
use crate::engine::connection::{Connection, EngineKind};
use crate::engine::sqlite::Access;
use crate::engine::url::DatabaseUrl;

const HOLD: &str = "SELECT pg_try_advisory_lock(hashtext($1))";

/// A schema that this process alone uses, until it is dropped.
pub struct SchemaHold {
    /// The thread with the connection that holds the lock ends when this is gone.
    _until: mpsc::Sender<()>,
}

/// Holds a schema of a PostgreSQL database, so that nobody who asks for it too replaces it meanwhile; `None` when someone
/// else holds it.
///
/// # Errors
/// The database cannot be reached.
pub fn hold_schema(url: &DatabaseUrl, schema: &'static str) -> Result<Option<SchemaHold>, StoreError> {
    let target = url.target().clone();
    let (until, ended) = mpsc::channel();
    let (tell, told) = mpsc::channel();
    let work = move || {
        let held = || -> Result<Option<Connection>, StoreError> {
            let mut connection = Connection::open(&target, Access::Read, Arc::new(Keys::none()))?;
            let free: bool = connection.query_one(HOLD, &values![schema])?.get()?;
            Ok(free.then_some(connection))
        };
        let (outcome, connection) = match held() {
            Ok(connection) => (Ok(connection.is_some()), connection),
            Err(error) => (Err(error), None),
        };
        // Nobody listens any more when the caller has given up.
        let _ = tell.send(outcome);
        if connection.is_some() {
            let _ = ended.recv();
        }
    };
    std::thread::spawn(work);
    let gone = || StoreError::Unavailable("the schema could not be held".to_owned());
    let free = told.recv().unwrap_or_else(|_| Err(gone()))?;
    Ok(free.then_some(SchemaHold { _until: until }))
}

/// Makes an empty schema, dropping what was in it. On an embedded database, which has no schemas, it is refused.
///
/// # Errors
/// `Setting` when `schema` is not a plain lower-case name, or the database is embedded; what the engine says.
pub fn replace_schema(url: &DatabaseUrl, schema: &str) -> Result<(), StoreError> {
    if schema.is_empty() || !schema.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        return Err(StoreError::Setting(format!(
            "'{schema}' is not a name of lower-case letters and underscores"
        )));
    }
    if url.kind() == EngineKind::Sqlite {
        return Err(StoreError::Setting("an embedded database has no schemas".to_owned()));
    }
    // The name was checked above, so it can stand in a statement; names cannot be parameters.
    let statements = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema};");
    let work = || {
        let mut connection = Connection::open(url.target(), Access::Write, Arc::new(Keys::none()))?;
        let mut transaction = connection.begin()?;
        transaction.batch(&statements)?;
        transaction.commit()
    };
    std::thread::scope(|scope| scope.spawn(work).join())
        .unwrap_or_else(|_| Err(StoreError::Unavailable("the schema could not be made".to_owned())))
}
