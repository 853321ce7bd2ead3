//! What others than a report's sender are shown of it: the public, and the agencies that handle it.

use serde::{Deserialize, Serialize};

use super::{TimelineEntry, legible};
use crate::{
    Timestamp,
    id::{MediaHash, OpId, ReportId},
    model::{
        catalogue::{FieldCode, SubjectCode},
        phone::PhoneNumber,
        place::Position,
        question::Answers,
        report::MediaRef,
        status::ReportStatus,
        unit::WardCode,
        words::{AddressLine, Content, Title},
    },
};

/// A report as anyone may see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublicReport {
    /// The report.
    pub report_id: ReportId,
    /// Rises with every change of this report.
    pub revision: u32,
    /// Where it stands.
    pub status: ReportStatus,
    /// When the server had all of it.
    pub received_at: Timestamp,
    /// Its field.
    pub field: FieldCode,
    /// Its subject.
    pub subject: SubjectCode,
    /// One line.
    pub title: Title,
    /// What is wrong.
    pub content: Content,
    /// When it happened or was seen.
    pub happened_at: Timestamp,
    /// Where it is about.
    pub position: Position,
    /// The ward of it.
    pub ward: Option<WardCode>,
    /// The place in words.
    pub address: Option<AddressLine>,
    /// Its files, in the sender's order; to be had at `/v1/public/media/{sha256}`.
    pub media: Vec<MediaRef>,
    /// Who sent it: a full name, and nothing where the sender wished to stay unnamed.
    pub sender: Option<String>,
}

/// A page of `GET /v1/public/reports?after=…`: what became public, changed or is no longer public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublicPage {
    /// In the order of their last change. Read, those in words that this version doesn't know are left out.
    #[serde(deserialize_with = "legible")]
    pub reports: Vec<PublicReport>,
    /// Reports that are public no longer.
    pub gone: Vec<ReportId>,
    /// Where to go on: the next request's `after`.
    pub cursor: u64,
    /// Whether there is more right now.
    pub more: bool,
}

/// Answer to `GET /v1/public/similar?field=…&lat=…&lon=…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SimilarPage {
    /// Open reports of the field, nearest first, at most ten. Read as in [`PublicPage`].
    #[serde(deserialize_with = "legible")]
    pub reports: Vec<PublicReport>,
}

/// Body of `PUT /v1/me/follows/{report_id}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PutFollow {
    /// Names this operation: repeated, it does nothing more.
    pub op_id: OpId,
    /// Follow, or no longer.
    pub following: bool,
}

/// Answer to `GET /v1/me/follows`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FollowList {
    /// What the caller follows, as it is now; only what is public. Read as in [`PublicPage`].
    #[serde(deserialize_with = "legible")]
    pub reports: Vec<PublicReport>,
}

/// Who sent a report, as the agency that handles it may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SenderContact {
    /// Full name.
    pub name: String,
    /// The account's number.
    pub phone: PhoneNumber,
}

/// A report as the agency that handles it sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgencyReport {
    /// What anyone may see, where it is public; the same parts where it is not.
    pub report: PublicReport,
    /// What was answered to the subject's questions.
    pub answers: Answers,
    /// When an answer is due, once that is known.
    pub due_at: Option<Timestamp>,
    /// Oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// Who sent it; nothing where the sender wished to stay unnamed.
    pub sender: Option<SenderContact>,
    /// Open reports of the same field that were near when it came in.
    pub similar: Vec<ReportId>,
}

/// A page of `GET /v1/agency/reports?after=…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgencyPage {
    /// In the order of their last change.
    #[serde(deserialize_with = "legible")]
    pub reports: Vec<AgencyReport>,
    /// Where to go on: the next request's `after`.
    pub cursor: u64,
    /// Whether there is more right now.
    pub more: bool,
}

/// The hash of a public report's first picture, if it has one.
#[must_use]
pub fn cover(media: &[MediaRef]) -> Option<MediaHash> {
    media.iter().find(|medium| !medium.kind.is_video()).map(|medium| medium.sha256)
}
