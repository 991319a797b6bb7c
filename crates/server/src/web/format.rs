//! How amounts, dates, names and numbers are written on pages.

use model::id_number::mask;
use model::{Date, Fen, Instant};

use super::i18n::Language;

/// An amount in yuan with grouped thousands, two decimals and a true minus sign (U+2212), without unit:
/// `1,234.50`, `−38.60`. For table columns whose heading names the unit.
#[must_use]
pub fn amount(amount: Fen) -> String {
    let fen = amount.get().unsigned_abs();
    let sign = if amount.is_negative() { "\u{2212}" } else { "" };
    let digits = (fen / 100).to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && digits.len().saturating_sub(i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{:02}", fen % 100)
}

/// An amount with its unit: `1,234.50 元` or `¥1,234.50`.
#[must_use]
pub fn money(value: Fen, language: Language) -> String {
    match (language, value.is_negative()) {
        // No line break may come between the number and its unit.
        (Language::Zh, _) => format!("{}\u{A0}元", amount(value)),
        (Language::En, false) => format!("¥{}", amount(value)),
        (Language::En, true) => format!("\u{2212}¥{}", amount(value).trim_start_matches('\u{2212}')),
    }
}

/// `2026年4月12日` or `12 April 2026`.
#[must_use]
pub fn date(date: Date, language: Language) -> String {
    match language {
        Language::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Language::En => format!("{} {}", date.day(), date.strftime("%B %Y")),
    }
}

/// The time of day in China: `10:32`.
#[must_use]
pub fn time(at: Instant) -> String {
    at.in_china().strftime("%H:%M").to_string()
}

/// Date and time of day in China: `2026年4月12日 10:32` or `12 April 2026, 10:32`.
#[must_use]
pub fn date_time(at: Instant, language: Language) -> String {
    let (day, time) = (date(at.date_in_china(), language), time(at));
    match language {
        Language::Zh => format!("{day} {time}"),
        Language::En => format!("{day}, {time}"),
    }
}

/// A name masked for lists, pushes, slips and other people's screens: `张*`, `王*明`, `欧**娜`. Of a name of four or
/// more characters always two stars, so that its length does not show.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    match characters.as_slice() {
        [] => String::new(),
        [_] => "*".to_owned(),
        [first, _] => format!("{first}*"),
        [first, _, last] => format!("{first}*{last}"),
        [first, .., last] => format!("{first}**{last}"),
    }
}

/// A phone number with its first three and last four digits: `138****5678`.
#[must_use]
pub fn mask_phone(phone: &str) -> String {
    mask(phone, 3, 4)
}

/// The last four digits of a bank card: `尾号 1234` or `ending 1234`.
#[must_use]
pub fn card_tail(card_number: &str, language: Language) -> String {
    let count = card_number.chars().count();
    let tail: String = card_number.chars().skip(count.saturating_sub(4)).collect();
    match language {
        Language::Zh => format!("尾号 {tail}"),
        Language::En => format!("ending {tail}"),
    }
}

/// Digits in groups of four, as people read them aloud: `1234 5678 9`.
#[must_use]
pub fn group_digits(digits: &str) -> String {
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && i.is_multiple_of(4) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_have_a_true_minus() {
        for (fen, text) in [
            (0, "0.00"),
            (5, "0.05"),
            (3860, "38.60"),
            (99_999, "999.99"),
            (123_450, "1,234.50"),
            (100_000_000, "1,000,000.00"),
            (-123_450, "\u{2212}1,234.50"),
            (-1, "\u{2212}0.01"),
        ] {
            assert_eq!(amount(Fen::new(fen)), text);
        }
        assert_eq!(amount(Fen::new(i64::MIN)), "\u{2212}92,233,720,368,547,758.08");
    }

    #[test]
    fn money_carries_its_unit() {
        assert_eq!(money(Fen::new(3860), Language::Zh), "38.60\u{A0}元");
        assert_eq!(money(Fen::new(-123_450), Language::Zh), "\u{2212}1,234.50\u{A0}元");
        assert_eq!(money(Fen::new(3860), Language::En), "¥38.60");
        assert_eq!(money(Fen::new(-123_450), Language::En), "\u{2212}¥1,234.50");
    }

    #[test]
    fn dates_follow_the_language() {
        let at = Instant::parse_china("2026-04-12 09:05:00").unwrap();
        assert_eq!(date_time(at, Language::Zh), "2026年4月12日 09:05");
        assert_eq!(date_time(at, Language::En), "12 April 2026, 09:05");
    }

    #[test]
    fn masks_hide_what_others_must_not_see() {
        for (name, masked) in [
            ("", ""),
            ("张", "*"),
            ("张三", "张*"),
            ("王小明", "王*明"),
            ("欧阳娜娜", "欧**娜"),
            ("Anna Lee", "A**e"),
        ] {
            assert_eq!(mask_name(name), masked);
        }
        assert_eq!(mask_phone("13800005678"), "138****5678");
        assert_eq!(card_tail("6216261000000000018", Language::Zh), "尾号 0018");
        assert_eq!(card_tail("123", Language::En), "ending 123");
    }

    #[test]
    fn digits_are_grouped_by_four() {
        assert_eq!(group_digits("1234567890"), "1234 5678 90");
        assert_eq!(group_digits(""), "");
    }
}
