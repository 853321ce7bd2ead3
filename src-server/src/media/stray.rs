//! Looking through the folder for files that belong to nobody, and removing them.

use std::{
    fs, io,
    time::{Duration, SystemTime},
};

use pakn_api::{Timestamp, id::MediaHash};

use super::MediaFolder;

/// The files of one shard, by the first byte of their hashes, that were last written before then.
/// What has no hash for a name was not put there by this server and is nobody's business here.
pub(crate) fn settled(folder: &MediaFolder, shard: u8, before: Timestamp) -> io::Result<Vec<MediaHash>> {
    let before = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(before.0).unwrap_or_default());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder.shard(shard))? {
        let entry = entry?;
        let Some(hash) = entry.file_name().to_str().and_then(|name| name.parse::<MediaHash>().ok()) else { continue };
        if folder.path(hash) == entry.path() && entry.metadata()?.modified()? < before {
            found.push(hash);
        }
    }
    Ok(found)
}

/// Removes these; which are there no more. One that resists is told and left.
pub(crate) fn remove(folder: &MediaFolder, files: &[MediaHash]) -> Vec<MediaHash> {
    let gone = |file: &&MediaHash| match fs::remove_file(folder.path(**file)) {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => {
            tracing::warn!(error = %error.kind(), "a file that belongs to nobody could not be removed");
            false
        }
    };
    files.iter().filter(gone).copied().collect()
}
