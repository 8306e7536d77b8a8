//! Passwords of people: hashed slowly, on threads that may block, few at a time.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::fault::{Fault, FieldError};

/// A hash takes 19 MiB and tens of milliseconds: more at once would let a flood of logins take the machine.
const AT_ONCE: usize = 2;
static SLOTS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Shorter ones are guessed.
pub const SHORTEST: usize = 10;
/// Longer ones are no passwords any more.
pub const LONGEST: usize = 200;

/// The hash of a password that nobody has: checked for unknown names, so that they take as long as known ones.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

/// Whether a password may be chosen; `field` is its name in the form.
pub fn check(password: &str, repeated: &str, field: &str) -> Vec<FieldError> {
    let wrong = |field: &str, message: String| vec![FieldError { field: field.to_owned(), message }];
    match password.chars().count() {
        n if n < SHORTEST => wrong(field, format!("Use {SHORTEST} characters or more; a few words do well.")),
        n if n > LONGEST => wrong(field, format!("Use {LONGEST} characters at most.")),
        _ if password != repeated => wrong("repeated", "The two passwords differ; type the same one twice.".to_owned()),
        _ => Vec::new(),
    }
}

/// Hashes a password with argon2id and a fresh salt.
///
/// # Errors
/// Only when the machine fails.
pub async fn hash(password: String) -> Result<String, Fault> {
    let _slot = slot().await?;
    let hashed = tokio::task::spawn_blocking(move || hash_now(&password)).await;
    hashed.ok().flatten().ok_or_else(|| Fault::Internal("a password could not be hashed".to_owned()))
}

/// Whether the password is the one behind the hash. Without a hash (nobody has that name) it takes as long and is wrong.
///
/// # Errors
/// Only when the machine fails.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, Fault> {
    let _slot = slot().await?;
    let checked = tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let Ok(parsed) = PasswordHash::new(&hash) else { return false };
        Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known
    });
    checked.await.map_err(|_| Fault::Internal("a password could not be checked".to_owned()))
}

async fn slot() -> Result<tokio::sync::SemaphorePermit<'static>, Fault> {
    SLOTS.acquire().await.map_err(|_| Fault::ShuttingDown)
}

fn hash_now(password: &str) -> Option<String> {
    Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_only_its_own_hash() {
        let hash = hash("correct horse".to_owned()).await.expect("a hash");
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify("correct horse".to_owned(), Some(hash.clone())).await.expect("checked"));
        assert!(!verify("battery staple".to_owned(), Some(hash)).await.expect("checked"));
        assert!(!verify("nobody has this password".to_owned(), None).await.expect("checked"));
    }

    #[test]
    fn short_and_mistyped_passwords_are_refused() {
        assert_eq!(check("short", "short", "password")[0].field, "password");
        assert_eq!(check("long enough", "long enouhg", "password")[0].field, "repeated");
        assert!(check("long enough", "long enough", "password").is_empty());
    }
}
