//! The ward that a place is in and the line of its address, worked out from the units on the device.

use leptos::prelude::*;
use pakn_api::model::{
    jurisdiction::Jurisdiction,
    place::Place,
    report::ReportForm,
    unit::{ProvinceCode, Units, WardCode},
};

use crate::{
    screens::draft::editor::Desk,
    state::{Store, store},
    text::words,
};

/// How many other wards are named: more would be a list to read.
const OTHERS: usize = 2;

/// What is known about where a place is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) ward: WardCode,
    /// The line of the address.
    pub(super) line: String,
    /// The wards it may be in otherwise: code and name.
    pub(super) others: Vec<(WardCode, String)>,
    /// It and all of these are in another province than the app's.
    pub(super) elsewhere: Option<String>,
}

/// A ward's line of address: `Phường Kon Tum, Quảng Ngãi (trước đây: …)`.
pub(super) fn line_of(units: &Units, ward: WardCode, formerly: Option<&str>) -> Option<String> {
    let ward = units.ward(ward)?;
    let province = units.province(ward.province)?;
    Some((words().address_line)(&ward.name, &province.name, formerly))
}

/// What the units say about a place.
pub(super) fn know(units: &Units, here: &Jurisdiction, place: &Place) -> Option<Known> {
    let found = units.locate(place.position.lat(), place.position.lon())?;
    let is_ours =
        |province: ProvinceCode| units.province(province).is_some_and(|province| province.name.ends_with(&here.province));
    let ours = is_ours(found.ward.province) || found.next.iter().any(|ward| is_ours(ward.province));
    // Of another province's wards this app's authority has nothing to do with any.
    let nearby = found.next.iter().filter(|ward| is_ours(ward.province));
    Some(Known {
        ward: found.ward.code,
        line: line_of(units, found.ward.code, found.formerly)?,
        others: nearby.take(OTHERS).map(|ward| (ward.code, ward.name.clone())).collect(),
        elsewhere: units.province(found.ward.province).filter(|_| !ours).map(|province| province.name.clone()),
    })
}

/// What is known about the form's place; nothing until the units have been read.
pub(super) fn known(store: Store, place: Memo<Option<Place>>) -> Memo<Option<Known>> {
    Effect::new(move || {
        if place.read().is_some() {
            store.need_units();
        }
    });
    Memo::new(move |_| {
        let place = place.get()?;
        let units = store.units.get()?.ok()?;
        know(&units, &store.jurisdiction.read(), &place)
    })
}

/// Takes what is known into a form, unless the citizen said something else.
fn take(form: &mut ReportForm, known: Option<&Known>) {
    if form.address_typed {
        return;
    }
    (form.ward, form.address) = known.map_or((None, String::new()), |known| (Some(known.ward), known.line.clone()));
}

/// Keeps ward and address up with the place.
pub(super) fn follow(desk: Desk, known: Memo<Option<Known>>) {
    let store = store();
    Effect::new(move || {
        let known = known.get();
        let (has_place, typed) = {
            let form = desk.form.read();
            (form.place.is_some(), form.address_typed)
        };
        let is_read = store.units.with(|units| matches!(units, Some(Ok(_))));
        // What was worked out earlier stays while the units are being read.
        if !typed && (is_read || !has_place) {
            desk.change(|form| take(form, known.as_ref()));
        }
    });
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::{
        Timestamp,
        model::{
            place::{PlaceSource, Position},
            unit::DATA,
        },
    };

    use super::*;

    fn at(lat: f64, lon: f64) -> Option<Known> {
        let position = Position::new(lat, lon, 5.0).unwrap();
        let place = Place { position, source: PlaceSource::Chosen, taken_at: Timestamp(1) };
        know(&Units::parse(DATA).unwrap(), &Jurisdiction::builtin(), &place)
    }

    #[test]
    fn a_place_has_a_ward_and_a_line_with_its_old_name() {
        let kon_tum = at(14.3498, 108.0020).unwrap();
        assert_eq!(kon_tum.line, "Phường Kon Tum, Quảng Ngãi (trước đây: phường Quyết Thắng, TP. Kon Tum)");
        assert!(kon_tum.elsewhere.is_none() && !kon_tum.others.is_empty());
        assert_eq!(at(13.9833, 108.0).unwrap().elsewhere.as_deref(), Some("Tỉnh Gia Lai"), "Pleiku");
        assert_eq!(at(14.227, 107.829).unwrap().elsewhere, None, "at the border");
        assert_eq!(at(14.8, 106.8), None, "Laos");
    }

    #[test]
    fn what_the_citizen_gave_stays() {
        let known = at(14.3498, 108.0020);
        let mut form = ReportForm::default();
        take(&mut form, known.as_ref());
        assert_eq!((form.ward, form.address.contains("Quyết Thắng")), (known.as_ref().map(|known| known.ward), true));
        take(&mut form, None);
        assert_eq!((form.ward, form.address.as_str()), (None, ""), "the place was taken away");
        form.address_typed = true;
        form.address = "trước trường Kim Đồng".to_owned();
        take(&mut form, known.as_ref());
        assert_eq!((form.ward, form.address.as_str()), (None, "trước trường Kim Đồng"));
    }
}
