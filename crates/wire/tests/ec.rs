//! The decode call in both directions.

#[cfg(test)]
mod common;

use common::*;
use serde_json::{Value, json};
use wire::Language::Chinese;
use wire::ec::{Birthday, DecodeAnswer, DecodeFailure, DecodeQuery, DecodedPerson, NOT_A_CREDENTIAL_CODE};
use wire::envelope::Limits;

const CODE: &str = "4240000000000000000001330000";

fn call() -> Value {
    json!({
        "orgId": "H99000000001", "transType": "ec.query", "extra": "",
        "data": {
            "orgId": "H99000000001", "businessType": "01301", "operatorId": "test001", "operatorName": "收费员",
            "officeId": "32760", "officeName": "消化内科", "deviceType": "", "ecQrCode": CODE,
        },
    })
}

fn parse(call: &Value) -> Result<DecodeQuery, wire::Error> {
    DecodeQuery::parse(tables(), call.to_string().as_bytes(), Limits::default())
}

#[test]
fn a_call_round_trips() {
    let query = parse(&call()).expect("right");
    assert_eq!(query.code.as_str(), CODE);
    assert_eq!(query.business, "01301");
    let again =
        DecodeQuery::parse(tables(), query.to_json().as_bytes(), Limits::default()).expect("its own writing");
    assert_eq!(again, query);
    assert!(!format!("{query:?}").contains(CODE));
}

#[test]
fn callers_spell_and_nest_it_differently() {
    let plain = parse(&call()).expect("right");
    let mut as_text = call();
    as_text["data"] = json!(call()["data"].to_string());
    assert_eq!(parse(&as_text).expect("data as text"), plain);
    for spelling in ["qrCode", "ecQrcode", "qrcode", "ecCode", "businessInfo"] {
        let mut other = call();
        let data = other["data"].as_object_mut().expect("an object");
        data.remove("ecQrCode");
        data.insert(spelling.to_owned(), json!(CODE));
        assert_eq!(parse(&other).expect(spelling), plain, "{spelling}");
    }
    let mut outer = call();
    outer["data"].as_object_mut().expect("an object").remove("orgId");
    assert_eq!(parse(&outer).expect("orgId outside"), plain);
    let mut small = call();
    small["data"].as_object_mut().expect("an object").remove("officeId");
    assert!(parse(&small).is_ok());
}

#[test]
fn bad_calls_are_refused_in_words() {
    let with = |change: fn(&mut Value)| {
        let mut call = call();
        change(&mut call);
        parse(&call).expect_err("refused").text(Chinese)
    };
    assert_eq!(
        with(|c| c["transType"] = json!("cn.nhsa.ec.auth")),
        "transType（交易类型）：本平台暂不支持取值 \"cn.nhsa.ec.auth\""
    );
    assert_eq!(with(|c| c["transType"] = json!("")), "transType（交易类型）：必填，未提供或为空");
    assert_eq!(
        with(|c| c["data"]["ecQrCode"] = json!("")),
        "data ecQrCode（电子凭证二维码）：必填，未提供或为空"
    );
    assert_eq!(with(|c| c["data"] = json!(7)), "data 应为 JSON 对象");
    assert_eq!(
        with(|c| c["data"]["businessType"] = json!("09999")),
        "data businessType（用码业务类型）：\"09999\" 不在代码表“用码业务类型”中，可用值：01101=挂号、01102=住院建档、01103=入院登记、01104=缴纳预缴金、01201=问诊、01202=预约检查、01203=检查、01204=治疗 等18个"
    );
}

fn decoded() -> DecodedPerson {
    DecodedPerson {
        name: personal("示范参保人"),
        document_number: personal("990000195304120018"),
        document_type: "01".to_owned(),
        token: personal("330200ec0123456789ABCDEF0123456789ABCDEF"),
        region: region(),
        credential_index: Some(personal("0123456789ABCDEF0123456789ABCDEF")),
        gender: Some("男".to_owned()),
        birthday: Some(Birthday(day("1953-04-12"))),
        nationality: Some("中国".to_owned()),
        email: None,
        channel: None,
        code: Some(personal(CODE)),
        authorisation: None,
        extension: None,
    }
}

#[test]
fn answers_round_trip() {
    let success = DecodeAnswer { institution: "H99000000001".to_owned(), result: Ok(decoded()) };
    let body = success.to_json();
    let sent: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(sent["code"], json!(0));
    assert_eq!(sent["data"]["birthday"], json!("1953.04.12"));
    let read = |body: &str| DecodeAnswer::parse(tables(), body.as_bytes(), Limits::default());
    assert_eq!(read(&body).expect("its own writing"), success);
    let mut as_text = sent.clone();
    as_text["code"] = json!("0");
    as_text["data"] = json!(sent["data"].to_string());
    assert_eq!(read(&as_text.to_string()).expect("data as text"), success);

    let failure = DecodeAnswer {
        institution: "H99000000001".to_owned(),
        result: Err(DecodeFailure::not_a_credential_code(Chinese)),
    };
    let body = failure.to_json();
    let sent: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((&sent["code"], &sent["success"]), (&json!(NOT_A_CREDENTIAL_CODE), &json!(false)));
    assert_eq!(read(&body).expect("its own writing"), failure);
    assert!(read("{}").is_err());
    assert!(read(r#"{"code":0,"data":{}}"#).is_err());
}
