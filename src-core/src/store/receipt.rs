//! Table `receipt`: the server's word, signed, for what it holds of a report. A row is what lets the device
//! give up its own copies.

use pakn_api::{
    Timestamp,
    id::{AttachmentId, ReportId, UserId},
    ipc::ReceiptView,
};
use rusqlite::{Connection, OptionalExtension};

use super::{Result, parse};

/// A complete receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) received_at: Timestamp,
    pub(crate) files: u32,
    /// The compact JWS, as it came.
    pub(crate) signed: String,
}

/// Keeps a receipt; one that is here already stays.
pub(crate) fn put(db: &Connection, user: UserId, report: ReportId, kept: &Kept) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO receipt (report_id, user_id, received_at_ms, files, signed) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (report_id) DO NOTHING",
    )?
    .execute((report.to_string(), user.to_string(), kept.received_at.0, kept.files, &kept.signed))?;
    Ok(())
}

/// Forgets an account's receipts.
pub(crate) fn delete_of_user(db: &Connection, user: UserId) -> Result<()> {
    db.prepare_cached("DELETE FROM receipt WHERE user_id = ?1")?.execute([user.to_string()])?;
    Ok(())
}

/// What is shown of a report's receipt.
pub(crate) fn view(db: &Connection, report: ReportId) -> Result<Option<ReceiptView>> {
    Ok(db
        .prepare_cached("SELECT received_at_ms, files FROM receipt WHERE report_id = ?1")?
        .query_row([report.to_string()], |row| {
            Ok(ReceiptView { received_at: Timestamp(row.get("received_at_ms")?), files: row.get("files")? })
        })
        .optional()?)
}

/// Pictures that the server has by its receipt, with their lengths; those of the last received report first.
pub(crate) fn pictures(db: &Connection) -> Result<Vec<(AttachmentId, u64)>> {
    db.prepare_cached(
        "SELECT a.attachment_id, a.bytes FROM receipt r JOIN attachment a ON a.report_id = r.report_id
         WHERE a.state = 'ready'
           AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.entity_id = r.report_id)
           AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.report_id = r.report_id)
         ORDER BY r.received_at_ms DESC, a.position",
    )?
    .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?
    .map(|row| {
        let (id, bytes) = row?;
        Ok((parse("attachment id", &id)?, bytes))
    })
    .collect()
}
