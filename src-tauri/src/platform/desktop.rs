//! Desktops, where the app is developed and tested: the environment says what a phone would know.
//!
//! `KONTUMS_DATA` is the data folder, `KONTUMS_SERVER` the server's address, `KONTUMS_LOCATION` where
//! the device is: `latitude,longitude,accuracy in metres`, or `denied`, `off` or `slow`; `@FILE` is a file that says so
//! and is read anew each time, `KONTUMS_EXPORTS` the folder for exported files, `KONTUMS_SCANNER` a
//! scanner of cards: one that is `denied` its camera, or one that `waits` for a card that never comes, `KONTUMS_CAMERA` a
//! folder of pictures for a stand-in of a camera, or `denied` or `waits`. No system notifications.

use std::{
    env, fs,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use pakn_api::{
    ipc::{AppError, ExportedFile, LocationError, NotificationState},
    model::{card::CardError, place::Place, words::DeviceName},
};
use pakn_core::{Config, FileTokenStore, Notice};
use tauri::{AppHandle, Builder, Manager, Runtime, Url};
use tauri_plugin_camera::StandIn;
use tokio::sync::Notify;
use tracing_subscriber::EnvFilter;

use super::{CameraPlugin, CardScanner, LocationProvider, Notifier, Pictures, Platform, Scanner, built_for, fix::Fix, words};
use crate::export::Folder;

const CAMERA: &str = "KONTUMS_CAMERA";

/// Logs to stderr; `RUST_LOG` says how much.
pub(crate) fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// The stand-in for a camera, where there is to be one.
pub(crate) fn plugins<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    let Some(source) = env::var_os(CAMERA) else { return builder };
    let data_dir = env::var_os("KONTUMS_DATA").map_or_else(env::temp_dir, PathBuf::from);
    builder.plugin(tauri_plugin_camera::init(StandIn::new(&source, data_dir.join("camera"))))
}

/// Hands a link to the system's browser or telephone.
pub(crate) fn open_outside<R: Runtime>(_: &AppHandle<R>, url: &Url) -> std::io::Result<()> {
    open::that_detached(url.as_str())
}

/// What this desktop gives.
pub fn here<R: Runtime>(app: &AppHandle<R>) -> Platform {
    let (app, for_exports, for_pictures) = (app.clone(), app.clone(), app.clone());
    let exports = move || {
        let chosen = env::var_os("KONTUMS_EXPORTS").map(PathBuf::from);
        let downloads = || for_exports.path().download_dir().or_else(|_| for_exports.path().home_dir());
        chosen.map_or_else(downloads, Ok).map_err(|_| AppError::StorageBroken)
    };
    Platform {
        config: Box::new(move || {
            let chosen = env::var_os("KONTUMS_DATA").map(PathBuf::from);
            let data_dir = chosen.map_or_else(|| app.path().app_data_dir(), Ok).map_err(|_| AppError::StorageBroken)?;
            Ok(config(data_dir, env::var("KONTUMS_SERVER").unwrap_or_else(|_| built_for().to_owned())))
        }),
        location: Box::new(FixedLocation(env::var("KONTUMS_LOCATION").ok())),
        notifications: Arc::new(NoNotifications),
        exports: Arc::new(Folder {
            of: exports,
            found: |name, folder| ExportedFile::Folder { name, folder: folder.display().to_string() },
        }),
        scanner: env::var("KONTUMS_SCANNER").ok().map(|waits| {
            let scanner: Scanner = Box::new(EmptyScanner { waits: waits == "waits", stop: Notify::new() });
            scanner
        }),
        pictures: env::var_os(CAMERA).map(|_| {
            let pictures: Pictures = Arc::new(CameraPlugin(for_pictures));
            pictures
        }),
    }
}

fn config(data_dir: PathBuf, server_url: String) -> Config {
    let tokens = Arc::new(FileTokenStore::new(data_dir.join("token")));
    Config { data_dir, server_url, tokens, device_name: DeviceName::parse(words::DEVICE).ok() }
}

/// How long a device looks for the sky in vain.
const SLOW: Duration = Duration::from_secs(4);

/// Nothing is shown outside the window.
struct NoNotifications;

#[async_trait]
impl Notifier for NoNotifications {
    async fn notify(&self, _: Notice) {}

    async fn state(&self) -> NotificationState {
        NotificationState::Unsupported
    }

    async fn ask(&self) -> NotificationState {
        NotificationState::Unsupported
    }
}

/// The place that the environment names, as if the device had just found it.
struct FixedLocation(Option<String>);

#[async_trait]
impl LocationProvider for FixedLocation {
    async fn locate(&self) -> Result<Place, LocationError> {
        let said = self.0.as_deref().ok_or(LocationError::Unavailable)?;
        let read;
        let said = match said.strip_prefix('@') {
            Some(file) => {
                read = fs::read_to_string(file).map_err(|_| LocationError::Unavailable)?;
                read.trim()
            }
            None => said,
        };
        match said {
            "denied" => return Err(LocationError::Denied),
            "off" => return Err(LocationError::Unavailable),
            // As long as no test waits for, and no longer than one could.
            "slow" => {
                tokio::time::sleep(SLOW).await;
                return Err(LocationError::TimedOut);
            }
            _ => {}
        }
        let numbers: Vec<f64> = said.split(',').map_while(|n| n.trim().parse().ok()).collect();
        let [lat, lon, accuracy_m] = numbers[..] else { return Err(LocationError::Unavailable) };
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_err(|_| LocationError::Unavailable)?;
        let taken_ms = i64::try_from(now.as_millis()).map_err(|_| LocationError::Unavailable)?;
        Fix { lat, lon, accuracy_m, taken_ms }.place()
    }
}

/// A scanner that no card is ever held before.
struct EmptyScanner {
    waits: bool,
    stop: Notify,
}

#[async_trait]
impl CardScanner for EmptyScanner {
    async fn scan(&self) -> Result<String, CardError> {
        if !self.waits {
            return Err(CardError::NoCamera);
        }
        self.stop.notified().await;
        Err(CardError::NoCode)
    }

    fn cancel(&self) {
        self.stop.notify_waiters();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
mod tests {
    use pakn_api::model::place::PositionError;

    use super::*;

    #[test]
    fn the_environment_names_a_place_or_there_is_none() {
        let table = [
            (Some("14.3497,108.0005,12"), Ok((14.3497, 108.0005, 12.0))),
            (Some(" 14.3497 , 108.0005 , 250.5 "), Ok((14.3497, 108.0005, 250.5))),
            (None, Err(LocationError::Unavailable)),
            (Some(""), Err(LocationError::Unavailable)),
            (Some("14.3497,108.0005"), Err(LocationError::Unavailable)),
            (Some("14.3497,108.0005,12,1"), Err(LocationError::Unavailable)),
            (Some("somewhere"), Err(LocationError::Unavailable)),
            (Some("0,0,5"), Err(LocationError::NotAPlace(PositionError::NullIsland))),
            (Some("denied"), Err(LocationError::Denied)),
            (Some("off"), Err(LocationError::Unavailable)),
            (Some("@/no/such/file"), Err(LocationError::Unavailable)),
        ];
        for (set, expected) in table {
            let located = tauri::async_runtime::block_on(FixedLocation(set.map(str::to_owned)).locate());
            let seen = located.map(|p| (p.position.lat(), p.position.lon(), p.position.accuracy_m()));
            assert_eq!(seen, expected, "{set:?}");
        }
    }

    #[test]
    fn a_file_may_change_its_mind() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let location = FixedLocation(Some(format!("@{}", file.path().display())));
        for (said, found) in [("14.3497,108.0005,12\n", Ok(12.0)), ("denied", Err(LocationError::Denied))] {
            fs::write(file.path(), said).unwrap();
            let located = tauri::async_runtime::block_on(location.locate());
            assert_eq!(located.map(|place| place.position.accuracy_m()), found);
        }
    }
}
