//! The catalogue (医保目录): which class an item has in a region, from when on.

use std::collections::HashMap;
use std::sync::Arc;

use model::{CatalogueClass, CatalogueItem, Date, FeeCategory, Price, Region};
use sha2::{Digest, Sha256};
use toml::de::DeValue;

use crate::form::{self, words_of};
use crate::reader::{Form, PolicyError, Problems};

/// The columns of a catalogue file, in this order.
const COLUMNS: [&str; 12] = [
    "region",
    "code",
    "name",
    "specification",
    "class",
    "category",
    "first_self_pay",
    "price_ceiling",
    "limited_use",
    "from",
    "last_day",
    "group",
];

/// What is said of a share of first self-payment that its class may not have, and which ones it may.
pub(crate) const UNFIT: &str = "first_self_pay does not fit the class";
pub(crate) const FIT: &str = "class A has 0 %, class B less than 100 %, class C 100 %";

words_of! {
    CatalogueClass { "A" => Self::A, "B" => Self::B, "C" => Self::C }
    FeeCategory {
        "bed" => Self::Bed,
        "consultation" => Self::Consultation,
        "examination" => Self::Examination,
        "laboratory" => Self::Laboratory,
        "treatment" => Self::Treatment,
        "surgery" => Self::Surgery,
        "nursing" => Self::Nursing,
        "material" => Self::Material,
        "western_drug" => Self::WesternDrug,
        "herbal_pieces" => Self::HerbalPieces,
        "chinese_drug" => Self::ChineseDrug,
        "general_treatment" => Self::GeneralTreatment,
        "registration" => Self::Registration,
        "other" => Self::Other,
    }
}

/// An item with the days on which it is in force so.
#[derive(Debug)]
struct Entry {
    item: Arc<CatalogueItem>,
    from: Date,
    last_day: Option<Date>,
    file: String,
    line: usize,
}

/// The catalogues of all regions.
#[derive(Debug)]
pub struct Catalogue {
    version: String,
    regions: HashMap<Region, HashMap<String, Vec<Entry>>>,
}

impl Entry {
    fn in_force(&self, on: Date) -> bool {
        self.from <= on && self.last_day.is_none_or(|last| on <= last)
    }
}

impl Catalogue {
    /// Reads and checks catalogue files, given as (name, text): comma-separated with a heading, a field with a comma
    /// between quotation marks. Files whose name does not end with `.csv` are passed over. Versions of an item must
    /// not overlap; a later one begins after the `last_day` of the one before.
    ///
    /// # Errors
    /// Everything that is wrong, by file and line.
    pub fn parse(files: &[(String, String)]) -> Result<Self, Vec<PolicyError>> {
        let problems = Problems::default();
        let mut texts: Vec<&(String, String)> =
            files.iter().filter(|(name, _)| name.ends_with(".csv")).collect();
        texts.sort_by(|a, b| a.1.cmp(&b.1));
        let mut digest = Sha256::new();
        let mut regions: HashMap<Region, HashMap<String, Vec<Entry>>> = HashMap::new();
        for (file, text) in texts {
            digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(text.as_bytes());
            read_file(file, text, &problems, &mut regions);
        }
        let errors = problems.into_sorted();
        if errors.is_empty() {
            Ok(Self { version: hex::encode(digest.finalize()), regions })
        } else {
            Err(errors)
        }
    }

    /// SHA-256, in hexadecimal, of the texts of the files.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The item with a national code (`med_list_codg`), as it is in force in a region on a date.
    #[must_use]
    pub fn item(&self, region: Region, code: &str, on: Date) -> Option<&Arc<CatalogueItem>> {
        let entries = self.regions.get(&region)?.get(code)?;
        entries.iter().find(|entry| entry.in_force(on)).map(|entry| &entry.item)
    }

    /// Every item in force in a region on a date, by code.
    #[must_use]
    pub fn in_force(&self, region: Region, on: Date) -> Vec<&Arc<CatalogueItem>> {
        let entries = self.regions.get(&region).into_iter().flat_map(|codes| codes.values().flatten());
        let mut items: Vec<_> = entries.filter(|entry| entry.in_force(on)).map(|entry| &entry.item).collect();
        items.sort_by(|a, b| a.code.cmp(&b.code));
        items
    }
}

fn read_file(
    file: &str,
    text: &str,
    problems: &Problems,
    regions: &mut HashMap<Region, HashMap<String, Vec<Entry>>>,
) {
    let mut lines = text.lines().enumerate().map(|(index, line)| (index.saturating_add(1), line));
    let heading = COLUMNS.join(",");
    if lines.next().map(|(_, first)| first) != Some(heading.as_str()) {
        problems.report(file, 1, "the heading is not the one expected".to_owned(), Some(heading));
        return;
    }
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let Some(fields) = fields(line) else {
            problems.report(file, number, "a quotation mark is not closed".to_owned(), None);
            continue;
        };
        let Ok(fields) = <[String; COLUMNS.len()]>::try_from(fields) else {
            let message = format!("the row has not {} fields", COLUMNS.len());
            problems.report(file, number, message, Some(heading.clone()));
            continue;
        };
        let row = Row { file, line: number, problems };
        let Some((region, entry)) = row.read(&fields) else { continue };
        let versions = regions.entry(region).or_default().entry(entry.item.code.clone()).or_default();
        let ends_before = |one: &Entry, other: &Entry| one.last_day.is_some_and(|last| last < other.from);
        if let Some(other) =
            versions.iter().find(|other| !ends_before(other, &entry) && !ends_before(&entry, other))
        {
            let message = format!("item {} is also at {}:{}", entry.item.code, other.file, other.line);
            let hint = "end the earlier version with 'last_day'".to_owned();
            problems.report(file, number, message, Some(hint));
        }
        versions.push(entry);
    }
}

/// Splits a row at its commas; a field between quotation marks may contain commas, and a doubled quotation mark.
fn fields(line: &str) -> Option<Vec<String>> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let field = fields.last_mut()?;
        match (character, quoted) {
            ('"', true) if characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            ('"', _) => quoted = !quoted,
            (',', false) => fields.push(String::new()),
            (other, _) => field.push(other),
        }
    }
    (!quoted).then_some(fields)
}

/// One row and the place for its problems.
struct Row<'a> {
    file: &'a str,
    line: usize,
    problems: &'a Problems,
}

impl Row<'_> {
    fn report(&self, message: String, hint: Option<String>) {
        self.problems.report(self.file, self.line, message, hint);
    }

    fn field<T>(&self, column: &str, text: &str, form: Form<T>) -> Option<T> {
        form(&DeValue::String(text.into()))
            .map_err(|wrong| self.report(format!("{column}: {}", wrong.message), wrong.hint))
            .ok()
    }

    fn date(&self, column: &str, text: &str) -> Option<Date> {
        model::date::parse_date(text).map_err(|error| self.report(format!("{column}: {error}"), None)).ok()
    }

    fn read(&self, fields: &[String; COLUMNS.len()]) -> Option<(Region, Entry)> {
        let [
            region,
            code,
            name,
            specification,
            class,
            category,
            rate,
            ceiling,
            limited,
            from,
            last_day,
            group,
        ] = fields;
        let region = self.field("region", region, form::region);
        let code = self.field("code", code, catalogue_code);
        let name = self.field("name", name, form::text);
        let class = self.field("class", class, form::word::<CatalogueClass>);
        let category = self.field("category", category, form::word::<FeeCategory>);
        let rate = self.field("first_self_pay", rate, form::rate);
        let ceiling = (!ceiling.is_empty()).then(|| self.field("price_ceiling", ceiling, form::price));
        let limited_use = self.field("limited_use", limited, yes_or_no);
        let from = self.date("from", from);
        let group = (!group.is_empty()).then(|| self.field("group", group, form::name));
        let last_day = (!last_day.is_empty()).then(|| self.date("last_day", last_day));
        let price_ceiling = match ceiling {
            Some(read) => Some(read?),
            None => None,
        };
        let group = match group {
            Some(read) => Some(read?),
            None => None,
        };
        let last_day = match last_day {
            Some(read) => Some(read?),
            None => None,
        };
        let (class, rate, from) = (class?, rate?, from?);
        if !class.allows(rate) {
            self.report(UNFIT.to_owned(), Some(FIT.to_owned()));
        }
        if price_ceiling.is_some_and(|ceiling| ceiling <= Price::default()) {
            self.report("price_ceiling is not above zero".to_owned(), Some("leave it empty".to_owned()));
        }
        if last_day.is_some_and(|last| last < from) {
            self.report("the item ends before it begins".to_owned(), None);
        }
        let item = CatalogueItem {
            code: code?,
            name: name?,
            specification: specification.clone(),
            class,
            category: category?,
            first_self_pay: rate,
            price_ceiling,
            limited_use: limited_use?,
            group,
        };
        let entry =
            Entry { item: Arc::new(item), from, last_day, file: self.file.to_owned(), line: self.line };
        Some((region?, entry))
    }
}

fn catalogue_code(value: &DeValue<'_>) -> Result<String, crate::reader::Wrong> {
    let code = form::text(value)?;
    let right = code.len() <= 50 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    if right {
        Ok(code)
    } else {
        Err(crate::reader::Wrong {
            message: format!("'{code}' is not a catalogue code"),
            hint: Some("at most 50 letters, digits, '-' and '.'".to_owned()),
        })
    }
}

fn yes_or_no(value: &DeValue<'_>) -> Result<bool, crate::reader::Wrong> {
    match value.as_str() {
        Some("yes") => Ok(true),
        Some("no") => Ok(false),
        _ => Err(crate::reader::Wrong { message: "yes or no is expected".to_owned(), hint: None }),
    }
}
