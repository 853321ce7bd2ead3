//! Table `report`.
//!
//! A row comes with the citizen's operation; it *counts* (status, timeline, change feed) from the moment
//! all its files are here, which is one transaction with whatever was missing last.

use pakn_api::{
    Timestamp,
    id::{OpId, ReportId, UserId},
    model::{phone::PhoneNumber, report::Submission, status::ReportStatus, words::AgencyName},
    wire::{Actor, Receipt, ReportView, TimelineEntry, WaitingReport},
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{DbError, change, from_json, int, medium, parsed, public_report, similar, timeline, to_json};
use crate::{
    geo,
    visibility::{self, Sender, StoredReport},
};

/// What [`stored`] reads, of `report r JOIN account a`, in a query whose rest this is given.
macro_rules! select_stored {
    ($($rest:tt)+) => {
        concat!(
            "SELECT r.report_id, r.submission, r.revision, r.received_at, r.status, r.due_at, r.handled_by, r.change_seq, \
             a.name AS sender_name, a.phone AS sender_phone FROM report r JOIN account a ON a.user_id = r.user_id ",
            $($rest)+
        )
    };
}
pub(super) use select_stored;

const NOBODYS_PHONE: &str = "nobody";

/// What an operation has created.
pub(crate) struct Created {
    pub(crate) user: UserId,
    pub(crate) report: ReportId,
    pub(crate) submission: Submission,
}

/// The report that this operation has created.
pub(crate) async fn by_operation(conn: &mut AnyConnection, op_id: OpId) -> Result<Option<Created>, DbError> {
    let row = sqlx::query("SELECT report_id, user_id, submission FROM report WHERE op_id = $1")
        .bind(op_id.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(|row| {
        Ok(Created {
            user: parsed(&row, "report", "user_id")?,
            report: parsed(&row, "report", "report_id")?,
            submission: from_json(row.try_get("submission")?, "report", "submission")?,
        })
    })
    .transpose()
}

/// Whether there is a report of this id, whoever's.
pub(crate) async fn exists(conn: &mut AnyConnection, report: ReportId) -> Result<bool, DbError> {
    let row = sqlx::query("SELECT op_id FROM report WHERE report_id = $1").bind(report.to_string()).fetch_optional(conn).await?;
    Ok(row.is_some())
}

/// Adds a report with its announced files; it doesn't count yet.
pub(crate) async fn insert(
    conn: &mut AnyConnection,
    report: ReportId,
    user: UserId,
    op_id: OpId,
    submission: &Submission,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO report (report_id, user_id, op_id, submission, created_at, revision, field, cell) \
         VALUES ($1, $2, $3, $4, $5, 0, $6, $7)",
    )
    .bind(report.to_string())
    .bind(user.to_string())
    .bind(op_id.to_string())
    .bind(to_json(submission)?)
    .bind(now.0)
    .bind(submission.field.as_str().to_owned())
    .bind(geo::cell(&submission.place.position))
    .execute(&mut *conn)
    .await?;
    medium::announce(conn, report, &submission.media).await
}

/// Lets a report count if nothing of it is missing and it doesn't yet.
pub(crate) async fn receive_if_whole(conn: &mut AnyConnection, report: ReportId, now: Timestamp) -> Result<(), DbError> {
    if medium::of_report(&mut *conn, report).await?.iter().any(|medium| !medium.stored) {
        return Ok(());
    }
    let seq = change::next(&mut *conn).await?;
    let done = sqlx::query(
        "UPDATE report SET received_at = $2, status = $3, revision = 1, change_seq = $4 \
         WHERE report_id = $1 AND received_at IS NULL",
    )
    .bind(report.to_string())
    .bind(now.0)
    .bind(ReportStatus::Received.as_str())
    .bind(int(seq))
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        let first = TimelineEntry { at: now, status: ReportStatus::Received, refusal: None, by: Actor::System, note: None };
        timeline::insert(&mut *conn, report, 1, &first).await?;
        similar::note(&mut *conn, report).await?;
        public_report::settle(conn, report).await?;
    }
    Ok(())
}

/// The receipt of a user's report, not signed yet.
pub(crate) async fn receipt(conn: &mut AnyConnection, user: UserId, report: ReportId) -> Result<Option<Receipt>, DbError> {
    let row = sqlx::query("SELECT op_id, received_at FROM report WHERE report_id = $1 AND user_id = $2")
        .bind(report.to_string())
        .bind(user.to_string())
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Receipt {
        op_id: parsed(&row, "report", "op_id")?,
        report_id: report,
        received_at: row.try_get::<Option<i64>, _>("received_at")?.map(Timestamp),
        media: medium::of_report(conn, report).await?,
        signed: None,
    }))
}

/// Where a report stands: its status and revision, once it counts. `None` when there is no such report.
pub(crate) async fn standing(conn: &mut AnyConnection, report: ReportId) -> Result<Option<Option<(ReportStatus, u32)>>, DbError> {
    let row = sqlx::query("SELECT status, revision FROM report WHERE report_id = $1")
        .bind(report.to_string())
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(status(&row)?.map(|status| Ok::<_, DbError>((status, revision(&row)?))).transpose()?))
}

/// Adds a step to a report that counts, as its next revision.
pub(crate) async fn advance(
    conn: &mut AnyConnection,
    report: ReportId,
    revision: u32,
    entry: &TimelineEntry,
) -> Result<(), DbError> {
    let seq = change::next(&mut *conn).await?;
    sqlx::query("UPDATE report SET status = $2, revision = $3, change_seq = $4 WHERE report_id = $1")
        .bind(report.to_string())
        .bind(entry.status.as_str())
        .bind(i64::from(revision))
        .bind(int(seq))
        .execute(&mut *conn)
        .await?;
    if let Actor::Agency { name } = &entry.by {
        set_handled_by(&mut *conn, report, name).await?;
    }
    timeline::insert(&mut *conn, report, revision, entry).await?;
    public_report::settle(conn, report).await
}

/// Gives a report that counts a new place in the feeds of those who may see it: one of them is to see it anew, though
/// nothing has happened to it.
pub(super) async fn renumber(conn: &mut AnyConnection, report: ReportId) -> Result<(), DbError> {
    let seq = change::next(&mut *conn).await?;
    sqlx::query("UPDATE report SET change_seq = $2 WHERE report_id = $1 AND received_at IS NOT NULL")
        .bind(report.to_string())
        .bind(int(seq))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes which agency a step has named.
pub(super) async fn set_handled_by(conn: &mut AnyConnection, report: ReportId, agency: &str) -> Result<(), DbError> {
    sqlx::query("UPDATE report SET handled_by = $2 WHERE report_id = $1")
        .bind(report.to_string())
        .bind(agency.to_owned())
        .execute(conn)
        .await?;
    Ok(())
}

/// A user's report, once it counts.
pub(crate) async fn view(conn: &mut AnyConnection, user: UserId, report: ReportId) -> Result<Option<ReportView>, DbError> {
    let row = sqlx::query(select_stored!("WHERE r.report_id = $1 AND r.user_id = $2 AND r.received_at IS NOT NULL"))
        .bind(report.to_string())
        .bind(user.to_string())
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let timeline = timeline::of_report(conn, report).await?;
    Ok(Some(visibility::to_sender(stored(&row, timeline)?)))
}

/// At most `limit` of a user's reports that changed after `after`, each with its place in the feed, in that order.
pub(crate) async fn changed(
    conn: &mut AnyConnection,
    user: UserId,
    after: u64,
    limit: u32,
) -> Result<Vec<(u64, ReportView)>, DbError> {
    let rows = sqlx::query(select_stored!("WHERE r.user_id = $1 AND r.change_seq > $2 ORDER BY r.change_seq LIMIT $3"))
        .bind(user.to_string())
        .bind(int(after))
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await?;
    let seqs = rows.iter().map(|row| super::uint(row, "report", "change_seq")).collect::<Result<Vec<_>, _>>()?;
    let Some(last) = seqs.last() else { return Ok(Vec::new()) };
    let mut steps = timeline::of_changes(conn, user, after, *last).await?;
    let read = |row: &AnyRow| {
        let report = parsed(row, "report", "report_id")?;
        Ok::<_, DbError>(visibility::to_sender(stored(row, steps.remove(&report).unwrap_or_default())?))
    };
    let views = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(seqs.into_iter().zip(views).collect())
}

/// A user's reports that don't count yet, in the order they came.
pub(crate) async fn waiting(conn: &mut AnyConnection, user: UserId) -> Result<Vec<WaitingReport>, DbError> {
    let rows = sqlx::query(
        "SELECT report_id, created_at, submission FROM report WHERE user_id = $1 AND received_at IS NULL \
         ORDER BY created_at, report_id",
    )
    .bind(user.to_string())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(WaitingReport {
                report_id: parsed(row, "report", "report_id")?,
                created_at: Timestamp(row.try_get("created_at")?),
                submission: from_json(row.try_get("submission")?, "report", "submission")?,
            })
        })
        .collect()
}

/// One report as staff lists it.
pub(crate) struct Listed {
    pub(crate) report: ReportId,
    pub(crate) status: Option<ReportStatus>,
    pub(crate) received_at: Option<Timestamp>,
    pub(crate) submission: Submission,
}

/// Every report, in the order they came.
pub(crate) async fn all(conn: &mut AnyConnection) -> Result<Vec<Listed>, DbError> {
    let rows = sqlx::query("SELECT report_id, status, received_at, submission FROM report ORDER BY created_at, report_id")
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                report: parsed(row, "report", "report_id")?,
                status: status(row)?,
                received_at: row.try_get::<Option<i64>, _>("received_at")?.map(Timestamp),
                submission: from_json(row.try_get("submission")?, "report", "submission")?,
            })
        })
        .collect()
}

fn status(row: &AnyRow) -> Result<Option<ReportStatus>, DbError> {
    let text = row.try_get::<Option<String>, _>("status")?;
    text.map(|text| text.parse().map_err(|_| DbError::Corrupt { table: "report", column: "status" })).transpose()
}

fn revision(row: &AnyRow) -> Result<u32, DbError> {
    u32::try_from(row.try_get::<i64, _>("revision")?).map_err(|_| DbError::Corrupt { table: "report", column: "revision" })
}

/// The report of a row that [`select_stored`] selects.
pub(super) fn stored(row: &AnyRow, timeline: Vec<TimelineEntry>) -> Result<StoredReport, DbError> {
    let corrupt = |table, column| DbError::Corrupt { table, column };
    let handled_by = row.try_get::<Option<String>, _>("handled_by")?;
    let handled_by = handled_by.map(|name| AgencyName::parse(&name)).transpose();
    // The account that deleted ones leave their reports to has no number.
    let phone: &str = row.try_get("sender_phone")?;
    let phone = (phone != NOBODYS_PHONE).then(|| PhoneNumber::parse(phone)).transpose();
    let phone = phone.map_err(|_| corrupt("account", "phone"))?;
    Ok(StoredReport {
        report_id: parsed(row, "report", "report_id")?,
        revision: revision(row)?,
        status: status(row)?.ok_or_else(|| corrupt("report", "status"))?,
        received_at: Timestamp(row.try_get("received_at")?),
        due_at: row.try_get::<Option<i64>, _>("due_at")?.map(Timestamp),
        submission: from_json(row.try_get("submission")?, "report", "submission")?,
        timeline,
        handled_by: handled_by.map_err(|_| corrupt("report", "handled_by"))?,
        sender: phone.map(|phone| Ok::<_, DbError>(Sender { name: row.try_get("sender_name")?, phone })).transpose()?,
    })
}
