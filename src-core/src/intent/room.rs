//! Whether there is room for one more picture: asked before it is taken, because a photo that can't be kept
//! is worse than one that is not taken. Where the system doesn't say, writing finds out.

use std::sync::Arc;

use pakn_api::{
    ipc::CheckRoom,
    model::photo::{MAX_SOURCE_BYTES, MAX_UPLOAD_BYTES},
};

use crate::{Client, client::Inner, error::Error, store::StoreError};

/// What has to stay free beside a picture: for the database and its log (some 8 MiB when they are large),
/// the small copies, and what the system and other apps write between the question and the last byte.
const RESERVE: u64 = 48 * 1024 * 1024;

impl Client {
    /// Whether the largest picture would fit: as it came, and prepared beside it. 96 MiB in all.
    ///
    /// # Errors
    /// [`StoreError::Full`] when it would not.
    pub async fn check_room(&self, args: CheckRoom) -> Result<(), Error> {
        let CheckRoom {} = args;
        room_for(&self.inner, MAX_SOURCE_BYTES).await
    }
}

/// Answers `Ok` when a picture of `source_bytes` fits, with what is made of it.
pub(super) async fn room_for(inner: &Arc<Inner>, source_bytes: u64) -> Result<(), Error> {
    let inner = Arc::clone(inner);
    let asking = tokio::task::spawn_blocking(move || inner.ambient.free_bytes(&inner.data_dir));
    let free = asking.await.map_err(|_| Error::Bug("asking for room was cut short"))?;
    let needed = source_bytes.saturating_add(MAX_UPLOAD_BYTES).saturating_add(RESERVE);
    if free.is_some_and(|free| free < needed) { Err(StoreError::Full.into()) } else { Ok(()) }
}
