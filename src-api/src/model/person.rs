//! People's names and gender.

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::words::WordsError;

/// Gender as identity documents give it, and a third answer for who is not asked rightly by those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// *Nam*.
    Male,
    /// *Nữ*.
    Female,
    /// *Khác*.
    Other,
}

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NameError {
    /// Empty, too long, or with control characters.
    #[error("{0}")]
    Words(WordsError),
    /// It has digits or signs that no name has.
    #[error("not letters")]
    NotLetters,
}

/// A person's full name: letters, spaces, `'`, `-` and `.`, at most 100 characters, NFC, single spaces.
/// Names of one syllable and of the highland peoples (`Y Blơ`, `A Brôl Vẽ`, `Y Wơ̆n`) are names. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct FullName(String);

impl FullName {
    /// The longest accepted, in characters.
    pub const MAX_CHARS: usize = 100;

    /// Reads a name as typed.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let composed: String = text.nfc().collect();
        let name = composed.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err(NameError::Words(WordsError::Empty));
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(NameError::Words(WordsError::TooLong));
        }
        let mut after_letter = false;
        let letters = name.chars().all(|c| {
            // Letters of the highland languages (`ơ̆`) stay two characters in NFC.
            let mark = is_combining_mark(c) && after_letter;
            after_letter = c.is_alphabetic() || mark;
            after_letter || matches!(c, ' ' | '\'' | '’' | '-' | '.')
        });
        if letters && name.chars().any(char::is_alphabetic) { Ok(Self(name)) } else { Err(NameError::NotLetters) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for FullName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FullName(…)")
    }
}

impl TryFrom<String> for FullName {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        Self::parse(&text)
    }
}

impl From<FullName> for String {
    fn from(name: FullName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["Nguyễn Thị An", "Y Blơ", "A  Brôl   Vẽ ", "H'Hen Niê", "An", "Y Wơ\u{306}n", "Êban Ê\u{306}"] {
            assert!(FullName::parse(good).is_ok_and(|n| !n.as_str().contains("  ")), "{good}");
        }
        for (bad, expected) in [
            ("  ", NameError::Words(WordsError::Empty)),
            ("An 123", NameError::NotLetters),
            ("-", NameError::NotLetters),
            ("An \u{306}", NameError::NotLetters),
            ("An <b>", NameError::NotLetters),
            (&"an ".repeat(40), NameError::Words(WordsError::TooLong)),
        ] {
            assert_eq!(FullName::parse(bad), Err(expected), "{bad}");
        }
        assert!(!format!("{:?}", FullName::parse("Nguyễn Thị An")).contains("An"));
    }
}
