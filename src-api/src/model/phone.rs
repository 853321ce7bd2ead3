//! Vietnamese mobile numbers, in the one form they are stored and compared in (E.164).

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Why a text is not a Vietnamese mobile number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("not a Vietnamese mobile number")]
pub struct PhoneError;

/// Prefixes of eleven-digit mobile numbers and what became of them on 2018-09-15
/// (Decision 798/QĐ-BTTTT of 2018), each without its leading zero.
const BEFORE_2018: [(&str, &str); 22] = [
    ("120", "70"),
    ("121", "79"),
    ("122", "77"),
    ("123", "83"),
    ("124", "84"),
    ("125", "85"),
    ("126", "76"),
    ("127", "81"),
    ("128", "78"),
    ("129", "82"),
    ("162", "32"),
    ("163", "33"),
    ("164", "34"),
    ("165", "35"),
    ("166", "36"),
    ("167", "37"),
    ("168", "38"),
    ("169", "39"),
    ("182", "52"),
    ("186", "56"),
    ("188", "58"),
    ("199", "59"),
];

/// What people write before a number.
const LABELS: [&str; 8] = ["số điện thoại", "điện thoại", "sđt", "sdt", "đt", "dt", "tel", "phone"];

/// A national number of before 2018 as it is today; any other as it is.
fn todays(national: &str) -> String {
    let changed = BEFORE_2018
        .iter()
        .filter(|_| national.len() == 10)
        .find_map(|(before, now)| national.strip_prefix(before).map(|rest| format!("{now}{rest}")));
    changed.unwrap_or_else(|| national.to_owned())
}

fn without_label(text: &str) -> &str {
    let lower = text.to_lowercase();
    let label = LABELS.iter().find(|label| lower.starts_with(**label));
    // Lower case may be of another length than what was typed; then there is no such label.
    let rest = label.and_then(|label| text.get(label.len()..)).filter(|_| lower.len() == text.len());
    rest.map_or(text, |rest| rest.trim_start_matches([':', '.', ' ']).trim_start())
}

/// Marks of direction and width that come along with copied numbers.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A Vietnamese mobile number. `Debug` shows only its last two digits.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = "+84912345678"))]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number as people type it: `0912 345 678`, `+84 912.345.678`, `84912345678`, `0084…`, `ĐT: 0912…`,
    /// full-width digits. A number of eleven digits from before 2018 becomes today's.
    ///
    /// Mobile prefixes are 03, 05, 07, 08 and 09 followed by eight digits
    /// (numbering plan of Circular 22/2014/TT-BTTTT, after the 2018 change to ten digits).
    ///
    /// # Errors
    /// [`PhoneError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let text: String = text.nfkc().filter(|c| !is_invisible(*c)).collect();
        let text = without_label(text.trim());
        let (plus, rest) = text.strip_prefix('+').map_or((false, text), |r| (true, r));
        let mut digits = String::with_capacity(12);
        for c in rest.chars() {
            match c {
                '0'..='9' => digits.push(c),
                c if c.is_whitespace() => {}
                '.' | '-' | '\u{2010}'..='\u{2015}' | '(' | ')' | '/' => {}
                _ => return Err(PhoneError),
            }
        }
        let national = if plus {
            digits.strip_prefix("84")
        } else {
            digits
                .strip_prefix("0084")
                .or_else(|| digits.strip_prefix("84").filter(|d| d.len() >= 9))
                .or_else(|| digits.strip_prefix('0'))
        }
        .ok_or(PhoneError)?;
        let national = national.strip_prefix('0').filter(|d| matches!(d.len(), 9 | 10)).unwrap_or(national);
        let national = todays(national);
        if national.len() == 9 && national.starts_with(['3', '5', '7', '8', '9']) {
            Ok(Self(format!("+84{national}")))
        } else {
            Err(PhoneError)
        }
    }

    /// The number as people write it: `0912 345 678`.
    #[must_use]
    pub fn national(&self) -> String {
        let part = |from: usize, to: usize| self.0.get(from..to).unwrap_or("");
        format!("0{} {} {}", part(3, 6), part(6, 9), part(9, 12))
    }

    /// The number as `+84` and nine digits.
    #[must_use]
    pub fn as_e164(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber(…{})", self.0.get(self.0.len().saturating_sub(2)..).unwrap_or(""))
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = PhoneError;
    fn try_from(s: String) -> Result<Self, PhoneError> {
        Self::parse(&s)
    }
}

impl From<PhoneNumber> for String {
    fn from(phone: PhoneNumber) -> Self {
        phone.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_people_type_a_number() {
        for spelling in [
            "0912345678",
            "0912 345 678",
            "0912.345.678",
            "+84912345678",
            "+84 (0) 912-345-678",
            "84912345678",
            "0084 912345678",
            " 0912\u{a0}345678 ",
            "+840912345678",
            "０９１２３４５６７８",
            "＋84 912 345 678",
            "0912\u{2011}345\u{2013}678",
            "\u{202a}+84 912 345 678\u{202c}",
            "ĐT: 0912345678",
            "SĐT 0912 345 678",
            "Điện thoại: 0912.345.678",
            "Tel. 0912345678",
        ] {
            assert_eq!(PhoneNumber::parse(spelling).as_ref().map(PhoneNumber::as_e164), Ok("+84912345678"), "{spelling}");
        }
        for bad in [
            "",
            "113",
            "02603862710",
            "0912 345 67",
            "09123456789",
            "abc",
            "+1 202 555 0100",
            "0112345678",
            "ĐT:",
            "0912345678 0912345679",
            "0912345678 (An)",
            "0260 3862 710",
            "+84 260 3862710",
            "٠٩١٢٣٤٥٦٧٨",
        ] {
            assert_eq!(PhoneNumber::parse(bad), Err(PhoneError), "{bad}");
        }
    }

    #[test]
    fn numbers_of_before_2018_become_todays() {
        for (before, now) in [
            ("0120 123 4567", "+84701234567"),
            ("0123 123 4567", "+84831234567"),
            ("+84 129 123 4567", "+84821234567"),
            ("84168 1234567", "+84381234567"),
            ("0169.123.4567", "+84391234567"),
            ("0199 123 4567", "+84591234567"),
            ("0188 123 4567", "+84581234567"),
        ] {
            assert_eq!(PhoneNumber::parse(before).as_ref().map(PhoneNumber::as_e164), Ok(now), "{before}");
        }
        for never in ["0130 123 4567", "0160 123 4567", "0912 345 6789", "0120 123 456"] {
            assert_eq!(PhoneNumber::parse(never), Err(PhoneError), "{never}");
        }
        let mut todays: Vec<_> = BEFORE_2018.iter().map(|(_, now)| now).collect();
        todays.sort_unstable();
        todays.dedup();
        assert_eq!(todays.len(), BEFORE_2018.len());
    }

    #[test]
    fn a_number_is_shown_as_people_write_it() {
        assert_eq!(PhoneNumber::parse("+84912345678").map(|n| n.national()), Ok("0912 345 678".to_owned()));
    }

    #[test]
    fn debug_output_hides_the_number() {
        let shown = format!("{:?}", PhoneNumber::parse("0912345678"));
        assert!(!shown.contains("1234"), "{shown}");
    }
}
