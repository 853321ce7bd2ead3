//! The folder of files, by content: `media/ab/abcd…` holds the bytes whose SHA-256 is `abcd…`.
//!
//! A file appears under its name only whole, checked and flushed; until then it is in `media/incoming`,
//! which is the uploads' (see `uploads`). Two users who send the same bytes share one file; who may
//! read it is the database's business. A file without a `medium` row is harmless, is taken over by the next
//! upload of the same bytes, and goes when nobody sends it again (`sweep`).

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use pakn_api::id::MediaHash;
use tokio::sync::RwLock;

use crate::folder;

pub(crate) mod format;
pub(crate) mod stray;
pub(crate) mod video;

/// Where the file with this hash is below a media folder, or would be.
pub(crate) fn place(root: &Path, hash: MediaHash) -> PathBuf {
    let [first, ..] = hash.as_bytes();
    shard(root, *first).join(hash.to_string())
}

/// The folder of the files whose hashes begin with this byte.
pub(crate) fn shard(root: &Path, first: u8) -> PathBuf {
    root.join(format!("{first:02x}"))
}

/// An open media folder.
#[derive(Clone, Debug)]
pub(crate) struct MediaFolder {
    root: PathBuf,
    incoming: PathBuf,
    finishing: Arc<RwLock<()>>,
    /// The data folder's lock: held as long as anybody may still write here, a disk thread at its last piece included.
    _lock: Arc<File>,
}

impl MediaFolder {
    /// Opens the folder and makes what is missing. The lock keeps other servers away while that is in use.
    pub(crate) fn open(root: PathBuf, lock: File) -> io::Result<Self> {
        let incoming = root.join("incoming");
        fs::create_dir_all(&incoming)?;
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
        Ok(Self { root, incoming, finishing: Arc::default(), _lock: Arc::new(lock) })
    }

    /// Where the file with this hash is, or would be.
    pub(crate) fn path(&self, hash: MediaHash) -> PathBuf {
        place(&self.root, hash)
    }

    /// The folder of the files whose hashes begin with this byte.
    pub(crate) fn shard(&self, first: u8) -> PathBuf {
        shard(&self.root, first)
    }

    /// Held for reading from before a file is put in its place until a row names it, and for writing while
    /// files that no row names are removed.
    pub(crate) fn finishing(&self) -> Arc<RwLock<()>> {
        Arc::clone(&self.finishing)
    }
    /// Whether a file of this length is in its place.
    pub(crate) fn has(&self, hash: MediaHash, bytes: u64) -> io::Result<bool> {
        match fs::metadata(self.path(hash)) {
            Ok(found) => Ok(found.len() == bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Where unfinished uploads are.
    pub(crate) fn incoming(&self) -> &Path {
        &self.incoming
    }

    /// Gives a whole, flushed file its place; it may keep its old name beside it. Over a file that is already there,
    /// too: the bytes are the same, and it heals one that has rotted.
    pub(crate) fn place(&self, file: &Path, hash: MediaHash) -> io::Result<()> {
        let place = self.path(hash);
        let link = self.incoming.join(format!("{:032x}", rand::random::<u128>()));
        match fs::hard_link(file, &link) {
            Ok(()) => {
                let renamed = fs::rename(&link, &place);
                // It stays where that failed, and where the place was another name of the same file.
                match fs::remove_file(&link) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    Ok(()) | Err(_) => renamed?,
                }
            }
            // Not every file system has links; without one, what follows can't be repeated after a failure.
            Err(_) => fs::rename(file, &place)?,
        }
        place.parent().map_or(Ok(()), folder::sync)
    }
}
