//! Two hospitals and a pharmacy with their systems, and people with money in their accounts.

use std::sync::Arc;
use std::time::Duration;

use model::{
    CertificateType, Date, EventId, Fen, Institution, InstitutionCode, InstitutionKind, InstitutionLevel,
    MedicalType, PersonId, Scheme, VisitId,
};
use sandbox::his::{Call, HisClient, HisError, HisSettings, Item, Patient};
use serde_json::Value;
use settlement::{Action, Actor, BenefitAccount, Command};
use store::institutions::SigningKeys;
use store::people::Person;
use store::{Personal, benefit_accounts, institutions, people};
use wire::message::SettlementReply;
use wire::signature::SecretKey;

use crate::support::{Api, LI, TestApp, TestPerson, WANG, ZHOU};

pub(super) const HOSPITAL: &str = "H33020000001";
pub(super) const OTHER_HOSPITAL: &str = "H33020000002";
pub(super) const PHARMACY: &str = "P33020000001";
/// The number of a social-security card, of [`wu`].
pub(super) const CARD: &str = "330200990000016";

/// A platform that listens, and the systems that call it. Fields drop in this order.
pub(super) struct World {
    pub(super) app: TestApp,
    pub(super) hospital: HisClient,
    pub(super) other: HisClient,
    pub(super) pharmacy: HisClient,
    url: String,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for World {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub(super) fn code(text: &str) -> InstitutionCode {
    text.parse().expect("an institution code")
}

/// A person whose ID number ends in X, with a social-security card.
pub(super) fn wu() -> Person {
    let mut numbers = (0..200).filter_map(|n| {
        let first_17 = format!("99000019701201{n:03}");
        let check = model::id_number::check_character(&first_17)?;
        (check == 'X').then(|| format!("{first_17}X"))
    });
    let id_number = numbers.next().expect("one ends in X").parse().expect("a valid number");
    let mut person = WANG.registered();
    person.insured.id = PersonId::from_bytes([9; 16]);
    person.insured.birth = Date::new(1970, 12, 1).expect("a date");
    person.name = Personal::new("吴双");
    person.id_number = id_number;
    person.phone = None;
    person.card_number = Some(Personal::new(CARD));
    person
}

impl World {
    /// Opens the platform. Wang has 500.00 of this year and 100.00 of earlier years, Li 50.00 and 30.00, Zhou, who is
    /// suspended, 500.00.
    pub(super) async fn open() -> Self {
        let app = TestApp::start().await;
        register(&app).await;
        for (person, current_year, previous_years) in [
            (WANG.id(), 50_000, 10_000),
            (LI.id(), 5_000, 3_000),
            (ZHOU.id(), 50_000, 0),
            (wu().insured.id, 50_000, 0),
        ] {
            open_account(&app, person, current_year, previous_years).await;
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let running = Arc::clone(&app.app);
        let server = tokio::spawn(async move {
            server::serve(running, listener, std::future::pending()).await.expect("served");
        });
        let client = |institution| client(&app, &url, institution);
        let (hospital, other, pharmacy) = (client(HOSPITAL), client(OTHER_HOSPITAL), client(PHARMACY));
        Self { app, hospital, other, pharmacy, url, server }
    }

    /// A further system of an institution.
    pub(super) fn client(&self, institution: &str) -> HisClient {
        client(&self.app, &self.url, institution)
    }

    /// A system that signs with another secret.
    pub(super) fn client_with_secret(&self, institution: &str, secret: &str) -> HisClient {
        let mut settings = settings(&self.app, &self.url, institution);
        settings.secret_key = SecretKey::new(secret);
        HisClient::new(settings).expect("a client")
    }

    pub(super) async fn account(&self, person: PersonId) -> BenefitAccount {
        let read = self.app.app.database.read(move |connection| benefit_accounts::find(connection, person));
        read.await.expect("an account")
    }

    /// How many events a person's records have: changes with every change of them.
    pub(super) async fn version(&self, person: PersonId) -> i64 {
        self.account(person).await.version
    }

    /// The digits that a person's phone shows next. Codes are made by the second.
    pub(super) async fn show_code(&self, phone: &Api) -> String {
        self.app.advance(1);
        let shown = phone.post("credential/codes", Value::Null).await;
        shown.expect(axum::http::StatusCode::CREATED).text("digits").to_owned()
    }

    /// Registers and records an outpatient visit and uploads items in batch `batch`.
    pub(super) async fn visit(&self, patient: &Patient, batch: &str, items: &[Item]) -> VisitId {
        let his = &self.hospital;
        let visit = his.register(patient, "MZ-1").await.expect("registered").visit;
        his.record_visit(patient, visit, MedicalType::Outpatient).await.expect("recorded");
        his.upload_items(patient, visit, batch, items).await.expect("uploaded");
        visit
    }

    /// What a batch of a visit would come to.
    pub(super) async fn trial(
        &self,
        patient: &Patient,
        visit: VisitId,
        batch: &str,
        items: &[Item],
    ) -> SettlementReply {
        let total = sandbox::his::forms::total(items).expect("a sum");
        self.hospital
            .pre_settle(patient, visit, batch, MedicalType::Outpatient, total)
            .await
            .expect("previewed")
    }
}

async fn register(app: &TestApp) {
    let second = Institution {
        code: code(OTHER_HOSPITAL),
        name: "示例市第二医院".to_owned(),
        kind: InstitutionKind::Hospital,
        level: InstitutionLevel::Secondary,
        region: WANG.registered().insured.region,
        active: true,
    };
    app.app
        .database
        .write(move |transaction| {
            people::insert(transaction, &[wu()])?;
            institutions::insert(transaction, &second, None)?;
            [HOSPITAL, OTHER_HOSPITAL, PHARMACY].iter().try_for_each(|institution| {
                let keys = SigningKeys {
                    access_key: format!("AK-{institution}"),
                    secret_key: Personal::new(secret(institution)),
                };
                institutions::set_keys(transaction, &code(institution), &keys)
            })
        })
        .await
        .expect("registered");
}

fn secret(institution: &str) -> String {
    format!("the secret of {institution}")
}

async fn open_account(app: &TestApp, person_id: PersonId, current_year: i64, previous_years: i64) {
    let at = app.app.clock.now();
    let action = Action::OpenAccount {
        current_year: Fen::new(current_year),
        previous_years: Fen::new(previous_years),
    };
    let event_id = server::random::new_id(at, EventId::new).expect("an id");
    let command = Command { person_id, event_id, at, actor: Actor::Platform, request: None, action };
    app.app.submit(command).await.expect("opened");
}

fn settings(app: &TestApp, url: &str, institution: &str) -> HisSettings {
    let clock = app.app.clock.clone();
    HisSettings {
        base_url: url.to_owned(),
        institution: code(institution),
        institution_name: "示例机构".to_owned(),
        region: WANG.registered().insured.region,
        access_key: format!("AK-{institution}"),
        secret_key: SecretKey::new(secret(institution)),
        operator: "0007".to_owned(),
        operator_name: "赵收费".to_owned(),
        clock: Arc::new(move || clock.now()),
        patience: Duration::from_secs(20),
    }
}

fn client(app: &TestApp, url: &str, institution: &str) -> HisClient {
    HisClient::new(settings(app, url, institution)).expect("a client")
}

/// A person at the window who shows their ID card.
pub(super) fn with_id_card(person: &TestPerson) -> Patient {
    Patient {
        person: person.id(),
        scheme: Scheme::Employee,
        region: person.registered().insured.region,
        certificate_type: CertificateType::IdCard,
        certificate_number: wire::Personal::new(person.id_number().as_str()),
    }
}

/// An item of the sample catalogue; the amount is in fen.
pub(super) fn item(serial: &str, code: &str, price: &str, quantity: &str, amount: i64) -> Item {
    Item {
        serial: serial.to_owned(),
        code: code.to_owned(),
        price: price.parse().expect("a price"),
        quantity: quantity.parse().expect("a quantity"),
        amount: Fen::new(amount),
    }
}

/// 59.00: a consultation (class A, 10.00), amoxicillin (A, 25.00) and ceftriaxone (B with 5 % first, 24.00).
pub(super) fn small_bill() -> Vec<Item> {
    vec![
        item("1", "001102000010000-990000002", "10.00", "1", 1_000),
        item("2", "XJ01CAA040A001010199004", "12.50", "2", 2_500),
        item("3", "XJ01DDT056A001010199005", "8.00", "3", 2_400),
    ]
}

/// The reason for which a call was refused.
pub(super) fn reason<T: std::fmt::Debug>(outcome: Result<T, HisError>) -> String {
    match outcome {
        Err(HisError::Refused { err_msg }) => err_msg,
        other => panic!("not refused: {other:?}"),
    }
}

/// A call with a changed envelope, signed anew for the number that it then has.
pub(super) fn changed(his: &HisClient, call: &Call, change: impl FnOnce(&mut Value)) -> Call {
    let mut envelope: Value = serde_json::from_str(&call.body).expect("an envelope");
    change(&mut envelope);
    let text = |name: &str| envelope[name].as_str().unwrap_or_default().to_owned();
    let infno = Some(text("infno")).filter(|infno| !infno.is_empty()).unwrap_or_else(|| call.infno.clone());
    his.signed(&infno, &text("msgid"), &call.path, envelope.to_string())
}
