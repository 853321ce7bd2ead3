//! Where a track's samples are and how long they last: the tables in `stbl` (ISO/IEC 14496-12, 8.6 and 8.7),
//! checked against each other.

use pakn_api::model::video::VideoError;

use super::boxes::{Inside, Kind, Values, need, only, put};

/// The most samples of a track: a minute at 240 frames a second is 14,400.
const MOST_SAMPLES: u32 = 500_000;

/// Tables that are copied as they are, and how many bytes an entry has. Times, key frames, decoding order.
const COPIED: [(&Kind, usize); 4] = [(b"stts", 8), (b"ctts", 8), (b"stss", 4), (b"stps", 4)];
/// Groups of samples that say where decoding may begin; others may say anything, and go.
const GROUPS: [&Kind; 4] = [b"roll", b"prol", b"rap ", b"sync"];

/// Bytes that lie together in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Where they begin in the file.
    pub(super) at: u64,
    /// How many they are.
    pub(super) length: u64,
}

/// A track's samples.
#[derive(Debug)]
pub(super) struct Samples {
    /// In the track's order.
    pub(super) chunks: Vec<Chunk>,
    /// What all samples last, in the track's own units.
    pub(super) duration: u64,
    /// Every table but the chunks' places, ready to be written.
    pub(super) tables: Vec<u8>,
}

enum Sizes {
    Alike { size: u32, count: u32 },
    Each(Vec<u32>),
}

impl Sizes {
    fn count(&self) -> u32 {
        match self {
            Self::Alike { count, .. } => *count,
            Self::Each(sizes) => u32::try_from(sizes.len()).unwrap_or(u32::MAX),
        }
    }

    /// How many bytes `count` samples from `from` have.
    fn sum(&self, from: u32, count: u32) -> Result<u64, VideoError> {
        match self {
            Self::Alike { size, count: all } => {
                let end = from.checked_add(count).ok_or(VideoError::Damaged)?;
                if end > *all { Err(VideoError::Damaged) } else { Ok(u64::from(*size) * u64::from(count)) }
            }
            Self::Each(sizes) => {
                let (from, count) = (from as usize, count as usize);
                let of_chunk = sizes.get(from..).and_then(|rest| rest.get(..count)).ok_or(VideoError::Damaged)?;
                Ok(of_chunk.iter().map(|size| u64::from(*size)).sum())
            }
        }
    }
}

/// Reads the tables; `stbl` are its boxes.
///
/// # Errors
/// `Damaged` when they contradict each other, `UnsupportedFormat` for tables of uncompressed sound.
pub(super) fn read(stbl: &[Inside<'_>]) -> Result<Samples, VideoError> {
    let sizes = sizes(stbl)?;
    let count = sizes.count();
    if count == 0 || count > MOST_SAMPLES {
        return Err(VideoError::Damaged);
    }
    // Bytes counted as samples: QuickTime's tables of uncompressed sound, which mean something else.
    if matches!(sizes, Sizes::Alike { size: 1, .. }) {
        return Err(VideoError::UnsupportedFormat);
    }
    let mut tables = Vec::new();
    for (kind, entry) in COPIED {
        if let Some(body) = only(stbl, kind)? {
            put(&mut tables, kind, &[table(body, entry)?]);
        }
    }
    let (duration, timed) = duration(need(stbl, b"stts")?)?;
    if timed != u64::from(count) {
        return Err(VideoError::Damaged);
    }
    if let Some(body) = only(stbl, b"cslg")? {
        let version = Values(body).u8()?;
        put(&mut tables, b"cslg", &[Values(body).take(if version == 1 { 44 } else { 24 })?]);
    }
    if let Some(body) = only(stbl, b"sdtp")? {
        put(&mut tables, b"sdtp", &[Values(body).take(4 + count as usize)?]);
    }
    for group in stbl.iter().filter(|b| matches!(&b.kind, b"sgpd" | b"sbgp")) {
        if group.body.get(4..8).is_some_and(|kind| GROUPS.iter().any(|known| kind == *known)) {
            put(&mut tables, &group.kind, &[group.body]);
        }
    }
    let runs = table(need(stbl, b"stsc")?, 12)?;
    put(&mut tables, b"stsc", &[runs]);
    write_sizes(&mut tables, &sizes);
    let chunks = chunks(&places(stbl)?, runs, &sizes)?;
    Ok(Samples { chunks, duration, tables })
}

/// A table without what may stand behind its last entry: version and flags, how many entries, the entries.
fn table(body: &[u8], entry: usize) -> Result<&[u8], VideoError> {
    let mut values = Values(body);
    values.take(4)?;
    let count = values.u32()? as usize;
    let length = count.checked_mul(entry).and_then(|l| l.checked_add(8)).ok_or(VideoError::Damaged)?;
    body.get(..length).ok_or(VideoError::Damaged)
}

/// What all samples last, and how many they are.
fn duration(stts: &[u8]) -> Result<(u64, u64), VideoError> {
    let mut values = Values(table(stts, 8)?);
    values.take(8)?;
    let (mut sum, mut samples) = (0_u64, 0_u64);
    while !values.0.is_empty() {
        let (count, each) = (u64::from(values.u32()?), u64::from(values.u32()?));
        samples = samples.checked_add(count).ok_or(VideoError::Damaged)?;
        sum = sum.checked_add(count * each).ok_or(VideoError::Damaged)?;
    }
    Ok((sum, samples))
}

fn sizes(stbl: &[Inside<'_>]) -> Result<Sizes, VideoError> {
    if let Some(body) = only(stbl, b"stsz")? {
        let mut values = Values(body);
        values.take(4)?;
        let (size, count) = (values.u32()?, values.u32()?);
        if size != 0 {
            return Ok(Sizes::Alike { size, count });
        }
        let entries = values.take((count as usize).checked_mul(4).ok_or(VideoError::Damaged)?)?;
        return Ok(Sizes::Each(entries.chunks_exact(4).filter_map(|e| Some(u32::from_be_bytes(e.try_into().ok()?))).collect()));
    }
    let mut values = Values(need(stbl, b"stz2")?);
    values.take(7)?;
    let (bits, count) = (values.u8()?, values.u32()?);
    if count > MOST_SAMPLES {
        return Err(VideoError::Damaged);
    }
    let count = count as usize;
    let sizes: Vec<u32> = match bits {
        4 => values.take(count.div_ceil(2))?.iter().flat_map(|b| [u32::from(b >> 4), u32::from(b & 15)]).take(count).collect(),
        8 => values.take(count)?.iter().map(|b| u32::from(*b)).collect(),
        16 => (0..count).map(|_| values.u16().map(u32::from)).collect::<Result<_, _>>()?,
        _ => return Err(VideoError::Damaged),
    };
    Ok(Sizes::Each(sizes))
}

fn write_sizes(out: &mut Vec<u8>, sizes: &Sizes) {
    let mut body = vec![0; 4];
    match sizes {
        Sizes::Alike { size, count } => {
            body.extend(size.to_be_bytes());
            body.extend(count.to_be_bytes());
        }
        Sizes::Each(each) => {
            body.extend([0; 4]);
            body.extend(sizes.count().to_be_bytes());
            body.extend(each.iter().flat_map(|size| size.to_be_bytes()));
        }
    }
    put(out, b"stsz", &[&body]);
}

/// Where the chunks begin.
fn places(stbl: &[Inside<'_>]) -> Result<Vec<u64>, VideoError> {
    let (body, width) = match (only(stbl, b"stco")?, only(stbl, b"co64")?) {
        (Some(body), None) => (body, 4),
        (None, Some(body)) => (body, 8),
        (Some(_), Some(_)) | (None, None) => return Err(VideoError::Damaged),
    };
    let mut values = Values(table(body, width)?);
    values.take(8)?;
    let mut places = Vec::with_capacity(values.0.len() / width);
    while !values.0.is_empty() {
        places.push(if width == 8 { values.u64()? } else { values.u32()?.into() });
    }
    Ok(places)
}

/// Joins where chunks begin, how many samples each has and how large those are.
fn chunks(places: &[u64], runs: &[u8], sizes: &Sizes) -> Result<Vec<Chunk>, VideoError> {
    let mut values = Values(runs);
    values.take(8)?;
    let mut starts = Vec::with_capacity(values.0.len() / 12);
    while !values.0.is_empty() {
        let (first, samples, _description) = (values.u32()?, values.u32()?, values.u32()?);
        starts.push((first, samples));
    }
    // Runs count from the first chunk, which is number 1.
    if starts.first().map(|(first, _)| *first) != Some(1) || starts.windows(2).any(|w| matches!(w, [a, b] if a.0 >= b.0)) {
        return Err(VideoError::Damaged);
    }
    let mut chunks = Vec::with_capacity(places.len());
    let (mut run, mut sample) = (0, 0_u32);
    for (number, at) in (1_u32..).zip(places) {
        if starts.get(run + 1).is_some_and(|(first, _)| *first <= number) {
            run += 1;
        }
        let (_, samples) = *starts.get(run).ok_or(VideoError::Damaged)?;
        let length = sizes.sum(sample, samples)?;
        sample = sample.checked_add(samples).ok_or(VideoError::Damaged)?;
        chunks.push(Chunk { at: *at, length });
    }
    if sample == sizes.count() { Ok(chunks) } else { Err(VideoError::Damaged) }
}
