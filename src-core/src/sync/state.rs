//! The engine's decisions as a pure function: `step(state, event, now, roll)` to the next state and
//! what to do.
//!
//! ```text
//!            any answer                     no answer / 5xx
//!  Unknown ─────────────▶ Up ──────────────────────────────▶ Down{failures, retry_at}
//!                         ▲                                      │ retry_at, resume, submit, ask:
//!                         └───────────── an answer ◀── one probe ┘
//! ```
//! Time is monotonic milliseconds, so a wrong or jumping wall clock changes nothing. While the link is
//! down one operation or one pull is tried at a time, by turns; the first that gets through, or the first part of a file,
//! opens the gate again.
//! Storage that fails stops everything for a moment and says nothing about the link.

use super::Trigger;

/// Milliseconds on a clock that never jumps.
pub(crate) type Monotonic = u64;

/// Reports sent side by side.
pub(crate) const MAX_SENDING: usize = 4;
/// Without a network a try costs little, and somebody is looking at the screen.
const OFFLINE_CAP_MS: u64 = 8_000;
/// A server in trouble is left alone for longer.
const TROUBLE_CAP_MS: u64 = 300_000;
const FIRST_DELAY_MS: u64 = 1_000;
/// However long a server asks for, within the hour it is tried again.
const LONGEST_WAIT_MS: u64 = 3_600_000;
/// The clock stands still while a phone sleeps: whoever opens the app again has mostly waited enough.
const RETURN_CAP_MS: u64 = 20_000;
const PULL_EVERY_MS: u64 = 60_000;
/// Between two tries when the device's own storage fails.
const STUMBLE_MS: u64 = 5_000;

/// What the last tries showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// Nothing tried yet.
    Unknown,
    /// The server answers.
    Up,
    /// It doesn't.
    Down {
        /// Volleys that failed in a row.
        failures: u32,
        /// It was reached, but is in trouble.
        trouble: bool,
        /// When the next try is due.
        retry_at: Monotonic,
    },
}

/// How an operation or a pull ended, as far as the link and the queue are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The server answered, one way or the other.
    Answered,
    /// Nothing had to be asked.
    Idle,
    /// No answer.
    Offline,
    /// The server can't now.
    Trouble {
        /// When it wants to be asked again.
        retry_after_ms: Option<u64>,
    },
    /// The session is over.
    SessionEnded,
    /// The device's own storage failed: it says nothing about the server.
    Stumbled,
}

/// What the engine is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Something from outside.
    Trigger(Trigger),
    /// The time asked for has come.
    Due,
    /// Somebody signed in (`true`) or out.
    Session(bool),
    /// So many of at most `limit` operations were started.
    Launched {
        /// How many.
        started: usize,
        /// Of how many allowed.
        limit: usize,
    },
    /// Nothing could be started: the device's own storage failed.
    NotLaunched,
    /// An operation ended.
    Finished(Outcome),
    /// A pull ended.
    Pulled(Outcome),
    /// Some of a file arrived; more of it is still to be sent.
    GotOn,
}

/// What the engine is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Start up to so many operations and say [`Event::Launched`].
    Launch {
        /// How many.
        limit: usize,
    },
    /// Fetch what changed and say [`Event::Pulled`].
    Pull,
}

/// Everything a decision depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) link: Link,
    /// When to wake by itself, if at all.
    pub(crate) wake_at: Option<Monotonic>,
    active: bool,
    signed_in: bool,
    sending: usize,
    launching: bool,
    pulling: bool,
    pull_wanted: bool,
    next_pull_at: Monotonic,
    more_to_send: bool,
    rest_until: Monotonic,
    /// What failed last was a send.
    send_failed: bool,
}

impl State {
    pub(crate) const fn new(signed_in: bool) -> Self {
        Self {
            link: Link::Unknown,
            wake_at: None,
            active: false,
            signed_in,
            sending: 0,
            launching: false,
            pulling: false,
            pull_wanted: false,
            next_pull_at: 0,
            more_to_send: true,
            rest_until: 0,
            send_failed: false,
        }
    }

    /// Takes in an event and says what to do. `roll` in `0.0..1.0` spreads the delays.
    pub(crate) fn step(&mut self, event: Event, now: Monotonic, roll: f64) -> Vec<Action> {
        match event {
            Event::Trigger(trigger) => self.triggered(trigger, now),
            Event::Due => {}
            Event::GotOn => self.got_on(),
            Event::Session(signed_in) => {
                self.signed_in = signed_in;
                self.more_to_send = signed_in;
                self.pull_wanted = true;
                self.hurry(now, true);
            }
            Event::Launched { started, limit } => {
                self.launching = false;
                self.sending += started;
                self.more_to_send = started == limit;
            }
            Event::NotLaunched => {
                self.launching = false;
                self.rest_until = now.saturating_add(STUMBLE_MS);
            }
            Event::Finished(outcome) => {
                self.sending = self.sending.saturating_sub(1);
                self.more_to_send = true;
                self.pull_wanted |= outcome == Outcome::Answered;
                self.send_failed = matches!(outcome, Outcome::Offline | Outcome::Trouble { .. } | Outcome::Stumbled);
                self.learn(outcome, now, roll);
            }
            Event::Pulled(outcome) => {
                self.pulling = false;
                self.send_failed = false;
                if matches!(outcome, Outcome::Answered | Outcome::Idle) {
                    self.pull_wanted = false;
                }
                self.next_pull_at = now.saturating_add(PULL_EVERY_MS);
                self.learn(outcome, now, roll);
            }
        }
        self.plan(now)
    }

    fn triggered(&mut self, trigger: Trigger, now: Monotonic) {
        match trigger {
            Trigger::Started | Trigger::Resumed | Trigger::Asked => {
                self.active = true;
                self.pull_wanted = true;
                self.more_to_send = true;
                self.hurry(now, trigger == Trigger::Asked);
                self.wait_no_longer_than(now.saturating_add(RETURN_CAP_MS));
            }
            Trigger::Submitted => {
                // Whatever the system last told: a citizen has just pressed a button.
                self.active = true;
                self.more_to_send = true;
                self.hurry(now, false);
            }
            Trigger::Suspended => self.active = false,
        }
    }

    /// Tries now instead of later; a server that asked for time gets it unless the citizen insists.
    const fn hurry(&mut self, now: Monotonic, insist: bool) {
        self.rest_until = now;
        if let Link::Down { trouble, retry_at, .. } = &mut self.link
            && (insist || !*trouble)
        {
            *retry_at = now;
        }
    }

    const fn wait_no_longer_than(&mut self, at: Monotonic) {
        if let Link::Down { retry_at, .. } = &mut self.link
            && *retry_at > at
        {
            *retry_at = at;
        }
    }

    /// Whatever becomes of the rest, there is a link. A server in trouble is in trouble until something succeeds.
    const fn got_on(&mut self) {
        if let Link::Down { trouble: false, .. } = self.link {
            self.link = Link::Up;
        }
    }

    fn learn(&mut self, outcome: Outcome, now: Monotonic, roll: f64) {
        match outcome {
            Outcome::Answered => self.link = Link::Up,
            // Nothing was asked, so nothing is known: being down must not be claimed for ever.
            Outcome::Idle if matches!(self.link, Link::Down { .. }) => self.link = Link::Unknown,
            Outcome::Idle => {}
            Outcome::Stumbled => self.rest_until = now.saturating_add(STUMBLE_MS),
            Outcome::SessionEnded => {
                self.link = Link::Up;
                self.signed_in = false;
            }
            Outcome::Offline => self.fail(OFFLINE_CAP_MS, None, now, roll),
            Outcome::Trouble { retry_after_ms } => self.fail(TROUBLE_CAP_MS, retry_after_ms, now, roll),
        }
    }

    fn fail(&mut self, cap: u64, retry_after_ms: Option<u64>, now: Monotonic, roll: f64) {
        let failures = match self.link {
            Link::Unknown | Link::Up => 1,
            // Failures of what was started together count once.
            Link::Down { retry_at, .. } if retry_at > now => return,
            Link::Down { failures, .. } => failures.saturating_add(1),
        };
        let delay = backoff_ms(failures, cap, roll).max(retry_after_ms.unwrap_or(0).min(LONGEST_WAIT_MS));
        self.link = Link::Down { failures, trouble: cap == TROUBLE_CAP_MS, retry_at: now.saturating_add(delay) };
    }

    fn plan(&mut self, now: Monotonic) -> Vec<Action> {
        self.wake_at = None;
        if !self.active {
            return Vec::new();
        }
        if self.rest_until > now {
            self.wake_at = Some(self.rest_until);
            return Vec::new();
        }
        let busy = self.sending > 0 || self.pulling || self.launching;
        let room = match self.link {
            Link::Down { retry_at, .. } if retry_at > now => {
                self.wake_at = Some(retry_at);
                return Vec::new();
            }
            Link::Down { .. } if busy => 0,
            Link::Down { .. } => 1,
            Link::Unknown | Link::Up => MAX_SENDING.saturating_sub(self.sending),
        };
        if self.launching {
            return Vec::new();
        }
        let pull_due = self.pull_wanted || now >= self.next_pull_at;
        // A report that never gets through must not keep the news out: they take turns at the probe.
        let pull_first = pull_due && self.send_failed && !busy;
        if self.signed_in && self.more_to_send && room > 0 && !pull_first {
            self.launching = true;
            return vec![Action::Launch { limit: room }];
        }
        if !busy && pull_due {
            self.pulling = true;
            return vec![Action::Pull];
        }
        if !busy {
            self.wake_at = Some(self.next_pull_at);
        }
        Vec::new()
    }
}

/// Half the doubled delay for certain, the other half by chance, so that devices which lost the same
/// server don't come back as one.
fn backoff_ms(failures: u32, cap: u64, roll: f64) -> u64 {
    let doubled = FIRST_DELAY_MS.saturating_mul(1u64.checked_shl(failures.saturating_sub(1)).unwrap_or(u64::MAX)).min(cap);
    let half = doubled / 2;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "at most five minutes"
    )]
    let by_chance = (half as f64 * roll.clamp(0.0, 1.0)) as u64;
    half + by_chance
}

#[cfg(test)]
mod tests;
