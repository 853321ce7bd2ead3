//! An unfinished upload on disk: one file, whose name says everything but how far it is, which is its length.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use pakn_api::{
    Timestamp,
    id::{MediaHash, UploadId, UserId},
};

/// What an upload was created with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Partial {
    pub(crate) user: UserId,
    pub(crate) upload: UploadId,
    pub(crate) sha256: MediaHash,
    /// Bytes of the whole file.
    pub(crate) length: u64,
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Bytes that are there.
    pub(crate) offset: u64,
    /// When the last of them came.
    pub(crate) last_byte: Timestamp,
}

impl Partial {
    /// Reads a file's name; `None` for what is no upload.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let mut parts = name.split('.');
        let partial = Self {
            user: parts.next()?.parse().ok()?,
            upload: parts.next()?.parse().ok()?,
            sha256: parts.next()?.parse().ok()?,
            length: parts.next()?.parse().ok()?,
        };
        (parts.next().is_none() && partial.name() == name).then_some(partial)
    }

    fn name(&self) -> String {
        format!("{}.{}.{}.{}", self.user, self.upload, self.sha256, self.length)
    }

    /// Its file.
    pub(crate) fn path(&self, incoming: &Path) -> PathBuf {
        incoming.join(self.name())
    }

    /// How far it is; `None` when its file is not there.
    pub(crate) fn progress(&self, incoming: &Path) -> io::Result<Option<Progress>> {
        let found = match fs::metadata(self.path(incoming)) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let since = found.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        let last_byte = Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        Ok(Some(Progress { offset: found.len(), last_byte }))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_and_nothing_else_does() {
        let partial = Partial {
            user: UserId::new(1, [1; 10]),
            upload: UploadId::new(2, [2; 10]),
            sha256: MediaHash::from_digest([0xa5; 32]),
            length: 8_388_608,
        };
        let name = partial.name();
        assert_eq!(Partial::of_name(&name), Some(partial));
        let bad = [&name.replace(".8", ".+8"), &name.to_uppercase(), &format!("{name}.1"), name.rsplit_once('.').unwrap().0, ""];
        for bad in bad {
            assert_eq!(Partial::of_name(bad), None, "{bad}");
        }
    }
}
