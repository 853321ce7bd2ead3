//! The phone's camera as a reader of QR codes: the native half of Tauri's barcode scanner, called from here.
//!
//! The plugin's own Rust half can be called by the page alone, which is given no plugins; so its native half is
//! registered here. It shows the camera's picture under the page, which it makes transparent and which has to let it
//! through; where there is no camera Android's never answers, so it ends by itself after [`PATIENCE`].

use std::{pin::pin, time::Duration};

use async_trait::async_trait;
use futures::future::{Either, select};
use pakn_api::model::card::CardError;
use serde::Deserialize;
use tauri::{
    AppHandle, Manager, Runtime,
    plugin::{Builder, PermissionState, PluginHandle, TauriPlugin},
};
// Brings in the native code.
use tauri_plugin_barcode_scanner as _;
use tokio::sync::Notify;

use super::CardScanner;

/// How long a card is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

#[cfg(target_os = "ios")]
tauri::ios_plugin_binding!(init_plugin_barcode_scanner);

struct Native<R: Runtime>(PluginHandle<R>);

#[derive(Deserialize)]
struct Leave {
    camera: PermissionState,
}

#[derive(Deserialize)]
struct Scanned {
    #[serde(default)]
    content: String,
}

/// Registers the native half.
pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("barcode-scanner")
        .setup(|app, api| {
            #[cfg(target_os = "android")]
            let handle = api.register_android_plugin("app.tauri.barcodescanner", "BarcodeScannerPlugin")?;
            #[cfg(target_os = "ios")]
            let handle = api.register_ios_plugin(init_plugin_barcode_scanner)?;
            app.manage(Native(handle));
            Ok(())
        })
        .build()
}

/// The camera.
pub(super) struct Camera<R: Runtime> {
    app: AppHandle<R>,
    stop: Notify,
}

impl<R: Runtime> Camera<R> {
    pub(super) fn new(app: AppHandle<R>) -> Self {
        Self { app, stop: Notify::new() }
    }
}

#[async_trait]
impl<R: Runtime> CardScanner for Camera<R> {
    async fn scan(&self) -> Result<String, CardError> {
        // Heard from now on, also while the system asks for leave.
        let stopped = self.stop.notified();
        let native = self.app.try_state::<Native<R>>().ok_or(CardError::NoCamera)?;
        let nothing = serde_json::json!({});
        let leave: Leave =
            native.0.run_mobile_plugin_async("requestPermissions", nothing.clone()).await.map_err(|_| CardError::NoCamera)?;
        if leave.camera != PermissionState::Granted {
            return Err(CardError::NoCamera);
        }
        let only_qr = serde_json::json!({ "formats": ["QR_CODE"], "windowed": true });
        let scan = pin!(native.0.run_mobile_plugin_async::<Scanned>("scan", only_qr));
        let given_up = pin!(tokio::time::timeout(PATIENCE, stopped));
        match select(scan, given_up).await {
            Either::Left((scanned, _)) => scanned.map(|scanned| scanned.content).map_err(|_| CardError::NoCamera),
            Either::Right(_) => {
                // It fails when the scan has just ended by itself.
                let _: Result<serde_json::Value, _> = native.0.run_mobile_plugin_async("cancel", nothing).await;
                Err(CardError::NoCode)
            }
        }
    }

    fn cancel(&self) {
        self.stop.notify_waiters();
    }
}
