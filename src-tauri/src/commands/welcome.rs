//! The first start, and leave to notify.

use pakn_api::{
    ipc::{AppError, AskNotifications, FinishWelcome, GetNotifications, GetWelcomed, NotificationState, SetConsent},
    model::consent::ConsentPurpose,
};
use tauri::State;

use crate::{Core, platform::Notifications};

#[tauri::command]
pub(crate) async fn get_welcomed(args: GetWelcomed, core: State<'_, Core>) -> Result<bool, AppError> {
    Ok(core.client().await?.get_welcomed(args).await?)
}

#[tauri::command]
pub(crate) async fn finish_welcome(args: FinishWelcome, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.finish_welcome(args).await?)
}

#[tauri::command]
pub(crate) async fn get_notifications(
    args: GetNotifications,
    notifications: State<'_, Notifications>,
) -> Result<NotificationState, AppError> {
    let GetNotifications {} = args;
    Ok(notifications.state().await)
}

#[tauri::command]
pub(crate) async fn ask_notifications(
    args: AskNotifications,
    core: State<'_, Core>,
    notifications: State<'_, Notifications>,
) -> Result<NotificationState, AppError> {
    let said = SetConsent { purpose: ConsentPurpose::Notifications, given: args.wanted };
    core.client().await?.set_consent(said).await?;
    Ok(if args.wanted { notifications.ask().await } else { notifications.state().await })
}
