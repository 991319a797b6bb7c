//! What envelopes real callers send, and what is refused in which words.
#![expect(clippy::expect_used, reason = "a helper that fails fails its test")]

#[cfg(test)]
mod common;

use common::*;
use model::Instant;
use serde_json::{Value, json};
use wire::Language;
use wire::envelope::{EnvelopeError, Limits, Outcome, Request, Response, reference_number};

fn parse(body: &str) -> Result<Request, EnvelopeError> {
    Request::parse(body.as_bytes(), Limits::default())
}

/// A right envelope as a JSON value, to be changed.
fn envelope() -> Value {
    let body = request("2204", fee_nodes()).to_json();
    serde_json::from_str(&body).expect("JSON")
}

fn changed(change: impl Fn(&mut Value)) -> String {
    let mut envelope = envelope();
    change(&mut envelope);
    envelope.to_string()
}

/// Interface facts, section 6.8 and 1.1: what differs from the tables and has to work.
#[test]
fn oddities_of_real_callers_are_accepted() {
    let plain = parse(&changed(|_| {})).expect("plain");
    let nodes = fee_nodes().to_string();
    let remove = |member: &'static str| {
        move |envelope: &mut Value| {
            envelope.as_object_mut().expect("an object").remove(member);
        }
    };
    let cases: Vec<(&str, String)> = vec![
        ("msgid of 17 characters", changed(|e| e["msgid"] = json!("20230501120000001"))),
        ("msgid of another form", changed(|e| e["msgid"] = json!("240510084440-H41130200746-4357"))),
        ("msgid of 64 characters", changed(|e| e["msgid"] = json!("M".repeat(64)))),
        ("msgid as number", changed(|e| e["msgid"] = json!(20_230_501_120_000_001_u64))),
        ("opter_type as number", changed(|e| e["opter_type"] = json!(1))),
        ("opter_type null", changed(|e| e["opter_type"] = Value::Null)),
        ("dev_no null", changed(|e| e["dev_no"] = Value::Null)),
        ("dev_no the text null", changed(|e| e["dev_no"] = json!("null"))),
        ("insuplc_admdvs empty", changed(|e| e["insuplc_admdvs"] = json!(""))),
        ("insuplc_admdvs the text NULL", changed(|e| e["insuplc_admdvs"] = json!("NULL"))),
        ("sign_no empty", changed(|e| e["sign_no"] = json!(""))),
        ("no sign_no", changed(remove("sign_no"))),
        ("no opter_name", changed(remove("opter_name"))),
        ("no recer_sys_code", changed(remove("recer_sys_code"))),
        ("infver V1.0", changed(|e| e["infver"] = json!("V1.0"))),
        ("long institution name", changed(|e| e["fixmedins_name"] = json!("示范".repeat(60)))),
        ("unknown members", changed(|e| e["serv_code"] = json!({"a": [1, 2]}))),
        ("enc_type", changed(|e| e["enc_type"] = json!(""))),
        ("cainfo", changed(|e| e["cainfo"] = json!("x".repeat(2000)))),
        ("input as text", changed(|e| e["input"] = json!(nodes))),
        (
            "Input with a capital",
            changed(|e| {
                let nodes = e.as_object_mut().and_then(|e| e.remove("input")).expect("nodes");
                e["Input"] = nodes;
            }),
        ),
        ("byte order mark", format!("\u{feff}{}", envelope())),
        ("blanks around", format!("  \n{}\n ", envelope())),
    ];
    for (what, body) in cases {
        let read = parse(&body).unwrap_or_else(|error| panic!("{what}: {}", error.text(Language::Chinese)));
        assert_eq!(read.input, plain.input, "{what}");
        assert_eq!(read.institution, plain.institution, "{what}");
    }
}

#[test]
fn bad_envelopes_are_refused_in_words() {
    let cases: Vec<(String, &str)> = vec![
        (String::new(), "报文为空"),
        (" \n".to_owned(), "报文为空"),
        ("{\"infno\":".to_owned(), "报文不是合法的 JSON：第1行第9列"),
        ("{\"infno\":\"2204\",}".to_owned(), "报文不是合法的 JSON：第1行第17列"),
        ("[]".to_owned(), "报文应为 JSON 对象"),
        ("\"2204\"".to_owned(), "报文应为 JSON 对象"),
        ("{\"infno\":\"2204\",\"infno\":\"2207\"}".to_owned(), "同一对象中重复出现成员 infno"),
        (changed(|e| e["input"] = json!("{\"a\":1,\"a\":2}")), "同一对象中重复出现成员 a"),
        (changed(|e| e["input"] = json!([1])), "input 应为 JSON 对象"),
        (changed(|e| e["input"] = json!("U00yLWVuY3J5cHRlZA==")), "input 不是合法的 JSON：第1行第1列"),
        (changed(|e| e["input"] = json!("")), "input（交易输入）：必填，未提供或为空"),
        (changed(|e| e["infno"] = json!("")), "infno（交易编号）：必填，未提供或为空"),
        (changed(|e| e["infno"] = json!("220")), "infno（交易编号）：共3个字符，至少需要4个"),
        (
            changed(|e| e["infno"] = json!("2204-2204-1")),
            "infno（交易编号）：共11个字符，最多允许10个；infno（交易编号）：\"2204-2204-…\" 格式不符，应为字母或数字",
        ),
        (changed(|e| e["infno"] = json!("22 04")), "infno（交易编号）：\"22 04\" 格式不符，应为字母或数字"),
        (changed(|e| e["msgid"] = json!("null")), "msgid（发送方报文ID）：必填，未提供或为空"),
        (changed(|e| e["msgid"] = json!("M".repeat(65))), "msgid（发送方报文ID）：共65个字符，最多允许64个"),
        (changed(|e| e["msgid"] = json!("a\u{1}b")), "msgid（发送方报文ID）：值格式不符，应为可打印字符"),
        (
            changed(|e| e["msgid"] = json!({"a": 1})),
            "msgid（发送方报文ID）：应为文本，不能是对象、列表或布尔值",
        ),
        (
            changed(|e| e["fixmedins_code"] = json!("X1")),
            "fixmedins_code（定点医药机构编号）：\"X1\" 格式不符，应为以 H 或 P 开头加11位数字",
        ),
        (
            changed(|e| e["fixmedins_code"] = Value::Null),
            "fixmedins_code（定点医药机构编号）：必填，未提供或为空",
        ),
        (
            changed(|e| e["inf_time"] = json!("20230501120000")),
            "inf_time（交易时间）：\"20230501120000\" 不是时间，应为形如 yyyy-MM-dd HH:mm:ss 且真实存在的时间",
        ),
        (
            changed(|e| e["inf_time"] = json!("2023-05-01")),
            "inf_time（交易时间）：\"2023-05-01\" 不是时间，应为形如 yyyy-MM-dd HH:mm:ss 且真实存在的时间",
        ),
        (
            changed(|e| e["inf_time"] = json!("2023-02-30 12:00:00")),
            "inf_time（交易时间）：\"2023-02-30 12:00:00\" 不是时间，应为形如 yyyy-MM-dd HH:mm:ss 且真实存在的时间",
        ),
        (
            changed(|e| e["opter_type"] = json!("4")),
            "opter_type（经办人类别）：\"4\" 不在代码表“经办人类别”中，可用值：1=经办人、2=自助终端、3=移动终端",
        ),
        (
            changed(|e| e["mdtrtarea_admvs"] = json!("3302")),
            "mdtrtarea_admvs（就医地医保区划）：\"3302\" 格式不符，应为6位数字的医保区划",
        ),
        (
            "{}".to_owned(),
            "input（交易输入）：必填，未提供或为空；fixmedins_code（定点医药机构编号）：必填，未提供或为空",
        ),
    ];
    for (body, expected) in cases {
        let text = parse(&body).expect_err(expected).text(Language::Chinese);
        assert!(text == expected || text.ends_with(expected) && body == "{}", "{body}\n {text}\n {expected}");
    }
}

#[test]
fn everything_wrong_with_the_envelope_is_told_at_once() {
    let text = parse("{}").expect_err("refused").text(Language::English);
    for member in ["infno", "msgid", "inf_time", "fixmedins_code", "input"] {
        assert!(text.contains(member), "{member} in {text}");
    }
}

#[test]
fn limits_hold() {
    let body = request("2204", fee_nodes()).to_json();
    let small = Limits { bytes: body.len() - 1, depth: 16 };
    let refused = Request::parse(body.as_bytes(), small).expect_err("too large");
    assert_eq!(refused, EnvelopeError::TooLarge { size: body.len(), limit: body.len() - 1 });
    let deep = format!("{{\"input\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(parse(&deep), Err(EnvelopeError::TooDeep { limit: 16 }));
    let deep_text = json!({"input": format!("{}1{}", "[".repeat(17), "]".repeat(17))}).to_string();
    assert_eq!(parse(&deep_text), Err(EnvelopeError::TooDeep { limit: 16 }));
    let gbk = [b"{\"opter_name\":\"".as_slice(), &[0xD5, 0xC5], b"\"}"].concat();
    let refused = Request::parse(&gbk, Limits::default()).expect_err("not UTF-8");
    assert_eq!(refused, EnvelopeError::NotUtf8 { position: 16 });
}

#[test]
fn the_digest_tells_a_repetition_from_another_request() {
    let digest = |body: &str| parse(body).expect("right").digest();
    let first = digest(&changed(|_| {}));
    let nodes = fee_nodes().to_string();
    let same: Vec<String> = vec![
        changed(|e| e["inf_time"] = json!("2023-05-01 12:00:09")),
        changed(|e| e["opter"] = json!("0043")),
        changed(|e| e["sign_no"] = json!("S2")),
        changed(|e| e["input"] = json!(nodes)),
        changed(|e| e["infno"] = json!("2204A")),
    ];
    for body in same {
        assert_eq!(digest(&body), first, "{body}");
    }
    let other: Vec<String> = vec![
        changed(|e| e["infno"] = json!("2205")),
        changed(|e| e["fixmedins_code"] = json!("H99000000002")),
        changed(|e| e["input"]["feedetail"][1]["cnt"] = json!(3)),
        changed(|e| e["input"]["feedetail"][1]["unknown"] = json!("x")),
    ];
    for body in other {
        assert_ne!(digest(&body), first, "{body}");
    }
}

#[test]
fn the_character_that_no_database_stores_is_refused_wherever_it_stands() {
    let nul = [
        changed(|e| e["opter"] = json!("0\u{0}1")),
        changed(|e| e["input"]["feedetail"][0]["chrg_bchno"] = json!("B\u{0}")),
        changed(|e| e["input"] = json!("{\"data\":{\"psn_no\":\"\\u0000\"}}")),
        changed(|e| e["na\u{0}me"] = json!("x")),
    ];
    for body in nul {
        let refused = parse(&body).expect_err("refused").text(Language::Chinese);
        assert!(refused.contains("U+0000"), "{body}: {refused}");
    }
}

#[test]
fn an_amount_keeps_its_digits() {
    let body =
        changed(|_| {}).replace("\"det_item_fee_sumamt\":4.52", "\"det_item_fee_sumamt\":123456789012.34");
    let read = parse(&body).expect("right");
    assert_eq!(read.input["feedetail"][0]["det_item_fee_sumamt"].to_string(), "123456789012.34");
    assert!(read.to_json().contains("\"det_item_fee_sumamt\":123456789012.34"));
    // 0.1 + 0.2 in binary is not 0.3; the digits are not touched.
    let body = changed(|_| {}).replace("4.52", "0.30000000000000004");
    assert!(parse(&body).expect("right").to_json().contains("0.30000000000000004"));
}

#[test]
fn answers_have_the_form_of_the_table() {
    let received = Instant::from_milliseconds(noon().milliseconds() + 7);
    let response = |outcome| Response {
        reference: reference_number(region(), noon(), 42),
        received,
        responded: received.plus_seconds(1),
        outcome,
        warning: String::new(),
    };
    let success: Value =
        serde_json::from_str(&response(Outcome::Success(json!({"data": {}}))).into_json()).expect("JSON");
    assert_eq!(success["infcode"], json!(0));
    assert_eq!(success["inf_refmsgid"], json!("330200202305011200000000000042"));
    assert_eq!(success["refmsg_time"], json!("20230501120000007"));
    assert_eq!(success["respond_time"], json!("20230501120001007"));
    assert_eq!(success["err_msg"], json!(""));
    let failure: Value =
        serde_json::from_str(&response(Outcome::Failure("余额不足".to_owned())).into_json()).expect("JSON");
    assert_eq!(failure["infcode"], json!(-1));
    assert_eq!(failure["err_msg"], json!("余额不足"));
    assert_eq!(failure["output"], Value::Null);
    assert_eq!(reference_number(region(), noon(), u64::MAX).len(), 30);
}

#[test]
fn answers_of_other_platforms_are_read() {
    let read = |body: &str| Response::parse(body.as_bytes(), Limits::default());
    let text_code = read(r#"{"infcode":"0","output":"{\"data\":{\"a\":1}}","warn_info":"w"}"#).expect("read");
    assert_eq!(text_code.outcome, Outcome::Success(json!({"data": {"a": 1}})));
    assert_eq!(text_code.warning, "w");
    let list = read(r#"{"infcode":0,"output":"[{\"a\":1}]"}"#).expect("read");
    assert_eq!(list.outcome, Outcome::Success(json!([{"a": 1}])));
    for code in ["-1", "\"-1\"", "1", "\"-2\""] {
        let body = format!("{{\"infcode\":{code},\"err_msg\":\"e\",\"output\":null}}");
        assert_eq!(read(&body).expect("read").outcome, Outcome::Failure("e".to_owned()), "{code}");
    }
    let gateway = read(r#"{"code":401,"message":"签名错误"}"#).expect_err("a gateway");
    assert!(matches!(gateway, EnvelopeError::Gateway { code, .. } if code == "401"));
    assert!(read("{}").is_err());
    assert!(read(r#"{"infcode":0,"output":5}"#).is_err());
    let mut with_times = read(
        &Response {
            reference: "r".to_owned(),
            received: noon(),
            responded: Instant::from_milliseconds(noon().milliseconds() + 999),
            outcome: Outcome::Failure(String::new()),
            warning: String::new(),
        }
        .into_json(),
    )
    .expect("read");
    assert_eq!(with_times.responded.since(with_times.received), 999);
    with_times.received = noon();
}
