//! What the stand-ins share at their HTTP edge.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The value behind a lock, also after a panic elsewhere: the stand-ins' books are only ever read as a whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A client for posting notifications to this machine.
pub(crate) fn client() -> Result<reqwest::Client, reqwest::Error> {
    // The first TLS provider of the process stays; that one is there already is as good.
    let _already_there = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .timeout(Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .build()
}

/// Whether `url` leads to this machine.
pub(crate) fn is_loopback(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    url.scheme() == "http"
        && (host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback()))
}
