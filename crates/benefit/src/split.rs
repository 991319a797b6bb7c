//! Who pays what of one bill.

use std::fmt;

use model::{Fen, LineSplit, Overflow, Rate};
use serde::{Deserialize, Serialize};

use crate::accumulators::Accumulated;

/// A bill divided among its payers, every amount in whole fen.
///
/// First the bill divides by the catalogue: `total = fully_self_paid + over_limit + first_self_paid + in_scope`. Then
/// the basic pool divides what is in scope: `in_scope = account_band + deductible + co_payment + above_ceiling +
/// pool_fund + hospital`. The other funds act on what that leaves to the person. What no fund pays, the person pays:
/// `total = funds + hospital + account + mutual aid + cash`. [`Split::check`] asserts all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// 医疗费总额, `medfee_sumamt`.
    pub total: Fen,
    /// 全自费, `fulamt_ownpay_amt`.
    pub fully_self_paid: Fen,
    /// 超限价自费, `overlmt_selfpay`.
    pub over_limit: Fen,
    /// 先行自付, `preselfpay_amt`.
    pub first_self_paid: Fen,
    /// 符合政策范围, `inscp_scp_amt`.
    pub in_scope: Fen,
    /// 账户段: the in-scope money that the person's account comes before the deductible for.
    pub account_band: Fen,
    /// 起付线, `act_pay_dedc`: what the person bears before the fund pays.
    pub deductible: Fen,
    /// The person's share beside the fund's.
    pub co_payment: Fen,
    /// 超封顶: in-scope money beyond the ceiling.
    pub above_ceiling: Fen,
    /// 统筹基金支付, `hifp_pay`.
    pub pool_fund: Fen,
    /// 大病保险, `hifmi_pay`.
    pub catastrophic: Fen,
    /// 大额医疗费用补助, `hifob_pay`.
    pub large_sum: Fen,
    /// 公务员医疗补助, `cvlserv_pay`.
    pub civil_servant: Fen,
    /// 企业补充医疗保险, `hifes_pay`.
    pub enterprise: Fen,
    /// 医疗救助, `maf_pay`.
    pub medical_aid: Fen,
    /// Other funds, `oth_pay`.
    pub other_fund: Fen,
    /// 医院负担, `hosp_part_amt`.
    pub hospital: Fen,
    /// 个人账户当年, part of `acct_pay`.
    pub account_current_year: Fen,
    /// 个人账户历年, part of `acct_pay`.
    pub account_previous_years: Fen,
    /// 家庭共济, `acct_mulaid_pay`.
    pub mutual_aid_paid: Fen,
    /// 现金, `psn_cash_pay`.
    pub cash: Fen,
    /// The fund's ratio in the last segment that the bill reached, `pool_prop_selfpay`.
    pub pool_ratio: Rate,
    /// How each line divides by the catalogue, in the order of the bill.
    pub lines: Vec<LineSplit>,
    /// What this settlement adds to the accumulators.
    pub accumulated: Vec<Accumulated>,
}

/// Amounts of a split do not add up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{identity} does not hold: {left} is not {right}")]
pub struct IdentityError {
    /// The identity that is broken.
    pub identity: Identity,
    /// Left side, in yuan.
    pub left: Fen,
    /// Right side, in yuan.
    pub right: Fen,
}

/// What must hold between the amounts of a split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// The bill divides by the catalogue without rest.
    Catalogue,
    /// The money in scope divides without rest.
    Scope,
    /// Funds, hospital and person pay the whole bill.
    Payers,
    /// The lines add up to the bill.
    Lines,
    /// A part of the lines adds up to that part of the bill, but for the rounding of a fen a line.
    LineParts,
    /// No part has the opposite sign of the bill.
    Sign,
    /// A sum left the range of money.
    Range,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Catalogue => "total = fully self-paid + over-limit + first-self-paid + in-scope",
            Self::Scope => {
                "in-scope = account band + deductible + co-payment + above the ceiling + pooled fund + hospital"
            }
            Self::Payers => "total = funds + hospital + person",
            Self::Lines => "total = sum of the lines",
            Self::LineParts => "part of the bill = sum of that part of the lines",
            Self::Sign => "every part has the sign of the total",
            Self::Range => "every sum is in the range of money",
        })
    }
}

impl From<Overflow> for IdentityError {
    fn from(_: Overflow) -> Self {
        Self { identity: Identity::Range, left: Fen::ZERO, right: Fen::ZERO }
    }
}

fn equal(identity: Identity, left: Fen, right: Fen) -> Result<(), IdentityError> {
    if left == right { Ok(()) } else { Err(IdentityError { identity, left, right }) }
}

impl Split {
    /// The names of all amounts, in the order of [`Split::amounts`].
    pub const AMOUNTS: [&'static str; 21] = [
        "total",
        "fully_self_paid",
        "over_limit",
        "first_self_paid",
        "in_scope",
        "account_band",
        "deductible",
        "co_payment",
        "above_ceiling",
        "pool_fund",
        "catastrophic",
        "large_sum",
        "civil_servant",
        "enterprise",
        "medical_aid",
        "other_fund",
        "hospital",
        "account_current_year",
        "account_previous_years",
        "mutual_aid_paid",
        "cash",
    ];

    /// Every amount with its name, in the order of the fields.
    #[must_use]
    pub fn amounts(&self) -> [(&'static str, Fen); 21] {
        let amounts = [
            self.total,
            self.fully_self_paid,
            self.over_limit,
            self.first_self_paid,
            self.in_scope,
            self.account_band,
            self.deductible,
            self.co_payment,
            self.above_ceiling,
            self.pool_fund,
            self.catastrophic,
            self.large_sum,
            self.civil_servant,
            self.enterprise,
            self.medical_aid,
            self.other_fund,
            self.hospital,
            self.account_current_year,
            self.account_previous_years,
            self.mutual_aid_paid,
            self.cash,
        ];
        std::array::from_fn(|place| (Self::AMOUNTS[place], amounts[place]))
    }

    /// What all funds together pay (`fund_pay_sumamt`).
    ///
    /// # Errors
    /// The sum leaves the range of money.
    pub fn fund_total(&self) -> Result<Fen, Overflow> {
        Fen::sum([
            self.pool_fund,
            self.catastrophic,
            self.large_sum,
            self.civil_servant,
            self.enterprise,
            self.medical_aid,
            self.other_fund,
        ])
    }

    /// What the person pays: account, mutual aid and cash (`psn_part_amt`).
    ///
    /// # Errors
    /// The sum leaves the range of money.
    pub fn person_total(&self) -> Result<Fen, Overflow> {
        Fen::sum([self.account_paid()?, self.mutual_aid_paid, self.cash])
    }

    /// What the person's own account pays, of this year's and of earlier years' money.
    ///
    /// # Errors
    /// The sum leaves the range of money.
    pub fn account_paid(&self) -> Result<Fen, Overflow> {
        self.account_current_year.plus(self.account_previous_years)
    }

    /// Asserts every identity between the amounts.
    ///
    /// # Errors
    /// The first identity that does not hold.
    pub fn check(&self) -> Result<(), IdentityError> {
        let catalogue =
            Fen::sum([self.fully_self_paid, self.over_limit, self.first_self_paid, self.in_scope])?;
        equal(Identity::Catalogue, self.total, catalogue)?;
        let scope = Fen::sum([
            self.account_band,
            self.deductible,
            self.co_payment,
            self.above_ceiling,
            self.pool_fund,
            self.hospital,
        ])?;
        equal(Identity::Scope, self.in_scope, scope)?;
        let payers = Fen::sum([self.fund_total()?, self.hospital, self.person_total()?])?;
        equal(Identity::Payers, self.total, payers)?;
        self.check_lines()?;
        for (_, amount) in self.amounts() {
            let opposite =
                (amount.get() < 0 && self.total.get() >= 0) || (amount.get() > 0 && self.total.get() <= 0);
            if opposite {
                return Err(IdentityError { identity: Identity::Sign, left: amount, right: self.total });
            }
        }
        Ok(())
    }

    fn check_lines(&self) -> Result<(), IdentityError> {
        let mut sums = [Fen::ZERO; 4];
        for line in &self.lines {
            let parts = [line.fully_self_paid, line.over_limit, line.first_self_paid, line.in_scope];
            for (sum, part) in sums.iter_mut().zip(parts) {
                *sum = sum.plus(part)?;
            }
        }
        equal(Identity::Lines, self.total, Fen::sum(sums)?)?;
        let bill = [self.fully_self_paid, self.over_limit, self.first_self_paid, self.in_scope];
        let allowed = u64::try_from(self.lines.len()).unwrap_or(u64::MAX);
        for (sum, part) in sums.into_iter().zip(bill) {
            if sum.minus(part)?.get().unsigned_abs() > allowed {
                return Err(IdentityError { identity: Identity::LineParts, left: part, right: sum });
            }
        }
        Ok(())
    }

    /// The mirror of this split, as a reversal books it: every amount negative.
    ///
    /// # Errors
    /// An amount leaves the range of money.
    pub fn negated(&self) -> Result<Self, Overflow> {
        let lines = self.lines.iter().map(|line| {
            Ok(LineSplit {
                fully_self_paid: line.fully_self_paid.negated()?,
                over_limit: line.over_limit.negated()?,
                first_self_paid: line.first_self_paid.negated()?,
                in_scope: line.in_scope.negated()?,
                ..*line
            })
        });
        let accumulated =
            self.accumulated.iter().map(|(year, name, amount)| Ok((*year, name.clone(), amount.negated()?)));
        Ok(Self {
            total: self.total.negated()?,
            fully_self_paid: self.fully_self_paid.negated()?,
            over_limit: self.over_limit.negated()?,
            first_self_paid: self.first_self_paid.negated()?,
            in_scope: self.in_scope.negated()?,
            account_band: self.account_band.negated()?,
            deductible: self.deductible.negated()?,
            co_payment: self.co_payment.negated()?,
            above_ceiling: self.above_ceiling.negated()?,
            pool_fund: self.pool_fund.negated()?,
            catastrophic: self.catastrophic.negated()?,
            large_sum: self.large_sum.negated()?,
            civil_servant: self.civil_servant.negated()?,
            enterprise: self.enterprise.negated()?,
            medical_aid: self.medical_aid.negated()?,
            other_fund: self.other_fund.negated()?,
            hospital: self.hospital.negated()?,
            account_current_year: self.account_current_year.negated()?,
            account_previous_years: self.account_previous_years.negated()?,
            mutual_aid_paid: self.mutual_aid_paid.negated()?,
            cash: self.cash.negated()?,
            pool_ratio: self.pool_ratio,
            lines: lines.collect::<Result<_, Overflow>>()?,
            accumulated: accumulated.collect::<Result<_, Overflow>>()?,
        })
    }
}
