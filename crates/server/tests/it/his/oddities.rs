//! What real systems send and the tables do not foresee (interface facts, section 6.8).

use model::{CertificateType, MedicalType};
use sandbox::his::{Call, HisClient, forms};
use serde_json::{Value, json};
use wire::Personal;
use wire::message::{FeeReply, PersonReply, RegistrationReply, SettlementReply};

use super::world::{CARD, World, changed, small_bill, with_id_card, wu};
use crate::support::WANG;

/// Every number of a message as text.
fn numbers_as_text(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Array(entries) => entries.iter_mut().for_each(numbers_as_text),
        Value::Object(members) => members.values_mut().for_each(numbers_as_text),
        _ => {}
    }
}

fn as_plain_text(mut call: Call) -> Call {
    for (name, value) in &mut call.headers {
        if *name == "content-type" {
            "text/plain".clone_into(value);
        }
    }
    call
}

fn with_oddities(
    his: &HisClient,
    infno: &str,
    message: &impl wire::message::Message,
    odd: fn(&mut Value),
) -> Call {
    let call = his.prepare(infno, message).expect("a call");
    changed(his, &call, odd)
}

#[tokio::test]
async fn a_visit_of_a_system_full_of_oddities() {
    let world = World::open().await;
    let (his, items) = (&world.hospital, small_bill());
    let wu = wu();
    let mut patient = with_id_card(&WANG);
    patient.person = wu.insured.id;
    patient.certificate_number = Personal::new(wu.id_number.as_str().to_lowercase());

    // text/plain, a small x, an unknown member, "null" for nothing, a number for the kind of operator.
    let register = forms::registration(&patient, "MZ/2026-1", his.now());
    let register = with_oddities(his, "2201", &register, |e| {
        e["enc_type"] = json!("none");
        e["dev_no"] = json!("null");
        e["insuplc_admdvs"] = json!("null");
        e["opter_type"] = json!(1);
        e["input"]["data"]["dr_name"] = json!("NULL");
        e["input"]["data"]["vendor"] = json!({"any": [1, 2]});
    });
    let registered: RegistrationReply = his.send_for(&as_plain_text(register)).await.expect("registered");
    let visit = registered.visit;

    // `input` as JSON text; the list of diagnoses as one object; the extension as an object under another name.
    let record = forms::visit(&patient, visit, MedicalType::Outpatient, his.now());
    let record = with_oddities(his, "2203", &record, |e| {
        e["input"]["diseinfo"] = e["input"]["diseinfo"][0].take();
        e["input"]["mdtrtinfo"]["expContent"] = json!({"TRUM_FLAG": "0"});
        e["input"] = json!(e["input"].to_string());
    });
    his.send_for::<wire::message::Empty>(&record).await.expect("recorded");

    // Numbers as text, serial numbers with letters, `Input` with a capital.
    let fees = forms::fees(&patient, visit, "B1", &items, his.now());
    let fees = with_oddities(his, "2204", &fees, |e| {
        numbers_as_text(&mut e["input"]);
        for (n, line) in e["input"]["feedetail"].as_array_mut().expect("lines").iter_mut().enumerate() {
            line["feedetl_sn"] = json!(format!("XM-{n}-yp000000000000000"));
        }
        let members = e.as_object_mut().expect("an envelope");
        let nodes = members.remove("input").expect("nodes");
        members.insert("Input".to_owned(), nodes);
    });
    let uploaded: FeeReply = his.send_for(&fees).await.expect("uploaded");
    assert_eq!(uploaded.lines.len(), 3);

    // The level of the only node left out; a node as a list of one; a message id of an odd form.
    let trial = forms::pre_settlement(
        &patient,
        visit,
        "B1",
        MedicalType::Outpatient,
        forms::total(&items).expect("a sum"),
    );
    let trial = with_oddities(his, "2206A", &trial, |e| e["input"] = e["input"]["data"].take());
    let trial: SettlementReply = his.send_for(&trial).await.expect("previewed");
    let settle = forms::settlement(&patient, visit, "B1", MedicalType::Outpatient, &trial.amounts);
    let settle = with_oddities(his, "2207A", &settle, |e| {
        numbers_as_text(&mut e["input"]);
        e["input"]["data"] = json!([e["input"]["data"].take()]);
        e["msgid"] = json!("odd-17");
    });
    let settled: SettlementReply = his.send_for(&settle).await.expect("settled");
    assert_eq!(settled.info.institution_settlement, "odd-17");
    assert_eq!((settled.amounts.total.get(), settled.amounts.first_self_paid.get()), (5_900, 120));
    his.reverse(patient.person, "2207A", "odd-17").await.expect("reversed");
}

#[tokio::test]
async fn numbers_of_persons_in_old_and_odd_forms() {
    let world = World::open().await;
    let his = &world.hospital;
    let read = |kind, number: &str| {
        let number = Personal::new(number);
        async move { his.read_person(kind, &number).await.expect("read").base.person }
    };
    let (wang, wu) = (WANG.id_number(), wu());
    let fifteen = format!("{}{}", &wang.as_str()[..6], &wang.as_str()[8..17]);
    assert_eq!(fifteen.len(), 15);
    assert_eq!(read(CertificateType::IdCard, &fifteen).await, WANG.id());
    assert_eq!(read(CertificateType::IdCard, &wu.id_number.as_str().to_lowercase()).await, wu.insured.id);
    let with_cipher = format!("{CARD}|{}", "A1".repeat(90));
    assert_eq!(read(CertificateType::SocialSecurityCard, &with_cipher).await, wu.insured.id);

    // 1101 without the node, with texts "null" in the members that are not used.
    let call = his.prepare("1101", &wire::message::Empty).expect("a call");
    let flat = changed(his, &call, |e| {
        e["input"] = json!({
            "mdtrt_cert_type": "02", "mdtrt_cert_no": fifteen, "card_sn": "null", "begntime": "",
            "psn_cert_type": "01", "certno": "NULL", "psn_name": null,
        });
    });
    let reply: PersonReply = his.send_for(&flat).await.expect("read");
    assert_eq!(reply.base.person, WANG.id());
}

#[tokio::test]
async fn what_is_no_address_is_refused_in_the_form_of_the_interface() {
    let world = World::open().await;
    for (method, path, status, said) in [
        ("POST", "/fsi/api/rsfComIfsService/callservice", 404, "没有这个接口地址"),
        ("POST", "/fsi/api", 404, "没有这个接口地址"),
        ("GET", "/localcfc/api", 404, "没有这个接口地址"),
        ("GET", "/fsi/api/rsfComIfsService/callService", 405, "只接受 POST"),
        ("GET", "/fsi/api/rsfComIfsService/callService/1101", 405, "只接受 POST"),
        ("PUT", "/localcfc/api/hsecfc/localQrCodeQuery", 405, "只接受 POST"),
    ] {
        let request = axum::http::Request::builder().method(method).uri(path);
        let request = request.body(axum::body::Body::empty()).expect("a request");
        let answer = world.app.api().send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        assert_eq!(answer.body["infcode"], json!(-1), "{method} {path}: {}", answer.body);
        assert!(answer.text("err_msg").contains(said), "{method} {path}: {}", answer.body);
    }
}
