//! When a provider that fails is left alone: a circuit breaker, pure; the clock is the caller's.
//!
//! So many failures in a row open it for a while. Then one try goes through: a success closes it, a failure opens it for
//! twice as long, up to sixteen times the first. A try that is never heard of again (its task broke off) holds
//! its place only for so long.

use std::time::{Duration, Instant};

/// How many times a pause is doubled at most.
const DOUBLINGS: u32 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Tries go through; the last so many failed.
    Closed { failures: u32 },
    /// None does before then; it has been opened so often in a row.
    Open { until: Instant, times: u32 },
    /// One is under way since then.
    Probing { since: Instant, times: u32 },
}

/// Whether to try.
#[derive(Clone, Debug)]
pub(super) struct Breaker {
    state: State,
    failures: u32,
    pause: Duration,
    /// After which a try that was let through alone counts as lost.
    probe: Duration,
}

impl Breaker {
    /// Opens after `failures` in a row, for `pause` at first.
    pub(super) fn new(failures: u32, pause: Duration, probe: Duration) -> Self {
        Self { state: State::Closed { failures: 0 }, failures: failures.max(1), pause, probe }
    }

    /// How long it stays open; zero when a try may go through or is just showing whether others may.
    pub(super) fn closed_for(&self, now: Instant) -> Duration {
        match self.state {
            State::Open { until, .. } => until.saturating_duration_since(now),
            State::Closed { .. } | State::Probing { .. } => Duration::ZERO,
        }
    }

    /// Begins a try, whose outcome is told by `failed` or `answered`; or says when to ask again.
    pub(super) fn begin(&mut self, now: Instant) -> Result<(), Duration> {
        match self.state {
            State::Closed { .. } => Ok(()),
            State::Open { until, .. } if now < until => Err(until - now),
            State::Probing { since, .. } if now < since + self.probe => Err(self.pause.min(since + self.probe - now)),
            State::Open { times, .. } | State::Probing { times, .. } => {
                self.state = State::Probing { since: now, times };
                Ok(())
            }
        }
    }

    /// The provider answered, be it with a refusal.
    pub(super) fn answered(&mut self) {
        self.state = State::Closed { failures: 0 };
    }

    /// The provider failed.
    pub(super) fn failed(&mut self, now: Instant) {
        self.state = match self.state {
            State::Closed { failures } if failures + 1 < self.failures => State::Closed { failures: failures + 1 },
            State::Closed { .. } => self.open(now, 0),
            State::Probing { times, .. } => self.open(now, times + 1),
            // Begun before it opened: already counted.
            open @ State::Open { .. } => open,
        };
    }

    fn open(&self, now: Instant, times: u32) -> State {
        State::Open { until: now + self.pause * 2_u32.pow(times.min(DOUBLINGS)), times }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(30);
    const PROBE: Duration = Duration::from_secs(20);

    fn opened(now: Instant) -> Breaker {
        let mut breaker = Breaker::new(3, PAUSE, PROBE);
        for _ in 0..3 {
            assert_eq!((breaker.closed_for(now), breaker.begin(now)), (Duration::ZERO, Ok(())));
            breaker.failed(now);
        }
        breaker
    }

    #[test]
    fn failures_in_a_row_open_it_and_others_dont() {
        let now = Instant::now();
        let mut breaker = Breaker::new(3, PAUSE, PROBE);
        for _ in 0..10 {
            breaker.failed(now);
            breaker.failed(now);
            breaker.answered();
        }
        assert_eq!(breaker.begin(now), Ok(()));
        let mut breaker = opened(now);
        assert_eq!((breaker.closed_for(now), breaker.begin(now)), (PAUSE, Err(PAUSE)));
        breaker.failed(now + PAUSE / 2);
        assert_eq!(breaker.closed_for(now + PAUSE / 2), PAUSE / 2, "a late failure doesn't prolong it");
    }

    #[test]
    fn one_try_shows_whether_it_is_over() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + PAUSE;
        assert_eq!(breaker.begin(later), Ok(()));
        assert!(breaker.begin(later).is_err(), "one alone");
        assert_eq!(breaker.closed_for(later), Duration::ZERO, "meanwhile messages are taken");
        breaker.answered();
        assert_eq!((breaker.begin(later), breaker.begin(later)), (Ok(()), Ok(())));
    }

    #[test]
    fn pauses_grow_to_a_bound_and_begin_anew() {
        let mut now = Instant::now();
        let mut breaker = opened(now);
        for factor in [1, 2, 4, 8, 16, 16, 16] {
            assert_eq!(breaker.begin(now), Err(PAUSE * factor));
            now += PAUSE * factor;
            assert_eq!(breaker.begin(now), Ok(()));
            breaker.failed(now);
        }
        now += PAUSE * 16;
        assert_eq!(breaker.begin(now), Ok(()));
        breaker.answered();
        for _ in 0..3 {
            breaker.failed(now);
        }
        assert_eq!(breaker.closed_for(now), PAUSE);
    }

    #[test]
    fn a_lost_try_is_not_waited_for() {
        let now = Instant::now();
        let mut breaker = opened(now);
        assert_eq!(breaker.begin(now + PAUSE), Ok(()));
        assert_eq!(breaker.begin(now + PAUSE + PROBE), Ok(()));
    }
}
