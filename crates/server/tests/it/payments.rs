//! Paying the cash share, and what may go wrong on the way to the bank and back.

mod codes;
mod given_up;
mod jobs;
mod notifications;
mod outcomes;
mod paying;
mod refunds;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use model::Fen;
use sandbox::unionpay::{Account, Fault, Kind, Operation, TransactionView};
use serde_json::json;
use server::jobs::Rounds;
use server::{Settings, payments};
use settlement::OrderState;
use tokio::net::TcpListener;

use crate::support::care::{ONE_DRUG, Settled};
use crate::support::{Api, BALANCE, PIN, TestApp, TestPerson, WANG};

/// A person with a bill of 45.00 yuan and an open bank account.
struct Payer {
    app: TestApp,
    api: Api,
    settled: Settled,
}

/// A channel that does not answer is given up soon.
fn impatient(settings: &mut Settings) {
    settings.unionpay.total_timeout_milliseconds = 400;
}

impl Payer {
    async fn new() -> Self {
        Self::with(impatient).await
    }

    async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let app = TestApp::with(change, false).await;
        let api = app.payment_open(&WANG).await;
        let settled = app.settle(&WANG, &ONE_DRUG).await;
        assert_eq!(settled.cash, Fen::new(4_500));
        Self { app, api, settled }
    }

    /// A platform that the channel can reach with its notifications.
    async fn reachable() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let payer = Self::with(|settings| {
            impatient(settings);
            settings.unionpay.back_url = format!("http://{address}{}", payments::notifications::PATH);
        })
        .await;
        let router = payer.app.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        payer
    }

    fn path(&self) -> String {
        format!("bills/{}/payment", self.settled.order_id)
    }

    async fn begin(&self, pin: &str) -> crate::support::Answer {
        self.api.post(&self.path(), json!({ "cash": 4_500, "pin": pin })).await
    }

    async fn confirm_with(&self, code: &str) -> crate::support::Answer {
        self.api.post(&format!("{}/confirmation", self.path()), json!({ "sms_code": code })).await
    }

    /// Gives the PIN and the right code.
    async fn pay(&self) -> crate::support::Answer {
        self.begin(PIN).await.expect(StatusCode::OK);
        self.confirm_with(&self.app.bank_code(WANG.phone)).await
    }

    async fn state(&self) -> String {
        self.api.get(&self.path()).await.expect(StatusCode::OK).text("state").to_owned()
    }

    async fn order_state(&self) -> OrderState {
        self.app.order(&self.settled).await.state
    }

    fn transactions(&self, kind: Kind) -> Vec<TransactionView> {
        self.app.sandbox.unionpay.transactions().into_iter().filter(|view| view.kind == kind).collect()
    }

    fn balance(&self) -> Fen {
        self.app.sandbox.unionpay.balance(WANG.card).expect("an account")
    }

    fn set_balance(&self, balance: i64) {
        self.app.sandbox.unionpay.open_account(Account {
            card: WANG.card.to_owned(),
            name: WANG.name.to_owned(),
            id_number: WANG.id_number().as_str().to_owned(),
            phone: WANG.phone.to_owned(),
            balance: Fen::new(balance),
        });
    }

    fn fails(&self, operation: Operation, fault: Fault) {
        self.app.sandbox.unionpay.fail_next(operation, fault);
    }

    /// The jobs of a process that has just started.
    fn jobs(&self) -> Rounds {
        Rounds::new(&self.app.app)
    }

    async fn notify(&self, body: String) -> StatusCode {
        let request = Request::post(payments::notifications::PATH)
            .header("content-type", "application/x-www-form-urlencoded;charset=UTF-8")
            .body(Body::from(body));
        self.app.api().send(request.expect("a request")).await.status
    }

    /// The rightly signed notification of the only payment.
    fn notification(&self) -> String {
        let paid = self.only(Kind::Consume);
        self.app.sandbox.unionpay.notification_of(&paid.order, &paid.time).expect("a notification")
    }

    #[track_caller]
    fn only(&self, kind: Kind) -> TransactionView {
        let mut all = self.transactions(kind);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// Exactly one payment was taken from the account, and the order is paid by it.
    async fn assert_paid_once(&self) {
        let paid = self.only(Kind::Consume);
        assert_eq!((paid.amount, paid.code), (Fen::new(4_500), "00"));
        assert_eq!(self.balance(), BALANCE.minus(Fen::new(4_500)).expect("enough"));
        let OrderState::Paid { attempt, channel_reference, .. } = self.order_state().await else {
            panic!("paid, not {:?}", self.order_state().await);
        };
        assert_eq!((attempt.channel_order, channel_reference), (paid.order, paid.query_id));
        assert_eq!(self.state().await, "paid");
    }

    fn metric(&self, name: &str) -> u64 {
        let text = self.app.app.metrics.text().expect("metrics");
        let line = text.lines().find(|line| line.starts_with(&format!("yibao_{name} ")));
        let value =
            line.and_then(|line| line.rsplit(' ').next()).unwrap_or_else(|| panic!("{name} in {text}"));
        value.parse().expect("a number")
    }

    /// Waits until a counter moves, which a notification does in a task of the channel's own.
    async fn until(&self, what: &str, mut holds: impl AsyncFnMut(&Self) -> bool) {
        for _ in 0..200 {
            if holds(self).await {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{what} did not come");
    }

    /// Exactly one refund brought everything back.
    async fn assert_refunded_once(&self, person: &TestPerson) {
        let settled: Vec<_> =
            self.transactions(Kind::Refund).into_iter().filter(|view| view.code == "00").collect();
        assert_eq!(settled.iter().map(|view| view.amount).collect::<Vec<_>>(), [Fen::new(4_500)]);
        assert_eq!(self.only(Kind::Consume).refunded, Fen::new(4_500));
        assert_eq!(self.app.sandbox.unionpay.balance(person.card), Some(BALANCE));
        assert!(matches!(self.order_state().await, OrderState::Refunded { .. }));
    }
}
