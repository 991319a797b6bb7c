//! RSA keys, made once a process: five of 2048 bits take seconds, and a stand-in's keys guard nothing.

use std::sync::OnceLock;
use std::thread;

use rsa::RsaPrivateKey;

use crate::{Error, random};

/// The keys of all parties.
pub(crate) struct Keys {
    pub(crate) root: RsaPrivateKey,
    pub(crate) middle: RsaPrivateKey,
    /// The channel's signing key, and its key for sensitive fields.
    pub(crate) channel: RsaPrivateKey,
    pub(crate) merchant: RsaPrivateKey,
    /// Of somebody who copies the authority's names.
    pub(crate) stranger: RsaPrivateKey,
}

/// The keys of this process.
pub(crate) fn keys() -> Result<&'static Keys, Error> {
    static KEYS: OnceLock<Option<Keys>> = OnceLock::new();
    KEYS.get_or_init(generate)
        .as_ref()
        .ok_or_else(|| Error::Certificates("an RSA key could not be made".to_owned()))
}

fn generate() -> Option<Keys> {
    let make = || RsaPrivateKey::new(&mut random::rng(), 2048).ok();
    thread::scope(|scope| {
        let [root, middle, channel, merchant, stranger] = [(); 5].map(|()| scope.spawn(make));
        Some(Keys {
            root: root.join().ok()??,
            middle: middle.join().ok()??,
            channel: channel.join().ok()??,
            merchant: merchant.join().ok()??,
            stranger: stranger.join().ok()??,
        })
    })
}
