//! Films made in code, whole and broken, and what becomes of them. What comes out is read by `re_mp4`, which shares
//! nothing with the code under test.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing fixture fails the test")]

use std::io::Cursor;

use pakn_api::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::{
    films::{FRAMES_A_SECOND, Film, SECRET, SIDES, boxed},
    media,
};

fn prepared(file: &[u8]) -> Result<(PreparedVideo, Vec<u8>), Unprepared> {
    let mut out = Vec::new();
    prepare(&mut Cursor::new(file), &mut out, &Job::default()).map(|video| (video, out))
}

fn refusal(file: &[u8]) -> VideoError {
    match prepared(file) {
        Err(Unprepared::Video(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|w| w == needle)
}

/// Every kind of film a phone writes.
fn films() -> Vec<Film> {
    let turned = Film { turned: true, ..Film::default() };
    let iphone = Film { quicktime: true, codec: *b"avc1", ..turned.clone() };
    vec![
        Film::default(),
        turned,
        iphone.clone(),
        Film { moov_first: true, ..Film::default() },
        Film { moov_first: true, wide: true, ..iphone },
        Film { wide: true, frames: 3, ..Film::default() },
        Film { sound: false, secrets: false, place: None, frames: 1, ..Film::default() },
    ]
}

/// The tracks' samples, as another reader finds them.
fn samples(file: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let read = re_mp4::Mp4::read_bytes(file).unwrap();
    let of = |track: &re_mp4::Track| track.samples.iter().map(|sample| file[sample.byte_range()].to_vec()).collect();
    read.tracks().values().map(of).collect()
}

#[test]
fn a_film_keeps_its_samples_and_loses_everything_else() {
    for film in films() {
        let file = film.bytes();
        let mut expected = vec![film.pictures()];
        if film.sound {
            expected.push(film.sounds());
        }
        let (video, out) = prepared(&file).unwrap();
        assert_eq!(samples(&out), expected, "{film:?}");
        assert_eq!(contains(&file, SECRET), film.secrets, "the fixture holds what has to go");
        assert!(!contains(&out, SECRET) && !contains(&out, b"+14.3497") && !contains(&out, b"2025-12-24"), "{film:?}");
        assert!(!contains(&out, &film.made.to_be_bytes()), "when it was made");
        let (width, height) = (u32::from(SIDES.0), u32::from(SIDES.1));
        let sides = if film.turned { (height, width) } else { (width, height) };
        assert_eq!((video.width, video.height), sides);
        assert_eq!(video.duration_ms, film.frames * 1_000 / FRAMES_A_SECOND);
        assert_eq!(video.kind, if film.quicktime { MediaKind::Mov } else { MediaKind::Mp4 });
        assert_eq!((video.bytes, video.sha256), (out.len() as u64, MediaHash::from_digest(Sha256::digest(&out).into())));
        assert_eq!(check(&mut Cursor::new(&out)).unwrap(), (video.kind, sides, video.duration_ms));
    }
}

/// The kinds of all boxes, found by lengths alone: not by the code under test.
fn kinds(file: &[u8]) -> Vec<String> {
    const CONTAINERS: [&[u8]; 8] = [b"moov", b"trak", b"edts", b"mdia", b"minf", b"dinf", b"stbl", b"udta"];
    let (mut at, mut found) = (0, Vec::new());
    while at < file.len() {
        let length = u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        let kind = &file[at + 4..at + 8];
        found.push(String::from_utf8_lossy(kind).into_owned());
        if CONTAINERS.contains(&kind) {
            found.extend(kinds(&file[at + 8..at + length]));
        }
        at += length;
    }
    found
}

#[test]
fn no_box_is_left_that_is_not_needed() {
    const NEEDED: [&str; 21] = [
        "ftyp", "moov", "mvhd", "trak", "tkhd", "edts", "elst", "mdia", "mdhd", "hdlr", "minf", "vmhd", "smhd", "dinf", "dref",
        "stbl", "stsd", "stts", "stsz", "stsc", "stco",
    ];
    for film in films() {
        let (_, out) = prepared(&film.bytes()).unwrap();
        let kinds = kinds(&out);
        assert_eq!(
            kinds.first().zip(kinds.last()),
            Some((&"ftyp".to_owned(), &"mdat".to_owned())),
            "to be played while it comes"
        );
        let strange: Vec<_> = kinds.iter().filter(|kind| !NEEDED.contains(&kind.as_str()) && *kind != "mdat").collect();
        assert!(strange.is_empty(), "{strange:?}");
        let read = re_mp4::Mp4::read_bytes(&out).unwrap();
        assert_eq!((read.moov.mvhd.creation_time, read.moov.mvhd.modification_time), (0, 0));
        for trak in &read.moov.traks {
            assert_eq!((trak.tkhd.creation_time, trak.mdia.mdhd.creation_time), (0, 0));
            assert_eq!((trak.mdia.hdlr.name.as_str(), trak.mdia.mdhd.language.as_str()), ("", "und"));
        }
        assert!(read.moov.meta.is_none() && read.moov.udta.is_none());
        assert_eq!(prepared(&out).unwrap().1, out, "nothing more to be taken off");
    }
}

#[test]
fn a_film_says_when_and_where_before_it_is_stripped_and_not_after() {
    let now = Timestamp(1_770_000_000_000);
    let hint = |file: &[u8]| media::hint::hint(&mut Cursor::new(file), media::sniff(&mut Cursor::new(file)), now);
    for quicktime in [false, true] {
        let file = Film { quicktime, ..Film::default() }.bytes();
        let found = hint(&file).unwrap();
        let position = found.position.unwrap();
        assert!((position.lat() - 14.3497).abs() < 1e-9 && (position.lon() - 108.0006).abs() < 1e-9);
        // Apple's own words, with the zone; else the movie's time of making.
        let said = if quicktime { 1_766_547_000_000 } else { 1_767_155_200_000 };
        assert_eq!(found.taken_at, Some(Timestamp(said)));
        assert_eq!(hint(&prepared(&file).unwrap().1), None);
    }
    let plain = Film { secrets: false, place: None, ..Film::default() };
    assert_eq!(hint(&Film { made: 0, ..plain.clone() }.bytes()), None, "a clock that was never set");
    assert_eq!(hint(&Film { made: 4_000_000_000, ..plain.clone() }.bytes()), None, "a time to come");
    assert_eq!(hint(&Film { made: 0, place: Some("+00.0000+000.0000/"), ..plain }.bytes()), None, "0, 0");
}

#[test]
fn loci_says_where_too() {
    let file = Film { place: None, secrets: false, made: 0, ..Film::default() }.bytes();
    let fixed = |degrees: f64| ((degrees * 65_536.0) as i32).to_be_bytes();
    let loci = boxed(b"loci", &[&[0; 6], "Nhà Rông\0".as_bytes(), &[0], &fixed(108.5), &fixed(14.25), &[0; 4], b"earth\0\0"]);
    let udta = boxed(b"udta", &[&loci]);
    let moov = file.windows(4).position(|w| w == b"moov").unwrap() - 4;
    let length = u32::try_from(file.len() - moov + udta.len()).unwrap().to_be_bytes();
    let file = [&file[..moov], &length, &file[moov + 4..], &udta].concat();
    let position = media::hint::hint(&mut Cursor::new(&file), media::sniff(&mut Cursor::new(&file)), Timestamp(0))
        .unwrap()
        .position
        .unwrap();
    assert_eq!((position.lat(), position.lon()), (14.25, 108.5));
}

/// A film with one stretch of bytes replaced by another of the same length.
fn patched(film: &Film, from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut file = film.bytes();
    let at = file.windows(from.len()).rposition(|w| w == from).unwrap();
    file[at..at + to.len()].copy_from_slice(to);
    file
}

#[test]
fn what_is_no_film_for_us_is_refused_with_its_own_reason() {
    let film = Film::default();
    let plain = Film { sound: false, secrets: false, place: None, ..Film::default() };
    let place = |file: &[u8]| file.windows(4).position(|w| w == b"stco").unwrap() + 12;
    let elsewhere = {
        let mut file = film.bytes();
        let secret = file.windows(SECRET.len()).position(|w| w == SECRET).unwrap();
        let at = place(&file);
        file[at..at + 4].copy_from_slice(&u32::try_from(secret).unwrap().to_be_bytes());
        file
    };
    let upon_each_other = {
        let mut file = plain.bytes();
        let at = place(&file);
        file.copy_within(at..at + 4, at + 4);
        file
    };
    let beyond = {
        let mut file = plain.bytes();
        let at = place(&file);
        file[at..at + 4].copy_from_slice(&[0x7f; 4]);
        file
    };
    let fragmented = [&plain.bytes()[..], &boxed(b"moof", &[])].concat();
    let two_movies = [&plain.bytes()[..], &Film::default().bytes()].concat();
    let large_moov = [&boxed(b"ftyp", &[b"isom", &[0; 4]])[..], &boxed(b"moov", &[&vec![0; 5 << 20]])].concat();
    let endless = [&boxed(b"ftyp", &[b"isom", &[0; 4]])[..], &boxed(b"free", &[]).repeat(2_000)].concat();
    let long = Film { frames: 621, sound: false, ..Film::default() };
    let exact = Film { frames: 620, sound: false, secrets: false, ..Film::default() };
    assert_eq!(prepared(&exact.bytes()).unwrap().0.duration_ms, 62_000);
    let sound = |from: &[u8], to: &[u8]| patched(&film, from, to);
    let table = [
        ("AV1", Film { codec: *b"av01", ..Film::default() }.bytes(), VideoError::UnsupportedFormat),
        ("encrypted", Film { codec: *b"encv", ..Film::default() }.bytes(), VideoError::UnsupportedFormat),
        ("no pictures", patched(&film, b"vide", b"text"), VideoError::UnsupportedFormat),
        ("two tracks of pictures", sound(b"soun", b"vide"), VideoError::UnsupportedFormat),
        ("only sound of another kind", sound(b"mp4a", b"apac"), VideoError::UnsupportedFormat),
        ("samples in another file", patched(&plain, b"url \0\0\0\x01", b"url \0\0\0\0"), VideoError::UnsupportedFormat),
        ("fragments", fragmented, VideoError::UnsupportedFormat),
        ("two movies", two_movies, VideoError::UnsupportedFormat),
        ("a place outside mdat", elsewhere, VideoError::Damaged),
        ("chunks upon each other", upon_each_other, VideoError::Damaged),
        ("a place behind the end", beyond, VideoError::Truncated),
        ("a moov of 5 MiB", large_moov, VideoError::Damaged),
        ("boxes without end", endless, VideoError::Damaged),
        (
            "more samples timed than there are",
            patched(&plain, &[0, 0, 0, 12, 0, 0, 0, 60], &[0, 0, 0, 13, 0, 0, 0, 60]),
            VideoError::Damaged,
        ),
        ("four billion samples", patched(&plain, b"\0\0\0\0\0\0\0\x0c", b"\0\0\0\x09\xff\xff\xff\xff"), VideoError::Damaged),
        ("one second too long", long.bytes(), VideoError::TooLong),
        ("a camera that was stopped", [boxed(b"ftyp", &[b"isom"]), boxed(b"mdat", &[&[7; 99]])].concat(), VideoError::Truncated),
        ("a brand of pictures", patched(&plain, b"ftypmp42", b"ftypheic"), VideoError::UnsupportedFormat),
    ];
    for (what, file, expected) in table {
        assert_eq!(refusal(&file), expected, "{what}");
    }
}

#[test]
fn sound_for_several_speakers_goes_and_the_plain_one_stays() {
    let film = Film { secrets: false, place: None, ..Film::default() };
    let file = film.bytes();
    // The sound's track a second time, as another kind under another number.
    let moov = file.windows(4).position(|w| w == b"moov").unwrap() - 4;
    let track = file.windows(4).rposition(|w| w == b"trak").unwrap() - 4;
    let mut spatial = file[track..].to_vec();
    let mp4a = spatial.windows(4).position(|w| w == b"mp4a").unwrap();
    spatial[mp4a..mp4a + 4].copy_from_slice(b"apac");
    spatial[8 + 8 + 15] = 9;
    let length = u32::try_from(file.len() - moov + spatial.len()).unwrap().to_be_bytes();
    let file = [&file[..moov], &length, &file[moov + 4..], &spatial].concat();
    assert_eq!(samples(&prepared(&file).unwrap().1), [film.pictures(), film.sounds()]);
}

#[test]
fn every_proper_prefix_is_refused() {
    for film in films() {
        let film = Film { frames: film.frames.min(2), ..film };
        let file = film.bytes();
        let needed = if film.secrets { file.len() - 8 - 16 - SECRET.len() } else { file.len() };
        for end in (0..needed).filter(|end| end % 7 == 0 || *end < 64 || needed - end < 64) {
            let refused = refusal(&file[..end]);
            let known = matches!(refused, VideoError::Truncated) || end < 16;
            assert!(known, "{film:?} cut to {end} of {}: {refused}", file.len());
        }
        assert!(prepared(&file[..needed]).is_ok());
        assert!(prepared(&file[..file.len() - 1]).is_ok() || !film.secrets, "rubbish at the end may be cut off");
    }
}

/// A file that is zeros where it isn't anything else, of any length, without the memory for it.
struct Sparse {
    front: Vec<u8>,
    length: u64,
    at: u64,
}

impl Read for Sparse {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(self.at).min(out.len() as u64) as usize;
        for byte in &mut out[..left] {
            *byte = self.front.get(self.at as usize).copied().unwrap_or(0);
            self.at += 1;
        }
        Ok(left)
    }
}

impl Seek for Sparse {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(back) => self.length.saturating_add_signed(back),
            SeekFrom::Current(by) => self.at.saturating_add_signed(by),
        };
        Ok(self.at)
    }
}

#[test]
fn too_many_bytes_are_refused_by_length_alone() {
    let front = Film { moov_first: true, ..Film::default() }.bytes();
    let mut file = Sparse { front, length: MAX_VIDEO_BYTES + 1, at: 0 };
    let refused = prepare(&mut file, &mut io::sink(), &Job::default());
    assert!(matches!(refused, Err(Unprepared::Video(VideoError::TooManyBytes))), "{refused:?}");
}

#[test]
fn work_that_is_cancelled_ends_and_progress_is_told() {
    let file = Film { frames: 300, ..Film::default() }.bytes();
    let job = Job::default();
    job.cancel();
    let refused = prepare(&mut Cursor::new(&file), &mut io::sink(), &job);
    assert!(matches!(refused, Err(Unprepared::Cancelled)), "{refused:?}");

    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let list = std::sync::Arc::clone(&told);
    let job = Job::telling_every(std::time::Duration::ZERO, move |percent| list.lock().unwrap().push(percent));
    prepare(&mut Cursor::new(&file), &mut io::sink(), &job).unwrap();
    let told = told.lock().unwrap();
    assert!(told.len() >= 2 && told.is_sorted() && told.iter().all(|percent| *percent < 100), "{told:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever bytes are damaged, the answer is a reason or a film that another reader takes, never a panic, and never
    /// more bytes than there were, but for the new front's.
    #[test]
    fn damage_never_panics(
        kind in 0..7_usize,
        hits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let film = Film { frames: 4, ..films()[kind].clone() };
        let mut file = film.bytes();
        // Most of a film is samples, which say nothing: damage goes where something is said.
        let moov = file.windows(4).position(|w| w == b"moov").unwrap();
        let said = if film.moov_first { 0..moov + 3_000.min(file.len() - moov) } else { moov - 4..file.len() };
        for (index, byte) in hits {
            let at = said.start + index.index(said.len());
            file[at] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        let _ = media::hint::hint(&mut Cursor::new(&file), media::SourceKind::Video(MediaKind::Mp4), Timestamp(i64::MAX));
        if let Ok((video, out)) = prepared(&file) {
            prop_assert_eq!(video.bytes, out.len() as u64);
            prop_assert!(out.len() < file.len() + 4_096);
            prop_assert!(check(&mut Cursor::new(&out)).is_ok());
            prop_assert!(!contains(&out, SECRET));
        }
    }
}
