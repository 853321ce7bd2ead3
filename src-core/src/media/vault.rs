//! Finished pictures and videos, one durable file per attachment: of drafts, of what waits, and of what was sent from
//! this device, which is thus shown without a network.
//!
//! A file is written under its final name, which is never given to anything else, and synced; it counts
//! only once a database row names it. So a crash in between leaves an orphan for [`Vault::list`] and
//! [`Vault::remove`], never half a picture that somebody believes in. Calls block.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
};

use pakn_api::id::AttachmentId;

use super::folder::Folder;
pub use super::folder::VaultError;
use crate::disk::Disk;

/// What a replacement is called until it takes the old file's place; no attachment's name ends so.
const REPLACEMENT: &str = "new";

/// A folder of finished pictures.
#[derive(Clone, Debug)]
pub struct Vault {
    folder: Folder,
}

impl Vault {
    /// Opens a folder, making it where it is missing, and clears away replacements that were never finished.
    ///
    /// # Errors
    /// [`VaultError`] when the folder can't be made or read.
    pub fn open(dir: impl Into<PathBuf>, disk: Disk) -> Result<Self, VaultError> {
        let folder = Folder::open(dir.into(), disk)?;
        for entry in fs::read_dir(folder.path())? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == REPLACEMENT) {
                folder.remove_if_there(&path)?;
            }
        }
        Ok(Self { folder })
    }

    /// Keeps files. When it answers `Ok`, all of them survive a power cut.
    ///
    /// # Errors
    /// [`VaultError::StorageFull`] or `Io`; files of this call may then exist, but no half-written one
    /// under a name that held a whole one before.
    pub fn put_all(&self, files: &[(AttachmentId, &[u8])]) -> Result<(), VaultError> {
        match files {
            [] => return Ok(()),
            [(id, bytes)] => self.write_durably(*id, bytes)?,
            [(first, bytes), rest @ ..] => thread::scope(|scope| {
                let others: Vec<_> = rest.iter().map(|(id, bytes)| scope.spawn(move || self.write_durably(*id, bytes))).collect();
                let own = self.write_durably(*first, bytes);
                let died = || VaultError::Io(io::Error::other("a writing thread died"));
                others.into_iter().fold(own, |so_far, other| so_far.and(other.join().map_err(|_| died()).and_then(|r| r)))
            })?,
        }
        self.folder.sync()
    }

    /// Keeps a file that `write` writes piece by piece. When it answers `Ok`, the file survives a power cut.
    ///
    /// # Errors
    /// What `write` answers, [`VaultError::StorageFull`] or `Io`; then no file is left of this call.
    pub fn put_with<T, E: From<VaultError>>(
        &self,
        id: AttachmentId,
        write: impl FnOnce(&mut Writing<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let path = self.folder.file(id);
        let is_there = path.symlink_metadata().is_ok();
        let written_to = if is_there { path.with_extension(REPLACEMENT) } else { path.clone() };
        let file = self.folder.step(|| File::create(&written_to))?;
        let mut writing = Writing { folder: &self.folder, file };
        let written = write(&mut writing);
        let synced = written.and_then(|t| self.folder.step(|| writing.file.sync_data()).map(|()| t).map_err(E::from));
        if synced.is_err() {
            self.take_away(&written_to);
        }
        let done = synced?;
        if is_there {
            self.folder.step(|| fs::rename(&written_to, &path))?;
        }
        self.folder.sync()?;
        Ok(done)
    }

    /// A file's bytes.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] or `Io`.
    pub fn read(&self, id: AttachmentId) -> Result<Vec<u8>, VaultError> {
        Ok(fs::read(self.folder.file(id))?)
    }

    /// A file to read from.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] or `Io`.
    pub fn open_file(&self, id: AttachmentId) -> Result<File, VaultError> {
        Ok(File::open(self.folder.file(id))?)
    }

    /// Removes files; those that are not there count as removed.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn remove(&self, ids: &[AttachmentId]) -> Result<(), VaultError> {
        self.folder.remove(ids)
    }

    /// Every file there is, in no order.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn list(&self) -> Result<Vec<AttachmentId>, VaultError> {
        self.folder.list()
    }

    fn write_durably(&self, id: AttachmentId, bytes: &[u8]) -> Result<(), VaultError> {
        let path = self.folder.file(id);
        match self.folder.step(|| OpenOptions::new().write(true).create_new(true).open(&path)) {
            Ok(file) => self.fill(file, &path, bytes),
            Err(VaultError::Io(e)) if e.kind() == io::ErrorKind::AlreadyExists => {
                let replacement = path.with_extension(REPLACEMENT);
                let file = self.folder.step(|| File::create(&replacement))?;
                self.fill(file, &replacement, bytes)?;
                self.folder.step(|| fs::rename(&replacement, &path))
            }
            Err(error) => Err(error),
        }
    }

    /// Writes and syncs; what can't be finished is taken away again, so that it holds no room.
    fn fill(&self, mut file: File, path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
        let written = self.folder.step(|| file.write_all(bytes)).and_then(|()| self.folder.step(|| file.sync_data()));
        if written.is_err() {
            self.take_away(path);
        }
        written
    }

    fn take_away(&self, path: &Path) {
        if let Err(error) = self.folder.remove_if_there(path) {
            tracing::warn!(%error, "half a file that no row names stays until the next start");
        }
    }
}

/// A file of the vault that is being written.
#[derive(Debug)]
pub struct Writing<'a> {
    folder: &'a Folder,
    file: File,
}

impl Write for Writing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.folder.write(&mut self.file, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
mod tests {
    use super::*;

    fn id(n: u8) -> AttachmentId {
        AttachmentId::new(u64::from(n), [n; 10])
    }

    fn vault() -> (tempfile::TempDir, Vault) {
        let dir = tempfile::tempdir().unwrap();
        let vault = Vault::open(dir.path().join("a/b"), Disk::default()).unwrap();
        (dir, vault)
    }

    #[test]
    fn files_come_back_as_they_went_in() {
        let (dir, vault) = vault();
        vault.put_all(&[]).unwrap();
        vault.put_all(&[(id(1), b"one")]).unwrap();
        vault.put_all(&[(id(2), b"two"), (id(3), b""), (id(4), &[7; 100_000])]).unwrap();
        let again = Vault::open(dir.path().join("a/b"), Disk::default()).unwrap();
        assert_eq!(again.read(id(1)).unwrap(), b"one");
        assert_eq!(again.read(id(3)).unwrap(), b"");
        assert_eq!(io::read_to_string(again.open_file(id(2)).unwrap()).unwrap(), "two");
        assert_eq!(again.read(id(4)).unwrap().len(), 100_000);
        let mut all = again.list().unwrap();
        all.sort_unstable();
        assert_eq!(all, [id(1), id(2), id(3), id(4)]);
    }

    #[test]
    fn what_is_removed_is_gone_and_may_be_removed_again() {
        let (_dir, vault) = vault();
        vault.put_all(&[(id(1), b"one"), (id(2), b"two")]).unwrap();
        vault.remove(&[id(1), id(9)]).unwrap();
        vault.remove(&[id(1)]).unwrap();
        assert!(matches!(vault.read(id(1)), Err(VaultError::NotFound)));
        assert!(matches!(vault.open_file(id(1)), Err(VaultError::NotFound)));
        assert_eq!(vault.list().unwrap(), [id(2)]);
    }

    #[test]
    fn a_file_put_again_is_replaced_whole() {
        let (dir, vault) = vault();
        vault.put_all(&[(id(1), b"a longer first version")]).unwrap();
        vault.put_all(&[(id(1), b"second")]).unwrap();
        assert_eq!(vault.read(id(1)).unwrap(), b"second");
        assert_eq!(fs::read_dir(dir.path().join("a/b")).unwrap().count(), 1);
    }

    #[test]
    fn a_file_written_piece_by_piece_is_there_whole_or_not_at_all() {
        let (dir, vault) = vault();
        let files = || fs::read_dir(dir.path().join("a/b")).unwrap().count();
        let given_up = vault.put_with(id(1), |file| {
            file.write_all(b"half")?;
            Err::<(), VaultError>(VaultError::StorageFull)
        });
        assert!(matches!(given_up, Err(VaultError::StorageFull)));
        assert_eq!(files(), 0);
        for (bytes, answer) in [(b"first".as_slice(), 5), (b"second one", 10)] {
            let put = vault.put_with(id(1), |file| Ok::<_, VaultError>(file.write_all(bytes).map(|()| bytes.len())?));
            assert_eq!((put.unwrap(), vault.read(id(1)).unwrap()), (answer, bytes.to_vec()));
        }
        let given_up = vault.put_with(id(1), |_| Err::<(), VaultError>(VaultError::NotFound));
        assert!(given_up.is_err());
        assert_eq!((vault.read(id(1)).unwrap(), files()), (b"second one".to_vec(), 1), "the old file stays");
    }

    #[test]
    fn strangers_are_not_listed_and_unfinished_replacements_are_cleared() {
        let (dir, vault) = vault();
        let folder = dir.path().join("a/b");
        fs::write(folder.join("readme.txt"), "x").unwrap();
        fs::write(folder.join(id(1).to_string()).with_extension(REPLACEMENT), "half").unwrap();
        assert_eq!(vault.list().unwrap(), []);
        Vault::open(&folder, Disk::default()).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_told_apart_and_the_old_file_stays() {
        let (dir, vault) = vault();
        vault.put_all(&[(id(1), b"old")]).unwrap();
        let replacement = dir.path().join("a/b").join(id(1).to_string()).with_extension(REPLACEMENT);
        std::os::unix::fs::symlink("/dev/full", &replacement).unwrap();
        assert!(matches!(vault.put_all(&[(id(1), b"new"), (id(2), b"two")]), Err(VaultError::StorageFull)));
        assert_eq!(vault.read(id(1)).unwrap(), b"old");
        assert!(!replacement.exists(), "what could not be finished holds no room");
    }
}
