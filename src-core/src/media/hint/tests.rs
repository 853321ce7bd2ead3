//! What pictures and films say of when and where, believed and not.

#![expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]

use exif::{Field, experimental::Writer};
use image::{Rgb, RgbImage};

use super::*;
use crate::media::sniff;

const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// A JPEG with these fields in its EXIF.
fn photo(fields: &[(Tag, Value)]) -> Vec<u8> {
    let fields: Vec<_> =
        fields.iter().map(|(tag, value)| Field { tag: *tag, ifd_num: In::PRIMARY, value: value.clone() }).collect();
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut block = Cursor::new(b"Exif\0\0".to_vec());
    let mut tiff = Cursor::new(Vec::new());
    writer.write(&mut tiff, true).unwrap();
    block.get_mut().extend(tiff.into_inner());
    let block = block.into_inner();
    let mut jpeg = Vec::new();
    let picture = RgbImage::from_pixel(16, 16, Rgb([90, 90, 90]));
    jpeg_encoder::Encoder::new(&mut jpeg, 90).encode(&picture, 16, 16, jpeg_encoder::ColorType::Rgb).unwrap();
    let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
    [&[0xff, 0xd8, 0xff, 0xe1][..], &length, &block, jpeg.get(2..).unwrap()].concat()
}

fn text(text: &str) -> Value {
    Value::Ascii(vec![text.as_bytes().to_vec()])
}

fn parts(parts: [(u32, u32); 3]) -> Value {
    Value::Rational(parts.map(|(num, denom)| Rational { num, denom }).to_vec())
}

fn of(fields: &[(Tag, Value)]) -> Option<MediaHint> {
    let file = photo(fields);
    hint(&mut Cursor::new(&file), SourceKind::Photo, NOW)
}

fn taken(said: &str, zone: Option<&str>) -> Option<i64> {
    let mut fields = vec![(Tag::DateTimeOriginal, text(said))];
    fields.extend(zone.map(|zone| (Tag::OffsetTimeOriginal, text(zone))));
    of(&fields).and_then(|hint| hint.taken_at).map(|at| at.0)
}

#[test]
fn the_time_of_a_photo_counts_in_its_zone_or_in_vietnams() {
    // `date -d '2026-05-01T10:00:00+07:00' +%s`
    let ten = 1_777_604_400_000;
    let table = [
        ("2026:05:01 10:00:00", None, Some(ten)),
        ("2026:05:01 10:00:00", Some("+07:00"), Some(ten)),
        ("2026:05:01 12:00:00", Some("+09:00"), Some(ten)),
        ("2026:05:01 03:00:00", Some("Z"), Some(ten)),
        ("2026:04:30 23:30:00", Some("-03:30"), Some(ten)),
        ("2026:05:01 10:00:00", Some("   :  "), Some(ten)),
        ("2024:02:29 10:00:00", None, Some(1_709_175_600_000)),
        ("2000:03:01 07:00:00", None, Some(951_868_800_000)),
        ("2026:02:29 10:00:00", None, None),
        ("2026:05:01 25:00:00", None, None),
        ("0000:00:00 00:00:00", None, None),
        ("1980:01:01 00:00:00", None, None),
        ("2045:01:01 00:00:00", None, None),
        ("    :  :     :  :  ", None, None),
        ("ngày xưa", None, None),
        ("", None, None),
    ];
    for (said, zone, expected) in table {
        assert_eq!(taken(said, zone), expected, "{said} {zone:?}");
    }
}

#[test]
fn a_time_after_now_is_none() {
    let file = photo(&[(Tag::DateTimeOriginal, text("2026:05:01 10:00:00"))]);
    let at = |now: i64| hint(&mut Cursor::new(&file), SourceKind::Photo, Timestamp(now));
    assert!(at(1_777_604_400_000).is_some());
    assert_eq!(at(1_777_604_399_999), None);
}

#[test]
fn the_place_of_a_photo() {
    let place = |lat: [(u32, u32); 3], north: &str, lon: [(u32, u32); 3], east: &str, more: &[(Tag, Value)]| {
        let mut fields = vec![
            (Tag::GPSLatitudeRef, text(north)),
            (Tag::GPSLatitude, parts(lat)),
            (Tag::GPSLongitudeRef, text(east)),
            (Tag::GPSLongitude, parts(lon)),
        ];
        fields.extend_from_slice(more);
        of(&fields).and_then(|hint| hint.position).map(|p| (p.lat(), p.lon(), p.accuracy_m()))
    };
    let (lat, lon) = ([(14, 1), (20, 1), (59, 1)], [(108, 1), (0, 1), (2, 1)]);
    let rough = Position::ROUGH_BEYOND_M;
    let expected = (14.0 + 20.0 / 60.0 + 59.0 / 3_600.0, 108.0 + 2.0 / 3_600.0);
    assert_eq!(place(lat, "N", lon, "E", &[]), Some((expected.0, expected.1, rough)));
    assert_eq!(place(lat, "S", lon, "W", &[]), Some((-expected.0, -expected.1, rough)));
    let exact = (Tag::GPSHPositioningError, Value::Rational(vec![Rational { num: 45, denom: 10 }]));
    assert_eq!(place(lat, "N", lon, "E", &[exact]).map(|p| p.2), Some(4.5));
    assert_eq!(place([(14, 1), (2_098_333, 100_000), (0, 0)], "N", lon, "E", &[]).map(|p| (p.0 * 1e4).round()), Some(143_497.0));
    assert_eq!(place(lat, "N", lon, "E", &[(Tag::GPSStatus, text("V"))]), None, "a receiver without a fix");
    let nought = [(0, 1), (0, 1), (0, 1)];
    assert_eq!(place(nought, "N", nought, "E", &[]), None);
    assert_eq!(place([(0, 0), (0, 0), (0, 0)], "N", lon, "E", &[]), None);
    assert_eq!(place([(95, 1), (0, 1), (0, 1)], "N", lon, "E", &[]), None);
    assert_eq!(of(&[(Tag::GPSLatitude, parts(lat)), (Tag::GPSLongitude, parts(lon))]), None, "without north and east");
}

#[test]
fn iso_6709_in_all_its_lengths() {
    let table = [
        ("+14.3497+108.0006/", Some((14.3497, 108.0006))),
        ("+14.3497+108.0006+520.000/", Some((14.3497, 108.0006))),
        ("-14.5-108.25CRSWGS_84/", Some((-14.5, -108.25))),
        ("+1430+10815/", Some((14.5, 108.25))),
        ("+143000+1081500.0/", Some((14.5, 108.25))),
        ("+00.0000+000.0000/", None),
        ("+14.3497", None),
        ("", None),
        ("kon tum+108", None),
        ("+99.0+108.0/", None),
        ("+é4.0+108.0/", None),
    ];
    for (said, expected) in table {
        assert_eq!(iso_6709(said).map(|p| (p.lat(), p.lon())), expected, "{said}");
    }
}

#[test]
fn a_picture_that_says_nothing_gives_no_hint() {
    assert_eq!(of(&[(Tag::Orientation, Value::Short(vec![6]))]), None);
    for file in [&b""[..], b"no picture", b"\xff\xd8\xff\xe1\x00\x10Exif\0\0II*\0\xff\xff\xff\xff", b"RIFF\0\0\0\0AVI LIST"] {
        assert_eq!(hint(&mut Cursor::new(file), sniff(&mut Cursor::new(file)), NOW), None, "{file:?}");
    }
}
