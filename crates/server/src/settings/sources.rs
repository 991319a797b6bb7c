//! Where settings come from: a TOML file, and environment variables over it.
//!
//! **Invariant:** no error text quotes a value, because it may be a key. Names of settings, kinds of values and lines of
//! the file are told. (The texts of our own types are told as they are; those of secrets do not quote.)

use std::ffi::OsString;
use std::path::Path;

use figment::error::{Actual, Kind};
use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};

use super::SettingsError;

/// The start of the environment variables: `YIBAO_LISTEN`, `YIBAO_KEYS__FORMS` (two underscores part the levels).
pub const ENVIRONMENT_PREFIX: &str = "YIBAO_";

/// Variables with our prefix that are no settings: what to log, the configuration file, and the program under test.
const NOT_SETTINGS: [&str; 3] = ["LOG", "CONFIG", "BIN"];
/// Settings that are numbers, by the ends of their names. All others but [`SWITCHES`] are texts, even when they consist
/// of digits, as division codes, merchants' numbers and keys may.
const NUMBERS: [&str; 4] = ["_seconds", "_milliseconds", "_days", "_per_minute"];
/// Settings that are `true` or `false`.
const SWITCHES: [&str; 2] = ["secure_cookies", "allow_sha1_certificates"];

/// The settings of one source.
pub(super) struct Layer {
    /// What error texts call the source.
    origin: String,
    values: Dict,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Map::from([(Profile::Default, self.values.clone())]))
    }
}

/// The settings in a TOML file.
pub(super) fn file(path: &Path) -> Result<Layer, SettingsError> {
    let origin = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return Err(SettingsError::File { path: origin, error }),
    };
    // Only the parser's message is told: its own error text shows the line, which may hold a key.
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| SettingsError::Syntax {
        path: origin.clone(),
        line: line_of(&text, error.span().map_or(0, |span| span.start)),
        message: error.message().to_owned(),
    })?;
    let values = Value::serialize(table).map_err(|error| refused(&error))?.into_dict().unwrap_or_default();
    Ok(Layer { origin, values })
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count().saturating_add(1)
}

/// The settings among environment variables.
pub(super) fn environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Layer, SettingsError> {
    let mut values = Dict::new();
    for (name, text) in variables {
        let Some(name) = name.to_str() else { continue };
        let Some(setting) = name.strip_prefix(ENVIRONMENT_PREFIX) else { continue };
        if NOT_SETTINGS.contains(&setting) {
            continue;
        }
        let refused = |why| SettingsError::Variable { name: name.to_owned(), why };
        let text = text.into_string().map_err(|_| refused("its value is not UTF-8"))?;
        let setting = setting.to_ascii_lowercase();
        let path: Vec<&str> = setting.split("__").collect();
        let value = value(path.last().copied().unwrap_or_default(), text);
        if !insert(&mut values, &path, value) {
            return Err(refused("it is set twice: as a whole and in part"));
        }
    }
    Ok(Layer { origin: "the environment".to_owned(), values })
}

/// What a variable's text means. A text that is no number or switch where one belongs stays a text, and is refused as
/// such where the setting is read.
fn value(name: &str, text: String) -> Value {
    let trimmed = text.trim();
    if NUMBERS.iter().any(|end| name.ends_with(end))
        && let Ok(number) = trimmed.parse::<i64>()
    {
        return number.into();
    }
    if SWITCHES.contains(&name)
        && let Ok(switch) = trimmed.parse::<bool>()
    {
        return switch.into();
    }
    text.into()
}

/// Puts a value at its place; `false` when the place, or one above it, is taken.
fn insert(into: &mut Dict, path: &[&str], value: Value) -> bool {
    match path {
        [] => false,
        [name] => into.insert((*name).to_owned(), value).is_none(),
        [name, rest @ ..] => {
            let inner = into.entry((*name).to_owned()).or_insert_with(|| Value::from(Dict::new()));
            match inner {
                Value::Dict(_, inner) => insert(inner, rest, value),
                _ => false,
            }
        }
    }
}

/// What is wrong with a value, without the value.
pub(super) fn refused(error: &figment::Error) -> SettingsError {
    let mut setting = error.path.clone();
    let problem = match &error.kind {
        Kind::MissingField(name) => {
            if setting.last().is_none_or(|last| last != name) {
                setting.push(name.clone().into_owned());
            }
            "is missing".to_owned()
        }
        Kind::UnknownField(name, known) => {
            if setting.last().is_none_or(|last| last != name) {
                setting.push(name.clone());
            }
            format!("there is no such setting; there are {}", known.join(", "))
        }
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            format!("{} was found where {expected} is expected", kind_of(found))
        }
        Kind::UnknownVariant(_, known) => format!("one of {} is expected", known.join(", ")),
        Kind::Message(text) => text.clone(),
        _ => "the value cannot be used".to_owned(),
    };
    let origin = error.metadata.as_ref().map(|from| format!(" (in {})", from.name)).unwrap_or_default();
    SettingsError::Value { setting: setting.join("."), problem, origin }
}

const fn kind_of(found: &Actual) -> &'static str {
    match found {
        Actual::Bool(_) => "true or false",
        Actual::Unsigned(_) | Actual::Signed(_) | Actual::Float(_) => "a number",
        Actual::Char(_) | Actual::Str(_) | Actual::Bytes(_) => "a text",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        _ => "another kind of value",
    }
}
