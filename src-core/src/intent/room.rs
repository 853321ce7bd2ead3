//! Whether there is room for one more picture or video: asked before it is taken, because a photo that can't be kept
//! is worse than one that is not taken. Where the system doesn't say, writing finds out.

use std::sync::Arc;

use pakn_api::{
    ipc::CheckRoom,
    model::{
        photo::{MAX_SOURCE_BYTES, MAX_UPLOAD_BYTES},
        video::{MAX_VIDEO_BYTES, is_named_as_video},
    },
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
        room_for(&self.inner, "", MAX_SOURCE_BYTES).await
    }
}

/// Whether the longest video would fit: where the camera writes it, as it came, and prepared beside it.
pub(super) async fn room_for_film(inner: &Arc<Inner>) -> Result<(), Error> {
    // Two copies count for one length here, so three are one and a half.
    room_for(inner, ".mp4", MAX_VIDEO_BYTES.saturating_mul(3) / 2).await
}

/// Answers `Ok` when a file of this name and length fits, with what is made of it: of a video, another one as long.
pub(super) async fn room_for(inner: &Arc<Inner>, name: &str, source_bytes: u64) -> Result<(), Error> {
    let made_bytes = if is_named_as_video(name) { source_bytes } else { MAX_UPLOAD_BYTES };
    let inner = Arc::clone(inner);
    let asking = tokio::task::spawn_blocking(move || inner.ambient.free_bytes(&inner.data_dir));
    let free = asking.await.map_err(|_| Error::Bug("asking for room was cut short"))?;
    let needed = source_bytes.saturating_add(made_bytes).saturating_add(RESERVE);
    if free.is_some_and(|free| free < needed) { Err(StoreError::Full.into()) } else { Ok(()) }
}
