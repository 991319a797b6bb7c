use std::collections::BTreeSet;

use settlement::{Action, Actor, Attempt};
use store::{Connection, Database, EngineKind, audit};

use crate::bench::{Bench, on_both_engines};
use crate::care::{
    self, NOW, command, done, from, hospital, key, pharmacy, purchase, revoke, set_up, settle, settlement_of,
    use_code,
};
use crate::samples::person_id;

on_both_engines!(every_edit_of_every_column_is_found, every_missing_and_every_added_row_is_found);

/// The tables that follow from events, and the events themselves.
const TABLES: [&str; 12] = [
    "benefit_account",
    "event",
    "visit",
    "visit_event",
    "settlement",
    "payment_order",
    "payment_attempt",
    "posting",
    "request",
    "code_use",
    "token",
    "outbox",
];

fn findings(bench: &Bench, database: &Database) -> Vec<audit::Finding> {
    let verify = |connection: &mut Connection| audit::verify(connection);
    bench.block_on(database.read(verify)).expect("verified").findings
}

/// Two persons whose records have rows in every table.
fn live_a_little(bench: &Bench, database: &Database) {
    set_up(bench, database, 1..3);
    bench.block_on(async {
        for id in [person_id(1), person_id(2)] {
            let token = [id.to_bytes()[15]; 32];
            done(database, from(&hospital(), id, None, use_code(id, 12, token))).await;
            let (visit_id, registered) = care::register(Some(token));
            done(database, from(&hospital(), id, Some(&format!("V{id}")), registered)).await;
            let items = vec![care::item("1", "B1", "300.00"), care::item("2", "B2", "20.00")];
            for action in [
                care::record(visit_id),
                Action::AddItems { visit_id, items },
                Action::WithdrawItems { visit_id, batch: Some("B2".to_owned()) },
            ] {
                done(database, from(&hospital(), id, None, action)).await;
            }
            let settled =
                done(database, from(&hospital(), id, Some(&format!("S{id}")), settle(visit_id, "300.00")))
                    .await;
            let settled = settlement_of(&settled);
            let attempt =
                Attempt { channel: "unionpay".to_owned(), channel_order: format!("C{id}"), at: NOW };
            let begin = Action::BeginPayment { order_id: settled.order_id, attempt };
            done(database, command(id, Actor::Person, None, begin)).await;
            done(database, from(&hospital(), id, None, revoke(settled.id))).await;
            done(database, from(&pharmacy(), id, None, purchase("50.00"))).await;
            let forbid = Action::ForbidRequest { key: key(&pharmacy(), "purchase", &format!("F{id}")) };
            done(database, from(&pharmacy(), id, None, forbid)).await;
        }
    });
}

fn columns(bench: &Bench, table: &str) -> Vec<(String, String)> {
    let rows = bench.texts(&match bench.url.kind() {
        EngineKind::Sqlite => format!("SELECT name, lower(type) FROM pragma_table_info('{table}')"),
        EngineKind::Postgres => format!(
            "SELECT column_name::TEXT, data_type::TEXT FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = '{table}'"
        ),
    });
    rows.into_iter().map(|row| <[String; 2]>::try_from(row).expect("two columns").into()).collect()
}

/// Another value of a column's type.
fn altered(kind: EngineKind, column: &str, data_type: &str) -> String {
    match (kind, data_type) {
        (EngineKind::Sqlite, "integer") => format!("1 - {column}"),
        (EngineKind::Postgres, "bigint") => format!("1 - {column}"),
        (EngineKind::Postgres, "boolean") => format!("NOT {column}"),
        (_, "text") => format!("{column} || '0'"),
        (EngineKind::Sqlite, "blob") => format!("zeroblob(length({column}))"),
        (EngineKind::Postgres, "bytea") => format!("decode(repeat('00', length({column})), 'hex')"),
        (_, other) => panic!("no column has the type {other}"),
    }
}

/// The condition that picks one row in which `column` has a value.
fn one_row(kind: EngineKind, table: &str, column: &str) -> String {
    let place = if kind == EngineKind::Sqlite { "rowid" } else { "ctid" };
    format!(
        "{place} = (SELECT {place} FROM {table} WHERE {column} IS NOT NULL ORDER BY {place} DESC LIMIT 1)"
    )
}

/// Runs `tampering`, and puts the table back as it was; whether the database itself refused.
fn with_tampering(bench: &Bench, table: &str, tampering: &str, check: impl FnOnce()) -> bool {
    bench.tamper(&format!("CREATE TABLE kept AS SELECT * FROM {table}"));
    let refused = bench.try_tamper(tampering).is_err();
    if !refused {
        check();
    }
    bench.tamper(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept"));
    refused
}

fn every_edit_of_every_column_is_found(bench: &Bench) {
    let database = bench.open();
    live_a_little(bench, &database);
    assert_eq!(findings(bench, &database), vec![]);
    let mut edited = 0;
    let mut refused = BTreeSet::new();
    for table in TABLES {
        for (column, data_type) in columns(bench, table) {
            let kind = bench.url.kind();
            let filled =
                bench.texts(&format!("SELECT 'filled' FROM {table} WHERE {column} IS NOT NULL LIMIT 1"));
            assert_eq!(filled.len(), 1, "the sample has nothing in {table}.{column}");
            let edit = format!(
                "UPDATE {table} SET {column} = {} WHERE {}",
                altered(kind, &column, &data_type),
                one_row(kind, table, &column)
            );
            let check = || assert_ne!(findings(bench, &database), vec![], "not found: {edit}");
            if with_tampering(bench, table, &edit, check) {
                refused.insert(format!("{table}.{column}"));
            }
            edited += 1;
        }
    }
    assert!(edited > 55, "{edited}");
    // Constraints repeat what the plans promise; they refuse only what breaks a sum or makes something negative.
    assert!(refused.len() < 15, "{refused:?}");
    assert_eq!(findings(bench, &database), vec![]);
}

fn every_missing_and_every_added_row_is_found(bench: &Bench) {
    let database = bench.open();
    live_a_little(bench, &database);
    let kind = bench.url.kind();
    for table in TABLES {
        let columns = columns(bench, table);
        let (first, _) = &columns[0];
        let delete = format!("DELETE FROM {table} WHERE {}", one_row(kind, table, first));
        // News that was delivered is gone; every other row stays for ever.
        let check = || assert_eq!(findings(bench, &database).is_empty(), table == "outbox", "{delete}");
        assert!(!with_tampering(bench, table, &delete, check), "{delete}");
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let key = if table == "event" { "version" } else { names[0] };
        let copied: Vec<String> = columns
            .iter()
            .map(|(name, data_type)| match (name.as_str(), table) {
                ("version", "event") => "version + 1000".to_owned(),
                ("live", _) => if kind == EngineKind::Sqlite { "0" } else { "FALSE" }.to_owned(),
                ("reversal_of", _) => "NULL".to_owned(),
                (name, _) if name == key => altered(kind, name, data_type),
                (name, _) => name.to_owned(),
            })
            .collect();
        let insert = format!(
            "INSERT INTO {table} ({}) SELECT {} FROM {table} WHERE {}",
            names.join(", "),
            copied.join(", "),
            one_row(kind, table, first)
        );
        let check = || assert_ne!(findings(bench, &database), vec![], "not found: {insert}");
        assert!(!with_tampering(bench, table, &insert, check), "{insert}");
    }
    assert_eq!(findings(bench, &database), vec![]);
}
