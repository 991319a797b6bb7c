//! Reads case files.

use std::sync::Arc;

use model::{
    CatalogueClass, CatalogueItem, FeeCategory, InsuranceStatus, InsuredPerson, PersonId, PersonType, Region,
    Scheme,
};

use super::{Asked, CaseFile, Expected, Line, Visit, questions};
use crate::case::{EarlierStay, Stay, StayPart};
use crate::catalogue::{FIT, UNFIT};
use crate::form::{self, words_of};
use crate::insurance::InsurancePeriod;
use crate::policy::read_title;
use crate::reader::Reader;
use crate::{AccountBalances, CaseLine, Particulars, Question, Split};

words_of! {
    InsuranceStatus { "active" => Self::Active, "suspended" => Self::Suspended, "ended" => Self::Ended }
}

pub(super) fn case(root: &mut Reader<'_>) -> Option<CaseFile> {
    let title = read_title(root);
    let arithmetic = root.maybe("arithmetic", form::text);
    let region = root.need("region", form::region);
    let scheme = root.need("scheme", form::word::<Scheme>);
    let mut particulars = Particulars::default();
    let person = root
        .need_table("person")
        .and_then(|reader| read_person(reader, (region?, scheme?), &mut particulars));
    let mut asked = questions::question(root);
    if !asked.was_asked {
        asked.found = read_bill(root, &mut particulars);
    }
    let account = root.maybe_table("account").map_or_else(AccountBalances::default, |mut reader| {
        let current_year = reader.maybe("current_year", form::amount).unwrap_or_default();
        let previous_years = reader.maybe("previous_years", form::amount).unwrap_or_default();
        particulars.mutual_aid = reader.maybe("mutual_aid", form::amount).unwrap_or_default();
        reader.finish();
        AccountBalances { current_year, previous_years }
    });
    let accumulators =
        root.maybe_table("accumulators").map(|reader| reader.all(form::amount)).unwrap_or_default();
    let insurances = root.tables("insurance").into_iter().filter_map(read_insurance).collect();
    let asked = asked.found;
    let expected = root.maybe_table("expect").map(|reader| read_expected(reader, asked.as_ref()));
    Some(CaseFile {
        title: title?,
        arithmetic,
        expected,
        person: person?,
        asked: asked?,
        account,
        particulars,
        accumulators,
        insurances,
    })
}

/// Reads a bill: the visit, the stay if it is one, and the lines.
fn read_bill(root: &mut Reader<'_>, particulars: &mut Particulars) -> Option<Asked> {
    let visit = root.need_table("visit").and_then(|reader| read_visit(reader, particulars));
    particulars.stay = root.maybe_table("stay").and_then(read_stay);
    let tables = root.tables("line").into_iter().enumerate();
    let lines: Option<Vec<Line>> = tables.map(|(index, reader)| read_line(index, reader)).collect();
    Some(Asked::Bill(visit?, lines?))
}

fn read_person(
    mut reader: Reader<'_>,
    (region, scheme): (Region, Scheme),
    particulars: &mut Particulars,
) -> Option<InsuredPerson> {
    let person_type = reader.need("person_type", form::word::<PersonType>);
    let birth = reader.need("birth", form::date);
    let insured_from = reader.maybe("insured_from", form::date);
    let status = reader.maybe("status", form::word).unwrap_or(InsuranceStatus::Active);
    let civil_servant = reader.maybe("civil_servant", form::truth).unwrap_or(false);
    particulars.traits.extend(reader.maybe("traits", form::codes).unwrap_or_default());
    particulars.retired_on = reader.maybe("retired_on", form::date);
    particulars.began_work_on = reader.maybe("began_work_on", form::date);
    particulars.registered_diseases = reader.maybe("registered_diseases", form::codes).unwrap_or_default();
    reader.finish();
    Some(InsuredPerson {
        id: PersonId::from_bytes([0; 16]),
        region,
        scheme,
        person_type: person_type?,
        status,
        birth: birth?,
        insured_from: insured_from.or(birth)?,
        civil_servant,
    })
}

fn read_visit(mut reader: Reader<'_>, particulars: &mut Particulars) -> Option<Visit> {
    let date = reader.need("date", form::date);
    let medical_type = reader.need("medical_type", form::word);
    let institution = reader.need("institution", form::word);
    let level = reader.need("level", form::word);
    let use_account = reader.maybe("use_account", form::truth).unwrap_or(true);
    particulars.traits.extend(reader.maybe("traits", form::codes).unwrap_or_default());
    particulars.place = reader.maybe("place_of_care", form::word).unwrap_or_default();
    particulars.filing = reader.maybe("filing", form::word).unwrap_or_default();
    particulars.disease = reader.maybe("disease", form::text);
    particulars.hospital = reader.maybe("hospital", form::text);
    reader.finish();
    Some(Visit {
        date: date?,
        medical_type: medical_type?,
        institution: institution?,
        level: level?,
        use_account,
    })
}

fn read_stay(mut reader: Reader<'_>) -> Option<Stay> {
    let number = reader.maybe("number", form::text).unwrap_or_else(|| "1".to_owned());
    let admitted = reader.need("admitted", form::date);
    let discharged = reader.maybe("discharged", form::date);
    let admission = reader.maybe("admission", form::count).unwrap_or(1);
    let admission_at_level = reader.maybe("admission_at_level", form::count);
    let interim = reader.maybe("interim", form::truth).unwrap_or(false);
    let earlier = reader.maybe_table("earlier").and_then(|mut earlier| {
        let discharged = earlier.need("discharged", form::date);
        let deductible = earlier.need("deductible", form::amount);
        let shared = earlier.maybe("shared", form::amount);
        let transfer = earlier.maybe("transfer", form::truth).unwrap_or(false);
        let same_disease = earlier.maybe("same_disease", form::truth).unwrap_or(false);
        earlier.finish();
        Some(EarlierStay { discharged: discharged?, deductible: deductible?, shared, transfer, same_disease })
    });
    reader.finish();
    let part = StayPart::default();
    Some(Stay {
        number,
        admitted: admitted?,
        discharged,
        admission,
        admission_at_level,
        rules_on: None,
        interim,
        part,
        earlier,
    })
}

fn read_insurance(mut reader: Reader<'_>) -> Option<InsurancePeriod> {
    let scheme = reader.need("scheme", form::word::<Scheme>);
    let from = reader.need("from", form::date);
    let last_day = reader.maybe("last_day", form::date);
    reader.finish();
    Some(InsurancePeriod { scheme: scheme?, from: from?, last_day })
}

fn read_line(index: usize, mut reader: Reader<'_>) -> Option<Line> {
    let price = reader.need("price", form::price);
    let quantity = reader.need("quantity", form::quantity);
    let amount = reader.maybe("amount", form::amount);
    let approved = reader.maybe("approved", form::truth);
    let date = reader.maybe("date", form::date);
    let mut category = None;
    let mut at_place = None;
    let item = if reader.maybe("unmatched", form::truth) == Some(true) {
        category = reader.maybe("category", form::word);
        None
    } else {
        let item = read_item(&mut reader)?;
        at_place =
            reader.maybe_table("at_place").and_then(|table| read_item_at_place(table, &item)).map(Arc::new);
        Some(Arc::new(item))
    };
    let (price, quantity) = (price?, quantity?);
    let product = || price.times(quantity).and_then(model::Exact::round).ok();
    let Some(amount) = amount.or_else(product) else {
        reader.report("the amount is outside the range of money", None);
        return None;
    };
    reader.finish();
    let serial = index.saturating_add(1).to_string();
    let line = CaseLine { serial, item, price, quantity, amount, approved, date, category };
    Some(Line { line, at_place })
}

fn read_item(reader: &mut Reader<'_>) -> Option<CatalogueItem> {
    let name = reader.need("name", form::text);
    let category = reader.maybe("category", form::word).unwrap_or(FeeCategory::Other);
    let group = reader.maybe("group", form::name);
    let classed = read_class(reader);
    Some(CatalogueItem { name: name?, category, group, ..classed? })
}

/// The same item as the catalogue of the place of care classes it.
fn read_item_at_place(mut reader: Reader<'_>, item: &CatalogueItem) -> Option<CatalogueItem> {
    let classed = read_class(&mut reader);
    reader.finish();
    let (name, category, group) = (item.name.clone(), item.category, item.group.clone());
    Some(CatalogueItem { name, category, group, ..classed? })
}

/// What a catalogue says of an item: class, first self-payment, price ceiling, limited use.
fn read_class(reader: &mut Reader<'_>) -> Option<CatalogueItem> {
    let class = reader.need("class", form::word::<CatalogueClass>);
    let given = reader.maybe("first_self_pay", form::rate);
    let price_ceiling = reader.maybe("price_ceiling", form::price);
    let limited_use = reader.maybe("limited_use", form::truth).unwrap_or(false);
    let class = class?;
    let Some(first_self_pay) = given.or(class.first_self_pay()) else {
        reader.report(
            "a line of class B needs 'first_self_pay'",
            Some("what the catalogue says of the item; a [[first_self_pay]] rule may set another share"),
        );
        return None;
    };
    if !class.allows(first_self_pay) {
        reader.report(UNFIT, Some(FIT));
    }
    Some(CatalogueItem {
        code: "case".to_owned(),
        name: String::new(),
        specification: String::new(),
        class,
        category: FeeCategory::Other,
        first_self_pay,
        price_ceiling,
        limited_use,
        group: None,
    })
}

fn read_expected(mut reader: Reader<'_>, asked: Option<&Asked>) -> Expected {
    if let Some(code) = reader.maybe("refusal", form::name) {
        reader.finish();
        return Expected::Refusal(code);
    }
    let question = match asked {
        Some(Asked::Person(_, question)) => Some(question),
        _ => None,
    };
    let mut amounts = Vec::new();
    // At the end of the year a fund may have something back.
    let form = if matches!(question, Some(Question::YearEnd)) { form::change } else { form::amount };
    for name in question.map_or(&Split::AMOUNTS[..], Question::amounts) {
        if let Some(amount) = reader.maybe(name, form) {
            amounts.push(((*name).to_owned(), amount));
        }
    }
    let accumulated =
        reader.maybe_table("accumulated").map(|table| table.all(form::change)).unwrap_or_default();
    let pool_ratio = if question.is_none() { reader.maybe("pool_ratio", form::rate) } else { None };
    reader.finish();
    Expected::Amounts { amounts, accumulated, pool_ratio }
}
