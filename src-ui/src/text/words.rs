//! What there is to say, as types: one struct per screen, one function per set of errors or states.

use pakn_api::{
    id::ReportId,
    ipc::{AppError, AttachmentKind, Connection, ExportedFile, FileProgress, SessionView, Whereabouts},
    model::{
        consent::ConsentPurpose,
        password::PasswordProblem,
        photo::PhotoNotice,
        profile::ProfileProblem,
        question::AnswerProblem,
        report::FormProblem,
        status::{RefusalReason, ReportStatus},
    },
    wire::Actor,
};

use super::compose_words::{ChooseWords, ComposeWords, DiscardedWords, ReviewWords, WayWords};
use super::place_words::{MapWords, PlaceWords};
use super::similar_words::{FollowedWords, SimilarWords};
use super::{
    account_words::{
        AccountWords, CardWords, ConsentsWords, DataWords, DeleteWords, NewPasswordWords, PickerWords, ProfileWords,
        PurposeWords, SessionsWords,
    },
    media_words::{BlurWords, MediaWords},
};
use crate::local_time::LocalTime;

macro_rules! sentences {
    ($($(#[$doc:meta])* $name:ident { $($field:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        pub(crate) struct $name { $(pub(crate) $field: &'static str),* }

        #[cfg(test)]
        impl $name {
            pub(crate) fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($field), self.$field)),*]
            }
        }
    )*};
}
pub(super) use sentences;

sentences! {
    /// Said on more than one screen.
    Common {
        app_name, tabs_label, tab_home, tab_reports, tab_settings, back, cancel, loading, retry, sign_in,
        not_listening, not_found_title, not_found_text, go_home,
    }
    /// The home screen.
    HomeWords {
        title, lead, create, create_hint, fields_heading, outbox_heading, outbox_open, drafts_heading, untitled,
        hotlines_heading, hotlines_text, call, scope_heading, scope_text, scope_not, scope_complaints, scope_rules,
        scope_emergency, scope_vague, disclaimer,
    }
    /// Writing a draft.
    DraftWords {
        title, saved, saving, save_failed, save_retry, subject, content_hint, where_heading, time,
        by_hand, by_hand_label, by_hand_hint, by_hand_use,
        by_hand_bad, photos_heading, photos_hint, photos_take, photos_pick, photos_full, photo_incoming, photo_processing,
        photo_waiting, photo_stranded, photo_unreadable, photo_ready, photo_remove, photo_remove_title, photo_remove_text, photo_dismiss, sender_heading, anonymous,         truth, submit, submitting, submit_hint, discard,         problems_heading, gone_title, gone_text, mend_heading, mend_lost, mend_unsupported,
        mend_too_large, no_room, room_again,
    }
    /// The list of my reports.
    ReportsWords { title, drafts, reports, empty_title, empty_text, create, draft_pill, needs_you }
    /// One report.
    ReportWords {
        title, photos, photo_open, place, time, sent_at, anonymous, named, sender, timeline, timeline_empty, due,
        discard_title, discard_text, discard_yes, reopen_title, reopen_text, reopen_yes, gone_title,
        gone_text, close_photo, receipt,
    }
    /// What waits to be sent.
    OutboxWords { title, lead, see_all, progress, discarded, empty_title, empty_text }
    /// What was saved from a damaged database.
    SalvageWords { heading, all_back, some_back, drafts, unsent, lost, lost_next, no_title, was_sent, was_draft }
    /// Data written by a newer version of the app.
    NewerWords { heading, text, safe, drafts, unsent, how }
    /// The first start.
    WelcomeWords {
        title, skip, next, back, what_heading, what_text, what_offline, what_account, what_kept, news_heading, news_text,
        news_either, allow, refuse, asking, ready_heading, ready_text, refused, write, look,
    }
    /// Registering and a forgotten password.
    EnterWords {
        register_title, forgot_title, register_lead, forgot_lead, send_code, sending_code, have_account, no_account, forgot,
        expired, code, code_hint, code_missing, code_wrong, code_old, check, checking, resend, resent, change_number, password,
        new_password, password_hint, agree_text, agree, registering, others_out, reset, resetting, exists_heading, exists_text,
        exists_reset, exists_sign_in, none_heading, none_text, registered, was_reset, signed_in, go_on, pending_heading, pending_go_on, anothers,
    }
    /// What is missing before a report can be sent.
    GateWords {
        heading, text, complete, account, account_text, register, sign_in, profile, profile_text, profile_later, fill, consent, consent_text,
        read, done, expired,
    }
    /// Asking for consent.
    ConsentWords { agree, agreeing, later }
    /// The terms and the privacy notice.
    LegalWords { close }
    /// Signing in.
    SignInWords {
        title, lead, phone, phone_hint, password, show, hide, show_password, hide_password, submit, submitting, phone_missing, phone_wrong,
        password_missing, already,
        already_go,
    }
    /// Settings.
    SettingsWords {
        title, account, signed_out_text, sign_out, sign_out_title, sign_out_text, sign_out_yes, sync, sync_now,
        sync_started, last_contact, never_contacted, next_try, waiting_none, server, server_label, server_hint, server_save,
        server_saved, about, about_text, not_official, emergency_note, details, version, schema, data_dir,
        fields_version, area,
    }
}

/// What is asked of somebody who is to agree to a purpose.
pub(crate) struct ConsentText {
    pub(crate) title: &'static str,
    pub(crate) paragraphs: &'static [&'static str],
}

/// Which of the texts that have legal force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    /// The terms of use.
    Terms,
    /// What is done with personal data.
    Privacy,
}

/// A text that has legal force, as headings with their paragraphs.
pub(crate) struct LegalText {
    pub(crate) title: &'static str,
    pub(crate) version: u32,
    pub(crate) sections: &'static [(&'static str, &'static [&'static str])],
}

/// A thing to do about a report, and what it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Sign in, then it goes by itself.
    SignIn,
    /// Turn it back into a draft.
    Edit,
    /// Try once more.
    Retry,
    /// Give it up.
    Discard,
}

/// A language.
pub(crate) struct Words {
    pub(crate) common: Common,
    pub(crate) home: HomeWords,
    pub(crate) draft: DraftWords,
    pub(crate) choose: ChooseWords,
    pub(crate) compose: ComposeWords,
    pub(crate) review: ReviewWords,
    pub(crate) discarded: DiscardedWords,
    pub(crate) way: WayWords,
    pub(crate) place: PlaceWords,
    pub(crate) map: MapWords,
    /// A ward's line of address: the ward, its province, and what the place was before.
    pub(crate) address_line: fn(ward: &str, province: &str, formerly: Option<&str>) -> String,
    /// How old a position is, in milliseconds.
    pub(crate) place_age: fn(i64) -> String,
    /// The device says now that it is so many metres away.
    pub(crate) jumped: fn(f64) -> String,
    /// Another ward that it may be.
    pub(crate) or_ward: fn(&str) -> String,
    /// A place is in another province.
    pub(crate) place_in: fn(&str) -> String,
    /// Who to turn to with what is not in the area.
    pub(crate) turn_to: fn(&str) -> String,
    pub(crate) reports: ReportsWords,
    pub(crate) report: ReportWords,
    pub(crate) similar: SimilarWords,
    pub(crate) followed: FollowedWords,
    pub(crate) outbox: OutboxWords,
    pub(crate) salvage: SalvageWords,
    pub(crate) newer: NewerWords,
    pub(crate) welcome: WelcomeWords,
    pub(crate) enter: EnterWords,
    pub(crate) gate: GateWords,
    pub(crate) consent: ConsentWords,
    pub(crate) legal: LegalWords,
    pub(crate) sign_in: SignInWords,
    pub(crate) settings: SettingsWords,
    pub(crate) profile: ProfileWords,
    pub(crate) card: CardWords,
    pub(crate) picker: PickerWords,
    pub(crate) account: AccountWords,
    pub(crate) new_password: NewPasswordWords,
    pub(crate) sessions: SessionsWords,
    pub(crate) consents: ConsentsWords,
    pub(crate) data: DataWords,
    pub(crate) delete: DeleteWords,
    pub(crate) media: MediaWords,
    pub(crate) blur: BlurWords,
    /// What is agreed to for a purpose.
    pub(crate) purpose: fn(ConsentPurpose) -> &'static PurposeWords,
    /// Since when, and to which version of the text, something was agreed to or taken back.
    pub(crate) consent_said: fn(given: bool, when: &str, version: u32) -> String,
    /// How many provinces are shown.
    pub(crate) provinces: fn(usize) -> String,
    /// How many wards are shown.
    pub(crate) wards: fn(usize) -> String,
    /// The name by which something was called before.
    pub(crate) formerly: fn(&str) -> String,
    /// An area that is part of a province now.
    pub(crate) includes: fn(&str) -> String,
    /// The wards of one province only.
    pub(crate) within: fn(&str) -> String,
    /// Whether a device is to be signed out, by its name.
    pub(crate) end_session: fn(&str) -> String,
    /// Reports that become drafts again when the account goes.
    pub(crate) unsent_become_drafts: fn(u32) -> String,
    /// Where a file was written.
    pub(crate) exported: fn(&ExportedFile) -> String,
    /// Why a command was not carried out, and what to do next.
    pub(crate) app_error: fn(&AppError) -> String,
    /// Why something could not be done about a report that waits, and what to do next.
    pub(crate) act_error: fn(Action, &AppError) -> String,
    /// What is wrong with a profile, and what to do next.
    pub(crate) profile_problem: fn(ProfileProblem) -> &'static str,
    /// Why a password can't be used.
    pub(crate) password_problem: fn(PasswordProblem) -> &'static str,
    /// What agreeing to a purpose means.
    pub(crate) consent_text: fn(ConsentPurpose) -> ConsentText,
    /// A text that has legal force.
    pub(crate) legal_text: fn(Document) -> &'static LegalText,
    /// Which version of such a text it is.
    pub(crate) legal_version: fn(u32) -> String,
    /// The number a code was sent to.
    pub(crate) code_sent: fn(&str) -> String,
    /// The number that was proved.
    pub(crate) number_checked: fn(&str) -> String,
    /// In how many seconds another code may be asked for.
    pub(crate) resend_in: fn(u64) -> String,
    /// The n-th step of so many.
    pub(crate) step: fn(usize, usize) -> String,
    /// Something worth telling about a picture.
    pub(crate) photo_notice: fn(PhotoNotice) -> &'static str,
    /// What keeps a report from being sent, and what to do next.
    pub(crate) form_problem: fn(FormProblem) -> &'static str,
    /// What is wrong with the answer to a subject's question, and what to do next.
    pub(crate) answer_problem: fn(AnswerProblem) -> &'static str,
    /// A number.
    pub(crate) number: fn(f64) -> String,
    /// Between which numbers an answer is to be, and of what.
    pub(crate) number_range: fn(f64, f64, Option<&str>) -> String,
    /// How many may be chosen.
    pub(crate) at_most: fn(u8) -> String,
    /// The words that speak for a subject.
    pub(crate) because: fn(&[String]) -> String,
    /// The title that is made of the content.
    pub(crate) title_made: fn(&str) -> String,
    /// When a picture was taken.
    pub(crate) photo_taken: fn(&str) -> String,
    /// To begin a report with these words.
    pub(crate) write_this: fn(&str) -> String,
    /// To call a number, and what it is for.
    pub(crate) call_about: fn(&str, &str) -> String,
    /// How many subjects are shown.
    pub(crate) subjects_found: fn(usize) -> String,
    /// Why a report was not accepted.
    pub(crate) refusal: fn(RefusalReason) -> &'static str,
    /// A status in a word or two.
    pub(crate) status: fn(ReportStatus) -> &'static str,
    /// Where a report is, in a word or two.
    pub(crate) whereabouts: fn(&Whereabouts) -> String,
    /// What happens next to a report.
    pub(crate) whereabouts_next: fn(&Whereabouts) -> String,
    /// Who did something.
    pub(crate) actor: fn(&Actor) -> String,
    /// The banner: what is wrong with the connection, given whether the device itself has a network and how
    /// many reports wait; nothing when all is well or nothing is known.
    pub(crate) banner: fn(connection: Connection, device_online: bool, waiting: u32) -> Option<String>,
    /// The banner when reports wait for somebody to sign in.
    pub(crate) banner_sign_in: fn(u32) -> String,
    /// How it stands with the server.
    pub(crate) connection: fn(Connection) -> &'static str,
    /// Who is signed in.
    pub(crate) session: fn(&SessionView) -> String,
    /// Reports that wait, in the outbox card.
    pub(crate) outbox_waiting: fn(u32) -> String,
    /// Reports on their way, with the percentage that has left where known.
    pub(crate) outbox_sending: fn(u32, Option<u8>) -> String,
    /// Reports that rest.
    pub(crate) outbox_parked: fn(u32) -> String,
    /// What a report in the outbox waits for or is at, given how it stands with the server, whether the device has
    /// a network, and its files.
    pub(crate) outbox_state: fn(&Whereabouts, link: Connection, device_online: bool, &[FileProgress]) -> String,
    /// How far a file has come.
    pub(crate) file_progress: fn(&FileProgress) -> String,
    /// When it is tried again by itself: in so many seconds, at that time.
    pub(crate) next_try: fn(u64, &str) -> String,
    /// The server's signed receipt: for so many files, at that time.
    pub(crate) receipt: fn(u32, &str) -> String,
    /// When a database was found damaged.
    pub(crate) salvaged_at: fn(&str) -> String,
    /// Pictures whose report is not known any more.
    pub(crate) loose_photos: fn(u32) -> String,
    /// Characters used of those allowed, for the eye.
    pub(crate) counter: fn(usize, usize) -> String,
    /// The same, for the ear.
    pub(crate) counter_spoken: fn(usize, usize) -> String,
    /// How many pictures.
    pub(crate) photo_count: fn(usize) -> String,
    /// How many pictures and how many videos.
    pub(crate) media_count: fn(usize, usize) -> String,
    /// The n-th picture of so many.
    pub(crate) photo_nth: fn(usize, usize) -> String,
    /// The n-th of so many pictures and videos, and what it is.
    pub(crate) media_nth: fn(AttachmentKind, usize, usize) -> String,
    /// A video's length, for the eye.
    pub(crate) duration: fn(u32) -> String,
    /// A video's length, for the ear.
    pub(crate) duration_spoken: fn(u32) -> String,
    /// The n-th covered part of a picture.
    pub(crate) area_nth: fn(usize) -> String,
    /// How far a file has been read.
    pub(crate) photo_progress: fn(u8) -> String,
    /// How far a file has been prepared.
    pub(crate) processing_progress: fn(u8) -> String,
    /// How exact a position is, in metres.
    pub(crate) accuracy: fn(f64) -> String,
    /// An instant, seen from now.
    pub(crate) when: fn(LocalTime, LocalTime) -> String,
    /// How far something is from the draft's place, in metres.
    pub(crate) distance: fn(f64) -> String,
    /// When what is shown of others was last heard of.
    pub(crate) similar_as_of: fn(&str) -> String,
    /// Nothing similar within so many metres, as far as was known then.
    pub(crate) none_similar: fn(u32, &str) -> String,
    /// So many similar ones, for the ear.
    pub(crate) found_similar: fn(usize) -> String,
    /// Videos of another's report.
    pub(crate) public_videos: fn(usize) -> String,
    /// When a draft was last touched.
    pub(crate) edited_at: fn(&str) -> String,
    /// The short name of a report for citing it.
    pub(crate) short_id: fn(ReportId) -> String,
    /// The jurisdiction's line under the app's name.
    pub(crate) jurisdiction_line: fn(&str, &str) -> String,
    /// What an action is called.
    pub(crate) action: fn(Action) -> &'static str,
}
