//! The gateway for text messages.

use connectors::secret::PhoneNumber;
use connectors::sms::{Message, Parameters, Settings, SmsGateway};
use connectors::{BadAnswer, Doubt, Error, NoAnswer, Outcome};
use sandbox::sms::SmsFault;

use crate::world::{PHONE, World, now, sms_settings_for};

fn phone() -> PhoneNumber {
    PHONE.parse().expect("a phone")
}

fn message<'a>(id: &'a str, phone: &'a PhoneNumber) -> Message<'a> {
    let parameters = Parameters::new().with("code", "428613").with("minutes", "5");
    Message { id, phone, template: "login", parameters }
}

fn gateway(settings: &Settings) -> SmsGateway {
    SmsGateway::new(settings).expect("right settings")
}

#[tokio::test]
async fn a_message_reaches_the_inbox_once() {
    let world = World::new().await;
    let gateway = gateway(&sms_settings_for(&world.sandbox));
    for _ in 0..2 {
        let sent = gateway.send(&message("MESSAGE1", &phone()), now()).await.expect("sent");
        assert_eq!(sent, Outcome::Success(()));
    }
    let url = format!("http://{}/inbox?phone={PHONE}", world.sandbox.address);
    let answer = reqwest::get(url).await.expect("an answer");
    let inbox: serde_json::Value =
        serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("json");
    assert_eq!(inbox.as_array().map(Vec::len), Some(1));
    assert_eq!(inbox[0]["parameters"]["code"], "428613");
    assert_eq!(inbox[0]["template"], "login");
    assert!(world.sandbox.sms.inbox("13900000009").is_empty());
}

#[tokio::test]
async fn a_refusal_is_a_refusal_and_a_lost_answer_is_unknown() {
    let world = World::new().await;
    let gateway = gateway(&sms_settings_for(&world.sandbox));
    let send = |id: &'static str| {
        let gateway = &gateway;
        async move { gateway.send(&message(id, &phone()), now()).await.expect("sent") }
    };
    world.sandbox.sms.fail_next(SmsFault::Refusal);
    assert!(matches!(send("MESSAGE1").await, Outcome::Refused(words) if words.code == "quota"));
    world.sandbox.sms.fail_next(SmsFault::LostAnswer);
    assert_eq!(send("MESSAGE2").await, Outcome::Unknown(Doubt::NoAnswer(NoAnswer::Status(502))));
    world.sandbox.sms.fail_next(SmsFault::OtherMessage);
    assert_eq!(send("MESSAGE3").await, Outcome::Unknown(Doubt::BadAnswer(BadAnswer::Mismatch("message_id"))));
    assert_eq!(world.sandbox.sms.inbox(PHONE).len(), 2, "what is unknown may have been delivered");
}

#[tokio::test]
async fn a_wrong_key_or_an_old_timestamp_is_refused() {
    let world = World::new().await;
    let right = sms_settings_for(&world.sandbox);
    let wrong = Settings { key: "00".repeat(32).parse().expect("a key"), ..right.clone() };
    let sent = gateway(&wrong).send(&message("MESSAGE1", &phone()), now()).await.expect("sent");
    assert!(matches!(sent, Outcome::Refused(words) if words.code == "signature"));
    let old = now().plus_seconds(-301);
    let sent = gateway(&right).send(&message("MESSAGE1", &phone()), old).await.expect("sent");
    assert!(matches!(sent, Outcome::Refused(words) if words.code == "signature"));
    assert!(world.sandbox.sms.inbox(PHONE).is_empty());
}

#[tokio::test]
async fn settings_and_messages_that_cannot_work_are_never_sent() {
    let world = World::new().await;
    let right = sms_settings_for(&world.sandbox);
    let key = |text: &str| Settings { key: text.parse().expect("a text"), ..right.clone() };
    let url = |text: &str| Settings { url: text.to_owned(), ..right.clone() };
    for (settings, name) in [
        (key("00ff"), "sms.key"),
        (key("not hex"), "sms.key"),
        (url("http://sms.example.com/"), "sms.url"),
        (Settings { key_name: "a b".to_owned(), ..right.clone() }, "sms.key_name"),
    ] {
        assert!(
            matches!(SmsGateway::new(&settings), Err(Error::Setting { setting, .. }) if setting == name),
            "{name}"
        );
    }
    let error = gateway(&right).send(&message("no spaces", &phone()), now()).await.expect_err("refused");
    assert!(matches!(error, Error::Argument { field: "the message id", .. }));
}
