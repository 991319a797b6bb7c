use std::sync::Arc;

use credential::level::{ChannelState, Credential};
use credential::{AttemptPolicy, IndexNo, PinAttempts, PinRefusal};
use store::bank::{self, BindingState, NewBinding};
use store::credentials::{self, Authorisation, StoredCredential};
use store::{Personal, StoreError, people};

use crate::bench::{Bench, on_both_engines};
use crate::samples::{NOW, person, person_id, phone};

on_both_engines!(
    a_person_has_one_credential,
    level_and_state_move_only_from_what_was_read,
    pins_tried_at_once_are_counted_one_by_one,
    a_channel_is_unbound_alone_and_for_good,
    a_bank_account_is_bound_opened_and_closed,
);

fn stored() -> StoredCredential {
    StoredCredential {
        person_id: person_id(1),
        index_no: IndexNo::from_bytes([9; 16]),
        credential: Credential::activate(),
        pin_hash: Personal::new("$argon2id$sample"),
        pin_attempts: PinAttempts::default(),
        agreement_version: "2023-1".to_owned(),
        activated_at: NOW,
    }
}

fn activate(bench: &Bench) {
    bench
        .write(|transaction| {
            people::insert(transaction, &[person(1)])?;
            credentials::insert(transaction, &stored())
        })
        .expect("activated");
}

fn find(bench: &Bench) -> StoredCredential {
    let read = bench.block_on(bench.open().read(|connection| credentials::find(connection, person_id(1))));
    read.expect("read").expect("activated")
}

fn a_person_has_one_credential(bench: &Bench) {
    let unregistered = bench.write(|transaction| credentials::insert(transaction, &stored()));
    assert!(matches!(unregistered, Err(StoreError::Constraint(_))), "{unregistered:?}");
    activate(bench);
    assert_eq!(find(bench), stored());
    assert_eq!(
        bench.write(|transaction| credentials::insert(transaction, &stored())),
        Err(StoreError::Conflict)
    );
}

fn level_and_state_move_only_from_what_was_read(bench: &Bench) {
    activate(bench);
    let first = Credential::activate();
    let paying = first.open_payment().expect("allowed");
    let change = |from, to| bench.write(move |t| credentials::change(t, person_id(1), from, to));
    assert_eq!(change(first, paying), Ok(true));
    assert_eq!(change(first, first.suspend()), Ok(false));
    assert_eq!(find(bench).credential, paying);
}

fn pins_tried_at_once_are_counted_one_by_one(bench: &Bench) {
    activate(bench);
    let database = bench.open();
    let policy = AttemptPolicy { tries: 5, lock_seconds: 60 };
    let judge = move |right, at| {
        let database = Arc::clone(&database);
        async move { database.write(move |t| credentials::judge_pin(t, person_id(1), policy, right, at)).await }
    };
    let verdicts = bench.block_on(async {
        let tries: Vec<_> = (0..24).map(|_| tokio::spawn(judge(false, NOW))).collect();
        let mut verdicts = Vec::new();
        for one in tries {
            verdicts
                .push(one.await.expect("ran").expect("judged").expect("a credential").expect_err("wrong"));
        }
        verdicts
    });
    let wrong = |left| verdicts.iter().filter(|v| **v == PinRefusal::Wrong { remaining: left }).count();
    assert_eq!([4, 3, 2, 1].map(wrong), [1; 4]);
    assert_eq!(find(bench).pin_attempts.failures, 5);
    // The right PIN is refused while the lock lasts, and clears the count afterwards.
    let locked = bench.block_on(judge(true, NOW.plus_seconds(59)));
    assert!(matches!(locked, Ok(Some(Err(PinRefusal::Locked { .. })))));
    assert_eq!(bench.block_on(judge(true, NOW.plus_seconds(60))), Ok(Some(Ok(()))));
    assert_eq!(find(bench).pin_attempts, PinAttempts::default());
    let nobody = bench.write(move |t| credentials::judge_pin(t, person_id(2), policy, true, NOW));
    assert_eq!(nobody, Ok(None));
}

fn a_channel_is_unbound_alone_and_for_good(bench: &Bench) {
    activate(bench);
    let given = |handle: u64, channel: &str| Authorisation {
        handle,
        person_id: person_id(1),
        channel: channel.to_owned(),
        state: ChannelState::Authorised,
        authorised_at: NOW.plus_seconds(i64::try_from(handle % 10).expect("small")),
        unbound_at: None,
    };
    let (own, bank) = (given(999_999_999_991, "own"), given(2, "bank"));
    let (first, second) = (own.clone(), bank.clone());
    bench
        .write(move |transaction| {
            credentials::authorise(transaction, &first)?;
            credentials::authorise(transaction, &second)
        })
        .expect("authorised");
    let again = own.clone();
    assert_eq!(bench.write(move |t| credentials::authorise(t, &again)), Err(StoreError::Conflict));
    let too_long = given(1_000_000_000_000, "own");
    assert!(matches!(
        bench.write(move |t| credentials::authorise(t, &too_long)),
        Err(StoreError::Constraint(_))
    ));
    let unbind = || bench.write(move |t| credentials::unbind(t, 999_999_999_991, NOW.plus_seconds(9)));
    assert_eq!((unbind(), unbind()), (Ok(true), Ok(false)));
    let found = bench.block_on(bench.open().read(|connection| {
        let one = credentials::find_authorisation(connection, 999_999_999_991)?;
        Ok::<_, StoreError>((one, credentials::authorisations(connection, person_id(1))?))
    }));
    let unbound =
        Authorisation { state: ChannelState::Unbound, unbound_at: Some(NOW.plus_seconds(9)), ..own };
    assert_eq!(found, Ok((Some(unbound.clone()), vec![unbound, bank])));
}

fn a_bank_account_is_bound_opened_and_closed(bench: &Bench) {
    activate(bench);
    let new = |order: &str| NewBinding {
        person_id: person_id(1),
        channel: "unionpay".to_owned(),
        channel_order: order.to_owned(),
        card_number: Personal::new("6200990000001234"),
        phone: phone(1),
        bank: "样例银行".to_owned(),
        began_at: NOW,
    };
    let latest = || {
        let read = bench.block_on(bench.open().read(|connection| bank::latest(connection, person_id(1))));
        read.expect("read").expect("a binding")
    };
    let first = new("O1");
    assert_eq!(bench.write(move |t| bank::begin(t, &first)), Ok(1));
    let pending = latest();
    assert_eq!(
        (pending.state, pending.card_tail.as_str(), &pending.token),
        (BindingState::Pending, "1234", &None)
    );
    assert_eq!(pending.card_number.expose(), "6200990000001234");
    let second = new("O2");
    assert_eq!(bench.write(move |t| bank::begin(t, &second)), Ok(2));
    let open = |sequence| {
        bench.write(move |t| bank::open(t, person_id(1), sequence, &Personal::new("token-canary"), NOW))
    };
    // The first was ended by the second; only a pending one opens, once.
    assert_eq!((open(1), open(2), open(2)), (Ok(false), Ok(true), Ok(false)));
    let opened = latest();
    assert_eq!((opened.state, opened.channel_order.as_str()), (BindingState::Open, "O2"));
    assert_eq!(opened.token, Some(Personal::new("token-canary")));
    let close = || bench.write(|t| bank::close(t, person_id(1), NOW.plus_seconds(1)));
    assert_eq!((close(), close()), (Ok(true), Ok(false)));
    assert_eq!((latest().state, latest().token), (BindingState::Closed, None));
    let stored = bench.dump();
    for secret in ["6200990000001234", phone(1).expose(), "token-canary"] {
        assert!(!stored.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
}
