//! A report's way through the agencies (guide II.6), as a closed machine.

use serde::{Deserialize, Serialize};

/// Where a report stands on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportStatus {
    /// The server has it, with all its files.
    Received,
    /// It will be handled.
    Accepted,
    /// It will not be handled; a [`RefusalReason`] says why.
    Refused,
    /// An agency has been named.
    Assigned,
    /// The agency is at work.
    InProgress,
    /// The citizen is asked for more.
    NeedsInfo,
    /// The agency has answered.
    Answered,
    /// Done.
    Closed,
}

impl ReportStatus {
    /// Every status, in the order of a report's life.
    pub const ALL: [Self; 8] = [
        Self::Received,
        Self::Accepted,
        Self::Refused,
        Self::Assigned,
        Self::InProgress,
        Self::NeedsInfo,
        Self::Answered,
        Self::Closed,
    ];

    /// Whether staff may move a report from `self` to `next`. The same status again is a note.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        use ReportStatus::{Accepted, Answered, Assigned, Closed, InProgress, NeedsInfo, Received, Refused};
        match self {
            Received => matches!(next, Received | Accepted | Refused | NeedsInfo | Assigned),
            Accepted => matches!(next, Accepted | Assigned | InProgress | NeedsInfo | Refused),
            Assigned => matches!(next, Assigned | InProgress | NeedsInfo | Answered | Refused),
            InProgress => matches!(next, InProgress | NeedsInfo | Answered | Assigned),
            NeedsInfo => matches!(next, NeedsInfo | Accepted | Assigned | InProgress | Refused | Closed),
            Answered => matches!(next, Answered | Closed | InProgress),
            Refused | Closed => false,
        }
    }
}

/// Why a report is not accepted (guide I.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// Outside the fields.
    OutOfScope,
    /// Unclear, inexact or incomplete (guide I.4).
    Unclear,
    /// A complaint or denunciation.
    ComplaintOrDenunciation,
    /// Feedback on administrative rules or acts (Decree 20/2008/NĐ-CP).
    AdministrativeRules,
    /// Belongs to 113, 114 or 115.
    EmergencyHotline,
    /// The same matter is already being handled.
    Duplicate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ended_reports_stay_ended_and_nothing_returns_to_received() {
        for from in ReportStatus::ALL {
            for to in ReportStatus::ALL {
                let allowed = from.may_become(to);
                if matches!(from, ReportStatus::Refused | ReportStatus::Closed) {
                    assert!(!allowed, "{from:?} -> {to:?}");
                }
                if to == ReportStatus::Received && from != to {
                    assert!(!allowed, "{from:?} -> {to:?}");
                }
            }
        }
    }

    #[test]
    fn the_usual_way_is_open() {
        use ReportStatus::{Accepted, Answered, Assigned, Closed, InProgress, Received};
        let way = [Received, Accepted, Assigned, InProgress, Answered, Closed];
        for step in way.windows(2) {
            if let [from, to] = step {
                assert!(from.may_become(*to), "{from:?} -> {to:?}");
            }
        }
    }
}
