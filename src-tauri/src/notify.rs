//! Tells the system what may be worth a notification.

use pakn_api::model::consent::ConsentPurpose;
use pakn_core::{Client, Notice};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::platform::Notifications;

/// Passes notices on for as long as the app runs, to who agreed to them. Those missed by a slow system are not made up
/// for: the app itself shows where every report is.
pub(crate) async fn forward(notifications: Notifications, client: Client, mut notices: Receiver<Notice>) {
    loop {
        match notices.recv().await {
            Ok(notice) => match client.has_consent(ConsentPurpose::Notifications).await {
                Ok(true) => notifications.notify(notice).await,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "whether notifications are wanted can't be read"),
            },
            Err(RecvError::Lagged(missed)) => tracing::info!(missed, "notices were missed"),
            Err(RecvError::Closed) => return,
        }
    }
}
