//! Table `upload`: where an upload that broke off goes on. A hint that saves bytes: the server's own answer
//! decides, and a row that is missing or wrong costs one more question.

use pakn_api::id::{AttachmentId, ReportId, UserId};
use rusqlite::{Connection, OptionalExtension};

use super::Result;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Its path on the server.
    pub(crate) url: String,
    /// Bytes the server had when it last said so.
    pub(crate) offset: u64,
}

/// What is known of an upload of this user's.
pub(crate) fn get(db: &Connection, user: UserId, id: AttachmentId) -> Result<Option<Kept>> {
    Ok(db
        .prepare_cached("SELECT url, offset_bytes FROM upload WHERE attachment_id = ?1 AND user_id = ?2")?
        .query_row((id.to_string(), user.to_string()), |row| Ok(Kept { url: row.get("url")?, offset: row.get("offset_bytes")? }))
        .optional()?)
}

/// Notes how far an upload is, as long as its picture is still here.
pub(crate) fn put(db: &Connection, user: UserId, id: AttachmentId, kept: &Kept) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO upload (attachment_id, user_id, url, offset_bytes)
         SELECT attachment_id, ?2, ?3, ?4 FROM attachment WHERE attachment_id = ?1
         ON CONFLICT (attachment_id) DO UPDATE
         SET user_id = excluded.user_id, url = excluded.url, offset_bytes = excluded.offset_bytes",
    )?
    .execute((id.to_string(), user.to_string(), &kept.url, kept.offset))?;
    Ok(())
}

/// The server no longer knows it.
pub(crate) fn forget(db: &Connection, id: AttachmentId) -> Result<()> {
    db.prepare_cached("DELETE FROM upload WHERE attachment_id = ?1")?.execute([id.to_string()])?;
    Ok(())
}

/// Forgets an account's uploads.
pub(crate) fn delete_of_user(db: &Connection, user: UserId) -> Result<()> {
    db.prepare_cached("DELETE FROM upload WHERE user_id = ?1")?.execute([user.to_string()])?;
    Ok(())
}

/// A report's files have all arrived, or it is taken back.
pub(crate) fn forget_of_report(db: &Connection, report: ReportId) -> Result<()> {
    db.prepare_cached("DELETE FROM upload WHERE attachment_id IN (SELECT attachment_id FROM attachment WHERE report_id = ?1)")?
        .execute([report.to_string()])?;
    Ok(())
}
