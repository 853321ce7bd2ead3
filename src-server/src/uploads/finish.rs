//! The end of an upload: checked, flushed, in its place, and noted, in this order.
//!
//! Until it is noted the upload keeps its own name beside its place, so that whatever fails here (a full disk, a
//! database that is locked) is tried again by the next request, and no byte has to be sent twice.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use pakn_api::{
    Timestamp,
    id::{MediaHash, UserId},
};
use sha2::{Digest as _, Sha256};
use sqlx::AnyConnection;

use super::{Held, Partial, Progress, UploadError, intake::must_be_taken, on_disk_thread, sweep};
use crate::{
    app::Shared,
    clock,
    db::{medium, report, upload},
    error::ApiError,
    media::{format::HEAD, video},
};

/// Where an upload stands.
pub(crate) enum State {
    /// Bytes are missing.
    Unfinished(Held, Progress),
    /// Its file is stored.
    Finished,
    /// There is nothing of it.
    Gone,
}

/// Where an upload stands. One whose bytes are all there and which could not be finished then is finished now.
pub(crate) async fn state(app: &Shared, held: Held) -> Result<State, ApiError> {
    let Some(progress) = app.uploads.progress(&held).await.map_err(UploadError::from)? else {
        app.uploads.forget(held);
        return Ok(State::Gone);
    };
    if sweep::is_expired(app, &held.partial(), progress, clock::now()).await? {
        app.uploads.remove(held).await.map_err(UploadError::from)?;
        return Ok(State::Gone);
    }
    if progress.offset < held.partial().length {
        return Ok(State::Unfinished(held, progress));
    }
    finish(app, held, None).await.map(|()| State::Finished)
}

/// Finishes an upload whose bytes are all there. `digest` is their hash where that is known; otherwise they are read again.
/// One that proves to be another file than announced is removed.
pub(crate) async fn finish(app: &Shared, held: Held, digest: Option<MediaHash>) -> Result<(), ApiError> {
    let (partial, media) = (held.partial(), app.media.clone());
    let path = partial.path(media.incoming());
    let checked = path.clone();
    match on_disk_thread(move || check_and_flush(&checked, &partial, digest)).await {
        Err(error @ (UploadError::HashMismatch | UploadError::Unsupported | UploadError::TooLarge)) => {
            app.uploads.remove(held).await.map_err(UploadError::from)?;
            return Err(error.into());
        }
        outcome => outcome?,
    }
    let finishing = media.finishing().read_owned().await;
    let placing = media.clone();
    on_disk_thread(move || placing.place(&path, partial.sha256)).await.map_err(UploadError::from)?;
    let now = clock::now();
    app.db.write(move |conn| Box::pin(note(conn, partial, now))).await?;
    drop(finishing);
    if let Err(error) = app.uploads.remove_file(&held).await {
        tracing::warn!(%error, "a finished upload's own name could not be removed");
    }
    app.uploads.forget(held);
    Ok(())
}

/// Whether this very upload is finished, or this user has sent its file before; then it is noted as finished.
pub(crate) async fn already(app: &Shared, partial: Partial) -> Result<bool, ApiError> {
    let Partial { user, upload, sha256, length } = partial;
    let _finishing = app.media.finishing().read_owned().await;
    let mut conn = app.db.reader().await?;
    let finished = upload::finished(&mut conn, user, upload).await?;
    let stored = medium::bytes(&mut conn, user, sha256).await?;
    drop(conn);
    if finished.is_some_and(|file| file != (sha256, length)) || stored.is_some_and(|bytes| bytes != length) {
        return Err(UploadError::Conflict.into());
    }
    let media = app.media.clone();
    // Where the file is lost or cut short though it is noted, it is taken anew and so healed.
    if stored.is_none() || !on_disk_thread(move || media.has(sha256, length)).await.map_err(UploadError::from)? {
        return Ok(false);
    }
    // Sent again counts as sent just now: it isn't collected before a report can name it.
    let now = clock::now();
    app.db.write(move |conn| Box::pin(note(conn, partial, now))).await?;
    Ok(true)
}

fn check_and_flush(path: &Path, partial: &Partial, digest: Option<MediaHash>) -> Result<(), UploadError> {
    let mut file = File::options().read(true).append(true).open(path)?;
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    // The hash of what a client announces wrongly is right: what it is has to be seen for itself.
    let kind = must_be_taken(&head, partial.length)?;
    let digest = digest.map_or_else(|| read_again(&mut file, &head), Ok)?;
    if digest != partial.sha256 {
        return Err(UploadError::HashMismatch);
    }
    if kind.is_video() && !video::is_bare(&mut file, partial.length)? {
        return Err(UploadError::Unsupported);
    }
    Ok(file.sync_all()?)
}

/// The hash of a file of which `head` has been read.
fn read_again(file: &mut File, head: &[u8]) -> io::Result<MediaHash> {
    let mut hasher = Sha256::new_with_prefix(head);
    io::copy(file, &mut hasher)?;
    Ok(MediaHash::from_digest(hasher.finalize().into()))
}

async fn note(conn: &mut AnyConnection, partial: Partial, now: Timestamp) -> Result<(), ApiError> {
    let Partial { user, upload, sha256, length } = partial;
    own(&mut *conn, user, sha256, length, now).await?;
    Ok(upload::finish(conn, user, upload, (sha256, length), now).await?)
}

/// Notes whose the file is, and lets the reports count that waited for nothing else. One that announces it
/// with another length goes on waiting and keeps nobody's file out.
async fn own(conn: &mut AnyConnection, user: UserId, hash: MediaHash, bytes: u64, now: Timestamp) -> Result<(), ApiError> {
    medium::insert(&mut *conn, user, hash, bytes, now).await?;
    for report in medium::waiting_for(&mut *conn, user, hash, bytes).await? {
        report::receive_if_whole(&mut *conn, report, now).await?;
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use std::fs;

    use pakn_api::{id::UploadId, model::phone::PhoneNumber};
    use sqlx::Executor as _;

    use super::*;
    use crate::{
        App, Config, DbError,
        uploads::{Created, Intake},
    };

    const FILE: &[u8] = b"\xff\xd8\xff\xe0 passes for a JPEG";

    async fn app(folder: &tempfile::TempDir) -> (App, Partial) {
        let app = App::open(Config::new(folder.path())).await.unwrap();
        let phone = PhoneNumber::parse("0912345678").unwrap();
        let account = app.desk().create_account(phone, "a long password".into(), "A".into()).await.unwrap();
        let sha256 = MediaHash::from_digest(Sha256::digest(FILE).into());
        let partial = Partial { user: account.user_id, upload: UploadId::new(1, [1; 10]), sha256, length: FILE.len() as u64 };
        (app, partial)
    }

    async fn whole(app: &Shared, partial: &Partial) -> Held {
        let Created::New(held) = app.uploads.create(*partial).await.unwrap() else { panic!("it is new") };
        let mut intake = Intake::new(&app.media, partial, 0, true, None);
        intake.push(FILE.into()).await.unwrap();
        intake.end().await.unwrap();
        held
    }

    async fn execute(app: &Shared, sql: &'static str) {
        let work = app.db.write(move |conn| Box::pin(async move { Ok::<_, DbError>(conn.execute(sql).await?.rows_affected()) }));
        work.await.unwrap();
    }

    #[tokio::test]
    async fn a_database_that_fails_costs_no_byte() {
        let folder = tempfile::tempdir().unwrap();
        let (app, partial) = app(&folder).await;
        let shared = app.shared();
        execute(shared, "CREATE TRIGGER refuse BEFORE INSERT ON upload_done BEGIN SELECT RAISE(ROLLBACK, 'full'); END").await;
        let held = whole(shared, &partial).await;
        finish(shared, held, Some(partial.sha256)).await.unwrap_err();
        let path = partial.path(shared.media.incoming());
        for _ in 0..2 {
            let held = shared.uploads.take_over(partial.user, partial.upload).await.unwrap().unwrap();
            assert!(state(shared, held).await.is_err());
            assert_eq!(fs::read(&path).unwrap(), FILE);
            assert_eq!(fs::read_dir(shared.media.incoming()).unwrap().count(), 1);
        }
        execute(shared, "DROP TRIGGER refuse").await;
        let held = shared.uploads.take_over(partial.user, partial.upload).await.unwrap().unwrap();
        assert!(matches!(state(shared, held).await.unwrap(), State::Finished));
        assert_eq!(fs::read(shared.media.path(partial.sha256)).unwrap(), FILE);
        assert_eq!(fs::read_dir(shared.media.incoming()).unwrap().count(), 0);
        assert!(already(shared, partial).await.unwrap());
    }

    #[tokio::test]
    async fn nothing_gets_its_place_while_files_are_collected() {
        let folder = tempfile::tempdir().unwrap();
        let (app, partial) = app(&folder).await;
        let shared = app.shared().clone();
        let collecting = shared.media.finishing().write_owned().await;
        let held = whole(&shared, &partial).await;
        let finishing = tokio::spawn({
            let shared = shared.clone();
            async move { finish(&shared, held, None).await }
        });
        // A task that is let run a hundred times and waits all the same waits for the lock.
        for _ in 0..100 {
            tokio::task::spawn_blocking(|| ()).await.unwrap();
        }
        assert!(!finishing.is_finished() && !shared.media.path(partial.sha256).exists());
        drop(collecting);
        finishing.await.unwrap().unwrap();
        assert!(shared.media.path(partial.sha256).exists());
    }
}
