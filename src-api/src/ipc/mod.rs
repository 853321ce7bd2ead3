//! What travels between the UI and the shell: one type per command and its reply;
//! what the screens are shown (`view`), told (`change`) and refused with (`error`).
//!
//! A command's type is its arguments; [`Command`] ties it to its name and reply. Errors carry codes
//! and values, never sentences: the words are the UI's.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    id::{AttachmentId, ReportId},
    model::{
        catalogue::{Catalogue, FieldCode},
        jurisdiction::Jurisdiction,
        place::Place,
        report::ReportForm,
    },
};

mod change;
mod error;
mod outbox;
mod salvage;
mod view;

pub use change::{CHANGE_EVENT, Change};
pub use error::{AppError, LocationError};
pub use outbox::{FileProgress, OutboxItem, ReceiptView};
pub use salvage::{LostItem, Salvage};
pub use view::{
    AppInfo, AttachmentState, AttachmentView, Connection, DraftSaved, DraftSummary, DraftView, ParkedReason, ReportDetail,
    ReportSummary, SessionView, SyncView, Whereabouts,
};

/// The URI scheme under which the shell shows pictures, by [`AttachmentId`] or media hash.
pub const PHOTO_SCHEME: &str = "photo";
/// The query of a picture's address that asks for a small copy.
pub const PREVIEW: &str = "small";

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
    /// Everything that still has to leave, in the order it was sent, with each file's progress.
    ListOutbox = "list_outbox" -> Vec<OutboxItem>;
    /// Throw away a report in the outbox that the server surely doesn't hold. Its pictures go with it.
    DiscardUnsent = "discard_unsent" {
        /// Which.
        report_id: ReportId,
    } -> ();
    /// Whether there is room for another picture, asked before one is taken.
    CheckRoom = "check_room" -> ();
    /// What was saved from a damaged database, until it has been read.
    GetSalvage = "get_salvage" -> Option<Salvage>;
    /// The citizen has read it.
    DismissSalvage = "dismiss_salvage" -> ();
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
