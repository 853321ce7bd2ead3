//! Work on one file as others see it: how far it is, and whether it is still wanted.

use std::{
    io,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use pakn_api::model::{photo::PhotoError, video::VideoError};

/// Why there is no prepared file.
#[derive(Debug, thiserror::Error)]
pub enum Unprepared {
    /// The picture can't be used.
    #[error("photo: {0}")]
    Photo(#[from] PhotoError),
    /// The video can't be used.
    #[error("video: {0}")]
    Video(#[from] VideoError),
    /// Reading or writing failed.
    #[error("storage: {0}")]
    Io(#[from] io::Error),
    /// It is no longer wanted.
    #[error("cancelled")]
    Cancelled,
}

type Tell = dyn Fn(u8) + Send + Sync;

/// What is over sooner is told only at its end, and nothing more often than this: a screen has better to do.
const PAUSE: Duration = Duration::from_millis(200);

/// Work that can be watched and stopped.
#[derive(Default)]
pub struct Job {
    cancelled: AtomicBool,
    percent: AtomicU8,
    tell: Option<Box<Tell>>,
    pause: Duration,
    /// When it was last told, at first when it began.
    told: Mutex<Option<Instant>>,
}

impl Job {
    /// Work whose progress is told every now and then.
    pub fn telling(tell: impl Fn(u8) + Send + Sync + 'static) -> Self {
        Self::telling_every(PAUSE, tell)
    }

    /// Work whose progress is told, but not again before a pause is over.
    pub fn telling_every(pause: Duration, tell: impl Fn(u8) + Send + Sync + 'static) -> Self {
        Self { tell: Some(Box::new(tell)), pause, told: Mutex::new(Some(Instant::now())), ..Self::default() }
    }

    /// Asks for it to stop; it does so between two of its steps.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// How far it is.
    #[must_use]
    pub fn percent(&self) -> u8 {
        self.percent.load(Ordering::Relaxed)
    }

    /// Notes how far it is.
    ///
    /// # Errors
    /// [`Unprepared::Cancelled`] when it is no longer wanted.
    pub(super) fn at(&self, percent: u8) -> Result<(), Unprepared> {
        if self.is_cancelled() {
            return Err(Unprepared::Cancelled);
        }
        let before = self.percent.fetch_max(percent, Ordering::Relaxed);
        if percent > before
            && let Some(tell) = &self.tell
            && self.is_due()
        {
            tell(percent);
        }
        Ok(())
    }

    fn is_due(&self) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let due = told.is_none_or(|told| told.elapsed() >= self.pause);
        if due {
            *told = Some(Instant::now());
        }
        due
    }
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("cancelled", &self.is_cancelled()).field("percent", &self.percent()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn progress_is_told_with_pauses_and_never_backwards() {
        let percents = [0, 1, 4, 5, 9, 10, 8, 51, 51, 100];
        for (pause, expected) in [(Duration::ZERO, &[1, 4, 5, 9, 10, 51, 100][..]), (Duration::from_secs(3_600), &[])] {
            let told = Arc::new(Mutex::new(Vec::new()));
            let list = Arc::clone(&told);
            let job = Job::telling_every(pause, move |percent| list.lock().unwrap_or_else(PoisonError::into_inner).push(percent));
            assert!(percents.iter().all(|percent| job.at(*percent).is_ok()));
            assert_eq!(*told.lock().unwrap_or_else(PoisonError::into_inner), expected);
            assert_eq!(job.percent(), 100);
        }
    }

    #[test]
    fn cancelled_work_ends_at_its_next_step() {
        let job = Job::default();
        assert!(job.at(10).is_ok());
        job.cancel();
        assert!(matches!(job.at(20), Err(Unprepared::Cancelled)));
    }
}
