//! Pictures made in code, good and broken, and what becomes of them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing fixture fails the test")]

use std::io::Cursor;

use exif::{In, Tag};
use image::{
    DynamicImage, GrayAlphaImage, GrayImage, ImageBuffer, ImageEncoder, LumaA, Rgb, RgbImage, Rgba, RgbaImage,
    codecs::{png::PngEncoder, webp::WebPEncoder},
};
use img_parts::{ImageEXIF as _, ImageICC as _};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use proptest::prelude::*;

use super::*;

const RED: [u8; 3] = [220, 30, 30];
const GREEN: [u8; 3] = [30, 200, 30];
const BLUE: [u8; 3] = [30, 30, 220];
const YELLOW: [u8; 3] = [230, 220, 40];
/// 14°20'59" N, 108°00'02" E as EXIF rationals, little-endian.
const LATITUDE: [u32; 6] = [14, 1, 20, 1, 59, 1];
const LONGITUDE: [u32; 6] = [108, 1, 0, 1, 2, 1];

/// Red, green, blue and yellow quarters, clockwise from the top left but for blue and yellow.
fn scene(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => YELLOW,
        })
    })
}

fn jpeg_with(image: &RgbImage, set: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, 92);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    set(&mut encoder);
    encoder.encode(image, image.width() as u16, image.height() as u16, ColorType::Rgb).unwrap();
    out
}

fn jpeg(image: &RgbImage) -> Vec<u8> {
    jpeg_with(image, |_| {})
}

fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
    let mut out = Vec::new();
    image.into().write_to(&mut Cursor::new(&mut out), image::ImageFormat::Png).unwrap();
    out
}

fn webp(image: impl Into<DynamicImage>) -> Vec<u8> {
    let mut out = Vec::new();
    image.into().write_to(&mut Cursor::new(&mut out), image::ImageFormat::WebP).unwrap();
    out
}

/// A TIFF block with an orientation, a GPS position and a thumbnail.
fn exif_block(orientation: u16, thumbnail: &[u8]) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    let (gps_at, thumb_at) = (8 + 2 + 2 * 12 + 4, 8 + 2 + 2 * 12 + 4 + 2 + 4 * 12 + 4 + 48 + 2 + 2 * 12 + 4);
    let numbers_at = gps_at + 2 + 4 * 12 + 4;
    let rationals = |r: &[u32]| r.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    [
        &b"II*\0\x08\0\0\0\x02\0"[..],
        &entry(0x0112, 3, 1, orientation.into()),
        &entry(0x8825, 4, 1, gps_at),
        &(numbers_at + 48).to_le_bytes(),
        b"\x04\0",
        &entry(1, 2, 2, u32::from(b'N')),
        &entry(2, 5, 3, numbers_at),
        &entry(3, 2, 2, u32::from(b'E')),
        &entry(4, 5, 3, numbers_at + 24),
        &[0; 4],
        &rationals(&LATITUDE),
        &rationals(&LONGITUDE),
        b"\x02\0",
        &entry(0x0201, 4, 1, thumb_at),
        &entry(0x0202, 4, 1, thumbnail.len() as u32),
        &[0; 4],
        thumbnail,
    ]
    .concat()
}

fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, body, &jpeg[2..]].concat()
}

/// As a phone takes it: EXIF with orientation, GPS and a thumbnail that is a whole JPEG.
fn phone_photo(image: &RgbImage, orientation: u16) -> Vec<u8> {
    let block = exif_block(orientation, &jpeg(&scene(16, 16)));
    with_segment(&jpeg(image), 0xe1, &[b"Exif\0\0", &block[..]].concat())
}

fn decode(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).unwrap().into_rgb8()
}

fn near(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 12)
}

/// The colours an eighth in from the corners: top left, top right, bottom left, bottom right.
fn corners(image: &RgbImage) -> [[u8; 3]; 4] {
    let (w, h) = image.dimensions();
    let at = |x, y| image.get_pixel(x, y).0;
    [at(w / 8, h / 8), at(w - w / 8 - 1, h / 8), at(w / 8, h - h / 8 - 1), at(w - w / 8 - 1, h - h / 8 - 1)]
}

fn assert_corners(prepared: &Prepared, expected: [[u8; 3]; 4], what: &str) {
    let image = decode(&prepared.jpeg);
    assert_eq!(image.dimensions(), (prepared.width, prepared.height), "{what}");
    for (seen, wanted) in corners(&image).into_iter().zip(expected) {
        assert!(near(seen, wanted), "{what}: {seen:?} instead of {wanted:?}");
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|w| w == needle)
}

#[test]
fn every_exif_orientation_comes_out_upright() {
    // Where the stored corners are seen, from "0th row / 0th column" of Exif 2.3, table 6.
    let table = [
        (1, [RED, GREEN, BLUE, YELLOW]),
        (2, [GREEN, RED, YELLOW, BLUE]),
        (3, [YELLOW, BLUE, GREEN, RED]),
        (4, [BLUE, YELLOW, RED, GREEN]),
        (5, [RED, BLUE, GREEN, YELLOW]),
        (6, [BLUE, RED, YELLOW, GREEN]),
        (7, [YELLOW, GREEN, BLUE, RED]),
        (8, [GREEN, YELLOW, RED, BLUE]),
    ];
    for (orientation, expected) in table {
        let prepared = prepare(&phone_photo(&scene(96, 64), orientation), "a.jpg").unwrap();
        let sides = if orientation < 5 { (96, 64) } else { (64, 96) };
        assert_eq!((prepared.width, prepared.height), sides, "orientation {orientation}");
        assert_corners(&prepared, expected, &format!("JPEG orientation {orientation}"));

        let block = exif_block(orientation, b"");
        let mut file = Vec::new();
        let mut encoder = PngEncoder::new(&mut file);
        encoder.set_exif_metadata(block.clone()).unwrap();
        encoder.write_image(&scene(96, 64), 96, 64, image::ExtendedColorType::Rgb8).unwrap();
        assert_corners(&prepare(&file, "a.png").unwrap(), expected, &format!("PNG orientation {orientation}"));

        let mut file = Vec::new();
        let mut encoder = WebPEncoder::new_lossless(&mut file);
        encoder.set_exif_metadata(block).unwrap();
        encoder.write_image(&scene(96, 64), 96, 64, image::ExtendedColorType::Rgb8).unwrap();
        assert_corners(&prepare(&file, "a.webp").unwrap(), expected, &format!("WebP orientation {orientation}"));
    }
}

#[test]
fn a_twelve_megapixel_photo_is_upright_small_and_silent() {
    let source = phone_photo(&scene(4032, 3024), 6);
    let read = exif::Reader::new().read_from_container(&mut Cursor::new(&source)).unwrap();
    assert!(read.get_field(Tag::GPSLatitude, In::PRIMARY).is_some(), "the fixture holds a position");
    let prepared = prepare(&source, "IMG_0001.JPG").unwrap();
    assert_eq!((prepared.width, prepared.height), (1536, 2048));
    assert_corners(&prepared, [BLUE, RED, YELLOW, GREEN], "12 MP");
    assert_no_metadata(&prepared.jpeg);
    assert_eq!(prepared.sha256, MediaHash::from_digest(Sha256::digest(&prepared.jpeg).into()));
    assert_eq!(prepared.notice, None);
}

fn assert_no_metadata(jpeg: &[u8]) {
    assert!(matches!(exif::Reader::new().read_from_container(&mut Cursor::new(jpeg)), Err(exif::Error::NotFound(_))));
    let numbers: Vec<u8> = LATITUDE.iter().flat_map(|n| n.to_le_bytes()).collect();
    assert!(!contains(jpeg, &numbers) && !contains(jpeg, b"Exif") && !contains(jpeg, b"secret"));
    // `img-parts` takes files apart for others and has no part in preparing them.
    let read = img_parts::jpeg::Jpeg::from_bytes(jpeg.to_vec().into()).unwrap();
    for segment in read.segments() {
        match segment.marker() {
            0xe0 => match &segment.contents()[..] {
                [b'J', b'F', b'I', b'F', 0, 1, 1 | 2, 0, 0, 1, 0, 1, 0, 0] => {}
                other => panic!("no plain JFIF header: {other:x?}"),
            },
            0xee => assert_eq!((segment.contents().len(), &segment.contents()[..5]), (12, &b"Adobe"[..])),
            0xdb | 0xc0..=0xc4 | 0xdd | 0xda => {}
            marker => panic!("segment {marker:#x}"),
        }
    }
    assert!(read.exif().is_none() && read.icc_profile().is_none());
    assert_eq!(jpeg[jpeg.len() - 2..], [0xff, 0xd9]);
}

/// EXIF, XMP, IPTC, a colour profile, comments, a thumbnail and what cameras append, in every format taken in.
#[test]
fn no_metadata_is_left_of_any_source() {
    let scene = scene(320, 240);
    let block = exif_block(6, &jpeg(&scene));
    let icc = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let mut marked = with_segment(&phone_photo(&scene, 6), 0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>secret</x:xmpmeta>");
    marked = with_segment(&marked, 0xed, b"Photoshop 3.0\08BIMsecret");
    marked = with_segment(&marked, 0xe2, &[b"ICC_PROFILE\0\x01\x01", &icc[..]].concat());
    marked = with_segment(&marked, 0xe2, b"MPF\0secret");
    marked = with_segment(&marked, 0xfe, b"secret");
    marked.extend(jpeg(&scene));
    marked.extend(b"secret film");
    let mut a_png = Vec::new();
    let mut encoder = PngEncoder::new(&mut a_png);
    encoder.set_exif_metadata(block.clone()).unwrap();
    encoder.set_icc_profile(icc.clone()).unwrap();
    encoder.write_image(&scene, 320, 240, image::ExtendedColorType::Rgb8).unwrap();
    let mut a_webp = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut a_webp);
    encoder.set_exif_metadata(block).unwrap();
    encoder.set_icc_profile(icc).unwrap();
    encoder.write_image(&scene, 320, 240, image::ExtendedColorType::Rgb8).unwrap();
    let upright =
        with_segment(&with_segment(&jpeg(&scene), 0xfe, b"secret"), 0xe1, &[b"Exif\0\0", &exif_block(1, b"")[..]].concat());
    for (what, file) in [("JPEG", marked), ("upright JPEG", upright), ("PNG", a_png), ("WebP", a_webp)] {
        let source = exif::Reader::new().read_from_container(&mut Cursor::new(&file)).unwrap();
        assert!(source.get_field(Tag::GPSLatitude, In::PRIMARY).is_some(), "{what}: the fixture holds a position");
        let prepared = prepare(&file, "a").unwrap();
        assert_no_metadata(&prepared.jpeg);
        assert_no_metadata(&preview(&prepared.jpeg).unwrap());
    }
}

#[test]
fn a_small_upright_jpeg_loses_its_metadata_and_nothing_else() {
    type Set = fn(&mut Encoder<&mut Vec<u8>>);
    let kinds: [(&str, Set); 3] =
        [("baseline", |_| {}), ("progressive", |e| e.set_progressive(true)), ("restart markers", |e| e.set_restart_interval(2))];
    for (what, set) in kinds {
        let plain = jpeg_with(&scene(200, 120), set);
        let mut source = with_segment(&plain, 0xfe, b"secret comment");
        source = with_segment(&source, 0xe0, b"JFXX\0secret thumbnail");
        source = with_segment(&source, 0xed, b"Photoshop 3.0\0secret");
        source = with_segment(&source, 0xe1, &[b"Exif\0\0", &exif_block(1, &plain)[..]].concat());
        source.extend(b"secret film after the picture");
        let prepared = prepare(&source, "a.jpeg").unwrap();
        assert_no_metadata(&prepared.jpeg);
        assert_eq!(decode(&prepared.jpeg), decode(&plain), "{what}: the same pixels");
        assert_corners(&prepared, [RED, GREEN, BLUE, YELLOW], what);
    }
}

#[test]
fn a_large_progressive_jpeg_keeps_its_colours() {
    let source = jpeg_with(&scene(2400, 1600), |e| e.set_progressive(true));
    let prepared = prepare(&source, "a.jpg").unwrap();
    assert_eq!((prepared.width, prepared.height), (2048, 1365));
    assert_corners(&prepared, [RED, GREEN, BLUE, YELLOW], "progressive");
}

#[test]
fn a_heavy_upright_jpeg_is_encoded_anew() {
    let mut seed = 1_u32;
    let noise = RgbImage::from_fn(1500, 1500, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([(seed >> 24) as u8, (seed >> 16) as u8, (seed >> 8) as u8])
    });
    let source = jpeg(&noise);
    assert!(source.len() > STRIP_UP_TO_BYTES);
    let prepared = prepare(&source, "a.jpg").unwrap();
    assert!(prepared.jpeg.len() < source.len());
    assert_eq!((prepared.width, prepared.height), (1500, 1500));
}

#[test]
fn pictures_are_made_smaller_but_never_larger() {
    let table = [
        ((10, 7), (10, 7)),
        ((2048, 16), (2048, 16)),
        ((2049, 20), (2048, 20)),
        ((20, 4096), (10, 2048)),
        ((6000, 1), (2048, 1)),
    ];
    for ((w, h), expected) in table {
        let prepared = prepare(&png(scene(w, h)), "a.png").unwrap();
        assert_eq!((prepared.width, prepared.height), expected, "{w}x{h}");
        assert_eq!(decode(&prepared.jpeg).dimensions(), expected);
    }
}

#[test]
fn a_preview_shows_the_same_on_fewer_pixels() {
    let small = preview(&prepare(&jpeg(&scene(1600, 1200)), "a.jpg").unwrap().jpeg).unwrap();
    let image = decode(&small);
    assert_eq!(image.dimensions(), (330, 248));
    for (shown, expected) in corners(&image).into_iter().zip([RED, GREEN, BLUE, YELLOW]) {
        assert!(near(shown, expected), "{shown:?} instead of {expected:?}");
    }
    assert_eq!(decode(&preview(&jpeg(&scene(100, 80))).unwrap()).dimensions(), (100, 80));
    assert!(preview(b"no picture").is_err());
}

#[test]
fn every_proper_prefix_is_refused() {
    let small = scene(24, 16);
    let files = [
        ("a.jpg", phone_photo(&small, 6)),
        ("a.jpg", jpeg_with(&small, |e| e.set_progressive(true))),
        ("a.jpg", jpeg_with(&small, |e| e.set_restart_interval(1))),
        ("a.png", png(small.clone())),
        ("a.webp", webp(small)),
    ];
    for (name, file) in files {
        assert!(prepare(&file, name).is_ok());
        for end in 0..file.len() {
            let expected: &[PhotoError] = match end {
                0 => &[PhotoError::Empty],
                1..12 => &[PhotoError::NotAPicture, PhotoError::Truncated],
                _ => &[PhotoError::Truncated],
            };
            match prepare(&file[..end], name) {
                Err(e) if expected.contains(&e) => {}
                other => panic!("{name} cut to {end} of {}: {:?}", file.len(), other.map(|p| (p.width, p.height))),
            }
        }
    }
}

#[test]
fn a_half_downloaded_file_filled_with_zeros_is_truncated() {
    let mut file = phone_photo(&scene(200, 100), 1);
    let half = file.len() / 2;
    file[half..].fill(0);
    assert_eq!(prepare(&file, "a.jpg").err(), Some(PhotoError::Truncated));
}

#[test]
fn what_is_no_picture_for_us_is_refused_with_its_own_reason() {
    let mut huge_png = png(scene(8, 8));
    huge_png[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let mut huge_jpeg = jpeg(&scene(8, 8));
    let sof = huge_jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    huge_jpeg[sof + 5..sof + 9].copy_from_slice(&[0x75, 0x30, 0x75, 0x30]);
    let mut arithmetic = jpeg(&scene(8, 8));
    arithmetic[sof + 1] = 0xc9;
    let mut twelve_bit = jpeg(&scene(8, 8));
    twelve_bit[sof + 4] = 12;
    let mut no_size = jpeg(&scene(8, 8));
    no_size[sof + 5..sof + 9].fill(0);
    let planes_apart = jpeg_with(&scene(64, 64), |e| e.set_optimized_huffman_tables(true));
    let mut bad_checksum = png(scene(8, 8));
    let middle = bad_checksum.len() - 20;
    bad_checksum[middle] ^= 0xff;
    let huge_webp = [&b"RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2f"[..], &(15_999_u32 | 15_999 << 14).to_le_bytes(), &[0; 5]].concat();

    let table: [(&str, Vec<u8>, PhotoError); 15] = [
        ("0 bytes", vec![], PhotoError::Empty),
        ("text", "Đường hỏng trước nhà số 5".into(), PhotoError::NotAPicture),
        ("too many bytes", vec![0; MAX_SOURCE_BYTES as usize + 1], PhotoError::TooManyBytes),
        ("GIF", b"GIF89a\x01\0\x01\0".to_vec(), PhotoError::UnsupportedFormat),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1".to_vec(), PhotoError::Heic),
        ("AVIF", b"\0\0\0\x18ftypavif\0\0\0\0mif1".to_vec(), PhotoError::UnsupportedFormat),
        ("30,000 x 30,000 PNG", huge_png, PhotoError::TooManyPixels),
        ("30,000 x 30,000 JPEG", huge_jpeg, PhotoError::TooManyPixels),
        ("16,000 x 16,000 WebP", huge_webp, PhotoError::TooManyPixels),
        ("arithmetic JPEG", arithmetic, PhotoError::UnsupportedFormat),
        ("12-bit JPEG", twelve_bit, PhotoError::UnsupportedFormat),
        ("subsampled JPEG with a scan per plane", planes_apart, PhotoError::UnsupportedFormat),
        ("JPEG without a size", no_size, PhotoError::Damaged),
        ("PNG with a bad checksum", bad_checksum, PhotoError::Damaged),
        ("JPEG without a picture", b"\xff\xd8\xff\xd9".to_vec(), PhotoError::Damaged),
    ];
    for (what, file, expected) in table {
        assert_eq!(prepare(&file, "a.jpg").err(), Some(expected), "{what}");
    }
}

#[test]
fn content_counts_not_the_name() {
    let prepared = prepare(&png(scene(64, 64)), "ảnh.jpg").unwrap();
    assert_eq!(prepared.notice, Some(PhotoNotice::NameSaysOtherFormat));
    assert_corners(&prepared, [RED, GREEN, BLUE, YELLOW], "PNG named .jpg");
    assert_eq!(prepare(&png(scene(64, 64)), "ảnh.PNG").unwrap().notice, None);
}

#[test]
fn every_kind_of_pixel_keeps_its_colour() {
    let (black, white, gray) = ([0; 3], [255; 3], [127; 3]);
    let halves = |a: [u8; 3], b: [u8; 3]| [a, b, a, b];
    let clear = RgbaImage::from_fn(64, 64, |x, _| if x < 32 { Rgba([0, 0, 0, 0]) } else { Rgba([0, 0, 0, 128]) });
    let gray_alpha = GrayAlphaImage::from_fn(64, 64, |x, _| LumaA([0, if x < 32 { 0 } else { 255 }]));
    let gray_8 = GrayImage::from_fn(64, 64, |x, _| image::Luma([if x < 32 { 0 } else { 127 }]));
    let deep = ImageBuffer::from_fn(64, 64, |x, _| Rgb(if x < 32 { [65_535_u16, 0, 0] } else { [0, 0, 65_535] }));
    let table = [
        ("transparent", png(clear.clone()), halves(white, gray)),
        ("transparent WebP", webp(clear), halves(white, gray)),
        ("gray with alpha", png(gray_alpha), halves(white, black)),
        ("gray", png(gray_8), halves(black, gray)),
        ("16 bit", png(DynamicImage::ImageRgb16(deep)), halves([255, 0, 0], [0, 0, 255])),
        ("WebP", webp(scene(64, 64)), [RED, GREEN, BLUE, YELLOW]),
    ];
    for (what, file, expected) in table {
        assert_corners(&prepare(&file, "a").unwrap(), expected, what);
    }
}

#[test]
fn gray_and_cmyk_jpegs_come_through() {
    let encode = |bytes: &[u8], kind| {
        let mut out = Vec::new();
        Encoder::new(&mut out, 95).encode(bytes, 64, 64, kind).unwrap();
        out
    };
    let gray = prepare(&encode(&[127; 64 * 64], ColorType::Luma), "a.jpg").unwrap();
    assert_corners(&gray, [[127; 3]; 4], "gray JPEG");
    // Cyan, magenta, yellow and black from 0 to 255, and what they are on white paper.
    let inks = [
        ([255, 0, 0, 0], [0, 255, 255]),
        ([0, 255, 0, 0], [255, 0, 255]),
        ([0, 0, 255, 0], [255, 255, 0]),
        ([0, 0, 0, 255], [0, 0, 0]),
        ([0, 0, 0, 0], [255, 255, 255]),
        ([0, 255, 255, 102], [153, 0, 0]),
        ([60, 120, 180, 0], [195, 135, 75]),
    ];
    for (inks, expected) in inks {
        let plain: Vec<u8> = inks.repeat(64 * 64);
        let inverted: Vec<u8> = inks.map(|ink: u8| 255 - ink).repeat(64 * 64);
        let adobe = encode(&plain, ColorType::Cmyk);
        // The encoder inverts, as Adobe does; without its marker inks are not inverted.
        let marked = encode(&inverted, ColorType::Cmyk);
        let marker = marked.windows(2).position(|w| w == [0xff, 0xee]).unwrap();
        let unmarked = [&marked[..marker], &marked[marker + 16..]].concat();
        for (what, file) in [("Adobe's CMYK", adobe), ("YCCK", encode(&plain, ColorType::CmykAsYcck)), ("CMYK", unmarked)] {
            let prepared = prepare(&file, "a.jpg").unwrap();
            assert_corners(&prepared, [expected; 4], &format!("{what} {inks:?}"));
            assert_no_metadata(&prepared.jpeg);
        }
    }
}

#[test]
fn fifty_megapixels_are_taken_and_no_more() {
    let encode = |width: u16, height: u16| {
        let gray = vec![127; usize::from(width) * usize::from(height)];
        let mut out = Vec::new();
        Encoder::new(&mut out, 90).encode(&gray, width, height, ColorType::Luma).unwrap();
        out
    };
    let prepared = prepare(&encode(8_000, 6_250), "a.jpg").unwrap();
    assert_eq!((prepared.width, prepared.height), (2_048, 1_600));
    assert_eq!(prepare(&encode(8_000, 6_251), "a.jpg").err(), Some(PhotoError::TooManyPixels));
    let colours = RgbImage::from_pixel(8_160, 6_120, Rgb(BLUE));
    let prepared = prepare(&jpeg(&colours), "a.jpg").unwrap();
    assert_corners(&prepared, [BLUE; 4], "50 megapixels in colour");
}

/// Pictures of few bytes that unfold to many: what they declare is believed before a byte of them is unpacked.
#[test]
fn bombs_are_refused_by_what_they_declare() {
    let bomb = |width: u32, height: u32| {
        let mut png = png(GrayImage::new(1, 1));
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        png
    };
    for (width, height) in [(50_000, 50_000), (u32::MAX, u32::MAX), (1, 50_000_001), (7_072, 7_072)] {
        assert_eq!(prepare(&bomb(width, height), "a.png").err(), Some(PhotoError::TooManyPixels), "{width} x {height}");
    }
    // The largest of all zeros: 8 bits for each of 50 million pixels in some 250 KB.
    let zeros = png(GrayImage::new(8_000, 6_250));
    assert!(zeros.len() < 300_000, "{}", zeros.len());
    assert_eq!(prepare(&zeros, "a.png").map(|p| (p.width, p.height)).unwrap(), (2_048, 1_600));
}

#[test]
fn wide_gamut_colours_become_srgb() {
    let with_profile = |profile: &moxcms::ColorProfile| {
        let body = [b"ICC_PROFILE\0\x01\x01", &profile.encode().unwrap()[..]].concat();
        with_segment(&jpeg(&RgbImage::from_pixel(64, 64, Rgb([200, 100, 50]))), 0xe2, &body)
    };
    // The same colour by the book: IEC 61966-2-1 transfer, then SMPTE EG 432-1 primaries to sRGB's.
    let linear = [200.0, 100.0, 50.0_f64].map(|c| ((c / 255.0 + 0.055) / 1.055).powf(2.4));
    let matrix = [[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]];
    let expected = matrix.map(|row| {
        let sum: f64 = row.iter().zip(linear).map(|(m, c)| m * c).sum();
        ((1.055 * sum.max(0.0).powf(1.0 / 2.4) - 0.055) * 255.0).round() as u8
    });
    let seen =
        decode(&prepare(&with_profile(&moxcms::ColorProfile::new_display_p3()), "a.jpg").unwrap().jpeg).get_pixel(32, 32).0;
    assert!(seen.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 4), "{seen:?} instead of {expected:?}");

    let source = with_profile(&moxcms::ColorProfile::new_srgb());
    let prepared = prepare(&source, "a.jpg").unwrap();
    assert_eq!(decode(&prepared.jpeg), decode(&source), "an sRGB profile changes nothing and is only dropped");
    assert!(!contains(&prepared.jpeg, b"ICC_PROFILE"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever bytes are damaged, the answer is a reason or a sound picture, never a panic.
    #[test]
    fn damage_never_panics(kind in 0..4_usize, hits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let small = scene(40, 24);
        let mut file = match kind {
            0 => phone_photo(&small, 6),
            1 => jpeg_with(&small, |e| e.set_progressive(true)),
            2 => png(small),
            _ => webp(small),
        };
        for (index, byte) in hits {
            let at = index.index(file.len());
            file[at] = byte;
        }
        if let Ok(prepared) = prepare(&file, "a.jpg") {
            prop_assert_eq!(decode(&prepared.jpeg).dimensions(), (prepared.width, prepared.height));
            prop_assert!(prepared.width.max(prepared.height) <= LONGEST_SIDE);
        }
    }
}
