//! What adds up passes, and each identity that is broken is named.

#[cfg(test)]
mod common;

use common::*;
use model::Fen;
use proptest::prelude::*;
use wire::Language;
use wire::arithmetic::{self, ArithmeticError, Split};
use wire::message::*;

#[test]
fn lines_may_differ_by_one_fen() {
    let check = |amount: &str, cnt: &str, pric: &str| {
        arithmetic::line_amount("1", fen(amount), quantity(cnt), price(pric))
    };
    for (amount, cnt, pric) in
        [("4.52", "2", "2.26"), ("0.34", "1", "0.333333"), ("0.33", "1", "0.333333"), ("-4.52", "-2", "2.26")]
    {
        assert_eq!(check(amount, cnt, pric), Ok(()), "{amount}");
    }
    for (amount, cnt, pric) in [("4.54", "2", "2.26"), ("4.50", "2", "2.26"), ("4.52", "-2", "2.26")] {
        assert!(check(amount, cnt, pric).is_err(), "{amount}");
    }
    assert_eq!(check("4.53", "2", "2.26"), Ok(()));
    let text = check("4.54", "2", "2.26").expect_err("two fen").text(Language::Chinese);
    assert_eq!(text, "费用明细 1：明细项目费用总额 det_item_fee_sumamt=4.54，与数量×单价（2×2.26）不符");
}

#[test]
fn totals_match_to_the_fen() {
    let lines = || [fen("4.52"), fen("0.01")];
    assert_eq!(arithmetic::lines_total(lines(), fen("4.53")), Ok(()));
    let error = arithmetic::lines_total(lines(), fen("4.52")).expect_err("one fen");
    assert_eq!(error.text(Language::Chinese), "医疗费总额 medfee_sumamt=4.52，与费用明细合计 4.53 不符");
    assert_eq!(
        arithmetic::lines_total([Fen::new(i64::MAX), Fen::new(1)], fen("0")),
        Err(ArithmeticError::Overflow)
    );
}

#[test]
fn repeated_sums_are_compared_one_by_one() {
    let computed = Split {
        fully_self_paid: fen("0"),
        over_limit: fen("0"),
        first_self_paid: fen("1.93"),
        in_scope: fen("36.67"),
    };
    assert_eq!(arithmetic::repeated_split(&computed, &computed), Ok(()));
    let sent = Split { first_self_paid: fen("1.94"), ..computed };
    let text = arithmetic::repeated_split(&sent, &computed).expect_err("differs").text(Language::Chinese);
    assert_eq!(text, "preselfpay_amt=1.94，与预结算结果 1.93 不一致，请重新预结算");
}

/// The figures are those of a real inpatient settlement with a large-sum fund and a hospital part.
#[test]
fn a_settlement_with_hospital_part_adds_up() {
    let zero = fen("0");
    let real = SettlementAmounts {
        total: fen("23442.46"),
        fully_self_paid: fen("2533.97"),
        over_limit: fen("1396.89"),
        first_self_paid: fen("703.44"),
        in_scope: fen("18808.16"),
        deductible: zero,
        pool_fund: zero,
        civil_servant: zero,
        large_sum: fen("18785.39"),
        fund_total: fen("18785.39"),
        person_total: fen("4152.06"),
        account_paid: fen("170.04"),
        mutual_aid_paid: zero,
        cash: fen("3982.02"),
        hospital: fen("505.01"),
        ..amounts()
    };
    assert_eq!(arithmetic::settlement(&real), Ok(()));
    assert_eq!(arithmetic::settlement(&negated(&real)), Ok(()));
}

#[test]
fn each_amount_counts() {
    type Change = fn(&mut SettlementAmounts);
    assert_eq!(arithmetic::settlement(&amounts()), Ok(()));
    let breaks: [(&str, Change); 18] = [
        ("total", |a| a.total = fen("38.61")),
        ("fully_self_paid", |a| a.fully_self_paid = fen("0.01")),
        ("over_limit", |a| a.over_limit = fen("0.01")),
        ("first_self_paid", |a| a.first_self_paid = fen("1.94")),
        ("in_scope", |a| a.in_scope = fen("36.66")),
        ("pool_fund", |a| a.pool_fund = fen("20.01")),
        ("civil_servant", |a| a.civil_servant = fen("0")),
        ("enterprise", |a| a.enterprise = fen("0.01")),
        ("catastrophic", |a| a.catastrophic = fen("0.01")),
        ("large_sum", |a| a.large_sum = fen("0.51")),
        ("disabled_veterans", |a| a.disabled_veterans = fen("0.01")),
        ("medical_aid", |a| a.medical_aid = fen("0.01")),
        ("fund_total", |a| a.fund_total = fen("21.51")),
        ("person_total", |a| a.person_total = fen("16.11")),
        ("cash", |a| a.cash = fen("6.11")),
        ("hospital", |a| a.hospital = fen("0.99")),
        ("mutual aid above the account", |a| a.mutual_aid_paid = fen("10.01")),
        ("mutual aid below zero", |a| a.mutual_aid_paid = fen("-0.01")),
    ];
    for (what, change) in breaks {
        let mut broken = amounts();
        change(&mut broken);
        assert!(arithmetic::settlement(&broken).is_err(), "{what}");
        let reply = SettlementReply { amounts: broken, ..settlement_reply() };
        assert!(reply.to_nodes().is_err(), "{what}: was sent");
    }
    let mut text = amounts();
    text.cash = fen("6.11");
    assert_eq!(
        arithmetic::settlement(&text).expect_err("broken").text(Language::Chinese),
        "psn_part_amt=16.10，与 acct_pay+psn_cash_pay=16.11 不符"
    );
}

#[test]
fn a_line_that_does_not_divide_is_not_sent() {
    let mut line = line_result();
    line.in_scope = fen("36.68");
    assert!(FeeReply { lines: vec![line_result(), line.clone()] }.to_nodes().is_err());
    let mut reply = settlement_reply();
    reply.lines = vec![line_result(), line_result()];
    assert!(matches!(reply.to_nodes(), Err(ArithmeticError::Total { .. })));
}

proptest! {
    /// A bill of any size that was divided by addition passes, its negative too, and one fen more anywhere does not.
    #[test]
    fn bills_made_by_addition_pass(parts in proptest::array::uniform4(0_i64..1_000_000_000), cuts in proptest::array::uniform3(0_i64..=100)) {
        let [own, over, first, scope] = parts.map(Fen::new);
        let total = Fen::sum([own, over, first, scope]).expect("in range");
        let pool = Fen::new(scope.get() * cuts[0] / 100);
        let person = total.minus(pool).expect("in range");
        let account = Fen::new(person.get() * cuts[1] / 100);
        let shared = Fen::new(account.get() * cuts[2] / 100);
        let zero = Fen::ZERO;
        let bill = SettlementAmounts {
            total, fully_self_paid: own, over_limit: over, first_self_paid: first, in_scope: scope, pool_fund: pool,
            fund_total: pool, person_total: person, account_paid: account, mutual_aid_paid: shared,
            cash: person.minus(account).expect("in range"), hospital: zero, civil_servant: zero, large_sum: zero,
            ..amounts()
        };
        prop_assert_eq!(arithmetic::settlement(&bill), Ok(()));
        prop_assert_eq!(arithmetic::settlement(&negated(&bill)), Ok(()));
        let more = |amount: Fen| amount.plus(Fen::new(1)).expect("in range");
        let one_more_each = [
            SettlementAmounts { total: more(total), ..bill.clone() },
            SettlementAmounts { pool_fund: more(pool), ..bill.clone() },
            SettlementAmounts { cash: more(bill.cash), ..bill.clone() },
            SettlementAmounts { in_scope: more(scope), ..bill.clone() },
        ];
        for wrong in one_more_each {
            prop_assert!(arithmetic::settlement(&wrong).is_err());
        }
    }
}
