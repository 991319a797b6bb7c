//! No secret and no personal data in what may reach a log.

use connectors::unionpay::{Fields, Submission};
use connectors::{Outcome, sms};
use model::Fen;
use sandbox::unionpay::{Fault, Operation};

use crate::world::{
    CARD, NAME, PHONE, World, code, holder, id_number, now, order, settings_for, sms_settings_for,
};

#[tokio::test]
async fn debug_and_errors_hold_no_secret() {
    let world = World::new().await;
    let grant = world.token().await;
    let payment = order("PAYMENT0001");
    world.consume_sms(&payment, &grant.token, Fen::new(100)).await;
    world.sandbox.unionpay.fail_next(Operation::Consume, Fault::TamperedAnswer);
    let submitted = world.client.consume(&payment, &grant.token, Fen::new(100), &code("111111"), now()).await;
    assert!(matches!(submitted, Ok(Submission::Unknown(_))));
    let refused = world.client.open_token(&payment, &holder(), &code("654321"), now()).await;
    assert!(matches!(refused, Ok(Outcome::Refused(_))));
    let settings = settings_for(&world.sandbox, &world.mailbox.url);
    let sms_settings = sms_settings_for(&world.sandbox);
    let gateway = sms::SmsGateway::new(&sms_settings).expect("right settings");
    let phone = PHONE.parse().expect("a phone");
    let parameters = sms::Parameters::new().with("code", "987654");
    let message = sms::Message { id: "M1", phone: &phone, template: "login", parameters };
    let shown = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        world.client,
        settings,
        holder(),
        grant,
        code("111111"),
        submitted,
        refused,
        Fields::new().with("accNo", CARD).with("customerInfo", NAME),
        sms_settings,
        gateway,
        message,
        world.sandbox,
    );
    let key_line = world.sandbox.merchant.signing_key_pem.lines().nth(1).expect("a second line");
    for secret in [
        CARD,
        NAME,
        PHONE,
        id_number().as_str(),
        "111111",
        "654321",
        "987654",
        grant.token.expose(),
        key_line,
        &world.sandbox.sms_key,
    ] {
        assert!(!shown.contains(secret), "a secret of {} characters is shown", secret.len());
    }
    assert!(shown.contains("CardNumber(***)"), "the text is the one that would show it: {shown}");
}
