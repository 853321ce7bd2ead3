//! Writing a report. The draft is loaded here; `editor` lays out its questions, `autosave` keeps every
//! keystroke, `uploads` brings pictures in, `problems` says what keeps it from being sent.

mod autosave;
mod editor;
mod photos;
mod place;
mod problems;
mod questions;
mod submit;
pub(crate) mod uploads;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use pakn_api::{
    id::ReportId,
    ipc::{AppError, DraftView, GetDraft},
};

use self::editor::Editor;
use super::lost::Gone;
use crate::{
    components::{notice::Failure, screen::Screen},
    state::Loaded,
    text::words,
};

/// The draft named by the address.
#[component]
pub(crate) fn DraftScreen() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<ReportId>().ok()));
    move || match id.get() {
        Some(report_id) => view! { <Load report_id/> }.into_any(),
        None => view! { <NoDraft/> }.into_any(),
    }
}

#[component]
fn Load(report_id: ReportId) -> impl IntoView {
    let texts = &words().draft;
    let loaded = Loaded::<DraftView>::new();
    loaded.load(GetDraft { report_id });
    move || match (loaded.value.get(), loaded.error.get()) {
        (Some(draft), _) => view! { <Editor draft/> }.into_any(),
        (None, Some(AppError::NotFound | AppError::NotEditable)) => view! { <NoDraft/> }.into_any(),
        (None, Some(error)) => view! {
            <Screen title=texts.title back="/reports">
                <Failure sentence=(words().app_error)(&error) on_retry=move |()| loaded.load(GetDraft { report_id })/>
            </Screen>
        }
        .into_any(),
        (None, None) => view! { <p class="loading">{words().common.loading}</p> }.into_any(),
    }
}

#[component]
fn NoDraft() -> impl IntoView {
    let texts = &words().draft;
    view! {
        <Screen title=texts.title back="/reports">
            <Gone title=texts.gone_title text=texts.gone_text/>
        </Screen>
    }
}
