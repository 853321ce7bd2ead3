//! The folder of files, by content: `media/ab/abcd…` holds the bytes whose SHA-256 is `abcd…`.
//!
//! A file appears under its name only whole, checked and flushed; until then it is in `media/incoming`,
//! which is emptied when the server starts. Two users who send the same bytes share one file; who may
//! read it is the database's business. A file without a `medium` row is harmless and is taken over by the next
//! upload of the same bytes.

use std::{
    fs::{self, File},
    io,
    path::PathBuf,
    sync::Arc,
};

use pakn_api::id::MediaHash;

use crate::folder;

mod intake;

pub(crate) use intake::{Intake, IntakeError};

/// An open media folder.
#[derive(Clone, Debug)]
pub(crate) struct MediaFolder {
    root: PathBuf,
    incoming: PathBuf,
    /// The data folder's lock: held as long as anybody may still write here, a disk thread at its last piece included.
    _lock: Arc<File>,
}

impl MediaFolder {
    /// Opens the folder, makes what is missing and removes what a crash has left half done.
    /// The lock keeps other servers away while that is in use.
    pub(crate) fn open(root: PathBuf, lock: File) -> io::Result<Self> {
        let incoming = root.join("incoming");
        fs::create_dir_all(&incoming)?;
        for entry in fs::read_dir(&incoming)? {
            fs::remove_file(entry?.path())?;
        }
        // All of them now, so that no upload has to make one and flush its parent.
        for first in 0..=u8::MAX {
            match fs::create_dir(root.join(format!("{first:02x}"))) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        folder::sync(&root)?;
        if let Some(data) = root.parent() {
            folder::sync(data)?;
        }
        Ok(Self { root, incoming, _lock: Arc::new(lock) })
    }

    /// Where the file with this hash is, or would be.
    pub(crate) fn path(&self, hash: MediaHash) -> PathBuf {
        let [first, ..] = hash.as_bytes();
        self.root.join(format!("{first:02x}")).join(hash.to_string())
    }
}
