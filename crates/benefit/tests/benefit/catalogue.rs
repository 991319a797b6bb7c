//! The sample catalogue, and what a catalogue file must not be.

use benefit::Catalogue;
use model::{CatalogueClass, Date, Region};

use crate::support::{files, right};

fn day(year: i16, month: i8, day: i8) -> Date {
    Date::new(year, month, day).expect("a date")
}

fn ningbo() -> Region {
    "330200".parse().expect("a region")
}

#[test]
fn the_sample_has_every_kind_of_item() {
    let catalogue = right(Catalogue::parse(&files("catalogues")));
    let items = catalogue.in_force(ningbo(), day(2023, 5, 4));
    assert!(items.len() >= 40);
    for class in [CatalogueClass::A, CatalogueClass::B, CatalogueClass::C] {
        assert!(items.iter().any(|item| item.class == class));
    }
    assert!(items.iter().any(|item| item.limited_use));
    assert!(items.iter().any(|item| item.price_ceiling.is_some()));
    assert!(items.iter().all(|item| item.code.contains("99")), "no code is a real one");
    assert!(catalogue.in_force(ningbo(), day(2022, 12, 31)).is_empty());
    assert!(catalogue.in_force("310000".parse().expect("a region"), day(2023, 5, 4)).is_empty());
}

#[test]
fn an_item_has_the_version_of_the_date() {
    let catalogue = right(Catalogue::parse(&files("catalogues")));
    let ceiling = |on| {
        let item = catalogue.item(ningbo(), "XC10AAA001A001010199003", on)?;
        item.price_ceiling.map(|ceiling| ceiling.to_string())
    };
    assert_eq!(ceiling(day(2024, 12, 31)).as_deref(), Some("32.50"));
    assert_eq!(ceiling(day(2025, 1, 1)).as_deref(), Some("26.40"));
    assert_eq!(ceiling(day(2022, 12, 31)), None);
}

const HEADING: &str = "region,code,name,specification,class,category,first_self_pay,price_ceiling,limited_use,from,last_day,group";

fn errors(rows: &str) -> Vec<(usize, String)> {
    let file = ("c.csv".to_owned(), format!("{HEADING}\n{rows}\n"));
    let errors = Catalogue::parse(&[file]).err().unwrap_or_default();
    errors.into_iter().map(|error| (error.line, error.message)).collect()
}

#[test]
fn mistakes_are_reported_with_their_line() {
    let good = "330200,X1,\"a, \"\"b\"\"\",1g,B,western_drug,5 %,12.50,no,2023-01-01,,special_drug";
    assert_eq!(errors(good), []);
    for (from, to, message) in [
        ("330200", "3302", "six digits"),
        ("X1", "X 1", "not a catalogue code"),
        (",B,", ",D,", "not a word known here"),
        ("western_drug", "drug", "not a word known here"),
        ("5 %", "5", "not a percentage"),
        ("5 %", "100 %", "does not fit the class"),
        (",B,", ",A,", "does not fit the class"),
        ("12.50", "12,50", "has not 12 fields"),
        ("12.50", "0", "not above zero"),
        ("12.50", "cheap", "not a decimal number"),
        (",no,", ",0,", "yes or no"),
        ("2023-01-01", "2023-1-1", "date of the form"),
        ("2023-01-01,,", "2023-01-01,2022-12-31,", "ends before it begins"),
        ("special_drug", "Special drug", "is not a name"),
        ("\"a", "a", "not closed"),
    ] {
        let found = errors(&format!("\n{}", good.replacen(from, to, 1)));
        assert!(found.iter().any(|(line, text)| *line == 3 && text.contains(message)), "{to}: {found:?}");
    }
    let overlapping = errors(&format!("{good}\n{good}"));
    assert!(overlapping.iter().any(|(line, text)| *line == 3 && text.contains("is also at c.csv:2")));
    let in_turn = format!(
        "{}\n{}",
        good.replace("2023-01-01,,", "2023-01-01,2023-06-30,"),
        good.replace("2023-01-01", "2023-07-01")
    );
    assert_eq!(errors(&in_turn), []);
    assert!(Catalogue::parse(&[("c.csv".to_owned(), "code,name\n".to_owned())]).is_err());
}
