//! The words of a report and of those who handle it: trimmed, in Unicode NFC, of a length that can be read.
//!
//! Vietnamese arrives both precomposed and decomposed (iOS keyboards, pasted text); everything is
//! brought to NFC here, so that counting, comparing and searching mean the same everywhere. Length
//! is in Unicode scalar values of the NFC form.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Why a text is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WordsError {
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// Longer than the limit.
    #[error("too long")]
    TooLong,
    /// A control character other than a line break or tab.
    #[error("control character")]
    ControlCharacter,
}

fn clean(text: &str, max_chars: usize, lines: bool) -> Result<String, WordsError> {
    let text: String = text.replace("\r\n", "\n").trim().nfc().collect();
    if text.is_empty() {
        return Err(WordsError::Empty);
    }
    if text.chars().count() > max_chars {
        return Err(WordsError::TooLong);
    }
    let allowed = |c: char| !c.is_control() || (lines && (c == '\n' || c == '\t'));
    if text.chars().all(allowed) { Ok(text) } else { Err(WordsError::ControlCharacter) }
}

/// How many characters a text counts for against a limit: scalar values after NFC and trimming.
#[must_use]
pub fn count(text: &str) -> usize {
    text.trim().nfc().count()
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident, $max:expr, lines: $lines:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The longest accepted, in characters.
            pub const MAX_CHARS: usize = $max;

            /// Reads what somebody typed.
            ///
            /// # Errors
            /// [`WordsError`] says which rule it breaks.
            pub fn parse(text: &str) -> Result<Self, WordsError> {
                clean(text, $max, $lines).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = WordsError;
            fn try_from(s: String) -> Result<Self, WordsError> {
                Self::parse(&s)
            }
        }

        impl From<$name> for String {
            fn from(words: $name) -> Self {
                words.0
            }
        }
    )*};
}

words! {
    /// A report's title: one line.
    Title, 200, lines: false;
    /// A report's content: what is wrong, in the citizen's words.
    Content, 4_000, lines: true;
    /// What an agency says with a change of status.
    Note, 2_000, lines: true;
    /// An agency's name, as citizens read it: one line.
    AgencyName, 200, lines: false;
    /// Who issued an identity document: one line.
    IssuePlace, 200, lines: false;
    /// House number, street, hamlet: the address within its ward, one line.
    Street, 200, lines: false;
    /// Where a report is about, in words: house number, street, hamlet, landmark: one line.
    AddressLine, 300, lines: false;
    /// A device as its owner knows it, in the list of sessions: one line.
    DeviceName, 60, lines: false;
}

impl Title {
    /// About the longest title that [`Title::of_content`] makes, in characters.
    const MADE_CHARS: usize = 80;

    /// A title for a report whose sender gave none: its content's first sentence, cut between words where it is long.
    #[must_use]
    pub fn of_content(content: &Content) -> Self {
        let ends = |c: char| matches!(c, '.' | '!' | '?' | '\n' | ';' | '…');
        let mut sentences = content.0.split(ends).map(str::trim).filter(|sentence| !sentence.is_empty());
        let sentence = sentences.next().unwrap_or(content.0.as_str());
        let plain: String = sentence.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if plain.chars().count() <= Self::MADE_CHARS {
            return Self(plain);
        }
        let start: String = plain.chars().take(Self::MADE_CHARS).collect();
        let start = start.rsplit_once(' ').map_or(start.as_str(), |(start, _)| start).trim_end_matches([',', ' ', ':', '-']);
        Self(format!("{start}…"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_made_of_the_first_sentence() -> Result<(), WordsError> {
        let long = "Đèn đường trước nhà số 12 ".repeat(8);
        let table = [
            ("Cây đổ chắn đường. Xin cử người dọn.", "Cây đổ chắn đường"),
            ("Ổ gà\nrất sâu", "Ổ gà"),
            ("... !", "... !"),
            (long.as_str(), "Đèn đường trước nhà số 12 Đèn đường trước nhà số 12 Đèn đường trước nhà số 12…"),
        ];
        for (content, expected) in table {
            let title = Title::of_content(&Content::parse(content)?);
            assert_eq!(title.as_str(), expected);
            assert_eq!(Title::parse(title.as_str()), Ok(title));
        }
        Ok(())
    }

    #[test]
    fn vietnamese_in_both_forms_is_the_same_title() -> Result<(), WordsError> {
        let composed = Title::parse("Ổ gà lớn trước chợ Kon Tum, đường Đặng Trần Côn ngập nước")?;
        let decomposed: String = composed.as_str().nfd().collect();
        assert_ne!(composed.as_str(), decomposed);
        assert_eq!(Title::parse(&format!("  {decomposed}\n"))?, composed);
        assert_eq!(count(&decomposed), composed.as_str().chars().count());
        Ok(())
    }

    #[test]
    fn the_limits_hold() {
        let table = [
            ("   \n", Err(WordsError::Empty)),
            (&"ẵ".repeat(200), Ok(())),
            (&"ẵ".repeat(201), Err(WordsError::TooLong)),
            ("dòng một\ndòng hai", Err(WordsError::ControlCharacter)),
            ("chuông \u{7}", Err(WordsError::ControlCharacter)),
        ];
        for (text, expected) in table {
            assert_eq!(Title::parse(text).map(|_| ()), expected, "{text:?}");
        }
        assert!(Content::parse("dòng một\r\ndòng hai").is_ok_and(|c| c.as_str().contains("một\ndòng")));
    }
}
