//! The explanation of a split: every step with its basis, its rule and its source.

use std::sync::Arc;

use model::{Date, Fen, Overflow, Rate};
use serde::{Deserialize, Serialize};

use crate::policy::{Citation, Rule, Title};

/// What a step gives. The results of all steps of one kind add up to the amount of the split with that name; the
/// kinds of the first group give no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The lane that takes the bill. The basis is the total.
    Lane,
    /// The medical year whose accumulators count, [`Trace::medical_year`].
    MedicalYear,
    /// The age by which rules are chosen, [`Trace::age`].
    Age,
    /// How the stay was cut into bills, of which this is one.
    Stay,
    /// `basis` times `rate` was not a whole number of fen; the result is what was taken.
    Rounding,
    /// The standard of the deductible was changed from `basis` to `limit`.
    DeductibleChange,
    /// The fund's ratio for `basis` was changed to `rate`.
    RatioChange,

    /// Adds to 全自费; the reason says why nothing of it is reimbursed.
    FullySelfPaid,
    /// Adds to 超限价自费: what lies over the ceiling, `limit`, of the unit price.
    OverLimit,
    /// Adds to 先行自付: `basis` times `rate`.
    FirstSelfPaid,
    /// Adds to 符合政策范围.
    InScope,
    /// In-scope money that the account comes first for.
    AccountBand,
    /// In-scope money that the person bears: what is left, after `before`, of the standard, `limit`.
    Deductible,
    /// The person's share, `rate`, of one segment's `basis`.
    CoPayment,
    /// In-scope money beyond the ceiling, `limit`, of which `before` was used up.
    AboveCeiling,
    /// The pooled fund's share, `rate`, of one segment's `basis`.
    PoolFund,
    /// In-scope money beyond the price of the case, `limit`, that the hospital bears.
    Hospital,
    /// 大病保险's share, `rate`, of one stretch, `basis`, of the burden, of which `before` had accumulated.
    Catastrophic,
    /// 大额医疗费用补助's share of one stretch of the burden.
    LargeSum,
    /// 公务员医疗补助's share of one stretch of the burden.
    CivilServant,
    /// 企业补充医疗保险's share of one stretch of the burden.
    Enterprise,
    /// 医疗救助's share of one stretch of the burden.
    MedicalAid,
    /// Another fund's share of one stretch of the burden.
    OtherFund,
    /// Paid from this year's account money; `limit` is the balance.
    AccountCurrentYear,
    /// Paid from earlier years' account money; `limit` is the balance.
    AccountPreviousYears,
    /// Paid from a relative's account; `limit` is what it may pay.
    MutualAid,
    /// Credited to the person's account: `rate` of `basis`, for one month or several.
    AccountCredit,
    /// Taken back of what was credited.
    TakenBack,
    /// Of the account's money, `basis`, what a relative may use.
    Shared,
    /// Of a payment, `basis`, what needs no PIN; `limit` is the most a payment.
    WithoutPin,
    /// What is left to pay.
    Cash,
}

/// Why a step gave what it gave, where the amounts do not say it; above all why something is *not* paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The item is of class C.
    ClassC,
    /// The item is not in the catalogue.
    NotInCatalogue,
    /// The item is reimbursed only under conditions, and the hospital has not approved its use.
    LimitedUseNotApproved,
    /// The hospital examined the use and did not approve it.
    ApprovalRefused,
    /// The unit price is over its ceiling.
    PriceOverCeiling,
    /// The person had borne the whole deductible already.
    DeductibleMet,
    /// The deductible takes all that is left.
    WithinDeductible,
    /// All deductibles of the medical year have come to the most that they may.
    DeductiblesReachTheirMost,
    /// The stay goes on over the end of a medical year: only what is left of the earlier year's deductible is owed.
    DeductibleOfEarlierYear,
    /// The deductible is taken from what the fund would pay.
    DeductibleOffFund,
    /// The stay continues an earlier one, whose deductible counts.
    ContinuesEarlierStay,
    /// Nothing was left for the fund: it lay within the deductible, or the account paid it before.
    NothingLeftForFund,
    /// One price is for all fees of the case, whatever the catalogue says of the item.
    WithinPriceOfAll,
    /// The fees are over the price of the case.
    OverFixedPrice,
    /// The fund pays its guaranteed share.
    GuaranteedMinimum,
    /// The burden has not reached the amount from which this fund pays.
    BelowStart,
    /// This fund pays once, when the medical year has ended.
    PaidAtYearEnd,
    /// Every month's amount was rounded for itself.
    RoundedByMonth,
    /// What this fund paid for the year before, when it is settled again.
    PaidBefore,
    /// The insurance ended before the months for which the account was credited.
    InsuranceEnded,
    /// The ceiling was reached with this bill.
    CeilingReached,
    /// The ceiling had been reached before.
    CeilingUsedUp,
    /// The person declined to use the account.
    AccountDeclined,
    /// There is no money in the account.
    AccountEmpty,
    /// By the rules the account pays nothing here.
    AccountMayNotPay,
    /// The account does not reach for all of it.
    AccountTooSmall,
    /// What is left in the account must stay there.
    AccountKeepsRest,
    /// What the rounding of the first self-payment leaves over is in scope.
    RestInScope,
    /// The bill was rounded as a whole: what its steps, shown rounded, lack.
    RoundedAsAWhole,
    /// The odd fen stays with the person.
    OddFenToPerson,
    /// The odd fen stays with the fund.
    OddFenToFund,
}

/// One step of the computation. Amounts are rounded for display where the policy computes on beyond the fen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What the step gives.
    pub step: StepKind,
    /// The rule that was applied.
    pub rule: Arc<str>,
    /// The first day on which this version of the rule applies.
    pub from: Date,
    /// What the rule is called.
    pub title: Arc<Title>,
    /// Where the rule was read.
    pub source: Arc<Citation>,
    /// The line of the bill, counted from zero, where the step is of one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What the step was applied to.
    pub basis: Fen,
    /// The ratio that was applied to the basis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// The standard, ceiling, balance or upper end of the segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Fen>,
    /// What earlier settlements had used of the limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Fen>,
    /// What the step gave.
    pub result: Fen,
    /// Why, where the amounts do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

impl Step {
    pub(crate) fn new(step: StepKind, rule: &Rule, basis: Fen, result: Fen) -> Self {
        Self {
            step,
            rule: Arc::clone(&rule.id),
            from: rule.from,
            title: Arc::clone(&rule.title),
            source: Arc::clone(&rule.source),
            line: None,
            basis,
            rate: None,
            limit: None,
            before: None,
            result,
            reason: None,
        }
    }

    pub(crate) const fn line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    pub(crate) const fn rate(mut self, rate: Rate) -> Self {
        self.rate = Some(rate);
        self
    }

    pub(crate) const fn limit(mut self, limit: Fen) -> Self {
        self.limit = Some(limit);
        self
    }

    pub(crate) const fn before(mut self, before: Fen) -> Self {
        self.before = Some(before);
        self
    }

    pub(crate) const fn because(mut self, reason: Option<Reason>) -> Self {
        self.reason = reason;
        self
    }
}

/// All steps of one split, in the order in which they were taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Trace {
    /// The medical year whose accumulators counted, by the calendar year in which it begins.
    pub medical_year: i16,
    /// Age of the person by which rules were chosen, in full years.
    pub age: u16,
    /// The day whose version of the policy settled the bill, where it is not the day of the bill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules_on: Option<Date>,
    /// The steps.
    pub steps: Vec<Step>,
}

impl Step {
    /// Whether the step says by what the bill is settled, before anything is divided.
    pub(crate) const fn is_circumstance(&self) -> bool {
        matches!(self.step, StepKind::Lane | StepKind::MedicalYear | StepKind::Age | StepKind::Stay)
    }

    /// Whether the step shows its rule at work, and not only that it was looked at.
    #[must_use]
    pub const fn tells_something(&self) -> bool {
        if matches!(self.reason, Some(Reason::NothingLeftForFund)) {
            return false;
        }
        let circumstance =
            self.is_circumstance() || matches!(self.step, StepKind::DeductibleChange | StepKind::RatioChange);
        // A standard of nothing is a rule at work: it waives the deductible.
        let waived = matches!(self.step, StepKind::Deductible) && matches!(self.limit, Some(Fen::ZERO));
        circumstance || waived || !self.result.is_zero() || self.reason.is_some()
    }
}

impl Trace {
    /// The sum of the results of all steps of one kind.
    ///
    /// # Errors
    /// The sum leaves the range of money.
    pub fn total(&self, kind: StepKind) -> Result<Fen, Overflow> {
        Fen::sum(self.steps.iter().filter(|step| step.step == kind).map(|step| step.result))
    }
}

/// Who listens to the computation. The computation is the same whoever listens; a recorder that does not listen costs
/// nothing, because the step is built only on demand.
pub(crate) trait Recorder {
    /// Takes a step.
    fn record(&mut self, step: impl FnOnce() -> Step);
    /// Makes the steps of a kind add up to `amount`, which was rounded as a whole by `rule`.
    fn settle(&mut self, kind: StepKind, amount: Fen, rule: &Rule) -> Result<(), Overflow>;
    /// Takes the medical year, the age, and the day whose rules count where it is not that of the bill.
    fn begin(&mut self, medical_year: i16, age: u16, rules_on: Option<Date>);
}

/// Nobody listens.
pub(crate) struct Silent;

impl Recorder for Silent {
    fn record(&mut self, _: impl FnOnce() -> Step) {}
    fn settle(&mut self, _: StepKind, _: Fen, _: &Rule) -> Result<(), Overflow> {
        Ok(())
    }
    fn begin(&mut self, _: i16, _: u16, _: Option<Date>) {}
}

impl Recorder for Trace {
    fn record(&mut self, step: impl FnOnce() -> Step) {
        self.steps.push(step());
    }

    fn settle(&mut self, kind: StepKind, amount: Fen, rule: &Rule) -> Result<(), Overflow> {
        let missing = amount.minus(self.total(kind)?)?;
        if !missing.is_zero() {
            let step = Step::new(kind, rule, amount, missing).because(Some(Reason::RoundedAsAWhole));
            self.steps.push(step);
        }
        Ok(())
    }

    fn begin(&mut self, medical_year: i16, age: u16, rules_on: Option<Date>) {
        self.medical_year = medical_year;
        self.age = age;
        self.rules_on = rules_on;
    }
}
