//! Tables `follow`, who follows what, and `follow_operation`, what has made it so.

use pakn_api::{
    Timestamp,
    id::{OpId, ReportId, UserId},
};
use sqlx::{AnyConnection, Row as _};

use super::{DbError, int, parsed};

/// What an operation was to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) user: UserId,
    pub(crate) report: ReportId,
    pub(crate) following: bool,
}

/// What this operation has done.
pub(crate) async fn by_operation(conn: &mut AnyConnection, op_id: OpId) -> Result<Option<Wish>, DbError> {
    let row = sqlx::query("SELECT user_id, report_id, following FROM follow_operation WHERE op_id = $1")
        .bind(op_id.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(|row| {
        Ok(Wish {
            user: parsed(&row, "follow_operation", "user_id")?,
            report: parsed(&row, "follow_operation", "report_id")?,
            following: row.try_get::<i64, _>("following")? != 0,
        })
    })
    .transpose()
}

/// Does it, and notes that it is done.
pub(crate) async fn put(conn: &mut AnyConnection, op_id: OpId, wish: Wish, now: Timestamp) -> Result<(), DbError> {
    sqlx::query("INSERT INTO follow_operation (op_id, user_id, report_id, following, done_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(op_id.to_string())
        .bind(wish.user.to_string())
        .bind(wish.report.to_string())
        .bind(i64::from(wish.following))
        .bind(now.0)
        .execute(&mut *conn)
        .await?;
    if wish.following {
        sqlx::query(
            "INSERT INTO follow (user_id, report_id, since) VALUES ($1, $2, $3) ON CONFLICT (user_id, report_id) DO NOTHING",
        )
        .bind(wish.user.to_string())
        .bind(wish.report.to_string())
        .bind(now.0)
        .execute(conn)
        .await?;
    } else {
        sqlx::query("DELETE FROM follow WHERE user_id = $1 AND report_id = $2")
            .bind(wish.user.to_string())
            .bind(wish.report.to_string())
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Everything that a user follows, public or not any more, the first wish first.
pub(crate) async fn of_user(conn: &mut AnyConnection, user: UserId) -> Result<Vec<ReportId>, DbError> {
    let rows = sqlx::query("SELECT report_id FROM follow WHERE user_id = $1 ORDER BY since, report_id")
        .bind(user.to_string())
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| parsed(row, "follow", "report_id")).collect()
}

/// Forgets at most `limit` operations from before then; how many.
pub(crate) async fn forget_operations(conn: &mut AnyConnection, before: Timestamp, limit: usize) -> Result<u64, DbError> {
    let done = sqlx::query(
        "DELETE FROM follow_operation WHERE op_id IN \
         (SELECT op_id FROM follow_operation WHERE done_at < $1 ORDER BY done_at LIMIT $2)",
    )
    .bind(before.0)
    .bind(int(limit as u64))
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
