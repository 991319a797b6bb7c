//! One settlement, however often it is asked for, and none on other amounts than staff saw.

use axum::http::StatusCode;
use settlement::{Action, Actor, Attempt, OrderState};
use store::settlements;

use super::{
    DRUG_C, add, at_desk, borrowed, hidden, on_visit, settle, settle_form, settlements_of, staffed,
    visit_with_item,
};
use crate::support::care::{ONE_DRUG, hospital};
use crate::support::{LI, TestApp};

#[tokio::test]
async fn the_same_form_sent_twice_or_at_once_settles_once() {
    let app = staffed().await;
    let mut desk = at_desk(&app, &hospital()).await;
    let visit = visit_with_item(&mut desk, "80.00").await;
    let shown = on_visit(&mut desk, "presettle", &[]).await;
    let mut fields = settle_form(&shown, "counter");
    fields.push(("csrf", shown.csrf().expect("a form token").to_owned()));
    let path = format!("/t/s/{visit}/settle");
    let (mut first, mut second) = (desk.clone(), desk.clone());
    let fields = borrowed(&fields);
    let (one, other) = tokio::join!(first.post(&path, &fields), second.post(&path, &fields));
    let again = desk.post(&path, &fields).await;
    for page in [one, other, again] {
        assert_eq!(page.status, StatusCode::OK);
        page.assert_contains("窗口已收款");
    }
    assert_eq!(settlements_of(&app, &LI, &visit).await, 1);
    desk.get("/t").await.assert_contains("<dd>1</dd>");

    // After it was undone, the old form still gets its old answer and settles nothing.
    desk.get(&format!("/t/s/{visit}")).await;
    on_visit(&mut desk, "revoke", &[("reason", "患者退药")]).await;
    desk.post(&path, &fields).await.assert_contains("已撤销");
    assert_eq!(settlements_of(&app, &LI, &visit).await, 2, "the settlement and its reversal");
}

#[tokio::test]
async fn another_key_for_a_settled_visit_is_refused() {
    let app = staffed().await;
    let mut desk = at_desk(&app, &hospital()).await;
    let visit = visit_with_item(&mut desk, "80.00").await;
    let mut other = desk.clone();
    on_visit(&mut desk, "presettle", &[]).await;
    on_visit(&mut other, "presettle", &[]).await;
    assert_ne!(hidden(desk.page(), "key"), hidden(other.page(), "key"));
    settle(&mut desk, "phone").await.assert_contains("等待患者支付");
    let refused = settle(&mut other, "counter").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.assert_contains("这次就诊已经结算");
    // The page shows how it really stands: nobody has taken cash.
    refused.assert_contains("等待患者支付");
    assert_eq!(settlements_of(&app, &LI, &visit).await, 1);
}

#[tokio::test]
async fn what_changed_since_the_pre_settlement_is_not_settled() {
    let app = staffed().await;
    app.open_account(&LI, "100.00", "0.00").await;
    let mut desk = at_desk(&app, &hospital()).await;
    let visit = visit_with_item(&mut desk, "80.00").await;

    // Another terminal adds an item.
    let mut other = desk.clone();
    on_visit(&mut desk, "presettle", &[]).await;
    add(&mut other, DRUG_C, "5.00", "1").await;
    let refused = settle(&mut desk, "counter").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_contains("预结算后数据有变化");
    refused.assert_contains("85.00");

    // Another bill takes the money of the account that the pre-settlement counted on.
    let shown = desk.get(&format!("/t/s/{visit}")).await;
    assert_eq!(shown.status, StatusCode::OK);
    on_visit(&mut desk, "presettle", &[]).await;
    app.settle(&LI, &ONE_DRUG).await;
    settle(&mut desk, "counter").await.assert_contains("预结算后数据有变化");
    // A key that was made up, and amounts that were not shown.
    on_visit(&mut desk, "presettle", &[]).await;
    let mut fields = settle_form(desk.page(), "counter");
    fields[2].1 = "1".to_owned();
    on_visit(&mut desk, "settle", &borrowed(&fields)).await.assert_contains("预结算后数据有变化");
    assert_eq!(settlements_of(&app, &LI, &visit).await, 0);
    on_visit(&mut desk, "presettle", &[]).await;
    let mut fields = settle_form(desk.page(), "counter");
    fields[0].1 = "1".to_owned();
    on_visit(&mut desk, "settle", &borrowed(&fields)).await.assert_contains("预结算后数据有变化");
    assert_eq!(settlements_of(&app, &LI, &visit).await, 0);
}

#[tokio::test]
async fn an_unknown_outcome_is_asked_for_under_the_same_key() {
    let app = staffed().await;
    let mut desk = at_desk(&app, &hospital()).await;
    let visit = visit_with_item(&mut desk, "80.00").await;
    let key = hidden(&on_visit(&mut desk, "presettle", &[]).await, "key");
    // Where the terminal leads when it cannot know whether the settlement was committed.
    let address = format!("/t/s/{visit}?key={key}&unconfirmed=1");
    let unconfirmed = desk.get(&address).await;
    unconfirmed.assert_contains("结算结果未确认");
    unconfirmed.assert_contains("data-look-again");
    assert_eq!(hidden(&unconfirmed, "key"), key, "asking again is the same request");
    settle(&mut desk, "counter").await.assert_contains("窗口已收款");
    // The page that looks again finds the answer.
    let confirmed = desk.get(&address).await;
    confirmed.assert_contains("窗口已收款");
    assert!(!confirmed.html.contains("结算结果未确认") && !confirmed.html.contains("data-look-again"));
    assert!(!confirmed.html.contains("name=\"cash_fen\""), "nothing is offered to be settled again");
    assert_eq!(settlements_of(&app, &LI, &visit).await, 1);
}

/// The order of the visit's settlement that stands.
async fn order_of(app: &TestApp, visit: &str) -> settlement::Order {
    let (person_id, visit_id) = (LI.id(), visit.parse().expect("a number"));
    let all = app.app.database.read(move |connection| settlements::of_visit(connection, person_id, visit_id));
    all.await.expect("read").into_iter().find(|file| file.live).expect("a settlement").order
}

#[tokio::test]
async fn while_the_person_pays_nothing_is_revoked_and_no_cash_taken() {
    let app = staffed().await;
    let mut desk = at_desk(&app, &hospital()).await;
    let visit = visit_with_item(&mut desk, "80.00").await;
    on_visit(&mut desk, "presettle", &[]).await;
    let waiting = settle(&mut desk, "phone").await;
    let order = order_of(&app, &visit).await;
    let attempt =
        Attempt { channel: "unionpay".to_owned(), channel_order: "CH1".to_owned(), at: app.app.clock.now() };
    let begin = Action::BeginPayment { order_id: order.id, attempt };
    app.act(&LI, Actor::Person, begin).await.expect("begun");
    let submit = Action::SubmitPayment { order_id: order.id, channel_order: "CH1".to_owned() };
    app.act(&LI, Actor::Person, submit).await.expect("submitted");

    let refused = on_visit(&mut desk, "revoke", &[("reason", "患者退药")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.assert_contains("个人自付部分正在支付");
    refused.assert_contains("患者已确认，等待银行结果");
    refused.assert_contains("value=\"患者退药\"");
    // The page of a moment ago still offers to take cash.
    let csrf = waiting.csrf().expect("a form token");
    let refused = desk.post(&format!("/t/s/{visit}/collect"), &[("csrf", csrf)]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(matches!(order_of(&app, &visit).await.state, OrderState::Paying { .. }));
}

#[tokio::test]
async fn cash_is_taken_once_and_a_settlement_undone_once() {
    let app = staffed().await;
    let mut desk = at_desk(&app, &hospital()).await;
    let visit = visit_with_item(&mut desk, "80.00").await;
    on_visit(&mut desk, "presettle", &[]).await;
    settle(&mut desk, "phone").await;
    let mut other = desk.clone();
    on_visit(&mut desk, "collect", &[]).await.assert_contains("窗口已收款");
    let refused = on_visit(&mut other, "collect", &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.assert_contains("已经付过了");

    let empty = on_visit(&mut desk, "revoke", &[("reason", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    empty.assert_contains("reason-error");
    let long = on_visit(&mut desk, "revoke", &[("reason", &"长".repeat(201))]).await;
    long.assert_contains("reason-error");
    assert_eq!(settlements_of(&app, &LI, &visit).await, 1);
    other.get(&format!("/t/s/{visit}")).await;
    on_visit(&mut desk, "revoke", &[("reason", "患者退药")]).await.assert_contains("已退款");
    let refused = on_visit(&mut other, "revoke", &[("reason", "患者退药")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.assert_contains("这笔结算已经撤销");
    assert_eq!(settlements_of(&app, &LI, &visit).await, 2, "the settlement and one reversal");
}
