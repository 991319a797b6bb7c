//! Logging in and out at a terminal.

use axum::http::StatusCode;
use store::{institutions, staff};

use super::{PASSWORD, STAFF_NO, at_desk, log_in, staffed};
use crate::support::care::hospital;
use crate::support::{Browser, TestApp, WANG};

/// The page without what differs between any two: the form token.
fn without_token(html: &str, browser: &Browser) -> String {
    let token = browser.page().csrf().expect("a form token");
    html.replace(token, "")
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same() {
    let app = staffed().await;
    let mut answers = Vec::new();
    for (institution, staff_no, password) in [
        ("H33020000001", STAFF_NO, "wrong"),
        ("H33020000001", "999", PASSWORD),
        ("H33020009999", STAFF_NO, PASSWORD),
        ("nonsense", STAFF_NO, PASSWORD),
    ] {
        let mut browser = app.browser();
        browser.get("/t/login").await;
        let fields = [("institution_code", institution), ("staff_no", staff_no), ("password", password)];
        let refused = browser.submit("/t/login", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!refused.html.contains(PASSWORD), "a password is never sent back");
        let typed = [format!("value=\"{institution}\""), format!("value=\"{staff_no}\"")];
        let bare =
            typed.iter().fold(without_token(&refused.html, &browser), |html, text| html.replace(text, ""));
        answers.push(bare);
        assert_eq!(browser.get("/t").await.path, "/t/login?notice=ended");
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert!(answers[0].contains("机构编码、工号或密码不对"));
}

#[tokio::test]
async fn what_is_left_empty_is_named() {
    let app = staffed().await;
    let mut browser = app.browser();
    for field in ["institution_code", "staff_no", "password"] {
        browser.get("/t/login").await;
        let value = |name, text| if name == field { "" } else { text };
        let fields = [
            ("institution_code", value("institution_code", "H33020000001")),
            ("staff_no", value("staff_no", STAFF_NO)),
            ("password", value("password", PASSWORD)),
        ];
        browser.submit("/t/login", &fields).await.assert_contains(&format!("id=\"{field}-error\""));
    }
}

#[tokio::test]
async fn five_wrong_passwords_lock_for_a_quarter_of_an_hour_and_nobody_is_told() {
    let app = staffed().await;
    let mut browser = app.browser();
    browser.get("/t/login").await;
    let mut wrong = String::new();
    for _ in 0..5 {
        wrong = log_in(&mut browser, "H33020000001", "wrong").await.html;
    }
    app.advance(15 * 60 - 1);
    let locked = log_in(&mut browser, "H33020000001", PASSWORD).await;
    assert_eq!(locked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(locked.html, wrong, "a right password is answered like a wrong one");
    // The lock is that number's alone.
    at_desk(&app, &super::pharmacy()).await;
    app.advance(1);
    assert_eq!(log_in(&mut browser, "H33020000001", PASSWORD).await.path, "/t");
}

#[tokio::test]
async fn a_right_password_starts_the_count_anew() {
    let app = staffed().await;
    let mut browser = app.browser();
    for _ in 0..3 {
        browser.get("/t/login").await;
        for _ in 0..4 {
            log_in(&mut browser, "H33020000001", "wrong").await;
        }
        assert_eq!(log_in(&mut browser, "h33020000001", PASSWORD).await.path, "/t");
        browser.submit("/t/logout", &[]).await;
    }
}

async fn set_active(app: &TestApp, active: bool) {
    let change = move |transaction: &mut store::Transaction<'_>| {
        institutions::set_active(transaction, &hospital(), active)
    };
    app.app.database.write::<_, store::StoreError, _>(change).await.expect("changed");
}

#[tokio::test]
async fn a_suspended_institution_is_told_to_who_knows_the_password() {
    let app = staffed().await;
    set_active(&app, false).await;
    let mut browser = app.browser();
    browser.get("/t/login").await;
    log_in(&mut browser, "H33020000001", "wrong").await.assert_contains("机构编码、工号或密码不对");
    let refused = log_in(&mut browser, "H33020000001", PASSWORD).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.assert_contains("本机构的医保结算已暂停");
    set_active(&app, true).await;
    assert_eq!(log_in(&mut browser, "H33020000001", PASSWORD).await.path, "/t");
}

#[tokio::test]
async fn a_session_ends_with_the_log_out_with_a_new_log_in_and_with_the_employment() {
    let app = staffed().await;
    let mut browser = at_desk(&app, &hospital()).await;
    let mut stolen = browser.clone();
    assert_eq!(stolen.get("/t").await.path, "/t");
    let left = browser.submit("/t/logout", &[]).await;
    assert_eq!(left.path, "/t/login");
    assert!(stolen.get("/t").await.path.starts_with("/t/login"), "the token serves nowhere any more");

    let browser = at_desk(&app, &hospital()).await;
    let (mut again, mut old) = (browser.clone(), browser.clone());
    // Who is logged in is led to the desk; another log-in comes from a form that was opened before.
    assert_eq!(again.get("/t/login").await.path, "/t");
    let csrf = browser.page().csrf().expect("a form token").to_owned();
    let fields = [
        ("institution_code", "H33020000001"),
        ("staff_no", STAFF_NO),
        ("password", PASSWORD),
        ("csrf", &csrf),
    ];
    assert_eq!(again.post("/t/login", &fields).await.path, "/t");
    assert!(old.get("/t").await.path.starts_with("/t/login"));

    let dismiss = |transaction: &mut store::Transaction<'_>| {
        staff::set_active(transaction, &hospital(), STAFF_NO, false)
    };
    app.app.database.write::<_, store::StoreError, _>(dismiss).await.expect("dismissed");
    assert!(again.get("/t").await.path.starts_with("/t/login"));
    let mut browser = app.browser();
    browser.get("/t/login").await;
    log_in(&mut browser, "H33020000001", PASSWORD).await.assert_contains("机构编码、工号或密码不对");
}

#[tokio::test]
async fn a_session_of_an_insured_person_opens_no_terminal() {
    let app = staffed().await;
    app.activated(&WANG).await;
    let mut browser = app.browser_of(&WANG).await;
    assert!(browser.get("/t").await.path.starts_with("/t/login"));
    let mut desk = at_desk(&app, &hospital()).await;
    assert!(desk.get("/bills").await.path.starts_with("/login"));
}
