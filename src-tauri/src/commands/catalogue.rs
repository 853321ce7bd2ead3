//! What the province offers.

use pakn_api::{
    ipc::{AppError, GetCatalogue, GetJurisdiction, GetMap},
    model::{catalogue::Catalogue, jurisdiction::Jurisdiction},
};
use tauri::State;

use crate::Core;

#[tauri::command]
pub(crate) async fn get_catalogue(args: GetCatalogue, core: State<'_, Core>) -> Result<Catalogue, AppError> {
    Ok(core.client().await?.get_catalogue(args).await?)
}

#[tauri::command]
pub(crate) async fn get_jurisdiction(args: GetJurisdiction, core: State<'_, Core>) -> Result<Jurisdiction, AppError> {
    Ok(core.client().await?.get_jurisdiction(args).await?)
}

#[tauri::command]
pub(crate) async fn get_map(args: GetMap, core: State<'_, Core>) -> Result<String, AppError> {
    Ok(core.client().await?.get_map(args).await?)
}
