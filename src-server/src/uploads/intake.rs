//! One request's bytes on their way into an upload's file: hashed while they come, and written as they come.
//!
//! What has come waits for company [`LINGER`] at most, or until there is a [`PIECE`] of it; so little is in memory only,
//! and a usual photo takes few turns on a disk thread. However the request ends, what has come is written:
//! call [`Intake::end`] when the body has ended and [`Intake::break_off`] when it broke off. Bytes with a checksum are
//! all taken or all taken back.

use std::{
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::PathBuf,
    time::Duration,
};

use bytes::Bytes;
use pakn_api::{id::MediaHash, model::report::MediaKind};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::{Checksum, Partial, UploadError};
use crate::media::{
    MediaFolder,
    format::{self, HEAD},
};

const PIECE: usize = 1024 * 1024;
const LINGER: Duration = Duration::from_millis(100);
/// Whether a file of this length that begins so is taken.
pub(super) fn must_be_taken(head: &[u8], length: u64) -> Result<MediaKind, UploadError> {
    let kind = format::kind(head).ok_or(UploadError::Unsupported)?;
    if length <= kind.max_bytes() { Ok(kind) } else { Err(UploadError::TooLarge) }
}

/// One request's bytes.
pub(crate) struct Intake {
    target: Target,
    /// What is not in the file yet: copied together, for a piece of one byte holds far more memory than that.
    buffer: Vec<u8>,
    /// Since when the first of it waits.
    since: Option<Instant>,
    written: Option<Written>,
    /// The file proved to be none that is taken.
    refused: bool,
    /// The data folder is locked for as long as this may write.
    _media: MediaFolder,
}

/// What a request has brought.
pub(crate) struct Brought {
    /// Bytes that are there now.
    pub(crate) offset: u64,
    /// The hash of all of them, if this request has brought them all.
    pub(crate) digest: Option<MediaHash>,
}

impl Intake {
    /// Begins at `offset`, where the file ends; a `new` upload has no file yet.
    pub(crate) fn new(media: &MediaFolder, partial: &Partial, offset: u64, new: bool, checksum: Option<Checksum>) -> Self {
        let target = Target { path: partial.path(media.incoming()), length: partial.length, offset, new, checksum };
        Self { target, buffer: Vec::new(), since: None, written: None, refused: false, _media: media.clone() }
    }

    /// Takes the next piece.
    pub(crate) async fn push(&mut self, piece: Bytes) -> Result<(), UploadError> {
        let mut rest = piece.as_ref();
        while !rest.is_empty() {
            let (fits, later) = rest.split_at(rest.len().min(PIECE - self.buffer.len()));
            self.buffer.extend_from_slice(fits);
            self.since.get_or_insert_with(Instant::now);
            rest = later;
            if self.buffer.len() == PIECE {
                self.write_out().await?;
            }
        }
        Ok(())
    }

    /// Resolves when what waits in memory has waited long enough.
    pub(crate) fn due(&self) -> impl Future<Output = ()> + use<> {
        let at = self.since.map(|since| since + LINGER);
        async move {
            match at {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        }
    }

    /// Writes what waits in memory.
    pub(crate) async fn write_out(&mut self) -> Result<(), UploadError> {
        self.on_file(Written::append).await
    }

    /// Ends after the whole body.
    pub(crate) async fn end(mut self) -> Result<Brought, UploadError> {
        let last = |written: &mut Written, bytes: &[u8]| {
            written.append(bytes)?;
            written.end()
        };
        self.on_file(last).await
    }

    /// Whether the file has proved to be none that is taken: nothing more of it is wanted.
    pub(crate) const fn is_refused(&self) -> bool {
        self.refused
    }

    /// Ends before the whole body: what has come stays, unless it was to be taken as a whole.
    pub(crate) async fn break_off(mut self) -> Result<(), UploadError> {
        if self.target.checksum.is_some() { self.take_back().await } else { self.write_out().await }
    }

    /// Leaves the file as it was before this request.
    pub(crate) async fn take_back(mut self) -> Result<(), UploadError> {
        self.buffer.clear();
        self.on_file(|written, _| Ok(written.take_back()?)).await
    }

    async fn on_file<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Written, &[u8]) -> Result<T, UploadError> + Send + 'static,
    ) -> Result<T, UploadError> {
        let (written, mut buffer, target) = (self.written.take(), std::mem::take(&mut self.buffer), self.target.clone());
        let turn = tokio::task::spawn_blocking(move || {
            let mut written = match written.map_or_else(|| Written::open(target), Ok) {
                Ok(written) => written,
                Err(error) => return (None, buffer, Err(error.into())),
            };
            let done = work(&mut written, &buffer);
            buffer.clear();
            (Some(written), buffer, done)
        });
        let (written, buffer, done) = turn.await.map_err(io::Error::other)?;
        (self.written, self.buffer, self.since) = (written, buffer, None);
        self.refused = matches!(done, Err(UploadError::Unsupported | UploadError::TooLarge));
        done
    }
}

/// Where a request's bytes go.
#[derive(Clone)]
struct Target {
    path: PathBuf,
    length: u64,
    offset: u64,
    new: bool,
    checksum: Option<Checksum>,
}

/// The file, with what this request has brought so far.
struct Written {
    file: File,
    target: Target,
    at: u64,
    /// Of the whole file, as long as all of it came with this request.
    hasher: Option<Sha256>,
    /// Whether its first bytes have been seen to be those of a file that is taken.
    is_taken: bool,
}

impl Written {
    fn open(target: Target) -> io::Result<Self> {
        let mut options = File::options();
        options.read(true).append(true);
        let file = if target.new {
            match options.create_new(true).open(&target.path) {
                // Left over from an upload that is forgotten. It may be another name of a file in its place: it is not written to.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    fs::remove_file(&target.path)?;
                    options.open(&target.path)?
                }
                opened => opened?,
            }
        } else {
            options.open(&target.path)?
        };
        let hasher = (target.offset == 0).then(Sha256::new);
        Ok(Self { file, at: target.offset, hasher, is_taken: target.offset >= HEAD, target })
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), UploadError> {
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        if let Some(checksum) = &mut self.target.checksum {
            checksum.update(bytes);
        }
        self.file.write_all(bytes)?;
        self.at += bytes.len() as u64;
        // Until the checksum is known to fit, it may be the link that has spoilt the first bytes.
        if self.target.checksum.is_none() { self.check_head() } else { Ok(()) }
    }

    fn end(&mut self) -> Result<Brought, UploadError> {
        if let Some(checksum) = self.target.checksum.take() {
            if !checksum.fits() {
                self.take_back()?;
                return Err(UploadError::ChecksumMismatch);
            }
            self.check_head()?;
        }
        let digest = self.hasher.take().map(|hasher| MediaHash::from_digest(hasher.finalize().into()));
        Ok(Brought { offset: self.at, digest })
    }

    fn check_head(&mut self) -> Result<(), UploadError> {
        let enough = HEAD.min(self.target.length);
        if !self.is_taken && self.at >= enough {
            let mut head = Vec::new();
            self.file.seek(SeekFrom::Start(0))?;
            (&self.file).take(enough).read_to_end(&mut head)?;
            must_be_taken(&head, self.target.length)?;
            self.is_taken = true;
        }
        Ok(())
    }

    fn take_back(&mut self) -> io::Result<()> {
        self.file.set_len(self.target.offset)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use std::sync::Arc;

    use pakn_api::id::{UploadId, UserId};

    use super::*;

    fn jpeg(bytes: usize) -> Vec<u8> {
        let body = (0_u32..).map(|n| n.to_be_bytes()[2] ^ n.to_be_bytes()[3]);
        [0xff, 0xd8, 0xff, 0xe0].into_iter().chain(body).take(bytes).collect()
    }

    fn begun(folder: &tempfile::TempDir, length: usize) -> (Intake, PathBuf) {
        let media = MediaFolder::open(folder.path().join("media"), tempfile::tempfile().unwrap()).unwrap();
        let (user, upload) = (UserId::new(1, [1; 10]), UploadId::new(1, [1; 10]));
        let partial = Partial { user, upload, sha256: MediaHash::from_digest([0; 32]), length: length as u64 };
        (Intake::new(&media, &partial, 0, true, None), partial.path(media.incoming()))
    }

    #[tokio::test]
    async fn however_it_is_cut_it_is_the_same_file() {
        for (bytes, piece) in [(4, 1), (PIECE - 1, 100_003), (PIECE, PIECE), (PIECE + 1, 4_096), (3 * PIECE, 5 * PIECE)] {
            let folder = tempfile::tempdir().unwrap();
            let (mut intake, path) = begun(&folder, bytes);
            let file = jpeg(bytes);
            for piece in file.chunks(piece) {
                intake.push(Bytes::copy_from_slice(piece)).await.unwrap();
            }
            let brought = intake.end().await.unwrap();
            assert_eq!(brought.offset, bytes as u64);
            assert_eq!(brought.digest, Some(MediaHash::from_digest(Sha256::digest(&file).into())));
            assert!(fs::read(path).unwrap() == file, "{bytes} by {piece}");
        }
    }

    #[tokio::test]
    async fn a_piece_is_not_held_on_to() {
        let folder = tempfile::tempdir().unwrap();
        let (mut intake, _) = begun(&folder, 1_000);
        let held: Arc<[u8]> = jpeg(1_000).into();
        for at in 0..held.len() {
            intake.push(Bytes::from_owner(Arc::clone(&held)).slice(at..=at)).await.unwrap();
        }
        assert_eq!(Arc::strong_count(&held), 1);
        assert!(intake.buffer.capacity() <= PIECE);
    }

    #[tokio::test]
    async fn what_waits_is_due_soon_and_nothing_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (mut intake, path) = begun(&folder, 1_000);
        intake.push(Bytes::from(jpeg(10))).await.unwrap();
        intake.due().await;
        intake.write_out().await.unwrap();
        assert_eq!(fs::read(&path).unwrap(), jpeg(10));
        assert!(tokio::time::timeout(LINGER * 2, intake.due()).await.is_err());
    }

    #[tokio::test]
    async fn another_name_of_a_stored_file_is_not_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let (intake, path) = begun(&folder, 1_000);
        let stored = folder.path().join("stored");
        fs::write(&stored, jpeg(1_000)).unwrap();
        fs::hard_link(&stored, &path).unwrap();
        intake.break_off().await.unwrap();
        assert_eq!(fs::read(stored).unwrap(), jpeg(1_000));
        assert_eq!(fs::read(path).unwrap(), b"");
    }
}
