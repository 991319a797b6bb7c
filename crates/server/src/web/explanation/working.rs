//! What a step prints: an equation where the printed numbers give the result, else what it rests on, side by side.
//!
//! An equals sign is a promise. It stands only where the printed terms, computed from the left with their signs and
//! rounded half up to the fen, give the printed result. Much of a calculation is not of that kind: the least of two
//! amounts, what a ceiling leaves, sums of parts that were not rounded. There the result follows after an arrow.

use benefit::{Reason, StepKind};
use model::{Exact, Fen, Overflow, Rate};

use super::{ExplainedStep, is_account, is_layer};
use crate::web::i18n::{Language, Text};
use crate::web::shell::Shell;

/// An amount or a share, as a term of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// An amount of money.
    Amount(Fen),
    /// A share of an amount.
    Share(Rate),
}

impl Value {
    /// As it is written in a column of numbers: yuan without the unit, or percent.
    #[must_use]
    pub fn written(&self, shell: &Shell) -> String {
        match self {
            Self::Amount(amount) => shell.amount(amount),
            Self::Share(rate) => rate.to_percent(),
        }
    }

    /// As it is written in a sentence.
    #[must_use]
    pub fn in_words(&self, shell: &Shell) -> String {
        match self {
            Self::Amount(amount) => shell.money(amount),
            Self::Share(rate) => rate.to_percent(),
        }
    }
}

/// One value of a step, with its name.
#[derive(Debug)]
pub struct Term {
    /// The sign before the value: `+`, `−` or `×`; empty before the first of an equation and before every fact.
    pub sign: &'static str,
    /// What the value is.
    pub label: Text,
    /// The value.
    pub value: Value,
}

/// What a step prints.
#[derive(Debug)]
pub struct Working {
    /// What the result rests on and what is no part of the equation.
    pub facts: Vec<Term>,
    /// The equation; empty where the numbers of the step have none.
    pub equation: Vec<Term>,
    /// The result.
    pub result: Fen,
}

impl Working {
    /// The sign before the result: `=` after an equation, an arrow after facts alone.
    #[must_use]
    pub const fn joint(&self) -> &'static str {
        match (self.facts.is_empty(), self.equation.is_empty()) {
            (_, false) => "=",
            (false, true) => "→",
            (true, true) => "",
        }
    }

    /// The result as it is written after the sign: a number after an equation, else with its unit.
    #[must_use]
    pub fn outcome(&self, shell: &Shell) -> String {
        let result = Value::Amount(self.result);
        if self.equation.is_empty() { result.in_words(shell) } else { result.written(shell) }
    }

    /// All of it in one line.
    #[must_use]
    pub fn line(&self, shell: &Shell) -> String {
        let fact = |term: &Term| format!("{} {}", term.label, term.value.in_words(shell));
        let mut parts: Vec<String> = self.facts.iter().map(fact).collect();
        let in_equation = |term: &Term| {
            format!("{} {} {}", term.sign, term.label, term.value.written(shell)).trim_start().to_owned()
        };
        let equation: Vec<String> = self.equation.iter().map(in_equation).collect();
        parts.extend((!equation.is_empty()).then(|| equation.join(" ")));
        let separator = match shell.language {
            Language::Zh => "；",
            Language::En => "; ",
        };
        format!("{} {} {}", parts.join(separator), self.joint(), self.outcome(shell)).trim_start().to_owned()
    }
}

/// How a value enters an equation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Start,
    Plus,
    Minus,
    Times,
}

impl Sign {
    const fn written(self) -> &'static str {
        match self {
            Self::Start => "",
            Self::Plus => "+",
            Self::Minus => "\u{2212}",
            Self::Times => "×",
        }
    }
}

/// A term before it is put into words: its sign, the key of its name, its value.
type Entry = (Sign, &'static str, Value);

/// What a step may print. The first equation that holds is printed, with `beside`; where none holds, `facts` are.
#[derive(Debug, Default)]
struct Draft {
    beside: Vec<Entry>,
    equations: Vec<Vec<Entry>>,
    facts: Vec<Entry>,
}

const fn fact(key: &'static str, amount: Fen) -> Entry {
    (Sign::Start, key, Value::Amount(amount))
}

const fn share(key: &'static str, rate: Rate) -> Entry {
    (Sign::Start, key, Value::Share(rate))
}

const fn less(key: &'static str, amount: Fen) -> Entry {
    (Sign::Minus, key, Value::Amount(amount))
}

/// What the entries give, computed from the left and rounded half up to the fen.
fn computed(entries: &[Entry]) -> Result<Fen, Overflow> {
    let sum = entries.iter().try_fold(Exact::ZERO, |sum, (sign, _, value)| match (sign, value) {
        (Sign::Start | Sign::Plus, Value::Amount(amount)) => sum.plus(Exact::from(*amount)),
        (Sign::Minus, Value::Amount(amount)) => sum.minus(Exact::from(*amount)),
        (_, Value::Share(rate)) => sum.times(*rate),
        // Amounts are never multiplied by amounts.
        (Sign::Times, Value::Amount(_)) => Err(Overflow),
    })?;
    sum.round()
}

impl ExplainedStep<'_> {
    /// What the step prints.
    #[must_use]
    pub fn working(&self, shell: &Shell) -> Working {
        let Draft { beside, equations, facts } = self.draft();
        let result = self.step.result;
        let equation = equations.into_iter().find(|entries| computed(entries) == Ok(result));
        let term = |(sign, key, value): Entry| Term { sign: sign.written(), label: shell.t(key), value };
        let facts = if equation.is_some() { beside } else { beside.into_iter().chain(facts).collect() };
        Working {
            facts: facts.into_iter().map(term).collect(),
            equation: equation.unwrap_or_default().into_iter().map(term).collect(),
            result,
        }
    }

    /// Whether basis and rate, as they are shown, miss the result because the calculation went on with more decimals.
    pub(super) fn was_rounded_late(&self) -> bool {
        // Of credits every month is rounded, which their reason says.
        if matches!(self.step.step, StepKind::AccountCredit | StepKind::TakenBack) {
            return false;
        }
        let Draft { equations, .. } = self.draft();
        let given: Vec<Fen> = equations.iter().filter_map(|entries| computed(entries).ok()).collect();
        let off_by_one = |given: &Fen| given.minus(self.step.result).is_ok_and(|by| by.get().abs() == 1);
        !given.contains(&self.step.result) && given.iter().any(off_by_one)
    }

    fn draft(&self) -> Draft {
        let step = self.step;
        match (step.reason, step.step) {
            (Some(Reason::RoundedAsAWhole), _) => self.rounding_of_the_bill(),
            (Some(Reason::GuaranteedMinimum), _) => self.guarantee(),
            (_, StepKind::OverLimit | StepKind::FullySelfPaid) => self.basis_less("term-ceiling-amount"),
            (_, StepKind::Hospital) => self.basis_less("term-fixed-price"),
            (_, StepKind::InScope) => self.basis_less_the_rest("first-self-paid"),
            (_, StepKind::Cash) => self.basis_less_the_rest("term-paid-by-others"),
            (Some(Reason::DeductibleOffFund), _) => {
                Draft { facts: vec![fact("term-due-by-share", self.step.basis)], ..Draft::default() }
            }
            (_, StepKind::Deductible) => self.deductible(),
            (_, StepKind::AboveCeiling) => self.above_ceiling(),
            (_, StepKind::PoolFund) => self.share_of_basis("term-fund-rate", "co-payment"),
            (_, StepKind::CoPayment) => self.share_of_basis("term-person-rate", "pool-fund"),
            (_, kind) if is_account(kind) => self.account(),
            (Some(Reason::BelowStart | Reason::PaidAtYearEnd), _) => self.below_start(),
            (Some(Reason::PaidBefore), _) => Draft { facts: vec![self.basis()], ..Draft::default() },
            (_, StepKind::AccountCredit | StepKind::TakenBack) => self.share_of_basis("term-credit-rate", ""),
            (_, StepKind::Shared) => self.at_most("term-share-limit"),
            (_, StepKind::WithoutPin) => {
                Draft { beside: self.before("term-paid-today"), ..self.at_most("term-without-pin-limit") }
            }
            (Some(Reason::CeilingReached), kind) if is_layer(kind) => self.layer_at_its_limit(),
            (_, kind) if is_layer(kind) => Draft {
                beside: self.before("term-burden-before"),
                ..self.share_of_basis("term-layer-rate", "")
            },
            _ => self.share_of_basis("term-first-self-pay-rate", ""),
        }
    }

    fn basis(&self) -> Entry {
        let key = match self.step.step {
            StepKind::Cash => "total",
            StepKind::AccountBand
            | StepKind::AccountCurrentYear
            | StepKind::AccountPreviousYears
            | StepKind::MutualAid => "term-payable",
            StepKind::AccountCredit | StepKind::TakenBack if self.step.rate.is_none() => "term-credit-months",
            StepKind::AccountCredit | StepKind::TakenBack => "term-credit-basis",
            StepKind::Shared => "term-account-money",
            StepKind::WithoutPin => "term-payment",
            StepKind::PoolFund | StepKind::CoPayment => "term-segment-amount",
            StepKind::Deductible | StepKind::AboveCeiling | StepKind::Hospital => "term-remaining",
            kind if is_layer(kind) => match self.step.reason {
                Some(Reason::BelowStart) if self.is_of_year => "term-burden-of-year",
                Some(Reason::BelowStart) => "term-burden-within-start",
                Some(Reason::PaidAtYearEnd) => "term-burden-whole",
                Some(Reason::PaidBefore) => "term-paid-for-year",
                _ => "term-burden",
            },
            _ if self.is_of_rest => "term-line-rest",
            _ => "term-line-amount",
        };
        fact(key, self.step.basis)
    }

    /// What was used, borne or added up before, where there was something.
    fn before(&self, key: &'static str) -> Vec<Entry> {
        self.step
            .before
            .filter(|before| !before.is_zero())
            .map(|before| fact(key, before))
            .into_iter()
            .collect()
    }

    /// Of a bill rounded as a whole: what it comes to, less what the steps show.
    fn rounding_of_the_bill(&self) -> Draft {
        let rounded = fact("term-rounded-total", self.step.basis);
        let shown = self.step.basis.minus(self.step.result).map(|shown| less("term-steps-together", shown));
        Draft {
            equations: shown.map(|shown| vec![rounded, shown]).into_iter().collect(),
            facts: vec![rounded],
            ..Draft::default()
        }
    }

    fn guarantee(&self) -> Draft {
        let basis = fact("term-guaranteed-amount", self.step.basis);
        let Some(rate) = self.step.rate else { return Draft { facts: vec![basis], ..Draft::default() } };
        let rate = share("term-guaranteed-rate", rate);
        let least = [basis, (Sign::Times, rate.1, rate.2)];
        let paid = self.others.map(|paid| less("term-paid-by-share", paid));
        Draft {
            equations: paid.map(|paid| least.into_iter().chain([paid]).collect()).into_iter().collect(),
            facts: vec![basis, rate],
            ..Draft::default()
        }
    }

    /// The basis less the limit.
    fn basis_less(&self, limit: &'static str) -> Draft {
        let basis = self.basis();
        match self.step.limit {
            None => Draft { equations: vec![vec![basis]], facts: vec![basis], ..Draft::default() },
            Some(amount) => Draft {
                equations: vec![vec![basis, less(limit, amount)]],
                facts: vec![basis, fact(limit, amount)],
                ..Draft::default()
            },
        }
    }

    /// The basis less what is not the result.
    fn basis_less_the_rest(&self, rest: &'static str) -> Draft {
        let basis = self.basis();
        let taken = self.step.basis.minus(self.step.result).ok().filter(|taken| !taken.is_zero());
        let equation = [basis].into_iter().chain(taken.map(|taken| less(rest, taken))).collect();
        Draft { equations: vec![equation], facts: vec![basis], ..Draft::default() }
    }

    fn deductible(&self) -> Draft {
        let basis = self.basis();
        let Some(standard) = self.step.limit else { return self.basis_less("term-deductible-standard") };
        let borne = self.before("term-deductible-borne");
        let subtracted = borne.iter().map(|(_, key, value)| (Sign::Minus, *key, *value));
        let due = [fact("term-deductible-standard", standard)].into_iter().chain(subtracted).collect();
        let bounds = borne.is_empty() && self.step.basis == self.step.result && self.step.basis < standard;
        let key = if bounds { "term-deductible-at-most" } else { "term-deductible-standard" };
        let facts = [basis, fact(key, standard)].into_iter().chain(borne).collect();
        Draft { equations: vec![due], facts, ..Draft::default() }
    }

    /// What was left and what was used before, less the ceiling, where the fees themselves are limited. Where the fund's
    /// payment is, what was left less the fees that it takes part in; the ceiling and what was used of it stand beside.
    fn above_ceiling(&self) -> Draft {
        let basis = self.basis();
        let Some(ceiling) = self.step.limit else { return self.basis_less("term-ceiling") };
        let used = self.before("term-ceiling-used");
        let sum = self.step.basis.plus(self.step.before.unwrap_or_default());
        let of_fees = sum.and_then(|sum| sum.minus(ceiling)) == Ok(self.step.result);
        let shared = self.step.basis.minus(self.step.result).ok().filter(|shared| !shared.is_zero());
        if let Some(shared) = shared.filter(|_| !of_fees) {
            let equation = vec![basis, less("term-within-ceiling", shared)];
            let beside = [fact("term-ceiling", ceiling)].into_iter().chain(used).collect();
            return Draft { equations: vec![equation], beside, ..Draft::default() };
        }
        let added = used.iter().map(|(_, key, value)| (Sign::Plus, *key, *value));
        let equation = [basis].into_iter().chain(added).chain([less("term-ceiling", ceiling)]).collect();
        let facts = [basis, fact("term-ceiling", ceiling)].into_iter().chain(used).collect();
        Draft { equations: vec![equation], facts, ..Draft::default() }
    }

    /// The basis times the rate; of a segment also the basis less what the other side has.
    fn share_of_basis(&self, rate_key: &'static str, other_key: &'static str) -> Draft {
        let basis = self.basis();
        if self.step.basis.is_zero() {
            return Draft::default();
        }
        let Some(rate) = self.step.rate else {
            return Draft { equations: vec![vec![basis]], facts: vec![basis], ..Draft::default() };
        };
        let product = vec![basis, (Sign::Times, rate_key, Value::Share(rate))];
        let rest = self.others.map(|others| vec![basis, less(other_key, others)]);
        Draft {
            equations: [product].into_iter().chain(rest).collect(),
            facts: vec![basis, share(rate_key, rate)],
            ..Draft::default()
        }
    }

    /// The basis, of which not more than the limit counts.
    fn at_most(&self, limit: &'static str) -> Draft {
        let limit = self.step.limit.map(|amount| fact(limit, amount));
        Draft { facts: [self.basis()].into_iter().chain(limit).collect(), ..Draft::default() }
    }

    fn account(&self) -> Draft {
        let step = self.step;
        let balance = step.limit.map(|balance| {
            let bounds = !balance.is_zero() && step.result == step.basis.min(balance);
            fact(if bounds { "term-balance-at-most" } else { "term-balance" }, balance)
        });
        Draft { facts: [self.basis()].into_iter().chain(balance).collect(), ..Draft::default() }
    }

    fn below_start(&self) -> Draft {
        let start = self.step.limit.map(|start| fact("term-layer-start", start));
        let before = self.before("term-burden-before");
        let facts = [self.basis()].into_iter().chain(before).chain(start).collect();
        Draft { facts, ..Draft::default() }
    }

    /// What a fund above the pool pays where its limit stops it is what was left of the limit.
    fn layer_at_its_limit(&self) -> Draft {
        let step = self.step;
        let rate = step.rate.map(|rate| share("term-layer-rate", rate));
        let beside =
            [self.basis()].into_iter().chain(rate).chain(self.before("term-burden-before")).collect();
        let Some(limit) = step.limit else { return Draft { beside, ..Draft::default() } };
        let limit_term = fact("term-layer-limit", limit);
        // Of a limit that is used up the step does not say by how much.
        let used = limit.minus(step.result).ok().filter(|used| !used.is_zero() && !step.result.is_zero());
        let before = if self.is_of_year { "term-layer-paid-below" } else { "term-layer-used" };
        let left = [limit_term].into_iter().chain(used.map(|used| less(before, used))).collect();
        Draft { beside, equations: vec![left], facts: vec![limit_term] }
    }
}
