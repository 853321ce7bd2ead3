//! Pictures and videos from the camera and the gallery.

use std::sync::Arc;

use pakn_api::ipc::{AppError, CameraError, PickMedia, TakeMedia, Taken};
use tauri::State;

use crate::{
    Core,
    intake::Intake,
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
    intake(&core, &pictures, &exports).await?.take(report_id, shot).await
}

#[tauri::command]
pub(crate) async fn pick_media(
    args: PickMedia,
    core: State<'_, Core>,
    pictures: State<'_, Option<Pictures>>,
    exports: State<'_, Exports>,
) -> Result<Vec<Taken>, AppError> {
    let PickMedia { report_id } = args;
    intake(&core, &pictures, &exports).await?.pick(report_id).await
}

async fn intake(core: &Core, pictures: &Option<Pictures>, exports: &Exports) -> Result<Intake, AppError> {
    let pictures = pictures.clone().ok_or(NONE)?;
    Ok(Intake { client: core.client().await?.clone(), pictures, exports: Arc::clone(exports) })
}
