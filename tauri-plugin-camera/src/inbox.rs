//! The inbox: where the native halves put what was taken or picked, and where it lies until the caller removes it.
//!
//! `LABEL/STAMP-photo/NAME` or `LABEL/STAMP-video/NAME`, a folder for each file, so that a file keeps the name that
//! the citizen knows. Stamps sort by time. What begins with a dot is not the file: `.poster.jpg` is a video's still,
//! `.part` a copy that is not whole yet.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::What;

const POSTER: &str = ".poster.jpg";

/// A file that was taken or picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// What it was asked under.
    pub label: String,
    /// The file.
    pub path: PathBuf,
    /// Its name, as the citizen may know it.
    pub name: String,
    /// A photo or a video, by the system's word.
    pub kind: What,
    /// Its length in bytes.
    pub bytes: u64,
    /// A still of a video, as JPEG, where the system could make one.
    pub poster: Option<PathBuf>,
}

/// One that the native half has just named.
pub(crate) fn item(folder: &Path, item: &str) -> io::Result<Captured> {
    let (label, stamp) = item.split_once('/').ok_or(io::ErrorKind::InvalidData)?;
    read(&folder.join(label).join(stamp), label)?.ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// All there are, oldest first. What never became whole is cleared away.
pub(crate) fn all(folder: &Path) -> io::Result<Vec<Captured>> {
    let mut found = Vec::new();
    for labelled in folders(folder)? {
        let Some(label) = labelled.file_name().and_then(|name| name.to_str()) else { continue };
        for dir in folders(&labelled)? {
            match read(&dir, label)? {
                Some(captured) => found.push((dir.file_name().map(ToOwned::to_owned), captured)),
                None => fs::remove_dir_all(&dir)?,
            }
        }
        remove_if_empty(&labelled);
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(found.into_iter().map(|(_, captured)| captured).collect())
}

/// Removes a file, its poster and their folder.
pub(crate) fn remove(file: &Captured) -> io::Result<()> {
    // A path of the caller's own making must not take a folder of something else with it.
    let dir = file.path.parent().filter(|dir| kind(dir).is_some()).ok_or(io::ErrorKind::InvalidInput)?;
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => {
            dir.parent().inspect(|labelled| remove_if_empty(labelled));
            Ok(())
        }
    }
}

/// Removes all but what lies under these labels.
pub(crate) fn keep_only(folder: &Path, labels: &[String]) -> io::Result<()> {
    for labelled in folders(folder)? {
        let is_kept = labelled.file_name().is_some_and(|label| labels.iter().any(|kept| label == kept.as_str()));
        if !is_kept {
            fs::remove_dir_all(&labelled)?;
        }
    }
    Ok(())
}

fn read(dir: &Path, label: &str) -> io::Result<Option<Captured>> {
    let Some(kind) = kind(dir) else { return Ok(None) };
    let mut captured = None;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let bytes = entry.metadata()?.len();
        if !name.starts_with('.') && bytes > 0 {
            captured = Some(Captured { label: label.to_owned(), path: entry.path(), name, kind, bytes, poster: None });
        }
    }
    let poster = Some(dir.join(POSTER)).filter(|poster| poster.is_file());
    Ok(captured.map(|captured| Captured { poster, ..captured }))
}

fn kind(dir: &Path) -> Option<What> {
    let (_, kind) = dir.file_name()?.to_str()?.rsplit_once('-')?;
    match kind {
        "photo" => Some(What::Photo),
        "video" => Some(What::Video),
        _ => None,
    }
}

fn folders(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.path());
        }
    }
    Ok(folders)
}

fn remove_if_empty(dir: &Path) {
    // Where others lie in it, it stays.
    let _ = fs::remove_dir(dir);
}
