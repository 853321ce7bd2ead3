//! Deleting an account, with everything that is only its own.
//!
//! The rows go in one transaction. What lies in the folder follows at once: uploads under way, and the pictures that no
//! other row names, which are noted in that transaction and removed even when the server is killed in between. While a
//! backup copies files these stay until it has ended. Last, the write-ahead log is emptied. The hourly sweep comes back
//! to all that and writes the database anew where an account was deleted since.

use std::io;

use pakn_api::{id::UserId, model::phone::PhoneNumber};
use tracing::Instrument as _;

use crate::{
    app::{Shared, State},
    clock,
    db::{
        DbError, account,
        deletion::{self, Deleted},
        unwanted_file,
    },
    folder,
    media::stray,
};

/// Deletes the citizen's account whose number this is, whether or not the caller waits for the end of it. `false` when
/// there is none (any more), or its password hash has become another than the one that was checked.
pub(crate) async fn delete(app: &Shared, phone: PhoneNumber, checked: Option<String>) -> Result<bool, DbError> {
    let app = app.clone();
    let work = async move {
        let now = clock::now();
        let rows = app.db.write(move |conn| {
            Box::pin(async move {
                let found = account::by_phone(&mut *conn, &phone).await?;
                let found = found.filter(|found| checked.is_none_or(|checked| checked == found.password_hash));
                let Some(found) = found else { return Ok::<_, DbError>(None) };
                let user = found.account.user_id;
                if account::agency(&mut *conn, user).await?.is_some() {
                    return Ok(None);
                }
                Ok(Some((user, deletion::delete(conn, user, &phone, now).await?)))
            })
        });
        let Some((user, Deleted { reports_removed, reports_kept })) = rows.await? else { return Ok(false) };
        tracing::info!(reports_removed, reports_kept, "an account was deleted");
        // The account is gone; what of its files resists now is found by the sweep.
        if let Err(error) = clear_up(&app, user).await {
            tracing::error!(%error, "clearing up after an account");
        }
        Ok(true)
    };
    tokio::spawn(work.in_current_span()).await.map_err(|broken| DbError::from(io::Error::other(broken)))?
}

/// Does away with what deletions left behind in the database's file.
pub(crate) async fn rewrite(app: &State) -> Result<(), DbError> {
    empty_log(app).await?;
    let deletions = deletion::not_rebuilt(&mut *app.db.reader().await?).await?;
    if !deletions.is_empty() {
        app.db.rebuild().await?;
        app.db.write(move |conn| Box::pin(async move { deletion::set_rebuilt(conn, &deletions).await })).await?;
        empty_log(app).await?;
    }
    Ok(())
}

async fn clear_up(app: &Shared, user: UserId) -> Result<(), DbError> {
    app.uploads.remove_all(user).await?;
    remove_unwanted(app).await?;
    empty_log(app).await
}

/// Empties the write-ahead log, in which rows may be as they were before they were deleted.
async fn empty_log(app: &State) -> Result<(), DbError> {
    if !app.db.empty_log().await? {
        tracing::warn!("the write-ahead log is in use and could not be emptied");
    }
    Ok(())
}

/// Removes the files that are noted as unwanted, unless all files must stay for the moment; how many.
pub(crate) async fn remove_unwanted(app: &State) -> Result<u64, DbError> {
    let data = app.config.data_dir.clone();
    if unwanted_file::all(&mut *app.db.reader().await?).await?.is_empty() {
        return Ok(0);
    }
    let collecting = tokio::task::spawn_blocking(move || folder::collect(&data)).await.map_err(io::Error::other)??;
    let Some(_collecting) = collecting else { return Ok(0) };
    let alone = app.media.finishing().write_owned().await;
    // Only now: somebody may have sent one of them again before the door was shut.
    let noted = unwanted_file::all(&mut *app.db.reader().await?).await?;
    let (again, unwanted): (Vec<_>, Vec<_>) = noted.into_iter().partition(|(_, again)| *again);
    let [mut done, unwanted] = [again, unwanted].map(|files| files.into_iter().map(|(file, _)| file).collect::<Vec<_>>());
    let here = app.media.clone();
    let removing = tokio::task::spawn_blocking(move || {
        let _alone = alone;
        stray::remove(&here, &unwanted)
    });
    let gone = removing.await.map_err(io::Error::other)?;
    let count = gone.len() as u64;
    done.extend(gone);
    app.db.write(move |conn| Box::pin(async move { unwanted_file::forget(conn, &done).await })).await?;
    Ok(count)
}
