//! The ward and the line of the address: worked out, and mended where that is wrong.

use leptos::prelude::*;
use pakn_api::model::{
    place::{Place, PlaceSource, Position},
    report::ReportForm,
    unit::{Units, WardCode},
};

use super::known::{Known, line_of};
use crate::{
    components::{
        entry::{Entry, described_by},
        icon::{Glyph, Icon},
        picker::{Picker, PickerRow},
    },
    local_time,
    screens::draft::editor::Desk,
    state::store,
    text::words,
};

/// Takes a ward that the citizen chose. Where there is no place, or only that of another ward, its middle is the place.
fn take_ward(form: &mut ReportForm, units: &Units, code: WardCode, now: pakn_api::Timestamp) {
    let Some(ward) = units.ward(code) else { return };
    // A line of the citizen's own is left alone; one that was worked out is of the ward before.
    let before = form.ward.and_then(|before| line_of(units, before, None));
    if !form.address_typed || form.address.trim().is_empty() || before.as_ref() == Some(&form.address) {
        form.address = line_of(units, code, None).unwrap_or_default();
    }
    form.ward = Some(code);
    form.address_typed = true;
    let (lat, lon) = ward.centre();
    if form.place.is_none_or(|place| place.source == PlaceSource::Ward)
        && let Ok(position) = Position::new(lat, lon, ward.radius_m().round())
    {
        form.place = Some(Place { position, source: PlaceSource::Ward, taken_at: now });
    }
}

/// The wards that a search finds, those of the app's province alone.
fn rows(units: &Units, text: &str, own: &str) -> Vec<PickerRow> {
    let within = units.provinces().iter().find(|province| province.name.ends_with(own)).map(|province| province.code);
    let row = |found: pakn_api::model::unit::Found<'_>| PickerRow {
        code: found.ward.code.0,
        name: found.ward.name.clone(),
        detail: found.by_old_name.map(words().formerly),
    };
    units.search(text, within, usize::MAX).into_iter().map(row).collect()
}

#[component]
pub(super) fn Address(desk: Desk, known: Memo<Option<Known>>, on_chosen: Callback<()>) -> impl IntoView {
    let store = store();
    let texts = &words().place;
    let choosing = RwSignal::new(false);
    let ward = Memo::new(move |_| desk.form.read().ward);
    let typed = Memo::new(move |_| desk.form.read().address_typed);
    let address = Memo::new(move |_| desk.form.read().address.clone());
    let units = move || store.units.get().and_then(Result::ok);
    // A ward that was kept with the draft has no name before the units are read.
    if ward.get_untracked().is_some() {
        store.need_units();
    }
    let name = move || ward.get().and_then(|code| Some(units()?.ward(code)?.name.clone()));
    let shown = move || match (name(), ward.get()) {
        (Some(name), _) => name,
        (None, Some(_)) => "…".to_owned(),
        (None, None) => texts.ward_choose.to_owned(),
    };
    let pick = Callback::new(move |code: u32| {
        let Some(units) = units() else { return };
        if desk.form.with_untracked(|form| form.place.is_none()) {
            on_chosen.run(());
        }
        desk.change(|form| take_ward(form, &units, WardCode(code), local_time::now()));
    });
    let find = move |text: String| {
        let own = store.jurisdiction.read().province.clone();
        units().map(|units| rows(&units, &text, &own)).unwrap_or_default()
    };
    let open = move |_| {
        store.need_units();
        choosing.set(true);
    };
    let others = move || {
        let chosen = ward.get();
        let known = known.get().filter(|_| !typed.get());
        known.map(|known| known.others.into_iter().filter(move |(code, _)| Some(*code) != chosen).collect::<Vec<_>>())
    };
    let has_others = move || others().is_some_and(|others| !others.is_empty());
    let type_in = move |event| {
        let text = event_target_value(&event).replace(['\r', '\n'], " ");
        desk.change(|form| {
            // Also an empty line is the citizen's: filled in again it would come under their fingers.
            form.address_typed = true;
            form.address = text;
        });
    };
    let reset = move |_| desk.change(|form| form.address_typed = false);
    let chosen = Signal::derive(move || ward.get().map(|code| code.0));
    let none = Signal::derive(|| None);
    view! {
        <Entry id="ward" label=texts.ward problem=none>
            <button id="ward" type="button" class="box choose" class:unset=move || ward.get().is_none() data-test="draft-ward"
                aria-haspopup="dialog" aria-label=move || format!("{}: {}", texts.ward, shown()) on:click=open>
                <span>{shown}</span>
                <Icon glyph=Glyph::Forward/>
            </button>
            <Show when=has_others>
                <div class="choices" role="group" aria-label=texts.ward_others>
                    <For each=move || others().unwrap_or_default() key=|(code, _)| *code let((code, name))>
                        <button type="button" class="button quiet" data-test="ward-other" on:click=move |_| pick.run(code.0)>
                            {(words().or_ward)(&name)}
                        </button>
                    </For>
                </div>
            </Show>
        </Entry>
        <Entry id="address" label=texts.address hint=texts.address_hint problem=none>
            <input id="address" class="box" type="text" autocomplete="off" data-test="draft-address"
                aria-describedby=described_by("address") prop:value=address on:input=type_in/>
            <Show when=move || typed.get() && known.get().is_some()>
                <button type="button" class="button quiet" data-test="address-reset" on:click=reset>{texts.address_reset}</button>
            </Show>
        </Entry>
        <Picker open=choosing title=words().picker.ward_title find=find count=words().wards chosen on_pick=pick/>
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::{Timestamp, model::unit::DATA};

    use super::*;

    const NOW: Timestamp = Timestamp(5);

    #[test]
    fn a_ward_alone_is_a_place_as_exact_as_it_is_large() {
        let units = Units::parse(DATA).unwrap();
        let code = |name: &str| WardCode(rows(&units, name, "Quảng Ngãi").first().unwrap().code);
        let mut form = ReportForm::default();
        take_ward(&mut form, &units, code("Măng Đen"), NOW);
        let place = form.place.unwrap();
        assert_eq!((place.source, form.ward), (PlaceSource::Ward, Some(code("Măng Đen"))));
        assert!((9_000.0..14_000.0).contains(&place.position.accuracy_m()), "{place:?}");
        assert_eq!(form.address, "Xã Măng Đen, Quảng Ngãi");
        take_ward(&mut form, &units, code("Sa Thầy"), NOW);
        assert_eq!((form.address.as_str(), form.place == Some(place)), ("Xã Sa Thầy, Quảng Ngãi", false));

        let pin = Place { source: PlaceSource::Chosen, ..place };
        let mut form = ReportForm { place: Some(pin), ..ReportForm::default() };
        take_ward(&mut form, &units, code("Sa Thầy"), NOW);
        assert_eq!((form.place, form.ward, form.address_typed), (Some(pin), Some(code("Sa Thầy")), true));
    }

    #[test]
    fn a_line_of_the_citizens_own_stays_with_another_ward() {
        let units = Units::parse(DATA).unwrap();
        let position = Position::new(14.35, 108.0, 5.0).unwrap();
        let place = |source| Some(Place { position, source, taken_at: NOW });
        for (place, ward, address) in [
            (place(PlaceSource::Device), None, "số 12 Trần Phú"),
            (None, None, "12 Trần Phú, hẻm 3"),
            (place(PlaceSource::Ward), Some(WardCode(23_293)), "12 Trần Phú, Phường Kon Tum, Quảng Ngãi"),
        ] {
            let mut form = ReportForm { place, ward, address: address.to_owned(), address_typed: true, ..ReportForm::default() };
            take_ward(&mut form, &units, WardCode(23_302), NOW);
            assert_eq!((form.address.as_str(), form.ward), (address, Some(WardCode(23_302))));
            if place.is_some_and(|place| place.source == PlaceSource::Device) {
                assert_eq!(form.place, place);
            }
        }
    }
}
