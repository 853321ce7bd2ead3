//! What travels between the UI and the shell: one type per command and its reply;
//! what the screens are shown (`view`), told (`change`) and refused with (`error`).
//!
//! A command's type is its arguments; [`Command`] ties it to its name and reply. Errors carry codes
//! and values, never sentences: the words are the UI's.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    id::{AttachmentId, ReportId, SessionId},
    model::{
        catalogue::{Catalogue, FieldCode},
        consent::ConsentPurpose,
        jurisdiction::Jurisdiction,
        place::Place,
        profile::ProfileForm,
        report::ReportForm,
    },
    wire::SessionInfo,
};

mod account;
mod change;
mod error;
mod outbox;
mod salvage;
mod view;

pub use account::{CodePurpose, ConsentView, ExportedFile, Missing, NotificationState, PendingCode, ProfileState, ProfileView};
pub use change::{CHANGE_EVENT, Change};
pub use error::{AppError, CameraError, LocationError};
pub use outbox::{FileProgress, OutboxItem, ReceiptView};
pub use salvage::{LostItem, Salvage};
pub use view::{
    AppInfo, Area, AttachmentKind, AttachmentState, AttachmentView, Connection, DraftSaved, DraftSummary, DraftView, MediaHint,
    MediaView, ParkedReason, ReportDetail, ReportSummary, SessionView, Shot, SimilarReport, SimilarView, SyncView, Taken,
    TakenOutcome, Whereabouts,
};

/// The URI scheme under which the shell shows pictures, by [`AttachmentId`] or media hash.
pub const PHOTO_SCHEME: &str = "photo";
/// The query of a picture's address that asks for a small copy.
pub const PREVIEW: &str = "small";

/// The URI scheme under which the shell gives the map's tiles: `tile://localhost/z/x/y`.
pub const TILE_SCHEME: &str = "tile";

/// The most bytes of a card's picture that one [`ReadCard`] may carry.
pub const CARD_BYTES: usize = 16 * 1024 * 1024;

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
    /// The code that was asked for and is not used yet.
    GetPendingCode = "get_pending_code" -> Option<PendingCode>;
    /// Have a code sent to a number as typed; another one where one is pending.
    RequestCode = "request_code" {
        /// What for.
        purpose: CodePurpose,
        /// As typed.
        phone: String,
    } -> PendingCode;
    /// Try a code as typed.
    CheckCode = "check_code" {
        /// As typed.
        code: String,
    } -> PendingCode;
    /// Begin anew with another number.
    ForgetCode = "forget_code" -> ();
    /// Make an account with the code that was checked, and sign in.
    Register = "register" {
        /// As typed.
        password: String,
        /// What was agreed to; the terms must be among it.
        consents: Vec<ConsentPurpose>,
    } -> SessionView;
    /// Another password with the code that was checked, and sign in. Ends all sessions there were.
    ResetPassword = "reset_password" {
        /// As typed.
        password: String,
    } -> SessionView;
    /// Another password. Ends all other sessions.
    ChangePassword = "change_password" {
        /// The present one, as typed.
        old: String,
        /// The new one, as typed.
        new: String,
    } -> ();
    /// Where the account is signed in, the last seen first.
    ListSessions = "list_sessions" -> Vec<SessionInfo>;
    /// Sign another device out.
    EndSession = "end_session" {
        /// Which.
        session_id: SessionId,
    } -> Vec<SessionInfo>;
    /// Sign all other devices out.
    EndOtherSessions = "end_other_sessions" -> Vec<SessionInfo>;
    /// The profile as last typed and as it is kept.
    GetProfile = "get_profile" -> ProfileView;
    /// Keep what is typed into the profile, complete or not. Answers when it is durable.
    KeepProfileForm = "keep_profile_form" {
        /// The whole form.
        form: ProfileForm,
    } -> ();
    /// Take the form as the profile. It goes to the server by itself.
    SaveProfile = "save_profile" {
        /// The whole form.
        form: ProfileForm,
    } -> ProfileView;
    /// Read a card's QR code from a picture and fill the form with it. The picture is kept nowhere.
    ReadCard = "read_card" {
        /// The picture's bytes in base64, at most [`CARD_BYTES`] of them.
        base64: String,
        /// The form as it stands.
        form: ProfileForm,
    } -> ProfileForm;
    /// Read a card's QR code with the camera, where [`AppInfo::card_scanner`], and fill the form with it.
    ScanCard = "scan_card" {
        /// The form as it stands.
        form: ProfileForm,
    } -> ProfileForm;
    /// Give up the scan that is under way, which then ends with [`CardError::NoCode`](crate::model::card::CardError).
    CancelScan = "cancel_scan" -> ();
    /// The administrative units, for [`Units::parse`](crate::model::unit::Units::parse).
    GetUnits = "get_units" -> String;
    /// Every purpose and what was last said about it.
    GetConsents = "get_consents" -> Vec<ConsentView>;
    /// Agree to a purpose or take it back.
    SetConsent = "set_consent" {
        /// What for.
        purpose: ConsentPurpose,
        /// Given, or taken back.
        given: bool,
    } -> Vec<ConsentView>;
    /// What is missing before a report can be sent.
    GetGate = "get_gate" -> Vec<Missing>;
    /// Write everything about the account, here and on the server, into a file for the citizen to keep. Nothing where
    /// they were asked for a place and chose none.
    ExportData = "export_data" -> Option<ExportedFile>;
    /// Delete the account on the server and what belongs to it here. Reports that have not left become drafts again.
    DeleteAccount = "delete_account" {
        /// As typed.
        password: String,
    } -> SessionView;
    /// Whether the first start has been gone through.
    GetWelcomed = "get_welcomed" -> bool;
    /// It has.
    FinishWelcome = "finish_welcome" -> ();
    /// Whether the system shows the app's notifications.
    GetNotifications = "get_notifications" -> NotificationState;
    /// Have the system ask for leave to show notifications; also said as a consent.
    AskNotifications = "ask_notifications" {
        /// What the citizen said in the app; the system is asked only after a yes.
        wanted: bool,
    } -> NotificationState;
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
    /// Put a draft and its attachments aside. They go for good a day later.
    DiscardDraft = "discard_draft" {
        /// Which.
        report_id: ReportId,
    } -> ();
    /// Take back what [`DiscardDraft`] did.
    RestoreDraft = "restore_draft" {
        /// Which.
        report_id: ReportId,
    } -> ();
    /// The drafts that were discarded and can still be restored, the last discarded first.
    ListDiscarded = "list_discarded" -> Vec<DraftSummary>;
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
    /// Take a picture or a video for a draft with the camera. Answers when the file is safe; nothing, where none was taken.
    TakeMedia = "take_media" {
        /// The draft.
        report_id: ReportId,
        /// What.
        shot: Shot,
    } -> Vec<Taken>;
    /// Choose pictures and videos of the device for a draft. Answers when the files are safe.
    PickMedia = "pick_media" {
        /// The draft.
        report_id: ReportId,
    } -> Vec<Taken>;
    /// Put a draft's attachments into another order.
    OrderAttachments = "order_attachments" {
        /// The draft.
        report_id: ReportId,
        /// All of them.
        order: Vec<AttachmentId>,
    } -> ();
    /// Make parts of a picture unrecognisable. What comes is another file, in the same place.
    BlurAttachment = "blur_attachment" {
        /// Which.
        attachment_id: AttachmentId,
        /// Which parts.
        areas: Vec<Area>,
    } -> AttachmentView;
    /// Give a video a picture to stand for it.
    SetPoster = "set_poster" {
        /// Which.
        attachment_id: AttachmentId,
        /// The picture's bytes in base64, at most [`CHUNK_BYTES`] of them.
        base64: String,
    } -> AttachmentView;
    /// The map that is drawn without a network.
    GetMap = "get_map" -> String;
    /// Open reports of others near a draft's place and in its field, from what is here; the server is asked in the background.
    ListSimilar = "list_similar" {
        /// The draft.
        report_id: ReportId,
    } -> SimilarView;
    /// Follow another's report in place of sending a draft, which is discarded. Goes to the server by itself.
    FollowInstead = "follow_instead" {
        /// The draft.
        report_id: ReportId,
        /// The other's report.
        follow: ReportId,
    } -> ();
    /// Follow another's report no longer.
    Unfollow = "unfollow" {
        /// The other's report.
        report_id: ReportId,
    } -> ();
    /// What the citizen follows, the last followed first.
    ListFollowed = "list_followed" -> Vec<SimilarReport>;
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
