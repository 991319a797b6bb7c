//! Every page, filled with invented people, institutions and amounts.

mod access;
mod insured;
mod terminal;

use std::sync::Arc;

use askama::Template;
use benefit::{Citation, Confidence, Reason, Step, StepKind, Title, Trace};
use model::{CatalogueClass, Date, FeeCategory, Fen, Instant, LineSplit, MedicalType, Price, Rate, Scheme};
use server::web::Shell;
use server::web::amounts::Amounts;
use server::web::explanation::Explanation;
use server::web::insured::*;
use server::web::terminal::{PaymentStatus, TerminalPaymentPush};

pub use access::access;
pub use insured::insured;
pub use terminal::terminal;

/// One rendered page or fragment.
pub struct Sample {
    /// File name without extension.
    pub name: &'static str,
    /// The markup.
    pub html: String,
}

fn sample(name: &'static str, view: &impl Template) -> Sample {
    Sample { name, html: view.render().expect("renders") }
}

/// The time at which all samples are rendered.
pub fn now() -> Instant {
    at("2026-04-12 10:32:00")
}

fn at(text: &str) -> Instant {
    Instant::parse_china(text).expect("a time")
}

fn yuan(text: &str) -> Fen {
    Fen::from_yuan(text).expect("an amount")
}

const BILL: &str = "01JRM8Q5V7K3XNT2W9YB4HFGCD";
const VISIT: &str = "01JRM8PZ2D6QH4S8T5KXEANW7V";
const HOSPITAL: &str = "甬东市第一医院";
const NAME: &str = "王*明";
const REGION: &str = "宁波市";
const PHONE: &str = "199****0001";
const DIGITS: &str = "3302004817253960174825639017";

fn line(
    name: &str,
    specification: &str,
    class: CatalogueClass,
    numbers: [&str; 3],
    split: [&str; 4],
) -> BillLine {
    let [price, quantity, amount] = numbers;
    let [fully_self_paid, over_limit, first_self_paid, in_scope] = split.map(yuan);
    let first_self_pay_rate = match class {
        CatalogueClass::A => Rate::ZERO,
        CatalogueClass::B => Rate::from_millionths(100_000),
        CatalogueClass::C => Rate::ONE,
    };
    BillLine {
        name: name.to_owned(),
        specification: specification.to_owned(),
        price: price.parse().expect("a price"),
        quantity: quantity.parse().expect("a quantity"),
        amount: yuan(amount),
        split: LineSplit {
            class,
            category: FeeCategory::WesternDrug,
            first_self_pay_rate,
            price_ceiling: (!over_limit.is_zero()).then(|| Price::from_micro_yuan(30_000_000)),
            limited_use: false,
            fully_self_paid,
            over_limit,
            first_self_paid,
            in_scope,
        },
    }
}

fn lines() -> Vec<BillLine> {
    vec![
        line(
            "阿莫西林胶囊",
            "0.5g×24片/盒",
            CatalogueClass::A,
            ["12.80", "2", "25.60"],
            ["0", "0", "0", "25.60"],
        ),
        line(
            "头孢克洛缓释片",
            "0.375g×6片/盒",
            CatalogueClass::B,
            ["36.00", "3", "108.00"],
            ["0", "18.00", "9.00", "81.00"],
        ),
        line("普通门诊诊查费", "次", CatalogueClass::A, ["15.00", "1", "15.00"], ["0", "0", "0", "15.00"]),
        line(
            "血细胞分析（五分类）",
            "次",
            CatalogueClass::A,
            ["20.00", "1", "20.00"],
            ["0", "0", "0", "20.00"],
        ),
        line(
            "维生素C泡腾片",
            "1g×10片/支",
            CatalogueClass::C,
            ["30.00", "1", "30.00"],
            ["30.00", "0", "0", "0"],
        ),
        line("胸部CT平扫", "次", CatalogueClass::B, ["180.00", "1", "180.00"], ["0", "0", "18.00", "162.00"]),
    ]
}

fn amounts() -> Amounts {
    Amounts {
        total: yuan("378.60"),
        fully_self_paid: yuan("30.00"),
        over_limit: yuan("18.00"),
        first_self_paid: yuan("27.00"),
        in_scope: yuan("303.60"),
        account_band: yuan("103.60"),
        deductible: yuan("100.00"),
        co_payment: yuan("20.00"),
        above_ceiling: Fen::ZERO,
        pool_fund: yuan("80.00"),
        others: Vec::new(),
        account_paid: yuan("260.00"),
        account_current_year: yuan("103.60"),
        account_previous_years: yuan("156.40"),
        mutual_aid_paid: Fen::ZERO,
        cash: yuan("38.60"),
    }
}

/// The parts of a step beyond its basis and result.
#[derive(Default)]
struct More {
    line: Option<usize>,
    rate: Option<i64>,
    limit: Option<&'static str>,
    before: Option<&'static str>,
    reason: Option<Reason>,
}

fn step(kind: StepKind, title: [&str; 2], basis: &str, result: &str, more: More) -> Step {
    Step {
        step: kind,
        rule: Arc::from("outpatient.sample"),
        from: Date::constant(2023, 1, 1),
        title: Arc::new(Title { zh: title[0].to_owned(), en: title[1].to_owned() }),
        source: Arc::new(Citation {
            document: "职工医保门诊共济保障实施细则（样例）".to_owned(),
            clause: "第八条".to_owned(),
            date: "2022-12-30".to_owned(),
            confidence: Confidence::B,
            reading: None,
        }),
        line: more.line,
        basis: yuan(basis),
        rate: more.rate.map(Rate::from_millionths),
        limit: more.limit.map(yuan),
        before: more.before.map(yuan),
        result: yuan(result),
        reason: more.reason,
    }
}

fn explanation() -> Explanation {
    let steps = catalogue_steps().into_iter().chain(sharing_steps()).collect();
    let items = lines().into_iter().map(|line| line.name).collect();
    Explanation::new(Trace { medical_year: 2026, age: 47, steps, ..Trace::default() }, items)
}

/// How each line divides by the catalogue.
fn catalogue_steps() -> Vec<Step> {
    use StepKind::{FirstSelfPaid, FullySelfPaid, InScope, OverLimit};
    let catalogue = ["药品目录甲乙丙类", "Catalogue classes"];
    let ceiling = ["医保支付限价", "Price ceilings"];
    let of_line = |line| More { line: Some(line), ..More::default() };
    let tenth = |line| More { rate: Some(100_000), ..of_line(line) };
    let over = More { limit: Some("90.00"), reason: Some(Reason::PriceOverCeiling), ..of_line(1) };
    let class_c = More { reason: Some(Reason::ClassC), ..of_line(4) };
    vec![
        step(InScope, catalogue, "25.60", "25.60", of_line(0)),
        step(OverLimit, ceiling, "108.00", "18.00", over),
        step(FirstSelfPaid, catalogue, "90.00", "9.00", tenth(1)),
        step(InScope, catalogue, "90.00", "81.00", of_line(1)),
        step(InScope, catalogue, "15.00", "15.00", of_line(2)),
        step(InScope, catalogue, "20.00", "20.00", of_line(3)),
        step(FullySelfPaid, catalogue, "30.00", "30.00", class_c),
        step(FirstSelfPaid, catalogue, "180.00", "18.00", tenth(5)),
        step(InScope, catalogue, "180.00", "162.00", of_line(5)),
    ]
}

/// How what is in scope, and what it leaves, divides among account, fund and person.
fn sharing_steps() -> Vec<Step> {
    use StepKind::{
        AccountBand, AccountCurrentYear, AccountPreviousYears, Cash, CoPayment, Deductible, Lane, PoolFund,
    };
    let outpatient = ["普通门诊待遇", "Outpatient care"];
    let purse = ["个人账户使用范围", "Use of the personal account"];
    let none = More::default;
    let short = |limit| More { limit: Some(limit), reason: Some(Reason::AccountTooSmall), ..none() };
    let deductible = More { limit: Some("600.00"), before: Some("500.00"), ..none() };
    let current = More { limit: Some("103.60"), ..none() };
    vec![
        step(Lane, outpatient, "378.60", "0", none()),
        step(AccountBand, outpatient, "303.60", "103.60", short("103.60")),
        step(Deductible, outpatient, "200.00", "100.00", deductible),
        step(PoolFund, outpatient, "100.00", "80.00", More { rate: Some(800_000), ..none() }),
        step(CoPayment, outpatient, "100.00", "20.00", More { rate: Some(200_000), ..none() }),
        step(AccountCurrentYear, purse, "103.60", "103.60", current),
        step(AccountPreviousYears, purse, "195.00", "156.40", short("156.40")),
        step(Cash, outpatient, "378.60", "38.60", none()),
    ]
}

fn bill(state: BillState) -> Bill {
    let paid = state == BillState::Paid || state.is_reversed();
    let method = PaymentMethod::BankCard { card_tail: "0018".to_owned() };
    Bill {
        id: BILL.to_owned(),
        settlement_no: "01JRM8Q5V7K3XNT2W9YB4HFGCD".to_owned(),
        institution: HOSPITAL.to_owned(),
        department: Some("呼吸内科".to_owned()),
        medical_type: MedicalType::Outpatient,
        at: at("2026-04-12 10:28:00"),
        state,
        amounts: amounts(),
        explanation: explanation(),
        lines: lines(),
        payment: paid.then(|| CashPayment { at: at("2026-04-12 10:31:00"), method }),
        refunded_at: (state == BillState::Refunded).then(|| at("2026-04-12 11:05:00")),
    }
}

fn card(id: &str, institution: &str, when: &str, cash: &str, state: BillState) -> BillCard {
    BillCard {
        id: id.to_owned(),
        institution: institution.to_owned(),
        at: at(when),
        total: yuan("378.60"),
        cash: yuan(cash),
        state,
    }
}

fn pending() -> Vec<BillCard> {
    vec![card(BILL, HOSPITAL, "2026-04-12 10:28:00", "38.60", BillState::Pending)]
}

fn code_card(state: CodeState) -> CodeCard {
    CodeCard { name_masked: NAME.to_owned(), region_name: REGION.to_owned(), scheme: Scheme::Employee, state }
}

fn ready() -> CodeState {
    let expires = now().plus_seconds(48);
    CodeState::Ready(ReadyCode::new(DIGITS, now(), expires).expect("digits"))
}

fn used() -> CodeState {
    CodeState::Used { institution: HOSPITAL.to_owned(), at: now() }
}

/// What is pushed to open pages.
pub fn fragments(shell: &Shell) -> Vec<Sample> {
    let bill = |state| BillPush {
        shell: shell.clone(),
        bill: card(BILL, HOSPITAL, "2026-04-12 10:28:00", "38.60", state),
    };
    let payment = PaymentStatus::PaidByPhone { at: now() };
    vec![
        sample("push-bill", &bill(BillState::Pending)),
        sample("push-bill-paid", &bill(BillState::Paid)),
        sample("push-code-used", &CodeUsedPush { shell: shell.clone(), card: code_card(used()) }),
        sample("push-payment", &TerminalPaymentPush { shell: shell.clone(), id: VISIT.to_owned(), payment }),
    ]
}
