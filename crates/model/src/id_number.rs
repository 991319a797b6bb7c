//! Citizen identity numbers (公民身份号码, GB 11643-1999).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

/// A citizen identity number: 18 characters, a real birth date and a right check character.
///
/// Numbers of 15 digits and a lower-case `x` are accepted and brought to this form, because hospital systems send
/// them (interface facts, section 6.8, no. 9). `Debug` shows the number masked, so that it cannot reach a log.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdNumber(String);

/// A text is not a citizen identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdNumberError {
    /// Not 15 or 18 characters of digits, the last of 18 possibly X.
    #[error("an identity number has 18 characters: 17 digits and a digit or X")]
    Form,
    /// The digits 7 to 14 are no date.
    #[error("the birth date inside the identity number does not exist")]
    BirthDate,
    /// The last character does not follow from the others.
    #[error("the last character of the identity number does not match the others")]
    CheckCharacter,
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// The check character of the first 17 digits (ISO 7064, MOD 11-2); `None` when they are not 17 digits.
#[must_use]
pub fn check_character(first_17: &str) -> Option<char> {
    if first_17.len() != 17 {
        return None;
    }
    let sum = first_17
        .chars()
        .zip(WEIGHTS)
        .try_fold(0_u32, |sum, (c, weight)| sum.checked_add(c.to_digit(10)?.checked_mul(weight)?))?;
    CHECK_CHARACTERS.get(usize::try_from(sum % 11).ok()?).copied()
}

impl IdNumber {
    /// The 18 characters. Personal data: only for storing encrypted, comparing, and messages that must carry it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The date of birth inside the number.
    ///
    /// # Errors
    /// Never for a parsed number; the error type keeps the call free of panics.
    pub fn birth_date(&self) -> Result<Date, IdNumberError> {
        let part = |range: std::ops::Range<usize>| self.0.get(range).and_then(|t| t.parse::<i16>().ok());
        let (year, month, day) = match (part(6..10), part(10..12), part(12..14)) {
            (Some(year), Some(month), Some(day)) => (year, month, day),
            _ => return Err(IdNumberError::BirthDate),
        };
        let (month, day) = (i8::try_from(month).unwrap_or(0), i8::try_from(day).unwrap_or(0));
        Date::new(year, month, day).map_err(|_| IdNumberError::BirthDate)
    }

    /// Masked for other people's screens and lists: first and last character only.
    #[must_use]
    pub fn masked(&self) -> String {
        mask(&self.0, 1, 1)
    }
}

/// Keeps the first `head` and last `tail` characters of `text` and writes `*` for the rest.
#[must_use]
pub fn mask(text: &str, head: usize, tail: usize) -> String {
    let length = text.chars().count();
    if length <= head.saturating_add(tail) {
        return "*".repeat(length);
    }
    let last_kept = length.saturating_sub(tail);
    text.chars().enumerate().map(|(i, c)| if i < head || i >= last_kept { c } else { '*' }).collect()
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdNumber({})", self.masked())
    }
}

impl FromStr for IdNumber {
    type Err = IdNumberError;

    fn from_str(text: &str) -> Result<Self, IdNumberError> {
        let text = text.trim().to_ascii_uppercase();
        let widened = match text.len() {
            15 if text.is_ascii() => {
                let (head, tail) = text.split_at(6);
                let first_17 = format!("{head}19{tail}");
                let check = check_character(&first_17).ok_or(IdNumberError::Form)?;
                format!("{first_17}{check}")
            }
            _ => text,
        };
        let first_17 = widened.get(..17).ok_or(IdNumberError::Form)?;
        let last = widened.get(17..).ok_or(IdNumberError::Form)?;
        let check = check_character(first_17).ok_or(IdNumberError::Form)?;
        if last.chars().count() != 1 || !last.chars().all(|c| c.is_ascii_digit() || c == 'X') {
            return Err(IdNumberError::Form);
        }
        let number = Self(widened.clone());
        number.birth_date()?;
        if !last.chars().eq([check]) {
            return Err(IdNumberError::CheckCharacter);
        }
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    // Synthetic: area 990000 is not issued.
    fn number(first_17: &str) -> String {
        format!("{first_17}{}", check_character(first_17).expect("17 digits"))
    }

    #[test]
    fn a_right_number_is_read() {
        let text = number("99000019530412001");
        let id: IdNumber = text.parse().expect("valid");
        assert_eq!(id.as_str(), text);
        assert_eq!(id.birth_date(), Ok(date(1953, 4, 12)));
        assert!(format!("{id:?}").contains("****"));
        assert!(!format!("{id:?}").contains("1953"));
    }

    #[test]
    fn fifteen_digits_and_a_small_x_are_brought_to_the_standard_form() {
        let id: IdNumber = "990000530412001".parse().expect("valid");
        assert_eq!(id.as_str(), number("99000019530412001"));
        let with_x = (0..200)
            .map(|n| number(&format!("99000019530412{n:03}")))
            .find(|n| n.ends_with('X'))
            .expect("one ends in X");
        assert_eq!(with_x.to_lowercase().parse::<IdNumber>().map(|id| id.as_str().to_owned()), Ok(with_x));
    }

    #[test]
    fn wrong_numbers_say_what_is_wrong() {
        let right = number("99000019530412001");
        let wrong_check = format!("{}{}", &right[..17], if right.ends_with('0') { '1' } else { '0' });
        assert_eq!(wrong_check.parse::<IdNumber>(), Err(IdNumberError::CheckCharacter));
        assert_eq!(number("99000019531312001").parse::<IdNumber>(), Err(IdNumberError::BirthDate));
        for text in
            ["", "123", "99000019530412001*", "一二三四五六七八九十一二三四五六七八", "990000195304120011234"]
        {
            assert!(text.parse::<IdNumber>().is_err(), "{text}");
        }
    }

    #[test]
    fn masking_keeps_the_ends() {
        assert_eq!(mask("13800001234", 3, 4), "138****1234");
        assert_eq!(mask("张三", 1, 1), "**");
        assert_eq!(mask("王小明", 1, 1), "王*明");
    }
}
