//! What pictures are taken in, what leaves the device, and why one may be refused.

use serde::{Deserialize, Serialize};

/// The largest picture file taken in, in bytes.
pub const MAX_SOURCE_BYTES: u64 = 40 * 1024 * 1024;
/// The most pixels a picture may declare.
pub const MAX_SOURCE_PIXELS: u64 = 50_000_000;
/// The longest side of what is sent, in pixels: small print on a sign two metres away stays legible.
pub const LONGEST_SIDE: u32 = 2_048;
/// The most pictures of one report.
pub const MAX_PER_REPORT: usize = 10;
/// The largest media file the server takes, in bytes.
pub const MAX_UPLOAD_BYTES: u64 = 8 * 1024 * 1024;

/// Why a picture can't be used. Each has its own words in the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum PhotoError {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The file ends before the picture does.
    #[error("the picture is cut off")]
    Truncated,
    /// Not a picture at all.
    #[error("not a picture")]
    NotAPicture,
    /// HEIC, in which iPhones and some others save pictures unless they are told to save JPEG.
    #[error("a HEIC picture")]
    Heic,
    /// A picture in another format that the app can't read (GIF, TIFF, AVIF, …).
    #[error("unsupported picture format")]
    UnsupportedFormat,
    /// More than [`MAX_SOURCE_BYTES`].
    #[error("the file is too large")]
    TooManyBytes,
    /// Declares more than [`MAX_SOURCE_PIXELS`].
    #[error("too many pixels")]
    TooManyPixels,
    /// Right format, broken content.
    #[error("the picture is damaged")]
    Damaged,
    /// The report already has [`MAX_PER_REPORT`].
    #[error("too many pictures")]
    TooManyPictures,
    /// The very same picture is already in this report.
    #[error("already attached")]
    AlreadyAttached,
}

/// Something worth telling about a picture that was taken in all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoNotice {
    /// The content's format is not the one its name says; it was converted.
    NameSaysOtherFormat,
}

/// Formats told apart by their first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoFormat {
    /// JPEG (ITU T.81).
    Jpeg,
    /// PNG (ISO 15948).
    Png,
    /// WebP (RFC 9649).
    WebP,
}

impl PhotoFormat {
    /// The format that a file's first bytes show; sixteen bytes are enough.
    ///
    /// # Errors
    /// `Empty`, `Heic`, `UnsupportedFormat` for pictures of other formats, `NotAPicture` for the rest.
    pub fn sniff(head: &[u8]) -> Result<Self, PhotoError> {
        const HEIC_BRANDS: [&[u8]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];
        match head {
            [] => Err(PhotoError::Empty),
            [0xff, 0xd8, 0xff, ..] => Ok(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(Self::WebP),
            [b'G', b'I', b'F', b'8', ..] | [b'B', b'M', ..] | [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => {
                Err(PhotoError::UnsupportedFormat)
            }
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if brand.get(..4).is_some_and(|b| HEIC_BRANDS.contains(&b)) => {
                Err(PhotoError::Heic)
            }
            [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => Err(PhotoError::UnsupportedFormat),
            _ => Err(PhotoError::NotAPicture),
        }
    }

    /// Whether a file name's ending belongs to this format; a name without a known ending agrees with all.
    #[must_use]
    pub fn agrees_with_name(self, name: &str) -> bool {
        let Some((_, ending)) = name.rsplit_once('.') else { return true };
        let named = match ending.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" | "jpe" | "jfif" => Self::Jpeg,
            "png" => Self::Png,
            "webp" => Self::WebP,
            _ => return true,
        };
        named == self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content() {
        let table: [(&[u8], Result<PhotoFormat, PhotoError>); 10] = [
            (b"", Err(PhotoError::Empty)),
            (b"\xff\xd8\xff\xe1\x00", Ok(PhotoFormat::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Ok(PhotoFormat::Png)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Ok(PhotoFormat::WebP)),
            (b"GIF89a", Err(PhotoError::UnsupportedFormat)),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Err(PhotoError::Heic)),
            (b"\0\0\0\x18ftypavif\0\0\0\0", Err(PhotoError::UnsupportedFormat)),
            (b"\0\0\0\x18ftypisom\0\0\0\0", Err(PhotoError::NotAPicture)),
            ("xin chào".as_bytes(), Err(PhotoError::NotAPicture)),
            (b"\xff", Err(PhotoError::NotAPicture)),
        ];
        for (head, expected) in table {
            assert_eq!(PhotoFormat::sniff(head), expected, "{head:?}");
        }
    }

    #[test]
    fn a_name_may_lie() {
        assert!(PhotoFormat::Jpeg.agrees_with_name("IMG_01.JPG"));
        assert!(PhotoFormat::Png.agrees_with_name("image"));
        assert!(PhotoFormat::Png.agrees_with_name("ảnh.tải về"));
        assert!(!PhotoFormat::Png.agrees_with_name("ảnh.jpg"));
    }
}
