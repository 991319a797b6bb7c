//! Argon2id for PINs and staff passwords.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use zeroize::Zeroizing;

use crate::random::{self, NoRandomness};

/// A secret could not be hashed or compared.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// No randomness for the salt.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The stored hash is not one of Argon2.
    #[error("a stored password hash cannot be read")]
    Unreadable,
    /// The worker that hashes went away.
    #[error("the password worker stopped")]
    Stopped,
}

/// 19 MiB, two passes, one lane: the first choice of the OWASP password storage guide.
fn argon2id() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|_| PasswordError::Unreadable)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of `secret` under a fresh salt, as text that names its own parameters.
///
/// # Errors
/// See [`PasswordError`].
pub async fn hash(secret: String) -> Result<String, PasswordError> {
    let secret = Zeroizing::new(secret);
    let salt = random::bytes::<16>()?;
    tokio::task::spawn_blocking(move || {
        argon2id()?
            .hash_password_with_salt(secret.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|_| PasswordError::Unreadable)
    })
    .await
    .map_err(|_| PasswordError::Stopped)?
}

/// Whether `secret` is the one that `hash` was made of.
///
/// # Errors
/// See [`PasswordError`].
pub async fn matches(secret: String, hash: String) -> Result<bool, PasswordError> {
    let secret = Zeroizing::new(secret);
    tokio::task::spawn_blocking(move || {
        let hash = PasswordHash::new(&hash).map_err(|_| PasswordError::Unreadable)?;
        Ok(argon2id()?.verify_password(secret.as_bytes(), &hash).is_ok())
    })
    .await
    .map_err(|_| PasswordError::Stopped)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_secret_matches() {
        let first = hash("135790".to_owned()).await.expect("hashed");
        let second = hash("135790".to_owned()).await.expect("hashed");
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(first, second, "salted");
        assert!(matches("135790".to_owned(), first.clone()).await.expect("compared"));
        assert!(!matches("135791".to_owned(), first).await.expect("compared"));
        assert!(matches("x".to_owned(), "not a hash".to_owned()).await.is_err());
    }
}
