//! The terminal's JSON API.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{DRUG_A, DRUG_B, PASSWORD, STAFF_NO, code_of, settlements_of, staffed};
use crate::support::care::hospital;
use crate::support::{Api, LI, TestApp};

async fn at_terminal(app: &TestApp, institution: &str) -> Api {
    let mut api = app.api();
    let request = json!({ "institution_code": institution, "staff_no": STAFF_NO, "password": PASSWORD });
    let begun = api.post("terminal/sessions", request).await.expect(StatusCode::CREATED);
    api.token = Some(begun.text("token").to_owned());
    api
}

fn registration() -> Value {
    json!({
        "medical_type": "11",
        "department": "A03 内科",
        "doctor": "D330200000123 李医师",
        "diagnosis": "J06.900 急性上呼吸道感染"
    })
}

#[tokio::test]
async fn the_whole_course_for_programs() {
    let app = staffed().await;
    app.open_account(&LI, "100.00", "0.00").await;
    let phone = app.activated(&LI).await;
    let api = at_terminal(&app, hospital().as_str()).await;
    let code = json!({ "certificate_type": "01", "code": code_of(&phone).await });
    let identified = api.post("terminal/identifications", code).await.expect(StatusCode::CREATED);
    assert_eq!(identified.text("stage"), "identified");
    assert_eq!(identified.body["patient"]["name"], "李*兰");
    assert_eq!(identified.body["patient"]["account_balance"], 10_000);
    let path = format!("terminal/visits/{}", identified.text("id"));
    let registered = api.post(&format!("{path}/registration"), registration()).await.expect(StatusCode::OK);
    assert_eq!((registered.text("stage"), registered.text("medical_type")), ("registered", "11"));

    let item = |code: &str, price: &str| json!({ "item_code": code, "price": price, "quantity": "1" });
    api.post(&format!("{path}/items"), item(DRUG_A, "200.00")).await.expect(StatusCode::OK);
    let two = api.post(&format!("{path}/items"), item(DRUG_B, "100.00")).await.expect(StatusCode::OK);
    assert_eq!(two.body["items"][1]["first_self_paid"], 500);
    let serial = two.body["items"][1]["serial"].as_str().expect("a serial number");
    let one = api.delete(&format!("{path}/items/{serial}")).await.expect(StatusCode::OK);
    assert_eq!(
        (one.body["total"].as_i64(), one.body["items"].as_array().map(Vec::len)),
        (Some(20_000), Some(1))
    );
    api.delete(&format!("{path}/items/{serial}")).await.expect(StatusCode::OK);

    // This year's account pays 100.00, the self-borne band takes the rest.
    let preview = api.post(&format!("{path}/preview"), json!({})).await.expect(StatusCode::OK);
    assert_eq!(preview.body["amounts"]["cash"], 10_000);
    let settle = json!({ "key": preview.text("key"), "total": 20_000, "cash": 10_000, "collect": "phone" });
    let settled = api.post(&format!("{path}/settlement"), settle.clone()).await.expect(StatusCode::OK);
    assert_eq!((settled.text("stage"), &settled.body["settlement"]["state"]), ("settled", &json!("pending")));
    let again = api.post(&format!("{path}/settlement"), settle).await.expect(StatusCode::OK);
    assert_eq!(again.body, settled.body, "the same request gets the same answer");
    assert_eq!(settlements_of(&app, &LI, identified.text("id")).await, 1);

    let paid = api.post(&format!("{path}/cash"), json!({})).await.expect(StatusCode::OK);
    assert_eq!(paid.body["settlement"]["state"], "paid");
    let day = api.get("terminal/visits").await.expect(StatusCode::OK);
    assert_eq!(
        day.body["totals"],
        json!({ "settled": 1, "total": 20_000, "funds": 0, "account": 10_000, "cash": 10_000 })
    );
    assert_eq!(day.body["visits"][0]["name"], "李*兰");
    let revoked = api.post(&format!("{path}/revocation"), json!({ "reason": "患者退药" })).await;
    let revoked = revoked.expect(StatusCode::OK);
    assert_eq!((revoked.text("stage"), &revoked.body["settlement"]["stands"]), ("revoked", &json!(false)));
    assert_eq!(revoked.body["patient"]["account_balance"], 10_000);
    api.post(&format!("{path}/revocation"), json!({ "reason": "患者退药" }))
        .await
        .expect_problem(StatusCode::CONFLICT, "already_revoked");
    api.delete("terminal/sessions/current").await.expect(StatusCode::NO_CONTENT);
    api.get("terminal/visits").await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
}

#[tokio::test]
async fn a_part_of_a_settlement_goes_back() {
    let app = staffed().await;
    let api = at_terminal(&app, "H33020000001").await;
    let card = json!({ "certificate_type": "02", "id_number": LI.id_number().as_str(), "name": LI.name });
    let identified = api.post("terminal/identifications", card).await.expect(StatusCode::CREATED);
    let path = format!("terminal/visits/{}", identified.text("id"));
    api.post(&format!("{path}/registration"), registration()).await.expect(StatusCode::OK);
    let item =
        |price: &str, quantity: &str| json!({ "item_code": DRUG_A, "price": price, "quantity": quantity });
    api.post(&format!("{path}/items"), item("200.00", "2")).await.expect(StatusCode::OK);
    let two = api.post(&format!("{path}/items"), item("50.00", "1")).await.expect(StatusCode::OK);
    let serial = two.body["items"][0]["serial"].as_str().expect("a serial number").to_owned();
    let preview = api.post(&format!("{path}/preview"), json!({})).await.expect(StatusCode::OK);
    let cash = preview.body["amounts"]["cash"].as_i64().expect("fen");
    let settle = json!({ "key": preview.text("key"), "total": 45_000, "cash": cash, "collect": "counter" });
    api.post(&format!("{path}/settlement"), settle).await.expect(StatusCode::OK);

    let correction = format!("{path}/correction");
    let kept = |quantity: &str| json!([{ "serial": serial, "quantity": quantity }]);
    let refused = api.post(&correction, json!({ "reason": " ", "kept": kept("1") })).await;
    assert_eq!((refused.code(), refused.field()), ("required", "reason"));
    let refused = api.post(&correction, json!({ "reason": "退药", "kept": kept("some") })).await;
    assert_eq!(refused.field(), "quantity");
    let refused = api.post(&correction, json!({ "reason": "退药", "kept": kept("3") })).await;
    refused.expect_problem(StatusCode::CONFLICT, "kept_quantity");

    let corrected = api.post(&correction, json!({ "reason": "退药", "kept": kept("1") })).await;
    let corrected = corrected.expect(StatusCode::OK);
    assert_eq!((corrected.text("stage"), corrected.body["total"].as_i64()), ("settled", Some(20_000)));
    assert_eq!(corrected.body["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(corrected.body["items"][0]["quantity"], "1");
    // There is no money in the account, and the self-borne band takes all of it.
    assert_eq!(corrected.body["settlement"]["amounts"]["cash"], 20_000);
    assert_eq!(corrected.body["settlement"]["state"], "pending");
    let day = api.get("terminal/visits").await.expect(StatusCode::OK);
    assert_eq!(day.body["totals"]["total"], 20_000);
}

#[tokio::test]
async fn problems_name_the_member() {
    let app = staffed().await;
    let api = at_terminal(&app, "H33020000001").await;
    let wrong = json!({ "institution_code": "H33020000001", "staff_no": STAFF_NO, "password": "wrong" });
    api.post("terminal/sessions", wrong)
        .await
        .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "staff_login_failed");
    let code = json!({ "certificate_type": "01", "code": "123" });
    let refused = api.post("terminal/identifications", code).await;
    assert_eq!((refused.code(), refused.field()), ("code_format", "code"));
    let card = json!({ "certificate_type": "02", "id_number": LI.id_number().as_str(), "name": LI.name });
    let identified = api.post("terminal/identifications", card).await.expect(StatusCode::CREATED);
    let path = format!("terminal/visits/{}", identified.text("id"));
    let mut incomplete = registration();
    incomplete["doctor"] = json!("李医师");
    let refused = api.post(&format!("{path}/registration"), incomplete).await;
    assert_eq!((refused.code(), refused.field()), ("code_and_name_format", "doctor"));
    api.post(&format!("{path}/registration"), registration()).await.expect(StatusCode::OK);
    let priceless = json!({ "item_code": DRUG_A, "price": "x", "quantity": "1" });
    let refused = api.post(&format!("{path}/items"), priceless).await;
    assert_eq!((refused.code(), refused.field()), ("price_format", "price"));
    api.post(&format!("{path}/preview"), json!({}))
        .await
        .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "no_fee_items");
    let unknown = json!({ "key": "x", "total": 1, "cash": 1, "collect": "phone" });
    let refused = api.post(&format!("{path}/settlement"), unknown).await;
    assert_eq!((refused.code(), refused.field()), ("pre_settle_again", "key"));
    let unreadable = json!({ "key": "x", "total": "1.5", "cash": 1, "collect": "phone" });
    let refused = api.post(&format!("{path}/settlement"), unreadable).await;
    assert_eq!(refused.field(), "total");
    refused.expect_problem(StatusCode::BAD_REQUEST, "request_unreadable");

    let other = at_terminal(&app, "H33020000002").await;
    other.get(&path).await.expect_problem(StatusCode::NOT_FOUND, "visit_not_found");
    app.api().get(&path).await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
    let insured = app.activated(&LI).await;
    insured.get(&path).await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
}

#[tokio::test]
async fn the_catalogue_is_searched_by_code_name_and_specification() {
    let app = staffed().await;
    let api = at_terminal(&app, "P33020000001").await;
    let found = |body: &Value| body["items"].as_array().expect("a list").len();
    let all = api.get("terminal/catalogue").await.expect(StatusCode::OK);
    assert!(found(&all.body) > 40);
    let by_code = api.get("terminal/catalogue?text=xc08caa").await.expect(StatusCode::OK);
    assert_eq!(by_code.body["items"][0]["code"], DRUG_A);
    // 阿托伐他汀, in the version of 2025.
    let by_name = api.get("terminal/catalogue?text=%E9%98%BF%E6%89%98%E4%BC%90").await.expect(StatusCode::OK);
    assert_eq!(
        (found(&by_name.body), by_name.body["items"][0]["price_ceiling"].as_str()),
        (1, Some("26.40"))
    );
    assert_eq!(found(&api.get("terminal/catalogue?text=zzz").await.expect(StatusCode::OK).body), 0);
}
