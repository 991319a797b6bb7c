use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use store::{Connection, Database, EngineKind, StoreError, SubmitError, audit, benefit_accounts};

use crate::bench::Bench;
use crate::care::{RULES, from, pharmacy, purchase, set_up};
use crate::samples::person_id;

const PEOPLE: u32 = 20;

/// How many answers that a cut left unknown the test waits for.
const NOTICED: usize = 24;

/// A bound, so that a store that never notices a cut fails the test instead of hanging it.
const MOST_CUTS: usize = 500;

/// Sends purchases of one person, one after the other, until told to stop; a request that was not answered is sent again, as
/// a hospital's system does. Gives the number of requests that were carried out.
async fn keep_buying(
    database: Arc<Database>,
    person: u32,
    noticed: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
) -> i64 {
    let mut carried_out = 0;
    while !stop.load(Ordering::SeqCst) {
        let message = format!("M{person}-{carried_out}");
        loop {
            let command = from(&pharmacy(), person_id(person), Some(&message), purchase("20.00"));
            match database.submit(&RULES, command).await {
                Ok(_) => break,
                Err(SubmitError::Store(StoreError::OutcomeUnknown(_) | StoreError::Unavailable(_))) => {
                    noticed.fetch_add(1, Ordering::SeqCst);
                }
                Err(other) => panic!("{other}"),
            }
        }
        carried_out += 1;
    }
    carried_out
}

/// Connections are cut while groups are being committed: nothing is done twice, nothing that was answered is lost, and
/// the store connects again by itself.
#[test]
fn requests_sent_again_after_a_cut_are_carried_out_once() {
    let bench = Bench::new(EngineKind::Postgres);
    let database = bench.open();
    set_up(&bench, &database, 1..PEOPLE + 1);
    let noticed = Arc::new(AtomicUsize::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let carried_out: Vec<i64> = std::thread::scope(|scope| {
        scope.spawn(|| {
            // Often, but not so often that nothing is done between two cuts; and for as long as the machine needs to have
            // cut connections that were in use.
            for _ in 0..MOST_CUTS {
                if noticed.load(Ordering::SeqCst) >= NOTICED {
                    break;
                }
                bench.cut_connections();
                std::thread::sleep(Duration::from_millis(60));
            }
            stop.store(true, Ordering::SeqCst);
        });
        bench.block_on(async {
            let buyers: Vec<_> = (1..PEOPLE + 1)
                .map(|person| {
                    tokio::spawn(keep_buying(
                        Arc::clone(&database),
                        person,
                        Arc::clone(&noticed),
                        Arc::clone(&stop),
                    ))
                })
                .collect();
            let mut carried_out = Vec::new();
            for buyer in buyers {
                carried_out.push(buyer.await.expect("answered"));
            }
            carried_out
        })
    });
    assert!(noticed.load(Ordering::SeqCst) >= NOTICED, "too few connections were cut while they were in use");
    for (person, requests) in (1..PEOPLE + 1).zip(carried_out) {
        let account =
            move |connection: &mut Connection| benefit_accounts::find(connection, person_id(person));
        // The opening, and one version a purchase.
        assert_eq!(bench.block_on(database.read(account)).expect("read").version, 1 + requests);
    }
    assert_eq!(bench.block_on(database.read(audit::verify)).expect("verified").findings, vec![]);
}

/// The file holds personal data, encrypted, and health data: nobody else on the machine reads it.
#[cfg(unix)]
#[test]
fn an_embedded_database_is_private() {
    use std::os::unix::fs::PermissionsExt;

    let bench = Bench::new(EngineKind::Sqlite);
    let database = bench.open();
    set_up(&bench, &database, 1..2);
    let path = bench.place().replace("sqlite:", "");
    for suffix in ["", "-wal", "-shm"] {
        let metadata = std::fs::metadata(format!("{path}{suffix}")).expect("a file");
        assert_eq!(metadata.permissions().mode() & 0o077, 0, "{suffix}");
    }
}
