//! Who is signed in.

use pakn_api::ipc::{AppError, GetSession, SessionView, SignIn, SignOut};
use tauri::State;

use crate::Core;

#[tauri::command]
pub(crate) async fn get_session(args: GetSession, core: State<'_, Core>) -> Result<SessionView, AppError> {
    Ok(core.client().await?.get_session(args).await?)
}

#[tauri::command]
pub(crate) async fn sign_in(args: SignIn, core: State<'_, Core>) -> Result<SessionView, AppError> {
    Ok(core.client().await?.sign_in(args).await?)
}

#[tauri::command]
pub(crate) async fn sign_out(args: SignOut, core: State<'_, Core>) -> Result<SessionView, AppError> {
    Ok(core.client().await?.sign_out(args).await?)
}
