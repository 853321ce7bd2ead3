//! What differs between phones and desktops: where data and secrets are kept, how the device knows
//! where it is, how the system notifies. The rest of the shell sees only the traits here.

mod camera;
#[cfg(target_os = "android")]
mod chosen;
#[cfg(desktop)]
mod desktop;
mod fix;
#[cfg(mobile)]
mod mobile;
#[cfg(mobile)]
mod scanner;
#[cfg(mobile)]
mod secrets;
mod words;

use std::{
    fs::File,
    io::{self, ErrorKind, Write},
    path::PathBuf,
    sync::Arc,
};

use async_trait::async_trait;
use pakn_api::{
    ipc::{AppError, ExportedFile, LocationError, NotificationState},
    model::{card::CardError, place::Place},
};
use pakn_core::Notice;
use tauri_plugin_camera::{Captured, Error as CameraTrouble, Got, Pick, Take};

#[cfg(desktop)]
pub(crate) use desktop::{log, open_outside, plugins};
#[cfg(mobile)]
pub(crate) use mobile::{log, open_outside, plugins};

#[cfg(desktop)]
pub use desktop::here;
#[cfg(mobile)]
pub use mobile::here;

pub use camera::Plugin as CameraPlugin;

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

/// The system's notifications.
pub type Notifications = Arc<dyn Notifier>;

/// Shows system notifications.
#[async_trait]
pub trait Notifier: Send + Sync + 'static {
    /// Shows a notice, where the citizen has allowed it and isn't looking anyway.
    async fn notify(&self, notice: Notice);

    /// Whether the system shows them.
    async fn state(&self) -> NotificationState;

    /// Has the system ask for leave, if it may still ask.
    async fn ask(&self) -> NotificationState;
}

/// Where files for the citizen go.
pub type Exports = Arc<dyn Keeper>;

/// What a file for the citizen is made of.
#[derive(Debug)]
pub enum Contents {
    /// These bytes.
    Bytes(Vec<u8>),
    /// What lies in a file, however long it is; it stays there.
    File(PathBuf),
}

impl Contents {
    /// Writes all of it. Blocks.
    pub(crate) fn write_to(&self, out: &mut File) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => out.write_all(bytes),
            Self::File(path) => io::copy(&mut File::open(path)?, out).map(drop),
        }
    }
}

/// Keeps files where the citizen finds them.
#[async_trait]
pub trait Keeper: Send + Sync + 'static {
    /// Keeps a file beside what is there already. Nothing is kept where the citizen was asked for a place and chose none.
    ///
    /// # Errors
    /// [`AppError::StorageFull`], [`AppError::StorageBroken`].
    async fn keep(&self, name: String, contents: Contents) -> Result<Option<ExportedFile>, AppError>;
}

/// What a citizen is told of a file that could not be kept.
pub(crate) fn not_kept(error: &io::Error) -> AppError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => AppError::StorageFull,
        _ => AppError::StorageBroken,
    }
}

/// The camera, as a reader of QR codes.
pub type Scanner = Box<dyn CardScanner>;

/// Reads QR codes with the camera.
#[async_trait]
pub trait CardScanner: Send + Sync + 'static {
    /// What the code says that is held before the camera. Pictures are kept nowhere.
    ///
    /// # Errors
    /// [`CardError::NoCode`] when none came, [`CardError::NoCamera`] when the camera is not to be had.
    async fn scan(&self) -> Result<String, CardError>;

    /// Ends the scan that is under way without a code, if there is one.
    fn cancel(&self);
}

/// The camera and the gallery.
pub type Pictures = Arc<dyn PictureSource>;

/// Takes pictures and videos, and lets them be chosen: what comes are files, which are the caller's to remove.
#[async_trait]
pub trait PictureSource: Send + Sync + 'static {
    /// What the camera gives, if anything. The system may end the app meanwhile.
    ///
    /// # Errors
    /// Why there is none.
    async fn take(&self, wanted: Take) -> Result<Got, CameraTrouble>;

    /// What is chosen of the device's pictures and videos, if anything.
    ///
    /// # Errors
    /// Why there is none.
    async fn pick(&self, wanted: Pick) -> Result<Got, CameraTrouble>;

    /// What earlier processes were given and did not come to remove; `None` where that is not to be told apart any more.
    ///
    /// # Errors
    /// Why that can't be said.
    async fn recover(&self) -> Result<Option<Vec<Captured>>, CameraTrouble>;

    /// Removes a file.
    ///
    /// # Errors
    /// Why it is still there.
    async fn remove(&self, file: Captured) -> Result<(), CameraTrouble>;

    /// Removes all files but those asked for under these labels.
    ///
    /// # Errors
    /// Why some are still there.
    async fn keep_only(&self, labels: Vec<String>) -> Result<(), CameraTrouble>;
}

/// What a platform gives.
pub struct Platform {
    /// What the core is opened with.
    pub config: GiveConfig,
    /// Where the device is.
    pub location: Location,
    /// System notifications.
    pub notifications: Notifications,
    /// Where files for the citizen go.
    pub exports: Exports,
    /// A scanner of QR codes, where there is one.
    pub scanner: Option<Scanner>,
    /// Camera and gallery, where the shell has them; elsewhere the page has its own picker.
    pub pictures: Option<Pictures>,
}
