//! The address of a database.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::connection::{EngineKind, Target};
use crate::StoreError;

/// Where the database is: `sqlite:FILE`, or `postgres://user@host/name` in the forms that PostgreSQL clients know
/// (a Unix socket is `postgres:///name?host=/run/postgresql`). `Debug` and `Display` leave the password out.
#[derive(Clone)]
pub struct DatabaseUrl {
    target: Target,
}

impl DatabaseUrl {
    /// The embedded database in a file; it is created when it is not there.
    #[must_use]
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self { target: Target::Sqlite(path.into()) }
    }

    /// The engine.
    #[must_use]
    pub const fn kind(&self) -> EngineKind {
        match self.target {
            Target::Sqlite(_) => EngineKind::Sqlite,
            Target::Postgres(_) => EngineKind::Postgres,
        }
    }

    /// This address with all tables in a schema of the PostgreSQL database; an embedded database has no schemas and
    /// stays as it is.
    #[must_use]
    pub fn in_schema(mut self, schema: &str) -> Self {
        if let Target::Postgres(config) = &mut self.target {
            config.options(&format!("-c search_path={schema}"));
        }
        self
    }

    pub(crate) const fn target(&self) -> &Target {
        &self.target
    }
}

impl FromStr for DatabaseUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path == ":memory:" {
                return Err(StoreError::Setting("sqlite: needs the path of a file".to_owned()));
            }
            return Ok(Self::sqlite(path));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            // The parser's message may quote a part of the address, and so the password.
            let config = text
                .parse()
                .map_err(|_| StoreError::Setting("the PostgreSQL address cannot be read".to_owned()))?;
            return Ok(Self { target: Target::Postgres(Box::new(config)) });
        }
        Err(StoreError::Setting("a database address begins with sqlite: or postgres://".to_owned()))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Target::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Target::Postgres(config) => {
                write!(f, "postgres:")?;
                for host in config.get_hosts() {
                    match host {
                        postgres::config::Host::Tcp(name) => write!(f, " {name}")?,
                        postgres::config::Host::Unix(path) => write!(f, " {}", path.display())?,
                    }
                }
                write!(f, " database {}", config.get_dbname().unwrap_or("of the user's name"))
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_both_engines_are_read() {
        let file: DatabaseUrl = "sqlite:/var/lib/yibao/yibao.db".parse().expect("an address");
        assert_eq!(file.to_string(), "sqlite:/var/lib/yibao/yibao.db");
        let server: DatabaseUrl = "postgres://clerk:secret@127.0.0.1:5433/yibao".parse().expect("an address");
        assert_eq!(server.kind(), EngineKind::Postgres);
        assert!(!format!("{server} {server:?}").contains("secret"));
    }

    #[test]
    fn other_addresses_are_refused_without_quoting_them() {
        for text in
            ["", "sqlite:", "sqlite::memory:", "mysql://root:secret@host/x", "postgres://u:secret@h:port/x"]
        {
            let error = text.parse::<DatabaseUrl>().expect_err(text);
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
