//! Files that can't be attached. What the camera made is nowhere else: it goes only once the citizen has it.

use std::{fs::File, io, io::Read};

use pakn_api::ipc::AppError;
use tauri::async_runtime::spawn_blocking;
use tauri_plugin_camera::Captured;

use super::Origin;
use crate::platform::{Keeper, not_kept};

/// The most that is held in memory to be given to the citizen, in bytes; what is larger stays where it is.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// Where files go that are refused.
#[derive(Clone, Copy)]
pub(super) struct To<'a> {
    pub(super) exports: &'a dyn Keeper,
    pub(super) origin: Origin,
}

impl To<'_> {
    /// Gives the citizen a file that may be the only copy, and answers whether it may go. Who wants it nowhere is asked
    /// once more, at the next start: going back is done by mistake, too.
    pub(super) async fn may_go(self, file: &Captured) -> bool {
        if self.origin == Origin::Gallery {
            return true;
        }
        match self.keep(file).await {
            Ok(kept) => kept || self.origin == Origin::Before,
            Err(error) => {
                tracing::warn!(?error, "a file that can't be attached stays where the camera put it");
                false
            }
        }
    }

    async fn keep(self, file: &Captured) -> Result<bool, AppError> {
        let path = file.path.clone();
        let reading = spawn_blocking(move || {
            let mut bytes = Vec::new();
            File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > MOST_BYTES { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
        });
        let bytes = reading.await.map_err(|_| AppError::Bug)?.map_err(|error: io::Error| not_kept(&error))?;
        Ok(self.exports.keep(file.name.clone(), bytes).await?.is_some())
    }
}
