//! The system's own camera and its picker of pictures, for apps that want files and no permissions beyond the camera's.
//!
//! [`Camera`] asks, by the native halves in `android/` and `ios/` (`mobile`) or a stand-in (`desktop`). What was
//! taken or picked lies in the app's own folder, the inbox (`inbox`), until the caller removes it: whatever ends the
//! app in between, [`Camera::recover`] finds it at the next start, with the label it was asked under. Contents never
//! pass through here, and nothing here can be called by a page: there are no commands and no permissions.
//! `models` holds the words that Rust, Kotlin and Swift share, which a test compares.

#[cfg(desktop)]
mod desktop;
mod error;
mod inbox;
#[cfg(mobile)]
mod mobile;
mod models;

use tauri::{
    Manager, Runtime,
    async_runtime::{Mutex, spawn_blocking},
    plugin::{Builder, TauriPlugin},
};

#[cfg(desktop)]
use desktop::StandIn as Native;
#[cfg(mobile)]
use mobile::Native;

use models::{Added, PickArgs, TakeArgs};

#[cfg(desktop)]
pub use desktop::StandIn;
pub use error::Error;
pub use inbox::Captured;
pub use models::{Missing, Reason, What};

/// What is wanted of the camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Take {
    /// Whose it will be, told again with what comes: letters, digits and hyphens, at most [`MAX_LABEL_CHARS`].
    pub label: String,
    /// A photo or a video.
    pub what: What,
    /// The longest video, in seconds.
    pub max_seconds: u32,
    /// The largest file, in bytes. Some cameras don't keep to it.
    pub max_bytes: u64,
}

/// What is wanted of the picker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// As [`Take::label`].
    pub label: String,
    /// How many pictures and videos at most.
    pub most: u32,
    /// The largest file, in bytes: larger ones are not even copied.
    pub max_bytes: u64,
}

/// Characters of a label.
pub const MAX_LABEL_CHARS: usize = 64;

/// What came of it; both empty where the citizen went back without any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Got {
    /// The files, in the order in which they were taken or picked. They are the caller's to remove.
    pub files: Vec<Captured>,
    /// What was picked and could not be had.
    pub missing: Vec<Missing>,
}

/// The camera and the picker.
pub struct Camera<R: Runtime> {
    native: Native<R>,
    /// Whether this process has asked for anything: then not all that lies in the inbox is an earlier one's. Held while
    /// what an earlier process left is looked for.
    has_asked: Mutex<bool>,
}

impl<R: Runtime> Camera<R> {
    fn new(native: Native<R>) -> Self {
        Self { native, has_asked: Mutex::new(false) }
    }

    /// Opens the camera and waits for what comes of it, which may take any time; the app may be killed meanwhile.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NoCamera`], [`Error::NoRoom`], [`Error::Failed`].
    pub async fn take(&self, wanted: Take) -> Result<Got, Error> {
        let Take { label, what, max_seconds, max_bytes } = wanted;
        self.begin(&label).await?;
        let added = self.native.take(TakeArgs { label, what, max_seconds, max_bytes }).await?;
        self.got(added).await
    }

    /// Opens the picker and waits until what was picked is copied.
    ///
    /// # Errors
    /// As [`Camera::take`].
    pub async fn pick(&self, wanted: Pick) -> Result<Got, Error> {
        let Pick { label, most, max_bytes } = wanted;
        self.begin(&label).await?;
        let added = self.native.pick(PickArgs { label, most, max_bytes }).await?;
        self.got(added).await
    }

    /// What an earlier process took or picked and did not come to remove, oldest first; what never became whole is
    /// cleared away. To be asked at the start: once this process has asked for anything, it is left to the next,
    /// and `None` says so.
    ///
    /// # Errors
    /// [`Error::NoRoom`], [`Error::Failed`].
    pub async fn recover(&self) -> Result<Option<Vec<Captured>>, Error> {
        let has_asked = self.has_asked.lock().await;
        if *has_asked {
            return Ok(None);
        }
        let folder = self.native.recover().await?.folder;
        blocking(move || inbox::all(folder.as_ref())).await.map(Some)
    }

    /// Removes a file that was handed over, with its poster. One that is not there counts as removed.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub async fn remove(&self, file: Captured) -> Result<(), Error> {
        blocking(move || inbox::remove(&file)).await
    }

    /// Removes all that was taken or picked but what was asked for under these labels.
    ///
    /// # Errors
    /// [`Error::Failed`]; then some of it is still there.
    pub async fn keep_only(&self, labels: Vec<String>) -> Result<(), Error> {
        let folder = self.native.recover().await?.folder;
        blocking(move || inbox::keep_only(folder.as_ref(), &labels)).await
    }

    async fn begin(&self, label: &str) -> Result<(), Error> {
        check(label)?;
        *self.has_asked.lock().await = true;
        Ok(())
    }

    async fn got(&self, added: Added) -> Result<Got, Error> {
        let Added { folder, items, missing } = added;
        blocking(move || {
            let mut got = Got { files: Vec::new(), missing };
            for item in items {
                match inbox::item(folder.as_ref(), &item) {
                    Ok(file) => got.files.push(file),
                    // The others are as good for that.
                    Err(_) => got.missing.push(Missing { name: String::new(), reason: Reason::Failed }),
                }
            }
            Ok(got)
        })
        .await
    }
}

fn check(label: &str) -> Result<(), Error> {
    let fits = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if fits && !label.is_empty() && label.len() <= MAX_LABEL_CHARS { Ok(()) } else { Err(Error::Failed("no label".to_owned())) }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T, Error> {
    Ok(spawn_blocking(work).await.map_err(|_| Error::Failed("cut short".to_owned()))??)
}

/// Gives the camera to whoever manages an app.
pub trait CameraExt<R: Runtime> {
    /// The camera, once the plugin is registered; on a desktop, once it was given a stand-in.
    fn camera(&self) -> Option<&Camera<R>>;
}

impl<R: Runtime, T: Manager<R>> CameraExt<R> for T {
    fn camera(&self) -> Option<&Camera<R>> {
        self.try_state::<Camera<R>>().map(|camera| camera.inner())
    }
}

/// The plugin for phones.
#[cfg(mobile)]
#[must_use]
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("camera")
        .setup(|app, api| {
            app.manage(Camera::new(Native::register(&api)?));
            Ok(())
        })
        .build()
}

/// The plugin with a stand-in for a camera, for development and tests.
#[cfg(desktop)]
#[must_use]
pub fn init<R: Runtime>(stand_in: StandIn<R>) -> TauriPlugin<R> {
    Builder::new("camera")
        .setup(|app, _| {
            app.manage(Camera::new(stand_in));
            Ok(())
        })
        .build()
}

#[cfg(test)]
mod drift;
#[cfg(all(test, desktop))]
mod tests;
