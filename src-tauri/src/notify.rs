//! Tells the system what may be worth a notification.

use std::sync::Arc;

use pakn_core::Notice;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::platform::Notifier;

/// Passes notices on for as long as the app runs. Those missed by a slow system are not made up for: the app
/// itself shows where every report is.
pub(crate) async fn forward(notifier: Arc<dyn Notifier>, mut notices: Receiver<Notice>) {
    loop {
        match notices.recv().await {
            Ok(notice) => notifier.notify(notice).await,
            Err(RecvError::Lagged(missed)) => tracing::info!(missed, "notices were missed"),
            Err(RecvError::Closed) => return,
        }
    }
}
