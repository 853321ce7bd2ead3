//! Packages from npm that tests need: pinned by a lock file with hashes beside the tests, put into a folder of the
//! build.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use tokio::process::Command;

/// Copies `sources` (a manifest, its lock file and whatever is to run beside the packages) to `folder` and installs there
/// what the lock file names, unless that was done before. Runs no package's own scripts.
///
/// # Errors
/// When npm is missing or fails.
pub async fn install(sources: &Path, folder: PathBuf) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(&folder)?;
    let installed = folder.join("node_modules/.installed");
    let lock = fs::read(sources.join("package-lock.json"))?;
    for entry in fs::read_dir(sources)? {
        let entry = entry?;
        fs::copy(entry.path(), folder.join(entry.file_name()))?;
    }
    if fs::read(&installed).ok().as_ref() != Some(&lock) {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
        ensure!(npm.status().await.context("npm")?.success(), "npm ci in {}", folder.display());
        fs::write(installed, lock)?;
    }
    Ok(folder)
}
