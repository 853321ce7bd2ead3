//! Coordinates by hand, as map apps give them.

use leptos::prelude::*;
use pakn_api::model::place::{Place, PlaceSource, Position};

use super::news;
use crate::{
    components::entry::{Entry, described_by},
    local_time,
    screens::draft::editor::Desk,
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

#[component]
pub(super) fn ByHand(desk: Desk, on_chosen: Callback<()>) -> impl IntoView {
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
            on_chosen.run(());
            desk.change(|form| form.place = Some(place));
            store.announce(news(&place, &store.jurisdiction.read_untracked()));
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
mod tests {
    use super::*;

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
