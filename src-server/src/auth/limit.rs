//! How often something may be tried: leaky buckets by key, in memory.

use std::{
    collections::HashMap,
    hash::Hash,
    time::{Duration, Instant},
};

/// Keys remembered at most; beyond it the fullest buckets, which say the least, are forgotten first.
pub(super) const MOST_KEYS: usize = 50_000;

/// Buckets of one kind.
#[derive(Debug)]
pub(super) struct Buckets<K> {
    burst: u32,
    refill: Duration,
    /// By key: when its bucket will be full again.
    full_at: HashMap<K, Instant>,
}

impl<K: Hash + Eq> Buckets<K> {
    /// Buckets of `burst` tries, one coming back each `refill`.
    pub(super) fn new(burst: u32, refill: Duration) -> Self {
        Self { burst: burst.max(1), refill, full_at: HashMap::new() }
    }

    /// How long until there is a try; zero when there is one.
    pub(super) fn wait(&self, key: &K, now: Instant) -> Duration {
        (self.after_one(key, now) - now).saturating_sub(self.refill * self.burst)
    }

    /// Takes one try, whether there is one or not.
    pub(super) fn draw(&mut self, key: K, now: Instant) {
        if self.full_at.len() >= MOST_KEYS && !self.full_at.contains_key(&key) {
            self.full_at.retain(|_, full_at| *full_at > now);
            if self.full_at.len() >= MOST_KEYS {
                forget_earlier_half(&mut self.full_at);
            }
        }
        let after = self.after_one(&key, now);
        self.full_at.insert(key, after);
    }

    /// Gives a try back.
    pub(super) fn give_back(&mut self, key: &K) {
        if let Some(full_at) = self.full_at.get_mut(key) {
            *full_at = full_at.checked_sub(self.refill).unwrap_or(*full_at);
        }
    }

    fn after_one(&self, key: &K, now: Instant) -> Instant {
        self.full_at.get(key).copied().unwrap_or(now).max(now) + self.refill
    }
}

/// Which keys have proved themselves lately, the last ones first.
#[derive(Debug)]
pub(super) struct Known<K>(HashMap<K, Instant>);

impl<K> Default for Known<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq> Known<K> {
    pub(super) fn contains(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }

    pub(super) fn insert(&mut self, key: K, now: Instant) {
        if self.0.len() >= MOST_KEYS && !self.0.contains_key(&key) {
            forget_earlier_half(&mut self.0);
        }
        self.0.insert(key, now);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Forgets the half of the keys (or more, where times are equal) whose times are earliest.
fn forget_earlier_half<K: Hash + Eq>(times: &mut HashMap<K, Instant>) {
    let mut sorted: Vec<_> = times.values().copied().collect();
    let middle = sorted.len() / 2;
    let (_, median, _) = sorted.select_nth_unstable(middle);
    let median = *median;
    times.retain(|_, time| *time > median);
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFILL: Duration = Duration::from_secs(10);

    fn take<K: Hash + Eq>(buckets: &mut Buckets<K>, key: K, now: Instant) -> Duration {
        let wait = buckets.wait(&key, now);
        if wait.is_zero() {
            buckets.draw(key, now);
        }
        wait
    }

    #[test]
    fn a_bucket_empties_and_refills() {
        let mut buckets = Buckets::new(3, REFILL);
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(take(&mut buckets, "a", start), Duration::ZERO);
        }
        assert_eq!(take(&mut buckets, "a", start), REFILL);
        assert_eq!(take(&mut buckets, "b", start), Duration::ZERO, "each key has its own");
        assert_eq!(take(&mut buckets, "a", start + REFILL / 2), REFILL / 2, "a refused try costs nothing");
        assert_eq!(take(&mut buckets, "a", start + REFILL), Duration::ZERO);
        assert_eq!(take(&mut buckets, "a", start + REFILL), REFILL);
        let later = start + REFILL * 100;
        for _ in 0..3 {
            assert_eq!(take(&mut buckets, "a", later), Duration::ZERO, "no more than full");
        }
        assert_eq!(take(&mut buckets, "a", later), REFILL);
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let mut buckets = Buckets::new(1, REFILL);
        let now = Instant::now();
        for _ in 0..5 {
            assert_eq!(take(&mut buckets, "a", now), Duration::ZERO);
            buckets.give_back(&"a");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let mut buckets = Buckets::new(1, REFILL);
        let now = Instant::now();
        for key in 0..=MOST_KEYS {
            assert_eq!(take(&mut buckets, key, now), Duration::ZERO);
        }
        assert!(buckets.full_at.len() <= MOST_KEYS);
    }
}
