//! What every test needs: running stand-ins, a client, a person with a card, and an address for notifications.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use connectors::secret::{PayToken, SmsCode};
use connectors::unionpay::{Cardholder, ChannelType, Order, Settings, TokenGrant, UnionPay};
use connectors::{Outcome, sms};
use model::id_number::check_character;
use model::{Fen, IdNumber, Instant};
use sandbox::Sandbox;
use sandbox::unionpay::Account;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

pub(crate) const CARD: &str = "6216610000000000017";
pub(crate) const PHONE: &str = "13800000001";
pub(crate) const NAME: &str = "张三";
pub(crate) const BALANCE: Fen = Fen::new(100_000);

/// The time in all tests.
pub(crate) fn now() -> Instant {
    Instant::parse_china("2026-03-02 09:30:00").expect("a time")
}

/// Synthetic: area 990000 is not issued.
pub(crate) fn id_number() -> IdNumber {
    let first_17 = "99000019530412001";
    format!("{first_17}{}", check_character(first_17).expect("17 digits")).parse().expect("valid")
}

pub(crate) fn holder() -> Cardholder {
    Cardholder {
        card: CARD.parse().expect("a card"),
        name: NAME.parse().expect("a name"),
        id_number: id_number(),
        phone: PHONE.parse().expect("a phone"),
    }
}

pub(crate) fn code(text: &str) -> SmsCode {
    text.parse().expect("a code")
}

pub(crate) fn order(number: &str) -> Order {
    Order::new(number, now()).expect("an order")
}

/// An address that notifications are posted to, and what came.
pub(crate) struct Mailbox {
    pub(crate) url: String,
    arrivals: mpsc::UnboundedReceiver<Vec<u8>>,
    /// How many of the next notifications are answered with 500.
    pub(crate) refuse: Arc<Mutex<usize>>,
}

impl Mailbox {
    async fn open() -> Self {
        let (sender, arrivals) = mpsc::unbounded_channel();
        let refuse = Arc::new(Mutex::new(0_usize));
        let refusals = Arc::clone(&refuse);
        let take = move |body: Bytes| async move {
            sender.send(body.to_vec()).expect("the test listens");
            let mut left = refusals.lock().expect("not poisoned");
            if *left > 0 {
                *left -= 1;
                return StatusCode::INTERNAL_SERVER_ERROR;
            }
            StatusCode::OK
        };
        let url = serve(Router::new().route("/notify", post(take))).await;
        Self { url: format!("http://{url}/notify"), arrivals, refuse }
    }

    /// The next notification; waits for it.
    pub(crate) async fn next(&mut self) -> Vec<u8> {
        let arrival = tokio::time::timeout(Duration::from_secs(60), self.arrivals.recv());
        arrival.await.expect("a notification comes").expect("the mailbox is open")
    }

    /// Whether a notification lies here already.
    pub(crate) fn is_empty(&mut self) -> bool {
        self.arrivals.is_empty()
    }
}

/// Serves on a free port of loopback until the test ends.
pub(crate) async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Stand-ins with one account, a client of them, and a mailbox.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: UnionPay,
    pub(crate) mailbox: Mailbox,
}

impl World {
    pub(crate) async fn new() -> Self {
        let mut settings = sandbox::Settings::new(Arc::new(now));
        settings.notification_step = Duration::from_millis(20);
        Self::with(settings).await
    }

    pub(crate) async fn with(settings: sandbox::Settings) -> Self {
        let any_port = "127.0.0.1:0".parse().expect("an address");
        let sandbox = Sandbox::start(any_port, settings).await.expect("the sandbox starts");
        sandbox.unionpay.open_account(Account {
            card: CARD.to_owned(),
            name: NAME.to_owned(),
            id_number: id_number().as_str().to_owned(),
            phone: PHONE.to_owned(),
            balance: BALANCE,
        });
        let mailbox = Mailbox::open().await;
        let client = UnionPay::new(&settings_for(&sandbox, &mailbox.url)).expect("right settings");
        Self { sandbox, client, mailbox }
    }

    /// A token for the card.
    pub(crate) async fn token(&self) -> TokenGrant {
        let order = order("OPENTOKEN0001");
        let sent = self.client.open_token_sms(&order, &holder(), now()).await.expect("sent");
        assert_eq!(sent, Outcome::Success(()));
        match self.client.open_token(&order, &holder(), &code("111111"), now()).await.expect("sent") {
            Outcome::Success(grant) => grant,
            other => panic!("no token: {other:?}"),
        }
    }

    /// A client that soon gives up, for calls that are not answered.
    pub(crate) fn impatient_client(&self) -> UnionPay {
        let mut settings = settings_for(&self.sandbox, &self.mailbox.url);
        settings.total_timeout_milliseconds = 2_000;
        UnionPay::new(&settings).expect("right settings")
    }

    /// Sends the code of a payment, so that it can be paid.
    pub(crate) async fn consume_sms(&self, order: &Order, token: &PayToken, amount: Fen) {
        let sent = self.client.consume_sms(order, token, amount, now()).await.expect("sent");
        assert_eq!(sent, Outcome::Success(()));
    }
}

/// Client settings for a sandbox, patient enough for a busy machine.
pub(crate) fn settings_for(sandbox: &Sandbox, back_url: &str) -> Settings {
    let merchant = sandbox.merchant.clone();
    Settings {
        gateway_url: sandbox.unionpay_url.clone(),
        merchant_id: merchant.merchant_id,
        token_requestor: merchant.token_requestor,
        back_url: back_url.to_owned(),
        channel_type: ChannelType::Mobile,
        signing_key_pem: merchant.signing_key_pem.parse().expect("a key"),
        signing_certificate_pem: merchant.signing_certificate_pem,
        encryption_certificate_pem: merchant.encryption_certificate_pem,
        root_certificates_pem: merchant.root_certificate_pem,
        middle_certificates_pem: merchant.middle_certificate_pem,
        signer_holder: merchant.signer_holder,
        allow_sha1_certificates: false,
        connect_timeout_milliseconds: 10_000,
        total_timeout_milliseconds: 60_000,
    }
}

pub(crate) fn sms_settings_for(sandbox: &Sandbox) -> sms::Settings {
    sms::Settings {
        url: sandbox.sms_url.clone(),
        key_name: sandbox.sms_key_name.clone(),
        key: sandbox.sms_key.parse().expect("a key"),
        connect_timeout_milliseconds: 10_000,
        total_timeout_milliseconds: 10_000,
    }
}
