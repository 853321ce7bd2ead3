//! Vietnamese mobile numbers, in the one form they are stored and compared in (E.164).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is not a Vietnamese mobile number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("not a Vietnamese mobile number")]
pub struct PhoneError;

/// A Vietnamese mobile number. `Debug` shows only its last two digits.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = "+84912345678"))]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number as people type it: `0912 345 678`, `+84 912.345.678`, `84912345678`, `0084…`.
    ///
    /// Mobile prefixes are 03, 05, 07, 08 and 09 followed by eight digits
    /// (numbering plan of Circular 22/2014/TT-BTTTT, after the 2018 change to ten digits).
    ///
    /// # Errors
    /// [`PhoneError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let text = text.trim();
        let (plus, rest) = text.strip_prefix('+').map_or((false, text), |r| (true, r));
        let mut digits = String::with_capacity(12);
        for c in rest.chars() {
            match c {
                '0'..='9' => digits.push(c),
                ' ' | '.' | '-' | '(' | ')' | '\u{a0}' => {}
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
        let national = national.strip_prefix('0').filter(|d| d.len() == 9).unwrap_or(national);
        if national.len() == 9 && national.starts_with(['3', '5', '7', '8', '9']) {
            Ok(Self(format!("+84{national}")))
        } else {
            Err(PhoneError)
        }
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
        ] {
            assert_eq!(PhoneNumber::parse(spelling).as_ref().map(PhoneNumber::as_e164), Ok("+84912345678"), "{spelling}");
        }
        for bad in ["", "113", "02603862710", "0912 345 67", "09123456789", "abc", "+1 202 555 0100", "0112345678"] {
            assert_eq!(PhoneNumber::parse(bad), Err(PhoneError), "{bad}");
        }
    }

    #[test]
    fn debug_output_hides_the_number() {
        let shown = format!("{:?}", PhoneNumber::parse("0912345678"));
        assert!(!shown.contains("1234"), "{shown}");
    }
}
