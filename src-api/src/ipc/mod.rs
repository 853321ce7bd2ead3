//! What travels between the UI and the shell: one type per command, its reply, the views and events.
//!
//! A command's type is its arguments; [`Command`] ties it to its name and reply. Errors carry codes
//! and values, never sentences: the words are the UI's.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    ErrorCode, Timestamp,
    id::{AttachmentId, ReportId},
    model::{
        catalogue::{Catalogue, FieldCode, SubjectCode},
        jurisdiction::Jurisdiction,
        photo::{PhotoError, PhotoNotice},
        place::{Place, PositionError},
        report::{FormProblem, ReportForm},
        status::ReportStatus,
    },
    wire::ReportView,
};

/// The event with which the shell tells the UI what changed; its payload is a [`Change`].
pub const CHANGE_EVENT: &str = "kontums-change";

/// The URI scheme under which the shell shows pictures, by [`AttachmentId`] or media hash.
pub const PHOTO_SCHEME: &str = "photo";

/// The most file bytes that one [`AttachChunk`] may carry.
pub const CHUNK_BYTES: usize = 512 * 1024;

/// A request of the UI to the shell.
pub trait Command: Serialize + DeserializeOwned {
    /// The name it is invoked by.
    const NAME: &'static str;
    /// What a success answers.
    type Reply: Serialize + DeserializeOwned;
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident = $text:literal $({ $($(#[$fdoc:meta])* $field:ident: $ty:ty),* $(,)? })? -> $reply:ty;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Serialize, Deserialize)]
            pub struct $name { $($($(#[$fdoc])* pub $field: $ty),*)? }

            impl Command for $name {
                const NAME: &'static str = $text;
                type Reply = $reply;
            }
        )*

        /// Every command's name: what the shell must handle and its capability allow.
        pub const COMMANDS: &[&str] = &[$($text),*];
    };
}

commands! {
    /// What is running, and where it keeps its things.
    GetAppInfo = "get_app_info" -> AppInfo;
    /// The fields and subjects, as last fetched or built in.
    GetCatalogue = "get_catalogue" -> Catalogue;
    /// The jurisdiction profile, as last fetched or built in.
    GetJurisdiction = "get_jurisdiction" -> Jurisdiction;
    /// Who is signed in.
    GetSession = "get_session" -> SessionView;
    /// Sign in with a phone number as typed and a password.
    SignIn = "sign_in" {
        /// As typed.
        phone: String,
        /// As typed.
        password: String,
    } -> SessionView;
    /// Sign out of this device. Drafts and waiting reports stay.
    SignOut = "sign_out" -> SessionView;
    /// Start a draft; nothing is asked yet.
    CreateDraft = "create_draft" {
        /// The field chosen on the way in.
        field: Option<FieldCode>,
    } -> DraftView;
    /// All drafts, the last touched first.
    ListDrafts = "list_drafts" -> Vec<DraftSummary>;
    /// One draft with its attachments.
    GetDraft = "get_draft" {
        /// Which.
        report_id: ReportId,
    } -> DraftView;
    /// Keep what is typed. Answers when it is durable.
    SaveDraft = "save_draft" {
        /// Which.
        report_id: ReportId,
        /// The whole form.
        form: ReportForm,
    } -> DraftSaved;
    /// Throw a draft and its attachments away.
    DiscardDraft = "discard_draft" {
        /// Which.
        report_id: ReportId,
    } -> ();
    /// Announce a picture that will come in chunks.
    AttachBegin = "attach_begin" {
        /// The draft.
        report_id: ReportId,
        /// The file's name, as the picker gave it.
        name: String,
        /// The file's length.
        bytes: u64,
    } -> AttachmentId;
    /// The next bytes of an announced picture, at most [`CHUNK_BYTES`].
    AttachChunk = "attach_chunk" {
        /// Which.
        attachment_id: AttachmentId,
        /// Where they belong.
        offset: u64,
        /// The bytes in base64.
        base64: String,
    } -> ();
    /// All bytes are there: check the picture, turn it upright, strip and store it.
    AttachFinish = "attach_finish" {
        /// Which.
        attachment_id: AttachmentId,
    } -> AttachmentView;
    /// Take a picture out of its draft, or give up on one that is still coming.
    RemoveAttachment = "remove_attachment" {
        /// Which.
        attachment_id: AttachmentId,
    } -> ();
    /// Ask the device where it is.
    Locate = "locate" -> Place;
    /// Hand a draft to the outbox. It leaves by itself as soon as it can.
    Submit = "submit" {
        /// Which.
        report_id: ReportId,
    } -> ();
    /// All of my reports that are no longer drafts, newest first.
    ListReports = "list_reports" -> Vec<ReportSummary>;
    /// One of my reports.
    GetReport = "get_report" {
        /// Which.
        report_id: ReportId,
    } -> ReportDetail;
    /// Try a parked report again.
    RetryParked = "retry_parked" {
        /// Which.
        report_id: ReportId,
    } -> ();
    /// Turn a waiting or parked report that the server does not hold back into a draft.
    Reopen = "reopen" {
        /// Which.
        report_id: ReportId,
    } -> ();
    /// How it stands with the server.
    GetSync = "get_sync" -> SyncView;
    /// Try now: the citizen asked, the page came back, or the browser says `online`.
    SyncNow = "sync_now" -> ();
    /// Use another server (debug builds only). Signs out.
    SetServerUrl = "set_server_url" {
        /// `http(s)://host[:port]`.
        url: String,
    } -> AppInfo;
}

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
    /// Whether [`SetServerUrl`] is to be had.
    pub server_url_editable: bool,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SessionView {
    /// Nobody.
    SignedOut,
    /// Somebody.
    SignedIn {
        /// Full name.
        name: String,
    },
    /// Somebody was, but the server no longer knows the session.
    Expired {
        /// Full name.
        name: String,
    },
}

/// A draft in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftSummary {
    /// Which.
    pub report_id: ReportId,
    /// The title as typed, perhaps empty.
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

/// Answer to [`SaveDraft`].
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
    Processing,
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

/// A picture of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentView {
    /// Which. Shown at `photo://localhost/<id>` once it is ready.
    pub attachment_id: AttachmentId,
    /// The file's name, as the picker gave it.
    pub name: String,
    /// How far it has come.
    pub state: AttachmentState,
    /// Something worth telling about it.
    pub notice: Option<PhotoNotice>,
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
    /// Its pictures, as path parts of their `photo:` addresses.
    pub photos: Vec<String>,
    /// The server's view, once it has one.
    pub server: Option<ReportView>,
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

/// Why the device could not say where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", content = "position", rename_all = "snake_case")]
pub enum LocationError {
    /// The citizen refused.
    Denied,
    /// Switched off, or not to be had on this device.
    Unavailable,
    /// No fix in time.
    TimedOut,
    /// The device answered with something that is not a place.
    NotAPlace(PositionError),
}

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AppError {
    /// The server can't be reached.
    Offline,
    /// The server is in trouble.
    ServerTrouble,
    /// Nobody is signed in, or the session has ended.
    SignedOut,
    /// The phone number can't be one.
    BadPhone,
    /// Phone number and password don't belong together.
    BadCredentials,
    /// Too many tries.
    RateLimited {
        /// Milliseconds until the next may be made, if the server said.
        retry_after_ms: Option<u64>,
    },
    /// A picture can't be used.
    Photo {
        /// Why.
        reason: PhotoError,
    },
    /// The form is not complete.
    Form {
        /// What is missing or wrong, in form order.
        problems: Vec<FormProblem>,
    },
    /// No place.
    Location {
        /// Why.
        reason: LocationError,
    },
    /// There is no such thing any more.
    NotFound,
    /// It has been sent, or may have been: it can't be changed any more.
    NotEditable,
    /// No room left on the device. Nothing that was saved before is lost.
    StorageFull,
    /// The device's storage fails.
    StorageBroken,
    /// The local data were written by a newer version of the app.
    NewerDatabase,
    /// The server address can't be one.
    BadServerUrl,
    /// The server refused.
    Refused {
        /// Why.
        error: ErrorCode,
    },
    /// Our own mistake.
    Bug,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_names_are_unique() {
        let mut names = COMMANDS.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COMMANDS.len());
    }
}
