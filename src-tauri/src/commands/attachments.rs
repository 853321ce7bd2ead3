//! Pictures and videos of a draft.

use pakn_api::{
    id::AttachmentId,
    ipc::{
        AppError, AttachBegin, AttachChunk, AttachFinish, AttachmentView, BlurAttachment, CheckRoom, OrderAttachments,
        RemoveAttachment, SetPoster,
    },
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
pub(crate) async fn order_attachments(args: OrderAttachments, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.order_attachments(args).await?)
}

#[tauri::command]
pub(crate) async fn blur_attachment(args: BlurAttachment, core: State<'_, Core>) -> Result<AttachmentView, AppError> {
    Ok(core.client().await?.blur_attachment(args).await?)
}

#[tauri::command]
pub(crate) async fn set_poster(args: SetPoster, core: State<'_, Core>) -> Result<AttachmentView, AppError> {
    Ok(core.client().await?.set_poster(args).await?)
}

#[tauri::command]
pub(crate) async fn check_room(args: CheckRoom, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.check_room(args).await?)
}

#[tauri::command]
pub(crate) async fn remove_attachment(args: RemoveAttachment, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.remove_attachment(args).await?)
}
