//! Reading the QR code in a picture of an identity card. The picture stays in memory and is overwritten afterwards.
//!
//! A phone's picture holds the code anywhere, turned, small and out of focus, so it is looked for at several sizes, and
//! then again with the blur taken back: the likeliest first, until its patience is over. The limits on size are those of
//! every picture; nothing here touches a disk.

mod code;

use std::time::{Duration, Instant};

use image::DynamicImage;
use pakn_api::model::{
    card::{Card, CardError},
    photo::{MAX_SOURCE_BYTES, PhotoFormat},
};
use zeroize::Zeroizing;

use self::code::{scale, sharpen, stretch, text};
use super::{container, jpeg::Jpeg, pixels};

/// How long the code is looked for, up to the attempt that is under way then.
const PATIENCE: Duration = Duration::from_secs(12);

/// No picture is looked at with a longer side than this: small codes in pictures of 12 megapixels are still found.
const WHOLE: u32 = 4096;

/// How the code is looked for: the picture's longest side, and by how many of its pixels blur is taken back.
const ATTEMPTS: [(u32, u32); 8] = [(1600, 0), (WHOLE, 0), (1600, 4), (WHOLE, 4), (WHOLE, 6), (2600, 6), (1600, 6), (1000, 4)];

/// Shades of gray, row by row.
struct Gray {
    width: u32,
    height: u32,
    shades: Zeroizing<Vec<u8>>,
}

/// Reads the card in a picture. CPU-bound: up to some seconds for a large picture without any code.
///
/// # Errors
/// [`CardError`].
pub fn read(picture: &[u8]) -> Result<Card, CardError> {
    read_within(picture, PATIENCE)
}

fn read_within(picture: &[u8], patience: Duration) -> Result<Card, CardError> {
    let until = Instant::now() + patience;
    let mut whole = decode(picture)?;
    stretch(&mut whole);
    let longest = whole.width.max(whole.height);
    let mut seen = false;
    let mut tried = Vec::new();
    for (side, blur) in ATTEMPTS {
        // Small pictures are enlarged, but not beyond what helps.
        let side = if side == WHOLE { side.min(longest) } else { side.min(longest.saturating_mul(2)) };
        if tried.contains(&(side, blur)) || Instant::now() > until {
            continue;
        }
        tried.push((side, blur));
        let mut scaled = scale(&whole, side).ok_or(CardError::NotAPicture)?;
        if blur > 0 {
            sharpen(&mut scaled, blur).ok_or(CardError::NotAPicture)?;
        }
        if let Some(text) = text(&scaled) {
            match Card::parse(&text) {
                Ok(card) => return Ok(card),
                Err(_) => seen = true,
            }
        }
    }
    Err(if seen { CardError::NotACard } else { CardError::NoCode })
}

fn decode(picture: &[u8]) -> Result<Gray, CardError> {
    if picture.len() as u64 > MAX_SOURCE_BYTES {
        return Err(CardError::NotAPicture);
    }
    let decoded = PhotoFormat::sniff(picture).and_then(|format| match format {
        PhotoFormat::Jpeg => pixels::decode_jpeg(picture, &Jpeg::walk(picture)?),
        PhotoFormat::Png => container::check_png(picture).and_then(|()| pixels::decode_png(picture)),
        PhotoFormat::WebP => container::check_webp(picture).and_then(|()| pixels::decode_webp(picture)),
    });
    // Which way up it is doesn't matter: the code says so itself.
    let image = decoded.map_err(|_| CardError::NotAPicture)?.image;
    let (width, height) = (image.width(), image.height());
    let shades = match image {
        DynamicImage::ImageLuma8(gray) => gray.into_raw(),
        colours => {
            let gray = colours.to_luma8().into_raw();
            drop(Zeroizing::new(colours.into_bytes()));
            gray
        }
    };
    Ok(Gray { width, height, shades: Zeroizing::new(shades) })
}

#[cfg(test)]
mod tests;
