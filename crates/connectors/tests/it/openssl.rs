//! Our signatures, certificates and encryption against OpenSSL, which shares no code with them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use connectors::Outcome;
use connectors::unionpay::{
    Certificate, CertificateError, ChannelType, Fields, MerchantKey, Settings, SignatureError, Trust,
    UnionPay, verify,
};
use model::Instant;
use tokio::sync::mpsc;

use crate::world::{CARD, NAME, PHONE, World, code, holder, id_number, order, serve, settings_for};

/// A folder of OpenSSL's files that is removed at the end of the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("connectors-openssl-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }

    /// Runs `openssl` in the folder and returns what it writes.
    fn openssl(&self, arguments: &[&str]) -> Vec<u8> {
        let output = Command::new("openssl")
            .current_dir(&self.0)
            .args(arguments)
            .output()
            .expect("the openssl program is needed by these tests: on Debian, apt-get install openssl");
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments:?}: {message}");
        output.stdout
    }

    fn text(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.openssl(arguments)).expect("text").trim().to_owned()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), bytes).expect("written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).expect("written before")
    }

    /// Makes `name.key` and `name.pem`, issued by `issuer` or by itself, valid from now for `days`.
    fn certificate(&self, name: &str, subject: &str, issuer: Option<&str>, options: &[&str]) {
        let (key, pem) = (format!("{name}.key"), format!("{name}.pem"));
        let mut arguments = vec!["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-utf8", "-subj", subject];
        arguments.extend(["-keyout", &key, "-out", &pem, "-days", "30"]);
        let issuer = issuer.map(|issuer| (format!("{issuer}.pem"), format!("{issuer}.key")));
        if let Some((certificate, key)) = &issuer {
            arguments.extend(["-CA", certificate, "-CAkey", key]);
        }
        arguments.extend(options);
        self.openssl(&arguments);
    }

    /// The present, by OpenSSL's certificates: a minute after `name` became valid.
    fn present(&self, name: &str) -> Instant {
        let pem = format!("{name}.pem");
        let start = self.text(&["x509", "-in", &pem, "-noout", "-startdate", "-dateopt", "iso_8601"]);
        let utc = start.trim_start_matches("notBefore=").trim_end_matches('Z');
        Instant::parse_china(utc).expect("a time").plus_seconds(8 * 3600 + 60)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone_or_left_to_the_system = fs::remove_dir_all(&self.0);
    }
}

const AUTHORITY: [&str; 4] = ["-addext", "keyUsage=critical,keyCertSign", "-sha256", "-batch"];
const LEAF: [&str; 6] = [
    "-addext",
    "basicConstraints=critical,CA:FALSE",
    "-addext",
    "keyUsage=critical,digitalSignature",
    "-sha256",
    "-batch",
];
const HOLDER: &str = "中国银联股份有限公司";

/// An authority of OpenSSL's making with a signer under it.
fn authority() -> Folder {
    let folder = Folder::new();
    folder.certificate("root", "/C=CN/O=Root", None, &AUTHORITY);
    folder.certificate("middle", "/C=CN/O=Middle", Some("root"), &AUTHORITY);
    let signer = format!("/C=CN/CN=041@8310000000083040@{HOLDER}@00016495");
    folder.certificate("signer", &signer, Some("middle"), &LEAF);
    folder
}

fn trust(folder: &Folder) -> Trust {
    Trust::new(&folder.read("root.pem"), &folder.read("middle.pem"), HOLDER, false).expect("readable")
}

/// Signs `message` as the channel does, with nothing but OpenSSL and sorting.
fn signed_by_openssl(folder: &Folder, signer: &str, mut pairs: Vec<(&str, String)>) -> Fields {
    pairs.push(("signPubKeyCert", folder.read(&format!("{signer}.pem")).trim().to_owned()));
    pairs.sort();
    let text = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    folder.write("text", text);
    let digest = folder.text(&["dgst", "-sha256", "-r", "text"]);
    folder.write("digest", digest.split(' ').next().expect("a digest"));
    let key = format!("{signer}.key");
    folder.openssl(&["dgst", "-sha256", "-sign", &key, "-out", "signature", "digest"]);
    let signature = folder.text(&["base64", "-A", "-in", "signature"]);
    pairs.push(("signature", signature));
    pairs.iter().fold(Fields::new(), |fields, (name, value)| fields.with(name, value.clone()))
}

fn answer() -> Vec<(&'static str, String)> {
    [
        ("version", "5.1.0"),
        ("signMethod", "01"),
        ("orderId", "PAYMENT0001"),
        ("respMsg", "成功[0000000]"),
        ("txnAmt", "3860"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

#[test]
fn openssl_verifies_our_signature() {
    let folder = Folder::new();
    folder.certificate("merchant", "/C=CN/CN=merchant", None, &["-batch"]);
    let key_pem = folder.read("merchant.key").parse().expect("a key");
    let key = MerchantKey::new(&key_pem, &folder.read("merchant.pem")).expect("a pair");
    let message = Fields::new()
        .with("txnTime", "20260302093000")
        .with("orderId", "PAYMENT0001")
        .with("reqReserved", "")
        .with("tokenPayData", "{token=6235240000017620679&trId=62000000001}")
        .with("customerNm", NAME);
    let signed = key.sign(message).expect("signed");

    let serial = folder.text(&["x509", "-in", "merchant.pem", "-noout", "-serial"]);
    let serial = serial.trim_start_matches("serial=").to_owned();
    assert_eq!(signed.get("certId"), Some(decimal_by_hand(&serial).as_str()));
    // Written out by hand, so that the order and the form of the text are not taken from the code under test.
    let text = format!(
        "certId={}&customerNm={NAME}&orderId=PAYMENT0001&tokenPayData={{token=6235240000017620679&trId=62000000001}}\
         &txnTime=20260302093000",
        signed.get("certId").expect("present")
    );
    folder.write("text", text);
    let digest = folder.text(&["dgst", "-sha256", "-r", "text"]);
    folder.write("digest", digest.split(' ').next().expect("a digest"));
    folder.write("signature.b64", signed.get("signature").expect("present"));
    folder.openssl(&["base64", "-d", "-A", "-in", "signature.b64", "-out", "signature"]);
    folder.openssl(&["x509", "-in", "merchant.pem", "-noout", "-pubkey", "-out", "merchant.pub"]);
    let verified =
        folder.text(&["dgst", "-sha256", "-verify", "merchant.pub", "-signature", "signature", "digest"]);
    assert_eq!(verified, "Verified OK");
}

/// Hex to decimal by long division, digit by digit.
fn decimal_by_hand(hex: &str) -> String {
    let mut number: Vec<u32> = hex.chars().map(|c| c.to_digit(16).expect("hex")).collect();
    let mut decimal = String::new();
    while number.iter().any(|digit| *digit != 0) {
        let mut remainder = 0;
        for digit in &mut number {
            let value = remainder * 16 + *digit;
            *digit = value / 10;
            remainder = value % 10;
        }
        decimal.insert(0, char::from_digit(remainder, 10).expect("a digit"));
    }
    decimal
}

#[test]
fn we_verify_what_openssl_signed_and_nothing_that_was_changed() {
    let folder = authority();
    let (trust, now) = (trust(&folder), folder.present("signer"));
    let message = signed_by_openssl(&folder, "signer", answer());
    assert_eq!(verify(&message, &trust, now), Ok(()));
    for name in ["orderId", "respMsg", "txnAmt"] {
        let changed = message.clone().with(name, "1");
        assert_eq!(verify(&changed, &trust, now), Err(SignatureError::Wrong), "{name}");
    }
    for name in ["signature", "signPubKeyCert"] {
        assert_eq!(
            verify(&message.clone().with(name, ""), &trust, now),
            Err(SignatureError::Missing),
            "{name}"
        );
    }
    let older = message.clone().with("version", "5.0.0");
    assert_eq!(verify(&older, &trust, now), Err(SignatureError::Method));
}

#[test]
fn only_a_signer_under_the_authority_is_believed() {
    let folder = authority();
    let (trust, now) = (trust(&folder), folder.present("signer"));
    let signer = format!("/C=CN/CN=041@8310000000083040@{HOLDER}@00016495");
    let check = |name: &str| trust.check(&Certificate::from_pem(&folder.read(name)).expect("readable"), now);
    assert_eq!(check("signer.pem"), Ok(()));

    folder.certificate("self", &signer, None, &LEAF);
    assert_eq!(check("self.pem"), Err(CertificateError::UnknownIssuer));
    folder.certificate("lookalike", "/C=CN/O=Middle", None, &AUTHORITY);
    folder.certificate("forged", &signer, Some("lookalike"), &LEAF);
    assert_eq!(check("forged.pem"), Err(CertificateError::UnknownIssuer));
    folder.certificate("direct", &signer, Some("root"), &LEAF);
    assert_eq!(check("direct.pem"), Err(CertificateError::UnknownIssuer));
    folder.certificate("shop", "/C=CN/CN=041@1@某商户@1", Some("middle"), &LEAF);
    assert_eq!(check("shop.pem"), Err(CertificateError::OtherSubject));
    let encryption = ["-addext", "keyUsage=critical,keyEncipherment", "-sha256", "-batch"];
    folder.certificate("encryption", &signer, Some("middle"), &encryption);
    assert_eq!(check("encryption.pem"), Err(CertificateError::Purpose));
    // A holder of an ordinary certificate must not be able to issue others.
    folder.certificate("under", &signer, Some("shop"), &LEAF);
    let shop =
        Trust::new(&folder.read("middle.pem"), &folder.read("shop.pem"), HOLDER, false).expect("readable");
    let under = Certificate::from_pem(&folder.read("under.pem")).expect("readable");
    assert_eq!(shop.check(&under, now), Err(CertificateError::Purpose));
}

#[test]
fn sha1_certificates_are_believed_only_when_allowed() {
    let folder = authority();
    let now = folder.present("signer");
    let signer = format!("/C=CN/CN=041@1@{HOLDER}@1");
    folder.certificate(
        "old",
        &signer,
        Some("middle"),
        &["-addext", "basicConstraints=CA:FALSE", "-sha1", "-batch"],
    );
    let old = Certificate::from_pem(&folder.read("old.pem")).expect("readable");
    let check = |allow| {
        Trust::new(&folder.read("root.pem"), &folder.read("middle.pem"), HOLDER, allow)
            .expect("readable")
            .check(&old, now)
    };
    assert_eq!(check(false), Err(CertificateError::UnknownIssuer));
    assert_eq!(check(true), Ok(()));
}

#[test]
fn a_certificate_is_believed_in_its_time_alone() {
    let folder = authority();
    let (trust, start) = (trust(&folder), folder.present("signer"));
    let signer = Certificate::from_pem(&folder.read("signer.pem")).expect("readable");
    assert_eq!(trust.check(&signer, start), Ok(()));
    assert_eq!(trust.check(&signer, start.plus_seconds(-3600)), Err(CertificateError::OutsideValidity));
    assert_eq!(trust.check(&signer, start.plus_seconds(31 * 86_400)), Err(CertificateError::OutsideValidity));
}

#[tokio::test]
async fn the_channel_refuses_a_request_that_another_key_signed() {
    let world = World::new().await;
    let folder = Folder::new();
    let mut settings = settings_for(&world.sandbox, &world.mailbox.url);
    let serial =
        MerchantKey::new(&settings.signing_key_pem, &settings.signing_certificate_pem).expect("a pair");
    let serial = serial.sign(Fields::new()).expect("signed").get("certId").expect("present").to_owned();
    // The merchant's number and the number of its certificate, and everything but its key.
    folder.certificate("thief", "/C=CN/CN=merchant", None, &["-set_serial", &serial, "-batch"]);
    settings.signing_key_pem = folder.read("thief.key").parse().expect("a key");
    settings.signing_certificate_pem = folder.read("thief.pem");
    let thief = UnionPay::new(&settings).expect("right settings");
    let sent =
        thief.open_token_sms(&order("OPENTOKEN0001"), &holder(), crate::world::now()).await.expect("sent");
    assert!(matches!(&sent, Outcome::Refused(words) if words.code == "11"), "{sent:?}");
    assert!(world.sandbox.unionpay.sent_codes(PHONE).is_empty());
}

#[tokio::test]
async fn openssl_decrypts_the_sensitive_fields() {
    let folder = authority();
    folder.certificate("merchant", "/C=CN/CN=merchant", None, &["-batch"]);
    folder.certificate("encryption", "/C=CN/CN=encryption", None, &["-batch"]);
    let (sender, mut requests) = mpsc::unbounded_channel();
    let keep = move |body: Bytes| async move { sender.send(body.to_vec()).expect("the test listens") };
    let address = serve(Router::new().route("/backTransReq.do", post(keep))).await;
    let client = UnionPay::new(&Settings {
        gateway_url: format!("http://{address}/"),
        merchant_id: "777290000000001".to_owned(),
        token_requestor: "62000000001".to_owned(),
        back_url: format!("http://{address}/notify"),
        channel_type: ChannelType::Web,
        signing_key_pem: folder.read("merchant.key").parse().expect("a key"),
        signing_certificate_pem: folder.read("merchant.pem"),
        encryption_certificate_pem: folder.read("encryption.pem"),
        root_certificates_pem: folder.read("root.pem"),
        middle_certificates_pem: folder.read("middle.pem"),
        signer_holder: HOLDER.to_owned(),
        allow_sha1_certificates: false,
        connect_timeout_milliseconds: 10_000,
        total_timeout_milliseconds: 10_000,
    })
    .expect("right settings");
    let now = folder.present("signer");
    let opened =
        client.open_token(&order("OPENTOKEN0001"), &holder(), &code("111111"), now).await.expect("sent");
    assert!(matches!(opened, Outcome::Unknown(_)), "an empty answer proves nothing: {opened:?}");

    let body = requests.recv().await.expect("a request");
    let request = Fields::from_form(&body).expect("a form");
    let decrypt = |field: &str| {
        folder.write("secret.b64", field);
        folder.openssl(&["base64", "-d", "-A", "-in", "secret.b64", "-out", "secret"]);
        folder.text(&["pkeyutl", "-decrypt", "-inkey", "encryption.key", "-in", "secret"])
    };
    assert_eq!(decrypt(request.get("accNo").expect("present")), CARD);
    folder.write("info.b64", request.get("customerInfo").expect("present"));
    let info = folder.text(&["base64", "-d", "-A", "-in", "info.b64"]);
    let (open, secret) = info.split_once("&encryptedInfo=").expect("an encrypted part");
    let id_number = id_number();
    assert_eq!(
        open,
        format!("{{certifTp=01&certifId={}&customerNm={NAME}&smsCode=111111", id_number.as_str())
    );
    assert_eq!(decrypt(secret.strip_suffix('}').expect("braced")), format!("phoneNo={PHONE}"));
    let body = String::from_utf8(body).expect("text");
    for personal in [CARD, PHONE, id_number.as_str()] {
        assert!(!body.contains(personal), "personal data is sent in the open");
    }
}
