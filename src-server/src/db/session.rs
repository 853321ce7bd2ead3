//! Table `session`: who holds which token, by the token's hash; on which device, and when last.
//!
//! When a session was last seen is kept to the hour: enough to tell a forgotten device, too little to follow anybody.

use pakn_api::{
    Timestamp,
    id::{SessionId, UserId},
    model::words::DeviceName,
    wire::{Account, SessionInfo},
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{DbError, account, int, parsed};

const HOUR_MS: i64 = 60 * 60 * 1_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A session last seen before then is idle, as of `now`.
pub(crate) fn idle_before(now: Timestamp, days: u32) -> Timestamp {
    hour(now.plus_ms(-DAY_MS.saturating_mul(days.into())))
}

/// The beginning of its hour.
pub(crate) fn hour(at: Timestamp) -> Timestamp {
    Timestamp(at.0 - at.0.rem_euclid(HOUR_MS))
}

/// A session to be noted.
pub(crate) struct New {
    pub(crate) token_sha256: String,
    pub(crate) session: SessionId,
    pub(crate) user: UserId,
    pub(crate) device: Option<DeviceName>,
}

/// Notes a new session.
pub(crate) async fn insert(conn: &mut AnyConnection, new: &New, now: Timestamp) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO session (token_sha256, session_id, user_id, device, created_at, last_seen_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&new.token_sha256)
    .bind(new.session.to_string())
    .bind(new.user.to_string())
    .bind(new.device.as_ref().map(|device| device.as_str().to_owned()))
    .bind(now.0)
    .bind(hour(now).0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Whose token this is, and of which session; none of one that is idle.
pub(crate) async fn by_token(
    conn: &mut AnyConnection,
    token_sha256: &str,
    idle_before: Timestamp,
) -> Result<Option<(SessionInfo, Account)>, DbError> {
    let row = sqlx::query(
        "SELECT s.session_id, s.device, s.created_at AS since, s.last_seen_at, a.user_id, a.name, a.phone \
         FROM session s JOIN account a ON a.user_id = s.user_id WHERE s.token_sha256 = $1 AND s.last_seen_at >= $2",
    )
    .bind(token_sha256)
    .bind(idle_before.0)
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok((read(&row, None)?, account::read(&row)?))).transpose()
}

/// A user's sessions that are not idle, the last seen first; `current` is marked.
pub(crate) async fn of_user(
    conn: &mut AnyConnection,
    user: UserId,
    current: SessionId,
    idle_before: Timestamp,
) -> Result<Vec<SessionInfo>, DbError> {
    let rows = sqlx::query(
        "SELECT session_id, device, created_at AS since, last_seen_at FROM session \
         WHERE user_id = $1 AND last_seen_at >= $2 ORDER BY last_seen_at DESC, created_at DESC, session_id",
    )
    .bind(user.to_string())
    .bind(idle_before.0)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| read(row, Some(current))).collect()
}

/// The session was seen now.
pub(crate) async fn seen(conn: &mut AnyConnection, session: SessionId, now: Timestamp) -> Result<(), DbError> {
    sqlx::query("UPDATE session SET last_seen_at = $2 WHERE session_id = $1 AND last_seen_at < $2")
        .bind(session.to_string())
        .bind(hour(now).0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends all of a user's sessions.
pub(crate) async fn delete_all(conn: &mut AnyConnection, user: UserId) -> Result<(), DbError> {
    sqlx::query("DELETE FROM session WHERE user_id = $1").bind(user.to_string()).execute(conn).await?;
    Ok(())
}

/// Ends all of a user's sessions but this one.
pub(crate) async fn delete_others(conn: &mut AnyConnection, user: UserId, kept: SessionId) -> Result<(), DbError> {
    sqlx::query("DELETE FROM session WHERE user_id = $1 AND session_id <> $2")
        .bind(user.to_string())
        .bind(kept.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends one session of a user; whether there was one. Its token is worth nothing from now on.
pub(crate) async fn delete(conn: &mut AnyConnection, user: UserId, session: SessionId) -> Result<bool, DbError> {
    let done = sqlx::query("DELETE FROM session WHERE user_id = $1 AND session_id = $2")
        .bind(user.to_string())
        .bind(session.to_string())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends at most `limit` sessions that were last seen before then; how many.
pub(crate) async fn forget_idle(conn: &mut AnyConnection, before: Timestamp, limit: usize) -> Result<u64, DbError> {
    let done = sqlx::query(
        "DELETE FROM session WHERE session_id IN \
         (SELECT session_id FROM session WHERE last_seen_at < $1 ORDER BY last_seen_at LIMIT $2)",
    )
    .bind(before.0)
    .bind(int(limit as u64))
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

fn read(row: &AnyRow, current: Option<SessionId>) -> Result<SessionInfo, DbError> {
    let session_id = parsed(row, "session", "session_id")?;
    let device = row.try_get::<Option<String>, _>("device")?.map(|device| DeviceName::parse(&device)).transpose();
    Ok(SessionInfo {
        session_id,
        device: device.map_err(|_| DbError::Corrupt { table: "session", column: "device" })?,
        created_at: Timestamp(row.try_get("since")?),
        last_seen_at: Timestamp(row.try_get("last_seen_at")?),
        current: current == Some(session_id),
    })
}
