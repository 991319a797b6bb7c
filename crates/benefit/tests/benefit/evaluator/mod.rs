//! A second evaluator, slow and obvious: fractions and one step after the other, written from the text of the steps and
//! of the policy format. It shares nothing with the engine; on a million random bills by random policies both must agree
//! to the fen.

mod bill;
mod evaluate;
mod fraction;
mod policy;
mod random;
mod stay;

use std::collections::BTreeMap;

use benefit::{PolicyBook, Split, explain, split};
use model::Fen;

use bill::PlainBill;
use evaluate::evaluate;
use policy::PlainPolicy;
use random::Random;

const POLICIES: u64 = 4_000;
const BILLS: u64 = 250;

fn book(policy: &PlainPolicy) -> PolicyBook {
    let file = policy.file();
    PolicyBook::parse(&[("random.toml".to_owned(), file.clone())]).unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}\n{file}", lines.join("\n"))
    })
}

/// What the engine says otherwise than the obvious evaluator.
fn differences(policy: &PlainPolicy, bill: &PlainBill, book: &PolicyBook) -> Vec<String> {
    let case = bill.case();
    let in_force = book.in_force(case.person.region, case.person.scheme, case.date).expect("a policy");
    let split = match split(in_force, &case) {
        Ok(split) => split,
        Err(refusal) => return vec![format!("refused: {refusal}")],
    };
    let obvious = evaluate(policy, bill);
    let amounts = split.amounts().into_iter().zip(obvious.amounts);
    let mut found: Vec<String> = amounts
        .filter(|((_, engine), obvious)| engine.get() != *obvious)
        .map(|((name, engine), obvious)| format!("{name}: engine {}, obvious {obvious}", engine.get()))
        .collect();
    let added = added(&split);
    if added != obvious.added {
        found.push(format!("added: engine {added:?}, obvious {:?}", obvious.added));
    }
    found.extend(split.check().err().map(|error| error.to_string()));
    found
}

fn added(split: &Split) -> BTreeMap<String, i64> {
    split.accumulated.iter().map(|(_, name, fen)| (name.to_string(), fen.get())).collect()
}

#[test]
fn a_million_random_bills_by_random_policies() {
    for seed in 0..POLICIES {
        let mut random = Random::new(seed + 1);
        let policy = PlainPolicy::random(&mut random);
        let book = book(&policy);
        for _ in 0..BILLS {
            let bill = PlainBill::random(&mut random, &policy);
            let found = differences(&policy, &bill, &book);
            assert!(found.is_empty(), "seed {seed}: {}\n{}\n{bill:#?}", found.join("; "), policy.file());
        }
    }
}

/// Bills by policies of every kind.
fn each_bill(policies: u64, bills: u64, mut look: impl FnMut(&PlainPolicy, &PlainBill, &PolicyBook)) {
    for seed in 0..policies {
        let mut random = Random::new(1_000_000 + seed);
        let policy = PlainPolicy::random(&mut random);
        let book = book(&policy);
        for _ in 0..bills {
            look(&policy, &PlainBill::random(&mut random, &policy), &book);
        }
    }
}

fn split_of(bill: &PlainBill, book: &PolicyBook) -> Split {
    let case = bill.case();
    split(book.in_force(case.person.region, case.person.scheme, case.date).expect("a policy"), &case)
        .expect("a split")
}

#[test]
fn no_part_is_negative_and_the_trace_adds_up_to_every_part() {
    each_bill(500, 40, |_, bill, book| {
        let case = bill.case();
        let policy = book.in_force(case.person.region, case.person.scheme, case.date).expect("a policy");
        let (split, trace) = explain(policy, &case).expect("a split");
        for (name, amount) in split.amounts() {
            assert!(!amount.is_negative(), "{name} is {amount}");
        }
        for (kind, amount) in crate::cases::by_kind(&split) {
            assert_eq!(trace.total(kind), Ok(amount), "{kind:?} of {bill:#?}");
        }
        assert_eq!(split_of(bill, book), split);
    });
}

#[test]
fn a_reversal_is_the_inverse() {
    each_bill(200, 40, |_, bill, book| {
        let case = bill.case();
        let split = split_of(bill, book);
        let mirror = split.negated().expect("small");
        assert_eq!(mirror.check(), Ok(()));
        let after = case.accumulators.plus(&split.accumulated).expect("small");
        assert_eq!(after.plus(&mirror.accumulated).expect("small"), case.accumulators);
    });
}

#[test]
fn more_care_is_never_a_smaller_bill_nor_paid_beyond_it() {
    each_bill(400, 40, |_, bill, book| {
        let before = split_of(bill, book);
        let mut more = bill.clone();
        more.lines[0].quantity += 10_000;
        let after = split_of(&more, book);
        // What is in scope is what the rounded parts of a line leave, so the rounding may take a fen of it.
        let in_scope = after.in_scope.minus(before.in_scope).expect("small");
        assert!(after.total > before.total && in_scope >= Fen::new(-1), "{bill:#?}");
        let person = after.person_total().expect("small");
        let funds = after.fund_total().expect("small");
        assert!(
            Fen::ZERO <= person && person <= after.total && funds <= after.total,
            "{person} and {funds} of {}: {bill:#?}",
            after.total
        );
    });
}

/// Where deductible, axis and ceiling run through the year, two bills of one line each come to the same as one bill of
/// both: to the fen but for the rounding of each bill.
#[test]
fn a_year_in_two_bills_is_the_same_year() {
    let (mut compared, mut compared_whole) = (0, 0);
    each_bill(12_000, 10, |policy, bill, book| {
        let yearly = policy.deductible_per == policy::Per::Year
            && (policy.ends.is_empty() || policy.axis == policy::Per::Year)
            && policy.monthly_fees.is_none()
            && policy.guarantee.is_none()
            && policy.fixed_price.is_none()
            && policy.special.is_none()
            && policy.deductible_of_bill.is_none()
            && !policy.deductible_from_fund
            && policy.band.is_none();
        if !yearly || bill.earlier.is_some() || bill.lines.len() < 2 {
            return;
        }
        let whole = split_of(bill, book);
        let (mut first, mut second) = (bill.clone(), bill.clone());
        first.lines.truncate(1);
        second.lines.remove(0);
        let one = split_of(&first, book);
        for (_, name, fen) in &one.accumulated {
            match second.before.iter_mut().find(|(key, _)| *key == **name) {
                Some((_, sum)) => *sum += fen.get(),
                None => second.before.push((name.to_string(), fen.get())),
            }
        }
        let other = split_of(&second, book);
        // Where a fund above the pool goes by the year as well and no account pays in between, every amount is the same. Of
        // two funds that cover different parts the first relieves parts bill by bill, in its order.
        let all = policy.layers.len() <= 1
            && policy.layers.iter().all(|layer| layer.yearly)
            && policy.accounts.iter().all(Option::is_none);
        let amounts = whole.amounts().into_iter().zip(one.amounts()).zip(other.amounts());
        for (((name, whole), (_, one)), (_, other)) in amounts {
            if all || matches!(name, "deductible" | "pool_fund") {
                let apart = whole.get() - one.get() - other.get();
                // Every segment of every bill may round by half a fen, and so may what enters it.
                assert!(apart.abs() <= 12, "{name}: {apart} apart\n{}\n{bill:#?}", policy.file());
            }
        }
        compared += 1;
        compared_whole += usize::from(all);
    });
    assert!(
        compared > 500 && compared_whole > 30,
        "only {compared} and {compared_whole} bills were compared"
    );
}

/// The evaluators must part when the policy differs in one number.
#[test]
fn a_policy_that_differs_is_noticed() {
    let changes: [fn(&mut PlainPolicy); 21] = [
        |policy| policy.deductible[0] += 1,
        |policy| policy.shares[0] = (policy.shares[0] + 1) % 101,
        |policy| policy.odd_fen_to_fund = !policy.odd_fen_to_fund,
        |policy| policy.yearly_fund = policy.yearly_fund.map(|amount| amount + 1),
        |policy| policy.retired_plus = policy.retired_plus.map(|plus| plus + 1),
        |policy| policy.guarantee = policy.guarantee.map(|(of, share)| (of, share + 5)),
        |policy| policy.front = policy.front.map(|front| front + 1),
        |policy| policy.layers.iter_mut().for_each(|layer| layer.start += 1),
        |policy| policy.deductible_of_bill = policy.deductible_of_bill.map(|(of, share)| (of, share + 1)),
        |policy| policy.deductibles_most = policy.deductibles_most.map(|most| most + 1),
        |policy| policy.after_transfer = (policy.after_transfer + 1) % 3,
        |policy| policy.growth = policy.growth.map(|[every, from, more]| [every, from + 1, more]),
        |policy| policy.waiting_months = policy.waiting_months.map(|months| months + 1),
        |policy| policy.special_fund = policy.special_fund.map(|(start, share)| (start + 1, share)),
        |policy| policy.keeps[1] += 1,
        |policy| policy.deductible_of_each.0 = !policy.deductible_of_each.0,
        |policy| policy.deductible_of_each.1 = !policy.deductible_of_each.1,
        |policy| policy.fixed_price = policy.fixed_price.map(|(price, per_day)| (price, !per_day)),
        |policy| policy.segments_after_transfer = !policy.segments_after_transfer,
        |policy| policy.deductible_from_fund = !policy.deductible_from_fund,
        |policy| policy.layers.iter_mut().for_each(|layer| layer.bend += 1),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let parted = (0..200).any(|seed| {
            let mut random = Random::new(seed + 1);
            let policy = PlainPolicy::random(&mut random);
            let mut other = policy.clone();
            change(&mut other);
            let book = book(&other);
            (0..50).any(|_| {
                let bill = PlainBill::random(&mut random, &policy);
                !differences(&policy, &bill, &book).is_empty()
            })
        });
        assert!(parted, "change {number} was not noticed");
    }
}
