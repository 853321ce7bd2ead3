//! What cards say in the field, and how far the form is filled from it.

#![expect(clippy::unwrap_used, reason = "fixed test data")]

use super::*;
use crate::model::unit::{DATA, ProvinceCode, WardCode};

const USUAL: &str = "062190000123|233123456|Nguyễn Thị An|07041990|Nữ|Thôn 1, Đăk Mar, Đăk Hà, Kon Tum|25062021";

/// Name, birth, gender, address, issue: what `USUAL` says.
fn usual() -> Card {
    Card {
        number: IdentityNumber::parse("062190000123").unwrap(),
        full_name: FullName::parse("Nguyễn Thị An").ok(),
        born_on: Date::parse("07/04/1990").ok(),
        gender: Some(Gender::Female),
        address: Some("Thôn 1, Đăk Mar, Đăk Hà, Kon Tum".to_owned()),
        issued_on: Date::parse("25/06/2021").ok(),
    }
}

fn latin_1(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

fn windows_1252(text: &str) -> String {
    let known = [
        '€', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 'Ž', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›',
        'œ', 'ž', 'Ÿ',
    ];
    let read = |byte| known.into_iter().find(|c| byte_of(*c) == Some(byte)).unwrap_or(char::from(byte));
    text.bytes().map(read).collect()
}

#[test]
fn one_card_in_many_spellings() {
    let table = [
        ("as it is", USUAL.to_owned()),
        ("old number empty", USUAL.replace("233123456", "")),
        ("old number missing", USUAL.replace("233123456|", "")),
        ("old number of twelve digits", USUAL.replace("233123456", "062090000999")),
        ("old number first", USUAL.replace("062190000123|233123456", "233123456|062190000123")),
        ("empty field first", format!("|{USUAL}")),
        ("dates with slashes", USUAL.replace("07041990", "07/04/1990").replace("25062021", "25/06/2021")),
        ("dates with hyphens", USUAL.replace("07041990", "07-04-1990").replace("25062021", "25-6-2021")),
        ("dates year first", USUAL.replace("07041990", "1990-04-07").replace("25062021", "2021/06/25")),
        ("empty field at the end", format!("{USUAL}|")),
        ("newer card", format!("{USUAL}||Nguyễn Văn Ba|Trần Thị Tư|")),
        ("much newer card", format!("{USUAL}|0601|25/06/2036|K|233123456|…")),
        ("decomposed", USUAL.nfd().collect()),
        ("lower-case gender", USUAL.replace("|Nữ|", "|nữ|")),
        ("upper-case gender", USUAL.replace("|Nữ|", "| NỮ |")),
        ("gender without marks", USUAL.replace("|Nữ|", "|Nu|")),
        ("gender decomposed", USUAL.replace("|Nữ|", "|Nu\u{31b}\u{303}|")),
        ("byte order mark", format!("\u{feff}{USUAL}")),
        ("line break at the end", format!("{USUAL}\r\n")),
        ("zero byte at the end", format!("{USUAL}\0")),
        ("stray spaces", USUAL.replace('|', " | ").replace("Thị An", "Thị  An")),
        ("spaces in the number", USUAL.replace("062190000123", "062 190 000 123")),
        ("read as Latin-1", latin_1(USUAL)),
        ("read as Windows-1252", windows_1252(USUAL)),
    ];
    for (case, text) in table {
        assert_eq!(Card::parse(&text), Ok(usual()), "{case}: {text:?}");
    }
}

#[test]
fn what_is_illegible_is_left_out() {
    let table = [
        ("no address", USUAL.replace("Thôn 1, Đăk Mar, Đăk Hà, Kon Tum", ""), Card { address: None, ..usual() }),
        ("no gender", USUAL.replace("|Nữ|", "||"), Card { gender: None, ..usual() }),
        ("no date of issue", USUAL.replace("|25062021", ""), Card { issued_on: None, ..usual() }),
        ("no such day of birth", USUAL.replace("07041990", "31021990"), Card { born_on: None, ..usual() }),
        ("a name with digits", USUAL.replace("Nguyễn Thị An", "N6uy3n"), Card { full_name: None, ..usual() }),
        (
            "cut short",
            "062190000123||Nguyễn Thị An|07041990".to_owned(),
            Card { gender: None, address: None, issued_on: None, ..usual() },
        ),
    ];
    for (case, text, expected) in table {
        assert_eq!(Card::parse(&text), Ok(expected), "{case}");
    }
}

#[test]
fn names_and_genders_are_not_confused() {
    let card = Card::parse("062090000123||Nam|01011990|Nam|Tổ 3, Quyết Thắng, Kon Tum, Kon Tum|01012022").unwrap();
    assert_eq!((card.gender, card.full_name), (Some(Gender::Male), FullName::parse("Nam").ok()));
    let card = Card::parse("062090000123||Nam|01011990||Tổ 3, Quyết Thắng|01012022").unwrap();
    assert_eq!((card.gender, card.full_name, card.born_on), (None, FullName::parse("Nam").ok(), Date::parse("01011990").ok()));
    let card = Card::parse("062090000123||A Brôl Vẽ|01011990|Nam|Làng Kon Rờ Bàng|01012022").unwrap();
    assert_eq!(card.address.as_deref(), Some("Làng Kon Rờ Bàng"));
}

#[test]
fn what_is_no_card() {
    for text in [
        "",
        "|",
        "||||||",
        "https://example.vn/062190000123",
        "062190000123",
        "062190000123|||||",
        "233123456||Nguyễn Thị An|07041990|Nữ|Thôn 1|25062021",
        "06219000012X||Nguyễn Thị An|07041990|Nữ|Thôn 1|25062021",
        "WIFI:S:quán;T:WPA;P:12345678;;",
        "00020101021238570010A000000727",
        &"|".repeat(100_000),
    ] {
        assert_eq!(Card::parse(text), Err(CardError::NotACard), "{text:.40}");
    }
}

#[test]
fn a_form_is_filled_but_not_what_was_chosen() {
    let units = Units::parse(DATA).unwrap();
    let mut form = ProfileForm { issued_by: "Cục CSQLHC".to_owned(), ..ProfileForm::default() };
    usual().fill(&mut form, Some(&units));
    assert_eq!(
        form,
        ProfileForm {
            full_name: "Nguyễn Thị An".to_owned(),
            identity_number: "062190000123".to_owned(),
            issued_on: "25/06/2021".to_owned(),
            issued_by: "Cục CSQLHC".to_owned(),
            gender: Some(Gender::Female),
            born_on: "07/04/1990".to_owned(),
            province: Some(ProvinceCode(51)),
            ward: Some(WardCode(23512)),
            street: "Thôn 1".to_owned(),
            ..ProfileForm::default()
        }
    );
    let chosen = ProfileForm { province: Some(ProvinceCode(1)), street: "12 Trần Phú".to_owned(), ..ProfileForm::default() };
    let mut form = chosen.clone();
    usual().fill(&mut form, Some(&units));
    assert_eq!((form.province, form.ward, form.street), (chosen.province, None, chosen.street));

    let mut form = ProfileForm::default();
    usual().fill(&mut form, None);
    assert_eq!((form.province, form.street.as_str()), (None, "Thôn 1, Đăk Mar, Đăk Hà, Kon Tum"));

    let mut form = ProfileForm::default();
    let card = Card { address: None, issued_on: None, gender: None, ..usual() };
    form.gender = Some(Gender::Other);
    card.fill(&mut form, Some(&units));
    assert_eq!((form.gender, form.issued_on.as_str(), form.street.as_str()), (Some(Gender::Other), "", ""));
}

#[test]
fn what_a_card_says_agrees_with_its_number() {
    let card = usual();
    assert!(card.number.allows_gender(Gender::Female) && card.number.allows_birth(card.born_on.unwrap()));
    assert!(!format!("{card:?}").contains("An"));
}
