use std::collections::{BTreeMap, BTreeSet};

use store::{Connection, DISTRIBUTION, Database, Distribution, EngineKind, StoreError, StoreSettings};

use crate::bench::{Bench, keys, on_both_engines};

on_both_engines!(
    every_statement_fits_the_schema,
    migrating_again_changes_nothing,
    an_old_schema_is_not_opened,
    an_edited_migration_is_noticed,
    a_newer_database_is_refused,
);

fn every_statement_fits_the_schema(bench: &Bench) {
    let prepare = |connection: &mut Connection| store::prepare_all(connection);
    let prepared = bench.block_on(bench.open().read(prepare)).expect("all prepared");
    assert!(prepared > 60, "{prepared}");
}

fn migrating_again_changes_nothing(bench: &Bench) {
    assert_eq!(store::migrate(&bench.url), Ok(vec![]));
}

fn open_error(bench: &Bench) -> String {
    match Database::open(&bench.url, &keys(), StoreSettings::default()) {
        Err(StoreError::Migration(what)) => what,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened"),
    }
}

fn an_old_schema_is_not_opened(bench: &Bench) {
    let empty = Bench::empty(bench.url.kind());
    // Without a table of migrations, and with an empty one.
    assert!(open_error(&empty).contains("yibao migrate"));
    bench.tamper("DELETE FROM schema_migration");
    assert!(open_error(bench).contains("yibao migrate"));
}

fn an_edited_migration_is_noticed(bench: &Bench) {
    bench.tamper(match bench.url.kind() {
        EngineKind::Sqlite => "UPDATE schema_migration SET digest = zeroblob(32) WHERE number = 1",
        EngineKind::Postgres => {
            "UPDATE schema_migration SET digest = decode(repeat('00', 32), 'hex') WHERE number = 1"
        }
    });
    assert!(open_error(bench).contains("another text"));
    assert!(matches!(store::migrate(&bench.url), Err(StoreError::Migration(_))));
}

/// Of two that ask for a schema one gets it, until it lets go.
#[test]
fn a_schema_is_held_by_one() {
    let bench = Bench::new(EngineKind::Postgres);
    let hold = |schema| store::hold_schema(&bench.url, schema).expect("asked");
    let held = hold("held_by_one").expect("free");
    assert!(hold("held_by_one").is_none());
    assert!(hold("held_by_another").is_some());
    drop(held);
    // The server lets go when it notices that the connection is gone.
    let free = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        hold("held_by_one").is_some()
    });
    assert!(free);
}

fn a_newer_database_is_refused(bench: &Bench) {
    bench.tamper(
        "INSERT INTO schema_migration (number, name, digest) SELECT 9999, 'future', digest \
         FROM schema_migration WHERE number = 1",
    );
    assert!(open_error(bench).contains("newer version"));
}

/// Table → column → type and whether NULL is allowed.
type Shape = BTreeMap<String, BTreeMap<String, (String, bool)>>;

fn shape(bench: &Bench) -> Shape {
    let rows = bench.texts(match bench.url.kind() {
        EngineKind::Sqlite => {
            "SELECT t.name, c.name, c.type, CASE WHEN c.\"notnull\" THEN 'NO' ELSE 'YES' END
             FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'"
        }
        EngineKind::Postgres => {
            "SELECT table_name::TEXT, column_name::TEXT, data_type::TEXT, is_nullable::TEXT
             FROM information_schema.columns WHERE table_schema = current_schema()"
        }
    });
    let mut shape = Shape::new();
    for row in rows {
        let [table, column, data_type, nullable] = <[String; 4]>::try_from(row).expect("four columns");
        let data_type = match data_type.as_str() {
            "bigint" => "INTEGER",
            "boolean" => "INTEGER",
            "bytea" => "BLOB",
            "text" => "TEXT",
            other => other,
        };
        shape.entry(table).or_default().insert(column, (data_type.to_owned(), nullable == "YES"));
    }
    shape
}

#[test]
fn both_engines_have_the_same_tables() {
    let (sqlite, postgres) = (Bench::new(EngineKind::Sqlite), Bench::new(EngineKind::Postgres));
    let tables = shape(&sqlite);
    assert_eq!(tables, shape(&postgres));
    assert!(tables.len() > 10);
}

#[test]
fn every_table_is_distributed_and_its_unique_keys_contain_the_column() {
    let bench = Bench::new(EngineKind::Postgres);
    let tables: BTreeSet<String> = shape(&bench).into_keys().collect();
    let distributed: BTreeSet<String> = DISTRIBUTION.iter().map(|(table, _)| (*table).to_owned()).collect();
    assert_eq!(tables, distributed);
    let keys = bench.texts(
        "SELECT t.relname::TEXT, string_agg(a.attname, ',') || ','
         FROM pg_index AS i
         JOIN pg_class AS t ON t.oid = i.indrelid
         JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = ANY(i.indkey)
         WHERE i.indisunique AND t.relnamespace = current_schema()::regnamespace
         GROUP BY t.relname, i.indexrelid",
    );
    assert!(keys.len() >= tables.len());
    for key in keys {
        let [table, columns] = <[String; 2]>::try_from(key).expect("two columns");
        let rule = DISTRIBUTION.iter().find(|(name, _)| *name == table).expect("a rule");
        if let Distribution::By(column) = rule.1 {
            assert!(
                columns.contains(&format!("{column},")),
                "{table}: a unique key of {columns} lacks {column}"
            );
        }
    }
}
