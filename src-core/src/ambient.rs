//! The clock and the random bits: handed in, so that tests can hold both in their hands.

use std::time::{SystemTime, UNIX_EPOCH};

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
}

macro_rules! new_id {
    ($ambient:expr, $id:ty) => {
        <$id>::new(u64::try_from($ambient.now().0).unwrap_or(0), $ambient.random())
    };
}
pub(crate) use new_id;
