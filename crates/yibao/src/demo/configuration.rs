//! The configuration of the demonstration: fresh keys, the stand-ins' addresses, everything on loopback.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use sandbox::Sandbox;
use server::Settings;
use toml::{Table, Value};

use crate::failure::Failure;
use crate::platform;

fn random_key() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Failure::about("randomness", error))?;
    Ok(hex::encode(bytes))
}

fn table(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::Table(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}

/// Where the demonstration finds and leaves things.
pub(crate) struct Places {
    /// Address to listen on.
    pub(crate) listen: SocketAddr,
    /// Database address.
    pub(crate) database: String,
    /// Folder of the policies.
    pub(crate) policies: PathBuf,
    /// Folder of the catalogues.
    pub(crate) catalogues: PathBuf,
    /// Whether hospital systems are believed without a signature.
    pub(crate) unsigned: bool,
}

/// Writes `yibao.toml` with fresh keys, and reads it as `serve` would.
pub(crate) fn write(file: &Path, places: &Places, sandbox: &Sandbox) -> Result<Settings, Failure> {
    let configuration = Table::from_iter(
        [
            ("listen", text(&places.listen.to_string())),
            ("public_url", text(&format!("http://{}", places.listen))),
            ("database", text(&places.database)),
            ("policies", text(&places.policies.display().to_string())),
            ("catalogues", text(&places.catalogues.display().to_string())),
            ("region", text(&super::data::region()?.to_string())),
            ("region_name", table([("zh", text("宁波市")), ("en", text("Ningbo"))])),
            ("secure_cookies", Value::Boolean(false)),
            ("keys", keys()?),
            ("his", table([("profile", text(if places.unsigned { "plain" } else { "access_key" }))])),
            ("unionpay", unionpay(places, sandbox)),
            ("sms", sms(sandbox)),
        ]
        .map(|(key, value)| (key.to_owned(), value)),
    );
    let content = toml::to_string(&configuration).map_err(|error| Failure::about("configuration", error))?;
    platform::write_private_new(file, &content)?;
    Ok(Settings::read_alone(file)?)
}

fn keys() -> Result<Value, Failure> {
    Ok(table([
        ("fields", text(&format!("1:{}", random_key()?))),
        ("index", text(&random_key()?)),
        ("codes", text(&random_key()?)),
        ("sms_codes", text(&random_key()?)),
        ("forms", text(&random_key()?)),
    ]))
}

fn unionpay(places: &Places, sandbox: &Sandbox) -> Value {
    let merchant = &sandbox.merchant;
    table([
        ("gateway_url", text(&sandbox.unionpay_url)),
        ("merchant_id", text(&merchant.merchant_id)),
        ("token_requestor", text(&merchant.token_requestor)),
        ("back_url", text(&format!("http://{}/notify/unionpay", places.listen))),
        ("channel_type", text("mobile")),
        ("signing_key_pem", text(&merchant.signing_key_pem)),
        ("signing_certificate_pem", text(&merchant.signing_certificate_pem)),
        ("encryption_certificate_pem", text(&merchant.encryption_certificate_pem)),
        ("root_certificates_pem", text(&merchant.root_certificate_pem)),
        ("middle_certificates_pem", text(&merchant.middle_certificate_pem)),
        ("signer_holder", text(&merchant.signer_holder)),
        ("connect_timeout_milliseconds", Value::Integer(2_000)),
        ("total_timeout_milliseconds", Value::Integer(10_000)),
    ])
}

fn sms(sandbox: &Sandbox) -> Value {
    table([
        ("url", text(&sandbox.sms_url)),
        ("key_name", text(&sandbox.sms_key_name)),
        ("key", text(&sandbox.sms_key)),
        ("connect_timeout_milliseconds", Value::Integer(2_000)),
        ("total_timeout_milliseconds", Value::Integer(10_000)),
    ])
}
