//! The data folder itself: made so that others can't look in, flushed, and served by one server at a time.
//!
//! The lock keeps a second server from emptying `media/incoming` under the first. Whoever needs the
//! database alone (staff, seed) doesn't take it.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::Path,
    time::{Duration, Instant},
};

/// The file whose lock says that a server is running here.
const LOCK: &str = "server.lock";
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

/// Takes the lock, which is held until the file is closed. One that ends may still have it: it is tried
/// for as long as `patience`. `None` when another server keeps it.
pub(crate) async fn lock(folder: &Path, patience: Duration) -> io::Result<Option<File>> {
    let file = File::options().write(true).create(true).truncate(false).open(folder.join(LOCK))?;
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
