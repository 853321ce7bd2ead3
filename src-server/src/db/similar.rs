//! Open reports near a place, found by the index of squares; table `similar_report`, which keeps what was near
//! when a report came in, for those who handle it.

use std::collections::BTreeMap;

use pakn_api::{
    id::ReportId,
    model::{catalogue::FieldCode, jurisdiction::Jurisdiction, place::Position, report::Submission, status::ReportStatus},
    wire::PublicReport,
};
use sqlx::{AnyConnection, Row as _};

use super::{DbError, document, from_json, parsed, public_report};
use crate::{geo, visibility};

/// Most reports that are told.
const MOST: usize = 10;

/// Open public reports of this field around there, nearest first.
pub(crate) async fn public(
    conn: &mut AnyConnection,
    field: &FieldCode,
    position: &Position,
) -> Result<Vec<PublicReport>, DbError> {
    let rule = public_report::rule(&mut *conn).await?;
    let mut found = Vec::new();
    for report in open_near(&mut *conn, field, position).await? {
        found.extend(public_report::shown(&mut *conn, &rule, report).await?);
        if found.len() == MOST {
            break;
        }
    }
    Ok(found)
}

/// Notes the open reports near one that has just come in, public or not.
pub(crate) async fn note(conn: &mut AnyConnection, report: ReportId) -> Result<(), DbError> {
    let row =
        sqlx::query("SELECT submission FROM report WHERE report_id = $1").bind(report.to_string()).fetch_one(&mut *conn).await?;
    let submission: Submission = from_json(row.try_get("submission")?, "report", "submission")?;
    let near = open_near(&mut *conn, &submission.field, &submission.place.position).await?;
    for (position, near) in (0_i64..).zip(near.into_iter().filter(|near| *near != report).take(MOST)) {
        sqlx::query("INSERT INTO similar_report (report_id, position, similar_id) VALUES ($1, $2, $3)")
            .bind(report.to_string())
            .bind(position)
            .bind(near.to_string())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// What was near when the report came in, nearest first.
pub(crate) async fn of_report(conn: &mut AnyConnection, report: ReportId) -> Result<Vec<ReportId>, DbError> {
    let rows = sqlx::query("SELECT similar_id FROM similar_report WHERE report_id = $1 ORDER BY position")
        .bind(report.to_string())
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| parsed(row, "similar_report", "similar_id")).collect()
}

/// Every open report of this field within [`Jurisdiction::similar_within_m`], nearest first.
async fn open_near(conn: &mut AnyConnection, field: &FieldCode, position: &Position) -> Result<Vec<ReportId>, DbError> {
    let within_m = document::current::<Jurisdiction>(&mut *conn).await?.similar_within_m.min(geo::MOST_M);
    let mut found = BTreeMap::new();
    for cells in geo::cells_around(position, within_m) {
        let rows = sqlx::query(
            "SELECT report_id, status, submission FROM report WHERE field = $1 AND cell BETWEEN $2 AND $3 AND status IS NOT NULL",
        )
        .bind(field.as_str().to_owned())
        .bind(*cells.start())
        .bind(*cells.end())
        .fetch_all(&mut *conn)
        .await?;
        for row in &rows {
            let status: ReportStatus = parsed(row, "report", "status")?;
            if !visibility::is_open(status) {
                continue;
            }
            let submission: Submission = from_json(row.try_get("submission")?, "report", "submission")?;
            let distance_m = geo::distance_m(position, &submission.place.position);
            if distance_m <= f64::from(within_m) {
                let report: ReportId = parsed(row, "report", "report_id")?;
                // Distances are not negative, and so sort as their bits do.
                found.insert((distance_m.to_bits(), report), ());
            }
        }
    }
    Ok(found.into_keys().map(|(_, report)| report).collect())
}
