//! Table `attachment`: the pictures of drafts and reports. A file exists for the app only once a row
//! here names it.

use std::collections::BTreeSet;

use pakn_api::{
    id::{AttachmentId, MediaHash, ReportId, UserId},
    ipc::{AttachmentState, AttachmentView},
    model::{
        photo::PhotoNotice,
        report::{MediaKind, MediaRef},
    },
};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Result, StoreError, from_json, legible, parse, to_json};

/// How far a picture has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Bytes are arriving in the spool.
    Incoming,
    /// The original is complete and durable in the spool.
    Original,
    /// The derived picture is durable in the vault.
    Ready(MediaRef),
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attachment {
    pub(crate) id: AttachmentId,
    pub(crate) report_id: ReportId,
    pub(crate) name: String,
    pub(crate) source_bytes: u64,
    pub(crate) notice: Option<PhotoNotice>,
    pub(crate) stage: Stage,
}

impl Attachment {
    /// What the UI sees of it.
    pub(crate) fn view(&self) -> AttachmentView {
        let state = match self.stage {
            Stage::Incoming => AttachmentState::Incoming,
            Stage::Original => AttachmentState::Processing,
            Stage::Ready(m) => AttachmentState::Ready { width: m.width, height: m.height, bytes: m.bytes },
        };
        AttachmentView { attachment_id: self.id, name: self.name.clone(), state, notice: self.notice }
    }

    /// The medium it became, once it is ready.
    pub(crate) const fn medium(&self) -> Option<MediaRef> {
        match self.stage {
            Stage::Ready(medium) => Some(medium),
            Stage::Incoming | Stage::Original => None,
        }
    }
}

const COLUMNS: &str = "attachment_id, report_id, name, source_bytes, state, notice, sha256, bytes, width, height";

struct Raw {
    id: String,
    report_id: String,
    name: String,
    source_bytes: u64,
    state: String,
    notice: String,
    sha256: String,
    bytes: u64,
    width: u32,
    height: u32,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok(Raw {
        id: row.get("attachment_id")?,
        report_id: row.get("report_id")?,
        name: row.get("name")?,
        source_bytes: row.get("source_bytes")?,
        state: row.get("state")?,
        notice: row.get("notice")?,
        sha256: row.get("sha256")?,
        bytes: row.get("bytes")?,
        width: row.get("width")?,
        height: row.get("height")?,
    })
}

fn attachment(raw: Raw) -> Result<Attachment> {
    let stage = match raw.state.as_str() {
        "incoming" => Stage::Incoming,
        "original" => Stage::Original,
        "ready" => Stage::Ready(MediaRef {
            sha256: parse("media hash", &raw.sha256)?,
            bytes: raw.bytes,
            kind: MediaKind::Jpeg,
            width: raw.width,
            height: raw.height,
        }),
        _ => return Err(StoreError::Unreadable { what: "attachment state" }),
    };
    // Only a remark: a picture is not lost for one that can't be read.
    let notice = from_json("photo notice", &raw.notice).ok();
    Ok(Attachment {
        id: parse("attachment id", &raw.id)?,
        report_id: parse("report id", &raw.report_id)?,
        name: raw.name,
        source_bytes: raw.source_bytes,
        notice,
        stage,
    })
}

/// Adds a picture behind the others of its report.
pub(crate) fn insert(db: &Connection, id: AttachmentId, report_id: ReportId, name: &str, source_bytes: u64) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO attachment (attachment_id, report_id, position, name, source_bytes, state)
         VALUES (?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM attachment WHERE report_id = ?2), ?3, ?4, 'incoming')",
    )?
    .execute((id.to_string(), report_id.to_string(), name, source_bytes))?;
    Ok(())
}

/// All bytes are in the spool. `false` when the picture is gone or further on.
pub(crate) fn mark_original(db: &Connection, id: AttachmentId) -> Result<bool> {
    let changed = db
        .prepare_cached("UPDATE attachment SET state = 'original' WHERE attachment_id = ?1 AND state = 'incoming'")?
        .execute([id.to_string()])?;
    Ok(changed == 1)
}

/// The derived picture is in the vault. `false` when the picture is gone.
pub(crate) fn mark_ready(db: &Connection, id: AttachmentId, medium: &MediaRef, notice: Option<PhotoNotice>) -> Result<bool> {
    let notice = notice.map(|n| to_json("photo notice", &n)).transpose()?.unwrap_or_default();
    let changed = db
        .prepare_cached(
            "UPDATE attachment SET state = 'ready', notice = ?2, sha256 = ?3, bytes = ?4, width = ?5, height = ?6
             WHERE attachment_id = ?1",
        )?
        .execute((id.to_string(), notice, medium.sha256.to_string(), medium.bytes, medium.width, medium.height))?;
    Ok(changed == 1)
}

pub(crate) fn get(db: &Connection, id: AttachmentId) -> Result<Option<Attachment>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM attachment WHERE attachment_id = ?1"))?
        .query_row([id.to_string()], read)
        .optional()?
        .map(attachment)
        .transpose()
}

/// A ready picture with these bytes, whichever report it belongs to.
pub(crate) fn by_hash(db: &Connection, hash: MediaHash) -> Result<Option<AttachmentId>> {
    let id: Option<String> = db
        .prepare_cached("SELECT attachment_id FROM attachment WHERE sha256 = ?1 LIMIT 1")?
        .query_row([hash.to_string()], |row| row.get(0))
        .optional()?;
    id.map(|id| parse("attachment id", &id)).transpose()
}

fn rows_of_report(db: &Connection, report_id: ReportId) -> Result<Vec<Result<Attachment>>> {
    Ok(db
        .prepare_cached(&format!("SELECT {COLUMNS} FROM attachment WHERE report_id = ?1 ORDER BY position"))?
        .query_map([report_id.to_string()], read)?
        .map(|row| row.map_err(StoreError::from).and_then(attachment))
        .collect())
}

/// The pictures of a report, in the citizen's order.
pub(crate) fn of_report(db: &Connection, report_id: ReportId) -> Result<Vec<Attachment>> {
    rows_of_report(db, report_id)?.into_iter().collect()
}

/// As [`of_report`], without those that can't be read: for showing, not for sending.
pub(crate) fn shown_of_report(db: &Connection, report_id: ReportId) -> Result<Vec<Attachment>> {
    rows_of_report(db, report_id)?.into_iter().filter_map(legible).collect()
}

/// Removes every picture whose bytes never all arrived. Answers those whose original is in the spool, and
/// those that are in the vault.
pub(crate) fn sweep(db: &Connection) -> Result<(BTreeSet<AttachmentId>, BTreeSet<AttachmentId>)> {
    db.prepare_cached("DELETE FROM attachment WHERE state = 'incoming'")?.execute([])?;
    let ids = |state: &str| -> Result<BTreeSet<AttachmentId>> {
        db.prepare_cached("SELECT attachment_id FROM attachment WHERE state = ?1")?
            .query_map([state], |row| row.get::<_, String>(0))?
            .filter_map(|id| legible(id.map_err(StoreError::from).and_then(|id| parse("attachment id", &id))))
            .collect()
    };
    Ok((ids("original")?, ids("ready")?))
}

pub(crate) fn delete(db: &Connection, id: AttachmentId) -> Result<bool> {
    Ok(db.prepare_cached("DELETE FROM attachment WHERE attachment_id = ?1")?.execute([id.to_string()])? == 1)
}

/// Removes a report's pictures and tells which they were.
pub(crate) fn delete_of_report(db: &Connection, report_id: ReportId) -> Result<Vec<AttachmentId>> {
    db.prepare_cached("DELETE FROM attachment WHERE report_id = ?1 RETURNING attachment_id")?
        .query_map([report_id.to_string()], |row| row.get::<_, String>(0))?
        .map(|id| parse("attachment id", &id?))
        .collect()
}

/// Removes the pictures of an account's sent reports and tells which they were. Those of drafts and of what waits stay.
pub(crate) fn delete_of_sent(db: &Connection, user_id: UserId) -> Result<Vec<AttachmentId>> {
    db.prepare_cached(
        "DELETE FROM attachment
         WHERE report_id IN (SELECT report_id FROM report WHERE user_id = ?1 UNION SELECT report_id FROM receipt WHERE user_id = ?1)
           AND report_id NOT IN (SELECT report_id FROM draft UNION SELECT entity_id FROM outbox)
         RETURNING attachment_id",
    )?
    .query_map([user_id.to_string()], |row| row.get::<_, String>(0))?
    .map(|id| parse("attachment id", &id?))
    .collect()
}

/// Gives a report's pictures to another one.
pub(crate) fn move_to(db: &Connection, from: ReportId, to: ReportId) -> Result<()> {
    db.prepare_cached("UPDATE attachment SET report_id = ?2 WHERE report_id = ?1")?
        .execute((from.to_string(), to.to_string()))?;
    Ok(())
}
