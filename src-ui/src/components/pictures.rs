//! The pictures that fields and subjects name, drawn as the icons are. A name that this version has never heard of, or
//! none, is a neutral one.

use leptos::prelude::*;
use pakn_api::model::catalogue::{Field, Subject};

/// A picture by its name in the catalogue, 24 by 24.
fn drawing(name: &str) -> &'static str {
    match name {
        "city" => r#"<path d="M3 20.5h18M4.5 20.5V9.5L9 7v13.5M9 11.5h6v9M15 20.5V5l4.5 3v12.5M12 14.5v.1M12 17.5v.1"/>"#,
        "leaf" => r#"<path d="M5.5 18.5C3.5 10 9 4.5 20 4.5c.3 10-4.5 16-12.5 14.5"/><path d="M4 21c2-5 5.5-8.5 10.5-10.5"/>"#,
        "shield" => {
            r#"<path d="M12 3.5 19.5 6v5.5c0 4.5-3 7.6-7.5 9.3-4.5-1.7-7.5-4.8-7.5-9.3V6Z"/><path d="m8.8 12 2.3 2.3 4.2-4.3"/>"#
        }
        "virus" => {
            r#"<circle cx="12" cy="12" r="5"/><path d="M12 7V3.5M12 20.5V17M7 12H3.5M20.5 12H17M8.5 8.5 6 6M18 18l-2.5-2.5M15.5 8.5 18 6M6 18l2.5-2.5"/><path d="M10.5 11v.1M13.5 13.2v.1"/>"#
        }
        "sidewalk" => {
            r#"<circle cx="7.5" cy="4.8" r="1.8"/><path d="M7.5 8.5v5L5 20M7.5 13.5 10 20M4.5 11h6M14.5 20v-9h5.5v9M13 20h8.5M14.5 14.5H20"/>"#
        }
        "vending" => {
            r#"<path d="M4 9.5h16l-1.5 6h-13ZM3 9.5l1.5-5h15l1.5 5M9 9.5v-5M15 9.5v-5"/><circle cx="8" cy="18.7" r="1.7"/><circle cx="16" cy="18.7" r="1.7"/>"#
        }
        "billboard" => {
            r#"<rect x="3.5" y="4" width="17" height="9.5" rx="1.5"/><path d="M8 13.5v7M16 13.5v7M7 7.3h5M7 10.2h9"/>"#
        }
        "building" => r#"<path d="M6 20.5V4.5h13M6 9l4.5-4.5M18 4.5v3.5M3.5 20.5h5M12 20.5v-9h8.5v9ZM15 14.5h2.5M15 17.5h2.5"/>"#,
        "tree" => r#"<path d="M3 20h18M4 17l8.5-4M13 12.6a3.6 3.6 0 1 1 1.7-6 3.6 3.6 0 1 1 4.6 5.3c-1.8 1.6-4.3 1.9-6.3.7Z"/>"#,
        "street-light" => {
            r#"<path d="M8 20.5V6.5a2.5 2.5 0 0 1 2.5-2.5H14"/><path d="M12.5 4h5.5l1.5 3h-8.5Z"/><path d="M5 20.5h6M15.5 10v1.5M15.5 14v1.5M15.5 18v1.5"/>"#
        }
        "traffic-light" => {
            r#"<rect x="8.5" y="3" width="7" height="14.5" rx="2"/><circle cx="12" cy="6.4" r="1.2"/><circle cx="12" cy="10.3" r="1.2"/><circle cx="12" cy="14.2" r="1.2"/><path d="M12 17.5V21M5 6.5h3.5M15.5 6.5H19M5 12h3.5M15.5 12H19"/>"#
        }
        "drain" => {
            r#"<path d="M12 3c2.4 2.9 3.6 4.9 3.6 6.4a3.6 3.6 0 0 1-7.2 0C8.4 7.9 9.6 5.9 12 3Z"/><path d="M3 17c1.5-1.2 3-1.2 4.5 0s3 1.2 4.5 0 3-1.2 4.5 0 3 1.2 4.5 0M3 20.5c1.5-1.2 3-1.2 4.5 0s3 1.2 4.5 0 3-1.2 4.5 0 3 1.2 4.5 0"/>"#
        }
        "road" => r#"<path d="M8 3.5 4 20.5M16 3.5l4 17M12 4.5v2M12 9.5v2"/><ellipse cx="12" cy="16.8" rx="3.6" ry="1.8"/>"#,
        "works" => {
            r#"<path d="M3.5 8h17v5h-17ZM7 13v7.5M17 13v7.5M5 20.5h4M15 20.5h4M9 8l-3 5M14 8l-3 5M19 8l-3 5M7 8V5M17 8V5"/>"#
        }
        "sign" => r#"<path d="M12 3.5 4.5 15.5h15ZM12 15.5V21M12 8v3.2M12 13.2v.1"/>"#,
        "air" => {
            r#"<path d="M4 20.5v-8l4 2.8v-2.8l4 2.8v-2.8l3.5 2.5V9.5H20v11ZM16 6.5c0-1.8 1.8-1.6 1.8-3.5M20 6.5c0-1.8 1.5-1.6 1.5-3"/>"#
        }
        "water" => {
            r#"<path d="M12 3.5c4 4.7 6 8 6 10.6a6 6 0 0 1-12 0c0-2.6 2-5.9 6-10.6Z"/><path d="M9 14.5a3 3 0 0 0 2.8 3"/>"#
        }
        "rubbish" => {
            r#"<path d="M9 8c-3.5 1.5-5 4.8-5 8 0 3 2 4.5 8 4.5s8-1.5 8-4.5c0-3.2-1.5-6.5-5-8ZM9 8 7.8 4 12 5.5 16.2 4 15 8Z"/>"#
        }
        "bin" => r#"<path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10.3 10.5v5.5M13.7 10.5v5.5"/>"#,
        "crime" => {
            r#"<path d="M7 16.5V12.5a5 5 0 0 1 10 0v4M4.5 16.5h15v4h-15ZM12 3v2M4.8 6.3l1.4 1.2M19.2 6.3l-1.4 1.2M12 11v2.5"/>"#
        }
        "theft" => {
            r#"<rect x="5" y="11" width="14" height="9.5" rx="2"/><path d="M8.5 11V7.5a3.5 3.5 0 0 1 6.8-1.2M12 14.5V17"/>"#
        }
        "loan" => {
            r#"<rect x="3" y="6.5" width="18" height="11" rx="1.5"/><circle cx="12" cy="12" r="2.6"/><path d="M6.3 12v.1M17.7 12v.1"/>"#
        }
        "vice" => {
            r#"<rect x="4.5" y="4.5" width="15" height="15" rx="3"/><path d="M8.7 8.7v.1M15.3 8.7v.1M12 12v.1M8.7 15.3v.1M15.3 15.3v.1"/>"#
        }
        "traffic" => r#"<path d="M4.5 17v-4.5l2-5h11l2 5V17ZM4.5 12.5h15M6.2 17v2.5M17.8 17v2.5M7.9 14.8v.1M16.1 14.8v.1"/>"#,
        _ => r#"<circle cx="12" cy="12" r="8.5"/><path d="M8 12v.1M12 12v.1M16 12v.1"/>"#,
    }
}

/// The picture of a field, by its icon's name; the words beside it say what it means.
#[component]
pub(crate) fn FieldPicture(field: Field) -> impl IntoView {
    view! { <Picture name=field.icon.unwrap_or_default()/> }
}

/// The picture of a subject; its field's where it has none.
#[component]
pub(crate) fn SubjectPicture(field: Field, subject: Subject) -> impl IntoView {
    view! { <Picture name=subject.icon.or(field.icon).unwrap_or_default()/> }
}

#[component]
fn Picture(name: String) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" inner_html=drawing(&name)></svg> }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pakn_api::model::catalogue::Catalogue;

    use super::*;

    #[test]
    fn every_builtin_name_has_a_picture_of_its_own_and_a_strange_one_a_neutral_one() {
        let neutral = drawing("never heard of");
        let fields = Catalogue::builtin().fields;
        let subjects = fields.iter().flat_map(|field| &field.subjects).filter_map(|subject| subject.icon.clone());
        let names: BTreeSet<_> = fields.iter().filter_map(|field| field.icon.clone()).chain(subjects).collect();
        assert!(names.len() > 20, "{names:?}");
        let drawn: BTreeSet<_> = names.iter().map(|name| drawing(name)).collect();
        assert_eq!(drawn.len(), names.len(), "no two alike");
        assert!(names.iter().all(|name| name == "other" || drawing(name) != neutral), "{names:?}");
    }
}
