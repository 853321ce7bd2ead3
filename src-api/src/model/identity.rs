//! Numbers of identity documents: the old card's nine digits (CMND), the present one's twelve (CCCD, căn cước).
//!
//! Only the structure is looked at (Decree 137/2015/NĐ-CP, article 13: three digits place of birth registration, one
//! for century and gender, two for the year of birth, six random). Nothing about a person is inferred from it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{date::Date, person::Gender};

/// Why a text is not an identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IdentityError {
    /// Nothing there.
    #[error("no number")]
    Missing,
    /// Neither nine nor twelve digits.
    #[error("neither nine nor twelve digits")]
    Length,
    /// Something else than digits.
    #[error("not digits")]
    NotDigits,
}

/// An identity number of nine or twelve digits. `Debug` shows none of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct IdentityNumber(String);

impl IdentityNumber {
    /// Reads a number as typed; spaces, dots and hyphens between the digits don't matter.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '\u{a0}')).collect();
        if digits.is_empty() {
            return Err(IdentityError::Missing);
        }
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(IdentityError::NotDigits);
        }
        if matches!(digits.len(), 9 | 12) { Ok(Self(digits)) } else { Err(IdentityError::Length) }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn digit(&self, at: usize) -> Option<u16> {
        if self.0.len() != 12 {
            return None;
        }
        self.0.as_bytes().get(at).map(|b| u16::from(b.saturating_sub(b'0')))
    }

    /// Whether the number allows for this gender. An old number, and who is neither, contradict nothing.
    #[must_use]
    pub fn allows_gender(&self, gender: Gender) -> bool {
        match (self.digit(3), gender) {
            (None, _) | (_, Gender::Other) => true,
            (Some(digit), Gender::Male) => digit.is_multiple_of(2),
            (Some(digit), Gender::Female) => !digit.is_multiple_of(2),
        }
    }

    /// Whether the number allows for somebody born on this day. An old number contradicts nothing.
    #[must_use]
    pub fn allows_birth(&self, born_on: Date) -> bool {
        let (Some(century), Some(tens), Some(ones)) = (self.digit(3), self.digit(4), self.digit(5)) else { return true };
        1900 + century / 2 * 100 + tens * 10 + ones == born_on.year()
    }
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityNumber({} digits)", self.0.len())
    }
}

impl TryFrom<String> for IdentityNumber {
    type Error = IdentityError;
    fn try_from(text: String) -> Result<Self, IdentityError> {
        Self::parse(&text)
    }
}

impl From<IdentityNumber> for String {
    fn from(number: IdentityNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    #[test]
    fn nine_or_twelve_digits() {
        for good in ["233123456", "062 190 000 123", "062190.000123"] {
            assert!(IdentityNumber::parse(good).is_ok(), "{good}");
        }
        for (bad, expected) in [
            (" ", IdentityError::Missing),
            ("06219000012", IdentityError::Length),
            ("0621900001234", IdentityError::Length),
            ("06219000012A", IdentityError::NotDigits),
        ] {
            assert_eq!(IdentityNumber::parse(bad), Err(expected), "{bad}");
        }
        assert!(!format!("{:?}", IdentityNumber::parse("062190000123")).contains("0621"));
    }

    #[test]
    fn the_number_is_held_against_gender_and_birth() {
        let day = |year| Date::new(year, 4, 7).unwrap();
        let table = [
            ("062190000123", Gender::Female, 1990, true, true),
            ("062190000123", Gender::Male, 1990, false, true),
            ("062190000123", Gender::Other, 1990, true, true),
            ("062190000123", Gender::Female, 1991, true, false),
            ("062205000123", Gender::Male, 2005, true, true),
            ("062305000123", Gender::Female, 2005, true, true),
            ("062205000123", Gender::Male, 1905, true, false),
            ("233123456", Gender::Male, 1960, true, true),
        ];
        for (number, gender, year, fits_gender, fits_birth) in table {
            let parsed = IdentityNumber::parse(number).unwrap();
            let seen = (parsed.allows_gender(gender), parsed.allows_birth(day(year)));
            assert_eq!(seen, (fits_gender, fits_birth), "{number} {gender:?} {year}");
        }
    }
}
