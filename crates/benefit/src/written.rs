//! Values as they stand in policy files, for those who show them to people.

use toml::de::DeValue;

/// A value as it stands in a policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// A text, a number or a date.
    Text(String),
    /// `true` or `false`.
    Truth(bool),
    /// A list.
    List(Vec<Written>),
    /// A table: keys with their values.
    Table(Vec<(String, Written)>),
}

impl Written {
    pub(crate) fn of(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(text) => Self::Text(text.to_string()),
            DeValue::Integer(integer) => Self::Text(integer.as_str().to_owned()),
            DeValue::Float(float) => Self::Text(float.as_str().to_owned()),
            DeValue::Boolean(truth) => Self::Truth(*truth),
            DeValue::Datetime(datetime) => Self::Text(datetime.to_string()),
            DeValue::Array(items) => Self::List(items.iter().map(|item| Self::of(item.get_ref())).collect()),
            DeValue::Table(table) => {
                let field = |(key, value): (&toml::Spanned<_>, &toml::Spanned<_>)| {
                    (std::borrow::Cow::to_string(key.get_ref()), Self::of(value.get_ref()))
                };
                Self::Table(table.iter().map(field).collect())
            }
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a list; of a single text, that one.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::List(items) => items.iter().filter_map(Self::text).collect(),
            other => other.text().into_iter().collect(),
        }
    }
}
