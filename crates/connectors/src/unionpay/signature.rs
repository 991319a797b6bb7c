//! Signing our messages and verifying the channel's.
//!
//! What is signed is not the text but the lower-case hex of its SHA-256, and that again with SHA256withRSA
//!.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use model::Instant;
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
use rsa::pkcs8::DecodePrivateKey;
use rsa::signature::{SignatureEncoding, Signer, Verifier};
use sha2::{Digest, Sha256};

use super::certificate::{Certificate, CertificateError, Trust};
use super::fields::Fields;
use super::{SIGN_METHOD, VERSION};
use crate::Error;
use crate::secret::KeyText;

/// Why a message is not believed to come from the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No `signature` or `signPubKeyCert`.
    #[error("the message is not signed")]
    Missing,
    /// Another protocol version or signature method; older versions sign with SHA-1.
    #[error("the message is not of version 5.1.0 with signMethod 01")]
    Method,
    /// The certificate is not trusted.
    #[error("the certificate of the message {0}")]
    Certificate(#[from] CertificateError),
    /// The certificate is trusted and the signature is not its own for this message.
    #[error("the signature does not belong to the message")]
    Wrong,
}

/// The merchant's signing key with its certificate's number.
pub struct MerchantKey {
    key: SigningKey<Sha256>,
    certificate_id: String,
}

impl std::fmt::Debug for MerchantKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MerchantKey({})", self.certificate_id)
    }
}

impl MerchantKey {
    /// The key in PEM (PKCS#8 or PKCS#1) with its certificate in PEM. The channel hands out both as one PKCS#12 file,
    /// which `openssl pkcs12` opens.
    ///
    /// # Errors
    /// [`Error::Setting`] when one cannot be read or they do not belong together.
    pub fn new(key_pem: &KeyText, certificate_pem: &str) -> Result<Self, Error> {
        let pem = key_pem.expose();
        let key = RsaPrivateKey::from_pkcs8_pem(pem)
            .ok()
            .or_else(|| RsaPrivateKey::from_pkcs1_pem(pem).ok())
            .ok_or_else(|| Error::setting("unionpay.signing_key_pem", "is not an RSA key in PEM"))?;
        let certificate = Certificate::from_pem(certificate_pem)
            .map_err(|reason| Error::setting("unionpay.signing_certificate_pem", reason))?;
        if certificate.public_key() != key.as_public_key() {
            return Err(Error::setting("unionpay.signing_certificate_pem", "belongs to another key"));
        }
        Ok(Self { key: SigningKey::new(key), certificate_id: certificate.serial_decimal() })
    }

    /// Adds `certId` and `signature` to a message.
    ///
    /// # Errors
    /// [`Error::Cryptography`] when the operating system gives no randomness for blinding.
    pub fn sign(&self, message: Fields) -> Result<Fields, Error> {
        let message = message.with("certId", self.certificate_id.as_str());
        let signature = self
            .key
            .try_sign(digest_text(&message).as_bytes())
            .map_err(|_| Error::Cryptography("the signature of a request"))?;
        Ok(message.with("signature", BASE64_STANDARD.encode(signature.to_bytes())))
    }
}

/// Checks that the channel signed `message` and that its certificate is trusted at `now`.
///
/// # Errors
/// The reason why the message proves nothing.
pub fn verify(message: &Fields, trust: &Trust, now: Instant) -> Result<(), SignatureError> {
    if message.get("version") != Some(VERSION) || message.get("signMethod") != Some(SIGN_METHOD) {
        return Err(SignatureError::Method);
    }
    let certificate = Certificate::from_pem(message.get("signPubKeyCert").ok_or(SignatureError::Missing)?)?;
    trust.check(&certificate, now)?;
    let signature = message.get("signature").ok_or(SignatureError::Missing)?;
    let signature = BASE64_STANDARD.decode(signature).map_err(|_| SignatureError::Wrong)?;
    let signature = Signature::try_from(signature.as_slice()).map_err(|_| SignatureError::Wrong)?;
    VerifyingKey::<Sha256>::new(certificate.public_key().clone())
        .verify(digest_text(message).as_bytes(), &signature)
        .map_err(|_| SignatureError::Wrong)
}

/// Lower-case hex of the SHA-256 of the signature text: the bytes that SHA256withRSA is applied to.
fn digest_text(message: &Fields) -> String {
    hex::encode(Sha256::digest(message.signature_text()))
}
