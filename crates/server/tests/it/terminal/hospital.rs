//! The main course at a hospital, with amounts computed by hand.

use axum::http::StatusCode;
use serde_json::json;
use server::jobs::Rounds;

use super::{
    DRUG_A, DRUG_B, DRUG_C, REGISTRATION, add, at_desk, code_of, on_visit, readings, scan, settle, staffed,
    visit_of,
};
use crate::support::care::hospital;
use crate::support::{LI, PIN};

#[tokio::test]
async fn from_the_scanned_code_to_the_paid_bill_and_back() {
    let app = staffed().await;
    app.open_account(&LI, "100.00", "20.00").await;
    let phone = app.payment_open(&LI).await;
    let mut desk = at_desk(&app, &hospital()).await;
    desk.page().assert_contains("示例市第一医院");
    desk.page().assert_contains("001 林收费");
    desk.page().assert_contains("今天还没有就诊记录");

    // 识别.
    let identified = scan(&mut desk, &code_of(&phone).await).await;
    let visit = visit_of(&identified);
    assert_eq!(identified.path, format!("/t/s/{visit}"));
    identified.assert_contains("李*兰");
    identified.assert_contains("<dd>医保码</dd>");
    identified.assert_contains("120.00");
    assert!(!identified.html.contains(LI.name) && !identified.html.contains(LI.id_number().as_str()));
    // Until it is registered, the visit waits at this terminal.
    desk.get("/t").await.assert_contains("待登记");
    desk.get(&format!("/t/s/{visit}")).await.assert_contains("A50 中医科");

    // 登记.
    let registered = on_visit(&mut desk, "register", &REGISTRATION).await;
    assert_eq!(visit_of(&registered), visit, "the visit keeps its number");
    registered.assert_contains("内科 · 李医师");
    registered.assert_contains("J06.900 急性上呼吸道感染");
    add(&mut desk, DRUG_A, "500.00", "1").await;
    add(&mut desk, DRUG_B, "100", "1").await;
    // By its name, which no other item has.
    let items = add(&mut desk, "维生素C泡腾片", "10.00", "2").await;
    items.assert_contains(DRUG_C);
    items.assert_contains("620.00");
    // What this workplace charged is proposed the next time.
    items.assert_contains(&format!("<option value=\"{DRUG_A}\" data-price=\"500.00\""));

    // 预结算. Class C 20.00 fully self-paid; class B 5 % of 100.00 first; in scope 595.00. This year's account pays
    // 100.00; the self-borne band of a retired person takes 300.00; of the other 195.00 the person bears 25 % in a
    // tertiary hospital, 48.75, the fund 146.25. The person bears 20.00 + 5.00 + 300.00 + 48.75 = 373.75, of which
    // earlier years' account pays 20.00.
    let calculated = on_visit(&mut desk, "presettle", &[]).await;
    assert_eq!(visit_of(&calculated), visit);
    for amount in ["620.00", "595.00", "146.25", "100.00", "300.00", "48.75", "353.75"] {
        calculated.assert_contains(amount);
    }
    calculated.assert_contains("结算，发送到患者手机支付");

    // 结算: the bill is on the phone.
    let settled = settle(&mut desk, "phone").await;
    assert_eq!((settled.status, settled.path), (StatusCode::OK, format!("/t/s/{visit}")));
    desk.page().assert_contains("等待患者支付");
    let bills = phone.get("bills").await.expect(StatusCode::OK);
    let bill = bills.body["bills"][0].clone();
    assert_eq!((bill["state"].as_str(), bill["cash"].as_i64()), (Some("pending"), Some(35_375)));
    let path = format!("bills/{}/payment", bill["id"].as_str().expect("a number"));
    phone.post(&path, json!({ "cash": 35_375, "pin": PIN })).await.expect(StatusCode::OK);
    let code = json!({ "sms_code": app.bank_code(LI.phone) });
    phone.post(&format!("{path}/confirmation"), code).await.expect(StatusCode::OK);
    desk.get(&format!("/t/s/{visit}")).await.assert_contains("患者已用手机支付");
    let day = desk.get("/t").await;
    for amount in ["620.00", "146.25", "120.00", "353.75"] {
        day.assert_contains(amount);
    }
    let slip = desk.get(&format!("/t/s/{visit}/print")).await;
    for text in ["医保结算单", "李*兰", "353.75", "苯磺酸氨氯地平片", "001 林收费"] {
        slip.assert_contains(text);
    }

    // 撤销: the money goes back the way it came.
    desk.get(&format!("/t/s/{visit}")).await;
    let revoked = on_visit(&mut desk, "revoke", &[("reason", "患者退药")]).await;
    revoked.assert_contains("正在退款");
    revoked.assert_contains("已撤销");
    Rounds::new(&app.app).run().await;
    desk.get(&format!("/t/s/{visit}")).await.assert_contains("已退款");
    let account = desk.get("/t").await;
    account.assert_contains("已撤销");
    assert!(account.html.contains("<dd>0</dd>"), "nothing settled today stands: {}", account.html);

    let read = readings(&app, &LI).await;
    for (subject, purpose) in [("person", "terminal"), ("visit", "terminal"), ("revocation", "患者退药")]
    {
        assert!(
            read.contains(&("001".to_owned(), subject.to_owned(), purpose.to_owned())),
            "{subject}: {read:?}"
        );
    }
}

#[tokio::test]
async fn a_line_is_removed_and_a_revoked_visit_is_corrected_and_settled_again() {
    let app = staffed().await;
    let mut desk = at_desk(&app, &hospital()).await;
    let visit = super::visit_with_item(&mut desk, "80.00").await;
    add(&mut desk, DRUG_C, "5.00", "1").await;
    let serial = super::hidden(desk.page(), "serial");
    let left = on_visit(&mut desk, "items/remove", &[("serial", &serial)]).await;
    left.assert_contains("<td class=\"num strong\">5.00</td>");
    on_visit(&mut desk, "presettle", &[]).await;
    // Without an open bank account there is the window alone.
    desk.page().assert_contains("患者未开通手机支付");
    settle(&mut desk, "counter").await.assert_contains("窗口已收款");
    on_visit(&mut desk, "revoke", &[("reason", "费用录入有误")]).await.assert_contains("更正费用，重新结算");
    desk.page().assert_contains("已退款");

    let corrected = desk.get(&format!("/t/s/{visit}?stage=items")).await;
    corrected.assert_contains("预结算");
    add(&mut desk, DRUG_A, "7.00", "1").await.assert_contains("12.00");
    on_visit(&mut desk, "presettle", &[]).await.assert_contains("12.00");
    settle(&mut desk, "counter").await.assert_contains("窗口已收款");
    assert_eq!(super::settlements_of(&app, &LI, &visit).await, 3, "settled, undone, settled");
    desk.get("/t").await.assert_contains("<dd>1</dd>");
}
