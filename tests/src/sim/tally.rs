//! What befell the schedules, counted: a fault that never occurs proves nothing.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Something that went wrong, or that makes things harder.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault {
            $($(#[$doc])* $name,)*
        }

        impl Fault {
            /// Every fault.
            pub const ALL: [Self; [$($text),*].len()] = [$(Self::$name),*];

            /// In words.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

faults! {
    /// A request found no connection.
    NeverLeft = "requests that never left",
    /// A request was lost on its way there.
    LostThere = "requests lost on the way there",
    /// A request was carried out and its answer lost.
    ReplyLost = "answers lost",
    /// A request arrived twice.
    Twice = "requests doubled",
    /// A request was given up and arrived later.
    Late = "requests that arrived after they were given up",
    /// A request was answered and arrived once more, later.
    TwiceLate = "requests doubled late",
    /// Something else answered in the server's place.
    Portal = "answers of a portal",
    /// A request was carried out, its answer lost, and the session ended before it was asked again.
    EndedMeanwhile = "sessions that ended while an answer was lost",
    /// A request was carried out and something else answered.
    Mangled = "answers mangled",
    /// The server can't now.
    Unavailable = "answers 503",
    /// A request was carried out and a gateway answered that the server can't now.
    GatewayTimeout = "answers 504 to what was carried out",
    /// A part of an upload's bytes arrived.
    Cut = "uploads cut off",
    /// An answer took longer than usual.
    Slow = "answers that took long",
    /// The device died before a write.
    DiedBeforeWrite = "deaths before a write",
    /// The device died after a write.
    DiedAfterWrite = "deaths after a write",
    /// The device died before a request left.
    DiedAsking = "deaths before a request",
    /// The device died before it heard an answer.
    DiedAnswered = "deaths before an answer",
    /// The app was killed.
    Killed = "kills",
    /// The app died while it started.
    DiedStarting = "deaths while starting",
    /// A write found the disk full.
    DiskFull = "writes to a full disk",
    /// The device's clock jumped forwards.
    ClockForwards = "clock jumps forwards",
    /// The device's clock jumped backwards.
    ClockBackwards = "clock jumps backwards",
    /// Sessions ended.
    Expired = "sessions ended by the server",
    /// The fields changed.
    Published = "changes of the fields",
    /// Another account than before signed in.
    AccountSwitched = "accounts switched",
    /// The server's process ended.
    ServerCrashed = "server crashes",
    /// The server forgot what was unfinished.
    Collected = "server clean-ups",
    /// Staff moved a report on.
    StaffMoved = "reports moved on by staff",
    /// Two taps on submit.
    DoubleTap = "double taps",
    /// A report was taken back.
    Reopened = "reports taken back",
    /// Somebody changed their profile.
    ProfileChanged = "profiles changed",
    /// Another device of somebody's changed their profile.
    ChangedElsewhere = "profiles changed by another device",
    /// A report was not taken from nobody, or without consent.
    NotAllowed = "reports kept back for want of an account or consent",
    /// A report rested.
    Parked = "reports that rested",
}

/// The counts, and of what.
pub struct Tally {
    faults: [AtomicU64; Fault::ALL.len()],
    schedules: AtomicU64,
    reports: AtomicU64,
    requests: AtomicU64,
    writes: AtomicU64,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            faults: [const { AtomicU64::new(0) }; Fault::ALL.len()],
            schedules: AtomicU64::new(0),
            reports: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            writes: AtomicU64::new(0),
        }
    }
}

impl Tally {
    /// It happened.
    pub fn count(&self, fault: Fault) {
        if let Some(count) = self.faults.get(fault as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A schedule has come to its end, with so many reports on the server.
    pub fn ended(&self, reports: usize) {
        self.schedules.fetch_add(1, Ordering::Relaxed);
        self.reports.fetch_add(reports as u64, Ordering::Relaxed);
    }

    /// A request was made.
    pub fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Something was written.
    pub fn write(&self) {
        self.writes.fetch_add(1, Ordering::Relaxed);
    }

    /// How often it happened.
    #[must_use]
    pub fn of(&self, fault: Fault) -> u64 {
        self.faults.get(fault as usize).map_or(0, |count| count.load(Ordering::Relaxed))
    }

    /// Schedules that came to their end.
    #[must_use]
    pub fn schedules(&self) -> u64 {
        self.schedules.load(Ordering::Relaxed)
    }

    /// Faults that never occurred.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        Fault::ALL.into_iter().filter(|fault| self.of(*fault) == 0).map(Fault::as_str).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        writeln!(f, "{:>10} schedules", self.schedules())?;
        writeln!(f, "{:>10} reports received", read(&self.reports))?;
        writeln!(f, "{:>10} requests", read(&self.requests))?;
        writeln!(f, "{:>10} writes", read(&self.writes))?;
        Fault::ALL.into_iter().try_for_each(|fault| writeln!(f, "{:>10} {}", self.of(fault), fault.as_str()))
    }
}
