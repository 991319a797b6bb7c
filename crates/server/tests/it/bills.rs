//! Bills: the list, one bill with its explanation, the receipt.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use model::Fen;
use serde_json::{Value, json};
use server::rules::LoadedRules;
use server::{App, rules};
use settlement::{Action, Rules};

use crate::support::care::{Item, ONE_DRUG};
use crate::support::{LI, TestApp, WANG};

/// One line of every kind, for a retired person at a tertiary hospital with 100.00 of this year and 50.00 of earlier
/// years in the account:
///
/// | item | class | amount | fully self-paid | over limit | first self-paid | in scope |
/// |---|---|---|---|---|---|---|
/// | 盐酸二甲双胍片, 2 at 25.00, ceiling 19.80 | A | 50.00 | | 10.40 | | 39.60 |
/// | 阿托伐他汀钙片, 10 at 20.00, 5 % first | B | 200.00 | | | 10.00 | 190.00 |
/// | 维生素C泡腾片 | C | 30.00 | 30.00 | | | |
/// | 苯磺酸氨氯地平片, 10 at 40.00 | A | 400.00 | | | | 400.00 |
/// | together | | 680.00 | 30.00 | 10.40 | 10.00 | 629.60 |
///
/// Of 629.60 this year's account takes 100.00; the person bears 300.00; of the 229.60 that are left the person bears 25 %,
/// 57.40, and the fund pays 172.20. Earlier years' account pays 50.00 of what the person bears.
/// Cash: 680.00 - 172.20 - 100.00 - 50.00 = 357.80.
const ALL_KINDS: [Item; 4] = [
    ("XA10BAE023A001010199001", "25.00", "2", "50.00"),
    ("XC10AAA001A001010199003", "20.00", "10", "200.00"),
    ("XA11GAW049A001010199015", "30.00", "1", "30.00"),
    ("XC08CAA146A001010199002", "40.00", "10", "400.00"),
];

/// The sums of the explanation by their titles, in fen.
fn explained(bill: &Value) -> BTreeMap<String, i64> {
    let groups = bill["explanation"].as_array().unwrap_or_else(|| panic!("no explanation in {bill}"));
    let sum = |group: &Value| {
        (group["title"].as_str().expect("a title").to_owned(), group["amount"].as_i64().expect("fen"))
    };
    groups.iter().map(sum).collect()
}

fn fen(amounts: &Value, name: &str) -> i64 {
    amounts[name].as_i64().unwrap_or_else(|| panic!("{name} in {amounts}"))
}

/// Yuan as pages write them, with grouped thousands, in fen.
fn read_yuan(text: &str) -> i64 {
    Fen::from_yuan(&text.replace(',', "").replace('\u{2212}', "-")).expect("yuan").get()
}

#[tokio::test]
async fn a_bill_tells_who_pays_what() {
    let app = TestApp::start().await;
    let api = app.activated(&LI).await;
    app.open_account(&LI, "100.00", "50.00").await;
    let settled = app.settle(&LI, &ALL_KINDS).await;
    let bill = api.get(&format!("bills/{}", settled.order_id)).await.expect(StatusCode::OK).body;
    let amounts = &bill["amounts"];
    for (name, expected) in [
        ("total", 68_000),
        ("fully_self_paid", 3_000),
        ("over_limit", 1_040),
        ("first_self_paid", 1_000),
        ("in_scope", 62_960),
        ("deductible", 30_000),
        ("pool_fund", 17_220),
        ("others", 0),
        ("account_current_year", 10_000),
        ("account_previous_years", 5_000),
        ("mutual_aid_paid", 0),
        ("cash", 35_780),
    ] {
        assert_eq!(fen(amounts, name), expected, "{name}");
    }
    assert_eq!(bill["state"], "pending");
    assert_eq!(bill["institution"], "示例市第一医院");
    assert_eq!(bill["department"], "内科");
    assert_eq!(bill["settlement_no"], settled.settlement_id.to_string());
    assert_eq!(bill["settled_at"], "2026-04-12 10:00:00");
    let lines = bill["lines"].as_array().expect("lines");
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line["name"].as_str(), line["class"].as_str(), fen(line, "self_paid")))
        .collect();
    let expected = [
        (Some("盐酸二甲双胍片"), Some("01"), 1_040),
        (Some("阿托伐他汀钙片"), Some("02"), 1_000),
        (Some("维生素C泡腾片"), Some("03"), 3_000),
        (Some("苯磺酸氨氯地平片"), Some("01"), 0),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn the_explanation_adds_up_to_the_bill() {
    let app = TestApp::start().await;
    let api = app.activated(&LI).await;
    app.open_account(&LI, "100.00", "50.00").await;
    let settled = app.settle(&LI, &ALL_KINDS).await;
    let bill = api.get(&format!("bills/{}", settled.order_id)).await.expect(StatusCode::OK).body;
    let (sums, amounts) = (explained(&bill), &bill["amounts"]);
    for (title, name) in [
        ("全自费", "fully_self_paid"),
        ("超限价自费", "over_limit"),
        ("先行自付", "first_self_paid"),
        ("符合政策范围", "in_scope"),
        ("起付标准内，个人承担", "deductible"),
        ("医保统筹支付", "pool_fund"),
        ("当年账户支付", "account_current_year"),
        ("历年账户支付", "account_previous_years"),
        ("个人现金支付", "cash"),
    ] {
        assert_eq!(sums.get(title).copied(), Some(fen(amounts, name)), "{title} of {sums:?}");
    }
    // What the person bears beside the fund in the shared band: 25 % of 229.60.
    assert_eq!(sums.get("分担段个人承担").copied(), Some(5_740), "{sums:?}");
    for group in bill["explanation"].as_array().expect("amounts") {
        let steps = group["steps"].as_array().expect("steps");
        let results = steps.iter().map(|step| read_yuan(step["result"].as_str().expect("yuan")));
        assert_eq!(results.sum::<i64>(), group["amount"].as_i64().expect("fen"), "{group}");
        for step in steps {
            assert!(!step["rule"].as_str().expect("a rule").is_empty(), "{step}");
            assert!(step["source"].as_str().expect("a source").starts_with("依据："), "{step}");
            assert!(["A", "B", "C", "D"].contains(&step["confidence"].as_str().expect("a mark")), "{step}");
        }
    }
    let fund = bill["explanation"]
        .as_array()
        .expect("amounts")
        .iter()
        .find(|group| group["title"] == "医保统筹支付");
    let terms = &fund.expect("the fund")["steps"][0]["terms"];
    assert_eq!(
        (&terms[0]["value"], &terms[1]["value"]),
        (&Value::from("229.60"), &Value::from("75%")),
        "{terms}"
    );
    let band =
        bill["explanation"].as_array().expect("amounts").iter().find(|group| group["title"] == "账户段");
    let step = &band.expect("the account band")["steps"][0];
    assert_eq!(
        (&step["rule"], &step["rule_title"]),
        (&json!("account.current-year"), &json!("账户段: 当年账户"))
    );
    assert!(step["reading"].as_str().expect("a reading").starts_with("当年账户支付范围内的费用"), "{step}");
    // What bounds the account is a fact in words, and no term of an equation.
    assert_eq!(step["terms"], json!([]));
    assert_eq!(step["facts"][1], json!({ "label": "不超过账户可用余额", "value": "100.00" }));
}

#[tokio::test]
async fn pages_show_the_bill_its_explanation_and_a_receipt() {
    let app = TestApp::start().await;
    app.activated(&LI).await;
    app.open_account(&LI, "100.00", "50.00").await;
    let settled = app.settle(&LI, &ALL_KINDS).await;
    let mut browser = app.browser_of(&LI).await;
    browser.page().assert_contains(&format!("bill-{}", settled.order_id));
    let list = browser.get("/bills").await;
    assert_eq!(list.status, StatusCode::OK);
    list.assert_contains(&format!("href=\"/bills/{}\"", settled.order_id));
    let bill = browser.get(&format!("/bills/{}", settled.order_id)).await;
    assert_eq!(bill.status, StatusCode::OK);
    bill.assert_contains("357.80");
    bill.assert_contains("172.20");
    bill.assert_contains("共负段");
    bill.assert_contains("规则编号：account.current-year；依据的可信程度：");
    bill.assert_contains("我们的理解：当年账户支付");
    assert!(!bill.html.contains('≤'), "a bound is told in words");
    // Level 1 cannot pay here: the page leads to where payment is opened.
    bill.assert_contains("href=\"/card\"");
    assert!(!bill.html.contains("/pay\""), "{}", bill.html);
    let receipt = browser.get(&format!("/bills/{}/receipt", settled.order_id)).await;
    receipt.assert_contains("李*兰");
    receipt.assert_contains("357.80");
    receipt.assert_contains(&settled.settlement_id.to_string());
    assert!(!receipt.html.contains(LI.name), "the name is masked");
}

#[tokio::test]
async fn a_bill_is_its_owners_alone() {
    let app = TestApp::start().await;
    let wang = app.activated(&WANG).await;
    app.activated(&LI).await;
    let settled = app.settle(&LI, &ONE_DRUG).await;
    let others = format!("bills/{}", settled.order_id);
    wang.get(&others).await.expect_problem(StatusCode::NOT_FOUND, "bill_not_found");
    for nonsense in ["bills/x", "bills/00000000000000000000000000"] {
        wang.get(nonsense).await.expect_problem(StatusCode::NOT_FOUND, "bill_not_found");
    }
    assert_eq!(wang.get("bills").await.expect(StatusCode::OK).body["bills"], Value::Array(Vec::new()));
    app.api().get(&others).await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
    let mut browser = app.browser_of(&WANG).await;
    for page in ["", "/pay", "/pay/code", "/paid", "/receipt"] {
        let answer = browser.get(&format!("/bills/{}{page}", settled.order_id)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page}");
        assert!(!answer.html.contains("45.00"), "{page}");
    }
}

#[tokio::test]
async fn the_list_tells_the_newest_first_and_where_each_stands() {
    let app = TestApp::start().await;
    let api = app.activated(&WANG).await;
    let revoked = app.settle(&WANG, &ONE_DRUG).await;
    app.revoke(&WANG, &revoked).await.expect("revoked");
    app.advance(60);
    let at_window = app.settle(&WANG, &ONE_DRUG).await;
    app.at_hospital(&WANG, Action::TakeCash { order_id: at_window.order_id }).await;
    app.advance(60);
    let open = app.settle(&WANG, &ONE_DRUG).await;
    let bills = api.get("bills").await.expect(StatusCode::OK).body;
    let told: Vec<_> = bills["bills"]
        .as_array()
        .expect("bills")
        .iter()
        .map(|bill| {
            (
                bill["id"].as_str().expect("an id").to_owned(),
                bill["state"].as_str().expect("a state").to_owned(),
            )
        })
        .collect();
    let expected = [(open, "pending"), (at_window, "paid"), (revoked, "cancelled")];
    assert_eq!(told, expected.map(|(settled, state)| (settled.order_id.to_string(), state.to_owned())));
    // A bill that was revoked before it was paid went back with the reversal.
    let bill = api.get(&format!("bills/{}", revoked.order_id)).await.expect(StatusCode::OK).body;
    assert_eq!(bill["refunded_at"], "2026-04-12 10:00:00");
    assert_eq!(bill["payment"], Value::Null);
    let paid = api.get(&format!("bills/{}", at_window.order_id)).await.expect(StatusCode::OK).body;
    assert_eq!(paid["payment"]["method"], "counter");
}

/// The repository's policies with the share of retired persons at tertiary hospitals changed.
fn changed_rules(app: &App) -> LoadedRules {
    let LoadedRules { rules: Rules { catalogue, back_date_days, .. }, policy_text } =
        rules::load(&app.settings).expect("rules");
    let changed = policy_text.replace("person_pays = \\\"25 %\\\"", "person_pays = \\\"30 %\\\"");
    assert_ne!(changed, policy_text, "the policy has that share");
    let policies = rules::book_of(&changed).expect("a policy");
    LoadedRules { rules: Rules { policies, catalogue, back_date_days }, policy_text: changed }
}

/// The same platform after its policies changed.
fn with_new_rules(app: &TestApp, loaded: LoadedRules) -> Arc<App> {
    let App { settings, database, clock, .. } = &*app.app;
    App::start(settings.clone(), Arc::clone(database), Arc::new(loaded.rules), clock.clone(), false)
        .expect("started")
}

#[tokio::test]
async fn an_old_bill_is_explained_by_the_policy_that_decided_it() {
    let app = TestApp::start().await;
    let loaded = rules::load(&app.app.settings).expect("rules");
    rules::keep(&app.app.database, &loaded, &app.app.clock).await.expect("kept");
    let mut api = app.activated(&LI).await;
    let settled = app.settle(&LI, &ALL_KINDS).await;
    let path = format!("bills/{}", settled.order_id);
    let before = api.get(&path).await.expect(StatusCode::OK).body;
    let new = with_new_rules(&app, changed_rules(&app.app));
    let token = api.token.take();
    api = crate::support::Api::new(server::router(new));
    api.token = token;
    let after = api.get(&path).await.expect(StatusCode::OK).body;
    assert_eq!(before, after);
    assert!(!explained(&after).is_empty());
}

#[tokio::test]
async fn a_bill_whose_policy_is_lost_shows_its_amounts_without_an_explanation() {
    let app = TestApp::start().await;
    let mut api = app.activated(&LI).await;
    let settled = app.settle(&LI, &ALL_KINDS).await;
    let path = format!("bills/{}", settled.order_id);
    let before = api.get(&path).await.expect(StatusCode::OK).body;
    let new = with_new_rules(&app, changed_rules(&app.app));
    let token = api.token.take();
    api = crate::support::Api::new(server::router(Arc::clone(&new)));
    api.token = token;
    // Asked twice: the second answer comes from what is held.
    for _ in 0..2 {
        let after = api.get(&path).await.expect(StatusCode::OK).body;
        assert_eq!(after["amounts"], before["amounts"]);
        assert_eq!(after["explanation"], Value::Null);
    }
}

#[tokio::test]
async fn an_explanation_that_does_not_give_the_stored_amounts_is_not_shown() {
    let app = TestApp::start().await;
    let settled = app.settle(&LI, &ALL_KINDS).await;
    let find = move |connection: &mut store::Connection| {
        store::settlements::find(connection, LI.id(), settled.settlement_id)
    };
    let mut settlement =
        app.app.database.read(find).await.expect("readable").expect("a settlement").settlement;
    let explain = async |settlement: &settlement::Settlement| {
        server::bills::explanation::of(&app.app, settlement, Vec::new()).await.expect("the store answers")
    };
    assert!(explain(&settlement).await.is_some());
    settlement.split.cash = settlement.split.cash.plus(Fen::new(1)).expect("small");
    assert!(explain(&settlement).await.is_none());
}
