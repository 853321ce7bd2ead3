//! A report's way through the agencies (guide II.6), as a closed machine.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that names none of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown")]
pub struct Unknown;

macro_rules! named {
    ($($(#[$doc:meta])* $enum:ident { $($(#[$value_doc:meta])* $name:ident = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $enum {
            $($(#[$value_doc])* $name,)*
        }

        impl $enum {
            /// Every value, in the order of the declaration.
            pub const ALL: [Self; [$($text),*].len()] = [$(Self::$name),*];

            /// The value as it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }

        impl FromStr for $enum {
            type Err = Unknown;
            fn from_str(text: &str) -> Result<Self, Unknown> {
                match text {
                    $($text => Ok(Self::$name),)*
                    _ => Err(Unknown),
                }
            }
        }
    )*};
}

named! {
    /// Where a report stands on the server, in the order of its life.
    ReportStatus {
        /// The server has it, with all its files.
        Received = "received",
        /// It will be handled.
        Accepted = "accepted",
        /// It will not be handled; a [`RefusalReason`] says why.
        Refused = "refused",
        /// An agency has been named.
        Assigned = "assigned",
        /// The agency is at work.
        InProgress = "in_progress",
        /// The citizen is asked for more.
        NeedsInfo = "needs_info",
        /// The agency has answered.
        Answered = "answered",
        /// Done.
        Closed = "closed",
    }

    /// Why a report is not accepted (guide I.5).
    RefusalReason {
        /// Outside the fields.
        OutOfScope = "out_of_scope",
        /// Unclear, inexact or incomplete (guide I.4).
        Unclear = "unclear",
        /// A complaint or denunciation.
        ComplaintOrDenunciation = "complaint_or_denunciation",
        /// Feedback on administrative rules or acts (Decree 20/2008/NĐ-CP).
        AdministrativeRules = "administrative_rules",
        /// Belongs to 113, 114 or 115.
        EmergencyHotline = "emergency_hotline",
        /// The same matter is already being handled.
        Duplicate = "duplicate",
    }
}

impl ReportStatus {
    /// Whether somebody is still to see to it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Received | Self::Accepted | Self::Assigned | Self::InProgress | Self::NeedsInfo => true,
            Self::Refused | Self::Answered | Self::Closed => false,
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_as_text_and_as_json() {
        fn check<T: FromStr<Err = Unknown> + Serialize + PartialEq + std::fmt::Debug>(value: T, text: &str) {
            assert_eq!(serde_json::to_value(&value).ok(), Some(text.into()));
            assert_eq!(text.parse(), Ok(value));
        }
        ReportStatus::ALL.into_iter().for_each(|status| check(status, status.as_str()));
        RefusalReason::ALL.into_iter().for_each(|reason| check(reason, reason.as_str()));
        assert_eq!("Received".parse::<ReportStatus>(), Err(Unknown));
    }

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
