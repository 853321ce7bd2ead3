//! The place on the map: the pin is the form's place while it is moved, so that nothing is lost however the map goes.

use leptos::prelude::*;
use pakn_api::model::{
    place::{Place, PlaceSource, Position},
    report::ReportForm,
};

use super::known::Known;
use crate::{
    components::{
        icon::{Glyph, Icon},
        map::{MapDialog, Pinned},
    },
    local_time,
    screens::{draft::editor::Desk, report::place_line},
    text::words,
};

/// How exactly a finger points, in pixels.
const FINGER_PX: f64 = 12.0;

/// The place that a pin stands for.
fn place_of(pinned: Pinned) -> Option<Place> {
    let accuracy_m = (pinned.metres_per_pixel * FINGER_PX).round();
    let position = Position::new(pinned.lat, pinned.lon, accuracy_m).ok()?;
    Some(Place { position, source: PlaceSource::Chosen, taken_at: local_time::now() })
}

/// Puts back what there was before the map was opened; what else was done to the form meanwhile stays.
fn put_back(form: &mut ReportForm, before: &ReportForm) {
    form.place = before.place;
    (form.ward, form.address_typed) = (before.ward, before.address_typed);
    form.address.clone_from(&before.address);
}

#[component]
pub(super) fn OnMap(
    desk: Desk,
    /// Where the device is.
    own: RwSignal<Option<Place>>,
    known: Memo<Option<Known>>,
    on_chosen: Callback<()>,
    /// The pin was moved, and is where it was again.
    on_back: Callback<()>,
) -> impl IntoView {
    let texts = &words().place;
    let open = RwSignal::new(false);
    // The form before the pin was moved, if it was.
    let before = StoredValue::new(None::<ReportForm>);
    let place = Memo::new(move |_| desk.form.read().place);
    let show = move |_| {
        before.set_value(None);
        open.set(true);
    };
    let pinned = move |pinned: Pinned| {
        if let Some(place) = place_of(pinned) {
            on_chosen.run(());
            before.update_value(|before| _ = before.get_or_insert_with(|| desk.form.get_untracked()));
            desk.change(|form| form.place = Some(place));
        }
    };
    let cancel = move |()| {
        if let Some(before) = before.get_value() {
            desk.change(|form| put_back(form, &before));
            on_back.run(());
        }
    };
    let caption = move || {
        view! {
            <p>
                <strong>{move || place.get().map_or_else(|| texts.no_pin.to_owned(), |place| place_line(&place))}</strong>
                <br/>
                <span>{move || known.get().map(|known| known.line)}</span>
            </p>
        }
    };
    let at = move |place: Option<Place>| place.map(|place| place.position);
    view! {
        <button type="button" class="button quiet wide" data-test="draft-map" aria-haspopup="dialog" on:click=show>
            <Icon glyph=Glyph::Pencil/>
            <span>{texts.on_map}</span>
        </button>
        <MapDialog open pin=Signal::derive(move || at(place.get())) own=Signal::derive(move || at(own.get())) on_pin=pinned
            on_cancel=cancel caption/>
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::Timestamp;

    use super::*;

    #[test]
    fn giving_the_map_up_puts_the_place_back_and_nothing_else() {
        let place = |lat| Place {
            position: Position::new(lat, 108.0, 5.0).unwrap(),
            source: PlaceSource::Device,
            taken_at: Timestamp(1),
        };
        let before = ReportForm { place: Some(place(14.3)), address: "a".to_owned(), ..ReportForm::default() };
        let mut now = ReportForm { place: Some(place(14.9)), title: "Ổ gà".to_owned(), ..ReportForm::default() };
        put_back(&mut now, &before);
        assert_eq!(now, ReportForm { title: "Ổ gà".to_owned(), ..before });
    }
}
