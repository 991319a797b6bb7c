//! The forms that a field may have.

use crate::check::Form;

/// The form of a field, as its table gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, with the most characters it may have.
    Text(Option<usize>),
    /// Text of digits, with the most characters it may have.
    Digits(Option<usize>),
    /// A decimal number.
    Number {
        /// Most digits before the point.
        whole: Option<u32>,
        /// Most digits after it.
        places: Option<u32>,
    },
    /// `yyyy-MM-dd`.
    Date,
    /// `yyyy-MM-dd HH:mm:ss`.
    Time,
    /// `true` or `false`.
    Flag,
    /// A node, a list, or JSON text.
    Json,
}

impl Kind {
    /// Reads a form as the data files write it; `None` if it is none.
    pub(super) fn parse(form: &str) -> Option<Self> {
        let limit = |digits: &str| match digits {
            "" => Some(None),
            digits => digits.parse().ok().map(Some),
        };
        match form {
            "D" => return Some(Self::Date),
            "DT" => return Some(Self::Time),
            "B" => return Some(Self::Flag),
            "J" => return Some(Self::Json),
            "N" => return Some(Self::Number { whole: None, places: None }),
            _ => {}
        }
        if let Some(rest) = form.strip_prefix('C') {
            return limit(rest).map(Self::Text);
        }
        if let Some(rest) = form.strip_prefix('G') {
            return limit(rest).map(Self::Digits);
        }
        let (digits, places) = {
            let rest = form.strip_prefix('N')?;
            rest.split_once(',').unwrap_or((rest, "0"))
        };
        let (digits, places): (u32, u32) = (digits.parse().ok()?, places.parse().ok()?);
        Some(Self::Number { whole: Some(digits.checked_sub(places)?), places: Some(places) })
    }

    /// The form in words, for errors.
    pub(crate) fn expected(self) -> Form {
        match self {
            Self::Text(_) | Self::Digits(_) => Form::Text,
            Self::Number { places, .. } => Form::Number { places },
            Self::Date => Form::Date,
            Self::Time => Form::Time,
            Self::Flag => Form::Flag,
            Self::Json => Form::Objects,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read() {
        assert_eq!(Kind::parse("C30"), Some(Kind::Text(Some(30))));
        assert_eq!(Kind::parse("C"), Some(Kind::Text(None)));
        assert_eq!(Kind::parse("G30"), Some(Kind::Digits(Some(30))));
        assert_eq!(Kind::parse("N16,2"), Some(Kind::Number { whole: Some(14), places: Some(2) }));
        assert_eq!(Kind::parse("N2"), Some(Kind::Number { whole: Some(2), places: Some(0) }));
        assert_eq!(Kind::parse("DT"), Some(Kind::Time));
        for wrong in ["", "X", "C3x", "N2,4", "N,2", "DTX", "字符3"] {
            assert_eq!(Kind::parse(wrong), None, "{wrong}");
        }
    }
}
