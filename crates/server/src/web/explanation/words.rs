//! What the steps of an explanation say: what an amount is, why it is so, by which rule, and how far that can be trusted.

use benefit::{Confidence, Reason, Step, StepKind};

use super::{ExplainedStep, is_layer};
use crate::web::i18n::{Language, Text};
use crate::web::shell::Shell;

/// The key of an amount's name.
pub(super) const fn title_of_amount(kind: StepKind) -> &'static str {
    match kind {
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
        StepKind::AccountCredit => "step-account-credit",
        StepKind::TakenBack => "step-taken-back",
        StepKind::Shared => "step-shared",
        StepKind::WithoutPin => "step-without-pin",
        StepKind::Lane
        | StepKind::MedicalYear
        | StepKind::Age
        | StepKind::Stay
        | StepKind::DeductibleChange
        | StepKind::RatioChange
        | StepKind::Rounding
        | StepKind::Cash => "cash",
    }
}

/// The key of what an amount is; `None` where its name says it.
pub(super) const fn what_it_is(kind: StepKind) -> Option<&'static str> {
    match kind {
        StepKind::FullySelfPaid => Some("fully-self-paid-what"),
        StepKind::OverLimit => Some("over-limit-what"),
        StepKind::FirstSelfPaid => Some("first-self-paid-what"),
        StepKind::InScope => Some("in-scope-what"),
        StepKind::AccountBand => Some("account-band-what"),
        StepKind::Deductible => Some("deductible-what"),
        StepKind::CoPayment => Some("co-payment-what"),
        StepKind::AboveCeiling => Some("above-ceiling-what"),
        StepKind::PoolFund => Some("pool-fund-what"),
        _ => None,
    }
}

impl ExplainedStep<'_> {
    /// The first day on which the rule applies, in this version.
    #[must_use]
    pub fn in_force_from(&self, shell: &Shell) -> String {
        shell.date(&self.step.from)
    }

    /// What the rule is called.
    #[must_use]
    pub fn rule_title(&self, shell: &Shell) -> &str {
        title(self.step, shell)
    }

    /// The name by which the rule is cited.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.step.rule
    }

    /// How far the rule's source can be trusted.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        self.step.source.confidence
    }

    /// How the source was read, where it can be read in more than one way.
    #[must_use]
    pub fn reading(&self, shell: &Shell) -> Option<&str> {
        self.step.source.reading.as_ref().map(|reading| match shell.language {
            Language::Zh => reading.zh.as_str(),
            Language::En => reading.en.as_str(),
        })
    }

    /// Where and when the rule was read: document, place in it, date.
    #[must_use]
    pub fn source(&self, shell: &Shell) -> Text {
        let source = &self.step.source;
        let dated = if source.date == "undated" { "why-source-undated" } else { "why-source" };
        let text = shell.t(dated).with("document", &source.document).with("clause", &source.clause);
        if source.date == "undated" { text } else { text.with("date", &source.date) }
    }

    /// The rule's name, the mark of its source with what the mark means, and how the source was read.
    #[must_use]
    pub fn citation(&self, shell: &Shell) -> Text {
        let (mark, meaning) = match self.confidence() {
            Confidence::A => ("A", "mark-a"),
            Confidence::B => ("B", "mark-b"),
            Confidence::C => ("C", "mark-c"),
            Confidence::D => ("D", "mark-d"),
        };
        let key = if self.reading(shell).is_some() { "why-cited-as-read" } else { "why-cited" };
        let text =
            shell.t(key).with("rule", self.rule()).with("mark", mark).with("meaning", shell.t(meaning));
        match self.reading(shell) {
            Some(reading) => text.with("reading", reading),
            None => text,
        }
    }

    /// Why the amount is what it is, where the arithmetic does not say it.
    #[must_use]
    pub fn reasons(&self, shell: &Shell) -> Vec<Text> {
        let mut reasons: Vec<Text> =
            self.changes.iter().map(|change| change_in_words(change, shell)).collect();
        reasons.extend(self.reason().map(|reason| shell.t(self.reason_key(reason))));
        reasons.extend(self.is_graded().then(|| shell.t("why-graded")));
        let rounded = self.roundings.iter().filter_map(|rounding| rounding.reason);
        reasons.extend(rounded.map(|reason| shell.t(self.reason_key(reason))));
        let late = self.roundings.is_empty() && self.was_rounded_late();
        reasons.extend(late.then(|| shell.t("why-rounded-late")));
        reasons
    }

    /// Whether bands of the price, each with a share of its own, gave the result, and no single share.
    fn is_graded(&self) -> bool {
        self.step.step == StepKind::FirstSelfPaid && self.step.rate.is_none() && self.step.reason.is_none()
    }

    /// The key of a reason, where it may say one thing of one amount and another of another.
    fn reason_key(&self, reason: Reason) -> &'static str {
        let nothing = self.step.result.is_zero();
        match (reason, self.step.step) {
            (Reason::CeilingReached, _) if self.is_of_year => "reason-layer-limit-of-year",
            (Reason::CeilingReached, kind) if is_layer(kind) && nothing => "reason-layer-limit-used-up",
            (Reason::CeilingReached, kind) if is_layer(kind) => "reason-layer-limit-reached",
            (Reason::AccountDeclined, StepKind::AccountBand) if !nothing => "reason-account-band-declined",
            (Reason::AccountEmpty, StepKind::MutualAid) => "reason-relative-account-empty",
            (Reason::AccountTooSmall, StepKind::MutualAid) => "reason-relative-account-too-small",
            (Reason::GuaranteedMinimum, StepKind::CoPayment | StepKind::Deductible) => {
                "reason-guaranteed-minimum-relief"
            }
            (Reason::DeductibleOffFund, StepKind::Deductible) => "reason-deductible-beyond-fund",
            (Reason::ContinuesEarlierStay, _) if nothing => "reason-continues-earlier-stay-nothing",
            _ => usual_reason_key(reason),
        }
    }
}

/// What changed a standard or a ratio, to what, and where that was read.
fn change_in_words(change: &Step, shell: &Shell) -> Text {
    let (key, value) = match (change.rate, change.limit) {
        (Some(rate), _) => ("why-ratio-change", rate.to_percent()),
        (None, limit) => ("why-deductible-change", shell.money(&limit.unwrap_or_default())),
    };
    let text = shell.t(key).with("rule", title(change, shell)).with("value", value);
    text.with("document", &change.source.document).with("clause", &change.source.clause)
}

pub(super) fn title<'e>(step: &'e Step, shell: &Shell) -> &'e str {
    match shell.language {
        Language::Zh => &step.title.zh,
        Language::En => &step.title.en,
    }
}

const fn usual_reason_key(reason: Reason) -> &'static str {
    match reason {
        Reason::ClassC => "reason-class-c",
        Reason::NotInCatalogue => "reason-not-in-catalogue",
        Reason::LimitedUseNotApproved => "reason-limited-use-not-approved",
        Reason::ApprovalRefused => "reason-approval-refused",
        Reason::PriceOverCeiling => "reason-price-over-ceiling",
        Reason::DeductibleMet => "reason-deductible-met",
        Reason::WithinDeductible => "reason-within-deductible",
        Reason::DeductiblesReachTheirMost => "reason-deductibles-reach-their-most",
        Reason::DeductibleOfEarlierYear => "reason-deductible-of-earlier-year",
        Reason::DeductibleOffFund => "reason-deductible-off-fund",
        Reason::ContinuesEarlierStay => "reason-continues-earlier-stay",
        Reason::NothingLeftForFund => "reason-nothing-left-for-fund",
        Reason::OverFixedPrice => "reason-over-fixed-price",
        Reason::WithinPriceOfAll => "reason-within-price-of-all",
        Reason::GuaranteedMinimum => "reason-guaranteed-minimum",
        Reason::BelowStart => "reason-below-start",
        Reason::PaidAtYearEnd => "reason-paid-at-year-end",
        Reason::RoundedByMonth => "reason-rounded-by-month",
        Reason::PaidBefore => "reason-paid-before",
        Reason::InsuranceEnded => "reason-insurance-ended",
        Reason::CeilingReached => "reason-ceiling-reached",
        Reason::CeilingUsedUp => "reason-ceiling-used-up",
        Reason::AccountDeclined => "reason-account-declined",
        Reason::AccountEmpty => "reason-account-empty",
        Reason::AccountTooSmall => "reason-account-too-small",
        Reason::AccountMayNotPay => "reason-account-may-not-pay",
        Reason::AccountKeepsRest => "reason-account-keeps-rest",
        Reason::RestInScope => "reason-rest-in-scope",
        Reason::RoundedAsAWhole => "reason-rounded-as-a-whole",
        Reason::OddFenToPerson => "reason-odd-fen-to-person",
        Reason::OddFenToFund => "reason-odd-fen-to-fund",
    }
}
