//! Care that people get: visits, settlements and reversals, committed as an institution's system would.

use std::sync::atomic::{AtomicU64, Ordering};

use credential::{BusinessType, TokenGrant};
use model::{
    CertificateType, EventId, FeeItem, Fen, Instant, InstitutionCode, MedicalType, OrderId, Scheme,
    SettlementId, VisitId,
};
use settlement::{
    Action, Actor, CodeUse, Command, Committed, Declared, Department, Diagnosis, Doctor, Order,
};
use store::SubmitError;

use super::{TestApp, TestPerson};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// Ten bytes that were not given before.
fn fresh() -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes
}

/// The hospital of the tests.
pub(crate) fn hospital() -> InstitutionCode {
    "H33020000001".parse().expect("a code")
}

/// A fee item as an institution sends it: catalogue code, unit price, quantity and amount in yuan.
pub(crate) type Item = (&'static str, &'static str, &'static str, &'static str);

/// Class A, without a ceiling: 45.00 yuan.
pub(crate) const ONE_DRUG: [Item; 1] = [("XC08CAA146A001010199002", "15.00", "3", "45.00")];

/// A bill that was settled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settled {
    pub(crate) visit_id: VisitId,
    pub(crate) settlement_id: SettlementId,
    pub(crate) order_id: OrderId,
    pub(crate) cash: Fen,
}

impl TestApp {
    /// Does something to a person's records.
    pub(crate) async fn act(
        &self,
        person: &TestPerson,
        actor: Actor,
        action: Action,
    ) -> Result<Committed, SubmitError> {
        let at = self.app.clock.now();
        let event_id = EventId::new(at, fresh());
        self.app.submit(Command { person_id: person.id(), event_id, at, actor, request: None, action }).await
    }

    /// Does something at the hospital.
    pub(crate) async fn at_hospital(&self, person: &TestPerson, action: Action) -> Committed {
        let actor = Actor::Institution { code: hospital(), operator: "001".to_owned() };
        self.act(person, actor, action).await.expect("done")
    }

    /// Opens a person's benefit account, with yuan of this year and of earlier years.
    pub(crate) async fn open_account(&self, person: &TestPerson, this_year: &str, earlier: &str) {
        let yuan = |text| Fen::from_yuan(text).expect("an amount");
        let action = Action::OpenAccount { current_year: yuan(this_year), previous_years: yuan(earlier) };
        self.act(person, Actor::Platform, action).await.expect("opened");
    }

    /// Treats a person at the hospital and settles the bill.
    pub(crate) async fn settle(&self, person: &TestPerson, items: &[Item]) -> Settled {
        let now = self.app.clock.now();
        let visit_id = VisitId::new(now, fresh());
        self.at_hospital(person, register(visit_id, now)).await;
        self.at_hospital(person, record(visit_id, now)).await;
        let items: Vec<_> = (1..).zip(items).map(|(number, item)| fee_item(number, item, now)).collect();
        let total = Fen::sum(items.iter().map(|item| item.amount)).expect("a total");
        self.at_hospital(person, Action::AddItems { visit_id, items }).await;
        let (settlement_id, order_id) = (SettlementId::new(now, fresh()), OrderId::new(now, fresh()));
        let settle = Action::Settle {
            visit_id,
            batch: "B1".to_owned(),
            settlement_id,
            order_id,
            scheme: Scheme::Employee,
            medical_type: MedicalType::Outpatient,
            token_digest: None,
            use_account: true,
            declared: Declared { total, parts: None },
        };
        let committed = self.at_hospital(person, settle).await;
        let cash = committed.body.settlement().expect("a settlement").split.cash;
        Settled { visit_id, settlement_id, order_id, cash }
    }

    /// Revokes a bill at the hospital.
    pub(crate) async fn revoke(
        &self,
        person: &TestPerson,
        settled: &Settled,
    ) -> Result<Committed, SubmitError> {
        let now = self.app.clock.now();
        let action = Action::Revoke {
            settlement_id: settled.settlement_id,
            visit_id: Some(settled.visit_id),
            reversal_id: SettlementId::new(now, fresh()),
            refund_order: OrderId::new(now, fresh()).to_string(),
        };
        let actor = Actor::Institution { code: hospital(), operator: "001".to_owned() };
        self.act(person, actor, action).await
    }

    /// Uses a code of a person at the hospital.
    pub(crate) async fn use_code(&self, person: &TestPerson, handle: u64) -> Committed {
        let now = self.app.clock.now();
        let grant = TokenGrant::new(hospital(), person.id(), BusinessType::Registration, now, 1800);
        let code_use =
            CodeUse { handle, shown: now, person_id: person.id(), institution: hospital(), used: now };
        let mut token_digest = [0; 32];
        token_digest[..8].copy_from_slice(&handle.to_be_bytes());
        self.at_hospital(person, Action::UseCode { code_use, token_digest, grant }).await
    }

    /// The order of a bill as it is stored.
    pub(crate) async fn order(&self, settled: &Settled) -> Order {
        let order_id = settled.order_id;
        let found = self.app.database.read(move |connection| store::orders::find(connection, order_id)).await;
        found.expect("readable").expect("an order")
    }
}

fn register(visit_id: VisitId, now: Instant) -> Action {
    Action::RegisterVisit {
        visit_id,
        scheme: Scheme::Employee,
        certificate: CertificateType::IdCard,
        token_digest: None,
        began: now,
        outpatient_no: visit_id.to_string(),
        department: Some(Department {
            code: "A03".to_owned(),
            name: "内科".to_owned(),
            category: "A03".to_owned(),
        }),
        doctor: None,
    }
}

fn record(visit_id: VisitId, now: Instant) -> Action {
    let diagnosis = Diagnosis {
        kind: "1".to_owned(),
        position: 1,
        code: "I10.x00".to_owned(),
        name: "特发性高血压".to_owned(),
        department: "A03".to_owned(),
        doctor: Doctor { code: "D330200000001".to_owned(), name: "样例医生".to_owned() },
        at: now,
    };
    Action::RecordVisit { visit_id, medical_type: MedicalType::Outpatient, diagnoses: vec![diagnosis] }
}

fn fee_item(number: u32, (code, price, quantity, amount): &Item, now: Instant) -> FeeItem {
    FeeItem {
        serial: number.to_string(),
        batch: "B1".to_owned(),
        item_code: (*code).to_owned(),
        institution_item_code: format!("local-{number}"),
        occurred: now,
        price: price.parse().expect("a price"),
        quantity: quantity.parse().expect("a quantity"),
        amount: Fen::from_yuan(amount).expect("an amount"),
        approved: None,
    }
}
