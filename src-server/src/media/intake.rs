//! One file on its way in: hashed while it comes, in memory only by the piece, in its place only when whole.
//!
//! Disk work happens on blocking threads in pieces of 1 MiB, so a usual photo takes few turns.
//! Dropped before its end (the caller went away), an intake leaves nothing behind.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::PathBuf,
};

use bytes::Bytes;
use pakn_api::{id::MediaHash, model::photo::PhotoFormat};
use sha2::{Digest as _, Sha256};

use super::MediaFolder;
use crate::folder;

const PIECE: usize = 1024 * 1024;
/// So many bytes tell a file's format for certain.
const HEAD: usize = 16;

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IntakeError {
    /// The bytes have another hash than announced.
    #[error("the bytes have another hash")]
    HashMismatch,
    /// Not a JPEG by its first bytes.
    #[error("not a JPEG")]
    NotAJpeg,
    /// The disk said no.
    #[error("media folder: {0}")]
    Disk(#[from] io::Error),
}

/// A file coming in.
pub(crate) struct Intake {
    folder: MediaFolder,
    announced: MediaHash,
    /// What is not on disk yet: copied together, for a piece of one byte holds far more memory than that.
    buffer: Vec<u8>,
    is_jpeg: bool,
    written: Option<Written>,
}

impl Intake {
    /// Begins to take in what is announced under this hash.
    pub(crate) fn new(folder: MediaFolder, announced: MediaHash) -> Self {
        Self { folder, announced, buffer: Vec::new(), is_jpeg: false, written: None }
    }

    /// Takes the next piece.
    pub(crate) async fn push(&mut self, piece: Bytes) -> Result<(), IntakeError> {
        let mut rest = piece.as_ref();
        while !rest.is_empty() {
            let (fits, later) = rest.split_at(rest.len().min(PIECE - self.buffer.len()));
            self.buffer.extend_from_slice(fits);
            rest = later;
            if self.buffer.len() >= HEAD {
                self.check_head()?;
            }
            if self.buffer.len() == PIECE {
                self.write_out().await?;
            }
        }
        Ok(())
    }

    /// Ends the file: it is in its place and on the disk when this answers with its length.
    pub(crate) async fn finish(mut self) -> Result<u64, IntakeError> {
        self.check_head()?;
        let Self { folder, announced, buffer, written, .. } = self;
        on_disk_thread(move || {
            let mut written = written.map_or_else(|| Written::create(&folder), Ok)?;
            written.append(&buffer)?;
            written.settle(&folder, announced)
        })
        .await
    }

    async fn write_out(&mut self) -> Result<(), IntakeError> {
        let (mut buffer, folder, written) = (std::mem::take(&mut self.buffer), self.folder.clone(), self.written.take());
        let writing = move || {
            let mut written = written.map_or_else(|| Written::create(&folder), Ok)?;
            written.append(&buffer)?;
            buffer.clear();
            Ok((written, buffer))
        };
        let (written, buffer) = on_disk_thread(writing).await?;
        (self.written, self.buffer) = (Some(written), buffer);
        Ok(())
    }

    fn check_head(&mut self) -> Result<(), IntakeError> {
        self.is_jpeg = self.is_jpeg || matches!(PhotoFormat::sniff(&self.buffer), Ok(PhotoFormat::Jpeg));
        if self.is_jpeg { Ok(()) } else { Err(IntakeError::NotAJpeg) }
    }
}

async fn on_disk_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, IntakeError> + Send + 'static,
) -> Result<T, IntakeError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|broken| Err(IntakeError::Disk(io::Error::other(broken))))
}

/// What is on disk so far; removed when dropped before it has settled.
struct Written {
    file: File,
    path: Option<PathBuf>,
    hasher: Sha256,
    bytes: u64,
}

impl Written {
    fn create(folder: &MediaFolder) -> io::Result<Self> {
        let path = folder.incoming.join(format!("{:032x}", rand::random::<u128>()));
        let file = File::options().write(true).create_new(true).open(&path)?;
        Ok(Self { file, path: Some(path), hasher: Sha256::new(), bytes: 0 })
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.file.write_all(bytes)?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn settle(mut self, media: &MediaFolder, announced: MediaHash) -> Result<u64, IntakeError> {
        if MediaHash::from_digest(self.hasher.finalize_reset().into()) != announced {
            return Err(IntakeError::HashMismatch);
        }
        self.file.sync_all()?;
        let place = media.path(announced);
        if let Some(path) = &self.path {
            // Over a file that is already there, too: the bytes are the same, and it heals one that has rotted.
            fs::rename(path, &place)?;
            self.path = None;
        }
        if let Some(shard) = place.parent() {
            folder::sync(shard)?;
        }
        Ok(self.bytes)
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if let Some(path) = self.path.take()
            && let Err(error) = fs::remove_file(path)
        {
            tracing::warn!(%error, "an unfinished file could not be removed");
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn media(folder: &tempfile::TempDir) -> MediaFolder {
        MediaFolder::open(folder.path().join("media"), tempfile::tempfile().unwrap()).unwrap()
    }

    fn jpeg(bytes: usize) -> Vec<u8> {
        let body = (0_u32..).map(|n| n.to_be_bytes()[2] ^ n.to_be_bytes()[3]);
        [0xff, 0xd8, 0xff, 0xe0].into_iter().chain(body).take(bytes).collect()
    }

    #[tokio::test]
    async fn however_it_is_cut_it_is_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let media = media(&folder);
        for (bytes, piece) in [(4, 1), (PIECE - 1, 100_003), (PIECE, PIECE), (PIECE + 1, 4_096), (3 * PIECE, 5 * PIECE)] {
            let file = jpeg(bytes);
            let hash = MediaHash::from_digest(Sha256::digest(&file).into());
            let mut intake = Intake::new(media.clone(), hash);
            for piece in file.chunks(piece) {
                intake.push(Bytes::copy_from_slice(piece)).await.unwrap();
            }
            assert_eq!(intake.finish().await.unwrap(), bytes as u64);
            assert!(fs::read(media.path(hash)).unwrap() == file, "{bytes} by {piece}");
        }
    }

    #[tokio::test]
    async fn a_piece_is_not_held_on_to() {
        let folder = tempfile::tempdir().unwrap();
        let mut intake = Intake::new(media(&folder), MediaHash::from_digest([0; 32]));
        let held: Arc<[u8]> = jpeg(1_000).into();
        for at in 0..held.len() {
            intake.push(Bytes::from_owner(Arc::clone(&held)).slice(at..=at)).await.unwrap();
        }
        assert_eq!(Arc::strong_count(&held), 1);
        assert!(intake.buffer.capacity() <= PIECE);
    }
}
