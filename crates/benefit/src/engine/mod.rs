//! Computes a split: the catalogue divides the lines, the basic pool divides what is in scope, accounts pay of what is
//! left to the person, cash is the rest.
//!
//! Layers that act on what the pool leaves (large sums, catastrophic, civil servants, medical aid) come between pool
//! and accounts.

mod account;
mod line;
mod pool;
mod rounding;
mod sharing;

use model::{Fen, LineSplit};

use crate::policy::{Policy, Rounding, Situation};
use crate::trace::{Recorder, Silent, Step, StepKind};
use crate::{Case, CaseLine, Refusal, Split, Trace};
use account::Unpaid;
use line::{Bill, LineParts};
use pool::Pool;

/// Divides one line by the catalogue alone, as an institution is told when it uploads fee items (2204). Whether the
/// person has the benefit at all is decided when the bill is split.
///
/// # Errors
/// The line is refused.
pub fn split_line(policy: &Policy, line: &CaseLine) -> Result<LineSplit, Refusal> {
    Ok(LineParts::of(policy, line, 0, &mut Silent)?.rounded(line)?)
}

/// Divides a bill among its payers.
///
/// # Errors
/// The person has no benefit in these circumstances, a line is refused, or the policy does not know a value that the
/// bill needs.
pub fn split(policy: &Policy, case: &Case) -> Result<Split, Refusal> {
    run(policy, case, &mut Silent)
}

/// Divides a bill among its payers and keeps every step.
///
/// # Errors
/// As [`split`].
pub fn explain(policy: &Policy, case: &Case) -> Result<(Split, Trace), Refusal> {
    let mut trace = Trace::default();
    let split = run(policy, case, &mut trace)?;
    Ok((split, trace))
}

/// What every step reads.
struct Context<'a> {
    policy: &'a Policy,
    situation: Situation<'a>,
    case: &'a Case,
}

impl Context<'_> {
    const fn rounding(&self) -> Rounding {
        self.policy.general.rounding.value
    }
}

fn run(policy: &Policy, case: &Case, recorder: &mut impl Recorder) -> Result<Split, Refusal> {
    if case.lines.is_empty() {
        return Err(Refusal::NoLines);
    }
    let situation = policy.situation(&case.circumstances())?;
    recorder.begin(situation.year, situation.facts.age);
    let context = Context { policy, situation, case };
    let total = Fen::sum(case.lines.iter().map(|line| line.amount))?;
    record_beginning(&context, total, recorder);

    let (bill, lines) = line::divide(policy, case, total, recorder)?;
    let pool = pool::divide(&context, &bill, recorder)?;
    let unpaid = Unpaid::of(&bill, &pool);
    let account = account::pay(&context, unpaid, pool.account, recorder)?;
    let paid = Fen::sum([pool.pool_fund, account.current_year, account.previous_years])?;
    let cash = total.minus(paid)?;
    let lane = &context.situation.lane.lane.rule;
    recorder.record(|| Step::new(StepKind::Cash, lane, total, cash));
    record_rounding_of_the_bill(&context, &bill, &pool, recorder)?;
    Ok(Split {
        total,
        fully_self_paid: bill.fully_self_paid,
        over_limit: bill.over_limit,
        first_self_paid: bill.first_self_paid,
        in_scope: bill.in_scope,
        account_band: pool.account_band,
        deductible: pool.deductible,
        co_payment: pool.co_payment,
        above_ceiling: pool.above_ceiling,
        pool_fund: pool.pool_fund,
        catastrophic: Fen::ZERO,
        large_sum: Fen::ZERO,
        civil_servant: Fen::ZERO,
        enterprise: Fen::ZERO,
        medical_aid: Fen::ZERO,
        other_fund: Fen::ZERO,
        hospital: Fen::ZERO,
        account_current_year: account.current_year,
        account_previous_years: account.previous_years,
        mutual_aid_paid: Fen::ZERO,
        cash,
        pool_ratio: pool.ratio,
        lines,
        accumulated: pool.accumulated,
    })
}

fn record_beginning(context: &Context<'_>, total: Fen, recorder: &mut impl Recorder) {
    let rules = [
        (StepKind::Lane, &context.situation.lane.lane.rule),
        (StepKind::MedicalYear, &context.policy.general.medical_year.rule),
        (StepKind::Age, &context.policy.general.age.rule),
    ];
    for (kind, rule) in rules {
        recorder.record(|| Step::new(kind, rule, total, Fen::ZERO));
    }
}

/// Where the bill's parts are rounded as a whole, the steps do not add up to them: the difference is a step too.
fn record_rounding_of_the_bill(
    context: &Context<'_>,
    bill: &Bill,
    pool: &Pool,
    recorder: &mut impl Recorder,
) -> Result<(), Refusal> {
    let rule = &context.policy.general.rounding.rule;
    for (kind, amount) in [
        (StepKind::FullySelfPaid, bill.fully_self_paid),
        (StepKind::OverLimit, bill.over_limit),
        (StepKind::FirstSelfPaid, bill.first_self_paid),
        (StepKind::InScope, bill.in_scope),
        (StepKind::AccountBand, pool.account_band),
        (StepKind::Deductible, pool.deductible),
        (StepKind::CoPayment, pool.co_payment),
        (StepKind::AboveCeiling, pool.above_ceiling),
        (StepKind::PoolFund, pool.pool_fund),
    ] {
        recorder.settle(kind, amount, rule)?;
    }
    Ok(())
}
