//! How soon a password would be guessed, by what is known of what people choose (zxcvbn's lists and patterns), and by
//! what people in Viet Nam choose, which those lists hardly know.

use std::collections::BTreeSet;

use zxcvbn::zxcvbn;

use super::PasswordProblem;
use crate::model::{phone::PhoneNumber, unit::plain};

/// As many guesses as a server that stops sign-ins after a few would let through in years.
const FEWEST_GUESSES: u64 = 1_000_000;

/// How much of a password is looked at, in characters: one that nobody guesses so far is good however it goes on. The time
/// taken grows with the square of this.
const LOOKED_AT: usize = 32;
/// The same with more than [`MANY_SIGNS`], which are tried as letters in all combinations.
const LOOKED_AT_WITH_SIGNS: usize = 12;
const MANY_SIGNS: usize = 3;

/// Without diacritics; the likelier ones first, because zxcvbn counts a word's place as its guesses.
const WORDS: &[&str] = &[
    "matkhau",
    "anhyeuem",
    "emyeuanh",
    "iloveyou",
    "kontums",
    "kontum",
    "vietnam",
    "khongbiet",
    "khongnho",
    "toiyeuem",
    "toiyeuvietnam",
    "yeuem",
    "yeuanh",
    "anhyeu",
    "emyeu",
    "nhoem",
    "nhoanh",
    "mayeucon",
    "bome",
    "chame",
    "giadinh",
    "hanhphuc",
    "xinchao",
    "chaoban",
    "dangnhap",
    "taikhoan",
    "quenmatkhau",
    "matkhaumoi",
    "bimat",
    "antoan",
    "saigon",
    "hanoi",
    "danang",
    "hochiminh",
    "tphcm",
    "quangngai",
    "gialai",
    "daklak",
    "sathay",
    "dakto",
    "dakha",
    "mangden",
    "taynguyen",
    "nguyen",
    "tran",
    "hoang",
    "pham",
    "phan",
    "huynh",
    "thanh",
    "tuan",
    "hung",
    "dung",
    "minh",
    "linh",
    "trang",
    "phuong",
    "huong",
    "thuy",
    "thao",
    "hien",
    "quan",
    "longan",
    "thienthan",
    "congchua",
    "hoangtu",
    "conyeu",
    "meomeo",
    "mattroi",
    "ngoisao",
    "bongda",
    "dota",
    "zalo",
    "facebook",
    "viettel",
    "vinaphone",
    "mobifone",
    "vnpt",
    "phananh",
    "kiennghi",
    "pakn",
    "congan",
    "ubnd",
    "asdfgh",
    "qwerty",
    "abcabc",
    "aaaaaa",
    "motnamba",
    "mothaiba",
];

pub(super) fn judge(password: &str, phone: &PhoneNumber) -> Result<(), PasswordProblem> {
    let international = phone.as_e164().trim_start_matches('+');
    let bare = international.strip_prefix("84").unwrap_or(international);
    let digits: String = password.chars().filter(char::is_ascii_digit).collect();
    if digits.contains(bare) && password.chars().count() < bare.len() + 1 + super::MIN_CHARS {
        return Err(PasswordProblem::LikeTheNumber);
    }
    let local = format!("0{bare}");
    let known: Vec<&str> = [local.as_str(), bare, international].into_iter().chain(WORDS.iter().copied()).collect();
    let signs: BTreeSet<char> = password.chars().filter(|c| !c.is_alphanumeric() && !c.is_whitespace()).collect();
    let looked_at = if signs.len() > MANY_SIGNS { LOOKED_AT_WITH_SIGNS } else { LOOKED_AT };
    let begun: String = password.chars().take(looked_at).collect();
    // `Mật khẩu 1` is no better than `matkhau1`.
    let plain = plain(&begun);
    let letters: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
    let ways = [begun.as_str(), &plain, &letters].into_iter().filter(|way| !way.is_empty());
    let guesses = ways.map(|way| zxcvbn(way, &known).guesses()).min();
    if guesses.is_none_or(|guesses| guesses < FEWEST_GUESSES) { Err(PasswordProblem::TooCommon) } else { Ok(()) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::super::{MAX_CHARS, judge};
    use super::*;

    #[test]
    fn what_is_refused_and_what_is_taken() {
        let phone = PhoneNumber::parse("0912345678").unwrap();
        let table = [
            ("1234567", Err(PasswordProblem::TooShort)),
            ("mậtkhẩu", Err(PasswordProblem::TooShort)),
            (&*"ă".repeat(MAX_CHARS + 1), Err(PasswordProblem::TooLong)),
            ("0912345678", Err(PasswordProblem::LikeTheNumber)),
            ("0912345678x", Err(PasswordProblem::LikeTheNumber)),
            ("+84 912 345 678", Err(PasswordProblem::LikeTheNumber)),
            ("an0912345678", Err(PasswordProblem::LikeTheNumber)),
            ("12345678", Err(PasswordProblem::TooCommon)),
            ("123456789", Err(PasswordProblem::TooCommon)),
            ("11111111", Err(PasswordProblem::TooCommon)),
            ("abcd1234", Err(PasswordProblem::TooCommon)),
            ("password", Err(PasswordProblem::TooCommon)),
            ("P@ssw0rd", Err(PasswordProblem::TooCommon)),
            ("!@#$%^&*()", Err(PasswordProblem::TooCommon)),
            ("qwertyuiop", Err(PasswordProblem::TooCommon)),
            ("matkhau1", Err(PasswordProblem::TooCommon)),
            ("Matkhau@123", Err(PasswordProblem::TooCommon)),
            ("Mật khẩu 1", Err(PasswordProblem::TooCommon)),
            ("anhyeuem123", Err(PasswordProblem::TooCommon)),
            ("Anh yêu em 1", Err(PasswordProblem::TooCommon)),
            ("anhyeuem", Err(PasswordProblem::TooCommon)),
            ("kontum2024", Err(PasswordProblem::TooCommon)),
            ("KonTumS1", Err(PasswordProblem::TooCommon)),
            ("nguyen123", Err(PasswordProblem::TooCommon)),
            ("07041990", Err(PasswordProblem::TooCommon)),
            ("con bò ăn cỏ non", Ok(())),
            ("sông núi mây gió", Ok(())),
            ("correct horse battery staple", Ok(())),
            ("nhà tôi ở cạnh suối Đăk Bla có ba cây mít", Ok(())),
            ("t7Kq-w2mZ", Ok(())),
            ("xanh lá 47 tím than", Ok(())),
            ("🐃🌾🌄🛵🐓🍲🎋🥁", Ok(())),
            (&*"a".repeat(MAX_CHARS), Err(PasswordProblem::TooCommon)),
        ];
        let wrong: Vec<_> = table
            .iter()
            .map(|(typed, expected)| (typed, judge(typed, &phone), expected))
            .filter(|(_, is, expected)| is != *expected)
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn a_number_that_begins_like_the_country() {
        let phone = PhoneNumber::parse("0848 484 848").unwrap();
        assert_eq!(judge("0848484848", &phone), Err(PasswordProblem::LikeTheNumber));
        assert_eq!(judge("xanh lá 8 tím", &phone), Ok(()));
    }

    #[test]
    fn nothing_that_is_sent_keeps_it_busy() {
        let phone = PhoneNumber::parse("0912345678").unwrap();
        let longest = |signs: &str| signs.chars().cycle().take(MAX_CHARS).collect::<String>();
        let time_for = |password: &str| {
            let begun = std::time::Instant::now();
            judge(password, &phone).unwrap();
            begun.elapsed()
        };
        let passphrase = "nhà tôi ở cạnh suối Đăk Bla có ba cây mít";
        // The first one reads the word lists.
        let _ = time_for(passphrase);
        let usual = time_for(passphrase);
        for worst in ["4@8({[<369!1|705$+%2", "4@8({[3691705$2", "4@8({36917052"].map(longest) {
            let time = time_for(&worst);
            assert!(time < usual * 100, "{time:?}, usually {usual:?}: {worst}");
        }
    }

    #[test]
    fn somebody_elses_number_is_just_digits() {
        let phone = PhoneNumber::parse("0388 111 222").unwrap();
        assert_eq!(judge("an0912345678", &phone), Ok(()));
    }
}
