//! Where it is: found by the device, chosen on the map, by ward, by coordinates or by a picture; and in words.
//!
//! `finding` asks the device, `known` works out the ward, `address` has it mended, `chosen` is the map, `offers` are
//! places that the citizen may want instead, `by_hand` is for coordinates. None of them takes the place of what the
//! citizen gave.

mod address;
mod by_hand;
mod chosen;
mod finding;
mod known;
mod offers;

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use pakn_api::model::{
    consent::ConsentPurpose,
    jurisdiction::Jurisdiction,
    place::{Place, PlaceSource, is_good},
};

use self::{
    address::Address,
    by_hand::ByHand,
    chosen::OnMap,
    finding::Finder,
    known::{Known, follow, known},
    offers::{OfPhoto, Other, Outside},
};
use super::{editor::Desk, problems::Question};
use crate::{
    components::{
        entry::Problem,
        focus::focus_soon,
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
    },
    local_time,
    screens::{consent::ConsentDialog, report::place_line},
    state::store,
    text::words,
};

/// How often it is told anew how old a place is, in milliseconds.
const AGES_EVERY_MS: u32 = 20_000;

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
fn news(place: &Place, here: &Jurisdiction) -> String {
    let texts = &words().place;
    let found = match place.source {
        PlaceSource::Device => format!("{} {}.", texts.found, (words().accuracy)(place.position.accuracy_m())),
        PlaceSource::Chosen | PlaceSource::Ward | PlaceSource::Photo => format!("{}.", texts.found),
    };
    let Warnings { rough, outside } = warnings(place, here);
    let told = [(rough, texts.rough), (outside, texts.outside)];
    told.into_iter().filter(|(is_so, _)| *is_so).fold(found, |told, (_, warning)| format!("{told} {warning}"))
}

/// Where a place is from, and how old it is where that matters.
fn origin(place: &Place, age_ms: i64) -> String {
    let texts = &words().place;
    match place.source {
        PlaceSource::Device => format!("{} · {}", texts.by_device, (words().place_age)(age_ms)),
        PlaceSource::Chosen => texts.by_citizen.to_owned(),
        PlaceSource::Ward => texts.by_ward.to_owned(),
        PlaceSource::Photo => texts.by_photo.to_owned(),
    }
}

#[component]
pub(super) fn PlaceQuestion(desk: Desk) -> impl IntoView {
    let store = store();
    let texts = &words().place;
    let problem = desk.problem(Question::Place);
    let place = Memo::new(move |_| desk.form.read().place);
    let finder = Finder::start(desk);
    let known = known(store, place);
    follow(desk, known);
    let on_chosen = Callback::new(move |()| finder.stop());
    let on_back = Callback::new(move |()| finder.go_on());
    let locate = Callback::new(move |()| {
        finder.error.set(None);
        finder.ask(true);
    });
    let clear = move |_| {
        finder.stop();
        finder.other.set(None);
        desk.change(|form| form.place = None);
        focus_soon(Question::Place.id().to_owned());
    };
    let failure = move || {
        let error = finder.error.get()?;
        Some(view! {
            <Notice tone=Tone::Warn>
                <p data-test="place-error">{(words().app_error)(&error)}</p>
                <p>{texts.other_ways}</p>
            </Notice>
        })
    };
    let label = move || match (finder.busy.get(), place.get()) {
        (true, _) => texts.locating,
        (false, Some(place)) if place.source == PlaceSource::Device => texts.locate_again,
        (false, Some(_)) => texts.locate_instead,
        (false, None) => texts.locate,
    };
    view! {
        <div class="entry" class:wrong=move || problem.get().is_some() role="group" aria-labelledby="place-label"
            aria-describedby="place-problem">
            <p class="entry-label" id="place-label">{texts.label}</p>
            <p class="entry-hint">{texts.hint}</p>
            <Show when=move || place.get().is_some()><Shown place known finder on_clear=clear/></Show>
            <Other finder/>
            {failure}
            <OfPhoto desk on_chosen/>
            <div class="place-more">
                <button id="place" type="button" class="button quiet wide" data-test="draft-locate" disabled=finder.busy
                    on:click=move |_| locate.run(())>
                    <Icon glyph=Glyph::Pin/>
                    <span>{label}</span>
                </button>
                <OnMap desk own=finder.own known on_chosen on_back/>
            </div>
            <Problem id="place" problem/>
            <Address desk known on_chosen/>
            <ByHand desk on_chosen/>
            <ConsentDialog open=finder.asks_leave purpose=ConsentPurpose::Location on_agreed=locate/>
        </div>
    }
}

/// The place that the form holds.
#[component]
fn Shown(
    place: Memo<Option<Place>>,
    known: Memo<Option<Known>>,
    finder: Finder,
    on_clear: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
) -> impl IntoView {
    let store = store();
    let texts = &words().place;
    let now = RwSignal::new(local_time::now());
    spawn_local(async move {
        loop {
            TimeoutFuture::new(AGES_EVERY_MS).await;
            if now.try_set(local_time::now()).is_some() {
                break;
            }
        }
    });
    let told = Memo::new(move |_| place.get().map(|place| (place, warnings(&place, &store.jurisdiction.read()))));
    let rough = move || told.get().is_some_and(|(_, warnings)| warnings.rough);
    view! {
        <div class="place" class:rough=rough>
            <span class="place-icon"><Icon glyph=Glyph::Pin/></span>
            <p>
                <strong data-test="draft-place">{move || place.get().map(|place| place_line(&place))}</strong>
                <span data-test="place-origin">
                    {move || place.get().map(|place| origin(&place, now.get().0.max(local_time::now().0) - place.taken_at.0))}
                </span>
                <Show when=move || finder.goes_on.get() && place.get().is_some_and(|place| !is_good(&place))>
                    <span data-test="place-improving">{texts.improving}</span>
                </Show>
            </p>
            <button type="button" class="round" aria-label=texts.clear data-test="place-clear" on:click=on_clear>
                <Icon glyph=Glyph::Cross/>
            </button>
        </div>
        <Show when=rough>
            <Notice tone=Tone::Warn><p data-test="place-rough">{texts.rough}</p></Notice>
        </Show>
        <Outside told known/>
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::{Timestamp, model::place::Position};

    use super::*;

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
            (at(14.35, 5_000.0, PlaceSource::Ward), false, false),
        ];
        for (place, rough, outside) in table {
            let here = Jurisdiction::builtin();
            assert_eq!(warnings(&place, &here), Warnings { rough, outside }, "{place:?}");
            let heard = news(&place, &here);
            assert_eq!((heard.contains(words().place.rough), heard.contains(words().place.outside)), (rough, outside), "{heard}");
        }
    }

    #[test]
    fn only_a_devices_place_has_an_age() {
        let position = Position::new(14.35, 108.0, 5.0).unwrap();
        let of = |source| origin(&Place { position, source, taken_at: Timestamp(1) }, 180_000);
        assert!(of(PlaceSource::Device).contains("3\u{a0}phút"), "{}", of(PlaceSource::Device));
        for source in [PlaceSource::Chosen, PlaceSource::Ward, PlaceSource::Photo] {
            assert!(!of(source).contains("phút"), "{source:?}");
        }
    }
}
