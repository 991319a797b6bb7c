//! Who pays what of a bill.

use benefit::Split;
use model::{Fen, Overflow};

use super::i18n::Text;
use super::shell::Shell;

/// A payer besides the pool fund (统筹基金), the accounts and cash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherPayer {
    /// 大病保险, `hifmi_pay`.
    Catastrophic,
    /// 大额医疗补助, `hifob_pay`.
    LargeSum,
    /// 公务员医疗补助, `cvlserv_pay`.
    CivilServant,
    /// 企业补充医疗保险, `hifes_pay`.
    Enterprise,
    /// 医疗救助, `maf_pay`.
    MedicalAid,
    /// 其他基金, `oth_pay`.
    OtherFund,
    /// 医院负担, `hosp_part_amt`.
    Hospital,
}

/// What one other payer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherShare {
    /// Payer.
    pub payer: OtherPayer,
    /// Amount.
    pub amount: Fen,
}

impl OtherShare {
    /// The payer in words: `大病保险支付`.
    #[must_use]
    pub fn label(&self, shell: &Shell) -> Text {
        shell.t(match self.payer {
            OtherPayer::Catastrophic => "fund-catastrophic",
            OtherPayer::LargeSum => "fund-large-sum",
            OtherPayer::CivilServant => "fund-civil-servant",
            OtherPayer::Enterprise => "fund-enterprise",
            OtherPayer::MedicalAid => "fund-medical-aid",
            OtherPayer::OtherFund => "fund-other",
            OtherPayer::Hospital => "hospital-borne",
        })
    }
}

/// Who pays what, as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Amounts {
    /// 医疗费总额.
    pub total: Fen,
    /// 全自费.
    pub fully_self_paid: Fen,
    /// 超限价自费.
    pub over_limit: Fen,
    /// 先行自付.
    pub first_self_paid: Fen,
    /// 符合政策范围.
    pub in_scope: Fen,
    /// 账户段, part of what is in scope.
    pub account_band: Fen,
    /// 起付线, part of what is in scope.
    pub deductible: Fen,
    /// The person's share beside the fund's, part of what is in scope.
    pub co_payment: Fen,
    /// 超封顶, part of what is in scope.
    pub above_ceiling: Fen,
    /// 统筹基金支付.
    pub pool_fund: Fen,
    /// Other payers that pay something.
    pub others: Vec<OtherShare>,
    /// 个人账户支付, the sum of the two below.
    pub account_paid: Fen,
    /// 当年账户支付.
    pub account_current_year: Fen,
    /// 历年账户支付.
    pub account_previous_years: Fen,
    /// 家庭共济支付.
    pub mutual_aid_paid: Fen,
    /// 个人现金支付.
    pub cash: Fen,
}

/// One piece of the bar that shows the shares, in thousandths of its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BarPiece {
    /// CSS class: `fund`, `account`, `cash`.
    pub class: &'static str,
    /// Where it begins.
    pub start: i64,
    /// How wide it is.
    pub width: i64,
}

impl Amounts {
    /// The amounts of a split.
    ///
    /// # Errors
    /// The two parts of the account together leave the range of money.
    pub fn of(split: &Split) -> Result<Self, Overflow> {
        let others = [
            (OtherPayer::Catastrophic, split.catastrophic),
            (OtherPayer::LargeSum, split.large_sum),
            (OtherPayer::CivilServant, split.civil_servant),
            (OtherPayer::Enterprise, split.enterprise),
            (OtherPayer::MedicalAid, split.medical_aid),
            (OtherPayer::OtherFund, split.other_fund),
            (OtherPayer::Hospital, split.hospital),
        ];
        Ok(Self {
            total: split.total,
            fully_self_paid: split.fully_self_paid,
            over_limit: split.over_limit,
            first_self_paid: split.first_self_paid,
            in_scope: split.in_scope,
            account_band: split.account_band,
            deductible: split.deductible,
            co_payment: split.co_payment,
            above_ceiling: split.above_ceiling,
            pool_fund: split.pool_fund,
            others: others
                .into_iter()
                .filter(|(_, amount)| !amount.is_zero())
                .map(|(payer, amount)| OtherShare { payer, amount })
                .collect(),
            account_paid: split.account_current_year.plus(split.account_previous_years)?,
            account_current_year: split.account_current_year,
            account_previous_years: split.account_previous_years,
            mutual_aid_paid: split.mutual_aid_paid,
            cash: split.cash,
        })
    }

    /// The shares of funds, accounts and cash as pieces of a bar; empty when nothing was billed.
    #[must_use]
    pub fn bar(&self) -> Vec<BarPiece> {
        let funds = self.others.iter().map(|share| share.amount).chain([self.pool_fund]);
        let shares = [
            ("fund", Fen::sum(funds)),
            ("account", self.account_paid.plus(self.mutual_aid_paid)),
            ("cash", Ok(self.cash)),
        ];
        let mut pieces = Vec::new();
        let mut start = 0_i64;
        for (class, share) in shares {
            let width = share.ok().and_then(|share| thousandths(share, self.total)).unwrap_or(0);
            if width > 0 {
                pieces.push(BarPiece { class, start, width });
                start = start.saturating_add(width);
            }
        }
        pieces
    }
}

/// `part` of `whole` in thousandths, rounded down; `None` when there is no share to show.
fn thousandths(part: Fen, whole: Fen) -> Option<i64> {
    let share = part.get().checked_mul(1000)?.checked_div(whole.get())?;
    Some(share.clamp(0, 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_shows_each_share_and_never_more_than_the_whole() {
        let amounts = Amounts {
            total: Fen::new(20_000),
            pool_fund: Fen::new(9_000),
            others: vec![OtherShare { payer: OtherPayer::CivilServant, amount: Fen::new(1_000) }],
            account_paid: Fen::new(6_000),
            cash: Fen::new(4_000),
            ..Amounts::default()
        };
        let pieces: Vec<_> = amounts.bar().iter().map(|p| (p.class, p.start, p.width)).collect();
        assert_eq!(pieces, [("fund", 0, 500), ("account", 500, 300), ("cash", 800, 200)]);
        assert!(Amounts::default().bar().is_empty());
        assert!(Amounts { total: Fen::new(100), ..Amounts::default() }.bar().is_empty());
    }
}
