//! Tells the page what changed in the core.

use pakn_api::ipc::{CHANGE_EVENT, Change, GetSync};
use pakn_core::Client;
use tauri::{AppHandle, Emitter, Runtime};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// Passes changes on for as long as the app runs.
pub(crate) async fn forward<R: Runtime>(app: AppHandle<R>, client: Client, mut changes: Receiver<Change>) {
    loop {
        match changes.recv().await {
            Ok(change) => emit(&app, &change),
            Err(RecvError::Closed) => return,
            Err(RecvError::Lagged(_)) => {
                for change in everything(&client).await {
                    emit(&app, &change);
                }
            }
        }
    }
}

/// What stands for all the changes that were missed.
async fn everything(client: &Client) -> Vec<Change> {
    let mut changes = vec![Change::Drafts, Change::Reports, Change::Catalogue, Change::Session];
    if let Ok(sync) = client.get_sync(GetSync {}).await {
        changes.push(Change::Sync { sync });
    }
    changes
}

fn emit<R: Runtime>(app: &AppHandle<R>, change: &Change) {
    if let Err(error) = app.emit(CHANGE_EVENT, change) {
        tracing::warn!(%error, "a change could not be told");
    }
}
