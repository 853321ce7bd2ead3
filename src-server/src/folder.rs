//! The data folder itself: made so that others can't look in, flushed, and served by one server at a time.
//!
//! The lock keeps a second server from writing the first one's uploads. Whoever needs the
//! database alone (staff, seed) doesn't take it.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write as _},
    path::Path,
    time::{Duration, Instant},
};

/// The database's file within the data folder.
pub(crate) const DATABASE: &str = "pakn.sqlite";
/// The folder of files within the data folder.
pub(crate) const MEDIA: &str = "media";
/// The file that says that a backup was only half put back here.
pub(crate) const UNFINISHED: &str = "restore.unfinished";
/// The file whose lock says that a server is running here.
const LOCK: &str = "server.lock";
/// The file whose lock says that files are being removed, or must not be.
const COLLECT_LOCK: &str = "collect.lock";
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// Makes a folder that is missing, closed to other accounts of the machine.
pub(crate) fn make(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// Makes what was renamed or created in a folder survive a power cut.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Held while files that belong to nobody are removed.
#[derive(Debug)]
pub(crate) struct Collecting(#[expect(dead_code, reason = "held for its lock")] File);

/// Held while all files must stay: they are being copied or checked, by a process other than the server perhaps.
#[derive(Debug)]
pub(crate) struct Keeping(#[expect(dead_code, reason = "held for its lock")] File);

/// The right to remove files; `None` while somebody needs them all.
pub(crate) fn collect(folder: &Path) -> io::Result<Option<Collecting>> {
    let file = open_lock(folder, COLLECT_LOCK)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Collecting(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Keeps files from being removed; waits for a sweep to end.
pub(crate) fn keep(folder: &Path) -> io::Result<Keeping> {
    let file = open_lock(folder, COLLECT_LOCK)?;
    file.lock_shared()?;
    Ok(Keeping(file))
}

fn open_lock(folder: &Path, name: &str) -> io::Result<File> {
    File::options().write(true).create(true).truncate(false).open(folder.join(name))
}

/// Puts a file in its place that only this account may read: whole and on disk when this answers, or as it was.
pub(crate) fn write_secret(place: &Path, content: &[u8]) -> io::Result<()> {
    let beside = place.with_extension("new");
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.write(true).create_new(true).open(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&beside, place)?;
    place.parent().map_or(Ok(()), sync)
}

/// Takes the lock, which is held until the file is closed. One that ends may still have it: it is tried
/// for as long as `patience`. `None` when another server keeps it.
pub(crate) async fn lock(folder: &Path, patience: Duration) -> io::Result<Option<File>> {
    let file = open_lock(folder, LOCK)?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) if begun.elapsed() < patience => tokio::time::sleep(BETWEEN_TRIES).await,
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}
