//! One direction of a link: its rate, handed out packet by packet in the order in which they are asked for.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::{sync::Mutex, time::Instant};

use super::{Traffic, schedule::Schedule};

/// The rate is kept on the link's own clock, so that a timer that fires late takes nothing away: `free_at` is
/// when the packet before was through, whenever that was noticed.
#[derive(Debug)]
pub(super) struct Lane {
    bits: u64,
    schedule: Schedule,
    started: Instant,
    free_at: Mutex<Duration>,
    sent: AtomicU64,
    arrived: AtomicU64,
}

impl Lane {
    pub(super) fn new(bits: u64, schedule: Schedule, started: Instant) -> Self {
        Self { bits, schedule, started, free_at: Mutex::default(), sent: AtomicU64::new(0), arrived: AtomicU64::new(0) }
    }

    /// How long so many bytes use the link.
    pub(super) fn crossing(&self, bytes: u64) -> Duration {
        let nanos = u128::from(bytes) * 8 * 1_000_000_000 / u128::from(self.bits.max(1));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// Sends a packet that has been waiting since `ready`. Answers when it is at the other end, `delay` away.
    ///
    /// The lock is held while it crosses; whoever waits for it is served in turn, so connections share alike.
    pub(super) async fn send(&self, bytes: usize, ready: Instant, delay: Duration) -> Instant {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let mut free_at = self.free_at.lock().await;
        let begin = ready.saturating_duration_since(self.started).max(*free_at);
        let end = self.schedule.after(begin, self.crossing(bytes));
        *free_at = end;
        self.sent.fetch_add(bytes, Ordering::Relaxed);
        tokio::time::sleep_until(self.started + end).await;
        self.started + self.schedule.after(end, delay)
    }

    pub(super) fn arrived(&self, bytes: usize) {
        self.arrived.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn traffic(&self) -> Traffic {
        Traffic { sent: self.sent.load(Ordering::Relaxed), arrived: self.arrived.load(Ordering::Relaxed) }
    }
}
