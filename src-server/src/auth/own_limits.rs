//! How often the password may be tried by who is signed in already, as changing it and deleting the account ask for.
//!
//! Counted by session: nobody without its token can use tries up, and a stolen token uses up only its own.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use pakn_api::id::SessionId;

use super::limit::Buckets;
use crate::config::Limits;

/// The buckets.
#[derive(Debug)]
pub(crate) struct OwnLimits(Mutex<Buckets<SessionId>>);

impl OwnLimits {
    pub(crate) fn new(limits: &Limits) -> Self {
        let refill = Duration::from_secs(limits.sign_in_refill_seconds.max(1));
        Self(Mutex::new(Buckets::new(limits.sign_in_burst, refill)))
    }

    /// Takes one try of this session, or says how long to wait.
    pub(crate) fn take(&self, session: SessionId, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets();
        let wait = buckets.wait(&session, now);
        if !wait.is_zero() {
            return Err(wait);
        }
        buckets.draw(session, now);
        Ok(())
    }

    /// The password was right: gives the try back.
    pub(crate) fn succeeded(&self, session: &SessionId) {
        self.buckets().give_back(session);
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets<SessionId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
