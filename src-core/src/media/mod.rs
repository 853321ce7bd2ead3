//! Pictures on their way from the citizen's gallery to the outbox: pure of databases.
//!
//! [`photo::prepare`] turns whatever a picker handed over into one upright JPEG without metadata, or
//! says why not; [`video::prepare`] turns a film into the same film without metadata. What a file says of when and
//! where it was taken is read before, by [`hint::hint`]. [`blur::blur`] makes parts of a picture unrecognisable.
//! [`vault::Vault`] keeps finished files, [`spool::Spool`] those still coming in,
//! [`previews::Previews`] small copies that may go at any time.
//!
//! Files carry names that are never given twice, so there is no dance of temporary names: a file
//! exists for the app only once a database row names it. What no row names is an orphan, and whoever
//! keeps the rows collects it (`list`, `remove`). Which file belongs to which draft, and when a source
//! may go, is decided there too.

pub mod blur;
pub mod card;
mod colour;
mod container;
mod folder;
pub mod hint;
pub mod job;
mod jpeg;
pub mod photo;
mod pixels;
pub mod previews;
pub mod spool;
pub mod vault;
pub mod video;

use std::io::{self, Read, Seek, SeekFrom};

pub use folder::VaultError;
pub use job::{Job, Unprepared};
use pakn_api::model::{
    photo::{MAX_SOURCE_BYTES, PhotoError},
    report::MediaKind,
    video::{VideoError, VideoFormat},
};
pub use photo::{Prepared, prepare, prepare_watched, preview};
pub use previews::Previews;
pub use spool::Spool;
pub use vault::Vault;
pub use video::PreparedVideo;

/// What a file is by its first bytes, whatever its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A picture, or nothing that is known.
    Photo,
    /// A video in a container that is taken in.
    Video(MediaKind),
    /// A video in another container.
    OtherVideo,
}

/// What a file is by its first bytes. One that can't be read is found out later.
pub fn sniff(source: &mut (impl Read + Seek)) -> SourceKind {
    try_sniff(source).unwrap_or(SourceKind::Photo)
}

/// As [`sniff`], where what can't be read must not be taken for a picture.
pub(crate) fn try_sniff(source: &mut (impl Read + Seek)) -> io::Result<SourceKind> {
    let mut head = Vec::new();
    source.rewind()?;
    source.by_ref().take(64).read_to_end(&mut head)?;
    Ok(match VideoFormat::sniff(&head) {
        Ok(Some(format)) => SourceKind::Video(video::kind(format)),
        Ok(None) => SourceKind::Photo,
        Err(_) => SourceKind::OtherVideo,
    })
}

/// Whether a file can be used, as far as that is seen without decoding it.
///
/// # Errors
/// [`Unprepared`].
pub fn check(source: &mut (impl Read + Seek), kind: SourceKind) -> Result<(), Unprepared> {
    match kind {
        SourceKind::Photo => {
            let length = source.seek(SeekFrom::End(0))?;
            source.rewind()?;
            if length > MAX_SOURCE_BYTES {
                return Err(PhotoError::TooManyBytes.into());
            }
            let mut bytes = Vec::new();
            source.read_to_end(&mut bytes)?;
            photo::check(&bytes)?;
        }
        SourceKind::Video(_) => drop(video::check(source)?),
        SourceKind::OtherVideo => return Err(VideoError::UnsupportedFormat.into()),
    }
    source.rewind()?;
    Ok(())
}

/// Width and height of a JPEG that is there from its first marker to its last.
pub(crate) fn whole_jpeg(file: &[u8]) -> Option<(u16, u16)> {
    let walked = file.starts_with(&[0xff, 0xd8]).then(|| jpeg::Jpeg::walk(file).ok()).flatten()?;
    Some((walked.width, walked.height))
}
