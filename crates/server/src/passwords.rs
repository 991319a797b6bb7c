//! Argon2id for PINs and staff passwords.
//!
//! Each hash takes 19 MiB, and anyone may ask for one by trying to sign in: so only as many are made at once as there are
//! processors.

use std::num::NonZero;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;
use tokio::time::timeout;
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
    /// Too many others wait for theirs.
    #[error("too many passwords wait to be hashed")]
    Busy,
}

/// How long a secret waits for its turn.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Who may hash now.
static TURNS: LazyLock<Turns> =
    LazyLock::new(|| Turns::new(std::thread::available_parallelism().map_or(1, NonZero::get), LONGEST_WAIT));

/// Lets few work at once.
struct Turns {
    places: Arc<Semaphore>,
    longest_wait: Duration,
}

impl Turns {
    fn new(places: usize, longest_wait: Duration) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), longest_wait }
    }

    /// Does `work` on a thread of its own when its turn comes.
    async fn take<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = timeout(self.longest_wait, Arc::clone(&self.places).acquire_owned())
            .await
            .map_err(|_| PasswordError::Busy)?
            .map_err(|_| PasswordError::Stopped)?;
        tokio::task::spawn_blocking(move || {
            // The turn ends with the work, even when nobody waits for the outcome any more.
            let _turn = turn;
            work()
        })
        .await
        .map_err(|_| PasswordError::Stopped)?
    }
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
    let work = move || {
        argon2id()?
            .hash_password_with_salt(secret.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|_| PasswordError::Unreadable)
    };
    TURNS.take(work).await
}

/// Whether `secret` is the one that `hash` was made of.
///
/// # Errors
/// See [`PasswordError`].
pub async fn matches(secret: String, hash: String) -> Result<bool, PasswordError> {
    let secret = Zeroizing::new(secret);
    let work = move || {
        let hash = PasswordHash::new(&hash).map_err(|_| PasswordError::Unreadable)?;
        Ok(argon2id()?.verify_password(secret.as_bytes(), &hash).is_ok())
    };
    TURNS.take(work).await
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

    #[tokio::test]
    async fn no_more_than_there_are_places_work_at_once_and_nobody_waits_for_ever() {
        let turns = Turns::new(1, Duration::from_millis(50));
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let first = turns.take(move || ended.recv().map_err(|_| PasswordError::Stopped));
        let (first, second) = tokio::join!(first, async {
            let second = turns.take(|| Ok(())).await;
            end.send(()).expect("the first one waits");
            second
        });
        assert!(first.is_ok());
        assert!(matches!(second, Err(PasswordError::Busy)), "{second:?}");
        assert!(turns.take(|| Ok(())).await.is_ok(), "the place is free again");
    }

    #[tokio::test]
    async fn whoever_leaves_does_not_free_the_place_of_a_hash_that_is_still_made() {
        let turns = Turns::new(1, Duration::from_millis(50));
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let left = turns.take(move || ended.recv().map_err(|_| PasswordError::Stopped));
        assert!(timeout(Duration::from_millis(20), left).await.is_err(), "the caller left");
        assert!(matches!(turns.take(|| Ok(())).await, Err(PasswordError::Busy)));
        end.send(()).expect("it still works");
    }
}
