//! Table `report`: the mirror of what the server last said about the account's reports.

use pakn_api::{
    id::{ReportId, UserId},
    wire::ReportView,
};
use rusqlite::{Connection, OptionalExtension};

use super::{Result, StoreError, from_json, legible, to_json};

const VIEW_VERSION: u32 = 1;

pub(crate) fn put(db: &Connection, user_id: UserId, view: &ReportView) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO report (report_id, user_id, revision, view_version, view, submitted_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (report_id) DO UPDATE
         SET user_id = excluded.user_id, revision = excluded.revision, view_version = excluded.view_version,
             view = excluded.view, submitted_at_ms = excluded.submitted_at_ms",
    )?
    .execute((
        view.report_id.to_string(),
        user_id.to_string(),
        view.revision,
        VIEW_VERSION,
        to_json("report", view)?,
        view.submission.submitted_at.0,
    ))?;
    Ok(())
}

/// The mirror's revision of a report, if it is there.
pub(crate) fn revision(db: &Connection, report_id: ReportId) -> Result<Option<u32>> {
    Ok(db
        .prepare_cached("SELECT revision FROM report WHERE report_id = ?1")?
        .query_row([report_id.to_string()], |row| row.get(0))
        .optional()?)
}

pub(crate) fn get(db: &Connection, user_id: UserId, report_id: ReportId) -> Result<Option<ReportView>> {
    let view: Option<String> = db
        .prepare_cached("SELECT view FROM report WHERE report_id = ?1 AND user_id = ?2")?
        .query_row([report_id.to_string(), user_id.to_string()], |row| row.get(0))
        .optional()?;
    view.map(|v| from_json("report", &v)).transpose()
}

/// Forgets an account's reports.
pub(crate) fn delete_of_user(db: &Connection, user_id: UserId) -> Result<()> {
    db.prepare_cached("DELETE FROM report WHERE user_id = ?1")?.execute([user_id.to_string()])?;
    Ok(())
}

/// An account's reports that can be read, the last sent first.
pub(crate) fn list(db: &Connection, user_id: UserId) -> Result<Vec<ReportView>> {
    db.prepare_cached("SELECT view FROM report WHERE user_id = ?1 ORDER BY submitted_at_ms DESC, report_id DESC")?
        .query_map([user_id.to_string()], |row| row.get::<_, String>(0))?
        .filter_map(|view| legible(view.map_err(StoreError::from).and_then(|view| from_json("report", &view))))
        .collect()
}
