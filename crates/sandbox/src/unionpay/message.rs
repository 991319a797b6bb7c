//! Messages as the gateway reads and writes them.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
use rsa::signature::{SignatureEncoding, Signer, Verifier};
use rsa::{Pkcs1v15Encrypt, RsaPrivateKey, RsaPublicKey};
use sha2::{Digest, Sha256};

/// Names and values of one message.
#[derive(Clone, Default)]
pub(crate) struct Message(BTreeMap<String, String>);

impl Message {
    pub(crate) fn from_form(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// Reads `name=value&name=value`, with or without braces around it.
    pub(crate) fn from_pairs(text: &str) -> Self {
        let inside = text.trim_start_matches('{').trim_end_matches('}');
        let pairs = inside.split('&').filter_map(|pair| pair.split_once('='));
        Self(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The value, or an empty text.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    fn signed_bytes(&self) -> Vec<u8> {
        let pairs = self.0.iter().filter(|(name, value)| *name != "signature" && !value.is_empty());
        let text = pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        hex::encode(Sha256::digest(text)).into_bytes()
    }

    pub(crate) fn is_signed_by(&self, key: &RsaPublicKey) -> bool {
        let signature = BASE64_STANDARD
            .decode(self.get("signature"))
            .ok()
            .and_then(|bytes| Signature::try_from(bytes.as_slice()).ok());
        signature.is_some_and(|signature| {
            VerifyingKey::<Sha256>::new(key.clone()).verify(&self.signed_bytes(), &signature).is_ok()
        })
    }

    pub(crate) fn signed(mut self, key: &RsaPrivateKey, certificate_pem: &str) -> Self {
        self.set("signPubKeyCert", certificate_pem.trim_end());
        let signature = SigningKey::<Sha256>::new(key.clone()).sign(&self.signed_bytes());
        self.set("signature", BASE64_STANDARD.encode(signature.to_bytes()));
        self
    }

    /// As answers are written: not URL-encoded.
    pub(crate) fn to_answer(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    /// As notifications are written.
    pub(crate) fn to_form(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

/// The text in a sensitive field.
pub(crate) fn decrypt(key: &RsaPrivateKey, field: &str) -> Option<String> {
    let bytes = BASE64_STANDARD.decode(field).ok()?;
    String::from_utf8(key.decrypt(Pkcs1v15Encrypt, &bytes).ok()?).ok()
}

/// customerInfo with its encrypted part opened.
pub(crate) fn customer_info(key: &RsaPrivateKey, field: &str) -> Option<Message> {
    let bytes = BASE64_STANDARD.decode(field).ok()?;
    let mut info = Message::from_pairs(&String::from_utf8(bytes).ok()?);
    if !info.get("encryptedInfo").is_empty() {
        let secret = Message::from_pairs(&decrypt(key, info.get("encryptedInfo"))?);
        for (name, value) in secret.0 {
            info.set(&name, value);
        }
    }
    Some(info)
}
