//! Table `unwanted_file`: files of deleted accounts that are still to be removed from the folder.

use pakn_api::{Timestamp, id::MediaHash};
use sqlx::AnyConnection;

use super::{DbError, parsed};

/// Notes a file unless a row of somebody's names it.
pub(crate) async fn insert_if_unnamed(conn: &mut AnyConnection, file: MediaHash, now: Timestamp) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO unwanted_file (sha256, since) SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM medium WHERE sha256 = $1) \
         ON CONFLICT (sha256) DO NOTHING",
    )
    .bind(file.to_string())
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// All of them, each with whether somebody has sent it again since.
pub(crate) async fn all(conn: &mut AnyConnection) -> Result<Vec<(MediaHash, bool)>, DbError> {
    let wanted = "SELECT sha256 FROM unwanted_file u WHERE EXISTS (SELECT 1 FROM medium WHERE medium.sha256 = u.sha256)";
    let rest = "SELECT sha256 FROM unwanted_file u WHERE NOT EXISTS (SELECT 1 FROM medium WHERE medium.sha256 = u.sha256)";
    let mut found = Vec::new();
    for (statement, again) in [(wanted, true), (rest, false)] {
        for row in &sqlx::query(statement).fetch_all(&mut *conn).await? {
            found.push((parsed(row, "unwanted_file", "sha256")?, again));
        }
    }
    Ok(found)
}

/// Forgets these: they are gone, or wanted again.
pub(crate) async fn forget(conn: &mut AnyConnection, files: &[MediaHash]) -> Result<(), DbError> {
    for file in files {
        sqlx::query("DELETE FROM unwanted_file WHERE sha256 = $1").bind(file.to_string()).execute(&mut *conn).await?;
    }
    Ok(())
}
