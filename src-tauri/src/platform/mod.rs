//! What differs between phones and desktops: where data and secrets are kept, how the device knows
//! where it is, how the system notifies. The rest of the shell sees only the traits here.

#[cfg(desktop)]
mod desktop;
mod fix;
#[cfg(mobile)]
mod mobile;
#[cfg(mobile)]
mod secrets;
#[cfg(mobile)]
mod words;

use std::sync::Arc;

use async_trait::async_trait;
use pakn_api::{ipc::LocationError, model::place::Place};
use pakn_core::Notice;

#[cfg(desktop)]
pub(crate) use desktop::{log, open_outside, plugins};
#[cfg(mobile)]
pub(crate) use mobile::{log, open_outside, plugins};

#[cfg(desktop)]
pub use desktop::here;
#[cfg(mobile)]
pub use mobile::here;

pub use crate::client::GiveConfig;

/// The server of an app that was built for none: one on the same machine, at its default port.
const NO_SERVER: &str = "http://127.0.0.1:8787";

/// The server the app was built for.
fn built_for() -> &'static str {
    option_env!("KONTUMS_SERVER").unwrap_or(NO_SERVER)
}

/// Where the device says it is.
pub type Location = Box<dyn LocationProvider>;

/// Knows where the device is.
#[async_trait]
pub trait LocationProvider: Send + Sync + 'static {
    /// A fresh position.
    ///
    /// # Errors
    /// Why there is none. A place that can't be one (0,0; no time) is an error, never a guess.
    async fn locate(&self) -> Result<Place, LocationError>;
}

/// Shows system notifications.
#[async_trait]
pub trait Notifier: Send + Sync + 'static {
    /// Shows a notice, where the citizen has allowed it and isn't looking anyway.
    async fn notify(&self, notice: Notice);
}

/// What a platform gives.
pub struct Platform {
    /// What the core is opened with.
    pub config: GiveConfig,
    /// Where the device is.
    pub location: Location,
    /// System notifications, where there are any.
    pub notifier: Option<Arc<dyn Notifier>>,
}
