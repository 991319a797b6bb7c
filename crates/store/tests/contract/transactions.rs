use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use store::{Connection, Database, StoreError, StoreSettings, Transaction, people, policies};

use crate::bench::{Bench, keys, on_both_engines};
use crate::samples::{NOW, person, person_id};

on_both_engines!(
    an_error_leaves_nothing,
    a_failure_that_was_ignored_is_not_committed,
    a_reader_cannot_write,
    a_panic_rolls_back_and_the_store_goes_on,
    a_full_queue_refuses,
    closing_finishes_what_waits,
    texts_come_back_as_they_were,
);

fn count(bench: &Bench) -> i64 {
    bench.block_on(bench.open().read(people::count)).expect("counted")
}

fn an_error_leaves_nothing(bench: &Bench) {
    let refused: Result<(), StoreError> = bench.write(|transaction| {
        people::insert(transaction, &[person(1)])?;
        Err(StoreError::Setting("the service refuses".to_owned()))
    });
    assert_eq!(refused, Err(StoreError::Setting("the service refuses".to_owned())));
    assert_eq!(count(bench), 0);
}

fn a_failure_that_was_ignored_is_not_committed(bench: &Bench) {
    let done = bench.write(|transaction| {
        people::insert(transaction, &[person(1)])?;
        let _ = people::insert(transaction, &[person(1)]);
        Ok(())
    });
    assert_eq!(done, Err(StoreError::RolledBack));
    assert_eq!(count(bench), 0);
}

fn a_reader_cannot_write(bench: &Bench) {
    let tried: Result<(), StoreError> = bench.block_on(bench.open().read(|connection: &mut Connection| {
        let mut transaction = connection.begin()?;
        people::insert(&mut transaction, &[person(1)])?;
        transaction.commit()
    }));
    assert!(matches!(tried, Err(StoreError::Statement { .. })), "{tried:?}");
    assert_eq!(count(bench), 0);
}

fn a_panic_rolls_back_and_the_store_goes_on(bench: &Bench) {
    let database =
        Database::open(&bench.url, &keys(), StoreSettings { readers: 1, writers: 1, lanes: 1, queue: 8 });
    let database = database.expect("opened");
    let work = |transaction: &mut Transaction<'_>| -> Result<(), StoreError> {
        people::insert(transaction, &[person(1)])?;
        panic!("a defect in a service");
    };
    let panicked = bench.block_on(database.write(work));
    assert!(matches!(panicked, Err(StoreError::OutcomeUnknown(_))), "{panicked:?}");
    let after = bench.block_on(database.write(|transaction| people::insert(transaction, &[person(2)])));
    assert_eq!(after, Ok(()));
    let found = bench.block_on(database.read(|connection| people::after(connection, None, 9)));
    assert_eq!(found, Ok(vec![person_id(2)]));
}

fn a_full_queue_refuses(bench: &Bench) {
    let settings = StoreSettings { readers: 1, writers: 1, lanes: 1, queue: 1 };
    let database = Database::open(&bench.url, &keys(), settings).expect("opened");
    let (started, is_started) = mpsc::channel();
    let (finish, may_finish) = mpsc::channel::<()>();
    let holder = Arc::clone(&database);
    bench.block_on(async {
        let first = tokio::spawn(async move {
            holder
                .read(move |_| {
                    started.send(()).expect("sent");
                    may_finish.recv().expect("released");
                    Ok::<_, StoreError>(())
                })
                .await
        });
        is_started.recv().expect("started");
        let waiting = tokio::spawn({
            let database = Arc::clone(&database);
            async move { database.read(people::count).await }
        });
        while database.waiting().0 == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(database.read(people::count).await, Err(StoreError::Busy(1)));
        finish.send(()).expect("released");
        assert_eq!(first.await.expect("ran"), Ok(()));
        assert_eq!(waiting.await.expect("ran"), Ok(0));
    });
}

fn closing_finishes_what_waits(bench: &Bench) {
    let database = bench.open();
    let ran = Arc::new(AtomicU32::new(0));
    bench.block_on(async {
        let writes: Vec<_> = (1..20)
            .map(|number| {
                let (database, ran) = (Arc::clone(&database), Arc::clone(&ran));
                tokio::spawn(async move {
                    let insert = move |t: &mut Transaction<'_>| people::insert(t, &[person(number)]);
                    let done = database.write(insert).await;
                    ran.fetch_add(u32::from(done.is_ok()), Ordering::SeqCst);
                })
            })
            .collect();
        tokio::task::yield_now().await;
        database.close();
        for write in writes {
            write.await.expect("ran");
        }
    });
    let after = bench.block_on(database.read(people::count));
    assert!(matches!(after, Err(StoreError::Unavailable(_))));
    // What was acknowledged is there, and nothing else.
    assert_eq!(count(bench), i64::from(ran.load(Ordering::SeqCst)));
}

fn texts_come_back_as_they_were(bench: &Bench) {
    for (version, content) in
        [("empty", ""), ("quotes", "it's \"so\"; -- $1 ?1"), ("wide", "医保 𠮷 é"), ("lines", "a\r\nb\tc")]
    {
        bench.write(move |t| policies::keep(t, version, content, NOW)).expect(version);
        let read = bench.block_on(bench.open().read(move |c| policies::find(c, version)));
        assert_eq!(read, Ok(Some(content.to_owned())));
    }
    // PostgreSQL cannot store U+0000, so neither engine accepts it.
    let refused = bench.write(|t| policies::keep(t, "nul", "a\0b", NOW));
    assert!(matches!(refused, Err(StoreError::Constraint(_))), "{refused:?}");
}
