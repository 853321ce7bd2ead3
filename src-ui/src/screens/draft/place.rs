//! Where it is: the device's own position, or coordinates by hand where the device can't say.

use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    ipc::{AppError, Locate},
    model::{
        consent::ConsentPurpose,
        jurisdiction::Jurisdiction,
        place::{Place, PlaceSource, Position},
        report::ReportForm,
    },
};

use super::{editor::Desk, problems::Question};
use crate::{
    components::{
        entry::{Entry, Problem, described_by},
        focus::focus_soon,
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
    },
    ipc, local_time,
    screens::{consent::ConsentDialog, report::place_line},
    state::store,
    text::words,
};

/// Reads "14.3497, 108.0005" as maps give it; a comma may stand for the point when a semicolon or
/// space parts the two numbers.
fn read_coordinates(text: &str) -> Option<(f64, f64)> {
    let text = text.trim();
    let (lat, lon) = text
        .split_once(';')
        .or_else(|| text.split_once(", "))
        .or_else(|| text.split_once(char::is_whitespace))
        .or_else(|| text.split_once(','))?;
    let number = |text: &str| text.trim().trim_end_matches(',').replace(',', ".").parse::<f64>().ok();
    Some((number(lat)?, number(lon)?))
}

/// Takes the device's position, unless the place was changed since it was asked for.
fn take_found(form: &mut ReportForm, asked: Option<Place>, found: Place) {
    if form.place == asked {
        form.place = Some(found);
    }
}

/// What to mind about a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Warnings {
    /// The device is not sure of it.
    rough: bool,
    /// It is not where reports are taken from.
    outside: bool,
}

fn warnings(place: &Place, here: &Jurisdiction) -> Warnings {
    Warnings {
        rough: matches!(place.source, PlaceSource::Device) && place.position.is_rough(),
        outside: !here.bounds.contains(&place.position),
    }
}

/// A place that has just been taken, and its warnings, for the ear.
fn news(place: &Place, warnings: Warnings) -> String {
    let texts = &words().draft;
    let found = match place.source {
        PlaceSource::Device => format!("{} {}.", texts.place_found, (words().accuracy)(place.position.accuracy_m())),
        PlaceSource::Chosen => format!("{}.", texts.place_found),
    };
    let told = [(warnings.rough, texts.rough), (warnings.outside, texts.outside)];
    told.into_iter().filter(|(is_so, _)| *is_so).fold(found, |told, (_, warning)| format!("{told} {warning}"))
}

#[component]
pub(super) fn PlaceQuestion(desk: Desk) -> impl IntoView {
    let store = store();
    let texts = &words().draft;
    let problem = desk.problem(Question::Place);
    let place = Memo::new(move |_| desk.form.read().place);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<AppError>);
    let asking = RwSignal::new(false);
    let locate = Callback::new(move |()| {
        busy.set(true);
        error.set(None);
        // The form outlives the screen, which may be left before the device knows where it is.
        let autosave = desk.autosave.get_value();
        let asked = place.get_untracked();
        spawn_local(async move {
            let answer = ipc::invoke(Locate {}).await;
            busy.try_set(false);
            match answer {
                Ok(found) => {
                    if autosave.change(|form| take_found(form, asked, found)) {
                        store.announce(news(&found, warnings(&found, &store.jurisdiction.read_untracked())));
                    }
                }
                Err(AppError::ConsentNeeded { purpose: ConsentPurpose::Location }) => {
                    asking.try_set(true);
                }
                Err(problem) => {
                    error.try_set(Some(problem));
                }
            }
        });
    });
    let clear = move |_| {
        desk.change(|form| form.place = None);
        focus_soon(Question::Place.id().to_owned());
    };
    let shown = move || {
        place.get().map(|place| {
            let source = match place.source {
                PlaceSource::Device => texts.place_device,
                PlaceSource::Chosen => texts.place_chosen,
            };
            let Warnings { rough, outside } = warnings(&place, &store.jurisdiction.read());
            view! {
                <div class="place">
                    <span class="place-icon"><Icon glyph=Glyph::Pin/></span>
                    <p><strong data-test="draft-place">{place_line(&place)}</strong><span>{source}</span></p>
                    <button type="button" class="round" aria-label=texts.place_clear on:click=clear>
                        <Icon glyph=Glyph::Cross/>
                    </button>
                </div>
                {rough.then(|| view! { <Notice tone=Tone::Warn><p data-test="place-rough">{texts.rough}</p></Notice> })}
                {outside.then(|| view! { <Notice tone=Tone::Warn><p data-test="place-outside">{texts.outside}</p></Notice> })}
            }
        })
    };
    let failure = move || {
        let error = error.get()?;
        Some(view! { <Notice tone=Tone::Bad><p data-test="place-error">{(words().app_error)(&error)}</p></Notice> })
    };
    let label = move || match (busy.get(), place.get().is_some()) {
        (true, _) => texts.locating,
        (false, true) => texts.locate_again,
        (false, false) => texts.locate,
    };
    view! {
        <div class="entry" class:wrong=move || problem.get().is_some() role="group" aria-labelledby="place-label" aria-describedby="place-problem">
            <p class="entry-label" id="place-label">{texts.place}</p>
            <p class="entry-hint">{texts.place_hint}</p>
            {shown}
            {failure}
            <button id="place" type="button" class="button quiet wide" data-test="draft-locate" disabled=busy on:click=move |_| locate.run(())>
                <Icon glyph=Glyph::Pin/>
                <span>{label}</span>
            </button>
            <Problem id="place" problem/>
            <ByHand desk/>
            <ConsentDialog open=asking purpose=ConsentPurpose::Location on_agreed=locate/>
        </div>
    }
}

#[component]
fn ByHand(desk: Desk) -> impl IntoView {
    let store = store();
    let texts = &words().draft;
    let text = RwSignal::new(String::new());
    let bad = RwSignal::new(false);
    let problem = Signal::derive(move || bad.get().then_some(texts.by_hand_bad));
    let apply = move |_| {
        let position = read_coordinates(&text.read_untracked()).and_then(|(lat, lon)| Position::new(lat, lon, 0.0).ok());
        bad.set(position.is_none());
        if let Some(position) = position {
            let taken_at = local_time::now();
            let place = Place { position, source: PlaceSource::Chosen, taken_at };
            desk.change(|form| form.place = Some(place));
            store.announce(news(&place, warnings(&place, &store.jurisdiction.read_untracked())));
        }
    };
    view! {
        <details class="by-hand">
            <summary>{texts.by_hand}</summary>
            <Entry id="coordinates" label=texts.by_hand_label hint=texts.by_hand_hint problem>
                <input id="coordinates" class="box" type="text" inputmode="text" autocomplete="off" data-test="draft-coordinates"
                    aria-describedby=described_by("coordinates") bind:value=text/>
            </Entry>
            <button type="button" class="button quiet" data-test="draft-coordinates-use" on:click=apply>{texts.by_hand_use}</button>
        </details>
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::{Timestamp, ipc::AppError};

    use super::*;
    use crate::autosave::Autosave;

    fn place(lat: f64, source: PlaceSource) -> Place {
        Place { position: Position::new(lat, 108.0, 0.0).unwrap(), source, taken_at: Timestamp(1) }
    }

    #[test]
    fn the_device_does_not_overrule_what_was_entered_while_it_searched() {
        let (found, older) = (place(14.3, PlaceSource::Device), place(14.2, PlaceSource::Device));
        let by_hand = place(14.1, PlaceSource::Chosen);
        let table = [
            (None, None, found, true),
            (Some(older), Some(older), found, true),
            (None, Some(by_hand), by_hand, false),
            (Some(older), Some(by_hand), by_hand, false),
        ];
        for (asked, now, expected, told) in table {
            let form = ReportForm { place: now, ..ReportForm::default() };
            let autosave = Autosave::new(form, |_| async { Err::<(), _>(AppError::Bug) });
            assert_eq!(autosave.edit(|form| take_found(form, asked, found)), told, "{asked:?}, {now:?}");
            assert_eq!(autosave.form().get_untracked().place, Some(expected), "{asked:?}, {now:?}");
        }
        let cleared = Autosave::new(ReportForm::default(), |_| async { Err::<(), _>(AppError::Bug) });
        assert!(!cleared.edit(|form| take_found(form, Some(older), found)), "it was taken away meanwhile");
    }

    #[test]
    fn warnings_are_heard_with_the_place() {
        let at = |lat, accuracy_m, source| {
            let position = Position::new(lat, 108.0, accuracy_m).unwrap();
            Place { position, source, taken_at: Timestamp(1) }
        };
        let table = [
            (at(14.35, 5.0, PlaceSource::Device), false, false),
            (at(14.35, 5_000.0, PlaceSource::Device), true, false),
            (at(60.0, 5_000.0, PlaceSource::Device), true, true),
            (at(60.0, 0.0, PlaceSource::Chosen), false, true),
        ];
        for (place, rough, outside) in table {
            let found = warnings(&place, &Jurisdiction::builtin());
            assert_eq!(found, Warnings { rough, outside }, "{place:?}");
            let heard = news(&place, found);
            assert_eq!((heard.contains(words().draft.rough), heard.contains(words().draft.outside)), (rough, outside), "{heard}");
        }
    }

    #[test]
    fn coordinates_as_maps_and_people_write_them() {
        for text in [
            "14.3497, 108.0005",
            "14.3497,108.0005",
            " 14.3497 108.0005 ",
            "14,3497; 108,0005",
            "14,3497 108,0005",
            "14.3497;108.0005",
        ] {
            assert_eq!(read_coordinates(text), Some((14.3497, 108.0005)), "{text}");
        }
        for bad in ["", "14.3497", "Kon Tum", "14.3, x"] {
            assert_eq!(read_coordinates(bad), None, "{bad}");
        }
    }
}
