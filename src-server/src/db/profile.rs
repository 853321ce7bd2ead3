//! Table `profile`: who sends reports, one row for each citizen who has said; `profile_operation`: what put it so.

use pakn_api::{
    Timestamp,
    id::{OpId, UserId},
    model::profile::Profile,
    wire::StoredProfile,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{DbError, from_json, int, parsed, to_json};

/// A profile in one of its states.
pub(crate) struct Put {
    pub(crate) revision: u32,
    pub(crate) profile: Profile,
}

/// The user's profile as it is, if there is one.
pub(crate) async fn last_put(conn: &mut AnyConnection, user: UserId) -> Result<Option<Put>, DbError> {
    let row =
        sqlx::query("SELECT revision, body FROM profile WHERE user_id = $1").bind(user.to_string()).fetch_optional(conn).await?;
    row.map(|row| Ok(Put { revision: revision(&row, "profile")?, profile: from_json(row.try_get("body")?, "profile", "body")? }))
        .transpose()
}

/// The user's profile as it is told; revision 0 when there is none.
pub(crate) async fn stored(conn: &mut AnyConnection, user: UserId) -> Result<StoredProfile, DbError> {
    let put = last_put(conn, user).await?;
    Ok(put.map_or(StoredProfile { revision: 0, profile: None }, |Put { revision, profile }| StoredProfile {
        revision,
        profile: Some(profile),
    }))
}

/// Whether the user has a profile; one that is stored is complete.
pub(crate) async fn exists(conn: &mut AnyConnection, user: UserId) -> Result<bool, DbError> {
    let row = sqlx::query("SELECT revision FROM profile WHERE user_id = $1").bind(user.to_string()).fetch_optional(conn).await?;
    Ok(row.is_some())
}

/// Whose profile this operation has put, and which revision it made.
pub(crate) async fn by_operation(conn: &mut AnyConnection, op_id: OpId) -> Result<Option<(UserId, u32)>, DbError> {
    let row = sqlx::query("SELECT user_id, revision FROM profile_operation WHERE op_id = $1")
        .bind(op_id.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(|row| Ok((parsed(&row, "profile_operation", "user_id")?, revision(&row, "profile_operation")?))).transpose()
}

/// Forgets at most `limit` operations from before then; how many.
pub(crate) async fn forget_operations(conn: &mut AnyConnection, before: Timestamp, limit: usize) -> Result<u64, DbError> {
    let done = sqlx::query(
        "DELETE FROM profile_operation WHERE op_id IN \
         (SELECT op_id FROM profile_operation WHERE done_at < $1 ORDER BY done_at LIMIT $2)",
    )
    .bind(before.0)
    .bind(int(limit as u64))
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

fn revision(row: &AnyRow, table: &'static str) -> Result<u32, DbError> {
    u32::try_from(row.try_get::<i64, _>("revision")?).map_err(|_| DbError::Corrupt { table, column: "revision" })
}

/// Puts a profile in the place of the one before, and notes what did so; the account's name follows.
pub(crate) async fn put(conn: &mut AnyConnection, user: UserId, put: &Put, op_id: OpId, now: Timestamp) -> Result<(), DbError> {
    sqlx::query("INSERT INTO profile_operation (op_id, user_id, revision, done_at) VALUES ($1, $2, $3, $4)")
        .bind(op_id.to_string())
        .bind(user.to_string())
        .bind(i64::from(put.revision))
        .bind(now.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "INSERT INTO profile (user_id, revision, body, updated_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (user_id) DO UPDATE SET revision = excluded.revision, body = excluded.body, \
         updated_at = excluded.updated_at",
    )
    .bind(user.to_string())
    .bind(i64::from(put.revision))
    .bind(to_json(&put.profile)?)
    .bind(now.0)
    .execute(&mut *conn)
    .await?;
    sqlx::query("UPDATE account SET name = $2 WHERE user_id = $1")
        .bind(user.to_string())
        .bind(put.profile.full_name.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(())
}
