//! Ratios stay exact whatever changes come together: six decimals hold every product.

use super::Check;
use crate::policy::Lane;
use crate::policy::strategy::RatioChange;

/// The decimals of a [`model::Rate`].
const DECIMALS: u32 = 6;

impl Check<'_> {
    pub(super) fn check_ratios(&self, lane: &Lane) {
        let segments = lane.share.iter().filter_map(|row| row.value.value.as_ref());
        let mut finest = segments
            .flat_map(|share| &share.segments)
            .map(|segment| segment.fund.decimals())
            .max()
            .unwrap_or(0);
        for row in &lane.ratio_change {
            match row.value.value.map(|placed| placed.change) {
                Some(RatioChange::FundTimes(rate) | RatioChange::PersonTimes(rate)) => {
                    finest = finest.saturating_add(rate.decimals());
                    if finest > DECIMALS {
                        self.report(
                            &row.rule,
                            format!(
                                "with rule {} a ratio may need more than {DECIMALS} decimals",
                                row.rule.id
                            ),
                            Some("write the resulting ratios as rules of their own"),
                        );
                    }
                }
                Some(
                    RatioChange::FundPlus(rate)
                    | RatioChange::FundMinus(rate)
                    | RatioChange::FundPlusPerYearOfAge(rate)
                    | RatioChange::FundAtLeast(rate)
                    | RatioChange::FundAtMost(rate),
                ) => finest = finest.max(rate.decimals()),
                None => {}
            }
        }
    }
}
