//! Shares as a small table, by level and person.

use std::collections::BTreeSet;

use benefit::{Rule, Written};

use super::keys::Role;
use super::telling::Telling;
use super::words;

/// What a rule of the table asks for: an axis of the grid.
const LEVEL: (&str, &str) = ("level", "InstitutionLevel");
const PERSON: (&str, &str) = ("person", "PersonType");

/// The keys whose values stand in the cells.
const CELL: [&str; 4] = ["person_pays", "fund_pays", "segments", "unknown"];

/// Rules that fit into one grid, and the grid.
pub(super) struct Grid<'r> {
    /// The rules that are in it.
    pub(super) rules: Vec<&'r Rule>,
    /// Its lines.
    pub(super) lines: Vec<String>,
    /// What holds of all its rules.
    pub(super) common: String,
}

/// The grid of rules that ask for levels and persons alone and are otherwise alike; none where a rule asks for more, or where
/// there are less than two.
pub(super) fn grid<'r>(telling: &Telling, rules: &[&'r Rule]) -> Option<Grid<'r>> {
    let natural = |rule: &&&Rule| {
        let asks = telling.said(rule, Role::Condition);
        !asks.is_empty() && asks.iter().all(|(key, _)| [LEVEL.0, PERSON.0].contains(key))
    };
    let common = |rule: &Rule| -> Vec<String> {
        let said = telling.said(rule, Role::Value);
        said.into_iter().filter(|(key, _)| !CELL.contains(key)).map(|(_, phrase)| phrase).collect()
    };
    let known: Vec<&&Rule> = rules.iter().filter(|rule| rule.unknown.is_none()).collect();
    let shared = common(known.first()?);
    if !known.iter().all(|rule| natural(rule) && common(rule) == shared) {
        return None;
    }
    let rules: Vec<&Rule> = rules.iter().filter(natural).copied().collect();
    if rules.len() < 2 {
        return None;
    }
    let (levels, persons) = (asked(&rules, LEVEL), asked(&rules, PERSON));
    let (down, across) = if levels.is_empty() { (PERSON, LEVEL) } else { (LEVEL, PERSON) };
    let (down_values, across_values) =
        if levels.is_empty() { (persons, Vec::new()) } else { (levels, persons) };
    let rows = merged(down_values.into_iter().map(|value| {
        let cells: Vec<Vec<String>> = if across_values.is_empty() {
            vec![cell(telling, &rules, &[(down.0, value)])]
        } else {
            across_values
                .iter()
                .map(|other| cell(telling, &rules, &[(down.0, value), (across.0, other)]))
                .collect()
        };
        (word(telling, down, value), cells)
    }));
    let mut table: Vec<Vec<Vec<String>>> = Vec::new();
    if !across_values.is_empty() {
        let head = across_values.iter().map(|value| vec![word(telling, across, value)]);
        table.push(std::iter::once(vec![String::new()]).chain(head).collect());
    }
    for (values, cells) in rows {
        table.push(std::iter::once(vec![telling.language.list(&values)]).chain(cells).collect());
    }
    Some(Grid { lines: aligned(&table), common: telling.language.phrases(&shared), rules })
}

fn word(telling: &Telling, (_, list): (&str, &str), value: &str) -> String {
    words::word(list, value, telling.language).to_owned()
}

/// The values of an axis that any of the rules asks for, in the order of the format.
fn asked(rules: &[&Rule], (key, list): (&str, &str)) -> Vec<&'static str> {
    let named: BTreeSet<&str> =
        rules.iter().filter_map(|rule| rule.value(key)).flat_map(Written::texts).collect();
    let words = words::LISTS.iter().filter(|(name, _)| *name == list).flat_map(|(_, words)| words.iter());
    words.map(|(word, ..)| *word).filter(|word| named.contains(word)).collect()
}

/// What holds where all these values do.
fn cell(telling: &Telling, rules: &[&Rule], values: &[(&str, &str)]) -> Vec<String> {
    let holds = |rule: &&&Rule| {
        values.iter().all(|(key, value)| rule.value(key).is_none_or(|asked| asked.texts().contains(value)))
    };
    let Some(rule) = rules.iter().find(holds) else { return vec!["—".to_owned()] };
    if rule.unknown.is_some() {
        return vec![telling.language.either("未知", "not known").to_owned()];
    }
    let stretches = telling.stretches(rule);
    if !stretches.is_empty() {
        return stretches;
    }
    let said = telling.said(rule, Role::Value);
    said.into_iter().filter(|(key, _)| CELL.contains(key)).map(|(_, phrase)| phrase).collect()
}

/// Rows with the same cells are one row.
fn merged(rows: impl Iterator<Item = (String, Vec<Vec<String>>)>) -> Vec<(Vec<String>, Vec<Vec<String>>)> {
    let mut merged: Vec<(Vec<String>, Vec<Vec<String>>)> = Vec::new();
    for (name, cells) in rows {
        match merged.iter_mut().find(|(_, same)| *same == cells) {
            Some((names, _)) => names.push(name),
            None => merged.push((vec![name], cells)),
        }
    }
    merged
}

/// The lines of a table of cells, each cell of several lines, with the columns one below the other.
fn aligned(table: &[Vec<Vec<String>>]) -> Vec<String> {
    let columns = table.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let lines = table.iter().filter_map(|row| row.get(column)).flatten();
            lines.map(|line| width(line)).max().unwrap_or_default()
        })
        .collect();
    let mut lines = Vec::new();
    for row in table {
        let height = row.iter().map(Vec::len).max().unwrap_or_default();
        for index in 0..height {
            let mut line = String::new();
            for (cell, width_of_column) in row.iter().zip(&widths) {
                let text = cell.get(index).map_or("", String::as_str);
                let gap = width_of_column.saturating_add(3).saturating_sub(width(text));
                line.push_str(text);
                line.extend(std::iter::repeat_n(' ', gap));
            }
            lines.push(line.trim_end().to_owned());
        }
    }
    lines
}

/// How many columns a text takes in a terminal: characters of Chinese take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum()
}
