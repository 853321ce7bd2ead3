//! Writing a report: its form (`editor`), another subject for it (`subject`), the last look before sending (`review`);
//! each loads the draft by `open` and shares its `desk`.
//!
//! `live` finds what is being written, `leaving` settles what stays behind, `uploads` brings pictures in, `problems` says
//! what keeps it from being sent, `mending` what the server asked for; `summary` tells both.

mod add_photos;
mod answers;
mod desk;
mod discard;
mod editor;
mod leaving;
pub(crate) mod live;
pub(crate) mod mending;
mod open;
mod photos;
mod place;
pub(crate) mod problems;
mod questions;
mod review;
mod review_sheet;
mod room;
mod sender;
mod similar;
mod stage;
mod subject;
mod submit;
mod summary;
mod time;
pub(crate) mod uploads;

use leptos::prelude::*;

pub(crate) use self::review_sheet::answer_words;
use self::{editor::Editor, open::Open, review::Review, subject::OtherSubject};

/// The form of the draft named by the address.
#[component]
pub(crate) fn DraftScreen() -> impl IntoView {
    view! { <Open show=|draft, autosave| view! { <Editor draft autosave/> }.into_any()/> }
}

/// Another subject for the draft named by the address.
#[component]
pub(crate) fn SubjectScreen() -> impl IntoView {
    view! { <Open show=|draft, autosave| view! { <OtherSubject draft autosave/> }.into_any()/> }
}

/// The last look at the draft named by the address.
#[component]
pub(crate) fn ReviewScreen() -> impl IntoView {
    view! { <Open show=|draft, autosave| view! { <Review draft autosave/> }.into_any()/> }
}
