//! The fields (lĩnh vực) and their subjects (vấn đề): server data with a version.
//!
//! [`Catalogue::builtin`] is the default a fresh install starts from (guide I.2); a province changes
//! it on its server and devices follow without an app release. [`Catalogue::faults`] says what no
//! published one may have.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::question::Question;

mod builtin;
mod faults;

pub use faults::{CatalogueFault, CatalogueFaultKind, MAX_CATALOGUE_BYTES, MAX_ENTRIES, MAX_NAME_CHARS, MAX_WORD_CHARS};

/// Why a text is not a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code is 1 to 64 lower-case letters, digits and hyphens")]
pub struct BadCode;

macro_rules! code {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads 1 to 64 lower-case ASCII letters, digits and hyphens.
            ///
            /// # Errors
            /// [`BadCode`] for anything else.
            pub fn parse(text: &str) -> Result<Self, BadCode> {
                let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                if (1..=64).contains(&text.len()) && text.chars().all(fits) { Ok(Self(text.to_owned())) } else { Err(BadCode) }
            }

            /// The code's text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadCode;
            fn try_from(s: String) -> Result<Self, BadCode> {
                Self::parse(&s)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }
    )*};
}

code! {
    /// Names a field.
    FieldCode,
    /// Names a subject within its field.
    SubjectCode,
    /// Names a question within its subject.
    QuestionCode,
    /// Names one of the answers to a question.
    ChoiceCode
}

/// A kind of problem within a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Subject {
    /// Unique within the field.
    pub code: SubjectCode,
    /// What citizens read.
    pub name: String,
    /// Names its picture among those the app has; one it doesn't have is passed over.
    #[serde(default)]
    pub icon: Option<String>,
    /// Other words that citizens use for it, for the search and for suggestions.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// What is asked beside what every report says, in the order it is shown.
    #[serde(default)]
    pub questions: Vec<Question>,
}

/// One of the province's fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Field {
    /// Unique within the catalogue.
    pub code: FieldCode,
    /// What citizens read.
    pub name: String,
    /// Names its picture among those the app has; one it doesn't have is passed over.
    #[serde(default)]
    pub icon: Option<String>,
    /// Whether its reports may be shown to other citizens: those about crime are not.
    #[serde(default = "yes")]
    pub public: bool,
    /// In the order they are shown.
    pub subjects: Vec<Subject>,
}

const fn yes() -> bool {
    true
}

impl Field {
    /// The subject with this code.
    #[must_use]
    pub fn subject(&self, code: &SubjectCode) -> Option<&Subject> {
        self.subjects.iter().find(|s| &s.code == code)
    }
}

/// All fields, as of one version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Catalogue {
    /// Rises with every change.
    pub version: u32,
    /// In the order they are shown.
    pub fields: Vec<Field>,
}

impl Catalogue {
    /// The field with this code.
    #[must_use]
    pub fn field(&self, code: &FieldCode) -> Option<&Field> {
        self.fields.iter().find(|f| &f.code == code)
    }

    /// The subject with this code in the field with that one.
    #[must_use]
    pub fn subject(&self, field: &FieldCode, subject: &SubjectCode) -> Option<&Subject> {
        self.field(field)?.subject(subject)
    }
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization as _;

    use super::*;

    #[test]
    fn the_builtin_one_has_no_fault_and_a_picture_and_words_for_everything() {
        let catalogue = Catalogue::builtin();
        assert_eq!(catalogue.faults(), []);
        for field in &catalogue.fields {
            assert!(FieldCode::parse(field.code.as_str()).is_ok() && field.icon.is_some());
            for subject in &field.subjects {
                assert!(SubjectCode::parse(subject.code.as_str()).is_ok() && subject.icon.is_some(), "{:?}", subject.code);
                assert!(subject.keywords.len() >= 3, "{:?}", subject.code);
                for word in &subject.keywords {
                    assert!(word.nfc().eq(word.chars()), "{word}");
                }
            }
        }
    }
}
