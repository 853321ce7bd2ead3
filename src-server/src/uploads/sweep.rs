//! Uploads of which nothing more comes are given up.
//!
//! Never one whose file a report waits for: its bytes are the only ones there are of it on this side. One that was
//! begun while its account was being deleted goes at once.

use pakn_api::Timestamp;

use super::{Partial, Progress};
use crate::{
    app::{Shared, State},
    db::{DbError, account, medium, upload},
};

const HOUR_MS: i64 = 3_600_000;
/// A century: more is for ever, and no date of HTTP.
const MOST_HOURS: u64 = 876_000;

/// When an upload is given up whose last byte came at `last_byte`.
pub(crate) fn expires(app: &State, last_byte: Timestamp) -> Timestamp {
    last_byte.plus_ms(patience_ms(app))
}

fn patience_ms(app: &State) -> i64 {
    i64::try_from(app.config.limits.upload_hours.min(MOST_HOURS)).unwrap_or_default() * HOUR_MS
}

/// Whether an upload's time is over.
pub(super) async fn is_expired(app: &Shared, partial: &Partial, progress: Progress, now: Timestamp) -> Result<bool, DbError> {
    if now < expires(app, progress.last_byte) {
        return Ok(false);
    }
    Ok(!medium::is_awaited(&mut *app.db.reader().await?, partial.user, partial.sha256).await?)
}

/// Gives up what is expired as of `now`; how many that were.
pub(crate) async fn once(app: &Shared, now: Timestamp) -> Result<u64, DbError> {
    let mut removed = 0_u64;
    for slot in app.uploads.all() {
        let orphaned = account::created_at(&mut *app.db.reader().await?, slot.user()).await?.is_none();
        // One that is being worked at is not abandoned.
        let Some(held) = slot.take_idle().filter(|held| !held.is_gone()) else { continue };
        let Some(progress) = app.uploads.progress(&held).await? else {
            app.uploads.forget(held);
            continue;
        };
        if orphaned || is_expired(app, &held.partial(), progress, now).await? {
            app.uploads.remove(held).await?;
            removed += 1;
        }
    }
    let before = now.plus_ms(-patience_ms(app));
    app.db.write::<_, DbError, _>(move |conn| Box::pin(upload::forget_before(conn, before))).await?;
    Ok(removed)
}
