//! An account's end: its rows in all tables, and table `deleted_account`, which says that there was one.
//!
//! Reports that an agency has taken up stay as its record, with their pictures, and are a nobody's from then on.
//! `secure_delete` overwrites what is deleted, [`Db::empty_log`](super::Db::empty_log) does away with older pages and
//! [`Db::rebuild`](super::Db::rebuild) with what was left behind in others.

use pakn_api::{
    Timestamp,
    id::{MediaHash, ReportId, UserId},
    model::{phone::PhoneNumber, report::Submission, status::ReportStatus},
};
use sqlx::{AnyConnection, Row as _};

use super::{DbError, int, parsed, public_report, report};

/// Whose the kept reports are; see the migration that makes this account.
const NOBODY: UserId = UserId::from_uuid(uuid::Uuid::nil());

/// What went with an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Deleted {
    pub(crate) reports_removed: u64,
    pub(crate) reports_kept: u64,
}

/// Whether a report stays when its sender goes: somebody has taken it up.
pub(crate) const fn stays(status: Option<ReportStatus>) -> bool {
    match status {
        None | Some(ReportStatus::Received | ReportStatus::Refused) => false,
        Some(
            ReportStatus::Accepted
            | ReportStatus::Assigned
            | ReportStatus::InProgress
            | ReportStatus::NeedsInfo
            | ReportStatus::Answered
            | ReportStatus::Closed,
        ) => true,
    }
}

/// Deletes an account and all that is only its own.
pub(crate) async fn delete(
    conn: &mut AnyConnection,
    user: UserId,
    phone: &PhoneNumber,
    now: Timestamp,
) -> Result<Deleted, DbError> {
    let Reports { kept, kept_named, removed } = reports(&mut *conn, user).await?;
    for report in &removed {
        for statement in [
            "DELETE FROM timeline WHERE report_id = $1",
            "DELETE FROM report_medium WHERE report_id = $1",
            "DELETE FROM similar_report WHERE report_id = $1 OR similar_id = $1",
            "DELETE FROM follow WHERE report_id = $1",
            "DELETE FROM follow_operation WHERE report_id = $1",
            "DELETE FROM report WHERE report_id = $1",
        ] {
            sqlx::query(statement).bind(report.to_string()).execute(&mut *conn).await?;
        }
        public_report::settle(&mut *conn, *report).await?;
    }
    leave_to_nobody(&mut *conn, user).await?;
    // Who has fetched it with a name is given it without. Those without a name look as before, and must not move: what
    // moves together would be seen to be one sender's.
    for report in &kept_named {
        public_report::settle(&mut *conn, *report).await?;
        report::renumber(&mut *conn, *report).await?;
    }
    let files = sqlx::query("SELECT sha256 FROM medium WHERE user_id = $1").bind(user.to_string()).fetch_all(&mut *conn).await?;
    for statement in [
        "DELETE FROM medium WHERE user_id = $1",
        "DELETE FROM upload_done WHERE user_id = $1",
        "DELETE FROM operation WHERE user_id = $1",
        "DELETE FROM session WHERE user_id = $1",
        "DELETE FROM consent WHERE user_id = $1",
        "DELETE FROM follow WHERE user_id = $1",
        "DELETE FROM follow_operation WHERE user_id = $1",
        "DELETE FROM profile_operation WHERE user_id = $1",
        "DELETE FROM profile WHERE user_id = $1",
        "DELETE FROM account WHERE user_id = $1",
    ] {
        sqlx::query(statement).bind(user.to_string()).execute(&mut *conn).await?;
    }
    super::one_time_code::forget_of(&mut *conn, phone).await?;
    for file in &files {
        let file: MediaHash = parsed(file, "medium", "sha256")?;
        super::unwanted_file::insert_if_unnamed(&mut *conn, file, now).await?;
    }
    let deleted = Deleted { reports_removed: removed.len() as u64, reports_kept: kept };
    sqlx::query("INSERT INTO deleted_account (deletion_id, deleted_at, reports_removed, reports_kept, rebuilt) VALUES ($1, $2, $3, $4, 0)")
        .bind(format!("{:032x}", rand::random::<u128>()))
        .bind(now.0)
        .bind(int(deleted.reports_removed))
        .bind(int(deleted.reports_kept))
        .execute(conn)
        .await?;
    Ok(deleted)
}

/// Accounts that were deleted since the database was last written anew.
pub(crate) async fn not_rebuilt(conn: &mut AnyConnection) -> Result<Vec<String>, DbError> {
    let rows = sqlx::query("SELECT deletion_id FROM deleted_account WHERE rebuilt = 0").fetch_all(conn).await?;
    rows.iter().map(|row| Ok(row.try_get("deletion_id")?)).collect()
}

/// Notes that the database has been written anew since these.
pub(crate) async fn set_rebuilt(conn: &mut AnyConnection, deletions: &[String]) -> Result<(), DbError> {
    for deletion in deletions {
        sqlx::query("UPDATE deleted_account SET rebuilt = 1 WHERE deletion_id = $1")
            .bind(deletion.to_owned())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// What becomes of a user's reports.
#[derive(Default)]
struct Reports {
    /// How many stay.
    kept: u64,
    /// Those of them that were sent with a name, which they lose.
    kept_named: Vec<ReportId>,
    removed: Vec<ReportId>,
}

/// Which of a user's reports stay, and which go.
async fn reports(conn: &mut AnyConnection, user: UserId) -> Result<Reports, DbError> {
    let rows = sqlx::query("SELECT report_id, status, submission FROM report WHERE user_id = $1")
        .bind(user.to_string())
        .fetch_all(conn)
        .await?;
    let mut found = Reports::default();
    for row in &rows {
        let status = row.try_get::<Option<String>, _>("status")?.map(|text| text.parse());
        if stays(status.transpose().map_err(|_| DbError::Corrupt { table: "report", column: "status" })?) {
            found.kept += 1;
            match serde_json::from_str::<Submission>(row.try_get("submission")?) {
                Ok(submission) if submission.anonymous => {}
                Ok(_) => found.kept_named.push(parsed(row, "report", "report_id")?),
                // Nobody is shown it, so nobody need be told; it must not keep an account from being deleted.
                Err(error) => tracing::error!(%error, "a stored report can't be read"),
            }
        } else {
            found.removed.push(parsed(row, "report", "report_id")?);
        }
    }
    Ok(found)
}

/// What is left of a user's reports becomes nobody's, with the files it names.
async fn leave_to_nobody(conn: &mut AnyConnection, user: UserId) -> Result<(), DbError> {
    for statement in [
        "INSERT INTO medium (user_id, sha256, bytes, created_at) \
         SELECT $2, sha256, bytes, created_at FROM medium WHERE user_id = $1 AND EXISTS \
         (SELECT 1 FROM report_medium m JOIN report r ON r.report_id = m.report_id \
          WHERE m.sha256 = medium.sha256 AND r.user_id = $1) \
         ON CONFLICT (user_id, sha256) DO NOTHING",
        "UPDATE report SET user_id = $2 WHERE user_id = $1",
    ] {
        sqlx::query(statement).bind(user.to_string()).bind(NOBODY.to_string()).execute(&mut *conn).await?;
    }
    Ok(())
}
