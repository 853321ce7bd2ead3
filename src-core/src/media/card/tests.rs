//! Drawn cards, photographed ever worse: how many are read, and what is refused.

#![expect(clippy::unwrap_used, reason = "fixed test data")]

use image::{DynamicImage, GrayImage, ImageBuffer, Luma, codecs::jpeg::JpegEncoder, imageops};
use qrcode::{Color, EcLevel, QrCode, Version};

use super::*;

const TEXT: &str = "062190000123|233123456|Nguyễn Thị An|07041990|Nữ|Thôn 1, Đăk Mar, Đăk Hà, Kon Tum|25062021";

/// As long as addresses get.
const LONG: &str = "062190000123|233123456|Nguyễn Thị Phương Thảo Nguyên|07041990|Nữ|Số nhà 125/7, Đường Hoàng Thị Loan, \
    Tổ dân phố 12, Phường Quang Trung, Thành phố Kon Tum, Tỉnh Kon Tum|25062021";

/// How a card lies in a picture.
#[derive(Clone, Copy)]
struct Scene {
    size: (u32, u32),
    /// The code's version, or 0: what the text needs.
    version: i16,
    /// The code's side in pixels.
    side: f32,
    degrees: f32,
    /// How much larger its far side is than its near one.
    tilt: f32,
    dark: f32,
    light: f32,
    grain: f32,
    /// How much darker it is where a shadow falls across the code.
    shadow: f32,
    /// The standard deviation of what is out of focus, in pixels.
    blur: f32,
}

const USUAL: Scene = Scene {
    size: (960, 720),
    version: 0,
    side: 200.0,
    degrees: 7.0,
    tilt: 0.05,
    dark: 40.0,
    light: 215.0,
    grain: 12.0,
    shadow: 0.0,
    blur: 0.0,
};

/// A card with lines of print and a code on it, on an uneven table.
fn draw(text: &str, scene: Scene) -> GrayImage {
    let levels = [EcLevel::Q, EcLevel::M, EcLevel::L];
    let mut fitting = levels.iter().flat_map(|level| QrCode::with_version(text, Version::Normal(scene.version), *level));
    let code = fitting.next().unwrap_or_else(|| QrCode::with_error_correction_level(text, EcLevel::M).unwrap());
    assert!([0, code.width() as i16].contains(&(scene.version * 4 + 17 * scene.version.signum())), "too long a text");
    let modules = code.width() as f32;
    let colours = code.to_colors();
    let (sin, cos) = scene.degrees.to_radians().sin_cos();
    let (centre_x, centre_y) = (scene.size.0 as f32 * 0.6, scene.size.1 as f32 * 0.4);
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let shade = |x: f32, y: f32| {
        let (dx, dy) = (x - centre_x, y - centre_y);
        let depth = 1.0 + scene.tilt * dx / scene.side;
        let (dx, dy) = (dx * depth, dy * depth);
        let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
        let (column, row) = (u / scene.side * modules + modules / 2.0, v / scene.side * modules + modules / 2.0);
        let inside = |margin: f32| [column, row].iter().all(|at| (-margin..modules + margin).contains(at));
        let lit = 1.0 - scene.shadow * (0.5 + 0.5 * ((dx + 0.6 * dy) / scene.side * 2.2).tanh());
        let flat = if inside(0.0) {
            let dark = colours.get(row as usize * code.width() + column as usize) == Some(&Color::Dark);
            if dark { scene.dark } else { scene.light }
        } else if inside(4.0) {
            scene.light
        } else if u.abs() < scene.side * 3.0 && v.abs() < scene.side * 2.0 {
            let printed = (v / 7.0) as i32 % 4 == 0 && (u * 0.9).sin() + (u * 0.13).sin() > 0.3;
            if printed { scene.dark + 20.0 } else { scene.light - 15.0 }
        } else {
            (scene.light * 0.5) + 25.0 * (x * 0.05).sin() * (y * 0.031).cos()
        };
        flat * lit
    };
    let sharp = ImageBuffer::from_fn(scene.size.0, scene.size.1, |x, y| {
        let (x, y) = (x as f32, y as f32);
        Luma([f32::midpoint(shade(x + 0.3, y + 0.3), shade(x + 0.7, y + 0.7))])
    });
    let seen = if scene.blur > 0.0 { imageops::blur(&sharp, scene.blur) } else { sharp };
    GrayImage::from_fn(scene.size.0, scene.size.1, |x, y| {
        let Luma([mean]) = *seen.get_pixel(x, y);
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let grain = ((random % 1000) as f32 / 1000.0 - 0.5) * scene.grain;
        Luma([(mean + grain).clamp(0.0, 255.0) as u8])
    })
}

fn jpeg(image: &GrayImage, quality: u8) -> Vec<u8> {
    let mut file = Vec::new();
    let colours = DynamicImage::ImageLuma8(image.clone()).into_rgb8();
    JpegEncoder::new_with_quality(&mut file, quality).encode_image(&colours).unwrap();
    file
}

#[test]
fn a_card_is_read_however_it_was_taken() {
    let plain = draw(TEXT, USUAL);
    let mut cases = vec![
        ("usual", jpeg(&plain, 80)),
        ("very much compressed", jpeg(&plain, 20)),
        ("blurred", jpeg(&draw(TEXT, Scene { blur: 1.4, ..USUAL }), 80)),
        ("dark", jpeg(&draw(TEXT, Scene { dark: 15.0, light: 50.0, grain: 6.0, ..USUAL }), 85)),
        ("washed out", jpeg(&draw(TEXT, Scene { dark: 130.0, light: 175.0, ..USUAL }), 85)),
        ("grainy", jpeg(&draw(TEXT, Scene { grain: 90.0, ..USUAL }), 85)),
        ("seen from the side", jpeg(&draw(TEXT, Scene { tilt: 0.2, ..USUAL }), 85)),
        ("small in a large picture", jpeg(&draw(TEXT, Scene { size: (2600, 1950), side: 190.0, ..USUAL }), 80)),
        ("small picture", jpeg(&draw(TEXT, Scene { size: (640, 480), side: 130.0, grain: 6.0, ..USUAL }), 85)),
        ("read as Latin-1", jpeg(&draw(&TEXT.bytes().map(char::from).collect::<String>(), USUAL), 85)),
    ];
    for degrees in [33.0, 180.0] {
        cases.push(("turned", jpeg(&draw(TEXT, Scene { degrees, ..USUAL }), 80)));
    }
    let mut png = std::io::Cursor::new(Vec::new());
    plain.write_to(&mut png, image::ImageFormat::Png).unwrap();
    cases.push(("PNG", png.into_inner()));
    let missed: Vec<_> = cases.iter().filter(|(_, picture)| read(picture) != Card::parse(TEXT)).map(|(case, _)| case).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

/// What a cheap phone in an unsteady hand makes of codes of version 7 and 10 at 3, 4 and 6 pixels to a module: the kind
/// of picture, what is wrong with it, how good a JPEG it is, and how many of the six are read. No number may become
/// smaller.
const HARD: [(&str, Scene, u8, usize); 6] = [
    ("blur of 1.5 pixels", Scene { blur: 1.5, ..USUAL }, 85, 6),
    ("blur of 2 pixels", Scene { blur: 2.0, ..USUAL }, 85, 4),
    ("blur of 3 pixels", Scene { blur: 3.0, ..USUAL }, 85, 2),
    ("JPEG of quality 40", USUAL, 40, 6),
    ("shadow across it", Scene { shadow: 0.75, ..USUAL }, 85, 6),
    ("all at once", Scene { degrees: 15.0, tilt: 0.08, shadow: 0.5, blur: 1.2, grain: 20.0, ..USUAL }, 40, 6),
];

#[test]
fn no_fewer_hard_pictures_are_read() {
    let mut report = Vec::new();
    let mut worse = false;
    for (what, scene, quality, at_least) in HARD {
        let mut missed = Vec::new();
        for (version, text) in [(7, TEXT), (10, LONG)] {
            for module in [3.0, 4.0, 6.0] {
                let scene = Scene { version, side: module * f32::from(17 + 4 * version), ..scene };
                // What can be read is the question, not how busy the machine is.
                if read_within(&jpeg(&draw(text, scene), quality), 20 * PATIENCE) != Card::parse(text) {
                    missed.push((version, module));
                }
            }
        }
        worse |= 6 - missed.len() < at_least;
        report.push(format!("{what}: {} of {at_least}, not {missed:?}", 6 - missed.len()));
    }
    assert!(!worse, "{report:#?}");
}

#[test]
fn a_code_in_twelve_megapixels_is_read_small_or_out_of_focus() {
    const LARGE: Scene = Scene { size: (4032, 3024), version: 10, ..USUAL };
    for (module, blur) in [(3.0, 1.0), (8.0, 3.6)] {
        let picture = jpeg(&draw(LONG, Scene { side: module * 57.0, blur, ..LARGE }), 70);
        assert_eq!(read(&picture), Card::parse(LONG), "{module} pixels to a module");
    }
}

#[test]
fn looking_for_what_is_not_there_ends() {
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let noise = GrayImage::from_fn(1600, 1200, |_, _| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        Luma([random as u8])
    });
    let noise = jpeg(&noise, 80);
    assert_eq!(read(&noise), Err(CardError::NoCode));
}

#[test]
fn a_mark_that_turns_the_picture_changes_nothing() {
    // Orientation 6: what a phone held upright writes into EXIF.
    let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let picture = jpeg(&imageops::rotate270(&draw(TEXT, USUAL)), 80);
    let (start, rest) = picture.split_at(2);
    assert_eq!(read(&[start, exif, rest].concat()), Card::parse(TEXT));
}

#[test]
fn what_is_no_card_is_told_apart() {
    let other = jpeg(&draw("https://example.vn/ban-do?x=1", USUAL), 80);
    assert_eq!(read(&other), Err(CardError::NotACard));
    let nothing = jpeg(&GrayImage::from_fn(900, 700, |x, y| Luma([((x / 3 + y / 5) % 200) as u8])), 80);
    assert_eq!(read(&nothing), Err(CardError::NoCode));
    let whole = jpeg(&draw(TEXT, USUAL), 80);
    for no_picture in [&b""[..], b"GIF89a", &[0xff, 0xd8, 0xff], whole.get(..whole.len() / 3).unwrap()] {
        assert_eq!(read(no_picture), Err(CardError::NotAPicture));
    }
}
