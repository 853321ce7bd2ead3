//! What a citizen agrees to: per purpose, with the version of the text they saw and when.
//!
//! Law 91/2025/QH15 wants consent for each purpose by itself, given by an act of its own, provable, and as easy
//! to take back as to give. Location is apart: where somebody is counts as sensitive. The texts are the UI's.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What personal data are used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentPurpose {
    /// Having an account: the terms of use and the privacy notice.
    Terms,
    /// Sending reports: who sent them is known to those who handle them.
    Reports,
    /// Asking the device where it is.
    Location,
    /// Being told of news by the system's notifications.
    Notifications,
}

impl ConsentPurpose {
    /// Every purpose.
    pub const ALL: [Self; 4] = [Self::Terms, Self::Reports, Self::Location, Self::Notifications];

    /// The version of the text in force. A consent to an older text counts until it is asked for anew.
    #[must_use]
    pub const fn text_version(self) -> u32 {
        match self {
            Self::Terms | Self::Reports | Self::Location | Self::Notifications => 1,
        }
    }

    /// The purpose as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Reports => "reports",
            Self::Location => "location",
            Self::Notifications => "notifications",
        }
    }
}

/// A consent given or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Consent {
    /// To what.
    pub purpose: ConsentPurpose,
    /// Given, or taken back.
    pub given: bool,
    /// The version of the text that was shown.
    pub text_version: u32,
    /// When, by the device's clock.
    pub at: Timestamp,
}
