//! SQL stands in `store` and nowhere else.

use super::rust_source::RustSource;
use super::{Finding, has_word};
use crate::workspace::File;

/// Checks the string literals of every crate but `store`, tests included.
pub fn check(files: &[File]) -> Vec<Finding> {
    let code = files.iter().filter(|file| file.is(&["rs"]) && file.path.starts_with("crates/"));
    code.filter(|file| !file.is_of_crate("store")).flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let literals = RustSource::read(&file.text).literals;
    literals
        .iter()
        .filter(|literal| is_sql(&literal.text))
        .map(|literal| Finding::new(&file.path, literal.line, "move this SQL into a function of store"))
        .collect()
}

/// Whether `text` is a statement, in whatever case, or has one in capitals inside.
fn is_sql(text: &str) -> bool {
    let capitals = [
        "SELECT ",
        "INSERT INTO ",
        "UPDATE ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "ALTER TABLE ",
        "DROP TABLE ",
    ];
    capitals.iter().any(|keyword| has_keyword(text, keyword))
        || is_statement(&text.trim_start().to_lowercase())
}

fn has_keyword(text: &str, keyword: &str) -> bool {
    text.match_indices(keyword).any(|(start, _)| {
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// Sentences may begin with these words too, so each needs the word that goes with it in SQL.
fn is_statement(text: &str) -> bool {
    let pairs = [
        ("select ", "from"),
        ("update ", "set"),
        ("with ", "select"),
        ("insert ", "into"),
        ("delete ", "from"),
    ];
    let punctuated = text.contains(['=', '*', '(', '$', '?']);
    pairs.iter().any(|(first, second)| punctuated && text.starts_with(first) && has_word(text, second))
        || ["create table ", "alter table ", "drop table "].iter().any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::sample::file;

    #[test]
    fn statements_are_caught() {
        for sql in [
            "SELECT 1",
            "  select * from visit",
            "insert into visit (id) values ($1)",
            "with v as (select 1) select 2",
            "update visit set state = $1",
            "delete from visit where id = ?1",
            "BEGIN; DELETE FROM visit",
            "create table visit (id blob)",
        ] {
            let found = check(&[file("crates/server/src/visits.rs", &format!("\nexecute(\"{sql}\");"))]);
            assert_eq!(
                found,
                [Finding::new("crates/server/src/visits.rs", 2, "move this SQL into a function of store")]
            );
        }
    }

    #[test]
    fn sentences_requests_and_comments_are_no_sql() {
        for text in [
            "select a bill from the list",
            "DELETE /api/v1/bills",
            "Update your phone",
            "PRESELECT x",
            "with a card",
        ] {
            assert_eq!(
                check(&[file("crates/server/src/a.rs", &format!("f(\"{text}\") // SELECT 1"))]),
                [],
                "{text}"
            );
        }
    }

    #[test]
    fn store_is_the_place_for_it() {
        assert_eq!(check(&[file("crates/store/src/visits.rs", "f(\"SELECT 1\")")]), []);
    }
}
