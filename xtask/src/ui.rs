//! Builds the UI: Rust to wasm, wasm-bindgen, static files and the app's icon (`mark.svg`), into the one folder that the shell embeds.
//!
//! Of others' JavaScript the page loads Leaflet, and only when a map opens: its two files come from npm, held to the
//! integrity in `src-ui/npm/package-lock.json`.
//!
//! A file of that folder is touched only when its content changed, so that an unchanged UI doesn't
//! make Cargo build the shell again. A release is shrunk with binaryen's `wasm-opt`, from npm.

use std::{
    collections::BTreeMap,
    fmt, fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use flate2::{Compression, write::GzEncoder};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    paths::Paths,
    process::{command, run},
    setup,
    toolchain::{Toolchain, WASM},
};

/// The package, and the stem of the files made from it.
pub(crate) const PACKAGE: &str = "kontums-ui";
/// The target folder it is built in.
pub(crate) const PURPOSE: &str = "ui";
/// Debian's wasm-opt is too old for what rustc writes.
const BINARYEN: &str = "binaryen@132.0.0";
/// What rustc's wasm uses beyond the first standard.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// How the UI is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Quick to build.
    Dev,
    /// Small.
    Release,
}

impl Kind {
    fn profile(self) -> &'static str {
        match self {
            Self::Dev => "ui-dev",
            Self::Release => "ui-release",
        }
    }
}

/// What a page loads: its wasm, js and css.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// Bytes.
    raw: usize,
    /// Bytes after gzip -9.
    gzip: usize,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wasm + js + css: {} bytes, {} after gzip", self.raw, self.gzip)
    }
}

/// The finished UI: every file by its path.
#[derive(Debug)]
pub(crate) struct Page(BTreeMap<PathBuf, Vec<u8>>);

impl Page {
    /// How much it loads.
    ///
    /// # Errors
    /// When it loads nothing.
    pub(crate) fn size(&self) -> Result<Size> {
        let mut size = Size::default();
        for (path, content) in &self.0 {
            if path.extension().is_some_and(|ending| ["wasm", "js", "css"].iter().any(|counted| ending == *counted)) {
                let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
                gzip.write_all(content)?;
                size.raw += content.len();
                size.gzip += gzip.finish()?.len();
            }
        }
        ensure!(size.raw > 0, "there is nothing to load");
        Ok(size)
    }
}

/// Builds the UI into [`Paths::dist`].
///
/// # Errors
/// When a tool fails or a file can't be read or written.
pub(crate) fn build(paths: &Paths, toolchain: Toolchain, kind: Kind) -> Result<()> {
    let page = compile(paths, toolchain, kind)?;
    let changed = write_tree(&paths.dist(), &page.0)?;
    println!("{}: {changed} of {} files changed", paths.dist().display(), page.0.len());
    println!("{}", page.size()?);
    Ok(())
}

/// Builds the UI and puts it nowhere.
///
/// # Errors
/// As [`build`].
pub(crate) fn compile(paths: &Paths, toolchain: Toolchain, kind: Kind) -> Result<Page> {
    setup::require(&setup::NPM)?;
    let profile = kind.profile();
    run(toolchain.cargo(paths, "build", PURPOSE, WASM).args(["--package", PACKAGE, "--bin", PACKAGE, "--profile", profile]))?;
    let wasm = toolchain.target_dir(paths, PURPOSE).join(WASM).join(profile).join(format!("{PACKAGE}.wasm"));

    let made = paths.target().join("ui/bindgen").join(profile);
    if made.exists() {
        fs::remove_dir_all(&made)?;
    }
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&wasm).out_name(PACKAGE).web(true)?.typescript(false);
    bindgen.remove_name_section(kind == Kind::Release).remove_producers_section(true);
    bindgen.generate(&made).context("wasm-bindgen failed")?;
    if kind == Kind::Release {
        optimise(paths, &made.join(format!("{PACKAGE}_bg.wasm")))?;
    }

    let mut files = read_tree(&paths.root.join("src-ui/static"))?;
    files.extend(leaflet(paths)?);
    files.extend(read_tree(&made)?);
    let icon = paths.root.join("icons/icon.svg");
    files.insert("mark.svg".into(), fs::read(&icon).with_context(|| icon.display().to_string())?);
    Ok(Page(files))
}

/// What the page loads of Leaflet, by where it is served. Its pictures are not used.
const LEAFLET: [(&str, &str); 2] = [("leaflet/leaflet.js", "dist/leaflet.js"), ("leaflet/leaflet.css", "dist/leaflet.css")];

/// Fetches Leaflet, unless it was fetched before.
fn leaflet(paths: &Paths) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let (folder, pinned) = (paths.target().join("tools/ui"), paths.root.join("src-ui/npm"));
    let lock = fs::read(pinned.join("package-lock.json"))?;
    let package = folder.join("node_modules/leaflet");
    // The copied lock is written last: where it is, what it names is.
    if fs::read(folder.join("fetched-lock.json")).ok().as_ref() != Some(&lock) {
        fs::create_dir_all(&folder)?;
        for name in ["package.json", "package-lock.json"] {
            fs::copy(pinned.join(name), folder.join(name)).with_context(|| name.to_owned())?;
        }
        let ci = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        run(command("npm").args(ci).current_dir(&folder)).context("npm can't fetch what the page loads")?;
        fs::write(folder.join("fetched-lock.json"), &lock)?;
    }
    let read = |(to, from): (&str, &str)| {
        let content = fs::read(package.join(from)).with_context(|| from.to_owned())?;
        Ok((PathBuf::from(to), content))
    };
    LEAFLET.into_iter().map(read).collect()
}

fn optimise(paths: &Paths, wasm: &Path) -> Result<()> {
    let tools = paths.target().join("tools");
    let wasm_opt = tools.join("node_modules/.bin/wasm-opt");
    let (name, version) = BINARYEN.split_once('@').unwrap_or_default();
    let manifest = fs::read_to_string(tools.join("node_modules").join(name).join("package.json")).unwrap_or_default();
    if !manifest.contains(&format!("\"version\": \"{version}\"")) {
        fs::create_dir_all(&tools)?;
        run(command("npm").args(["install", "--no-audit", "--no-fund", "--save-exact", "--prefix"]).arg(&tools).arg(BINARYEN))?;
    }
    run(command(wasm_opt).arg("-Oz").args(WASM_FEATURES).arg(wasm).arg("-o").arg(wasm))
}

/// Every file under `dir` by its relative path; none when there is no such folder.
fn read_tree(dir: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut open = vec![PathBuf::new()];
    while let Some(relative) = open.pop() {
        let here = dir.join(&relative);
        if !here.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&here).with_context(|| here.display().to_string())? {
            let entry = entry?;
            let path = relative.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else {
                files.insert(path, fs::read(entry.path())?);
            }
        }
    }
    Ok(files)
}

/// Makes `dir` hold exactly `files`; gives the number of files written or removed.
fn write_tree(dir: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) -> Result<usize> {
    let old = read_tree(dir)?;
    let mut changed = 0;
    for stale in old.keys().filter(|path| !files.contains_key(*path)) {
        fs::remove_file(dir.join(stale))?;
        changed += 1;
    }
    for (path, content) in files {
        if old.get(path) != Some(content) {
            let to = dir.join(path);
            fs::create_dir_all(to.parent().unwrap_or(dir))?;
            fs::write(&to, content).with_context(|| to.display().to_string())?;
            changed += 1;
        }
    }
    Ok(changed)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> BTreeMap<PathBuf, Vec<u8>> {
        list.iter().map(|(path, content)| (path.into(), content.as_bytes().to_vec())).collect()
    }

    #[test]
    fn only_what_changed_is_written_and_what_is_stale_goes() {
        let dir = tempfile::tempdir().unwrap();
        let first = files(&[("a.css", "a"), ("font/b.woff2", "b")]);
        assert_eq!(write_tree(dir.path(), &first).unwrap(), 2);
        let touched = |name: &str| fs::metadata(dir.path().join(name)).unwrap().modified().unwrap();
        let before = touched("a.css");
        assert_eq!(write_tree(dir.path(), &first).unwrap(), 0);

        let second = files(&[("a.css", "a"), ("c.js", "c")]);
        assert_eq!(write_tree(dir.path(), &second).unwrap(), 2);
        assert_eq!(touched("a.css"), before);
        assert_eq!(read_tree(dir.path()).unwrap(), second);
    }

    #[test]
    fn only_what_the_page_loads_is_counted() {
        let size = Page(files(&[("a.wasm", "abc"), ("b/c.css", "d"), ("icon.png", "not counted")])).size().unwrap();
        assert_eq!(size.raw, 4);
        assert!(size.gzip > 0);
        assert!(Page(files(&[("icon.png", "x")])).size().is_err());
    }
}
