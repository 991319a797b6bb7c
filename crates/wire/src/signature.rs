//! Signatures over the headers of a call.
//!
//! Which scheme a region uses is configuration; [`SignatureProfile`] names the ones that are built. The access-key
//! profile is the one of 定点医药机构接口规范, Hunan edition V1.1.27, section 4.5: five headers, of which the last signs the
//! other four. It does not cover the body, so the transport must (TLS), and the name in the headers must be the
//! transaction of the envelope ([`Credentials::must_name`]).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use model::Instant;
use serde_json::Value;
use sha1::Sha1;
use zeroize::Zeroizing;

use crate::Language;
use crate::value::shortened;

/// Header with the transaction number.
pub const API_NAME: &str = "_api_name";
/// Header with the version of the interface.
pub const API_VERSION: &str = "_api_version";
/// Header with the time: milliseconds since 1970, 13 digits.
pub const API_TIMESTAMP: &str = "_api_timestamp";
/// Header with the caller's access key.
pub const API_ACCESS_KEY: &str = "_api_access_key";
/// Header with the signature over the other four.
pub const API_SIGNATURE: &str = "_api_signature";

/// How far the time in the headers may be from the receiver's clock, either way: 30 minutes.
pub const WINDOW_SECONDS: i64 = 30 * 60;

/// How calls are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureProfile {
    /// Five headers with access key and HMAC-SHA1.
    AccessKey,
    /// No signature. Only for callers on the same machine, in a demonstration.
    Plain,
}

/// The secret half of a caller's key. It leaves memory when dropped and cannot be printed.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<Vec<u8>>);

impl SecretKey {
    /// Wraps the secret.
    #[must_use]
    pub fn new(secret: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(***)")
    }
}

/// Why a call is refused before its body is looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A header is absent or empty.
    #[error("the header {0} is missing")]
    MissingHeader(&'static str),
    /// The time is no 13 digits, or too far from the receiver's clock.
    #[error(
        "the timestamp has expired or is not milliseconds of 13 digits; at most 30 minutes may lie between the clocks"
    )]
    TimestampExpired,
    /// Nobody has this access key. Told by the caller of this module, which alone knows the keys.
    #[error("the access key is unknown or withdrawn")]
    UnknownAccessKey,
    /// The signature is not that of these headers under the caller's secret.
    #[error("the signature does not match")]
    Mismatch,
    /// The headers name another transaction than the envelope.
    #[error("the header _api_name is '{header}', but the transaction is '{infno}'")]
    OtherName {
        /// Name in the headers.
        header: String,
        /// Number in the envelope.
        infno: String,
    },
}

impl SignatureError {
    /// The error in one sentence.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        if language == Language::English {
            return self.to_string();
        }
        match self {
            Self::MissingHeader(header) => format!("缺少请求头 {header}"),
            Self::TimestampExpired => {
                "时间戳已过期：_api_timestamp 应为13位毫秒时间戳，与服务器时间相差不得超过30分钟".to_owned()
            }
            Self::UnknownAccessKey => "访问密钥 _api_access_key 不存在或已停用".to_owned(),
            Self::Mismatch => "签名 _api_signature 校验不通过".to_owned(),
            Self::OtherName { header, infno } => {
                format!("请求头 _api_name 为 {header}，与报文交易编号 {infno} 不一致")
            }
        }
    }

    /// The body that a gateway answers with, outside of any envelope: `{"code":401,"message":"…"}`.
    #[must_use]
    pub fn to_json(&self, language: Language) -> String {
        let message = Value::String(self.text(language));
        format!("{{\"code\":401,\"message\":{message}}}")
    }
}

/// The five headers of the access-key profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Transaction number.
    pub name: String,
    /// Version of the interface.
    pub version: String,
    /// Milliseconds since 1970, as written.
    pub timestamp: String,
    /// The caller's access key.
    pub access_key: String,
    /// Base64 of the signature.
    pub signature: String,
}

impl Credentials {
    /// Takes the headers from a request; `header` gives the value of a header by its name.
    ///
    /// # Errors
    /// [`SignatureError::MissingHeader`] for the first that is absent or empty.
    pub fn from_headers<'a>(
        header: impl Fn(&'static str) -> Option<&'a str>,
    ) -> Result<Self, SignatureError> {
        let take = |name: &'static str| match header(name).map(str::trim) {
            None | Some("") => Err(SignatureError::MissingHeader(name)),
            Some(value) => Ok(value.to_owned()),
        };
        Ok(Self {
            name: take(API_NAME)?,
            version: take(API_VERSION)?,
            timestamp: take(API_TIMESTAMP)?,
            access_key: take(API_ACCESS_KEY)?,
            signature: take(API_SIGNATURE)?,
        })
    }

    /// Signs a call of transaction `name`, as a client does.
    #[must_use]
    pub fn sign(name: &str, version: &str, access_key: &str, secret: &SecretKey, at: Instant) -> Self {
        let mut credentials = Self {
            name: name.to_owned(),
            version: version.to_owned(),
            timestamp: format!("{:013}", at.milliseconds()),
            access_key: access_key.to_owned(),
            signature: String::new(),
        };
        credentials.signature = credentials
            .mac(secret)
            .map(|mac| STANDARD.encode(mac.finalize().into_bytes()))
            .unwrap_or_default();
        credentials
    }

    /// The headers with their names, for sending.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, &str); 5] {
        [
            (API_NAME, &self.name),
            (API_VERSION, &self.version),
            (API_TIMESTAMP, &self.timestamp),
            (API_ACCESS_KEY, &self.access_key),
            (API_SIGNATURE, &self.signature),
        ]
    }

    /// Checks the time and then, in constant time, the signature. An honest repetition of a call carries the same
    /// headers, so nothing here counts them; what must happen once is guarded by the message id.
    ///
    /// # Errors
    /// [`SignatureError::TimestampExpired`] or [`SignatureError::Mismatch`].
    pub fn verify(&self, secret: &SecretKey, now: Instant) -> Result<(), SignatureError> {
        let well_formed = self.timestamp.len() == 13 && self.timestamp.bytes().all(|b| b.is_ascii_digit());
        let sent = self.timestamp.parse().ok().filter(|_| well_formed).map(Instant::from_milliseconds);
        match sent {
            Some(sent)
                if now.since(sent).unsigned_abs() <= WINDOW_SECONDS.unsigned_abs().saturating_mul(1000) => {}
            _ => return Err(SignatureError::TimestampExpired),
        }
        let presented = STANDARD.decode(&self.signature).map_err(|_| SignatureError::Mismatch)?;
        self.mac(secret).and_then(|mac| mac.verify_slice(&presented).ok()).ok_or(SignatureError::Mismatch)
    }

    /// Checks that the headers were signed for this transaction and not for another one.
    ///
    /// # Errors
    /// [`SignatureError::OtherName`].
    pub fn must_name(&self, infno: &str) -> Result<(), SignatureError> {
        if self.name == infno {
            return Ok(());
        }
        Err(SignatureError::OtherName { header: shortened(&self.name, 40), infno: infno.to_owned() })
    }

    /// HMAC-SHA1 over the four headers before it, `name=value` joined by `&` in ascending order of their names.
    fn mac(&self, secret: &SecretKey) -> Option<Hmac<Sha1>> {
        let signed = format!(
            "{API_ACCESS_KEY}={}&{API_NAME}={}&{API_TIMESTAMP}={}&{API_VERSION}={}",
            self.access_key, self.name, self.timestamp, self.version
        );
        // A key of any length is allowed, so this is always `Some`.
        let mut mac = Hmac::<Sha1>::new_from_slice(&secret.0).ok()?;
        mac.update(signed.as_bytes());
        Some(mac)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Instant = Instant::from_milliseconds(1_682_901_000_123);

    fn signed() -> Credentials {
        Credentials::sign("2207", "1.0.0", "AK-H99000000001", &SecretKey::new("a secret of the test"), AT)
    }

    // printf '%s' '_api_access_key=AK-H99000000001&_api_name=2207&_api_timestamp=1682901000123&_api_version=1.0.0' |
    //   openssl dgst -sha1 -hmac 'a secret of the test' -binary | openssl base64
    #[test]
    fn known_answer_of_another_implementation() {
        assert_eq!(signed().signature, "brno1avQEP3Ic3zY2/28avMWsgI=");
        assert_eq!(signed().timestamp, "1682901000123");
    }

    #[test]
    fn right_headers_pass_within_the_window() {
        let secret = SecretKey::new("a secret of the test");
        let headers = signed();
        let read = Credentials::from_headers(|name| {
            headers.headers().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
        })
        .expect("all five");
        assert_eq!(read, headers);
        for seconds in [0, WINDOW_SECONDS, -WINDOW_SECONDS] {
            assert_eq!(read.verify(&secret, AT.plus_seconds(seconds)), Ok(()));
        }
        for milliseconds in [WINDOW_SECONDS * 1000 + 1, -WINDOW_SECONDS * 1000 - 1] {
            let now = Instant::from_milliseconds(AT.milliseconds() + milliseconds);
            assert_eq!(read.verify(&secret, now), Err(SignatureError::TimestampExpired));
        }
    }

    #[test]
    fn every_changed_part_is_noticed() {
        let secret = SecretKey::new("a secret of the test");
        let changes: [fn(&mut Credentials); 6] = [
            |c| c.name = "2208".to_owned(),
            |c| c.version = "2.0.0".to_owned(),
            |c| c.timestamp = "1682901000124".to_owned(),
            |c| c.access_key.push('1'),
            |c| c.signature = "not base64!".to_owned(),
            |c| c.signature = STANDARD.encode([0_u8; 20]),
        ];
        for change in changes {
            let mut headers = signed();
            change(&mut headers);
            assert_eq!(headers.verify(&secret, AT), Err(SignatureError::Mismatch), "{headers:?}");
        }
        assert_eq!(signed().verify(&SecretKey::new("another"), AT), Err(SignatureError::Mismatch));
        assert!(signed().must_name("2207").is_ok());
        assert!(signed().must_name("2208").is_err());
    }

    #[test]
    fn malformed_times_are_refused() {
        for timestamp in ["", "168290100012", "16829010001230", "168290100012x", "-682901000123"] {
            let headers = Credentials { timestamp: timestamp.to_owned(), ..signed() };
            let refused = headers.verify(&SecretKey::new("a secret of the test"), AT);
            assert_eq!(refused, Err(SignatureError::TimestampExpired), "{timestamp}");
        }
    }

    #[test]
    fn each_missing_header_is_named() {
        let headers = signed();
        for missing in [API_NAME, API_VERSION, API_TIMESTAMP, API_ACCESS_KEY, API_SIGNATURE] {
            let found = Credentials::from_headers(|name| {
                let value =
                    headers.headers().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value);
                if name == missing { Some(" ") } else { value }
            });
            assert_eq!(found, Err(SignatureError::MissingHeader(missing)));
        }
    }

    #[test]
    fn refusals_are_told_as_the_gateway_does() {
        assert_eq!(
            SignatureError::Mismatch.to_json(Language::Chinese),
            r#"{"code":401,"message":"签名 _api_signature 校验不通过"}"#
        );
        assert!(!format!("{:?}", SecretKey::new("a secret")).contains("secret of"));
        assert_eq!(format!("{:?}", SecretKey::new("a secret")), "SecretKey(***)");
    }
}
