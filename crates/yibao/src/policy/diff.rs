//! `yibao policy diff`: what changed between two days, or between two folders.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

use benefit::{Policy, PolicyBook, Rule};
use model::Date;

use super::labels::Labels;
use crate::failure::Failure;
use crate::print_all;

/// What rules are compared by: region and scheme, name, and in whole folders the first day.
type Key = (String, String, Option<Date>);

/// Prints what changed.
pub(super) fn run((before, after): (&str, &str), folder: &Path, labels: Labels) -> Result<ExitCode, Failure> {
    let days = (model::date::parse_date(before), model::date::parse_date(after));
    let text = match days {
        (Ok(before), Ok(after)) => {
            let book = super::book(folder)?;
            changes(&on(&book, before), &on(&book, after), labels)
        }
        (Err(_), Err(_)) => {
            let (before, after) = (super::book(Path::new(before))?, super::book(Path::new(after))?);
            changes(&whole(&before), &whole(&after), labels)
        }
        _ => {
            let what = labels.either("请给出两个日期或两个文件夹", "give two days or two folders");
            return Err(Failure::Other(what.to_owned()));
        }
    };
    if text.is_empty() {
        println!("{}", labels.either("没有变化", "nothing changed"));
    } else {
        print_all(&text)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn place(policy: &Policy) -> String {
    format!("{} {}", policy.region(), policy.scheme().code())
}

/// The rules in force on a day.
fn on(book: &PolicyBook, day: Date) -> BTreeMap<Key, &Rule> {
    let in_force = |policy: &&Policy| policy.from() <= day && policy.until().is_none_or(|until| day < until);
    let policies = book.policies().filter(in_force);
    policies
        .flat_map(|policy| {
            policy.rules().map(move |rule| ((place(policy), rule.id.to_string(), None), rule.as_ref()))
        })
        .collect()
}

/// Every version of every rule.
fn whole(book: &PolicyBook) -> BTreeMap<Key, &Rule> {
    book.policies()
        .flat_map(|policy| {
            policy
                .rules()
                .map(move |rule| ((place(policy), rule.id.to_string(), Some(rule.from)), rule.as_ref()))
        })
        .collect()
}

fn changes(before: &BTreeMap<Key, &Rule>, after: &BTreeMap<Key, &Rule>, labels: Labels) -> String {
    let keys: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
    let mut lines = Vec::new();
    let mut last = "";
    for key in keys {
        let told = match (before.get(key), after.get(key)) {
            (Some(old), Some(new)) => changed(old, new, labels),
            (Some(old), None) => vec![format!("- {}", in_one_line(old, labels))],
            (None, Some(new)) => vec![format!("+ {}", in_one_line(new, labels))],
            (None, None) => Vec::new(),
        };
        if !told.is_empty() {
            if key.0 != last {
                last = &key.0;
                lines.push(last.to_owned());
            }
            lines.extend(told);
        }
    }
    if lines.is_empty() { String::new() } else { format!("{}\n", lines.join("\n")) }
}

fn title(rule: &Rule, labels: Labels) -> &str {
    labels.either(&rule.title.zh, &rule.title.en)
}

fn in_one_line(rule: &Rule, labels: Labels) -> String {
    let says: Vec<String> =
        labels.says(&rule.written).map(|(key, value)| format!("{} {value}", labels.name(key))).collect();
    format!("{} [{}] {}", title(rule, labels), rule.id, says.join(labels.either("；", "; ")))
}

/// The keys whose value is another one.
fn changed(old: &Rule, new: &Rule, labels: Labels) -> Vec<String> {
    let values =
        |rule: &Rule| labels.says(&rule.written).map(|(k, v)| (k.to_owned(), v)).collect::<BTreeMap<_, _>>();
    let (was, is) = (values(old), values(new));
    let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let nothing = labels.either("无", "nothing");
    let mut told = Vec::new();
    for key in keys {
        let (before, after) = (was.get(key), is.get(key));
        if before != after {
            let shown = |value: Option<&String>| value.map_or(nothing, String::as_str).to_owned();
            told.push(format!("    {}: {} → {}", labels.name(key), shown(before), shown(after)));
        }
    }
    if told.is_empty() {
        return told;
    }
    told.insert(0, format!("~ {} [{}] {}", title(new, labels), new.id, new.from));
    told
}
