//! What bad messages get: one sentence that names field and reason, and nothing is changed.

use model::{MedicalType, VisitId};
use sandbox::his::{Call, HisClient, HisError, Item, Patient, forms};
use serde_json::{Value, json};
use wire::message::{Empty, FeeReply, Message, RegistrationReply, SettlementReply};

use super::world::{World, changed, item, reason, small_bill, with_id_card};
use crate::support::{LI, WANG, ZHOU};

/// One way to spoil a good message: name, transaction, what is done to its envelope, what it gets.
type Case = (&'static str, &'static str, fn(&mut Value), &'static str);

const CASES: &[Case] = &[
    ("unknown number", "2207", |e| e["infno"] = json!("2299"), "交易编号 2299 不存在，请核对 infno"),
    (
        "number that is not offered",
        "2207",
        |e| e["infno"] = json!("2304"),
        "交易 2304（住院结算）属于国家接口规范，本平台暂未提供",
    ),
    ("no number", "2207", |e| e["infno"] = json!(""), "infno（交易编号）：必填，未提供或为空"),
    ("no message id", "2207", |e| e["msgid"] = json!(null), "msgid（发送方报文ID）：必填，未提供或为空"),
    (
        "institution of another form",
        "2207",
        |e| e["fixmedins_code"] = json!("X1"),
        "fixmedins_code（定点医药机构编号）：\"X1\" 格式不符，应为以 H 或 P 开头加11位数字",
    ),
    ("no nodes", "2207", |e| e["input"] = json!(null), "input（交易输入）：必填，未提供或为空"),
    ("empty nodes", "2207", |e| e["input"] = json!({}), "data：必填，未提供或为空"),
    (
        "missing field",
        "2207",
        |e| e["input"]["data"]["med_type"] = json!(""),
        "data med_type（医疗类别）：必填，未提供或为空",
    ),
    (
        "wrong type",
        "2207",
        |e| e["input"]["data"]["medfee_sumamt"] = json!("many"),
        "data medfee_sumamt（医疗费总额）：\"many\" 不是数字，应为最多2位小数的数字",
    ),
    (
        "an object for a text",
        "2207",
        |e| e["input"]["data"]["chrg_bchno"] = json!({"a": 1}),
        "data chrg_bchno（收费批次号）：应为文本，不能是对象、列表或布尔值",
    ),
    (
        "too long",
        "2207",
        |e| e["input"]["data"]["chrg_bchno"] = json!("1".repeat(31)),
        "data chrg_bchno（收费批次号）：共31个字符，最多允许30个",
    ),
    (
        "unknown code value",
        "2207",
        |e| e["input"]["data"]["acct_used_flag"] = json!("7"),
        "data acct_used_flag（个人账户使用标志）：\"7\" 不在代码表“个人账户使用标志”中，可用值：0=不使用、1=使用本人个账、2=使用共济人个账",
    ),
    (
        "known value that is not offered",
        "2207",
        |e| e["input"]["data"]["acct_used_flag"] = json!("2"),
        "data acct_used_flag（个人账户使用标志）：本平台暂不支持取值 \"2\"",
    ),
    (
        "third decimal of an amount",
        "2207",
        |e| e["input"]["data"]["preselfpay_amt"] = json!("1.205"),
        "data preselfpay_amt（先行自付金额）：\"1.205\" 小数位过多，最多允许2位小数",
    ),
    (
        "a visit that was never issued",
        "2207",
        |e| e["input"]["data"]["mdtrt_id"] = json!("123"),
        "data mdtrt_id（就诊ID）：\"123\" 不是本平台签发的编号，应原样回传此前返回的编号",
    ),
    (
        "two problems at once",
        "2207",
        |e| {
            e["input"]["data"]["med_type"] = json!("");
            e["input"]["data"]["medfee_sumamt"] = json!("x");
        },
        "data med_type（医疗类别）：必填，未提供或为空；data medfee_sumamt（医疗费总额）：\"x\" 不是数字，应为最多2位小数的数字",
    ),
    (
        "total that is not the sum of the lines",
        "2207",
        |e| e["input"]["data"]["medfee_sumamt"] = json!("59.01"),
        "金额（medfee_sumamt）申报为59.01元，中心为59.00元，请重新预结算",
    ),
    (
        "part that is not ours",
        "2207",
        |e| e["input"]["data"]["preselfpay_amt"] = json!("1.19"),
        "金额（preselfpay_amt）申报为1.19元，中心为1.20元，请重新预结算",
    ),
    (
        "lane that is not the visit's",
        "2207",
        |e| e["input"]["data"]["med_type"] = json!("13"),
        "医疗类别（med_type）与就诊信息不符",
    ),
    (
        "scheme that is not the person's",
        "2207",
        |e| e["input"]["data"]["insutype"] = json!("390"),
        "参保人的险种（insutype）与申报的险种不符",
    ),
    (
        "batch without items",
        "2207",
        |e| e["input"]["data"]["chrg_bchno"] = json!("B9"),
        "没有未结算的费用明细",
    ),
    (
        "certificate of somebody else",
        "2207",
        |e| e["input"]["data"]["mdtrt_cert_no"] = json!(LI.id_number().as_str()),
        "mdtrt_cert_no（就诊凭证编号）：与人员编号（psn_no）不属于同一人",
    ),
    (
        "certificate with a wrong last digit",
        "2207",
        |e| e["input"]["data"]["mdtrt_cert_no"] = json!("990000198504120018"),
        "mdtrt_cert_no（就诊凭证编号）：居民身份证号码的校验码不正确",
    ),
    (
        "person whom nobody knows",
        "2207",
        |e| e["input"]["data"]["psn_no"] = json!("01JZZZZZZZZZZZZZZZZZZZZZZZ"),
        "mdtrt_cert_no（就诊凭证编号）：与人员编号（psn_no）不属于同一人",
    ),
    (
        "line amount that is not price times quantity",
        "2204",
        |e| e["input"]["feedetail"][1]["det_item_fee_sumamt"] = json!(25.5),
        "费用明细 5：明细项目费用总额 det_item_fee_sumamt=25.50，与数量×单价（2×12.50）不符",
    ),
    (
        "fifth decimal of a quantity",
        "2204",
        |e| e["input"]["feedetail"][2]["cnt"] = json!("3.00001"),
        "feedetail 第3条 cnt（数量）：\"3.00001\" 小数位过多，最多允许4位小数",
    ),
    (
        "person whom nobody knows, without certificate",
        "2204",
        |e| {
            for line in e["input"]["feedetail"].as_array_mut().expect("lines") {
                line["psn_no"] = json!("01JZZZZZZZZZZZZZZZZZZZZZZZ");
            }
        },
        "psn_no（人员编号）：没有该人员编号的参保登记",
    ),
    (
        "lines of two visits",
        "2204",
        |e| e["input"]["feedetail"][1]["mdtrt_id"] = json!("00000000000000000000000000"),
        "mdtrt_id（就诊ID）：feedetail 第2条与第1条不同，一次只能上传一人一次就诊的费用",
    ),
    (
        "two diseases in one batch",
        "2204",
        |e| e["input"]["feedetail"][2]["dise_codg"] = json!("M00500"),
        "dise_codg（病种编码）：feedetail 第1条与同一收费批次（chrg_bchno）的其他明细不同",
    ),
    (
        "fee before the visit",
        "2204",
        |e| e["input"]["feedetail"][0]["fee_ocur_time"] = json!("2026-04-11 09:00:00"),
        "费用明细4：费用发生时间（fee_ocur_time）应在就诊日至今天之间",
    ),
    (
        "date that does not exist",
        "2204",
        |e| e["input"]["feedetail"][0]["fee_ocur_time"] = json!("2026-02-30 09:00:00"),
        "feedetail 第1条 fee_ocur_time（费用发生时间）：\"2026-02-30 09:00:00\" 不是时间，应为形如 yyyy-MM-dd HH:mm:ss 且真实存在的时间",
    ),
    (
        "visit in the future",
        "2201",
        |e| e["input"]["data"]["begntime"] = json!("2026-04-13 09:00:00"),
        "就诊时间（begntime）应在过去90天以内，且不晚于现在",
    ),
];

/// A visit of Wang with open items, and a good message of each transaction for it.
struct Bench {
    world: World,
    visit: VisitId,
    settle: Call,
    fees: Call,
    register: Call,
}

fn prepared(his: &HisClient, infno: &str, message: &impl Message) -> Call {
    his.prepare(infno, message).expect("a call")
}

impl Bench {
    async fn open() -> Self {
        let world = World::open().await;
        let (his, patient, items) = (&world.hospital, with_id_card(&WANG), small_bill());
        let visit = world.visit(&patient, "B1", &items).await;
        let trial = world.trial(&patient, visit, "B1", &items).await;
        let settle = forms::settlement(&patient, visit, "B1", MedicalType::Outpatient, &trial.amounts);
        let settle = prepared(his, "2207", &settle);
        let more: Vec<Item> = items
            .into_iter()
            .zip(4..)
            .map(|(item, serial)| Item { serial: serial.to_string(), ..item })
            .collect();
        let fees = prepared(his, "2204", &forms::fees(&patient, visit, "B2", &more, his.now()));
        let register = prepared(his, "2201", &forms::registration(&patient, "MZ-2", his.now()));
        Self { world, visit, settle, fees, register }
    }

    fn call(&self, infno: &str) -> &Call {
        match infno {
            "2207" => &self.settle,
            "2204" => &self.fees,
            _ => &self.register,
        }
    }
}

#[tokio::test]
async fn spoilt_messages_are_told_what_is_wrong_and_change_nothing() {
    let bench = Bench::open().await;
    let (world, his) = (&bench.world, &bench.world.hospital);
    let before = world.account(WANG.id()).await;
    let mut wrong = Vec::new();
    for (name, infno, spoil, expected) in CASES {
        let call = changed(his, bench.call(infno), spoil);
        let told = match his.send_for::<Empty>(&call).await {
            Err(HisError::Refused { err_msg }) => err_msg,
            other => format!("{other:?}"),
        };
        if told != *expected {
            wrong.push(format!("{name}\n  told     {told}\n  expected {expected}"));
        }
        assert_eq!(world.account(WANG.id()).await, before, "{name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // What was spoilt was good before: the same messages unspoilt are carried out.
    his.send_for::<SettlementReply>(&bench.settle).await.expect("settled");
    his.send_for::<FeeReply>(&bench.fees).await.expect("uploaded");
    his.send_for::<RegistrationReply>(&bench.register).await.expect("registered");
}

#[tokio::test]
async fn calls_are_counted_by_transaction_and_outcome() {
    let bench = Bench::open().await;
    let his = &bench.world.hospital;
    let spoilt = changed(his, &bench.settle, |envelope| envelope["infno"] = json!("2299"));
    reason(his.send_for::<Empty>(&spoilt).await);
    let spoilt = changed(his, &bench.settle, |envelope| envelope["input"]["data"]["med_type"] = json!("13"));
    reason(his.send_for::<Empty>(&spoilt).await);
    his.send_for::<SettlementReply>(&bench.settle).await.expect("settled");
    let text = bench.world.app.app.metrics.text().expect("a text");
    for line in [
        "yibao_his_calls_total{transaction=\"2207\",outcome=\"ok\"} 1",
        "yibao_his_calls_total{transaction=\"2207\",outcome=\"refused\"} 1",
        "yibao_his_calls_total{transaction=\"other\",outcome=\"refused\"} 1",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[tokio::test]
async fn bodies_that_are_no_envelope_are_told_so() {
    let bench = Bench::open().await;
    let (world, his) = (&bench.world, &bench.world.hospital);
    let before = world.version(WANG.id()).await;
    let good = bench.settle.body.clone();
    let deep = format!("{}1{}", "{\"a\":".repeat(40), "}".repeat(40));
    let twice = good.replacen("\"infno\":\"2207\"", "\"infno\":\"2207\",\"infno\":\"2208\"", 1);
    let large = good.replacen("\"infno\"", &format!("\"memo\":\"{}\",\"infno\"", "字".repeat(3_000_000)), 1);
    let size = large.len();
    let cut = good.len() / 2;
    let cases = [
        (String::new(), "报文为空".to_owned()),
        ("infno=2207".to_owned(), "报文不是合法的 JSON：第1行第1列".to_owned()),
        ("[1,2]".to_owned(), "报文应为 JSON 对象".to_owned()),
        (deep, "报文嵌套过深，最多允许16层".to_owned()),
        (twice, "同一对象中重复出现成员 infno".to_owned()),
        (large, format!("报文共{size}字节，最多允许1048576字节")),
    ];
    for (body, expected) in cases {
        let call = his.signed("2207", &bench.settle.message_id, &bench.settle.path, body);
        assert_eq!(reason(his.send_for::<Empty>(&call).await), expected);
    }
    let broken = his.signed("2207", "1", &bench.settle.path, good.get(..cut).expect("ASCII here").to_owned());
    let told = reason(his.send_for::<Empty>(&broken).await);
    assert!(told.starts_with("报文不是合法的 JSON：第1行第"), "{told}");
    assert_eq!(world.version(WANG.id()).await, before);
}

#[tokio::test]
async fn another_institutions_visit_and_settlement_do_not_exist() {
    let bench = Bench::open().await;
    let (world, patient) = (&bench.world, with_id_card(&WANG));
    let settled: SettlementReply = world.hospital.send_for(&bench.settle).await.expect("settled");
    let settlement = settled.info.settlement.expect("an id");
    let order =
        wire::message::CashStatus::from_extension(settled.info.extension.as_ref().expect("an extension"));
    let order = order.expect("an order").order;
    let before = world.version(WANG.id()).await;
    let other = &world.other;
    let no_visit = "没有找到该参保人在本机构的就诊记录（mdtrt_id）";
    let no_settlement = "没有找到该参保人在本机构的结算记录（setl_id）";
    let items = [item("9", "XJ01CAA040A001010199004", "12.50", "2", 2_500)];
    let outpatient = MedicalType::Outpatient;
    assert_eq!(reason(other.record_visit(&patient, bench.visit, outpatient).await), no_visit);
    assert_eq!(reason(other.upload_items(&patient, bench.visit, "B9", &items).await), no_visit);
    assert_eq!(reason(other.withdraw_items(&patient, bench.visit, "0000").await), no_visit);
    assert_eq!(reason(other.settle(&patient, "B1", &settled).await), no_visit);
    assert_eq!(reason(other.cancel_registration(&patient, bench.visit, "MZ-1").await), no_visit);
    assert_eq!(reason(other.revoke(WANG.id(), bench.visit, settlement).await), no_settlement);
    assert_eq!(reason(other.query_settlement(WANG.id(), bench.visit, settlement).await), no_settlement);
    assert_eq!(reason(other.query_order(order).await), "没有找到该支付订单");
    // Nor does another person's, at the right institution.
    let of_li = Patient { person: LI.id(), ..with_id_card(&LI) };
    assert_eq!(reason(world.hospital.upload_items(&of_li, bench.visit, "B9", &items).await), no_visit);
    assert_eq!(reason(world.hospital.revoke(LI.id(), bench.visit, settlement).await), no_settlement);
    assert_eq!(world.version(WANG.id()).await, before);
}

#[tokio::test]
async fn what_does_not_fit_the_state_is_refused() {
    let bench = Bench::open().await;
    let (world, his, patient) = (&bench.world, &bench.world.hospital, with_id_card(&WANG));
    let visit = bench.visit;
    let same = prepared(his, "2204", &forms::fees(&patient, visit, "B1", &small_bill(), his.now()));
    let serial = "费用明细流水号（feedetl_sn）1在本次就诊中已使用";
    assert_eq!(reason(his.send_for::<FeeReply>(&same).await), serial);
    assert_eq!(
        reason(his.cancel_registration(&patient, visit, "MZ-1").await),
        "就诊已有费用明细，请先撤销费用明细（2205）"
    );
    let settled: SettlementReply = his.send_for(&bench.settle).await.expect("settled");
    assert_eq!(reason(his.withdraw_items(&patient, visit, "B1").await), "该批次费用已结算");
    let settlement = settled.info.settlement.expect("an id");
    his.revoke(WANG.id(), visit, settlement).await.expect("revoked");
    let before = world.version(WANG.id()).await;
    assert_eq!(reason(his.revoke(WANG.id(), visit, settlement).await), "该结算已撤销");
    assert_eq!(world.version(WANG.id()).await, before);

    let new = his.register(&patient, "MZ-3").await.expect("registered").visit;
    let items = [item("1", "XJ01CAA040A001010199004", "12.50", "2", 2_500)];
    assert_eq!(reason(his.upload_items(&patient, new, "B1", &items).await), "尚未上传就诊信息和诊断（2203）");
    assert_eq!(
        reason(his.record_visit(&patient, new, MedicalType::Inpatient).await),
        "医疗类别（med_type）为住院类，须办理入院登记，不能按门诊结算"
    );
}

#[tokio::test]
async fn a_suspended_person_and_a_suspended_institution_settle_nothing() {
    let world = World::open().await;
    let zhou = with_id_card(&ZHOU);
    let before = world.version(ZHOU.id()).await;
    let suspended = "参保状态（psn_insu_stas=2）不正常，不能享受待遇";
    assert_eq!(reason(world.hospital.register(&zhou, "MZ-1").await), suspended);
    let items = [item("1", "XJ01CAA040A001010199004", "12.50", "2", 2_500)];
    assert_eq!(reason(world.pharmacy.buy(&zhou, &items).await), suspended);
    assert_eq!(world.version(ZHOU.id()).await, before);

    // Suspended between registration and settlement.
    let bench = Bench::open().await;
    let database = &bench.world.app.app.database;
    let suspend = model::InsuranceStatus::Suspended;
    database
        .write(move |transaction| store::people::set_status(transaction, WANG.id(), suspend))
        .await
        .expect("suspended");
    let before = bench.world.account(WANG.id()).await;
    assert_eq!(reason(bench.world.hospital.send_for::<SettlementReply>(&bench.settle).await), suspended);
    assert_eq!(bench.world.account(WANG.id()).await, before);

    let hospital = super::world::code(super::world::HOSPITAL);
    database
        .write(move |transaction| store::institutions::set_active(transaction, &hospital, false))
        .await
        .expect("suspended");
    let inactive = "定点医药机构不存在或协议未生效";
    let his = &bench.world.hospital;
    assert_eq!(reason(his.send_for::<SettlementReply>(&bench.settle).await), inactive);
    let li = with_id_card(&LI);
    assert_eq!(reason(his.read_person(li.certificate_type, &li.certificate_number).await), inactive);
}

#[tokio::test]
async fn a_right_number_with_a_wrong_name_is_refused_without_saying_whose_it_is() {
    let world = World::open().await;
    let his = &world.hospital;
    let personal = |text: &str| wire::Personal::new(text);
    let (number, nobody) = (WANG.id_number(), "990000200001010015");
    let told = reason(his.read_person_by_document(&personal(number.as_str()), &personal("王大明")).await);
    assert_eq!(told, "psn_name（人员姓名）：与参保登记不一致");
    let nobody: model::IdNumber = {
        let check = model::id_number::check_character(&nobody[..17]).expect("17 digits");
        format!("{}{check}", &nobody[..17]).parse().expect("a valid number")
    };
    let told = reason(his.read_person_by_document(&personal(nobody.as_str()), &personal("王大明")).await);
    assert_eq!(told, "没有找到该证件或凭证的参保登记，请核对证件号码");
    let id = WANG.id();
    let log = world.app.app.database.read(move |connection| store::reads::list(connection, id, None, 10));
    assert_eq!(log.await.expect("the log"), [], "nothing was read");
}
