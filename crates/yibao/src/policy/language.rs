//! The languages that policies are told in.

use benefit::Title;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Chinese,
    English,
}

impl Language {
    /// The language of a code, `zh` or `en`.
    pub(super) fn of(code: &str) -> Self {
        if code == "en" { Self::English } else { Self::Chinese }
    }

    /// One of two texts.
    pub(super) const fn either<'t>(self, zh: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::Chinese => zh,
            Self::English => en,
        }
    }

    /// A title.
    pub(super) fn title(self, title: &Title) -> &str {
        self.either(&title.zh, &title.en)
    }

    /// Several things, one after the other.
    pub(super) fn list<T: AsRef<str>>(self, items: &[T]) -> String {
        items.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(self.either("、", ", "))
    }

    /// Several phrases, one after the other.
    pub(super) fn phrases<T: AsRef<str>>(self, phrases: &[T]) -> String {
        phrases.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(self.either("；", "; "))
    }

    /// A name in quotation marks.
    pub(super) fn quoted(self, name: &str) -> String {
        match self {
            Self::Chinese => format!("「{name}」"),
            Self::English => format!("“{name}”"),
        }
    }
}
