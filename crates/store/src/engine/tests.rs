//! What the layer promises of both engines, on a temporary table of each.

use std::sync::Arc;

use super::column::{ToValue, values};
use super::connection::{Connection, EngineKind};
use super::sqlite::Access;
use super::statement::{InsertMany, SelectMany, Statement, SwapMany};
use super::url::DatabaseUrl;
use super::value::ColumnType::{Bool, Bytes, Int, Text};
use super::value::Value;
use crate::StoreError;
use crate::cipher::Keys;

static INSERT: InsertMany =
    InsertMany::new("probe", &[("id", Bytes), ("amount", Int), ("name", Text), ("live", Bool)]);
static REPLACE: InsertMany =
    InsertMany::replacing("probe", &[("id", Bytes), ("amount", Int), ("name", Text), ("live", Bool)], 1);
static BY_ID: SelectMany = SelectMany::new("SELECT id, amount, name, live FROM probe", &[("id", Bytes)], "");
static BY_TWO: SelectMany =
    SelectMany::new("SELECT id FROM probe", &[("amount", Int), ("name", Text)], " AND live");
static SWAP: SwapMany =
    SwapMany::new("probe", &[("id", Bytes)], ("amount", Int), &[("amount", Int), ("name", Text)]);
const ALL: &str = "SELECT id, amount, name, live FROM probe ORDER BY id";

/// Runs `test` on an empty table of each engine.
fn on_both_engines(test: impl Fn(&mut Connection)) {
    let folder = tempfile::TempDir::new().expect("a folder");
    let server = std::env::var("TEST_DATABASE_URL").expect(
        "TEST_DATABASE_URL is not set: run the tests with `cargo xtask test`, which starts a private PostgreSQL",
    );
    let urls = [DatabaseUrl::sqlite(folder.path().join("probe.db")), server.parse().expect("an address")];
    for url in urls {
        let mut connection =
            Connection::open(url.target(), Access::Write, Arc::new(Keys::none())).expect("opened");
        let table = match connection.kind() {
            EngineKind::Sqlite => {
                "CREATE TEMP TABLE probe (id BLOB NOT NULL PRIMARY KEY, amount INTEGER CHECK (amount >= 0),
                 name TEXT, live INTEGER) STRICT;"
            }
            EngineKind::Postgres => {
                "CREATE TEMP TABLE probe (id BYTEA NOT NULL PRIMARY KEY, amount BIGINT CHECK (amount >= 0),
                 name TEXT, live BOOLEAN);"
            }
        };
        connection.batch(table).expect("a table");
        test(&mut connection);
    }
}

type Probe = (Vec<u8>, Option<i64>, Option<String>, Option<bool>);

fn row(id: u8, amount: i64, name: &str, live: bool) -> Vec<Value> {
    values![[id], amount, name, live].to_vec()
}

fn probe(id: u8, amount: i64, name: &str, live: bool) -> Probe {
    (vec![id], Some(amount), Some(name.to_owned()), Some(live))
}

fn read(rows: Vec<super::row::Row>) -> Vec<Probe> {
    let one = |mut row: super::row::Row| {
        (
            row.get().expect("id"),
            row.get().expect("amount"),
            row.get().expect("name"),
            row.get().expect("live"),
        )
    };
    let mut probes: Vec<Probe> = rows.into_iter().map(one).collect();
    probes.sort();
    probes
}

fn all(connection: &mut Connection) -> Vec<Probe> {
    let rows = connection.query(ALL, &[]).expect("rows");
    read(rows)
}

#[test]
fn values_and_typed_nulls_come_back() {
    on_both_engines(|connection| {
        let nulls = vec![[2].to_value(), Value::Int(None), Value::Text(None), Value::Bool(None)];
        let rows = [row(1, i64::MAX, "医保 'x'", true), nulls];
        connection.insert_many(&INSERT, &rows).expect("inserted");
        assert_eq!(all(connection), [probe(1, i64::MAX, "医保 'x'", true), (vec![2], None, None, None)]);
    });
}

#[test]
fn a_null_that_is_not_expected_is_an_error() {
    on_both_engines(|connection| {
        let sum = "SELECT CAST(SUM(amount) AS BIGINT) FROM probe";
        let read: Result<i64, StoreError> = connection.query_one(sum, &[]).expect("a row").get();
        assert!(
            matches!(&read, Err(StoreError::Cell { column: 1, problem, .. }) if problem.starts_with("NULL")),
            "{read:?}"
        );
        let missing: Result<i64, StoreError> = {
            let mut row = connection.query_one("SELECT count(*) FROM probe", &[]).expect("a row");
            row.get::<i64>().and_then(|_| row.get())
        };
        assert!(matches!(missing, Err(StoreError::Cell { column: 2, .. })));
    });
}

#[test]
fn types_outside_the_four_are_an_error() {
    on_both_engines(|connection| {
        let half = connection.query("SELECT 1.5", &[]).map(|_| ());
        assert!(matches!(half, Err(StoreError::Statement { .. })), "{half:?}");
    });
}

#[test]
fn placeholders_are_numbers_and_all_must_be_given() {
    on_both_engines(|connection| {
        connection.insert_many(&INSERT, &[row(1, 10, "a", true), row(2, 20, "b", true)]).expect("inserted");
        let swapped =
            "SELECT id, amount, name, live FROM probe WHERE name = $2 AND amount > $1 AND amount > $1";
        let found = connection.query(swapped, &values![15_i64, "b"]).expect("rows");
        assert_eq!(read(found), [probe(2, 20, "b", true)]);
        for wrong in [&values![15_i64][..], &values![15_i64, "b", "c"][..]] {
            assert!(matches!(connection.query(swapped, wrong), Err(StoreError::Statement { .. })));
        }
        let narrow = connection.insert_many(&INSERT, &[values![[3], 1_i64].to_vec()]);
        assert!(matches!(narrow, Err(StoreError::Statement { .. })));
    });
}

#[test]
fn failures_are_told_apart_by_kind() {
    on_both_engines(|connection| {
        let insert = |connection: &mut Connection, row| connection.insert_many(&INSERT, &[row]);
        assert_eq!(insert(connection, row(1, 1, "a", true)), Ok(()));
        assert_eq!(insert(connection, row(1, 2, "b", true)), Err(StoreError::Conflict));
        assert!(matches!(insert(connection, row(2, -1, "a", true)), Err(StoreError::Constraint(_))));
        let no_id = vec![Value::Bytes(None), Value::Int(None), Value::Text(None), Value::Bool(None)];
        assert!(matches!(insert(connection, no_id), Err(StoreError::Constraint(_))));
        assert!(matches!(insert(connection, row(2, 1, "a\0", true)), Err(StoreError::Constraint(_))));
        let nonsense = connection.query("SELECT nothing FROM nowhere", &[]).map(|_| ());
        assert!(matches!(nonsense, Err(StoreError::Statement { .. })));
        assert!(connection.prepare(Statement::Plain("SELECT nothing FROM nowhere")).is_err());
        assert!(connection.prepare(Statement::Grouped(&SWAP)).is_ok());
        assert_eq!(all(connection).len(), 1);
    });
}

#[test]
fn row_counts_are_checked() {
    on_both_engines(|connection| {
        connection.insert_many(&INSERT, &[row(1, 1, "a", true), row(2, 1, "a", true)]).expect("inserted");
        let update = "UPDATE probe SET name = 'b' WHERE amount = $1";
        let counted = |affected| Err(StoreError::RowCount { statement: update, expected: 1, affected });
        assert_eq!(connection.execute_one(update, &values![9_i64]), counted(0));
        assert_eq!(connection.execute_one(update, &values![1_i64]), counted(2));
        assert_eq!(connection.execute_at_most_one(update, &values![9_i64]), Ok(false));
        assert!(connection.execute_at_most_one(update, &values![1_i64]).is_err());
        assert!(matches!(connection.query_optional(ALL, &[]), Err(StoreError::RowCount { affected: 2, .. })));
    });
}

#[test]
fn many_rows_are_written_found_and_replaced() {
    on_both_engines(|connection| {
        let rows: Vec<_> = (0..200).map(|id| row(id, i64::from(id % 3), "n", id % 2 == 0)).collect();
        connection.insert_many(&INSERT, &rows).expect("inserted");
        let keys: Vec<_> = [7, 199, 250].map(|id| values![[id]].to_vec()).to_vec();
        let found = connection.select_many(&BY_ID, &keys).expect("rows");
        assert_eq!(read(found), [probe(7, 1, "n", false), probe(199, 1, "n", false)]);
        connection.insert_many(&REPLACE, &[row(7, 5, "m", true), row(250, 6, "m", true)]).expect("replaced");
        let found = connection.select_many(&BY_ID, &keys).expect("rows");
        assert_eq!(
            read(found),
            [probe(7, 5, "m", true), probe(199, 1, "n", false), probe(250, 6, "m", true)]
        );
        let two = [values![5_i64, "m"].to_vec(), values![6_i64, "n"].to_vec(), values![1_i64, "m"].to_vec()];
        let found = connection.select_many(&BY_TWO, &two).expect("rows");
        assert_eq!(found.len(), 1);
        assert!(connection.select_many(&BY_TWO, &[]).expect("rows").is_empty());
        assert_eq!(connection.insert_many(&INSERT, &[]), Ok(()));
    });
}

#[test]
fn a_swap_changes_only_what_is_as_expected() {
    on_both_engines(|connection| {
        connection.insert_many(&INSERT, &[row(1, 1, "a", true), row(2, 1, "a", true)]).expect("inserted");
        let swaps = [
            values![[1], 1_i64, 2_i64, "b"].to_vec(),
            values![[2], 9_i64, 10_i64, "b"].to_vec(),
            values![[3], 1_i64, 2_i64, "b"].to_vec(),
        ];
        assert_eq!(connection.swap_many(&SWAP, &swaps), Ok(vec![true, false, false]));
        assert_eq!(connection.swap_many(&SWAP, &swaps[..1]), Ok(vec![false]));
        assert_eq!(all(connection), [probe(1, 2, "b", true), probe(2, 1, "a", true)]);
    });
}

#[test]
fn a_transaction_is_all_or_nothing() {
    on_both_engines(|connection| {
        {
            let mut dropped = connection.begin().expect("begun");
            dropped.insert_many(&INSERT, &[row(1, 1, "a", true)]).expect("inserted");
            assert_eq!(all(&mut dropped).len(), 1);
        }
        assert_eq!(all(connection).len(), 0);
        let mut failed = connection.begin().expect("begun");
        failed.insert_many(&INSERT, &[row(1, 1, "a", true)]).expect("inserted");
        assert_eq!(failed.insert_many(&INSERT, &[row(1, 1, "a", true)]), Err(StoreError::Conflict));
        assert_eq!(failed.commit(), Err(StoreError::RolledBack));
        assert_eq!(all(connection).len(), 0);
        let mut committed = connection.begin().expect("begun");
        committed.insert_many(&INSERT, &[row(1, 1, "a", true)]).expect("inserted");
        assert_eq!(committed.commit(), Ok(()));
        assert_eq!(all(connection).len(), 1);
        assert!(connection.is_usable());
    });
}
