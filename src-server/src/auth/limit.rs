//! How often somebody may try, kept in memory: leaky buckets by key.
//!
//! A sign-in draws from three buckets: the number as tried from this address (small), the address and
//! the number (larger). A stranger's guesses empty the small bucket of *his* address, so the owner can
//! still sign in from hers; every bucket refills by itself, so nobody is shut out for good. What a right
//! password drew is given back.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Keys remembered at most; beyond it the fullest buckets, which say the least, are forgotten first.
const MOST_KEYS: usize = 50_000;

/// Buckets of one kind.
#[derive(Debug)]
pub(crate) struct Limit<K> {
    burst: u32,
    refill: Duration,
    /// By key: when its bucket will be full again.
    full_at: Mutex<HashMap<K, Instant>>,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    /// Buckets of `burst` tries, one coming back each `refill`.
    pub(crate) fn new(burst: u32, refill: Duration) -> Self {
        Self { burst: burst.max(1), refill, full_at: Mutex::new(HashMap::new()) }
    }

    /// Takes one try, or says how long until there is one.
    pub(crate) fn take(&self, key: &K, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_KEYS && !buckets.contains_key(key) {
            forget_fullest(&mut buckets, now);
        }
        let full_at = buckets.get(key).copied().unwrap_or(now).max(now);
        let after = full_at + self.refill;
        let room = self.refill * self.burst;
        match (after - now).checked_sub(room) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                buckets.insert(key.clone(), after);
                Ok(())
            }
        }
    }

    /// Gives a try back.
    pub(crate) fn give_back(&self, key: &K) {
        let mut buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(full_at) = buckets.get_mut(key) {
            *full_at = full_at.checked_sub(self.refill).unwrap_or(*full_at);
        }
    }
}

fn forget_fullest<K: Hash + Eq + Clone>(buckets: &mut HashMap<K, Instant>, now: Instant) {
    buckets.retain(|_, full_at| *full_at > now);
    if buckets.len() >= MOST_KEYS {
        let mut times: Vec<_> = buckets.values().copied().collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        buckets.retain(|_, full_at| *full_at > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFILL: Duration = Duration::from_secs(10);

    #[test]
    fn a_bucket_empties_and_refills() {
        let limit = Limit::new(3, REFILL);
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(limit.take(&"a", start), Ok(()));
        }
        assert_eq!(limit.take(&"a", start), Err(REFILL));
        assert_eq!(limit.take(&"b", start), Ok(()), "each key has its own");
        assert_eq!(limit.take(&"a", start + REFILL / 2), Err(REFILL / 2), "a refused try costs nothing");
        assert_eq!(limit.take(&"a", start + REFILL), Ok(()));
        assert_eq!(limit.take(&"a", start + REFILL), Err(REFILL));
        let later = start + REFILL * 100;
        for _ in 0..3 {
            assert_eq!(limit.take(&"a", later), Ok(()), "no more than full");
        }
        assert_eq!(limit.take(&"a", later), Err(REFILL));
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let limit = Limit::new(1, REFILL);
        let now = Instant::now();
        for _ in 0..5 {
            assert_eq!(limit.take(&"a", now), Ok(()));
            limit.give_back(&"a");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let limit = Limit::new(1, REFILL);
        let now = Instant::now();
        for key in 0..=MOST_KEYS {
            assert_eq!(limit.take(&key, now), Ok(()));
        }
        assert!(limit.full_at.lock().is_ok_and(|buckets| buckets.len() <= MOST_KEYS));
    }
}
