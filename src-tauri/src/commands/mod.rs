//! The page's way in: one function per command of [`pakn_api::ipc`], each handing its arguments to the
//! core. What a command means is said there; what it does, in the core.

mod account;
mod app;
mod attachments;
mod camera;
mod catalogue;
mod consent;
mod drafts;
mod place;
mod profile;
mod reports;
mod salvage;
mod session;
mod similar;
mod sync;
mod welcome;

use tauri::{Runtime, ipc::Invoke};

/// Every command the page may call.
pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        account::change_password,
        account::check_code,
        account::delete_account,
        account::end_other_sessions,
        account::end_session,
        account::export_data,
        account::forget_code,
        account::get_pending_code,
        account::list_sessions,
        account::register,
        account::request_code,
        account::reset_password,
        app::get_app_info,
        app::set_server_url,
        attachments::attach_begin,
        attachments::attach_chunk,
        attachments::attach_finish,
        attachments::blur_attachment,
        attachments::check_room,
        attachments::order_attachments,
        attachments::remove_attachment,
        attachments::set_poster,
        camera::pick_media,
        camera::take_media,
        catalogue::get_catalogue,
        catalogue::get_jurisdiction,
        catalogue::get_map,
        consent::get_consents,
        consent::get_gate,
        consent::set_consent,
        drafts::create_draft,
        drafts::discard_draft,
        drafts::get_draft,
        drafts::list_discarded,
        drafts::list_drafts,
        drafts::restore_draft,
        drafts::save_draft,
        place::locate,
        profile::cancel_scan,
        profile::get_profile,
        profile::get_units,
        profile::keep_profile_form,
        profile::read_card,
        profile::save_profile,
        profile::scan_card,
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
        similar::follow_instead,
        similar::list_followed,
        similar::list_similar,
        similar::unfollow,
        sync::get_sync,
        sync::sync_now,
        welcome::ask_notifications,
        welcome::finish_welcome,
        welcome::get_notifications,
        welcome::get_welcomed,
    ]
}
