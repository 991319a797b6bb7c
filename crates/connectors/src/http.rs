//! The HTTP client that all connectors share: one TLS provider, bounded times, bounded answers, no redirects, no
//! retries.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::{Client, Url, redirect, retry};

use crate::{Error, NoAnswer};

/// The largest answer that is read, in bytes. Right answers of both protocols are a few thousand bytes.
pub const LARGEST_ANSWER: usize = 64 * 1024;

/// A client that gives up connecting after `connect` and the whole call after `total`.
///
/// It follows no redirect, because a signed request must go to the address it was signed for, and sends nothing
/// twice, because a payment that is sent twice may be booked twice. It uses no proxy that the environment names, because
/// a message with personal data goes to nobody but its addressee. TLS is rustls on ring with the trust store of the
/// operating system.
///
/// # Errors
/// [`Error::Setting`] when the operating system's trust store cannot be used.
pub fn client(connect: Duration, total: Duration) -> Result<Client, Error> {
    // The first provider of the process stays. An error says that one is there already, which is as good.
    let _already_there = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .connect_timeout(connect)
        .timeout(total)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_proxy()
        .build()
        .map_err(|_| Error::setting("http", "no HTTP client could be made; is there a trust store for TLS?"))
}

/// Reads an address that requests with secrets are sent to: https, or http to this machine alone.
pub(crate) fn endpoint(setting: &'static str, text: &str) -> Result<Url, Error> {
    let url = Url::parse(text).map_err(|_| Error::setting(setting, "is not a URL"))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        _ => return Err(Error::setting(setting, "must be https; http is for this machine alone")),
    }
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(Error::setting(setting, "must have no user, query or fragment"));
    }
    Ok(url)
}

/// Sends `request` once and reads the answer of a successful HTTP status.
pub(crate) async fn send(request: reqwest::RequestBuilder) -> Result<Vec<u8>, NoAnswer> {
    let classify = |error: reqwest::Error| {
        if error.is_timeout() && !error.is_connect() {
            NoAnswer::TimedOut
        } else if error.is_connect() {
            NoAnswer::NotConnected
        } else {
            NoAnswer::Broken
        }
    };
    let mut response = request.send().await.map_err(classify)?;
    if !response.status().is_success() {
        return Err(NoAnswer::Status(response.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(classify)? {
        if body.len().saturating_add(chunk.len()) > LARGEST_ANSWER {
            return Err(NoAnswer::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for right in [
            "https://gateway.95516.com/gateway/api/",
            "http://127.0.0.1:80/",
            "http://[::1]:9/",
            "http://localhost/",
        ] {
            assert!(endpoint("gateway_url", right).is_ok(), "{right}");
        }
        for wrong in [
            "http://gateway.95516.com/gateway/api/",
            "http://127.0.0.1.example.com/",
            "ftp://127.0.0.1/",
            "https://user:key@example.com/",
            "https://example.com/?key=1",
            "gateway",
        ] {
            assert!(endpoint("gateway_url", wrong).is_err(), "{wrong}");
        }
    }
}
