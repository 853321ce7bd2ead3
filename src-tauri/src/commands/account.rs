//! The account: codes, passwords, sessions, what is kept of it, its end.

use pakn_api::{
    ipc::{
        AppError, ChangePassword, CheckCode, DeleteAccount, EndOtherSessions, EndSession, ExportData, ExportedFile, ForgetCode,
        GetPendingCode, ListSessions, PendingCode, Register, RequestCode, ResetPassword, SessionView,
    },
    wire::SessionInfo,
};
use tauri::State;

use crate::{
    Core,
    platform::{Contents, Exports},
};

#[tauri::command]
pub(crate) async fn get_pending_code(args: GetPendingCode, core: State<'_, Core>) -> Result<Option<PendingCode>, AppError> {
    Ok(core.client().await?.get_pending_code(args).await?)
}

#[tauri::command]
pub(crate) async fn request_code(args: RequestCode, core: State<'_, Core>) -> Result<PendingCode, AppError> {
    Ok(core.client().await?.request_code(args).await?)
}

#[tauri::command]
pub(crate) async fn check_code(args: CheckCode, core: State<'_, Core>) -> Result<PendingCode, AppError> {
    Ok(core.client().await?.check_code(args).await?)
}

#[tauri::command]
pub(crate) async fn forget_code(args: ForgetCode, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.forget_code(args).await?)
}

#[tauri::command]
pub(crate) async fn register(args: Register, core: State<'_, Core>) -> Result<SessionView, AppError> {
    Ok(core.client().await?.register(args).await?)
}

#[tauri::command]
pub(crate) async fn reset_password(args: ResetPassword, core: State<'_, Core>) -> Result<SessionView, AppError> {
    Ok(core.client().await?.reset_password(args).await?)
}

#[tauri::command]
pub(crate) async fn change_password(args: ChangePassword, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.change_password(args).await?)
}

#[tauri::command]
pub(crate) async fn list_sessions(args: ListSessions, core: State<'_, Core>) -> Result<Vec<SessionInfo>, AppError> {
    Ok(core.client().await?.list_sessions(args).await?)
}

#[tauri::command]
pub(crate) async fn end_session(args: EndSession, core: State<'_, Core>) -> Result<Vec<SessionInfo>, AppError> {
    Ok(core.client().await?.end_session(args).await?)
}

#[tauri::command]
pub(crate) async fn end_other_sessions(args: EndOtherSessions, core: State<'_, Core>) -> Result<Vec<SessionInfo>, AppError> {
    Ok(core.client().await?.end_other_sessions(args).await?)
}

#[tauri::command]
pub(crate) async fn delete_account(args: DeleteAccount, core: State<'_, Core>) -> Result<SessionView, AppError> {
    Ok(core.client().await?.delete_account(args).await?)
}

#[tauri::command]
pub(crate) async fn export_data(
    args: ExportData,
    core: State<'_, Core>,
    exports: State<'_, Exports>,
) -> Result<Option<ExportedFile>, AppError> {
    let ExportData {} = args;
    let (name, bytes) = core.client().await?.export().await?;
    exports.keep(name, Contents::Bytes(bytes)).await
}
