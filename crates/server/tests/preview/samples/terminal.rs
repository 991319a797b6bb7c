//! Pages of the terminal.

use model::{CertificateType, InstitutionKind, InsuranceStatus, MedicalType, PersonType, Price, Scheme};
use server::web::insured::BillState;
use server::web::terminal::*;
use server::web::{Field, Problem, Shell};

use super::{DIGITS, HOSPITAL, NAME, REGION, Sample, VISIT, amounts, at, bill, lines, now, sample, yuan};

fn workplace(kind: InstitutionKind) -> Workplace {
    Workplace { institution: HOSPITAL.to_owned(), kind, staff: "S0017".to_owned() }
}

fn items(settled: bool) -> Vec<ItemRow> {
    let mut rows: Vec<ItemRow> = Vec::new();
    for (line, number) in lines().into_iter().zip(1..) {
        rows.push(ItemRow {
            serial: format!("{number}"),
            code: format!("XJ01CAA04{number}E001"),
            name: line.name,
            specification: line.specification,
            class: line.split.class,
            price: line.price,
            quantity: line.quantity,
            amount: line.amount,
            split: settled.then_some(line.split),
            problem: (!settled && number == 5).then_some(Problem::ItemUnknown),
        });
    }
    rows
}

fn visit(shell: &Shell, stage: VisitStage, payment: Option<PaymentStatus>) -> VisitPage {
    let registered = stage > VisitStage::Identified;
    let calculated = stage > VisitStage::Registered;
    let option = |code: &str, label: &str, price: i64| CatalogueOption {
        code: code.to_owned(),
        label: label.to_owned(),
        price: Some(Price::from_micro_yuan(price)),
    };
    VisitPage {
        shell: shell.clone(),
        workplace: workplace(InstitutionKind::Hospital),
        id: VISIT.to_owned(),
        patient: PatientView {
            name_masked: NAME.to_owned(),
            id_number_masked: "9****************8".to_owned(),
            age: 47,
            person_type: PersonType::InService,
            scheme: Scheme::Employee,
            region_name: REGION.to_owned(),
            status: InsuranceStatus::Active,
            certificate: CertificateType::Credential,
            account_balance: yuan("260.00"),
        },
        stage,
        registration_form: RegistrationForm {
            medical_types: vec![MedicalType::Outpatient, MedicalType::Emergency],
            department: Field::filled("呼吸内科"),
            doctor: Field::filled("D330200000123 李医师"),
            diagnosis: Field::default(),
            departments: vec!["呼吸内科".to_owned(), "全科".to_owned()],
            doctors: vec!["D330200000123 李医师".to_owned()],
            diagnoses: vec!["J06.900 急性上呼吸道感染".to_owned()],
        },
        registration: registered.then(|| Registration {
            medical_type: MedicalType::Outpatient,
            department: Some("呼吸内科".to_owned()),
            doctor: Some("李医师".to_owned()),
            diagnosis: Some("J06.900 急性上呼吸道感染".to_owned()),
            at: now(),
        }),
        items: if registered { items(calculated) } else { Vec::new() },
        total: yuan("378.60"),
        item_form: ItemForm {
            item_code: Field::default(),
            price: Field::default(),
            quantity: Field::filled("1"),
            catalogue: vec![option("XJ01CAA040E001", "阿莫西林胶囊 0.5g×24片/盒 甲类", 12_800_000)],
        },
        amounts: calculated.then(amounts),
        settlement_key: "01JRM9".to_owned(),
        phone_payment: true,
        payment,
        reason: Field::default(),
        problem: None,
    }
}

/// Pages of the terminal.
pub fn terminal(shell: &Shell) -> Vec<Sample> {
    desks(shell).into_iter().chain(visits(shell)).collect()
}

fn desks(shell: &Shell) -> Vec<Sample> {
    let login = TerminalLoginPage {
        shell: shell.clone(),
        institution_code: Field::filled("H33020000001"),
        staff_no: Field::default(),
        password: Field::default(),
        problem: Some(Problem::StaffLoginFailed),
    };
    let row = |id: &str, when: &str, stage, cash: Option<&str>| VisitRow {
        id: id.to_owned(),
        at: at(when),
        name_masked: NAME.to_owned(),
        stage,
        total: yuan("378.60"),
        funds: cash.map(|_| yuan("80.00")),
        account: cash.map(|_| yuan("260.00")),
        cash: cash.map(yuan),
    };
    let desk = |code, visits, totals| DeskPage {
        shell: shell.clone(),
        workplace: workplace(InstitutionKind::Hospital),
        code,
        id_number: Field::default(),
        name: Field::default(),
        visits,
        totals,
        problem: None,
    };
    let visits = vec![
        row(VISIT, "2026-04-12 10:28:00", VisitStage::Settled, Some("38.60")),
        row("01JRM7", "2026-04-12 10:11:00", VisitStage::Registered, None),
        row("01JRM6", "2026-04-12 09:40:00", VisitStage::Revoked, Some("1234.50")),
    ];
    let totals = DayTotals {
        settled: 37,
        total: yuan("14008.20"),
        funds: yuan("6210.05"),
        account: yuan("5120.00"),
        cash: yuan("2678.15"),
    };
    vec![
        sample("t-login", &login),
        sample("t-desk", &desk(Field::default(), visits, totals)),
        sample(
            "t-desk-used",
            &desk(Field::refused(DIGITS, Problem::CodeUsed), Vec::new(), DayTotals::default()),
        ),
    ]
}

fn visits(shell: &Shell) -> Vec<Sample> {
    let waiting = PaymentStatus::Waiting { since: now() };
    let paid = PaymentStatus::PaidByPhone { at: now() };
    let pharmacy = VisitPage {
        workplace: workplace(InstitutionKind::Pharmacy),
        ..visit(shell, VisitStage::Identified, None)
    };
    let slip = SlipPage {
        shell: shell.clone(),
        workplace: workplace(InstitutionKind::Hospital),
        name_masked: NAME.to_owned(),
        visit_id: VISIT.to_owned(),
        bill: bill(BillState::Paid),
        printed: now(),
    };
    let window = VisitPage {
        phone_payment: false,
        problem: Some(Problem::PreSettleAgain),
        ..visit(shell, VisitStage::PreSettled, None)
    };
    vec![
        sample("t-visit-1-identified", &visit(shell, VisitStage::Identified, None)),
        sample("t-visit-1-pharmacy", &pharmacy),
        sample("t-visit-2-registered", &visit(shell, VisitStage::Registered, None)),
        sample("t-visit-3-pre-settled", &visit(shell, VisitStage::PreSettled, None)),
        sample("t-visit-3-window", &window),
        sample("t-visit-4-waiting", &visit(shell, VisitStage::Settled, Some(waiting))),
        sample("t-visit-4-paid", &visit(shell, VisitStage::Settled, Some(paid))),
        sample(
            "t-visit-5-revoked",
            &visit(shell, VisitStage::Revoked, Some(PaymentStatus::Refunded { at: now() })),
        ),
        sample("t-slip", &slip),
    ]
}
