//! The fields (lĩnh vực) and their subjects (vấn đề): server data with a version.
//!
//! [`Catalogue::builtin`] is the default a fresh install starts from (guide I.2); a province changes
//! it on its server and devices follow without an app release.

use std::fmt;

use serde::{Deserialize, Serialize};

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
    SubjectCode
}

/// A kind of problem within a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Subject {
    /// Unique within the field.
    pub code: SubjectCode,
    /// What citizens read.
    pub name: String,
}

/// One of the province's fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Field {
    /// Unique within the catalogue.
    pub code: FieldCode,
    /// What citizens read.
    pub name: String,
    /// In the order they are shown.
    pub subjects: Vec<Subject>,
}

impl Field {
    /// The subject with this code.
    #[must_use]
    pub fn subject(&self, code: &SubjectCode) -> Option<&Subject> {
        self.subjects.iter().find(|s| &s.code == code)
    }
}

/// All fields, as of one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Catalogue {
    /// Rises with every change.
    pub version: u32,
    /// In the order they are shown.
    pub fields: Vec<Field>,
}

type CodeAndName = (&'static str, &'static str);

const BUILTIN: [(&str, &str, &[CodeAndName]); 4] = [
    (
        "trat-tu-do-thi",
        "Trật tự đô thị",
        &[
            ("lan-chiem-via-he", "Lấn chiếm vỉa hè, lòng đường"),
            ("buon-ban-sai-noi", "Buôn bán không đúng nơi quy định"),
            ("quang-cao", "Vi phạm về quảng cáo"),
            ("xay-dung-trai-phep", "Xây dựng trái phép"),
            ("cay-xanh-nga-do", "Cây xanh ngã đổ"),
            ("den-duong-hong", "Đèn đường hỏng"),
            ("den-giao-thong-hong", "Đèn giao thông hỏng"),
            ("cap-thoat-nuoc", "Cấp thoát nước không phù hợp"),
            ("duong-xa-cong-ranh", "Đường xá, cống rãnh hư hỏng"),
            ("cong-trinh-can-tro", "Công trình cản trở giao thông"),
            ("bien-bao-giao-thong", "Biển báo giao thông không phù hợp"),
            ("khac", "Vấn đề khác"),
        ],
    ),
    (
        "moi-truong",
        "Môi trường",
        &[
            ("o-nhiem-khong-khi", "Ô nhiễm không khí"),
            ("o-nhiem-nguon-nuoc", "Ô nhiễm nguồn nước"),
            ("xa-rac", "Xả rác bừa bãi"),
            ("thu-gom-xu-ly-rac", "Tập kết, xử lý rác sai quy định"),
            ("khac", "Vấn đề khác"),
        ],
    ),
    (
        "an-ninh-trat-tu",
        "An ninh trật tự",
        &[
            ("toi-pham", "Tội phạm"),
            ("trom-cap", "Trộm cắp"),
            ("tin-dung-den", "Tín dụng đen"),
            ("te-nan-xa-hoi", "Tệ nạn xã hội"),
            ("an-toan-giao-thong", "An toàn giao thông"),
            ("khac", "Vấn đề khác"),
        ],
    ),
    (
        "covid-19",
        "Phòng chống dịch COVID-19",
        &[("tuan-thu-quy-dinh", "Tuân thủ quy định phòng, chống dịch"), ("khac", "Vấn đề khác")],
    ),
];

impl Catalogue {
    /// The default of a fresh install: the four fields of the guide, as version 1.
    #[must_use]
    pub fn builtin() -> Self {
        let subjects = |list: &[CodeAndName]| {
            list.iter().map(|(code, name)| Subject { code: SubjectCode((*code).to_owned()), name: (*name).to_owned() }).collect()
        };
        let fields = BUILTIN
            .iter()
            .map(|(code, name, list)| Field {
                code: FieldCode((*code).to_owned()),
                name: (*name).to_owned(),
                subjects: subjects(list),
            })
            .collect();
        Self { version: 1, fields }
    }

    /// The field with this code.
    #[must_use]
    pub fn field(&self, code: &FieldCode) -> Option<&Field> {
        self.fields.iter().find(|f| &f.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_codes_are_valid_and_unique() {
        let catalogue = Catalogue::builtin();
        let mut seen = std::collections::BTreeSet::new();
        for field in &catalogue.fields {
            assert!(FieldCode::parse(field.code.as_str()).is_ok());
            assert!(seen.insert((field.code.clone(), None)), "{:?}", field.code);
            for subject in &field.subjects {
                assert!(SubjectCode::parse(subject.code.as_str()).is_ok());
                assert!(seen.insert((field.code.clone(), Some(subject.code.clone()))), "{:?}", subject.code);
            }
        }
    }
}
