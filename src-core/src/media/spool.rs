//! Pictures that are still coming in from the picker, piece by piece.
//!
//! A file begins with the announced length (eight bytes, little-endian), so that a process started
//! anew knows what is still missing; the picture's bytes follow. Pieces come in order; one that comes
//! again, whole or in part because a crash cut it, is compared and carried on. What lies in a file already is
//! copied whole. Calls block.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use pakn_api::id::AttachmentId;

use super::folder::{Folder, VaultError};
use crate::disk::Disk;

const HEAD: u64 = 8;
/// Beside a picture while it is worked on, a byte for each try; no attachment's name ends so.
const MARKER: &str = "tried";

/// A folder of incoming pictures.
#[derive(Clone, Debug)]
pub struct Spool {
    folder: Folder,
}

impl Spool {
    /// Opens a folder, making it where it is missing.
    ///
    /// # Errors
    /// [`VaultError`] when the folder can't be made.
    pub fn open(dir: impl Into<PathBuf>, disk: Disk) -> Result<Self, VaultError> {
        Ok(Self { folder: Folder::open(dir.into(), disk)? })
    }

    /// Starts a picture of `expected_bytes`; one that was begun under this id before is started anew.
    ///
    /// # Errors
    /// [`VaultError::StorageFull`] or `Io`.
    pub fn create(&self, id: AttachmentId, expected_bytes: u64) -> Result<(), VaultError> {
        let mut file = self.folder.step(|| File::create(self.folder.file(id)))?;
        self.folder.step(|| file.write_all(&expected_bytes.to_le_bytes()))
    }

    /// Adds the bytes that belong at `offset`, which is where the last piece ended. A piece that is
    /// there already changes nothing.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], `WrongOffset` for a gap or for other bytes than are there, `WrongLength`
    /// for more than was announced, `StorageFull` or `Io`.
    pub fn append(&self, id: AttachmentId, offset: u64, bytes: &[u8]) -> Result<(), VaultError> {
        let (mut file, expected, length) = self.incoming(id)?;
        let after = offset.saturating_add(bytes.len() as u64);
        if after > expected {
            return Err(VaultError::WrongLength { expected, actual: after });
        }
        let known = length.checked_sub(offset).ok_or(VaultError::WrongOffset { expected: length })?;
        let known = usize::try_from(known).unwrap_or(usize::MAX).min(bytes.len());
        let (repeated, fresh) = bytes.split_at(known);
        if !repeated.is_empty() {
            let mut there = vec![0; repeated.len()];
            file.seek(SeekFrom::Start(HEAD + offset))?;
            file.read_exact(&mut there)?;
            if there != repeated {
                return Err(VaultError::WrongOffset { expected: length });
            }
        }
        if fresh.is_empty() {
            return Ok(());
        }
        file.seek(SeekFrom::Start(HEAD + length))?;
        self.folder.step(|| file.write_all(fresh))
    }

    /// Says that all pieces are in. When it answers `Ok`, the picture survives a power cut.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], `WrongLength` when bytes are missing, `StorageFull` or `Io`.
    pub fn finish(&self, id: AttachmentId) -> Result<(), VaultError> {
        let (file, expected, length) = self.incoming(id)?;
        if length != expected {
            return Err(VaultError::WrongLength { expected, actual: length });
        }
        self.folder.step(|| file.sync_data())?;
        self.folder.sync()
    }

    /// Takes in a whole file from elsewhere, which stays there, and answers its length. When it answers `Ok`, the copy
    /// survives a power cut.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], `WrongLength` when the file changes meanwhile, `StorageFull` or `Io`.
    pub fn take_in(&self, id: AttachmentId, source: &Path) -> Result<u64, VaultError> {
        let mut source = File::open(source)?;
        let expected = source.metadata()?.len();
        let mut file = self.folder.step(|| File::create(self.folder.file(id)))?;
        self.folder.step(|| file.write_all(&expected.to_le_bytes()))?;
        let actual = self.folder.step(|| io::copy(&mut source, &mut file))?;
        if actual != expected {
            return Err(VaultError::WrongLength { expected, actual });
        }
        self.folder.step(|| file.sync_data())?;
        self.folder.sync()?;
        Ok(actual)
    }

    /// The bytes that are in.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] or `Io`.
    pub fn read(&self, id: AttachmentId) -> Result<Vec<u8>, VaultError> {
        let (mut file, _, length) = self.incoming(id)?;
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The bytes that are in, to be read where they are needed.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] or `Io`.
    pub fn source(&self, id: AttachmentId) -> Result<Source, VaultError> {
        let (file, ..) = self.incoming(id)?;
        Ok(Source(file))
    }

    /// The length of a picture, if all of its bytes are in.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn whole(&self, id: AttachmentId) -> Result<Option<u64>, VaultError> {
        match self.incoming(id) {
            Ok((_, expected, length)) => Ok((expected > 0 && expected == length).then_some(length)),
            Err(VaultError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Notes that work on a picture begins, for the case that the process doesn't outlive it.
    ///
    /// # Errors
    /// [`VaultError::StorageFull`] or `Io`.
    pub fn begin_work(&self, id: AttachmentId) -> Result<(), VaultError> {
        let marker = self.marker(id);
        self.folder.step(|| OpenOptions::new().create(true).append(true).open(marker)?.write_all(b"."))
    }

    /// Notes that the process has outlived the work on a picture, whatever came of it.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn end_work(&self, id: AttachmentId) -> Result<(), VaultError> {
        self.folder.remove_if_there(&self.marker(id))
    }

    /// How many processes did not outlive their work on a picture.
    #[must_use]
    pub fn deaths(&self, id: AttachmentId) -> u64 {
        fs::metadata(self.marker(id)).map_or(0, |marker| marker.len())
    }

    fn marker(&self, id: AttachmentId) -> PathBuf {
        self.folder.file(id).with_extension(MARKER)
    }

    /// Removes a picture; one that is not there counts as removed.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn remove(&self, id: AttachmentId) -> Result<(), VaultError> {
        self.end_work(id)?;
        self.folder.remove(&[id])
    }

    /// Every picture there is, in no order.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn list(&self) -> Result<Vec<AttachmentId>, VaultError> {
        self.folder.list()
    }

    /// The file behind its head, the announced length and the length so far.
    fn incoming(&self, id: AttachmentId) -> Result<(File, u64, u64), VaultError> {
        let path = self.folder.file(id);
        let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
        let mut head = [0; HEAD as usize];
        let there = fs::metadata(&path)?.len();
        let Some(length) = there.checked_sub(HEAD) else { return Err(VaultError::NotFound) };
        file.read_exact(&mut head)?;
        Ok((file, u64::from_le_bytes(head), length))
    }
}

/// A spooled file without its head.
#[derive(Debug)]
pub struct Source(File);

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => SeekFrom::Start(at.saturating_add(HEAD)),
            SeekFrom::End(_) | SeekFrom::Current(_) => to,
        };
        let at = self.0.seek(to)?;
        at.checked_sub(HEAD).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
mod tests {
    use super::*;

    fn spool() -> (tempfile::TempDir, Spool, AttachmentId) {
        let dir = tempfile::tempdir().unwrap();
        let spool = Spool::open(dir.path().join("incoming"), Disk::default()).unwrap();
        (dir, spool, AttachmentId::new(1, [1; 10]))
    }

    #[test]
    fn pieces_become_the_picture_even_across_a_restart() {
        let (dir, spool, id) = spool();
        spool.create(id, 10).unwrap();
        spool.append(id, 0, b"0123").unwrap();
        let spool_again = Spool::open(dir.path().join("incoming"), Disk::default()).unwrap();
        assert!(matches!(spool_again.finish(id), Err(VaultError::WrongLength { expected: 10, actual: 4 })));
        spool_again.append(id, 4, b"456789").unwrap();
        spool_again.finish(id).unwrap();
        assert_eq!(spool_again.read(id).unwrap(), b"0123456789");
        assert_eq!(spool_again.list().unwrap(), [id]);
        spool_again.remove(id).unwrap();
        spool_again.remove(id).unwrap();
        assert!(matches!(spool_again.read(id), Err(VaultError::NotFound)));
        assert_eq!(spool.list().unwrap(), []);
    }

    #[test]
    fn a_piece_may_come_twice_or_be_carried_on_but_never_lie() {
        let (_dir, spool, id) = spool();
        spool.create(id, 8).unwrap();
        spool.append(id, 0, b"abcd").unwrap();
        spool.append(id, 0, b"abcd").unwrap();
        spool.append(id, 2, b"cd").unwrap();
        spool.append(id, 2, b"cdef").unwrap();
        assert_eq!(spool.read(id).unwrap(), b"abcdef");
        assert!(matches!(spool.append(id, 7, b"h"), Err(VaultError::WrongOffset { expected: 6 })));
        assert!(matches!(spool.append(id, 0, b"xxxx"), Err(VaultError::WrongOffset { expected: 6 })));
        assert!(matches!(spool.append(id, 6, b"ghi"), Err(VaultError::WrongLength { expected: 8, actual: 9 })));
        assert!(matches!(spool.append(id, u64::MAX, b"g"), Err(VaultError::WrongLength { .. })));
        spool.append(id, 6, b"gh").unwrap();
        spool.append(id, 8, b"").unwrap();
        spool.finish(id).unwrap();
        assert_eq!(spool.read(id).unwrap(), b"abcdefgh");
    }

    #[test]
    fn a_source_begins_behind_the_head() {
        let (_dir, spool, id) = spool();
        spool.create(id, 6).unwrap();
        spool.append(id, 0, b"abcdef").unwrap();
        let mut source = spool.source(id).unwrap();
        assert_eq!(io::read_to_string(&mut source).unwrap(), "abcdef");
        assert_eq!((source.seek(SeekFrom::End(0)).unwrap(), source.seek(SeekFrom::Start(4)).unwrap()), (6, 4));
        assert_eq!(io::read_to_string(&mut source).unwrap(), "ef");
        assert!(source.seek(SeekFrom::End(-7)).is_err());
    }

    #[test]
    fn what_was_never_announced_is_not_found() {
        let (dir, spool, id) = spool();
        assert!(matches!(spool.append(id, 0, b"a"), Err(VaultError::NotFound)));
        assert!(matches!(spool.finish(id), Err(VaultError::NotFound)));
        fs::write(dir.path().join("incoming").join(id.to_string()), b"cut").unwrap();
        assert!(matches!(spool.read(id), Err(VaultError::NotFound)), "a head that a crash cut off");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_told_apart() {
        let (dir, spool, id) = spool();
        std::os::unix::fs::symlink("/dev/full", dir.path().join("incoming").join(id.to_string())).unwrap();
        assert!(matches!(spool.create(id, 10), Err(VaultError::StorageFull)));
    }
}
