//! What the log tells: never who someone is, nor a secret of theirs.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use sandbox::sms::SmsFault;
use sandbox::unionpay::{Fault, Operation};
use serde_json::{Value, json};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::support::{Api, PIN, TestApp, WANG};

/// All that our crates log while this process runs. Other tests log into it too: what must not be seen may not be seen
/// from them either.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct IntoLog;

impl Write for IntoLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn listen() {
    let ours = ["server", "store", "connectors", "settlement", "credential", "ledger", "benefit", "wire"];
    let ours = Targets::new().with_targets(ours.map(|name| (name, LevelFilter::TRACE)));
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| IntoLog);
    tracing_subscriber::registry().with(lines.with_filter(ours)).init();
}

fn log() -> String {
    String::from_utf8_lossy(&LOG.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

async fn is_refused(api: &Api, path: &str, body: Value) {
    let answer = api.post(path, body).await;
    assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
}

/// The same values as numbers, in lists, under wrong names and cut off.
async fn send_bad_bodies(api: &Api) {
    let number = |text: &str| text.parse::<u64>().expect("a number");
    let id_number = WANG.id_number();
    for (path, body) in [
        ("sms-codes", json!({ "phone": number(WANG.phone) })),
        ("sms-codes", json!([WANG.phone])),
        ("sessions", json!({ "phone": WANG.phone, "sms_code": number(PIN) })),
        ("credential/identity", json!({ "name": [WANG.name], "id_number": id_number.as_str() })),
        ("credential/identity", json!({ "name": WANG.name, "id_number": { "a": id_number.as_str() } })),
        ("credential/identity", json!({ "name": id_number.as_str(), "id_number": WANG.name })),
        ("credential", json!({ "pin": number(PIN) })),
        ("credential", json!({ "pin": [PIN] })),
        ("credential", json!(PIN)),
        ("bank-card", json!({ "card_number": number(WANG.card) })),
        ("bank-card", json!({ "card_number": format!("{}0", WANG.card) })),
        ("bank-card/confirmation", json!({ "sms_code": number(PIN) })),
    ] {
        is_refused(api, path, body).await;
    }
    for cut in
        [format!("{{\"pin\": {PIN}, \"pin\": {PIN}"), format!("{{\"{}\": 1}}", WANG.name), PIN.to_owned()]
    {
        let request = Request::post("/api/v1/credential").header("content-type", "application/json");
        let token = api.token.as_deref().expect("signed in");
        let request = request.header("authorization", format!("Bearer {token}")).body(Body::from(cut));
        assert!(api.send(request.expect("a request")).await.status.is_client_error());
    }
}

#[tokio::test]
async fn the_log_tells_of_no_person_and_no_secret() {
    listen();
    let app = TestApp::start().await;
    let mut api = app.api();
    app.sandbox.sms.fail_next(SmsFault::Refusal);
    is_unavailable(&api).await;
    app.advance(61);
    api.sign_in(&app, WANG.phone).await;
    send_bad_bodies(&api).await;
    api.activate(&WANG).await;
    send_bad_bodies(&api).await;
    // Answers of the bank that cannot be believed, then the right one.
    for fault in
        [Fault::NoAnswerAfterEffect, Fault::TamperedAnswer, Fault::AnswerToAnotherOrder, Fault::Refusal]
    {
        app.sandbox.unionpay.fail_next(Operation::OpenTokenSms, fault);
        let answer = api.post("bank-card", json!({ "card_number": WANG.card })).await;
        assert!(!answer.status.is_success(), "{fault:?}: {}", answer.body);
        app.advance(61);
    }
    api.bind_card(&app, &WANG).await;
    let code = api.post("credential/codes", json!({})).await.expect(StatusCode::CREATED);
    api.delete("sessions/current").await;
    let log = log();
    assert!(log.contains("a JSON body was refused"), "nothing was heard");
    assert!(log.contains("the SMS gateway refused a message"), "{log}");
    let id_number = WANG.id_number();
    let bank_token = {
        let id = WANG.id();
        let find = move |connection: &mut store::Connection| store::bank::latest(connection, id);
        app.app.database.read(find).await.expect("readable").and_then(|binding| binding.token).expect("bound")
    };
    for secret in [
        WANG.phone,
        id_number.as_str(),
        WANG.name,
        WANG.card,
        PIN,
        api.token.as_deref().expect("a token"),
        code.text("digits"),
        bank_token.expose(),
    ] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}

async fn is_unavailable(api: &Api) {
    let answer = api.post("sms-codes", json!({ "phone": WANG.phone })).await;
    answer.expect_problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable");
}
