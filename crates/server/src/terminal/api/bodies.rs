//! What programs send and get. Amounts are in fen, times `yyyy-MM-dd HH:mm:ss` in China.

use ::benefit::Split;
use ::settlement::{SettlementFile, StoredItem};
use model::date::age_on;
use model::{CatalogueItem, Fen, Instant, InstitutionKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::service::{Day, DayVisit, OpenVisit, Stage};
use crate::bills::api::{AmountsBody, StateBody, amounts};
use crate::bills::view;
use crate::failure::Failure;
use crate::web::amounts::Amounts;
use crate::web::format::mask_name;

/// Who logs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffSessionRequest {
    /// National code of the institution.
    #[schema(example = "H33020000001")]
    pub institution_code: String,
    /// Number in the institution.
    pub staff_no: String,
    /// Password.
    pub password: String,
}

/// Kind of an institution.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KindBody {
    /// 定点医疗机构.
    Hospital,
    /// 定点零售药店.
    Pharmacy,
}

impl From<InstitutionKind> for KindBody {
    fn from(kind: InstitutionKind) -> Self {
        match kind {
            InstitutionKind::Hospital => Self::Hospital,
            InstitutionKind::Pharmacy => Self::Pharmacy,
        }
    }
}

/// A session began.
#[derive(Serialize, ToSchema)]
pub struct StaffSessionBody {
    /// To be sent as `Authorization: Bearer`.
    pub token: String,
    /// Seconds without use after which the session ends.
    pub idle_seconds: u32,
    /// Name of the institution.
    pub institution: String,
    /// Kind of the institution.
    pub kind: KindBody,
    /// Name of the member of staff.
    pub staff: String,
}

/// What the patient shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentificationRequest {
    /// National code (`mdtrt_cert_type`): `01` credential code, `02` ID card, `03` social-security card.
    #[schema(example = "01")]
    pub certificate_type: String,
    /// The 28 digits of the code, for `01`.
    #[serde(default)]
    pub code: String,
    /// ID number, for `02` and `03`.
    #[serde(default)]
    pub id_number: String,
    /// Name, for `02` and `03`.
    #[serde(default)]
    pub name: String,
}

/// What is registered. Department, doctor and diagnosis are code, space, name; a pharmacy leaves them out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationRequest {
    /// National code of the lane of care (`med_type`).
    #[schema(example = "11")]
    pub medical_type: String,
    /// Speciality (科别).
    #[serde(default)]
    #[schema(example = "A03 内科")]
    pub department: String,
    /// Doctor.
    #[serde(default)]
    pub doctor: String,
    /// Main diagnosis, ICD-10 of the insurance edition.
    #[serde(default)]
    #[schema(example = "J06.900 急性上呼吸道感染")]
    pub diagnosis: String,
}

/// What is charged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemRequest {
    /// Catalogue code, or a name that only one item has.
    pub item_code: String,
    /// Unit price in yuan, at most six decimals.
    #[schema(example = "19.80")]
    pub price: String,
    /// Quantity, at most four decimals.
    #[schema(example = "2")]
    pub quantity: String,
}

/// How the cash share is collected.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CollectBody {
    /// On the phone.
    Phone,
    /// At the window, at once.
    Counter,
}

/// What is settled, as the pre-settlement showed it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettlementRequest {
    /// Key of the pre-settlement.
    pub key: String,
    /// 医疗费总额.
    pub total: i64,
    /// 个人现金支付.
    pub cash: i64,
    /// How the cash share is collected.
    pub collect: CollectBody,
}

/// Why a settlement is undone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevocationRequest {
    /// The reason, at most 200 characters.
    pub reason: String,
}

/// A line that stays when others go back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeptLineBody {
    /// Its serial number.
    pub serial: String,
    /// How much of it stays, at most what was settled.
    #[schema(example = "1")]
    pub quantity: String,
}

/// What stays of a settlement, and why the rest goes back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionRequest {
    /// The reason, at most 200 characters.
    pub reason: String,
    /// The lines that stay; all others go back.
    pub kept: Vec<KeptLineBody>,
}

/// Where a visit stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StageBody {
    /// The person is known; the visit is to be registered.
    Identified,
    /// Fee items are being entered.
    Registered,
    /// Settled.
    Settled,
    /// The settlement was undone; the fee items are open again.
    Revoked,
}

impl From<Stage> for StageBody {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Identified => Self::Identified,
            Stage::Registered => Self::Registered,
            Stage::Settled => Self::Settled,
            Stage::Revoked => Self::Revoked,
        }
    }
}

/// The patient, as far as a cashier sees them.
#[derive(Debug, Serialize, ToSchema)]
pub struct PatientBody {
    /// Masked name.
    pub name: String,
    /// ID number with its first and last character.
    pub id_number: String,
    /// Age in years.
    pub age: u16,
    /// National code of the scheme (`insutype`).
    pub scheme: String,
    /// National code of the class of person (`psn_type`).
    pub person_type: String,
    /// National code of the state of the insurance (`psn_insu_stas`).
    pub insurance_status: String,
    /// Money in the personal account.
    pub account_balance: i64,
    /// Whether the person can pay on the phone.
    pub pays_by_phone: bool,
}

/// A fee item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemBody {
    /// Serial number in the visit.
    pub serial: String,
    /// Catalogue code.
    pub item_code: String,
    /// Name.
    pub name: String,
    /// National code of the catalogue class: `01` 甲, `02` 乙, `03` 丙.
    pub class: String,
    /// Unit price in yuan.
    pub price: String,
    /// Quantity.
    pub quantity: String,
    /// Amount.
    pub amount: i64,
    /// 全自费.
    pub fully_self_paid: i64,
    /// 超限价自费.
    pub over_limit: i64,
    /// 先行自付.
    pub first_self_paid: i64,
    /// 符合政策范围.
    pub in_scope: i64,
}

impl From<&StoredItem> for ItemBody {
    fn from(stored: &StoredItem) -> Self {
        let StoredItem { item, name, split, .. } = stored;
        Self {
            serial: item.serial.clone(),
            item_code: item.item_code.clone(),
            name: name.clone(),
            class: split.class.code().to_owned(),
            price: item.price.to_string(),
            quantity: item.quantity.to_string(),
            amount: item.amount.get(),
            fully_self_paid: split.fully_self_paid.get(),
            over_limit: split.over_limit.get(),
            first_self_paid: split.first_self_paid.get(),
            in_scope: split.in_scope.get(),
        }
    }
}

/// A settlement, with where its cash share stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettledBody {
    /// 结算ID.
    pub settlement_no: String,
    /// Identifier of the bill.
    pub bill: String,
    /// When.
    pub settled_at: String,
    /// Whether it stands; one that was undone does not.
    pub stands: bool,
    /// Who pays what.
    pub amounts: AmountsBody,
    /// Where the cash share stands.
    pub state: StateBody,
}

fn amounts_of(split: &Split) -> Result<AmountsBody, Failure> {
    let body = Amounts::of(split).and_then(|split| amounts(&split));
    body.map_err(|error| Failure::internal(&error))
}

impl SettledBody {
    fn of(file: &SettlementFile) -> Result<Self, Failure> {
        Ok(Self {
            settlement_no: file.settlement.id.to_string(),
            bill: file.order.id.to_string(),
            settled_at: file.settlement.settled.to_china_text(),
            stands: file.live,
            amounts: amounts_of(&file.settlement.split)?,
            state: view::state(&file.order.state).into(),
        })
    }
}

/// A visit at the institution.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitBody {
    /// Identifier, 26 characters.
    pub id: String,
    /// Where it stands.
    pub stage: StageBody,
    /// The patient.
    pub patient: PatientBody,
    /// National code of the lane of care (`med_type`), once registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medical_type: Option<String>,
    /// Fee items.
    pub items: Vec<ItemBody>,
    /// What they come to.
    pub total: i64,
    /// The settlement that stands, else the last one that was undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settlement: Option<SettledBody>,
}

impl VisitBody {
    /// A visit as it is at `now`.
    ///
    /// # Errors
    /// Amounts leave the range of money.
    pub fn of(visit: &OpenVisit, now: Instant) -> Result<Self, Failure> {
        let (person, insured) = (&visit.person, &visit.person.insured);
        let medical_type = visit.file.as_ref().and_then(|file| file.visit.medical_type);
        Ok(Self {
            id: visit.id.to_string(),
            stage: visit.stage().into(),
            patient: PatientBody {
                name: mask_name(person.name.expose()),
                id_number: person.id_number.masked(),
                age: age_on(insured.birth, now.date_in_china()),
                scheme: insured.scheme.code().to_owned(),
                person_type: insured.person_type.code().to_owned(),
                insurance_status: insured.status.code().to_owned(),
                account_balance: visit.balance.get(),
                pays_by_phone: visit.pays_by_phone,
            },
            medical_type: medical_type.map(|kind| kind.code().to_owned()),
            items: visit.items().map(ItemBody::from).collect(),
            total: visit.total()?.get(),
            settlement: visit.settlement.as_ref().map(SettledBody::of).transpose()?,
        })
    }
}

/// What settling would come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewBody {
    /// Names this pre-settlement; comes back with the settlement.
    pub key: String,
    /// Who would pay what.
    pub amounts: AmountsBody,
}

impl PreviewBody {
    /// A pre-settlement under its key.
    ///
    /// # Errors
    /// Amounts leave the range of money.
    pub fn of(key: String, split: &Split) -> Result<Self, Failure> {
        Ok(Self { key, amounts: amounts_of(split)? })
    }
}

/// A visit in the list of the day.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitSummary {
    /// Identifier, 26 characters.
    pub id: String,
    /// When it began.
    pub began_at: String,
    /// Masked name of the patient.
    pub name: String,
    /// Where it stands.
    pub stage: StageBody,
    /// 医疗费总额 so far.
    pub total: i64,
}

impl From<DayVisit> for VisitSummary {
    fn from(visit: DayVisit) -> Self {
        Self {
            id: visit.id.to_string(),
            began_at: visit.at.to_china_text(),
            name: visit.name_masked,
            stage: visit.stage.into(),
            total: visit.total.get(),
        }
    }
}

/// Sums over what was settled today and stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalsBody {
    /// How many settlements.
    pub settled: i64,
    /// 医疗费总额.
    pub total: i64,
    /// What funds pay.
    pub funds: i64,
    /// What personal accounts pay.
    pub account: i64,
    /// 个人现金支付.
    pub cash: i64,
}

/// The day of an institution.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayBody {
    /// The newest visits, at most 30, after those who wait for their registration at this terminal.
    pub visits: Vec<VisitSummary>,
    /// Totals of all settlements.
    pub totals: TotalsBody,
}

impl From<Day> for DayBody {
    fn from(day: Day) -> Self {
        let sums = day.totals;
        let [total, funds, account, cash] = [sums.total, sums.fund, sums.account, sums.cash].map(Fen::get);
        Self {
            visits: day.visits.into_iter().map(VisitSummary::from).collect(),
            totals: TotalsBody { settled: sums.count, total, funds, account, cash },
        }
    }
}

/// An item of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueItemBody {
    /// Catalogue code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Specification and unit.
    pub specification: String,
    /// National code of the class: `01` 甲, `02` 乙, `03` 丙.
    pub class: String,
    /// Highest unit price in scope in yuan, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_ceiling: Option<String>,
}

impl From<&CatalogueItem> for CatalogueItemBody {
    fn from(item: &CatalogueItem) -> Self {
        Self {
            code: item.code.clone(),
            name: item.name.clone(),
            specification: item.specification.clone(),
            class: item.class.code().to_owned(),
            price_ceiling: item.price_ceiling.map(|price| price.to_string()),
        }
    }
}

/// Items that fit.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueList {
    /// By code.
    pub items: Vec<CatalogueItemBody>,
}
