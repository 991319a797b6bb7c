//! Random numbers for codes, tokens and keys.

use getrandom::SysRng;
use rsa::rand_core::UnwrapErr;

/// The operating system's randomness. Fails only where the operating system does, and then the process ends.
pub(crate) const fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// `count` random bytes.
pub(crate) fn bytes<const COUNT: usize>() -> [u8; COUNT] {
    use rsa::rand_core::Rng;
    let mut bytes = [0; COUNT];
    rng().fill_bytes(&mut bytes);
    bytes
}

/// A text of `count` random digits.
pub(crate) fn digits(count: usize) -> String {
    // Ten does not divide 256, so that low digits are a little likelier: good enough for a stand-in.
    bytes::<32>().iter().cycle().take(count.min(32)).map(|byte| char::from(b'0' + byte % 10)).collect()
}
