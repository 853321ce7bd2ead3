//! Table `draft`: reports that are still being written, and those put aside: what is asked for here by name or as a
//! list knows only the former, unless it says otherwise.

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
         SET form_version = excluded.form_version, form = excluded.form, updated_at_ms = excluded.updated_at_ms,
             discarded_at_ms = NULL",
    )?
    .execute((report_id.to_string(), FORM_VERSION, to_json("form", form)?, now.0))?;
    Ok(())
}

/// Replaces the form of a draft that exists; `false` when it doesn't.
pub(crate) fn update(db: &Connection, report_id: ReportId, form: &ReportForm, now: Timestamp) -> Result<bool> {
    let changed = db
        .prepare_cached(
            "UPDATE draft SET form_version = ?2, form = ?3, updated_at_ms = ?4
             WHERE report_id = ?1 AND discarded_at_ms IS NULL",
        )?
        .execute((report_id.to_string(), FORM_VERSION, to_json("form", form)?, now.0))?;
    Ok(changed == 1)
}

pub(crate) fn get(db: &Connection, report_id: ReportId) -> Result<Option<Draft>> {
    db.prepare_cached("SELECT report_id, form, updated_at_ms FROM draft WHERE report_id = ?1 AND discarded_at_ms IS NULL")?
        .query_row([report_id.to_string()], read)
        .optional()?
        .map(draft)
        .transpose()
}

/// All drafts that can be read, the last touched first.
pub(crate) fn list(db: &Connection) -> Result<Vec<Draft>> {
    select(db, "WHERE discarded_at_ms IS NULL ORDER BY updated_at_ms DESC, report_id DESC")
}

/// The drafts there are, readable or not.
pub(crate) fn ids(db: &Connection) -> Result<Vec<ReportId>> {
    db.prepare_cached("SELECT report_id FROM draft WHERE discarded_at_ms IS NULL")?
        .query_map([], |row| row.get::<_, String>(0))?
        .filter_map(|id| legible(id.map_err(StoreError::from).and_then(|id| parse("report id", &id))))
        .collect()
}

/// All drafts that were put aside and can be read, the last put aside first.
pub(crate) fn discarded(db: &Connection) -> Result<Vec<Draft>> {
    select(db, "WHERE discarded_at_ms IS NOT NULL ORDER BY discarded_at_ms DESC, report_id DESC")
}

/// Whether any was put aside, readable or not.
pub(crate) fn any_discarded(db: &Connection) -> Result<bool> {
    let any = "SELECT EXISTS (SELECT 1 FROM draft WHERE discarded_at_ms IS NOT NULL)";
    Ok(db.prepare_cached(any)?.query_row([], |row| row.get(0))?)
}

fn select(db: &Connection, which: &str) -> Result<Vec<Draft>> {
    db.prepare_cached(&format!("SELECT report_id, form, updated_at_ms FROM draft {which}"))?
        .query_map([], read)?
        .filter_map(|row| legible(row.map_err(StoreError::from).and_then(draft)))
        .collect()
}

/// Puts a draft aside; `false` when there is none.
pub(crate) fn discard(db: &Connection, report_id: ReportId, now: Timestamp) -> Result<bool> {
    let changed = db
        .prepare_cached("UPDATE draft SET discarded_at_ms = ?2 WHERE report_id = ?1 AND discarded_at_ms IS NULL")?
        .execute((report_id.to_string(), now.0))?;
    Ok(changed == 1)
}

/// Takes back a draft that was put aside; `false` when there is none.
pub(crate) fn restore(db: &Connection, report_id: ReportId) -> Result<bool> {
    let changed = db
        .prepare_cached("UPDATE draft SET discarded_at_ms = NULL WHERE report_id = ?1 AND discarded_at_ms IS NOT NULL")?
        .execute([report_id.to_string()])?;
    Ok(changed == 1)
}

/// Deletes what was put aside until `until`, but for `kept`, and tells which it was. What a clock that was ahead has put
/// aside later than `now` counts from `now` on.
pub(crate) fn sweep(db: &Connection, until: Timestamp, now: Timestamp, kept: &[ReportId]) -> Result<Vec<ReportId>> {
    db.prepare_cached("UPDATE draft SET discarded_at_ms = ?1 WHERE discarded_at_ms > ?1")?.execute([now.0])?;
    let kept = to_json("drafts", &kept)?;
    db.prepare_cached(
        "DELETE FROM draft WHERE discarded_at_ms <= ?1 AND report_id NOT IN (SELECT value FROM json_each(?2))
         RETURNING report_id",
    )?
    .query_map((until.0, kept), |row| row.get::<_, String>(0))?
    .filter_map(|id| legible(id.map_err(StoreError::from).and_then(|id| parse("report id", &id))))
    .collect()
}

pub(crate) fn delete(db: &Connection, report_id: ReportId) -> Result<bool> {
    Ok(db.prepare_cached("DELETE FROM draft WHERE report_id = ?1")?.execute([report_id.to_string()])? == 1)
}
