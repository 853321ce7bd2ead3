//! Colours that are not sRGB (wide-gamut phones) made sRGB, since the profile itself does not travel.
//!
//! Profiles that can't be read, or are for something other than RGB, are passed over as browsers do:
//! the picture is then taken as sRGB.

use std::sync::Arc;

use image::DynamicImage;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformExecutor, TransformOptions};
use pakn_api::model::photo::PhotoError;

/// Turns 8-bit RGB of one profile into sRGB.
pub(super) type ToSrgb = Arc<dyn TransformExecutor<u8> + Send + Sync>;

/// Beyond this many of 255 steps a profile's colours count as different from sRGB.
const SEEN_FROM: u8 = 2;

/// The way from a profile to sRGB; `None` when it makes no difference that can be seen.
pub(super) fn to_srgb(profile: &[u8]) -> Option<ToSrgb> {
    let source = ColorProfile::new_from_slice(profile).ok()?;
    if source.color_space != DataColorSpace::Rgb {
        return None;
    }
    let srgb = ColorProfile::new_srgb();
    let transform = source.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, TransformOptions::default()).ok()?;
    let levels = || [0_u8, 64, 128, 192, 255].into_iter();
    let probe: Vec<u8> = levels().flat_map(|r| levels().flat_map(move |g| levels().flat_map(move |b| [r, g, b]))).collect();
    let mut seen = vec![0; probe.len()];
    transform.transform(&probe, &mut seen).ok()?;
    let differs = probe.iter().zip(&seen).any(|(a, b)| a.abs_diff(*b) > SEEN_FROM);
    differs.then_some(transform)
}

/// Carries a transform out on a picture; gray ones have no colours to change.
///
/// # Errors
/// `Damaged` when the transform refuses.
pub(super) fn apply(transform: &ToSrgb, image: DynamicImage) -> Result<DynamicImage, PhotoError> {
    let DynamicImage::ImageRgb8(mut rgb) = image else { return Ok(image) };
    let source = rgb.as_raw().clone();
    transform.transform(&source, &mut rgb).map_err(|_| PhotoError::Damaged)?;
    Ok(DynamicImage::ImageRgb8(rgb))
}
