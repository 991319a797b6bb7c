//! Reads the tables of policy files into rows of rules.

mod condition;
mod persons;
mod pool;
mod stage;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Date, Fen};

use super::declared::Declared;
use super::persons::{AccountCredit, MutualAid, PaymentWithoutPin};
use super::rule::{Citation, Confidence, Dated, Row, Rule, Scoped, Title};
use super::strategy::{
    Account, AccountBand, AgeOn, CatalogueOf, Ceiling, Deductible, Excess, FirstSelfPay, FixedPrice,
    FrontPayment, Guarantee, LaneRule, LaterSettlements, Layer, MedicalYear, Placed, PriceBands, PriceLimit,
    RatioChange, Rounding, Share, StandardChange, StayRule, UnmatchedRule,
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
    pub(crate) catalogue: Vec<Dated<CatalogueOf>>,
    pub(crate) price_ceiling: Vec<Dated<Excess>>,
    pub(crate) limited_use: Vec<Dated<()>>,
    pub(crate) unmatched: Vec<Dated<UnmatchedRule>>,
    pub(crate) stay: Vec<Row<StayRule>>,
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
    pub(crate) account_credit: Vec<Row<AccountCredit>>,
    pub(crate) mutual_aid: Vec<Row<MutualAid>>,
    pub(crate) payment_without_pin: Vec<Row<PaymentWithoutPin>>,
    /// The families of which a rule cannot be read, which was told: what seems to be missing may be that rule.
    pub(crate) broken: BTreeSet<&'static str>,
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

/// The documents that a policy cites, by the name that rules call them; none where it cannot be read, which was told.
pub(crate) type Documents = BTreeMap<String, Option<Document>>;

/// Reads the `[source.*]` tables of a file.
pub(crate) fn documents(root: &mut Reader<'_>, documents: &mut Documents) {
    for (key, mut reader) in root.named_tables("source") {
        let name = reader.need("document", form::text);
        let date = reader.need("published", form::publication_date);
        let confidence = reader.need("confidence", form::word::<Confidence>);
        let line = reader.line;
        let place = reader.place;
        reader.finish();
        let document = match (name, date, confidence) {
            (Some(name), Some(date), Some(confidence)) => Some(Document { name, date, confidence }),
            _ => None,
        };
        if documents.insert(key.clone(), document).is_some() {
            place.report(line, format!("source '{key}' is there twice"), None);
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

/// Reads what is said in both languages: why something is not known, how a source was read.
pub(crate) fn reason(reader: &mut Reader<'_>, key: &'static str) -> Option<Title> {
    let mut reason = reader.need_table(key)?;
    let zh = reason.need("zh", form::text);
    let en = reason.need("en", form::text);
    reason.finish();
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
            .chain(listed("reversal", &self.reversal))
            .chain(listed("reference", &self.reference))
            .chain(listed_of_lanes("lane", &self.lane))
            .chain(listed_of_lanes("stay", &self.stay))
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
            .chain(listed_of_lanes("account_credit", &self.account_credit))
            .chain(listed_of_lanes("mutual_aid", &self.mutual_aid))
            .chain(listed_of_lanes("payment_without_pin", &self.payment_without_pin))
    }

    /// Adds every rule of a file.
    pub(crate) fn read(&mut self, root: &mut Reader<'_>, known: &Known) {
        self.read_general(root, known);
        for mut reader in root.tables("lane") {
            let rule = rule(&mut reader, "lane", known);
            let when = sound_condition(&mut reader, known);
            let lane = stage::lane(&mut reader);
            reader.finish();
            if let (Some(rule), Some(when), Some(lane)) = (rule, when, lane) {
                let lanes = [lane.name.clone()].into();
                self.lane.push(Dated {
                    rule: Arc::new(rule),
                    value: Scoped { lanes, when, order: None, value: Some(lane) },
                });
            } else {
                self.broken.insert("lane");
            }
        }
        scoped(root, "stay", known, (&mut self.stay, &mut self.broken), stage::stay);
        scoped(
            root,
            "first_self_pay",
            known,
            (&mut self.first_self_pay, &mut self.broken),
            stage::first_self_pay,
        );
        scoped(root, "price_limit", known, (&mut self.price_limit, &mut self.broken), stage::price_limit);
        scoped(root, "price_bands", known, (&mut self.price_bands, &mut self.broken), stage::price_bands);
        scoped(
            root,
            "front_payment",
            known,
            (&mut self.front_payment, &mut self.broken),
            stage::front_payment,
        );
        scoped(root, "account_band", known, (&mut self.account_band, &mut self.broken), stage::account_band);
        scoped(root, "fixed_price", known, (&mut self.fixed_price, &mut self.broken), stage::fixed_price);
        scoped(root, "deductible", known, (&mut self.deductible, &mut self.broken), pool::deductible);
        scoped(
            root,
            "deductible_change",
            known,
            (&mut self.deductible_change, &mut self.broken),
            pool::standard_change,
        );
        scoped(root, "share", known, (&mut self.share, &mut self.broken), pool::share);
        scoped(root, "ratio_change", known, (&mut self.ratio_change, &mut self.broken), pool::ratio_change);
        scoped(root, "ceiling", known, (&mut self.ceiling, &mut self.broken), pool::ceiling);
        scoped(root, "guarantee", known, (&mut self.guarantee, &mut self.broken), stage::guarantee);
        scoped(root, "layer", known, (&mut self.layer, &mut self.broken), pool::layer);
        scoped(root, "account", known, (&mut self.account, &mut self.broken), stage::account);
        self.read_persons(root, known);
    }

    fn read_persons(&mut self, root: &mut Reader<'_>, known: &Known) {
        let into = (&mut self.account_credit, &mut self.broken);
        scoped(root, "account_credit", known, into, persons::account_credit);
        let into = (&mut self.mutual_aid, &mut self.broken);
        scoped(root, "mutual_aid", known, into, persons::mutual_aid);
        let into = (&mut self.payment_without_pin, &mut self.broken);
        scoped(root, "payment_without_pin", known, into, persons::payment_without_pin);
    }

    fn read_general(&mut self, root: &mut Reader<'_>, known: &Known) {
        general(root, "medical_year", known, (&mut self.medical_year, &mut self.broken), |reader| {
            let (month, day) = reader.need("starts", form::day_of_year)?;
            Some(MedicalYear { month, day })
        });
        general(root, "age", known, (&mut self.age, &mut self.broken), |reader| {
            reader.need("taken_on", form::word)
        });
        general(root, "rounding", known, (&mut self.rounding, &mut self.broken), |reader| {
            let stage = reader.need("stage", form::word);
            let odd_fen = reader.need("odd_fen", form::word);
            Some(Rounding { stage: stage?, odd_fen: odd_fen? })
        });
        general(root, "catalogue", known, (&mut self.catalogue, &mut self.broken), |reader| {
            if reader.was_given("elsewhere") {
                reader.need("elsewhere", form::word)
            } else {
                Some(CatalogueOf::Insurance)
            }
        });
        general(root, "price_ceiling", known, (&mut self.price_ceiling, &mut self.broken), |reader| {
            reader.need("excess", form::word)
        });
        general(root, "limited_use", known, (&mut self.limited_use, &mut self.broken), |_| Some(()));
        general(root, "unmatched", known, (&mut self.unmatched, &mut self.broken), stage::unmatched);
        general(root, "reversal", known, (&mut self.reversal, &mut self.broken), |reader| {
            reader.need("later", form::word)
        });
        general(root, "reference", known, (&mut self.reference, &mut self.broken), |reader| {
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
    (into, broken): (&mut Vec<Dated<T>>, &mut BTreeSet<&'static str>),
    read: impl Fn(&mut Reader<'_>) -> Option<T>,
) {
    for mut reader in root.tables(family) {
        let rule = rule(&mut reader, family, known);
        let value = read(&mut reader);
        reader.finish();
        if let (Some(rule), Some(value)) = (rule, value) {
            into.push(Dated { rule: Arc::new(rule), value });
        } else {
            broken.insert(family);
        }
    }
}

/// Reads the condition of a rule; nothing where a part of it cannot be read, for the rest would be for too many.
fn sound_condition(reader: &mut Reader<'_>, known: &Known) -> Option<super::condition::Condition> {
    let before = reader.place.problems.count();
    let when = condition::condition(reader, &known.declared);
    (reader.place.problems.count() == before).then_some(when)
}

/// Reads the rules of one family that are for lanes, persons and institutions.
fn scoped<T>(
    root: &mut Reader<'_>,
    family: &'static str,
    known: &Known,
    (into, broken): (&mut Vec<Row<T>>, &mut BTreeSet<&'static str>),
    read: impl Fn(&mut Reader<'_>) -> Option<T>,
) {
    for mut reader in root.tables(family) {
        let mut rule = rule(&mut reader, family, known);
        let lanes = match family {
            // How stays are settled may be said once for all lanes.
            "stay" if !reader.was_given("lanes") => reader.maybe("lanes", form::names).or(Some(Vec::new())),
            "account_credit" | "mutual_aid" | "payment_without_pin" => Some(Vec::new()),
            _ => reader.need("lanes", form::names),
        };
        let when = sound_condition(&mut reader, known);
        let mut order = None;
        let value = if reader.has("unknown") {
            let reason = reason(&mut reader, "unknown");
            rule = rule.map(|rule| Rule { unknown: reason, ..rule });
            // Among rules that follow one another an unknown one has its place too.
            order = reader.maybe("place", form::place);
            reader.stands_alone("unknown");
            Some(None)
        } else {
            read(&mut reader).map(Some)
        };
        reader.finish();
        if let (Some(rule), Some(lanes), Some(when), Some(value)) = (rule, lanes, when, value) {
            let lanes = lanes.into();
            into.push(Dated { rule: Arc::new(rule), value: Scoped { lanes, when, order, value } });
        } else {
            broken.insert(family);
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
    let reading = if reader.has("reading") { reason(reader, "reading") } else { None };
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
    let document = document.as_ref()?;
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
