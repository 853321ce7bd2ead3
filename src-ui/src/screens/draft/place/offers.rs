//! What the citizen may want instead of the place there is: where the device says it is now, where a picture was taken,
//! or another authority.

use leptos::prelude::*;
use pakn_api::model::place::{Place, PlaceSource, Position};

use super::{Warnings, finding::Finder, known::Known};
use crate::{
    components::{
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
    },
    local_time,
    screens::draft::editor::Desk,
    state::store,
    text::words,
};

/// A picture's place that is this near to the form's is the same, in metres.
const SAME_M: f64 = 50.0;

/// The device says that it is somewhere else than the form does.
#[component]
pub(super) fn Other(finder: Finder) -> impl IntoView {
    let texts = &words().place;
    let offer = move || {
        let other = finder.other.get()?;
        let metres = finder.apart_m(&other)?;
        Some(view! {
            <Notice tone=Tone::Warn>
                <p data-test="place-other">{(words().jumped)(metres)}</p>
                <div class="choices">
                    <button type="button" class="button quiet" data-test="place-other-keep"
                        on:click=move |_| finder.settle(false)>{texts.keep_this}</button>
                    <button type="button" class="button quiet" data-test="place-other-take"
                        on:click=move |_| finder.settle(true)>{texts.take_other}</button>
                </div>
            </Notice>
        })
    };
    view! { <div role="status">{offer}</div> }
}

/// The picture's place that is worth offering.
fn worth(hints: impl Iterator<Item = (Position, Option<pakn_api::Timestamp>)>, place: Option<&Place>) -> Option<Place> {
    // A place that the citizen chose is the place.
    let open = place.is_none_or(|place| match place.source {
        PlaceSource::Device | PlaceSource::Ward => true,
        PlaceSource::Chosen | PlaceSource::Photo => false,
    });
    let mut far = hints.filter(|(at, _)| place.is_none_or(|place| place.position.distance_m(at) > SAME_M));
    let (position, taken_at) = far.next().filter(|_| open)?;
    Some(Place { position, source: PlaceSource::Photo, taken_at: taken_at.unwrap_or_else(local_time::now) })
}

/// A picture says that it was taken somewhere else.
#[component]
pub(super) fn OfPhoto(desk: Desk, on_chosen: Callback<()>) -> impl IntoView {
    let texts = &words().place;
    let attachments = desk.uploads.with_value(|uploads| uploads.attachments.clone());
    let offer = Memo::new(move |_| {
        let attachments = attachments.read();
        let hints = attachments.iter().filter_map(|file| Some((file.hint?.position?, file.hint?.taken_at)));
        worth(hints, desk.form.read().place.as_ref())
    });
    let take = move |_| {
        if let Some(place) = offer.get_untracked() {
            on_chosen.run(());
            desk.change(|form| form.place = Some(place));
        }
    };
    view! {
        <Show when=move || offer.get().is_some()>
            <Notice tone=Tone::Info>
                <p>{texts.photo_has}</p>
                <button type="button" class="button quiet" data-test="place-of-photo" on:click=take>
                    <Icon glyph=Glyph::Picture/>
                    <span>{texts.photo_use}</span>
                </button>
            </Notice>
        </Show>
    }
}

/// The place is not where reports are taken from: who to turn to.
#[component]
pub(super) fn Outside(told: Memo<Option<(Place, Warnings)>>, known: Memo<Option<Known>>) -> impl IntoView {
    let store = store();
    let texts = &words().place;
    let notice = move || {
        let elsewhere = known.get().and_then(|known| known.elsewhere);
        let outside = told.get().is_some_and(|(_, warnings)| warnings.outside);
        if !outside && elsewhere.is_none() {
            return None;
        }
        let whose = elsewhere.map(|province| (words().place_in)(&province));
        let turn_to = store.jurisdiction.read().elsewhere.clone().map(|elsewhere| {
            let call = elsewhere.phone.map(|phone| {
                view! {
                    <a class="button quiet" href=format!("tel:{phone}") data-test="elsewhere-call">
                        <Icon glyph=Glyph::Phone/>
                        <span>{phone.clone()}</span>
                    </a>
                }
            });
            let page = elsewhere.url.map(|url| {
                view! { <a class="button quiet" href=url data-test="elsewhere-page">{texts.elsewhere_open}</a> }
            });
            view! {
                <p>{(words().turn_to)(&elsewhere.name)}</p>
                <div class="choices">{call}{page}</div>
            }
        });
        Some(view! {
            <Notice tone=Tone::Warn>
                <p data-test="place-outside">{texts.outside}" "{whose}</p>
                {turn_to}
            </Notice>
        })
    };
    view! { {notice} }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::Timestamp;

    use super::*;

    #[test]
    fn a_pictures_place_is_offered_where_it_says_something_new() {
        let at = |lat| Position::new(lat, 108.0, 10.0).unwrap();
        let place = |lat, source| Place { position: at(lat), source, taken_at: Timestamp(1) };
        let hint = || [(at(14.35), Some(Timestamp(7)))].into_iter();
        let table = [
            ("no place", None, true),
            ("elsewhere", Some(place(14.40, PlaceSource::Device)), true),
            ("the middle of a ward", Some(place(14.40, PlaceSource::Ward)), true),
            ("the same place", Some(place(14.3501, PlaceSource::Device)), false),
            ("the citizen chose", Some(place(14.40, PlaceSource::Chosen)), false),
            ("another picture's was taken", Some(place(14.40, PlaceSource::Photo)), false),
        ];
        for (what, now, offered) in table {
            let found = worth(hint(), now.as_ref());
            assert_eq!(found.is_some(), offered, "{what}");
            assert!(found.is_none_or(|place| (place.source, place.taken_at) == (PlaceSource::Photo, Timestamp(7))));
        }
        assert_eq!(worth(std::iter::empty(), None), None);
    }
}
