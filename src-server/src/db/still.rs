//! A database to look at or copy: opened for reading, not brought up to date, as it is at one moment.
//!
//! What is asked here holds in every version of the schema. It is SQLite's own business in part (its
//! integrity check, its copy of a database in use): on PostgreSQL these are that server's tools.

use std::path::Path;

use pakn_api::{
    id::{MediaHash, ReportId},
    model::consent::ConsentPurpose,
};
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};

use super::{DbError, FILE, change, migrations, parsed, sqlite_url, uint};

/// More changes than come between a backup and what it is needed for; 2⁵³ has room for two million of these.
const LEAP: i64 = 1 << 32;

/// The database of a folder, opened for reading.
#[derive(Debug)]
pub(crate) struct Still {
    conn: AnyConnection,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Accounts, without the one that deleted ones leave their kept reports to.
    pub accounts: u64,
    /// Reports, the ones that wait for files included.
    pub reports: u64,
    /// Reports that count.
    pub received: u64,
    /// Steps of all timelines.
    pub steps: u64,
    /// Kept answers to operations.
    pub operations: u64,
    /// Different files that the rows speak of.
    pub files: u64,
}

impl Still {
    /// Opens the database in `folder` for reading.
    pub(crate) async fn open(folder: &Path) -> Result<Self, DbError> {
        sqlx::any::install_default_drivers();
        let mut conn = AnyConnection::connect(&sqlite_url(&folder.join(FILE), "ro")).await?;
        conn.execute("PRAGMA busy_timeout = 10000").await?;
        let mut still = Self { conn };
        if still.schema().await? > migrations::latest() {
            return Err(DbError::Newer);
        }
        Ok(still)
    }

    /// The version of its schema.
    pub(crate) async fn schema(&mut self) -> Result<i64, DbError> {
        let row = sqlx::query("SELECT MAX(version) AS version FROM _sqlx_migrations").fetch_one(&mut self.conn).await?;
        Ok(row.try_get("version")?)
    }

    /// Copies it, whole and as of one moment, to a folder that has none. A server may write meanwhile.
    pub(crate) async fn copy_to(&mut self, folder: &Path) -> Result<(), DbError> {
        sqlx::query("VACUUM INTO $1").bind(folder.join(FILE).to_string_lossy().into_owned()).execute(&mut self.conn).await?;
        Ok(())
    }

    /// From now on all answers are as of one moment.
    pub(crate) async fn hold(&mut self) -> Result<&mut AnyConnection, DbError> {
        self.conn.execute("BEGIN").await?;
        Ok(&mut self.conn)
    }
}

/// Lets a restored database give change numbers that were never given: a device may know some from after the
/// backup, and would pass over news that got the same again.
pub(crate) async fn leap(folder: &Path) -> Result<(), DbError> {
    let mut conn = AnyConnection::connect(&sqlite_url(&folder.join(FILE), "rw")).await?;
    conn.execute("PRAGMA synchronous = FULL").await?;
    sqlx::query("UPDATE change_counter SET last_seq = last_seq + $1").bind(LEAP).execute(&mut conn).await?;
    Ok(conn.close().await?)
}

/// How much there is.
pub(crate) async fn counts(conn: &mut AnyConnection) -> Result<Counts, DbError> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM account WHERE phone <> 'nobody') AS accounts, (SELECT COUNT(*) FROM report) AS reports, \
         (SELECT COUNT(*) FROM report WHERE received_at IS NOT NULL) AS received, \
         (SELECT COUNT(*) FROM timeline) AS steps, (SELECT COUNT(*) FROM operation) AS operations, \
         (SELECT COUNT(DISTINCT sha256) FROM medium) AS files",
    )
    .fetch_one(conn)
    .await?;
    let count = |column| uint(&row, "counts", column);
    Ok(Counts {
        accounts: count("accounts")?,
        reports: count("reports")?,
        received: count("received")?,
        steps: count("steps")?,
        operations: count("operations")?,
        files: count("files")?,
    })
}

/// What SQLite finds wrong with the file itself.
pub(crate) async fn integrity(conn: &mut AnyConnection) -> Result<Vec<String>, DbError> {
    let rows = sqlx::query("PRAGMA integrity_check").fetch_all(conn).await?;
    let said = rows.iter().map(|row| row.try_get::<String, _>(0)).collect::<Result<Vec<_>, _>>()?;
    Ok(said.into_iter().filter(|line| line != "ok").collect())
}

/// Tables with a row that names what is not there: which, and of which table.
pub(crate) async fn dangling(conn: &mut AnyConnection) -> Result<Vec<(String, String)>, DbError> {
    let rows = sqlx::query("PRAGMA foreign_key_check").fetch_all(conn).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(2)?))).collect()
}

/// Every file that a row speaks of, with the length it gives.
pub(crate) async fn files(conn: &mut AnyConnection) -> Result<Vec<(MediaHash, u64)>, DbError> {
    let rows = sqlx::query("SELECT DISTINCT sha256, bytes FROM medium ORDER BY sha256").fetch_all(conn).await?;
    rows.iter().map(|row| Ok((parsed(row, "medium", "sha256")?, uint(row, "medium", "bytes")?))).collect()
}

/// Reports that count although a file of theirs is not noted as stored, with that file.
pub(crate) async fn received_without(conn: &mut AnyConnection) -> Result<Vec<(ReportId, MediaHash)>, DbError> {
    let rows = sqlx::query(
        "SELECT m.report_id, m.sha256 FROM report_medium m JOIN report r ON r.report_id = m.report_id \
         LEFT JOIN medium s ON s.user_id = r.user_id AND s.sha256 = m.sha256 AND s.bytes = m.bytes \
         WHERE r.received_at IS NOT NULL AND s.sha256 IS NULL ORDER BY m.report_id, m.position",
    )
    .fetch_all(conn)
    .await?;
    let read = |row| Ok((parsed(row, "report_medium", "report_id")?, parsed(row, "report_medium", "sha256")?));
    rows.iter().map(read).collect()
}

/// Reports whose timeline has a gap or does not end where the report stands.
pub(crate) async fn broken_timelines(conn: &mut AnyConnection) -> Result<Vec<ReportId>, DbError> {
    // No step has a number twice: so many as the last number, from 1 to that, are all of them.
    reports(
        conn,
        "SELECT r.report_id FROM report r LEFT JOIN timeline t ON t.report_id = r.report_id \
         GROUP BY r.report_id, r.revision, r.status \
         HAVING COUNT(t.revision) <> r.revision OR MIN(t.revision) <> 1 OR MAX(t.revision) <> r.revision \
         OR MAX(CASE WHEN t.revision = r.revision THEN t.status END) <> r.status",
    )
    .await
}

/// Reports whose place in the feed is beyond the last number given, or another's too.
pub(crate) async fn misplaced(conn: &mut AnyConnection) -> Result<Vec<ReportId>, DbError> {
    // One that is gone compares with nothing and would find nothing.
    change::last(&mut *conn).await?;
    reports(
        conn,
        "SELECT report_id FROM report r WHERE change_seq < 1 OR change_seq > (SELECT last_seq FROM change_counter) \
         OR EXISTS (SELECT 1 FROM report o WHERE o.change_seq = r.change_seq AND o.report_id <> r.report_id)",
    )
    .await
}

/// Reports that are noted as public and don't count, or whose place in the public feed was never given.
pub(crate) async fn bad_public(conn: &mut AnyConnection) -> Result<Vec<ReportId>, DbError> {
    let rows = sqlx::query(
        "SELECT p.report_id FROM public_change p LEFT JOIN report r ON r.report_id = p.report_id \
         WHERE p.shown = 1 AND r.received_at IS NULL OR p.seq > (SELECT last_seq FROM change_counter)",
    )
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| parsed(row, "public_change", "report_id")).collect()
}

async fn reports(conn: &mut AnyConnection, sql: &'static str) -> Result<Vec<ReportId>, DbError> {
    let rows = sqlx::query(sql).fetch_all(conn).await?;
    rows.iter().map(|row| parsed(row, "report", "report_id")).collect()
}

/// Operations that have created no report, or another's.
pub(crate) async fn idle_operations(conn: &mut AnyConnection) -> Result<Vec<String>, DbError> {
    let rows = sqlx::query(
        "SELECT o.op_id FROM operation o LEFT JOIN report r ON r.op_id = o.op_id AND r.user_id = o.user_id \
         WHERE r.report_id IS NULL ORDER BY o.op_id",
    )
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(row.try_get("op_id")?)).collect()
}

/// Accounts whose profile can't be read.
pub(crate) async fn bad_profiles(conn: &mut AnyConnection) -> Result<Vec<String>, DbError> {
    let rows = sqlx::query("SELECT user_id, body FROM profile ORDER BY user_id").fetch_all(conn).await?;
    let mut bad = Vec::new();
    for row in &rows {
        if serde_json::from_str::<pakn_api::model::profile::Profile>(row.try_get("body")?).is_err() {
            bad.push(row.try_get("user_id")?);
        }
    }
    Ok(bad)
}

/// Accounts of whose consents one can't be read or is missing.
pub(crate) async fn bad_consents(conn: &mut AnyConnection) -> Result<Vec<String>, DbError> {
    let rows = sqlx::query("SELECT user_id, seq, purpose FROM consent ORDER BY user_id, seq").fetch_all(conn).await?;
    let (mut bad, mut last) = (Vec::new(), (String::new(), 0));
    for row in &rows {
        let (user, seq): (String, i64) = (row.try_get("user_id")?, row.try_get("seq")?);
        let expected = if user == last.0 { last.1 + 1 } else { 1 };
        let purpose: &str = row.try_get("purpose")?;
        let known = ConsentPurpose::ALL.iter().any(|known| known.as_str() == purpose);
        if (seq != expected || !known) && bad.last() != Some(&user) {
            bad.push(user.clone());
        }
        last = (user, seq);
    }
    Ok(bad)
}

/// The next reports after this one: each id as it is spelt, and whether what was sent can be read and names
/// just the files that are noted.
pub(crate) async fn submissions(conn: &mut AnyConnection, after: &str, limit: i64) -> Result<Vec<(String, bool)>, DbError> {
    let rows = sqlx::query("SELECT report_id, submission FROM report WHERE report_id > $1 ORDER BY report_id LIMIT $2")
        .bind(after.to_owned())
        .bind(limit)
        .fetch_all(&mut *conn)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: String = row.try_get("report_id")?;
        let sent = serde_json::from_str::<pakn_api::model::report::Submission>(row.try_get("submission")?);
        let noted = sqlx::query("SELECT sha256, bytes FROM report_medium WHERE report_id = $1 ORDER BY position")
            .bind(id.clone())
            .fetch_all(&mut *conn)
            .await?;
        let noted: Result<Vec<(MediaHash, u64)>, DbError> =
            noted.iter().map(|row| Ok((parsed(row, "report_medium", "sha256")?, uint(row, "report_medium", "bytes")?))).collect();
        let fits = match (sent, noted) {
            (Ok(sent), Ok(noted)) => sent.media.iter().map(|medium| (medium.sha256, medium.bytes)).eq(noted),
            _ => false,
        };
        found.push((id, fits));
    }
    Ok(found)
}
