//! Files that the citizen keeps, on Android: where they choose by the system's own dialog, which takes no permission.
//! What an app writes by itself is either out of the reach of other apps or wants leave to write everywhere.

use std::{
    fs::File,
    io::{self, ErrorKind},
};

use async_trait::async_trait;
use pakn_api::ipc::{AppError, ExportedFile};
use tauri::{AppHandle, Runtime, async_runtime::spawn_blocking};
use tauri_plugin_android_fs::AndroidFsExt;

use super::{Contents, Keeper, not_kept};

/// Of anything but our own JSON the name says what it is; a kind of another name would have an ending added to it.
fn kind(name: &str) -> &'static str {
    if name.ends_with(".json") { "application/json" } else { "application/octet-stream" }
}

/// What an app of somebody else's hands out may be a pipe, which knows no disk.
fn synced(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

/// A place of the citizen's choice.
pub(super) struct Chosen<R: Runtime>(pub(super) AppHandle<R>);

#[async_trait]
impl<R: Runtime> Keeper for Chosen<R> {
    async fn keep(&self, name: String, contents: Contents) -> Result<Option<ExportedFile>, AppError> {
        let files = self.0.android_fs_async();
        // On this phone: some clouds accept a file and lose what is written to it, without an error.
        let on_this_phone = true;
        let kind = kind(&name);
        let chosen = files.picker().save_file(None, name, Some(kind), on_this_phone).await;
        let Some(file) = chosen.map_err(|error| not_kept(&error.into()))? else { return Ok(None) };
        let written: io::Result<()> = match files.open_file_writable(&file).await {
            Ok(mut out) => {
                let writing = spawn_blocking(move || contents.write_to(&mut out).and_then(|()| synced(&out)));
                writing.await.unwrap_or_else(|_| Err(io::Error::other("cut short")))
            }
            Err(error) => Err(error.into()),
        };
        if let Err(error) = written {
            // The dialog has made a file, and half of one would be taken for a whole; if even this fails, the first
            // error says more.
            drop(files.remove_file(&file).await);
            return Err(not_kept(&error));
        }
        Ok(Some(ExportedFile::Chosen))
    }
}
