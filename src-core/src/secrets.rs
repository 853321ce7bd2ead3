//! Where the session's token is kept: the platform's secret store, never SQLite, never the webview.
//!
//! The shell hands in the platform's own; here are one in a file that only its owner can read
//! (desktop Linux, tests) and one in memory.

use std::{fmt, io, path::PathBuf, sync::Mutex};

use async_trait::async_trait;

/// The secret store failed.
#[derive(Debug, thiserror::Error)]
pub enum TokenStoreError {
    /// Reading or writing failed.
    #[error("token store: {0}")]
    Io(#[from] io::Error),
    /// The platform's store refused.
    #[error("token store: {0}")]
    Platform(String),
}

/// Keeps one session token.
#[async_trait]
pub trait TokenStore: Send + Sync + 'static {
    /// The token, if there is one.
    async fn load(&self) -> Result<Option<String>, TokenStoreError>;
    /// Keeps a token in place of the one before.
    async fn save(&self, token: &str) -> Result<(), TokenStoreError>;
    /// Forgets the token.
    async fn clear(&self) -> Result<(), TokenStoreError>;
}

/// A session token. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Wraps what the server gave.
    #[must_use]
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// The token as it travels.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A token in memory.
#[derive(Debug, Default)]
pub struct MemoryTokenStore(Mutex<Option<Token>>);

impl MemoryTokenStore {
    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Token>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[async_trait]
impl TokenStore for MemoryTokenStore {
    async fn load(&self) -> Result<Option<String>, TokenStoreError> {
        Ok(self.slot().as_ref().map(|t| t.reveal().to_owned()))
    }

    async fn save(&self, token: &str) -> Result<(), TokenStoreError> {
        *self.slot() = Some(Token::new(token.to_owned()));
        Ok(())
    }

    async fn clear(&self) -> Result<(), TokenStoreError> {
        *self.slot() = None;
        Ok(())
    }
}

/// A token in a file of mode 0600.
#[derive(Debug)]
pub struct FileTokenStore {
    path: PathBuf,
}

impl FileTokenStore {
    /// Keeps the token at `path`.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self { path }
    }
}

fn write_private(path: &std::path::Path, token: &str) -> io::Result<()> {
    use std::io::Write;
    let temporary = path.with_extension("new");
    // One that was left behind may have another mode.
    match std::fs::remove_file(&temporary) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        Ok(()) | Err(_) => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(token.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(temporary, path)
}

#[async_trait]
impl TokenStore for FileTokenStore {
    async fn load(&self) -> Result<Option<String>, TokenStoreError> {
        match tokio::fs::read_to_string(&self.path).await {
            Ok(token) => Ok(Some(token)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    async fn save(&self, token: &str) -> Result<(), TokenStoreError> {
        Ok(write_private(&self.path, token)?)
    }

    async fn clear(&self) -> Result<(), TokenStoreError> {
        match tokio::fs::remove_file(&self.path).await {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "test")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_keeps_the_token_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let store = FileTokenStore::new(path.clone());
        assert_eq!(store.load().await.unwrap(), None);
        std::fs::write(path.with_extension("new"), "left behind, for all to read").unwrap();
        store.save("bí mật").await.unwrap();
        assert_eq!(FileTokenStore::new(path.clone()).load().await.unwrap().as_deref(), Some("bí mật"));
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions()) & 0o777, 0o600);
        store.clear().await.unwrap();
        store.clear().await.unwrap();
        assert_eq!(store.load().await.unwrap(), None);
    }
}
