//! Open reports near a place, found by the index of squares; table `similar_report`, which keeps what was near
//! when a report came in, for those who handle it.

use std::collections::{BTreeMap, BTreeSet};

use pakn_api::{
    id::ReportId,
    model::{catalogue::FieldCode, jurisdiction::Jurisdiction, place::Position, report::Submission},
    wire::PublicReport,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{
    DbError, document, from_json, int, parsed, public_report,
    report::{select_stored, stored},
};
use crate::{geo, visibility};

/// Most reports that are told.
const MOST: usize = 10;

/// Most reports that are looked at, those of the nearest squares first: however much there is in a place, what is near is
/// found in a time that is bounded, for one of these questions is asked in the one writer with each new report.
const MOST_CANDIDATES: usize = 300;

/// The statuses for which [`pakn_api::model::status::ReportStatus::is_open`].
macro_rules! open {
    () => {
        "'received', 'accepted', 'assigned', 'in_progress', 'needs_info'"
    };
}

/// The rest of a query of open `report r` for [`candidates`].
macro_rules! open_in_squares {
    () => {
        concat!(
            "WHERE r.field = $1 AND r.cell BETWEEN $2 AND $3 AND r.status IN (",
            open!(),
            ") ORDER BY ABS(r.cell - $4), r.change_seq DESC LIMIT $5"
        )
    };
}

/// Open public reports of this field around there, nearest first.
pub(crate) async fn public(
    conn: &mut AnyConnection,
    field: &FieldCode,
    position: &Position,
) -> Result<Vec<PublicReport>, DbError> {
    // Who is public is asked of the rule; the table only keeps the others from being candidates.
    let sql = select_stored!("JOIN public_change p ON p.report_id = r.report_id AND p.shown = 1 ", open_in_squares!());
    let (rule, within_m) = (public_report::rule(&mut *conn).await?, within_m(&mut *conn).await?);
    let mut found = BTreeMap::new();
    for row in &candidates(conn, sql, field, position, within_m).await? {
        let Some(report) = visibility::to_public(stored(row, Vec::new())?, &rule) else { continue };
        found.extend(nearness(position, &report.position, within_m).map(|near| ((near, report.report_id), report)));
    }
    Ok(found.into_values().take(MOST).collect())
}

/// Notes the open reports near one that has just come in, public or not.
pub(crate) async fn note(conn: &mut AnyConnection, report: ReportId) -> Result<(), DbError> {
    let row =
        sqlx::query("SELECT submission FROM report WHERE report_id = $1").bind(report.to_string()).fetch_one(&mut *conn).await?;
    let submission: Submission = from_json(row.try_get("submission")?, "report", "submission")?;
    let (here, within_m) = (&submission.place.position, within_m(&mut *conn).await?);
    let sql = concat!("SELECT r.report_id, r.submission FROM report r ", open_in_squares!());
    let mut found = BTreeSet::new();
    for row in &candidates(&mut *conn, sql, &submission.field, here, within_m).await? {
        let near: Submission = from_json(row.try_get("submission")?, "report", "submission")?;
        let (near, id) = (nearness(here, &near.place.position, within_m), parsed::<ReportId>(row, "report", "report_id")?);
        found.extend(near.filter(|_| id != report).map(|near| (near, id)));
    }
    for (position, (_, near)) in (0_i64..).zip(found.into_iter().take(MOST)) {
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

/// Within how many metres what is near is told.
async fn within_m(conn: &mut AnyConnection) -> Result<u32, DbError> {
    Ok(document::current::<Jurisdiction>(conn).await?.similar_within_m.min(geo::MOST_M))
}

/// The rows of `sql` in the squares around, those of the nearest squares first and of one square the last changed, no
/// more than [`MOST_CANDIDATES`].
async fn candidates(
    conn: &mut AnyConnection,
    sql: &'static str,
    field: &FieldCode,
    position: &Position,
    within_m: u32,
) -> Result<Vec<AnyRow>, DbError> {
    let mut found = Vec::new();
    for cells in geo::cells_around(position, within_m) {
        let left = MOST_CANDIDATES.saturating_sub(found.len());
        let rows = sqlx::query(sql)
            .bind(field.as_str().to_owned())
            .bind(*cells.start())
            .bind(*cells.end())
            .bind(geo::abreast(&cells, position))
            .bind(int(left as u64))
            .fetch_all(&mut *conn)
            .await?;
        found.extend(rows);
        if found.len() >= MOST_CANDIDATES {
            break;
        }
    }
    Ok(found)
}

/// How near the one is to the other, for sorting; nothing when it is further away than `within_m`.
fn nearness(here: &Position, there: &Position, within_m: u32) -> Option<u64> {
    let distance_m = here.distance_m(there);
    // Distances are not negative, and so sort as their bits do.
    (distance_m <= f64::from(within_m)).then(|| distance_m.to_bits())
}

#[cfg(test)]
mod tests {
    use pakn_api::model::status::ReportStatus;

    #[test]
    fn just_the_open_ones_are_asked_for() {
        let open = ReportStatus::ALL.into_iter().filter(|status| status.is_open());
        let named: Vec<_> = open.map(|status| format!("'{}'", status.as_str())).collect();
        assert_eq!(open!(), named.join(", "));
    }
}
