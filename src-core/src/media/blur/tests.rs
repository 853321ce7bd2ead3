//! Areas that are covered for good, and all around them that stays.

#![expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]

use std::collections::BTreeSet;

use super::*;

const SIDES: (u32, u32) = (640, 480);

/// A picture of fine detail: every pixel differs from its neighbours, over a slow change of colour.
fn detailed() -> RgbImage {
    RgbImage::from_fn(SIDES.0, SIDES.1, |x, y| {
        let fine = if (x / 2 + y / 2).is_multiple_of(2) { 70 } else { 0 };
        Rgb([u8::try_from(x * 180 / SIDES.0 + fine).unwrap(), u8::try_from(y * 180 / SIDES.1 + fine).unwrap(), 90 + fine as u8])
    })
}

fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut out = Vec::new();
    let (width, height) = (u16::try_from(image.width()).unwrap(), u16::try_from(image.height()).unwrap());
    jpeg_encoder::Encoder::new(&mut out, 92).encode(image, width, height, jpeg_encoder::ColorType::Rgb).unwrap();
    out
}

fn decode(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory(jpeg).unwrap().into_rgb8()
}

/// What lies between neighbours, as a mean over an area.
fn detail(image: &RgbImage, (left, top, width, height): (u32, u32, u32, u32)) -> f64 {
    let mut sum = 0.0;
    for (x, y) in (top..top + height).flat_map(|y| (left..left + width - 2).map(move |x| (x, y))) {
        sum += f64::from(image.get_pixel(x, y).0[0].abs_diff(image.get_pixel(x + 2, y).0[0]));
    }
    sum / f64::from((width - 2) * height)
}

#[test]
fn an_area_loses_all_detail_and_the_rest_keeps_it() {
    let before = jpeg(&detailed());
    let area = Area { x: 0.25, y: 0.25, width: 0.25, height: 0.5 };
    let after = blur(&before, &[area]).unwrap().unwrap();
    assert_eq!((after.width, after.height), SIDES);
    let (was, is) = (decode(&before), decode(&after.jpeg));
    let (left, top, width, height) = (160, 120, 160, 240);
    assert!(detail(&was, (left, top, width, height)) > 40.0);
    assert!(detail(&is, (left, top, width, height)) < 3.0);
    // Two blocks of 16 pixels around it are shared by the encoder.
    let outside = |x: u32, y: u32| !(left - 16..left + width + 16).contains(&x) || !(top - 16..top + height + 16).contains(&y);
    let (mut sum, mut count) = (0.0, 0.0);
    for (x, y) in (0..SIDES.1).flat_map(|y| (0..SIDES.0).map(move |x| (x, y))).filter(|(x, y)| outside(*x, *y)) {
        sum += was.get_pixel(x, y).0.iter().zip(is.get_pixel(x, y).0).map(|(a, b)| f64::from(a.abs_diff(b))).sum::<f64>();
        count += 3.0;
    }
    assert!(sum / count < 4.0, "{}", sum / count);
}

/// What can be known of an area afterwards is its blocks' means: two pictures with the same means become the same.
#[test]
fn nothing_but_the_means_of_64_blocks_is_left() {
    let (mut one, mut other) = (detailed(), detailed());
    let area = Pixels { left: 100, top: 60, width: 160, height: 128 };
    // Within each block of 20 by 16, the same pixels in another order.
    for (x, y) in (0..128_u32).flat_map(|y| (0..160_u32).map(move |x| (x, y))) {
        let (from_x, from_y) = (x / 20 * 20 + 19 - x % 20, y / 16 * 16 + 15 - y % 16);
        other.put_pixel(100 + x, 60 + y, *one.get_pixel(100 + from_x, 60 + from_y));
    }
    assert_ne!(one, other);
    cover(&mut one, area);
    cover(&mut other, area);
    assert_eq!(one, other);
}

#[test]
fn small_areas_have_fewer_blocks() {
    assert_eq!([1, 11, 12, 23, 24, 95, 96, 2_048].map(blocks), [1, 1, 1, 1, 2, 7, 8, 8]);
    let mut image = detailed();
    cover(&mut image, Pixels { left: 10, top: 10, width: 20, height: 11 });
    let colours: BTreeSet<_> =
        (10..21).flat_map(|y| (10..30).map(move |x| (x, y))).map(|(x, y)| image.get_pixel(x, y).0).collect();
    assert_eq!(colours.len(), 1);
}

#[test]
fn the_blurred_picture_says_nothing_else() {
    let after = blur(&jpeg(&detailed()), &[Area { x: 0.0, y: 0.0, width: 1.0, height: 1.0 }]).unwrap().unwrap();
    let read = img_parts::jpeg::Jpeg::from_bytes(after.jpeg.into()).unwrap();
    let markers: Vec<u8> = read.segments().iter().map(|s| s.marker()).filter(|m| matches!(m, 0xe1..=0xef | 0xfe)).collect();
    assert!(markers.is_empty(), "{markers:x?}");
}

#[test]
fn areas_that_are_none_change_nothing() {
    let picture = jpeg(&detailed());
    let area = |x, y, width, height| Area { x, y, width, height };
    let none = [
        area(0.5, 0.5, 0.0, 0.2),
        area(1.0, 0.0, 0.5, 0.5),
        area(f64::NAN, 0.0, 0.5, 0.5),
        area(0.0, 0.0, f64::INFINITY, 0.5),
        area(-0.5, 0.0, 0.4, 0.5),
        area(0.0, 0.0, -0.5, 0.5),
    ];
    assert_eq!(blur(&picture, &none).unwrap().map(|p| p.width), None);
    assert_eq!(blur(&picture, &[]).unwrap().map(|p| p.width), None);
    assert!(blur(&picture, &[area(0.9, 0.9, 5.0, 5.0)]).unwrap().is_some(), "beyond the edge is cut off");
    assert!(blur(b"no picture", &[area(0.0, 0.0, 1.0, 1.0)]).is_err());
}
