//! Table `upload_done`: which uploads are finished, so that whoever lost the answer can ask again.
//!
//! A row counts only while the same user's `medium` row is there: a file that has been removed since is not
//! said to be here.

use pakn_api::{
    Timestamp,
    id::{MediaHash, UploadId, UserId},
};
use sqlx::AnyConnection;

use super::{DbError, int, parsed, uint};

/// The file of a finished upload, and its length.
pub(crate) async fn finished(
    conn: &mut AnyConnection,
    user: UserId,
    upload: UploadId,
) -> Result<Option<(MediaHash, u64)>, DbError> {
    let row = sqlx::query(
        "SELECT d.sha256, d.bytes FROM upload_done d \
         JOIN medium m ON m.user_id = d.user_id AND m.sha256 = d.sha256 AND m.bytes = d.bytes \
         WHERE d.user_id = $1 AND d.upload_id = $2",
    )
    .bind(user.to_string())
    .bind(upload.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok((parsed(&row, "upload_done", "sha256")?, uint(&row, "upload_done", "bytes")?))).transpose()
}

/// Notes that an upload is finished.
pub(crate) async fn finish(
    conn: &mut AnyConnection,
    user: UserId,
    upload: UploadId,
    (hash, bytes): (MediaHash, u64),
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO upload_done (user_id, upload_id, sha256, bytes, finished_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (user_id, upload_id) DO UPDATE \
         SET sha256 = excluded.sha256, bytes = excluded.bytes, finished_at = excluded.finished_at",
    )
    .bind(user.to_string())
    .bind(upload.to_string())
    .bind(hash.to_string())
    .bind(int(bytes))
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets one upload; whether there was one.
pub(crate) async fn forget(conn: &mut AnyConnection, user: UserId, upload: UploadId) -> Result<bool, DbError> {
    let done = sqlx::query("DELETE FROM upload_done WHERE user_id = $1 AND upload_id = $2")
        .bind(user.to_string())
        .bind(upload.to_string())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Forgets the uploads finished before `before`.
pub(crate) async fn forget_before(conn: &mut AnyConnection, before: Timestamp) -> Result<(), DbError> {
    sqlx::query("DELETE FROM upload_done WHERE finished_at < $1").bind(before.0).execute(conn).await?;
    Ok(())
}
