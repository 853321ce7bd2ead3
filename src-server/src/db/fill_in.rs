//! What an earlier server did not note of its reports, noted from what it did.

use pakn_api::{id::ReportId, model::report::Submission, wire::Actor};
use sqlx::{AnyConnection, Row as _};

use super::{DbError, parsed, public_report, report, timeline};
use crate::geo;

const PAGE: i64 = 500;

/// Notes field, square, agency and publicness of reports that have no field yet. One whose submission can't be read goes
/// without: `check` tells of it.
pub(super) async fn reports(conn: &mut AnyConnection) -> Result<(), DbError> {
    let mut after = String::new();
    loop {
        let rows = sqlx::query(
            "SELECT report_id, submission FROM report WHERE field IS NULL AND report_id > $1 ORDER BY report_id LIMIT $2",
        )
        .bind(after.clone())
        .bind(PAGE)
        .fetch_all(&mut *conn)
        .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.try_get("report_id")?;
        for row in &rows {
            match serde_json::from_str::<Submission>(row.try_get("submission")?) {
                Ok(submission) => note(&mut *conn, parsed(row, "report", "report_id")?, &submission).await?,
                Err(error) => tracing::error!(%error, "a stored report can't be read"),
            }
        }
    }
}

async fn note(conn: &mut AnyConnection, report: ReportId, submission: &Submission) -> Result<(), DbError> {
    sqlx::query("UPDATE report SET field = $2, cell = $3 WHERE report_id = $1")
        .bind(report.to_string())
        .bind(submission.field.as_str().to_owned())
        .bind(geo::cell(&submission.place.position))
        .execute(&mut *conn)
        .await?;
    for step in timeline::of_report(&mut *conn, report).await?.iter().rev() {
        if let Actor::Agency { name } = &step.by {
            report::set_handled_by(&mut *conn, report, name).await?;
            break;
        }
    }
    public_report::settle(conn, report).await
}
