//! Pictures and videos for the screens: from the device where they are there, else from the server.

use std::io::{Read, Seek, SeekFrom};

use bytes::Bytes;
use pakn_api::{
    id::{AttachmentId, MediaHash},
    model::{photo::PhotoError, report::MediaKind, video::VideoFormat},
};
use sha2::{Digest, Sha256};

use super::Client;
use crate::{
    error::Error,
    media::{self, VaultError, previews::Of},
    remote::RemoteError,
    store::attachment,
};

/// The most of a file that is handed over at once to somebody who asks for parts, in bytes.
const PART_BYTES: u64 = 1024 * 1024;

/// Which bytes of a file are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of them.
    All,
    /// From this one to the last, or to this one with it.
    From(u64, Option<u64>),
    /// So many at the end.
    Last(u64),
}

/// Some bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What the file is.
    pub kind: MediaKind,
    /// Where these bytes begin.
    pub start: u64,
    /// They; fewer than wanted where that is much.
    pub bytes: Bytes,
    /// How long the file is.
    pub total: u64,
}

/// A file that was asked for.
enum Found {
    Here { id: AttachmentId, kind: MediaKind, poster: Option<AttachmentId> },
    There(MediaHash),
}

impl Client {
    /// A picture's or video's bytes, by attachment id or by media hash; from the device where it is there.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anything that is neither, or is nowhere.
    pub async fn photo(&self, path: &str) -> Result<Vec<u8>, Error> {
        Ok(self.part(path, Wanted::All).await?.bytes.to_vec())
    }

    /// Some bytes of a picture or video.
    ///
    /// # Errors
    /// As [`Client::photo`]; [`Error::NotFound`] for bytes behind the end as well.
    pub async fn part(&self, path: &str, wanted: Wanted) -> Result<Part, Error> {
        let hash = match self.find_file(path).await? {
            Found::Here { id, kind, .. } => {
                let vault = self.inner.vault.clone();
                let reading = tokio::task::spawn_blocking(move || {
                    let mut file = vault.open_file(id)?;
                    let total = file.metadata().map_err(VaultError::from)?.len();
                    let (start, length) = span(wanted, total).ok_or(Error::NotFound)?;
                    let mut bytes = Vec::new();
                    let sought = file.seek(SeekFrom::Start(start));
                    sought.and_then(|_| file.take(length).read_to_end(&mut bytes)).map_err(VaultError::from)?;
                    Ok(Part { kind, start, bytes: bytes.into(), total })
                });
                return reading.await.map_err(|_| Error::Bug("reading was cut short"))?;
            }
            Found::There(hash) => hash,
        };
        let bytes = self.fetch(hash).await?;
        let (start, length) = span(wanted, bytes.len() as u64).ok_or(Error::NotFound)?;
        let slice = usize::try_from(start).ok().zip(usize::try_from(start + length).ok());
        let (from, to) = slice.ok_or(Error::NotFound)?;
        Ok(Part { kind: kind_of(&bytes), start, total: bytes.len() as u64, bytes: bytes.slice(from..to) })
    }

    /// A small copy of a picture, or of a video's poster, for lists: as [`Client::photo`], but a list must not cost a
    /// phone its memory, nor a citizen the data for pictures they only scroll past.
    ///
    /// # Errors
    /// As [`Client::photo`]; [`Error::NotFound`] for a video without a poster.
    pub async fn preview(&self, path: &str) -> Result<Vec<u8>, Error> {
        let found = self.find_file(path).await?;
        let (of, shown) = match found {
            Found::Here { id, kind, poster } if kind.is_video() => (Of::Attachment(id), Ok(poster.ok_or(Error::NotFound)?)),
            Found::Here { id, .. } => (Of::Attachment(id), Ok(id)),
            Found::There(hash) => (Of::Medium(hash), Err(hash)),
        };
        let previews = self.inner.previews.clone();
        let kept = tokio::task::spawn_blocking(move || previews.read(of)).await;
        if let Some(small) = kept.map_err(|_| Error::Bug("reading was cut short"))? {
            return Ok(small);
        }
        let whole = match shown {
            Ok(file) => self.inner.vault_read(file).await?,
            Err(hash) => self.fetch(hash).await?,
        };
        if kind_of(&whole).is_video() {
            return Err(Error::NotFound);
        }
        let _gate = self.inner.one_photo.acquire().await.map_err(|_| Error::Bug("the photo gate is closed"))?;
        let previews = self.inner.previews.clone();
        let making = tokio::task::spawn_blocking(move || {
            let small = media::preview(&whole)?;
            if let Err(error) = previews.keep(of, &small) {
                tracing::warn!(%error, "a preview can't be kept");
            }
            Ok(small)
        });
        making.await.map_err(|_| Error::Photo(PhotoError::Damaged))?
    }

    async fn find_file(&self, path: &str) -> Result<Found, Error> {
        let by_id = path.parse::<AttachmentId>().ok();
        let by_hash = path.parse::<MediaHash>().ok();
        let found = self.inner.store.read(move |db| {
            let id = match (by_id, by_hash) {
                (Some(id), _) => Some(id),
                (None, Some(hash)) => attachment::by_hash(db, hash)?,
                (None, None) => None,
            };
            id.map_or(Ok(None), |id| attachment::get(db, id))
        });
        if let Some(found) = found.await?.filter(|found| found.medium().is_some()) {
            return Ok(Found::Here { id: found.id, kind: found.kind, poster: found.poster });
        }
        let hash = by_hash.ok_or(Error::NotFound)?;
        if self.inner.session().is_some() || self.is_public(hash).await? { Ok(Found::There(hash)) } else { Err(Error::SignedOut) }
    }

    /// A file of the server's. The last one is held for a moment: a video is asked for in parts.
    async fn fetch(&self, hash: MediaHash) -> Result<Bytes, Error> {
        if let Some(bytes) = self.inner.fetched.get(hash) {
            return Ok(bytes);
        }
        let gate = self.inner.fetched.gate(hash);
        let _turn = gate.lock().await;
        if let Some(bytes) = self.inner.fetched.get(hash) {
            return Ok(bytes);
        }
        let bytes = if self.is_public(hash).await? {
            self.public_photo(hash).await?
        } else {
            let session = self.inner.session().ok_or(Error::SignedOut)?;
            session.remote.get_medium(&session.token, hash).await?
        };
        if MediaHash::from_digest(Sha256::digest(&bytes).into()) != hash {
            return Err(RemoteError::NotUnderstood.into());
        }
        if kind_of(&bytes).is_video() {
            self.inner.fetched.keep(hash, &bytes);
        }
        Ok(bytes)
    }
}

fn kind_of(bytes: &[u8]) -> MediaKind {
    match VideoFormat::sniff(bytes) {
        Ok(Some(VideoFormat::Mp4)) => MediaKind::Mp4,
        Ok(Some(VideoFormat::Mov)) => MediaKind::Mov,
        Ok(None) | Err(_) => MediaKind::Jpeg,
    }
}

/// Where wanted bytes begin and how many they are; `None` where there are none of them.
fn span(wanted: Wanted, total: u64) -> Option<(u64, u64)> {
    let (start, length) = match wanted {
        Wanted::All => return Some((0, total)),
        Wanted::From(start, last) => (start, last.map_or(u64::MAX, |last| last.saturating_sub(start).saturating_add(1))),
        Wanted::Last(length) => (total.saturating_sub(length), length),
    };
    let is_span = !matches!(wanted, Wanted::From(start, Some(last)) if last < start);
    (is_span && start < total && length > 0).then(|| (start, length.min(total - start).min(PART_BYTES)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_within_the_file_and_not_too_large() {
        let table = [
            (Wanted::All, 9_000_000, Some((0, 9_000_000))),
            (Wanted::All, 0, Some((0, 0))),
            (Wanted::From(0, Some(1)), 100, Some((0, 2))),
            (Wanted::From(10, None), 100, Some((10, 90))),
            (Wanted::From(10, Some(500)), 100, Some((10, 90))),
            (Wanted::From(0, None), 9_000_000, Some((0, PART_BYTES))),
            (Wanted::From(99, Some(99)), 100, Some((99, 1))),
            (Wanted::From(100, None), 100, None),
            (Wanted::From(50, Some(49)), 100, None),
            (Wanted::From(0, Some(u64::MAX)), 100, Some((0, 100))),
            (Wanted::Last(10), 100, Some((90, 10))),
            (Wanted::Last(500), 100, Some((0, 100))),
            (Wanted::Last(0), 100, None),
            (Wanted::Last(5), 0, None),
        ];
        for (wanted, total, expected) in table {
            assert_eq!(span(wanted, total), expected, "{wanted:?} of {total}");
        }
    }
}
