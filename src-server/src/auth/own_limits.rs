//! How much who is signed in may do in a row: try the password, as changing it and deleting the account ask for, and
//! say what is kept.
//!
//! Tries of the password are counted by session: nobody without its token can use them up, and a stolen token uses up
//! only its own. What is kept is counted by account, however many sessions it has.

use std::{
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use pakn_api::id::{SessionId, UserId};

use super::limit::Buckets;
use crate::config::Limits;

/// The buckets of sessions or accounts.
#[derive(Debug)]
pub(crate) struct OwnLimits<K>(Mutex<Buckets<K>>);

impl OwnLimits<SessionId> {
    /// For tries of the password.
    pub(crate) fn passwords(limits: &Limits) -> Self {
        Self::new(limits.sign_in_burst, limits.sign_in_refill_seconds)
    }
}

impl OwnLimits<UserId> {
    /// For new reports.
    pub(crate) fn reports(limits: &Limits) -> Self {
        Self::new(limits.report_burst, limits.report_refill_seconds)
    }

    /// For consents given and taken back.
    pub(crate) fn consents(limits: &Limits) -> Self {
        Self::new(limits.consent_burst, limits.consent_refill_seconds)
    }
}

impl<K: Hash + Eq> OwnLimits<K> {
    fn new(burst: u32, refill_seconds: u64) -> Self {
        Self(Mutex::new(Buckets::new(burst, Duration::from_secs(refill_seconds.max(1)))))
    }

    /// Takes one try, or says how long to wait.
    pub(crate) fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets();
        let wait = buckets.wait(&key, now);
        if !wait.is_zero() {
            return Err(wait);
        }
        buckets.draw(key, now);
        Ok(())
    }

    /// It was no try that counts: gives it back.
    pub(crate) fn succeeded(&self, key: &K) {
        self.buckets().give_back(key);
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
