//! Randomness from the operating system, for ids, tokens and codes.

use model::Instant;

/// The operating system gave no randomness: nothing secret may be made then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct NoRandomness;

/// `N` random bytes.
///
/// # Errors
/// The operating system's source fails.
pub fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// A new identifier for `now`, made by one of the constructors of `model::id`: `new_id(now, VisitId::new)`.
///
/// # Errors
/// The operating system's source fails.
pub fn new_id<T>(now: Instant, make: impl FnOnce(Instant, [u8; 10]) -> T) -> Result<T, NoRandomness> {
    bytes().map(|random| make(now, random))
}
