//! Money and the numbers that multiply it, all exact.
//!
//! Amounts that are booked are whole fen ([`Fen`]). Inside one settlement amounts stay exact ([`Exact`]) and are
//! rounded, half up, only where the policy says so.

use std::fmt;
use std::iter;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An amount left the range that money may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an amount is outside the range of money")]
pub struct Overflow;

/// A text is not the decimal number that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Something other than digits with an optional sign and one decimal point.
    #[error("'{0}' is not a decimal number")]
    NotDecimal(String),
    /// More decimal places than the quantity has.
    #[error("'{text}' has more than {places} decimal places")]
    TooManyPlaces {
        /// The text as given.
        text: String,
        /// How many places are allowed.
        places: u32,
    },
    /// Larger than the range.
    #[error("'{0}' is too large")]
    TooLarge(String),
}

/// The largest amount that a text may name, in fen: ten billion yuan. Sums of a million such amounts still fit.
const LARGEST_FEN: i64 = 1_000_000_000_000;

/// Reads a decimal text as an integer scaled by 10^`places`. Accepts a sign, and an exponent as JSON writers produce it.
fn scaled(text: &str, places: u32) -> Result<i64, NumberError> {
    let not_decimal = || NumberError::NotDecimal(text.to_owned());
    let trimmed = text.trim();
    let (mantissa, exponent) = match trimmed.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| not_decimal())?),
        None => (trimmed, 0),
    };
    let (negative, digits) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty()
        || !(whole.bytes().chain(fraction.bytes())).all(|b| b.is_ascii_digit())
    {
        return Err(not_decimal());
    }
    let too_large = || NumberError::TooLarge(text.to_owned());
    let all = format!("{whole}{fraction}");
    let significant = all.trim_end_matches('0');
    let value: i128 =
        if significant.is_empty() { 0 } else { significant.parse().map_err(|_| too_large())? };
    // value * 10^power is the number times 10^places.
    let fraction_places = i64::try_from(fraction.len()).map_err(|_| too_large())?;
    let dropped_zeros =
        i64::try_from(all.len().saturating_sub(significant.len())).map_err(|_| too_large())?;
    let power = i64::from(exponent)
        .saturating_add(i64::from(places))
        .saturating_add(dropped_zeros)
        .saturating_sub(fraction_places);
    if value == 0 {
        return Ok(0);
    }
    if power < 0 {
        return Err(NumberError::TooManyPlaces { text: text.to_owned(), places });
    }
    let factor = u32::try_from(power).ok().and_then(|p| 10_i128.checked_pow(p)).ok_or_else(too_large)?;
    let scaled = value.checked_mul(factor).ok_or_else(too_large)?;
    let signed = if negative { scaled.checked_neg().ok_or_else(too_large)? } else { scaled };
    i64::try_from(signed).map_err(|_| too_large())
}

/// Writes `value`, scaled by 10^`places`, as decimal text with at least `minimum` and at most `places` decimals.
fn write_scaled(f: &mut fmt::Formatter<'_>, value: i64, places: usize, minimum: usize) -> fmt::Result {
    let digits = format!("{:0width$}", value.unsigned_abs(), width = places.saturating_add(1));
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
    let kept = fraction.trim_end_matches('0').len().max(minimum);
    let fraction = fraction.get(..kept).unwrap_or(fraction);
    let sign = if value < 0 { "-" } else { "" };
    if fraction.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{fraction}") }
}

macro_rules! scaled_number {
    ($name:ident, $places:literal, $minimum:literal) => {
        impl $name {
            /// How many decimal places this number has.
            pub const PLACES: u32 = $places;
        }

        impl FromStr for $name {
            type Err = NumberError;

            fn from_str(text: &str) -> Result<Self, NumberError> {
                scaled(text, $places).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_scaled(f, self.0, $places, $minimum)
            }
        }
    };
}

/// A whole number of fen (1/100 yuan). May be negative: a reversal is the negative of its original.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(i64);

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The amount of `fen` fen.
    #[must_use]
    pub const fn new(fen: i64) -> Self {
        Self(fen)
    }

    /// The number of fen.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Reads an amount in yuan, such as `38.6` or `38.60`: at most two decimals, at most ten billion yuan.
    ///
    /// # Errors
    /// The text is not decimal, has a third decimal, or is larger than ten billion yuan either way.
    pub fn from_yuan(text: &str) -> Result<Self, NumberError> {
        let fen = scaled(text, 2)?;
        if fen.checked_abs().is_none_or(|size| size > LARGEST_FEN) {
            return Err(NumberError::TooLarge(text.to_owned()));
        }
        Ok(Self(fen))
    }

    /// The amount in yuan with two decimals and no grouping, as messages carry it: `38.60`.
    #[must_use]
    pub fn to_yuan(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", size / 100, size % 100)
    }

    /// `self + other`.
    ///
    /// # Errors
    /// The sum does not fit.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow)
    }

    /// `self - other`.
    ///
    /// # Errors
    /// The difference does not fit.
    pub fn minus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_sub(other.0).map(Self).ok_or(Overflow)
    }

    /// `-self`.
    ///
    /// # Errors
    /// The negative does not fit.
    pub fn negated(self) -> Result<Self, Overflow> {
        self.0.checked_neg().map(Self).ok_or(Overflow)
    }

    /// The sum of all amounts.
    ///
    /// # Errors
    /// The sum does not fit.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// `self` times a whole number.
    ///
    /// # Errors
    /// The product does not fit.
    pub fn by(self, count: u16) -> Result<Self, Overflow> {
        self.0.checked_mul(i64::from(count)).map(Self).ok_or(Overflow)
    }

    /// Less than zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Exactly zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// This amount, or zero where it is negative.
    #[must_use]
    pub fn or_zero(self) -> Self {
        self.max(Self::ZERO)
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_yuan())
    }
}

/// A share, such as 14 % or 0.6, in millionths. `1` is the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rate(i64);

scaled_number!(Rate, 6, 0);

impl Rate {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole.
    pub const ONE: Self = Self(1_000_000);

    /// A rate of `millionths` / 1,000,000.
    #[must_use]
    pub const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    /// Reads a rate as people write it: `14 %`, `14%` or `0.14`.
    ///
    /// # Errors
    /// The text is not a number, or has more than six decimals as a fraction of one.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        match text.trim().strip_suffix('%') {
            Some(percent) => scaled(percent.trim_end(), 4).map(Self),
            None => text.parse(),
        }
    }

    /// The number of millionths.
    #[must_use]
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// What is left of the whole: `1 - self`.
    ///
    /// # Errors
    /// The difference does not fit.
    pub fn complement(self) -> Result<Self, Overflow> {
        Self::ONE.0.checked_sub(self.0).map(Self).ok_or(Overflow)
    }

    /// `self` times `other`, where six decimals hold the product; `None` where they do not, for a rate is never rounded.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        let product = i128::from(self.0).checked_mul(i128::from(other.0))?;
        let exact = product.checked_rem(1_000_000)? == 0;
        exact
            .then(|| product.checked_div(1_000_000))
            .flatten()
            .and_then(|rate| i64::try_from(rate).ok())
            .map(Self)
    }

    /// How many decimals of the whole the rate needs: 2 for 14 %, 3 for 87.5 %.
    #[must_use]
    pub fn decimals(self) -> u32 {
        let mut rest = self.0;
        let mut decimals = 6;
        while decimals > 0 && rest % 10 == 0 {
            rest /= 10;
            decimals -= 1;
        }
        decimals
    }

    /// `self + other`.
    ///
    /// # Errors
    /// The sum does not fit.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow)
    }

    /// `self - other`.
    ///
    /// # Errors
    /// The difference does not fit.
    pub fn minus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_sub(other.0).map(Self).ok_or(Overflow)
    }

    /// `self` times a whole number.
    ///
    /// # Errors
    /// The product does not fit.
    pub fn by(self, count: u16) -> Result<Self, Overflow> {
        self.0.checked_mul(i64::from(count)).map(Self).ok_or(Overflow)
    }

    /// The rate as percent text without trailing zeros: `14%`.
    #[must_use]
    pub fn to_percent(self) -> String {
        struct Percent(i64);
        impl fmt::Display for Percent {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_scaled(f, self.0, 4, 0)
            }
        }
        format!("{}%", Percent(self.0))
    }
}

/// A unit price in yuan with up to six decimals (`pric`, N16,6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Price(i64);

scaled_number!(Price, 6, 2);

impl Price {
    /// A price of `micro` millionths of a yuan.
    #[must_use]
    pub const fn from_micro_yuan(micro: i64) -> Self {
        Self(micro)
    }

    /// The number of millionths of a yuan.
    #[must_use]
    pub const fn micro_yuan(self) -> i64 {
        self.0
    }

    /// `self` times `quantity`, exact.
    ///
    /// # Errors
    /// The product does not fit.
    pub fn times(self, quantity: Quantity) -> Result<Exact, Overflow> {
        // micro-yuan * ten-thousandths = 10^-10 yuan = 10^-8 fen.
        let product = i128::from(self.0).checked_mul(i128::from(quantity.0)).ok_or(Overflow)?;
        product.checked_mul(Exact::UNIT / 100_000_000).map(Exact).ok_or(Overflow)
    }
}

/// A quantity with up to four decimals (`cnt`, N16,4). Negative when goods are returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(i64);

scaled_number!(Quantity, 4, 0);

impl Quantity {
    /// A quantity of `ten_thousandths` / 10,000.
    #[must_use]
    pub const fn from_ten_thousandths(ten_thousandths: i64) -> Self {
        Self(ten_thousandths)
    }

    /// The number of ten-thousandths.
    #[must_use]
    pub const fn ten_thousandths(self) -> i64 {
        self.0
    }
}

/// An amount between two roundings: fen with eighteen further decimals.
///
/// Rates have six decimals, so three rates in a chain stay exact; a product beyond that is rounded half up at the
/// last decimal, which is sixteen orders of magnitude below what a rounding to the fen can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Exact(i128);

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One fen.
    const UNIT: i128 = 1_000_000_000_000_000_000;

    /// `self + other`.
    ///
    /// # Errors
    /// The sum does not fit.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow)
    }

    /// `self - other`.
    ///
    /// # Errors
    /// The difference does not fit.
    pub fn minus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_sub(other.0).map(Self).ok_or(Overflow)
    }

    /// `self` times `rate`.
    ///
    /// # Errors
    /// The product does not fit.
    pub fn times(self, rate: Rate) -> Result<Self, Overflow> {
        divide_half_up(self.0.checked_mul(i128::from(rate.0)).ok_or(Overflow)?, 1_000_000).map(Self)
    }

    /// `self` divided by `rate`: what amount gives `self` at that rate. Rounded half up at the eighteenth decimal.
    ///
    /// # Errors
    /// `rate` is zero or less, or the quotient does not fit.
    pub fn divided_by(self, rate: Rate) -> Result<Self, Overflow> {
        if rate.0 <= 0 {
            return Err(Overflow);
        }
        divide_half_up(self.0.checked_mul(1_000_000).ok_or(Overflow)?, i128::from(rate.0)).map(Self)
    }

    /// Rounded half up to the fen. A negative half goes away from zero, so that a reversal mirrors its original.
    ///
    /// # Errors
    /// The amount does not fit in [`Fen`].
    pub fn round(self) -> Result<Fen, Overflow> {
        i64::try_from(divide_half_up(self.0, Self::UNIT)?).map(Fen).map_err(|_| Overflow)
    }

    /// The sum of all amounts.
    ///
    /// # Errors
    /// The sum does not fit.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// This amount, or zero where it is negative.
    #[must_use]
    pub fn or_zero(self) -> Self {
        self.max(Self::ZERO)
    }
}

impl From<Fen> for Exact {
    fn from(fen: Fen) -> Self {
        // |i64| * 10^18 < 2^63 * 2^60 < 2^127: this cannot overflow.
        Self(i128::from(fen.0).wrapping_mul(Self::UNIT))
    }
}

/// `value / divisor`, rounded half away from zero. `divisor` is positive.
fn divide_half_up(value: i128, divisor: i128) -> Result<i128, Overflow> {
    let quotient = value.checked_div(divisor).ok_or(Overflow)?;
    let remainder = value.checked_rem(divisor).ok_or(Overflow)?;
    let twice = remainder.checked_abs().and_then(|size| size.checked_mul(2)).ok_or(Overflow)?;
    if twice < divisor {
        Ok(quotient)
    } else if value < 0 {
        quotient.checked_sub(1).ok_or(Overflow)
    } else {
        quotient.checked_add(1).ok_or(Overflow)
    }
}

impl iter::Sum<Fen> for Result<Fen, Overflow> {
    fn sum<I: Iterator<Item = Fen>>(amounts: I) -> Self {
        Fen::sum(amounts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn yuan_text_is_read_exactly() {
        for (text, fen) in [
            ("38.6", 3860),
            ("38.60", 3860),
            ("0", 0),
            ("-0.01", -1),
            ("100", 10_000),
            (".5", 50),
            ("1e2", 10_000),
            ("1.5E1", 1500),
            ("12.500000", 1250),
            ("00012.30", 1230),
        ] {
            assert_eq!(Fen::from_yuan(text), Ok(Fen::new(fen)), "{text}");
        }
    }

    #[test]
    fn yuan_text_that_is_not_money_is_refused() {
        for text in [
            "",
            "-",
            ".",
            "1.234",
            "1,5",
            "0x10",
            "NaN",
            "1e99",
            "1e-3",
            "99999999999999",
            "1.2.3",
            "1e",
            "٣",
        ] {
            assert!(Fen::from_yuan(text).is_err(), "{text}");
        }
    }

    #[test]
    fn rates_are_read_as_people_write_them() {
        assert_eq!(Rate::parse("14 %"), Ok(Rate::from_millionths(140_000)));
        assert_eq!(Rate::parse("7.5%"), Ok(Rate::from_millionths(75_000)));
        assert_eq!(Rate::parse("0.14"), Ok(Rate::from_millionths(140_000)));
        assert_eq!(Rate::parse("14%").map(Rate::to_percent), Ok("14%".to_owned()));
        assert_eq!(Rate::parse("0.14").map(|r| r.to_string()), Ok("0.14".to_owned()));
    }

    #[test]
    fn rounding_is_half_up_and_symmetric() {
        let half = Exact::from(Fen::new(1)).times(Rate::from_millionths(500_000));
        assert_eq!(half.and_then(Exact::round), Ok(Fen::new(1)));
        let minus_half = Exact::from(Fen::new(-1)).times(Rate::from_millionths(500_000));
        assert_eq!(minus_half.and_then(Exact::round), Ok(Fen::new(-1)));
        let below = Exact::from(Fen::new(1)).times(Rate::from_millionths(499_999));
        assert_eq!(below.and_then(Exact::round), Ok(Fen::ZERO));
    }

    #[test]
    fn price_times_quantity_is_exact() {
        let price: Price = "12.345678".parse().expect("a price");
        let quantity: Quantity = "2.5".parse().expect("a quantity");
        // 30.864195 yuan
        assert_eq!(price.times(quantity).and_then(Exact::round), Ok(Fen::new(3086)));
        assert_eq!(price.to_string(), "12.345678");
        assert_eq!("3".parse::<Price>().map(|p| p.to_string()), Ok("3.00".to_owned()));
    }

    #[test]
    fn sums_are_checked() {
        assert_eq!(Fen::new(i64::MAX).plus(Fen::new(1)), Err(Overflow));
        assert_eq!(Fen::sum([Fen::new(i64::MAX), Fen::new(1)]), Err(Overflow));
    }

    proptest! {
        #[test]
        fn yuan_text_round_trips(fen in -LARGEST_FEN..=LARGEST_FEN) {
            prop_assert_eq!(Fen::from_yuan(&Fen::new(fen).to_yuan()), Ok(Fen::new(fen)));
        }

        #[test]
        fn parts_of_a_rate_and_its_complement_are_the_whole(fen in 0_i64..1_000_000_000_000, millionths in 0_i64..=1_000_000) {
            let rate = Rate::from_millionths(millionths);
            let whole = Exact::from(Fen::new(fen));
            let part = whole.times(rate).expect("in range");
            let rest = whole.times(rate.complement().expect("in range")).expect("in range");
            prop_assert_eq!(part.plus(rest), Ok(whole));
        }
    }
}
