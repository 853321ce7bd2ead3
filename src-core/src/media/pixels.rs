//! Decoding into 8-bit gray or RGB, scaling down, encoding.
//!
//! Every picture is at most one full-size buffer at a time; pictures with transparency end up on white.

use std::io::Cursor;

use fast_image_resize::{
    PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use image::{
    DynamicImage, GrayImage, ImageDecoder, ImageError, RgbImage,
    codecs::{png::PngDecoder, webp::WebPDecoder},
    metadata::Orientation,
};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};
use pakn_api::model::photo::PhotoError;
use zune_jpeg::{
    JpegDecoder,
    errors::DecodeErrors,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use super::{
    colour::{self, ToSrgb},
    jpeg::Jpeg,
    photo::{WORKING_BYTES, check_size},
};

/// A picture in memory, `ImageLuma8` or `ImageRgb8`, and what is still to be done to it.
pub(super) struct Decoded {
    pub(super) image: DynamicImage,
    pub(super) orientation: Orientation,
    pub(super) to_srgb: Option<ToSrgb>,
}

impl Decoded {
    pub(super) fn is_upright(&self) -> bool {
        self.orientation == Orientation::NoTransforms
    }

    pub(super) fn needs_colour(&self) -> bool {
        self.to_srgb.is_some()
    }
}

/// Decodes a JPEG that has been walked.
///
/// # Errors
/// `TooManyPixels` when it takes too much memory, `UnsupportedFormat`, `Damaged`.
pub(super) fn decode_jpeg(source: &[u8], walked: &Jpeg<'_>) -> Result<Decoded, PhotoError> {
    let (width, height) = (u32::from(walked.width), u32::from(walked.height));
    let gray = walked.components == 1;
    // The decoder takes inks as inverted, as Adobe writes them and says so. Elsewhere they are what they are.
    let plain_inks = walked.components == 4 && !walked.adobe;
    let pixels = u64::from(width) * u64::from(height);
    let coefficients = if walked.progressive || walked.planes_apart { walked.samples * 2 } else { 0 };
    let (space, bytes_per_pixel) = match (gray, plain_inks) {
        (true, _) => (ColorSpace::Luma, 1),
        (false, true) => (ColorSpace::CMYK, 4),
        (false, false) => (ColorSpace::RGB, 3),
    };
    check_size(width, height, pixels * bytes_per_pixel + coefficients)?;
    // The decoder gets the colours of such a picture wrong, without a word.
    if walked.planes_apart && walked.subsampled {
        return Err(PhotoError::UnsupportedFormat);
    }
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(width as usize)
        .set_max_height(height as usize)
        .jpeg_set_out_colorspace(space);
    let mut bytes = JpegDecoder::new_with_options(ZCursor::new(source), options).decode().map_err(jpeg_error)?;
    if plain_inks {
        bytes = four_to_three(bytes, |[c, m, y, k]| [c, m, y].map(|ink| through(255 - ink, 255 - k)));
    }
    let image = if gray {
        GrayImage::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8)
    } else {
        RgbImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8)
    };
    Ok(Decoded {
        image: image.ok_or(PhotoError::Damaged)?,
        orientation: walked.exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms),
        to_srgb: walked.icc_profile().filter(|_| walked.components == 3).as_deref().and_then(colour::to_srgb),
    })
}

/// Decodes a JPEG that was prepared here: upright and sRGB.
///
/// # Errors
/// As [`decode_jpeg`].
pub(super) fn decode_own(jpeg: &[u8]) -> Result<DynamicImage, PhotoError> {
    Ok(decode_jpeg(jpeg, &Jpeg::walk(jpeg)?)?.image)
}

/// Whether a JPEG can be read by a decoder that forgives less: what is only shown here by our leniency is
/// better encoded anew than passed on.
pub(super) fn reads_elsewhere(jpeg: &[u8]) -> bool {
    image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).is_ok()
}

fn jpeg_error(error: DecodeErrors) -> PhotoError {
    match error {
        DecodeErrors::Unsupported(_) => PhotoError::UnsupportedFormat,
        DecodeErrors::LargeDimensions(_) => PhotoError::TooManyPixels,
        DecodeErrors::Format(_)
        | DecodeErrors::FormatStatic(_)
        | DecodeErrors::IllegalMagicBytes(_)
        | DecodeErrors::HuffmanDecode(_)
        | DecodeErrors::ZeroError
        | DecodeErrors::DqtError(_)
        | DecodeErrors::SosError(_)
        | DecodeErrors::SofError(_)
        | DecodeErrors::MCUError(_)
        | DecodeErrors::ExhaustedData
        | DecodeErrors::TooSmallOutput(..)
        | DecodeErrors::IoErrors(_) => PhotoError::Damaged,
    }
}

/// Decodes a PNG that is all there.
///
/// # Errors
/// As [`decode_jpeg`].
pub(super) fn decode_png(source: &[u8]) -> Result<Decoded, PhotoError> {
    let decoder = PngDecoder::with_limits(Cursor::new(source), limits()).map_err(|e| image_error(&e))?;
    decode(decoder, 0)
}

/// Decodes a WebP that is all there; of an animation its first picture.
///
/// # Errors
/// As [`decode_jpeg`].
pub(super) fn decode_webp(source: &[u8]) -> Result<Decoded, PhotoError> {
    let decoder = WebPDecoder::new(Cursor::new(source)).map_err(|e| image_error(&e))?;
    // Beside its output a lossless picture takes four bytes per pixel, a lossy one its planes.
    decode(decoder, 4)
}

fn decode(mut decoder: impl ImageDecoder, extra_bytes_per_pixel: u64) -> Result<Decoded, PhotoError> {
    let (width, height) = decoder.dimensions();
    let deep =
        decoder.color_type().bytes_per_pixel() > 4 || decoder.color_type().has_alpha() && !decoder.color_type().has_color();
    let flat_copy = if deep { 3 } else { 0 };
    let pixels = u64::from(width) * u64::from(height);
    check_size(width, height, decoder.total_bytes().saturating_add(pixels * (extra_bytes_per_pixel + flat_copy)))?;
    decoder.set_limits(limits()).map_err(|e| image_error(&e))?;
    // A broken profile or EXIF block says nothing about the picture itself.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let to_srgb = decoder.icc_profile().ok().flatten().as_deref().and_then(colour::to_srgb);
    let image = DynamicImage::from_decoder(decoder).map_err(|e| image_error(&e))?;
    Ok(Decoded { image: flatten(image)?, orientation, to_srgb })
}

fn limits() -> image::Limits {
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(WORKING_BYTES);
    limits
}

fn image_error(error: &ImageError) -> PhotoError {
    match error {
        ImageError::Unsupported(_) => PhotoError::UnsupportedFormat,
        ImageError::Limits(_) => PhotoError::TooManyPixels,
        ImageError::Decoding(_) | ImageError::Encoding(_) | ImageError::Parameter(_) | ImageError::IoError(_) => {
            PhotoError::Damaged
        }
    }
}

/// Brings any picture to 8-bit gray or RGB, transparency on white.
fn flatten(image: DynamicImage) -> Result<DynamicImage, PhotoError> {
    let colour = image.color();
    let rgba = match image {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => return Ok(image),
        DynamicImage::ImageRgba8(rgba) => rgba,
        deep if colour.has_alpha() => deep.into_rgba8(),
        deep if colour.has_color() => return Ok(DynamicImage::ImageRgb8(deep.into_rgb8())),
        deep => return Ok(DynamicImage::ImageLuma8(deep.into_luma8())),
    };
    let (width, height) = rgba.dimensions();
    RgbImage::from_raw(width, height, on_white(rgba.into_raw())).map(DynamicImage::ImageRgb8).ok_or(PhotoError::Damaged)
}

/// RGBA to RGB on white.
fn on_white(bytes: Vec<u8>) -> Vec<u8> {
    four_to_three(
        bytes,
        |[r, g, b, a]| {
            if a == 255 { [r, g, b] } else { [r, g, b].map(|c| through(c, a).saturating_add(255 - a)) }
        },
    )
}

/// Pixels of four bytes to pixels of three in the same buffer, since a second one of this size may not fit.
fn four_to_three(mut bytes: Vec<u8>, to: impl Fn([u8; 4]) -> [u8; 3]) -> Vec<u8> {
    let pixels = bytes.len() / 4;
    for i in 0..pixels {
        let Some(four) = bytes.get(i * 4..i * 4 + 4).and_then(|p| <[u8; 4]>::try_from(p).ok()) else { break };
        if let Some(out) = bytes.get_mut(i * 3..i * 3 + 3) {
            out.copy_from_slice(&to(four));
        }
    }
    bytes.truncate(pixels * 3);
    bytes
}

/// What is left of `c` behind something that lets `of` 255 parts through.
fn through(c: u8, of: u8) -> u8 {
    u8::try_from((u32::from(c) * u32::from(of) + 127) / 255).unwrap_or(u8::MAX)
}

/// Scales a picture down until no side is longer than `longest_side`; smaller ones stay as they are.
///
/// # Errors
/// `Damaged` when the scaler refuses.
pub(super) fn shrink(image: DynamicImage, longest_side: u32) -> Result<DynamicImage, PhotoError> {
    let (width, height) = (image.width(), image.height());
    let longest = width.max(height);
    if longest <= longest_side {
        return Ok(image);
    }
    let scaled = |side: u32| ((u64::from(side) * u64::from(longest_side) + u64::from(longest) / 2) / u64::from(longest)).max(1);
    let (to_width, to_height) = (scaled(width) as u32, scaled(height) as u32);
    let pixel_type = if matches!(image, DynamicImage::ImageLuma8(_)) { PixelType::U8 } else { PixelType::U8x3 };
    let mut out = Image::new(to_width, to_height, pixel_type);
    let source = ImageRef::new(width, height, image.as_bytes(), pixel_type).map_err(|_| PhotoError::Damaged)?;
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(fast_image_resize::FilterType::CatmullRom));
    Resizer::new().resize(&source, &mut out, &options).map_err(|_| PhotoError::Damaged)?;
    drop(image);
    match pixel_type {
        PixelType::U8 => GrayImage::from_raw(to_width, to_height, out.into_vec()).map(DynamicImage::ImageLuma8),
        _ => RgbImage::from_raw(to_width, to_height, out.into_vec()).map(DynamicImage::ImageRgb8),
    }
    .ok_or(PhotoError::Damaged)
}

/// Encodes a picture as a baseline JPEG, 4:2:0, without any metadata.
///
/// # Errors
/// `Damaged` when the encoder refuses.
pub(super) fn encode(image: &DynamicImage, quality: u8) -> Result<Vec<u8>, PhotoError> {
    let side = |s: u32| u16::try_from(s).map_err(|_| PhotoError::TooManyPixels);
    let colours = if matches!(image, DynamicImage::ImageLuma8(_)) { ColorType::Luma } else { ColorType::Rgb };
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.encode(image.as_bytes(), side(image.width())?, side(image.height())?, colours).map_err(|_| PhotoError::Damaged)?;
    Ok(jpeg)
}
