use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use store::{Connection, Database, StoreError, StoreSettings, audit, requests};

use crate::bench::{Bench, keys, on_both_engines};
use crate::care::{RULES, from, key, pharmacy, purchase, set_up};
use crate::samples::person_id;

on_both_engines!(a_killed_program_loses_nothing_that_it_had_answered);

/// Where the process that is to be killed finds the database, and what its messages are called.
const PLACE: &str = "STORE_CRASH_PLACE";
const NAME: &str = "STORE_CRASH_NAME";

const ROUNDS: usize = 50;

/// How many settle at once, so that groups are being written whenever the process is killed.
const AT_ONCE: u32 = 16;

/// The process that is to be killed: settles without end, and prints each message's number once it is answered. Run by
/// itself it has no database to load and does nothing.
#[test]
fn load() {
    let (Ok(place), Ok(name)) = (std::env::var(PLACE), std::env::var(NAME)) else { return };
    let database = Database::open(&Bench::reach(&place), &keys(), StoreSettings::default()).expect("opened");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let settle = |person: u32| {
            let (database, name) = (Arc::clone(&database), name.clone());
            async move {
                for number in 0.. {
                    let message = format!("{name}-{person}-{number}");
                    let command = from(&pharmacy(), person_id(person), Some(&message), purchase("20.00"));
                    database.submit(&RULES, command).await.expect("settled");
                    // One write, so that a line is there as a whole or not at all.
                    std::io::stdout()
                        .write_all(format!("\nanswered {message}\n").as_bytes())
                        .expect("printed");
                }
            }
        };
        let settling: Vec<_> = (1..=AT_ONCE).map(|person| tokio::spawn(settle(person))).collect();
        for one in settling {
            one.await.expect("ran");
        }
    });
}

/// Runs the load for a moment and kills it without warning; the numbers of the messages that it had answered.
fn answered_before_the_kill(bench: &Bench, round: usize) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "crash::load", "--nocapture"])
        .env(PLACE, bench.place())
        .env(NAME, format!("R{round}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let printed = BufReader::new(child.stdout.take().expect("a pipe"));
    let (sender, answered) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in printed.lines() {
            if let Some(message) = line.expect("a line").strip_prefix("answered ") {
                sender.send(message.to_owned()).expect("sent");
            }
        }
    });
    let mut messages = vec![answered.recv_timeout(Duration::from_secs(60)).expect("the load answers")];
    let mut random = [0; 1];
    getrandom::fill(&mut random).expect("random bytes");
    std::thread::sleep(Duration::from_millis(u64::from(random[0] / 4)));
    child.kill().expect("killed");
    child.wait().expect("ended");
    reader.join().expect("read");
    messages.extend(answered);
    // The last line may have been cut off in the middle; it is not complete unless a later one follows.
    messages.pop();
    messages
}

fn a_killed_program_loses_nothing_that_it_had_answered(bench: &Bench) {
    set_up(bench, &bench.open(), 1..AT_ONCE + 1);
    let mut answered = 0;
    for round in 0..ROUNDS {
        let messages = answered_before_the_kill(bench, round);
        answered += messages.len();
        let database = bench.open();
        let missing = bench.block_on(database.read(move |connection: &mut Connection| {
            let mut missing = Vec::new();
            for message in &messages {
                if requests::find(connection, &key(&pharmacy(), "purchase", message))?.is_none() {
                    missing.push(message.clone());
                }
            }
            Ok::<_, StoreError>(missing)
        }));
        assert_eq!(missing, Ok(vec![]), "round {round}");
        // No half settlement: every row follows from an event, and every event is in its chain.
        if round % 10 == 9 {
            assert_eq!(bench.block_on(database.read(audit::verify)).expect("verified").findings, vec![]);
        }
    }
    assert!(answered > ROUNDS, "{answered}");
}
