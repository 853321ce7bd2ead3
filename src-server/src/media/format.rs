//! Which formats are taken, told by a file's first bytes.

use pakn_api::model::{photo::PhotoFormat, report::MediaKind};

/// So many bytes tell a file's format for certain.
pub(crate) const HEAD: u64 = 16;

/// Pictures that are held in the boxes of ISO 14496-12 as videos are.
const PICTURES: [&[u8]; 9] = [b"heic", b"heix", b"hevc", b"hevx", b"heim", b"mif1", b"msf1", b"avif", b"avis"];

/// The kind of the file that begins so, if it is taken.
pub(crate) fn kind(head: &[u8]) -> Option<MediaKind> {
    match head {
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.get(..4)? {
            b"qt  " => Some(MediaKind::Mov),
            picture if PICTURES.contains(&picture) => None,
            _ => Some(MediaKind::Mp4),
        },
        _ => matches!(PhotoFormat::sniff(head), Ok(PhotoFormat::Jpeg)).then_some(MediaKind::Jpeg),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content() {
        let table: [(&[u8], Option<MediaKind>); 8] = [
            (b"\xff\xd8\xff\xe1\x00", Some(MediaKind::Jpeg)),
            (b"\0\0\0\x18ftypisom\0\0\x02\0", Some(MediaKind::Mp4)),
            (b"\0\0\0\x14ftypqt  \0\0\0\0", Some(MediaKind::Mov)),
            (b"\0\0\0\x18ftypheic\0\0\0\0", None),
            (b"\0\0\0\x18ftypavif\0\0\0\0", None),
            (b"\0\0\0\x18fty", None),
            (b"\x89PNG\r\n\x1a\n", None),
            (b"", None),
        ];
        for (head, expected) in table {
            assert_eq!(kind(head), expected, "{head:?}");
        }
    }
}
