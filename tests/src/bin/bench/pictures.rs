//! What making a phone's photo ready costs, against libvips doing the same.
//!
//! Both read files of 12 megapixels, decode them, turn them upright, shrink them to 2,048 pixels, take the metadata off,
//! encode them with quality 84 and write files. libvips does it for all of them in one process, so that its start (some
//! 30 ms) is shared by them, and with as many threads as there are cores; ours does one after the other, as the app does.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use kontums_tests::pictures::{is_upright, phone_photo};
use pakn_core::media;

use crate::{Round, show};

const PHOTOS: u32 = 8;
const ROUNDS: usize = 7;

fn vips(sources: &[PathBuf], to: &Path) -> anyhow::Result<Duration> {
    fs::create_dir_all(to)?;
    let mut command = Command::new("vipsthumbnail");
    // It turns pictures upright by itself, and `>` only makes them smaller.
    command.args(sources).args(["--size", "2048x2048>", "-o"]).arg(to.join("%s.jpg[Q=84,strip]"));
    let start = Instant::now();
    let status = command.status().context("vipsthumbnail (Debian: libvips-tools)")?;
    let took = start.elapsed();
    anyhow::ensure!(status.success(), "vipsthumbnail: {status}");
    Ok(took)
}

fn ours(sources: &[PathBuf], to: &Path) -> anyhow::Result<Duration> {
    fs::create_dir_all(to)?;
    let start = Instant::now();
    for source in sources {
        let name = source.file_name().context("a name")?;
        let prepared = media::prepare(&fs::read(source)?, &name.to_string_lossy())?;
        fs::write(to.join(name), prepared.jpeg)?;
    }
    Ok(start.elapsed())
}

/// Whether both made the same of it: upright, as large, about as heavy.
fn compare(sources: &[PathBuf], ours: &Path, theirs: &Path) -> anyhow::Result<()> {
    for source in sources {
        let name = source.file_name().context("a name")?;
        let (a, b) = (fs::read(ours.join(name))?, fs::read(theirs.join(name))?);
        anyhow::ensure!(is_upright(&a)? && is_upright(&b)?, "upright");
        let (one, other) = (image::load_from_memory(&a)?, image::load_from_memory(&b)?);
        anyhow::ensure!((one.width(), one.height()) == (other.width(), other.height()), "{} x {}", one.width(), one.height());
        let weight = a.len() as f64 / b.len() as f64;
        anyhow::ensure!((0.6..1.7).contains(&weight), "{} bytes against {}", a.len(), b.len());
    }
    Ok(())
}

pub(crate) fn measure(folder: &Path) -> anyhow::Result<()> {
    let folder = folder.join("pictures");
    fs::create_dir_all(&folder)?;
    let mut sources = Vec::new();
    for seed in 0..PHOTOS {
        let path = folder.join(format!("{seed}.jpg"));
        fs::write(&path, phone_photo(seed)?)?;
        sources.push(path);
    }
    let (to_ours, to_theirs) = (folder.join("ours"), folder.join("theirs"));
    // Once unmeasured: libraries are read from the disk then.
    vips(&sources, &to_theirs)?;
    ours(&sources, &to_ours)?;
    compare(&sources, &to_ours, &to_theirs)?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let baseline = vips(&sources, &to_theirs)? / PHOTOS;
        rounds.push(Round { ours: ours(&sources, &to_ours)? / PHOTOS, baseline });
    }
    show("a photo of 12 megapixels made ready, against libvips", &rounds, 1.5);
    Ok(())
}
