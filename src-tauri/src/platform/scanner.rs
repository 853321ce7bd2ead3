//! The phone's camera as a reader of QR codes: the native half of Tauri's barcode scanner, called from here.
//!
//! The plugin's own Rust half can be called by the page alone, which is given no plugins; so its native half is
//! registered here. What it shows covers the page, so it ends by itself after [`PATIENCE`].

use std::time::Duration;

use async_trait::async_trait;
use pakn_api::model::card::CardError;
use serde::Deserialize;
use tauri::{
    AppHandle, Manager, Runtime,
    plugin::{Builder, PermissionState, PluginHandle, TauriPlugin},
};
// Brings in the native code.
use tauri_plugin_barcode_scanner as _;

use super::CardScanner;

/// How long a card is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

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
pub(super) struct Camera<R: Runtime>(pub(super) AppHandle<R>);

#[async_trait]
impl<R: Runtime> CardScanner for Camera<R> {
    async fn scan(&self) -> Result<String, CardError> {
        let native = self.0.try_state::<Native<R>>().ok_or(CardError::NoCode)?;
        let nothing = serde_json::json!({});
        let leave: Leave =
            native.0.run_mobile_plugin_async("requestPermissions", nothing.clone()).await.map_err(|_| CardError::NoCode)?;
        if leave.camera != PermissionState::Granted {
            return Err(CardError::NoCode);
        }
        let only_qr = serde_json::json!({ "formats": ["QR_CODE"], "windowed": false });
        let scan = native.0.run_mobile_plugin_async::<Scanned>("scan", only_qr);
        match tokio::time::timeout(PATIENCE, scan).await {
            Ok(Ok(scanned)) => Ok(scanned.content),
            Ok(Err(_)) => Err(CardError::NoCode),
            Err(_) => {
                // It fails when the scan has just ended by itself.
                let _: Result<serde_json::Value, _> = native.0.run_mobile_plugin_async("cancel", nothing).await;
                Err(CardError::NoCode)
            }
        }
    }
}
