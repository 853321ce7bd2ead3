//! Table `session`: who holds which token, by the token's hash.

use pakn_api::{
    Timestamp,
    id::{SessionId, UserId},
    wire::Account,
};
use sqlx::{AnyConnection, Row as _};

use super::{DbError, parsed};

/// Notes a new session.
pub(crate) async fn insert(
    conn: &mut AnyConnection,
    token_sha256: &str,
    session: SessionId,
    user: UserId,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query("INSERT INTO session (token_sha256, session_id, user_id, created_at) VALUES ($1, $2, $3, $4)")
        .bind(token_sha256)
        .bind(session.to_string())
        .bind(user.to_string())
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whose token this is, and of which session.
pub(crate) async fn by_token(conn: &mut AnyConnection, token_sha256: &str) -> Result<Option<(SessionId, Account)>, DbError> {
    let row = sqlx::query(
        "SELECT s.session_id, a.user_id, a.name FROM session s JOIN account a ON a.user_id = s.user_id WHERE s.token_sha256 = $1",
    )
    .bind(token_sha256)
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        let account = Account { user_id: parsed(&row, "session", "user_id")?, name: row.try_get("name")? };
        Ok((parsed(&row, "session", "session_id")?, account))
    })
    .transpose()
}

/// Ends all of a user's sessions.
pub(crate) async fn delete_all(conn: &mut AnyConnection, user: UserId) -> Result<(), DbError> {
    sqlx::query("DELETE FROM session WHERE user_id = $1").bind(user.to_string()).execute(conn).await?;
    Ok(())
}

/// Ends a session: its token is worth nothing from now on.
pub(crate) async fn delete(conn: &mut AnyConnection, session: SessionId) -> Result<(), DbError> {
    sqlx::query("DELETE FROM session WHERE session_id = $1").bind(session.to_string()).execute(conn).await?;
    Ok(())
}
