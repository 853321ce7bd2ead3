//! What the citizen agrees to, and what is missing before a report can be sent.

use pakn_api::ipc::{AppError, ConsentView, GetConsents, GetGate, Missing, SetConsent};
use tauri::State;

use crate::Core;

#[tauri::command]
pub(crate) async fn get_consents(args: GetConsents, core: State<'_, Core>) -> Result<Vec<ConsentView>, AppError> {
    Ok(core.client().await?.get_consents(args).await?)
}

#[tauri::command]
pub(crate) async fn set_consent(args: SetConsent, core: State<'_, Core>) -> Result<Vec<ConsentView>, AppError> {
    Ok(core.client().await?.set_consent(args).await?)
}

#[tauri::command]
pub(crate) async fn get_gate(args: GetGate, core: State<'_, Core>) -> Result<Vec<Missing>, AppError> {
    Ok(core.client().await?.get_gate(args).await?)
}
