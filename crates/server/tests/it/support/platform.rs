//! A platform of its own for one test.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use axum::Router;
use model::{Fen, Instant};
use sandbox::Sandbox;
use sandbox::unionpay::{Account, SmsCodes};
use server::settings::{HisSettings, KeySettings, KeyText, LocalName};
use server::{App, Clock, Settings};
use settlement::Rules;
use store::{Database, DatabaseUrl, Keys, StoreSettings, institutions, people};
use tempfile::TempDir;

use super::people::{EVERYONE, institutions as test_institutions, region};
use super::{Api, Browser, START, TestPerson};

/// What everybody's bank account holds.
pub(crate) const BALANCE: Fen = Fen::new(500_000);

/// A running platform: a migrated SQLite database with [`EVERYONE`] registered, a clock that stands at [`START`] until
/// it is moved, and stand-ins of UnionPay and the SMS gateway. Fields drop in this order.
pub(crate) struct TestApp {
    pub(crate) app: Arc<App>,
    pub(crate) router: Router,
    pub(crate) sandbox: Sandbox,
    _folder: TempDir,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn key(byte: u8) -> KeyText {
    KeyText::new(hex::encode([byte; 32]))
}

fn settings(sandbox: &Sandbox, database: String) -> Settings {
    let merchant = &sandbox.merchant;
    Settings {
        listen: "127.0.0.1:0".parse().expect("an address"),
        public_url: "https://yibao.test".to_owned(),
        database,
        policies: root().join("policies"),
        catalogues: root().join("catalogues"),
        region: region(),
        region_name: Some(LocalName { zh: "宁波市".to_owned(), en: "Ningbo".to_owned() }),
        secure_cookies: true,
        back_date_days: 90,
        token_seconds: 1800,
        sms_per_minute: 600,
        keys: KeySettings {
            fields: KeyText::new(format!("1:{}", hex::encode([1; 32]))),
            index: key(2),
            codes: key(3),
            sms_codes: key(4),
            forms: key(5),
        },
        his: HisSettings::default(),
        unionpay: connectors::unionpay::Settings {
            gateway_url: sandbox.unionpay_url.clone(),
            merchant_id: merchant.merchant_id.clone(),
            token_requestor: merchant.token_requestor.clone(),
            back_url: "http://127.0.0.1:9/notify/unionpay".to_owned(),
            channel_type: connectors::unionpay::ChannelType::Mobile,
            signing_key_pem: merchant.signing_key_pem.clone().try_into().expect("a key"),
            signing_certificate_pem: merchant.signing_certificate_pem.clone(),
            encryption_certificate_pem: merchant.encryption_certificate_pem.clone(),
            root_certificates_pem: merchant.root_certificate_pem.clone(),
            middle_certificates_pem: merchant.middle_certificate_pem.clone(),
            signer_holder: merchant.signer_holder.clone(),
            allow_sha1_certificates: false,
            connect_timeout_milliseconds: 2_000,
            total_timeout_milliseconds: 5_000,
        },
        sms: connectors::sms::Settings {
            url: sandbox.sms_url.clone(),
            key_name: sandbox.sms_key_name.clone(),
            key: sandbox.sms_key.clone().try_into().expect("a key"),
            connect_timeout_milliseconds: 2_000,
            total_timeout_milliseconds: 5_000,
        },
        jobs: server::jobs::JobSettings::default(),
    }
}

/// The repository's policies and catalogues, read once a process.
fn rules(settings: &Settings) -> Arc<Rules> {
    static RULES: OnceLock<Arc<Rules>> = OnceLock::new();
    Arc::clone(RULES.get_or_init(|| Arc::new(server::rules::load(settings).expect("rules").rules)))
}

impl TestApp {
    /// A platform as it would serve real people.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}, false).await
    }

    /// A demonstration.
    pub(crate) async fn demonstration() -> Self {
        Self::with(|_| {}, true).await
    }

    /// A platform with other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings), demo: bool) -> Self {
        let clock = Clock::standing_at(Instant::parse_china(START).expect("a time"));
        let time = clock.clone();
        let mut stand_ins = sandbox::Settings::new(Arc::new(move || time.now()));
        stand_ins.sms_codes = SmsCodes::Random;
        let loopback = "127.0.0.1:0".parse().expect("an address");
        let sandbox = Sandbox::start(loopback, stand_ins).await.expect("stand-ins");

        let folder = tempfile::tempdir().expect("a folder");
        let url = DatabaseUrl::sqlite(folder.path().join("yibao.db"));
        let mut settings = settings(&sandbox, format!("sqlite:{}", folder.path().join("yibao.db").display()));
        let shipped = settings.policies.clone();
        change(&mut settings);
        store::migrate(&url).expect("migrated");
        let keys = Keys::parse(settings.keys.fields.expose(), settings.keys.index.expose()).expect("keys");
        let few = StoreSettings { readers: 2, ..StoreSettings::default() };
        let database = Database::open(&url, &keys, few).expect("a database");
        database
            .write(|transaction| {
                people::insert(transaction, &EVERYONE.map(|person| person.registered()))?;
                test_institutions().iter().try_for_each(|each| institutions::insert(transaction, each, None))
            })
            .await
            .expect("registered");
        for person in EVERYONE {
            sandbox.unionpay.open_account(Account {
                card: person.card.to_owned(),
                name: person.name.to_owned(),
                id_number: person.id_number().as_str().to_owned(),
                phone: person.phone.to_owned(),
                balance: BALANCE,
            });
        }
        let rules = if settings.policies == shipped {
            rules(&settings)
        } else {
            Arc::new(server::rules::load(&settings).expect("rules").rules)
        };
        let app = App::start(settings, database, rules, clock, demo).expect("a platform");
        Self { router: server::router(Arc::clone(&app)), app, sandbox, _folder: folder }
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&self, seconds: i64) {
        self.app.clock.advance_seconds(seconds);
    }

    /// A browser without cookies.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A program that is not signed in.
    pub(crate) fn api(&self) -> Api {
        Api::new(self.router.clone())
    }

    /// The newest code that the platform sent to a phone.
    pub(crate) fn sms_code(&self, phone: &str) -> String {
        let newest = self.sandbox.sms.inbox(phone).pop().expect("a message");
        newest.parameters.get("code").expect("a code").clone()
    }

    /// How many messages the platform sent to a phone.
    pub(crate) fn sms_count(&self, phone: &str) -> usize {
        self.sandbox.sms.inbox(phone).len()
    }

    /// The newest code that the bank sent to a phone.
    pub(crate) fn bank_code(&self, phone: &str) -> String {
        self.sandbox.unionpay.sent_codes(phone).pop().expect("a message").code
    }

    /// A program in which `person` is signed in.
    pub(crate) async fn signed_in(&self, person: &TestPerson) -> Api {
        let mut api = self.api();
        api.sign_in(self, person.phone).await;
        api
    }

    /// A program in which `person` has activated the credential: level 1.
    pub(crate) async fn activated(&self, person: &TestPerson) -> Api {
        let api = self.signed_in(person).await;
        api.activate(person).await;
        api
    }

    /// A program in which `person` has bound the bank account: level 2.
    pub(crate) async fn payment_open(&self, person: &TestPerson) -> Api {
        let api = self.activated(person).await;
        api.bind_card(self, person).await;
        api
    }

    /// A browser in which `person`, who has activated before, is signed in.
    pub(crate) async fn browser_of(&self, person: &TestPerson) -> Browser {
        self.advance(61);
        let mut browser = self.browser();
        browser.get("/login").await;
        browser.submit("/login/sms", &[("phone", person.phone)]).await;
        let code = self.sms_code(person.phone);
        let home = browser.submit("/login/code", &[("sms_code", &code)]).await;
        assert_eq!(home.path, "/");
        browser
    }
}
