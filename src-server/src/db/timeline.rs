//! Table `timeline`: what happened to a report, step by step.

use std::collections::HashMap;

use pakn_api::{
    Timestamp,
    id::{ReportId, UserId},
    model::status::RefusalReason,
    wire::TimelineEntry,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{DbError, from_json, int, parsed, to_json};

/// Adds a step, as the report's `revision`.
pub(crate) async fn insert(
    conn: &mut AnyConnection,
    report: ReportId,
    revision: u32,
    entry: &TimelineEntry,
) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO timeline (report_id, revision, at, status, refusal, actor, note) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(report.to_string())
    .bind(i64::from(revision))
    .bind(entry.at.0)
    .bind(entry.status.as_str())
    .bind(entry.refusal.map(RefusalReason::as_str))
    .bind(to_json(&entry.by)?)
    .bind(entry.note.as_ref().map(|note| note.as_str().to_owned()))
    .execute(conn)
    .await?;
    Ok(())
}

/// One report's steps, oldest first.
pub(crate) async fn of_report(conn: &mut AnyConnection, report: ReportId) -> Result<Vec<TimelineEntry>, DbError> {
    let rows = sqlx::query("SELECT at, status, refusal, actor, note FROM timeline WHERE report_id = $1 ORDER BY revision")
        .bind(report.to_string())
        .fetch_all(conn)
        .await?;
    rows.iter().map(entry).collect()
}

/// The steps of all of a user's reports whose last change lies in `(after, upto]`.
pub(crate) async fn of_changes(
    conn: &mut AnyConnection,
    user: UserId,
    after: u64,
    upto: u64,
) -> Result<HashMap<ReportId, Vec<TimelineEntry>>, DbError> {
    let rows = sqlx::query(
        "SELECT t.report_id, t.at, t.status, t.refusal, t.actor, t.note FROM timeline t \
         JOIN report r ON r.report_id = t.report_id \
         WHERE r.user_id = $1 AND r.change_seq > $2 AND r.change_seq <= $3 ORDER BY t.report_id, t.revision",
    )
    .bind(user.to_string())
    .bind(int(after))
    .bind(int(upto))
    .fetch_all(conn)
    .await?;
    let mut steps: HashMap<_, Vec<_>> = HashMap::new();
    for row in &rows {
        steps.entry(parsed(row, "timeline", "report_id")?).or_default().push(entry(row)?);
    }
    Ok(steps)
}

fn entry(row: &AnyRow) -> Result<TimelineEntry, DbError> {
    let corrupt = |column| DbError::Corrupt { table: "timeline", column };
    let note = row.try_get::<Option<String>, _>("note")?;
    let refusal = row.try_get::<Option<String>, _>("refusal")?;
    Ok(TimelineEntry {
        at: Timestamp(row.try_get("at")?),
        status: parsed(row, "timeline", "status")?,
        refusal: refusal.map(|text| text.parse().map_err(|_| corrupt("refusal"))).transpose()?,
        by: from_json(row.try_get("actor")?, "timeline", "actor")?,
        note: note.map(|text| text.try_into().map_err(|_| corrupt("note"))).transpose()?,
    })
}
