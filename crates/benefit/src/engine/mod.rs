//! Computes a split: the catalogue divides the lines, the basic pool divides what is in scope, the layers above it pay of
//! what the pool leaves, accounts pay of what the layers leave, cash is the rest.

mod account;
mod burden;
mod ceiling;
mod deductible;
mod layer;
mod line;
mod pool;
mod ratio;
mod rounding;
mod sharing;
mod sums;

use model::{Fen, LineSplit};

use crate::policy::{Lane, Policy, Rounding, RoundingStage, Situation, Stage};
use crate::trace::{Recorder, Silent, Step, StepKind};
use crate::{Case, CaseLine, Refusal, Split, Trace};
use account::Turn;
use burden::Burden;
pub(crate) use layer::{Layers, Paying, step_kind};
use line::{Bill, LineParts, Place};
use pool::Pool;
use sums::Sums;

/// Divides one line by the catalogue alone, as an institution is told when it uploads fee items (2204). Whether the
/// person has the benefit at all, and what rules of the visit change, is decided when the bill is split.
///
/// # Errors
/// The line is refused.
pub fn split_line(policy: &Policy, line: &CaseLine) -> Result<LineSplit, Refusal> {
    Ok(LineParts::of(Place { policy, visit: None }, line, 0, &mut Silent)?.rounded(line)?)
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
    let rules_on = case.particulars.stay.as_ref().and_then(|stay| stay.rules_on);
    recorder.begin(situation.year, situation.age, rules_on);
    let context = Context { policy, situation, case };
    let total = Fen::sum(case.lines.iter().map(|line| line.amount))?;
    record_beginning(&context, total, recorder);

    let (bills, lines) = divide_lines(&context, recorder)?;
    let mut sums = Sums::new(&context);
    let (mut bill, mut pool) = (Bill::default(), Pool::default());
    // What is left to the person: of the lane of the visit, and of each lane of items that has layers of its own.
    let mut left: Vec<(&Lane, Burden)> = vec![(context.situation.lane, Burden::default())];
    for (lane, part) in &bills {
        bill = bill.plus(part)?;
        // A lane all of whose lines have lanes of their own divides nothing, and asks for no value.
        if part.total.is_zero() {
            continue;
        }
        let of_lane = pool::divide(&context, lane, part, &mut sums, recorder)?;
        let burden = Burden::of(part, &of_lane, context.rounding().rounds_at(RoundingStage::PerSegment));
        if lane.rule.of.is_some() && lane.rule.stages.contains(&Stage::Layer) {
            left.push((lane, burden));
        } else if let Some((_, together)) = left.first_mut() {
            together.add(&burden)?;
        }
        pool = pool.plus(of_lane)?;
    }
    let account = account::pay(&context, Turn::BeforeLayers, &mut left, pool.account, recorder)?;
    let mut layers = Layers::default();
    for (lane, burden) in &mut left {
        layer::pay(&context, lane, burden, (&mut sums, &mut layers), recorder)?;
    }
    let account = account::pay(&context, Turn::AtTheEnd, &mut left, account, recorder)?;
    let mut split = Split {
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
        catastrophic: layers.catastrophic,
        large_sum: layers.large_sum,
        civil_servant: layers.civil_servant,
        enterprise: layers.enterprise,
        medical_aid: layers.medical_aid,
        other_fund: layers.other_fund,
        hospital: pool.hospital,
        account_current_year: account.current_year,
        account_previous_years: account.previous_years,
        mutual_aid_paid: account.mutual_aid,
        cash: Fen::ZERO,
        pool_ratio: pool.ratio,
        lines,
        accumulated: sums.into_accumulated()?,
    };
    let paid = Fen::sum([split.fund_total()?, split.hospital, split.person_total()?])?;
    split.cash = total.minus(paid)?;
    let lane = &context.situation.lane.lane.rule;
    recorder.record(|| Step::new(StepKind::Cash, lane, total, split.cash));
    record_rounding_of_the_bill(&context, &split, recorder)?;
    Ok(split)
}

/// The lines of one lane of a bill.
type Part<'a> = (&'a Lane, Bill);

/// Divides every line, and adds up the lines that each lane takes: the lane of the visit first, then those of items.
fn divide_lines<'a>(
    context: &'a Context<'_>,
    recorder: &mut impl Recorder,
) -> Result<(Vec<Part<'a>>, Vec<LineSplit>), Refusal> {
    let (policy, situation) = (context.policy, &context.situation);
    let mut parts: Vec<Part<'a>> = vec![(situation.lane, Bill::default())];
    parts.extend(situation.item_lanes.iter().map(|lane| (*lane, Bill::default())));
    let mut lines = Vec::with_capacity(context.case.lines.len());
    for (index, line) in context.case.lines.iter().enumerate() {
        let own = |(lane, _): &&mut Part<'a>| {
            lane.rule.of.is_some() && lane.lane.holds(&line::facts_of(policy, &situation.facts, line))
        };
        let place = if situation.item_lanes.is_empty() { None } else { parts.iter_mut().find(own) };
        let Some((lane, bill)) = (match place {
            Some(part) => Some(part),
            None => parts.first_mut(),
        }) else {
            continue;
        };
        let place = Place { policy, visit: Some((lane, &situation.facts)) };
        let divided = LineParts::of(place, line, index, recorder)?;
        bill.add(&divided, line.amount)?;
        lines.push(divided.rounded(line)?);
    }
    for (_, bill) in &mut parts {
        bill.close(policy)?;
    }
    // A lane without lines takes no part, but for the lane of the visit, whose rules the person may ask for.
    let recorded = |(lane, bill): &&Part<'a>| lane.rule.of.is_some() && !bill.total.is_zero();
    for (lane, bill) in parts.iter().filter(recorded) {
        recorder.record(|| Step::new(StepKind::Lane, &lane.lane.rule, bill.total, Fen::ZERO));
    }
    let mut first = true;
    parts.retain(|(_, bill)| std::mem::take(&mut first) || !bill.total.is_zero());
    Ok((parts, lines))
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
    split: &Split,
    recorder: &mut impl Recorder,
) -> Result<(), Refusal> {
    let rule = &context.policy.general.rounding.rule;
    for (kind, amount) in [
        (StepKind::FullySelfPaid, split.fully_self_paid),
        (StepKind::OverLimit, split.over_limit),
        (StepKind::FirstSelfPaid, split.first_self_paid),
        (StepKind::InScope, split.in_scope),
        (StepKind::AccountBand, split.account_band),
        (StepKind::Deductible, split.deductible),
        (StepKind::CoPayment, split.co_payment),
        (StepKind::AboveCeiling, split.above_ceiling),
        (StepKind::PoolFund, split.pool_fund),
        (StepKind::Hospital, split.hospital),
    ] {
        recorder.settle(kind, amount, rule)?;
    }
    Ok(())
}
