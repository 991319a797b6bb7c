//! Bad input: where the page says so, and that nothing was changed.

use axum::http::StatusCode;
use model::id_number::check_character;
use store::institutions;

use super::{
    DRUG_A, REGISTRATION, add, at_desk, code_of, on_visit, other_hospital, readings, scan, scan_card,
    staffed, visit_of, visit_with_item,
};
use crate::support::care::hospital;
use crate::support::{LI, WANG, ZHOU};

/// What the first field that was refused is told.
fn field_error(html: &str) -> &str {
    let (_, rest) = html.split_once("class=\"field-error\"").expect("a field that was refused");
    rest.split("</p>").next().expect("a text")
}

#[tokio::test]
async fn codes_that_do_not_serve_are_refused_in_the_scan_box() {
    let app = staffed().await;
    let phone = app.activated(&LI).await;
    let mut desk = at_desk(&app, &hospital()).await;
    let used = code_of(&phone).await;
    scan(&mut desk, &used).await;
    app.advance(1);
    let stale = code_of(&phone).await;
    app.advance(120);
    let fresh = code_of(&phone).await;
    let digit = if fresh.as_bytes()[10] == b'0' { "1" } else { "0" };
    let made_up = format!("{}{digit}{}", &fresh[..10], &fresh[11..]);
    for (code, text) in [
        (used.as_str(), "医保码已过期"),
        (stale.as_str(), "医保码已过期"),
        (made_up.as_str(), "医保码无效"),
        ("6901234567892", "这不是医保码"),
        ("", "这不是医保码"),
    ] {
        desk.get("/t").await;
        let refused = scan(&mut desk, code).await;
        assert!(refused.status.is_client_error(), "{code}: {}", refused.status);
        refused.assert_contains("id=\"code\"");
        refused.assert_contains("aria-invalid=\"true\"");
        let told = field_error(&refused.html);
        assert!(told.contains(text), "{code}: {told}");
    }
}

#[tokio::test]
async fn a_code_serves_once() {
    let app = staffed().await;
    let phone = app.activated(&LI).await;
    let mut desk = at_desk(&app, &hospital()).await;
    let code = code_of(&phone).await;
    scan(&mut desk, &code).await.assert_contains("李*兰");
    desk.get("/t").await;
    let again = scan(&mut desk, &code).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    again.assert_contains("医保码已经用过");
    assert_eq!(readings(&app, &LI).await.iter().filter(|read| read.1 == "person").count(), 1);
}

#[tokio::test]
async fn a_card_needs_number_and_name_of_one_person() {
    let app = staffed().await;
    let mut desk = at_desk(&app, &hospital()).await;
    let li = LI.id_number();
    let nobody = "99000020000101001";
    let nobody = format!("{nobody}{}", check_character(nobody).expect("17 digits"));
    let mut answers = Vec::new();
    for (id_number, name, field) in [
        ("", LI.name, "id_number"),
        (li.as_str(), " ", "name"),
        ("990000195304120021", LI.name, "id_number"),
        (li.as_str(), WANG.name, "id_number"),
        (nobody.as_str(), LI.name, "id_number"),
    ] {
        desk.get("/t").await;
        let fields = [("certificate_type", "02"), ("id_number", id_number), ("name", name)];
        let refused = desk.submit("/t/scan", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.assert_contains(&format!("id=\"{field}-error\""));
        answers.push(refused.html);
    }
    assert!(readings(&app, &LI).await.is_empty(), "nobody was shown");
    // Whether it was the name or the number that nobody has is not told.
    assert_eq!(field_error(&answers[3]), field_error(&answers[4]));
    desk.get("/t").await;
    desk.submit("/t/scan", &[("certificate_type", "99")]).await.assert_contains("收到的内容无法处理");
}

#[tokio::test]
async fn a_registration_is_refused_in_its_fields() {
    let app = staffed().await;
    let mut desk = at_desk(&app, &hospital()).await;
    scan_card(&mut desk, &LI).await;
    for (place, field, text) in
        [(1, "department", "内科"), (2, "doctor", ""), (3, "diagnosis", "感冒 J06.900")]
    {
        let mut fields = REGISTRATION;
        fields[place].1 = text;
        let refused = on_visit(&mut desk, "register", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        refused.assert_contains(&format!("id=\"{field}-error\""));
        // What was right stays.
        assert!(refused.has_form(&format!("/t/s/{}/register", visit_of(&refused))));
        let other = if place == 1 { "J06.900 急性上呼吸道感染" } else { "A03 内科" };
        refused.assert_contains(other);
    }
    on_visit(&mut desk, "register", &REGISTRATION).await.assert_contains("还没有费用");
}

#[tokio::test]
async fn who_is_suspended_is_shown_but_not_registered() {
    let app = staffed().await;
    let mut desk = at_desk(&app, &hospital()).await;
    scan_card(&mut desk, &ZHOU).await.assert_contains("暂停");
    let refused = on_visit(&mut desk, "register", &REGISTRATION).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.assert_contains("参保状态不正常");
}

#[tokio::test]
async fn an_identification_serves_half_an_hour() {
    let app = staffed().await;
    let phone = app.activated(&LI).await;
    let mut desk = at_desk(&app, &hospital()).await;
    let visit = visit_of(&scan(&mut desk, &code_of(&phone).await).await);
    app.advance(1799);
    assert_eq!(desk.get(&format!("/t/s/{visit}")).await.status, StatusCode::OK);
    app.advance(1);
    assert_eq!(desk.get(&format!("/t/s/{visit}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn items_are_refused_in_their_fields() {
    let app = staffed().await;
    let mut desk = at_desk(&app, &hospital()).await;
    visit_with_item(&mut desk, "80.00").await;
    for (item, price, quantity, field, text) in [
        ("", "1", "1", "item_code", "请填写这一项"),
        ("X00", "1", "1", "item_code", "目录里没有这个项目"),
        ("胶囊", "1", "1", "item_code", "有几个项目都符合"),
        (DRUG_A, "十元", "1", "price", "单价不对"),
        (DRUG_A, "0", "1", "price", "单价不对"),
        (DRUG_A, "1.1234567", "1", "price", "单价不对"),
        (DRUG_A, "1", "-1", "quantity", "数量不对"),
        (DRUG_A, "1", "", "quantity", "数量不对"),
        (DRUG_A, "0.000001", "1", "price", "单价不对"),
        (DRUG_A, "1", "9999999999", "quantity", "数量不对"),
    ] {
        let refused = add(&mut desk, item, price, quantity).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{item} {price} {quantity}");
        refused.assert_contains(&format!("id=\"{field}-error\""));
        refused.assert_contains(text);
        // What was typed stays, and so does what was entered before.
        refused.assert_contains(&format!("value=\"{price}\""));
        refused.assert_contains("80.00");
    }
    // The list proposes what fits.
    let refused = add(&mut desk, "胶囊", "1", "1").await;
    refused.assert_contains("布洛芬缓释胶囊");
    assert!(!refused.html.contains("盐酸二甲双胍片"));
}

#[tokio::test]
async fn another_institutions_visit_is_not_found() {
    let app = staffed().await;
    let mut own = at_desk(&app, &hospital()).await;
    let visit = visit_with_item(&mut own, "80.00").await;
    let mut other = at_desk(&app, &other_hospital()).await;
    let csrf = other.page().csrf().expect("a form token").to_owned();
    let page = format!("/t/s/{visit}");
    for path in
        [page.clone(), format!("{page}/print"), "/t/s/nothing".to_owned(), format!("{page}?stage=items")]
    {
        let missing = other.get(&path).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{path}");
        missing.assert_contains("本机构没有这次就诊");
    }
    let key = "01JRM8Q5V7K3XNT2W9YB4HFGCD-0123456789abcdef";
    let forms: [(&str, Vec<(&str, &str)>); 7] = [
        ("register", REGISTRATION.to_vec()),
        ("items", vec![("item_code", DRUG_A), ("price", "1"), ("quantity", "1")]),
        ("items/remove", vec![("serial", "1")]),
        ("presettle", vec![]),
        ("settle", vec![("key", key), ("total_fen", "8000"), ("cash_fen", "8000"), ("collect", "phone")]),
        ("collect", vec![]),
        ("revoke", vec![("reason", "患者退药")]),
    ];
    for (form, mut fields) in forms {
        fields.push(("csrf", &csrf));
        let missing = other.post(&format!("{page}/{form}"), &fields).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{form}");
    }
    other.get("/t").await.assert_contains("今天还没有就诊记录");
    let before = readings(&app, &LI).await.len();
    own.get(&page).await.assert_contains("80.00");
    assert_eq!(readings(&app, &LI).await.len(), before + 1);
}

#[tokio::test]
async fn who_was_identified_at_one_terminal_is_not_seen_at_another() {
    let app = staffed().await;
    let mut first = at_desk(&app, &hospital()).await;
    let visit = visit_of(&scan_card(&mut first, &LI).await);
    let mut second = at_desk(&app, &hospital()).await;
    assert_eq!(second.get(&format!("/t/s/{visit}")).await.status, StatusCode::NOT_FOUND);
    // Once registered it is the institution's.
    on_visit(&mut first, "register", &REGISTRATION).await;
    assert_eq!(second.get(&format!("/t/s/{visit}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_from_elsewhere_and_a_page_without_a_session_do_nothing() {
    let app = staffed().await;
    let mut desk = at_desk(&app, &hospital()).await;
    let visit = visit_with_item(&mut desk, "80.00").await;
    let forged = desk.post(&format!("/t/s/{visit}/presettle"), &[("csrf", "00")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let mut nobody = app.browser();
    for path in ["/t".to_owned(), format!("/t/s/{visit}"), format!("/t/s/{visit}/print")] {
        let asked = nobody.get(&path).await;
        assert!(asked.path.starts_with("/t/login"), "{path} led to {}", asked.path);
    }
}

#[tokio::test]
async fn a_suspended_institution_does_nothing() {
    let app = staffed().await;
    let mut desk = at_desk(&app, &hospital()).await;
    let visit = visit_with_item(&mut desk, "80.00").await;
    app.app
        .database
        .write(|transaction| institutions::set_active(transaction, &hospital(), false))
        .await
        .expect("suspended");
    let refused = on_visit(&mut desk, "presettle", &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.assert_contains("本机构的医保结算已暂停");
    desk.get("/t").await;
    scan_card(&mut desk, &LI).await.assert_contains("本机构的医保结算已暂停");
    assert_eq!(super::settlements_of(&app, &LI, &visit).await, 0);
}
