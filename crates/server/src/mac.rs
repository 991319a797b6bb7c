//! Keyed digests.

use hmac::{Hmac, KeyInit};
use sha2::Sha256;

/// HMAC-SHA256 under a key of 32 bytes.
#[must_use]
pub fn hmac_sha256(key: &[u8; 32]) -> Hmac<Sha256> {
    // As RFC 2104 reads a short key: filled up with zeros to one block. So nothing can fail.
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
    <Hmac<Sha256> as KeyInit>::new((&block).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::Mac;

    #[test]
    fn it_is_the_standard_one() {
        // printf 'what do ya want for nothing?' | openssl dgst -sha256 -mac HMAC -macopt hexkey:4a4a…4a (32 bytes)
        let mut mac = hmac_sha256(&[0x4a; 32]);
        mac.update(b"what do ya want for nothing?");
        assert_eq!(
            hex::encode(mac.finalize().into_bytes()),
            "2e5b04b292d517da194b667c63a5a053f0586c289ea166b33d85e4151a019184"
        );
    }
}
