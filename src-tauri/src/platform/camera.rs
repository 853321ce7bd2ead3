//! Camera and gallery by the project's own plugin, which phones have and desktops a stand-in for.

use async_trait::async_trait;
use tauri::{AppHandle, Runtime};
use tauri_plugin_camera::{Camera, CameraExt, Captured, Error, Got, Pick, Take};

use super::PictureSource;

/// The plugin that was registered with the app.
pub struct Plugin<R: Runtime>(pub AppHandle<R>);

impl<R: Runtime> Plugin<R> {
    fn camera(&self) -> Result<&Camera<R>, Error> {
        self.0.camera().ok_or(Error::NoCamera)
    }
}

#[async_trait]
impl<R: Runtime> PictureSource for Plugin<R> {
    async fn take(&self, wanted: Take) -> Result<Got, Error> {
        self.camera()?.take(wanted).await
    }

    async fn pick(&self, wanted: Pick) -> Result<Got, Error> {
        self.camera()?.pick(wanted).await
    }

    async fn recover(&self) -> Result<Option<Vec<Captured>>, Error> {
        self.camera()?.recover().await
    }

    async fn remove(&self, file: Captured) -> Result<(), Error> {
        self.camera()?.remove(file).await
    }

    async fn keep_only(&self, labels: Vec<String>) -> Result<(), Error> {
        self.camera()?.keep_only(labels).await
    }
}
