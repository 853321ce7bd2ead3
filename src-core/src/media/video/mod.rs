//! Videos without what is not the video: taken apart and put together anew, never decoded, never whole in memory.
//!
//! **Taken in**: MP4 and MOV (ISO/IEC 14496-12, QuickTime File Format) with one track of pictures in H.264 or HEVC
//! and any number of tracks of sound in AAC or AMR, up to [`MAX_VIDEO_BYTES`] and
//! [`MAX_VIDEO_MS`](pakn_api::model::video::MAX_VIDEO_MS). **Refused**: fragmented files, two tracks of pictures, other
//! codecs, encrypted samples, samples in another file, compressed headers; WebM, AVI and the like.
//!
//! **What comes out** holds the samples that the kept tracks name, byte for byte, and a new `moov` in front of them,
//! written from what decoding and showing needs. So whatever is not known to be needed is gone: `udta`, `meta`,
//! `uuid`, `free`, bytes of `mdat` that no track names, tracks of other things (positions, measurements, chapters,
//! thumbnails, time codes), names of makers, encoders and handlers, languages, times of making. **Stays**: what the
//! samples themselves say (an encoder may name itself there), and what an edit list hides.
//!
//! Working memory: `moov`, at most 4 MiB, and a few times that for its tables.

mod boxes;
mod file;
mod formats;
mod hint;
mod movie;
mod plan;
mod samples;
mod track;

use std::io::{self, Read, Seek, SeekFrom, Write};

use pakn_api::{
    id::MediaHash,
    model::{
        report::{MediaKind, MediaRef},
        video::{MAX_VIDEO_BYTES, VideoError, VideoFormat},
    },
};
use sha2::{Digest, Sha256};

pub(super) use self::hint::hint;
use self::{movie::Movie, plan::Plan};
use super::job::{Job, Unprepared};

/// How much is copied at a time, in bytes.
const PIECE: usize = 256 * 1024;

/// A video that is ready to leave the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreparedVideo {
    /// MP4 or MOV.
    pub kind: MediaKind,
    /// SHA-256 of the file.
    pub sha256: MediaHash,
    /// Length of the file.
    pub bytes: u64,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// How long it is shown, in milliseconds.
    pub duration_ms: u32,
}

impl PreparedVideo {
    /// The medium that it is.
    #[must_use]
    pub const fn medium(&self) -> MediaRef {
        let Self { kind, sha256, bytes, width, height, duration_ms } = *self;
        MediaRef { sha256, bytes, kind, width, height, duration_ms: Some(duration_ms) }
    }
}

/// Checks a video and writes it to `out` without what is not the video.
///
/// # Errors
/// [`Unprepared`]; what has been written then is of no use.
pub fn prepare(source: &mut (impl Read + Seek), out: &mut impl Write, job: &Job) -> Result<PreparedVideo, Unprepared> {
    let outline = file::outline(source)?;
    let movie = Movie::read(&outline.moov)?;
    let plan = Plan::of(&movie, &outline.data)?;
    drop(outline.moov);
    let front = front(&movie, outline.format, &plan)?;
    if front.len() as u64 + plan.length > MAX_VIDEO_BYTES {
        return Err(VideoError::TooManyBytes.into());
    }
    let mut out = Hashing { out, hasher: Sha256::new(), bytes: 0 };
    out.write_all(&front)?;
    let mut buffer = vec![0; PIECE];
    for chunk in &plan.copied {
        source.seek(SeekFrom::Start(chunk.at))?;
        let mut left = chunk.length;
        while left > 0 {
            job.at(u8::try_from(out.bytes * 100 / (front.len() as u64 + plan.length)).unwrap_or(100))?;
            let piece = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            let piece = buffer.get_mut(..piece).unwrap_or_default();
            source.read_exact(piece).map_err(cut_off)?;
            out.write_all(piece)?;
            left -= piece.len() as u64;
        }
    }
    let (width, height) = movie.sides;
    let kind = kind(outline.format);
    let sha256 = MediaHash::from_digest(out.hasher.finalize().into());
    Ok(PreparedVideo { kind, sha256, bytes: out.bytes, width, height, duration_ms: movie.duration_ms })
}

/// A file that is shorter than it was a moment ago.
fn cut_off(error: io::Error) -> Unprepared {
    if error.kind() == io::ErrorKind::UnexpectedEof { VideoError::Truncated.into() } else { error.into() }
}

/// Whether a video can be used, as far as that is seen without reading all of it: kind, sides, length in milliseconds.
///
/// # Errors
/// [`Unprepared`].
pub(crate) fn check(source: &mut (impl Read + Seek)) -> Result<(MediaKind, (u32, u32), u32), Unprepared> {
    let outline = file::outline(source)?;
    let movie = Movie::read(&outline.moov)?;
    Plan::of(&movie, &outline.data)?;
    Ok((kind(outline.format), movie.sides, movie.duration_ms))
}

pub(super) const fn kind(format: VideoFormat) -> MediaKind {
    match format {
        VideoFormat::Mp4 => MediaKind::Mp4,
        VideoFormat::Mov => MediaKind::Mov,
    }
}

/// Everything in front of the samples: file type, movie, and the head of `mdat`.
fn front(movie: &Movie, format: VideoFormat, plan: &Plan) -> Result<Vec<u8>, VideoError> {
    let quicktime = format == VideoFormat::Mov;
    let at = |front: usize| {
        let mut out = Vec::new();
        movie::put_file_type(&mut out, quicktime);
        out.extend(movie.write(quicktime, &plan.places(front)?));
        let mdat = u32::try_from(plan.length + 8).map_err(|_| VideoError::TooManyBytes)?;
        out.extend(mdat.to_be_bytes());
        out.extend(b"mdat");
        Ok(out)
    };
    // How long it is doesn't depend on which places it names.
    let length = at(0)?.len();
    at(length)
}

/// Counts and hashes what is written.
struct Hashing<'a, W> {
    out: &'a mut W,
    hasher: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Hashing<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests;
