//! What the screens are shown of the outbox and of receipts.

use serde::{Deserialize, Serialize};

use super::Whereabouts;
use crate::{Timestamp, id::ReportId, model::catalogue::FieldCode};

/// How far one file has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileProgress {
    /// The picture, as the path part of its `photo:` address.
    pub photo: String,
    /// Bytes that the server has or that are on their way.
    pub sent_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}

impl FileProgress {
    /// Whether all of it has left.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.sent_bytes >= self.total_bytes
    }
}

/// A report that still has to leave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutboxItem {
    /// Which.
    pub report_id: ReportId,
    /// Its title.
    pub title: String,
    /// Its field.
    pub field: FieldCode,
    /// When the citizen sent it.
    pub submitted_at: Timestamp,
    /// Where it is: waiting, sending or parked.
    pub whereabouts: Whereabouts,
    /// The server surely doesn't hold it: it may be edited or thrown away without asking the server.
    pub surely_unsent: bool,
    /// Its files, in its order.
    pub files: Vec<FileProgress>,
}

/// The server's receipt, as it is kept here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptView {
    /// When the server had the report and all of its files.
    pub received_at: Timestamp,
    /// How many files it lists.
    pub files: u32,
}
