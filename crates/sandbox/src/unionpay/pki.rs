//! The channel's authority: root, middle and the certificates that it issues.

use std::str::FromStr;
use std::time::Duration;

use model::Instant;
use rsa::pkcs1v15::{Signature, SigningKey};
use rsa::pkcs8::{EncodePrivateKey, LineEnding};
use rsa::{RsaPrivateKey, RsaPublicKey};
use sha2::Sha256;
use x509_cert::TbsCertificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::der::{DateTime, EncodePem};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

use super::keys::{Keys, keys};
use crate::{Error, random};

const ROOT: &str = "CN=Sandbox Root Authority,O=Sandbox,C=CN";
const MIDDLE: &str = "CN=Sandbox Operating Authority,O=Sandbox,C=CN";
/// Common names of the channel's authority have the holder as the third part.
const SIGNER: &str = "CN=041@Z0000000001@00040000:SIGN@00000001,O=Sandbox,C=CN";
const HOLDER: &str = "00040000:SIGN";
const MERCHANT: &str = "CN=041@Z0000000002@777290000000001@00000001,O=Sandbox,C=CN";
const ENCRYPTION: &str = "CN=041@Z0000000003@00040000:ENC@00000001,O=Sandbox,C=CN";
const DAY: i64 = 86_400;

/// Keys and certificates of all parties.
pub(crate) struct Pki {
    pub(crate) keys: &'static Keys,
    pub(crate) merchant_id: String,
    pub(crate) token_requestor: String,
    /// certId of the merchant's signing certificate.
    pub(crate) merchant_serial: u64,
    /// encryptCertId.
    pub(crate) encryption_serial: u64,
    pub(crate) signer_pem: String,
    /// Names like the signer's, issued by somebody else.
    pub(crate) foreign_pem: String,
    /// The signer's certificate of last year.
    pub(crate) expired_pem: String,
    merchant_pem: String,
    encryption_pem: String,
    root_pem: String,
    middle_pem: String,
}

/// What a merchant needs in order to talk to the gateway. All certificates are PEM.
#[derive(Clone)]
pub struct MerchantMaterial {
    /// merId.
    pub merchant_id: String,
    /// trId.
    pub token_requestor: String,
    /// The merchant's private key, PKCS#8 in PEM.
    pub signing_key_pem: String,
    /// The merchant's certificate.
    pub signing_certificate_pem: String,
    /// The channel's certificate for sensitive fields.
    pub encryption_certificate_pem: String,
    /// Root of the channel's authority.
    pub root_certificate_pem: String,
    /// Certificate between root and signer.
    pub middle_certificate_pem: String,
    /// The holder in the signer's common name.
    pub signer_holder: String,
}

impl std::fmt::Debug for MerchantMaterial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MerchantMaterial({})", self.merchant_id)
    }
}

impl Pki {
    pub(crate) fn merchant_material(&self) -> MerchantMaterial {
        let key = self.keys.merchant.to_pkcs8_pem(LineEnding::LF);
        MerchantMaterial {
            merchant_id: self.merchant_id.clone(),
            token_requestor: self.token_requestor.clone(),
            signing_key_pem: key.map(|pem| pem.to_string()).unwrap_or_default(),
            signing_certificate_pem: self.merchant_pem.clone(),
            encryption_certificate_pem: self.encryption_pem.clone(),
            root_certificate_pem: self.root_pem.clone(),
            middle_certificate_pem: self.middle_pem.clone(),
            signer_holder: HOLDER.to_owned(),
        }
    }
}

/// Issues all certificates, valid from a day before `now`, or a year for the authority, on.
pub(crate) fn pki(now: Instant) -> Result<Pki, Error> {
    let keys = keys()?;
    let at = |days: i64| now.plus_seconds(days.saturating_mul(DAY));
    let authority = |subject, issuer, key: &RsaPrivateKey, signer: &RsaPrivateKey| {
        let plan = Plan { subject, issuer, authority: true, first: at(-800), last: at(3650) };
        issue(&plan, serial(), &key.to_public_key(), signer)
    };
    let leaf = |subject, serial, key: &RsaPrivateKey, signer: &RsaPrivateKey, first, last| {
        let plan = Plan { subject, issuer: MIDDLE, authority: false, first: at(first), last: at(last) };
        issue(&plan, serial, &key.to_public_key(), signer)
    };
    let merchant_serial = serial();
    let encryption_serial = serial();
    Ok(Pki {
        keys,
        merchant_id: "777290000000001".to_owned(),
        token_requestor: "62000000001".to_owned(),
        merchant_serial,
        encryption_serial,
        signer_pem: leaf(SIGNER, serial(), &keys.channel, &keys.middle, -1, 365)?,
        foreign_pem: leaf(SIGNER, serial(), &keys.stranger, &keys.stranger, -1, 365)?,
        expired_pem: leaf(SIGNER, serial(), &keys.channel, &keys.middle, -366, -1)?,
        merchant_pem: leaf(MERCHANT, merchant_serial, &keys.merchant, &keys.middle, -1, 365)?,
        encryption_pem: leaf(ENCRYPTION, encryption_serial, &keys.channel, &keys.middle, -1, 365)?,
        root_pem: authority(ROOT, ROOT, &keys.root, &keys.root)?,
        middle_pem: authority(MIDDLE, ROOT, &keys.middle, &keys.root)?,
    })
}

fn serial() -> u64 {
    // Ten digits or so, as the real authority's; never zero.
    u64::from_be_bytes(random::bytes()) >> 24 | 1 << 32
}

/// A certificate to be issued.
struct Plan {
    subject: &'static str,
    issuer: &'static str,
    authority: bool,
    first: Instant,
    last: Instant,
}

/// The plan in the words of the certificate builder.
struct Profile {
    subject: Name,
    issuer: Name,
    authority: bool,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        _key: SubjectPublicKeyInfoRef<'_>,
        _issuer_key: SubjectPublicKeyInfoRef<'_>,
        certificate: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let usage = if self.authority {
            KeyUsages::KeyCertSign | KeyUsages::CRLSign
        } else {
            KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment
        };
        let constraints = BasicConstraints { ca: self.authority, path_len_constraint: None };
        Ok(vec![
            constraints.to_extension(certificate.subject(), &[])?,
            KeyUsage(usage).to_extension(certificate.subject(), &[])?,
        ])
    }
}

fn issue(plan: &Plan, serial: u64, key: &RsaPublicKey, signer: &RsaPrivateKey) -> Result<String, Error> {
    let failed = |reason: &dyn std::fmt::Display| Error::Certificates(reason.to_string());
    let name = |text: &str| Name::from_str(text).map_err(|reason| failed(&reason));
    let time = |at: Instant| {
        let seconds = u64::try_from(at.milliseconds().div_euclid(1000)).unwrap_or(0);
        DateTime::from_unix_duration(Duration::from_secs(seconds))
            .map(Time::from)
            .map_err(|reason| failed(&reason))
    };
    let profile =
        Profile { subject: name(plan.subject)?, issuer: name(plan.issuer)?, authority: plan.authority };
    let validity = Validity::new(time(plan.first)?, time(plan.last)?);
    let key = SubjectPublicKeyInfoOwned::from_key(key).map_err(|reason| failed(&reason))?;
    CertificateBuilder::new(profile, SerialNumber::from(serial), validity, key)
        .and_then(|builder| builder.build::<_, Signature>(&SigningKey::<Sha256>::new(signer.clone())))
        .map_err(|reason| failed(&reason))?
        .to_pem(LineEnding::CRLF)
        .map_err(|reason| failed(&reason))
}
