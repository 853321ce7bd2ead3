//! One track: its header, how it is to be turned, when it is shown; written anew without anything else.

use pakn_api::model::video::VideoError;

use super::{
    boxes::{Inside, Values, boxed, children, need, only, put},
    formats::{self, Media},
    samples::{self, Chunk, Samples},
};

/// The longest side of a video, in pixels.
const LONGEST_SIDE: u32 = 8_192;
/// No language said (ISO 639-2 `und`, packed as in ISO/IEC 14496-12, 8.4.2.3).
const NO_LANGUAGE: [u8; 2] = [0x55, 0xc4];

/// A track that is kept.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) media: Media,
    id: u32,
    /// `layer` to `height` of the header: the matrix turns the picture upright.
    look: Vec<u8>,
    flags: [u8; 3],
    pub(super) samples: Samples,
    timescale: u32,
    edits: Option<Vec<u8>>,
    /// What the edits show, in units of the movie; `None` without edits.
    shown: Option<u64>,
    stsd: Vec<u8>,
    /// Width and height, upright; 0 for sound.
    pub(super) sides: (u32, u32),
}

/// What a track is of, where it is one that can be kept.
///
/// # Errors
/// `Damaged`.
pub(super) fn media(trak: &[Inside<'_>]) -> Result<Option<Media>, VideoError> {
    let mdia = children(need(trak, b"mdia")?)?;
    let handler = need(&mdia, b"hdlr")?.get(8..12).ok_or(VideoError::Damaged)?;
    Ok(match handler {
        b"vide" => Some(Media::Picture),
        b"soun" => Some(Media::Sound),
        _ => None,
    })
}

/// Whether a track's sound is of a kind that is taken.
///
/// # Errors
/// `Damaged`.
pub(super) fn is_known_sound(trak: &[Inside<'_>]) -> Result<bool, VideoError> {
    let mdia = children(need(trak, b"mdia")?)?;
    let minf = children(need(&mdia, b"minf")?)?;
    let stbl = children(need(&minf, b"stbl")?)?;
    Ok(formats::is_known_sound(need(&stbl, b"stsd")?))
}

impl Track {
    /// Reads a track that [`media`] named.
    ///
    /// # Errors
    /// `UnsupportedFormat`, `Damaged`.
    pub(super) fn read(trak: &[Inside<'_>], media: Media) -> Result<Self, VideoError> {
        let header = need(trak, b"tkhd")?;
        let mut values = Values(header);
        let version = values.u8()?;
        let flags = values.three()?;
        // When it was made and changed.
        values.wide(version)?;
        values.wide(version)?;
        let id = values.u32()?;
        values.take(4)?;
        values.wide(version)?;
        values.take(8)?;
        let look = values.take(52)?.to_vec();

        let mdia = children(need(trak, b"mdia")?)?;
        let mut values = Values(need(&mdia, b"mdhd")?);
        let version = values.u8()?;
        values.take(3)?;
        values.wide(version)?;
        values.wide(version)?;
        let timescale = values.u32()?;
        if id == 0 || timescale == 0 {
            return Err(VideoError::Damaged);
        }
        let minf = children(need(&mdia, b"minf")?)?;
        is_in_this_file(&minf)?;
        let stbl = children(need(&minf, b"stbl")?)?;
        // Encrypted samples, or such as are described elsewhere.
        if stbl.iter().any(|b| matches!(&b.kind, b"senc" | b"saiz" | b"saio")) {
            return Err(VideoError::UnsupportedFormat);
        }
        let formats = formats::read(need(&stbl, b"stsd")?, media)?;
        let samples = samples::read(&stbl)?;
        let (edits, shown) = edits(trak)?;
        let sides = if media == Media::Picture { upright(&look, formats.stored)? } else { (0, 0) };
        Ok(Self { media, id, look, flags, samples, timescale, edits, shown, stsd: formats.stsd, sides })
    }

    pub(super) fn id(&self) -> u32 {
        self.id
    }

    pub(super) fn chunks(&self) -> &[Chunk] {
        &self.samples.chunks
    }

    /// What its samples last, in milliseconds.
    pub(super) fn media_ms(&self) -> u64 {
        scaled(self.samples.duration, 1_000, self.timescale)
    }

    /// How long it is shown, in the movie's units.
    pub(super) fn shown(&self, movie_timescale: u32) -> u64 {
        self.shown.filter(|shown| *shown > 0).unwrap_or_else(|| scaled(self.samples.duration, movie_timescale, self.timescale))
    }

    /// The track with its chunks at other places.
    pub(super) fn write(&self, movie_timescale: u32, quicktime: bool, places: &[u32]) -> Vec<u8> {
        let mut trak = Vec::new();
        put(&mut trak, b"tkhd", &[&self.header(self.shown(movie_timescale))]);
        if let Some(edits) = &self.edits {
            put(&mut trak, b"edts", &[edits]);
        }
        put(&mut trak, b"mdia", &[&self.mdia(quicktime, places)]);
        boxed(b"trak", &[&trak])
    }

    fn header(&self, shown: u64) -> Vec<u8> {
        let [f2, f1, f0] = self.flags;
        let mut body = vec![wide_version(shown), f2, f1, f0];
        put_times(&mut body, shown, &[&self.id.to_be_bytes(), &[0; 4]]);
        body.extend([0; 8]);
        body.extend_from_slice(&self.look);
        body
    }

    fn mdia(&self, quicktime: bool, places: &[u32]) -> Vec<u8> {
        let mut mdhd = vec![wide_version(self.samples.duration), 0, 0, 0];
        put_times(&mut mdhd, self.samples.duration, &[&self.timescale.to_be_bytes()]);
        mdhd.extend(NO_LANGUAGE);
        mdhd.extend([0; 2]);
        let (kind, header): (_, Vec<u8>) = match self.media {
            Media::Picture => (b"vide", boxed(b"vmhd", &[&[0, 0, 0, 1], &[0; 8]])),
            Media::Sound => (b"soun", boxed(b"smhd", &[&[0; 8]])),
        };
        let handler = |component: &[u8; 4], kind: &[u8; 4]| {
            let component = if quicktime { component } else { &[0; 4] };
            boxed(b"hdlr", &[&[0; 4], component, kind, &[0; 13]])
        };
        let here = boxed(b"url ", &[&[0, 0, 0, 1]]);
        let dref = boxed(b"dref", &[&[0; 4], &1_u32.to_be_bytes(), &here]);
        let mut stbl = self.stsd.clone();
        stbl.extend_from_slice(&self.samples.tables);
        let count = u32::try_from(places.len()).unwrap_or(u32::MAX).to_be_bytes();
        let places: Vec<u8> = places.iter().flat_map(|at| at.to_be_bytes()).collect();
        put(&mut stbl, b"stco", &[&[0; 4], &count, &places]);
        let mut minf = header;
        if quicktime {
            minf.extend(handler(b"dhlr", b"url "));
        }
        put(&mut minf, b"dinf", &[&dref]);
        put(&mut minf, b"stbl", &[&stbl]);
        let mut mdia = boxed(b"mdhd", &[&mdhd]);
        mdia.extend(handler(b"mhlr", kind));
        put(&mut mdia, b"minf", &[&minf]);
        mdia
    }
}

/// `value` of `from` units a second in units of `to` a second, rounded up.
fn scaled(value: u64, to: u32, from: u32) -> u64 {
    u64::try_from((u128::from(value) * u128::from(to)).div_ceil(u128::from(from.max(1)))).unwrap_or(u64::MAX)
}

/// The version of a box whose duration needs so much room.
pub(super) fn wide_version(duration: u64) -> u8 {
    u8::from(duration > u64::from(u32::MAX))
}

/// Times of making and changing, which are nobody's business, `between`, and a duration.
pub(super) fn put_times(body: &mut Vec<u8>, duration: u64, between: &[&[u8]]) {
    let wide = wide_version(duration) == 1;
    body.extend_from_slice(if wide { &[0; 16] } else { &[0; 8] });
    between.iter().for_each(|part| body.extend_from_slice(part));
    match u32::try_from(duration) {
        Ok(short) => body.extend(short.to_be_bytes()),
        Err(_) => body.extend(duration.to_be_bytes()),
    }
}

/// The edit list, and how long what it shows lasts in the movie's units.
fn edits(trak: &[Inside<'_>]) -> Result<(Option<Vec<u8>>, Option<u64>), VideoError> {
    let Some(edts) = only(trak, b"edts")? else { return Ok((None, None)) };
    let Some(elst) = only(&children(edts)?, b"elst")? else { return Ok((None, None)) };
    let mut values = Values(elst);
    let version = values.u8()?;
    values.take(3)?;
    let count = values.u32()? as usize;
    let length = count.checked_mul(if version == 1 { 20 } else { 12 }).ok_or(VideoError::Damaged)?;
    let mut entries = Values(values.take(length)?);
    let mut shown = 0_u64;
    while !entries.0.is_empty() {
        shown = shown.checked_add(entries.wide(version)?).ok_or(VideoError::Damaged)?;
        entries.wide(version)?;
        entries.take(4)?;
    }
    let table = elst.get(..8 + length).ok_or(VideoError::Damaged)?;
    Ok((Some(boxed(b"elst", &[table])), Some(shown)))
}

/// Whether the samples are in the file itself.
fn is_in_this_file(minf: &[Inside<'_>]) -> Result<(), VideoError> {
    let dref = need(&children(need(minf, b"dinf")?)?, b"dref")?;
    let places = children(dref.get(8..).ok_or(VideoError::Damaged)?)?;
    match places.as_slice() {
        [here] if here.body.get(..4).is_some_and(|flags| matches!(flags, [_, _, _, low] if low & 1 == 1)) => Ok(()),
        _ => Err(VideoError::UnsupportedFormat),
    }
}

/// Width and height as the picture is seen: the header's size, or the stored one, turned by its matrix.
fn upright(look: &[u8], stored: (u16, u16)) -> Result<(u32, u32), VideoError> {
    let mut values = Values(look.get(8..).ok_or(VideoError::Damaged)?);
    let (a, b) = (values.u32()?, values.u32()?);
    values.take(4)?;
    let (c, d) = (values.u32()?, values.u32()?);
    values.take(16)?;
    // Whole pixels of 16.16 fixed-point numbers.
    let (width, height) = match (values.u32()? >> 16, values.u32()? >> 16) {
        (0, _) | (_, 0) => (u32::from(stored.0), u32::from(stored.1)),
        sides => sides,
    };
    if width == 0 || height == 0 || width.max(height) > LONGEST_SIDE {
        return Err(VideoError::Damaged);
    }
    let quarter = a == 0 && d == 0 && b != 0 && c != 0;
    Ok(if quarter { (height, width) } else { (width, height) })
}
