//! The pictures there are: a few, made once, so that reports and accounts have some in common.

use std::sync::LazyLock;

use anyhow::Context as _;
use bytes::Bytes;
use pakn_api::id::{AttachmentId, MediaHash};
use pakn_core::{
    PreparedPhoto,
    media::{Prepared, prepare},
};
use sha2::{Digest as _, Sha256};

use super::power::spread;
use crate::pictures::tiny_photo;

/// Lengths of the pictures that come ready.
const LENGTHS: [usize; 6] = [9, 40, 300, 900, 2_000, 5_000];
/// Pictures in the gallery.
const GALLERY: u32 = 3;

/// A picture as it leaves the device.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    /// Its row on the device.
    pub(super) id: AttachmentId,
    /// What the server knows it by.
    pub(super) hash: MediaHash,
    /// Its bytes.
    pub(super) bytes: Bytes,
}

struct InGallery {
    source: Vec<u8>,
    prepared: Bytes,
}

static READY: LazyLock<Vec<Bytes>> = LazyLock::new(|| {
    let one = |(n, length): (u64, &usize)| {
        let noise = (0..).map(|at| spread(n << 32 | at).to_le_bytes()[0]);
        [0xff, 0xd8, 0xff, 0xe0].into_iter().chain(noise).take(*length).collect()
    };
    (0..).zip(&LENGTHS).map(one).collect()
});

static GALLERY_FILES: LazyLock<anyhow::Result<Vec<InGallery>>> = LazyLock::new(|| {
    let one = |seed| {
        let source = tiny_photo(seed)?;
        let prepared = prepare(&source, "").context("a picture of ours")?.jpeg.into();
        Ok(InGallery { source, prepared })
    };
    (0..GALLERY).map(one).collect()
});

fn hash(bytes: &[u8]) -> MediaHash {
    MediaHash::from_digest(Sha256::digest(bytes).into())
}

fn nth<T>(of: &[T], n: u8) -> anyhow::Result<&T> {
    of.get(usize::from(n) % of.len().max(1)).context("no pictures")
}

/// A picture that needs no preparing.
///
/// # Errors
/// Never: there are some.
pub(super) fn ready(id: AttachmentId, n: u8) -> anyhow::Result<(Picture, PreparedPhoto)> {
    let bytes = nth(&READY, n)?.clone();
    let sha256 = hash(&bytes);
    let photo = Prepared { jpeg: bytes.to_vec(), sha256, width: 4, height: 3, notice: None };
    Ok((Picture { id, hash: sha256, bytes }, PreparedPhoto { id, name: "ảnh.jpg".to_owned(), photo }))
}

/// A picture in the gallery: its file, and what it becomes.
///
/// # Errors
/// When one can't be made.
pub(super) fn in_gallery(n: u8) -> anyhow::Result<(&'static [u8], MediaHash, Bytes)> {
    let files = GALLERY_FILES.as_ref().map_err(|error| anyhow::anyhow!("{error:#}"))?;
    let InGallery { source, prepared } = nth(files, n)?;
    Ok((source, hash(prepared), prepared.clone()))
}
