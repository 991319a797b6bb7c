//! Texts that must not reach a log.

use zeroize::Zeroizing;

/// A personal or secret text: a name, a phone number, a card number, a token. `Debug` hides it, dropping wipes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Personal(Zeroizing<String>);

impl Personal {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, for the one place that must show or send it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text with only its ends: `head` letters and `tail` letters.
    #[must_use]
    pub fn masked(&self, head: usize, tail: usize) -> String {
        model::id_number::mask(&self.0, head, tail)
    }
}

impl std::fmt::Debug for Personal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Personal(***)")
    }
}
