//! A JPEG's marker segments (ITU T.81 annex B): what it declares, whether it is all there, and the
//! same picture without anything else.
//!
//! The walk goes by segment lengths, so an end marker inside an EXIF thumbnail is not mistaken for the
//! picture's; within scans it goes from marker to marker. The picture ends at its first end-of-image
//! marker: what cameras append (previews, motion) is neither needed nor kept.

use std::ops::Range;

use pakn_api::model::photo::PhotoError;

use super::photo::check_size;

const EXIF: &[u8] = b"Exif\0\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
/// JFIF 1.01, square pixels, no thumbnail: tells decoders that three components are YCbCr.
const PLAIN_JFIF: [u8; 18] = *b"\xff\xe0\x00\x10JFIF\0\x01\x01\x00\x00\x01\x00\x01\x00\x00";

/// What the walk over a complete JPEG found.
#[derive(Debug)]
pub(super) struct Jpeg<'a> {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) components: u8,
    /// Samples in all planes.
    pub(super) samples: u64,
    /// Some planes have fewer samples than others.
    pub(super) subsampled: bool,
    pub(super) progressive: bool,
    /// Sequential, with more than one scan.
    pub(super) planes_apart: bool,
    /// The first EXIF block, as a TIFF file.
    pub(super) exif: Option<&'a [u8]>,
    /// The numbered parts of a colour profile.
    icc: Vec<(u8, &'a [u8])>,
    jfif: bool,
    /// Adobe's marker is there: inks are stored inverted.
    pub(super) adobe: bool,
    /// Colour is said in a way that [`Self::stripped`] can't keep.
    odd_colour: bool,
    /// Where the segments are without which there is no picture.
    needed: Vec<Range<usize>>,
}

#[derive(Clone, Copy)]
struct Frame {
    width: u16,
    height: u16,
    components: u8,
    samples: u64,
    subsampled: bool,
    progressive: bool,
}

impl<'a> Jpeg<'a> {
    /// Walks a file that begins with the start-of-image marker.
    ///
    /// # Errors
    /// `Truncated` when the file ends before the picture, `TooManyPixels`, `UnsupportedFormat` for
    /// JPEGs that are not 8-bit Huffman baseline, extended or progressive, `Damaged`.
    pub(super) fn walk(file: &'a [u8]) -> Result<Self, PhotoError> {
        let mut frame: Option<Frame> = None;
        let mut scans = 0_u32;
        let (mut exif, mut icc, mut jfif, mut adobe, mut odd_colour) = (None, Vec::new(), false, false, false);
        let mut needed = Vec::new();
        let mut at = 2;
        loop {
            let (marker, start) = next_marker(file, at)?;
            if marker == 0xd9 {
                break;
            }
            let (body, end) = segment(file, start)?;
            at = end;
            match marker {
                0xc0..=0xc2 => {
                    if frame.replace(read_frame(body, marker == 0xc2)?).is_some() {
                        return Err(PhotoError::Damaged);
                    }
                    needed.push(start..end);
                }
                // Lossless, hierarchical and arithmetic-coded frames.
                0xc3 | 0xc5..=0xc7 | 0xc9..=0xcf | 0xde => return Err(PhotoError::UnsupportedFormat),
                0xda => {
                    let _declared = frame.ok_or(PhotoError::Damaged)?;
                    scans += 1;
                    at = next_marker(file, end)?.1;
                    needed.push(start..at);
                }
                // Huffman tables, quantisation tables, restart interval.
                0xc4 | 0xdb | 0xdd => needed.push(start..end),
                0xe0 => jfif |= body.starts_with(b"JFIF\0"),
                0xe1 => exif = exif.or(body.strip_prefix(EXIF)),
                0xe2 => {
                    if let Some([number, _count, part @ ..]) = body.strip_prefix(ICC) {
                        icc.push((*number, part));
                    }
                }
                0xee if body.starts_with(b"Adobe") => {
                    adobe = true;
                    odd_colour |= body.len() != 12;
                    needed.push(start..end);
                }
                _ => {}
            }
        }
        let frame = frame.filter(|_| scans > 0).ok_or(PhotoError::Damaged)?;
        Ok(Self {
            width: frame.width,
            height: frame.height,
            components: frame.components,
            samples: frame.samples,
            subsampled: frame.subsampled,
            progressive: frame.progressive,
            planes_apart: !frame.progressive && scans > 1,
            exif,
            icc,
            jfif,
            adobe,
            odd_colour,
            needed,
        })
    }

    /// The colour profile, put together from its parts.
    pub(super) fn icc_profile(&self) -> Option<Vec<u8>> {
        let mut parts = self.icc.clone();
        parts.sort_by_key(|(number, _)| *number);
        (!parts.is_empty()).then(|| parts.into_iter().flat_map(|(_, part)| part).copied().collect())
    }

    /// The same picture without anything but the picture; `None` where that can't be said simply.
    pub(super) fn stripped(&self, file: &[u8]) -> Option<Vec<u8>> {
        if self.odd_colour || !matches!(self.components, 1 | 3) {
            return None;
        }
        let length = self.needed.iter().map(ExactSizeIterator::len).sum::<usize>() + PLAIN_JFIF.len() + 4;
        let mut out = Vec::with_capacity(length);
        out.extend([0xff, 0xd8]);
        if self.jfif {
            out.extend(PLAIN_JFIF);
        }
        for range in &self.needed {
            out.extend_from_slice(file.get(range.clone())?);
        }
        out.extend([0xff, 0xd9]);
        Some(out)
    }
}

/// The next marker with or without a length, and where it starts. Bytes before it, stuffed zeros and
/// restart markers are passed over: within a scan they are the picture, elsewhere decoders skip them.
fn next_marker(file: &[u8], from: usize) -> Result<(u8, usize), PhotoError> {
    let mut at = from;
    loop {
        let found = memchr::memchr(0xff, file.get(at..).ok_or(PhotoError::Truncated)?).ok_or(PhotoError::Truncated)?;
        at += found;
        match *file.get(at + 1).ok_or(PhotoError::Truncated)? {
            0x00 | 0x01 | 0xd0..=0xd7 => at += 2,
            0xff => at += 1,
            0xd8 => return Err(PhotoError::Damaged),
            marker => return Ok((marker, at)),
        }
    }
}

/// A segment's content, and where the segment ends.
fn segment(file: &[u8], start: usize) -> Result<(&[u8], usize), PhotoError> {
    let Some([high, low]) = file.get(start + 2..start + 4) else { return Err(PhotoError::Truncated) };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    let end = start + 2 + length;
    if length < 2 {
        return Err(PhotoError::Damaged);
    }
    Ok((file.get(start + 4..end).ok_or(PhotoError::Truncated)?, end))
}

fn read_frame(body: &[u8], progressive: bool) -> Result<Frame, PhotoError> {
    let [precision, h1, h0, w1, w0, components, planes @ ..] = body else { return Err(PhotoError::Damaged) };
    let (width, height) = (u16::from_be_bytes([*w1, *w0]), u16::from_be_bytes([*h1, *h0]));
    check_size(width.into(), height.into(), 0)?;
    if *precision != 8 || !matches!(components, 1 | 3 | 4) {
        return Err(PhotoError::UnsupportedFormat);
    }
    let factors: Vec<(u64, u64)> =
        planes.chunks_exact(3).filter_map(|p| p.get(1)).map(|f| (u64::from(f >> 4), u64::from(f & 15))).collect();
    let (h_max, v_max) = factors.iter().fold((0, 0), |(h, v), f| (f.0.max(h), f.1.max(v)));
    if factors.len() != usize::from(*components) || factors.iter().any(|(h, v)| !(1..=4).contains(h) || !(1..=4).contains(v)) {
        return Err(PhotoError::Damaged);
    }
    let blocks = u64::from(width).div_ceil(8 * h_max) * u64::from(height).div_ceil(8 * v_max);
    let samples = factors.iter().map(|(h, v)| blocks * h * v * 64).sum();
    let subsampled = factors.iter().any(|f| *f != (h_max, v_max));
    Ok(Frame { width, height, components: *components, samples, subsampled, progressive })
}
