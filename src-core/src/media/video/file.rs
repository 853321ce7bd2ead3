//! A file's outermost boxes, found by seeking from header to header; only `moov` is read.

use std::{
    io::{Read, Seek, SeekFrom},
    ops::Range,
};

use pakn_api::model::video::{MAX_VIDEO_BYTES, VideoError, VideoFormat};

use super::Unprepared;

/// The largest `moov` read into memory, in bytes: a minute at 240 frames a second has about 300 KB.
const MOST_MOOV: u64 = 4 * 1024 * 1024;
/// The most boxes side by side in a file.
const MOST_BOXES: u32 = 1_000;

/// What a file is made of.
#[derive(Debug)]
pub(super) struct Outline {
    pub(super) format: VideoFormat,
    /// The body of `moov`.
    pub(super) moov: Vec<u8>,
    /// Where samples may be.
    pub(super) data: Vec<Range<u64>>,
}

/// Goes through a file's outermost boxes.
///
/// # Errors
/// `Truncated`, `TooManyBytes`, `UnsupportedFormat`, `Damaged`; what reading fails with.
pub(super) fn outline(file: &mut (impl Read + Seek)) -> Result<Outline, Unprepared> {
    let end = file.seek(SeekFrom::End(0))?;
    if end > MAX_VIDEO_BYTES {
        return Err(VideoError::TooManyBytes.into());
    }
    let (mut at, mut boxes, mut format, mut moov, mut data) = (0_u64, 0, None, None, Vec::new());
    while at < end {
        boxes += 1;
        if boxes > MOST_BOXES {
            return Err(VideoError::Damaged.into());
        }
        let Some((kind, body)) = header(file, at, end)? else {
            // What the last box announces is not all there; after a whole movie it is rubbish that nobody needs.
            let whole = moov.is_some() && !data.is_empty();
            return if whole { finish(format, moov, data) } else { Err(VideoError::Truncated.into()) };
        };
        match &kind {
            b"ftyp" if boxes == 1 => {
                let sniffed = VideoFormat::sniff(&head(file)?)?;
                format = Some(sniffed.ok_or(VideoError::UnsupportedFormat)?);
            }
            b"moov" if moov.is_none() => {
                let length = body.end - body.start;
                if length > MOST_MOOV {
                    return Err(VideoError::Damaged.into());
                }
                file.seek(SeekFrom::Start(body.start))?;
                let mut read = Vec::new();
                file.take(length).read_to_end(&mut read)?;
                if read.len() as u64 != length {
                    return Err(VideoError::Truncated.into());
                }
                moov = Some(read);
            }
            // Two movies in one file, or one in fragments.
            b"moov" | b"moof" => return Err(VideoError::UnsupportedFormat.into()),
            b"mdat" => data.push(body.clone()),
            _ => {}
        }
        at = body.end;
    }
    finish(format, moov, data)
}

fn finish(format: Option<VideoFormat>, moov: Option<Vec<u8>>, data: Vec<Range<u64>>) -> Result<Outline, Unprepared> {
    match moov {
        // The movie comes last: a camera that was stopped in the middle has written none.
        None => Err(VideoError::Truncated.into()),
        Some(_) if data.is_empty() => Err(VideoError::Truncated.into()),
        // QuickTime knew no `ftyp` once.
        Some(moov) => Ok(Outline { format: format.unwrap_or(VideoFormat::Mov), moov, data }),
    }
}

fn head(file: &mut (impl Read + Seek)) -> Result<Vec<u8>, Unprepared> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    file.take(64).read_to_end(&mut head)?;
    Ok(head)
}

/// A box's kind, and where its content lies.
type Head = ([u8; 4], Range<u64>);

/// A box's kind and where its body is; `None` when it reaches beyond the file.
fn header(file: &mut (impl Read + Seek), at: u64, end: u64) -> Result<Option<Head>, Unprepared> {
    file.seek(SeekFrom::Start(at))?;
    let mut head = Vec::new();
    file.take(16).read_to_end(&mut head)?;
    let Some([l3, l2, l1, l0, kind @ ..]) = head.first_chunk::<8>() else { return Ok(None) };
    let (length, header) = match u32::from_be_bytes([*l3, *l2, *l1, *l0]) {
        // To the end of the file.
        0 => (end - at, 8),
        1 => match head.get(8..).and_then(<[u8]>::first_chunk) {
            Some(long) => (u64::from_be_bytes(*long), 16),
            None => return Ok(None),
        },
        short => (short.into(), 8),
    };
    if length < header {
        return Err(VideoError::Damaged.into());
    }
    let to = at.checked_add(length).ok_or(VideoError::Damaged)?;
    Ok((to <= end).then_some((*kind, at + header..to)))
}
