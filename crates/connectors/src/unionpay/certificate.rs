//! The channel's certificates: reading them, and whether a chain of them can be trusted at a given time.

use model::Instant;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pkcs8::DecodePublicKey;
use rsa::{RsaPublicKey, traits::PublicKeyParts};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode, Encode, Reader, SliceReader, pem};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

use crate::Error;

const SHA1_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5");
const SHA256_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// Why a certificate is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Not an X.509 certificate in PEM with an RSA key of 2048 to 4096 bits.
    #[error("is not an X.509 certificate with an RSA key of 2048 to 4096 bits")]
    Unreadable,
    /// Before its first or after its last moment.
    #[error("is not valid at this time")]
    OutsideValidity,
    /// No configured authority issued it.
    #[error("was not issued by a configured authority")]
    UnknownIssuer,
    /// It, or the authority above it, may not be used for this.
    #[error("may not be used for this purpose")]
    Purpose,
    /// Issued to somebody else than the channel.
    #[error("was not issued to the channel")]
    OtherSubject,
}

/// An X.509 certificate with an RSA key.
#[derive(Clone)]
pub struct Certificate {
    parsed: x509_cert::Certificate,
    /// The bytes that the issuer signed, exactly as they came.
    signed: Vec<u8>,
    key: RsaPublicKey,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({})", self.parsed.tbs_certificate().subject())
    }
}

impl Certificate {
    /// Reads one certificate in PEM.
    ///
    /// # Errors
    /// [`CertificateError::Unreadable`].
    pub fn from_pem(text: &str) -> Result<Self, CertificateError> {
        let (label, der) =
            pem::decode_vec(text.trim().as_bytes()).map_err(|_| CertificateError::Unreadable)?;
        if label != "CERTIFICATE" {
            return Err(CertificateError::Unreadable);
        }
        Self::from_der(&der).ok_or(CertificateError::Unreadable)
    }

    /// Reads one or more certificates in PEM, one after the other.
    ///
    /// # Errors
    /// [`CertificateError::Unreadable`] when one is, or when there is none.
    pub fn chain_from_pem(text: &str) -> Result<Vec<Self>, CertificateError> {
        const END: &str = "-----END CERTIFICATE-----";
        let certificates = text
            .split_inclusive(END)
            .filter(|part| !part.trim().is_empty())
            .map(Self::from_pem)
            .collect::<Result<Vec<_>, _>>()?;
        if certificates.is_empty() { Err(CertificateError::Unreadable) } else { Ok(certificates) }
    }

    fn from_der(der: &[u8]) -> Option<Self> {
        let parsed = x509_cert::Certificate::from_der(der).ok()?;
        let signed = SliceReader::new(der)
            .ok()?
            .sequence(|inside| {
                let signed = inside.tlv_bytes()?.to_vec();
                while !inside.is_finished() {
                    inside.tlv_bytes()?;
                }
                Ok::<_, x509_cert::der::Error>(signed)
            })
            .ok()?;
        let key_info = parsed.tbs_certificate().subject_public_key_info().to_der().ok()?;
        let key = RsaPublicKey::from_public_key_der(&key_info).ok()?;
        let bits = key.n().bits();
        (2048..=4096).contains(&bits).then_some(Self { parsed, signed, key })
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &RsaPublicKey {
        &self.key
    }

    /// The serial number in decimal, which is what the protocol calls certId.
    #[must_use]
    pub fn serial_decimal(&self) -> String {
        decimal(self.parsed.tbs_certificate().serial_number().as_bytes())
    }

    /// The holder's name inside the common name. The channel's authority writes common names of parts joined by `@`,
    /// and the third part is the holder, such as 中国银联股份有限公司.
    #[must_use]
    pub fn holder(&self) -> Option<String> {
        let name = self.parsed.tbs_certificate().subject().common_name().ok()??;
        let name = name.value().into_owned();
        name.split('@').nth(2).map(str::to_owned)
    }

    fn check_validity(&self, now: Instant) -> Result<(), CertificateError> {
        let validity = self.parsed.tbs_certificate().validity();
        let seconds = |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).ok();
        let (Some(first), Some(last)) = (seconds(validity.not_before), seconds(validity.not_after)) else {
            return Err(CertificateError::OutsideValidity);
        };
        let now = now.milliseconds().div_euclid(1000);
        if first <= now && now <= last { Ok(()) } else { Err(CertificateError::OutsideValidity) }
    }

    fn is_issued_by(&self, issuer: &Self, allow_sha1: bool) -> bool {
        if self.parsed.tbs_certificate().issuer() != issuer.parsed.tbs_certificate().subject() {
            return false;
        }
        let algorithm = self.parsed.signature_algorithm();
        let Some(signature) = self.parsed.signature().as_bytes() else { return false };
        if algorithm != self.parsed.tbs_certificate().signature() {
            return false;
        }
        let (scheme, digest) = match algorithm.oid {
            SHA256_WITH_RSA => (Pkcs1v15Sign::new::<Sha256>(), Sha256::digest(&self.signed).to_vec()),
            SHA1_WITH_RSA if allow_sha1 => (Pkcs1v15Sign::new::<Sha1>(), Sha1::digest(&self.signed).to_vec()),
            _ => return false,
        };
        issuer.key.verify(scheme, &digest, signature).is_ok()
    }

    fn check_authority(&self) -> Result<(), CertificateError> {
        let certificate = self.parsed.tbs_certificate();
        let constraints =
            certificate.get_extension::<BasicConstraints>().map_err(|_| CertificateError::Purpose)?;
        let usage = certificate.get_extension::<KeyUsage>().map_err(|_| CertificateError::Purpose)?;
        let is_authority = constraints.is_some_and(|(_, constraints)| constraints.ca);
        let may_sign = usage.is_none_or(|(_, usage)| usage.key_cert_sign());
        if is_authority && may_sign { Ok(()) } else { Err(CertificateError::Purpose) }
    }

    fn check_message_signer(&self) -> Result<(), CertificateError> {
        let usage = self
            .parsed
            .tbs_certificate()
            .get_extension::<KeyUsage>()
            .map_err(|_| CertificateError::Purpose)?;
        let may_sign = usage.is_none_or(|(_, usage)| usage.digital_signature());
        if may_sign { Ok(()) } else { Err(CertificateError::Purpose) }
    }
}

/// Whom we believe to speak for the channel.
#[derive(Debug, Clone)]
pub struct Trust {
    roots: Vec<Certificate>,
    middles: Vec<Certificate>,
    holder: String,
    allow_sha1: bool,
}

impl Trust {
    /// Believes certificates that one of `middles` issued to `holder`, where one of `roots` issued the middle one.
    /// Both are PEM, one or more certificates, so that an old and a new one can stand side by side.
    ///
    /// `allow_sha1` also believes certificates that are signed with SHA-1. The chains that circulate with the
    /// channel's SDK, of test and production, are such. SHA-1 signatures can be forged, so this is off unless the
    /// chain that the acquirer handed out needs it; messages themselves are signed with SHA-256 in any case.
    ///
    /// # Errors
    /// [`Error::Setting`] when a certificate cannot be read or `holder` is empty.
    pub fn new(roots: &str, middles: &str, holder: &str, allow_sha1: bool) -> Result<Self, Error> {
        let read = |setting, pem: &str| {
            Certificate::chain_from_pem(pem).map_err(|reason| Error::setting(setting, reason))
        };
        if holder.is_empty() {
            return Err(Error::setting("unionpay.signer_holder", "must not be empty"));
        }
        Ok(Self {
            roots: read("unionpay.root_certificates_pem", roots)?,
            middles: read("unionpay.middle_certificates_pem", middles)?,
            holder: holder.to_owned(),
            allow_sha1,
        })
    }

    /// Whether `leaf` may sign for the channel at `now`.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn check(&self, leaf: &Certificate, now: Instant) -> Result<(), CertificateError> {
        let middle = self.issuer_of(leaf, &self.middles).ok_or(CertificateError::UnknownIssuer)?;
        let root = self.issuer_of(middle, &self.roots).ok_or(CertificateError::UnknownIssuer)?;
        for certificate in [leaf, middle, root] {
            certificate.check_validity(now)?;
        }
        middle.check_authority()?;
        root.check_authority()?;
        leaf.check_message_signer()?;
        if leaf.holder().as_deref() == Some(self.holder.as_str()) {
            Ok(())
        } else {
            Err(CertificateError::OtherSubject)
        }
    }

    fn issuer_of<'a>(&self, certificate: &Certificate, from: &'a [Certificate]) -> Option<&'a Certificate> {
        from.iter().find(|issuer| certificate.is_issued_by(issuer, self.allow_sha1))
    }
}

/// Writes a big-endian number in decimal.
fn decimal(bytes: &[u8]) -> String {
    // Decimal digits, least significant first; each byte multiplies by 256 and adds itself.
    let mut digits = vec![0_u8];
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry = carry.wrapping_add(u32::from(*digit).wrapping_mul(256));
            *digit = u8::try_from(carry % 10).unwrap_or(0);
            carry /= 10;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 10).unwrap_or(0));
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0'.saturating_add(*digit))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn serial_numbers_are_written_in_decimal(number: u128) {
            prop_assert_eq!(decimal(&number.to_be_bytes()), number.to_string());
        }
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        for text in ["", "MIIB", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert!(Certificate::from_pem(text).is_err(), "{text}");
            assert!(Certificate::chain_from_pem(text).is_err(), "{text}");
        }
    }
}
