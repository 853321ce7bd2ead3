//! Line icons of our own, 24 by 24, drawn in the colour of the text around them.

use leptos::prelude::*;
use pakn_api::model::catalogue::FieldCode;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glyph {
    Home,
    List,
    Gear,
    Plus,
    Back,
    Forward,
    Check,
    Clock,
    Pin,
    Camera,
    Picture,
    Phone,
    Pencil,
    Bin,
    Cross,
    Alert,
    Info,
    Send,
    Cloud,
    CloudOff,
    Person,
    Mask,
    Retry,
    Street,
    Leaf,
    Shield,
    Virus,
    Flag,
    Search,
    Film,
    Play,
    Swap,
    ZoomIn,
    ZoomOut,
}

impl Glyph {
    /// The icon of a field; a flag for those the app has never heard of.
    pub(crate) fn of_field(code: &FieldCode) -> Self {
        match code.as_str() {
            "trat-tu-do-thi" => Self::Street,
            "moi-truong" => Self::Leaf,
            "an-ninh-trat-tu" => Self::Shield,
            "covid-19" => Self::Virus,
            _ => Self::Flag,
        }
    }

    const fn drawing(self) -> &'static str {
        match self {
            Self::Home => r#"<path d="M3.5 11 12 4l8.5 7"/><path d="M5.5 9.5V20h13V9.5"/><path d="M10 20v-5.5h4V20"/>"#,
            Self::List => r#"<rect x="4.5" y="3.5" width="15" height="17" rx="2.5"/><path d="M8.5 8.5h7M8.5 12h7M8.5 15.5h4"/>"#,
            Self::Gear => {
                r#"<circle cx="12" cy="12" r="3"/><path d="M12 2.8v3M12 18.2v3M2.8 12h3M18.2 12h3M5.5 5.5l2.1 2.1M16.4 16.4l2.1 2.1M18.5 5.5l-2.1 2.1M7.6 16.4l-2.1 2.1"/>"#
            }
            Self::Plus => r#"<path d="M12 5v14M5 12h14"/>"#,
            Self::Back => r#"<path d="M14.5 5.5 8 12l6.5 6.5"/>"#,
            Self::Forward => r#"<path d="M9.5 5.5 16 12l-6.5 6.5"/>"#,
            Self::Check => r#"<path d="m5 12.5 4.5 4.5L19 7.5"/>"#,
            Self::Clock => r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>"#,
            Self::Pin => {
                r#"<path d="M12 21c4.5-4.6 6.8-8.1 6.8-11a6.8 6.8 0 0 0-13.6 0c0 2.9 2.3 6.4 6.8 11Z"/><circle cx="12" cy="10" r="2.4"/>"#
            }
            Self::Camera => {
                r#"<path d="M4.5 7.5h3l1.6-2.4h5.8l1.6 2.4h3a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 18V9a1.5 1.5 0 0 1 1.5-1.5Z"/><circle cx="12" cy="13" r="3.6"/>"#
            }
            Self::Picture => {
                r#"<rect x="3.5" y="5" width="17" height="14" rx="2"/><circle cx="8.7" cy="9.9" r="1.6"/><path d="m4 17.3 5-4.4 3.3 2.8 3.5-3.8 4.2 4.2"/>"#
            }
            Self::Phone => {
                r#"<path d="M6.2 3.8h2.6l1.7 4.4-2.1 1.6a11.5 11.5 0 0 0 5.8 5.8l1.6-2.1 4.4 1.7v2.6a2.2 2.2 0 0 1-2.4 2.2A15.8 15.8 0 0 1 4 6.2a2.2 2.2 0 0 1 2.2-2.4Z"/>"#
            }
            Self::Pencil => {
                r#"<path d="M4.5 19.5 5.6 15 15.8 4.8a1.9 1.9 0 0 1 2.7 0l.7.7a1.9 1.9 0 0 1 0 2.7L9 18.4Z"/><path d="m14 6.6 3.4 3.4"/>"#
            }
            Self::Bin => r#"<path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10.3 10.5v5.5M13.7 10.5v5.5"/>"#,
            Self::Cross => r#"<path d="m6 6 12 12M18 6 6 18"/>"#,
            Self::Alert => r#"<path d="M12 4 2.8 19.5h18.4Z"/><path d="M12 10v4.2M12 16.9v.1"/>"#,
            Self::Info => r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 7.9V8"/>"#,
            Self::Send => r#"<path d="M20.5 3.5 10 14M20.5 3.5 14 20.5 10 14l-6.5-4Z"/>"#,
            Self::Cloud => r#"<path d="M7 18.5a4.2 4.2 0 0 1-.6-8.4 5.8 5.8 0 0 1 11.2 0 4.2 4.2 0 0 1-.6 8.4Z"/>"#,
            Self::CloudOff => {
                r#"<path d="M8.6 6.9a5.8 5.8 0 0 1 9 3.2 4.2 4.2 0 0 1 1.9 7.2M15.8 18.5H7a4.2 4.2 0 0 1-.6-8.4M4 4l16 16"/>"#
            }
            Self::Person => r#"<circle cx="12" cy="8.2" r="3.9"/><path d="M4.5 20c.7-3.9 3.7-6 7.5-6s6.8 2.1 7.5 6"/>"#,
            Self::Mask => {
                r#"<path d="M3 8.5c3-1 6-1 9 0 3-1 6-1 9 0 .4 4.5-1.6 8-4.6 8-2 0-2.9-1.8-4.4-1.8S9.6 16.5 7.6 16.5c-3 0-5-3.5-4.6-8Z"/><path d="M7 11.7h2M15 11.7h2"/>"#
            }
            Self::Retry => r#"<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4"/><path d="M19.8 3.5v4h-4"/>"#,
            Self::Street => {
                r#"<path d="M8 20.5V6.5a2.5 2.5 0 0 1 2.5-2.5H14"/><path d="M12.5 4h5.5l1.5 3h-8.5Z"/><path d="M5 20.5h6M15.5 10v1.5M15.5 14v1.5M15.5 18v1.5"/>"#
            }
            Self::Leaf => {
                r#"<path d="M5.5 18.5C3.5 10 9 4.5 20 4.5c.3 10-4.5 16-12.5 14.5"/><path d="M4 21c2-5 5.5-8.5 10.5-10.5"/>"#
            }
            Self::Shield => {
                r#"<path d="M12 3.5 19.5 6v5.5c0 4.5-3 7.6-7.5 9.3-4.5-1.7-7.5-4.8-7.5-9.3V6Z"/><path d="m8.8 12 2.3 2.3 4.2-4.3"/>"#
            }
            Self::Virus => {
                r#"<circle cx="12" cy="12" r="5"/><path d="M12 7V3.5M12 20.5V17M7 12H3.5M20.5 12H17M8.5 8.5 6 6M18 18l-2.5-2.5M15.5 8.5 18 6M6 18l2.5-2.5"/><path d="M10.5 11v.1M13.5 13.2v.1"/>"#
            }
            Self::Search => r#"<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>"#,
            Self::Flag => r#"<path d="M5.5 21V4M5.5 4.5h12l-2.5 4.25 2.5 4.25h-12"/>"#,
            Self::Film => r#"<rect x="3.5" y="6.5" width="11.5" height="11" rx="2"/><path d="m15 10.6 5.5-2.9v8.6L15 13.4"/>"#,
            Self::Play => r#"<path d="M8 5.5v13l10.5-6.5Z"/>"#,
            Self::Swap => r#"<path d="M4 8.5h14.5M15 5l3.5 3.5L15 12M20 15.5H5.5M9 12l-3.5 3.5L9 19"/>"#,
            Self::ZoomIn => r#"<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.3 15.3 5.2 5.2M10.5 7.7v5.6M7.7 10.5h5.6"/>"#,
            Self::ZoomOut => r#"<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.3 15.3 5.2 5.2M7.7 10.5h5.6"/>"#,
        }
    }
}

/// An icon; the words beside it say what it means.
#[component]
pub(crate) fn Icon(glyph: Glyph) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" inner_html=glyph.drawing()></svg> }
}
