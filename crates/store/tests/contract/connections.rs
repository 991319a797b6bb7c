use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use store::{Connection, Database, EngineKind, StoreError, SubmitError, audit, benefit_accounts};

use crate::bench::Bench;
use crate::care::{RULES, from, pharmacy, purchase, set_up};
use crate::samples::person_id;

const CUTS: usize = 12;

/// Sends a request until it is answered, as a hospital's system does.
async fn insist(database: Arc<Database>, number: u32, cut: Arc<AtomicBool>) -> bool {
    let message = format!("M{number}");
    loop {
        let command = from(&pharmacy(), person_id(1 + number % 20), Some(&message), purchase("20.00"));
        match database.submit(&RULES, command).await {
            Ok(outcome) => return outcome.replayed,
            Err(SubmitError::Store(StoreError::OutcomeUnknown(_) | StoreError::Unavailable(_))) => {
                cut.store(true, Ordering::SeqCst);
            }
            Err(other) => panic!("{other}"),
        }
    }
}

/// Connections are cut while groups are being committed: nothing is done twice, nothing that was answered is lost, and
/// the store connects again by itself.
#[test]
fn requests_sent_again_after_a_cut_are_carried_out_once() {
    let bench = Bench::new(EngineKind::Postgres);
    let database = bench.open();
    set_up(&bench, &database, 1..21);
    let cut = Arc::new(AtomicBool::new(false));
    let finished = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // Often, but not so often that nothing is done between two cuts.
            for _ in 0..CUTS {
                if !finished.load(Ordering::SeqCst) {
                    bench.cut_connections();
                    std::thread::sleep(std::time::Duration::from_millis(60));
                }
            }
        });
        bench.block_on(async {
            let requests: Vec<_> = (0..400)
                .map(|number| tokio::spawn(insist(Arc::clone(&database), number, Arc::clone(&cut))))
                .collect();
            for request in requests {
                request.await.expect("answered");
            }
        });
        finished.store(true, Ordering::SeqCst);
    });
    assert!(cut.load(Ordering::SeqCst), "no connection was cut while it was in use");
    for number in 1..21 {
        let versions =
            move |connection: &mut Connection| benefit_accounts::find(connection, person_id(number));
        // The opening and twenty purchases.
        assert_eq!(bench.block_on(bench.open().read(versions)).expect("read").version, 21);
    }
    assert_eq!(bench.block_on(bench.open().read(audit::verify)).expect("verified").findings, vec![]);
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
