//! Files that can't be attached. What the camera made is nowhere else: it goes only once the citizen has it.

use tauri_plugin_camera::Captured;

use super::Origin;
use crate::platform::{Contents, Keeper};

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
        match self.exports.keep(file.name.clone(), Contents::File(file.path.clone())).await {
            Ok(kept) => kept.is_some() || self.origin == Origin::Before,
            Err(error) => {
                tracing::warn!(?error, "a file that can't be attached stays where the camera put it");
                false
            }
        }
    }
}
