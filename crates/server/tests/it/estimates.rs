//! What a bill would cost, asked before care and without signing in.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::TestApp;

/// 1,000.00 of class A for a person of 38 in service, the self-borne band full: the fund pays 75 % at a tertiary hospital,
/// 750.00, and the person 250.00; at a community station 86 % and 140.00, elsewhere 80 % and 200.00.
fn request() -> Value {
    json!({
        "region": "330200",
        "scheme": "310",
        "person": { "person_type": "11", "birth": "1985-03-02" },
        "visit": {
            "date": "2023-05-01", "medical_type": "11", "institution": "hospital", "level": "tertiary"
        },
        "accumulated": { "outpatient_self_borne": 90_000 },
        "lines": [{ "item_code": "XC08CAA146A001010199002", "price": "40.00", "quantity": "25" }]
    })
}

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut request = request();
    change(&mut request);
    request
}

#[tokio::test]
async fn an_estimate_tells_who_would_pay_what_and_what_would_change_it() {
    let app = TestApp::start().await;
    let answer = app.api().post("estimates", request()).await.expect(StatusCode::OK).body;
    assert_eq!(answer["person_pays"], 25_000);
    let bill = &answer["bills"][0];
    assert_eq!(bill["amounts"]["pool_fund"], 75_000);
    let titles: Vec<&str> = bill["explanation"]
        .as_array()
        .expect("amounts")
        .iter()
        .filter_map(|each| each["title"].as_str())
        .collect();
    assert!(titles.contains(&"医保统筹支付"), "{titles:?}");
    let amounts = bill["explanation"].as_array().expect("amounts");
    let fund = amounts.iter().find(|each| each["title"] == "医保统筹支付").expect("the fund");
    let step = &fund["steps"][0];
    assert_eq!((&step["rule"], &step["confidence"]), (&json!("outpatient.shared.tertiary"), &json!("B")));
    assert_eq!(step.get("reading"), None, "the page can be read in one way only");
    let cash = &amounts.iter().find(|each| each["title"] == "个人现金支付").expect("cash")["steps"][0];
    assert!(cash["reading"].as_str().expect("how the lane was read").contains("救护车"), "{cash}");
    let alternatives = answer["alternatives"].as_array().expect("alternatives");
    let of = |level: &str| alternatives.iter().find(|each| each["value"] == level);
    let community = of("community").expect("another level");
    assert_eq!((&community["person_pays"], &community["saved"]), (&json!(14_000), &json!(11_000)));
    assert_eq!(of("secondary").expect("another level")["saved"], 5_000);
    assert!(of("tertiary_special").is_none(), "it would cost the same");
}

#[tokio::test]
async fn what_the_account_holds_pays_first() {
    let app = TestApp::start().await;
    let request = with(|request| request["account"] = json!({ "current_year": 30_000 }));
    let answer = app.api().post("estimates", request).await.expect(StatusCode::OK).body;
    // 300.00 come from the account; of the 700.00 that are left the fund pays 75 %, 525.00.
    assert_eq!(answer["bills"][0]["amounts"]["account_current_year"], 30_000);
    assert_eq!(answer["bills"][0]["amounts"]["pool_fund"], 52_500);
    assert_eq!(answer["bills"][0]["amounts"]["cash"], 17_500);
}

#[tokio::test]
async fn bad_requests_name_the_field() {
    let app = TestApp::start().await;
    let api = app.api();
    for (field, request) in [
        ("region", with(|request| request["region"] = json!("宁波"))),
        ("scheme", with(|request| request["scheme"] = json!("999"))),
        ("person_type", with(|request| request["person"]["person_type"] = json!("77"))),
        ("birth", with(|request| request["person"]["birth"] = json!("1985-02-30"))),
        ("date", with(|request| request["visit"]["date"] = json!("today"))),
        ("medical_type", with(|request| request["visit"]["medical_type"] = json!("99"))),
        ("level", with(|request| request["visit"]["level"] = json!("best"))),
        ("filing", with(|request| request["visit"]["filing"] = json!("yes"))),
        ("current_year", with(|request| request["account"] = json!({ "current_year": -1 }))),
    ] {
        let answer = api.post("estimates", request).await;
        assert_eq!(answer.field(), field);
        answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "value_unknown");
    }
    for (name, code) in [("price", "price_format"), ("quantity", "quantity_format")] {
        let answer = api.post("estimates", with(|request| request["lines"][0][name] = json!("some"))).await;
        assert_eq!((answer.field(), answer.code()), (&*format!("lines[0].{name}"), code));
    }
    let typo = with(|request| request["lines"][0]["item_code"] = json!("XC08CAA146A001010199009"));
    let answer = api.post("estimates", typo).await;
    assert_eq!(answer.field(), "lines[0].item_code");
    answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "item_unknown");
    let trait_typo = with(|request| request["person"]["traits"] = json!(["no_such_trait"]));
    assert_eq!(api.post("estimates", trait_typo).await.field(), "traits");
    let sum_typo = with(|request| request["accumulated"] = json!({ "outpatient_self_bourne": 1 }));
    assert_eq!(api.post("estimates", sum_typo).await.field(), "accumulated");
    let disease_typo = with(|request| request["visit"]["disease"] = json!("no_such_disease"));
    assert_eq!(api.post("estimates", disease_typo).await.field(), "disease");
    let many = with(|request| request["lines"] = Value::Array(vec![request["lines"][0].clone(); 1001]));
    let answer = api.post("estimates", many).await;
    answer.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "too_many_lines");
    let unknown = with(|request| request["colour"] = json!("red"));
    api.post("estimates", unknown).await.expect_problem(StatusCode::BAD_REQUEST, "request_unreadable");
}

#[tokio::test]
async fn what_a_settlement_refuses_an_estimate_refuses() {
    let app = TestApp::start().await;
    let api = app.api();
    for (code, request) in [
        ("no_policy", with(|request| request["region"] = json!("999999"))),
        ("no_policy_on_date", with(|request| request["visit"]["date"] = json!("2019-05-01"))),
        (
            "no_catalogue",
            with(|request| {
                request["region"] = json!("110100");
                request["lines"][0]["item_code"] = Value::Null;
            }),
        ),
        (
            "stay_out_of_order",
            with(|request| {
                request["visit"]["medical_type"] = json!("21");
                request["visit"]["discharged"] = json!("2023-04-01");
            }),
        ),
        ("bad_quantity", with(|request| request["lines"][0]["quantity"] = json!("-1"))),
        ("bad_price", with(|request| request["lines"][0]["price"] = json!("0"))),
        ("no_lines", with(|request| request["lines"] = json!([]))),
        ("person_type_not_covered", with(|request| request["person"]["person_type"] = json!("14"))),
    ] {
        let answer = api.post("estimates", request).await;
        assert_eq!(answer.code(), code);
    }
}

/// Items of a region that the platform has no catalogue of: Beijing, a person in service at a secondary hospital.
fn described() -> Value {
    with(|request| {
        request["region"] = json!("110100");
        request["visit"] = json!({
            "date": "2023-05-01", "medical_type": "21", "institution": "hospital", "level": "tertiary",
            "discharged": "2023-05-09"
        });
        request["accumulated"] = json!({});
        request["lines"] = json!([
            { "item": { "name": "手术", "class": "A" }, "price": "5000.00", "quantity": "1" },
            { "item": { "name": "药品", "class": "B", "first_self_pay": "10 %" }, "price": "1000.00", "quantity": "1" },
            { "item": { "name": "特需病房", "class": "C" }, "price": "300.00", "quantity": "1" }
        ]);
    })
}

#[tokio::test]
async fn items_that_are_described_need_no_catalogue() {
    let app = TestApp::start().await;
    let answer = app.api().post("estimates", described()).await.expect(StatusCode::OK).body;
    let amounts = &answer["bills"][0]["amounts"];
    // 300.00 of class C, 100.00 first, 5,900.00 in scope: 1,300.00 borne, of 4,600.00 the fund pays 85 %, 3,910.00.
    assert_eq!(amounts["fully_self_paid"], 30_000);
    assert_eq!(amounts["first_self_paid"], 10_000);
    assert_eq!(amounts["deductible"], 130_000);
    assert_eq!(amounts["pool_fund"], 391_000);
    let text = answer["bills"][0]["explanation"].to_string();
    assert!(text.contains("特需病房"), "the items are called by their names: {text}");
}

#[tokio::test]
async fn a_described_item_that_cannot_be_is_told() {
    let app = TestApp::start().await;
    let api = app.api();
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut request = described();
        change(&mut request["lines"][1]);
        request
    };
    for (field, code, request) in [
        ("lines[1].item.class", "value_unknown", changed(&|line| line["item"]["class"] = json!("D"))),
        (
            "lines[1].item.first_self_pay",
            "value_unknown",
            changed(&|line| line["item"]["first_self_pay"] = json!("120 %")),
        ),
        (
            "lines[1].item.first_self_pay",
            "value_unknown",
            changed(&|line| line["item"]["first_self_pay"] = json!("-5 %")),
        ),
        (
            "lines[1].item.first_self_pay",
            "required",
            changed(&|line| line["item"]["first_self_pay"] = Value::Null),
        ),
        (
            "lines[1].item.category",
            "value_unknown",
            changed(&|line| line["item"]["category"] = json!("drug")),
        ),
        (
            "lines[1].item.price_ceiling",
            "price_format",
            changed(&|line| line["item"]["price_ceiling"] = json!("0")),
        ),
        (
            "lines[1].item.group",
            "value_unknown",
            changed(&|line| line["item"]["group"] = json!("no_such_group")),
        ),
        (
            "lines[1].item",
            "item_twice",
            changed(&|line| line["item_code"] = json!("XC08CAA146A001010199002")),
        ),
        ("lines[1].category", "value_unknown", changed(&|line| line["category"] = json!("material"))),
        (
            "region",
            "no_catalogue",
            changed(&|line| {
                line["item"] = Value::Null;
                line["item_code"] = json!("XC08CAA146A001010199002");
            }),
        ),
    ] {
        let answer = api.post("estimates", request).await;
        assert_eq!((answer.field(), answer.code()), (field, code));
    }
}
