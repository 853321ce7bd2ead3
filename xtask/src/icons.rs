//! `icons`: the sizes that Tauri asks for, drawn from `icons/icon.svg`. They are kept in git.

use anyhow::Result;

use crate::{
    paths::Paths,
    process::{command, run},
};

/// File name and side in pixels.
const SIZES: [(&str, u32); 4] = [("32x32.png", 32), ("128x128.png", 128), ("128x128@2x.png", 256), ("icon.png", 512)];

/// Draws them all.
///
/// # Errors
/// When the drawing program fails.
pub(crate) fn draw(paths: &Paths) -> Result<()> {
    let dir = paths.root.join("icons");
    for (name, side) in SIZES {
        let side = side.to_string();
        let mut draw = command("rsvg-convert");
        draw.args(["--width", &side, "--height", &side, "--output"]).arg(dir.join(name)).arg(dir.join("icon.svg"));
        run(&mut draw)?;
        println!("{name}");
    }
    Ok(())
}
