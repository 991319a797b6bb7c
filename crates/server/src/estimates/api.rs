//! Estimates for programs.

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use benefit::{
    AccountBalances, Accumulators, Alternative, Case, Change, Part, Particulars, Policy, Stay, StayPart,
};
use model::{
    CarePlace, Date, Fen, Filing, InstitutionKind, InstitutionLevel, InsuranceStatus, InsuredPerson,
    MedicalType, PersonId, PersonType, Region, Scheme,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::fields::{day, held, maybe_day, read, word};
use super::lines::{EstimateLine, FindItem};
use super::service;
use crate::app::App;
use crate::bills::api::{AmountsBody, ExplainedAmount, amounts, explained};
use crate::failure::Failure;
use crate::http::failures::ErrorBody;
use crate::http::{Json, Visitor};
use crate::web::amounts::Amounts;
use crate::web::explanation::Explanation;
use crate::web::{Language, Problem, Shell, words};

/// The most lines that are estimated.
const MOST_LINES: usize = 1000;

/// The routes of this part.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(create))
}

/// Whom the bill would be of. Nobody in particular: no name and no number.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonBody {
    /// Class, national code (`psn_type`): 11 in service, 12 retired, 14 minor, 15 adult and 16 elderly resident.
    #[schema(example = "11")]
    person_type: String,
    /// Date of birth.
    #[schema(example = "1985-03-12")]
    birth: String,
    /// First day of insurance, where the policy asks for years of insurance.
    #[serde(default)]
    insured_from: Option<String>,
    /// Day of retirement, where the policy asks for it.
    #[serde(default)]
    retired_on: Option<String>,
    /// First day of work, where the policy asks for it.
    #[serde(default)]
    began_work_on: Option<String>,
    /// Every disease that the person is registered for, where one ceiling is for several.
    #[serde(default)]
    registered_diseases: Vec<String>,
    /// What holds of the person or the visit: the policy's names of traits, or national codes (`psn_idet_type`).
    #[serde(default)]
    traits: Vec<String>,
}

/// Where, when and what for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitBody {
    /// Day of the care.
    #[schema(example = "2023-05-01")]
    date: String,
    /// Kind of care, national code (`med_type`).
    #[schema(example = "11")]
    medical_type: String,
    /// `hospital` or `pharmacy`.
    #[schema(example = "hospital")]
    institution: String,
    /// `tertiary_special`, `tertiary`, `secondary`, `primary`, `community` or `unrated`.
    #[schema(example = "tertiary")]
    level: String,
    /// `local`, `province` or `other_province`, seen from the insurance.
    #[serde(default)]
    place_of_care: Option<String>,
    /// Division code of the region where the care is given, where the policy takes the catalogue of that place.
    #[serde(default)]
    care_region: Option<String>,
    /// `none`, `long_term`, `referral`, `emergency` or `own_choice`.
    #[serde(default)]
    filing: Option<String>,
    /// The disease: the policy's name of it or a national code (`dise_codg`).
    #[serde(default)]
    disease: Option<String>,
    /// Which hospital it is, where the policy counts each for itself.
    #[serde(default)]
    hospital: Option<String>,
    /// Day of discharge, where the care is a stay that begins on `date`.
    #[serde(default)]
    discharged: Option<String>,
    /// Which stay of the medical year it is, from 1.
    #[serde(default)]
    admission: Option<u16>,
    /// Which stay of the medical year in hospitals of this level it is, from 1, where a policy asks.
    #[serde(default)]
    admission_at_level: Option<u16>,
}

/// What the person's account holds, in fen.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AccountBody {
    /// This year's money.
    current_year: i64,
    /// Earlier years' money.
    previous_years: i64,
    /// What a relative's account may pay.
    mutual_aid: i64,
}

/// A bill to be estimated.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EstimateRequest {
    /// Division code of the pooling region.
    #[schema(example = "330200")]
    region: String,
    /// Scheme, national code (`insutype`): 310 employees, 390 residents.
    #[schema(example = "310")]
    scheme: String,
    /// Whom it would be of.
    person: PersonBody,
    /// Where, when and what for.
    visit: VisitBody,
    /// The lines, at most a thousand.
    lines: Vec<EstimateLine>,
    /// What the account holds; nothing where it is left out.
    #[serde(default)]
    account: AccountBody,
    /// What the medical year has added up to before, in fen, by accumulator.
    #[serde(default)]
    accumulated: std::collections::BTreeMap<String, i64>,
}

/// What a bill would cost.
#[derive(Debug, Serialize, ToSchema)]
pub struct EstimateBody {
    /// The bills: one, or those that a stay is cut into.
    pub bills: Vec<EstimatedBill>,
    /// What the person would pay altogether, in fen: account, relatives' money and cash.
    pub person_pays: i64,
    /// What would change it, one thing at a time; only what makes a difference.
    pub alternatives: Vec<AlternativeBody>,
}

/// One bill and its explanation.
#[derive(Debug, Serialize, ToSchema)]
pub struct EstimatedBill {
    /// Who would pay what.
    pub amounts: AmountsBody,
    /// Why, amount by amount, in the caller's language (`Accept-Language`).
    pub explanation: Vec<ExplainedAmount>,
}

/// The same bill with one thing otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlternativeBody {
    /// What is otherwise: `level`, `filing` or `trait`.
    pub change: String,
    /// Its value.
    pub value: String,
    /// What it is called, in the caller's language.
    pub title: String,
    /// What the person would pay then, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_pays: Option<i64>,
    /// How much less than without the change, in fen; negative where it is more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved: Option<i64>,
    /// Why the bill would be refused then, in the caller's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

impl EstimateRequest {
    /// Region and scheme of the insurance, and the day by whose rules the bill would be settled.
    pub(super) fn place(&self) -> Result<(Region, Scheme, Date), Failure> {
        let date = day("date", &self.visit.date)?;
        let last_day = maybe_day("discharged", self.visit.discharged.as_ref())?.unwrap_or(date);
        Ok((read("region", &self.region)?, read("scheme", &self.scheme)?, last_day))
    }

    /// The names of the sums that are given.
    pub(super) fn sums(&self) -> impl Iterator<Item = &str> {
        self.accumulated.keys().map(String::as_str)
    }

    /// Where items are looked up, if any are: in the catalogue of the insurance, or of the place of care where the policy
    /// has it so.
    ///
    /// # Errors
    /// The region of the place of care is needed and not given.
    pub(super) fn catalogue_region(
        &self,
        policy: &Policy,
        region: Region,
    ) -> Result<Option<(&'static str, Region)>, Failure> {
        // Beside described items a line without any is outside the catalogue, as the caller says. A bill of such lines alone
        // says nothing of a catalogue that is not there.
        let described = self.lines.iter().any(EstimateLine::is_described);
        if described && !self.lines.iter().any(EstimateLine::names_code) {
            return Ok(None);
        }
        if !policy.classes_by_place(self.place_of_care()?) {
            return Ok(Some(("region", region)));
        }
        match &self.visit.care_region {
            Some(text) => Ok(Some(("care_region", read("care_region", text)?))),
            None => Err(Failure::in_field("care_region", Problem::Required)),
        }
    }

    fn place_of_care(&self) -> Result<CarePlace, Failure> {
        let place = self.visit.place_of_care.as_ref();
        place.map_or(Ok(CarePlace::Local), |text| word("place_of_care", text))
    }

    /// The case, its items looked up in the catalogue.
    pub(super) fn case(
        &self,
        (region, scheme, last_day): (Region, Scheme, Date),
        find: &FindItem<'_>,
        year: i16,
    ) -> Result<Case, Failure> {
        let date = day("date", &self.visit.date)?;
        if self.lines.len() > MOST_LINES {
            return Err(Failure::in_field("lines", Problem::TooManyLines));
        }
        let line = |(index, line): (usize, &EstimateLine)| line.read(index, date, find);
        let lines = self.lines.iter().enumerate().map(line).collect::<Result<Vec<_>, Failure>>()?;
        let discharged = maybe_day("discharged", self.visit.discharged.as_ref())?;
        let so_far = self
            .accumulated
            .iter()
            .map(|(name, fen)| Ok((year, Arc::from(name.as_str()), held("accumulated", *fen)?)));
        let so_far = so_far.collect::<Result<Vec<_>, Failure>>()?;
        let accumulators = Accumulators::new().plus(&so_far).map_err(|error| Failure::internal(&error))?;
        Ok(Case {
            person: self.person.read(region, scheme)?,
            institution_kind: word::<InstitutionKind>("institution", &self.visit.institution)?,
            institution_level: word::<InstitutionLevel>("level", &self.visit.level)?,
            medical_type: read::<MedicalType>("medical_type", &self.visit.medical_type)?,
            date: last_day,
            lines,
            accumulators,
            account: AccountBalances {
                current_year: held("current_year", self.account.current_year)?,
                previous_years: held("previous_years", self.account.previous_years)?,
            },
            use_account: true,
            particulars: self.particulars(date, discharged)?,
        })
    }

    fn particulars(&self, admitted: Date, discharged: Option<Date>) -> Result<Particulars, Failure> {
        let visit = &self.visit;
        let medical_type: MedicalType = read("medical_type", &visit.medical_type)?;
        let stay = medical_type.is_stay().then(|| Stay {
            number: "1".to_owned(),
            admitted,
            discharged: discharged.or(Some(admitted)),
            admission: visit.admission.unwrap_or(1).max(1),
            admission_at_level: visit.admission_at_level.map(|number| number.max(1)),
            rules_on: None,
            interim: false,
            part: StayPart::default(),
            earlier: None,
        });
        Ok(Particulars {
            traits: self.person.traits.clone(),
            retired_on: maybe_day("retired_on", self.person.retired_on.as_ref())?,
            place: self.place_of_care()?,
            filing: visit.filing.as_ref().map_or(Ok(Filing::None), |text| word("filing", text))?,
            disease: visit.disease.clone(),
            hospital: visit.hospital.clone(),
            registered_diseases: self.person.registered_diseases.clone(),
            began_work_on: maybe_day("began_work_on", self.person.began_work_on.as_ref())?,
            stay,
            mutual_aid: held("mutual_aid", self.account.mutual_aid)?,
        })
    }
}

impl PersonBody {
    fn read(&self, region: Region, scheme: Scheme) -> Result<InsuredPerson, Failure> {
        let birth = day("birth", &self.birth)?;
        Ok(InsuredPerson {
            id: PersonId::from_bytes([0; 16]),
            region,
            scheme,
            person_type: read::<PersonType>("person_type", &self.person_type)?,
            status: InsuranceStatus::Active,
            birth,
            insured_from: maybe_day("insured_from", self.insured_from.as_ref())?.unwrap_or(birth),
            civil_servant: false,
        })
    }
}

/// What the person pays of all bills together.
fn person_pays(parts: &[Part]) -> Result<Fen, model::Overflow> {
    parts.iter().try_fold(Fen::ZERO, |sum, part| sum.plus(part.split.person_total()?))
}

fn bill(part: &Part, shell: &Shell) -> Result<EstimatedBill, model::Overflow> {
    let explanation = Explanation::new(part.trace.clone(), benefit::item_names(&part.case.lines));
    let groups = explanation.groups();
    Ok(EstimatedBill {
        amounts: amounts(&Amounts::of(&part.split)?)?,
        explanation: groups.iter().map(|group| explained(group, shell)).collect(),
    })
}

/// What a change makes of the bill; nothing where it makes no difference.
fn alternative(
    alternative: &Alternative,
    now: Fen,
    shell: &Shell,
) -> Result<Option<AlternativeBody>, model::Overflow> {
    let (change, value, title) = match &alternative.change {
        Change::Level(level) => {
            let title = words::institution_level(shell, *level).to_string();
            ("level", serde_json::to_value(level), title)
        }
        Change::Filing(filing) => {
            ("filing", serde_json::to_value(filing), words::filing(shell, *filing).to_string())
        }
        Change::Trait { name, title } => {
            let title = if shell.language == Language::Zh { &title.zh } else { &title.en };
            ("trait", Ok(serde_json::Value::String(name.clone())), title.clone())
        }
    };
    let value = value.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    let body = |person_pays, saved, refused| AlternativeBody {
        change: change.to_owned(),
        value: value.clone(),
        title: title.clone(),
        person_pays,
        saved,
        refused,
    };
    match &alternative.outcome {
        Ok(parts) => {
            let then = person_pays(parts)?;
            let saved = now.minus(then)?;
            Ok((!saved.is_zero()).then(|| body(Some(then.get()), Some(saved.get()), None)))
        }
        Err(refusal) => {
            let told = if shell.language == Language::Zh { refusal.zh() } else { refusal.to_string() };
            Ok(Some(body(None, None, Some(told))))
        }
    }
}

/// What a bill would cost
///
/// Settles a bill that nobody has, by the rules in force on its day: who would pay what, why, and what would change it.
/// Nothing is written; no sign-in is needed.
#[utoipa::path(
    post,
    path = "/api/v1/estimates",
    tag = "estimates",
    request_body = EstimateRequest,
    responses((status = OK, body = EstimateBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody))
)]
async fn create(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Json(request): Json<EstimateRequest>,
) -> Result<Answer<EstimateBody>, Failure> {
    let estimate = service::estimate(&app, &request)?;
    let shell = visitor.shell();
    let body = || -> Result<EstimateBody, model::Overflow> {
        let now = person_pays(&estimate.parts)?;
        let bills = estimate.parts.iter().map(|part| bill(part, &shell)).collect::<Result<_, _>>()?;
        let mut alternatives = Vec::new();
        for each in &estimate.alternatives {
            alternatives.extend(alternative(each, now, &shell)?);
        }
        Ok(EstimateBody { bills, person_pays: now.get(), alternatives })
    };
    body().map(Answer).map_err(|error| Failure::internal(&error))
}
