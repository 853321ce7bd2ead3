//! Phones: the native halves, called from here alone.

use serde::{Serialize, de::DeserializeOwned};
use tauri::{
    Runtime,
    plugin::{PluginApi, PluginHandle, mobile::PluginInvokeError},
};

use crate::{
    Error,
    models::{Added, PickArgs, Settled, TakeArgs},
};

#[cfg(target_os = "ios")]
tauri::ios_plugin_binding!(init_plugin_camera);

/// The native half.
pub(crate) struct Native<R: Runtime>(PluginHandle<R>);

impl<R: Runtime> Native<R> {
    pub(crate) fn register<C: DeserializeOwned>(api: &PluginApi<R, C>) -> Result<Self, PluginInvokeError> {
        #[cfg(target_os = "android")]
        let handle = api.register_android_plugin("vn.kontums.camera", "CameraPlugin")?;
        #[cfg(target_os = "ios")]
        let handle = api.register_ios_plugin(init_plugin_camera)?;
        Ok(Self(handle))
    }

    pub(crate) async fn take(&self, args: TakeArgs) -> Result<Added, Error> {
        self.run("take", args).await
    }

    pub(crate) async fn pick(&self, args: PickArgs) -> Result<Added, Error> {
        self.run("pick", args).await
    }

    pub(crate) async fn recover(&self) -> Result<Settled, Error> {
        self.run("recover", ()).await
    }

    async fn run<T: DeserializeOwned>(&self, command: &str, args: impl Serialize) -> Result<T, Error> {
        Ok(self.0.run_mobile_plugin_async(command, args).await?)
    }
}
