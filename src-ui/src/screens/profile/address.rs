//! Where somebody lives: province and ward, chosen by searching, and the street as it is typed.
//!
//! The units are read when they are first needed and stay in the store. Searching works over the whole country as well
//! as within the chosen province; a ward chosen from the whole country brings its province along.

use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use pakn_api::model::{
    profile::ProfileForm,
    unit::{ProvinceCode, Units, WardCode},
};

use super::{
    editor::Desk,
    problems::Question,
    questions::{Line, Typing, WORDS},
};
use crate::{
    components::{
        entry::{Entry, described_by},
        focus::focus_soon,
        icon::{Glyph, Icon},
        notice::Failure,
        picker::{Picker, PickerRow},
    },
    state::{Store, store},
    text::words,
};

/// How long after the screen opens the units are read, in milliseconds.
const READ_AFTER_MS: u32 = 300;

/// The province that the app speaks for.
fn own_province(units: &Units, own: &str) -> Option<ProvinceCode> {
    units.provinces().iter().find(|province| province.name.ends_with(own)).map(|province| province.code)
}

/// The provinces that a search finds; the app's own first where nothing is searched for.
fn province_rows(units: &Units, text: &str, own: &str, area: &str) -> Vec<PickerRow> {
    let code = own_province(units, own);
    let mut found = units.search_provinces(text);
    if text.trim().is_empty() {
        found.sort_by_key(|province| Some(province.code) != code);
    }
    let detail = |of| (Some(of) == code && area != own).then(|| (words().includes)(area));
    let row =
        |province: &pakn_api::model::unit::Province| (u32::from(province.code.0), province.name.clone(), detail(province.code));
    found.into_iter().map(row).map(|(code, name, detail)| PickerRow { code, name, detail }).collect()
}

/// The wards that a search finds; those of the app's own province first where nothing is searched for.
fn ward_rows(units: &Units, text: &str, within: Option<ProvinceCode>, own: &str) -> Vec<PickerRow> {
    let own = own_province(units, own);
    let mut found = units.search(text, within, usize::MAX);
    if text.trim().is_empty() {
        found.sort_by_key(|found| Some(found.ward.province) != own);
    }
    let row = |found: pakn_api::model::unit::Found<'_>| {
        let province =
            within.is_none().then(|| units.province(found.ward.province).map(|province| province.name.clone())).flatten();
        let formerly = found.by_old_name.map(words().formerly);
        let detail = [province, formerly].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let detail = (!detail.is_empty()).then_some(detail);
        PickerRow { code: found.ward.code.0, name: found.ward.name.clone(), detail }
    };
    found.into_iter().map(row).collect()
}

/// Takes a province; a ward that is elsewhere goes.
fn take_province(form: &mut ProfileForm, units: &Units, province: ProvinceCode) {
    form.province = Some(province);
    form.ward = form.ward.filter(|ward| units.has(province, *ward));
}

/// Takes a ward, and its province with it.
fn take_ward(form: &mut ProfileForm, units: &Units, ward: WardCode) {
    form.ward = Some(ward);
    if let Some(found) = units.ward(ward) {
        form.province = Some(found.province);
    }
}

/// The units, once they are there.
fn units(store: Store) -> Option<Arc<Units>> {
    store.units.get().and_then(Result::ok)
}

#[component]
pub(super) fn Address(desk: Desk) -> impl IntoView {
    let store = store();
    let texts = &words().profile;
    let province = Memo::new(move |_| desk.form.read().province);
    let ward = Memo::new(move |_| desk.form.read().ward);
    // Once the screen has been drawn: read by the time a picker opens, and no sooner than somebody may need them.
    spawn_local(async move {
        TimeoutFuture::new(READ_AFTER_MS).await;
        store.need_units();
    });
    let province_name = Memo::new(move |_| Some(units(store)?.province(province.get()?)?.name.clone()));
    let ward_name = Memo::new(move |_| Some(units(store)?.ward(ward.get()?)?.name.clone()));

    let (choosing_province, choosing_ward) = (RwSignal::new(false), RwSignal::new(false));
    let everywhere = RwSignal::new(false);
    let within = Memo::new(move |_| province.get().filter(|_| !everywhere.get()));
    let find_province = move |text: String| {
        let here = store.jurisdiction.read();
        units(store).map(|units| province_rows(&units, &text, &here.province, &here.name)).unwrap_or_default()
    };
    let find_ward = move |text: String| {
        let here = store.jurisdiction.read();
        units(store).map(|units| ward_rows(&units, &text, within.get(), &here.province)).unwrap_or_default()
    };
    let pick_province = move |code: u32| {
        let Some((units, code)) = units(store).zip(u16::try_from(code).ok()) else { return };
        desk.change(|form| take_province(form, &units, ProvinceCode(code)));
        desk.leave(Question::Province);
        focus_soon(Question::Province.id().to_owned());
    };
    let pick_ward = move |code: u32| {
        let Some(units) = units(store) else { return };
        desk.change(|form| take_ward(form, &units, WardCode(code)));
        desk.leave(Question::Ward);
        focus_soon(Question::Ward.id().to_owned());
    };
    let open = move |dialog: RwSignal<bool>| {
        store.need_units();
        everywhere.set(false);
        dialog.set(true);
    };
    let typing = Typing { hint: texts.street_hint, capitals: "sentences", autocomplete: "street-address", ..WORDS };
    let chosen_province = Signal::derive(move || province.get().map(|code| u32::from(code.0)));
    let chosen_ward = Signal::derive(move || ward.get().map(|code| code.0));
    view! {
        <section class="sheet">
            <h2>{texts.address_heading}</h2>
            <Choice desk question=Question::Province name=province_name is_chosen=Signal::derive(move || province.get().is_some())
                empty=texts.choose_province on_open=move |()| open(choosing_province)/>
            <Choice desk question=Question::Ward name=ward_name is_chosen=Signal::derive(move || ward.get().is_some())
                empty=texts.choose_ward on_open=move |()| open(choosing_ward)/>
            <Line desk question=Question::Street typing read=|form| &form.street write=|form| &mut form.street/>
        </section>
        <Picker open=choosing_province title=words().picker.province_title find=find_province count=words().provinces
            chosen=chosen_province on_pick=pick_province scope=move || view! { <Loading/> }/>
        <Picker open=choosing_ward title=words().picker.ward_title find=find_ward count=words().wards chosen=chosen_ward
            on_pick=pick_ward scope=move || view! { <Loading/> <Scope province_name everywhere/> }/>
    }
}

/// A question that is answered in a picker.
#[component]
fn Choice(
    desk: Desk,
    question: Question,
    name: Memo<Option<String>>,
    #[prop(into)] is_chosen: Signal<bool>,
    /// What it says before anything is chosen.
    empty: &'static str,
    #[prop(into)] on_open: Callback<()>,
) -> impl IntoView {
    let id = question.id();
    let problem = desk.problem(question);
    let store = store();
    // Chosen, but its name is still being read; a code that has no name is as good as none.
    let is_being_read = move || is_chosen.get() && !matches!(store.units.get(), Some(Ok(_)));
    let shown = move || name.get().unwrap_or_else(|| if is_being_read() { "…".to_owned() } else { empty.to_owned() });
    let called = move || format!("{}: {}", question.label(), shown());
    view! {
        <Entry id label=question.label() problem>
            <button id=id type="button" class="box choose" class:unset=move || !is_chosen.get() data-test=id aria-haspopup="dialog"
                aria-label=called aria-describedby=described_by(id) on:click=move |_| on_open.run(())>
                <span>{shown}</span>
                <Icon glyph=Glyph::Forward/>
            </button>
        </Entry>
    }
}

/// What stands in a picker while the units are not there.
#[component]
fn Loading() -> impl IntoView {
    let store = store();
    move || match store.units.get() {
        None => Some(view! { <p role="status">{words().picker.loading}</p> }.into_any()),
        Some(Err(error)) => {
            Some(view! { <Failure sentence=(words().app_error)(&error) on_retry=move |()| store.need_units()/> }.into_any())
        }
        Some(Ok(_)) => None,
    }
}

/// Within the chosen province, or everywhere.
#[component]
fn Scope(province_name: Memo<Option<String>>, everywhere: RwSignal<bool>) -> impl IntoView {
    let option = move |all: bool, name: String, hook: &'static str| {
        view! {
            <label class="choice" data-test=hook>
                <input type="radio" name="scope" prop:checked=move || everywhere.get() == all on:change=move |_| everywhere.set(all)/>
                <span class="choice-face">{name}</span>
            </label>
        }
    };
    move || {
        let name = province_name.get()?;
        Some(view! {
            <div class="choices" role="radiogroup" aria-label=words().picker.within_search>
                {option(false, (words().within)(&name), "picker-within")}
                {option(true, words().picker.everywhere.to_owned(), "picker-everywhere")}
            </div>
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::model::unit::DATA;

    use super::*;

    const OWN: &str = "Quảng Ngãi";

    fn found(units: &Units, text: &str, name: &str) -> WardCode {
        let rows = ward_rows(units, text, None, OWN);
        let row = rows.iter().find(|row| row.name == name);
        WardCode(row.map(|row| row.code).unwrap())
    }

    #[test]
    fn the_apps_own_province_and_its_wards_come_first_until_something_is_searched_for() {
        let units = Units::parse(DATA).unwrap();
        let provinces = province_rows(&units, "", OWN, "Kon Tum");
        assert_eq!(provinces.len(), 34);
        let first = provinces.first().unwrap();
        assert!(first.name.ends_with(OWN), "{first:?}");
        assert_eq!(first.detail.as_deref(), Some("gồm cả Kon Tum"));
        assert_eq!(provinces.iter().filter(|row| row.detail.is_some()).count(), 1);

        let wards = ward_rows(&units, " ", None, OWN);
        assert_eq!(wards.len(), 3_321, "the whole list");
        let own = wards.iter().take_while(|row| row.detail.as_deref().is_some_and(|detail| detail.ends_with(OWN))).count();
        assert_eq!(own, ward_rows(&units, "", own_province(&units, OWN), OWN).len());
        let elsewhere = ward_rows(&units, "Ba Đình", None, OWN);
        assert!(elsewhere.first().unwrap().detail.as_deref().is_some_and(|detail| detail.contains("Hà Nội")), "{elsewhere:?}");
    }

    #[test]
    fn an_old_name_is_shown_where_it_led_there() {
        let units = Units::parse(DATA).unwrap();
        let rows = ward_rows(&units, "thi tran plei kan", own_province(&units, OWN), OWN);
        let first = rows.first().unwrap();
        assert!(first.detail.as_deref().is_some_and(|detail| detail.starts_with("trước đây: Thị trấn")), "{first:?}");
    }

    #[test]
    fn a_ward_brings_its_province_and_a_province_lets_go_of_a_ward_elsewhere() {
        let units = Units::parse(DATA).unwrap();
        let mut form = ProfileForm::default();
        let sa_thay = found(&units, "Sa Thầy", "Xã Sa Thầy");
        take_ward(&mut form, &units, sa_thay);
        let own = own_province(&units, OWN);
        assert_eq!((form.province, form.ward), (own, Some(sa_thay)));
        take_province(&mut form, &units, own.unwrap());
        assert_eq!(form.ward, Some(sa_thay), "it is in there");
        take_province(&mut form, &units, ProvinceCode(1));
        assert_eq!((form.province, form.ward), (Some(ProvinceCode(1)), None));
    }
}
