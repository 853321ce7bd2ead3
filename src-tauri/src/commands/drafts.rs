//! Drafts.

use pakn_api::ipc::{
    AppError, CreateDraft, DiscardDraft, DraftSaved, DraftSummary, DraftView, GetDraft, ListDiscarded, ListDrafts, RestoreDraft,
    SaveDraft,
};
use tauri::State;

use crate::Core;

#[tauri::command]
pub(crate) async fn create_draft(args: CreateDraft, core: State<'_, Core>) -> Result<DraftView, AppError> {
    Ok(core.client().await?.create_draft(args).await?)
}

#[tauri::command]
pub(crate) async fn discard_draft(args: DiscardDraft, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.discard_draft(args).await?)
}

#[tauri::command]
pub(crate) async fn restore_draft(args: RestoreDraft, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.restore_draft(args).await?)
}

#[tauri::command]
pub(crate) async fn list_discarded(args: ListDiscarded, core: State<'_, Core>) -> Result<Vec<DraftSummary>, AppError> {
    Ok(core.client().await?.list_discarded(args).await?)
}

#[tauri::command]
pub(crate) async fn get_draft(args: GetDraft, core: State<'_, Core>) -> Result<DraftView, AppError> {
    Ok(core.client().await?.get_draft(args).await?)
}

#[tauri::command]
pub(crate) async fn list_drafts(args: ListDrafts, core: State<'_, Core>) -> Result<Vec<DraftSummary>, AppError> {
    Ok(core.client().await?.list_drafts(args).await?)
}

#[tauri::command]
pub(crate) async fn save_draft(args: SaveDraft, core: State<'_, Core>) -> Result<DraftSaved, AppError> {
    Ok(core.client().await?.save_draft(args).await?)
}
