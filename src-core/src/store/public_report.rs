//! Table `public_report`: open reports of others, as the server last showed them. They are anybody's, may go at any
//! time and come again by themselves; what is followed is in [`follow`](super::follow).

use std::collections::BTreeSet;

use pakn_api::{
    id::{MediaHash, ReportId, UserId},
    model::{catalogue::FieldCode, place::Position},
    wire::PublicReport,
};
use rusqlite::{Connection, OptionalExtension};

use super::{Result, StoreError, from_json, legible, to_json};

/// Metres that a degree of latitude has at least.
const DEGREE_M: f64 = 110_500.0;

/// Keeps what the server shows of a report; one that nobody is to see to any more goes. What is older than what is
/// here changes nothing. Answers whether anything changed.
pub(crate) fn put(db: &Connection, report: &PublicReport) -> Result<bool> {
    let before = get(db, report.report_id)?;
    if before.as_ref().is_some_and(|before| before.revision > report.revision || before == report) {
        return Ok(false);
    }
    if !report.status.is_open() {
        return remove(db, report.report_id);
    }
    db.prepare_cached(
        "INSERT INTO public_report (report_id, field, lat, lon, received_at_ms, view) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (report_id) DO UPDATE
         SET field = excluded.field, lat = excluded.lat, lon = excluded.lon, received_at_ms = excluded.received_at_ms,
             view = excluded.view",
    )?
    .execute((
        report.report_id.to_string(),
        report.field.as_str(),
        report.position.lat(),
        report.position.lon(),
        report.received_at.0,
        to_json("public report", report)?,
    ))?;
    Ok(true)
}

/// `false` when it was not there.
pub(crate) fn remove(db: &Connection, report_id: ReportId) -> Result<bool> {
    Ok(db.prepare_cached("DELETE FROM public_report WHERE report_id = ?1")?.execute([report_id.to_string()])? == 1)
}

/// Forgets all of them.
pub(crate) fn clear(db: &Connection) -> Result<()> {
    db.prepare_cached("DELETE FROM public_report")?.execute([])?;
    Ok(())
}

/// Leaves as many as `keep`, the last received. Answers the files of those that go.
pub(crate) fn trim(db: &Connection, keep: usize) -> Result<Vec<MediaHash>> {
    let over: Vec<String> = db
        .prepare_cached("SELECT report_id FROM public_report ORDER BY received_at_ms DESC, report_id DESC LIMIT -1 OFFSET ?1")?
        .query_map([i64::try_from(keep).unwrap_or(i64::MAX)], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut files = Vec::new();
    for report_id in over {
        files.extend(files_of(db, Some(&report_id))?);
        db.prepare_cached("DELETE FROM public_report WHERE report_id = ?1")?.execute([report_id])?;
    }
    Ok(files)
}

/// One that can be read.
pub(crate) fn get(db: &Connection, report_id: ReportId) -> Result<Option<PublicReport>> {
    let view: Option<String> = db
        .prepare_cached("SELECT view FROM public_report WHERE report_id = ?1")?
        .query_row([report_id.to_string()], |row| row.get(0))
        .optional()?;
    view.and_then(|view| legible(from_json("public report", &view))).transpose()
}

/// Those of a field that are at most so many metres from a point and not the account's own, with their distance in
/// metres, the nearest first.
pub(crate) fn near(
    db: &Connection,
    owner: Option<UserId>,
    field: &FieldCode,
    (here, within_m): (&Position, f64),
) -> Result<Vec<(PublicReport, f64)>> {
    let owner = owner.map(|user_id| user_id.to_string()).unwrap_or_default();
    let reach = within_m / DEGREE_M;
    let mut found: Vec<(PublicReport, f64)> = db
        .prepare_cached(
            "SELECT view FROM public_report
             WHERE field = ?1 AND lat BETWEEN ?2 AND ?3
               AND report_id NOT IN (SELECT report_id FROM report WHERE user_id = ?4)
               AND report_id NOT IN (SELECT report_id FROM receipt WHERE user_id = ?4)
               AND report_id NOT IN (SELECT entity_id FROM outbox WHERE kind = 'create_report')",
        )?
        .query_map((field.as_str(), here.lat() - reach, here.lat() + reach, owner), |row| row.get::<_, String>(0))?
        .filter_map(|view| {
            legible(view.map_err(StoreError::from).and_then(|view| from_json::<PublicReport>("public report", &view)))
        })
        .map(|report| report.map(|report| (here.distance_m(&report.position), report)))
        .filter(|found| found.as_ref().map_or(true, |(distance, _)| *distance <= within_m))
        .map(|found| found.map(|(distance, report)| (report, distance)))
        .collect::<Result<_>>()?;
    found.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    Ok(found)
}

/// The files of a report, as it is public and as it is followed; of all of them without one.
fn files_of(db: &Connection, report_id: Option<&str>) -> Result<Vec<MediaHash>> {
    let of = if report_id.is_some() { "WHERE report_id = ?1" } else { "" };
    // What can't be read shows no files.
    let sql = format!(
        "SELECT json_extract(file.value, '$.sha256')
         FROM (SELECT view FROM public_report {of} UNION ALL SELECT view FROM follow {of}) AS shown,
              json_each(CASE WHEN json_valid(shown.view) THEN shown.view ELSE '{{}}' END, '$.media') AS file
         WHERE file.type = 'object' AND json_type(file.value, '$.sha256') = 'text'"
    );
    let files: Vec<String> = db
        .prepare_cached(&sql)?
        .query_map(rusqlite::params_from_iter(report_id), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(files.iter().filter_map(|hash| hash.parse().ok()).collect())
}

/// The files of a report, as it is public and as it is followed.
pub(crate) fn files(db: &Connection, report_id: ReportId) -> Result<Vec<MediaHash>> {
    files_of(db, Some(&report_id.to_string()))
}

/// The files of all that is public or followed.
pub(crate) fn all_files(db: &Connection) -> Result<Vec<MediaHash>> {
    files_of(db, None)
}

/// Of files that were shown, those that nothing public or followed shows any more.
pub(crate) fn shown_no_more(db: &Connection, files: Vec<MediaHash>) -> Result<Vec<MediaHash>> {
    if files.is_empty() {
        return Ok(files);
    }
    let shown: BTreeSet<MediaHash> = all_files(db)?.into_iter().collect();
    Ok(files.into_iter().filter(|file| !shown.contains(file)).collect())
}

/// Whether a file is one of a report that is public or followed.
pub(crate) fn shows(db: &Connection, hash: MediaHash) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM follow WHERE instr(view, ?1) > 0)
                   OR EXISTS (SELECT 1 FROM public_report WHERE instr(view, ?1) > 0)";
    Ok(db.prepare_cached(sql)?.query_row([format!("\"{hash}\"")], |row| row.get(0))?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
pub(crate) mod tests;
