//! When and where a film says it was taken: Apple's metadata, the `©xyz` of Android and older phones, 3GPP's `loci`,
//! else the movie's own time of making.

use std::io::{Read, Seek};

use pakn_api::{Timestamp, ipc::MediaHint, model::place::Position};

use super::{
    boxes::{Inside, Values, children, only},
    file,
};
use crate::media::hint::{iso_6709, iso_8601, rough};

/// Seconds from 1904-01-01, where a movie's clock starts, to 1970-01-01.
const EPOCH: i64 = 2_082_844_800;

/// What a film says, believed or not.
pub(in crate::media) fn hint(source: &mut (impl Read + Seek)) -> Option<MediaHint> {
    let moov = file::outline(source).ok()?.moov;
    let boxes = children(&moov).ok()?;
    let udta = only(&boxes, b"udta").ok().flatten().and_then(|udta| children(udta).ok()).unwrap_or_default();
    let inside = |name: &str| {
        let metas = [&boxes, &udta].into_iter().filter_map(|boxes| only(boxes, b"meta").ok().flatten());
        metas.filter_map(|meta| said_by(meta, name)).next()
    };
    let apple = inside("com.apple.quicktime.location.ISO6709").and_then(|said| iso_6709(&said));
    let taken_at = inside("com.apple.quicktime.creationdate").and_then(|said| iso_8601(&said)).or_else(|| made(&boxes));
    Some(MediaHint { taken_at, position: apple.or_else(|| xyz(&udta)).or_else(|| loci(&udta)) })
}

/// The value under a name in a `meta` box of names and values (QuickTime File Format, "Metadata").
fn said_by(meta: &[u8], name: &str) -> Option<String> {
    // In MP4 it begins with a version and flags, in QuickTime it doesn't.
    let boxes = children(meta).ok().filter(|boxes| boxes.iter().any(|b| b.kind == *b"keys"));
    let boxes = match boxes {
        Some(boxes) => boxes,
        None => children(meta.get(4..)?).ok()?,
    };
    let mut keys = Values(only(&boxes, b"keys").ok()??);
    keys.take(4).ok()?;
    let count = keys.u32().ok()?;
    let names = children(keys.0).ok()?;
    let number = (1..=count).zip(&names).find(|(_, key)| key.body == name.as_bytes())?.0;
    let values = children(only(&boxes, b"ilst").ok()??).ok()?;
    let value = values.iter().find(|value| u32::from_be_bytes(value.kind) == number)?;
    let data = children(value.body).ok()?;
    // Type and country come before the text.
    Some(String::from_utf8_lossy(only(&data, b"data").ok()??.get(8..)?).into_owned())
}

/// `©xyz`: a length, a language, a text.
fn xyz(udta: &[Inside<'_>]) -> Option<Position> {
    let mut values = Values(udta.iter().find(|b| b.kind == *b"\xa9xyz")?.body);
    let length = values.u16().ok()?;
    values.u16().ok()?;
    iso_6709(&String::from_utf8_lossy(values.take(length.into()).ok()?))
}

/// `loci` (3GPP TS 26.244, 8.2.10): a language, a name that ends with a zero, a role, then longitude and latitude.
fn loci(udta: &[Inside<'_>]) -> Option<Position> {
    let body = udta.iter().find(|b| b.kind == *b"loci")?.body;
    let name = body.get(6..)?;
    let end = memchr::memchr(0, name)?;
    let mut values = Values(name.get(end + 2..)?);
    let mut degrees = || Some(f64::from(values.u32().ok()?.cast_signed()) / 65_536.0);
    let (lon, lat) = (degrees()?, degrees()?);
    rough(lat, lon)
}

/// The movie's time of making, in UTC by the standard.
fn made(moov: &[Inside<'_>]) -> Option<Timestamp> {
    let mut values = Values(only(moov, b"mvhd").ok()??);
    let version = values.u8().ok()?;
    values.take(3).ok()?;
    let seconds = i64::try_from(values.wide(version).ok()?).ok()?;
    (seconds > 0).then(|| Timestamp(seconds.saturating_sub(EPOCH).saturating_mul(1_000)))
}
