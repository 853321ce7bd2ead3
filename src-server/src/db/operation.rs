//! Table `operation`: the first answer to each `op_id`, for as long as it is kept.

use pakn_api::{
    Timestamp,
    id::{OpId, UserId},
};
use sqlx::{AnyConnection, Row as _};

use super::{DbError, int, parsed};

/// An operation that was carried out, and its answer.
pub(crate) struct Operation {
    pub(crate) op_id: OpId,
    pub(crate) user: UserId,
    /// SHA-256 of the body in canonical form.
    pub(crate) body_sha256: String,
    pub(crate) answer: Answer,
}

/// What an operation was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) http_status: u16,
    pub(crate) body: String,
}

/// The operation of this id.
pub(crate) async fn by_id(conn: &mut AnyConnection, op_id: OpId) -> Result<Option<Operation>, DbError> {
    let row = sqlx::query("SELECT user_id, body_sha256, http_status, answer FROM operation WHERE op_id = $1")
        .bind(op_id.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(|row| {
        let http_status = u16::try_from(row.try_get::<i64, _>("http_status")?)
            .map_err(|_| DbError::Corrupt { table: "operation", column: "http_status" })?;
        Ok(Operation {
            op_id,
            user: parsed(&row, "operation", "user_id")?,
            body_sha256: row.try_get("body_sha256")?,
            answer: Answer { http_status, body: row.try_get("answer")? },
        })
    })
    .transpose()
}

/// Forgets at most `limit` first answers from before then; how many.
pub(crate) async fn forget(conn: &mut AnyConnection, before: Timestamp, limit: usize) -> Result<u64, DbError> {
    let done = sqlx::query(
        "DELETE FROM operation WHERE op_id IN \
         (SELECT op_id FROM operation WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
    )
    .bind(before.0)
    .bind(int(limit as u64))
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Keeps an operation's first answer.
pub(crate) async fn insert(conn: &mut AnyConnection, operation: &Operation, now: Timestamp) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO operation (op_id, user_id, body_sha256, http_status, answer, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(operation.op_id.to_string())
    .bind(operation.user.to_string())
    .bind(&operation.body_sha256)
    .bind(i64::from(operation.answer.http_status))
    .bind(&operation.answer.body)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}
