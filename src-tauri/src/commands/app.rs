//! What is running, and which server it talks to.

use pakn_api::ipc::{AppError, AppInfo, GetAppInfo, SetServerUrl};
use pakn_core::Client;
use tauri::{AppHandle, Manager, Runtime, State};

use crate::{
    Core,
    platform::{Pictures, Scanner},
};

/// Released apps talk to the server they were built for.
const SERVER_URL_EDITABLE: bool = cfg!(debug_assertions);

#[tauri::command]
pub(crate) async fn get_app_info<R: Runtime>(
    args: GetAppInfo,
    app: AppHandle<R>,
    core: State<'_, Core>,
) -> Result<AppInfo, AppError> {
    let GetAppInfo {} = args;
    Ok(info(&app, core.client().await?))
}

#[tauri::command]
pub(crate) async fn set_server_url<R: Runtime>(
    args: SetServerUrl,
    app: AppHandle<R>,
    core: State<'_, Core>,
) -> Result<AppInfo, AppError> {
    if !SERVER_URL_EDITABLE {
        return Err(AppError::Bug);
    }
    let client = core.client().await?;
    client.set_server_url(args.url).await?;
    Ok(info(&app, client))
}

fn info<R: Runtime>(app: &AppHandle<R>, client: &Client) -> AppInfo {
    AppInfo {
        app_version: app.package_info().version.to_string(),
        schema_version: client.schema_version(),
        data_dir: client.data_dir().display().to_string(),
        server_url: client.server_url(),
        server_url_editable: SERVER_URL_EDITABLE,
        camera: app.state::<Option<Pictures>>().is_some(),
        card_scanner: app.state::<Option<Scanner>>().is_some(),
    }
}
