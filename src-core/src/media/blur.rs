//! Making faces and number plates unrecognisable, for good.
//!
//! An area becomes at most eight by eight plain blocks, each the mean of what was under it, and blocks of fewer than
//! `LEAST_BLOCK` pixels are not made: so of any face or plate no more than 64 colours are left, and nothing can bring
//! back the rest. The edges between the blocks are then softened from the blocks alone, which adds nothing. What is
//! around the area goes into no block.

use image::{Rgb, RgbImage};
use pakn_api::{ipc::Area, model::photo::PhotoError};

use super::{
    photo::{self, Prepared},
    pixels,
};

/// The most blocks along a side of an area.
const BLOCKS: u32 = 8;
/// The least side of a block in pixels: what is blurred smaller than a finger's tip has fewer blocks.
const LEAST_BLOCK: u32 = 12;
/// The most areas of one picture.
pub const MOST_AREAS: usize = 32;

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pixels {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

/// A prepared picture with areas blurred. Where nothing is left to blur, `None`.
///
/// # Errors
/// [`PhotoError`] when it is no picture of ours.
pub fn blur(jpeg: &[u8], areas: &[Area]) -> Result<Option<Prepared>, PhotoError> {
    let mut image = pixels::decode_own(jpeg)?.into_rgb8();
    let sides = image.dimensions();
    let areas: Vec<Pixels> = areas.iter().take(MOST_AREAS).filter_map(|area| on(area, sides)).collect();
    if areas.is_empty() {
        return Ok(None);
    }
    for area in areas {
        cover(&mut image, area);
    }
    photo::changed(&image.into()).map(Some)
}

/// An area in pixels, outwards to whole ones; `None` where it covers none or isn't an area.
fn on(area: &Area, (width, height): (u32, u32)) -> Option<Pixels> {
    let along = |from: f64, length: f64, side: u32| {
        if !(from.is_finite() && length.is_finite() && length > 0.0) {
            return None;
        }
        let (start, end) = (from.clamp(0.0, 1.0) * f64::from(side), (from + length).clamp(0.0, 1.0) * f64::from(side));
        let (start, end) = (start.floor() as u32, (end.ceil() as u32).min(side));
        (end > start).then_some((start, end - start))
    };
    let (left, width) = along(area.x, area.width, width)?;
    let (top, height) = along(area.y, area.height, height)?;
    Some(Pixels { left, top, width, height })
}

/// How many blocks a side is cut into.
const fn blocks(side: u32) -> u32 {
    let most = side / LEAST_BLOCK;
    if most < 1 {
        1
    } else if most > BLOCKS {
        BLOCKS
    } else {
        most
    }
}

fn cover(image: &mut RgbImage, area: Pixels) {
    let (columns, rows) = (blocks(area.width), blocks(area.height));
    let mut means = RgbImage::new(columns, rows);
    for (column, row) in (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row))) {
        let cut = |n: u32, count: u32, side: u32| n * side / count..(n + 1) * side / count;
        let (across, down) = (cut(column, columns, area.width), cut(row, rows, area.height));
        means.put_pixel(column, row, mean(image, area, across, down));
    }
    for y in 0..area.height {
        for x in 0..area.width {
            image.put_pixel(area.left + x, area.top + y, softened(&means, area, x, y));
        }
    }
}

fn mean(image: &RgbImage, area: Pixels, across: std::ops::Range<u32>, down: std::ops::Range<u32>) -> Rgb<u8> {
    let (mut sum, mut count) = ([0_u64; 3], 0_u64);
    for y in down {
        for x in across.clone() {
            let Rgb([r, g, b]) = image.get_pixel(area.left + x, area.top + y);
            sum = [sum[0] + u64::from(*r), sum[1] + u64::from(*g), sum[2] + u64::from(*b)];
            count += 1;
        }
    }
    Rgb(sum.map(|sum| u8::try_from((sum + count / 2) / count.max(1)).unwrap_or(u8::MAX)))
}

/// The colour between the four nearest blocks' centres.
fn softened(means: &RgbImage, area: Pixels, x: u32, y: u32) -> Rgb<u8> {
    let between = |at: u32, side: u32, count: u32| {
        let place = ((f64::from(at) + 0.5) * f64::from(count) / f64::from(side) - 0.5).clamp(0.0, f64::from(count - 1));
        let low = place.floor() as u32;
        (low, (low + 1).min(count - 1), place - f64::from(low))
    };
    let (left, right, across) = between(x, area.width, means.width());
    let (above, below, down) = between(y, area.height, means.height());
    let mix = |channel: usize| {
        let at = |x, y| means.get_pixel(x, y).0.get(channel).copied().map_or(0.0, f64::from);
        let upper = at(left, above) * (1.0 - across) + at(right, above) * across;
        let lower = at(left, below) * (1.0 - across) + at(right, below) * across;
        (upper * (1.0 - down) + lower * down).round() as u8
    };
    Rgb([mix(0), mix(1), mix(2)])
}

#[cfg(test)]
mod tests;
