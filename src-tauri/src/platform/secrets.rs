//! The session's token in the phone's own secret store: Android's Keystore, Apple's keychain.
//!
//! The calls block on the system, so they run on blocking threads. On iOS the token is readable after
//! the first unlock, so that a report can leave while the phone is in a pocket, and moves to no other
//! device.

use async_trait::async_trait;
use keyring_core::{Entry, Error, api::CredentialStoreApi};
use pakn_core::{TokenStore, TokenStoreError};
use tauri::async_runtime::spawn_blocking;

const SERVICE: &str = "vn.kontums.app";
const USER: &str = "session";

/// The system's secret store.
pub(super) struct SystemTokenStore;

#[cfg(target_os = "android")]
fn entry() -> Result<Entry, Error> {
    android_native_keyring_store::Store::new()?.build(SERVICE, USER, None)
}

#[cfg(target_os = "ios")]
fn entry() -> Result<Entry, Error> {
    let policy = std::collections::HashMap::from([("access-policy", "after-first-unlock-this-device-only")]);
    apple_native_keyring_store::protected::Store::new()?.build(SERVICE, USER, Some(&policy))
}

async fn with_entry<T: Send + 'static>(
    act: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
) -> Result<T, TokenStoreError> {
    let done = spawn_blocking(move || entry().and_then(|entry| act(&entry))).await;
    done.map_err(|_| TokenStoreError::Platform("cut short".to_owned()))?.map_err(|error| TokenStoreError::Platform(kind(&error)))
}

/// What went wrong, without the secret that some errors carry.
fn kind(error: &Error) -> String {
    match error {
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "unreadable".to_owned(),
        Error::Ambiguous(_) => "ambiguous".to_owned(),
        other => other.to_string(),
    }
}

#[async_trait]
impl TokenStore for SystemTokenStore {
    async fn load(&self) -> Result<Option<String>, TokenStoreError> {
        with_entry(|entry| match entry.get_password() {
            Ok(token) => Ok(Some(token)),
            Err(Error::NoEntry) => Ok(None),
            // Restored from another device, whose key is gone: nothing can ever read it again.
            Err(Error::BadEncoding(_) | Error::BadDataFormat(..)) => {
                tracing::warn!("the kept session can't be read; sign in again");
                entry.delete_credential().map(|()| None)
            }
            Err(error) => Err(error),
        })
        .await
    }

    async fn save(&self, token: &str) -> Result<(), TokenStoreError> {
        let token = token.to_owned();
        with_entry(move |entry| entry.set_password(&token)).await
    }

    async fn clear(&self) -> Result<(), TokenStoreError> {
        with_entry(|entry| match entry.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            done => done,
        })
        .await
    }
}
