//! The settings of a running platform: one file, and every value also by environment variable.

mod sources;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use connectors::{sms, unionpay};
use figment::Figment;
use model::Region;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

pub use self::sources::ENVIRONMENT_PREFIX;
use crate::jobs::JobSettings;
use crate::routes::LONGEST_REQUEST;

/// Everything that an operator decides. Nothing secret has a default.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// The address under which people reach the pages, such as `https://yb.example.gov.cn`.
    pub public_url: String,
    /// Where the data is: `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// Folder of the policies.
    pub policies: PathBuf,
    /// Folder of the catalogues.
    pub catalogues: PathBuf,
    /// The pooling region that this platform serves.
    pub region: Region,
    /// What people call that region; its division code where this is absent.
    #[serde(default)]
    pub region_name: Option<LocalName>,
    /// Whether cookies are marked for https alone. Off only on loopback.
    #[serde(default = "yes")]
    pub secure_cookies: bool,
    /// How many days a visit may lie back when it is registered.
    #[serde(default = "ninety")]
    pub back_date_days: i64,
    /// For how many seconds a credential token is valid.
    #[serde(default = "half_an_hour")]
    pub token_seconds: u32,
    /// How many text messages with a code leave in a minute at most, whoever asks for them.
    #[serde(default = "six_hundred")]
    pub sms_per_minute: u32,
    /// Keys, each as hex.
    pub keys: KeySettings,
    /// The hospital interface.
    #[serde(default)]
    pub his: HisSettings,
    /// The bank card channel.
    pub unionpay: unionpay::Settings,
    /// The gateway for text messages.
    pub sms: sms::Settings,
    /// The jobs that run beside the requests.
    #[serde(default)]
    pub jobs: JobSettings,
}

/// A name in both languages of the pages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalName {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// The platform's own keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySettings {
    /// Field encryption: `id:hex` of 32 bytes, several parted by commas, the newest last.
    pub fields: KeyText,
    /// Blind indexes: 32 bytes.
    pub index: KeyText,
    /// Master key from which the keys of the credential code are derived: 32 bytes.
    pub codes: KeyText,
    /// Digests of SMS codes: 32 bytes.
    pub sms_codes: KeyText,
    /// Form tokens: 32 bytes.
    pub forms: KeyText,
}

/// Key material as text. `Debug` does not show it.
#[derive(Clone, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct KeyText(String);

impl KeyText {
    /// Wraps key material.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The 32 bytes that the text names.
    ///
    /// # Errors
    /// The text is not 64 hexadecimal digits; `name` is the setting's name for the message.
    pub fn bytes(&self, name: &'static str) -> Result<[u8; 32], SettingsError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(&self.0, &mut bytes).map_err(|_| SettingsError::Key { name })?;
        Ok(bytes)
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText(…)")
    }
}

/// How hospital systems prove who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HisProfile {
    /// AK/SK header signatures.
    #[default]
    AccessKey,
    /// No signature: the institution's code in the envelope is believed. Only for a demonstration on loopback.
    Plain,
}

/// The hospital interface.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HisSettings {
    /// How hospital systems prove who they are.
    pub profile: HisProfile,
}

/// Settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{path}, line {line}: {message}")]
    Syntax {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// An environment variable cannot be used.
    #[error("{name}: {why}")]
    Variable {
        /// Its name.
        name: String,
        /// Why.
        why: &'static str,
    },
    /// A value is missing, unknown or of the wrong form.
    #[error("{setting}: {problem}{origin}")]
    Value {
        /// The setting, with the tables that it stands in.
        setting: String,
        /// What is wrong; never the value.
        problem: String,
        /// Where the value stands, where there is one.
        origin: String,
    },
    /// A key has the wrong length.
    #[error(
        "keys.{name} is not a key: 64 hexadecimal digits are expected (make one with `openssl rand -hex 32`)"
    )]
    Key {
        /// Its name.
        name: &'static str,
    },
    /// Two values do not go together.
    #[error("{0}")]
    Conflict(&'static str),
}

const fn yes() -> bool {
    true
}

const fn ninety() -> i64 {
    90
}

const fn half_an_hour() -> u32 {
    1800
}

const fn six_hundred() -> u32 {
    600
}

impl Settings {
    /// Reads a file, then the environment over it.
    ///
    /// # Errors
    /// See [`SettingsError`]; the message names the setting and where it came from.
    pub fn read(file: Option<&Path>) -> Result<Self, SettingsError> {
        Self::from_sources(file, std::env::vars_os())
    }

    /// Reads a file alone, as a demonstration does with the one that it wrote: nothing of the environment reaches it.
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn read_alone(file: &Path) -> Result<Self, SettingsError> {
        Self::from_sources(Some(file), [])
    }

    /// Reads a file, then the given environment variables over it.
    fn from_sources(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, SettingsError> {
        let mut figment = Figment::new();
        if let Some(path) = file {
            figment = figment.merge(sources::file(path)?);
        }
        let settings: Self = figment
            .merge(sources::environment(variables)?)
            .extract()
            .map_err(|error| sources::refused(&error))?;
        settings.check()?;
        Ok(settings)
    }

    /// Checks what a demonstration may and a platform in service may not.
    ///
    /// # Errors
    /// [`SettingsError::Conflict`].
    pub fn check_for_service(&self) -> Result<(), SettingsError> {
        if self.his.profile == HisProfile::Plain {
            return Err(SettingsError::Conflict(
                "his.profile = \"plain\" believes every caller: only a demonstration may use it",
            ));
        }
        Ok(())
    }

    /// Checks what one value alone cannot tell.
    ///
    /// # Errors
    /// [`SettingsError::Conflict`], [`SettingsError::Key`].
    pub fn check(&self) -> Result<(), SettingsError> {
        let loopback = self.listen.ip().is_loopback();
        if self.his.profile == HisProfile::Plain && !loopback {
            return Err(SettingsError::Conflict(
                "his.profile = \"plain\" believes every caller: it is allowed only when `listen` is a loopback address",
            ));
        }
        if !self.secure_cookies && !loopback {
            return Err(SettingsError::Conflict(
                "secure_cookies = false sends sessions over plain http: it is allowed only when `listen` is a loopback address",
            ));
        }
        let longest = u64::try_from(LONGEST_REQUEST.as_millis()).unwrap_or(u64::MAX);
        if self.unionpay.total_timeout_milliseconds.max(self.sms.total_timeout_milliseconds) >= longest {
            return Err(SettingsError::Conflict(
                "unionpay.total_timeout_milliseconds and sms.total_timeout_milliseconds must be less than 30000: \
                 a request of a page ends then, and could not tell how the call ended",
            ));
        }
        if self.sms_per_minute == 0 {
            return Err(SettingsError::Conflict("sms_per_minute = 0 lets nobody sign in"));
        }
        self.keys.index.bytes("index")?;
        self.keys.codes.bytes("codes")?;
        self.keys.sms_codes.bytes("sms_codes")?;
        self.keys.forms.bytes("forms")?;
        Ok(())
    }
}
