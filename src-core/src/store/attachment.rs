//! Table `attachment`: the pictures of drafts and reports. A file exists for the app only once a row
//! here names it.

use std::collections::BTreeSet;

use pakn_api::{
    id::{AttachmentId, MediaHash, ReportId, UserId},
    ipc::{AttachmentKind, AttachmentState, AttachmentView, MediaHint},
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
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Attachment {
    pub(crate) id: AttachmentId,
    pub(crate) report_id: ReportId,
    pub(crate) name: String,
    pub(crate) source_bytes: u64,
    pub(crate) notice: Option<PhotoNotice>,
    pub(crate) stage: Stage,
    pub(crate) kind: MediaKind,
    /// Of a video, once it is known.
    pub(crate) duration_ms: Option<u32>,
    pub(crate) hint: Option<MediaHint>,
    /// The picture in the vault that stands for a video.
    pub(crate) poster: Option<AttachmentId>,
}

impl Attachment {
    /// What the UI sees of it.
    pub(crate) fn view(&self) -> AttachmentView {
        let state = match self.stage {
            Stage::Incoming => AttachmentState::Incoming,
            Stage::Original => AttachmentState::Processing { percent: None },
            Stage::Ready(m) => AttachmentState::Ready { width: m.width, height: m.height, bytes: m.bytes },
        };
        AttachmentView {
            attachment_id: self.id,
            name: self.name.clone(),
            kind: if self.kind.is_video() { AttachmentKind::Video } else { AttachmentKind::Photo },
            state,
            notice: self.notice,
            hint: self.hint,
            duration_ms: self.duration_ms,
            has_poster: self.poster.is_some(),
        }
    }

    /// The medium it became, once it is ready.
    pub(crate) const fn medium(&self) -> Option<MediaRef> {
        match self.stage {
            Stage::Ready(medium) => Some(medium),
            Stage::Incoming | Stage::Original => None,
        }
    }
}

const COLUMNS: &str = "attachment_id, report_id, name, source_bytes, state, notice, sha256, bytes, width, height,
     kind, duration_ms, hint, poster";

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
    kind: String,
    duration_ms: u32,
    hint: String,
    poster: String,
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
        kind: row.get("kind")?,
        duration_ms: row.get("duration_ms")?,
        hint: row.get("hint")?,
        poster: row.get("poster")?,
    })
}

fn attachment(raw: Raw) -> Result<Attachment> {
    let kind = from_json::<MediaKind>("media kind", &format!("\"{}\"", raw.kind))?;
    let duration_ms = (raw.duration_ms > 0).then_some(raw.duration_ms);
    let stage = match raw.state.as_str() {
        "incoming" => Stage::Incoming,
        "original" => Stage::Original,
        "ready" => Stage::Ready(MediaRef {
            sha256: parse("media hash", &raw.sha256)?,
            bytes: raw.bytes,
            kind,
            width: raw.width,
            height: raw.height,
            duration_ms,
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
        kind,
        duration_ms,
        hint: from_json("media hint", &raw.hint).ok(),
        poster: parse("attachment id", &raw.poster).ok(),
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

/// What kind of file it is, as its first bytes say.
pub(crate) fn note_kind(db: &Connection, id: AttachmentId, kind: MediaKind) -> Result<()> {
    db.prepare_cached("UPDATE attachment SET kind = ?2 WHERE attachment_id = ?1")?.execute((id.to_string(), word(kind)))?;
    Ok(())
}

/// As it is written in the column `kind`.
pub(super) const fn word(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Jpeg => "jpeg",
        MediaKind::Mp4 => "mp4",
        MediaKind::Mov => "mov",
    }
}

/// Keeps what a file says of itself, for its draft.
pub(crate) fn keep_hint(db: &Connection, id: AttachmentId, hint: &MediaHint) -> Result<()> {
    db.prepare_cached("UPDATE attachment SET hint = ?2 WHERE attachment_id = ?1")?
        .execute((id.to_string(), to_json("media hint", hint)?))?;
    Ok(())
}

/// Forgets what a report's files said of themselves: it is no draft any more.
pub(crate) fn forget_hints(db: &Connection, report_id: ReportId) -> Result<()> {
    db.prepare_cached("UPDATE attachment SET hint = '' WHERE report_id = ?1 AND hint <> ''")?.execute([report_id.to_string()])?;
    Ok(())
}

/// Gives a video a poster. `false` when the video is gone.
pub(crate) fn set_poster(db: &Connection, id: AttachmentId, poster: AttachmentId) -> Result<bool> {
    let changed = db
        .prepare_cached("UPDATE attachment SET poster = ?2 WHERE attachment_id = ?1")?
        .execute((id.to_string(), poster.to_string()))?;
    Ok(changed == 1)
}

/// Puts a report's files in this order.
pub(crate) fn order(db: &Connection, report_id: ReportId, ids: &[AttachmentId]) -> Result<()> {
    let mut statement = db.prepare_cached("UPDATE attachment SET position = ?3 WHERE attachment_id = ?2 AND report_id = ?1")?;
    for (position, id) in (1_u32..).zip(ids) {
        statement.execute((report_id.to_string(), id.to_string(), position))?;
    }
    Ok(())
}

/// Puts another file in a ready picture's place, with all that is known of it but its bytes.
pub(crate) fn replace(db: &Connection, old: AttachmentId, new: AttachmentId, medium: &MediaRef) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO attachment (attachment_id, report_id, position, name, source_bytes, state, hint, sha256, bytes, width, height)
         SELECT ?2, report_id, position, name, ?4, 'ready', hint, ?3, ?4, ?5, ?6 FROM attachment WHERE attachment_id = ?1",
    )?
    .execute((old.to_string(), new.to_string(), medium.sha256.to_string(), medium.bytes, medium.width, medium.height))?;
    delete(db, old).map(drop)
}

/// The derived picture is in the vault. `false` when the picture is gone.
pub(crate) fn mark_ready(db: &Connection, id: AttachmentId, medium: &MediaRef, notice: Option<PhotoNotice>) -> Result<bool> {
    let notice = notice.map(|n| to_json("photo notice", &n)).transpose()?.unwrap_or_default();
    let changed = db
        .prepare_cached(
            "UPDATE attachment SET state = 'ready', notice = ?2, sha256 = ?3, bytes = ?4, width = ?5, height = ?6,
                kind = ?7, duration_ms = ?8
             WHERE attachment_id = ?1",
        )?
        .execute((
            id.to_string(),
            notice,
            medium.sha256.to_string(),
            medium.bytes,
            medium.width,
            medium.height,
            word(medium.kind),
            medium.duration_ms.unwrap_or(0),
        ))?;
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
/// those that are in the vault, posters with them.
pub(crate) fn sweep(db: &Connection) -> Result<(BTreeSet<AttachmentId>, BTreeSet<AttachmentId>)> {
    db.prepare_cached("DELETE FROM attachment WHERE state = 'incoming'")?.execute([])?;
    let ids = |sql: &str| -> Result<BTreeSet<AttachmentId>> {
        db.prepare_cached(sql)?
            .query_map([], |row| row.get::<_, String>(0))?
            .filter_map(|id| legible(id.map_err(StoreError::from).and_then(|id| parse("attachment id", &id))))
            .collect()
    };
    Ok((
        ids("SELECT attachment_id FROM attachment WHERE state = 'original'")?,
        ids("SELECT attachment_id FROM attachment WHERE state = 'ready'
             UNION SELECT poster FROM attachment WHERE poster <> ''")?,
    ))
}

/// Removes a picture and tells which files are no longer named: its own and its poster's.
pub(crate) fn delete(db: &Connection, id: AttachmentId) -> Result<Vec<AttachmentId>> {
    gone(db, "DELETE FROM attachment WHERE attachment_id = ?1 RETURNING attachment_id, poster", &id.to_string())
}

/// Removes a report's pictures and tells which files are no longer named.
pub(crate) fn delete_of_report(db: &Connection, report_id: ReportId) -> Result<Vec<AttachmentId>> {
    gone(db, "DELETE FROM attachment WHERE report_id = ?1 RETURNING attachment_id, poster", &report_id.to_string())
}

/// The files named by rows that a statement removes.
fn gone(db: &Connection, sql: &str, key: &str) -> Result<Vec<AttachmentId>> {
    let mut files = Vec::new();
    let mut statement = db.prepare_cached(sql)?;
    for row in statement.query_map([key], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))? {
        let (own, poster) = row?;
        files.push(parse("attachment id", &own)?);
        // A poster that can't be read is an orphan for the next start.
        files.extend(parse::<AttachmentId>("attachment id", &poster).ok());
    }
    Ok(files)
}

/// Removes the pictures of an account's sent reports and tells which files are no longer named. Those of drafts and of what waits stay.
pub(crate) fn delete_of_sent(db: &Connection, user_id: UserId) -> Result<Vec<AttachmentId>> {
    gone(
        db,
        "DELETE FROM attachment
         WHERE report_id IN (SELECT report_id FROM report WHERE user_id = ?1 UNION SELECT report_id FROM receipt WHERE user_id = ?1)
           AND report_id NOT IN (SELECT report_id FROM draft UNION SELECT entity_id FROM outbox)
         RETURNING attachment_id, poster",
        &user_id.to_string(),
    )
}

/// Gives a report's pictures to another one.
pub(crate) fn move_to(db: &Connection, from: ReportId, to: ReportId) -> Result<()> {
    db.prepare_cached("UPDATE attachment SET report_id = ?2 WHERE report_id = ?1")?
        .execute((from.to_string(), to.to_string()))?;
    Ok(())
}
