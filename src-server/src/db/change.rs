//! Table `change_counter`: the numbers of the change feed.

use sqlx::AnyConnection;

use super::{DbError, uint};

/// The next number. The row stays locked until the commit, so numbers become visible in their order.
pub(crate) async fn next(conn: &mut AnyConnection) -> Result<u64, DbError> {
    let row =
        sqlx::query("UPDATE change_counter SET last_seq = last_seq + 1 WHERE id = 1 RETURNING last_seq").fetch_one(conn).await?;
    uint(&row, "change_counter", "last_seq")
}

/// The last number given.
pub(crate) async fn last(conn: &mut AnyConnection) -> Result<u64, DbError> {
    let row = sqlx::query("SELECT last_seq FROM change_counter WHERE id = 1").fetch_one(conn).await?;
    uint(&row, "change_counter", "last_seq")
}

/// Writes the number that is there again: the smallest write there is, to find out whether one succeeds.
pub(crate) async fn touch(conn: &mut AnyConnection) -> Result<(), DbError> {
    sqlx::query("UPDATE change_counter SET last_seq = last_seq WHERE id = 1").execute(conn).await?;
    Ok(())
}
