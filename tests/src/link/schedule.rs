//! When a link moves, as arithmetic on the time since it was opened.

use std::time::Duration;

/// Up for a while, then down for a while, over and over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// How long it moves; not zero.
    pub up: Duration,
    /// How long it then doesn't.
    pub down: Duration,
}

impl Schedule {
    /// Never down.
    pub const ALWAYS: Self = Self { up: Duration::from_secs(1), down: Duration::ZERO };

    /// When something is done that begins at `from` and has to move for so long.
    #[must_use]
    pub fn after(&self, from: Duration, moving: Duration) -> Duration {
        let period = self.up + self.down;
        let phase = Duration::from_nanos(u64::try_from(from.as_nanos() % period.as_nanos()).unwrap_or(0));
        // Counted from the beginning of a period, at which it is up.
        let (begin, moving) = if phase < self.up { (from - phase, phase + moving) } else { (from - phase + period, moving) };
        let whole = u32::try_from(moving.as_nanos() / self.up.as_nanos()).unwrap_or(u32::MAX);
        let rest = moving - self.up * whole;
        // What ends with a period need not wait for the next.
        if rest.is_zero() && whole > 0 { begin + period * whole - self.down } else { begin + period * whole + rest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn what_moves_waits_out_each_time_the_link_is_down() {
        let schedule = Schedule { up: ms(5_000), down: ms(1_000) };
        let table = [
            (0, 0, 0),
            (0, 4_999, 4_999),
            (0, 5_000, 5_000),
            (0, 5_001, 6_001),
            (0, 36_864, 43_864),
            (4_000, 1_500, 6_500),
            (5_000, 0, 6_000),
            (5_500, 100, 6_100),
            (11_999, 5_001, 18_001),
            (61_000, 10_000, 73_000),
        ];
        for (from, moving, done) in table {
            assert_eq!(schedule.after(ms(from), ms(moving)), ms(done), "{from} + {moving}");
        }
    }

    #[test]
    fn what_is_never_down_takes_the_time_it_takes() {
        for (from, moving) in [(0, 0), (0, 999), (999, 1), (1_000, 1_000), (12_345, 67_890)] {
            assert_eq!(Schedule::ALWAYS.after(ms(from), ms(moving)), ms(from + moving), "{from} + {moving}");
        }
    }
}
