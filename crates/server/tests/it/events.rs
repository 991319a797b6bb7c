//! Server-sent events: what open pages hear, and how they catch up.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Request, StatusCode, header};
use futures_util::StreamExt as _;
use model::InstitutionCode;
use server::http::session;
use settlement::Action;
use store::sessions::SessionKind;
use store::staff;
use tower::ServiceExt as _;

use crate::support::care::{ONE_DRUG, hospital};
use crate::support::{Browser, LI, TestApp, WANG};
use crate::terminal::{STAFF_NO, staffed};

/// An open stream, as far as it was read.
struct Stream {
    headers: HeaderMap,
    body: BodyDataStream,
    text: String,
}

impl Stream {
    async fn open(app: &TestApp, path: &str, cookie: &str, last_seen: Option<&str>) -> Self {
        let mut request = Request::get(path).header("cookie", cookie).header("accept-encoding", "gzip");
        if let Some(id) = last_seen {
            request = request.header("last-event-id", id);
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = app.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        let (parts, body) = response.into_parts();
        let mut stream = Self { headers: parts.headers, body: body.into_data_stream(), text: String::new() };
        stream.hear("retry:").await;
        // Let the stream find where it begins before anything happens.
        tokio::time::sleep(Duration::from_millis(50)).await;
        stream
    }

    async fn of(app: &TestApp, browser: &Browser, path: &str, last_seen: Option<&str>) -> Self {
        Self::open(app, path, &cookies(browser), last_seen).await
    }

    async fn next(&mut self, wait: Duration) -> Option<String> {
        let piece = tokio::time::timeout(wait, self.body.next()).await.ok()??.expect("readable");
        Some(String::from_utf8(piece.to_vec()).expect("text"))
    }

    /// Reads on until `wanted` has come; returns everything that has come since the last time.
    async fn hear(&mut self, wanted: &str) -> String {
        while !self.text.contains(wanted) {
            let Some(piece) = self.next(Duration::from_secs(5)).await else {
                panic!("{wanted} did not come after: {}", self.text);
            };
            self.text.push_str(&piece);
        }
        std::mem::take(&mut self.text)
    }

    /// Nothing comes for a while.
    async fn hear_nothing(&mut self) {
        let heard = self.next(Duration::from_millis(300)).await;
        assert_eq!(heard, None);
    }
}

fn cookies(browser: &Browser) -> String {
    browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

/// The session of a member of staff, as their browser sends it.
async fn staff_cookie(app: &TestApp, institution: &InstitutionCode) -> String {
    let subject = session::staff_subject(institution, STAFF_NO);
    let token = session::begin(&app.app, SessionKind::Staff, subject).await.expect("a session");
    format!("__Host-session={token}")
}

/// The identifier of the last event in what was heard.
fn id(heard: &str) -> String {
    let line = heard.lines().rev().find_map(|line| line.strip_prefix("id:"));
    line.unwrap_or_else(|| panic!("an id in {heard}")).trim().to_owned()
}

#[tokio::test]
async fn a_bill_reaches_the_open_pages_of_its_owner_alone() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    app.activated(&LI).await;
    let (wang, li) = (app.browser_of(&WANG).await, app.browser_of(&LI).await);
    let mut own = Stream::of(&app, &wang, "/events", None).await;
    let mut others = Stream::of(&app, &li, "/events", None).await;
    assert_eq!(own.headers["content-type"], "text/event-stream");
    assert_eq!(own.headers["x-accel-buffering"], "no");
    assert_eq!(own.headers["cache-control"], "no-cache");
    assert!(!own.headers.contains_key("content-encoding"), "an event must not wait for a compressor");
    let settled = app.settle(&WANG, &ONE_DRUG).await;
    let heard = own.hear(&format!("id=\"bill-{}\"", settled.order_id)).await;
    assert!(heard.contains("event: fragment"), "{heard}");
    assert!(heard.contains("45.00"), "{heard}");
    assert!(heard.contains("id: "), "{heard}");
    others.hear_nothing().await;
    // What came by push is on the page too.
    let mut browser = wang;
    browser.get("/bills").await.assert_contains(&format!("id=\"bill-{}\"", settled.order_id));
}

#[tokio::test]
async fn a_page_that_comes_back_hears_what_it_missed_and_nothing_twice() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let browser = app.browser_of(&WANG).await;
    let mut stream = Stream::of(&app, &browser, "/events", None).await;
    let first = app.settle(&WANG, &ONE_DRUG).await;
    let seen = id(&stream.hear(&format!("bill-{}", first.order_id)).await);
    drop(stream);
    app.advance(3_600);
    let missed = app.settle(&WANG, &ONE_DRUG).await;
    app.use_code(&WANG, 77).await;
    let mut again = Stream::of(&app, &browser, "/events", Some(&seen)).await;
    let heard = again.hear("id=\"code-card\"").await;
    assert!(heard.contains(&format!("bill-{}", missed.order_id)), "{heard}");
    assert!(!heard.contains(&format!("bill-{}", first.order_id)), "{heard}");
    again.hear_nothing().await;
    // Paid at the window: the same bill again, in its new state.
    app.at_hospital(&WANG, Action::TakeCash { order_id: first.order_id }).await;
    let heard = again.hear(&format!("bill-{}", first.order_id)).await;
    assert!(heard.contains("已支付"), "{heard}");
}

#[tokio::test]
async fn a_page_that_was_away_too_long_looks_at_itself_again() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let browser = app.browser_of(&WANG).await;
    app.settle(&WANG, &ONE_DRUG).await;
    let unknown = "01JZZZZZZZZZZZZZZZZZZZZZZZ";
    let mut stream = Stream::of(&app, &browser, "/events", Some(unknown)).await;
    stream.hear("event: changed").await;
}

#[tokio::test]
async fn a_page_hears_of_a_bill_that_came_while_it_was_being_shown() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let browser = app.browser_of(&WANG).await;
    app.use_code(&WANG, 78).await;
    let settled = app.settle(&WANG, &ONE_DRUG).await;
    app.advance(2);
    let mut stream = Stream::of(&app, &browser, "/events", None).await;
    let heard = stream.hear(&format!("bill-{}", settled.order_id)).await;
    assert!(
        !heard.contains("code-card"),
        "the code on the page is newer than the one that was used: {heard}"
    );
    app.advance(60);
    let mut later = Stream::of(&app, &browser, "/events", None).await;
    later.hear_nothing().await;
}

#[tokio::test]
async fn the_code_card_tells_who_used_the_code() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let browser = app.browser_of(&WANG).await;
    let mut stream = Stream::of(&app, &browser, "/events", None).await;
    app.use_code(&WANG, 79).await;
    let heard = stream.hear("示例市第一医院").await;
    assert!(heard.contains("王*明"), "{heard}");
    assert!(!heard.contains(WANG.name), "{heard}");
}

#[tokio::test]
async fn the_page_of_a_bill_hears_of_that_bill_alone() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let browser = app.browser_of(&WANG).await;
    let shown = app.settle(&WANG, &ONE_DRUG).await;
    app.advance(60);
    let path = format!("/events?bill={}", shown.order_id);
    let mut stream = Stream::of(&app, &browser, &path, None).await;
    app.settle(&WANG, &ONE_DRUG).await;
    app.use_code(&WANG, 80).await;
    stream.hear_nothing().await;
    app.at_hospital(&WANG, Action::TakeCash { order_id: shown.order_id }).await;
    let heard = stream.hear("event: changed").await;
    assert!(!heard.contains("fragment"), "{heard}");
}

#[tokio::test]
async fn the_terminal_sees_the_payment_of_its_own_bills() {
    let app = staffed().await;
    app.activated(&WANG).await;
    let cookie = staff_cookie(&app, &hospital()).await;
    let elsewhere = staff_cookie(&app, &"P33020000001".parse().expect("a code")).await;
    let mut stream = Stream::open(&app, "/t/events", &cookie, None).await;
    let mut other = Stream::open(&app, "/t/events", &elsewhere, None).await;
    let settled = app.settle(&WANG, &ONE_DRUG).await;
    let heard = stream.hear(&format!("id=\"payment-{}\"", settled.visit_id)).await;
    assert!(heard.contains("event: fragment"), "{heard}");
    assert!(!heard.contains(WANG.name), "{heard}");
    app.at_hospital(&WANG, Action::TakeCash { order_id: settled.order_id }).await;
    let heard = stream.hear(&format!("id=\"payment-{}\"", settled.visit_id)).await;
    assert!(heard.contains("10:0"), "when it was paid: {heard}");
    other.hear_nothing().await;
    // A terminal that comes back looks at itself again.
    let mut back = Stream::open(&app, "/t/events", &cookie, Some(&id(&heard))).await;
    back.hear("event: changed").await;
}

#[tokio::test]
async fn a_terminal_without_news_looks_at_itself_again_as_another_process_may_have_some() {
    let app = staffed().await;
    let cookie = staff_cookie(&app, &hospital()).await;
    let mut stream = Stream::open(&app, "/t/events", &cookie, None).await;
    stream.hear_nothing().await;
    let mut heard = String::new();
    while !heard.contains("event: changed") {
        heard.push_str(&stream.next(Duration::from_secs(20)).await.expect("a sign every 15 seconds"));
    }
}

#[tokio::test]
async fn staff_who_may_no_longer_log_in_hear_nothing() {
    let app = staffed().await;
    let cookie = staff_cookie(&app, &hospital()).await;
    let leave = |transaction: &mut store::Transaction<'_>| {
        staff::set_active(transaction, &hospital(), STAFF_NO, false)
    };
    app.app.database.write::<_, store::StoreError, _>(leave).await.expect("left");
    let request = Request::get("/t/events").header(header::COOKIE, cookie).body(Body::empty());
    let answer = app.router.clone().oneshot(request.expect("a request")).await.expect("an answer");
    assert!(answer.status().is_redirection(), "{}", answer.status());
    assert_eq!(answer.headers()[header::LOCATION], "/t/login?notice=ended");
}

#[tokio::test]
async fn only_who_is_signed_in_hears_anything() {
    let app = TestApp::start().await;
    for (path, login) in [("/events", "/login?notice=ended"), ("/t/events", "/t/login?notice=ended")] {
        let answer = app.browser().send(path, None).await;
        assert!(answer.status.is_redirection(), "{}", answer.status);
        assert_eq!(answer.headers["location"], login);
    }
}

#[tokio::test]
async fn streams_end_when_the_platform_stops() {
    let app = TestApp::start().await;
    app.activated(&WANG).await;
    let browser = app.browser_of(&WANG).await;
    let mut stream = Stream::of(&app, &browser, "/events", None).await;
    app.app.push.close();
    let end = tokio::time::timeout(Duration::from_secs(5), stream.body.next()).await.expect("ends");
    assert!(end.is_none(), "{end:?}");
}
