//! `yibao policy diff`: what changed between two days, or between two folders.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

use benefit::{Policy, PolicyBook, Rule};
use model::{Date, Region};

use super::keys::Role;
use super::language::Language;
use super::names::Names;
use super::show::{DECLARED, declared, heading, kind_in_words, last_day, mark, period};
use super::telling::Telling;
use crate::failure::Failure;
use crate::print_all;

/// Region and scheme, by the code of the latter.
type Place = (Region, &'static str);

/// Versions of one policy, the earlier ones first.
type Versions<'p> = Vec<&'p Policy>;

/// Versions of a rule are told apart by their first day; where only one version counts, by nothing.
type Rules<'p> = BTreeMap<(&'p str, Option<Date>), &'p Rule>;

/// Prints what changed.
pub(super) fn run(
    (before, after): (&str, &str),
    folder: &Path,
    language: Language,
) -> Result<ExitCode, Failure> {
    let days = (model::date::parse_date(before), model::date::parse_date(after));
    let text = match days {
        (Ok(before), Ok(after)) => between_days(&super::book(folder)?, (before, after), language),
        (Err(_), Err(_)) => {
            let books = (super::book(Path::new(before))?, super::book(Path::new(after))?);
            between_folders((before, &books.0), (after, &books.1), language)
        }
        _ => {
            let what = language.either("请给出两个日期或两个文件夹", "give two days or two folders");
            return Err(Failure::Other(what.to_owned()));
        }
    };
    if text.is_empty() {
        println!("{}", language.either("没有变化", "nothing changed"));
    } else {
        print_all(&text)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn place(policy: &Policy) -> Place {
    (policy.region(), policy.scheme().code())
}

/// Every policy of a book with its versions.
fn policies(book: &PolicyBook) -> BTreeMap<Place, Versions<'_>> {
    let mut policies: BTreeMap<Place, Versions<'_>> = BTreeMap::new();
    for policy in book.policies() {
        policies.entry(place(policy)).or_default().push(policy);
    }
    policies
}

/// What changed in every policy between two days.
pub(super) fn between_days(book: &PolicyBook, (before, after): (Date, Date), language: Language) -> String {
    let in_force =
        |policy: &&&Policy, day: Date| policy.from() <= day && policy.until().is_none_or(|until| day < until);
    let mut lines = Vec::new();
    for versions in policies(book).values() {
        let on = |day: Date| versions.iter().find(|policy| in_force(policy, day)).copied();
        let told = match (on(before), on(after)) {
            (Some(old), Some(new)) => {
                let telling = Telling { language, names: Names::of(&[old, new], language) };
                changes(&telling, &in_one(old), &in_one(new))
            }
            (None, Some(new)) => {
                vec![whole(new, ("+", "这一天之前没有生效的政策", "no policy was in force before"), language)]
            }
            (Some(old), None) => vec![whole(old, ("-", "政策已终止", "the policy has ended"), language)],
            (None, None) => Vec::new(),
        };
        if let (false, Some(policy)) = (told.is_empty(), versions.last()) {
            lines.push(format!("■ {}", heading(policy, language)));
            lines.push(format!("  {before} → {after}"));
            lines.extend(told);
            lines.push(String::new());
        }
    }
    joined(&lines)
}

/// What the policies of two folders say otherwise.
pub(super) fn between_folders(
    (before, old): (&str, &PolicyBook),
    (after, new): (&str, &PolicyBook),
    language: Language,
) -> String {
    let (old, new) = (policies(old), policies(new));
    let mut lines = Vec::new();
    let names = |policies: &BTreeMap<Place, Versions<'_>>| {
        let last = policies.values().filter_map(|versions| versions.last());
        last.map(|policy| heading(policy, language)).collect::<Vec<_>>()
    };
    if old.keys().ne(new.keys()) {
        let notice = "两个文件夹的统筹区或险种不同";
        lines.push(language.either(notice, "the two folders are of different regions or schemes").to_owned());
        lines.push(format!("  {before}: {}", language.list(&names(&old))));
        lines.push(format!("  {after}: {}", language.list(&names(&new))));
        lines.push(String::new());
    }
    let same: Vec<(&Versions<'_>, &Versions<'_>)> =
        old.iter().filter_map(|(place, versions)| Some((versions, new.get(place)?))).collect();
    for (old, new) in &same {
        let both: Versions<'_> = old.iter().chain(new.iter()).copied().collect();
        let telling = Telling { language, names: Names::of(&both, language) };
        let mut told = changed_policy(&telling, old, new);
        told.extend(changes(&telling, &in_all(old), &in_all(new)));
        if let (false, Some(policy)) = (told.is_empty(), new.last()) {
            lines.push(format!("■ {}", heading(policy, language)));
            lines.extend(told);
            lines.push(String::new());
        }
    }
    let ([old], [new]) = (&old.values().collect::<Vec<_>>()[..], &new.values().collect::<Vec<_>>()[..])
    else {
        return joined(&lines);
    };
    if let (true, Some(old), Some(new)) = (same.is_empty(), old.last(), new.last()) {
        // Regions begin on other days: what counts is what the last version of each says.
        lines.push(format!("■ {} → {}", heading(old, language), heading(new, language)));
        let telling = Telling { language, names: Names::of(&[old, new], language) };
        lines.extend(changes(&telling, &in_one(old), &in_one(new)));
        lines.push(String::new());
    }
    joined(&lines)
}

fn joined(lines: &[String]) -> String {
    if lines.is_empty() { String::new() } else { format!("{}\n", lines.join("\n").trim_end()) }
}

fn whole(policy: &Policy, (sign, zh, en): (&str, &str, &str), language: Language) -> String {
    let rules = policy.rules().count();
    let count = language.either("条规则", "rules");
    format!("  {sign} {} ({rules} {count})", language.either(zh, en))
}

/// What a policy as a whole is called and how long it holds, where that changed.
fn changed_policy(telling: &Telling, old: &[&Policy], new: &[&Policy]) -> Vec<String> {
    let language = telling.language;
    let whole = |versions: &[&Policy]| -> Option<[String; 2]> {
        let (first, last) = (versions.first()?, versions.last()?);
        Some([heading(last, language), period(first.from(), last_day(last), language)])
    };
    let mut told = changed_names(telling, old, new);
    let (Some(old), Some(new)) = (whole(old), whole(new)) else { return told };
    let changed = old.iter().zip(&new).filter(|(was, is)| was != is);
    told.extend(changed.flat_map(|(was, is)| opposed(telling, language.either("政策", "policy"), was, is)));
    told
}

/// What the names of the policy are called and which codes stand for them, where that changed.
fn changed_names(telling: &Telling, old: &[&Policy], new: &[&Policy]) -> Vec<String> {
    let language = telling.language;
    let (Some(old), Some(new)) = (old.last(), new.last()) else { return Vec::new() };
    let mut told = Vec::new();
    for kind in DECLARED {
        let said = |policy: &Policy| -> BTreeMap<String, String> {
            let names = policy.declared(kind).map(|(name, _)| name.to_owned());
            names.map(|name| (name.clone(), declared(policy, kind, &name, language))).collect()
        };
        let (old, new) = (said(old), said(new));
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let (was, is) = (old.get(name), new.get(name));
            if was != is {
                let nothing = String::new();
                let [was, is] = [was, is].map(|said| said.unwrap_or(&nothing));
                told.extend(opposed(telling, kind_in_words(kind, language), was, is));
            }
        }
    }
    told
}

/// The rules of one version.
fn in_one(policy: &Policy) -> Rules<'_> {
    all_rules(policy).map(|rule| ((rule.id.as_ref(), None), rule)).collect()
}

/// Every version of every rule.
fn in_all<'p>(versions: &[&'p Policy]) -> Rules<'p> {
    let rules = versions.iter().flat_map(|policy| all_rules(policy));
    rules.map(|rule| ((rule.id.as_ref(), Some(rule.from)), rule)).collect()
}

fn all_rules(policy: &Policy) -> impl Iterator<Item = &Rule> {
    let of_lanes = policy.outline().into_iter().flat_map(|lane| std::iter::once(lane.lane).chain(lane.rules));
    of_lanes.chain(policy.person_rules()).chain(policy.shared_rules())
}

/// What changed, what is new and what ended, rule by rule.
fn changes(telling: &Telling, before: &Rules<'_>, after: &Rules<'_>) -> Vec<String> {
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut lines = Vec::new();
    for key in keys {
        match (before.get(key), after.get(key)) {
            (Some(old), Some(new)) => lines.extend(changed(telling, old, new)),
            (Some(old), None) => lines.extend(in_full(telling, old, ("-", "终止", "ended"))),
            (None, Some(new)) => match earlier(after, key) {
                Some(old) => lines.extend(changed(telling, old, new)),
                None => lines.extend(in_full(telling, new, ("+", "新增", "new"))),
            },
            (None, None) => {}
        }
    }
    lines
}

/// The version of a rule before this one.
fn earlier<'p>(rules: &Rules<'p>, (id, from): &(&str, Option<Date>)) -> Option<&'p Rule> {
    let mut before = rules.iter().rev().filter(|((other, day), _)| other == id && day < from);
    before.next().map(|(_, rule)| *rule)
}

fn in_full(telling: &Telling, rule: &Rule, (sign, zh, en): (&str, &str, &str)) -> Vec<String> {
    let language = telling.language;
    let mut lines = vec![format!(
        "  {sign} {}: {}  [{}] {}",
        language.either(zh, en),
        language.title(&rule.title),
        rule.id,
        rule.from
    )];
    let lanes = telling.said(rule, Role::Lanes).into_iter().map(|(_, lanes)| lanes);
    lines.extend(
        lanes
            .chain([telling.whole(rule)])
            .filter(|line| !line.is_empty())
            .map(|line| format!("      {line}")),
    );
    lines
}

/// What a rule says otherwise than before; nothing where it says the same.
fn changed(telling: &Telling, old: &Rule, new: &Rule) -> Vec<String> {
    let language = telling.language;
    let mut told = Vec::new();
    for role in [Role::Lanes, Role::Condition] {
        told.extend(changed_phrases(telling, &telling.said(old, role), &telling.said(new, role)));
    }
    told.extend(changed_phrases(telling, &telling.said_beside(old, new), &telling.said_beside(new, old)));
    let title = |rule: &Rule| language.title(&rule.title).to_owned();
    let cited = |rule: &Rule| format!("{} {}", rule.source.document, rule.source.date);
    let texts = [
        (language.either("名称", "title"), title(old), title(new)),
        (language.either("最后一天", "last day"), last(old), last(new)),
        (language.either("条款", "clause"), old.source.clause.clone(), new.source.clause.clone()),
        (language.either("理解", "reading"), reading(old, language), reading(new, language)),
        (language.either("来源", "source"), cited(old), cited(new)),
        ("", mark(old, language), mark(new, language)),
    ];
    for (name, was, is) in texts.iter().filter(|(_, was, is)| was != is) {
        told.extend(opposed(telling, name, was, is));
    }
    if !told.is_empty() {
        let days = if old.from == new.from {
            new.from.to_string()
        } else {
            format!("{} → {}", old.from, new.from)
        };
        told.insert(
            0,
            format!("  ~ {}: {}  [{}] {days}", language.either("变化", "changed"), title(new), new.id),
        );
    }
    told
}

fn reading(rule: &Rule, language: Language) -> String {
    rule.source.reading.as_ref().map(|reading| language.title(reading).to_owned()).unwrap_or_default()
}

fn last(rule: &Rule) -> String {
    rule.last_day.map(|day| day.to_string()).unwrap_or_default()
}

/// What was and what is: in one line where that can be read, otherwise one below the other.
fn opposed(telling: &Telling, name: &str, was: &str, is: &str) -> Vec<String> {
    const SHORT: usize = 40;
    let language = telling.language;
    let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
    let long = |text: &str| text.chars().count() > SHORT || text.contains('→');
    if !was.is_empty() && !is.is_empty() && (long(was) || long(is)) {
        let (before, after) = (language.either("原", "was"), language.either("现", "now"));
        vec![format!("      {name}{before}: {was}"), format!("      {name}{after}: {is}")]
    } else {
        vec![format!("      {name}{} → {}", something(telling, was), something(telling, is))]
    }
}

fn something<'t>(telling: &Telling, text: &'t str) -> &'t str {
    if text.is_empty() { telling.language.either("无", "nothing") } else { text }
}

/// Phrases of the same key stand opposite each other; what one of the rules alone says stands together.
fn changed_phrases(telling: &Telling, old: &[(&str, String)], new: &[(&str, String)]) -> Vec<String> {
    let of = |phrases: &[(&str, String)], key: &str| {
        phrases.iter().find(|(other, _)| *other == key).map(|(_, phrase)| phrase.clone())
    };
    let only = |phrases: &[(&str, String)], others: &[(&str, String)]| {
        let only = phrases.iter().filter(|(key, _)| of(others, key).is_none());
        telling.language.phrases(&only.map(|(_, phrase)| phrase.as_str()).collect::<Vec<_>>())
    };
    let opposite = old.iter().filter_map(|(key, was)| Some((was.clone(), of(new, key)?)));
    let alone = std::iter::once((only(old, new), only(new, old)));
    opposite
        .chain(alone)
        .filter(|(was, is)| was != is)
        .flat_map(|(was, is)| opposed(telling, "", &was, &is))
        .collect()
}
