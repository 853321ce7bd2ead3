//! When a phone's app goes to the background and comes back.
//!
//! Systems tell of it more often than it happens, and the camera and every system dialog look like
//! leaving: only what differs from the last state is passed on, and repeated returns only after a while.
//! iOS tells of a dialog's coming as of a leave, but of its going only by the focus that comes back.

use std::time::{Duration, Instant};

use pakn_core::Trigger;

/// Within this time after a return, another one without a leave in between means nothing.
const SAME_RETURN: Duration = Duration::from_secs(5);

/// Where the app is, as far as the system has told.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    away: bool,
    last_return: Option<Instant>,
}

impl Presence {
    /// The app went to the background.
    pub(crate) fn left(&mut self) -> Option<Trigger> {
        (!std::mem::replace(&mut self.away, true)).then_some(Trigger::Suspended)
    }

    /// The app came to the foreground.
    pub(crate) fn returned(&mut self, now: Instant) -> Option<Trigger> {
        let was_away = std::mem::replace(&mut self.away, false);
        let again = self.last_return.is_some_and(|last| now.saturating_duration_since(last) < SAME_RETURN);
        if again && !was_away {
            return None;
        }
        self.last_return = Some(now);
        Some(Trigger::Resumed)
    }
}

#[cfg(mobile)]
pub(crate) use phone::{Lifecycle, on_window_event};

#[cfg(mobile)]
mod phone {
    use std::{
        sync::{Mutex, PoisonError},
        time::Instant,
    };

    use tauri::{Manager, Runtime, Window, WindowEvent};

    use super::Presence;
    use crate::Core;

    /// The app's presence, kept by Tauri.
    #[derive(Default)]
    pub(crate) struct Lifecycle(Mutex<Presence>);

    impl Lifecycle {
        /// Whether nobody is looking.
        pub(crate) fn is_away(&self) -> bool {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).away
        }
    }

    /// Tells the core of it, once it is open.
    pub(crate) fn on_window_event<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
        let (Some(lifecycle), Some(core)) = (window.try_state::<Lifecycle>(), window.try_state::<Core>()) else { return };
        let mut presence = lifecycle.0.lock().unwrap_or_else(PoisonError::into_inner);
        let trigger = match event {
            WindowEvent::Suspended => presence.left(),
            WindowEvent::Resumed | WindowEvent::Focused(true) => presence.returned(Instant::now()),
            _ => None,
        };
        if let (Some(trigger), Some(client)) = (trigger, core.opened()) {
            client.trigger(trigger);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_happens_is_passed_on() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut presence = Presence::default();
        assert_eq!(presence.returned(at(0)), Some(Trigger::Resumed));
        assert_eq!(presence.returned(at(1)), None, "told twice");
        assert_eq!(presence.left(), Some(Trigger::Suspended));
        assert_eq!(presence.left(), None, "told twice");
        assert_eq!(presence.returned(at(2)), Some(Trigger::Resumed), "a leave is followed by its return");
        assert_eq!(presence.returned(at(3)), None);
        assert_eq!(presence.returned(at(60)), Some(Trigger::Resumed), "the leave was not told");
    }
}
