//! Wards by position: forty known places, every ward's own centre, and what is no place of ours.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "fixed test data; how many are exact is worth reading")]

use std::sync::LazyLock;

use super::super::{DATA, ProvinceCode, Units};

static UNITS: LazyLock<Units> = LazyLock::new(|| Units::parse(DATA).unwrap());

const POINTS: &str = include_str!("points.tsv");

/// How many of the forty are found exactly, at least; the others are in a ward beside.
const EXACT: usize = 37;

#[test]
fn forty_known_places_are_in_their_ward_or_the_one_beside() {
    let mut exact = 0;
    let mut seen = 0;
    for line in POINTS.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let mut column = || columns.next().unwrap();
        let (lat, lon): (f64, f64) = (column().parse().unwrap(), column().parse().unwrap());
        let (ward, _, place) = (column(), column(), column());
        let found = UNITS.locate(lat, lon).unwrap();
        seen += 1;
        if found.ward.name == ward && found.ward.province == ProvinceCode(51) {
            exact += 1;
        } else {
            println!("{place}: {} and not {ward}; otherwise {:?}", found.ward.name, found.next);
            assert_eq!(found.next.first().map(|next| next.name.as_str()), Some(ward), "{place}: {found:?}");
        }
    }
    println!("{exact} of {seen} exactly");
    assert_eq!(seen, 40);
    assert!(exact >= EXACT, "{exact}");
}

#[test]
fn the_centres_of_old_communes_lead_to_what_became_of_them() {
    let (mut right, mut all) = (0, 0);
    for old in &UNITS.olds {
        let Some(around) = old.around else { continue };
        let (ward, _) = UNITS.wards.get(old.ward).unwrap();
        let middle = |a: i32, b: i32| f64::from(a + b) / 20_000.0;
        let (lat, lon) = ward.centre();
        let found = UNITS.locate(lat + middle(around.south, around.north), lon + middle(around.west, around.east)).unwrap();
        all += 1;
        right += usize::from(found.ward.code == ward.code);
    }
    println!("{right} of {all}");
    assert!(all > 600 && right * 100 >= all * 90, "{right} of {all}");
}

#[test]
fn every_ward_is_found_at_its_own_centre_or_named_beside() {
    let mut first = 0;
    for (ward, _) in UNITS.wards.iter().step_by(7) {
        let (lat, lon) = ward.centre();
        let Some(found) = UNITS.locate(lat, lon) else { panic!("{}", ward.name) };
        first += usize::from(found.ward == ward);
    }
    assert!(first * 700 >= UNITS.wards.len() * 95, "{first}");
}

#[test]
fn a_place_is_told_with_what_it_was_before() {
    let before = |lat, lon| UNITS.locate(lat, lon).unwrap().formerly;
    assert_eq!(before(14.3498, 108.0020), Some("Phường Quyết Thắng, Thành phố Kon Tum"));
    assert_eq!(before(14.60028, 108.29083).map(|name| name.contains("Huyện Kon Plông")), Some(true));
    let kon_tum = UNITS.locate(14.35451, 108.00759).unwrap();
    assert_eq!(UNITS.before(kon_tum.ward.code).count(), 5);
    assert!(UNITS.before(kon_tum.ward.code).any(|name| name == "Phường Thống Nhất, Thành phố Kon Tum"));
    assert!((1_000.0..4_000.0).contains(&kon_tum.ward.radius_m()));
}

#[test]
fn far_from_everything_there_is_no_ward() {
    for (lat, lon) in [(14.8, 106.8), (13.7, 106.9), (16.0, 112.0), (48.85, 2.35), (0.0, 0.0), (f64::NAN, 108.0)] {
        assert_eq!(UNITS.locate(lat, lon), None, "{lat}, {lon}");
    }
    assert_eq!(UNITS.locate(13.9833, 108.0).unwrap().ward.province, ProvinceCode(52), "Pleiku");
    assert_eq!(UNITS.locate(16.0678, 108.2208).unwrap().ward.province, ProvinceCode(48), "Đà Nẵng");
}
