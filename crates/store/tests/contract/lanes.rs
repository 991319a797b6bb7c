use std::sync::Arc;

use benefit::Split;
use ledger::Account;
use model::{Fen, OrderId, PersonId};
use settlement::{
    Action, Actor, Attempt, BenefitAccount, ItemState, KeptLine, Message, OrderState, PaymentResult,
    RefundResult, Refusal, SettlementFile,
};
use store::{
    Connection, Database, Outcome, StoreError, StoreSettings, SubmitError, audit, benefit_accounts, codes,
    context, events, orders, outbox, postings, requests, settlements, visits,
};

use crate::bench::{Bench, NaiveAccount, keys, on_both_engines};
use crate::care::{
    self, NOW, RULES, command, done, from, hospital, key, pharmacy, purchase, purchase_of, revoke, set_up,
    settle, settlement_of, submit, use_code, visit,
};
use crate::samples::person_id;

on_both_engines!(
    a_visit_is_settled_read_back_and_undone_to_the_fen,
    a_part_of_a_settlement_goes_back_in_one_event,
    an_order_is_paid_and_found_by_every_number,
    a_preview_is_the_settlement_without_writing,
    sixty_four_purchases_at_once_never_overdraw_nor_pass_the_ceiling,
    sixty_four_purchases_the_naive_way_break_the_limits,
    the_same_request_is_carried_out_once,
    a_batch_is_settled_once_however_many_ask,
    a_code_is_used_once_and_its_token_serves,
    a_request_reversed_before_it_arrives_is_refused_for_ever,
    many_people_share_transactions,
    one_bad_command_does_not_hurt_its_group,
    nobody_and_nothing_are_refused,
    news_waits_until_it_is_delivered,
);

fn read<T: Send + 'static>(
    bench: &Bench,
    database: &Database,
    body: impl FnMut(&mut Connection) -> Result<T, StoreError> + Send + 'static,
) -> T {
    bench.block_on(database.read(body)).expect("read")
}

fn account(bench: &Bench, database: &Database, person_id: PersonId) -> BenefitAccount {
    read(bench, database, move |connection| benefit_accounts::find(connection, person_id))
}

fn nothing_is_wrong(bench: &Bench, database: &Database) {
    let report = read(bench, database, audit::verify);
    assert_eq!(report.findings, vec![]);
    assert!(report.events > 0 && report.rows > 0);
    let totals = read(bench, database, |connection| postings::totals(connection, None, None));
    assert_eq!(Fen::sum(totals.into_iter().map(|(_, amount)| amount)), Ok(Fen::ZERO));
}

fn a_visit_is_settled_read_back_and_undone_to_the_fen(bench: &Bench) {
    let (database, id) = (bench.open(), person_id(1));
    set_up(bench, &database, 1..2);
    let before = account(bench, &database, id);
    let visit_id = bench.block_on(visit(&database, id, "300.00"));
    let outcome =
        bench.block_on(done(&database, from(&hospital(), id, Some("M1"), settle(visit_id, "300.00"))));
    assert!(!outcome.replayed);
    let settled = settlement_of(&outcome);
    assert_eq!(settled.split.account_current_year, Fen::new(10_000));

    let file = read(bench, &database, move |c| visits::find(c, id, visit_id)).expect("a visit");
    assert_eq!(
        file.items.iter().map(|stored| stored.state).collect::<Vec<_>>(),
        [ItemState::Settled(settled.id)]
    );
    assert_eq!(file.visit.diagnoses.len(), 1);
    let settlement_id = settled.id;
    let find =
        || read(bench, &database, move |c| settlements::find(c, id, settlement_id)).expect("a settlement");
    assert_eq!(find().settlement, settled);
    assert!(find().live);
    assert_eq!(find().order.state, OrderState::Due);
    let of_person = || read(bench, &database, move |c| settlements::of_person(c, id, None, 10));
    assert_eq!(of_person().into_iter().map(|(_, file)| file).collect::<Vec<_>>(), [find()]);
    let rows =
        read(bench, &database, |c| settlements::of_institution(c, &hospital(), NOW, NOW.plus_seconds(1), 10));
    assert_eq!(
        rows.iter().map(|row| (row.settlement_id, row.total)).collect::<Vec<_>>(),
        [(settlement_id, Fen::new(30_000))]
    );
    let listed = read(bench, &database, |c| visits::of_institution(c, &hospital(), None, 10));
    assert_eq!(listed.iter().map(|row| (row.visit_id, row.person_id)).collect::<Vec<_>>(), [(visit_id, id)]);
    let at = |code| read(bench, &database, move |c| visits::at_institution(c, &code, visit_id));
    assert_eq!((at(hospital()), at(pharmacy())), (listed.first().cloned(), None));
    let totals = || {
        read(bench, &database, |c| {
            settlements::totals_of_institution(c, &hospital(), NOW, NOW.plus_seconds(1))
        })
    };
    let sums = |of: &settlements::Totals| (of.count, of.total, of.fund, of.account, of.cash);
    let [row] = rows.as_slice() else { panic!("one settlement") };
    assert_eq!(sums(&totals()), (1, row.total, row.fund, row.account, row.cash));
    // Another person's identifiers open nothing.
    assert_eq!(read(bench, &database, move |c| visits::find(c, person_id(2), visit_id)), None);
    assert_eq!(read(bench, &database, move |c| settlements::find(c, person_id(2), settlement_id)), None);
    nothing_is_wrong(bench, &database);

    let undone = bench.block_on(done(&database, from(&hospital(), id, None, revoke(settlement_id))));
    assert_eq!(settlement_of(&undone).split, settled.split.negated().expect("in range"));
    let after = account(bench, &database, id);
    assert_eq!((after.balances, after.accumulators), (before.balances, before.accumulators));
    let file = read(bench, &database, move |c| visits::find(c, id, visit_id)).expect("a visit");
    assert_eq!(file.items.iter().map(|stored| stored.state).collect::<Vec<_>>(), [ItemState::Open]);
    assert!(!find().live);
    assert_eq!(find().order.state, OrderState::Closed);
    let both = read(bench, &database, move |c| settlements::of_visit(c, id, visit_id));
    assert_eq!(both.iter().map(|file| file.live).collect::<Vec<_>>(), [false, false]);
    assert_eq!(totals(), settlements::Totals::default());
    let again = bench.block_on(database.submit(&RULES, from(&hospital(), id, None, revoke(settlement_id))));
    assert_eq!(again, Err(SubmitError::Refused(Refusal::AlreadyReversed)));
    // What was undone may be settled again.
    bench.block_on(done(&database, from(&hospital(), id, None, settle(visit_id, "300.00"))));
    assert_eq!(of_person().len(), 2);
    nothing_is_wrong(bench, &database);
}

fn an_order_is_paid_and_found_by_every_number(bench: &Bench) {
    let (database, id) = (bench.open(), person_id(1));
    set_up(bench, &database, 1..2);
    let bought = bench.block_on(done(&database, from(&pharmacy(), id, None, purchase("300.00"))));
    let order = bought.committed.body.order().expect("an order").clone();
    let order_id = order.id;
    let find = || read(bench, &database, move |c| orders::find(c, order_id)).expect("an order");
    assert_eq!(find(), order);
    let by_channel = || read(bench, &database, |c| orders::find_by_channel_order(c, "CH1"));
    let unresolved = || read(bench, &database, |c| orders::unresolved(c, None, 10));
    assert_eq!((by_channel(), unresolved()), (None, vec![]));
    let attempt = Attempt { channel: "unionpay".to_owned(), channel_order: "CH1".to_owned(), at: NOW };
    let channel_order = || "CH1".to_owned();
    let person = |action| bench.block_on(done(&database, command(id, Actor::Person, None, action)));
    person(Action::BeginPayment { order_id, attempt });
    person(Action::SubmitPayment { order_id, channel_order: channel_order() });
    assert_eq!(unresolved().iter().map(|order| order.id).collect::<Vec<_>>(), [order_id]);
    assert_eq!(by_channel().map(|order| order.id), Some(order_id));
    let result = PaymentResult::Paid { amount: order.cash, channel_reference: "Q1".to_owned() };
    person(Action::ResolvePayment { order_id, channel_order: channel_order(), result });
    assert!(matches!(find().state, OrderState::Paid { .. }));
    assert_eq!(unresolved(), vec![]);
    bench.block_on(done(&database, from(&pharmacy(), id, None, revoke(order.settlement_id))));
    let Some(OrderState::Refunding { refund_order, .. }) = by_channel().map(|order| order.state) else {
        panic!("not being refunded")
    };
    let refund = move |connection: &mut Connection| orders::find_by_channel_order(connection, &refund_order);
    assert_eq!(read(bench, &database, refund).map(|order| order.id), Some(order_id));
    assert_eq!(unresolved().len(), 1);
    let result = RefundResult::Done { amount: order.cash };
    person(Action::ResolveRefund { order_id, result });
    // The channel may repeat its notification long after the order is done with.
    assert!(matches!(by_channel().map(|order| order.state), Some(OrderState::Refunded { .. })));
    assert_eq!(unresolved(), vec![]);
    let totals = read(bench, &database, |c| postings::totals(c, None, None));
    assert!(totals.contains(&(Account::Channel("unionpay".to_owned()), Fen::ZERO)), "{totals:?}");
    nothing_is_wrong(bench, &database);
}

fn a_part_of_a_settlement_goes_back_in_one_event(bench: &Bench) {
    let (database, id) = (bench.open(), person_id(1));
    set_up(bench, &database, 1..3);
    let visit_id = bench.block_on(visit(&database, id, "900.00"));
    let more = Action::AddItems { visit_id, items: vec![care::item("2", "B1", "300.00")] };
    bench.block_on(done(&database, from(&hospital(), id, None, more)));
    let settled = bench.block_on(done(&database, from(&hospital(), id, None, settle(visit_id, "1200.00"))));
    let original = settlement_of(&settled);
    let Action::Revoke { reversal_id, refund_order, .. } = revoke(original.id) else { panic!("a reversal") };
    let ids = revoke(original.id);
    let Action::Revoke { reversal_id: new_settlement_id, .. } = ids else { panic!("a reversal") };
    let correction = Action::Correct {
        settlement_id: original.id,
        visit_id,
        kept: vec![KeptLine { serial: "2".to_owned(), quantity: "1".parse().expect("a quantity") }],
        reversal_id,
        refund_order,
        new_settlement_id,
        new_order_id: OrderId::new(NOW, care::fresh()),
    };
    let corrected = bench.block_on(done(&database, from(&hospital(), id, None, correction)));
    let rest = settlement_of(&corrected);
    assert_eq!(rest.split.total, Fen::new(30_000));
    let files = read(bench, &database, move |c| settlements::of_visit(c, id, visit_id));
    let live: Vec<_> = files.iter().map(|file| (file.settlement.id, file.live)).collect();
    assert_eq!(live, [(original.id, false), (reversal_id, false), (rest.id, true)]);
    let newest = read(bench, &database, move |c| settlements::of_person(c, id, None, 10));
    let newest: Vec<_> = newest.iter().map(|(_, file)| file.settlement.id).collect();
    assert_eq!(newest, [rest.id, original.id]);
    let file = read(bench, &database, move |c| visits::find(c, id, visit_id)).expect("a visit");
    let items: Vec<_> = file.items.iter().map(|stored| (stored.item.serial.as_str(), stored.state)).collect();
    assert_eq!(items, [("2", ItemState::Settled(rest.id))]);
    // Another person who only ever bought what was kept stands the same.
    let other = person_id(2);
    let alone = bench.block_on(visit(&database, other, "300.00"));
    bench.block_on(done(&database, from(&hospital(), other, None, settle(alone, "300.00"))));
    let (one, two) = (account(bench, &database, id), account(bench, &database, other));
    assert_eq!((one.balances, one.accumulators), (two.balances, two.accumulators));
    nothing_is_wrong(bench, &database);
}

fn a_preview_is_the_settlement_without_writing(bench: &Bench) {
    let (database, id) = (bench.open(), person_id(1));
    set_up(bench, &database, 1..2);
    let visit_id = bench.block_on(visit(&database, id, "300.00"));
    let intended = from(&hospital(), id, None, settle(visit_id, "300.00"));
    let (needs, before) = (intended.needs(), account(bench, &database, id));
    let loaded = read(bench, &database, move |c| context::load(c, id, &needs)).expect("registered");
    let (previewed, _) = settlement::preview(&RULES, &loaded, &intended).expect("allowed");
    assert_eq!(account(bench, &database, id), before);
    let settled = settlement_of(&bench.block_on(done(&database, intended)));
    assert_eq!(previewed, settled);
}

/// The yearly ceiling of the policy: what the pooled fund pays at most.
const CEILING: Fen = Fen::new(2_000_000);

/// What the person's account held before: this year's and earlier years' money.
const HELD: Fen = Fen::new(15_000);

/// Whether these splits of one person together keep within the money that there was.
fn within_limits(splits: &[Split]) -> bool {
    let account =
        Fen::sum(splits.iter().map(|split| split.account_paid().expect("in range"))).expect("in range");
    let fund = Fen::sum(splits.iter().map(|split| split.pool_fund)).expect("in range");
    account <= HELD && fund <= CEILING
}

fn sixty_four_purchases_at_once_never_overdraw_nor_pass_the_ceiling(bench: &Bench) {
    // Two programs on one database, so that nothing but the database orders them.
    let (one, other) = (bench.open(), bench.open());
    set_up(bench, &one, 1..3);
    let outcomes: Vec<Outcome> = bench.block_on(async {
        let purchases: Vec<_> = (0..64)
            .map(|n| {
                let database = Arc::clone(if n % 2 == 0 { &one } else { &other });
                tokio::spawn(submit(database, from(&pharmacy(), person_id(1), None, purchase("1000.00"))))
            })
            .collect();
        let mut outcomes = Vec::new();
        for purchase in purchases {
            outcomes.push(purchase.await.expect("ran").expect("settled"));
        }
        for _ in 0..64 {
            done(&one, from(&pharmacy(), person_id(2), None, purchase("1000.00"))).await;
        }
        outcomes
    });
    let splits: Vec<Split> = outcomes.iter().map(|outcome| settlement_of(outcome).split).collect();
    assert!(within_limits(&splits));
    // The bills are alike, so in whatever order they were settled the sums are those of one after the other.
    let (at_once, in_turn) = (account(bench, &one, person_id(1)), account(bench, &one, person_id(2)));
    assert_eq!(at_once.version, 65);
    assert_eq!(at_once.balances, in_turn.balances);
    assert_eq!(at_once.accumulators, in_turn.accumulators);
    assert_eq!(Fen::sum(splits.iter().map(|split| split.pool_fund)), Ok(CEILING));
    nothing_is_wrong(bench, &one);
}

/// The check that the test above rests on must be able to fail: the same 64 purchases at once by a program that reads,
/// decides and writes without compare-and-swap overdraw the account and pass the ceiling on either engine.
fn sixty_four_purchases_the_naive_way_break_the_limits(bench: &Bench) {
    let database = bench.open();
    set_up(bench, &database, 1..2);
    let intended = || from(&pharmacy(), person_id(1), None, purchase("1000.00"));
    let needs = intended().needs();
    let person = read(bench, &database, move |c| context::load(c, person_id(1), &needs)).expect("registered");
    let splits = bench.naively(64, |stored| {
        let mut seen = person.clone();
        seen.account.balances.current_year = Fen::new(stored.current_year);
        seen.account.balances.previous_years = Fen::new(stored.previous_years);
        seen.account.accumulators = serde_json::from_str(&stored.accumulators).expect("accumulators");
        let planned = match settlement::plan(&RULES, &seen, &intended()).expect("allowed") {
            settlement::Decision::Commit(plan) => *plan,
            settlement::Decision::Replay(_) => panic!("no such request came before"),
        };
        let balances = planned.account.balances;
        let written = NaiveAccount {
            current_year: balances.current_year.get(),
            previous_years: balances.previous_years.get(),
            accumulators: serde_json::to_string(&planned.account.accumulators).expect("JSON"),
        };
        (written, planned.body.settlement().expect("a settlement").split.clone())
    });
    assert_eq!(splits.len(), 64);
    assert!(!within_limits(&splits), "the naive way must break the limits, or the check proves nothing");
}

fn the_same_request_is_carried_out_once(bench: &Bench) {
    let (one, other) = (bench.open(), bench.open());
    set_up(bench, &one, 1..2);
    let sent = from(&pharmacy(), person_id(1), Some("M1"), purchase("30.00"));
    let outcomes: Vec<Outcome> = bench.block_on(async {
        let copies: Vec<_> = (0..16)
            .map(|n| {
                let database = Arc::clone(if n % 2 == 0 { &one } else { &other });
                // A resent message is decided with new identifiers of its own.
                let resent = from(&pharmacy(), person_id(1), Some("M1"), purchase("30.00"));
                tokio::spawn(submit(database, resent))
            })
            .collect();
        let mut outcomes = Vec::new();
        for copy in copies {
            outcomes.push(copy.await.expect("ran").expect("answered"));
        }
        outcomes
    });
    assert_eq!(outcomes.iter().filter(|outcome| !outcome.replayed).count(), 1);
    assert!(outcomes.iter().all(|outcome| outcome.committed == outcomes[0].committed));
    assert_eq!(account(bench, &one, person_id(1)).version, 2);
    // The same after a restart.
    let later = bench.block_on(done(&bench.open(), sent.clone()));
    assert!(later.replayed && later.committed == outcomes[0].committed);
    let stored =
        read(bench, &one, |c| requests::find(c, &key(&pharmacy(), "purchase", "M1"))).expect("stored");
    assert_eq!(stored.answer, Some(outcomes[0].committed.clone()));
    // The same number with another content is refused, whoever's it is.
    let mut changed = sent;
    changed.request.as_mut().expect("a request").digest = [8; 32];
    let refused = bench.block_on(one.submit(&RULES, changed));
    assert!(matches!(refused, Err(SubmitError::Refused(Refusal::MessageReused(_)))), "{refused:?}");
    nothing_is_wrong(bench, &one);
}

fn a_batch_is_settled_once_however_many_ask(bench: &Bench) {
    let (one, other) = (bench.open(), bench.open());
    set_up(bench, &one, 1..2);
    let visit_id = bench.block_on(visit(&one, person_id(1), "30.00"));
    let answers = bench.block_on(async {
        let settlements: Vec<_> = (0..16)
            .map(|n| {
                let database = Arc::clone(if n % 2 == 0 { &one } else { &other });
                let message = format!("M{n}");
                let settle = from(&hospital(), person_id(1), Some(&message), settle(visit_id, "30.00"));
                tokio::spawn(submit(database, settle))
            })
            .collect();
        let mut answers = Vec::new();
        for settlement in settlements {
            answers.push(settlement.await.expect("ran"));
        }
        answers
    });
    let refused =
        answers.iter().filter(|answer| **answer == Err(SubmitError::Refused(Refusal::AlreadySettled)));
    assert_eq!(refused.count(), 15);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    nothing_is_wrong(bench, &one);
}

fn a_code_is_used_once_and_its_token_serves(bench: &Bench) {
    let (one, other) = (bench.open(), bench.open());
    set_up(bench, &one, 1..3);
    let id = person_id(1);
    let answers = bench.block_on(async {
        let uses: Vec<_> = (0..16_u8)
            .map(|n| {
                let database = Arc::clone(if n % 2 == 0 { &one } else { &other });
                tokio::spawn(submit(
                    database,
                    from(&hospital(), id, None, use_code(id, 123_456_789_012, [n; 32])),
                ))
            })
            .collect();
        let mut answers = Vec::new();
        for one_use in uses {
            answers.push(one_use.await.expect("ran"));
        }
        answers
    });
    let winner = answers.iter().position(Result::is_ok).expect("one was accepted");
    let others = answers.iter().filter(|answer| **answer == Err(SubmitError::Refused(Refusal::CodeUsed)));
    assert_eq!(others.count(), 15);
    let token = [u8::try_from(winner).expect("small"); 32];
    let grant = read(bench, &one, move |c| codes::find_token(c, token)).expect("a token");
    assert_eq!((grant.person, grant.institution), (id, hospital()));
    assert_eq!(read(bench, &one, |c| codes::find_token(c, [99; 32])), None);
    let register = |person, token| {
        let (_, action) = care::register(Some(token));
        bench.block_on(one.submit(&RULES, from(&hospital(), person, None, action)))
    };
    assert!(register(id, token).is_ok());
    // Another person's visit cannot be registered with it, nor any with a token that was not issued.
    assert_eq!(register(person_id(2), token), Err(SubmitError::Refused(Refusal::TokenNotValid)));
    assert_eq!(register(id, [99; 32]), Err(SubmitError::Refused(Refusal::TokenNotValid)));
    nothing_is_wrong(bench, &one);
}

fn a_request_reversed_before_it_arrives_is_refused_for_ever(bench: &Bench) {
    let (database, id) = (bench.open(), person_id(1));
    set_up(bench, &database, 1..2);
    let forbid = || {
        let action = Action::ForbidRequest { key: key(&pharmacy(), "purchase", "M1") };
        bench.block_on(database.submit(&RULES, from(&pharmacy(), id, None, action)))
    };
    assert!(forbid().is_ok());
    let late = bench.block_on(database.submit(&RULES, from(&pharmacy(), id, Some("M1"), purchase("30.00"))));
    assert!(matches!(late, Err(SubmitError::Refused(Refusal::ReversedBeforeArrival(_)))), "{late:?}");
    assert_eq!(forbid(), Err(SubmitError::Refused(Refusal::AlreadyReversed)));
    let stored =
        read(bench, &database, |c| requests::find(c, &key(&pharmacy(), "purchase", "M1"))).expect("stored");
    assert_eq!((stored.digest, stored.answer), (None, None));
    nothing_is_wrong(bench, &database);
}

fn many_people_share_transactions(bench: &Bench) {
    let database = bench.open();
    set_up(bench, &database, 1..101);
    bench.block_on(async {
        let purchases: Vec<_> = (0..300_u32)
            .map(|n| {
                let command =
                    from(&pharmacy(), person_id(1 + n % 100), Some(&format!("M{n}")), purchase("20.00"));
                tokio::spawn(submit(Arc::clone(&database), command))
            })
            .collect();
        for purchase in purchases {
            assert!(!purchase.await.expect("ran").expect("settled").replayed);
        }
    });
    for number in 1..101 {
        assert_eq!(account(bench, &database, person_id(number)).version, 4);
    }
    nothing_is_wrong(bench, &database);
}

fn one_bad_command_does_not_hurt_its_group(bench: &Bench) {
    let database = bench.open();
    set_up(bench, &database, 1..33);
    let answers = bench.block_on(async {
        let purchases: Vec<_> = (1..33_u32)
            .map(|number| {
                // No engine stores this batch, so the group with it fails as a whole.
                let batch = if number == 7 { "B\0" } else { "B1" };
                let command = from(&pharmacy(), person_id(number), None, purchase_of(batch, "20.00"));
                tokio::spawn(submit(Arc::clone(&database), command))
            })
            .collect();
        let mut answers = Vec::new();
        for purchase in purchases {
            answers.push(purchase.await.expect("ran"));
        }
        answers
    });
    for (number, answer) in (1..33).zip(answers) {
        if number == 7 {
            assert!(matches!(answer, Err(SubmitError::Store(StoreError::Constraint(_)))), "{answer:?}");
        } else {
            assert!(answer.is_ok(), "{number}: {answer:?}");
        }
    }
    assert_eq!(account(bench, &database, person_id(7)).version, 1);
    nothing_is_wrong(bench, &database);
}

fn nobody_and_nothing_are_refused(bench: &Bench) {
    let database = bench.open();
    set_up(bench, &database, 1..2);
    let nobody =
        bench.block_on(database.submit(&RULES, from(&pharmacy(), person_id(9), None, purchase("20.00"))));
    assert_eq!(nobody, Err(SubmitError::UnknownPerson));
    let nowhere = "P99000000009".parse().expect("a code");
    let unknown =
        bench.block_on(database.submit(&RULES, from(&nowhere, person_id(1), None, purchase("20.00"))));
    assert_eq!(unknown, Err(SubmitError::Refused(Refusal::InstitutionInactive)));
    database.close();
    let closed =
        bench.block_on(database.submit(&RULES, from(&pharmacy(), person_id(1), None, purchase("20.00"))));
    assert!(matches!(closed, Err(SubmitError::Store(StoreError::Unavailable(_)))));
    let reopened = Database::open(&bench.url, &keys(), StoreSettings::default()).expect("opened");
    let history = read(bench, &reopened, |c| events::of_person(c, person_id(1), None, 10));
    assert_eq!(
        history.iter().map(|(version, event)| (*version, event.body.action.as_str())).collect::<Vec<_>>(),
        [(1, "open_account")]
    );
}

fn news_waits_until_it_is_delivered(bench: &Bench) {
    let (database, id) = (bench.open(), person_id(1));
    set_up(bench, &database, 1..2);
    let pending = || read(bench, &database, |c| outbox::pending(c, 10));
    assert_eq!(pending(), vec![]);
    let bought = bench.block_on(done(&database, from(&pharmacy(), id, None, purchase("300.00"))));
    // Notified although nobody was waiting yet.
    bench.block_on(database.news().notified());
    let order_id = bought.committed.body.order().expect("an order").id;
    let waiting = pending();
    assert_eq!(
        waiting.iter().map(|news| (news.person_id, &news.message)).collect::<Vec<_>>(),
        [(id, &Message::BillReady { order_id })]
    );
    for expected in [true, false] {
        let news = waiting[0].clone();
        assert_eq!(bench.write(move |transaction| outbox::delivered(transaction, &news)), Ok(expected));
    }
    assert_eq!(pending(), vec![]);
    nothing_is_wrong(bench, &database);
    let find: SettlementFile =
        read(bench, &database, move |c| settlements::of_person(c, id, None, 1)).remove(0).1;
    assert_eq!(find.order.id, order_id);
}
