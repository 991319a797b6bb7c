//! Statements on many rows, written once: a loop of one cached statement on SQLite, one statement over arrays on
//! PostgreSQL. Each engine is fastest that way.

use std::fmt::Write as _;
use std::sync::OnceLock;

use super::value::ColumnType;

/// A column by name and type.
pub type ColumnSpec = (&'static str, ColumnType);

struct Texts {
    sqlite: String,
    postgres: String,
}

/// A statement on many rows, in the texts of both engines.
pub trait Grouped {
    /// The statement for one row, for SQLite.
    fn sqlite(&'static self) -> &'static str;
    /// The statement for all rows, for PostgreSQL.
    fn postgres(&'static self) -> &'static str;
}

macro_rules! grouped {
    ($name:ident) => {
        impl Grouped for $name {
            fn sqlite(&'static self) -> &'static str {
                &self.texts.get_or_init(|| self.build()).sqlite
            }

            fn postgres(&'static self) -> &'static str {
                &self.texts.get_or_init(|| self.build()).postgres
            }
        }
    };
}

/// `$1, $2, …, $n` with `suffix` of each column's type, joined by commas.
fn placeholders(columns: &[ColumnSpec], cast_to_array: bool) -> String {
    let one = |(index, (_, column)): (usize, &ColumnSpec)| {
        let number = index.saturating_add(1);
        if cast_to_array { format!("${number}::{}[]", column.name()) } else { format!("${number}") }
    };
    columns.iter().enumerate().map(one).collect::<Vec<_>>().join(", ")
}

fn names(columns: &[ColumnSpec]) -> String {
    columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// Appends rows.
pub struct InsertMany {
    table: &'static str,
    columns: &'static [ColumnSpec],
    /// How many columns, from the first, are the key whose row is replaced; 0 to append only.
    replaced_key: usize,
    texts: OnceLock<Texts>,
}

impl InsertMany {
    /// Rows of `columns` for `table`.
    pub(crate) const fn new(table: &'static str, columns: &'static [ColumnSpec]) -> Self {
        Self { table, columns, replaced_key: 0, texts: OnceLock::new() }
    }

    /// Rows of `columns` for `table` that replace those with the same first `key` columns. Equal keys must be given
    /// once.
    pub(crate) const fn replacing(table: &'static str, columns: &'static [ColumnSpec], key: usize) -> Self {
        Self { table, columns, replaced_key: key, texts: OnceLock::new() }
    }

    fn on_conflict(&self) -> String {
        if self.replaced_key == 0 {
            return String::new();
        }
        let (key, rest) = self.columns.split_at(self.replaced_key.min(self.columns.len()));
        let set: Vec<String> = rest.iter().map(|(name, _)| format!("{name} = excluded.{name}")).collect();
        format!(" ON CONFLICT ({}) DO UPDATE SET {}", names(key), set.join(", "))
    }

    /// How many values a row has.
    pub(crate) const fn width(&self) -> usize {
        self.columns.len()
    }

    fn build(&self) -> Texts {
        let (table, list, on_conflict) = (self.table, names(self.columns), self.on_conflict());
        let (each, all) = (placeholders(self.columns, false), placeholders(self.columns, true));
        Texts {
            sqlite: format!("INSERT INTO {table} ({list}) VALUES ({each}){on_conflict}"),
            postgres: format!("INSERT INTO {table} ({list}) SELECT * FROM unnest({all}){on_conflict}"),
        }
    }
}
grouped!(InsertMany);

/// Finds rows by many keys. The rows come in no order of the keys; the key belongs to the selected columns.
pub struct SelectMany {
    select: &'static str,
    keys: &'static [ColumnSpec],
    rest: &'static str,
    texts: OnceLock<Texts>,
}

impl SelectMany {
    /// `select` up to its FROM clause, the key columns, and what follows the key condition (`""`, or ` AND …`).
    pub(crate) const fn new(select: &'static str, keys: &'static [ColumnSpec], rest: &'static str) -> Self {
        Self { select, keys, rest, texts: OnceLock::new() }
    }

    /// How many values a key has.
    pub(crate) const fn width(&self) -> usize {
        self.keys.len()
    }

    fn build(&self) -> Texts {
        let (select, rest) = (self.select, self.rest);
        let mut each = String::new();
        for (index, (name, _)) in self.keys.iter().enumerate() {
            let and = if index == 0 { "" } else { " AND " };
            let _ = write!(each, "{and}{name} = ${}", index.saturating_add(1));
        }
        let all = match self.keys {
            [(name, column)] => format!("{name} = ANY($1::{}[])", column.name()),
            keys => {
                format!("({}) IN (SELECT * FROM unnest({}))", names(keys), placeholders(keys, true))
            }
        };
        Texts {
            sqlite: format!("{select} WHERE {each}{rest}"),
            postgres: format!("{select} WHERE {all}{rest}"),
        }
    }
}
grouped!(SelectMany);

/// Compare-and-swap of many rows: a row is changed only while its guard column still has the value that was read.
/// The values of a row are the key, then the expected guard, then the new values.
pub struct SwapMany {
    table: &'static str,
    key: &'static [ColumnSpec],
    guard: ColumnSpec,
    set: &'static [ColumnSpec],
    texts: OnceLock<Texts>,
}

impl SwapMany {
    /// A swap in `table` of the row at `key`, if `guard` is as expected, to the values `set`.
    pub(crate) const fn new(
        table: &'static str,
        key: &'static [ColumnSpec],
        guard: ColumnSpec,
        set: &'static [ColumnSpec],
    ) -> Self {
        Self { table, key, guard, set, texts: OnceLock::new() }
    }

    /// How many values a row has.
    pub(crate) const fn width(&self) -> usize {
        self.key.len().saturating_add(1).saturating_add(self.set.len())
    }

    /// How many of a row's values are its key.
    pub(crate) const fn key_width(&self) -> usize {
        self.key.len()
    }

    fn build(&self) -> Texts {
        let table = self.table;
        let condition: Vec<ColumnSpec> = self.key.iter().copied().chain([self.guard]).collect();
        let all: Vec<ColumnSpec> = condition.iter().chain(self.set).copied().collect();
        let joined =
            |columns: &[ColumnSpec], first: usize, separator: &str, form: fn(&str, usize) -> String| {
                let one = |(index, (name, _)): (usize, &ColumnSpec)| form(name, index.saturating_add(first));
                columns.iter().enumerate().map(one).collect::<Vec<_>>().join(separator)
            };
        let first_set = condition.len().saturating_add(1);
        let set_each = joined(self.set, first_set, ", ", |name, n| format!("{name} = ${n}"));
        let where_each = joined(&condition, 1, " AND ", |name, n| format!("{name} = ${n}"));
        let set_all = joined(self.set, first_set, ", ", |name, n| format!("{name} = given.v{n}"));
        let where_all = joined(&condition, 1, " AND ", |name, n| format!("kept.{name} = given.v{n}"));
        let given = joined(&all, 1, ", ", |_, n| format!("v{n}"));
        let key = joined(self.key, 1, ", ", |name, _| format!("kept.{name}"));
        let arrays = placeholders(&all, true);
        Texts {
            sqlite: format!("UPDATE {table} SET {set_each} WHERE {where_each}"),
            postgres: format!(
                "UPDATE {table} AS kept SET {set_all} FROM unnest({arrays}) AS given ({given}) \
                 WHERE {where_all} RETURNING {key}"
            ),
        }
    }
}
grouped!(SwapMany);

/// One statement of this program, of whatever form, so that all can be prepared in a check.
#[derive(Clone, Copy)]
pub enum Statement {
    /// The same text on both engines.
    Plain(&'static str),
    /// Texts of their own.
    Grouped(&'static (dyn Grouped + Sync)),
}

/// Turns `$3` into `?3`: in SQLite `$3` is a name, numbered by its first appearance; only `?3` means the third.
pub(crate) fn number_placeholders(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_placeholder = letter == '$' && letters.peek().is_some_and(char::is_ascii_digit);
        out.push(if is_placeholder { '?' } else { letter });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    static INSERT: InsertMany =
        InsertMany::new("visit", &[("person_id", ColumnType::Bytes), ("total", ColumnType::Int)]);
    static REPLACE: InsertMany =
        InsertMany::replacing("visit", &[("person_id", ColumnType::Bytes), ("total", ColumnType::Int)], 1);
    static SELECT: SelectMany =
        SelectMany::new("SELECT total FROM visit", &[("person_id", ColumnType::Bytes)], " AND total > 0");
    static SELECT_BY_TWO: SelectMany = SelectMany::new(
        "SELECT total FROM visit",
        &[("institution", ColumnType::Text), ("number", ColumnType::Int)],
        "",
    );
    static SWAP: SwapMany = SwapMany::new(
        "account",
        &[("person_id", ColumnType::Bytes)],
        ("version", ColumnType::Int),
        &[("balance", ColumnType::Int), ("version", ColumnType::Int)],
    );

    #[test]
    fn placeholders_become_numbers() {
        assert_eq!(number_placeholders("a = $2 AND b = $10 OR c = '$'"), "a = ?2 AND b = ?10 OR c = '$'");
    }

    #[test]
    fn texts_of_both_engines() {
        assert_eq!(INSERT.sqlite(), "INSERT INTO visit (person_id, total) VALUES ($1, $2)");
        assert_eq!(
            INSERT.postgres(),
            "INSERT INTO visit (person_id, total) SELECT * FROM unnest($1::BYTEA[], $2::BIGINT[])"
        );
        assert_eq!(
            REPLACE.sqlite(),
            "INSERT INTO visit (person_id, total) VALUES ($1, $2) \
             ON CONFLICT (person_id) DO UPDATE SET total = excluded.total"
        );
        assert_eq!(SELECT.sqlite(), "SELECT total FROM visit WHERE person_id = $1 AND total > 0");
        assert_eq!(
            SELECT.postgres(),
            "SELECT total FROM visit WHERE person_id = ANY($1::BYTEA[]) AND total > 0"
        );
        assert_eq!(
            SELECT_BY_TWO.postgres(),
            "SELECT total FROM visit WHERE (institution, number) IN (SELECT * FROM unnest($1::TEXT[], $2::BIGINT[]))"
        );
        assert_eq!(SELECT_BY_TWO.sqlite(), "SELECT total FROM visit WHERE institution = $1 AND number = $2");
        assert_eq!(
            SWAP.sqlite(),
            "UPDATE account SET balance = $3, version = $4 WHERE person_id = $1 AND version = $2"
        );
        assert_eq!(
            SWAP.postgres(),
            "UPDATE account AS kept SET balance = given.v3, version = given.v4 \
             FROM unnest($1::BYTEA[], $2::BIGINT[], $3::BIGINT[], $4::BIGINT[]) AS given (v1, v2, v3, v4) \
             WHERE kept.person_id = given.v1 AND kept.version = given.v2 RETURNING kept.person_id"
        );
    }
}
