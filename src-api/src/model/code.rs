//! One-time codes that come by SMS.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text can't be a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("a code has six digits")]
pub struct CodeError;

/// Six digits. `Debug` shows none of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = "042137"))]
#[serde(try_from = "String", into = "String")]
pub struct OneTimeCode(String);

impl OneTimeCode {
    /// How many digits a code has.
    pub const DIGITS: usize = 6;

    /// Reads a code as typed or pasted: `042137`, `042 137`, `042-137`.
    ///
    /// # Errors
    /// [`CodeError`] for anything but six digits.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '\u{a0}')).collect();
        let fits = digits.len() == Self::DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
        if fits { Ok(Self(digits)) } else { Err(CodeError) }
    }

    /// The code of a number below one million.
    #[must_use]
    pub fn of(number: u32) -> Self {
        Self(format!("{:06}", number % 1_000_000))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode(…)")
    }
}

impl TryFrom<String> for OneTimeCode {
    type Error = CodeError;
    fn try_from(text: String) -> Result<Self, CodeError> {
        Self::parse(&text)
    }
}

impl From<OneTimeCode> for String {
    fn from(code: OneTimeCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_as_people_type_them() {
        for text in ["042137", "042 137", " 042-137 ", "0 4 2 1 3 7"] {
            assert_eq!(OneTimeCode::parse(text), Ok(OneTimeCode::of(42_137)), "{text}");
        }
        for bad in ["", "42137", "0421370", "04213a", "٠٤٢١٣٧"] {
            assert_eq!(OneTimeCode::parse(bad), Err(CodeError), "{bad}");
        }
        assert!(!format!("{:?}", OneTimeCode::of(42_137)).contains("137"));
    }
}
