//! Pictures as they come from phones, and files that only look like pictures.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use image::{ColorType, DynamicImage, GenericImageView, ImageEncoder, Rgb, RgbImage, codecs::png::PngEncoder};
use jpeg_encoder::{ColorType as JpegColor, Encoder};

/// Where the GPS in [`phone_photo`]'s EXIF says it was taken, as its raw rationals: 14°21′5″.
const GPS_DEGREES: [u32; 6] = [14, 1, 21, 1, 5, 1];

/// A colour for each quarter of the upright picture: top left, top right, bottom left, bottom right.
pub const CORNERS: [[u8; 3]; 4] = [[200, 30, 30], [30, 160, 30], [30, 30, 200], [220, 200, 40]];

/// An upright picture with a colour to each quarter and enough texture to weigh what a photo weighs.
#[must_use]
pub fn upright(width: u32, height: u32, seed: u32) -> RgbImage {
    let mut noise = seed.wrapping_mul(2) | 1;
    RgbImage::from_fn(width, height, |x, y| {
        let quarter = usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2);
        let corner = CORNERS.get(quarter).copied().unwrap_or_default();
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let grain = u8::try_from(noise % 24).unwrap_or(0);
        Rgb(corner.map(|c| c.saturating_add(grain)))
    })
}

fn jpeg(picture: &RgbImage, quality: u8, exif: Option<&[u8]>) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    if let Some(exif) = exif {
        encoder.add_app_segment(1, exif.to_vec())?;
    }
    encoder.encode(picture, u16::try_from(picture.width())?, u16::try_from(picture.height())?, JpegColor::Rgb)?;
    Ok(bytes)
}

/// A photo of an identity card's QR code: the code somewhat small and grey on a textured card, as phones take it.
///
/// # Errors
/// When the text doesn't fit a code.
pub fn card_photo(text: &str) -> anyhow::Result<Vec<u8>> {
    const MODULE: u32 = 6;
    const QUIET: u32 = 4 * MODULE;
    const AT: (u32, u32) = (900, 500);
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M)?;
    let side = u32::try_from(code.width())? * MODULE;
    let modules = code.to_colors();
    let mut card = upright(1_600, 1_200, 77);
    for (x, y) in (0..side + 2 * QUIET).flat_map(|y| (0..side + 2 * QUIET).map(move |x| (x, y))) {
        let module = |at: u32| Some(usize::try_from(at.checked_sub(QUIET)? / MODULE).ok()?).filter(|m| *m < code.width());
        let dark = match (module(x), module(y)) {
            (Some(column), Some(row)) => modules.get(row * code.width() + column) == Some(&qrcode::Color::Dark),
            _ => false,
        };
        card.put_pixel(AT.0 + x, AT.1 + y, if dark { Rgb([52, 50, 58]) } else { Rgb([214, 210, 200]) });
    }
    jpeg(&card, 80, Some(&exif(1)))
}

/// EXIF with an orientation and a GPS position: a little-endian TIFF with two directories.
fn exif(orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    const MAIN: u32 = 8;
    const GPS: u32 = MAIN + 2 + 2 * 12 + 4;
    const RATIONALS: u32 = GPS + 2 + 2 * 12 + 4;
    let mut tiff = b"II\x2a\0".to_vec();
    tiff.extend(MAIN.to_le_bytes());
    tiff.extend(2u16.to_le_bytes());
    tiff.extend(entry(0x0112, 3, 1, u32::from(orientation)));
    tiff.extend(entry(0x8825, 4, 1, GPS));
    tiff.extend(0u32.to_le_bytes());
    tiff.extend(2u16.to_le_bytes());
    tiff.extend(entry(0x0001, 2, 2, u32::from(b'N')));
    tiff.extend(entry(0x0002, 5, 3, RATIONALS));
    tiff.extend(0u32.to_le_bytes());
    tiff.extend(GPS_DEGREES.iter().flat_map(|n| n.to_le_bytes()));
    [b"Exif\0\0".as_slice(), &tiff].concat()
}

/// The bytes of [`phone_photo`]'s GPS position; found in a file, the position is still in it.
#[must_use]
pub fn gps_bytes() -> Vec<u8> {
    GPS_DEGREES.iter().flat_map(|n| n.to_le_bytes()).collect()
}

/// A 12-megapixel JPEG as a phone held upright writes it: the sensor's landscape, EXIF orientation 6, GPS.
///
/// # Errors
/// When it can't be encoded.
pub fn phone_photo(seed: u32) -> anyhow::Result<Vec<u8>> {
    // Orientation 6 says: turn a quarter clockwise to see it upright. So the sensor saw it turned back.
    let sensor = image::imageops::rotate270(&upright(3_000, 4_000, seed));
    jpeg(&sensor, 92, Some(&exif(6)))
}

/// A JPEG of about 300 KB that needs no more than stripping.
///
/// # Errors
/// When it can't be encoded.
pub fn small_photo(seed: u32) -> anyhow::Result<Vec<u8>> {
    jpeg(&upright(960, 1_280, seed), 88, None)
}

/// A JPEG of 60 to 150 KB that needs no more than stripping, quick to make and to read.
///
/// # Errors
/// When it can't be encoded.
pub fn light_photo(seed: u32) -> anyhow::Result<Vec<u8>> {
    let step = seed % 7;
    jpeg(&upright(240 + 18 * step, 320 + 24 * step, seed), 95, None)
}

/// The smallest picture that is still one.
///
/// # Errors
/// When it can't be encoded.
pub fn tiny_photo(seed: u32) -> anyhow::Result<Vec<u8>> {
    jpeg(&upright(16, 24, seed), 88, None)
}

/// Whether each quarter of a JPEG has its colour, i.e. whether it is upright.
///
/// # Errors
/// When it can't be decoded.
pub fn is_upright(bytes: &[u8]) -> anyhow::Result<bool> {
    let picture: DynamicImage = image::load_from_memory(bytes)?;
    let (width, height) = picture.dimensions();
    let at = |right: bool, below: bool| {
        let along = |size: u32, far: bool| if far { size / 4 * 3 } else { size / 4 };
        let pixel = picture.get_pixel(along(width, right), along(height, below)).0;
        [pixel[0], pixel[1], pixel[2]]
    };
    let seen = [at(false, false), at(true, false), at(false, true), at(true, true)];
    let near = |a: [u8; 3], b: [u8; 3]| a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 60);
    Ok(height > width && seen.iter().zip(CORNERS).all(|(seen, wanted)| near(*seen, wanted)))
}

/// The markers of a JPEG's application and comment segments, up to its picture data.
#[must_use]
pub fn metadata_segments(jpeg: &[u8]) -> Vec<u8> {
    let mut found = Vec::new();
    let mut rest = jpeg.get(2..).unwrap_or_default();
    while let [0xff, marker, high, low, ..] = rest {
        if *marker == 0xda {
            break;
        }
        if matches!(marker, 0xe0..=0xef | 0xfe) {
            found.push(*marker);
        }
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        rest = rest.get(2 + length..).unwrap_or_default();
    }
    found
}

/// A file that the app must not choke on, with what it is called in the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// Nothing in it.
    Empty,
    /// A photo that ends in the middle.
    Truncated,
    /// A PNG whose name ends in `.jpg`: odd, but good.
    PngNamedJpg,
    /// Words.
    Text,
    /// 200 MB.
    Huge,
    /// A header that declares 30,000 x 30,000 pixels.
    ManyPixels,
}

impl Odd {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Empty, Self::Truncated, Self::PngNamedJpg, Self::Text, Self::Huge, Self::ManyPixels];

    /// Its file name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "rỗng.jpg",
            Self::Truncated => "cụt.jpg",
            Self::PngNamedJpg => "thật ra là png.jpg",
            Self::Text => "ghi chú.jpg",
            Self::Huge => "quá nặng.jpg",
            Self::ManyPixels => "quá nhiều điểm ảnh.jpg",
        }
    }

    /// Writes it into a folder.
    ///
    /// # Errors
    /// When it can't be made or written.
    pub fn write(self, folder: &Path) -> anyhow::Result<PathBuf> {
        let path = folder.join(self.name());
        match self {
            Self::Empty => fs::write(&path, [])?,
            Self::Truncated => {
                let whole = phone_photo(5)?;
                fs::write(&path, whole.get(..whole.len() / 2).context("half a photo")?)?;
            }
            Self::PngNamedJpg => {
                let picture = upright(600, 800, 9);
                let mut png = Vec::new();
                PngEncoder::new(&mut png).write_image(&picture, 600, 800, ColorType::Rgb8.into())?;
                fs::write(&path, png)?;
            }
            Self::Text => fs::write(&path, "Đây là một ghi chú, không phải ảnh.\n".repeat(40))?,
            Self::Huge => {
                fs::write(&path, small_photo(3)?)?;
                fs::OpenOptions::new().write(true).open(&path)?.set_len(200 * 1024 * 1024)?;
            }
            Self::ManyPixels => {
                let mut photo = small_photo(4)?;
                let frame = photo.windows(2).position(|w| w == [0xff, 0xc0]).context("a frame header")?;
                let side = 30_000u16.to_be_bytes();
                let sides = [side, side].concat();
                photo.get_mut(frame + 5..frame + 9).context("its sides")?.copy_from_slice(&sides);
                fs::write(&path, photo)?;
            }
        }
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phone_photo_is_what_it_says() -> anyhow::Result<()> {
        let photo = phone_photo(1)?;
        assert_eq!(metadata_segments(&photo), [0xe0, 0xe1]);
        assert!(photo.windows(24).any(|w| w == gps_bytes()));
        assert!(!is_upright(&photo)?, "as the sensor saw it");
        let picture = image::load_from_memory(&photo)?;
        assert_eq!(picture.dimensions(), (4_000, 3_000));
        assert!(is_upright(&jpeg(&picture.rotate90().to_rgb8(), 90, None)?)?, "after the turn that orientation 6 asks for");
        Ok(())
    }
}
