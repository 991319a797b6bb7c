//! Sensitive fields: encrypted for the channel's encryption certificate with RSA PKCS#1 v1.5.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use getrandom::SysRng;
use rsa::pkcs1v15::Pkcs1v15Encrypt;
use rsa::traits::PaddingScheme;
use zeroize::Zeroizing;

use super::certificate::Certificate;
use crate::Error;

/// The channel's encryption certificate.
#[derive(Debug, Clone)]
pub(crate) struct Cipher {
    certificate: Certificate,
}

impl Cipher {
    pub(crate) const fn new(certificate: Certificate) -> Self {
        Self { certificate }
    }

    /// `encryptCertId`.
    pub(crate) fn certificate_id(&self) -> String {
        self.certificate.serial_decimal()
    }

    /// Base64 of the encrypted text.
    pub(crate) fn encrypt(&self, text: &str) -> Result<String, Error> {
        Pkcs1v15Encrypt
            .encrypt(&mut SysRng, self.certificate.public_key(), text.as_bytes())
            .map(|bytes| BASE64_STANDARD.encode(bytes))
            .map_err(|_| Error::Cryptography("the encryption of a sensitive field"))
    }

    /// customerInfo: Base64 of `{name=value&…&encryptedInfo=…}`, where the phone number goes into the encrypted part
    /// and everything else stays open inside the Base64, as the protocol has it.
    pub(crate) fn customer_info(&self, open: &[(&str, &str)], phone: Option<&str>) -> Result<String, Error> {
        let mut parts: Vec<Zeroizing<String>> =
            open.iter().map(|(name, value)| Zeroizing::new(format!("{name}={value}"))).collect();
        if let Some(phone) = phone {
            let secret = Zeroizing::new(format!("phoneNo={phone}"));
            parts.push(Zeroizing::new(format!("encryptedInfo={}", self.encrypt(&secret)?)));
        }
        let joined = parts.iter().map(|part| part.as_str()).collect::<Vec<_>>().join("&");
        let text = Zeroizing::new(format!("{{{}}}", Zeroizing::new(joined).as_str()));
        Ok(BASE64_STANDARD.encode(text.as_bytes()))
    }
}
