//! The profile, and what helps to fill it.

use pakn_api::{
    ipc::{AppError, CancelScan, GetProfile, GetUnits, KeepProfileForm, ProfileView, ReadCard, SaveProfile, ScanCard},
    model::{card::CardError, profile::ProfileForm},
};
use tauri::State;

use crate::{Core, platform::Scanner};

#[tauri::command]
pub(crate) async fn get_profile(args: GetProfile, core: State<'_, Core>) -> Result<ProfileView, AppError> {
    Ok(core.client().await?.get_profile(args).await?)
}

#[tauri::command]
pub(crate) async fn keep_profile_form(args: KeepProfileForm, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.keep_profile_form(args).await?)
}

#[tauri::command]
pub(crate) async fn save_profile(args: SaveProfile, core: State<'_, Core>) -> Result<ProfileView, AppError> {
    Ok(core.client().await?.save_profile(args).await?)
}

#[tauri::command]
pub(crate) async fn read_card(args: ReadCard, core: State<'_, Core>) -> Result<ProfileForm, AppError> {
    Ok(core.client().await?.read_card(args).await?)
}

#[tauri::command]
pub(crate) async fn get_units(args: GetUnits, core: State<'_, Core>) -> Result<String, AppError> {
    Ok(core.client().await?.get_units(args).await?)
}

#[tauri::command]
pub(crate) async fn scan_card(
    args: ScanCard,
    core: State<'_, Core>,
    scanner: State<'_, Option<Scanner>>,
) -> Result<ProfileForm, AppError> {
    let scanner = scanner.as_ref().ok_or(AppError::Card { reason: CardError::NoCamera })?;
    let text = scanner.scan().await.map_err(|reason| AppError::Card { reason })?;
    Ok(core.client().await?.scanned_card(&text, args.form)?)
}

#[tauri::command]
pub(crate) async fn cancel_scan(args: CancelScan, scanner: State<'_, Option<Scanner>>) -> Result<(), AppError> {
    let CancelScan {} = args;
    if let Some(scanner) = scanner.as_ref() {
        scanner.cancel();
    }
    Ok(())
}
