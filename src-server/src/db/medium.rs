//! Tables `medium` (who has sent which file) and `report_medium` (which files a report announces).
//!
//! A report waits for a file until a `medium` row of the same user, hash and length is there.

use pakn_api::{
    Timestamp,
    id::{MediaHash, ReportId, UserId},
    model::report::MediaRef,
    wire::ReceiptMedium,
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

/// Notes that this user has sent a file; a second time changes nothing.
pub(crate) async fn insert(
    conn: &mut AnyConnection,
    user: UserId,
    hash: MediaHash,
    bytes: u64,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO medium (user_id, sha256, bytes, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (user_id, sha256) DO NOTHING",
    )
    .bind(user.to_string())
    .bind(hash.to_string())
    .bind(int(bytes))
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
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
