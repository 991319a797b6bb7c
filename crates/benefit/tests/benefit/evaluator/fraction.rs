//! Fractions, written as at school: numerator over denominator, in lowest terms.

use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Sub};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    over: i128,
    under: i128,
}

pub const NOTHING: Fraction = Fraction { over: 0, under: 1 };

fn divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { divisor(b, a % b) }
}

pub fn fraction(over: i128, under: i128) -> Fraction {
    let common = divisor(over, under).max(1);
    Fraction { over: over / common, under: under / common }
}

pub fn whole(number: i64) -> Fraction {
    fraction(i128::from(number), 1)
}

pub fn percent(number: i64) -> Fraction {
    fraction(i128::from(number), 100)
}

impl Fraction {
    pub fn least(self, other: Self) -> Self {
        if self.compared(other).is_le() { self } else { other }
    }

    pub fn most(self, other: Self) -> Self {
        if self.compared(other).is_ge() { self } else { other }
    }

    pub fn not_negative(self) -> Self {
        self.most(NOTHING)
    }

    pub fn is_more_than(self, other: Self) -> bool {
        self.compared(other).is_gt()
    }

    /// First the whole numbers; where they are the same, the rests turned upside down, whose products stay small.
    fn compared(self, other: Self) -> Ordering {
        let wholes = (self.over.div_euclid(self.under), other.over.div_euclid(other.under));
        let rests = (self.over.rem_euclid(self.under), other.over.rem_euclid(other.under));
        match (wholes.0.cmp(&wholes.1), rests) {
            (Ordering::Equal, (0, 0)) => Ordering::Equal,
            (Ordering::Equal, (0, _)) => Ordering::Less,
            (Ordering::Equal, (_, 0)) => Ordering::Greater,
            (Ordering::Equal, (one, two)) => {
                let (one, two) = (fraction(self.under, one), fraction(other.under, two));
                two.compared(one)
            }
            (unequal, _) => unequal,
        }
    }

    /// Both over the smallest number that both can stand over: the two upper numbers and that number.
    fn alike(self, other: Self) -> (i128, i128, i128) {
        let under = self.under / divisor(self.under, other.under) * other.under;
        (self.over * (under / self.under), other.over * (under / other.under), under)
    }

    /// Half up; nothing here is negative.
    pub fn rounded(self) -> i64 {
        i64::try_from((2 * self.over + self.under) / (2 * self.under)).expect("small")
    }

    pub fn rounded_if(self, rounds: bool) -> Self {
        if rounds { whole(self.rounded()) } else { self }
    }
}

impl Add for Fraction {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (one, two, under) = self.alike(other);
        fraction(one + two, under)
    }
}

impl Sub for Fraction {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        let (one, two, under) = self.alike(other);
        fraction(one - two, under)
    }
}

impl Mul for Fraction {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        fraction(self.over * other.over, self.under * other.under)
    }
}

impl Div for Fraction {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        fraction(self.over * other.under, self.under * other.over)
    }
}
