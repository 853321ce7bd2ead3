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

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Answered),
        Just(Outcome::Offline),
        Just(Outcome::Stumbled),
        (0u64..200_000).prop_map(|ms| Outcome::Trouble { retry_after_ms: Some(ms) }),
    ]
}

proptest! {
    /// However the tries end, while the app is open and somebody is signed in the machine always
    /// either has something under way or a time at which it wakes: it never falls asleep for good.
    #[test]
    fn it_never_falls_asleep_for_good(script in prop::collection::vec((outcomes(), 0usize..6, 0.0f64..1.0), 1..60)) {
        let mut state = State::new(true);
        let mut now = 0;
        let mut actions = state.step(Event::Trigger(Trigger::Started), now, 0.5);
        for (outcome, backlog, roll) in script {
            let event = match actions.first() {
                Some(Action::Launch { limit }) => Event::Launched { started: backlog.min(*limit), limit: *limit },
                Some(Action::Pull) => Event::Pulled(outcome),
                None if state.sending > 0 => Event::Finished(outcome),
                None => {
                    let wake = state.wake_at;
                    prop_assert!(wake.is_some(), "asleep: {state:?}");
                    now = now.max(wake.unwrap_or(now));
                    Event::Due
                }
            };
            actions = state.step(event, now, roll);
            prop_assert!(state.sending <= MAX_SENDING);
        }
    }
}
