//! How values are written in policy and case files: amounts and rates with their unit, dates, words of closed lists.

use model::{Date, Fen, Price, Quantity, Rate, Region};
use toml::de::DeValue;

use crate::reader::{Form, Wrong};

/// A word list: the closed set of values that a key may have.
pub(crate) trait Word: Copy + 'static {
    /// Each word with its meaning.
    const WORDS: &'static [(&'static str, Self)];
}

/// Writes down the words of closed lists.
macro_rules! words_of {
    ($($type:ty { $($word:literal => $value:expr),+ $(,)? })+) => { $(
        impl $crate::form::Word for $type {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, $value)),+];
        }
    )+ };
}
pub(crate) use words_of;

fn wrong(message: impl Into<String>, hint: &str) -> Wrong {
    Wrong { message: message.into(), hint: Some(hint.to_owned()) }
}

fn string<'v>(value: &'v DeValue<'_>, hint: &str) -> Result<&'v str, Wrong> {
    value.as_str().ok_or_else(|| wrong(format!("a text is expected, this is {}", value.type_str()), hint))
}

/// A text that is not empty.
pub(crate) fn text(value: &DeValue<'_>) -> Result<String, Wrong> {
    let text = string(value, "write it between quotation marks")?.trim();
    if text.is_empty() {
        Err(wrong(
            "the text is empty",
            "say what the page says in a few words; a key that need not be there may be left out",
        ))
    } else {
        Ok(text.to_owned())
    }
}

/// A name that rules, lanes and accumulators are called by in files.
pub(crate) fn name(value: &DeValue<'_>) -> Result<String, Wrong> {
    const HINT: &str = "use small letters, digits, '_', '-' and '.'";
    let text = text(value)?;
    let right = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-.".contains(&b));
    if right { Ok(text) } else { Err(wrong(format!("'{text}' is not a name"), HINT)) }
}

/// A key of a table that is a name.
pub(crate) fn plain_name(key: &str) -> Result<(), Wrong> {
    name(&DeValue::String(key.into())).map(|_| ())
}

/// A number as a Chinese input method may write it, with its full-width digits and signs made plain.
fn plain(text: &str) -> String {
    let plain = |letter: char| match letter {
        '０'..='９' => u32::from(letter).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(letter),
        '％' => '%',
        '，' => ',',
        '．' => '.',
        '－' => '-',
        '\u{3000}' => ' ',
        other => other,
    };
    text.trim().chars().map(plain).collect()
}

/// Removes the separators of thousands, where they stand every three digits.
fn without_separators(number: &str) -> Option<String> {
    if !number.contains(',') {
        return Some(number.to_owned());
    }
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(w, f)| (w, Some(f)));
    let mut groups = whole.split(',');
    let first = groups.next()?.trim_start_matches('-');
    let right = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    let fraction = fraction.map(|digits| format!(".{digits}")).unwrap_or_default();
    (right && !fraction.contains(',')).then(|| format!("{}{fraction}", whole.replace(',', "")))
}

/// The number before the unit of money, without separators.
fn yuan(value: &DeValue<'_>) -> Result<String, Wrong> {
    let text = plain(string(value, AMOUNT_HINT)?);
    let number = text.strip_suffix("yuan").or_else(|| text.strip_suffix('元')).map(str::trim);
    let Some(number) = number else {
        return Err(wrong(format!("'{text}' has no unit of money"), AMOUNT_HINT));
    };
    if number.ends_with(['万', '亿']) {
        return Err(wrong(format!("'{text}' is not written out"), "write all digits: \"150,000 yuan\""));
    }
    in_digits(number, AMOUNT_HINT)?;
    without_separators(number)
        .ok_or_else(|| wrong(format!("'{text}': the separators of thousands stand wrong"), AMOUNT_HINT))
}

/// Refuses `2e2`, which no leaflet has.
fn in_digits(number: &str, hint: &str) -> Result<(), Wrong> {
    let of_a_number = |letter: char| letter.is_ascii_digit() || "eE+-.% ".contains(letter);
    if number.contains(['e', 'E']) && number.chars().all(of_a_number) {
        return Err(wrong(format!("'{number}' is not written in digits"), hint));
    }
    Ok(())
}

const AMOUNT_HINT: &str = "write an amount with its unit: \"900 yuan\", \"20,000 yuan\" or \"900 元\"";

/// An amount that is not negative, such as `900 yuan`, `20,000 yuan` or `38.60 元`.
pub(crate) fn amount(value: &DeValue<'_>) -> Result<Fen, Wrong> {
    let number = yuan(value)?;
    let fen = Fen::from_yuan(&number).map_err(|error| wrong(error.to_string(), AMOUNT_HINT))?;
    if fen.is_negative() { Err(wrong(format!("'{number}' is negative"), AMOUNT_HINT)) } else { Ok(fen) }
}

/// An amount that a sum changes by, such as `900 yuan` or `-900 yuan`.
pub(crate) fn change(value: &DeValue<'_>) -> Result<Fen, Wrong> {
    let number = yuan(value)?;
    let (negative, size) = match number.strip_prefix('-') {
        Some(size) => (true, size),
        None => (false, number.as_str()),
    };
    let fen = Fen::from_yuan(size).map_err(|error| wrong(error.to_string(), AMOUNT_HINT))?;
    if negative { fen.negated().map_err(|error| wrong(error.to_string(), AMOUNT_HINT)) } else { Ok(fen) }
}

/// A unit price above zero with its unit, such as `32 yuan`.
pub(crate) fn price_in_yuan(value: &DeValue<'_>) -> Result<Price, Wrong> {
    let number = yuan(value)?;
    let price: Price =
        number.parse().map_err(|error: model::money::NumberError| wrong(error.to_string(), AMOUNT_HINT))?;
    if price <= Price::default() {
        return Err(wrong(format!("'{number}' is not above zero"), AMOUNT_HINT));
    }
    Ok(price)
}

/// A percentage that is not negative and may exceed the whole: `50 %`, `150 %`, `600 %`.
pub(crate) fn multiple(value: &DeValue<'_>) -> Result<Rate, Wrong> {
    let rate = percentage(value)?;
    let tenfold = Rate::from_millionths(10_000_000);
    if rate < Rate::ZERO || rate > tenfold {
        return Err(wrong(format!("{} is not between 0 % and 1000 %", rate.to_percent()), RATE_HINT));
    }
    Ok(rate)
}

const RATE_HINT: &str = "write a share of the whole as a percentage, and points as one too: \"14 %\"";

/// A share between 0 % and 100 %, such as `14 %` or `7.5%`.
pub(crate) fn rate(value: &DeValue<'_>) -> Result<Rate, Wrong> {
    let rate = percentage(value)?;
    if rate < Rate::ZERO || rate > Rate::ONE {
        return Err(wrong(format!("{} is not between 0 % and 100 %", rate.to_percent()), RATE_HINT));
    }
    Ok(rate)
}

fn percentage(value: &DeValue<'_>) -> Result<Rate, Wrong> {
    let text = plain(string(value, RATE_HINT)?);
    if !text.ends_with('%') {
        return Err(wrong(format!("'{text}' is not a percentage"), RATE_HINT));
    }
    in_digits(&text, RATE_HINT)?;
    Rate::parse(&text).map_err(|error| wrong(error.to_string(), RATE_HINT))
}

/// A date: `2023-01-01` without quotation marks.
pub(crate) fn date(value: &DeValue<'_>) -> Result<Date, Wrong> {
    const HINT: &str = "write a date without quotation marks and without a time: 2023-01-01";
    let DeValue::Datetime(datetime) = value else {
        return Err(wrong(format!("a date is expected, this is {}", value.type_str()), HINT));
    };
    let read = datetime.date.filter(|_| datetime.time.is_none()).and_then(|date| {
        let year = i16::try_from(date.year).ok()?;
        Date::new(year, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
    });
    read.ok_or_else(|| wrong(format!("'{datetime}' is not a plain date"), HINT))
}

/// A day of the year as `MM-DD`, that every year has.
pub(crate) fn day_of_year(value: &DeValue<'_>) -> Result<(i8, i8), Wrong> {
    const HINT: &str = "write month and day: \"01-01\" or \"07-01\"";
    let text = string(value, HINT)?;
    let parts = text.split_once('-').filter(|(month, day)| month.len() == 2 && day.len() == 2);
    let read = parts.and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)));
    // 2023 is not a leap year, so that 29 February is refused.
    read.filter(|(month, day)| Date::new(2023, *month, *day).is_ok())
        .ok_or_else(|| wrong(format!("'{text}' is not a day of every year"), HINT))
}

/// When something was published: `2023`, `2023-12`, `2023-12-31` or `undated`.
pub(crate) fn publication_date(value: &DeValue<'_>) -> Result<String, Wrong> {
    const HINT: &str = "write \"2023\", \"2023-12\", \"2023-12-31\" or \"undated\"";
    let text = string(value, HINT)?;
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    let right = text == "undated"
        || match parts.as_slice() {
            [year] => digits(year, 4),
            [_, _] => model::date::parse_date(&format!("{text}-01")).is_ok(),
            [_, _, _] => model::date::parse_date(text).is_ok(),
            _ => false,
        };
    if right {
        Ok(text.to_owned())
    } else {
        Err(wrong(format!("'{text}' is not a date of publication"), HINT))
    }
}

/// A whole number within bounds.
fn whole(value: &DeValue<'_>, (least, most): (u16, u16), hint: &str) -> Result<u16, Wrong> {
    let number = match value {
        DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
        _ => None,
    };
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| wrong(format!("a number from {least} to {most} is expected"), hint))
}

/// A whole number of years.
pub(crate) fn age(value: &DeValue<'_>) -> Result<u16, Wrong> {
    whole(value, (1, 150), "write full years: 45")
}

/// A whole number of days or stays.
pub(crate) fn count(value: &DeValue<'_>) -> Result<u16, Wrong> {
    whole(value, (1, 1000), "write a whole number: 2")
}

/// How many there are, or none.
pub(crate) fn count_or_none(value: &DeValue<'_>) -> Result<u16, Wrong> {
    whole(value, (0, 1000), "write a whole number: 2, or 0 where there is none")
}

/// A month of the year; 13 only as the end of a range.
pub(crate) fn month(value: &DeValue<'_>) -> Result<u16, Wrong> {
    whole(value, (1, 13), "write the number of the month: 7")
}

/// A place in an order, from 1 to 9.
pub(crate) fn place(value: &DeValue<'_>) -> Result<u8, Wrong> {
    let place = whole(value, (1, 9), "write the place in the order: 1")?;
    u8::try_from(place).map_err(|_| wrong("the place is too large", "write the place in the order: 1"))
}

/// `true` or `false`.
pub(crate) fn truth(value: &DeValue<'_>) -> Result<bool, Wrong> {
    value.as_bool().ok_or_else(|| wrong("true or false is expected", "write it without quotation marks"))
}

/// A division code.
pub(crate) fn region(value: &DeValue<'_>) -> Result<Region, Wrong> {
    const HINT: &str = "write the six digits between quotation marks: \"330200\"";
    string(value, HINT)?.parse().map_err(|error: model::person::RegionError| wrong(error.to_string(), HINT))
}

/// A unit price in yuan, such as `"12.50"`.
pub(crate) fn price(value: &DeValue<'_>) -> Result<Price, Wrong> {
    const HINT: &str = "write a unit price in yuan between quotation marks: \"12.50\"";
    let text = plain(string(value, HINT)?);
    in_digits(&text, HINT)?;
    text.parse().map_err(|error: model::money::NumberError| wrong(error.to_string(), HINT))
}

/// A quantity, such as `"2"`.
pub(crate) fn quantity(value: &DeValue<'_>) -> Result<Quantity, Wrong> {
    const HINT: &str = "write a quantity between quotation marks: \"2\"";
    let text = plain(string(value, HINT)?);
    in_digits(&text, HINT)?;
    text.parse().map_err(|error: model::money::NumberError| wrong(error.to_string(), HINT))
}

/// The one of some names that a mistyped one is nearest to: two letters away at most.
pub(crate) fn nearest<'n>(typed: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let away = names.map(|name| (letters_apart(typed, name), name)).min()?;
    (away.0 <= 2 && away.0 < away.1.len()).then_some(away.1)
}

/// How many letters must be put in, taken out or replaced to make one text of another.
fn letters_apart(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut last = index.saturating_add(1);
        for (place, theirs) in other.iter().enumerate() {
            let above = row.get(place.saturating_add(1)).copied().unwrap_or(usize::MAX);
            let diagonal = row.get(place).copied().unwrap_or(usize::MAX);
            let best = above
                .min(last)
                .saturating_add(1)
                .min(diagonal.saturating_add(usize::from(letter != *theirs)));
            if let Some(cell) = row.get_mut(place) {
                *cell = last;
            }
            last = best;
        }
        if let Some(cell) = row.last_mut() {
            *cell = last;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

/// A word of a closed list.
pub(crate) fn word<W: Word>(value: &DeValue<'_>) -> Result<W, Wrong> {
    let names = || W::WORDS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let text = string(value, &format!("one of: {}", names()))?;
    W::WORDS.iter().find(|(name, _)| *name == text).map(|(_, word)| *word).ok_or_else(|| {
        let meant = nearest(text, W::WORDS.iter().map(|(name, _)| *name));
        let meant = meant.map(|name| format!("did you mean '{name}'? ")).unwrap_or_default();
        wrong(format!("'{text}' is not a word known here"), &format!("{meant}one of: {}", names()))
    })
}

/// A list of values of one form, none twice and at least one.
fn list<T: PartialEq>(value: &DeValue<'_>, form: Form<T>) -> Result<Vec<T>, Wrong> {
    const HINT: &str = "write a list with at least one element, none twice: [\"...\"]";
    let DeValue::Array(items) = value else {
        return Err(wrong(format!("a list is expected, this is {}", value.type_str()), HINT));
    };
    let mut read = Vec::with_capacity(items.len());
    for item in items.iter() {
        let element = form(item.get_ref())?;
        if read.contains(&element) {
            return Err(wrong("an element stands twice in the list", HINT));
        }
        read.push(element);
    }
    if read.is_empty() { Err(wrong("the list is empty", HINT)) } else { Ok(read) }
}

/// A list of words of a closed list.
pub(crate) fn words<W: Word + PartialEq>(value: &DeValue<'_>) -> Result<Vec<W>, Wrong> {
    list(value, word::<W>)
}

/// A list of words of a closed list, or none.
pub(crate) fn words_or_none<W: Word + PartialEq>(value: &DeValue<'_>) -> Result<Vec<W>, Wrong> {
    match value {
        DeValue::Array(items) if items.is_empty() => Ok(Vec::new()),
        _ => words(value),
    }
}

/// A list of national codes.
pub(crate) fn codes(value: &DeValue<'_>) -> Result<Vec<String>, Wrong> {
    list(value, text)
}

/// A list of names.
pub(crate) fn names(value: &DeValue<'_>) -> Result<Vec<String>, Wrong> {
    list(value, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> DeValue<'_> {
        DeValue::String(text.into())
    }

    #[test]
    fn amounts_carry_their_unit() {
        for (text, fen) in [
            ("900 yuan", 90_000),
            ("20,000 yuan", 2_000_000),
            ("1,234,567.89yuan", 123_456_789),
            ("38.60 元", 3860),
            ("0 yuan", 0),
        ] {
            assert_eq!(amount(&value(text)).ok(), Some(Fen::new(fen)), "{text}");
        }
        for text in ["900", "900 fen", "14 %", "20,00 yuan", "2,0000 yuan", "-1 yuan", "1.005 yuan", "yuan"] {
            assert!(amount(&value(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn rates_are_percentages_of_the_whole() {
        assert_eq!(rate(&value("14 %")).ok(), Some(Rate::from_millionths(140_000)));
        assert_eq!(rate(&value("100%")).ok(), Some(Rate::ONE));
        for text in ["14", "0.14", "101 %", "-1 %", "14 yuan", "%"] {
            assert!(rate(&value(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_of_the_year_exists_every_year() {
        assert_eq!(day_of_year(&value("07-01")).ok(), Some((7, 1)));
        for text in ["02-29", "13-01", "7-1", "0701", "01-01-01"] {
            assert!(day_of_year(&value(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn publication_dates_may_be_partial() {
        for text in ["2023", "2023-12", "2023-12-31", "undated"] {
            assert!(publication_date(&value(text)).is_ok(), "{text}");
        }
        for text in ["", "23", "2023-13", "2023-13-01", "2023/12", "soon"] {
            assert!(publication_date(&value(text)).is_err(), "{text}");
        }
    }
}
