//! What the screens are told: something changed, ask again.

use serde::{Deserialize, Serialize};

use super::SyncView;
use crate::id::ReportId;

/// The event with which the shell tells the UI what changed; its payload is a [`Change`].
pub const CHANGE_EVENT: &str = "kontums-change";

/// What changed, told by [`CHANGE_EVENT`]. Ask again for what is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    /// A draft came, went or changed by other means than `save_draft`.
    Drafts,
    /// A report's whereabouts or server view changed.
    Reports,
    /// Fields or jurisdiction changed.
    Catalogue,
    /// Somebody signed in or out, or the session ended.
    Session,
    /// The profile, the consents or what is missing before something can be sent changed.
    Account,
    /// What is public of others, or what is followed, changed.
    Similar,
    /// How it stands with the server.
    Sync {
        /// The new state.
        sync: SyncView,
    },
    /// Bytes of a report have left.
    Progress {
        /// Which.
        report_id: ReportId,
        /// Bytes that have left.
        sent_bytes: u64,
        /// Bytes in all.
        total_bytes: u64,
    },
}
