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

/// Writes what is there again: the smallest write there is, to find out whether one succeeds. SQLite leaves out
/// a write that changes nothing, so the number goes up and down.
pub(crate) async fn touch(conn: &mut AnyConnection) -> Result<(), DbError> {
    for step in [1, -1] {
        sqlx::query("UPDATE change_counter SET last_seq = last_seq + $1 WHERE id = 1").bind(step).execute(&mut *conn).await?;
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;
    use crate::db::Db;

    #[tokio::test]
    async fn a_touch_reaches_the_disk_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        let written = || std::fs::metadata(folder.path().join("pakn.sqlite-wal")).unwrap().len();
        let before = written();
        db.write::<_, DbError, _>(|conn| Box::pin(touch(conn))).await.unwrap();
        assert!(written() > before, "SQLite wrote nothing");
        assert_eq!(last(&mut db.reader().await.unwrap()).await.unwrap(), 0);
    }
}
