//! Why there is no picture. Going back without one is no error.

use std::io::{self, ErrorKind};

/// Why the camera or the picker gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The app may not use the camera.
    #[error("the camera is not allowed")]
    Denied,
    /// There is no camera, or no app that takes pictures with it.
    #[error("there is no camera")]
    NoCamera,
    /// No room left on the device.
    #[error("no room left on the device")]
    NoRoom,
    /// Anything else, in the system's words.
    #[error("the camera failed: {0}")]
    Failed(String),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::NoRoom,
            // Not the whole error: it may name files.
            kind => Self::Failed(kind.to_string()),
        }
    }
}

/// The codes that the native halves refuse with; every other is [`Error::Failed`].
#[cfg(any(mobile, test))]
pub(crate) const CODES: [(&str, Error); 3] =
    [("denied", Error::Denied), ("no-camera", Error::NoCamera), ("no-room", Error::NoRoom)];

#[cfg(mobile)]
impl From<tauri::plugin::mobile::PluginInvokeError> for Error {
    fn from(error: tauri::plugin::mobile::PluginInvokeError) -> Self {
        use tauri::plugin::mobile::PluginInvokeError;

        let code = match &error {
            PluginInvokeError::InvokeRejected(refused) => refused.code.as_deref(),
            _ => None,
        };
        let known = CODES.into_iter().find(|(name, _)| Some(*name) == code).map(|(_, error)| error);
        known.unwrap_or_else(|| Self::Failed(error.to_string()))
    }
}
