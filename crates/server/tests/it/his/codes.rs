//! Decoding codes: what a code that is not accepted gets.

use axum::http::StatusCode;
use model::CertificateType;
use sandbox::his::HisError;
use serde_json::json;
use wire::Personal;

use super::world::{World, reason, with_id_card};
use crate::support::{LI, PIN, WANG};

const NOT_A_CODE: (i64, &str) = (500_159, "扫描的不是医保电子凭证码，请参保人打开医保码后重新扫描");
const FORGED: (i64, &str) = (-1, "医保码无效，请参保人打开医保码后重新出示");
const EXPIRED: (i64, &str) = (-1, "医保码已过期，请参保人刷新后重新出示");
const USED: (i64, &str) = (-1, "医保码已被使用，请参保人刷新后重新出示");
const WITHDRAWN: (i64, &str) = (-1, "该渠道的医保码已解除授权或电子凭证已停用");

async fn assert_refused(world: &World, code: &str, (expected, text): (i64, &str)) {
    let outcome = world.hospital.decode_code(code, "01101").await;
    assert_eq!(outcome, Err(HisError::NotDecoded { code: expected, message: text.to_owned() }), "{code}");
}

#[tokio::test]
async fn codes_that_are_not_accepted_say_why_and_change_nothing() {
    let world = World::open().await;
    let phone = world.app.activated(&WANG).await;
    let code = world.show_code(&phone).await;
    let version = world.version(WANG.id()).await;
    for text in ["6228480000000000000", "https://qr.example/1", "42412345678901234567890000001", "一二三"]
    {
        assert_refused(&world, text, NOT_A_CODE).await;
    }
    // One digit of a real code changed, at each place of the secret part.
    let digits: Vec<char> = code.chars().collect();
    for place in 3..22 {
        let mut forged = digits.clone();
        forged[place] = if forged[place] == '9' { '0' } else { '9' };
        if forged != digits {
            let forged: String = forged.into_iter().collect();
            let outcome = world.hospital.decode_code(&forged, "01101").await;
            let Err(HisError::NotDecoded { code, message }) = outcome else { panic!("{outcome:?}") };
            // About seven made-up codes of a million fall on a plausible second and are called expired.
            assert!([FORGED, EXPIRED].contains(&(code, &*message)), "{message}");
        }
    }
    // A code that our own keys made for a handle that nobody has is refused in the same words as a made-up one.
    let codes = world.app.app.codes().expect("a book");
    let nobody = credential::Handle::from_number(999_999_999_999).expect("12 digits");
    let region = WANG.registered().insured.region;
    let of_nobody = codes.issue(nobody, region, world.app.app.clock.now()).expect("a code");
    assert_refused(&world, of_nobody.as_str(), FORGED).await;

    world.app.advance(62);
    assert_refused(&world, &code, EXPIRED).await;
    assert_eq!(world.version(WANG.id()).await, version);

    let fresh = world.show_code(&phone).await;
    world.hospital.decode_code(&fresh, "01101").await.expect("decoded");
    let version = world.version(WANG.id()).await;
    assert_refused(&world, &fresh, USED).await;

    let last = world.show_code(&phone).await;
    phone.post("credential/withdrawal", json!({ "pin": PIN })).await.expect(StatusCode::NO_CONTENT);
    assert_refused(&world, &last, WITHDRAWN).await;
    assert_eq!(world.version(WANG.id()).await, version);
}

#[tokio::test]
async fn one_code_at_two_terminals_serves_once() {
    let world = World::open().await;
    let phone = world.app.activated(&WANG).await;
    let code = world.show_code(&phone).await;
    let (one, two) =
        tokio::join!(world.hospital.decode_code(&code, "01101"), world.pharmacy.decode_code(&code, "02121"));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
}

#[tokio::test]
async fn a_token_serves_one_person_at_one_institution_for_a_time() {
    let world = World::open().await;
    let phone = world.app.activated(&WANG).await;
    let code = world.show_code(&phone).await;
    let token = world.hospital.decode_code(&code, "01101").await.expect("decoded").token;
    let not_valid = "电子凭证令牌（ecToken）无效或已过期，请重新扫码";
    let elsewhere = world.other.read_person(CertificateType::Credential, &token).await;
    assert_eq!(reason(elsewhere), not_valid);
    let made_up = Personal::new(format!("330200ec{}", "0".repeat(32)));
    for wrong in [made_up, Personal::new(code)] {
        assert_eq!(reason(world.hospital.read_person(CertificateType::Credential, &wrong).await), not_valid);
    }
    let mut of_li = with_id_card(&LI);
    of_li.certificate_type = CertificateType::Credential;
    of_li.certificate_number = token.clone();
    assert_eq!(reason(world.hospital.register(&of_li, "MZ-1").await), not_valid, "Wang's token for Li");
    world.app.advance(1_800);
    let later = world.hospital.read_person(CertificateType::Credential, &token).await;
    assert_eq!(reason(later), not_valid);
}
