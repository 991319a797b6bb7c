//! Rounding to the fen, and where the odd fen goes.

use model::{Exact, Fen, Overflow, Rate};

use crate::policy::{OddFen, Rounding, RoundingStage};

/// Rounds every part and lets the bearers, first to last, take the difference to the total. No part becomes negative.
pub(crate) fn apportion<const N: usize>(
    total: Fen,
    parts: [Exact; N],
    bearers: [usize; N],
) -> Result<[Fen; N], Overflow> {
    let mut rounded = [Fen::ZERO; N];
    for (fen, part) in rounded.iter_mut().zip(parts) {
        *fen = part.round()?;
    }
    let mut rest = total.minus(Fen::sum(rounded)?)?;
    for index in bearers {
        if rest.is_zero() {
            break;
        }
        if let Some(part) = rounded.get_mut(index) {
            let taken = part.plus(rest)?;
            rest = taken.minus(taken.or_zero())?;
            *part = taken.or_zero();
        }
    }
    Ok(rounded)
}

/// What a segment gives to each side.
pub(crate) struct Shared {
    pub(crate) fund: Exact,
    pub(crate) person: Exact,
    /// Whether something was rounded.
    pub(crate) rounded: bool,
}

impl Rounding {
    /// Whether amounts are rounded at this stage or before.
    pub(crate) fn rounds_at(self, stage: RoundingStage) -> bool {
        self.stage <= stage
    }

    /// Shares an amount between fund and person. The one that does not bear the odd fen has the rounded part.
    pub(crate) fn share(self, amount: Exact, fund: Rate, person: Rate) -> Result<Shared, Overflow> {
        let exact = match self.odd_fen {
            OddFen::Person => amount.times(fund)?,
            OddFen::Fund => amount.times(person)?,
        };
        let part =
            if self.rounds_at(RoundingStage::PerSegment) { Exact::from(exact.round()?) } else { exact };
        let rest = amount.minus(part)?;
        let (fund, person) = match self.odd_fen {
            OddFen::Person => (part, rest),
            OddFen::Fund => (rest, part),
        };
        Ok(Shared { fund, person, rounded: part != exact })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact(fen: i64, millionths: i64) -> Exact {
        Exact::from(Fen::new(fen)).times(Rate::from_millionths(millionths)).expect("small")
    }

    #[test]
    fn the_first_bearer_takes_the_odd_fen() {
        // 0.5 + 0.5 fen of a total of 1: both round up, the bearer gives one back.
        let parts = [exact(1, 500_000), exact(1, 500_000)];
        assert_eq!(apportion(Fen::new(1), parts, [0, 1]), Ok([Fen::ZERO, Fen::new(1)]));
        assert_eq!(apportion(Fen::new(1), parts, [1, 0]), Ok([Fen::new(1), Fen::ZERO]));
    }

    #[test]
    fn a_bearer_without_money_passes_the_difference_on() {
        let parts = [Exact::ZERO, exact(1, 500_000), exact(1, 500_000)];
        assert_eq!(apportion(Fen::new(1), parts, [0, 1, 2]), Ok([Fen::ZERO, Fen::ZERO, Fen::new(1)]));
    }

    proptest! {
        #[test]
        fn parts_are_the_total_and_never_negative(
            fens in prop::array::uniform4(0_i64..1_000_000),
            rates in prop::array::uniform4(0_i64..=1_000_000),
        ) {
            let parts = [0, 1, 2, 3].map(|i| exact(fens[i], rates[i]));
            let total = Exact::sum(parts).and_then(Exact::round).expect("small");
            let rounded = apportion(total, parts, [2, 0, 1, 3]).expect("small");
            prop_assert_eq!(Fen::sum(rounded), Ok(total));
            for part in rounded {
                prop_assert!(!part.is_negative());
            }
        }

        #[test]
        fn a_share_has_no_rest(fen in 0_i64..1_000_000, millionths in 0_i64..=1_000_000, to_fund: bool) {
            let odd_fen = if to_fund { OddFen::Fund } else { OddFen::Person };
            let rounding = Rounding { stage: RoundingStage::PerLine, odd_fen };
            let fund = Rate::from_millionths(millionths);
            let amount = Exact::from(Fen::new(fen));
            let shared = rounding.share(amount, fund, fund.complement().expect("a share")).expect("small");
            prop_assert_eq!(shared.fund.plus(shared.person), Ok(amount));
            prop_assert!(shared.fund >= Exact::ZERO && shared.person >= Exact::ZERO);
        }
    }
}
