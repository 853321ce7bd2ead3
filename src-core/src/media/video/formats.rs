//! How samples are encoded (`stsd`): which codecs are taken, and their descriptions without what is not needed to
//! decode (names of encoders and makers, boxes of unknown kinds).

use pakn_api::model::video::VideoError;

use super::boxes::{Kind, Values, children, put};

/// H.264 and HEVC (ISO/IEC 14496-15).
const PICTURES: [&Kind; 4] = [b"avc1", b"avc3", b"hvc1", b"hev1"];
/// AAC, and the AMR of old phones.
const SOUNDS: [&Kind; 3] = [b"mp4a", b"samr", b"sawb"];
/// What a decoder of pictures needs: parameter sets, colours, pixel shape, crop, bit rate, brightness of HDR.
const OF_PICTURES: [&Kind; 10] = [b"avcC", b"hvcC", b"colr", b"pasp", b"clap", b"btrt", b"mdcv", b"clli", b"dvcC", b"dvvC"];
/// What a decoder of sound needs; `wave` is QuickTime's wrapping of `esds`.
const OF_SOUND: [&Kind; 5] = [b"esds", b"wave", b"chan", b"damr", b"btrt"];
const IN_WAVE: [&Kind; 3] = [b"frma", b"mp4a", b"esds"];
const MOST_DESCRIPTIONS: usize = 8;

/// What a track is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    Picture,
    Sound,
}

/// A track's descriptions, ready to be written.
#[derive(Debug)]
pub(super) struct Formats {
    /// The `stsd` box.
    pub(super) stsd: Vec<u8>,
    /// Width and height in pixels, as they are stored; 0 for sound.
    pub(super) stored: (u16, u16),
}

/// Reads a track's `stsd`.
///
/// # Errors
/// `UnsupportedFormat` for codecs that are not taken, `Damaged`.
pub(super) fn read(stsd: &[u8], media: Media) -> Result<Formats, VideoError> {
    let mut values = Values(stsd);
    let version = values.u8()?;
    values.take(3)?;
    let count = values.u32()?;
    let entries = children(values.0)?;
    if entries.is_empty() || entries.len() > MOST_DESCRIPTIONS || count as usize != entries.len() {
        return Err(VideoError::Damaged);
    }
    let mut body = Vec::new();
    let mut stored = (0, 0);
    for entry in entries {
        let taken: &[&Kind] = if media == Media::Picture { &PICTURES } else { &SOUNDS };
        if !taken.contains(&&entry.kind) {
            return Err(VideoError::UnsupportedFormat);
        }
        let description = match media {
            Media::Picture => {
                let (description, sides) = picture(entry.body)?;
                stored = sides;
                description
            }
            Media::Sound => sound(entry.body, version == 0)?,
        };
        put(&mut body, &entry.kind, &[&description]);
    }
    let mut out = Vec::new();
    put(&mut out, b"stsd", &[&[0; 4], &count.to_be_bytes(), &body]);
    Ok(Formats { stsd: out, stored })
}

/// Whether a track's sound is of a kind that is taken.
pub(super) fn is_known_sound(stsd: &[u8]) -> bool {
    let entries = stsd.get(8..).and_then(|entries| children(entries).ok()).unwrap_or_default();
    !entries.is_empty() && entries.iter().all(|entry| SOUNDS.contains(&&entry.kind))
}

/// Data is in the first place named by `dref`, which is this very file.
const OF_THIS_FILE: [u8; 8] = [0, 0, 0, 0, 0, 0, 0, 1];

fn picture(body: &[u8]) -> Result<(Vec<u8>, (u16, u16)), VideoError> {
    let mut values = Values(body);
    // Reserved, data reference, QuickTime's version, maker and qualities.
    values.take(24)?;
    let sides = values.take(4)?;
    let stored = {
        let mut sides = Values(sides);
        (sides.u16()?, sides.u16()?)
    };
    // Two resolutions, a reserved word, frames per sample; then the encoder's name.
    let (resolution, _name, depth) = (values.take(14)?, values.take(32)?, values.take(4)?);
    let mut out = [&OF_THIS_FILE[..], &[0; 16], sides, resolution, &[0; 32], depth].concat();
    keep(&mut out, values.0, &OF_PICTURES)?;
    Ok((out, stored))
}

fn sound(body: &[u8], may_be_quicktime: bool) -> Result<Vec<u8>, VideoError> {
    let mut values = Values(body);
    values.take(8)?;
    let version = values.u16()?;
    // Revision and maker.
    values.take(6)?;
    let plain = values.take(12)?;
    // QuickTime File Format, "Sound Sample Description (Version 1)" and "(Version 2)".
    let more = values.take(match version {
        1 if may_be_quicktime => 16,
        2 if may_be_quicktime => 36,
        _ => 0,
    })?;
    let mut out = [&OF_THIS_FILE[..], &version.to_be_bytes(), &[0; 6], plain, more].concat();
    keep(&mut out, values.0, &OF_SOUND)?;
    Ok(out)
}

fn keep(out: &mut Vec<u8>, body: &[u8], wanted: &[&Kind]) -> Result<(), VideoError> {
    for inside in children(body)?.iter().filter(|b| wanted.contains(&&b.kind)) {
        if inside.kind == *b"wave" {
            let mut wave = Vec::new();
            keep(&mut wave, inside.body, &IN_WAVE)?;
            // The list in `wave` ends with an empty box.
            wave.extend([0, 0, 0, 8, 0, 0, 0, 0]);
            put(out, &inside.kind, &[&wave]);
        } else if inside.kind != *b"colr" || matches!(inside.body, [b'n', b'c', b'l', b'x' | b'c', ..]) {
            // A colour profile names who made it; numbers don't.
            put(out, &inside.kind, &[inside.body]);
        }
    }
    Ok(())
}
