//! What videos are taken in and why one may be refused. What is done to one is the core's.

use serde::{Deserialize, Serialize};

/// The largest video file, taken in or sent, in bytes.
pub const MAX_VIDEO_BYTES: u64 = 64 * 1024 * 1024;
/// The longest that a camera is asked to film, in seconds; what citizens are told.
pub const TAKE_SECONDS: u32 = 60;
/// The longest video, in milliseconds: a minute, and what cameras overrun when they stop by themselves.
pub const MAX_VIDEO_MS: u32 = 62_000;
/// The most videos of one report.
pub const MAX_VIDEOS_PER_REPORT: usize = 2;

/// Why a video can't be used. Each has its own words in the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum VideoError {
    /// The file ends before the video does.
    #[error("the video is cut off")]
    Truncated,
    /// A video in a format that is not taken.
    #[error("unsupported video format")]
    UnsupportedFormat,
    /// More than [`MAX_VIDEO_BYTES`].
    #[error("the file is too large")]
    TooManyBytes,
    /// Longer than [`MAX_VIDEO_MS`].
    #[error("the video is too long")]
    TooLong,
    /// Right format, broken content.
    #[error("the video is damaged")]
    Damaged,
    /// The report already has [`MAX_VIDEOS_PER_REPORT`].
    #[error("too many videos")]
    TooManyVideos,
}

/// Containers told apart by their first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VideoFormat {
    /// MP4 and its relatives (ISO/IEC 14496-12).
    Mp4,
    /// QuickTime.
    Mov,
}

impl VideoFormat {
    /// The container that a file's first bytes show, if it is one of films; sixteen bytes are enough.
    ///
    /// # Errors
    /// `UnsupportedFormat` for films in other containers.
    pub fn sniff(head: &[u8]) -> Result<Option<Self>, VideoError> {
        const QUICKTIME: [&[u8; 4]; 5] = [b"moov", b"mdat", b"wide", b"free", b"skip"];
        match head {
            [_, _, _, _, b'f', b't', b'y', b'p', b'q', b't', b' ', b' ', ..] => Ok(Some(Self::Mov)),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => Ok(is_of_films(brand).then_some(Self::Mp4)),
            // QuickTime knew no `ftyp` once.
            [_, _, _, _, kind @ ..] if kind.first_chunk().is_some_and(|kind| QUICKTIME.contains(&kind)) => Ok(Some(Self::Mov)),
            // WebM and Matroska; AVI; MPEG program stream; Windows Media; Flash.
            [0x1a, 0x45, 0xdf, 0xa3, ..]
            | [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..]
            | [0, 0, 1, 0xba, ..]
            | [0x30, 0x26, 0xb2, 0x75, ..]
            | [b'F', b'L', b'V', 1, ..] => Err(VideoError::UnsupportedFormat),
            _ => Ok(None),
        }
    }
}

/// Whether a file's name ends as those of videos do.
#[must_use]
pub fn is_named_as_video(name: &str) -> bool {
    const ENDINGS: [&str; 10] = ["mp4", "m4v", "mov", "qt", "3gp", "3g2", "webm", "mkv", "avi", "mpg"];
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

/// Brands of phones' films, by how they begin: ISO's, MP4's, 3GPP's, Apple's, Sony's.
fn is_of_films(brand: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 10] = [b"iso", b"mp4", b"avc1", b"3gp", b"3g2", b"M4V", b"MSNV", b"mmp4", b"hvc1", b"dash"];
    BEGINNINGS.iter().any(|beginning| brand.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn videos_are_told_by_name() {
        assert!(is_named_as_video("VID_01.MP4") && is_named_as_video("cây đổ.mov"));
        assert!(!is_named_as_video("mp4") && !is_named_as_video("a.jpg") && !is_named_as_video(""));
    }

    #[test]
    fn containers_are_told_by_content() {
        type Told = Result<Option<VideoFormat>, VideoError>;
        let table: [(&[u8], Told); 11] = [
            (b"\0\0\0\x18ftypisom\0\0\x02\0", Ok(Some(VideoFormat::Mp4))),
            (b"\0\0\0\x18ftypmp42\0\0\0\0", Ok(Some(VideoFormat::Mp4))),
            (b"\0\0\0\x1cftyp3gp4\0\0\0\0", Ok(Some(VideoFormat::Mp4))),
            (b"\0\0\0\x14ftypqt  \0\0\0\0", Ok(Some(VideoFormat::Mov))),
            (b"\0\0\0\x08wide\0\0\0\0mdat", Ok(Some(VideoFormat::Mov))),
            (b"\x1a\x45\xdf\xa3\x01\0\0\0", Err(VideoError::UnsupportedFormat)),
            (b"RIFF\0\0\0\0AVI LIST", Err(VideoError::UnsupportedFormat)),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Ok(None)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Ok(None)),
            (b"\xff\xd8\xff\xe0", Ok(None)),
            (b"", Ok(None)),
        ];
        for (head, expected) in table {
            assert_eq!(VideoFormat::sniff(head), expected, "{head:?}");
        }
    }
}
