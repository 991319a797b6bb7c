//! Reads the tables of policy files into rows of rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Date, Rate};

use super::condition::{Condition, Set, kind_bit, level_bit, person_bit};
use super::rule::{Citation, Confidence, Dated, Row, Rule, Scoped, Title};
use super::strategy::{
    Account, AccountBand, AgeOn, Ceiling, Deductible, Excess, LaneRule, MedicalYear, Period, Rounding,
    Segment, Share, Span, Stage, Unmatched,
};
use crate::form;
use crate::reader::Reader;

/// Every rule of one policy, all versions, as they stand in its files.
#[derive(Debug, Default)]
pub(crate) struct Families {
    pub(crate) medical_year: Vec<Dated<MedicalYear>>,
    pub(crate) age: Vec<Dated<AgeOn>>,
    pub(crate) rounding: Vec<Dated<Rounding>>,
    pub(crate) catalogue: Vec<Dated<()>>,
    pub(crate) price_ceiling: Vec<Dated<Excess>>,
    pub(crate) limited_use: Vec<Dated<()>>,
    pub(crate) unmatched: Vec<Dated<Unmatched>>,
    pub(crate) lane: Vec<Dated<LaneRule>>,
    pub(crate) account_band: Vec<Row<AccountBand>>,
    pub(crate) deductible: Vec<Row<Deductible>>,
    pub(crate) share: Vec<Row<Share>>,
    pub(crate) ceiling: Vec<Row<Ceiling>>,
    pub(crate) account: Vec<Row<Account>>,
}

/// A document that rules were read from.
#[derive(Debug)]
pub(crate) struct Document {
    name: String,
    date: String,
    confidence: Confidence,
}

/// The documents that a policy cites, by the name that rules call them.
pub(crate) type Documents = BTreeMap<String, Document>;

/// Reads the `[source.*]` tables of a file.
pub(crate) fn documents(root: &mut Reader<'_>, documents: &mut Documents) {
    for (key, mut reader) in root.named_tables("source") {
        let name = reader.need("document", form::text);
        let date = reader.need("published", form::publication_date);
        let confidence = reader.need("confidence", form::word::<Confidence>);
        let line = reader.line;
        let place = reader.place;
        reader.finish();
        if let (Some(name), Some(date), Some(confidence)) = (name, date, confidence) {
            let document = Document { name, date, confidence };
            if documents.insert(key.clone(), document).is_some() {
                place.report(line, format!("source '{key}' is there twice"), None);
            }
        }
    }
}

/// Reads `title = { zh = "…", en = "…" }`.
pub(crate) fn title(reader: &mut Reader<'_>) -> Option<Title> {
    let mut title = reader.need_table("title")?;
    let zh = title.need("zh", form::text);
    let en = title.need("en", form::text);
    title.finish();
    Some(Title { zh: zh?, en: en? })
}

impl Families {
    /// Adds every rule of a file.
    pub(crate) fn read(&mut self, root: &mut Reader<'_>, documents: &Documents) {
        general(root, "medical_year", documents, &mut self.medical_year, |reader| {
            let (month, day) = reader.need("starts", form::day_of_year)?;
            Some(MedicalYear { month, day })
        });
        general(root, "age", documents, &mut self.age, |reader| reader.need("taken_on", form::word));
        general(root, "rounding", documents, &mut self.rounding, |reader| {
            let stage = reader.need("stage", form::word);
            let odd_fen = reader.need("odd_fen", form::word);
            Some(Rounding { stage: stage?, odd_fen: odd_fen? })
        });
        general(root, "catalogue", documents, &mut self.catalogue, |_| Some(()));
        general(root, "price_ceiling", documents, &mut self.price_ceiling, |reader| {
            reader.need("excess", form::word)
        });
        general(root, "limited_use", documents, &mut self.limited_use, |_| Some(()));
        general(root, "unmatched", documents, &mut self.unmatched, |reader| {
            reader.need("taken_as", form::word)
        });
        general(root, "lane", documents, &mut self.lane, lane);
        scoped(root, "account_band", documents, &mut self.account_band, |reader| {
            let account = reader.need("account", form::word);
            let when_declined = reader.need("when_declined", form::word);
            Some(AccountBand { account: account?, when_declined: when_declined? })
        });
        scoped(root, "deductible", documents, &mut self.deductible, |reader| {
            let standard = reader.need("standard", form::amount);
            let span = span(reader, "per");
            Some(Deductible { standard: standard?, span: span? })
        });
        scoped(root, "share", documents, &mut self.share, share);
        scoped(root, "ceiling", documents, &mut self.ceiling, |reader| {
            let limits = reader.need("limits", form::word);
            let amount = reader.need("amount", form::amount);
            let span = span(reader, "per");
            Some(Ceiling { limits: limits?, amount: amount?, span: span? })
        });
        scoped(root, "account", documents, &mut self.account, |reader| {
            let account = reader.need("account", form::word);
            let place = reader.need("place", form::place);
            let pays = reader.need("pays", form::words);
            Some(Account { account: account?, place: place?, pays: pays? })
        });
    }
}

/// Reads the rules of one family that are for the whole policy.
fn general<T>(
    root: &mut Reader<'_>,
    family: &'static str,
    documents: &Documents,
    into: &mut Vec<Dated<T>>,
    read: impl Fn(&mut Reader<'_>) -> Option<T>,
) {
    for mut reader in root.tables(family) {
        let rule = rule(&mut reader, documents);
        let value = read(&mut reader);
        reader.finish();
        if let (Some(rule), Some(value)) = (rule, value) {
            into.push(Dated { rule: Arc::new(rule), value });
        }
    }
}

/// Reads the rules of one family that are for lanes, persons and institutions.
fn scoped<T>(
    root: &mut Reader<'_>,
    family: &'static str,
    documents: &Documents,
    into: &mut Vec<Row<T>>,
    read: impl Fn(&mut Reader<'_>) -> Option<T>,
) {
    for mut reader in root.tables(family) {
        let mut rule = rule(&mut reader, documents);
        let lanes = reader.need("lanes", form::names);
        let when = condition(&mut reader);
        let value = if reader.has("unknown") {
            let reason = reader.need("unknown", form::text);
            rule = rule.map(|rule| Rule { unknown: reason, ..rule });
            Some(None)
        } else {
            read(&mut reader).map(Some)
        };
        reader.finish();
        if let (Some(rule), Some(lanes), Some(value)) = (rule, lanes, value) {
            into.push(Dated { rule: Arc::new(rule), value: Scoped { lanes: lanes.into(), when, value } });
        }
    }
}

fn rule(reader: &mut Reader<'_>, documents: &Documents) -> Option<Rule> {
    let id = reader.need("rule", form::name);
    let from = reader.need("from", form::date);
    let last_day = reader.maybe("last_day", form::date);
    let title = title(reader);
    let source = citation(reader, documents);
    if let (Some(from), Some(last_day)) = (from, last_day)
        && last_day < from
    {
        reader.place.report(reader.line_of("last_day"), "the rule ends before it begins", None);
    }
    Some(Rule {
        id: id?.into(),
        from: from?,
        last_day,
        title: Arc::new(title?),
        source: Arc::new(source?),
        unknown: None,
        file: reader.place.file.to_owned(),
        line: reader.line,
    })
}

fn citation(reader: &mut Reader<'_>, documents: &Documents) -> Option<Citation> {
    let key = reader.need("source", form::text);
    let clause = reader.need("clause", form::text);
    let reading = reader.maybe("reading", form::text);
    let confidence = reader.maybe("confidence", form::word::<Confidence>);
    let key = key?;
    let Some(document) = documents.get(&key) else {
        let names: Vec<&str> = documents.keys().map(String::as_str).collect();
        reader.place.report(
            reader.line_of("source"),
            format!("there is no source '{key}'"),
            Some(format!("describe it in a table [source.{key}], or cite one of: {}", names.join(", "))),
        );
        return None;
    };
    Some(Citation {
        document: document.name.clone(),
        clause: clause?,
        date: document.date.clone(),
        confidence: confidence.unwrap_or(document.confidence),
        reading,
    })
}

fn condition(reader: &mut Reader<'_>) -> Condition {
    let mut when = Condition::ALWAYS;
    if let Some(persons) = reader.maybe("person", form::words) {
        when.persons = Set::of(persons.into_iter().map(person_bit));
    }
    if let Some(levels) = reader.maybe("level", form::words) {
        when.levels = Set::of(levels.into_iter().map(level_bit));
    }
    if let Some(kinds) = reader.maybe("institution", form::words) {
        when.kinds = Set::of(kinds.into_iter().map(kind_bit));
    }
    if let Some(age) = reader.maybe("age_from", form::age) {
        when.age_from = age;
    }
    if let Some(age) = reader.maybe("age_under", form::age) {
        when.age_under = age;
    }
    when
}

/// Reads over which time something adds up; over more than a visit it needs an accumulator.
fn span(reader: &mut Reader<'_>, key: &'static str) -> Option<Span> {
    match reader.need(key, form::word::<Period>)? {
        Period::Visit => Some(Span::Visit),
        Period::MedicalYear => {
            reader.need("accumulator", form::name).map(|name| Span::MedicalYear(name.into()))
        }
    }
}

fn lane(reader: &mut Reader<'_>) -> Option<LaneRule> {
    let name = reader.need("lane", form::name);
    let medical_types = reader.need("medical_types", form::words);
    let institutions = reader.need("institutions", form::words);
    let stages: Vec<Stage> = reader.need("stages", form::words)?;
    if !stages.is_sorted() || !stages.contains(&Stage::Share) {
        reader.place.report(
            reader.line_of("stages"),
            "the stages of a lane stand in the order in which they run, and 'share' is one of them",
            Some(
                "account_band, deductible, share, ceiling, account; leave out what the lane has not"
                    .to_owned(),
            ),
        );
    }
    Some(LaneRule { name: name?, medical_types: medical_types?, institutions: institutions?, stages })
}

fn share(reader: &mut Reader<'_>) -> Option<Share> {
    let several = reader.tables("segments");
    if several.is_empty() {
        let (fund, person) = ratio(reader)?;
        let segments = vec![Segment { up_to: None, fund, person }];
        return Some(Share { axis: Span::Visit, axis_includes_deductible: false, segments });
    }
    let axis = span(reader, "axis");
    let axis_includes_deductible = reader.need("axis_includes_deductible", form::truth);
    let count = several.len();
    let mut segments: Vec<Segment> = Vec::with_capacity(count);
    for (index, mut segment) in several.into_iter().enumerate() {
        let up_to = segment.maybe("up_to", form::amount);
        let ratio = ratio(&mut segment);
        let last = index.saturating_add(1) == count;
        let below = segments.last().and_then(|before| before.up_to);
        if last == up_to.is_some() {
            segment.report("every segment but the last has 'up_to', and the last has none", None);
        } else if up_to.is_some_and(|end| end.is_zero() || below.is_some_and(|below| end <= below)) {
            segment.report("the segments do not rise", Some("each 'up_to' is larger than the one before"));
        }
        segment.finish();
        let (fund, person) = ratio?;
        segments.push(Segment { up_to, fund, person });
    }
    Some(Share { axis: axis?, axis_includes_deductible: axis_includes_deductible?, segments })
}

/// Reads the ratio of fund and person, of which one is written and the other is the rest.
fn ratio(reader: &mut Reader<'_>) -> Option<(Rate, Rate)> {
    let person = reader.maybe("person_pays", form::rate);
    let fund = reader.maybe("fund_pays", form::rate);
    match (person, fund) {
        (Some(person), None) => Some((person.complement().ok()?, person)),
        (None, Some(fund)) => Some((fund, fund.complement().ok()?)),
        _ => {
            reader.report(
                format!("{} needs either 'person_pays' or 'fund_pays'", reader.name),
                Some("write one of them, such as person_pays = \"14 %\""),
            );
            None
        }
    }
}

/// What a policy is called and how long it reaches, from its `[policy]` table.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) title: Title,
    pub(crate) from: Date,
    pub(crate) last_day: Option<Date>,
    pub(crate) file: String,
    pub(crate) line: usize,
}

/// Reads the `[policy]` table of a file, if it has one.
pub(crate) fn head(root: &mut Reader<'_>) -> Option<Head> {
    let mut reader = root.maybe_table("policy")?;
    let title = title(&mut reader);
    let from = reader.need("from", form::date);
    let last_day = reader.maybe("last_day", form::date);
    let (file, line) = (reader.place.file.to_owned(), reader.line);
    reader.finish();
    Some(Head { title: title?, from: from?, last_day, file, line })
}
