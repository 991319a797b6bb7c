//! Text messages through an HTTP gateway.
//!
//! The protocol, which any vendor's interface can be put behind:
//!
//! - Request: `POST` of a JSON object `{"message_id", "phone", "template", "parameters": {name: text, …}}`.
//! - Headers: `X-Sms-Key`, the name of the shared key; `X-Sms-Timestamp`, milliseconds since 1970-01-01 UTC;
//!   `X-Sms-Signature`, the lower-case hex HMAC-SHA256 under the shared key of timestamp, line feed and body bytes.
//! - Answer, with HTTP status 200: `{"accepted": true, "message_id"}` or
//!   `{"accepted": false, "error": {"code", "message"}}`.
//!
//! **At most once.** A message is sent once and never again by itself. When no answer comes, the outcome is unknown
//! and the message may have been delivered; the caller lets the person ask for a new code instead of repeating. A
//! gateway must treat a `message_id` that it has seen as already handled, so that a deliberate repeat is harmless.

use std::collections::BTreeMap;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use model::Instant;
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::secret::{KeyText, PhoneNumber};
use crate::{BadAnswer, Error, Outcome, Refusal, http};

/// How to reach the gateway.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address that messages are posted to.
    pub url: String,
    /// Name of the shared key, as agreed with the gateway.
    pub key_name: String,
    /// The shared key: 32 bytes or more, as hex.
    pub key: KeyText,
    /// Time to make a connection, in milliseconds.
    pub connect_timeout_milliseconds: u64,
    /// Time for the whole call, in milliseconds.
    pub total_timeout_milliseconds: u64,
}

/// A gateway for text messages.
pub struct SmsGateway {
    url: Url,
    key_name: String,
    key: Zeroizing<Vec<u8>>,
    client: reqwest::Client,
}

/// One text message: a template that the gateway knows, and what to put into it.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    /// The caller's id of the message, unique for ever: 1 to 64 letters or digits.
    pub id: &'a str,
    /// Whom it goes to.
    pub phone: &'a PhoneNumber,
    /// Name of the template.
    pub template: &'a str,
    /// Names and texts that the template needs. They may hold a one-time code.
    pub parameters: Parameters,
}

/// Names and texts that a template needs. `Debug` shows the names alone.
#[derive(Clone, Default, Serialize)]
#[serde(transparent)]
pub struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// No parameters.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These and one more.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.0.insert(name.to_owned(), text.to_owned());
        self
    }
}

impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl std::fmt::Debug for SmsGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmsGateway").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Request<'a> {
    message_id: &'a str,
    phone: &'a str,
    template: &'a str,
    parameters: &'a Parameters,
}

#[derive(Deserialize)]
struct Answer {
    accepted: bool,
    message_id: Option<String>,
    error: Option<AnswerError>,
}

#[derive(Deserialize)]
struct AnswerError {
    code: String,
    message: String,
}

impl SmsGateway {
    /// A client of the gateway.
    ///
    /// # Errors
    /// [`Error::Setting`] when the address is not https (or http on this machine), or the key is not 32 bytes of hex.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let url = http::endpoint("sms.url", &settings.url)?;
        let key = Zeroizing::new(
            hex::decode(settings.key.expose()).map_err(|_| Error::setting("sms.key", "is not hex"))?,
        );
        if key.len() < 32 {
            return Err(Error::setting("sms.key", "has fewer than 32 bytes"));
        }
        let name_is_right = (1..=64).contains(&settings.key_name.len())
            && settings.key_name.bytes().all(|b| b.is_ascii_graphic());
        if !name_is_right {
            return Err(Error::setting("sms.key_name", "must have 1 to 64 visible ASCII characters"));
        }
        let client = http::client(
            Duration::from_millis(settings.connect_timeout_milliseconds),
            Duration::from_millis(settings.total_timeout_milliseconds),
        )?;
        Ok(Self { url, key_name: settings.key_name.clone(), key, client })
    }

    /// Sends one message, at most once, with `now` as its timestamp. Success means that the gateway took it, not that
    /// the phone showed it.
    ///
    /// # Errors
    /// [`Error`] when the message breaks a rule of the protocol; nothing was sent then.
    pub async fn send(&self, message: &Message<'_>, now: Instant) -> Result<Outcome<()>, Error> {
        let id_is_right =
            (1..=64).contains(&message.id.len()) && message.id.bytes().all(|b| b.is_ascii_alphanumeric());
        if !id_is_right {
            return Err(Error::Argument {
                field: "the message id",
                rule: "must have 1 to 64 letters or digits",
            });
        }
        let body = Zeroizing::new(
            serde_json::to_vec(&Request {
                message_id: message.id,
                phone: message.phone.expose(),
                template: message.template,
                parameters: &message.parameters,
            })
            .map_err(|_| Error::Cryptography("the message body"))?,
        );
        let timestamp = now.milliseconds().to_string();
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("X-Sms-Key", &self.key_name)
            .header("X-Sms-Signature", signature(&self.key, &timestamp, &body)?)
            .header("X-Sms-Timestamp", timestamp)
            .body(body.to_vec());
        Ok(match http::send(request).await {
            Ok(answer) => read(message.id, &answer),
            Err(reason) => Outcome::Unknown(reason.into()),
        })
    }
}

/// The `X-Sms-Signature` of a request: lower-case hex HMAC-SHA256 of timestamp, line feed and body.
///
/// # Errors
/// [`Error::Cryptography`] never in practice: HMAC takes keys of any length.
pub fn signature(key: &[u8], timestamp: &str, body: &[u8]) -> Result<String, Error> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| Error::Cryptography("the signature"))?;
    mac.update(timestamp.as_bytes());
    mac.update(b"\n");
    mac.update(body);
    Ok(hex::encode(mac.finalize().into_bytes()))
}

fn read(message_id: &str, body: &[u8]) -> Outcome<()> {
    let Ok(answer) = serde_json::from_slice::<Answer>(body) else {
        return Outcome::Unknown(BadAnswer::Unreadable.into());
    };
    match answer {
        Answer { accepted: true, message_id: Some(id), error: None } if id == message_id => {
            Outcome::Success(())
        }
        Answer { accepted: true, .. } => Outcome::Unknown(BadAnswer::Mismatch("message_id").into()),
        Answer { accepted: false, error: Some(error), .. } => {
            Outcome::Refused(Refusal::new(&error.code, &error.message))
        }
        Answer { accepted: false, error: None, .. } => Outcome::Unknown(BadAnswer::Field("error").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Doubt;

    #[test]
    fn the_signature_is_hmac_sha256_of_timestamp_and_body() {
        // printf '1700000000000\n{}' | openssl dgst -sha256 -hmac Jefe
        assert_eq!(
            signature(b"Jefe", "1700000000000", b"{}").as_deref(),
            Ok("a1af4f1a3dbe9d59e3ec2b7c0cd1834b7c7d326d6d96aca359b4886db034abc0")
        );
    }

    #[test]
    fn only_an_explicit_answer_counts() {
        assert_eq!(read("M1", br#"{"accepted":true,"message_id":"M1"}"#), Outcome::Success(()));
        assert_eq!(
            read("M1", br#"{"accepted":false,"error":{"code":"quota","message":"too many"}}"#),
            Outcome::Refused(Refusal { code: "quota".into(), message: "too many".into() })
        );
        for other in [
            &br#"{"accepted":true,"message_id":"M2"}"#[..],
            br#"{"accepted":true}"#,
            br#"{"accepted":false}"#,
            br#"{"accepted":1}"#,
            b"ok",
            b"",
        ] {
            assert!(matches!(read("M1", other), Outcome::Unknown(Doubt::BadAnswer(_))));
        }
    }
}
