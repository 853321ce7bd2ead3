//! Pictures of reports that are public or followed: fetched without anybody's token, their small copies kept.

use bytes::Bytes;
use pakn_api::id::MediaHash;
use sha2::{Digest, Sha256};

use super::Client;
use crate::{error::Error, remote::RemoteError, store::public_report};

impl Client {
    /// Whether anybody may see a picture.
    pub(super) async fn is_public(&self, hash: MediaHash) -> Result<bool, Error> {
        Ok(self.inner.store.read(move |db| public_report::shows(db, hash)).await?)
    }

    /// A public picture's bytes.
    pub(super) async fn public_photo(&self, hash: MediaHash) -> Result<Bytes, Error> {
        let bytes = self.inner.remote().public().public_medium(hash).await?;
        if MediaHash::from_digest(Sha256::digest(&bytes).into()) != hash {
            return Err(RemoteError::NotUnderstood.into());
        }
        Ok(bytes)
    }
}
