//! When and where a picture or video was taken, as it says itself: read before it is stripped, offered to the
//! citizen, never sent by itself.
//!
//! A clock that was never set, a time to come and the position 0, 0 are nothing; a broken block says nothing, and is
//! no reason to refuse the picture. Nothing here is written to a log.

use std::io::{Cursor, Read, Seek};

use exif::{Exif, In, Rational, Tag, Value};
use pakn_api::{
    Timestamp,
    ipc::MediaHint,
    model::{date::Date, place::Position},
};

use super::{SourceKind, video};

/// Clocks that show less were never set (2000-01-01).
const NOT_BEFORE: Timestamp = Timestamp(946_684_800_000);
/// What a time counts from where no zone is said: Vietnam's, which has known no other since 1975.
const VIETNAM_MINUTES: i64 = 7 * 60;
/// How exact a position is taken to be that doesn't say it, in metres.
const UNSAID_ACCURACY_M: f64 = Position::ROUGH_BEYOND_M;

/// What a file of this kind says of when and where it was taken, before `now`.
pub fn hint(source: &mut (impl Read + Seek), kind: SourceKind, now: Timestamp) -> Option<MediaHint> {
    let found = match kind {
        SourceKind::Photo => {
            let mut bytes = Vec::new();
            source.rewind().ok()?;
            source.read_to_end(&mut bytes).ok()?;
            of_photo(&bytes)
        }
        SourceKind::Video(_) => video::hint(source),
        SourceKind::OtherVideo => None,
    }?;
    let taken_at = found.taken_at.filter(|at| (NOT_BEFORE..=now).contains(at));
    let hint = MediaHint { taken_at, position: found.position };
    (hint.taken_at.is_some() || hint.position.is_some()).then_some(hint)
}

/// As [`hint`], of a picture.
fn of_photo(source: &[u8]) -> Option<MediaHint> {
    let exif = exif::Reader::new().read_from_container(&mut Cursor::new(source)).ok()?;
    Some(MediaHint { taken_at: taken_at(&exif), position: position(&exif) })
}

fn text(exif: &Exif, tag: Tag) -> Option<String> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(texts) => Some(String::from_utf8_lossy(texts.first()?).trim_matches(['\0', ' ']).to_owned()),
        _ => None,
    }
}

fn taken_at(exif: &Exif) -> Option<Timestamp> {
    let said = text(exif, Tag::DateTimeOriginal)?;
    let zone = text(exif, Tag::OffsetTimeOriginal).and_then(|zone| zone_minutes(&zone));
    at(&said, zone.unwrap_or(VIETNAM_MINUTES))
}

fn position(exif: &Exif) -> Option<Position> {
    // The receiver had none, and says so.
    if text(exif, Tag::GPSStatus).is_some_and(|status| status.starts_with('V')) {
        return None;
    }
    let along = |tag, reference, back: char| {
        let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
        let [degrees, minutes, seconds] = parts.as_slice() else { return None };
        let value = degrees.to_f64() + minutes.to_f64() / 60.0 + seconds_of(seconds) / 3_600.0;
        let is_back = text(exif, reference)?.to_ascii_uppercase().starts_with(back);
        value.is_finite().then_some(if is_back { -value } else { value })
    };
    let lat = along(Tag::GPSLatitude, Tag::GPSLatitudeRef, 'S')?;
    let lon = along(Tag::GPSLongitude, Tag::GPSLongitudeRef, 'W')?;
    let accuracy = match exif.get_field(Tag::GPSHPositioningError, In::PRIMARY).map(|field| &field.value) {
        Some(Value::Rational(parts)) => parts.first().map(Rational::to_f64).filter(|a| a.is_finite() && *a > 0.0),
        _ => None,
    };
    Position::new(lat, lon, accuracy.unwrap_or(UNSAID_ACCURACY_M)).ok()
}

/// Phones that put the seconds into the minutes write nought of nought.
fn seconds_of(seconds: &Rational) -> f64 {
    if seconds.denom == 0 { 0.0 } else { seconds.to_f64() }
}

/// `2026:05:01 10:00:00` and `2026-05-01T10:00:00`, in a zone so many minutes east of Greenwich.
fn at(said: &str, zone_minutes: i64) -> Option<Timestamp> {
    let mut numbers = said.get(..19)?.split([':', '-', ' ', 'T']).map(|n| n.parse::<i64>().ok());
    let mut next = || numbers.next().flatten();
    let (year, month, day) = (u16::try_from(next()?).ok()?, u8::try_from(next()?).ok()?, u8::try_from(next()?).ok()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..=60).contains(&second) {
        return None;
    }
    let days = days_since_epoch(Date::new(year, month, day).ok()?);
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - zone_minutes * 60;
    Some(Timestamp(seconds * 1_000))
}

/// Days from 1970-01-01 to a date: whole years with their leap days, then the days before it in its own.
fn days_since_epoch(date: Date) -> i64 {
    const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let (year, month) = (i64::from(date.year()), usize::from(date.month()));
    let leaps = |year: i64| year / 4 - year / 100 + year / 400;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before = BEFORE.get(month - 1).copied().unwrap_or(0) + i64::from(is_leap && month > 2);
    (year - 1970) * 365 + leaps(year - 1) - leaps(1969) + before + i64::from(date.day()) - 1
}

/// `+07:00`, `+0700`, `-03:30` and `Z` in minutes east of Greenwich.
fn zone_minutes(said: &str) -> Option<i64> {
    if said == "Z" {
        return Some(0);
    }
    let digits: String = said.get(1..)?.chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 {
        return None;
    }
    let (hours, minutes) = (digits.get(..2)?.parse::<i64>().ok()?, digits.get(2..)?.parse::<i64>().ok()?);
    let minutes = (hours < 15 && minutes < 60).then_some(hours * 60 + minutes)?;
    match said.as_bytes().first() {
        Some(b'+') => Some(minutes),
        Some(b'-') => Some(-minutes),
        _ => None,
    }
}

/// `2026-05-01T10:00:00+0700`, with or without the zone.
pub(super) fn iso_8601(said: &str) -> Option<Timestamp> {
    let rest = said.get(19..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    at(said, if rest.is_empty() { VIETNAM_MINUTES } else { zone_minutes(rest)? })
}

/// `+14.3500+108.0000+520.0/` (ISO 6709): degrees, degrees and minutes, or degrees, minutes and seconds.
pub(super) fn iso_6709(said: &str) -> Option<Position> {
    let from = |n: usize| said.get(n..)?.find(['+', '-']).map(|found| n + found);
    let second = from(1)?;
    let third = from(second + 1).unwrap_or(said.len());
    let lat = degrees(said.get(..second)?, 2)?;
    // The name of a coordinate system may follow.
    let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-');
    let lon = said.get(second..third)?;
    let lon = degrees(lon.split_once(|c| !number(c)).map_or(lon, |(lon, _)| lon), 3)?;
    Position::new(lat, lon, UNSAID_ACCURACY_M).ok()
}

/// One number of ISO 6709, whose degrees have so many digits.
fn degrees(said: &str, digits: usize) -> Option<f64> {
    let (sign, number) = (said.get(..1)?, said.get(1..)?);
    let whole = number.split('.').next()?.len();
    let part = |at: usize| number.get(at..at + 2)?.parse::<f64>().ok();
    let value = if whole <= digits {
        number.parse::<f64>().ok()?
    } else if whole == digits + 2 {
        number.get(..digits)?.parse::<f64>().ok()? + number.get(digits..)?.parse::<f64>().ok()? / 60.0
    } else if whole == digits + 4 {
        let minutes = part(digits)?;
        number.get(..digits)?.parse::<f64>().ok()? + minutes / 60.0 + number.get(digits + 2..)?.parse::<f64>().ok()? / 3_600.0
    } else {
        return None;
    };
    match sign {
        "+" => Some(value),
        "-" => Some(-value),
        _ => None,
    }
}

/// A position of numbers that don't say how exact they are.
pub(super) fn rough(lat: f64, lon: f64) -> Option<Position> {
    Position::new(lat, lon, UNSAID_ACCURACY_M).ok()
}

#[cfg(test)]
mod tests;
