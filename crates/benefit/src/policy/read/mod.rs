//! Reads the tables of policy files into rows of rules.

mod condition;
mod pool;
mod stage;

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Date, Fen};

use super::declared::Declared;
use super::rule::{Citation, Confidence, Dated, Row, Rule, Scoped, Title};
use super::strategy::{
    Account, AccountBand, AgeOn, Ceiling, Deductible, Excess, FirstSelfPay, FixedPrice, FrontPayment,
    Guarantee, LaneRule, LaterSettlements, Layer, MedicalYear, Placed, PriceBands, PriceLimit, RatioChange,
    Rounding, Share, StandardChange, StayRule, Unmatched,
};
use crate::form;
use crate::reader::Reader;

/// An amount that others are written as a share of, such as the average wage.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) name: Arc<str>,
    pub(crate) amount: Fen,
}

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
    pub(crate) stay: Vec<Dated<StayRule>>,
    pub(crate) reversal: Vec<Dated<LaterSettlements>>,
    pub(crate) reference: Vec<Dated<Reference>>,
    pub(crate) lane: Vec<Row<LaneRule>>,
    pub(crate) first_self_pay: Vec<Row<FirstSelfPay>>,
    pub(crate) price_limit: Vec<Row<PriceLimit>>,
    pub(crate) price_bands: Vec<Row<PriceBands>>,
    pub(crate) front_payment: Vec<Row<FrontPayment>>,
    pub(crate) account_band: Vec<Row<AccountBand>>,
    pub(crate) fixed_price: Vec<Row<FixedPrice>>,
    pub(crate) deductible: Vec<Row<Deductible>>,
    pub(crate) deductible_change: Vec<Row<Placed<StandardChange>>>,
    pub(crate) share: Vec<Row<Share>>,
    pub(crate) ratio_change: Vec<Row<Placed<RatioChange>>>,
    pub(crate) ceiling: Vec<Row<Ceiling>>,
    pub(crate) guarantee: Vec<Row<Guarantee>>,
    pub(crate) layer: Vec<Row<Layer>>,
    pub(crate) account: Vec<Row<Account>>,
}

/// What rules refer to by name.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) documents: Documents,
    pub(crate) declared: Declared,
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

/// The name of a family, a rule of it, and the lanes that the rule is for.
pub(crate) type Listed<'a> = (&'static str, &'a Arc<Rule>, &'a [String]);

fn listed<'a, T>(name: &'static str, rows: &'a [Dated<T>]) -> impl Iterator<Item = Listed<'a>> {
    rows.iter().map(move |row| (name, &row.rule, <&[String]>::default()))
}

fn listed_of_lanes<'a, T>(name: &'static str, rows: &'a [Row<T>]) -> impl Iterator<Item = Listed<'a>> {
    rows.iter().map(move |row| (name, &row.rule, row.value.lanes.as_ref()))
}

impl Families {
    /// Every rule of every family.
    pub(crate) fn all(&self) -> impl Iterator<Item = Listed<'_>> {
        listed("medical_year", &self.medical_year)
            .chain(listed("age", &self.age))
            .chain(listed("rounding", &self.rounding))
            .chain(listed("catalogue", &self.catalogue))
            .chain(listed("price_ceiling", &self.price_ceiling))
            .chain(listed("limited_use", &self.limited_use))
            .chain(listed("unmatched", &self.unmatched))
            .chain(listed("stay", &self.stay))
            .chain(listed("reversal", &self.reversal))
            .chain(listed("reference", &self.reference))
            .chain(listed_of_lanes("lane", &self.lane))
            .chain(listed_of_lanes("first_self_pay", &self.first_self_pay))
            .chain(listed_of_lanes("price_limit", &self.price_limit))
            .chain(listed_of_lanes("price_bands", &self.price_bands))
            .chain(listed_of_lanes("front_payment", &self.front_payment))
            .chain(listed_of_lanes("account_band", &self.account_band))
            .chain(listed_of_lanes("fixed_price", &self.fixed_price))
            .chain(listed_of_lanes("deductible", &self.deductible))
            .chain(listed_of_lanes("deductible_change", &self.deductible_change))
            .chain(listed_of_lanes("share", &self.share))
            .chain(listed_of_lanes("ratio_change", &self.ratio_change))
            .chain(listed_of_lanes("ceiling", &self.ceiling))
            .chain(listed_of_lanes("guarantee", &self.guarantee))
            .chain(listed_of_lanes("layer", &self.layer))
            .chain(listed_of_lanes("account", &self.account))
    }

    /// Adds every rule of a file.
    pub(crate) fn read(&mut self, root: &mut Reader<'_>, known: &Known) {
        self.read_general(root, known);
        for mut reader in root.tables("lane") {
            let rule = rule(&mut reader, "lane", known);
            let when = condition::condition(&mut reader, &known.declared);
            let lane = stage::lane(&mut reader);
            reader.finish();
            if let (Some(rule), Some(lane)) = (rule, lane) {
                let lanes = [lane.name.clone()].into();
                self.lane
                    .push(Dated { rule: Arc::new(rule), value: Scoped { lanes, when, value: Some(lane) } });
            }
        }
        scoped(root, "first_self_pay", known, &mut self.first_self_pay, stage::first_self_pay);
        scoped(root, "price_limit", known, &mut self.price_limit, stage::price_limit);
        scoped(root, "price_bands", known, &mut self.price_bands, stage::price_bands);
        scoped(root, "front_payment", known, &mut self.front_payment, stage::front_payment);
        scoped(root, "account_band", known, &mut self.account_band, stage::account_band);
        scoped(root, "fixed_price", known, &mut self.fixed_price, stage::fixed_price);
        scoped(root, "deductible", known, &mut self.deductible, pool::deductible);
        scoped(root, "deductible_change", known, &mut self.deductible_change, pool::standard_change);
        scoped(root, "share", known, &mut self.share, pool::share);
        scoped(root, "ratio_change", known, &mut self.ratio_change, pool::ratio_change);
        scoped(root, "ceiling", known, &mut self.ceiling, pool::ceiling);
        scoped(root, "guarantee", known, &mut self.guarantee, stage::guarantee);
        scoped(root, "layer", known, &mut self.layer, pool::layer);
        scoped(root, "account", known, &mut self.account, stage::account);
    }

    fn read_general(&mut self, root: &mut Reader<'_>, known: &Known) {
        general(root, "medical_year", known, &mut self.medical_year, |reader| {
            let (month, day) = reader.need("starts", form::day_of_year)?;
            Some(MedicalYear { month, day })
        });
        general(root, "age", known, &mut self.age, |reader| reader.need("taken_on", form::word));
        general(root, "rounding", known, &mut self.rounding, |reader| {
            let stage = reader.need("stage", form::word);
            let odd_fen = reader.need("odd_fen", form::word);
            Some(Rounding { stage: stage?, odd_fen: odd_fen? })
        });
        general(root, "catalogue", known, &mut self.catalogue, |_| Some(()));
        general(root, "price_ceiling", known, &mut self.price_ceiling, |reader| {
            reader.need("excess", form::word)
        });
        general(root, "limited_use", known, &mut self.limited_use, |_| Some(()));
        general(root, "unmatched", known, &mut self.unmatched, |reader| reader.need("taken_as", form::word));
        general(root, "stay", known, &mut self.stay, stage::stay);
        general(root, "reversal", known, &mut self.reversal, |reader| reader.need("later", form::word));
        general(root, "reference", known, &mut self.reference, |reader| {
            let name = reader.need("name", form::name);
            let amount = reader.need("amount", form::amount);
            Some(Reference { name: name?.into(), amount: amount? })
        });
    }
}

/// Reads the rules of one family that are for the whole policy.
fn general<T>(
    root: &mut Reader<'_>,
    family: &'static str,
    known: &Known,
    into: &mut Vec<Dated<T>>,
    read: impl Fn(&mut Reader<'_>) -> Option<T>,
) {
    for mut reader in root.tables(family) {
        let rule = rule(&mut reader, family, known);
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
    known: &Known,
    into: &mut Vec<Row<T>>,
    read: impl Fn(&mut Reader<'_>) -> Option<T>,
) {
    for mut reader in root.tables(family) {
        let mut rule = rule(&mut reader, family, known);
        let lanes = reader.need("lanes", form::names);
        let when = condition::condition(&mut reader, &known.declared);
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

fn rule(reader: &mut Reader<'_>, table: &'static str, known: &Known) -> Option<Rule> {
    let written = reader.written();
    let id = reader.need("rule", form::name);
    let from = reader.need("from", form::date);
    let last_day = reader.maybe("last_day", form::date);
    let title = title(reader);
    let cited = citation(reader, &known.documents);
    if let (Some(from), Some(last_day)) = (from, last_day)
        && last_day < from
    {
        reader.place.report(reader.line_of("last_day"), "the rule ends before it begins", None);
    }
    let (source, source_confidence) = cited?;
    Some(Rule {
        table,
        id: id?.into(),
        from: from?,
        last_day,
        title: Arc::new(title?),
        source: Arc::new(source),
        source_confidence,
        unknown: None,
        written,
        file: reader.place.file.to_owned(),
        line: reader.line,
    })
}

/// What a rule cites, and the mark of the source itself.
fn citation(reader: &mut Reader<'_>, documents: &Documents) -> Option<(Citation, Confidence)> {
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
    let citation = Citation {
        document: document.name.clone(),
        clause: clause?,
        date: document.date.clone(),
        confidence: confidence.unwrap_or(document.confidence),
        reading,
    };
    Some((citation, document.confidence))
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
