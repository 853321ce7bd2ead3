//! Reports of others.

use pakn_api::ipc::{AppError, FollowInstead, ListFollowed, ListSimilar, SimilarReport, SimilarView, Unfollow};
use tauri::State;

use crate::Core;

#[tauri::command]
pub(crate) async fn list_similar(args: ListSimilar, core: State<'_, Core>) -> Result<SimilarView, AppError> {
    Ok(core.client().await?.list_similar(args).await?)
}

#[tauri::command]
pub(crate) async fn follow_instead(args: FollowInstead, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.follow_instead(args).await?)
}

#[tauri::command]
pub(crate) async fn unfollow(args: Unfollow, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.unfollow(args).await?)
}

#[tauri::command]
pub(crate) async fn list_followed(args: ListFollowed, core: State<'_, Core>) -> Result<Vec<SimilarReport>, AppError> {
    Ok(core.client().await?.list_followed(args).await?)
}
