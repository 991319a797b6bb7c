//! What the client needs to know of the merchant, the gateway and the channel's certificates.

use serde::Deserialize;

use super::request::ChannelType;
use crate::secret::KeyText;

/// Settings of the client. All are required: there is no default for money.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Folder of the gateway, ending in `/`: `https://gateway.95516.com/gateway/api/`.
    pub gateway_url: String,
    /// The merchant's number (`merId`), 15 letters or digits.
    pub merchant_id: String,
    /// The token requestor's number (`trId`), up to 11 digits, as the channel assigned it.
    pub token_requestor: String,
    /// Address that notifications are posted to (`backUrl`), reachable by the channel, without a query.
    pub back_url: String,
    /// Where the person pays.
    pub channel_type: ChannelType,
    /// The merchant's private key in PEM.
    pub signing_key_pem: KeyText,
    /// The merchant's certificate in PEM.
    pub signing_certificate_pem: String,
    /// The channel's certificate for sensitive fields, in PEM.
    pub encryption_certificate_pem: String,
    /// The roots of the channel's authority in PEM, one or more.
    pub root_certificates_pem: String,
    /// The certificates between root and signer in PEM, one or more.
    pub middle_certificates_pem: String,
    /// To whom the signer's certificate is issued: the third part of its common name; `中国银联股份有限公司` in production.
    pub signer_holder: String,
    /// Whether certificates signed with SHA-1 are believed. See [`super::Trust::new`]; off unless set.
    #[serde(default)]
    pub allow_sha1_certificates: bool,
    /// Time to make a connection, in milliseconds.
    pub connect_timeout_milliseconds: u64,
    /// Time for the whole call, in milliseconds. The channel itself allows 30,000.
    pub total_timeout_milliseconds: u64,
}
