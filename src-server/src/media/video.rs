//! Whether a video holds nothing but the video, by the boxes of its file (ISO/IEC 14496-12; QuickTime File Format).
//!
//! Devices make theirs bare before they send them (guide I.4 asks for pictures, not for where their maker has been): one
//! `ftyp`, one `moov`, `mdat`. Here it is only looked whether that was done; nothing is decoded and nothing removed.

use std::io::{self, Read, Seek, SeekFrom};

/// Most boxes that are looked at: a bare video has some twenty for each track.
const MOST_BOXES: u32 = 1_000;
/// Boxes in which others are, on the way to where metadata would be.
const HOLDING: [&[u8; 4]; 4] = [b"moov", b"trak", b"mdia", b"minf"];
/// What may hold words, places or whatever a maker likes.
const METADATA: [&[u8; 4]; 5] = [b"udta", b"meta", b"uuid", b"free", b"skip"];

/// What has been seen.
#[derive(Default)]
struct Seen {
    boxes: u32,
    file_type: u32,
    movie: u32,
    data: u32,
    pictures: u32,
}

/// Whether a file of this length is a bare video.
pub(crate) fn is_bare(file: &mut (impl Read + Seek), length: u64) -> io::Result<bool> {
    let mut seen = Seen::default();
    let fine = walk(file, 0..length, None, &mut seen)?;
    Ok(fine && (seen.file_type, seen.movie) == (1, 1) && seen.data >= 1 && seen.pictures >= 1)
}

/// Whether the boxes in this part of a file fill it and are all fine.
fn walk(
    file: &mut (impl Read + Seek),
    part: std::ops::Range<u64>,
    within: Option<&[u8; 4]>,
    seen: &mut Seen,
) -> io::Result<bool> {
    let mut at = part.start;
    while at < part.end {
        seen.boxes += 1;
        let Some((kind, body)) = header(file, at, part.end)? else { return Ok(false) };
        if seen.boxes > MOST_BOXES || METADATA.contains(&&kind) {
            return Ok(false);
        }
        match within {
            None => match &kind {
                b"ftyp" if at == 0 => seen.file_type += 1,
                b"moov" => seen.movie += 1,
                b"mdat" => seen.data += 1,
                _ => return Ok(false),
            },
            Some(b"mdia") if kind == *b"hdlr" => match handler(file, &body)? {
                Some(handler) if handler == *b"vide" => seen.pictures += 1,
                Some(handler) if handler == *b"soun" => {}
                Some(_) | None => return Ok(false),
            },
            Some(_) => {}
        }
        if HOLDING.contains(&&kind) && !walk(file, body.clone(), Some(&kind), seen)? {
            return Ok(false);
        }
        at = body.end;
    }
    Ok(true)
}

/// A box's kind and where its content is, if it fits in before `end`.
fn header(file: &mut (impl Read + Seek), at: u64, end: u64) -> io::Result<Option<([u8; 4], std::ops::Range<u64>)>> {
    if end - at < 8 {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(at))?;
    let ([mut size, mut kind], mut large) = ([[0; 4]; 2], [0; 8]);
    file.read_exact(&mut size)?;
    file.read_exact(&mut kind)?;
    let (head, size) = match u32::from_be_bytes(size) {
        1 if end - at >= 16 => {
            file.read_exact(&mut large)?;
            (16, u64::from_be_bytes(large))
        }
        size => (8, u64::from(size)),
    };
    let fits = size >= head && size <= end - at;
    Ok(fits.then(|| (kind, at + head..at + size)))
}

/// What kind of track it is: after version, flags and four bytes more.
fn handler(file: &mut (impl Read + Seek), body: &std::ops::Range<u64>) -> io::Result<Option<[u8; 4]>> {
    if body.end - body.start < 12 {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(body.start + 8))?;
    let mut kind = [0; 4];
    file.read_exact(&mut kind)?;
    Ok(Some(kind))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let size = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
        [&size[..], kind, content].concat()
    }

    fn track(handler: &[u8; 4], more: &[u8]) -> Vec<u8> {
        let handler = boxed(b"hdlr", &[&[0; 8][..], handler, &[0; 13]].concat());
        let sample_table = boxed(b"minf", &boxed(b"stbl", &[0; 40]));
        boxed(b"trak", &[boxed(b"tkhd", &[0; 84]), more.to_vec(), boxed(b"mdia", &[handler, sample_table].concat())].concat())
    }

    fn video(in_movie: &[u8], after: &[u8]) -> Vec<u8> {
        let movie = [boxed(b"mvhd", &[0; 100]), track(b"vide", &[]), track(b"soun", &[]), in_movie.to_vec()].concat();
        [boxed(b"ftyp", b"isom\0\0\x02\0isom"), boxed(b"moov", &movie), boxed(b"mdat", &[7; 5_000]), after.to_vec()].concat()
    }

    fn bare(file: Vec<u8>) -> bool {
        let length = file.len() as u64;
        is_bare(&mut Cursor::new(file), length).unwrap()
    }

    #[test]
    fn metadata_is_seen_wherever_it_is() {
        assert!(bare(video(&[], &[])));
        for kind in METADATA {
            let metadata = boxed(kind, "\0+14.3497+108.0005/".as_bytes());
            assert!(!bare(video(&metadata, &[])), "in moov: {kind:?}");
            assert!(!bare(video(&[], &metadata)), "beside it: {kind:?}");
            assert!(!bare(video(&track(b"vide", &metadata), &[])), "in a track: {kind:?}");
        }
        assert!(!bare(video(&track(b"meta", &[]), &[])), "a track of positions");
        assert!(!bare(video(&[], &boxed(b"sefd", b"maker's own"))));
    }

    #[test]
    fn what_is_no_whole_video_is_none() {
        let whole = video(&[], &[]);
        for cut in [0, 7, 20, 21, 300, whole.len() - 1] {
            assert!(!bare(whole.get(..cut).unwrap().to_vec()), "{cut}");
        }
        assert!(!bare([boxed(b"ftyp", b"isom"), boxed(b"mdat", &[0; 9])].concat()), "no moov");
        assert!(!bare(boxed(b"moov", &[]).repeat(3)));
        assert!(
            !bare([boxed(b"ftyp", b"isom"), b"\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff".to_vec()].concat()),
            "beyond the end"
        );
        assert!(!bare(video(&boxed(b"trak", &[]).repeat(2_000), &[])), "endless");
        let deep = (0..2_000).fold(Vec::new(), |inner, _| boxed(b"trak", &inner));
        assert!(!bare(video(&deep, &[])), "deep");
    }

    #[test]
    fn long_sizes_are_read() {
        let mdat = [b"\0\0\0\x01mdat".as_slice(), &(16_u64 + 9).to_be_bytes(), &[1; 9]].concat();
        assert!(bare(video(&[], &mdat)));
    }
}
