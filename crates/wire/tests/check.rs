//! Bad nodes and the words that their senders are told; odd nodes that have to work.
#![expect(clippy::panic, reason = "a helper that fails fails its test")]

#[cfg(test)]
mod common;

use common::*;
use serde_json::{Value, json};
use wire::Language::{Chinese, English};
use wire::check::MAX_PROBLEMS;
use wire::message::*;
use wire::tables::{Direction, Tables};
use wire::{Error, Object};

fn object(value: Value) -> Object {
    let Value::Object(object) = value else { panic!("an object") };
    object
}

fn read_as<M: Message>(infno: &str, nodes: Value) -> Result<M, Error> {
    read(tables(), infno, Direction::In, &object(nodes))
}

fn fees(change: impl Fn(&mut Value)) -> Value {
    let mut nodes = fee_nodes();
    change(&mut nodes);
    nodes
}

fn settle_nodes(change: impl Fn(&mut Value)) -> Value {
    let mut nodes = json!({"data": {
        "psn_no": person().to_string(), "mdtrt_cert_type": "01", "mdtrt_cert_no": "330200ecTOKEN", "med_type": "11",
        "medfee_sumamt": "38.60", "psn_setlway": "01", "mdtrt_id": visit().to_string(), "chrg_bchno": "B1",
        "insutype": "310", "acct_used_flag": "1", "fulamt_ownpay_amt": 0, "overlmt_selfpay": 0,
        "preselfpay_amt": 1.93, "inscp_scp_amt": 36.67,
    }});
    change(&mut nodes);
    nodes
}

#[test]
fn bad_fee_items_are_refused_in_words() {
    let cases: Vec<(Value, &str)> = vec![
        (
            fees(|n| n["feedetail"][1]["cnt"] = json!("abc")),
            "feedetail 第2条 cnt（数量）：\"abc\" 不是数字，应为最多4位小数的数字",
        ),
        (
            fees(|n| n["feedetail"][0]["pric"] = json!("1,000.00")),
            "feedetail 第1条 pric（单价）：\"1,000.00\" 不是数字，应为最多6位小数的数字",
        ),
        (
            fees(|n| n["feedetail"][0]["det_item_fee_sumamt"] = json!("4.525")),
            "feedetail 第1条 det_item_fee_sumamt（明细项目费用总额）：\"4.525\" 小数位过多，最多允许2位小数",
        ),
        (
            fees(|n| n["feedetail"][0]["det_item_fee_sumamt"] = json!("1234567890123456")),
            "feedetail 第1条 det_item_fee_sumamt（明细项目费用总额）：\"1234567890123456\" 过大，整数部分最多允许14位",
        ),
        (
            fees(|n| n["feedetail"][0]["det_item_fee_sumamt"] = json!("99999999999999")),
            "feedetail 第1条 det_item_fee_sumamt（明细项目费用总额）：\"99999999999999\" 超出可处理的数值范围",
        ),
        (
            fees(|n| n["feedetail"][0]["det_item_fee_sumamt"] = json!("")),
            "feedetail 第1条 det_item_fee_sumamt（明细项目费用总额）：必填，未提供或为空",
        ),
        (
            fees(|n| n["feedetail"][0]["cnt"] = json!(true)),
            "feedetail 第1条 cnt（数量）：值不是数字，应为最多4位小数的数字",
        ),
        (
            fees(|n| n["feedetail"][0]["cnt"] = json!([2])),
            "feedetail 第1条 cnt（数量）：值不是数字，应为最多4位小数的数字",
        ),
        (
            fees(|n| n["feedetail"][0]["bilg_dr_name"] = json!("医".repeat(51))),
            "feedetail 第1条 bilg_dr_name（开单医师姓名）：共51个字符，最多允许50个",
        ),
        (
            fees(|n| n["feedetail"][0]["bilg_dr_name"] = json!({"a": 1})),
            "feedetail 第1条 bilg_dr_name（开单医师姓名）：应为文本，不能是对象、列表或布尔值",
        ),
        (
            fees(|n| n["feedetail"][0]["fee_ocur_time"] = json!("2023-02-30 08:00:00")),
            "feedetail 第1条 fee_ocur_time（费用发生时间）：\"2023-02-30 08:00:00\" 不是时间，应为形如 yyyy-MM-dd HH:mm:ss 且真实存在的时间",
        ),
        (
            fees(|n| n["feedetail"][0]["hosp_appr_flag"] = json!("3")),
            "feedetail 第1条 hosp_appr_flag（医院审批标志）：\"3\" 不在代码表“医院审批标志”中，可用值：0=无须审批、1=审批通过、2=审批不通过",
        ),
        (
            fees(|n| n["feedetail"][0]["mdtrt_id"] = json!("12345")),
            "feedetail 第1条 mdtrt_id（就诊ID）：\"12345\" 不是本平台签发的编号，应原样回传此前返回的编号",
        ),
        (fees(|n| n["feedetail"][1] = json!("x")), "feedetail 第2条：应为 JSON 对象"),
        (json!({"feedetail": []}), "feedetail：必填，未提供或为空"),
        (json!({}), "feedetail：必填，未提供或为空"),
    ];
    for (nodes, expected) in cases {
        let error = read_as::<FeeUpload>("2204", nodes).expect_err(expected);
        assert_eq!(error.text(Chinese), expected);
    }
}

#[test]
fn bad_settlements_are_refused_in_words() {
    let cases: Vec<(Value, &str)> = vec![
        (
            settle_nodes(|n| n["data"]["acct_used_flag"] = json!("01")),
            "data acct_used_flag（个人账户使用标志）：共2个字符，最多允许1个",
        ),
        (
            settle_nodes(|n| n["data"]["med_type"] = json!("99")),
            "data med_type（医疗类别）：\"99\" 不在代码表“医疗类别”中，可用值：11=普通门诊、12=门诊挂号、13=急诊、14=门诊慢特病、18=特药购药、21=普通住院、22=外伤住院、23=转外诊治住院 等29个",
        ),
        (
            settle_nodes(|n| n["data"]["med_type"] = json!("22")),
            "data med_type（医疗类别）：本平台暂不支持取值 \"22\"",
        ),
        (
            settle_nodes(|n| n["data"]["insutype"] = json!("340")),
            "data insutype（险种类型）：本平台暂不支持取值 \"340\"",
        ),
        (
            settle_nodes(|n| n["data"]["mdtrt_cert_no"] = json!("9".repeat(257))),
            "data mdtrt_cert_no（就诊凭证编号）：共257个字符，最多允许256个",
        ),
        (
            settle_nodes(|n| n["data"]["medfee_sumamt"] = json!("")),
            "data medfee_sumamt（医疗费总额）：必填，未提供或为空",
        ),
        (
            settle_nodes(|n| n["data"]["preselfpay_amt"] = Value::Null),
            "data preselfpay_amt（先行自付金额）：必填，未提供或为空",
        ),
        (
            settle_nodes(|n| n["data"] = json!([n["data"].clone(), n["data"].clone()])),
            "data：应为单个对象，收到的列表有2条",
        ),
        (json!({"data": "x"}), "data：应为 JSON 对象"),
    ];
    for (nodes, expected) in cases {
        let error = read_as::<Settlement>("2207", nodes).expect_err(expected);
        assert_eq!(error.text(Chinese), expected);
    }
}

#[test]
fn all_problems_come_together_and_the_rest_is_counted() {
    let mut nodes = fees(|n| {
        n["feedetail"][0]["cnt"] = json!("x");
        n["feedetail"][0]["pric"] = json!("");
        n["feedetail"][1]["hosp_appr_flag"] = json!("7");
    });
    let text = read_as::<FeeUpload>("2204", nodes.clone()).expect_err("three").text(English);
    assert_eq!(
        text,
        "feedetail no. 1 cnt (数量): \"x\" is not a number with at most 4 decimals; \
         feedetail no. 1 pric (单价): required, but absent or empty; \
         feedetail no. 2 hosp_appr_flag (医院审批标志): \"7\" is not in the code list 医院审批标志; \
         values: 0=无须审批, 1=审批通过, 2=审批不通过"
    );
    nodes["feedetail"] = json!(vec![json!({}); 100]);
    let Err(Error::Check(problems)) = read_as::<FeeUpload>("2204", nodes) else { panic!("refused") };
    assert_eq!(problems.list().len(), MAX_PROBLEMS);
    assert!(problems.text(Chinese).ends_with("；另有1580处问题"), "{}", problems.text(Chinese));
}

#[test]
fn personal_data_is_not_repeated_in_an_error() {
    let nodes = json!({"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": "9".repeat(300), "certno": "8".repeat(51), "psn_name": "名".repeat(51)}});
    let text = read_as::<PersonQuery>("1101", nodes).expect_err("too long").text(Chinese);
    assert_eq!(
        text,
        "data mdtrt_cert_no（就诊凭证编号）：共300个字符，最多允许256个；\
         data certno（证件号码）：共51个字符，最多允许50个；data psn_name（人员姓名）：共51个字符，最多允许50个"
    );
}

/// Where a region's profile gives such a field a form that shows wrong values, they are still not shown.
#[test]
fn personal_data_is_hidden_whatever_its_form() {
    let profile = |personal: &str| {
        format!(
            "[[field]]\nreason = \"a test\"\nfields = [\"1101.in.data.certno\"]\nkind = \"G18\"\n\
             [personal]\nreason = \"a test\"\nfields = [{personal}]"
        )
    };
    let told = |profile: &str| {
        let tables = Tables::load(profile).expect("a profile");
        let nodes = json!({"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": "1", "psn_cert_type": "01", "certno": "99000019530412001X", "psn_name": "示范"}});
        read::<PersonQuery>(&tables, "1101", Direction::In, &object(nodes))
            .expect_err("letters")
            .text(Chinese)
    };
    assert_eq!(told(&profile("\"certno\"")), "data certno（证件号码）：值格式不符，应为数字");
    assert_eq!(told(&profile("")), "data certno（证件号码）：\"99000019530412001X\" 格式不符，应为数字");
}

#[test]
fn the_person_must_be_named_somehow() {
    let query = |nodes: Value| read_as::<PersonQuery>("1101", nodes);
    let by_document =
        json!({"data": {"psn_cert_type": "01", "certno": "990000195304120018", "psn_name": "示范参保人"}});
    assert!(query(by_document).is_ok());
    let by_certificate = json!({"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": "990000530412001x", "certno": "", "psn_name": "null"}});
    assert!(query(by_certificate).is_ok());
    let nobody = query(json!({"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": ""}})).expect_err("nobody");
    assert_eq!(nobody.text(Chinese), "data：至少须提供其中一项：mdtrt_cert_no、certno");
    let no_type = query(json!({"data": {"mdtrt_cert_no": "330200ecTOKEN"}})).expect_err("no type");
    assert_eq!(no_type.text(Chinese), "data mdtrt_cert_type（就诊凭证类型）：必填，未提供或为空");
}

/// Interface facts, section 6.8: nodes that differ from the tables and have to work.
#[test]
fn oddities_of_real_callers_are_accepted() {
    let plain: FeeUpload = read_as("2204", fee_nodes()).expect("plain");
    let same: Vec<(&str, Value)> = vec![
        ("amounts as text", fees(|n| n["feedetail"][0]["det_item_fee_sumamt"] = json!("4.52"))),
        ("trailing zeros", fees(|n| n["feedetail"][0]["det_item_fee_sumamt"] = json!("4.5200"))),
        ("quantity with an exponent", fees(|n| n["feedetail"][0]["cnt"] = json!("0.2e1"))),
        ("serial as number", fees(|n| n["feedetail"][0]["feedetl_sn"] = json!(1))),
        ("blanks around a code", fees(|n| n["feedetail"][0]["hosp_appr_flag"] = json!(" 0 "))),
        ("null in an unused member", fees(|n| n["feedetail"][0]["rxno"] = Value::Null)),
        ("the text null in an unused member", fees(|n| n["feedetail"][0]["rxno"] = json!("NULL"))),
        ("empty text in an unused number", fees(|n| n["feedetail"][0]["prd_days"] = json!(""))),
        ("an unknown member", fees(|n| n["feedetail"][0]["er_flag"] = json!("1"))),
        ("an unknown node", fees(|n| n["other"] = json!({"a": 1}))),
        ("a time with T", fees(|n| n["feedetail"][0]["fee_ocur_time"] = json!("2023-05-01T11:00:00"))),
        ("the node in capitals", json!({"FeeDetail": fee_nodes()["feedetail"]})),
    ];
    for (what, nodes) in same {
        let read: FeeUpload =
            read_as("2204", nodes).unwrap_or_else(|error| panic!("{what}: {}", error.text(Chinese)));
        assert_eq!(read, plain, "{what}");
    }
    let one: FeeUpload =
        read_as("2204", json!({"feedetail": fee_nodes()["feedetail"][0]})).expect("one object");
    assert_eq!(one.lines.first(), plain.lines.first());
    let letters = fees(|n| n["feedetail"][0]["feedetl_sn"] = json!("XM20230501-0000000000001"));
    assert!(read_as::<FeeUpload>("2204", letters).is_ok());
}

#[test]
fn oddities_of_single_nodes_are_accepted() {
    let plain: Settlement = read_as("2207", settle_nodes(|_| {})).expect("plain");
    let same: Vec<(&str, Value)> = vec![
        ("a list of one", settle_nodes(|n| n["data"] = json!([n["data"].clone()]))),
        ("no level data", settle_nodes(|n| *n = n["data"].clone())),
        ("empty text for zero", settle_nodes(|n| n["data"]["overlmt_selfpay"] = json!(""))),
        ("zero as text", settle_nodes(|n| n["data"]["overlmt_selfpay"] = json!("0.00"))),
        ("insutype as number", settle_nodes(|n| n["data"]["insutype"] = json!(310))),
        ("an area inside", settle_nodes(|n| n["data"]["insuplcAdmdvs"] = json!("330200"))),
        ("an empty extension", settle_nodes(|n| n["data"]["exp_content"] = json!(""))),
        ("the pharmacy's trace node", settle_nodes(|n| n["drug_trac_info"] = json!([]))),
    ];
    for (what, nodes) in same {
        let read: Settlement =
            read_as("2207", nodes).unwrap_or_else(|error| panic!("{what}: {}", error.text(Chinese)));
        assert_eq!(read, plain, "{what}");
    }
}

#[test]
fn extensions_come_as_text_or_object_under_two_names() {
    let members = json!({"TRUM_FLAG": "1"});
    for nodes in [
        settle_nodes(|n| n["data"]["exp_content"] = members.clone()),
        settle_nodes(|n| n["data"]["exp_content"] = json!(members.to_string())),
        settle_nodes(|n| n["data"]["expContent"] = json!(members.to_string())),
        settle_nodes(|n| {
            n["data"]["exp_content"] = json!("");
            n["data"]["expContent"] = members.clone();
        }),
    ] {
        let read: Settlement = read_as("2207", nodes).expect("read");
        assert_eq!(read.extension.as_ref().and_then(|e| e.get("TRUM_FLAG")), Some(&json!("1")));
    }
    let free: Settlement =
        read_as("2207", settle_nodes(|n| n["data"]["exp_content"] = json!("备注"))).expect("free text");
    assert_eq!(free.extension, Some(Extension::Text("备注".to_owned())));
}

#[test]
fn length_is_counted_in_characters() {
    let fifty = fees(|n| n["feedetail"][0]["bilg_dr_name"] = json!("医".repeat(50)));
    assert!(read_as::<FeeUpload>("2204", fifty).is_ok());
}

#[test]
fn nested_nodes_are_checked_with_their_place() {
    let nodes = json!({
        "druginfo": {
            "psn_no": person().to_string(), "mdtrt_cert_type": "01", "mdtrt_cert_no": "330200ecTOKEN",
            "begntime": "2023-05-01 11:00:00", "medfee_sumamt": 4.52, "insutype": "310", "acct_used_flag": "1",
            "med_type": "41",
        },
        "drugdetail": {
            "feedetl_sn": "1", "rx_circ_flag": "0", "fee_ocur_time": "2023-05-01 11:00:00",
            "med_list_codg": "XA01AAA001", "medins_list_codg": "D1", "det_item_fee_sumamt": 4.52, "cnt": 2,
            "pric": 2.26,
            "drug_trac_info": [
                {"feedetl_sn": "1", "drug_trac_codg": "8123", "trdn_flag": "0"},
                {"feedetl_sn": "1", "drug_trac_codg": "", "trdn_flag": "0"},
            ],
        },
    });
    let error = read_as::<Purchase>("2102", nodes.clone()).expect_err("no trace code");
    assert_eq!(
        error.text(Chinese),
        "drugdetail 第1条 durg_trac_info 第2条 drug_trac_codg（药品追溯码）：必填，未提供或为空"
    );
    let mut right = nodes;
    right["drugdetail"]["drug_trac_info"][1]["drug_trac_codg"] = json!("8124");
    let purchase: Purchase = read_as("2102", right).expect("right");
    assert_eq!(purchase.lines[0].traces.len(), 2);
}
