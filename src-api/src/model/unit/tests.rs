//! The units as they are found: by any name, with or without diacritics, before and after the mergers.

#![expect(clippy::unwrap_used, reason = "fixed test data")]

use std::{collections::HashSet, sync::LazyLock};

use unicode_normalization::UnicodeNormalization;

use super::*;

static UNITS: LazyLock<Units> = LazyLock::new(|| Units::parse(DATA).unwrap());

const QUANG_NGAI: ProvinceCode = ProvinceCode(51);

/// Without any mark above, below or through a letter.
fn bare(text: &str) -> String {
    text.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).collect::<String>().replace('đ', "d").replace('Đ', "D")
}

#[test]
fn everything_is_there_once() {
    assert_eq!(UNITS.provinces().len(), 34);
    assert_eq!(UNITS.wards.len(), 3321);
    let codes: HashSet<_> = UNITS.wards.iter().map(|(ward, _)| ward.code).collect();
    assert_eq!(codes.len(), 3321);
    let olds: HashSet<_> = UNITS.olds.iter().map(|old| (old.district, old.name.as_ref().map(|name| UNITS.shown(name)))).collect();
    assert_eq!(olds.len(), 10_040);
    assert_eq!(UNITS.districts.len(), 696);
    assert_eq!(UNITS.province_names.iter().map(|(_, name)| UNITS.shown(name)).collect::<HashSet<_>>().len(), 63);
    for (ward, _) in &UNITS.wards {
        assert!(UNITS.province(ward.province).is_some() && UNITS.has(ward.province, ward.code), "{}", ward.name);
    }
    assert!(!UNITS.has(ProvinceCode(1), WardCode(23527)));
}

#[test]
fn every_ward_is_found_by_its_own_name() {
    for (ward, _) in &UNITS.wards {
        for typed in [ward.name.clone(), bare(&ward.name), ward.name.nfd().collect(), ward.name.to_uppercase()] {
            let found = UNITS.search(&typed, Some(ward.province), 8);
            assert!(found.iter().any(|found| found.ward == ward), "{typed}");
            let first = found.first().unwrap();
            assert_eq!(
                (bare(&first.ward.name).to_lowercase(), first.by_old_name),
                (bare(&ward.name).to_lowercase(), None),
                "{typed}"
            );
        }
    }
    for (ward, _) in UNITS.wards.iter().step_by(5) {
        let everywhere = UNITS.search(&ward.name, None, 60);
        assert!(everywhere.iter().any(|found| found.ward == ward), "{}", ward.name);
    }
}

/// Every unit of Kon Tum province before 2025-07-01: what is typed, and today's wards it must lead to.
fn kon_tum() -> impl Iterator<Item = (String, &'static Ward)> {
    let in_kon_tum = |old: &&'static table::Old| {
        let district = UNITS.districts.get(old.district).unwrap();
        UNITS.shown(&UNITS.province_names.get(district.province).unwrap().1) == "Tỉnh Kon Tum"
    };
    UNITS.olds.iter().filter(in_kon_tum).flat_map(|old| {
        let ward = &UNITS.wards.get(old.ward).unwrap().0;
        let district = UNITS.shown(&UNITS.districts.get(old.district).unwrap().name);
        let name = UNITS.shown(old.name.as_ref().unwrap());
        [name.to_owned(), name.split(',').next().unwrap().to_owned(), district.to_owned(), "Tỉnh Kon Tum".to_owned()]
            .map(|typed| (typed, ward))
    })
}

#[test]
fn every_old_unit_of_kon_tum_leads_to_what_it_became() {
    let mut old_wards = HashSet::new();
    for (name, ward) in kon_tum() {
        for typed in [name.clone(), bare(&name), name.nfd().collect()] {
            let found = UNITS.search(&typed, Some(QUANG_NGAI), 200);
            assert!(found.iter().any(|found| found.ward == ward), "{typed} → {}", ward.name);
        }
        if name.contains(',') {
            old_wards.insert(name);
        }
    }
    assert_eq!(old_wards.len(), 102);
    let of_kon_tum: HashSet<_> = kon_tum().map(|(_, ward)| ward.code).collect();
    assert_eq!(of_kon_tum.len(), 40);
}

#[test]
fn the_ways_people_type() {
    let table: &[(&str, &str, Option<&str>)] = &[
        ("Sa Thầy", "Xã Sa Thầy", None),
        ("sa thay", "Xã Sa Thầy", None),
        ("sathay", "Xã Sa Thầy", None),
        ("xã sa thầy", "Xã Sa Thầy", None),
        ("x. Sa Thay", "Xã Sa Thầy", None),
        ("huyện Sa Thầy", "Xã Sa Thầy", None),
        ("thi tran Dak To", "Xã Đăk Tô", None),
        ("TT Đắk Tô", "Xã Đăk Tô", None),
        ("Đắc Tô", "Xã Đăk Tô", None),
        ("dac to", "Xã Đăk Tô", None),
        ("huyện Đăk Hà", "Xã Đăk Hà", None),
        ("dakha", "Xã Đăk Hà", None),
        ("kon tum", "Phường Kon Tum", None),
        ("KONTUM", "Phường Kon Tum", None),
        ("tp kon tum", "Phường Kon Tum", None),
        ("mang den", "Xã Măng Đen", None),
        ("măng đ", "Xã Măng Đen", None),
        ("bo y", "Xã Bờ Y", None),
        ("Pờ Y", "Xã Bờ Y", Some("Xã Pờ Y, Huyện Ngọc Hồi")),
        ("plei can", "Xã Bờ Y", Some("Thị trấn Plei Kần, Huyện Ngọc Hồi")),
        ("ia ly", "Xã Ya Ly", None),
        ("hơ moong", "Xã Sa Bình", Some("Xã Hơ Moong, Huyện Sa Thầy")),
        ("ia hdrai", "Xã Ia Đal", Some("Huyện Ia H'Drai")),
        ("Đăk Mar, Đăk Hà", "Xã Đăk Mar", None),
        ("dak long dak ha", "Xã Đăk Pxi", Some("Xã Đăk Long, Huyện Đăk Hà")),
        ("xã đăk long, huyện đăk glei, kon tum", "Xã Đăk Long", None),
        ("thang loi kon tum", "Phường Kon Tum", Some("Phường Thắng Lợi, Thành phố Kon Tum")),
    ];
    for (typed, ward, by) in table {
        let found = UNITS.search(typed, Some(QUANG_NGAI), 5);
        let first = found.first().map(|found| (found.ward.name.as_str(), found.by_old_name));
        assert_eq!(first, Some((*ward, *by)), "{typed}: {found:?}");
    }
    for nothing in ["qqqq", "!!!", "Đăk Mar, Hà Nội", &"x ".repeat(5000)] {
        let found = UNITS.search(nothing, Some(QUANG_NGAI), 5);
        assert!(found.is_empty() || nothing == "!!!", "{nothing}: {found:?}");
    }
}

#[test]
fn a_district_leads_to_all_that_came_of_it() {
    let found = UNITS.search("huyện đăk hà", Some(QUANG_NGAI), 50);
    let names: HashSet<_> = found.iter().map(|found| found.ward.name.as_str()).collect();
    for ward in ["Xã Đăk Hà", "Xã Đăk Pxi", "Xã Đăk Mar", "Xã Đăk Ui", "Xã Ngọk Réo"] {
        assert!(names.contains(ward), "{ward}: {names:?}");
    }
    let reo = found.iter().find(|found| found.ward.name == "Xã Ngọk Réo").unwrap();
    assert_eq!(reo.by_old_name, Some("Huyện Đăk Hà"));
}

#[test]
fn diacritics_decide_between_names_of_one_spelling() {
    for (typed, first) in [("Ba Tô", "Xã Ba Tô"), ("Ba Tơ", "Xã Ba Tơ"), ("Sơn Hạ", "Xã Sơn Hạ"), ("Sơn Hà", "Xã Sơn Hà")]
    {
        assert_eq!(UNITS.search(typed, Some(QUANG_NGAI), 1).first().unwrap().ward.name, first);
    }
}

#[test]
fn an_empty_search_gives_everything_in_order() {
    assert_eq!(UNITS.search(" ", None, usize::MAX).len(), 3321);
    let found = UNITS.search("", Some(QUANG_NGAI), usize::MAX);
    assert_eq!(found.len(), 96);
    assert!(found.iter().all(|found| found.ward.province == QUANG_NGAI && found.by_old_name.is_none()));
    assert_eq!(found.first().unwrap().ward.name, "Xã An Phú");
    assert_eq!(UNITS.search("", None, 10).len(), 10);
}

#[test]
fn provinces_of_today_and_of_before() {
    let first = |typed: &str| UNITS.search_provinces(typed).first().map(|province| province.name.as_str());
    for (typed, expected) in [
        ("Quảng Ngãi", "Tỉnh Quảng Ngãi"),
        ("tinh quang ngai", "Tỉnh Quảng Ngãi"),
        ("kon tum", "Tỉnh Quảng Ngãi"),
        ("Kontum", "Tỉnh Quảng Ngãi"),
        ("tỉnh Kon Tum", "Tỉnh Quảng Ngãi"),
        ("đắc lắc", "Tỉnh Đắk Lắk"),
        ("daklak", "Tỉnh Đắk Lắk"),
        ("tp hcm", "Thành phố Hồ Chí Minh"),
        ("TPHCM", "Thành phố Hồ Chí Minh"),
        ("hn", "Thành phố Hà Nội"),
        ("vung tau", "Thành phố Hồ Chí Minh"),
        ("hue", "Thành phố Huế"),
        ("Thanh Hoá", "Tỉnh Thanh Hóa"),
        ("thanh h", "Tỉnh Thanh Hóa"),
        ("qui nhon", ""),
    ] {
        assert_eq!(first(typed).unwrap_or_default(), expected, "{typed}");
    }
    assert_eq!(UNITS.search_provinces("").len(), 34);
    assert_eq!(UNITS.provinces().first().unwrap().name, "Tỉnh An Giang");
}

#[test]
fn addresses_in_one_line() {
    let table = [
        ("Thôn 1, Đăk Mar, Đăk Hà, Kon Tum", Some((51, Some(23512), "Thôn 1"))),
        ("Tổ 2, Thị trấn Sa Thầy, Sa Thầy, Kon Tum", Some((51, Some(23527), "Tổ 2"))),
        ("12 Trần Phú, Quyết Thắng, Thành phố Kon Tum, Kon Tum", Some((51, Some(23293), "12 Trần Phú"))),
        ("12 TRAN PHU, QUYET THANG, KON TUM, KON TUM", Some((51, Some(23293), "12 TRAN PHU"))),
        ("Thôn 1, Xã Đăk Mar, Tỉnh Quảng Ngãi", Some((51, Some(23512), "Thôn 1"))),
        ("Thôn Kon Rẫy, Đăk Mar, Quảng Ngãi", Some((51, Some(23512), "Thôn Kon Rẫy"))),
        ("Đăk Mar, Đăk Hà, Kon Tum", Some((51, Some(23512), ""))),
        ("Thôn 1, Xã Ba Tơ, Quảng Ngãi", Some((51, Some(21484), "Thôn 1"))),
        ("Thôn 1, Ba Tơ, Quảng Ngãi", Some((51, None, "Thôn 1, Ba Tơ"))),
        ("Thôn 1, Đăk Mar, Kon Tum", Some((51, None, "Thôn 1, Đăk Mar"))),
        ("Nơi khác, Không Có, Đăk Hà, Kon Tum", Some((51, None, "Nơi khác, Không Có, Đăk Hà"))),
        ("Kon Tum", Some((51, None, ""))),
        ("Thôn 1, Đăk Mar, Đăk Hà", None),
        ("", None),
    ];
    for (address, expected) in table {
        let found = UNITS.resolve(address);
        let found = found.as_ref().map(|f| (f.province.0, f.ward.map(|ward| ward.0), f.rest.as_str()));
        assert_eq!(found, expected, "{address}");
    }
}

#[test]
fn a_ward_that_was_divided_is_not_guessed() {
    let mut seen = std::collections::HashMap::<_, HashSet<usize>>::new();
    for old in &UNITS.olds {
        if let Some(name) = &old.name {
            seen.entry((old.district, UNITS.shown(name))).or_default().insert(old.ward);
        }
    }
    let ((district, name), _) = seen.into_iter().find(|(_, wards)| wards.len() > 1).unwrap();
    let province = &UNITS.province_names.get(UNITS.districts.get(district).unwrap().province).unwrap().1;
    let found = UNITS.resolve(&format!("Tổ 1, {name}, {}", UNITS.shown(province))).unwrap();
    assert_eq!(found.ward, None, "{name}");
    assert!(found.rest.contains(name.split(',').next().unwrap()));
}

#[test]
fn a_line_that_cannot_be_read_is_named() {
    let good = "T\t51\tTỉnh Quảng Ngãi\nH\t0\tHuyện Ba Tơ\n21484\txBa Tơ\t0tBa Tơ@-9,-8,7,6\t147378\t1087380\t12091\n";
    assert!(Units::parse(good).is_ok());
    for (from, to, line) in [
        ("51", "x", 1),
        ("H\t0", "H\t1", 2),
        ("21484", "", 3),
        ("xBa", "yBa", 3),
        ("0t", "7t", 3),
        ("\t0tBa Tơ@-9,-8,7,6", "", 3),
        ("-9,-8,7,6", "-9,-8,7", 3),
        ("-9,-8,7,6", "-9,-8,7,6,5", 3),
        ("-9,-8,7,6", "9,-8,7,6", 3),
        ("\t12091", "", 3),
        ("147378", "x", 3),
        ("Tỉnh ", "", 1),
    ] {
        assert_eq!(Units::parse(&good.replacen(from, to, 1)), Err(UnitsError { line }), "{from} → {to}");
    }
}

/// `cargo test -p pakn-api --release -- --ignored --nocapture speed` tells how long reading and searching take.
#[test]
#[ignore = "tells times; says nothing about right or wrong"]
#[expect(clippy::print_stdout, reason = "its result is what it prints")]
fn speed() {
    let timed = |what: &str, work: &dyn Fn() -> usize| {
        let started = std::time::Instant::now();
        let found: usize = (0..20).map(|_| work()).sum();
        println!("{what}: {:?} ({})", started.elapsed() / 20, found / 20);
    };
    timed("parse", &|| Units::parse(DATA).unwrap().wards.len());
    for typed in ["", "a", "kon tum", "huyện Đăk Hà", "dak long dak ha", "nothing that is there"] {
        timed(typed, &|| UNITS.search(typed, None, 50).len());
    }
}
