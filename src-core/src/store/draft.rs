//! Table `draft`: reports that are still being written.

use pakn_api::{Timestamp, id::ReportId, model::report::ReportForm};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Result, StoreError, from_json, legible, parse, to_json};

const FORM_VERSION: u32 = 1;

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    pub(crate) report_id: ReportId,
    pub(crate) form: ReportForm,
    pub(crate) updated_at: Timestamp,
}

fn read(row: &Row<'_>) -> rusqlite::Result<(String, String, i64)> {
    Ok((row.get("report_id")?, row.get("form")?, row.get("updated_at_ms")?))
}

fn draft((report_id, form, updated_at): (String, String, i64)) -> Result<Draft> {
    Ok(Draft { report_id: parse("report id", &report_id)?, form: from_json("form", &form)?, updated_at: Timestamp(updated_at) })
}

/// Inserts a draft or replaces its form.
pub(crate) fn put(db: &Connection, report_id: ReportId, form: &ReportForm, now: Timestamp) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO draft (report_id, form_version, form, created_at_ms, updated_at_ms) VALUES (?1, ?2, ?3, ?4, ?4)
         ON CONFLICT (report_id) DO UPDATE
         SET form_version = excluded.form_version, form = excluded.form, updated_at_ms = excluded.updated_at_ms",
    )?
    .execute((report_id.to_string(), FORM_VERSION, to_json("form", form)?, now.0))?;
    Ok(())
}

/// Replaces the form of a draft that exists; `false` when it doesn't.
pub(crate) fn update(db: &Connection, report_id: ReportId, form: &ReportForm, now: Timestamp) -> Result<bool> {
    let changed = db
        .prepare_cached("UPDATE draft SET form_version = ?2, form = ?3, updated_at_ms = ?4 WHERE report_id = ?1")?
        .execute((report_id.to_string(), FORM_VERSION, to_json("form", form)?, now.0))?;
    Ok(changed == 1)
}

pub(crate) fn get(db: &Connection, report_id: ReportId) -> Result<Option<Draft>> {
    db.prepare_cached("SELECT report_id, form, updated_at_ms FROM draft WHERE report_id = ?1")?
        .query_row([report_id.to_string()], read)
        .optional()?
        .map(draft)
        .transpose()
}

/// All drafts that can be read, the last touched first.
pub(crate) fn list(db: &Connection) -> Result<Vec<Draft>> {
    db.prepare_cached("SELECT report_id, form, updated_at_ms FROM draft ORDER BY updated_at_ms DESC, report_id DESC")?
        .query_map([], read)?
        .filter_map(|row| legible(row.map_err(StoreError::from).and_then(draft)))
        .collect()
}

pub(crate) fn delete(db: &Connection, report_id: ReportId) -> Result<bool> {
    Ok(db.prepare_cached("DELETE FROM draft WHERE report_id = ?1")?.execute([report_id.to_string()])? == 1)
}
