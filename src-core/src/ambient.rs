//! The clock and the random bits: handed in, so that tests can hold both in their hands.

use std::{
    io,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use pakn_api::Timestamp;
use rand::Rng;

/// What the core needs from its surroundings beside files and the network.
pub trait Ambient: Send + Sync + 'static {
    /// The wall clock. May jump either way; nothing but display and ids depends on it being right.
    fn now(&self) -> Timestamp;
    /// Ten random bytes, for ids.
    fn random(&self) -> [u8; 10];
    /// A number in `0.0..1.0`, for jitter.
    fn roll(&self) -> f64;
    /// Asked before each step that changes what is on disk: a transaction, a file written, renamed or
    /// removed. An error keeps the step from happening; tests let disks be full and processes die here.
    ///
    /// # Errors
    /// None on a device: its disk speaks for itself.
    fn before_write(&self) -> io::Result<()> {
        Ok(())
    }
    /// Asked after each such step; an error hides that it happened.
    ///
    /// # Errors
    /// None on a device.
    fn after_write(&self) -> io::Result<()> {
        Ok(())
    }
    /// Bytes free for the app in a folder's file system, where the system says so.
    fn free_bytes(&self, folder: &Path) -> Option<u64>;
}

/// The device's own clock and generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct Device;

impl Ambient for Device {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn random(&self) -> [u8; 10] {
        rand::rng().random()
    }

    fn roll(&self) -> f64 {
        rand::rng().random()
    }

    #[cfg(unix)]
    fn free_bytes(&self, folder: &Path) -> Option<u64> {
        let found = rustix::fs::statvfs(folder);
        let found = found.inspect_err(|error| tracing::warn!(%error, "the system doesn't say how much room there is")).ok()?;
        Some(found.f_bavail.saturating_mul(found.f_frsize))
    }

    #[cfg(not(unix))]
    fn free_bytes(&self, _: &Path) -> Option<u64> {
        None
    }
}

macro_rules! new_id {
    ($ambient:expr, $id:ty) => {
        <$id>::new(u64::try_from($ambient.now().0).unwrap_or(0), $ambient.random())
    };
}
pub(crate) use new_id;

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_system_says_how_much_room_there_is() {
        let free = Device.free_bytes(Path::new("/"));
        assert!(free.is_some_and(|free| free.is_multiple_of(512)), "{free:?}");
        assert_eq!(Device.free_bytes(Path::new("/no/such/folder")), None);
    }
}
