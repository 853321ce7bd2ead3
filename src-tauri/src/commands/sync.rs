//! How it stands with the server.

use pakn_api::ipc::{AppError, GetSync, SyncNow, SyncView};
use tauri::State;

use crate::Core;

#[tauri::command]
pub(crate) async fn get_sync(args: GetSync, core: State<'_, Core>) -> Result<SyncView, AppError> {
    Ok(core.client().await?.get_sync(args).await?)
}

#[tauri::command]
pub(crate) async fn sync_now(args: SyncNow, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.sync_now(args).await?)
}
