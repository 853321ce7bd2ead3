//! Tables `medium` (who has sent which file) and `report_medium` (which files a report announces).
//!
//! A report waits for a file until a `medium` row of the same user, hash and length is there.

use std::collections::HashSet;

use pakn_api::{
    Timestamp,
    id::{MediaHash, ReportId, UserId},
    model::report::MediaRef,
    wire::{ReceiptMedium, StoredFile},
};
use sqlx::{AnyConnection, Row as _};

use super::{DbError, int, parsed, uint};

/// The length of a file, if this user has sent it.
pub(crate) async fn bytes(conn: &mut AnyConnection, user: UserId, hash: MediaHash) -> Result<Option<u64>, DbError> {
    let row = sqlx::query("SELECT bytes FROM medium WHERE user_id = $1 AND sha256 = $2")
        .bind(user.to_string())
        .bind(hash.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(|row| uint(&row, "medium", "bytes")).transpose()
}

/// Notes that this user has sent a file, or has sent it again just now.
pub(crate) async fn insert(
    conn: &mut AnyConnection,
    user: UserId,
    hash: MediaHash,
    bytes: u64,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO medium (user_id, sha256, bytes, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (user_id, sha256) DO UPDATE SET created_at = excluded.created_at",
    )
    .bind(user.to_string())
    .bind(hash.to_string())
    .bind(int(bytes))
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// The files that a user has sent.
pub(crate) async fn of_user(conn: &mut AnyConnection, user: UserId) -> Result<Vec<StoredFile>, DbError> {
    let rows = sqlx::query("SELECT sha256, bytes, created_at FROM medium WHERE user_id = $1 ORDER BY created_at, sha256")
        .bind(user.to_string())
        .fetch_all(conn)
        .await?;
    let read = |row| {
        Ok(StoredFile {
            sha256: parsed(row, "medium", "sha256")?,
            bytes: uint(row, "medium", "bytes")?,
            received_at: Timestamp(row.try_get("created_at")?),
        })
    };
    rows.iter().map(read).collect()
}

/// Users' files from before then that no report of theirs names, received or waiting.
pub(crate) async fn orphans(conn: &mut AnyConnection, before: Timestamp) -> Result<Vec<(UserId, MediaHash)>, DbError> {
    let rows = sqlx::query(
        "SELECT user_id, sha256 FROM medium WHERE created_at < $1 AND NOT EXISTS \
         (SELECT 1 FROM report_medium m JOIN report r ON r.report_id = m.report_id \
          WHERE m.sha256 = medium.sha256 AND r.user_id = medium.user_id)",
    )
    .bind(before.0)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok((parsed(row, "medium", "user_id")?, parsed(row, "medium", "sha256")?))).collect()
}

/// Forgets that a user has sent a file, if it is one of [`orphans`] still; 1 if so.
pub(crate) async fn forget_orphan(
    conn: &mut AnyConnection,
    user: UserId,
    hash: MediaHash,
    before: Timestamp,
) -> Result<u64, DbError> {
    let done = sqlx::query(
        "DELETE FROM medium WHERE user_id = $1 AND sha256 = $2 AND created_at < $3 AND NOT EXISTS \
         (SELECT 1 FROM report_medium m JOIN report r ON r.report_id = m.report_id \
          WHERE m.sha256 = $2 AND r.user_id = $1)",
    )
    .bind(user.to_string())
    .bind(hash.to_string())
    .bind(before.0)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// The files that some row names, of those whose hashes begin with this byte.
pub(crate) async fn named(conn: &mut AnyConnection, first: u8) -> Result<HashSet<MediaHash>, DbError> {
    // `g` comes after every hexadecimal digit.
    let rows = sqlx::query("SELECT DISTINCT sha256 FROM medium WHERE sha256 >= $1 AND sha256 < $2")
        .bind(format!("{first:02x}"))
        .bind(format!("{first:02x}g"))
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| parsed(row, "medium", "sha256")).collect()
}

/// Notes a report's files, in its order.
pub(crate) async fn announce(conn: &mut AnyConnection, report: ReportId, media: &[MediaRef]) -> Result<(), DbError> {
    for (position, medium) in (0_i64..).zip(media) {
        sqlx::query("INSERT INTO report_medium (report_id, position, sha256, bytes) VALUES ($1, $2, $3, $4)")
            .bind(report.to_string())
            .bind(position)
            .bind(medium.sha256.to_string())
            .bind(int(medium.bytes))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// The user's reports that wait for this file, among others perhaps, and announce it with its length.
pub(crate) async fn waiting_for(
    conn: &mut AnyConnection,
    user: UserId,
    hash: MediaHash,
    bytes: u64,
) -> Result<Vec<ReportId>, DbError> {
    let rows = sqlx::query(
        "SELECT m.report_id FROM report_medium m JOIN report r ON r.report_id = m.report_id \
         WHERE m.sha256 = $1 AND m.bytes = $2 AND r.user_id = $3 AND r.received_at IS NULL",
    )
    .bind(hash.to_string())
    .bind(int(bytes))
    .bind(user.to_string())
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| parsed(row, "report_medium", "report_id")).collect()
}

/// Whether a report of this user announces this file and is not received yet.
pub(crate) async fn is_awaited(conn: &mut AnyConnection, user: UserId, hash: MediaHash) -> Result<bool, DbError> {
    let row = sqlx::query(
        "SELECT m.report_id FROM report_medium m JOIN report r ON r.report_id = m.report_id \
         WHERE m.sha256 = $1 AND r.user_id = $2 AND r.received_at IS NULL LIMIT 1",
    )
    .bind(hash.to_string())
    .bind(user.to_string())
    .fetch_optional(conn)
    .await?;
    Ok(row.is_some())
}

/// A report's files in its order, each with whether it is here.
pub(crate) async fn of_report(conn: &mut AnyConnection, report: ReportId) -> Result<Vec<ReceiptMedium>, DbError> {
    let rows = sqlx::query(
        "SELECT m.sha256, m.bytes, s.created_at AS stored_at FROM report_medium m \
         JOIN report r ON r.report_id = m.report_id \
         LEFT JOIN medium s ON s.user_id = r.user_id AND s.sha256 = m.sha256 AND s.bytes = m.bytes \
         WHERE m.report_id = $1 ORDER BY m.position",
    )
    .bind(report.to_string())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(ReceiptMedium {
                sha256: parsed(row, "report_medium", "sha256")?,
                bytes: uint(row, "report_medium", "bytes")?,
                stored: row.try_get::<Option<i64>, _>("stored_at")?.is_some(),
            })
        })
        .collect()
}
