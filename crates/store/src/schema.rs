//! A schema of its own in a PostgreSQL database, for a demonstration or a trial.

use std::sync::Arc;

use crate::StoreError;
use crate::cipher::Keys;
use crate::engine::connection::{Connection, EngineKind};
use crate::engine::sqlite::Access;
use crate::engine::url::DatabaseUrl;

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
