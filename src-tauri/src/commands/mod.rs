//! The page's way in: one function per command of [`pakn_api::ipc`], each handing its arguments to the
//! core. What a command means is said there; what it does, in the core.

mod app;
mod attachments;
mod catalogue;
mod drafts;
mod place;
mod reports;
mod salvage;
mod session;
mod sync;

use tauri::{Runtime, ipc::Invoke};

/// Every command the page may call.
pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        app::get_app_info,
        app::set_server_url,
        attachments::attach_begin,
        attachments::attach_chunk,
        attachments::attach_finish,
        attachments::check_room,
        attachments::remove_attachment,
        catalogue::get_catalogue,
        catalogue::get_jurisdiction,
        drafts::create_draft,
        drafts::discard_draft,
        drafts::get_draft,
        drafts::list_drafts,
        drafts::save_draft,
        place::locate,
        reports::discard_unsent,
        reports::get_report,
        reports::list_outbox,
        reports::list_reports,
        reports::reopen,
        reports::retry_parked,
        reports::submit,
        salvage::dismiss_salvage,
        salvage::get_salvage,
        session::get_session,
        session::sign_in,
        session::sign_out,
        sync::get_sync,
        sync::sync_now,
    ]
}
