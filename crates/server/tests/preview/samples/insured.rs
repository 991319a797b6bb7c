//! Pages of the insured person.

use model::{InsuranceStatus, Scheme};
use server::web::insured::*;
use server::web::{Field, Problem, Shell};

use super::{
    BILL, HOSPITAL, NAME, PHONE, REGION, Sample, at, bill, card, code_card, now, pending, ready, sample,
    used, yuan,
};

/// Pages of the insured person who is logged in, and pages open to all.
pub fn insured(shell: &Shell) -> Vec<Sample> {
    [home_and_code(shell), bills(shell), payments(shell), others(shell)].into_iter().flatten().collect()
}

fn home_and_code(shell: &Shell) -> Vec<Sample> {
    let home = |status, payment_open, pending| HomePage {
        shell: shell.clone(),
        name_masked: NAME.to_owned(),
        region_name: REGION.to_owned(),
        scheme: Scheme::Employee,
        status,
        payment_open,
        pending,
    };
    let code = |state, pending| CodePage { shell: shell.clone(), card: code_card(state), pending };
    vec![
        sample("home", &home(InsuranceStatus::Active, true, pending())),
        sample("home-new", &home(InsuranceStatus::Suspended, false, Vec::new())),
        sample("code", &code(ready(), Vec::new())),
        sample("code-bill", &code(used(), pending())),
    ]
}

fn bills(shell: &Shell) -> Vec<Sample> {
    let list = |pending, paid, refunded| BillsPage { shell: shell.clone(), pending, paid, refunded };
    let history = |state, [first, second]: [&str; 2]| {
        vec![
            card(first, "甬东市城东社区卫生服务中心", "2026-04-02 09:11:00", "1234.50", state),
            card(second, "甬东康民大药房", "2026-03-18 18:40:00", "0.00", state),
        ]
    };
    let paid = history(BillState::Paid, ["01JRK1", "01JRK2"]);
    let refunded = history(BillState::Refunded, ["01JRJ1", "01JRJ2"]);
    let page = |state, payment_open| BillPage { shell: shell.clone(), bill: bill(state), payment_open };
    let receipt =
        ReceiptPage { shell: shell.clone(), name_masked: NAME.to_owned(), bill: bill(BillState::Paid) };
    vec![
        sample("bills", &list(pending(), paid, refunded)),
        sample("bills-none", &list(Vec::new(), Vec::new(), Vec::new())),
        sample("bill", &page(BillState::Pending, true)),
        sample("bill-window", &page(BillState::Pending, false)),
        sample("bill-confirming", &page(BillState::Confirming, true)),
        sample("bill-paid", &page(BillState::Paid, true)),
        sample("bill-refunding", &page(BillState::Refunding, true)),
        sample("bill-refunded", &page(BillState::Refunded, true)),
        sample("receipt", &receipt),
    ]
}

fn payments(shell: &Shell) -> Vec<Sample> {
    let pay = PayPage {
        shell: shell.clone(),
        bill_id: BILL.to_owned(),
        institution: HOSPITAL.to_owned(),
        amount: yuan("38.60"),
        card_tail: "0018".to_owned(),
        pin: Field::refused("", Problem::PinWrong { tries: 3 }),
        problem: None,
    };
    let paid = |outcome| PaidPage {
        shell: shell.clone(),
        bill_id: BILL.to_owned(),
        institution: HOSPITAL.to_owned(),
        amount: yuan("38.60"),
        method: PaymentMethod::BankCard { card_tail: "0018".to_owned() },
        outcome,
    };
    vec![
        sample("pay", &pay),
        sample("paid", &paid(PaidOutcome::Paid { at: now() })),
        sample("paid-confirming", &paid(PaidOutcome::Confirming)),
        sample("paid-refused", &paid(PaidOutcome::Refused(Problem::InsufficientFunds))),
    ]
}

fn others(shell: &Shell) -> Vec<Sample> {
    let me = MePage {
        shell: shell.clone(),
        name_masked: NAME.to_owned(),
        phone_masked: PHONE.to_owned(),
        level: CredentialLevel::Payment,
        card_tail: Some("0018".to_owned()),
        channel_name: "医保网页".to_owned(),
        authorised_since: at("2026-01-05 08:00:00"),
    };
    let withdraw = WithdrawPage {
        shell: shell.clone(),
        channel_name: "医保网页".to_owned(),
        pin: Field::default(),
        problem: None,
    };
    let error = ErrorPage {
        shell: shell.clone(),
        problem: Problem::Internal,
        reference: Some("7F3A09C2D1".to_owned()),
        onward: "/",
    };
    vec![
        sample("me", &me),
        sample("withdraw", &withdraw),
        sample("help", &HelpPage { shell: shell.clone() }),
        sample("privacy", &PrivacyPage { shell: shell.clone() }),
        sample("agreement", &AgreementPage { shell: shell.clone() }),
        sample("error", &error),
    ]
}
