//! Reports that are no longer drafts, and becoming one.

use pakn_api::ipc::{
    AppError, DiscardUnsent, GetReport, ListOutbox, ListReports, OutboxItem, Reopen, ReportDetail, ReportSummary, RetryParked,
    Submit,
};
use tauri::State;

use crate::Core;

#[tauri::command]
pub(crate) async fn discard_unsent(args: DiscardUnsent, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.discard_unsent(args).await?)
}

#[tauri::command]
pub(crate) async fn get_report(args: GetReport, core: State<'_, Core>) -> Result<ReportDetail, AppError> {
    Ok(core.client().await?.get_report(args).await?)
}

#[tauri::command]
pub(crate) async fn list_outbox(args: ListOutbox, core: State<'_, Core>) -> Result<Vec<OutboxItem>, AppError> {
    Ok(core.client().await?.list_outbox(args).await?)
}

#[tauri::command]
pub(crate) async fn list_reports(args: ListReports, core: State<'_, Core>) -> Result<Vec<ReportSummary>, AppError> {
    Ok(core.client().await?.list_reports(args).await?)
}

#[tauri::command]
pub(crate) async fn reopen(args: Reopen, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.reopen(args).await?)
}

#[tauri::command]
pub(crate) async fn retry_parked(args: RetryParked, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.retry_parked(args).await?)
}

#[tauri::command]
pub(crate) async fn submit(args: Submit, core: State<'_, Core>) -> Result<(), AppError> {
    Ok(core.client().await?.submit(args).await?)
}
