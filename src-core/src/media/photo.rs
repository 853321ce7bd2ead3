//! From a picture file as it was picked to the one that is sent.
//!
//! What comes out is upright, no side longer than [`LONGEST_SIDE`], in sRGB, a JPEG that holds nothing
//! but the picture: no EXIF, no GPS, no thumbnail, nothing after its end. What goes in is judged by its
//! content alone; limits are checked on the header, before memory for pixels is asked for.
//!
//! Working memory stays under [`WORKING_BYTES`] beside the source. Nothing here touches a disk.

use image::DynamicImage;
use pakn_api::{
    id::MediaHash,
    model::photo::{LONGEST_SIDE, MAX_SOURCE_BYTES, MAX_SOURCE_PIXELS, MAX_UPLOAD_BYTES, PhotoError, PhotoFormat, PhotoNotice},
};
use sha2::{Digest, Sha256};

use super::{
    colour, container,
    job::{Job, Unprepared},
    jpeg::Jpeg,
    pixels,
};

/// The most memory that decoding may take, in bytes. Pictures that would need more count as having
/// too many pixels: only 16-bit PNGs, progressive JPEGs and WebPs far beyond 20 megapixels do.
pub const WORKING_BYTES: u64 = 230_000_000;

/// An upright JPEG of up to this many bytes only loses its metadata; a larger one is encoded anew,
/// because on a slow link the bytes matter more than the last bit of quality.
const STRIP_UP_TO_BYTES: usize = 1024 * 1024;

/// The longest side of a preview in pixels: a list's 110 CSS pixels on a screen with three to each.
const PREVIEW_SIDE: u32 = 330;
const PREVIEW_QUALITY: u8 = 75;

/// JPEG qualities in the order they are tried until the result fits [`MAX_UPLOAD_BYTES`].
const QUALITIES: [u8; 4] = [84, 75, 60, 40];
/// The same for what was encoded before, of which as little as may be is to be lost again.
const CHANGED_QUALITIES: [u8; 4] = [92, 84, 75, 60];

/// How far a picture is after each step, in percent of the time a phone's photo takes.
const READ: u8 = 5;
const DECODED: u8 = 55;
const SHRUNK: u8 = 65;
const UPRIGHT: u8 = 70;
const ENCODED: u8 = 95;

/// A picture that is ready to leave the device.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The file: at most [`MAX_UPLOAD_BYTES`].
    pub jpeg: Vec<u8>,
    /// SHA-256 of `jpeg`.
    pub sha256: MediaHash,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// Something worth telling the citizen.
    pub notice: Option<PhotoNotice>,
}

/// Checks a picture, turns it upright, makes it small enough and takes everything off it that is not
/// the picture. `name` is the picker's file name. CPU-bound: up to a second for a large picture.
///
/// # Errors
/// [`PhotoError`], the first that applies.
pub fn prepare(source: &[u8], name: &str) -> Result<Prepared, PhotoError> {
    prepare_watched(source, name, &Job::default()).map_err(|error| match error {
        Unprepared::Photo(error) => error,
        // Pictures are prepared in memory, and nobody cancels this job.
        Unprepared::Video(_) | Unprepared::Io(_) | Unprepared::Cancelled => PhotoError::Damaged,
    })
}

/// As [`prepare`], telling how far it is and stopping between two steps when asked to.
///
/// # Errors
/// [`Unprepared::Photo`] or `Cancelled`.
pub fn prepare_watched(source: &[u8], name: &str, job: &Job) -> Result<Prepared, Unprepared> {
    if source.is_empty() {
        return Err(PhotoError::Empty.into());
    }
    if source.len() as u64 > MAX_SOURCE_BYTES {
        return Err(PhotoError::TooManyBytes.into());
    }
    let format = PhotoFormat::sniff(source)?;
    let notice = (!format.agrees_with_name(name)).then_some(PhotoNotice::NameSaysOtherFormat);
    job.at(READ)?;
    let finished = match format {
        PhotoFormat::Jpeg => from_jpeg(source, job)?,
        PhotoFormat::Png => {
            container::check_png(source)?;
            finish(pixels::decode_png(source)?, job)?
        }
        PhotoFormat::WebP => {
            container::check_webp(source)?;
            finish(pixels::decode_webp(source)?, job)?
        }
    };
    job.at(ENCODED)?;
    Ok(finished.prepared(notice))
}

/// Whether a picture can be used, as far as that is seen without decoding it.
///
/// # Errors
/// [`PhotoError`].
pub(super) fn check(source: &[u8]) -> Result<(), PhotoError> {
    match PhotoFormat::sniff(source)? {
        PhotoFormat::Jpeg => Jpeg::walk(source).map(drop),
        PhotoFormat::Png => container::check_png(source),
        PhotoFormat::WebP => container::check_webp(source),
    }
}

/// A picture that was prepared before and changed since, upright.
///
/// # Errors
/// [`PhotoError`].
pub(super) fn changed(image: &DynamicImage) -> Result<Prepared, PhotoError> {
    Ok(encode(image, &CHANGED_QUALITIES)?.prepared(None))
}

/// A small copy of a prepared picture, no side longer than 330 pixels.
///
/// # Errors
/// [`PhotoError`] when it is no picture of ours.
pub fn preview(jpeg: &[u8]) -> Result<Vec<u8>, PhotoError> {
    let decoded = pixels::decode_jpeg(jpeg, &Jpeg::walk(jpeg)?)?;
    pixels::encode(&pixels::shrink(decoded.image, PREVIEW_SIDE)?, PREVIEW_QUALITY)
}

/// Whether a picture of this size may be decoded with this many bytes of working memory.
pub(super) fn check_size(width: u32, height: u32, working_bytes: u64) -> Result<(), PhotoError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(PhotoError::Damaged);
    }
    if pixels > MAX_SOURCE_PIXELS || working_bytes > WORKING_BYTES { Err(PhotoError::TooManyPixels) } else { Ok(()) }
}

/// A picture encoded as it is to leave.
struct Finished {
    jpeg: Vec<u8>,
    width: u32,
    height: u32,
}

impl Finished {
    fn prepared(self, notice: Option<PhotoNotice>) -> Prepared {
        let Self { jpeg, width, height } = self;
        let sha256 = MediaHash::from_digest(Sha256::digest(&jpeg).into());
        Prepared { jpeg, sha256, width, height, notice }
    }
}

fn from_jpeg(source: &[u8], job: &Job) -> Result<Finished, Unprepared> {
    let walked = Jpeg::walk(source)?;
    let decoded = pixels::decode_jpeg(source, &walked)?;
    let (width, height) = (u32::from(walked.width), u32::from(walked.height));
    let as_it_is = decoded.is_upright() && !decoded.needs_colour() && width.max(height) <= LONGEST_SIDE;
    if as_it_is
        && let Some(stripped) = walked.stripped(source)
        && stripped.len() <= STRIP_UP_TO_BYTES
        && pixels::reads_elsewhere(&stripped)
    {
        return Ok(Finished { jpeg: stripped, width, height });
    }
    finish(decoded, job)
}

fn finish(decoded: pixels::Decoded, job: &Job) -> Result<Finished, Unprepared> {
    job.at(DECODED)?;
    let pixels::Decoded { image, orientation, to_srgb } = decoded;
    let mut image = pixels::shrink(image, LONGEST_SIDE)?;
    job.at(SHRUNK)?;
    if let Some(transform) = to_srgb {
        image = colour::apply(&transform, image)?;
    }
    image.apply_orientation(orientation);
    job.at(UPRIGHT)?;
    Ok(encode(&image, &QUALITIES)?)
}

fn encode(image: &DynamicImage, qualities: &[u8]) -> Result<Finished, PhotoError> {
    for quality in qualities {
        let jpeg = pixels::encode(image, *quality)?;
        if jpeg.len() as u64 <= MAX_UPLOAD_BYTES {
            return Ok(Finished { jpeg, width: image.width(), height: image.height() });
        }
    }
    Err(PhotoError::TooManyBytes)
}

#[cfg(test)]
mod tests;
