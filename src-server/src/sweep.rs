//! What outlives its time is put away: answers to operations, files that no report names, uploads of which nothing
//! more comes, one-time codes and idle sessions.
//!
//! A row goes in the writer, which asks again whether a report names the file: a report that comes first
//! keeps it, one that comes later waits for it anew. A file goes when no user's row names it, and only while
//! nobody is between putting a file in its place and noting it ([`MediaFolder::finishing`]) and no backup copies files.

use std::{io, time::Duration};

use futures::future::BoxFuture;
use pakn_api::{Timestamp, id::MediaHash};
use sqlx::AnyConnection;

use crate::{
    App,
    app::{Shared, State},
    db::{Db, DbError, follow, medium, one_time_code, operation, profile, session},
    deletion, folder,
    media::{MediaFolder, stray},
    uploads,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const BETWEEN: Duration = Duration::from_secs(60 * 60);
/// Days for which a one-time code is remembered: much longer than it can be entered or its use repeated.
const CODE_DAYS: u32 = 1;
/// Most rows that one job of the writer puts away: bounds how long others wait.
const AT_ONCE: usize = 200;

/// How much was put away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Answers to operations.
    pub operations: u64,
    /// Users' files that no report of theirs names.
    pub media: u64,
    /// Files on disk that belonged to nobody any more.
    pub files: u64,
    /// Unfinished uploads.
    pub uploads: u64,
    /// One-time codes.
    pub codes: u64,
    /// Idle sessions.
    pub sessions: u64,
}

/// Sweeps now and every hour, until it is dropped.
pub(crate) async fn for_ever(app: App) {
    let mut hours = tokio::time::interval(BETWEEN);
    loop {
        hours.tick().await;
        match app.sweep(app.clock().now()).await {
            Ok(Swept { operations, media, files, uploads, codes, sessions }) => {
                tracing::info!(operations, media, files, uploads, codes, sessions, "swept");
            }
            Err(error) => tracing::error!(%error, "sweeping"),
        }
    }
}

/// Puts away what has outlived its time as of `now`.
pub(crate) async fn once(app: &Shared, now: Timestamp) -> Result<Swept, DbError> {
    let State { config, db, media, .. } = app.as_ref();
    let before = |days: u32| now.plus_ms(-DAY_MS.saturating_mul(days.into()));
    let (answered, asked) = (before(config.limits.operation_days), before(CODE_DAYS));
    let idle = session::idle_before(now, config.limits.session_idle_days);
    let operations = in_turns(db, move |conn| Box::pin(operation::forget(conn, answered, AT_ONCE))).await?;
    in_turns(db, move |conn| Box::pin(profile::forget_operations(conn, answered, AT_ONCE))).await?;
    in_turns(db, move |conn| Box::pin(follow::forget_operations(conn, answered, AT_ONCE))).await?;
    let codes = in_turns(db, move |conn| Box::pin(one_time_code::forget(conn, asked, AT_ONCE))).await?;
    let sessions = in_turns(db, move |conn| Box::pin(session::forget_idle(conn, idle, AT_ONCE))).await?;
    let uploads = uploads::sweep::once(app, now).await?;
    let mut swept = Swept { operations, uploads, codes, sessions, ..Swept::default() };
    swept.files = deletion::remove_unwanted(app).await?;
    let data = config.data_dir.clone();
    let collecting = tokio::task::spawn_blocking(move || folder::collect(&data)).await.map_err(io::Error::other)??;
    // While files are being copied or checked, all of them stay: the next time, then.
    if let Some(_collecting) = collecting {
        swept.media = forget_orphans(db, before(config.limits.orphan_days)).await?;
        swept.files += remove_strays(db, media, before(1)).await?;
    }
    // Last, because it is what a full disk stops, and all before it makes room.
    deletion::rewrite(app).await?;
    Ok(swept)
}

/// Forgets `AT_ONCE` rows after `AT_ONCE`, until there are fewer.
async fn in_turns<F>(db: &Db, some: F) -> Result<u64, DbError>
where
    F: for<'c> Fn(&'c mut AnyConnection) -> BoxFuture<'c, Result<u64, DbError>> + Copy + Send + 'static,
{
    let mut gone = 0;
    loop {
        let some = db.write(some).await?;
        gone += some;
        if some < AT_ONCE as u64 {
            return Ok(gone);
        }
    }
}

async fn forget_orphans(db: &Db, before: Timestamp) -> Result<u64, DbError> {
    let orphans = medium::orphans(&mut *db.reader().await?, before).await?;
    let mut gone = 0;
    for some in orphans.chunks(AT_ONCE) {
        let some = some.to_vec();
        let work = db.write::<_, DbError, _>(move |conn| {
            Box::pin(async move {
                let mut gone = 0;
                for (user, hash) in some {
                    gone += medium::forget_orphan(&mut *conn, user, hash, before).await?;
                }
                Ok(gone)
            })
        });
        gone += work.await?;
    }
    Ok(gone)
}

/// Removes files that no row names and that were last written before then.
async fn remove_strays(db: &Db, media: &MediaFolder, before: Timestamp) -> Result<u64, DbError> {
    let mut gone = 0;
    for shard in 0..=u8::MAX {
        let here = media.clone();
        let found =
            tokio::task::spawn_blocking(move || stray::settled(&here, shard, before)).await.map_err(io::Error::other)??;
        let strays = unnamed(db, shard, found).await?;
        if strays.is_empty() {
            continue;
        }
        let alone = media.finishing().write_owned().await;
        // Somebody may have sent one of them again before the door was shut.
        let strays = unnamed(db, shard, strays).await?;
        let here = media.clone();
        let removing = tokio::task::spawn_blocking(move || {
            let _alone = alone;
            stray::remove(&here, &strays)
        });
        gone += removing.await.map_err(io::Error::other)?.len() as u64;
    }
    Ok(gone)
}

async fn unnamed(db: &Db, shard: u8, mut files: Vec<MediaHash>) -> Result<Vec<MediaHash>, DbError> {
    if !files.is_empty() {
        let named = medium::named(&mut *db.reader().await?, shard).await?;
        files.retain(|file| !named.contains(file));
    }
    Ok(files)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use std::{fs, sync::Arc};

    use pakn_api::{id::UserId, model::phone::PhoneNumber};

    use super::*;
    use crate::{Config, clock};

    async fn insert(app: &App, user: UserId, hash: MediaHash) {
        let now = clock::now();
        let work = app.shared().db.write(move |conn| Box::pin(async move { medium::insert(conn, user, hash, 9, now).await }));
        work.await.unwrap();
    }

    /// A file that nobody's row names, last written the day before `now`.
    async fn stray(folder: &tempfile::TempDir) -> (App, UserId, MediaHash, Timestamp) {
        let app = App::open(Config::new(folder.path())).await.unwrap();
        let phone = PhoneNumber::parse("0912345678").unwrap();
        let user = app.desk().create_account(phone, "mật khẩu".into(), "Nguyễn Thị An".into()).await.unwrap().user_id;
        let hash = MediaHash::from_digest([7; 32]);
        fs::write(app.shared().media.path(hash), b"nine byte").unwrap();
        (app, user, hash, clock::now().plus_ms(2 * DAY_MS))
    }

    #[tokio::test]
    async fn a_file_between_its_place_and_its_row_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (app, user, hash, now) = stray(&folder).await;
        let finishing = app.shared().media.finishing();
        let upload = Arc::clone(&finishing).read_owned().await;
        let sweeping = tokio::spawn({
            let app = app.clone();
            async move { app.sweep(now).await.unwrap() }
        });
        // Nobody new comes in once the sweep stands at the door.
        while finishing.try_read().is_ok() && !sweeping.is_finished() {
            tokio::task::yield_now().await;
        }
        insert(&app, user, hash).await;
        drop(upload);
        assert_eq!(sweeping.await.unwrap(), Swept::default());
        assert!(app.shared().media.path(hash).exists());
    }

    #[tokio::test]
    async fn nothing_is_collected_while_files_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (app, user, hash, now) = stray(&folder).await;
        insert(&app, user, hash).await;
        let later = now.plus_ms(40 * DAY_MS);
        let (one, another) = (folder::keep(folder.path()).unwrap(), folder::keep(folder.path()).unwrap());
        drop(one);
        assert_eq!(app.sweep(later).await.unwrap(), Swept::default());
        drop(another);
        assert_eq!(app.sweep(later).await.unwrap(), Swept { media: 1, files: 1, ..Swept::default() });
        assert!(!app.shared().media.path(hash).exists());
    }
}
