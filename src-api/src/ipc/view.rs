//! What the screens are shown.

use serde::{Deserialize, Serialize};

use super::{AppError, ReceiptView};
use crate::{
    ErrorCode, Timestamp,
    id::{AttachmentId, ReportId},
    model::{
        catalogue::{FieldCode, SubjectCode},
        photo::PhotoNotice,
        place::{Place, Position},
        question::Answers,
        report::{FormProblem, ReportForm},
        status::ReportStatus,
        unit::WardCode,
        words::AddressLine,
    },
    wire::ReportView,
};

/// What is running, and where it keeps its things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppInfo {
    /// The app's version.
    pub app_version: String,
    /// The local database's schema version.
    pub schema_version: u32,
    /// The folder everything is kept in.
    pub data_dir: String,
    /// The PAKN server's address.
    pub server_url: String,
    /// Whether [`SetServerUrl`](super::SetServerUrl) is to be had.
    pub server_url_editable: bool,
    /// Whether [`ScanCard`](super::ScanCard) is to be had.
    pub card_scanner: bool,
    /// Whether [`TakeMedia`](super::TakeMedia) and [`PickMedia`](super::PickMedia) are to be had.
    pub camera: bool,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SessionView {
    /// Nobody.
    SignedOut,
    /// Somebody.
    SignedIn {
        /// Full name; empty until there is a profile.
        name: String,
        /// The number as people read it: `0912 345 678`; empty where it is not known.
        phone: String,
    },
    /// Somebody was, but the server no longer knows the session.
    Expired {
        /// Full name; empty until there is a profile.
        name: String,
        /// The number as people read it: `0912 345 678`; empty where it is not known.
        phone: String,
    },
}

/// A draft in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftSummary {
    /// Which.
    pub report_id: ReportId,
    /// The title that it has or would be given; empty where it has no words yet.
    pub title: String,
    /// The chosen field.
    pub field: Option<FieldCode>,
    /// When it was last touched.
    pub updated_at: Timestamp,
    /// The first picture.
    pub cover: Option<AttachmentId>,
    /// How many pictures.
    pub photos: u32,
}

/// A draft with everything on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftView {
    /// Which.
    pub report_id: ReportId,
    /// The form as last saved.
    pub form: ReportForm,
    /// In the citizen's order.
    pub attachments: Vec<AttachmentView>,
    /// When it was last touched.
    pub updated_at: Timestamp,
}

/// Answer to [`SaveDraft`](super::SaveDraft).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftSaved {
    /// When it was made durable.
    pub updated_at: Timestamp,
}

/// How far a picture has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AttachmentState {
    /// Its bytes are still coming in.
    Incoming,
    /// All bytes are safe; it is being prepared.
    Processing {
        /// How far, where that is known.
        percent: Option<u8>,
    },
    /// Ready to send.
    Ready {
        /// Width in pixels, upright.
        width: u32,
        /// Height in pixels, upright.
        height: u32,
        /// Length in bytes.
        bytes: u64,
    },
}

/// What a file is to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// A picture.
    Photo,
    /// A video.
    Video,
}

/// What a file said of itself before that was taken off it. It stays on the device, for the citizen to use or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MediaHint {
    /// When it was taken.
    pub taken_at: Option<Timestamp>,
    /// Where it was taken.
    pub position: Option<Position>,
}

/// A picture or video of a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttachmentView {
    /// Which. Shown at `photo://localhost/<id>` once it is ready.
    pub attachment_id: AttachmentId,
    /// The file's name, as the picker gave it.
    pub name: String,
    /// What it is.
    pub kind: AttachmentKind,
    /// How far it has come.
    pub state: AttachmentState,
    /// Something worth telling about it.
    pub notice: Option<PhotoNotice>,
    /// What it said of itself.
    pub hint: Option<MediaHint>,
    /// A video's length in milliseconds, once it is known.
    pub duration_ms: Option<u32>,
    /// Whether a video has a picture to stand for it, at `photo://localhost/<id>?small`.
    pub has_poster: bool,
}

/// What was asked of the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shot {
    /// A picture.
    Photo,
    /// A video.
    Video,
}

/// A file that the camera or the gallery gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    /// Its name.
    pub name: String,
    /// What became of it.
    pub outcome: TakenOutcome,
}

/// What became of a file that the camera or the gallery gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum TakenOutcome {
    /// It is the draft's; it is being prepared or will be.
    Coming {
        /// As which.
        attachment_id: AttachmentId,
    },
    /// It can't be used.
    Refused {
        /// Why.
        error: AppError,
    },
}

/// A part of a picture, each number a fraction of its width or height, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// How wide.
    pub width: f64,
    /// How high.
    pub height: f64,
}

/// A medium of a report, to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaView {
    /// The path part of its `photo:` address.
    pub path: String,
    /// What it is.
    pub kind: AttachmentKind,
    /// A video's length in milliseconds.
    pub duration_ms: Option<u32>,
}

/// Somebody's report that may be about the same, or that is followed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimilarReport {
    /// Which.
    pub report_id: ReportId,
    /// Its title.
    pub title: String,
    /// Its content.
    pub content: String,
    /// Its field.
    pub field: FieldCode,
    /// Its subject.
    pub subject: SubjectCode,
    /// Where it stands.
    pub status: ReportStatus,
    /// When the server had it.
    pub received_at: Timestamp,
    /// When it happened or was seen.
    pub happened_at: Timestamp,
    /// Where it is about.
    pub position: Position,
    /// The ward of it.
    pub ward: Option<WardCode>,
    /// The place in words.
    pub address: Option<AddressLine>,
    /// How far it is from the draft's place, in metres; of what is followed, nothing.
    pub distance_m: Option<f64>,
    /// Its first picture, as the path part of its `photo:` address.
    pub cover: Option<String>,
    /// Its files, in the sender's order.
    pub media: Vec<MediaView>,
    /// Who sent it; nothing where the sender wished to stay unnamed.
    pub sender: Option<String>,
    /// The citizen follows it already.
    pub followed: bool,
}

/// Answer to [`ListSimilar`](super::ListSimilar).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SimilarView {
    /// Nearest first.
    pub reports: Vec<SimilarReport>,
    /// When what is public was last fetched; never, where there is nothing.
    pub fetched_at: Option<Timestamp>,
    /// How far around was looked, in metres.
    pub within_m: u32,
}

/// Why a report rests until somebody does something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum ParkedReason {
    /// The server found fault with the form: edit it.
    InvalidReport {
        /// What.
        problems: Vec<FormProblem>,
    },
    /// The server refused it for another reason.
    Refused {
        /// Which.
        code: ErrorCode,
    },
    /// A picture is gone from the device or no longer has the hash it was sent with.
    MediaLost,
    /// It was tried very many times without an answer that can be understood.
    TooManyAttempts,
}

/// Where a report is, between the citizen's hand and the agency's desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Whereabouts {
    /// In the outbox.
    Waiting {
        /// It waits for somebody to sign in.
        needs_sign_in: bool,
    },
    /// On its way.
    Sending {
        /// Bytes that have left.
        sent_bytes: u64,
        /// Bytes in all.
        total_bytes: u64,
    },
    /// It rests until the citizen does something.
    Parked {
        /// Why.
        reason: ParkedReason,
    },
    /// The server has all of it.
    Sent {
        /// Where it stands there.
        status: ReportStatus,
    },
}

/// A report in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportSummary {
    /// Which.
    pub report_id: ReportId,
    /// Its title.
    pub title: String,
    /// Its field.
    pub field: FieldCode,
    /// When the citizen sent it.
    pub submitted_at: Timestamp,
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// The first picture, as the path part of its `photo:` address.
    pub cover: Option<String>,
}

/// A report with everything on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportDetail {
    /// Which.
    pub report_id: ReportId,
    /// Its field.
    pub field: FieldCode,
    /// Its subject.
    pub subject: SubjectCode,
    /// Its title.
    pub title: String,
    /// Its content.
    pub content: String,
    /// When it happened.
    pub happened_at: Timestamp,
    /// Where it is about.
    pub place: Place,
    /// Hidden from the public.
    pub anonymous: bool,
    /// When the citizen sent it.
    pub submitted_at: Timestamp,
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// Its pictures and videos.
    pub media: Vec<MediaView>,
    /// What was answered to the subject's questions.
    pub answers: Answers,
    /// The ward of its place.
    pub ward: Option<WardCode>,
    /// The place in words.
    pub address: Option<String>,
    /// The server's view, once it has one.
    pub server: Option<ReportView>,
    /// The server's signed receipt, once it is here.
    pub receipt: Option<ReceiptView>,
}

/// What the last try to reach the server showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// Nothing tried yet.
    Unknown,
    /// It answered.
    Online,
    /// It could not be reached.
    Offline,
    /// It was reached and is in trouble.
    ServerTrouble,
}

/// How it stands with the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncView {
    /// What the last try showed.
    pub connection: Connection,
    /// Reports in the outbox that will go by themselves.
    pub waiting: u32,
    /// Of those, how many are on their way right now.
    pub sending: u32,
    /// Reports that rest until the citizen does something.
    pub parked: u32,
    /// When the next try is due, if one is waited for.
    pub next_try_at: Option<Timestamp>,
    /// When the server last answered.
    pub last_contact_at: Option<Timestamp>,
}
