//! Asking the device where it is, again and again while the form is open, and what becomes of what it says.
//!
//! What takes the place of what is decided by `pakn_api::model::place::improve`. The asking ends when the device can't
//! do better, when the citizen chose a place or took it away, when the device refuses, and when the form closes.

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    Timestamp,
    ipc::{AppError, Locate, LocationError},
    model::{
        consent::ConsentPurpose,
        place::{Asked, Place, PlaceSource, Verdict, improve, is_good, pause_ms},
        report::ReportForm,
    },
};

use super::news;
use crate::{
    autosave::Autosave,
    ipc, local_time,
    screens::draft::editor::Desk,
    state::{Store, store},
};

/// What the asking shows.
#[derive(Clone, Copy)]
pub(super) struct Finder {
    desk: Desk,
    store: Store,
    /// The device is being asked.
    pub(super) busy: RwSignal<bool>,
    /// It will be asked again.
    pub(super) goes_on: RwSignal<bool>,
    /// Why there is no place.
    pub(super) error: RwSignal<Option<AppError>>,
    /// Another place than the one in the form, for the citizen to say which is right.
    pub(super) other: RwSignal<Option<Place>>,
    /// Where the device said last that it is.
    pub(super) own: RwSignal<Option<Place>>,
    /// Leave to use the position is being asked for.
    pub(super) asks_leave: RwSignal<bool>,
    /// Rises when the asking begins anew or ends: an older one then stops.
    turn: StoredValue<u32>,
    /// What the citizen said no to.
    declined: StoredValue<Option<Place>>,
}

/// What a fix did to a form.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    Taken,
    Kept,
    Elsewhere,
}

/// Puts a fix into the form, if it belongs there.
fn take(form: &mut ReportForm, asked: &Asked, fix: Place, now: Timestamp) -> Outcome {
    match improve(form.place.as_ref(), asked, &fix, now) {
        Verdict::Keep => Outcome::Kept,
        Verdict::Warn => Outcome::Elsewhere,
        Verdict::Take => {
            form.place = Some(fix);
            Outcome::Taken
        }
    }
}

/// Whether the device is to be asked by itself about a form that holds this place.
fn wants_asking(place: Option<&Place>) -> bool {
    place.is_none_or(|place| place.source == PlaceSource::Device && !is_good(place))
}

/// Whether it makes sense to ask again after this: whoever refuses is not asked again by itself.
const fn may_change(error: &AppError) -> bool {
    use LocationError::{NotAPlace, TimedOut, Unavailable};
    matches!(error, AppError::Location { reason: Unavailable | TimedOut | NotAPlace(_) })
}

impl Finder {
    /// Asks for as long as the form is open.
    pub(super) fn start(desk: Desk) -> Self {
        let finder = Self {
            desk,
            store: store(),
            busy: RwSignal::new(false),
            goes_on: RwSignal::new(false),
            error: RwSignal::new(None),
            other: RwSignal::new(None),
            own: RwSignal::new(None),
            asks_leave: RwSignal::new(false),
            turn: StoredValue::new(0),
            declined: StoredValue::new(None),
        };
        finder.go_on();
        finder
    }

    /// Asks now and goes on from there.
    pub(super) fn ask(self, by_citizen: bool) {
        self.stop();
        let turn = self.turn.get_value();
        // The form outlives the screen, which may be left before the device knows where it is.
        let autosave = self.desk.autosave.get_value();
        spawn_local(async move {
            let mut by_citizen = by_citizen;
            for times in 0.. {
                let goes_on = self.once(&autosave, by_citizen, turn).await;
                let Some(pause) = pause_ms(times).filter(|_| goes_on && self.is_at(turn)) else { break };
                self.goes_on.try_set(true);
                by_citizen = false;
                TimeoutFuture::new(pause).await;
                let wanted = autosave.form().with_untracked(|form| wants_asking(form.place.as_ref()));
                if !(self.is_at(turn) && wanted) {
                    break;
                }
            }
            if self.is_at(turn) {
                self.goes_on.try_set(false);
            }
        });
    }

    /// Asks on where that makes sense, as if the form had just been opened.
    pub(super) fn go_on(self) {
        if self.desk.form.with_untracked(|form| wants_asking(form.place.as_ref())) {
            self.ask(false);
        }
    }

    /// Asks no more by itself.
    pub(super) fn stop(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.goes_on.set(false);
        self.busy.set(false);
    }

    /// The citizen says which of two places is right.
    pub(super) fn settle(self, takes_other: bool) {
        let Some(other) = self.other.get_untracked() else { return };
        self.other.set(None);
        if takes_other {
            self.desk.change(|form| form.place = Some(other));
            self.store.announce(news(&other, &self.store.jurisdiction.read_untracked()));
        } else {
            self.declined.set_value(Some(other));
        }
    }

    /// How far another place is from the form's, in metres.
    pub(super) fn apart_m(self, other: &Place) -> Option<f64> {
        self.desk.form.read().place.map(|place| place.position.distance_m(&other.position))
    }

    fn is_at(self, turn: u32) -> bool {
        self.turn.try_get_value() == Some(turn)
    }

    /// Asks once; whether it is worth asking again.
    async fn once(self, autosave: &Autosave, by_citizen: bool, turn: u32) -> bool {
        let asked = Asked { place: autosave.form().get_untracked().place, by_citizen };
        let is_first = by_citizen || asked.place.is_none();
        if is_first {
            self.busy.try_set(true);
        }
        let answer = ipc::invoke(Locate {}).await;
        if self.is_at(turn) {
            self.busy.try_set(false);
        }
        match answer {
            Ok(fix) => {
                self.own.try_set(Some(fix));
                // Where nobody looks any more, a place that is there stays: nothing here would bring ward and address after it.
                if self.is_at(turn) || autosave.form().with_untracked(|form| form.place.is_none()) {
                    self.found(autosave, &asked, fix, is_first);
                }
                // What is not taken, though there is nothing, is no answer.
                let is_none = autosave.form().with_untracked(|form| form.place.is_none()) && asked.place.is_none();
                let timed_out = AppError::Location { reason: LocationError::TimedOut };
                self.error.try_set((is_none && self.is_at(turn)).then_some(timed_out));
                true
            }
            Err(AppError::ConsentNeeded { purpose: ConsentPurpose::Location }) => {
                // Nobody is asked for leave who did not ask for the place.
                if by_citizen {
                    self.asks_leave.try_set(true);
                }
                false
            }
            Err(error) => {
                let again = may_change(&error);
                // A place that is there is not made worse by a device that can't say it again.
                if is_first && autosave.form().with_untracked(|form| form.place == asked.place) {
                    self.error.try_set(Some(error));
                }
                again
            }
        }
    }

    fn found(self, autosave: &Autosave, asked: &Asked, fix: Place, tell: bool) {
        let mut outcome = Outcome::Kept;
        let now = local_time::now();
        let changed = autosave.change(|form| outcome = take(form, asked, fix, now));
        match outcome {
            Outcome::Taken => {
                self.other.try_set(None);
                if changed && tell {
                    self.store.announce(news(&fix, &self.store.jurisdiction.read_untracked()));
                }
            }
            Outcome::Kept => {
                self.other.try_set(None);
            }
            Outcome::Elsewhere => {
                let declined = self.declined.try_get_value().flatten();
                let again = declined.is_some_and(|no| {
                    let asked = Asked { place: Some(no), by_citizen: false };
                    improve(Some(&no), &asked, &fix, now) != Verdict::Warn
                });
                if !again {
                    self.other.try_set(Some(fix));
                }
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::model::place::{Position, PositionError};

    use super::*;

    fn place(lat: f64, accuracy_m: f64, source: PlaceSource) -> Place {
        Place { position: Position::new(lat, 108.0, accuracy_m).unwrap(), source, taken_at: Timestamp(1) }
    }

    #[test]
    fn the_device_does_not_overrule_what_was_entered_while_it_searched() {
        let (found, older) = (place(14.3, 9.0, PlaceSource::Device), place(14.3, 90.0, PlaceSource::Device));
        let by_hand = place(14.1, 0.0, PlaceSource::Chosen);
        let table = [
            (None, None, found, true),
            (Some(older), Some(older), found, true),
            (None, Some(by_hand), by_hand, false),
            (Some(older), Some(by_hand), by_hand, false),
        ];
        for (asked, now, expected, taken) in table {
            let form = ReportForm { place: now, ..ReportForm::default() };
            let autosave = Autosave::new(form, |_| async { Err::<(), _>(AppError::Bug) });
            let asked = Asked { place: asked, by_citizen: true };
            assert_eq!(autosave.edit(|form| _ = take(form, &asked, found, Timestamp(2))), taken, "{asked:?}, {now:?}");
            assert_eq!(autosave.form().get_untracked().place, Some(expected), "{asked:?}, {now:?}");
        }
        let mut cleared = ReportForm::default();
        let asked = Asked { place: Some(older), by_citizen: false };
        assert_eq!(take(&mut cleared, &asked, found, Timestamp(2)), Outcome::Kept, "it was taken away meanwhile");
    }

    #[test]
    fn only_a_place_of_the_device_that_could_be_better_is_asked_about() {
        let table = [
            (None, true),
            (Some(place(14.3, 3_000.0, PlaceSource::Device)), true),
            (Some(place(14.3, 12.0, PlaceSource::Device)), false),
            (Some(place(14.3, 3_000.0, PlaceSource::Ward)), false),
            (Some(place(14.3, 0.0, PlaceSource::Chosen)), false),
            (Some(place(14.3, 0.0, PlaceSource::Photo)), false),
        ];
        for (place, expected) in table {
            assert_eq!(wants_asking(place.as_ref()), expected, "{place:?}");
        }
    }

    #[test]
    fn who_refuses_is_not_asked_again_and_who_does_not_know_yet_is() {
        let said = |reason| may_change(&AppError::Location { reason });
        assert!(!said(LocationError::Denied));
        assert!(said(LocationError::Unavailable) && said(LocationError::TimedOut));
        assert!(said(LocationError::NotAPlace(PositionError::NullIsland)));
        assert!(!may_change(&AppError::Bug));
    }
}
