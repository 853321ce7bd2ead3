//! Copies of a data folder: made while a server runs, and put back into an empty folder.
//!
//! A backup has the folder's own layout and a manifest, which is written last: without one it was never
//! finished. The database is copied first, as of one moment; the files its rows speak of are there by then
//! (a row comes after its file), never change, and are kept from being collected until all are copied. What
//! comes meanwhile belongs to the next backup.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use pakn_api::id::MediaHash;

use crate::{
    check::{Fault, Place, check, file},
    clock,
    db::{
        Db, DbError,
        still::{self, Counts, Still},
    },
    folder, media, signing,
};

mod manifest;

pub use manifest::{Manifest, ManifestError};

/// Why no backup was made or put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is nothing to copy.
    #[error("there is no PAKN database in this folder")]
    NoDatabase,
    /// The folder to write to is in use for something.
    #[error("the folder to write to is not empty")]
    NotEmpty,
    /// What should be put back has faults.
    #[error("the backup has faults, nothing was put back; the first of {}: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Faulty(Vec<Fault>),
    /// The database would not.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The disk would not.
    #[error("copying: {0}")]
    Disk(#[from] io::Error),
}

/// A backup that was made.
#[derive(Clone, Debug)]
pub struct Backup {
    /// Its manifest.
    pub manifest: Manifest,
    /// Files that could not be copied as they should be; everything else is in the backup all the same.
    pub faults: Vec<Fault>,
}

/// Copies a data folder into a new one; a server may run on it. With `link`, files that are on the same file
/// system are linked, not copied: quick, but a spoilt disk block then spoils both.
///
/// # Errors
/// [`BackupError`]; what was written so far has no manifest and passes for no backup.
pub async fn backup(data: &Path, to: &Path, link: bool) -> Result<Backup, BackupError> {
    if !Db::is_in(data) {
        return Err(BackupError::NoDatabase);
    }
    make_empty(to)?;
    let root = data.to_owned();
    let keeping = blocking(move || folder::keep(&root)).await?;
    Still::open(data).await?.copy_to(to).await?;
    let mut copied = Still::open(to).await?;
    let schema = copied.schema().await?;
    let conn = copied.hold().await?;
    let (files, counts) = (still::files(conn).await?, still::counts(conn).await?);
    drop(copied);
    let (from, into) = (data.to_owned(), to.to_owned());
    let copying = blocking(move || {
        let faults = copy_files(&from, &into, &files, link)?;
        copy_key(&from, &into)?;
        sync_file(&into.join(folder::DATABASE))?;
        let manifest = Manifest::describe(&into, schema, counts, clock::now())?;
        manifest.write(&into)?;
        sync_up(&into)?;
        Ok(Backup { manifest, faults })
    });
    let backup = copying.await?;
    drop(keeping);
    Ok(backup)
}

/// Puts a backup back into a folder that is empty or missing. One with faults is refused, unless `despite_faults`.
///
/// # Errors
/// [`BackupError`]; no server starts on a folder that was only half put back.
pub async fn restore(from: &Path, data: &Path, despite_faults: bool) -> Result<Counts, BackupError> {
    if !Db::is_in(from) {
        return Err(BackupError::NoDatabase);
    }
    let checked = check(Place::Backup(from), false).await?;
    if !checked.faults.is_empty() && !despite_faults {
        return Err(BackupError::Faulty(checked.faults));
    }
    make_empty(data)?;
    let files = still::files(Still::open(from).await?.hold().await?).await?;
    let (from, data) = (from.to_owned(), data.to_owned());
    let (unfinished, into) = (data.join(folder::UNFINISHED), data.clone());
    let marker = unfinished.clone();
    let copying = blocking(move || {
        File::create(&marker)?.sync_all()?;
        folder::sync(&data)?;
        copy_files(&from, &data, &files, false)?;
        copy_key(&from, &data)?;
        fs::copy(from.join(folder::DATABASE), data.join(folder::DATABASE))?;
        sync_file(&data.join(folder::DATABASE))?;
        sync_up(&data)
    });
    copying.await?;
    still::leap(&into).await?;
    blocking(move || {
        fs::remove_file(&unfinished)?;
        folder::sync(&into)
    })
    .await?;
    Ok(checked.counts)
}

fn make_empty(folder: &Path) -> Result<(), BackupError> {
    folder::make(folder)?;
    if fs::read_dir(folder)?.next().is_some() { Err(BackupError::NotEmpty) } else { Ok(()) }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|broken| Err(io::Error::other(broken)))
}

/// Copies these files; those that are not what they should be are told, and left out when there is nothing to copy.
fn copy_files(from: &Path, to: &Path, files: &[(MediaHash, u64)], link: bool) -> io::Result<Vec<Fault>> {
    let (from, to) = (from.join(folder::MEDIA), to.join(folder::MEDIA));
    fs::create_dir_all(&to)?;
    let shards: BTreeSet<_> =
        files.iter().filter_map(|(hash, _)| media::place(&to, *hash).parent().map(Path::to_owned)).collect();
    for shard in &shards {
        fs::create_dir_all(shard)?;
    }
    let mut faults = Vec::new();
    for (hash, bytes) in files {
        let (source, place) = (media::place(&from, *hash), media::place(&to, *hash));
        if let Err(error) = copy_file(&source, &place, link) {
            // A full disk must end it; a single bad file must not.
            if File::open(&source).and_then(|mut file| io::copy(&mut file, &mut io::sink())).is_ok() {
                return Err(error);
            }
            faults.push(file::of(*hash, &error));
        } else {
            faults.extend(file::fault(&to, *hash, *bytes, false));
        }
    }
    for shard in &shards {
        folder::sync(shard)?;
    }
    folder::sync(&to)?;
    Ok(faults)
}

fn copy_file(from: &Path, to: &Path, link: bool) -> io::Result<()> {
    // Two users' rows may give one file two lengths; there is one copy all the same.
    if to.exists() || link && fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to)?;
    sync_file(to)
}

fn copy_key(from: &Path, to: &Path) -> io::Result<()> {
    match fs::read(from.join(signing::KEY_FILE)) {
        Ok(document) => folder::write_secret(&to.join(signing::KEY_FILE), &document),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn sync_file(path: &Path) -> io::Result<()> {
    File::options().write(true).open(path)?.sync_all()
}

/// Makes a folder and its own name survive a power cut.
fn sync_up(folder: &Path) -> io::Result<()> {
    folder::sync(folder)?;
    let whole: PathBuf = fs::canonicalize(folder)?;
    whole.parent().map_or(Ok(()), folder::sync)
}
