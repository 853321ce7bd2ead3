//! Finding QR codes in shades of gray: the sizes, the sharpness and the decoder, which nothing else knows.

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use rxing::{BarcodeFormat, DecodeHints, helpers::detect_in_luma_slice_with_hints};
use zeroize::Zeroizing;

use super::Gray;

/// How much of what blur took is given back: more turns grain into modules.
const STRENGTH: i32 = 2;

/// The picture at a size where its longer side has so many pixels.
pub(super) fn scale(gray: &Gray, side: u32) -> Option<Gray> {
    let longest = u64::from(gray.width.max(gray.height)).max(1);
    let scaled = |of: u32| u32::try_from((u64::from(of) * u64::from(side) / longest).max(1)).ok();
    resize(gray, scaled(gray.width)?, scaled(gray.height)?)
}

fn resize(gray: &Gray, width: u32, height: u32) -> Option<Gray> {
    let source = ImageRef::new(gray.width, gray.height, &gray.shades, PixelType::U8).ok()?;
    let mut target = Image::new(width, height, PixelType::U8);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    Resizer::new().resize(&source, &mut target, &options).ok()?;
    Some(Gray { width, height, shades: Zeroizing::new(target.into_vec()) })
}

/// Spreads the shades of a pale or dark picture over the whole range: the decoder needs some contrast to start with.
pub(super) fn stretch(gray: &mut Gray) {
    let mut counts = [0_usize; 256];
    for shade in gray.shades.iter() {
        if let Some(count) = counts.get_mut(usize::from(*shade)) {
            *count += 1;
        }
    }
    let few = gray.shades.len() / 100;
    let end = |counts: &mut dyn Iterator<Item = &usize>| {
        let mut sum = 0;
        counts
            .take_while(|count| {
                sum += **count;
                sum <= few
            })
            .count()
    };
    let darkest = end(&mut counts.iter());
    let lightest = 255 - end(&mut counts.iter().rev()).min(255);
    let range = lightest.saturating_sub(darkest).max(1);
    for shade in gray.shades.iter_mut() {
        let spread = usize::from(*shade).saturating_sub(darkest) * 255 / range;
        *shade = u8::try_from(spread).unwrap_or(u8::MAX);
    }
}

/// Takes back blur of about so many pixels: the difference to a picture with only what is coarser is made larger.
pub(super) fn sharpen(gray: &mut Gray, blur: u32) -> Option<()> {
    let coarse = resize(gray, (gray.width / blur).max(1), (gray.height / blur).max(1))?;
    let coarse = resize(&coarse, gray.width, gray.height)?;
    for (shade, coarse) in gray.shades.iter_mut().zip(coarse.shades.iter()) {
        let sharp = i32::from(*shade) + STRENGTH * (i32::from(*shade) - i32::from(*coarse));
        *shade = u8::try_from(sharp.clamp(0, 255)).unwrap_or(u8::MAX);
    }
    Some(())
}

/// What the code in a picture says.
pub(super) fn text(gray: &Gray) -> Option<Zeroizing<String>> {
    // By a function that is no generic one, so that a build for development has it optimised.
    let mut hints = DecodeHints::default();
    let qr = Some(BarcodeFormat::QR_CODE);
    let code = detect_in_luma_slice_with_hints(&gray.shades, gray.width, gray.height, qr, &mut hints).ok()?;
    Some(Zeroizing::new(code.getText().to_owned()))
}
