//! What was saved from a damaged database.

use pakn_api::ipc::{AppError, DismissSalvage, GetSalvage, Salvage};
use tauri::State;

use crate::Core;

#[tauri::command]
pub(crate) async fn get_salvage(args: GetSalvage, core: State<'_, Core>) -> Result<Option<Salvage>, AppError> {
    Ok(core.client().await?.get_salvage(args).await?)
}

#[tauri::command]
pub(crate) async fn dismiss_salvage(args: DismissSalvage, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.dismiss_salvage(args).await?)
}
