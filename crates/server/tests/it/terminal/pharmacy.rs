//! A pharmacy: the same course without department, doctor and diagnosis.

use axum::http::StatusCode;
use model::MedicalType;
use store::visits;

use super::{
    DRUG_A, REGISTRATION, add, at_desk, code_of, on_visit, pharmacy, scan, scan_card, settle, staffed,
    visit_of,
};
use crate::support::LI;

#[tokio::test]
async fn a_purchase_is_settled_at_the_window() {
    let app = staffed().await;
    app.open_account(&LI, "30.00", "0.00").await;
    let mut desk = at_desk(&app, &pharmacy()).await;
    let identified = scan_card(&mut desk, &LI).await;
    identified.assert_contains("居民身份证");
    assert!(!identified.html.contains("name=\"diagnosis\""), "a pharmacy asks for no diagnosis");
    let visit = visit_of(&identified);
    on_visit(&mut desk, "register", &[("medical_type", "41")]).await.assert_contains("<dd>药店购药</dd>");
    add(&mut desk, DRUG_A, "40.00", "1").await;
    // This year's account pays 30.00, the self-borne band takes the rest.
    on_visit(&mut desk, "presettle", &[]).await.assert_contains("10.00");
    settle(&mut desk, "counter").await.assert_contains("窗口已收款");

    let (person_id, visit_id) = (LI.id(), visit.parse().expect("a number"));
    let found = app.app.database.read(move |connection| visits::find(connection, person_id, visit_id)).await;
    let stored = found.expect("read").expect("a visit").visit;
    assert_eq!(stored.medical_type, Some(MedicalType::Pharmacy));
    assert_eq!((stored.department, stored.doctor, stored.diagnoses.len()), (None, None, 0));

    let revoked = on_visit(&mut desk, "revoke", &[("reason", "患者退药")]).await;
    revoked.assert_contains("已退款");
    revoked.assert_contains("30.00");
}

#[tokio::test]
async fn a_code_scanned_at_a_pharmacy_serves_there() {
    let app = staffed().await;
    let phone = app.activated(&LI).await;
    let mut desk = at_desk(&app, &pharmacy()).await;
    scan(&mut desk, &code_of(&phone).await).await.assert_contains("<dd>医保码</dd>");
    on_visit(&mut desk, "register", &[("medical_type", "41")]).await.assert_contains("<dd>药店购药</dd>");
}

#[tokio::test]
async fn each_kind_of_institution_has_its_own_lanes() {
    let app = staffed().await;
    let mut shop = at_desk(&app, &pharmacy()).await;
    scan_card(&mut shop, &LI).await;
    let refused = on_visit(&mut shop, "register", &REGISTRATION).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    shop.get("/t").await.assert_contains("待登记");
    let mut clinic = at_desk(&app, &crate::support::care::hospital()).await;
    scan_card(&mut clinic, &LI).await;
    let mut as_pharmacy = REGISTRATION;
    as_pharmacy[0].1 = "41";
    let refused = on_visit(&mut clinic, "register", &as_pharmacy).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}
