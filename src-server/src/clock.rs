//! The one place that asks for the time of day.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use pakn_api::Timestamp;

/// Now, by this machine's clock; a clock before 1970 reads as 1970.
#[must_use]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The clock that codes, sessions and their limits go by: this machine's, which tests move on. Clones are one clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    ahead_ms: Arc<AtomicU64>,
    stopped: Arc<OnceLock<(Timestamp, Instant)>>,
}

impl Clock {
    /// Lets no time pass by itself any more.
    pub fn stop(&self) {
        self.stopped.get_or_init(|| (now(), Instant::now()));
    }

    /// Lets time pass at once.
    pub fn advance(&self, by: Duration) {
        self.ahead_ms.fetch_add(u64::try_from(by.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// The time of day.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let begun = self.stopped.get().map_or_else(now, |stopped| stopped.0);
        begun.plus_ms(i64::try_from(self.ahead_ms.load(Ordering::Relaxed)).unwrap_or(i64::MAX))
    }

    /// The time that only ever goes on.
    pub(crate) fn instant(&self) -> Instant {
        self.stopped.get().map_or_else(Instant::now, |stopped| stopped.1)
            + Duration::from_millis(self.ahead_ms.load(Ordering::Relaxed))
    }
}
