//! Policies that are read again while the platform runs.

use std::fs;
use std::path::Path;

use axum::http::StatusCode;
use serde_json::json;

use crate::support::TestApp;

/// The files of Ningbo's policy, without its cases, in a folder of the test.
fn copy_policies(from: &Path, to: &Path) {
    for entry in fs::read_dir(from.join("ningbo-employees")).expect("the policy of Ningbo") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copied");
        }
    }
}

/// The visit of [`community_pays`], worked by hand at 14 %.
const CASE: &str = r#"
region = "330200"
scheme = "employee"
title = { zh = "社区门诊", en = "A visit to a community hospital" }
arithmetic = "1,000.00 in scope, the band is used up: 1,000.00 × 14 % = 140.00."

[person]
person_type = "in_service"
birth = 1985-03-02

[visit]
date = 2023-05-01
medical_type = "outpatient"
institution = "hospital"
level = "community"

[accumulators]
outpatient_self_borne = "900 yuan"

[[line]]
name = "drug of class A"
class = "A"
price = "40.00"
quantity = "25"

[expect]
total = "1000 yuan"
in_scope = "1000 yuan"
co_payment = "140 yuan"
pool_fund = "860 yuan"
cash = "140 yuan"

[expect.accumulated]
outpatient_pool_fund = "860 yuan"
"#;

fn change(folder: &Path, from: &str, to: &str) {
    let path = folder.join("outpatient.toml");
    let text = fs::read_to_string(&path).expect("a text");
    assert!(text.contains(from), "{from}");
    fs::write(&path, text.replacen(from, to, 1)).expect("written");
}

async fn community_pays(app: &TestApp) -> i64 {
    let request = json!({
        "region": "330200",
        "scheme": "310",
        "person": { "person_type": "11", "birth": "1985-03-02" },
        "visit": {
            "date": "2023-05-01", "medical_type": "11", "institution": "hospital", "level": "community"
        },
        "accumulated": { "outpatient_self_borne": 90_000 },
        "lines": [{ "item_code": "XC08CAA146A001010199002", "price": "40.00", "quantity": "25" }]
    });
    let answer = app.api().post("estimates", request).await.expect(StatusCode::OK).body;
    answer["person_pays"].as_i64().expect("fen")
}

#[tokio::test]
async fn a_wrong_policy_never_loads_and_a_right_one_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    let app = TestApp::with(
        |settings| {
            copy_policies(&settings.policies, &path);
            settings.policies.clone_from(&path);
        },
        false,
    )
    .await;
    assert_eq!(community_pays(&app).await, 14_000);
    let version = app.app.rules().policies.version().to_owned();

    change(&path, "person_pays = \"14 %\"", "person_pays = \"14\"");
    let error = app.app.reload_rules().await.expect_err("a wrong policy");
    assert!(error.to_string().contains("outpatient.toml:"), "{error}");
    assert!(error.to_string().contains("not a percentage"), "{error}");
    assert_eq!(app.app.rules().policies.version(), version);
    assert_eq!(community_pays(&app).await, 14_000);

    change(&path, "person_pays = \"14\"", "person_pays = \"12 %\"");
    assert!(app.app.reload_rules().await.expect("a right policy"), "it is another one");
    assert_ne!(app.app.rules().policies.version(), version);
    assert_eq!(community_pays(&app).await, 12_000);
    assert!(!app.app.reload_rules().await.expect("the same policy"), "it is the same");

    fs::create_dir(path.join("cases")).expect("a folder");
    fs::write(path.join("cases/community.toml"), CASE).expect("written");
    let error = app.app.reload_rules().await.expect_err("a policy whose case comes out otherwise");
    assert!(error.to_string().contains("cases/community.toml:"), "{error}");
    assert!(error.to_string().contains("140.00") && error.to_string().contains("120.00"), "{error}");
    assert_eq!(community_pays(&app).await, 12_000);

    change(&path, "person_pays = \"12 %\"", "person_pays = \"14 %\"");
    assert!(app.app.reload_rules().await.expect("the case holds"), "it is another one");
    assert_eq!(community_pays(&app).await, 14_000);
}
