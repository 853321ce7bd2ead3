//! Passwords: argon2id in PHC strings, checked on blocking threads, a few at a time.

use std::sync::{Arc, LazyLock};

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString},
};
use pakn_api::model::{
    password::{MAX_CHARS, PasswordProblem, judge},
    phone::PhoneNumber,
};
use tokio::sync::Semaphore;

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Empty or longer than 200 characters.
    #[error("a password has 1 to {MAX_CHARS} characters")]
    Length,
    /// A stored hash is unreadable, or hashing failed.
    #[error("password hash: {0}")]
    Hash(argon2::password_hash::Error),
    /// The checking thread broke off.
    #[error("password check broke off")]
    Broken,
}

/// The PHC string of a password, with a new salt. Takes some 50 ms of a core: not for async threads.
pub(crate) fn hash(password: &str) -> Result<String, PasswordError> {
    if !(1..=MAX_CHARS).contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).map_err(PasswordError::Hash)?;
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(PasswordError::Hash)?.to_string())
}

/// `stored` itself when the password fits it, else the password's own PHC string. As slow as [`hash`].
pub(crate) fn keep_or_hash(password: &str, stored: Option<String>) -> Result<String, PasswordError> {
    match stored {
        Some(stored) if matches!(fits(password, &stored), Ok(true)) => Ok(stored),
        Some(_) | None => hash(password),
    }
}

fn fits(password: &str, stored: &str) -> Result<bool, PasswordError> {
    let phc = PasswordHash::new(stored).map_err(PasswordError::Hash)?;
    match Argon2::default().verify_password(password.as_bytes(), &phc) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(error) => Err(PasswordError::Hash(error)),
    }
}

/// Checks passwords, a bounded number at a time.
#[derive(Clone, Debug)]
pub(crate) struct Checker {
    turns: Arc<Semaphore>,
}

impl Checker {
    /// At most `at_once` checks at the same time.
    pub(crate) fn new(at_once: usize) -> Self {
        Self { turns: Arc::new(Semaphore::new(at_once.max(1))) }
    }

    /// What speaks against it as the new password of this number's account.
    pub(crate) async fn judge(&self, password: String, phone: PhoneNumber) -> Result<Result<(), PasswordProblem>, PasswordError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| PasswordError::Broken)?;
        let work = move || {
            let _turn = turn;
            judge(&password, &phone)
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| PasswordError::Broken)
    }

    /// The PHC string of a password.
    pub(crate) async fn hash(&self, password: String) -> Result<String, PasswordError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| PasswordError::Broken)?;
        let work = move || {
            let _turn = turn;
            hash(&password)
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| PasswordError::Broken)?
    }

    /// Whether `password` fits `stored`. Without a stored hash the answer is no, after the same work:
    /// the time taken doesn't tell whether a number has an account.
    pub(crate) async fn fits(&self, password: String, stored: Option<String>) -> Result<bool, PasswordError> {
        static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody's").ok());
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| PasswordError::Broken)?;
        let check = move || {
            let _turn = turn;
            let known = stored.is_some();
            let Some(phc) = stored.or_else(|| NOBODY.clone()) else { return Err(PasswordError::Broken) };
            Ok(fits(&password, &phc)? && known)
        };
        tokio::task::spawn_blocking(check).await.map_err(|_| PasswordError::Broken)?
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_fits() {
        let checker = Checker::new(1);
        let stored = hash("mật khẩu đúng").unwrap();
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        assert!(checker.fits("mật khẩu đúng".into(), Some(stored.clone())).await.unwrap());
        assert!(!checker.fits("mật khẩu sai".into(), Some(stored.clone())).await.unwrap());
        assert!(!checker.fits("nobody's".into(), None).await.unwrap());
        assert_eq!(keep_or_hash("mật khẩu đúng", Some(stored.clone())).unwrap(), stored);
        assert_ne!(keep_or_hash("mật khẩu mới", Some(stored.clone())).unwrap(), stored);
        assert!(matches!(checker.fits("x".into(), Some("x".into())).await, Err(PasswordError::Hash(_))));
    }

    #[test]
    fn lengths() {
        assert!(matches!(hash(""), Err(PasswordError::Length)));
        assert!(matches!(hash(&"ẵ".repeat(201)), Err(PasswordError::Length)));
        assert!(hash(&"ẵ".repeat(200)).is_ok());
    }
}
