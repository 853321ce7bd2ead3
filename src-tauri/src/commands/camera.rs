//! Pictures and videos from the camera and the gallery.

use pakn_api::ipc::{AppError, CameraError, PickMedia, TakeMedia, Taken};
use tauri::State;

use crate::{
    Core, intake,
    platform::{Exports, Pictures},
};

const NONE: AppError = AppError::Camera { reason: CameraError::NoCamera };

#[tauri::command]
pub(crate) async fn take_media(
    args: TakeMedia,
    core: State<'_, Core>,
    pictures: State<'_, Option<Pictures>>,
    exports: State<'_, Exports>,
) -> Result<Vec<Taken>, AppError> {
    let TakeMedia { report_id, shot } = args;
    let pictures = pictures.as_ref().ok_or(NONE)?;
    intake::take(core.client().await?, pictures.as_ref(), exports.as_ref(), report_id, shot).await
}

#[tauri::command]
pub(crate) async fn pick_media(
    args: PickMedia,
    core: State<'_, Core>,
    pictures: State<'_, Option<Pictures>>,
    exports: State<'_, Exports>,
) -> Result<Vec<Taken>, AppError> {
    let PickMedia { report_id } = args;
    let pictures = pictures.as_ref().ok_or(NONE)?;
    intake::pick(core.client().await?, pictures.as_ref(), exports.as_ref(), report_id).await
}
