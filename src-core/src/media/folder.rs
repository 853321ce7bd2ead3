//! What [`super::Vault`] and [`super::Spool`] share: a folder of files named by attachment, and errors.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use pakn_api::id::AttachmentId;

use crate::disk::Disk;

/// Why a file could not be kept or given back.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// No room left on the device, or the user's share of it is used up.
    #[error("no room left on the device")]
    StorageFull,
    /// There is no such file.
    #[error("no such file")]
    NotFound,
    /// A piece that does not follow on what is there.
    #[error("the piece does not start at byte {expected}")]
    WrongOffset {
        /// Where the next piece has to start.
        expected: u64,
    },
    /// More or fewer bytes than were announced.
    #[error("{actual} bytes instead of {expected}")]
    WrongLength {
        /// Bytes announced.
        expected: u64,
        /// Bytes there, or there would be.
        actual: u64,
    },
    /// The device's storage fails in another way.
    #[error("storage fails: {0}")]
    Io(#[source] io::Error),
}

impl VaultError {
    /// Whether room on the device would help.
    #[must_use]
    pub const fn is_storage_full(&self) -> bool {
        matches!(self, Self::StorageFull)
    }
}

impl From<io::Error> for VaultError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::StorageFull,
            _ => Self::Io(error),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
    disk: Disk,
}

impl Folder {
    /// Opens a folder, making it where it is missing.
    pub(super) fn open(path: PathBuf, disk: Disk) -> Result<Self, VaultError> {
        if !path.is_dir() {
            disk.step(|| fs::create_dir_all(&path))?;
        }
        Ok(Self { path, disk })
    }

    /// Takes one step that changes the folder.
    pub(super) fn step<T>(&self, step: impl FnOnce() -> io::Result<T>) -> Result<T, VaultError> {
        Ok(self.disk.step(step)?)
    }

    /// Takes the step of writing some bytes.
    pub(super) fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<usize> {
        self.disk.step(|| file.write(bytes))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn file(&self, id: AttachmentId) -> PathBuf {
        self.path.join(id.to_string())
    }

    /// Makes the names in the folder durable.
    pub(super) fn sync(&self) -> Result<(), VaultError> {
        // Windows can't open a folder as a file, and keeps names durable with the file.
        if cfg!(unix) {
            let folder = File::open(&self.path)?;
            self.step(|| folder.sync_all())?;
        }
        Ok(())
    }

    /// Removes files; those that are not there count as removed.
    pub(super) fn remove(&self, ids: &[AttachmentId]) -> Result<(), VaultError> {
        for id in ids {
            self.remove_if_there(&self.file(*id))?;
        }
        Ok(())
    }

    /// Every file that is named by an attachment.
    pub(super) fn list(&self) -> Result<Vec<AttachmentId>, VaultError> {
        let mut ids = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            if let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    pub(super) fn remove_if_there(&self, path: &Path) -> Result<(), VaultError> {
        if matches!(path.symlink_metadata(), Err(e) if e.kind() == io::ErrorKind::NotFound) {
            return Ok(());
        }
        match self.step(|| fs::remove_file(path)) {
            Err(VaultError::NotFound) => Ok(()),
            removed => removed,
        }
    }
}
