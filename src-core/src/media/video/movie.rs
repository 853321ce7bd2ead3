//! The movie header and its tracks: what of `moov` is kept, and the new `moov`.

use pakn_api::model::video::{MAX_VIDEO_MS, VideoError};

use super::{
    boxes::{Inside, Values, boxed, children, need, put},
    formats::Media,
    track::{self, Track, put_times, wide_version},
};

/// The most tracks: two of pictures and sound beside a phone's measurements make about eight.
const MOST_TRACKS: usize = 32;

/// What is kept of a movie.
#[derive(Debug)]
pub(super) struct Movie {
    timescale: u32,
    /// Rate, volume and matrix.
    look: Vec<u8>,
    pub(super) tracks: Vec<Track>,
    /// Width and height of the picture, upright.
    pub(super) sides: (u32, u32),
    /// In milliseconds.
    pub(super) duration_ms: u32,
}

impl Movie {
    /// Reads a `moov` box's body.
    ///
    /// # Errors
    /// `UnsupportedFormat` without exactly one track of pictures, for codecs that are not taken and for fragmented
    /// files; `TooLong`; `Damaged`.
    pub(super) fn read(moov: &[u8]) -> Result<Self, VideoError> {
        let boxes = children(moov)?;
        // Fragmented, or compressed.
        if boxes.iter().any(|b| matches!(&b.kind, b"mvex" | b"cmov")) {
            return Err(VideoError::UnsupportedFormat);
        }
        let mut values = Values(need(&boxes, b"mvhd")?);
        let version = values.u8()?;
        values.take(3)?;
        values.wide(version)?;
        values.wide(version)?;
        let timescale = values.u32()?;
        values.wide(version)?;
        let (rate_and_volume, _reserved, matrix) = (values.take(6)?, values.take(10)?, values.take(36)?);
        if timescale == 0 {
            return Err(VideoError::Damaged);
        }
        let tracks = tracks(&boxes)?;
        let sides = tracks.iter().find(|t| t.media == Media::Picture).map(|t| t.sides).ok_or(VideoError::Damaged)?;
        let shown = tracks.iter().map(|t| t.shown(timescale)).max().unwrap_or(0);
        let shown_ms = (u128::from(shown) * 1_000).div_ceil(u128::from(timescale));
        let longest = tracks.iter().map(Track::media_ms).max().unwrap_or(0);
        if shown_ms > u128::from(MAX_VIDEO_MS) || longest > u64::from(MAX_VIDEO_MS) {
            return Err(VideoError::TooLong);
        }
        if shown_ms == 0 {
            return Err(VideoError::Damaged);
        }
        let look = [rate_and_volume, &[0; 10], matrix].concat();
        Ok(Self { timescale, look, tracks, sides, duration_ms: u32::try_from(shown_ms).unwrap_or(MAX_VIDEO_MS) })
    }

    /// The `moov` box, with each track's chunks at these places.
    pub(super) fn write(&self, quicktime: bool, places: &[Vec<u32>]) -> Vec<u8> {
        let shown = self.tracks.iter().map(|t| t.shown(self.timescale)).max().unwrap_or(0);
        let mut mvhd = vec![wide_version(shown), 0, 0, 0];
        put_times(&mut mvhd, shown, &[&self.timescale.to_be_bytes()]);
        mvhd.extend_from_slice(&self.look);
        mvhd.extend([0; 24]);
        let next = self.tracks.iter().map(Track::id).max().unwrap_or(0).saturating_add(1);
        mvhd.extend(next.to_be_bytes());
        let mut moov = boxed(b"mvhd", &[&mvhd]);
        for (track, places) in self.tracks.iter().zip(places) {
            moov.extend(track.write(self.timescale, quicktime, places));
        }
        boxed(b"moov", &[&moov])
    }
}

fn tracks(moov: &[Inside<'_>]) -> Result<Vec<Track>, VideoError> {
    let boxes: Vec<_> = moov.iter().filter(|b| b.kind == *b"trak").collect();
    if boxes.len() > MOST_TRACKS {
        return Err(VideoError::Damaged);
    }
    let (mut kept, mut pictures, mut sounds, mut known_sounds) = (Vec::new(), 0, 0, 0);
    for trak in boxes {
        let trak = children(trak.body)?;
        match track::media(&trak)? {
            Some(Media::Picture) => {
                pictures += 1;
                kept.push(Track::read(&trak, Media::Picture)?);
            }
            Some(Media::Sound) => {
                sounds += 1;
                // Beside a track that everybody plays, phones keep the same sound for several speakers.
                if track::is_known_sound(&trak)? {
                    known_sounds += 1;
                    kept.push(Track::read(&trak, Media::Sound)?);
                }
            }
            None => {}
        }
    }
    let ids: std::collections::BTreeSet<u32> = kept.iter().map(Track::id).collect();
    if ids.len() != kept.len() {
        return Err(VideoError::Damaged);
    }
    // Sound of other kinds alone is no reason to send a film that has fallen silent.
    if pictures == 1 && (sounds == 0 || known_sounds > 0) { Ok(kept) } else { Err(VideoError::UnsupportedFormat) }
}

/// Appends a file type box.
pub(super) fn put_file_type(out: &mut Vec<u8>, quicktime: bool) {
    if quicktime {
        put(out, b"ftyp", &[b"qt  ", &[0; 4], b"qt  "]);
    } else {
        put(out, b"ftyp", &[b"isom", &[0, 0, 2, 0], b"isom", b"iso2", b"mp41"]);
    }
}
