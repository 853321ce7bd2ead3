//! One file on its way in: hashed while it comes, in memory only by the piece, in its place only when whole.
//!
//! Disk work happens on blocking threads in pieces of up to 1 MiB, so a usual photo takes a single turn.
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
    head: Vec<u8>,
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
    written: Option<Written>,
}

impl Intake {
    /// Begins to take in what is announced under this hash.
    pub(crate) fn new(folder: MediaFolder, announced: MediaHash) -> Self {
        Self { folder, announced, head: Vec::with_capacity(HEAD), waiting: Vec::new(), waiting_bytes: 0, written: None }
    }

    /// Takes the next piece.
    pub(crate) async fn push(&mut self, piece: Bytes) -> Result<(), IntakeError> {
        if self.head.len() < HEAD {
            self.head.extend(piece.iter().take(HEAD - self.head.len()));
            if self.head.len() == HEAD {
                self.check_head()?;
            }
        }
        self.waiting_bytes += piece.len();
        self.waiting.push(piece);
        if self.waiting_bytes >= PIECE {
            let (pieces, folder, written) = (self.take_waiting(), self.folder.clone(), self.written.take());
            let writing = move || -> Result<_, IntakeError> {
                let mut written = written.map_or_else(|| Written::create(&folder), Ok)?;
                written.append(&pieces)?;
                Ok(written)
            };
            self.written = Some(on_disk_thread(writing).await?);
        }
        Ok(())
    }

    /// Ends the file: it is in its place and on the disk when this answers with its length.
    pub(crate) async fn finish(mut self) -> Result<u64, IntakeError> {
        self.check_head()?;
        let pieces = self.take_waiting();
        let Self { folder, announced, written, .. } = self;
        on_disk_thread(move || {
            let mut written = written.map_or_else(|| Written::create(&folder), Ok)?;
            written.append(&pieces)?;
            written.settle(&folder, announced)
        })
        .await
    }

    fn take_waiting(&mut self) -> Vec<Bytes> {
        self.waiting_bytes = 0;
        std::mem::take(&mut self.waiting)
    }

    fn check_head(&self) -> Result<(), IntakeError> {
        match PhotoFormat::sniff(&self.head) {
            Ok(PhotoFormat::Jpeg) => Ok(()),
            Ok(PhotoFormat::Png | PhotoFormat::WebP) | Err(_) => Err(IntakeError::NotAJpeg),
        }
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

    fn append(&mut self, pieces: &[Bytes]) -> io::Result<()> {
        for piece in pieces {
            self.hasher.update(piece);
            self.file.write_all(piece)?;
            self.bytes += piece.len() as u64;
        }
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
