//! What a register file says, checked as a whole before anything is stored.

use model::{
    Date, Fen, IdNumber, InstitutionCode, InstitutionKind, InstitutionLevel, InsuranceStatus, PersonType,
    Scheme,
};
use serde::Deserialize;
use store::Personal;
use store::people::Gender;
use toml::Spanned;

/// A mistake in a register file. It never quotes a value, which may be of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Line, from 1.
    pub(crate) line: usize,
    /// The key, and what is wrong with it.
    pub(crate) what: String,
}

/// Institutions and insured persons to register.
#[derive(Debug)]
pub(crate) struct RegisterFile {
    pub(crate) institutions: Vec<InstitutionEntry>,
    pub(crate) persons: Vec<PersonEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    #[serde(default)]
    institution: Vec<Spanned<InstitutionEntry>>,
    #[serde(default)]
    person: Vec<Spanned<PersonText>>,
}

/// A hospital or a pharmacy. It gets a pair of signing keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InstitutionEntry {
    pub(crate) code: InstitutionCode,
    pub(crate) name: String,
    pub(crate) kind: InstitutionKind,
    pub(crate) level: InstitutionLevel,
    /// Who logs in at the terminal page. Each gets a password.
    #[serde(default)]
    pub(crate) staff: Vec<StaffEntry>,
}

/// A member of an institution's staff.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaffEntry {
    pub(crate) staff_no: String,
    pub(crate) name: String,
}

/// An insured person as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonText {
    name: String,
    id_number: String,
    phone: Option<String>,
    card_number: Option<String>,
    scheme: Scheme,
    person_type: PersonType,
    #[serde(default = "active")]
    status: InsuranceStatus,
    insured_from: toml::value::Datetime,
    #[serde(default)]
    civil_servant: bool,
    #[serde(default = "han")]
    ethnicity: String,
    employer: Option<String>,
    current_year: Option<String>,
    previous_years: Option<String>,
}

const fn active() -> InsuranceStatus {
    InsuranceStatus::Active
}

fn han() -> String {
    "01".to_owned()
}

/// An insured person, with what the account holds at the start.
#[derive(Debug, Clone)]
pub(crate) struct PersonEntry {
    /// Line of the file, from 1.
    pub(crate) line: usize,
    pub(crate) name: Personal,
    pub(crate) id_number: IdNumber,
    pub(crate) birth: Date,
    pub(crate) gender: Gender,
    pub(crate) phone: Option<Personal>,
    pub(crate) card_number: Option<Personal>,
    pub(crate) scheme: Scheme,
    pub(crate) person_type: PersonType,
    pub(crate) status: InsuranceStatus,
    pub(crate) insured_from: Date,
    pub(crate) civil_servant: bool,
    pub(crate) ethnicity: String,
    pub(crate) employer: Option<String>,
    pub(crate) current_year: Fen,
    pub(crate) previous_years: Fen,
}

impl RegisterFile {
    /// Reads a file.
    ///
    /// # Errors
    /// Every mistake; a file that is no TOML, or of other keys, has the first alone.
    pub(crate) fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        let line = |offset: usize| text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        let tables: Tables = toml::from_str(text).map_err(|error: toml::de::Error| {
            let offset = error.span().map_or(0, |span| span.start);
            vec![Mistake { line: line(offset), what: without_quotes(error.message()) }]
        })?;
        let mut mistakes = Vec::new();
        let mut institutions: Vec<InstitutionEntry> = Vec::new();
        for entry in tables.institution {
            let at = line(entry.span().start);
            let entry = entry.into_inner();
            let mut wrong = |what: &str| mistakes.push(Mistake { line: at, what: what.to_owned() });
            if institutions.iter().any(|other| other.code == entry.code) {
                wrong("code: the institution is in the file twice");
            }
            if entry.name.trim().is_empty() {
                wrong("name: is empty");
            }
            if !entry.code.as_str().starts_with(match entry.kind {
                InstitutionKind::Hospital => 'H',
                InstitutionKind::Pharmacy => 'P',
            }) {
                wrong("kind: codes of hospitals begin with H, those of pharmacies with P");
            }
            for (place, member) in entry.staff.iter().enumerate() {
                let twice = entry.staff.iter().skip(place + 1).any(|other| other.staff_no == member.staff_no);
                if twice || member.staff_no.trim().is_empty() {
                    wrong("staff: each member needs a staff_no of their own");
                }
            }
            institutions.push(entry);
        }
        let mut persons: Vec<PersonEntry> = Vec::new();
        for entry in tables.person {
            let at = line(entry.span().start);
            match PersonEntry::of(at, entry.into_inner()) {
                Ok(person) => {
                    if persons.iter().any(|other| other.id_number == person.id_number) {
                        mistakes
                            .push(Mistake { line: at, what: "id_number: is in the file twice".to_owned() });
                    }
                    persons.push(person);
                }
                Err(what) => mistakes.extend(what.into_iter().map(|what| Mistake { line: at, what })),
            }
        }
        if mistakes.is_empty() { Ok(Self { institutions, persons }) } else { Err(mistakes) }
    }
}

/// The parser's words up to what they quote of the file.
fn without_quotes(message: &str) -> String {
    let kind = message.split(": ").next().unwrap_or_default();
    let quotes_value = kind == "invalid type" || kind == "invalid value";
    if quotes_value { format!("{kind} of this key") } else { message.to_owned() }
}

impl PersonEntry {
    fn of(line: usize, text: PersonText) -> Result<Self, Vec<String>> {
        let mut mistakes = Vec::new();
        let mut keep = |key: &str, why: String| mistakes.push(format!("{key}: {why}"));
        let id_number: Option<IdNumber> = text
            .id_number
            .parse()
            .map_err(|error: model::id_number::IdNumberError| keep("id_number", error.to_string()))
            .ok();
        if text.name.trim().is_empty() {
            keep("name", "is empty".to_owned());
        }
        if text.person_type.scheme() != text.scheme {
            keep("person_type", "is no class of persons of this scheme".to_owned());
        }
        let phone = text.phone.and_then(|phone| {
            server::access::service::read_phone(&phone)
                .map_err(|_| keep("phone", "is no mobile number of 11 digits".to_owned()))
                .ok()
        });
        if text.card_number.as_ref().is_some_and(|card| card.is_empty() || card.chars().count() > 30) {
            keep("card_number", "has 1 to 30 characters".to_owned());
        }
        let insured_from: Option<Date> = text.insured_from.to_string().parse().ok();
        if insured_from.is_none() {
            keep("insured_from", "is no date such as 2015-01-31".to_owned());
        }
        let mut amount = |key: &str, text: Option<String>| match text.map(|text| Fen::from_yuan(&text)) {
            None => Fen::ZERO,
            Some(Ok(amount)) if !amount.is_negative() => amount,
            Some(_) => {
                keep(key, "is no amount in yuan such as \"1234.50\"".to_owned());
                Fen::ZERO
            }
        };
        let current_year = amount("current_year", text.current_year);
        let previous_years = amount("previous_years", text.previous_years);
        let birth = id_number.as_ref().and_then(|number| number.birth_date().ok());
        let (Some(id_number), Some(birth), Some(insured_from), true) =
            (id_number, birth, insured_from, mistakes.is_empty())
        else {
            return Err(mistakes);
        };
        Ok(Self {
            line,
            name: Personal::new(text.name.trim()),
            gender: gender_of(&id_number),
            id_number,
            birth,
            phone,
            card_number: text.card_number.map(Personal::new),
            scheme: text.scheme,
            person_type: text.person_type,
            status: text.status,
            insured_from,
            civil_servant: text.civil_servant,
            ethnicity: text.ethnicity,
            employer: text.employer,
            current_year,
            previous_years,
        })
    }
}

/// The digit before the check character is odd for men (GB 11643-1999, 4.2.3).
fn gender_of(number: &IdNumber) -> Gender {
    match number.as_str().as_bytes().get(16) {
        Some(digit) if digit % 2 == 1 => Gender::Male,
        Some(_) => Gender::Female,
        None => Gender::Unstated,
    }
}
