//! Worked cases: a bill in, every amount out, in a file that a policy officer can write.

use std::fmt;
use std::sync::Arc;

use model::{
    CatalogueClass, CatalogueItem, Date, FeeCategory, Fen, InstitutionKind, InstitutionLevel,
    InsuranceStatus, InsuredPerson, MedicalType, PersonId, PersonType, Rate, Region, Scheme,
};

use crate::catalogue::rate_fits;
use crate::form::{self, words_of};
use crate::policy::read_title;
use crate::reader::{Place, PolicyError, Problems, Reader};
use crate::{
    AccountBalances, Accumulators, Case, CaseLine, Policy, PolicyBook, Refusal, Split, Title, Trace, explain,
};

words_of! {
    InsuranceStatus { "active" => Self::Active, "suspended" => Self::Suspended, "ended" => Self::Ended }
}

/// A bill in words, and what is expected of it.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// What the case is called.
    pub title: Title,
    /// The computation in words, so that it can be followed with a pencil.
    pub arithmetic: Option<String>,
    /// What must come out, where the file says it.
    pub expected: Option<Expected>,
    person: InsuredPerson,
    visit: Visit,
    lines: Vec<CaseLine>,
    account: AccountBalances,
    /// What the year has added up to, by accumulator.
    accumulators: Vec<(String, Fen)>,
}

#[derive(Debug, Clone)]
struct Visit {
    date: Date,
    medical_type: MedicalType,
    institution: InstitutionKind,
    level: InstitutionLevel,
    use_account: bool,
}

/// What must come out of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// The bill is refused with this [`Refusal::code`].
    Refusal(String),
    /// The bill is split. Amounts that are not named must be zero.
    Split {
        /// Amounts by their name in [`Split::amounts`].
        amounts: Vec<(String, Fen)>,
        /// What is added to the accumulators; all of it.
        accumulated: Vec<(String, Fen)>,
        /// The fund's ratio, where the file says it.
        pool_ratio: Option<Rate>,
    },
}

/// Something came out other than expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The amount or outcome.
    pub what: String,
    /// What the file says.
    pub expected: String,
    /// What came out.
    pub actual: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, got {}", self.what, self.expected, self.actual)
    }
}

impl CaseFile {
    /// What the lines are called, in their order: the catalogue's name, or the serial number where it has none.
    #[must_use]
    pub fn item_names(&self) -> Vec<String> {
        let name = |line: &CaseLine| {
            line.item.as_ref().map_or_else(|| line.serial.clone(), |item| item.name.clone())
        };
        self.lines.iter().map(name).collect()
    }

    /// Reads a case.
    ///
    /// # Errors
    /// Everything that is wrong, by line; the file is called `case`.
    pub fn parse(text: &str) -> Result<Self, Vec<PolicyError>> {
        let problems = Problems::default();
        let read = {
            let place = Place { file: "case", text, problems: &problems };
            place.parse().and_then(|table| {
                let mut root = Reader::new(place, "the file", 1, table.get_ref());
                let read = read_case(&mut root);
                root.finish();
                read
            })
        };
        let errors = problems.into_sorted();
        match read {
            Some(case) if errors.is_empty() => Ok(case),
            _ => Err(errors),
        }
    }

    /// The pooling region of the person's insurance.
    #[must_use]
    pub const fn region(&self) -> Region {
        self.person.region
    }

    /// The scheme of the person's insurance.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.person.scheme
    }

    /// The date of the bill.
    #[must_use]
    pub const fn date(&self) -> Date {
        self.visit.date
    }

    /// The bill as it is split by a policy, which says to which medical year the accumulators belong.
    ///
    /// # Errors
    /// The accumulators leave the range of money.
    pub fn case(&self, policy: &Policy) -> Result<Case, Refusal> {
        let year = policy.medical_year(self.visit.date);
        let so_far: Vec<_> = self
            .accumulators
            .iter()
            .map(|(name, amount)| (year, Arc::from(name.as_str()), *amount))
            .collect();
        Ok(Case {
            person: self.person,
            institution_kind: self.visit.institution,
            institution_level: self.visit.level,
            medical_type: self.visit.medical_type,
            date: self.visit.date,
            lines: self.lines.clone(),
            accumulators: Accumulators::new().plus(&so_far)?,
            account: self.account,
            use_account: self.visit.use_account,
        })
    }

    /// Splits the bill by the policy in force and explains it.
    ///
    /// # Errors
    /// There is no policy, or the bill is refused.
    pub fn explain(&self, book: &PolicyBook) -> Result<(Split, Trace), Refusal> {
        let policy = book.in_force(self.region(), self.scheme(), self.date())?;
        explain(policy, &self.case(policy)?)
    }

    /// Compares an outcome with what the file expects; nothing where the file expects nothing.
    #[must_use]
    pub fn mismatches(&self, outcome: Result<&Split, &Refusal>) -> Vec<Mismatch> {
        match (&self.expected, outcome) {
            (None, _) => Vec::new(),
            (Some(Expected::Refusal(code)), Err(refusal)) => {
                compare("refusal", code, refusal.code()).into_iter().collect()
            }
            (Some(Expected::Refusal(code)), Ok(split)) => {
                vec![mismatch("outcome", format!("refusal {code}"), format!("a split of {}", split.total))]
            }
            (Some(Expected::Split { .. }), Err(refusal)) => {
                vec![mismatch("outcome", "a split".to_owned(), format!("refused: {refusal}"))]
            }
            (Some(Expected::Split { amounts, accumulated, pool_ratio }), Ok(split)) => {
                let mut found = compare_amounts(amounts, split);
                found.extend(compare_accumulated(accumulated, split));
                if let Some(ratio) = pool_ratio {
                    found.extend(compare("pool_ratio", &ratio.to_percent(), &split.pool_ratio.to_percent()));
                }
                if let Err(error) = split.check() {
                    found.push(mismatch("identities", "all hold".to_owned(), error.to_string()));
                }
                found
            }
        }
    }
}

fn mismatch(what: &str, expected: String, actual: String) -> Mismatch {
    Mismatch { what: what.to_owned(), expected, actual }
}

fn compare(what: &str, expected: &str, actual: &str) -> Option<Mismatch> {
    (expected != actual).then(|| mismatch(what, expected.to_owned(), actual.to_owned()))
}

fn compare_amounts(expected: &[(String, Fen)], split: &Split) -> Vec<Mismatch> {
    let named =
        |name: &str| expected.iter().find(|(n, _)| n == name).map_or(Fen::ZERO, |(_, amount)| *amount);
    let all = split.amounts().into_iter();
    all.filter_map(|(name, amount)| compare(name, &named(name).to_yuan(), &amount.to_yuan())).collect()
}

fn compare_accumulated(expected: &[(String, Fen)], split: &Split) -> Vec<Mismatch> {
    let show = |name: &str, amount: Fen| format!("{name} {amount}");
    let mut left: Vec<String> = expected.iter().map(|(name, amount)| show(name, *amount)).collect();
    let mut right: Vec<String> =
        split.accumulated.iter().map(|(_, name, amount)| show(name, *amount)).collect();
    left.sort_unstable();
    right.sort_unstable();
    compare("accumulated", &left.join(", "), &right.join(", ")).into_iter().collect()
}

fn read_case(root: &mut Reader<'_>) -> Option<CaseFile> {
    let title = read_title(root);
    let arithmetic = root.maybe("arithmetic", form::text);
    let region = root.need("region", form::region);
    let scheme = root.need("scheme", form::word::<Scheme>);
    let person = root.need_table("person").and_then(|reader| read_person(reader, region?, scheme?));
    let visit = root.need_table("visit").and_then(read_visit);
    let account = root.maybe_table("account").map_or_else(AccountBalances::default, |mut reader| {
        let current_year = reader.maybe("current_year", form::amount).unwrap_or_default();
        let previous_years = reader.maybe("previous_years", form::amount).unwrap_or_default();
        reader.finish();
        AccountBalances { current_year, previous_years }
    });
    let accumulators =
        root.maybe_table("accumulators").map(|reader| reader.all(form::amount)).unwrap_or_default();
    let tables = root.tables("line").into_iter().enumerate();
    let lines: Option<Vec<CaseLine>> = tables.map(|(index, reader)| read_line(index, reader)).collect();
    let expected = root.maybe_table("expect").map(read_expected);
    Some(CaseFile {
        title: title?,
        arithmetic,
        expected,
        person: person?,
        visit: visit?,
        lines: lines?,
        account,
        accumulators,
    })
}

fn read_person(mut reader: Reader<'_>, region: Region, scheme: Scheme) -> Option<InsuredPerson> {
    let person_type = reader.need("person_type", form::word::<PersonType>);
    let birth = reader.need("birth", form::date);
    let insured_from = reader.maybe("insured_from", form::date);
    let status = reader.maybe("status", form::word).unwrap_or(InsuranceStatus::Active);
    let civil_servant = reader.maybe("civil_servant", form::truth).unwrap_or(false);
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

fn read_visit(mut reader: Reader<'_>) -> Option<Visit> {
    let date = reader.need("date", form::date);
    let medical_type = reader.need("medical_type", form::word);
    let institution = reader.need("institution", form::word);
    let level = reader.need("level", form::word);
    let use_account = reader.maybe("use_account", form::truth).unwrap_or(true);
    reader.finish();
    Some(Visit {
        date: date?,
        medical_type: medical_type?,
        institution: institution?,
        level: level?,
        use_account,
    })
}

fn read_line(index: usize, mut reader: Reader<'_>) -> Option<CaseLine> {
    let price = reader.need("price", form::price);
    let quantity = reader.need("quantity", form::quantity);
    let amount = reader.maybe("amount", form::amount);
    let approved = reader.maybe("approved", form::truth);
    let item = if reader.maybe("unmatched", form::truth) == Some(true) {
        None
    } else {
        Some(Arc::new(read_item(&mut reader)?))
    };
    let (price, quantity) = (price?, quantity?);
    let product = || price.times(quantity).and_then(model::Exact::round).ok();
    let Some(amount) = amount.or_else(product) else {
        reader.report("the amount is outside the range of money", None);
        return None;
    };
    reader.finish();
    let serial = index.saturating_add(1).to_string();
    Some(CaseLine { serial, item, price, quantity, amount, approved })
}

fn read_item(reader: &mut Reader<'_>) -> Option<CatalogueItem> {
    let name = reader.need("name", form::text);
    let class = reader.need("class", form::word::<CatalogueClass>);
    let category = reader.maybe("category", form::word).unwrap_or(FeeCategory::Other);
    let given = reader.maybe("first_self_pay", form::rate);
    let price_ceiling = reader.maybe("price_ceiling", form::price);
    let limited_use = reader.maybe("limited_use", form::truth).unwrap_or(false);
    let class = class?;
    let first_self_pay = match (given, class) {
        (Some(rate), _) => rate,
        (None, CatalogueClass::A) => Rate::ZERO,
        (None, CatalogueClass::C) => Rate::ONE,
        (None, CatalogueClass::B) => {
            reader.report("a line of class B needs 'first_self_pay'", None);
            return None;
        }
    };
    if !rate_fits(class, first_self_pay) {
        reader.report("first_self_pay does not fit the class", None);
    }
    Some(CatalogueItem {
        code: "case".to_owned(),
        name: name?,
        specification: String::new(),
        class,
        category,
        first_self_pay,
        price_ceiling,
        limited_use,
    })
}

fn read_expected(mut reader: Reader<'_>) -> Expected {
    if let Some(code) = reader.maybe("refusal", form::name) {
        reader.finish();
        return Expected::Refusal(code);
    }
    let mut amounts = Vec::new();
    for name in Split::AMOUNTS {
        if let Some(amount) = reader.maybe(name, form::amount) {
            amounts.push((name.to_owned(), amount));
        }
    }
    let accumulated =
        reader.maybe_table("accumulated").map(|table| table.all(form::amount)).unwrap_or_default();
    let pool_ratio = reader.maybe("pool_ratio", form::rate);
    reader.finish();
    Expected::Split { amounts, accumulated, pool_ratio }
}
