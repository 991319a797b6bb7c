//! `yibao policy show`: the rules in force on a day.

use std::path::Path;
use std::process::ExitCode;

use benefit::{Listed, Policy, Rule};
use model::Date;

use super::labels::Labels;
use crate::failure::Failure;
use crate::print_all;

/// Prints every policy below a folder as it is in force on a day.
pub(super) fn run(folder: &Path, on: Date, labels: Labels) -> Result<ExitCode, Failure> {
    let book = super::book(folder)?;
    let in_force = |policy: &&Policy| policy.from() <= on && policy.until().is_none_or(|until| on < until);
    let policies: Vec<&Policy> = book.policies().filter(in_force).collect();
    if policies.is_empty() {
        let nothing = labels.either("这一天没有生效的政策", "no policy is in force on that day");
        return Err(Failure::Other(format!("{nothing}: {on}")));
    }
    let text: Vec<String> = policies.iter().map(|policy| in_words(policy, labels)).collect();
    print_all(&text.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn in_words(policy: &Policy, labels: Labels) -> String {
    let title = labels.either(&policy.title().zh, &policy.title().en);
    let until = policy.until().and_then(|until| until.yesterday().ok());
    let until = until.map_or_else(|| labels.either("今", "now").to_owned(), |last| last.to_string());
    let mut lines = vec![
        format!("{title}  ({}, {})", policy.region(), policy.scheme().code()),
        format!("{} – {until}", policy.from()),
        String::new(),
        labels.either("通用规则", "For all lanes").to_owned(),
    ];
    for Listed { table, rule } in policy.shared_rules() {
        lines.push(format!("  {}", labels.name(table)));
        write_rule(&mut lines, rule, labels);
    }
    for lane in policy.outline() {
        let title = labels.either(&lane.lane.title.zh, &lane.lane.title.en);
        lines.push(String::new());
        lines.push(format!("{}: {title}", labels.name("lane")));
        write_says(&mut lines, lane.lane, labels);
        let mut table = "";
        for listed in lane.rules {
            if listed.table != table {
                table = listed.table;
                lines.push(format!("  {}", labels.name(table)));
            }
            write_rule(&mut lines, listed.rule, labels);
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn write_rule(lines: &mut Vec<String>, rule: &Rule, labels: Labels) {
    lines.push(format!("    {}", labels.either(&rule.title.zh, &rule.title.en)));
    write_says(lines, rule, labels);
}

/// What the rule says, and where that was read.
fn write_says(lines: &mut Vec<String>, rule: &Rule, labels: Labels) {
    let says: Vec<String> =
        labels.says(&rule.written).map(|(key, value)| format!("{} {value}", labels.name(key))).collect();
    if !says.is_empty() {
        lines.push(format!("      {}", says.join(labels.either("；", "; "))));
    }
    let source = &rule.source;
    lines.push(format!(
        "      [{}] {} {}  {:?}  {}",
        rule.id, source.document, source.date, source.confidence, rule.from
    ));
}
