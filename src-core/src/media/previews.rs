//! Small copies of pictures, kept because making them takes a phone a moment, and fetching a picture only
//! to list it takes a slow network long. They may go at any time and are not synced.
//!
//! A copy of the device's own picture is named by attachment, one of a picture on the server by hash.
//! Calls block.

use std::{
    fmt::Display,
    fs,
    path::{Path, PathBuf},
};

use pakn_api::id::{AttachmentId, MediaHash};

use super::folder::{Folder, VaultError};
use crate::disk::Disk;

/// Whose copy it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A picture on this device.
    Attachment(AttachmentId),
    /// A picture that only the server has.
    Medium(MediaHash),
}

/// A folder of small copies.
#[derive(Clone, Debug)]
pub struct Previews {
    folder: Folder,
}

impl Previews {
    /// Opens a folder, making it where it is missing.
    ///
    /// # Errors
    /// [`VaultError`] when the folder can't be made.
    pub fn open(dir: impl Into<PathBuf>, disk: Disk) -> Result<Self, VaultError> {
        Ok(Self { folder: Folder::open(dir.into(), disk)? })
    }

    fn file(&self, of: Of) -> PathBuf {
        let name: &dyn Display = match &of {
            Of::Attachment(id) => id,
            Of::Medium(hash) => hash,
        };
        self.folder.path().join(name.to_string())
    }

    /// A copy, if there is a whole one.
    #[must_use]
    pub fn read(&self, of: Of) -> Option<Vec<u8>> {
        // After a power cut the name may have survived without the bytes.
        fs::read(self.file(of)).ok().filter(|bytes| bytes.ends_with(&[0xff, 0xd9]))
    }

    /// Keeps a copy.
    ///
    /// # Errors
    /// [`VaultError`] when it can't be written.
    pub fn keep(&self, of: Of, jpeg: &[u8]) -> Result<(), VaultError> {
        self.folder.step(|| fs::write(self.file(of), jpeg))
    }

    /// Removes the copies of attachments.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn remove(&self, ids: &[AttachmentId]) -> Result<(), VaultError> {
        self.folder.remove(ids)
    }

    /// The attachments that there are copies of, in no order.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn list(&self) -> Result<Vec<AttachmentId>, VaultError> {
        self.folder.list()
    }

    /// Removes the copies of pictures that only the server has, of those that are named.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn forget(&self, hashes: &[MediaHash]) -> Result<(), VaultError> {
        hashes.iter().try_for_each(|hash| self.folder.remove_if_there(&self.file(Of::Medium(*hash))))
    }

    /// Removes every copy of a picture that only the server has.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn forget_media(&self) -> Result<(), VaultError> {
        let is_medium = |path: &Path| path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.parse::<MediaHash>().is_ok());
        for entry in fs::read_dir(self.folder.path())? {
            let path = entry?.path();
            if is_medium(&path) {
                self.folder.remove_if_there(&path)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
mod tests {
    use super::*;

    const JPEG: &[u8] = &[0xff, 0xd8, 1, 0xff, 0xd9];

    #[test]
    fn a_copy_comes_back_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let previews = Previews::open(dir.path().join("a"), Disk::default()).unwrap();
        let own = Of::Attachment(AttachmentId::new(1, [1; 10]));
        assert_eq!(previews.read(own), None);
        previews.keep(own, JPEG).unwrap();
        assert_eq!(previews.read(own).as_deref(), Some(JPEG));
        for cut in 0..JPEG.len() {
            previews.keep(own, JPEG.get(..cut).unwrap()).unwrap();
            assert_eq!(previews.read(own), None, "{cut} bytes survived");
        }
    }

    #[test]
    fn what_came_from_the_server_goes_and_what_is_here_stays() {
        let dir = tempfile::tempdir().unwrap();
        let previews = Previews::open(dir.path(), Disk::default()).unwrap();
        let (id, hash) = (AttachmentId::new(1, [1; 10]), MediaHash::from_digest([7; 32]));
        previews.keep(Of::Attachment(id), JPEG).unwrap();
        previews.keep(Of::Medium(hash), JPEG).unwrap();
        assert_eq!(previews.list().unwrap(), [id]);
        previews.forget_media().unwrap();
        assert_eq!((previews.read(Of::Medium(hash)), previews.list().unwrap()), (None, vec![id]));
        previews.remove(&[id]).unwrap();
        assert_eq!(previews.read(Of::Attachment(id)), None);
    }
}
