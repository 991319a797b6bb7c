//! Signatures: what the gateway turns away, outside of any envelope.

use sandbox::his::HisError;
use wire::message::{BenefitQuery, BenefitReply};

use super::world::{HOSPITAL, OTHER_HOSPITAL, World, reason};
use crate::support::{TestApp, WANG};

fn query(world: &World) -> BenefitQuery {
    BenefitQuery {
        person: WANG.id(),
        scheme: model::Scheme::Employee,
        institution: world.hospital.settings().institution.clone(),
        medical_type: model::MedicalType::Outpatient,
        from: world.hospital.now(),
        until: None,
        disease: None,
        extension: None,
    }
}

#[tokio::test]
async fn calls_that_are_not_signed_right_are_turned_away() {
    let world = World::open().await;
    let his = &world.hospital;
    let good = his.prepare("2001", &query(&world)).expect("a call");
    let turned_away = |outcome: Result<BenefitReply, HisError>| match outcome {
        Err(HisError::Gateway { code, message }) => (code, message),
        other => panic!("{other:?}"),
    };
    let header = |name: &'static str, value: Option<&str>| {
        let mut call = good.clone();
        call.headers.retain(|(each, _)| *each != name);
        call.headers.extend(value.map(|value| (name, value.to_owned())));
        call
    };
    let expired = "时间戳已过期：_api_timestamp 应为13位毫秒时间戳，与服务器时间相差不得超过30分钟";
    for (call, message) in [
        (header("_api_signature", None), "缺少请求头 _api_signature"),
        (header("_api_timestamp", Some("1775959200")), expired),
        (header("_api_timestamp", Some("1775959199999")), "签名 _api_signature 校验不通过"),
        (header("_api_access_key", Some("AK-nobody")), "访问密钥 _api_access_key 不存在或已停用"),
        (header("_api_signature", Some("AAAA")), "签名 _api_signature 校验不通过"),
    ] {
        let outcome = turned_away(his.send_for(&call).await);
        assert_eq!(outcome, ("401".to_owned(), message.to_owned()));
    }
    let forged = world.client_with_secret(HOSPITAL, "a guess");
    let call = forged.prepare("2001", &query(&world)).expect("a call");
    assert_eq!(turned_away(forged.send_for(&call).await).1, "签名 _api_signature 校验不通过");
    let outcome = forged.decode_code("4240000000000000000000330000", "01101").await;
    assert!(matches!(outcome, Err(HisError::Gateway { .. })), "{outcome:?}");

    let for_another = his.signed("2208", &good.message_id, &good.path, good.body.clone());
    let outcome = turned_away(his.send_for(&for_another).await);
    assert_eq!(outcome.1, "请求头 _api_name 为 2208，与报文交易编号 2001 不一致");

    world.app.advance(31 * 60);
    assert_eq!(turned_away(his.send_for(&good).await).1, expired, "an old call");
}

#[tokio::test]
async fn an_institution_speaks_for_itself_alone() {
    let world = World::open().await;
    let body = world.hospital.prepare("2001", &query(&world)).expect("a call");
    let call = world.other.signed("2001", &body.message_id, &body.path, body.body.clone());
    assert_eq!(
        reason(world.other.send_for::<BenefitReply>(&call).await),
        "fixmedins_code（定点医药机构编号）：与访问密钥（_api_access_key）所属的定点医药机构不一致"
    );
    let mut query = query(&world);
    query.institution = super::world::code(OTHER_HOSPITAL);
    assert_eq!(
        reason(world.hospital.ask::<BenefitReply>("2001", &query).await),
        "fixmedins_code（定点医药机构编号）：与报文的定点医药机构编号不一致"
    );
}

#[tokio::test]
async fn the_number_in_the_path_is_that_of_the_body() {
    let world = World::open().await;
    let his = &world.hospital;
    let mut call = his.prepare("2001", &query(&world)).expect("a call");
    call.path = format!("{}/2001", call.path);
    his.send_for::<BenefitReply>(&call).await.expect("answered");
    // A slash at the end is no other address.
    call.path.push('/');
    his.send_for::<BenefitReply>(&call).await.expect("answered");
    call.path = call.path.replace("/2001/", "/2207");
    assert_eq!(
        reason(his.send_for::<BenefitReply>(&call).await),
        "infno（交易编号）：与请求路径中的交易编号 2207 不一致"
    );
}

#[tokio::test]
async fn callers_are_believed_without_signature_only_where_the_settings_say_so() {
    use tower::ServiceExt;
    let body = r#"{"infno":"2001","msgid":"1","fixmedins_code":"H33020000001","inf_time":"2026-04-12 10:00:00","input":{}}"#;
    let ask = |app: &TestApp| {
        let request = axum::http::Request::post("/fsi/api/rsfComIfsService/callService")
            .body(axum::body::Body::from(body))
            .expect("a request");
        app.router.clone().oneshot(request)
    };
    let signed = TestApp::start().await;
    assert_eq!(ask(&signed).await.expect("an answer").status(), 401);
    let plain =
        TestApp::with(|settings| settings.his.profile = server::settings::HisProfile::Plain, true).await;
    assert_eq!(ask(&plain).await.expect("an answer").status(), 200);
}
