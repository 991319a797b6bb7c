//! Bills for programs.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use benefit::Confidence;
use model::{Fen, Instant};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::service;
use crate::app::App;
use crate::failure::Failure;
use crate::http::Insured;
use crate::http::failures::ErrorBody;
use crate::web::Shell;
use crate::web::amounts::Amounts;
use crate::web::explanation::{ExplainedStep, StepGroup, Term};
use crate::web::insured::{Bill, BillCard, BillLine, BillState, PaymentMethod};

/// The routes of this part.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(find))
}

/// Where a bill stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateBody {
    /// The cash share is to be paid.
    Pending,
    /// A payment is on its way; its outcome is not known yet.
    Confirming,
    /// Paid, or nothing was left to pay.
    Paid,
    /// Revoked; the money is on its way back.
    Refunding,
    /// Revoked; everything went back.
    Refunded,
    /// Revoked before the cash share was paid.
    Cancelled,
}

impl From<BillState> for StateBody {
    fn from(state: BillState) -> Self {
        match state {
            BillState::Pending => Self::Pending,
            BillState::Confirming => Self::Confirming,
            BillState::Paid => Self::Paid,
            BillState::Refunding => Self::Refunding,
            BillState::Refunded => Self::Refunded,
            BillState::Cancelled => Self::Cancelled,
        }
    }
}

/// A bill in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillSummary {
    /// Identifier, 26 characters.
    pub id: String,
    /// Name of the institution.
    pub institution: String,
    /// When it was settled, `yyyy-MM-dd HH:mm:ss` in China.
    pub settled_at: String,
    /// 医疗费总额, in fen.
    pub total: i64,
    /// 个人现金支付, in fen.
    pub cash: i64,
    /// Where it stands.
    pub state: StateBody,
}

/// The bills of the person, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillList {
    /// The bills.
    pub bills: Vec<BillSummary>,
}

/// Who pays what, in fen.
#[derive(Debug, Serialize, ToSchema)]
pub struct AmountsBody {
    /// 医疗费总额.
    pub total: i64,
    /// 全自费.
    pub fully_self_paid: i64,
    /// 超限价自费.
    pub over_limit: i64,
    /// 先行自付.
    pub first_self_paid: i64,
    /// 符合政策范围.
    pub in_scope: i64,
    /// 本次起付线, part of what is in scope.
    pub deductible: i64,
    /// 统筹基金支付.
    pub pool_fund: i64,
    /// All other funds and the hospital together.
    pub others: i64,
    /// 个人账户支付, current year.
    pub account_current_year: i64,
    /// 个人账户支付, previous years.
    pub account_previous_years: i64,
    /// 家庭共济支付.
    pub mutual_aid_paid: i64,
    /// 个人现金支付.
    pub cash: i64,
}

/// One line of a bill. Amounts are in fen.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineBody {
    /// Name of the item.
    pub name: String,
    /// Specification and unit.
    pub specification: String,
    /// National code of the catalogue class: `01` 甲, `02` 乙, `03` 丙.
    pub class: String,
    /// Unit price in yuan.
    pub price: String,
    /// Quantity.
    pub quantity: String,
    /// Amount.
    pub amount: i64,
    /// What the person bears of it before any deductible or ratio.
    pub self_paid: i64,
}

/// One term of the equation of a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermBody {
    /// The sign before the value: `+`, `−` (U+2212) or `×`; empty before the first.
    pub sign: String,
    /// What the value is, in the caller's language.
    pub label: String,
    /// The value: yuan, or a share in percent.
    pub value: String,
}

/// One fact that the result of a step rests on and that is no term of an equation.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactBody {
    /// What the value is, in the caller's language; a bound says so: 不超过账户可用余额, "At most what is available in the account".
    pub label: String,
    /// The value: yuan, or a share in percent.
    pub value: String,
}

/// How far the source of a rule can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub enum ConfidenceBody {
    /// A government or bureau page, an official interface specification, a real settlement.
    A,
    /// A hospital notice, a newspaper, a copy that names the bureau as its source.
    B,
    /// A secondary page that names no source.
    C,
    /// A hint only: a page that contradicts itself, or our own reading where sources are silent.
    D,
}

impl From<Confidence> for ConfidenceBody {
    fn from(confidence: Confidence) -> Self {
        match confidence {
            Confidence::A => Self::A,
            Confidence::B => Self::B,
            Confidence::C => Self::C,
            Confidence::D => Self::D,
        }
    }
}

/// One step of the calculation.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalculationStep {
    /// Name of the item that the step concerns, if it is of one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// What the result rests on beside the equation, or instead of one.
    pub facts: Vec<FactBody>,
    /// The equation: computed from the left with their signs and rounded half up to the fen, its terms give the result.
    /// Empty where the numbers of the step have no equation.
    pub terms: Vec<TermBody>,
    /// The result, in yuan.
    pub result: String,
    /// Why, where the arithmetic does not say it.
    pub reasons: Vec<String>,
    /// The rule's name in the policy, by which it is cited.
    pub rule: String,
    /// What the rule is called.
    pub rule_title: String,
    /// The first day on which this version of the rule applies.
    pub in_force_from: String,
    /// Where and when the rule was read.
    pub source: String,
    /// How far that can be trusted.
    pub confidence: ConfidenceBody,
    /// How the source was read, where it can be read in more than one way; in the language of the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
}

/// Why one amount is what it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplainedAmount {
    /// The amount's name, in the caller's language.
    pub title: String,
    /// The amount, in fen: the sum of the steps' results.
    pub amount: i64,
    /// The steps.
    pub steps: Vec<CalculationStep>,
}

/// A payment of the cash share.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaidBody {
    /// When, `yyyy-MM-dd HH:mm:ss` in China.
    pub at: String,
    /// `bank_card`, `counter` or `nothing_due`.
    pub method: String,
    /// Last digits of the card, where a card paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_tail: Option<String>,
}

/// One bill in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillBody {
    /// Identifier, 26 characters.
    pub id: String,
    /// 结算ID.
    pub settlement_no: String,
    /// Name of the institution.
    pub institution: String,
    /// Department; a pharmacy has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// National code of the lane of care (`med_type`).
    pub medical_type: String,
    /// When it was settled, `yyyy-MM-dd HH:mm:ss` in China.
    pub settled_at: String,
    /// Where it stands.
    pub state: StateBody,
    /// Who pays what.
    pub amounts: AmountsBody,
    /// Why, amount by amount; absent where the calculation cannot be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Vec<ExplainedAmount>>,
    /// Fee items.
    pub lines: Vec<LineBody>,
    /// The payment of the cash share, once made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaidBody>,
    /// When everything went back, `yyyy-MM-dd HH:mm:ss` in China.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunded_at: Option<String>,
}

fn summary(card: BillCard) -> BillSummary {
    BillSummary {
        id: card.id,
        institution: card.institution,
        settled_at: card.at.to_china_text(),
        total: card.total.get(),
        cash: card.cash.get(),
        state: card.state.into(),
    }
}

/// Who pays what, as programs get it.
///
/// # Errors
/// The amounts of the other payers together leave the range of money.
pub(crate) fn amounts(amounts: &Amounts) -> Result<AmountsBody, model::Overflow> {
    Ok(AmountsBody {
        total: amounts.total.get(),
        fully_self_paid: amounts.fully_self_paid.get(),
        over_limit: amounts.over_limit.get(),
        first_self_paid: amounts.first_self_paid.get(),
        in_scope: amounts.in_scope.get(),
        deductible: amounts.deductible.get(),
        pool_fund: amounts.pool_fund.get(),
        others: Fen::sum(amounts.others.iter().map(|share| share.amount))?.get(),
        account_current_year: amounts.account_current_year.get(),
        account_previous_years: amounts.account_previous_years.get(),
        mutual_aid_paid: amounts.mutual_aid_paid.get(),
        cash: amounts.cash.get(),
    })
}

fn line(line: &BillLine) -> LineBody {
    LineBody {
        name: line.name.clone(),
        specification: line.specification.clone(),
        class: line.split.class.code().to_owned(),
        price: line.price.to_string(),
        quantity: line.quantity.to_string(),
        amount: line.amount.get(),
        self_paid: line.self_paid().get(),
    }
}

fn step(step: &ExplainedStep<'_>, shell: &Shell) -> CalculationStep {
    let working = step.working(shell);
    let fact = |fact: &Term| FactBody { label: fact.label.to_string(), value: fact.value.written(shell) };
    let term = |term: &Term| TermBody {
        sign: term.sign.to_owned(),
        label: term.label.to_string(),
        value: term.value.written(shell),
    };
    CalculationStep {
        item: step.item.map(str::to_owned),
        facts: working.facts.iter().map(fact).collect(),
        terms: working.equation.iter().map(term).collect(),
        result: shell.amount(&working.result),
        reasons: step.reasons(shell).iter().map(ToString::to_string).collect(),
        rule: step.rule().to_owned(),
        rule_title: step.rule_title(shell).to_owned(),
        in_force_from: step.in_force_from(shell),
        source: step.source(shell).to_string(),
        confidence: step.confidence().into(),
        reading: step.reading(shell).map(str::to_owned),
    }
}

/// Why one amount is what it is, as programs get it.
pub(crate) fn explained(group: &StepGroup<'_>, shell: &Shell) -> ExplainedAmount {
    ExplainedAmount {
        title: group.title(shell).to_string(),
        amount: group.total.get(),
        steps: group.steps.iter().map(|each| step(each, shell)).collect(),
    }
}

fn paid(at: Instant, method: &PaymentMethod) -> PaidBody {
    let (method, card_tail) = match method {
        PaymentMethod::BankCard { card_tail } => ("bank_card", Some(card_tail.clone())),
        PaymentMethod::Counter => ("counter", None),
        PaymentMethod::NothingDue => ("nothing_due", None),
    };
    PaidBody { at: at.to_china_text(), method: method.to_owned(), card_tail }
}

fn body(bill: &Bill, shell: &Shell) -> Result<BillBody, model::Overflow> {
    let groups = bill.explanation.groups();
    let explanation = groups.iter().map(|group| explained(group, shell)).collect();
    Ok(BillBody {
        id: bill.id.clone(),
        settlement_no: bill.settlement_no.clone(),
        institution: bill.institution.clone(),
        department: bill.department.clone(),
        medical_type: bill.medical_type.code().to_owned(),
        settled_at: bill.at.to_china_text(),
        state: bill.state.into(),
        amounts: amounts(&bill.amounts)?,
        explanation: Some(explanation).filter(|_| !groups.is_empty()),
        lines: bill.lines.iter().map(line).collect(),
        payment: bill.payment.as_ref().map(|payment| paid(payment.at, &payment.method)),
        refunded_at: bill.refunded_at.map(Instant::to_china_text),
    })
}

/// The person's bills
///
/// The newest first, at most a hundred.
#[utoipa::path(
    get,
    path = "/api/v1/bills",
    tag = "bills",
    responses((status = OK, body = BillList), (status = UNAUTHORIZED, body = ErrorBody))
)]
async fn list(State(app): State<Arc<App>>, insured: Insured) -> Result<Json<BillList>, Failure> {
    let bills = service::list(&app, insured.person_id).await?;
    Ok(Json(BillList { bills: bills.into_iter().map(summary).collect() }))
}

/// One bill
///
/// With its split, its lines, and the explanation of every amount in the caller's language (`Accept-Language`).
#[utoipa::path(
    get,
    path = "/api/v1/bills/{id}",
    tag = "bills",
    params(("id" = String, Path, description = "Identifier of the bill")),
    responses(
        (status = OK, body = BillBody),
        (status = UNAUTHORIZED, body = ErrorBody),
        (status = NOT_FOUND, body = ErrorBody)
    )
)]
async fn find(
    State(app): State<Arc<App>>,
    insured: Insured,
    Path(id): Path<String>,
) -> Result<Json<BillBody>, Failure> {
    let bill = service::bill(&app, insured.person_id, service::id(&id)?).await?;
    body(&bill, &insured.visitor.shell()).map(Json).map_err(|error| Failure::internal(&error))
}
