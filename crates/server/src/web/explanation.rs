//! Why the amounts of a bill are what they are: the trace of the calculation, put into words.
//!
//! The trace is that of the very calculation that settled the bill; nothing is calculated a second time here. Steps
//! of one kind are shown together, because a person asks for an amount, not for a line of the computation.

use benefit::{Reason, Step, StepKind, Trace};
use model::{Fen, Rate};

use super::i18n::{Language, Text};
use super::shell::Shell;

/// The explanation of one bill.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    trace: Trace,
    items: Vec<String>,
}

/// All steps that give one amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepGroup<'e> {
    kind: StepKind,
    /// The steps, in the order in which they were taken.
    pub steps: Vec<ExplainedStep<'e>>,
    /// The amount: the sum of the steps' results.
    pub total: Fen,
}

/// One step with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedStep<'e> {
    step: &'e Step,
    changes: Vec<&'e Step>,
    roundings: Vec<&'e Step>,
    /// The name of the item that the step concerns, if it is of one line.
    pub item: Option<&'e str>,
    /// Whether the rule is to be named after this step: the next one follows another, or there is none.
    pub is_last_of_rule: bool,
}

/// How a value enters the arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Start,
    Minus,
    Times,
    AtMost,
    /// Told beside the arithmetic and no part of it.
    Beside,
}

/// One line of the arithmetic of a step.
#[derive(Debug)]
pub struct Term {
    /// The sign before the value; empty before the first.
    pub sign: &'static str,
    /// What the value is.
    pub label: Text,
    /// The value as it is written in a column of numbers.
    pub value: String,
}

impl Explanation {
    /// The explanation of a trace; `items` are the names of the bill's lines, in their order.
    #[must_use]
    pub const fn new(trace: Trace, items: Vec<String>) -> Self {
        Self { trace, items }
    }

    /// What was known before anything was calculated, in one sentence; `None` when nothing was calculated.
    #[must_use]
    pub fn circumstances(&self, shell: &Shell) -> Option<Text> {
        let lane = self.trace.steps.iter().find(|step| step.step == StepKind::Lane)?;
        let text = shell.t("why-circumstances").with("year", self.trace.medical_year.to_string());
        Some(text.with("age", self.trace.age.to_string()).with("lane", title(lane, shell)))
    }

    /// The steps by the amounts they give: first how the total divides by the catalogue, whatever item came first, then
    /// who pays, in the order of the calculation.
    #[must_use]
    pub fn groups(&self) -> Vec<StepGroup<'_>> {
        let mut groups: Vec<StepGroup<'_>> = Vec::new();
        let mut latest = 0;
        // Changes of a standard or a ratio are told beside the step that takes it.
        let mut changes = Vec::new();
        for step in &self.trace.steps {
            match step.step {
                StepKind::Lane | StepKind::MedicalYear | StepKind::Age | StepKind::Stay => {}
                StepKind::DeductibleChange | StepKind::RatioChange => changes.push(step),
                StepKind::Rounding => {
                    let rounded = groups.get_mut(latest).and_then(|group| group.steps.last_mut());
                    if let Some(rounded) = rounded {
                        rounded.roundings.push(step);
                    }
                }
                kind => {
                    let found = groups.iter().position(|group| group.kind == kind);
                    latest = found.unwrap_or_else(|| {
                        groups.push(StepGroup { kind, steps: Vec::new(), total: Fen::ZERO });
                        groups.len().saturating_sub(1)
                    });
                    if let Some(group) = groups.get_mut(latest) {
                        let item = step.line.and_then(|line| self.items.get(line)).map(String::as_str);
                        if let Some(previous) = group.steps.last_mut() {
                            previous.is_last_of_rule = previous.step.rule != step.rule;
                        }
                        group.steps.push(ExplainedStep {
                            step,
                            changes: std::mem::take(&mut changes),
                            roundings: Vec::new(),
                            item,
                            is_last_of_rule: true,
                        });
                        // The trace adds up to amounts that exist, so the sum cannot leave the range of money.
                        group.total = group.total.plus(step.result).unwrap_or(group.total);
                    }
                }
            }
        }
        groups.retain(StepGroup::tells_something);
        groups.sort_by_key(|group| place(group.kind));
        groups
    }
}

/// The place of an amount among those of the catalogue; the others come after them as they were taken.
fn place(kind: StepKind) -> u8 {
    match kind {
        StepKind::FullySelfPaid => 0,
        StepKind::OverLimit => 1,
        StepKind::FirstSelfPaid => 2,
        StepKind::InScope => 3,
        _ => 4,
    }
}

impl StepGroup<'_> {
    /// An amount of nothing is worth showing only with its reason.
    fn tells_something(&self) -> bool {
        !self.total.is_zero() || self.steps.iter().any(|each| each.step.reason.is_some())
    }

    /// The amount's name.
    #[must_use]
    pub fn title(&self, shell: &Shell) -> Text {
        shell.t(match self.kind {
            StepKind::FullySelfPaid => "fully-self-paid",
            StepKind::OverLimit => "over-limit",
            StepKind::FirstSelfPaid => "first-self-paid",
            StepKind::InScope => "in-scope",
            StepKind::AccountBand => "account-band",
            StepKind::Deductible => "step-deductible",
            StepKind::CoPayment => "co-payment",
            StepKind::AboveCeiling => "above-ceiling",
            StepKind::PoolFund => "pool-fund",
            StepKind::AccountCurrentYear => "step-account-current-year",
            StepKind::AccountPreviousYears => "step-account-previous-years",
            StepKind::Hospital => "step-hospital",
            StepKind::Catastrophic => "fund-catastrophic",
            StepKind::LargeSum => "fund-large-sum",
            StepKind::CivilServant => "fund-civil-servant",
            StepKind::Enterprise => "fund-enterprise",
            StepKind::MedicalAid => "fund-medical-aid",
            StepKind::OtherFund => "fund-other",
            StepKind::MutualAid => "step-mutual-aid",
            StepKind::Lane
            | StepKind::MedicalYear
            | StepKind::Age
            | StepKind::Stay
            | StepKind::DeductibleChange
            | StepKind::RatioChange
            | StepKind::Rounding
            | StepKind::Cash => "cash",
        })
    }
}

impl StepGroup<'_> {
    /// What the amount is, in one line; `None` where its name says it.
    #[must_use]
    pub fn what(&self, shell: &Shell) -> Option<Text> {
        let key = match self.kind {
            StepKind::FullySelfPaid => "fully-self-paid-what",
            StepKind::OverLimit => "over-limit-what",
            StepKind::FirstSelfPaid => "first-self-paid-what",
            StepKind::InScope => "in-scope-what",
            StepKind::AccountBand => "account-band-what",
            StepKind::Deductible => "deductible-what",
            StepKind::CoPayment => "co-payment-what",
            StepKind::AboveCeiling => "above-ceiling-what",
            StepKind::PoolFund => "pool-fund-what",
            _ => return None,
        };
        Some(shell.t(key))
    }
}

impl ExplainedStep<'_> {
    /// The arithmetic, line by line; empty where there is none to show.
    #[must_use]
    pub fn terms(&self, shell: &Shell) -> Vec<Term> {
        let step = self.step;
        let amount = |operator, key, value: Fen| Term::new(operator, shell.t(key), shell.amount(&value));
        let mut terms = vec![amount(Operator::Start, self.basis_label(), step.basis)];
        let rate = step.rate.filter(|_| step.reason != Some(Reason::RoundedAsAWhole));
        match step.step {
            StepKind::OverLimit | StepKind::FullySelfPaid => {
                terms.extend(step.limit.map(|limit| amount(Operator::Minus, "term-ceiling-amount", limit)));
            }
            StepKind::InScope | StepKind::Cash => {
                let taken = step.basis.minus(step.result).ok().filter(|taken| !taken.is_zero());
                let key = if step.step == StepKind::Cash { "term-paid-by-others" } else { "term-self-paid" };
                terms.extend(taken.map(|taken| amount(Operator::Minus, key, taken)));
            }
            StepKind::Deductible => {
                let standard =
                    step.limit.map(|limit| amount(Operator::AtMost, "term-deductible-standard", limit));
                let borne = step.before.filter(|borne| !borne.is_zero());
                terms.extend(standard);
                terms.extend(borne.map(|borne| amount(Operator::Minus, "term-deductible-borne", borne)));
            }
            StepKind::AboveCeiling => {
                terms.extend(step.limit.map(|limit| amount(Operator::Minus, "term-ceiling", limit)));
            }
            StepKind::Hospital => {
                terms.extend(step.limit.map(|limit| amount(Operator::Minus, "term-fixed-price", limit)));
            }
            kind if is_layer(kind) => {
                let before = step.before.filter(|before| !before.is_zero());
                terms.extend(before.map(|before| amount(Operator::Beside, "term-burden-before", before)));
                if step.reason == Some(Reason::BelowStart) {
                    terms.extend(step.limit.map(|start| amount(Operator::Beside, "term-layer-start", start)));
                } else {
                    let rate_term =
                        |rate| Term::new(Operator::Times, shell.t("term-layer-rate"), percent(rate));
                    terms.extend(rate.map(rate_term));
                }
            }
            StepKind::AccountBand
            | StepKind::AccountCurrentYear
            | StepKind::AccountPreviousYears
            | StepKind::MutualAid => {
                terms.extend(step.limit.map(|limit| amount(Operator::AtMost, "term-balance", limit)));
            }
            _ => terms.extend(
                rate.map(|rate| Term::new(Operator::Times, shell.t(self.rate_label()), percent(rate))),
            ),
        }
        terms
    }

    /// The result as it is written in a column of numbers.
    #[must_use]
    pub fn result(&self, shell: &Shell) -> String {
        shell.amount(&self.step.result)
    }

    /// The first day on which the rule applies, in this version.
    #[must_use]
    pub fn in_force_from(&self, shell: &Shell) -> String {
        shell.date(&self.step.from)
    }

    /// What the rule is called.
    #[must_use]
    pub fn rule(&self, shell: &Shell) -> &str {
        title(self.step, shell)
    }

    /// Where and when the rule was read: document, place in it, date.
    #[must_use]
    pub fn source(&self, shell: &Shell) -> Text {
        let source = &self.step.source;
        let dated = if source.date == "undated" { "why-source-undated" } else { "why-source" };
        let text = shell.t(dated).with("document", &source.document).with("clause", &source.clause);
        if source.date == "undated" { text } else { text.with("date", &source.date) }
    }

    /// Why the amount is what it is, where the arithmetic does not say it.
    #[must_use]
    pub fn reasons(&self, shell: &Shell) -> Vec<Text> {
        let roundings = self.roundings.iter().filter_map(|rounding| rounding.reason);
        let reasons = self.step.reason.into_iter().chain(roundings).map(|reason| shell.t(reason_key(reason)));
        self.changes.iter().map(|change| change_in_words(change, shell)).chain(reasons).collect()
    }

    const fn basis_label(&self) -> &'static str {
        match self.step.step {
            StepKind::Cash => "total",
            StepKind::AccountCurrentYear | StepKind::AccountPreviousYears | StepKind::MutualAid => {
                "term-payable"
            }
            StepKind::PoolFund | StepKind::CoPayment => "term-segment-amount",
            StepKind::AccountBand | StepKind::Deductible | StepKind::AboveCeiling | StepKind::Hospital => {
                "term-remaining"
            }
            kind if is_layer(kind) => "term-burden",
            _ => "term-line-amount",
        }
    }

    const fn rate_label(&self) -> &'static str {
        match self.step.step {
            StepKind::PoolFund => "term-fund-rate",
            StepKind::CoPayment => "term-person-rate",
            _ => "term-first-self-pay-rate",
        }
    }
}

/// The sign of a term that bounds what stands above it.
pub const AT_MOST: &str = "≤";

impl Term {
    const fn new(operator: Operator, label: Text, value: String) -> Self {
        let sign = match operator {
            Operator::Start => "",
            Operator::Minus => "\u{2212}",
            Operator::Times => "×",
            Operator::AtMost => AT_MOST,
            Operator::Beside => "",
        };
        Self { sign, label, value }
    }
}

/// What changed a standard or a ratio, to what, and where that was read.
fn change_in_words(change: &Step, shell: &Shell) -> Text {
    let (key, value) = match (change.rate, change.limit) {
        (Some(rate), _) => ("why-ratio-change", percent(rate)),
        (None, limit) => ("why-deductible-change", shell.amount(&limit.unwrap_or_default())),
    };
    let text = shell.t(key).with("rule", title(change, shell)).with("value", value);
    text.with("document", &change.source.document).with("clause", &change.source.clause)
}

/// Whether the step is of a fund above the pool.
const fn is_layer(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::Catastrophic
            | StepKind::LargeSum
            | StepKind::CivilServant
            | StepKind::Enterprise
            | StepKind::MedicalAid
            | StepKind::OtherFund
    )
}

fn percent(rate: Rate) -> String {
    rate.to_percent()
}

fn title<'e>(step: &'e Step, shell: &Shell) -> &'e str {
    match shell.language {
        Language::Zh => &step.title.zh,
        Language::En => &step.title.en,
    }
}

const fn reason_key(reason: Reason) -> &'static str {
    match reason {
        Reason::ClassC => "reason-class-c",
        Reason::NotInCatalogue => "reason-not-in-catalogue",
        Reason::LimitedUseNotApproved => "reason-limited-use-not-approved",
        Reason::ApprovalRefused => "reason-approval-refused",
        Reason::PriceOverCeiling => "reason-price-over-ceiling",
        Reason::DeductibleMet => "reason-deductible-met",
        Reason::WithinDeductible => "reason-within-deductible",
        Reason::DeductibleOfEarlierYear => "reason-deductible-of-earlier-year",
        Reason::ContinuesEarlierStay => "reason-continues-earlier-stay",
        Reason::OverFixedPrice => "reason-over-fixed-price",
        Reason::GuaranteedMinimum => "reason-guaranteed-minimum",
        Reason::BelowStart => "reason-below-start",
        Reason::CeilingReached => "reason-ceiling-reached",
        Reason::CeilingUsedUp => "reason-ceiling-used-up",
        Reason::AccountDeclined => "reason-account-declined",
        Reason::AccountEmpty => "reason-account-empty",
        Reason::AccountTooSmall => "reason-account-too-small",
        Reason::RestInScope => "reason-rest-in-scope",
        Reason::RoundedAsAWhole => "reason-rounded-as-a-whole",
        Reason::OddFenToPerson => "reason-odd-fen-to-person",
        Reason::OddFenToFund => "reason-odd-fen-to-fund",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use benefit::{Citation, Confidence, Title};
    use model::{Date, Instant};

    use super::*;
    use crate::web::shell::Appearance;

    fn shell() -> Shell {
        Shell {
            language: Language::Zh,
            appearance: Appearance::default(),
            csrf: String::new(),
            path: "/".to_owned(),
            now: Instant::from_milliseconds(0),
            demo: None,
        }
    }

    fn step(kind: StepKind, basis: i64, result: i64) -> Step {
        Step {
            step: kind,
            rule: Arc::from("rule"),
            from: Date::constant(2023, 1, 1),
            title: Arc::new(Title { zh: "规则".to_owned(), en: "rule".to_owned() }),
            source: Arc::new(Citation {
                document: "文件".to_owned(),
                clause: "第一条".to_owned(),
                date: "2023-01".to_owned(),
                confidence: Confidence::B,
                reading: None,
            }),
            line: None,
            basis: Fen::new(basis),
            rate: None,
            limit: None,
            before: None,
            result: Fen::new(result),
            reason: None,
        }
    }

    fn explained(steps: Vec<Step>) -> Explanation {
        let trace = Trace { medical_year: 2023, age: 46, steps };
        Explanation::new(trace, vec!["甲药".to_owned(), "乙药".to_owned()])
    }

    #[test]
    fn steps_of_one_kind_are_one_amount_with_the_names_of_their_items() {
        let mut first = step(StepKind::FirstSelfPaid, 1_000, 100);
        first.line = Some(0);
        let mut second = step(StepKind::FirstSelfPaid, 2_000, 200);
        second.line = Some(1);
        let explanation = explained(vec![
            step(StepKind::Lane, 3_000, 0),
            first,
            step(StepKind::InScope, 1_000, 900),
            second,
            step(StepKind::Cash, 3_000, 300),
        ]);
        let groups = explanation.groups();
        let kinds: Vec<_> = groups.iter().map(|group| (group.kind, group.total.get())).collect();
        let expected = [(StepKind::FirstSelfPaid, 300), (StepKind::InScope, 900), (StepKind::Cash, 300)];
        assert_eq!(kinds, expected);
        let items: Vec<_> = groups[0].steps.iter().map(|each| each.item).collect();
        assert_eq!(items, [Some("甲药"), Some("乙药")]);
        let named: Vec<_> = groups[0].steps.iter().map(|each| each.is_last_of_rule).collect();
        assert_eq!(named, [false, true], "one rule is named once");
    }

    #[test]
    fn a_rounding_is_told_beside_the_step_that_it_rounds() {
        let mut rounding = step(StepKind::Rounding, 333, 33);
        rounding.reason = Some(Reason::OddFenToPerson);
        let explanation = explained(vec![step(StepKind::PoolFund, 333, 33), rounding]);
        let groups = explanation.groups();
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].steps[0].reasons(&shell()).len(), 1);
    }

    #[test]
    fn nothing_is_shown_only_where_it_has_a_reason() {
        let mut empty = step(StepKind::AccountCurrentYear, 500, 0);
        empty.reason = Some(Reason::AccountEmpty);
        let explanation = explained(vec![step(StepKind::OverLimit, 500, 0), empty]);
        let kinds: Vec<_> = explanation.groups().iter().map(|group| group.kind).collect();
        assert_eq!(kinds, [StepKind::AccountCurrentYear]);
    }

    #[test]
    fn the_catalogue_comes_first_in_its_own_order() {
        use StepKind::{Cash, Deductible, FirstSelfPaid, FullySelfPaid, InScope, OverLimit, PoolFund};
        let taken = [OverLimit, InScope, FirstSelfPaid, FullySelfPaid, PoolFund, Deductible, Cash];
        let explanation = explained(taken.map(|kind| step(kind, 100, 100)).to_vec());
        let kinds: Vec<StepKind> = explanation.groups().iter().map(|group| group.kind).collect();
        assert_eq!(kinds, [FullySelfPaid, OverLimit, FirstSelfPaid, InScope, PoolFund, Deductible, Cash]);
    }

    #[test]
    fn the_arithmetic_of_a_share_multiplies_and_that_of_the_rest_subtracts() {
        let mut share = step(StepKind::PoolFund, 10_000, 8_000);
        share.rate = Some(Rate::from_millionths(800_000));
        let explanation = explained(vec![share, step(StepKind::Cash, 10_000, 2_000)]);
        let groups = explanation.groups();
        let written = |group: &StepGroup<'_>| -> Vec<_> {
            group.steps[0]
                .terms(&shell())
                .into_iter()
                .map(|term| format!("{}{}", term.sign, term.value))
                .collect()
        };
        assert_eq!(written(&groups[0]), ["100.00", "×80%"]);
        assert_eq!(written(&groups[1]), ["100.00", "\u{2212}80.00"]);
    }

    #[test]
    fn every_kind_and_reason_has_words_in_both_languages() {
        let kinds = [
            StepKind::FullySelfPaid,
            StepKind::OverLimit,
            StepKind::FirstSelfPaid,
            StepKind::InScope,
            StepKind::AccountBand,
            StepKind::Deductible,
            StepKind::CoPayment,
            StepKind::AboveCeiling,
            StepKind::PoolFund,
            StepKind::Hospital,
            StepKind::Catastrophic,
            StepKind::LargeSum,
            StepKind::CivilServant,
            StepKind::Enterprise,
            StepKind::MedicalAid,
            StepKind::OtherFund,
            StepKind::AccountCurrentYear,
            StepKind::AccountPreviousYears,
            StepKind::MutualAid,
            StepKind::Cash,
        ];
        let reasons = [
            Reason::ClassC,
            Reason::NotInCatalogue,
            Reason::LimitedUseNotApproved,
            Reason::ApprovalRefused,
            Reason::PriceOverCeiling,
            Reason::DeductibleMet,
            Reason::WithinDeductible,
            Reason::DeductibleOfEarlierYear,
            Reason::ContinuesEarlierStay,
            Reason::OverFixedPrice,
            Reason::GuaranteedMinimum,
            Reason::BelowStart,
            Reason::CeilingReached,
            Reason::CeilingUsedUp,
            Reason::AccountDeclined,
            Reason::AccountEmpty,
            Reason::AccountTooSmall,
            Reason::RestInScope,
            Reason::RoundedAsAWhole,
            Reason::OddFenToPerson,
            Reason::OddFenToFund,
        ];
        for language in Language::ALL {
            let shell = Shell { language, ..shell() };
            for kind in kinds {
                for reason in reasons {
                    let mut full = step(kind, 200, 100);
                    (full.rate, full.limit, full.before) =
                        (Some(Rate::from_millionths(500_000)), Some(Fen::new(300)), Some(Fen::new(50)));
                    full.reason = Some(reason);
                    let explanation = explained(vec![full]);
                    let groups = explanation.groups();
                    let each = &groups[0].steps[0];
                    let mut words =
                        vec![groups[0].title(&shell).to_string(), each.source(&shell).to_string()];
                    words.extend(each.reasons(&shell).iter().map(Text::to_string));
                    words.extend(each.terms(&shell).iter().map(|term| term.label.to_string()));
                    assert!(words.iter().all(|word| !word.contains(['⟦', '$'])), "{words:?}");
                }
            }
        }
    }
}
