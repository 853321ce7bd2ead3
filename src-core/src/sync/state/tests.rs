//! The state machine by tables, and by whatever order of events proptest comes up with.

use proptest::prelude::*;

use super::*;

fn started() -> State {
    let mut state = State::new(true);
    assert_eq!(state.step(Event::Trigger(Trigger::Started), 0, 0.5), [Action::Launch { limit: MAX_SENDING }]);
    state
}

#[test]
fn with_nothing_to_send_it_pulls_and_then_sleeps_until_the_next_pull() {
    let mut state = started();
    assert_eq!(state.step(Event::Launched { started: 0, limit: 4 }, 0, 0.5), [Action::Pull]);
    assert_eq!(state.step(Event::Pulled(Outcome::Answered), 10, 0.5), []);
    assert_eq!(state.wake_at, Some(10 + PULL_EVERY_MS));
    assert_eq!(state.step(Event::Due, 10 + PULL_EVERY_MS, 0.5), [Action::Pull]);
}

#[test]
fn without_a_network_it_comes_back_by_itself_within_eight_seconds() {
    let mut state = started();
    let mut now = 0;
    let mut pulls = 0;
    state.step(Event::Launched { started: 1, limit: 4 }, now, 0.99);
    for _ in 0..20 {
        assert_eq!(state.step(Event::Finished(Outcome::Offline), now, 0.99), []);
        let wake = state.wake_at.unwrap_or(u64::MAX);
        assert!(wake > now && wake - now <= OFFLINE_CAP_MS, "{wake} after {now}");
        now = wake;
        let mut actions = state.step(Event::Due, now, 0.99);
        if actions == [Action::Pull] {
            pulls += 1;
            assert_eq!(state.step(Event::Pulled(Outcome::Offline), now, 0.99), []);
            now = state.wake_at.unwrap_or(u64::MAX);
            actions = state.step(Event::Due, now, 0.99);
        }
        assert_eq!(actions, [Action::Launch { limit: 1 }], "one probe");
        state.step(Event::Launched { started: 1, limit: 1 }, now, 0.99);
    }
    assert_eq!(state.step(Event::Finished(Outcome::Answered), now, 0.99), [Action::Launch { limit: MAX_SENDING }]);
    assert_eq!(pulls, 20, "they take turns");
}

#[test]
fn four_that_fail_together_count_as_one_failure() {
    let mut state = started();
    state.step(Event::Launched { started: 4, limit: 4 }, 0, 0.5);
    for _ in 0..4 {
        state.step(Event::Finished(Outcome::Offline), 5, 0.5);
    }
    assert!(matches!(state.link, Link::Down { failures: 1, .. }), "{:?}", state.link);
}

#[test]
fn a_part_of_a_file_that_arrives_opens_the_gate_and_ends_the_row_of_failures() {
    let mut state = started();
    state.step(Event::Launched { started: 1, limit: 4 }, 0, 0.5);
    let mut now = 0;
    for _ in 0..6 {
        state.step(Event::Finished(Outcome::Offline), now, 0.99);
        now = state.wake_at.unwrap_or(u64::MAX);
        if state.step(Event::Due, now, 0.99) == [Action::Pull] {
            state.step(Event::Pulled(Outcome::Offline), now, 0.99);
            now = state.wake_at.unwrap_or(u64::MAX);
            state.step(Event::Due, now, 0.99);
        }
        state.step(Event::Launched { started: 1, limit: 1 }, now, 0.99);
    }
    assert_eq!(state.step(Event::GotOn, now, 0.99), [Action::Launch { limit: MAX_SENDING - 1 }]);
    state.step(Event::Launched { started: 0, limit: 3 }, now, 0.99);
    state.step(Event::Finished(Outcome::Offline), now, 0.99);
    assert!(state.wake_at.is_some_and(|at| at - now <= FIRST_DELAY_MS), "{:?} after {now}", state.wake_at);
}

#[test]
fn a_server_in_trouble_is_not_well_because_it_takes_a_part() {
    let mut state = started();
    state.step(Event::Launched { started: 1, limit: 4 }, 0, 0.5);
    state.step(Event::Finished(Outcome::Trouble { retry_after_ms: None }), 0, 0.5);
    let link = state.link;
    assert_eq!(state.step(Event::GotOn, 1, 0.5), []);
    assert_eq!(state.link, link);
}

#[test]
fn a_server_that_asks_for_time_gets_it_unless_the_citizen_insists() {
    let mut state = started();
    state.step(Event::Launched { started: 1, limit: 4 }, 0, 0.5);
    state.step(Event::Finished(Outcome::Trouble { retry_after_ms: Some(90_000) }), 0, 0.5);
    assert_eq!(state.wake_at, Some(90_000));
    assert_eq!(state.step(Event::Trigger(Trigger::Resumed), 1_000, 0.5), []);
    assert_eq!(state.step(Event::Trigger(Trigger::Submitted), 1_000, 0.5), []);
    assert_eq!(state.wake_at, Some(1_000 + RETURN_CAP_MS), "the clock may have stood still before the app was opened again");
    assert_eq!(state.step(Event::Trigger(Trigger::Asked), 1_000, 0.5), [Action::Pull]);
}

#[test]
fn storage_that_fails_for_one_row_keeps_no_news_back() {
    let mut state = started();
    state.step(Event::Launched { started: 1, limit: 4 }, 0, 0.5);
    state.step(Event::Finished(Outcome::Stumbled), 0, 0.5);
    assert_eq!(state.step(Event::Due, PULL_EVERY_MS, 0.5), [Action::Pull]);
    assert_eq!(state.step(Event::Pulled(Outcome::Answered), PULL_EVERY_MS, 0.5), [Action::Launch { limit: MAX_SENDING }]);
}

#[test]
fn signed_out_nothing_is_sent_and_signing_in_sends_at_once() {
    let mut state = State::new(false);
    assert_eq!(state.step(Event::Trigger(Trigger::Started), 0, 0.5), [Action::Pull]);
    assert_eq!(state.step(Event::Pulled(Outcome::Idle), 0, 0.5), []);
    assert_eq!(state.step(Event::Trigger(Trigger::Submitted), 0, 0.5), []);
    assert_eq!(state.step(Event::Session(true), 0, 0.5), [Action::Launch { limit: 4 }]);
}

#[test]
fn in_the_background_nothing_is_started() {
    let mut state = started();
    state.step(Event::Launched { started: 1, limit: 4 }, 0, 0.5);
    assert_eq!(state.step(Event::Trigger(Trigger::Suspended), 1, 0.5), []);
    assert_eq!(state.step(Event::Finished(Outcome::Answered), 2, 0.5), []);
    assert_eq!(state.wake_at, None);
    assert_eq!(state.step(Event::Trigger(Trigger::Resumed), 3, 0.5), [Action::Launch { limit: 4 }]);
}

#[test]
fn whoever_sends_a_report_is_not_in_the_background() {
    let mut state = State::new(true);
    assert_eq!(state.step(Event::Due, 0, 0.5), [], "the app has not come to the front yet");
    assert_eq!(state.step(Event::Trigger(Trigger::Submitted), 1, 0.5), [Action::Launch { limit: MAX_SENDING }]);
}

#[test]
fn storage_that_fails_is_tried_again_and_blamed_on_nobody_else() {
    let mut state = started();
    assert_eq!(state.step(Event::NotLaunched, 0, 0.5), []);
    assert_eq!((state.link, state.wake_at), (Link::Unknown, Some(STUMBLE_MS)));
    assert_eq!(state.step(Event::Due, STUMBLE_MS, 0.5), [Action::Launch { limit: MAX_SENDING }]);
    state.step(Event::Launched { started: 1, limit: 4 }, STUMBLE_MS, 0.5);
    assert_eq!(state.step(Event::Finished(Outcome::Stumbled), STUMBLE_MS, 0.5), []);
    assert_eq!((state.link, state.wake_at), (Link::Unknown, Some(2 * STUMBLE_MS)));
    assert_eq!(state.step(Event::Due, 2 * STUMBLE_MS, 0.5), [Action::Pull], "by turns");
    assert_eq!(state.step(Event::Pulled(Outcome::Answered), 2 * STUMBLE_MS, 0.5), [Action::Launch { limit: MAX_SENDING }]);
}

#[test]
fn with_nothing_to_ask_it_does_not_claim_to_be_offline() {
    let mut state = started();
    state.step(Event::Launched { started: 1, limit: 4 }, 0, 0.5);
    state.step(Event::Finished(Outcome::Offline), 0, 0.5);
    assert_eq!(state.step(Event::Session(false), 1, 0.5), [Action::Pull]);
    state.step(Event::Pulled(Outcome::Idle), 2, 0.5);
    assert_eq!(state.link, Link::Unknown);
}

#[test]
fn no_server_can_ask_for_more_than_an_hour() {
    let mut state = started();
    state.step(Event::Launched { started: 1, limit: 4 }, 0, 0.5);
    state.step(Event::Finished(Outcome::Trouble { retry_after_ms: Some(u64::MAX) }), 0, 0.5);
    assert_eq!(state.wake_at, Some(LONGEST_WAIT_MS));
}

/// Something that happens to the machine, in whatever order.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Trigger(Trigger),
    Session(bool),
    /// What was asked to be started is, or the storage fails.
    Launched {
        storage_fails: bool,
    },
    SendEnds(Outcome),
    PullEnds(Outcome),
    /// The time asked for comes.
    Due,
    GotOn,
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Answered),
        Just(Outcome::Offline),
        Just(Outcome::Stumbled),
        Just(Outcome::SessionEnded),
        (0u64..200_000).prop_map(|ms| Outcome::Trouble { retry_after_ms: Some(ms) }),
    ]
}

fn happenings() -> impl Strategy<Value = Happening> {
    const TRIGGERS: [Trigger; 5] = [Trigger::Started, Trigger::Resumed, Trigger::Submitted, Trigger::Asked, Trigger::Suspended];
    prop_oneof![
        2 => prop::sample::select(&TRIGGERS[..]).prop_map(Happening::Trigger),
        1 => any::<bool>().prop_map(Happening::Session),
        4 => prop::bool::weighted(0.1).prop_map(|storage_fails| Happening::Launched { storage_fails }),
        4 => outcomes().prop_map(Happening::SendEnds),
        3 => prop_oneof![4 => outcomes(), 1 => Just(Outcome::Idle)].prop_map(Happening::PullEnds),
        3 => Just(Happening::Due),
        2 => Just(Happening::GotOn),
    ]
}

/// What the machine has under way, as the engine would see it.
struct World {
    state: State,
    now: Monotonic,
    backlog: usize,
    launching: Option<usize>,
    sending: usize,
    pulling: bool,
    in_front: bool,
    signed_in: bool,
}

impl World {
    fn new(backlog: usize) -> Self {
        let state = State::new(true);
        Self { state, now: 0, backlog, launching: None, sending: 0, pulling: false, in_front: false, signed_in: true }
    }

    /// Lets it happen, if it can happen now.
    fn happens(&mut self, happening: Happening, roll: f64) -> Result<(), TestCaseError> {
        let event = match happening {
            Happening::Trigger(trigger) => {
                self.in_front = trigger != Trigger::Suspended;
                self.backlog += usize::from(trigger == Trigger::Submitted);
                Event::Trigger(trigger)
            }
            Happening::Session(signed_in) => {
                self.signed_in = signed_in;
                Event::Session(signed_in)
            }
            Happening::Launched { storage_fails } => {
                let Some(limit) = self.launching.take() else { return Ok(()) };
                let started = if self.signed_in { limit.min(self.backlog - self.sending) } else { 0 };
                if storage_fails {
                    Event::NotLaunched
                } else {
                    self.sending += started;
                    Event::Launched { started, limit }
                }
            }
            Happening::SendEnds(outcome) => {
                if self.sending == 0 {
                    return Ok(());
                }
                self.sending -= 1;
                self.backlog -= usize::from(outcome == Outcome::Answered);
                self.signed_in &= outcome != Outcome::SessionEnded;
                Event::Finished(outcome)
            }
            Happening::PullEnds(outcome) => {
                if !std::mem::take(&mut self.pulling) {
                    return Ok(());
                }
                self.signed_in &= outcome != Outcome::SessionEnded;
                Event::Pulled(outcome)
            }
            Happening::GotOn => {
                if self.sending == 0 && !self.pulling {
                    return Ok(());
                }
                Event::GotOn
            }
            Happening::Due => {
                let Some(wake_at) = self.state.wake_at else { return Ok(()) };
                self.now = self.now.max(wake_at);
                Event::Due
            }
        };
        for action in self.state.step(event, self.now, roll) {
            match action {
                Action::Launch { limit } => {
                    prop_assert!(self.launching.is_none() && limit > 0 && self.sending + limit <= MAX_SENDING);
                    prop_assert!(self.in_front && self.signed_in);
                    self.launching = Some(limit);
                }
                Action::Pull => prop_assert!(!std::mem::replace(&mut self.pulling, true) && self.in_front),
            }
        }
        let busy = self.launching.is_some() || self.sending > 0 || self.pulling;
        prop_assert!(!self.in_front || busy || self.state.wake_at.is_some(), "asleep for good: {:?}", self.state);
        Ok(())
    }
}

proptest! {
    /// Whatever happens in whatever order, while the app is in front the machine has something under way
    /// or a time at which it wakes; and once all goes well again, everything leaves.
    #[test]
    fn it_never_falls_asleep_for_good_and_ends_with_nothing_left(
        backlog in 0usize..9,
        script in prop::collection::vec((happenings(), 0.0f64..1.0), 0..120),
    ) {
        let mut world = World::new(backlog);
        for (happening, roll) in script {
            world.happens(happening, roll)?;
        }
        world.happens(Happening::Session(true), 0.5)?;
        world.happens(Happening::Trigger(Trigger::Resumed), 0.5)?;
        for _ in 0..40 {
            for well in [
                Happening::Launched { storage_fails: false },
                Happening::SendEnds(Outcome::Answered),
                Happening::PullEnds(Outcome::Answered),
            ] {
                world.happens(well, 0.5)?;
            }
            if world.launching.is_none() && world.sending == 0 && !world.pulling && world.backlog > 0 {
                world.happens(Happening::Due, 0.5)?;
            }
        }
        prop_assert_eq!(world.backlog, 0, "{:?}", world.state);
    }
}
