//! Why a command did not do what it was asked.

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The configuration.
    #[error("configuration: {0}")]
    Settings(#[from] server::settings::SettingsError),
    /// The platform could not start.
    #[error(transparent)]
    Start(#[from] server::StartError),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The stand-ins for outside parties.
    #[error(transparent)]
    Sandbox(#[from] sandbox::Error),
    /// A file or a socket.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Anything else, in words.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// A failure that names what it is about.
    pub(crate) fn about(what: impl std::fmt::Display, error: impl std::fmt::Display) -> Self {
        Self::Other(format!("{what}: {error}"))
    }
}
