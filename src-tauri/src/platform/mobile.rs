//! Phones: data in the app's own folder, the token in the system's secret store, position and
//! notifications by Tauri's plugins, which are called from here alone and never from the page.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use pakn_api::{
    ipc::{AppError, LocationError, NotificationState},
    model::{place::Place, words::DeviceName},
};
use pakn_core::{
    Config, Notice,
    ambient::{Ambient, Device},
};
use tauri::{AppHandle, Builder, Manager, Runtime, Url, async_runtime::spawn_blocking, plugin::PermissionState};
use tauri_plugin_geolocation::{GeolocationExt, PermissionStatus, PermissionType, PositionOptions};
use tauri_plugin_notification::NotificationExt;
use tauri_plugin_opener::OpenerExt;

use super::{
    CameraPlugin, Exports, LocationProvider, Notifier, Platform, built_for, fix::Fix, scanner, secrets::SystemTokenStore, words,
};
use crate::lifecycle::Lifecycle;

/// How long a fix may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Phones show what the app writes to their own log; there is nobody to read it.
pub(crate) fn log() {}

/// The plugins that this module calls.
pub(crate) fn plugins<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    #[cfg(target_os = "android")]
    let builder = builder.plugin(tauri_plugin_android_fs::init());
    builder
        .plugin(tauri_plugin_camera::init())
        .plugin(tauri_plugin_geolocation::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(scanner::plugin())
}

/// Hands a link to the system's browser or telephone.
pub(crate) fn open_outside<R: Runtime>(app: &AppHandle<R>, url: &Url) -> Result<(), tauri_plugin_opener::Error> {
    app.opener().open_url(url.as_str(), None::<&str>)
}

/// What this phone gives.
pub fn here<R: Runtime>(app: &AppHandle<R>) -> Platform {
    let (for_config, for_location, for_notices) = (app.clone(), app.clone(), app.clone());
    Platform {
        config: Box::new(move || {
            let data_dir = for_config.path().app_data_dir().map_err(|_| AppError::StorageBroken)?;
            let (tokens, device_name) = (Arc::new(SystemTokenStore), device_name());
            Ok(Config { data_dir, server_url: built_for().to_owned(), tokens, device_name })
        }),
        location: Box::new(DeviceLocation(for_location)),
        notifications: Arc::new(SystemNotifier(for_notices)),
        exports: exports(app),
        scanner: Some(Box::new(scanner::Camera::new(app.clone()))),
        pictures: Some(Arc::new(CameraPlugin(app.clone()))),
    }
}

#[cfg(target_os = "android")]
fn exports<R: Runtime>(app: &AppHandle<R>) -> Exports {
    Arc::new(super::chosen::Chosen(app.clone()))
}

/// The documents folder, which Info.ios.plist opens to the system's file manager.
#[cfg(target_os = "ios")]
fn exports<R: Runtime>(app: &AppHandle<R>) -> Exports {
    let app = app.clone();
    Arc::new(crate::export::Folder {
        of: move || app.path().document_dir().map_err(|_| AppError::StorageBroken),
        found: |name, _| pakn_api::ipc::ExportedFile::AppDocuments { name },
    })
}

/// The model where the system tells it without leave; never a name that somebody gave the device.
fn device_name() -> Option<DeviceName> {
    #[cfg(target_os = "android")]
    let model = std::process::Command::new("/system/bin/getprop").arg("ro.product.model").output().ok();
    #[cfg(not(target_os = "android"))]
    let model: Option<std::process::Output> = None;
    let model = model.and_then(|said| String::from_utf8(said.stdout).ok()).and_then(|text| DeviceName::parse(&text).ok());
    model.or_else(|| DeviceName::parse(words::DEVICE).ok())
}

/// The phone's own position.
struct DeviceLocation<R: Runtime>(AppHandle<R>);

#[async_trait]
impl<R: Runtime> LocationProvider for DeviceLocation<R> {
    async fn locate(&self) -> Result<Place, LocationError> {
        let app = self.0.clone();
        // The citizen may take any time to answer the system's question.
        spawn_blocking(move || ask_leave(&app)).await.map_err(|_| LocationError::Unavailable)??;
        let app = self.0.clone();
        // iOS knows no time limit of its own, so the call may go on for itself after this one has ended.
        let fix = tokio::time::timeout(PATIENCE, spawn_blocking(move || read(&app))).await;
        fix.map_err(|_| LocationError::TimedOut)?.map_err(|_| LocationError::Unavailable)??.place()
    }
}

fn ask_leave<R: Runtime>(app: &AppHandle<R>) -> Result<(), LocationError> {
    let geolocation = app.geolocation();
    let allows = |status: &PermissionStatus| {
        status.location == PermissionState::Granted || status.coarse_location == PermissionState::Granted
    };
    // Both calls fail when location is switched off for the whole phone.
    let status = geolocation.check_permissions().map_err(|_| LocationError::Unavailable)?;
    if allows(&status) {
        return Ok(());
    }
    let asked = geolocation.request_permissions(Some(vec![PermissionType::Location]));
    if allows(&asked.map_err(|_| LocationError::Unavailable)?) { Ok(()) } else { Err(LocationError::Denied) }
}

/// Whether location is on and allowed is known by now: what fails here found no sky.
fn read<R: Runtime>(app: &AppHandle<R>) -> Result<Fix, LocationError> {
    // Of cached positions Android takes the oldest that fits; the limit is left to the caller's.
    let timeout = u32::try_from(PATIENCE.as_millis()).unwrap_or(u32::MAX).saturating_mul(2);
    let options = PositionOptions { enable_high_accuracy: true, timeout, maximum_age: 0 };
    let position = app.geolocation().get_current_position(Some(options)).map_err(|_| LocationError::TimedOut)?;
    let fix = Fix {
        lat: position.coords.latitude,
        lon: position.coords.longitude,
        accuracy_m: position.coords.accuracy,
        taken_ms: i64::try_from(position.timestamp).map_err(|_| LocationError::Unavailable)?,
    };
    // Android's is the satellites' time. iPhones, which may give a reading of some minutes ago, keep one clock for both.
    Ok(if cfg!(target_os = "android") { fix.by_clock(Device.now()) } else { fix })
}

/// The phone's notification centre. What it shows names a kind of news and carries the report's id,
/// never content: it can be read on a locked screen.
struct SystemNotifier<R: Runtime>(AppHandle<R>);

#[async_trait]
impl<R: Runtime> Notifier for SystemNotifier<R> {
    async fn notify(&self, notice: Notice) {
        if !self.0.state::<Lifecycle>().is_away() {
            return;
        }
        let app = self.0.clone();
        let shown = spawn_blocking(move || show(&app, notice)).await;
        if !matches!(shown, Ok(Ok(()))) {
            tracing::warn!("a notification could not be shown");
        }
    }

    async fn state(&self) -> NotificationState {
        let app = self.0.clone();
        let state = spawn_blocking(move || app.notification().permission_state()).await;
        state.map_or(NotificationState::Unsupported, |state| state_of(state.ok()))
    }

    async fn ask(&self) -> NotificationState {
        let app = self.0.clone();
        let state = spawn_blocking(move || app.notification().request_permission()).await;
        state.map_or(NotificationState::Unsupported, |state| state_of(state.ok()))
    }
}

fn state_of(permission: Option<PermissionState>) -> NotificationState {
    match permission {
        Some(PermissionState::Granted) => NotificationState::Allowed,
        Some(PermissionState::Denied) => NotificationState::Refused,
        Some(PermissionState::Prompt | PermissionState::PromptWithRationale) => NotificationState::NotAsked,
        None => NotificationState::Unsupported,
    }
}

fn show<R: Runtime>(app: &AppHandle<R>, notice: Notice) -> tauri_plugin_notification::Result<()> {
    let notifications = app.notification();
    if notifications.permission_state()? != PermissionState::Granted {
        return Ok(());
    }
    let (kind, report_id) = match notice {
        Notice::Sent { report_id } => ("sent", report_id),
        Notice::StatusChanged { report_id, status: _ } => ("status", report_id),
    };
    let words = words::of(notice);
    notifications
        .builder()
        .id(number(&report_id.to_string()))
        .title(words.title)
        .body(words.body)
        .extra("kind", kind)
        .extra("report", report_id.to_string())
        .auto_cancel()
        .show()
}

/// The system wants a number: the same report's next notice takes the place of its last.
fn number(id: &str) -> i32 {
    id.bytes().fold(17_i32, |sum, byte| sum.wrapping_mul(31).wrapping_add(i32::from(byte)))
}
