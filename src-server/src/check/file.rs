//! Whether files are what their names and the database say.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use pakn_api::id::MediaHash;
use sha2::{Digest as _, Sha256};

use super::Fault;
use crate::media;

const PIECE: usize = 1024 * 1024;

/// What is wrong with a stored file; `quick` looks at its length alone.
pub(crate) fn fault(root: &Path, hash: MediaHash, noted: u64, quick: bool) -> Option<Fault> {
    let path = media::place(root, hash);
    let found = match fs::metadata(&path) {
        Ok(found) => found.len(),
        Err(error) => return Some(of(hash, &error)),
    };
    if found != noted {
        return Some(Fault::FileLength { file: hash, found, noted });
    }
    if quick {
        return None;
    }
    match digest(&path) {
        Ok(digest) if MediaHash::from_digest(digest) == hash => None,
        Ok(_) => Some(Fault::FileChanged(hash)),
        Err(error) => Some(of(hash, &error)),
    }
}

/// Why a stored file could not be read.
pub(crate) fn of(hash: MediaHash, error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::NotFound => Fault::FileMissing(hash),
        error => Fault::FileUnreadable { file: hash, error },
    }
}

/// SHA-256 of a file's bytes.
pub(crate) fn digest(path: &Path) -> io::Result<[u8; 32]> {
    let (mut file, mut hasher, mut piece) = (File::open(path)?, Sha256::new(), vec![0; PIECE]);
    loop {
        let bytes = file.read(&mut piece)?;
        match piece.get(..bytes) {
            Some([]) | None => return Ok(hasher.finalize().into()),
            Some(read) => hasher.update(read),
        }
    }
}

/// How many files are in their places that are none of `noted`, which is in order.
pub(super) fn strays(root: &Path, noted: &[(MediaHash, u64)]) -> io::Result<u64> {
    let mut strays = 0;
    for shard in 0..=u8::MAX {
        let entries = match fs::read_dir(media::shard(root, shard)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let hash = entry?.file_name().to_str().and_then(|name| name.parse::<MediaHash>().ok());
            let known = hash.is_some_and(|hash| noted.binary_search_by_key(&hash, |(noted, _)| *noted).is_ok());
            strays += u64::from(!known);
        }
    }
    Ok(strays)
}
