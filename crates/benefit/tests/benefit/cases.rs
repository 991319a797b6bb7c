//! Every worked case beside the policies, through one checker; and every rule of a region's policy has a case.

use benefit::{Expected, Split, StepKind};

use crate::support;

/// The amounts that the steps of a trace must add up to.
pub(crate) fn by_kind(split: &Split) -> [(StepKind, model::Fen); 20] {
    [
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
        (StepKind::Catastrophic, split.catastrophic),
        (StepKind::LargeSum, split.large_sum),
        (StepKind::CivilServant, split.civil_servant),
        (StepKind::Enterprise, split.enterprise),
        (StepKind::MedicalAid, split.medical_aid),
        (StepKind::OtherFund, split.other_fund),
        (StepKind::MutualAid, split.mutual_aid_paid),
        (StepKind::AccountCurrentYear, split.account_current_year),
        (StepKind::AccountPreviousYears, split.account_previous_years),
        (StepKind::Cash, split.cash),
    ]
}

#[test]
fn every_case_comes_out_as_written() {
    let book = support::book();
    let cases = support::cases();
    let mut wrong = Vec::new();
    for (name, case) in &cases {
        let outcome = case.settle(&book);
        let mismatches = case.mismatches(outcome.as_ref());
        wrong.extend(mismatches.iter().map(|mismatch| format!("{name}: {mismatch}")));
        assert!(case.expected.is_some(), "{name} expects nothing");
        assert!(case.arithmetic.as_ref().is_some_and(|text| text.len() > 40), "{name} does not say how");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let of = |folder: &str| cases.iter().filter(|(name, _)| name.starts_with(folder)).count();
    assert!(of("ningbo-employees") >= 30 && of("published-examples") >= 16);
}

#[test]
fn a_fen_too_much_in_any_amount_is_noticed() {
    let book = support::book();
    for (name, case) in support::cases() {
        let outcome = case.settle(&book);
        let Some(Expected::Amounts { amounts, .. }) = &case.expected else { continue };
        for (index, (amount, _)) in amounts.iter().enumerate() {
            let mut wrong = case.clone();
            if let Some(Expected::Amounts { amounts, .. }) = &mut wrong.expected {
                amounts[index].1 = amounts[index].1.plus(model::Fen::new(1)).expect("small");
            }
            let mismatches = wrong.mismatches(outcome.as_ref());
            assert_eq!(mismatches.len(), 1, "{name}: {amount}");
        }
    }
}

#[test]
fn steps_add_up_to_the_split_and_change_nothing() {
    let book = support::book();
    for (name, case) in support::cases() {
        let Ok(outcome) = case.settle(&book) else { continue };
        for part in outcome.bills() {
            for (kind, amount) in by_kind(&part.split) {
                assert_eq!(part.trace.total(kind), Ok(amount), "{name}: {kind:?}");
            }
            let policy = book.settling(&part.case).expect("a policy");
            assert_eq!(benefit::split(policy, &part.case).as_ref(), Ok(&part.split), "{name}");
        }
    }
}

#[test]
fn every_rule_of_a_region_has_a_case() {
    let book = support::book();
    let mut coverage = benefit::Coverage::default();
    for (_, case) in support::cases() {
        coverage.add(&book, &case, case.settle(&book).as_ref());
    }
    let missing = coverage.missing(&book);
    let missing: Vec<String> =
        missing.into_iter().map(|rule| format!("{}:{} {}", rule.file, rule.line, rule.id)).collect();
    assert!(missing.is_empty(), "no case for:\n{}", missing.join("\n"));
}
