//! A hospital, a pharmacy and insured persons who use them: commands with fresh identifiers.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use benefit::{Catalogue, PolicyBook};
use credential::{BusinessType, TokenGrant};
use model::{
    CertificateType, EventId, FeeItem, Fen, Instant, Institution, InstitutionCode, InstitutionKind,
    InstitutionLevel, MedicalType, OrderId, PersonId, Scheme, SettlementId, VisitId,
};
use settlement::{
    Action, Actor, CodeUse, Command, Declared, Department, Diagnosis, Doctor, Request, RequestKey, Rules,
    Settlement,
};
use store::{Database, Outcome, SubmitError, institutions, people};

use crate::bench::Bench;
use crate::samples::{person, person_id};

const CATALOGUE: &str = include_str!("../../../../catalogues/ningbo-sample.csv");

/// Class A without a ceiling.
const ITEM: &str = "XC08CAA146A001010199002";

/// The shipped rules of Ningbo.
pub(crate) static RULES: LazyLock<Arc<Rules>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/ningbo-employees");
    let files = std::fs::read_dir(folder).expect("the policy of Ningbo");
    let files = files.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file());
    let policies: Vec<(String, String)> = files
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("a text")))
        .collect();
    Arc::new(Rules {
        policies: PolicyBook::parse(&policies).expect("policies"),
        catalogue: Catalogue::parse(&[("ningbo-sample.csv".to_owned(), CATALOGUE.to_owned())])
            .expect("items"),
        back_date_days: 90,
    })
});

/// 2023-05-08 09:00 in China.
pub(crate) const NOW: Instant = Instant::from_milliseconds(1_683_507_600_000);

static NEXT: AtomicU64 = AtomicU64::new(1);

/// What tells this process's identifiers from those of the processes that it starts.
static PROCESS: LazyLock<[u8; 4]> = LazyLock::new(|| {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).expect("random bytes");
    bytes
});

/// Ten bytes that were not given before.
pub(crate) fn fresh() -> [u8; 10] {
    let [_, _, counted @ ..] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    let mut bytes = [0; 10];
    bytes[..4].copy_from_slice(&*PROCESS);
    bytes[4..].copy_from_slice(&counted);
    bytes
}

pub(crate) fn hospital() -> InstitutionCode {
    "H99000000001".parse().expect("a code")
}

pub(crate) fn pharmacy() -> InstitutionCode {
    "P99000000001".parse().expect("a code")
}

fn institution(code: InstitutionCode, kind: InstitutionKind, level: InstitutionLevel) -> Institution {
    let name = code.to_string();
    Institution { code, name, kind, level, region: "330200".parse().expect("a region"), active: true }
}

/// Registers both institutions and the persons `numbers`, each with an open benefit account of 100 yuan of this year and
/// 50 yuan of earlier years.
pub(crate) fn set_up(bench: &Bench, database: &Database, numbers: std::ops::Range<u32>) {
    let persons: Vec<_> = numbers.clone().map(person).collect();
    let register = move |transaction: &mut store::Transaction<'_>| {
        let hospital = institution(hospital(), InstitutionKind::Hospital, InstitutionLevel::Tertiary);
        let pharmacy = institution(pharmacy(), InstitutionKind::Pharmacy, InstitutionLevel::Unrated);
        institutions::insert(transaction, &hospital, None)?;
        institutions::insert(transaction, &pharmacy, None)?;
        people::insert(transaction, &persons)
    };
    bench.block_on(async {
        database.write::<_, store::StoreError, _>(register).await.expect("registered");
        for number in numbers {
            let open =
                Action::OpenAccount { current_year: Fen::new(10_000), previous_years: Fen::new(5_000) };
            let opened =
                database.submit(&RULES, command(person_id(number), Actor::Platform, None, open)).await;
            opened.expect("opened");
        }
    });
}

pub(crate) fn command(
    person_id: PersonId,
    actor: Actor,
    request: Option<Request>,
    action: Action,
) -> Command {
    Command { person_id, event_id: EventId::new(NOW, fresh()), at: NOW, actor, request, action }
}

/// A command of an institution, with a message number where one is given.
pub(crate) fn from(
    code: &InstitutionCode,
    person_id: PersonId,
    message: Option<&str>,
    action: Action,
) -> Command {
    let actor = Actor::Institution { code: code.clone(), operator: "001".to_owned() };
    let request = message.map(|number| Request { key: key(code, action.name(), number), digest: [7; 32] });
    command(person_id, actor, request, action)
}

pub(crate) fn key(code: &InstitutionCode, operation: &str, number: &str) -> RequestKey {
    RequestKey { institution: code.clone(), operation: operation.to_owned(), message_id: number.to_owned() }
}

pub(crate) fn item(serial: &str, batch: &str, yuan: &str) -> FeeItem {
    FeeItem {
        serial: serial.to_owned(),
        batch: batch.to_owned(),
        item_code: ITEM.to_owned(),
        institution_item_code: "local-1".to_owned(),
        occurred: NOW,
        price: yuan.parse().expect("a price"),
        quantity: "1".parse().expect("a quantity"),
        amount: Fen::from_yuan(yuan).expect("an amount"),
        approved: None,
    }
}

pub(crate) fn purchase(yuan: &str) -> Action {
    purchase_of("B1", yuan)
}

pub(crate) fn purchase_of(batch: &str, yuan: &str) -> Action {
    Action::Purchase {
        visit_id: VisitId::new(NOW, fresh()),
        settlement_id: SettlementId::new(NOW, fresh()),
        order_id: OrderId::new(NOW, fresh()),
        scheme: Scheme::Employee,
        certificate: CertificateType::IdCard,
        token_digest: None,
        began: NOW,
        items: vec![item("1", batch, yuan)],
        use_account: true,
        declared: Declared { total: Fen::from_yuan(yuan).expect("an amount"), parts: None },
    }
}

pub(crate) fn settle(visit_id: VisitId, yuan: &str) -> Action {
    Action::Settle {
        visit_id,
        batch: "B1".to_owned(),
        settlement_id: SettlementId::new(NOW, fresh()),
        order_id: OrderId::new(NOW, fresh()),
        scheme: Scheme::Employee,
        medical_type: MedicalType::Outpatient,
        token_digest: None,
        use_account: true,
        declared: Declared { total: Fen::from_yuan(yuan).expect("an amount"), parts: None },
    }
}

pub(crate) fn revoke(settlement_id: SettlementId) -> Action {
    Action::Revoke {
        settlement_id,
        visit_id: None,
        reversal_id: SettlementId::new(NOW, fresh()),
        refund_order: format!("R{}", VisitId::new(NOW, fresh())),
    }
}

pub(crate) fn use_code(person_id: PersonId, handle: u64, token: [u8; 32]) -> Action {
    let grant = TokenGrant::new(hospital(), person_id, BusinessType::Registration, NOW, 1800);
    let code_use = CodeUse { handle, shown: NOW, person_id, institution: hospital(), used: NOW };
    Action::UseCode { code_use, token_digest: token, grant }
}

pub(crate) fn register(token_digest: Option<[u8; 32]>) -> (VisitId, Action) {
    let visit_id = VisitId::new(NOW, fresh());
    let certificate =
        if token_digest.is_some() { CertificateType::Credential } else { CertificateType::IdCard };
    let department =
        Department { code: "A03".to_owned(), name: "内科".to_owned(), category: "A03".to_owned() };
    let action = Action::RegisterVisit {
        visit_id,
        scheme: Scheme::Employee,
        certificate,
        token_digest,
        began: NOW,
        outpatient_no: "1".to_owned(),
        department: Some(department),
        doctor: None,
    };
    (visit_id, action)
}

pub(crate) fn record(visit_id: VisitId) -> Action {
    let doctor = Doctor { code: "D330200000001".to_owned(), name: "样例医生".to_owned() };
    let diagnosis = Diagnosis {
        kind: "1".to_owned(),
        position: 1,
        code: "I10.x00".to_owned(),
        name: "特发性高血压".to_owned(),
        department: "A03".to_owned(),
        doctor,
        at: NOW,
    };
    Action::RecordVisit { visit_id, medical_type: MedicalType::Outpatient, diagnoses: vec![diagnosis] }
}

/// A registered and recorded visit at the hospital with one batch of one item.
pub(crate) async fn visit(database: &Database, person_id: PersonId, yuan: &str) -> VisitId {
    let (visit_id, registered) = register(None);
    let items = Action::AddItems { visit_id, items: vec![item("1", "B1", yuan)] };
    for action in [registered, record(visit_id), items] {
        done(database, from(&hospital(), person_id, None, action)).await;
    }
    visit_id
}

/// Submits a command that must succeed.
pub(crate) async fn done(database: &Database, command: Command) -> Outcome {
    database.submit(&RULES, command).await.expect("done")
}

pub(crate) async fn submit(database: Arc<Database>, command: Command) -> Result<Outcome, SubmitError> {
    database.submit(&RULES, command).await
}

/// The settlement that an outcome wrote.
pub(crate) fn settlement_of(outcome: &Outcome) -> Settlement {
    outcome.committed.body.settlement().expect("a settlement").clone()
}
