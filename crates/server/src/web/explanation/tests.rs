//! What steps print and say, kind by kind.

use std::sync::Arc;

use benefit::{Citation, Confidence, Title};
use model::{Date, Instant, Rate};

use super::*;
use crate::web::i18n::Language;

fn shell() -> Shell {
    shell_in(Language::Zh)
}

fn shell_in(language: Language) -> Shell {
    Shell::plain(language, Instant::from_milliseconds(0))
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
    let trace = Trace { medical_year: 2023, age: 46, steps, ..Trace::default() };
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

/// The one line of a step that is alone in its trace.
fn line(step: Step) -> String {
    line_in(Language::Zh, step)
}

fn line_in(language: Language, step: Step) -> String {
    let explanation = explained(vec![step]);
    let groups = explanation.groups();
    groups[0].steps[0].working(&shell_in(language)).line(&shell_in(language)).replace('\u{A0}', " ")
}

fn reasons(step: Step) -> Vec<String> {
    let explanation = explained(vec![step]);
    let groups = explanation.groups();
    groups[0].steps[0].reasons(&shell()).iter().map(Text::to_string).collect()
}

/// A step with percent, limit and what was before.
fn with(step: Step, percent: Option<i64>, limit: Option<i64>, before: Option<i64>) -> Step {
    let rate = percent.map(|percent| Rate::from_millionths(percent * 10_000));
    Step { rate, limit: limit.map(Fen::new), before: before.map(Fen::new), ..step }
}

fn because(step: Step, reason: Reason) -> Step {
    Step { reason: Some(reason), ..step }
}

#[test]
fn a_share_multiplies_and_the_rest_subtracts() {
    let share = with(step(StepKind::PoolFund, 10_000, 8_000), Some(80), None, None);
    assert_eq!(line(share), "本段费用 100.00 × 医保支付比例 80% = 80.00");
    let cash = step(StepKind::Cash, 10_000, 2_000);
    assert_eq!(line(cash.clone()), "医疗费总额 100.00 \u{2212} 由基金、账户和医院支付 80.00 = 20.00");
    let english = "Total 100.00 \u{2212} Paid by others (funds, accounts, hospital) 80.00 = 20.00";
    assert_eq!(line_in(Language::En, cash), english);
}

#[test]
fn a_ceiling_of_fees_counts_what_was_used_before() {
    let above = with(step(StepKind::AboveCeiling, 100_000, 94_186), None, Some(2_000_000), Some(1_994_186));
    let above = because(above, Reason::CeilingReached);
    assert_eq!(line(above), "尚待分担 1,000.00 + 此前已用 19,941.86 \u{2212} 封顶线 20,000.00 = 941.86");
}

#[test]
fn a_ceiling_of_the_funds_payment_stands_beside_what_was_left() {
    // The fund may pay 50.00 more, 80 % of 62.50; what is beyond is no sum of ceiling and fees.
    let above = with(step(StepKind::AboveCeiling, 100_000, 93_750), None, Some(2_000_000), Some(1_995_000));
    let above = because(above, Reason::CeilingReached);
    assert_eq!(
        line(above.clone()),
        "封顶线 20,000.00 元；此前已用 19,950.00 元；尚待分担 1,000.00 \u{2212} 封顶线以内按比例分担的费用 62.50 = 937.50"
    );
    assert_eq!(
        line_in(Language::En, above),
        "Ceiling ¥20,000.00; Used before ¥19,950.00; Still to be divided 1,000.00 \u{2212} Fees shared up to the ceiling 62.50 = 937.50"
    );
}

#[test]
fn a_guarantee_counts_what_the_fund_pays_by_its_share() {
    let guarantee = |kind, result| {
        because(with(step(kind, 1_000_000, result), Some(45), None, None), Reason::GuaranteedMinimum)
    };
    let explanation = explained(vec![
        with(step(StepKind::PoolFund, 300_000, 180_000), Some(60), None, None),
        with(step(StepKind::CoPayment, 300_000, 120_000), Some(40), None, None),
        guarantee(StepKind::PoolFund, 270_000),
        guarantee(StepKind::CoPayment, -120_000),
    ]);
    let groups = explanation.groups();
    let line = |group: usize| groups[group].steps[1].working(&shell()).line(&shell()).replace('\u{A0}', " ");
    assert_eq!(
        line(0),
        "计算保底的费用 10,000.00 × 保底比例 45% \u{2212} 医保已按比例支付 1,800.00 = 2,700.00"
    );
    assert_eq!(line(1), "计算保底的费用 10,000.00 元；保底比例 45% → \u{2212}1,200.00 元");
    assert_eq!(groups[1].total, Fen::ZERO, "and yet it is told");
}

#[test]
fn graded_prices_and_roundings_have_no_false_equation() {
    let graded = step(StepKind::FirstSelfPaid, 3_000_000, 950_000);
    assert_eq!(line(graded.clone()), "项目金额 30,000.00 元 → 9,500.00 元");
    assert_eq!(reasons(graded).len(), 1, "why there is no single share");
    let rounding = because(step(StepKind::FirstSelfPaid, 1, -1), Reason::RoundedAsAWhole);
    assert_eq!(line(rounding), "四舍五入后的合计 0.01 \u{2212} 以上各步相加 0.02 = \u{2212}0.01");
}

#[test]
fn a_layer_multiplies_its_portion_and_tells_the_rest_beside() {
    let layer = with(step(StepKind::Catastrophic, 100_000, 80_000), Some(80), None, Some(400_000));
    assert_eq!(line(layer), "此前累计 4,000.00 元；本段个人负担 1,000.00 × 支付比例 80% = 800.00");
    let below = with(step(StepKind::Catastrophic, 90_000, 0), Some(0), Some(500_000), Some(100_000));
    let below = because(below, Reason::BelowStart);
    assert_eq!(
        line(below),
        "个人负担中起付标准以内的部分 900.00 元；此前累计 1,000.00 元；起付标准 5,000.00 元 → 0.00 元"
    );
    let bound = with(step(StepKind::MedicalAid, 270_000, 100_000), Some(100), Some(300_000), None);
    let bound = because(bound, Reason::CeilingReached);
    assert_eq!(
        line(bound),
        "本段个人负担 2,700.00 元；支付比例 100%；本项限额 3,000.00 \u{2212} 此前已用 2,000.00 = 1,000.00"
    );
    let used_up = with(step(StepKind::MedicalAid, 270_000, 0), Some(100), Some(300_000), None);
    let used_up = because(used_up, Reason::CeilingReached);
    assert_eq!(
        line(used_up.clone()),
        "本段个人负担 2,700.00 元；支付比例 100%；本项限额 3,000.00 元 → 0.00 元"
    );
    assert_eq!(reasons(used_up), ["本项限额已经用完，不再支付。"]);
}

#[test]
fn a_deductible_is_the_standard_less_what_was_borne_or_a_bound() {
    let deductible =
        |basis, result, before| with(step(StepKind::Deductible, basis, result), None, Some(90_000), before);
    assert_eq!(
        line(deductible(100_000, 40_000, Some(50_000))),
        "起付标准 900.00 \u{2212} 此前已承担 500.00 = 400.00"
    );
    assert_eq!(
        line(deductible(20_000, 20_000, None)),
        "尚待分担 200.00 元；不超过起付标准 900.00 元 → 200.00 元"
    );
    assert_eq!(
        line_in(Language::En, deductible(20_000, 20_000, None)),
        "Still to be divided ¥200.00; At most the deductible ¥900.00 → ¥200.00"
    );
    assert_eq!(
        line(deductible(20_000, 20_000, Some(50_000))),
        "尚待分担 200.00 元；起付标准 900.00 元；此前已承担 500.00 元 → 200.00 元"
    );
}

#[test]
fn a_bound_reads_as_words() {
    let account = with(step(StepKind::AccountCurrentYear, 50_000, 30_000), None, Some(30_000), None);
    assert_eq!(
        line(account.clone()),
        "可由账户支付的费用 500.00 元；不超过账户可用余额 300.00 元 → 300.00 元"
    );
    assert_eq!(
        line_in(Language::En, account),
        "What the account may pay for ¥500.00; At most what is available in the account ¥300.00 → ¥300.00"
    );
}

#[test]
fn the_odd_fen_of_a_segment_is_what_the_other_side_leaves() {
    let mut rounding = because(step(StepKind::Rounding, 1, 1), Reason::OddFenToPerson);
    rounding.rate = Some(Rate::from_millionths(500_000));
    let explanation = explained(vec![
        with(step(StepKind::PoolFund, 3, 2), Some(50), None, None),
        with(step(StepKind::CoPayment, 3, 1), Some(50), None, None),
        rounding,
    ]);
    let groups = explanation.groups();
    let line = |group: usize| groups[group].steps[0].working(&shell()).line(&shell());
    assert_eq!(line(0), "本段费用 0.03 × 医保支付比例 50% = 0.02");
    assert_eq!(line(1), "本段费用 0.03 \u{2212} 医保统筹支付 0.02 = 0.01");
    assert_eq!(
        groups[0].steps[0].reasons(&shell()).len(),
        1,
        "the rounding is told where the fund's part is"
    );
}

#[test]
fn what_is_rounded_at_the_end_says_so() {
    // 0.045 × 50 % = 0.0225: shown 0.05 × 50 % → 0.02.
    let late = with(step(StepKind::PoolFund, 5, 2), Some(50), None, None);
    assert_eq!(line(late.clone()), "本段费用 0.05 元；医保支付比例 50% → 0.02 元");
    assert_eq!(reasons(late).len(), 1);
}

#[test]
fn the_basis_of_an_item_is_what_earlier_steps_left() {
    let of_item = |step: Step| Step { line: Some(0), ..step };
    let explanation = explained(vec![
        of_item(with(step(StepKind::OverLimit, 10_800, 1_800), None, Some(9_000), None)),
        of_item(with(step(StepKind::FirstSelfPaid, 9_000, 900), Some(10), None, None)),
        of_item(step(StepKind::InScope, 9_000, 8_100)),
    ]);
    let groups = explanation.groups();
    let line = |group: usize| groups[group].steps[0].working(&shell()).line(&shell());
    assert_eq!(line(0), "项目金额 108.00 \u{2212} 按限价计算的金额 90.00 = 18.00");
    assert_eq!(line(1), "项目剩余金额 90.00 × 先行自付比例 10% = 9.00");
    assert_eq!(line(2), "项目剩余金额 90.00 \u{2212} 先行自付 9.00 = 81.00");
}

#[test]
fn an_account_is_only_empty_where_something_was_to_pay() {
    let mut band = because(step(StepKind::AccountBand, 0, 0), Reason::AccountEmpty);
    band.limit = Some(Fen::ZERO);
    assert_eq!(explained(vec![band]).groups(), []);
    let empty = |kind| because(with(step(kind, 500, 0), None, Some(0), None), Reason::AccountEmpty);
    assert_eq!(reasons(empty(StepKind::AccountBand)), ["账户没有余额可用。"]);
    assert_eq!(reasons(empty(StepKind::MutualAid)), ["亲属的账户没有余额可用。"]);
}

#[test]
fn steps_that_tell_nothing_are_left_out_and_what_is_not_paid_stays() {
    let below =
        because(with(step(StepKind::Catastrophic, 100, 0), Some(0), Some(500), None), Reason::BelowStart);
    let mut unused = step(StepKind::RatioChange, 0, 0);
    unused.rate = Some(Rate::ONE);
    let mut waived = step(StepKind::DeductibleChange, 500, 0);
    waived.limit = Some(Fen::ZERO);
    let explanation = explained(vec![
        waived,
        with(step(StepKind::Deductible, 500, 0), None, Some(0), None),
        with(step(StepKind::PoolFund, 500, 500), Some(100), None, None),
        with(step(StepKind::CoPayment, 500, 0), Some(0), None, None),
        unused,
        with(step(StepKind::AboveCeiling, 500, 0), None, Some(900), None),
        with(step(StepKind::PoolFund, 0, 0), Some(100), None, None),
        below,
    ]);
    let told: Vec<_> = explanation.groups().iter().map(|group| (group.kind, group.steps.len())).collect();
    // The deductible that a change waives is told: it is why nothing is due.
    let expected = [(StepKind::Deductible, 1), (StepKind::PoolFund, 1), (StepKind::Catastrophic, 1)];
    assert_eq!(told, expected);
    let groups = explanation.groups();
    assert!(
        groups.iter().skip(1).all(|group| group.steps[0].changes.is_empty()),
        "a change that nothing took"
    );
}

#[test]
fn the_citation_names_rule_mark_and_reading() {
    let mut cited = step(StepKind::Cash, 100, 100);
    let citation = |step: &Step, language| {
        let explanation = explained(vec![step.clone()]);
        let groups = explanation.groups();
        groups[0].steps[0].citation(&shell_in(language)).to_string()
    };
    assert_eq!(
        citation(&cited, Language::Zh),
        "规则编号：rule；依据的可信程度：B 级（医院通知、报纸，或注明来自医保部门的转载）。"
    );
    let taken_so = Title { zh: "如此理解".to_owned(), en: "taken so".to_owned() };
    cited.source = Arc::new(Citation { reading: Some(taken_so), ..(*cited.source).clone() });
    assert_eq!(
        citation(&cited, Language::En),
        "Rule no.: rule; mark of the source: B (a hospital notice, a newspaper, a copy that names the bureau as its \
         source); read as follows: taken so"
    );
}

const KINDS: [StepKind; 24] = [
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
    StepKind::AccountCredit,
    StepKind::TakenBack,
    StepKind::Shared,
    StepKind::WithoutPin,
    StepKind::Cash,
];

const REASONS: [Reason; 31] = [
    Reason::ClassC,
    Reason::NotInCatalogue,
    Reason::LimitedUseNotApproved,
    Reason::ApprovalRefused,
    Reason::PriceOverCeiling,
    Reason::DeductibleMet,
    Reason::WithinDeductible,
    Reason::DeductibleOfEarlierYear,
    Reason::DeductiblesReachTheirMost,
    Reason::DeductibleOffFund,
    Reason::ContinuesEarlierStay,
    Reason::NothingLeftForFund,
    Reason::WithinPriceOfAll,
    Reason::OverFixedPrice,
    Reason::GuaranteedMinimum,
    Reason::BelowStart,
    Reason::PaidAtYearEnd,
    Reason::RoundedByMonth,
    Reason::PaidBefore,
    Reason::InsuranceEnded,
    Reason::CeilingReached,
    Reason::CeilingUsedUp,
    Reason::AccountDeclined,
    Reason::AccountEmpty,
    Reason::AccountTooSmall,
    Reason::AccountMayNotPay,
    Reason::AccountKeepsRest,
    Reason::RestInScope,
    Reason::RoundedAsAWhole,
    Reason::OddFenToPerson,
    Reason::OddFenToFund,
];

#[test]
fn every_kind_and_reason_has_words_in_both_languages() {
    for language in Language::ALL {
        let shell = Shell { language, ..shell() };
        for kind in KINDS {
            for reason in REASONS {
                let mut full = step(kind, 200, 100);
                (full.rate, full.limit, full.before) =
                    (Some(Rate::from_millionths(500_000)), Some(Fen::new(300)), Some(Fen::new(50)));
                full.reason = Some(reason);
                let explanation = explained(vec![full]);
                let groups = explanation.groups();
                let each = &groups[0].steps[0];
                let mut words = vec![
                    groups[0].title(&shell).to_string(),
                    groups[0].what(&shell).map(|what| what.to_string()).unwrap_or_default(),
                    each.source(&shell).to_string(),
                    each.citation(&shell).to_string(),
                    each.working(&shell).line(&shell),
                ];
                words.extend(each.reasons(&shell).iter().map(Text::to_string));
                // Deductibles and ceilings are of a visit, a stay or a month as well.
                let of_a_year = matches!(
                    reason,
                    Reason::DeductibleOfEarlierYear
                        | Reason::DeductiblesReachTheirMost
                        | Reason::PaidAtYearEnd
                );
                if !of_a_year {
                    let of_year = ["今年", "全年", "年度", "this year’s d", "of the year"];
                    let said = |word: &String| of_year.iter().any(|of_year| word.contains(of_year));
                    assert!(!words.iter().any(said), "{words:?}");
                }
                assert!(words.iter().all(|word| !word.contains(['⟦', '$'])), "{words:?}");
            }
        }
    }
}
