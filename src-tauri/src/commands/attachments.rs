//! Pictures of a draft.

use pakn_api::{
    id::AttachmentId,
    ipc::{AppError, AttachBegin, AttachChunk, AttachFinish, AttachmentView, CheckRoom, RemoveAttachment},
};
use tauri::State;

use crate::Core;

#[tauri::command]
pub(crate) async fn attach_begin(args: AttachBegin, core: State<'_, Core>) -> Result<AttachmentId, AppError> {
    Ok(core.client().await?.attach_begin(args).await?)
}

#[tauri::command]
pub(crate) async fn attach_chunk(args: AttachChunk, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.attach_chunk(args).await?)
}

#[tauri::command]
pub(crate) async fn attach_finish(args: AttachFinish, core: State<'_, Core>) -> Result<AttachmentView, AppError> {
    Ok(core.client().await?.attach_finish(args).await?)
}

#[tauri::command]
pub(crate) async fn check_room(args: CheckRoom, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.check_room(args).await?)
}

#[tauri::command]
pub(crate) async fn remove_attachment(args: RemoveAttachment, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.remove_attachment(args).await?)
}
