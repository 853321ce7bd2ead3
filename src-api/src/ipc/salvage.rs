//! What became of a database that could not be read.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, id::ReportId};

/// Something that could not be saved whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostItem {
    /// Which report, if that much can be read.
    pub report_id: Option<ReportId>,
    /// Its title, if that can be read.
    pub title: Option<String>,
    /// It had been handed over for sending; otherwise it was a draft.
    pub was_sent: bool,
}

/// A damaged database was set aside and what could be read of it taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Salvage {
    /// When.
    pub at: Timestamp,
    /// Titles of the drafts that came back; empty for one without.
    pub drafts: Vec<String>,
    /// Titles of the reports that wait again to be sent.
    pub unsent: Vec<String>,
    /// Pictures whose report could not be read; they are in a new draft.
    pub loose_photos: u32,
    /// What could not be read, one by one.
    pub lost: Vec<LostItem>,
}
