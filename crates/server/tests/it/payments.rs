//! Paying the cash share, and what may go wrong on the way to the bank and back.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use model::{Fen, Instant};
use sandbox::unionpay::{Account, Fault, Kind, Operation, TransactionView};
use serde_json::{Value, json};
use server::jobs::Rounds;
use server::{Settings, payments};
use settlement::{Action, Actor, OrderState};
use store::SubmitError;
use tokio::net::TcpListener;

use crate::support::care::{ONE_DRUG, Settled};
use crate::support::{Api, BALANCE, LI, PIN, TestApp, TestPerson, WANG};

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
}

#[tokio::test]
async fn a_bill_is_paid_on_the_pages() {
    let payer = Payer::new().await;
    let mut browser = payer.app.browser_of(&WANG).await;
    let id = payer.settled.order_id;
    let bill = browser.get(&format!("/bills/{id}")).await;
    bill.assert_contains(&format!("href=\"/bills/{id}/pay\""));
    let pin = browser.get(&format!("/bills/{id}/pay")).await;
    pin.assert_contains("45.00");
    pin.assert_contains("0016");
    let code = browser.submit(&format!("/bills/{id}/pay"), &[("cash_fen", "4500"), ("pin", PIN)]).await;
    assert_eq!(code.path, format!("/bills/{id}/pay/code"));
    code.assert_contains("139****0001");
    let sms = payer.app.bank_code(WANG.phone);
    let paid = browser.submit(&format!("/bills/{id}/pay/code"), &[("sms_code", &sms)]).await;
    assert_eq!((paid.status, paid.path.as_str()), (StatusCode::OK, format!("/bills/{id}/paid").as_str()));
    paid.assert_contains("class=\"outcome success\"");
    payer.assert_paid_once().await;
    assert_eq!(payer.metric("payments_total"), 1);
    let receipt = browser.get(&format!("/bills/{id}/receipt")).await;
    receipt.assert_contains("0016");
    // The pages of the payment lead on; none pays again.
    let again = browser.get(&format!("/bills/{id}/pay")).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    again.assert_contains("已经付过");
    let code_again = browser.get(&format!("/bills/{id}/pay/code")).await;
    assert_eq!(code_again.path, format!("/bills/{id}"));
    let bill = payer.api.get(&format!("bills/{id}")).await.expect(StatusCode::OK).body;
    assert_eq!(
        (&bill["payment"]["method"], &bill["payment"]["card_tail"]),
        (&Value::from("bank_card"), &Value::from("0016"))
    );
}

#[tokio::test]
async fn a_wrong_pin_sends_no_code_and_moves_nothing() {
    let payer = Payer::new().await;
    let before = payer.app.sandbox.unionpay.sent_codes(WANG.phone).len();
    let refused = payer.begin("246802").await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "pin_wrong");
    assert_eq!(refused.field(), "pin");
    payer.begin("12").await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "pin_format");
    assert_eq!(payer.order_state().await, OrderState::Due);
    assert_eq!(payer.app.sandbox.unionpay.sent_codes(WANG.phone).len(), before);
    let mut browser = payer.app.browser_of(&WANG).await;
    let path = format!("/bills/{}/pay", payer.settled.order_id);
    browser.get(&path).await;
    let page = browser.submit(&path, &[("cash_fen", "4500"), ("pin", "246802")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.assert_contains("id=\"pin-error\"");
    for _ in 0..2 {
        payer.begin("246802").await;
    }
    payer.begin("246802").await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "pin_locked");
    payer.begin(PIN).await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "pin_locked");
}

#[tokio::test]
async fn a_wrong_code_from_the_bank_costs_nothing_and_can_be_tried_again() {
    let payer = Payer::new().await;
    payer.begin(PIN).await.expect(StatusCode::OK);
    let malformed = payer.confirm_with("12x").await;
    assert_eq!(
        malformed.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "sms_code_format").field(),
        "sms_code"
    );
    let right = payer.app.bank_code(WANG.phone);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    payer.confirm_with(wrong).await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "bank_code_wrong");
    assert_eq!(payer.order_state().await, OrderState::Due);
    assert_eq!(payer.balance(), BALANCE);
    // The try is over: its right code is of no use any more.
    payer.confirm_with(&right).await.expect_problem(StatusCode::FORBIDDEN, "form_expired");
    payer.pay().await.expect(StatusCode::OK);
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn a_wrong_code_leads_the_page_back_to_the_pin() {
    let payer = Payer::new().await;
    let mut browser = payer.app.browser_of(&WANG).await;
    let path = format!("/bills/{}/pay", payer.settled.order_id);
    browser.get(&path).await;
    browser.submit(&path, &[("cash_fen", "4500"), ("pin", PIN)]).await;
    let malformed = browser.submit(&format!("{path}/code"), &[("sms_code", "12")]).await;
    malformed.assert_contains("id=\"sms_code-error\"");
    let right = payer.app.bank_code(WANG.phone);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let refused = browser.submit(&format!("{path}/code"), &[("sms_code", wrong)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_contains("银行说验证码不对");
    assert!(refused.has_form(&path), "{}", refused.html);
}

#[tokio::test]
async fn too_little_money_is_told_and_the_bill_can_be_paid_when_there_is_enough() {
    let payer = Payer::new().await;
    payer.set_balance(4_499);
    payer.pay().await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "insufficient_funds");
    assert_eq!((payer.state().await.as_str(), payer.balance()), ("pending", Fen::new(4_499)));
    payer.set_balance(BALANCE.get());
    payer.pay().await.expect(StatusCode::OK);
    assert_eq!(payer.state().await, "paid");
    assert_eq!(payer.balance(), BALANCE.minus(Fen::new(4_500)).expect("enough"));
}

#[tokio::test]
async fn an_answer_that_is_lost_after_the_payment_is_found_out_and_nothing_is_paid_twice() {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::NoAnswerAfterEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    assert_eq!(payer.state().await, "confirming");
    assert_eq!(payer.metric("payments_unknown_total"), 1);
    // Nothing can be done to the bill until the outcome is known.
    payer.begin(PIN).await.expect_problem(StatusCode::BAD_GATEWAY, "payment_unknown");
    let code = payer.app.bank_code(WANG.phone);
    payer.confirm_with(&code).await.expect_problem(StatusCode::BAD_GATEWAY, "payment_unknown");
    let mut browser = payer.app.browser_of(&WANG).await;
    let page = browser.get(&format!("/bills/{}/paid", payer.settled.order_id)).await;
    page.assert_contains("正在向银行确认");
    // Two processes find it at once.
    let (mut jobs, mut others) = (payer.jobs(), payer.jobs());
    tokio::join!(jobs.run(), others.run());
    payer.assert_paid_once().await;
    jobs.run().await;
    payer.assert_paid_once().await;
    assert_eq!(payer.metric("orders_unresolved"), 0);
}

#[tokio::test]
async fn a_payment_that_never_reached_the_channel_is_given_up_in_the_end_and_can_be_made_again() {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::NoAnswerBeforeEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let mut jobs = payer.jobs();
    jobs.run().await;
    // The channel says that there is no such order; it may still be on its way.
    assert_eq!(payer.state().await, "confirming");
    assert_eq!(payer.metric("orders_unresolved"), 1);
    payer.app.advance(599);
    jobs.run().await;
    assert_eq!(payer.state().await, "confirming");
    payer.app.advance(20);
    jobs.run().await;
    assert_eq!(payer.order_state().await, OrderState::Due);
    payer.pay().await.expect(StatusCode::OK);
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn what_the_channel_decides_later_is_asked_for_until_it_is_known() {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::PendingThenSuccess);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let mut jobs = payer.jobs();
    jobs.run().await;
    assert_eq!(payer.state().await, "confirming");
    payer.app.advance(5);
    jobs.run().await;
    payer.assert_paid_once().await;

    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::PendingThenRefusal);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let mut jobs = payer.jobs();
    jobs.run().await;
    payer.app.advance(5);
    jobs.run().await;
    assert_eq!((payer.order_state().await, payer.balance()), (OrderState::Due, BALANCE));
}

#[tokio::test]
async fn questions_to_the_channel_become_rarer() {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::NoAnswerAfterEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let mut jobs = payer.jobs();
    payer.fails(Operation::Query, Fault::BadGateway);
    jobs.run().await;
    assert_eq!(payer.metric("payments_unknown_total"), 2, "asked once at the start");
    payer.app.advance(4);
    jobs.run().await;
    assert_eq!(payer.state().await, "confirming", "not asked again before five seconds have passed");
    payer.app.advance(1);
    jobs.run().await;
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn answers_that_prove_nothing_leave_the_outcome_open() {
    for fault in [
        Fault::TamperedAnswer,
        Fault::ForeignCertificate,
        Fault::ExpiredCertificate,
        Fault::AnswerToAnotherOrder,
        Fault::BrokenAnswer,
        Fault::BadGateway,
        Fault::UnlistedCode,
    ] {
        let payer = Payer::new().await;
        payer.fails(Operation::Consume, fault);
        payer.pay().await.expect(StatusCode::ACCEPTED);
        assert_eq!(payer.state().await, "confirming", "{fault:?}");
        // Asked with an answer that proves nothing either, it stays open.
        payer.fails(Operation::Query, Fault::TamperedAnswer);
        let mut jobs = payer.jobs();
        jobs.run().await;
        assert_eq!(payer.state().await, "confirming", "{fault:?}");
        payer.app.advance(620);
        jobs.run().await;
        let moved = !payer.transactions(Kind::Consume).is_empty();
        assert_eq!(payer.state().await, if moved { "paid" } else { "pending" }, "{fault:?}");
    }
}

#[tokio::test]
async fn a_notification_pays_the_bill_once_however_often_it_comes() {
    let payer = Payer::reachable().await;
    payer.fails(Operation::Consume, Fault::DuplicateNotification);
    payer.fails(Operation::Query, Fault::BadGateway);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    payer.until("the notification", async |payer| payer.state().await == "paid").await;
    payer.assert_paid_once().await;
    for _ in 0..3 {
        assert_eq!(payer.notify(payer.notification()).await, StatusCode::OK);
    }
    payer.assert_paid_once().await;
    assert_eq!(payer.metric("payments_total"), 1);
    assert_eq!(payer.metric("payments_doubtful_total"), 0);
    // Neither the jobs nor the revocation are disturbed by what came twice.
    payer.jobs().run().await;
    payer.app.revoke(&WANG, &payer.settled).await.expect("revoked");
    assert_eq!(payer.notify(payer.notification()).await, StatusCode::OK);
    assert!(matches!(payer.order_state().await, OrderState::Refunding { .. }));
}

#[tokio::test]
async fn a_notification_that_is_faster_than_the_answer_pays_the_bill_once() {
    let payer = Payer::reachable().await;
    payer.fails(Operation::Consume, Fault::NotificationBeforeAnswer);
    payer.pay().await.expect(StatusCode::OK);
    payer.assert_paid_once().await;
    assert_eq!(payer.metric("payments_total"), 1);
    assert_eq!(payer.metric("payments_doubtful_total"), 0);
}

#[tokio::test]
async fn a_notification_with_another_amount_pays_nothing() {
    let payer = Payer::reachable().await;
    payer.fails(Operation::Consume, Fault::WrongAmountInNotification);
    payer.fails(Operation::Query, Fault::BadGateway);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    payer.until("the notification", async |payer| payer.metric("payments_doubtful_total") > 0).await;
    assert_eq!(payer.state().await, "confirming");
    assert_eq!(payer.metric("payments_total"), 0);
    // What the channel says when it is asked is right.
    payer.jobs().run().await;
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn a_forged_notification_pays_nothing() {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::NoAnswerAfterEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let right = payer.notification();
    let forgeries = [
        String::new(),
        "orderId=1".to_owned(),
        right.replace("txnAmt=4500", "txnAmt=4501"),
        right.replace("respCode=00", "respCode=64"),
        right.split('&').filter(|pair| !pair.starts_with("signature=")).collect::<Vec<_>>().join("&"),
        format!("{right}&txnAmt=1"),
    ];
    for forged in forgeries {
        assert_ne!(forged, right);
        assert_eq!(payer.notify(forged).await, StatusCode::BAD_REQUEST);
        assert_eq!(payer.state().await, "confirming");
    }
    assert_eq!(payer.notify(right).await, StatusCode::OK);
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn a_notification_signed_by_a_stranger_pays_nothing() {
    let payer = Payer::reachable().await;
    payer.fails(Operation::Consume, Fault::ForgedNotification);
    payer.fails(Operation::Query, Fault::BadGateway);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    // Wait as long as a right notification would have taken many times over.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(payer.state().await, "confirming");
    assert_eq!(payer.metric("payments_total"), 0);
}

#[tokio::test]
async fn a_payment_that_nobody_ordered_is_told_to_the_operator() {
    let payer = Payer::new().await;
    let latest = |connection: &mut store::Connection| store::bank::latest(connection, WANG.id());
    let binding = payer.app.app.database.read(latest).await.expect("readable").expect("a binding");
    let token = binding.token.expect("a token").expose().parse().expect("a token");
    let now = payer.app.app.clock.now();
    let stray = connectors::unionpay::Order::new("STRAYORDER000001", now).expect("an order");
    let unionpay = &payer.app.app.unionpay;
    unionpay.consume_sms(&stray, &token, Fen::new(4_500), now).await.map(|_| ()).expect("sent");
    let code = payer.app.bank_code(WANG.phone).parse().expect("a code");
    unionpay.consume(&stray, &token, Fen::new(4_500), &code, now).await.map(|_| ()).expect("sent");
    assert_eq!(payer.notify(payer.notification()).await, StatusCode::NOT_FOUND);
    assert_eq!(payer.metric("payments_doubtful_total"), 1);
    assert_eq!(payer.order_state().await, OrderState::Due);
}

#[tokio::test]
async fn money_that_moved_for_a_try_that_was_given_up_is_not_taken_for_another() {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::NoAnswerAfterEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let late = payer.notification();
    // The channel claims not to know the order until it is given up.
    let OrderState::Paying { attempt } = payer.order_state().await else { panic!("paying") };
    let reason = settlement::PaymentResult::Refused { reason: "given up".to_owned() };
    let action = Action::ResolvePayment {
        order_id: payer.settled.order_id,
        channel_order: attempt.channel_order,
        result: reason,
    };
    payer.app.act(&WANG, Actor::Platform, action).await.expect("given up");
    payer.begin(PIN).await.expect(StatusCode::OK);
    assert_eq!(payer.notify(late).await, StatusCode::CONFLICT);
    assert_eq!(payer.metric("payments_doubtful_total"), 1);
    assert!(matches!(payer.order_state().await, OrderState::Authorising { .. }));
}

#[tokio::test]
async fn a_bill_can_be_paid_by_its_owner_alone() {
    let payer = Payer::new().await;
    let other = payer.app.payment_open(&LI).await;
    let path = payer.path();
    other.get(&path).await.expect_problem(StatusCode::NOT_FOUND, "bill_not_found");
    let begin = json!({ "cash": 4_500, "pin": PIN });
    other.post(&path, begin.clone()).await.expect_problem(StatusCode::NOT_FOUND, "bill_not_found");
    payer.begin(PIN).await.expect(StatusCode::OK);
    let code = payer.app.bank_code(WANG.phone);
    let confirmation = json!({ "sms_code": code });
    let confirm = format!("{path}/confirmation");
    other.post(&confirm, confirmation.clone()).await.expect_problem(StatusCode::NOT_FOUND, "bill_not_found");
    other
        .post(&format!("{path}/code"), Value::Null)
        .await
        .expect_problem(StatusCode::NOT_FOUND, "bill_not_found");
    payer
        .app
        .api()
        .post(&confirm, confirmation)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
    payer.app.api().post(&path, begin).await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
    assert!(payer.transactions(Kind::Consume).is_empty());
}

#[tokio::test]
async fn without_level_two_nothing_is_paid() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    let settled = app.settle(&WANG, &ONE_DRUG).await;
    let path = format!("bills/{}/payment", settled.order_id);
    let begun = api.post(&path, json!({ "cash": 4_500, "pin": PIN })).await;
    begun.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "payment_not_open");
    assert_eq!(app.order(&settled).await.state, OrderState::Due);
}

#[tokio::test]
async fn another_amount_than_the_person_saw_is_not_paid() {
    let payer = Payer::new().await;
    let begun = payer.api.post(&payer.path(), json!({ "cash": 4_400, "pin": PIN })).await;
    begun.expect_problem(StatusCode::CONFLICT, "bill_changed");
    assert_eq!(payer.order_state().await, OrderState::Due);
}

#[tokio::test]
async fn another_code_can_be_had_after_a_minute_and_the_first_is_then_void() {
    let payer = Payer::new().await;
    let again = format!("{}/code", payer.path());
    payer.api.post(&again, Value::Null).await.expect_problem(StatusCode::FORBIDDEN, "form_expired");
    payer.begin(PIN).await.expect(StatusCode::OK);
    let first = payer.app.bank_code(WANG.phone);
    payer.api.post(&again, Value::Null).await.expect_problem(StatusCode::TOO_MANY_REQUESTS, "sms_too_soon");
    payer.app.advance(60);
    payer.api.post(&again, Value::Null).await.expect(StatusCode::OK);
    let second = payer.app.bank_code(WANG.phone);
    if first != second {
        payer.confirm_with(&first).await.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "bank_code_wrong");
        payer.begin(PIN).await.expect(StatusCode::OK);
    }
    payer.confirm_with(&payer.app.bank_code(WANG.phone)).await.expect(StatusCode::OK);
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn a_code_serves_for_five_minutes() {
    let payer = Payer::new().await;
    payer.begin(PIN).await.expect(StatusCode::OK);
    payer.app.advance(payments::service::CODE_SECONDS + 1);
    let code = payer.app.bank_code(WANG.phone);
    payer.confirm_with(&code).await.expect_problem(StatusCode::FORBIDDEN, "form_expired");
    assert!(payer.transactions(Kind::Consume).is_empty());
    payer.pay().await.expect(StatusCode::OK);
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn a_bank_that_sends_no_code_leaves_the_bill_as_it_was() {
    for (fault, status, problem) in [
        (Fault::BadGateway, StatusCode::BAD_GATEWAY, "bank_unreachable"),
        (Fault::Refusal, StatusCode::UNPROCESSABLE_ENTITY, "insufficient_funds"),
    ] {
        let payer = Payer::new().await;
        payer.fails(Operation::ConsumeSms, fault);
        payer.begin(PIN).await.expect_problem(status, problem);
        assert_eq!(payer.order_state().await, OrderState::Due);
        payer.pay().await.expect(StatusCode::OK);
        payer.assert_paid_once().await;
    }
}

#[tokio::test]
async fn confirming_twice_at_once_pays_once() {
    let payer = Payer::new().await;
    payer.begin(PIN).await.expect(StatusCode::OK);
    let code = payer.app.bank_code(WANG.phone);
    let (one, two) = tokio::join!(payer.confirm_with(&code), payer.confirm_with(&code));
    let paid = [&one, &two].iter().filter(|answer| answer.status.is_success()).count();
    assert_eq!(paid, 1, "{one:?} {two:?}");
    payer.assert_paid_once().await;
}

#[tokio::test]
async fn cash_at_the_window_ends_a_payment_that_was_only_begun() {
    let payer = Payer::new().await;
    payer.begin(PIN).await.expect(StatusCode::OK);
    payer.app.at_hospital(&WANG, Action::TakeCash { order_id: payer.settled.order_id }).await;
    let code = payer.app.bank_code(WANG.phone);
    payer.confirm_with(&code).await.expect_problem(StatusCode::CONFLICT, "bill_already_paid");
    assert!(payer.transactions(Kind::Consume).is_empty());
    assert_eq!(payer.balance(), BALANCE);
}

#[tokio::test]
async fn a_settlement_is_not_revoked_while_its_payment_is_under_way() {
    let payer = Payer::new().await;
    payer.fails(Operation::Consume, Fault::NoAnswerAfterEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let refused = payer.app.revoke(&WANG, &payer.settled).await.expect_err("refused");
    assert_eq!(refused, SubmitError::Refused(settlement::Refusal::PaymentUnderWay));
    payer.jobs().run().await;
    payer.app.revoke(&WANG, &payer.settled).await.expect("revoked");
}

#[tokio::test]
async fn a_bill_that_was_revoked_cannot_be_paid() {
    let payer = Payer::new().await;
    payer.begin(PIN).await.expect(StatusCode::OK);
    payer.app.revoke(&WANG, &payer.settled).await.expect("revoked");
    let code = payer.app.bank_code(WANG.phone);
    payer.confirm_with(&code).await.expect_problem(StatusCode::CONFLICT, "bill_cancelled");
    payer.begin(PIN).await.expect_problem(StatusCode::CONFLICT, "bill_cancelled");
    assert_eq!(payer.balance(), BALANCE);
}

/// A bill that was paid and then revoked.
async fn revoked_after_payment() -> Payer {
    let payer = Payer::new().await;
    payer.pay().await.expect(StatusCode::OK);
    payer.app.advance(600);
    payer.app.revoke(&WANG, &payer.settled).await.expect("revoked");
    assert_eq!(payer.state().await, "refunding");
    payer
}

impl Payer {
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

#[tokio::test]
async fn money_goes_back_to_the_fen_after_a_revocation() {
    let payer = revoked_after_payment().await;
    let (mut jobs, mut others) = (payer.jobs(), payer.jobs());
    tokio::join!(jobs.run(), others.run());
    // Where both asked before either had sent, the second learns by its next question that it is done.
    payer.app.advance(5);
    jobs.run().await;
    others.run().await;
    payer.assert_refunded_once(&WANG).await;
    let bill = payer.api.get(&format!("bills/{}", payer.settled.order_id)).await.expect(StatusCode::OK).body;
    assert_eq!((&bill["state"], &bill["payment"]), (&Value::from("refunded"), &Value::Null));
    assert!(bill["refunded_at"].as_str().is_some_and(|at| at.starts_with("2026-04-12 10:1")), "{bill}");
    jobs.run().await;
    payer.assert_refunded_once(&WANG).await;
    // What the channel told of the payment before is still known.
    assert_eq!(payer.notify(payer.notification()).await, StatusCode::OK);
    let refund = payer.only(Kind::Refund);
    let told =
        payer.app.sandbox.unionpay.notification_of(&refund.order, &refund.time).expect("a notification");
    assert_eq!(payer.notify(told).await, StatusCode::OK);
    assert_eq!(payer.metric("payments_doubtful_total"), 0);
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_made_once() {
    for fault in [
        Fault::NoAnswerAfterEffect,
        Fault::NoAnswerBeforeEffect,
        Fault::PendingThenSuccess,
        Fault::BrokenAnswer,
    ] {
        let payer = revoked_after_payment().await;
        payer.fails(Operation::Refund, fault);
        let mut jobs = payer.jobs();
        jobs.run().await;
        assert_eq!(payer.state().await, "refunding", "{fault:?}");
        for _ in 0..3 {
            payer.app.advance(60);
            jobs.run().await;
        }
        payer.assert_refunded_once(&WANG).await;
    }
}

#[tokio::test]
async fn a_refund_that_the_channel_tells_of_is_booked() {
    let payer = revoked_after_payment().await;
    payer.fails(Operation::Refund, Fault::NoAnswerAfterEffect);
    payer.jobs().run().await;
    let refund = payer.only(Kind::Refund);
    let told =
        payer.app.sandbox.unionpay.notification_of(&refund.order, &refund.time).expect("a notification");
    assert_eq!(payer.notify(told).await, StatusCode::OK);
    payer.assert_refunded_once(&WANG).await;
}

#[tokio::test]
async fn a_refund_that_was_refused_is_tried_again_under_another_number() {
    let payer = revoked_after_payment().await;
    payer.fails(Operation::Refund, Fault::Refusal);
    let mut jobs = payer.jobs();
    jobs.run().await;
    assert_eq!(payer.state().await, "refunding");
    payer.app.advance(60);
    jobs.run().await;
    payer.assert_refunded_once(&WANG).await;
    let numbers: Vec<_> = payer.transactions(Kind::Refund).into_iter().map(|view| view.order).collect();
    assert_eq!(numbers.len(), 2);
    assert_eq!(numbers[1], format!("{}R1", numbers[0]));
}

#[tokio::test]
async fn the_jobs_run_by_themselves_and_stop_when_told() {
    let payer = Payer::with(|settings| {
        impatient(settings);
        settings.jobs.pause_milliseconds = 20;
    })
    .await;
    payer.fails(Operation::Consume, Fault::NoAnswerAfterEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = server::jobs::start(payer.app.app.clone(), async move {
        let _ = stopped.await;
    });
    payer.until("the outcome", async |payer| payer.state().await == "paid").await;
    payer.app.revoke(&WANG, &payer.settled).await.expect("revoked");
    payer.until("the refund", async |payer| payer.state().await == "refunded").await;
    payer.assert_refunded_once(&WANG).await;
    let seen = payer.metric("jobs_finished");
    assert_eq!(i64::try_from(seen).expect("seconds"), payer.app.app.clock.now().milliseconds() / 1000);
    stop.send(()).expect("running");
    tokio::time::timeout(std::time::Duration::from_secs(5), running).await.expect("stops").expect("in peace");
}

#[tokio::test]
async fn the_jobs_forget_sessions_that_have_ended() {
    let payer = Payer::new().await;
    let forget = |now: Instant| {
        payer.app.app.database.write(move |transaction| store::sessions::forget_expired(transaction, now))
    };
    payer.jobs().run().await;
    payer.api.get("bills").await.expect(StatusCode::OK);
    payer.app.advance(13 * 3600);
    payer.jobs().run().await;
    assert_eq!(
        forget(payer.app.app.clock.now()).await,
        Ok::<_, store::StoreError>(0),
        "nothing is left to forget"
    );
    payer.api.get("bills").await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
}

#[tokio::test]
async fn the_jobs_empty_the_outbox() {
    let payer = Payer::new().await;
    let waiting = || payer.app.app.database.read(|connection| store::outbox::pending(connection, 10));
    assert!(!waiting().await.expect("readable").is_empty());
    payer.jobs().run().await;
    assert_eq!(waiting().await, Ok::<_, store::StoreError>(Vec::new()));
}
