//! `yibao explain`: a worked case through the rules, with every step.

use std::path::PathBuf;
use std::process::ExitCode;

use benefit::{Answer, CaseFile, Change, Outcome, Part, PolicyBook};
use model::Fen;
use serde_json::json;
use server::web::explanation::Explanation;
use server::web::{Language, Shell, words};

use crate::failure::Failure;
use crate::print_all;

/// What is to be explained.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Folder of a region's policy, or of several.
    #[arg(long, value_name = "DIR")]
    policy: PathBuf,
    /// File with the case: person, visit, lines (see policies/README.md).
    #[arg(long, value_name = "FILE")]
    case: PathBuf,
    /// Print JSON instead of text.
    #[arg(long)]
    json: bool,
    /// Say as well what the bill would cost otherwise: at another level, filed otherwise, with a family doctor.
    #[arg(long)]
    alternatives: bool,
    /// Language of the text.
    #[arg(long, default_value = "zh", value_parser = ["zh", "en"])]
    language: String,
}

/// Computes the case, prints every amount and step, and compares with what the file expects.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let files = server::rules::read_folder(&options.policy)?;
    let book = PolicyBook::parse(&files).map_err(server::StartError::Policies)?;
    let text = std::fs::read_to_string(&options.case)
        .map_err(|error| Failure::about(options.case.display(), error))?;
    let name = options.case.display().to_string();
    let case = CaseFile::parse(&name, &text).map_err(server::StartError::Policies)?;
    let outcome = case.settle(&book);
    let mismatches = case.mismatches(outcome.as_ref());
    let language = if options.language == "en" { Language::En } else { Language::Zh };
    let text = match &outcome {
        Ok(Outcome::Bills(parts)) => bills(options, &book, &case, parts, language)?,
        Ok(Outcome::Answer(answer)) => in_full(options, answer, language),
        Err(refusal) if options.json => {
            let refusal = json!({ "code": refusal.code(), "zh": refusal.zh(), "en": refusal.to_string() });
            format!("{:#}\n", json!({ "refusal": refusal }))
        }
        Err(refusal) if language == Language::Zh => format!("{}\n", refusal.zh()),
        Err(refusal) => format!("{refusal}\n"),
    };
    print_all(&text)?;
    for mismatch in &mismatches {
        eprintln!("{mismatch}");
    }
    // A refusal is what was asked for only where the file expects this very one.
    let refused = outcome.is_err() && case.expected.is_none();
    Ok(if mismatches.is_empty() && !refused { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The bills, and what they would cost otherwise where that was asked for.
fn bills(
    options: &Options,
    book: &PolicyBook,
    case: &CaseFile,
    parts: &[Part],
    language: Language,
) -> Result<String, Failure> {
    let otherwise = if options.alternatives { otherwise(book, case, parts, language)? } else { Vec::new() };
    if options.json {
        let part = |part: &Part| json!({ "split": part.split, "trace": part.trace });
        let mut told = json!({ "parts": parts.iter().map(part).collect::<Vec<_>>() });
        if options.alternatives {
            let told_one = |(pays, change): &(Fen, String)| json!({ "change": change, "person_pays": pays });
            told["alternatives"] = otherwise.iter().map(told_one).collect();
        }
        return Ok(format!("{told:#}\n"));
    }
    let mut text = String::new();
    for part in parts {
        let names = benefit::item_names(&part.case.lines);
        text.push_str(&in_words(&Explanation::new(part.trace.clone(), names), language));
    }
    if options.alternatives {
        let shell = Shell::plain(language, server::Clock::System.now());
        let now = words::pays_now(&shell, &person_pays(parts)?);
        let told = |(then, title): &(Fen, String)| words::would_pay(&shell, title, then).to_string();
        let lines: Vec<String> = std::iter::once(now.to_string()).chain(otherwise.iter().map(told)).collect();
        text.push_str(&format!("{}\n", lines.join("\n")));
    }
    Ok(text)
}

/// The answer to a question about a person.
fn in_full(options: &Options, answer: &Answer, language: Language) -> String {
    if options.json {
        let amounts: serde_json::Map<_, _> =
            answer.amounts.iter().map(|(name, amount)| ((*name).to_owned(), json!(amount))).collect();
        let told = json!({ "amounts": amounts, "accumulated": answer.accumulated, "trace": answer.trace });
        return format!("{told:#}\n");
    }
    let explanation = Explanation::of_person(answer.trace.clone());
    let shell = Shell::plain(language, server::Clock::System.now());
    match explanation.nothing(&shell) {
        Some(text) => format!("{text}\n"),
        None => in_words(&explanation, language),
    }
}

/// What the person would pay if one thing were otherwise, the cheapest first.
fn otherwise(
    book: &PolicyBook,
    case: &CaseFile,
    parts: &[Part],
    language: Language,
) -> Result<Vec<(Fen, String)>, Failure> {
    let refused = |error: benefit::Refusal| Failure::Other(error.to_string());
    let shell = Shell::plain(language, server::Clock::System.now());
    let policy = book.in_force(case.region(), case.scheme(), case.date()).map_err(refused)?;
    let bill = case.case(policy).map_err(refused)?;
    let now = person_pays(parts)?;
    let mut lines = Vec::new();
    for alternative in benefit::alternatives(book, &bill).map_err(refused)? {
        let title = match &alternative.change {
            Change::Level(level) => words::institution_level(&shell, *level).to_string(),
            Change::Filing(filing) => words::filing(&shell, *filing).to_string(),
            Change::Trait { title, .. } if language == Language::Zh => title.zh.clone(),
            Change::Trait { title, .. } => title.en.clone(),
        };
        if let Ok(parts) = &alternative.outcome {
            let then = person_pays(parts)?;
            if then != now {
                lines.push((then, title));
            }
        }
    }
    lines.sort();
    Ok(lines)
}

/// What the person pays of all bills together.
fn person_pays(parts: &[Part]) -> Result<Fen, Failure> {
    let sum = parts.iter().try_fold(Fen::ZERO, |sum, part| sum.plus(part.split.person_total()?));
    sum.map_err(|error| Failure::Other(error.to_string()))
}

/// The amounts and, below each, the steps that gave it.
fn in_words(explanation: &Explanation, language: Language) -> String {
    let shell = Shell::plain(language, server::Clock::System.now());
    let mut lines = Vec::new();
    lines.extend(explanation.circumstances(&shell).map(|text| text.to_string()));
    for group in explanation.groups() {
        lines.push(String::new());
        lines.push(format!("{}  {}", group.title(&shell), shell.money(&group.total)));
        for step in &group.steps {
            lines.extend(step.item.map(|item| format!("  {item}")));
            let rule = shell.t("why-rule").with("rule", step.rule_title(&shell));
            lines.push(format!("  {}", rule.with("from", step.in_force_from(&shell))));
            lines.push(format!("    {}", step.working(&shell).line(&shell)));
            lines.extend(step.reasons(&shell).iter().map(|reason| format!("    {reason}")));
            lines.push(format!("    {}", step.source(&shell)));
            lines.push(format!("    {}", step.citation(&shell)));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const AS_SHIPPED: &str = "policies/ningbo-employees/cases/refused-suspended.toml";

    /// What `yibao explain` says of a shipped case with its text changed.
    fn explained(change: impl FnOnce(String) -> String) -> ExitCode {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let text = std::fs::read_to_string(root.join(AS_SHIPPED)).expect("the case");
        let folder = tempfile::tempdir().expect("a folder");
        let case = folder.path().join("case.toml");
        std::fs::write(&case, change(text)).expect("written");
        let policy = root.join("policies/ningbo-employees");
        let options = Options { policy, case, json: false, alternatives: false, language: "zh".to_owned() };
        run(&options).expect("the files are right")
    }

    #[test]
    fn a_refusal_succeeds_only_where_the_file_expects_this_very_one() {
        assert_eq!(explained(|text| text), ExitCode::SUCCESS);
        let expected = r#"refusal = "#;
        let without = |text: String| {
            let expectation = text.split_once("[expect]").expect("the file expects the refusal");
            assert!(expectation.1.contains(expected), "{text}");
            expectation.0.to_owned()
        };
        assert_eq!(explained(without), ExitCode::FAILURE);
        let another = |text: String| {
            let (case, _) = text.split_once("[expect]").expect("the file expects the refusal");
            format!("{case}[expect]\nrefusal = \"no_lines\"\n")
        };
        assert_eq!(explained(another), ExitCode::FAILURE);
    }
}
